//! What a change does to handsets: two states of a site compared, not as texts but by what
//! handsets find, and by findings that come and go whichever line they stand on.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::hash::Hash;

use crate::finding::Finding;
use crate::handset::{Mac, Server};
use crate::rule::Severity;
use crate::site::{Outcome, Site, Verdict};
use crate::source::SourceId;

mod identity;

use identity::{Identity, Subjects};

/// One of the two states.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// What was read and simulated.
    pub site: &'a Site,
    /// What is reported of it, in the order of reports.
    pub findings: &'a [Finding],
    /// The file or folder that was named, as reports call it: paths are compared below it.
    pub root: &'a str,
    /// It is what servers say: each of them is compared with the other side.
    pub served: bool,
}

impl Side<'_> {
    /// The name of a source below what was named; empty for the file that was named itself.
    fn below(&self, source: SourceId) -> &str {
        self.strip(&self.site.sources.get(source).name)
    }

    fn strip<'n>(&self, name: &'n str) -> &'n str {
        let root = self.root.trim_end_matches('/');
        match name.strip_prefix(root) {
            Some(rest) if rest.is_empty() || rest.starts_with([':', '/', ' ']) => {
                rest.trim_start_matches('/')
            }
            _ => name,
        }
    }
}

/// Whether handsets do the same, and are the same.
fn behave_alike(one: &Outcome<'_>, other: &Outcome<'_>) -> bool {
    one.verdict() == other.verdict()
        && behaviour(one.servers()) == behaviour(other.servers())
        && one.setup.handsets == other.setup.handsets
}

/// What servers mean to handsets. Those of one position are in no order.
fn behaviour(servers: &[Server]) -> Vec<(u32, String, String, u16, &'static str, String)> {
    let mut all: Vec<_> = servers
        .iter()
        .map(|one| {
            (
                one.order,
                one.host.to_ascii_lowercase(),
                one.address.to_string(),
                one.port,
                one.protocol.as_str(),
                format!("{:.6}", one.share),
            )
        })
        .collect();
    all.sort();
    all
}

/// A set-up that is not what it was.
#[derive(Debug, Clone, Copy)]
pub enum Change<'a> {
    /// Handsets find another outcome, or they are others.
    Changed {
        /// In the old state.
        before: Outcome<'a>,
        /// In the new one.
        after: Outcome<'a>,
    },
    /// It is in the new state only.
    Gained(Outcome<'a>),
    /// It was in the old state only.
    Lost(Outcome<'a>),
}

fn registers(outcome: &Outcome<'_>) -> bool {
    outcome.verdict() == Verdict::Registers
}

impl Change<'_> {
    /// Handsets that registered do so no more; these did. Of what a server is not asked nothing is
    /// told.
    fn ends_service(&self, registered: &HashSet<Mac>, served: bool) -> bool {
        let (after, did) = match self {
            Self::Changed { before, after } => (after, registers(before)),
            Self::Gained(after) => {
                let mut handsets = after.setup.handsets.iter();
                (after, handsets.any(|mac| registered.contains(mac)))
            }
            Self::Lost(_) => return false,
        };
        did && match after.verdict() {
            Verdict::Registers => false,
            Verdict::Fails => true,
            Verdict::Undetermined => !served,
        }
    }
}

/// What lies between two states.
#[derive(Debug)]
pub struct Difference<'a> {
    /// Set-ups that are not what they were, by address, port, transport and view.
    pub setups: Vec<Change<'a>>,
    /// Set-ups that are what they were.
    pub unchanged_setups: usize,
    /// How many set-ups lead handsets to no server that registered before: they fail, or nothing
    /// that is left tells. An error that says why may have been there before, where another
    /// server took the place of the one that it speaks of.
    pub out_of_service: usize,
    /// Findings of the new state only, as indexes into its list.
    pub new: Vec<usize>,
    /// Findings of the old state only, as indexes into its list.
    pub fixed: Vec<usize>,
    /// Findings of both.
    pub unchanged: usize,
}

