//! Records of answers that the log shows in part.

use super::super::Chain;
use super::{Answer, SUCCESS, questions, read};

/// The answer to each question: how many records are shown whole, and how many are not.
fn shown_and_hidden(chain: &Chain) -> Vec<(usize, usize)> {
    let steps = chain.steps.iter();
    let answers = steps.map(|step| match &step.shown.answer {
        Answer::Records {
            records: Some(records),
            hidden,
            ..
        } => (records.len(), *hidden),
        other => panic!("{other:?}"),
    });
    answers.collect()
}

#[test]
fn a_record_of_which_a_line_is_lost_is_not_shown() {
    let whole = SUCCESS.lines().take(45).collect::<Vec<_>>();
    let read_lines = |lines: &[&str]| read(lines.join("\n")).1;
    let log = read_lines(&whole);
    let chain = log.chains.iter().next().expect("a lookup");
    assert_eq!(shown_and_hidden(chain), [(1, 0), (2, 0), (1, 0), (1, 0)]);
    let mut lost = 0;
    for (index, line) in whole.iter().enumerate() {
        let is_field = |field: &str| line.contains(&format!("|{field} '"));
        let naptr = [
            "order",
            "preference",
            "flags",
            "service",
            "regexp",
            "replacement",
        ];
        let expected = if naptr.into_iter().any(is_field) {
            [(0, 1), (2, 0), (1, 0), (1, 0)]
        } else if ["target:port", "priority", "weight"]
            .into_iter()
            .any(is_field)
        {
            [(1, 0), (1, 1), (1, 0), (1, 0)]
        } else {
            continue;
        };
        lost += 1;
        let mut rest = whole.clone();
        rest.remove(index);
        let log = read_lines(&rest);
        let chain = log.chains.iter().next().expect("a lookup");
        assert_eq!(shown_and_hidden(chain), expected, "without {line}");
    }
    assert_eq!(lost, 6 + 2 * 3);
}

#[test]
fn records_that_the_level_hides_are_counted() {
    for level in ["1", "12"] {
        let shown = |line: &&str| !level.contains(line.split('|').nth(2).expect("a class"));
        let lines: Vec<_> = SUCCESS.lines().take(45).filter(shown).collect();
        let (_, log) = read(lines.join("\n"));
        let chain = log.chains.iter().next().expect("a lookup");
        let expected = [(0, 1), (0, 2), (1, 0), (1, 0)];
        assert_eq!(shown_and_hidden(chain), expected, "without {level}");
        assert_eq!(questions(chain)[3], "A piper2.eslab.local.");
    }
}
