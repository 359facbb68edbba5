//! What the rules share that compare answers: whether two say the same of a question, and
//! which questions matter.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use crate::dns::{Answer, Data, Failure, Question, Record};
use crate::site::Site;
use crate::source::Span;
use crate::zone::contents::RecordData;

/// Records that a message names before it counts the rest.
const RECORDS_NAMED: usize = 3;

/// The questions that handsets ask on their way to a server, in whatever view, each with what
/// asked for it first.
pub(super) fn chain(site: &Site) -> BTreeMap<&Question, Span> {
    let mut questions = BTreeMap::new();
    for (simulation, ..) in site.simulated() {
        for step in &simulation.lookup.steps {
            questions.entry(&step.question).or_insert(step.why.span);
        }
    }
    questions
}

/// What an answer says of a question, without TTLs (a resolver counts them down) and without
/// telling a missing name from a missing type, which are one to a handset.
enum Said<'a> {
    /// These records, in their order, aliases that led to them first.
    Records(&'a [Record]),
    Nothing,
    Failed(Failure),
}

impl<'a> Said<'a> {
    fn of(answer: &'a Answer) -> Option<Self> {
        match answer {
            Answer::Records(records) => Some(Self::Records(records)),
            Answer::NoData(_) | Answer::NxDomain(_) => Some(Self::Nothing),
            Answer::Failed(failure) => Some(Self::Failed(*failure)),
            Answer::NotLoaded => None,
        }
    }

    /// The records that `self` has and `other` lacks: type and data, as text.
    fn beyond(&self, other: &Self) -> Vec<String> {
        let new = self.lacked_by(other).into_iter();
        new.map(|record| format!("{} {}", record.record_type(), record.data))
            .collect()
    }

    fn lacked_by(&self, other: &Self) -> Vec<&'a Record> {
        let Self::Records(records) = self else {
            return Vec::new();
        };
        let others = match other {
            Self::Records(others) => *others,
            _ => &[],
        };
        let known: HashSet<_> = others.iter().map(as_read).collect();
        let new = records.iter();
        new.filter(|record| !known.contains(&as_read(record)))
            .collect()
    }

    /// It leads over aliases to the records.
    fn has_alias(&self) -> bool {
        let Self::Records(records) = self else {
            return false;
        };
        let mut data = records.iter().map(|record| &record.data);
        data.any(|data| matches!(data, Data::Cname(_) | Data::Dname(_)))
    }
}

/// A record's data as handsets read them: flags and service of NAPTR records in either case.
fn as_read(record: &Record) -> (RecordData<'_>, String) {
    match RecordData::from(&record.data) {
        RecordData::Naptr(numbers, [flags, service, regexp], replacement) => (
            RecordData::Naptr(numbers, ["", "", regexp], replacement),
            format!("{flags} {service}").to_ascii_uppercase(),
        ),
        other => (other, String::new()),
    }
}

/// The first record of `ours` that `theirs` does not have.
pub(super) fn first_lacked<'a>(ours: &'a Answer, theirs: &'a Answer) -> Option<&'a Record> {
    let (ours, theirs) = (Said::of(ours)?, Said::of(theirs)?);
    ours.lacked_by(&theirs).into_iter().next()
}

/// How `theirs` differs from `ours`, for a sentence that begins with who `theirs` is: `has no
/// such record`. `None` where they say the same, or one of them says nothing of the question.
pub(super) fn difference(ours: &Answer, theirs: &Answer) -> Option<String> {
    let (ours, theirs) = (Said::of(ours)?, Said::of(theirs)?);
    match (&ours, &theirs) {
        (Said::Records(_), Said::Records(_)) => {
            let (missing, added) = (ours.beyond(&theirs), theirs.beyond(&ours));
            let lacks = || format!("lacks {}", listed(&missing));
            let has = || format!("has {}", listed(&added));
            match (missing.is_empty(), added.is_empty()) {
                (true, true) => None,
                (false, true) => Some(lacks()),
                (true, false) if theirs.has_alias() && !ours.has_alias() => {
                    Some(format!("has the alias {} in their place", listed(&added)))
                }
                (true, false) => Some(format!("{} as well", has())),
                (false, false) => Some(format!("{} and {}", lacks(), has())),
            }
        }
        (Said::Nothing, Said::Nothing) => None,
        (Said::Failed(one), Said::Failed(two)) if one == two => None,
        (_, Said::Records(_)) => Some(format!("has {}", listed(&theirs.beyond(&Said::Nothing)))),
        (_, Said::Nothing) => Some("has no such record".to_owned()),
        (_, Said::Failed(failure)) => Some(format!("gives no answer ({failure})")),
    }
}

