//! Safe repairs do what they say and nothing else, over every fixture and every example of
//! a page: the finding is gone, nothing new at warning or above appears, every line outside
//! the repair keeps its bytes, and a second run changes nothing.

// What examples expect is the matter of other tests.
#[allow(dead_code)]
#[path = "support/example.rs"]
mod example;
#[path = "support/folder.rs"]
mod folder;
#[path = "support/site.rs"]
mod site;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use folder::{Folder, every_folder};
use sipdns_lint::finding::Finding;
use sipdns_lint::repairs::edits::{Edits, Scope};
use sipdns_lint::repairs::files;
use sipdns_lint::rule::Severity;
use sipdns_lint::site::Site;

const TODAY: u32 = 20_261_122;

/// Rules whose repairs `--write` makes.
const SAFE: [&str; 13] = [
    "address-owner-relative",
    "phone-failback-mode-unsupported",
    "phone-parameter-unknown",
    "phone-port-blocks-srv",
    "phone-transport-spelling",
    "ptr-mismatch",
    "ptr-missing",
    "srv-owner-malformed",
    "srv-port-zero",
    "srv-target-missing-address",
    "srv-target-relative",
    "zone-ns-missing",
    "zone-typographic-character",
];

/// Defects that another one hid: a rule whose repair was made, and the one that can speak of
/// the records now that they mean something.
const REVEALED: [(&str, &str); 2] = [
    // A set under no name that is asked for has no servers to count, and no ports to judge.
    ("srv-owner-malformed", "srv-single-target"),
    ("srv-owner-malformed", "srv-port-transport-mismatch"),
];

/// The files of a folder by their names below it.
fn files_of(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).expect("a readable folder") {
            let path = entry.expect("a readable entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below the folder");
                let bytes = std::fs::read(&path).expect("a readable file");
                files.insert(name.to_string_lossy().replace('\\', "/"), bytes);
            }
        }
    }
    files
}

/// What a finding says, however its lines have moved.
fn saying(site: &Site, finding: &Finding) -> (String, String, String) {
    let source = site.sources.get(finding.span.source).name.clone();
    (finding.rule.id.to_owned(), source, finding.message.clone())
}

/// How often each rule speaks at warning or above.
fn loud(findings: &[Finding]) -> BTreeMap<&'static str, usize> {
    let mut loud = BTreeMap::new();
    for finding in findings {
        if finding.severity >= Severity::Warning {
            *loud.entry(finding.rule.id).or_default() += 1;
        }
    }
    loud
}

/// What making repairs did.
struct Outcome {
    /// What the findings said.
    made: Vec<(String, String, String)>,
    /// Their rules.
    rules: BTreeSet<&'static str>,
    /// The lines that hold a change, by path.
    lines: BTreeMap<String, BTreeSet<u32>>,
    /// A file was written.
    changed: bool,
}

/// Makes the safe repairs of the findings that `wanted` lets through; the rules whose
/// repairs were made.
fn repair(folder: &Folder, wanted: impl Fn(&Finding) -> bool) -> BTreeSet<&'static str> {
    let what = &folder.name;
    let (site, findings) = folder.check();
    let roots = files::roots([folder.path()]);
    let choose = |site: &Site, findings: &[Finding]| -> Outcome {
        let of = findings.iter().filter(|finding| wanted(finding));
        let mut edits = Edits::choose(site, of, Scope::Safe, |source| {
            files::refusal(site, findings, &roots, source)
        });
        edits.raise_serials(site, TODAY);
        let mut lines: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
        for (source, edits) in &edits.files {
            let text = site.sources.get(*source);
            let path = text.name.clone();
            let own = lines.entry(path).or_default();
            for edit in edits {
                own.insert(text.position(edit.start).line);
            }
        }
        let (written, refusals) = files::write(site, &edits);
        assert!(refusals.is_empty(), "{what}: {refusals:?}");
        let made = edits.made.iter().map(|finding| saying(site, finding));
        let rules = edits.made.iter().map(|finding| finding.rule.id).collect();
        Outcome {
            made: made.collect(),
            rules,
            lines,
            changed: !written.is_empty(),
        }
    };
    let before = files_of(folder.path());
    let Outcome {
        made,
        rules,
        lines,
        changed,
    } = choose(&site, &findings);
    assert_eq!(changed, !made.is_empty(), "{what}");
    let after = files_of(folder.path());
    assert_eq!(
        before.keys().collect::<Vec<_>>(),
        after.keys().collect::<Vec<_>>(),
        "{what}: no file comes or goes"
    );
    for (name, old) in &before {
        let new = &after[name];
        let changed = lines
            .iter()
            .find(|(path, _)| Path::new(path).ends_with(name));
        let Some((_, changed)) = changed else {
            assert_eq!(old, new, "{what}: {name} has no repair");
            continue;
        };
        let (old, old_encoding) = sipdns_lint::source::decode(old.clone());
        let (new, new_encoding) = sipdns_lint::source::decode(new.clone());
        assert_eq!(
            std::mem::discriminant(&old_encoding),
            std::mem::discriminant(&new_encoding),
            "{what}: {name}"
        );
        let (old, new): (Vec<_>, Vec<_>) = (old.split('\n').collect(), new.split('\n').collect());
        assert_eq!(old.len(), new.len(), "{what}: {name} keeps its lines");
        for (number, (old, new)) in (1..).zip(old.iter().zip(&new)) {
            assert_eq!(
                old != new,
                changed.contains(&number),
                "{what}: {name}:{number}: {old:?} {new:?}"
            );
            assert_eq!(old.ends_with('\r'), new.ends_with('\r'), "{what}: {name}");
        }
    }

    let (site, findings_after) = folder.check();
    let sayings: BTreeSet<_> = findings_after.iter().map(|f| saying(&site, f)).collect();
    for gone in &made {
        assert!(!sayings.contains(gone), "{what}: still there: {gone:?}");
    }
    let loud_before = loud(&findings);
    for (rule, count) in loud(&findings_after) {
        let count_before = loud_before.get(rule).copied().unwrap_or_default();
        let is_revealed = REVEALED
            .iter()
            .any(|(repaired, revealed)| rules.contains(repaired) && *revealed == rule);
        assert!(
            is_revealed || count <= count_before,
            "{what}: repairing {rules:?} makes `{rule}` speak {count} times, not {count_before}"
        );
    }
    let again = choose(&site, &findings_after);
    assert!(
        !again.changed && again.made.is_empty(),
        "{what}: a second run: {:?}",
        again.made
    );
    assert_eq!(after, files_of(folder.path()), "{what}: a second run");
    rules
}

#[test]
fn every_safe_repair_ends_its_finding_and_changes_nothing_else() {
    let mut made = BTreeSet::new();
    for folder in every_folder() {
        let (_, findings) = folder.check();
        let safe = findings.iter().filter(|finding| {
            let fix = finding.fix.as_ref();
            fix.is_some_and(|fix| fix.safe)
        });
        let rules: BTreeSet<_> = safe.map(|finding| finding.rule.id).collect();
        for rule in &rules {
            made.extend(repair(&folder.again(), |finding| finding.rule.id == *rule));
        }
        // All of them together; where nothing is safe, nothing may change.
        repair(&folder, |_| true);
    }
    assert_eq!(made.into_iter().collect::<Vec<_>>(), SAFE);
}