impl<'a> Difference<'a> {
    /// Compares two states.
    pub fn between(old: &'a Side<'a>, new: &'a Side<'a>) -> Self {
        let (before, after) = (states(old), states(new));
        let registered = before.values().filter(|one| registers(one));
        let registered = registered.flat_map(|one| &one.setup.handsets);
        let registered: HashSet<Mac> = registered.copied().collect();
        let (changes, unchanged_setups) = if new.served {
            by_server(before, after)
        } else {
            by_view(before, after)
        };

        let (old_identities, new_identities) = (identities(old), identities(new));
        let mut pairing = Pairing::of(&old_identities, &new_identities);
        let groups = old.site.provisioning.groups.iter();
        let known: HashSet<Mac> = groups.flat_map(|group| &group.handsets).copied().collect();
        let spread = pairing.pairs.iter().filter(|(before, after)| {
            let (before, after) = (&old.findings[*before], &new.findings[*after]);
            spreads(before, after, &known)
        });
        let spread: Vec<_> = spread.map(|(_, after)| *after).collect();
        let unchanged = pairing.pairs.len() - spread.len();
        pairing.new.extend(spread);
        pairing.new.sort_unstable();
        let setups: Vec<_> = changes.into_values().collect();
        let ended = setups
            .iter()
            .filter(|change| change.ends_service(&registered, new.served));
        Self {
            out_of_service: ended.count(),
            setups,
            unchanged_setups,
            unchanged,
            new: pairing.new,
            fixed: pairing.old,
        }
    }
}

/// An error of both states touches a handset now that was known before and that it did not touch.
fn spreads(before: &Finding, after: &Finding, known: &HashSet<Mac>) -> bool {
    let mut more = after.handsets.difference(&before.handsets);
    after.severity == Severity::Error && more.any(|mac| known.contains(mac))
}

/// What makes two set-ups one: address, port, transport, and of those that differ in their static
/// records alone which one.
type SetupKey = (String, u16, String, usize);

/// The states of a side by set-up, then by view.
type States<'a> = BTreeMap<(SetupKey, String), Outcome<'a>>;

/// Changes in the order of set-ups and views, and how many states are what they were.
type Changes<'a> = (BTreeMap<(SetupKey, String), Change<'a>>, usize);

/// Compares each view with the view of the same name. A view is named after a file, which may be
/// moved, and has no name where it is the only one: those left over are compared with each other.
fn by_view<'a>(before: States<'a>, mut after: States<'a>) -> Changes<'a> {
    let mut changes = BTreeMap::new();
    let mut unchanged = 0;
    let mut lost = BTreeMap::new();
    for (key, before) in before {
        match after.remove(&key) {
            None => {
                lost.insert(key, before);
            }
            Some(after) if behave_alike(&before, &after) => unchanged += 1,
            Some(after) => {
                changes.insert(key, Change::Changed { before, after });
            }
        }
    }
    lost.retain(|(setup, _), before| {
        let alike = of_setup(&after, setup).find(|(_, after)| behave_alike(before, after));
        let alike = alike.map(|(key, _)| key.clone());
        unchanged += usize::from(alike.is_some());
        alike.is_none_or(|key| after.remove(&key).is_none())
    });
    for (key, before) in &lost {
        let only = |states: &States<'a>| {
            let mut states = of_setup(states, &key.0).map(|(key, _)| key.clone());
            states.next().filter(|_| states.next().is_none())
        };
        let moved = only(&lost).and_then(|_| only(&after));
        let moved = moved.and_then(|key| after.remove_entry(&key));
        let (key, change) = match moved {
            Some((key, after)) => {
                let before = *before;
                (key, Change::Changed { before, after })
            }
            None => (key.clone(), Change::Lost(*before)),
        };
        changes.insert(key, change);
    }
    let gained = after.into_iter();
    changes.extend(gained.map(|(key, state)| (key, Change::Gained(state))));
    (changes, unchanged)
}

/// The states of one set-up.
fn of_setup<'s, 'a>(
    states: &'s States<'a>,
    setup: &SetupKey,
) -> impl Iterator<Item = (&'s (SetupKey, String), &'s Outcome<'a>)> {
    let from = states.range((setup.clone(), String::new())..);
    from.take_while(move |((of, _), _)| of == setup)
}