fn listed(records: &[String]) -> String {
    let mut text = String::new();
    for (index, record) in records.iter().take(RECORDS_NAMED).enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        text.push('`');
        text.push_str(record);
        text.push('`');
    }
    if records.len() > RECORDS_NAMED {
        // Writing to a string does not fail.
        let _ = write!(text, " and {} more", records.len() - RECORDS_NAMED);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::{Name, RecordType};
    use crate::site::View;
    use crate::zone::by_hand::zone;
    use std::sync::Arc;

    fn answer(records: &[(&str, &str)]) -> Answer {
        of_type(RecordType::SRV, records)
    }

    fn of_type(record_type: RecordType, records: &[(&str, &str)]) -> Answer {
        let view = View::of_zones([Arc::new(zone("x.", records))]);
        view.ask(&Name::from_ascii("a.x.").unwrap(), record_type)
    }

    #[test]
    fn flags_and_service_are_the_same_in_either_case() {
        let of = |data| of_type(RecordType::NAPTR, &[("a", data)]);
        let ours = of(r#"NAPTR 1 2 "s" "SIP+d2u" "" _sip._udp.a"#);
        let theirs = of(r#"NAPTR 1 2 "S" "SIP+D2U" "" _sip._udp.A"#);
        assert_eq!(difference(&ours, &theirs), None);
        let others = of(r#"NAPTR 1 2 "S" "SIP+D2T" "" _sip._udp.a"#);
        assert!(difference(&ours, &others).is_some());
    }

    #[test]
    fn differences_are_told_from_the_other_sides_place() {
        let one = answer(&[("a", "SRV 1 0 5060 h")]);
        let upper = answer(&[("A", "SRV 1 0 5060 H")]);
        let both = answer(&[("a", "SRV 1 0 5060 h"), ("a", "SRV 2 0 5060 i")]);
        let other = answer(&[("a", "SRV 1 0 5061 h")]);
        let nothing = answer(&[("b", "SRV 1 0 5060 h")]);
        let failed = Answer::Failed(Failure::Refused);
        let silent = Answer::Failed(Failure::Timeout);
        for (ours, theirs, expected) in [
            (&one, &upper, None),
            (&nothing, &nothing, None),
            (&failed, &failed, None),
            (&one, &Answer::NotLoaded, None),
            (&both, &one, Some("lacks `SRV 2 0 5060 i.x.`")),
            (&one, &both, Some("has `SRV 2 0 5060 i.x.` as well")),
            (
                &one,
                &other,
                Some("lacks `SRV 1 0 5060 h.x.` and has `SRV 1 0 5061 h.x.`"),
            ),
            (&one, &nothing, Some("has no such record")),
            (&nothing, &one, Some("has `SRV 1 0 5060 h.x.`")),
            (&one, &failed, Some("gives no answer (REFUSED)")),
            (&silent, &failed, Some("gives no answer (REFUSED)")),
        ] {
            assert_eq!(difference(ours, theirs).as_deref(), expected);
        }
    }

    #[test]
    fn an_alias_stands_in_the_place_of_records_and_not_beside_them() {
        let direct = answer(&[("a", "SRV 1 0 5060 h")]);
        let over_alias = answer(&[("a", "CNAME b"), ("b", "SRV 1 0 5060 h")]);
        let said = difference(&direct, &over_alias);
        assert_eq!(
            said.as_deref(),
            Some("has the alias `CNAME b.x.` in their place")
        );
        let said = difference(&over_alias, &direct);
        assert_eq!(said.as_deref(), Some("lacks `CNAME b.x.`"));
    }

    #[test]
    fn what_is_lacked_is_the_first_that_the_other_has_not() {
        let both = answer(&[("a", "SRV 1 0 5060 h"), ("a", "SRV 2 0 5060 i")]);
        let one = answer(&[("a", "SRV 1 0 5060 h")]);
        let lacked = first_lacked(&both, &one).map(|record| record.data.to_string());
        assert_eq!(lacked.as_deref(), Some("2 0 5060 i.x."));
        assert_eq!(first_lacked(&one, &both), None);
    }

    #[test]
    fn a_few_records_are_named_and_the_rest_is_counted() {
        let records = |count: usize| -> Vec<String> {
            let all = ["a", "b", "c", "d", "e"].iter().take(count);
            all.map(ToString::to_string).collect()
        };
        assert_eq!(listed(&records(1)), "`a`");
        assert_eq!(listed(&records(3)), "`a`, `b`, `c`");
        assert_eq!(listed(&records(5)), "`a`, `b`, `c` and 2 more");
    }
}
