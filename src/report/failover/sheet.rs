//! The what-if table of one line in words: what every format writes.

use std::collections::BTreeMap;

use crate::handset::failover::{Counted, Course, Figure, Return, Stage, dns_wait};
use crate::handset::{Lookup, Outcome};
use crate::report::{printable, sentence};
use crate::site::{LineUp, Member, Site, Weights};

mod names;

use names::Names;

/// Servers named in one cell before the rest is counted.
const NAMED: usize = 8;

/// What is said of one line.
pub(in crate::report) struct Sheet {
    /// The addresses it registers with, the view, the handsets.
    pub(in crate::report) title: String,
    /// One for each scenario and entry.
    pub(in crate::report) rows: Vec<Row>,
    /// Scenarios that are not listed.
    pub(in crate::report) left_out: usize,
    /// What holds in every scenario.
    pub(in crate::report) facts: Vec<Fact>,
    /// Both readings of weight, for each entry where they matter.
    pub(in crate::report) weights: Vec<WeightTable>,
    /// What figures come from; marks count from 1.
    pub(in crate::report) notes: Vec<String>,
}

/// One scenario for one entry.
pub(in crate::report) struct Row {
    /// What is down.
    pub(in crate::report) down: String,
    /// The entry, where there are several.
    pub(in crate::report) entry: Option<String>,
    /// The servers that are used.
    pub(in crate::report) uses: String,
    /// In which order they are tried.
    pub(in crate::report) tries: String,
    /// After how long.
    pub(in crate::report) after: Marked,
    /// When the handset returns.
    pub(in crate::report) back: Option<Marked>,
}

/// Something that holds whichever server is down.
pub(in crate::report) struct Fact {
    /// The entry, where there are several.
    pub(in crate::report) entry: Option<String>,
    /// A sentence.
    pub(in crate::report) figure: Marked,
}

/// A text with the numbers of its notes.
#[derive(Default)]
pub(in crate::report) struct Marked {
    /// The text.
    pub(in crate::report) text: String,
    /// Numbers of [`Sheet::notes`], from 1.
    pub(in crate::report) notes: Vec<usize>,
}

impl Marked {
    /// `3.5 s to 7.5 s [1, 2]`
    pub(in crate::report) fn marked(&self) -> String {
        if self.notes.is_empty() {
            return self.text.clone();
        }
        let numbers: Vec<_> = self.notes.iter().map(ToString::to_string).collect();
        format!("{} [{}]", self.text, numbers.join(", "))
    }
}

/// Servers of one priority under both readings of weight.
pub(in crate::report) struct WeightTable {
    /// What it is about.
    pub(in crate::report) title: String,
    /// Server, share of a random draw, position where weight sorts.
    pub(in crate::report) rows: Vec<(String, String, String)>,
}

impl Sheet {
    /// The sheet of a line.
    pub(in crate::report) fn of(site: &Site, line_up: &LineUp<'_>) -> Self {
        let mut notes = Notes::default();
        let names = Names::of(line_up);
        let several = line_up.members.len() > 1;
        let entry = |index: usize| several.then(|| names.entries[index].clone());
        let mut rows = Vec::new();
        for scenario in &line_up.what_if.scenarios {
            let down = names.down(line_up, scenario);
            for (index, course) in scenario.courses.iter().enumerate() {
                let lookup = &line_up.members[index].lookup;
                let mut row = names.row(lookup, course, &mut notes);
                if scenario.down.is_empty() {
                    // Which servers there are, and in which order, is told once.
                    row.tries = names.order(lookup);
                }
                rows.push(Row {
                    down: down.clone(),
                    entry: entry(index),
                    ..row
                });
            }
        }
        for (index, member) in line_up.members.iter().enumerate() {
            for row in names.dns_rows(line_up, index, member, &mut notes) {
                rows.push(Row {
                    entry: entry(index),
                    ..row
                });
            }
        }
        let mut facts = Vec::new();
        for index in 0..line_up.members.len() {
            let sentences = habits(line_up, index, &mut notes);
            facts.extend(sentences.into_iter().map(|figure| Fact {
                entry: entry(index),
                figure,
            }));
        }
        facts.extend(together(line_up).map(|text| Fact {
            entry: None,
            figure: Marked {
                text: text.to_owned(),
                notes: Vec::new(),
            },
        }));
        facts.push(Fact {
            entry: None,
            figure: dns_servers(line_up),
        });
        let weights = line_up.members.iter().zip(&names.entries);
        Self {
            title: names.title(site, line_up),
            rows,
            left_out: line_up.what_if.left_out,
            facts,
            weights: weights
                .filter_map(|(member, entry)| {
                    Some(names.weight_table(entry, member.weights.as_ref()?))
                })
                .collect(),
            notes: notes.0,
        }
    }

