//! What a support engineer wants to know of a lookup that failed: what happened, at which
//! step and why, what that means, what to do.

use super::{Chain, Miss, PhoneLog, Step};
use crate::dns::RecordType;
use crate::handset::Assumptions;
use crate::handset::log::NOT_FOUND;
use crate::handset::log::shown::{Answer, From, Record};

/// The four lines that explain a lookup without a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// What happened.
    pub happened: String,
    /// The step that failed, and why.
    pub failed: String,
    /// What it means, and how long it lasts.
    pub means: String,
    /// What to do next.
    pub next: String,
    /// The step that failed: index into [`Chain::steps`]; `None` where the log hides it.
    pub step: Option<usize>,
    /// When the handset found servers all the same, for people; `None` where the log does not
    /// show that.
    pub recovered: Option<String>,
}

/// What the resolver's error codes mean. They seem to be those of the c-ares library: the one
/// code known from a log, 4, came for a domain that did not exist.
const CODES: [(u32, &str); 7] = [
    (1, "the name exists without a record of that type"),
    (2, "the DNS server could not read the question"),
    (3, "the DNS server failed (SERVFAIL)"),
    (5, "the DNS server does not do that"),
    (6, "the DNS server refused to answer"),
    (11, "the DNS server could not be reached"),
    (12, "no answer came in time"),
];

/// What an error code other than 4 says.
pub fn code(code: u32) -> String {
    let known = CODES.iter().find(|(known, _)| *known == code);
    match known {
        Some((_, meaning)) => format!(
            "error code {code}: if the handset's codes are those of the c-ares library, as they \
             seem to be, {meaning}"
        ),
        None => format!("error code {code}, whose meaning is not known"),
    }
}

/// Explains a lookup without a server; `None` for any other. `is_there`: the data given leads to
/// servers by now.
pub fn diagnose(log: &PhoneLog, chain: &Chain, is_there: bool) -> Option<Diagnosis> {
    if !chain.failed() {
        return None;
    }
    let index = failed_step(chain);
    let step = index.map(|index| &chain.steps[index]);
    let recovered = log.recovery(chain).map(|(_, found)| log.when(found.began));
    Some(Diagnosis {
        happened: happened(chain),
        failed: failed(log, chain, step),
        means: means(log, chain, recovered.as_deref()),
        next: match recovered {
            Some(_) => "nothing: the handset has found its servers since".to_owned(),
            None => next(chain, step, is_there),
        },
        step: index,
        recovered,
    })
}

/// The step that a repair has to begin with: an SRV target without an address; else the SRV
/// set; else the address. NAPTR is none: without it a handset asks on.
fn failed_step(chain: &Chain) -> Option<usize> {
    let of = |index: usize, record_type| chain.steps[index].shown.record_type == record_type;
    let failed = |index: &usize| is_nothing(&chain.steps[*index]);
    let all = || 0..chain.steps.len();
    // Once a handset has got an SRV set it asks for none.
    let last_srv = all().rfind(|index| of(*index, RecordType::SRV));
    let has_srv = last_srv
        .is_some_and(|index| matches!(chain.steps[index].shown.answer, Answer::Records { .. }));
    let address = all().filter(failed).find(|index| of(*index, RecordType::A));
    let service = all()
        .filter(failed)
        .rfind(|index| of(*index, RecordType::SRV));
    if has_srv {
        address.or(service)
    } else {
        service.or(address)
    }
}

fn is_nothing(step: &Step) -> bool {
    matches!(step.shown.answer, Answer::Nothing { .. })
}

