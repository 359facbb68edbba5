//! A handset's log as a story: its lookups with their steps, why the failed ones failed, how
//! they compare with the prediction, and the course of events. Made once, told in several
//! formats.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

use maud::Markup;

use super::pretty::Paint;
use super::{Detail, Presentation, Report, concise, count, ending};
use crate::handset::log::LOCAL_FAILURE;
use crate::handset::log::shown::End;
use crate::phone_log::diagnosis::Diagnosis;
use crate::phone_log::{At, Chain, Event, PhoneLog, Turn, What};
use crate::site::Site;
use crate::source::Span;

mod compared;
mod html;
mod markdown;
mod steps;
mod text;

/// Lookups that are told unless everything is asked for: the first and the last.
const LOOKUPS_TOLD: usize = 12;

/// Events that are told unless everything is asked for.
const EVENTS_TOLD: usize = 40;

/// One log.
pub(super) struct Story {
    /// The file that it is in.
    pub(super) file: String,
    /// Whose it is, where the file has those of several handsets.
    pub(super) handset: Option<String>,
    /// What was read of it, each a sentence.
    pub(super) facts: Vec<String>,
    /// What makes it less than it could be, each a sentence.
    pub(super) cautions: Vec<String>,
    /// Its lookups.
    pub(super) lookups: Vec<Told>,
    /// Where it shows none: what to do, as rules say it of the log.
    pub(super) next: Vec<String>,
    /// How many lookups are not told.
    pub(super) untold: usize,
    /// The course of events: when, and what.
    pub(super) course: Vec<(String, String)>,
    /// How many events are not told.
    pub(super) unlisted: usize,
}

/// One lookup.
pub(super) struct Told {
    /// `testserver.eslab.local, user 1512: no server found`.
    pub(super) heading: String,
    /// When, and how often.
    pub(super) when: String,
    /// The four lines that explain a failure, each with its word.
    pub(super) explained: Vec<(&'static str, String)>,
    /// Every question.
    pub(super) steps: Vec<TellStep>,
    /// What came of them: servers in order, or that there are none.
    pub(super) ending: Vec<String>,
    /// Beside the prediction, each line with its word.
    pub(super) predicted: Vec<(&'static str, String)>,
}

/// One question of a lookup.
pub(super) struct TellStep {
    /// `line 12`, or the time.
    pub(super) when: String,
    /// `SRV _sip._udp.eslab.local`.
    pub(super) question: String,
    /// `asked` or `cache`.
    pub(super) from: &'static str,
    /// What came of it.
    pub(super) answer: String,
    /// The records.
    pub(super) records: Vec<String>,
}

/// Every log of a report.
pub(super) fn of(report: &Report<'_>, detail: Detail) -> Vec<Story> {
    let site = report.site;
    let logs = site.logs.iter().enumerate();
    logs.map(|(index, log)| {
        let mut story = Teller { site, log }.story(index, detail);
        if story.lookups.is_empty() {
            let source = site.sources.get(log.source);
            let is_of_log = |span: Span| {
                span.source == log.source && log.has_line(source.position(span.start).line)
            };
            let findings = report.findings.iter();
            let of_log = findings.filter(|finding| is_of_log(finding.span));
            story.next = of_log.filter_map(|finding| finding.help.clone()).collect();
        }
        story
    })
    .collect()
}

/// The stories for a ticket.
pub(super) fn markdown(report: &Report<'_>, detail: Detail) -> String {
    let stories = of(report, detail);
    stories.iter().map(markdown::text).collect()
}

/// The stories as sections of a page.
pub(super) fn html(report: &Report<'_>, detail: Detail) -> Markup {
    let stories = of(report, detail);
    maud::html! {
        @for (index, story) in stories.iter().enumerate() {
            (html::section(index + 1, story))
        }
    }
}

/// Writes the stories for people, then what rules found, a line each.
pub(super) fn write(
    report: &Report<'_>,
    how: &Presentation,
    out: &mut dyn Write,
) -> io::Result<()> {
    let paint = Paint(how.color);
    for story in of(report, how.detail) {
        text::write(&story, paint, out)?;
    }
    if report.findings.is_empty() {
        return ending(report, how, out);
    }
    writeln!(out, "{}", paint.heading("findings"))?;
    concise::findings(report, how, out)?;
    writeln!(out)?;
    ending(report, how, out)
}

fn ending(report: &Report<'_>, how: &Presentation, out: &mut dyn Write) -> io::Result<()> {
    if how.detail == Detail::Quiet {
        return Ok(());
    }
    ending::coverage(report, how.detail, out)
}

/// Tells one log.
struct Teller<'a> {
    site: &'a Site,
    log: &'a PhoneLog,
}

impl Teller<'_> {
    fn story(&self, index: usize, detail: Detail) -> Story {
        let log = self.log;
        let told = |(at, chain): (usize, &Chain)| self.lookup((index, at), chain);
        let all = log.chains.iter().enumerate();
        let kept = log.chains.count() - log.chains.left_out();
        let verbose = detail == Detail::Verbose;
        let half = if verbose { kept } else { LOOKUPS_TOLD / 2 };
        let lookups: Vec<_> = all
            .filter(|(at, _)| kept <= 2 * half || *at < half || *at >= kept - half)
            .map(told)
            .collect();
        let events = log.events.iter();
        let kept_events = log.events.count() - log.events.left_out();
        let from = if verbose {
            0
        } else {
            kept_events.saturating_sub(EVENTS_TOLD)
        };
        let course: Vec<_> = events.skip(from).map(|event| self.event(event)).collect();
        Story {
            file: self.site.sources.get(log.source).name.clone(),
            handset: (log.handsets > 1).then(|| {
                let sender = log.sender.as_deref();
                sender.unwrap_or("lines that name no handset").to_owned()
            }),
            facts: self.facts(),
            cautions: self.cautions(),
            untold: log.chains.count() - lookups.len(),
            lookups,
            next: Vec::new(),
            unlisted: log.events.count() - course.len(),
            course,
        }
    }