/// Compares what each server says with what is planned; where there are several plans, with
/// the first one that it carries out, or else the first one.
fn by_server<'a>(before: States<'a>, after: States<'a>) -> Changes<'a> {
    let mut plans: BTreeMap<SetupKey, Vec<Outcome<'a>>> = BTreeMap::new();
    let mut changes = BTreeMap::new();
    let served: BTreeSet<_> = after.keys().map(|(setup, _)| setup).collect();
    for ((setup, view), before) in before {
        if !served.contains(&setup) {
            changes.insert((setup.clone(), view), Change::Lost(before));
        }
        plans.entry(setup).or_default().push(before);
    }
    let mut unchanged = 0;
    for (key, after) in after {
        match plans.get(&key.0).map(Vec::as_slice) {
            None | Some([]) => {
                changes.insert(key, Change::Gained(after));
            }
            Some(plans) if plans.iter().any(|plan| behave_alike(plan, &after)) => unchanged += 1,
            Some([before, ..]) => {
                let before = *before;
                changes.insert(key, Change::Changed { before, after });
            }
        }
    }
    (changes, unchanged)
}

fn states<'a>(side: &'a Side<'a>) -> States<'a> {
    let mut outcomes = side.site.outcomes();
    outcomes.sort_by_cached_key(|outcome| outcome.setup.entry.static_dns.text());
    let mut states = BTreeMap::new();
    let mut before: HashMap<_, usize> = HashMap::new();
    for outcome in outcomes {
        let entry = &outcome.setup.entry;
        let address = entry.address.value.to_ascii_lowercase();
        let transport = entry.transport.value.as_str().to_owned();
        let view = side.strip(outcome.view().unwrap_or_default()).to_owned();
        let number = before
            .entry((
                address.clone(),
                entry.port.value,
                transport.clone(),
                view.clone(),
            ))
            .or_default();
        let setup = (address, entry.port.value, transport, *number);
        states.insert((setup, view), outcome);
        *number += 1;
    }
    states
}

fn identities(side: &Side<'_>) -> Vec<Identity> {
    let subjects = Subjects::of(side);
    let findings = side.findings.iter();
    findings.map(|finding| subjects.identity(finding)).collect()
}

/// Old findings and their counterparts among the new ones, by their indexes.
struct Pairing {
    /// Those that have none, on either side.
    old: Vec<usize>,
    new: Vec<usize>,
    /// The others.
    pairs: Vec<(usize, usize)>,
}

impl Pairing {
    /// Those that agree in everything are paired first, then those that agree in less and less.
    /// One that is told once a zone may stand at another record, and says the same.
    fn of(old: &[Identity], new: &[Identity]) -> Self {
        type Part = fn(&Identity) -> [&str; 5];
        let parts: [Part; 5] = [
            |one| {
                [
                    &one.rule,
                    &one.subject,
                    &one.snippet,
                    &one.message,
                    &one.path,
                ]
            },
            |one| [&one.rule, &one.subject, &one.snippet, &one.message, ""],
            |one| [&one.rule, &one.subject, &one.snippet, "", ""],
            |one| [&one.rule, &one.subject, "", "", ""],
            |one| [&one.rule, "", "", &one.message, ""],
        ];
        let mut pairing = Self {
            old: (0..old.len()).collect(),
            new: (0..new.len()).collect(),
            pairs: Vec::new(),
        };
        for part in parts {
            pairing.pair(|at| part(&old[at]), |at| part(&new[at]));
        }
        pairing
    }

    /// Pairs what has the same key on both sides, one for one.
    fn pair<K: Hash + Eq>(
        &mut self,
        key_of_old: impl Fn(usize) -> K,
        key_of_new: impl Fn(usize) -> K,
    ) {
        let mut waiting: HashMap<K, VecDeque<usize>> = HashMap::new();
        for at in &self.new {
            waiting.entry(key_of_new(*at)).or_default().push_back(*at);
        }
        self.old.retain(|at| {
            let counterparts = waiting.get_mut(&key_of_old(*at));
            let counterpart = counterparts.and_then(VecDeque::pop_front);
            self.pairs.extend(counterpart.map(|new| (*at, new)));
            counterpart.is_none()
        });
        self.new = waiting.into_values().flatten().collect();
        self.new.sort_unstable();
    }
}
