use super::*;
use crate::source::{Origin, Source};

fn parse(text: &str) -> (Sources, Result<Option<Node>, Fault>) {
    let sources = Sources::new();
    let source = sources.add(Source::new("s.yaml", Origin::Stdin, text));
    let read = read(&sources, source);
    (sources, read)
}

fn tree(text: &str) -> (Sources, Node) {
    let (sources, read) = parse(text);
    let node = read.expect("it is YAML").expect("it holds something");
    (sources, node)
}

fn fault(text: &str) -> (String, String) {
    let (sources, read) = parse(text);
    let fault = read.expect_err("a fault");
    (
        fault.message.clone(),
        sources.positions(fault.span).0.to_string(),
    )
}

#[test]
fn every_value_has_its_place() {
    let text = "# é\nzones: [a.zone,  'b é.zone' ]\nexpect:\n  - address:   x.y   # why\n    mode: \"single\"\n";
    let (sources, root) = tree(text);
    let at = |node: &Node| sources.text(node.span).to_owned();
    let zones = root.get("zones").expect("zones");
    let spelt: Vec<_> = zones.list().iter().map(at).collect();
    assert_eq!(spelt, ["a.zone", "'b é.zone'"]);
    assert_eq!(zones.list()[1].text(), "b é.zone");
    let expect = &root.get("expect").expect("expect").list()[0];
    assert_eq!(at(expect.get("address").expect("address")), "x.y");
    assert_eq!(expect.get("mode").expect("mode").text(), "single");
    assert_eq!(sources.text(root.entries()[1].0.span), "expect");
}

#[test]
fn a_part_of_a_block_is_found_in_its_lines() {
    let text = "a: |\n    one &&\n      two\nb: 'it is'\nc: \"x\\ty\"\n";
    let (sources, root) = tree(text);
    let part = |key: &str, word: &str| {
        let node = root.get(key).expect("the key");
        let start = node.text().find(word).expect("the word");
        let span = node.part(&sources, start, start + word.len());
        (
            sources.text(span).to_owned(),
            sources.positions(span).0.to_string(),
        )
    };
    assert_eq!(part("a", "two"), ("two".into(), "3:7".into()));
    assert_eq!(part("a", "&&"), ("&&".into(), "2:9".into()));
    assert_eq!(part("b", "is"), ("is".into(), "4:8".into()));
    assert_eq!(part("c", "y"), ("\"x\\ty\"".into(), "5:4".into()));
}

#[test]
fn what_is_no_plain_yaml_is_refused_where_it_stands() {
    for (text, says, at) in [
        ("a: &x 1\nb: *x\n", "anchors and aliases", "1:4"),
        ("a: 1\na: 2\n", "`a` is given twice", "2:1"),
        ("a: [1, 2\n", "this is no YAML", "1:9"),
        ("a: 1\n---\nb: 1\n", "a second document", "2:1"),
        ("[a]: 1\n", "a key is a single word", "1:1"),
        ("a: b: c\n", "this is no YAML", "1:5"),
    ] {
        let (message, place) = fault(text);
        assert!(message.contains(says), "{text}: {message}");
        assert_eq!(place, at, "{text}: {message}");
    }
}

#[test]
fn neither_depth_nor_size_is_unbounded() {
    for opening in ["[", "{a: "] {
        let (message, _) = fault(&opening.repeat(200));
        assert!(message.contains("nested more than"), "{message}");
        // Deeper than the parser itself goes.
        let (message, _) = fault(&opening.repeat(100_000));
        assert!(
            message.contains("nested") || message.contains("recursion"),
            "{message}"
        );
    }
    let (message, _) = fault(&"- ".repeat(100_000));
    assert!(message.contains("nested more than"), "{message}");
    let (message, _) = fault(&"# x\n".repeat(MAX_BYTES / 4 + 1));
    assert!(message.contains("larger than"), "{message}");
}

#[test]
fn comments_alone_are_nothing() {
    let (_, read) = parse("# nothing\n");
    assert_eq!(read, Ok(None));
}