/// `NAPTR, SRV and A`.
fn types(chain: &Chain) -> String {
    let mut types: Vec<String> = Vec::new();
    for step in &chain.steps {
        let name = step.shown.record_type.to_string();
        if !types.contains(&name) {
            types.push(name);
        }
    }
    match types.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

fn happened(chain: &Chain) -> String {
    let address = chain.address.as_deref().unwrap_or("a name not shown");
    let ended = match &chain.failure {
        Some(failure) => format!(
            "and gave the registration up with `{} {}`",
            failure.code, failure.reason
        ),
        None => "and found no server".to_owned(),
    };
    if chain.steps.is_empty() {
        return format!("the handset looked for the servers of `{address}`, {ended}");
    }
    let got = if chain.steps.iter().all(is_nothing) {
        "got no record at all"
    } else {
        "got no address of a server"
    };
    format!(
        "the handset looked up {} for `{address}`, {got}, {ended}",
        types(chain)
    )
}

fn failed(log: &PhoneLog, chain: &Chain, step: Option<&Step>) -> String {
    let Some(step) = step else {
        return "the log does not show which question failed: its level hides the lines of the \
                module `dns`"
            .to_owned();
    };
    if chain.hides_srv() {
        return format!(
            "SRV `{}`, a question that this log does not show: without a port the handset asks \
             for the address of `{}` only where it got no SRV record",
            hidden_srv(chain),
            step.shown.name
        );
    }
    let question = format!("{} `{}`", step.shown.record_type, step.shown.name);
    let why = match (&step.shown.answer, step.shown.from) {
        (_, From::Cache { .. }) => match step.miss {
            Some(miss) => format!(
                "not asked, since the handset still kept the miss of {}",
                log.when(miss.at)
            ),
            None => "not asked, since the handset kept a miss from before this log".to_owned(),
        },
        (
            Answer::Nothing {
                code: Some(other), ..
            },
            _,
        ) if *other != NOT_FOUND => code(*other),
        _ => "the DNS server knows no such name, or the name has no such record".to_owned(),
    };
    let because = match step.shown.record_type {
        RecordType::A if chain.steps.iter().any(|one| names(one, &step.shown.name)) => {
            " (an SRV record names this server)"
        }
        _ => "",
    };
    format!("{question}{because}: {why}")
}

/// The SRV set below the configured name.
fn hidden_srv(chain: &Chain) -> String {
    let address = chain.address.as_deref().unwrap_or_default();
    let prefix = Assumptions::default().srv_prefix(chain.protocol);
    format!("{prefix}.{address}")
}

/// A step's SRV records name that target.
fn names(step: &Step, host: &str) -> bool {
    match &step.shown.answer {
        Answer::Records {
            records: Some(records),
            ..
        } => records
            .iter()
            .any(|record| matches!(record, Record::Srv { target, .. } if target == host)),
        _ => false,
    }
}

/// The miss that is kept longest.
fn longest_miss(log: &PhoneLog, chain: &Chain) -> Option<Miss> {
    let misses = chain.steps.iter().filter_map(|step| step.miss);
    misses.max_by_key(|miss| {
        let began = chain.began.stamp.zip(miss.at.stamp);
        let later = began.and_then(|(began, at)| log.clock.between(began, at));
        later.unwrap_or(0) + u64::from(miss.kept)
    })
}

fn means(log: &PhoneLog, chain: &Chain, recovered: Option<&str>) -> String {
    let whose = match &chain.failure {
        Some(failure) => format!(
            "the {} did not come from a server: the handset says it itself when it has no \
             server to register with",
            failure.code
        ),
        None => "no server was asked to register: the handset found none".to_owned(),
    };
    let kept = match (recovered, longest_miss(log, chain)) {
        (Some(when), _) => {
            format!("; that is over: at {when} it found servers for the same address")
        }
        (None, Some(miss)) => {
            let until = log.until(miss);
            let until = until.map_or_else(String::new, |until| format!(", until {until}"));
            format!(
                "; it keeps the miss for {} s{until}, and does not see new records before, \
                 unless it is restarted",
                miss.kept
            )
        }
        (None, None) if chain.steps.is_empty() => String::new(),
        (None, None) => "; this log does not show how long it keeps the miss".to_owned(),
    };
    format!("{whose}{kept}")
}

fn next(chain: &Chain, step: Option<&Step>, is_there: bool) -> String {
    let Some(step) = step else {
        return "set `log.render.level` to 0 and `log.level.change.dns` to 1, restart the \
                handset, and upload its log again"
            .to_owned();
    };
    let address = chain.address.as_deref().unwrap_or_default();
    let name = &step.shown.name;
    let bad_code = match &step.shown.answer {
        Answer::Nothing { code, .. } => code.is_some_and(|code| code != NOT_FOUND),
        _ => false,
    };
    if bad_code {
        return format!(
            "ask the handset's DNS server yourself: sipdns-lint --live {address} --server \
             <its address>"
        );
    }
    if is_there {
        return "restart the handset, so that it forgets the miss: the data given has the records. \
                If it finds no server then, look which DNS server it asks, and whether that one \
                has the records as well"
            .to_owned();
    }
    let hidden = chain.hides_srv().then(|| hidden_srv(chain));
    let (name, record_type) = match &hidden {
        Some(srv) => (srv, RecordType::SRV),
        None => (name, step.shown.record_type),
    };
    let repair = match record_type {
        RecordType::SRV if chain.steps.iter().all(is_nothing) => format!(
            "make `{address}` on the DNS server that the handset asks, with the SRV records \
             `{name}`, one for each SIP server; or correct the address in its configuration"
        ),
        RecordType::SRV => {
            format!("make the SRV records `{name}`, one for each SIP server")
        }
        _ if chain.port == 0 => format!("make the A record of `{name}`"),
        _ => format!(
            "make the A record of `{name}`, or set the handset's port to 0, so that it asks \
             for SRV records"
        ),
    };
    format!("{repair}; then restart the handset")
}

#[cfg(test)]
mod tests {
    use crate::phone_log::scan_text;
    use crate::source::{Origin, Sources};

    use super::*;

    const FAILED: &str = include_str!("../../fixtures/bulletin-log-failed/handset.log");

    fn explained(text: &str) -> Diagnosis {
        let sources = Sources::new();
        let log = scan_text(text)
            .into_logs(&sources, "a.log", Origin::Stdin)
            .remove(0);
        let chain = log.chains.iter().next().expect("a lookup");
        diagnose(&log, chain, false).expect("it failed")
    }

    #[test]
    fn the_bulletin_s_failure_has_the_bulletin_s_cause() {
        let found = explained(FAILED);
        assert_eq!(
            found.happened,
            "the handset looked up NAPTR, SRV and A for `testserver.eslab.local`, got no record \
             at all, and gave the registration up with `480 Temporarily not available`"
        );
        assert!(
            found
                .failed
                .starts_with("SRV `_sip._udp.testserver.eslab.local`: the DNS server knows no")
        );
        assert!(
            found
                .means
                .starts_with("the 480 did not come from a server")
        );
        assert!(found.means.contains("for 3600 s"), "{}", found.means);
        assert!(
            found
                .next
                .starts_with("make `testserver.eslab.local` on the DNS server")
        );
    }

    #[test]
    fn records_that_are_there_by_now_need_a_restart() {
        let sources = Sources::new();
        let log = scan_text(FAILED)
            .into_logs(&sources, "a.log", Origin::Stdin)
            .remove(0);
        let chain = log.chains.iter().next().expect("a lookup");
        let found = diagnose(&log, chain, true).expect("it failed");
        assert!(
            found.next.starts_with("restart the handset"),
            "{}",
            found.next
        );
    }

    #[test]
    fn a_log_that_begins_behind_the_srv_question_does_not_hide_that_srv_failed() {
        // With what the cache keeps of the miss, with the words that it came to nothing, and with
        // no more than the port that is not set.
        for skipped in 17..=20 {
            let lines: Vec<_> = FAILED.lines().skip(skipped).collect();
            let found = explained(&lines.join("\n"));
            let srv = "SRV `_sip._udp.testserver.eslab.local`";
            assert!(found.failed.starts_with(srv), "{skipped}: {}", found.failed);
            assert!(!found.next.contains("port"), "{skipped}: {}", found.next);
            assert!(found.next.contains("with the SRV records"), "{skipped}");
            assert_eq!(found.step, Some(0), "{skipped}");
        }
    }

    #[test]
    fn a_handset_with_a_port_is_told_of_it() {
        let text = "\
|dns  |1|00|doDnsSrvLookupForARecordList(udp): Doing DNS A lookup (port 5060)
|dns  |1|00|doDnsLookupForList for record A: hostname 'a.b' attempting..
|dns  |3|00|DNS lookup for (A) 'a.b' found no match (err code: 4)
|sip  |4|00|doDnsListLookup(udp): doDnsSrvLookupForARecordList 'a.b' found no records.
";
        let found = explained(text);
        assert!(found.failed.starts_with("A `a.b`"), "{}", found.failed);
        assert!(found.next.contains("port to 0"), "{}", found.next);
    }

    #[test]
    fn a_handset_that_has_found_its_servers_since_is_left_alone() {
        const SUCCESS: &str = include_str!("../../fixtures/bulletin-log-success/handset.log");
        let found = explained(&[FAILED, SUCCESS].concat());
        assert_eq!(found.recovered.as_deref(), Some("line 33"));
        assert!(
            found
                .means
                .ends_with("it found servers for the same address")
        );
        assert!(found.next.starts_with("nothing"), "{}", found.next);
        let other = SUCCESS.replace("testserver", "otherserver");
        for still in [[&other, FAILED], [SUCCESS, FAILED], [FAILED, &other]] {
            let text = still.concat();
            let sources = Sources::new();
            let logs = scan_text(&text).into_logs(&sources, "a.log", Origin::Stdin);
            let failed = logs[0].chains.iter().find(|chain| chain.failed());
            let found = diagnose(&logs[0], failed.expect("a failure"), false);
            assert_eq!(found.expect("it failed").recovered, None);
        }
    }

    #[test]
    fn another_error_code_leads_to_the_dns_server() {
        let found = explained(&FAILED.replace("err code: 4", "err code: 12"));
        assert!(
            found.failed.contains("no answer came in time"),
            "{}",
            found.failed
        );
        assert!(found.next.contains("--live testserver.eslab.local"));
    }

    #[test]
    fn a_target_without_an_address_is_the_step() {
        let text = "\
|dns  |1|00|doDnsLookupForList for record SRV: hostname '_sip._udp.a.b' attempting..
|dns  |3|00|DNS lookup for (SRV) '_sip._udp.a.b'() TTL=60
|dns  |1|00|target:port 'sip1.a.b.:5060'
|dns  |1|00|priority '1'
|dns  |1|00|weight '10'
|dns  |1|00|dnsSrv2A calling LookupForList(A) for 'sip1.a.b.' port 5060
|dns  |1|00|doDnsLookupForList for record A: hostname 'sip1.a.b.' attempting..
|dns  |3|00|DNS lookup for (A) 'sip1.a.b.' Server has no Answer
|sip  |4|00|doDnsListLookup(udp): doDnsSrvLookupForARecordList 'a.b' found no records.
";
        let found = explained(text);
        assert!(
            found
                .failed
                .starts_with("A `sip1.a.b.` (an SRV record names")
        );
        assert_eq!(
            found.next,
            "make the A record of `sip1.a.b.`; then restart the handset"
        );
        assert!(found.means.starts_with("no server was asked"));
    }

    #[test]
    fn a_quiet_log_hides_the_step() {
        let sip: Vec<_> = FAILED
            .lines()
            .filter(|line| line.contains("|sip"))
            .collect();
        // With the line that says that NAPTR came to nothing, and without it.
        for quiet in [&sip[..], &sip[1..]] {
            let found = explained(&quiet.join("\n"));
            assert_eq!(found.step, None);
            assert!(found.next.contains("log.level.change.dns"));
        }
    }
}
