//! `JUnit` XML: a test suite for each input, a test case for each finding.
//!
//! What fails the run (`--fail-on`) is a failure, other findings are skipped cases, so that
//! the test report is red when the exit status is 1 and shows the rest all the same. An input
//! without findings is a case that passes. Why the exit status is 2 are errors.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::{Location, Report, Summary, printable, sentence};
use crate::finding::Finding;
use crate::site::Input;

/// Name of the suite for what belongs to no input.
const RUN: &str = "sipdns-lint";

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let sources = &report.site.sources;
    let name = |source| sources.get(source).name.as_str();
    let mut cases: BTreeMap<&str, Vec<TestCase>> = BTreeMap::new();
    let known = |input: &&Input| input.kind.is_read();
    for input in report.site.inputs.iter().filter(known) {
        cases.entry(name(input.source)).or_default();
    }
    // A test is known by its name from run to run, so lines have no part in it.
    let mut named: HashMap<(&str, String), usize> = HashMap::new();
    for finding in &report.findings {
        let path = name(finding.span.source);
        let mut title = format!("{}: {}", finding.rule.id, sentence(&finding.message));
        let number = named.entry((path, title.clone())).or_default();
        *number += 1;
        if *number > 1 {
            title = format!("{title} ({number})");
        }
        cases
            .entry(path)
            .or_default()
            .push(case(report, finding, &title));
    }
    let mut suites = quick_junit::Report::new(RUN);
    if !report.problems.is_empty() {
        suites.add_test_suite(problems(report));
    }
    for (path, cases) in cases {
        let path = printable(path);
        let mut suite = TestSuite::new(&*path);
        if cases.is_empty() {
            let mut passed = TestCase::new("no findings", TestCaseStatus::success());
            passed.set_classname(&*path);
            suite.add_test_case(passed);
        }
        suite.add_test_cases(cases);
        suites.add_test_suite(suite);
    }
    suites.serialize(&mut *out).map_err(io::Error::other)
}

fn case(report: &Report<'_>, finding: &Finding, title: &str) -> TestCase {
    let place = Location::of(&report.site.sources, finding.span);
    let Summary { fail_on, .. } = report.summary;
    let mut status = if fail_on.includes(finding.severity) {
        TestCaseStatus::non_success(NonSuccessKind::Failure)
    } else {
        TestCaseStatus::skipped()
    };
    let message = sentence(&finding.message);
    let mut lines = vec![format!(
        "{place}: {}[{}] {message}",
        finding.severity, finding.rule.id
    )];
    for label in &finding.related {
        let place = Location::of(&report.site.sources, label.span);
        lines.push(format!("{place}: {}", sentence(&label.message)));
    }
    let help = finding.help.iter().flat_map(|help| help.lines());
    lines.extend(help.map(|line| format!("help: {}", sentence(line))));
    status
        .set_message(&*message)
        .set_type(finding.severity.word())
        .set_description(lines.join("\n"));
    let mut case = TestCase::new(title, status);
    let path = printable(place.path);
    case.set_classname(&*path);
    // GitLab and CircleCI link these.
    case.extra.insert("file".into(), (&*path).into());
    case.extra
        .insert("line".into(), place.line.to_string().into());
    case
}

/// Why not all could be checked.
fn problems(report: &Report<'_>) -> TestSuite {
    let mut suite = TestSuite::new(RUN);
    for problem in &report.problems {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(&*sentence(&problem.message));
        if let Some(help) = &problem.help {
            let lines: Vec<_> = help.lines().map(sentence).collect();
            status.set_description(lines.join("\n"));
        }
        let mut case = TestCase::new("could not check", status);
        case.set_classname(RUN);
        suite.add_test_case(case);
    }
    suite
}