    /// What the columns of [`Self::rows`] are called.
    pub(in crate::report) fn header(&self) -> Vec<&'static str> {
        let mut header = vec![
            "down",
            "handsets use",
            "tried in this order",
            "after",
            "returns",
        ];
        if self.several_entries() {
            header.insert(1, "server entry");
        }
        header
    }

    /// Rows say which entry they are about.
    pub(in crate::report) fn several_entries(&self) -> bool {
        self.rows.iter().any(|row| row.entry.is_some())
    }
}

/// The notes so far.
#[derive(Default)]
struct Notes(Vec<String>);

impl Notes {
    /// The figure in words, with the numbers of what it comes from.
    fn mark(&mut self, text: String, figures: &[&Figure]) -> Marked {
        let mut numbers = Vec::new();
        for basis in figures.iter().flat_map(|figure| &figure.because) {
            let number = self.number(sentence(&basis.to_string()).into_owned());
            if !numbers.contains(&number) {
                numbers.push(number);
            }
        }
        numbers.sort_unstable();
        Marked {
            text,
            notes: numbers,
        }
    }

    fn number(&mut self, note: String) -> usize {
        let known = self.0.iter().position(|other| *other == note);
        known.unwrap_or_else(|| {
            self.0.push(note);
            self.0.len() - 1
        }) + 1
    }
}

/// What rows say of the servers.
impl Names {
    fn row(&self, lookup: &Lookup, course: &Course, notes: &mut Notes) -> Row {
        let servers = lookup.servers();
        let uses = match &lookup.outcome {
            Outcome::Servers(_) if course.uses.is_empty() => "none".to_owned(),
            Outcome::Servers(_) => {
                let server = |(at, chance): &(usize, f64)| {
                    let name = self.server(&servers[*at]);
                    if course.uses.len() == 1 {
                        name
                    } else {
                        format!("{name} ({})", percent(*chance))
                    }
                };
                listed(course.uses.iter().map(server), " or ")
            }
            Outcome::NoServer => "none: the lookup finds no server".to_owned(),
            Outcome::Undetermined { .. } => "not decided by the data given".to_owned(),
        };
        let position = |tied: &Vec<usize>| {
            let names = tied.iter().map(|at| self.server(&servers[*at]));
            listed(names, " or ")
        };
        let after = if servers.is_empty() {
            Marked::default()
        } else {
            let (register, call) = (&course.register, &course.call);
            notes.mark(both(register, call), &[register, call])
        };
        Row {
            down: String::new(),
            entry: None,
            uses,
            tries: listed(course.tries.iter().map(position), ", then "),
            after,
            back: course.back.as_ref().map(|back| returns(back, notes)),
        }
    }

    /// The rows of an outage of DNS.
    fn dns_rows(
        &self,
        line_up: &LineUp<'_>,
        index: usize,
        member: &Member<'_>,
        notes: &mut Notes,
    ) -> Vec<Row> {
        let outage = &line_up.what_if.outages[index];
        if member.lookup.servers().is_empty() || has_no_dns(member) {
            return Vec::new();
        }
        let down = match &line_up.dns_servers[..] {
            [only] => format!("DNS ({}, the only server)", printable(only)),
            _ => "DNS".to_owned(),
        };
        let uses = |lookup: &Lookup| match lookup.servers() {
            [] => "none".to_owned(),
            _ => self.order(lookup),
        };
        let after = |waits: bool, notes: &mut Notes| {
            if waits {
                let wait = dns_wait();
                notes.mark("after waiting for DNS".to_owned(), &[&wait])
            } else {
                Marked {
                    text: "at once".to_owned(),
                    notes: Vec::new(),
                }
            }
        };
        let mut rows = Vec::new();
        let untils = outage.warm.iter().skip(1).map(|stage| Some(stage.from));
        for (stage, until) in outage.warm.iter().zip(untils.chain([None])) {
            rows.push(Row {
                down: format!("{down}: {}", span_of(stage, until)),
                entry: None,
                uses: uses(&stage.lookup),
                tries: String::new(),
                after: after(stage.waits, notes),
                back: None,
            });
        }
        rows.push(Row {
            down: format!("{down}: handset is started meanwhile"),
            entry: None,
            uses: uses(&outage.cold),
            tries: String::new(),
            after: after(outage.cold_waits, notes),
            back: None,
        });
        rows
    }

    fn weight_table(&self, entry: &str, weights: &Weights) -> WeightTable {
        let (drawn, sorted) = (weights.drawn.servers(), weights.sorted.servers());
        let position: BTreeMap<_, _> = sorted
            .iter()
            .map(|server| ((&server.host, server.address, server.port), server.order))
            .collect();
        let rows = drawn.iter().take(20 * NAMED).map(|server| {
            let order = position.get(&(&server.host, server.address, server.port));
            (
                format!("{} {}", self.host(server), server.address),
                format!(
                    "position {}, first in {}",
                    server.order,
                    percent(server.share)
                ),
                order.map_or_else(String::new, |order| format!("position {order}, always")),
            )
        });
        WeightTable {
            title: format!(
                "{entry}: servers share a priority; how weight decides is not documented \
                 (`--assume weight=…`)"
            ),
            rows: rows.collect(),
        }
    }
}