    /// A user's name or number, or what stands for it.
    fn user<'t>(&self, user: &'t str) -> Cow<'t, str> {
        self.site.sources.subscriber(user)
    }

    fn facts(&self) -> Vec<String> {
        let (log, lines) = (self.log, &self.log.lines);
        let number = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        let mut read = format!("{} read", count(number(lines.all), "line"));
        let mut parts = Vec::new();
        for (which, what) in [
            (lines.known, "of lookups and registrations"),
            (lines.cut, "cut at their end"),
            (
                lines.unknown - lines.cut,
                "of the modules `sip` and `dns` with a message not known here",
            ),
            (lines.repeated, "that repeat the line before"),
            (lines.other_modules, "of other modules"),
            (lines.formless, "not in the form of a log"),
        ] {
            if which > 0 {
                parts.push(format!("{which} {what}"));
            }
        }
        if !parts.is_empty() {
            let _ = write!(read, ": {}", parts.join(", "));
        }
        let mut facts = vec![read];
        if log.handsets > 1 {
            facts.push(format!(
                "the file has the logs of {}, told apart by what a syslog server or a search \
                 wrote before their lines",
                count(log.handsets, "handset")
            ));
        }
        if !log.registrations.is_empty() {
            let users: Vec<_> = log
                .registrations
                .iter()
                .take(5)
                .map(|(user, times)| match times {
                    1 => self.user(user).into_owned(),
                    times => format!("{} ({times} times)", self.user(user)),
                })
                .collect();
            let rest = log.registrations.len() - users.len();
            let more = if rest > 0 {
                format!(" and {rest} more")
            } else {
                String::new()
            };
            facts.push(format!("registrations begun by {}{more}", users.join(", ")));
        }
        if let Some(domain) = &log.domain {
            facts.push(format!("the handset's own domain is `{domain}`"));
        }
        if !log.others.is_empty() {
            let names: Vec<_> = log
                .others
                .keys()
                .take(3)
                .map(|(name, _)| format!("`{name}`"))
                .collect();
            let rest = log.others.len() - names.len();
            let more = if rest > 0 {
                format!(" and {rest} more")
            } else {
                String::new()
            };
            facts.push(format!(
                "looked up for other purposes: {}{more}",
                names.join(", ")
            ));
        }
        facts
    }

    fn cautions(&self) -> Vec<String> {
        let log = self.log;
        let mut cautions = Vec::new();
        if log.edited.is_some() {
            cautions.push(
                "somebody has deleted every `00` from this log, as in bulletin CS-14-17: times \
                 to live are restored to the usual value that becomes what is left (36 was \
                 3600), other numbers cannot be"
                    .to_owned(),
            );
        }
        if let Some(missed) = &log.missed {
            cautions.push(format!(
                "it has holes: the handset had no time to write down up to {} events at once",
                missed.most
            ));
        }
        if log.lines.first_cut {
            cautions.push("its first line is cut: it begins within an older log".to_owned());
        }
        if log.is_timeless() {
            cautions.push("its lines have no times, so places are given by line".to_owned());
        }
        cautions
    }

    /// `28 Oct 17:16:42`, or `line 12`.
    fn when(&self, at: At) -> String {
        self.log.when(at)
    }

    fn lookup(&self, (log, at): (usize, usize), chain: &Chain) -> Told {
        let address = chain.address.as_deref().unwrap_or("an address not shown");
        let user = chain
            .user
            .as_ref()
            .filter(|user| !user.is_empty())
            .map_or_else(String::new, |user| format!(", user {}", self.user(user)));
        let result = match &chain.end {
            End::Servers(servers) => count(servers.len(), "server"),
            End::Named(targets) => format!("{} named", count(targets.len(), "server")),
            End::Nothing => "no server found".to_owned(),
            End::Open => "the log ends before its end".to_owned(),
        };
        Told {
            heading: format!("{address}{user}: {result}"),
            when: self.span_of_time(chain),
            explained: self
                .site
                .diagnosis(log, at, chain)
                .map_or_else(Vec::new, explained),
            steps: chain.steps.iter().map(|step| self.step(step)).collect(),
            ending: self.servers(chain),
            predicted: self
                .site
                .comparison(log, at)
                .filter(|one| self.has_prediction() || one.missed.is_some())
                .map_or_else(Vec::new, |one| self.comparison(chain, one)),
        }
    }

    fn span_of_time(&self, chain: &Chain) -> String {
        let (began, ended) = (chain.began, chain.ended);
        let mut when = if began.stamp.is_some() {
            let to = self.when(ended);
            let from = self.when(began);
            let times = if from == to {
                from
            } else {
                format!("{from} to {to}")
            };
            format!("{times}, lines {} to {}", began.line, ended.line)
        } else {
            format!("lines {} to {}", began.line, ended.line)
        };
        if chain.begins_late() {
            when.push_str("; its beginning is not shown");
        }
        let repeats = &chain.repeats;
        if repeats.count > 1 {
            let _ = write!(
                when,
                "; {} with the same result, the last at {}",
                count(repeats.count as usize - 1, "more lookup"),
                self.when(repeats.last)
            );
        }
        let questions = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        if chain.steps.is_empty() {
            return when;
        }
        let _ = write!(
            when,
            "; {} asked of the DNS server, {} answered by the cache",
            count(questions(repeats.on_the_wire), "question"),
            repeats.from_cache
        );
        when
    }

    fn event(&self, event: &Event) -> (String, String) {
        let what = match &event.what {
            What::Ready { uptime } => {
                format!("ready for calls, {uptime} s after it was switched on")
            }
            What::Restarted => "restarted: the times begin anew".to_owned(),
            What::Turned {
                address,
                server: to,
                turn,
            } => {
                let how = match turn {
                    Turn::First => "turns to",
                    Turn::Again => "turns again to",
                    Turn::FailedOver => "fails over to",
                    Turn::Returned => "returns to",
                    Turn::Equal => "changes to",
                };
                match to.order {
                    0 => format!("{how} {to} (a server of `{address}`)"),
                    order => format!("{how} {to} (order {order} of `{address}`)"),
                }
            }
            What::Failed {
                user,
                code,
                reason,
                local,
            } => {
                let whose = match (*local, *code == LOCAL_FAILURE.0) {
                    (Some(true), _) => "the handset's own words, no server's",
                    (Some(false), _) => {
                        "servers had been found: this is a server's answer, or the handset could \
                         not reach one"
                    }
                    (None, true) => {
                        "no lookup that found a server is shown before it: the handset's own \
                         words, if it found none, or else a server's"
                    }
                    (None, false) => "a server's answer, or the handset could not reach one",
                };
                format!(
                    "registration of {} failed: {code} {reason} ({whose})",
                    self.user(user)
                )
            }
        };
        let repeated = if event.count > 1 {
            format!(
                "; {} times, the last at {}",
                event.count,
                self.when(event.last)
            )
        } else {
            String::new()
        };
        (self.when(event.at), format!("{what}{repeated}"))
    }
}

fn explained(diagnosis: Diagnosis) -> Vec<(&'static str, String)> {
    vec![
        ("happened", diagnosis.happened),
        ("failed", diagnosis.failed),
        ("means", diagnosis.means),
        ("next", diagnosis.next),
    ]
}