/// From when to when a stage lasts, counted from the lookup before the outage.
fn span_of(stage: &Stage, until: Option<u32>) -> String {
    let time = |seconds: u32| Figure::exactly(u64::from(seconds) * 1000, Vec::new()).to_string();
    match (stage.from, until) {
        (0, None) => "however long".to_owned(),
        (0, Some(until)) => format!("for {} after the last lookup", time(until)),
        (from, None) => format!("from {} on", time(from)),
        (from, Some(until)) => format!("from {} to {}", time(from), time(until)),
    }
}

fn returns(back: &Return, notes: &mut Notes) -> Marked {
    let text = match back.counted {
        Counted::FromItsReturn => format!("{} after the server is up again", back.figure),
        Counted::FromNextRequest => format!(
            "at the next call, else {} after the server is up again",
            back.figure
        ),
        Counted::FromFailover => format!("{} after the failover", back.figure),
        Counted::NotBeforeFailure => "when the server in use fails".to_owned(),
        Counted::Unknown => back.figure.to_string(),
    };
    notes.mark(text, &[&back.figure])
}

/// What holds whichever server is down.
fn habits(line_up: &LineUp<'_>, index: usize, notes: &mut Notes) -> Vec<Marked> {
    let habits = &line_up.what_if.habits[index];
    let mut facts = Vec::new();
    if let Some(notices) = &habits.notices {
        let text = format!(
            "that its server is gone a handset notices at the next call; without one after \
             {notices}, when it renews its registration"
        );
        facts.push(notes.mark(text, &[notices]));
    }
    if let (Some(one), Some(last)) = (&habits.gives_up, &habits.gives_up_last) {
        let time = |(register, call): &(Figure, Figure)| both(register, call);
        let text = format!(
            "a server that is silent is given up after {}, the last one of the list after {}; \
             one that refuses (ICMP, a TCP reset) at once",
            time(one),
            time(last)
        );
        facts.push(notes.mark(text, &[&one.0, &one.1, &last.0, &last.1]));
        let text = format!(
            "where no server answers, it tries to register again: {}",
            habits.tries_again
        );
        facts.push(notes.mark(text, &[&habits.tries_again]));
    }
    for (says, basis) in &habits.conduct {
        let reason = Figure::exactly(0, vec![basis.clone()]);
        facts.push(notes.mark((*says).to_owned(), &[&reason]));
    }
    facts
}

/// A registration's time, and a call's where it is another.
fn both(register: &Figure, call: &Figure) -> String {
    if (register.least, register.most) == (call.least, call.most) {
        register.to_string()
    } else {
        format!("{register} (a call: {call})")
    }
}

/// What several entries mean.
fn together(line_up: &LineUp<'_>) -> impl Iterator<Item = &'static str> {
    let several = line_up.members.len() > 1;
    several
        .then_some(
            "the handset registers with all of its server entries at once; calls go to the first \
             of them that works (Polycom Technical Bulletin 5844), which servers that know of \
             each other's registrations may not bear (CS-14-17)",
        )
        .into_iter()
}

/// The handset asks no DNS server: what it finds is in its configuration.
fn has_no_dns(member: &Member<'_>) -> bool {
    member.setup.entry.static_dns.is_all()
}

fn dns_servers(line_up: &LineUp<'_>) -> Marked {
    let text = match &line_up.dns_servers[..] {
        _ if line_up.members.iter().all(has_no_dns) => {
            "the configuration names no DNS server: static records answer, and no outage of DNS \
             changes that"
                .to_owned()
        }
        [] => "which DNS servers the handsets ask is not in the data given; where DHCP names one \
               only, its failure is the outage of DNS above"
            .to_owned(),
        [only] => format!(
            "{} is the only DNS server that the configuration names",
            printable(only)
        ),
        [first, others @ ..] => format!(
            "with the DNS server {} down, {} is asked: nothing else changes, and how long the \
             handset waits first is not documented",
            printable(first),
            listed(others.iter().map(|one| printable(one).into_owned()), " or ")
        ),
    };
    Marked {
        text,
        notes: Vec::new(),
    }
}

fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent > 0.0 && percent < 1.0 {
        format!("{percent:.2} %")
    } else {
        format!("{percent:.0} %")
    }
}

/// A list in words, cut where it is long.
fn listed(names: impl Iterator<Item = String>, between: &str) -> String {
    let mut names = names;
    let mut shown: Vec<_> = names.by_ref().take(NAMED).collect();
    let rest = names.count();
    if rest > 0 {
        shown.push(format!("{rest} more"));
    }
    shown.join(between)
}
