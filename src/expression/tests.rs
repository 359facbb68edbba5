use proptest::prelude::*;

use super::*;

fn variables() -> Vec<(&'static str, Value)> {
    let record = |owner: &str, ttl: i64| {
        Value::fields(vec![
            ("owner", Value::text(owner)),
            ("ttl", Value::number(ttl)),
        ])
    };
    vec![
        (
            "records",
            Value::list([record("sip1.x.", 300), record("sip2.x.", 3600)]),
        ),
        ("none", Value::list([])),
        ("record", record("sip1.x.", 300)),
    ]
}

fn read(text: &str) -> Result<Expression, Wrong> {
    let names: Vec<_> = variables().iter().map(|(name, _)| *name).collect();
    parse(text, &names)
}

fn value(text: &str) -> String {
    let expression = read(text).unwrap_or_else(|wrong| panic!("{text}: {wrong:?}"));
    let value = expression.evaluate(&variables(), &mut Budget::of(0));
    value
        .unwrap_or_else(|failure| panic!("{text}: {failure:?}"))
        .to_string()
}

#[test]
fn expressions_are_worth_what_the_language_says() {
    for (text, expected) in [
        ("1 + 2 * 3 - 4 / 2 % 2", "7"),
        ("-(1 + 2)", "-3"),
        ("1 < 2 && 2 <= 2 && !(3 > 4) && 4 >= 4", "true"),
        ("false || 1 == 2 || 'a' != \"b\"", "true"),
        // What decides first is enough.
        ("true || 1 / 0 == 1", "true"),
        ("false && 1 / 0 == 1", "false"),
        ("1 < 2 ? 'yes' : 'no'", "yes"),
        ("2 in [1, 2] && !('c' in ['a', 'b'])", "true"),
        ("[1, 2] + [3] == [1, 2, 3]", "true"),
        ("'a' + 'b' < 'b'", "true"),
        ("1 == 'a'", "false"),
        ("null == null", "true"),
        ("record.ttl", "300"),
        ("records[1].owner", "sip2.x."),
        ("has(record.ttl) && !has(record.port)", "true"),
        ("records.all(r, r.ttl <= 3600)", "true"),
        ("records.all(r, r.ttl <= 300)", "false"),
        ("none.all(r, false)", "true"),
        ("records.exists(r, r.ttl == 300)", "true"),
        ("none.exists(r, true)", "false"),
        ("records.exists_one(r, r.ttl > 300)", "true"),
        ("records.exists_one(r, r.ttl > 0)", "false"),
        ("records.filter(r, r.ttl > 300).map(r, r.owner)", "sip2.x."),
        (
            "records.map(r, r.ttl).all(t, records.exists(r, r.ttl == t))",
            "true",
        ),
        ("record == records[0]", "true"),
        ("size('é') == 1 && records.size() == 2", "true"),
        ("record.owner.matches(r\"^sip[0-9]+\\.\")", "true"),
        (
            "'SIP'.lowerAscii().startsWith('si') && 'sip'.endsWith('p')",
            "true",
        ),
        (
            "'a.b'.contains('.') && int('42') == 42 && string(42) == '42'",
            "true",
        ),
        ("'10.225.2.31'.inNetwork('10.225.2.0/24')", "true"),
        ("'10.225.3.31'.inNetwork('10.225.2.0/24')", "false"),
        (
            "'1.2.3.4'.inNetwork('0.0.0.0/0') && '1.2.3.4'.inNetwork('1.2.3.4/32')",
            "true",
        ),
        ("[1, 2, 1].unique()", "1, 2"),
        ("'tab\\t' // a comment", "tab\t"),
    ] {
        assert_eq!(value(text), expected, "{text}");
    }
}

#[test]
fn what_cannot_be_read_is_shown_where_it_stands() {
    for (text, at, says, help) in [
        ("record.ttl =< 3", "=", "has no meaning", "`==`"),
        (
            "recrod.ttl",
            "recrod",
            "nothing is called `recrod`",
            "`record`",
        ),
        (
            "records.al(r, true)",
            "al",
            "no function is called `al`",
            "`all`",
        ),
        ("records.all(r, r.ttl", "", "`)` is missing here", ""),
        ("(1", "", "`)` is missing here", ""),
        ("size(records", "", "`,` or `)` is missing here", ""),
        ("1 2", "2", "should have ended", ""),
        ("1.5 < 2", "1", "numbers are whole", ""),
        (
            "99999999999999999999",
            "99999999999999999999",
            "too large",
            "",
        ),
        ("'a", "'", "not closed", ""),
        ("'\\q'", "\\", "escape", "\\n"),
        ("'a'.matches('(')", "'('", "no regular expression", ""),
        (
            "'a'.matches('(a{9999}){9999}')",
            "'(a{9999}){9999}'",
            "no regular expression",
            "",
        ),
        ("'a'.matches(record.owner)", "record", "written out", ""),
        ("'a'.startsWith()", "startsWith", "takes 2 values", ""),
        ("has(record)", "record", "asks for a field", ""),
        ("“a”", "“", "no meaning", "straight"),
        ("1 +", "", "a value is missing", ""),
    ] {
        let wrong = read(text).expect_err(text);
        assert_eq!(&text[wrong.range.clone()], at, "{text}: {wrong:?}");
        assert!(wrong.message.contains(says), "{text}: {}", wrong.message);
        assert!(wrong.help.contains(help), "{text}: {}", wrong.help);
    }
}

#[test]
fn what_has_no_value_is_shown_where_it_stands() {
    for (text, at, says) in [
        ("1 == 1 && record.tll > 3", "record.tll", "no field `tll`"),
        (
            "record.owner && true",
            "record.owner",
            "text, not true or false",
        ),
        ("1 + 'a'", "1 + 'a'", "do not go together"),
        (
            "9223372036854775807 + 1",
            "9223372036854775807 + 1",
            "too large",
        ),
        ("1 / (1 - 1)", "1 / (1 - 1)", "divided by 0"),
        ("record.all(r, true)", "record", "not a list"),
        ("records[7]", "records[7]", "none at 7"),
        (
            "record.owner.inNetwork('10.0.0.0/8')",
            "record.owner.inNetwork('10.0.0.0/8')",
            "does not take",
        ),
        ("int('x') == 1", "int('x')", "does not take"),
    ] {
        let expression = read(text).expect(text);
        let failure = expression.evaluate(&variables(), &mut Budget::of(0));
        let failure = failure.expect_err(text);
        assert_eq!(&text[failure.range.clone()], at, "{text}: {failure:?}");
        assert!(
            failure.message.contains(says),
            "{text}: {}",
            failure.message
        );
    }
}

#[test]
fn neither_length_nor_nesting_is_unbounded() {
    for text in [
        "(".repeat(2000),
        "[".repeat(2000),
        "!".repeat(2000) + "true",
        "-".repeat(2000) + "1",
        "true ? 1 : ".repeat(300) + "1",
        "size(".repeat(800),
        "records.all(r, ".repeat(250),
        vec!["1"; 1500].join("+"),
        "record".to_owned() + &".a".repeat(1500),
        "records".to_owned() + &"[0]".repeat(1000),
    ] {
        let wrong = read(&text).expect_err(&text);
        assert!(wrong.message.contains("nested"), "{text}: {wrong:?}");
    }
    let wrong = read(&"1".repeat(MAX_BYTES + 1)).expect_err("too long");
    assert!(wrong.message.contains("longer"), "{wrong:?}");
    // A long row of conditions is not deep.
    assert_eq!(value(&vec!["true"; 500].join(" && ")), "true");
}

#[test]
fn no_expression_goes_on_for_ever_or_fills_memory() {
    let list = format!("[{}]", vec!["1"; 100].join(","));
    let hundred = |text: &str| text.replace('L', &list);
    for text in [
        hundred("L.all(a, L.all(b, L.all(c, L.all(d, L.all(e, true)))))"),
        hundred("L.map(a, L.map(b, L.map(c, L.map(d, L.map(e, 1)))))"),
        format!("['x']{}", ".map(x, x + x)".repeat(40)),
        format!("[[1]]{}", ".map(x, x + x)".repeat(40)),
    ] {
        let expression = read(&text).expect("it can be read");
        let failure = expression.evaluate(&variables(), &mut Budget::of(0));
        let failure = failure.expect_err("it is stopped");
        assert!(failure.message.contains("too many steps"), "{failure:?}");
    }
}

#[test]
fn a_value_keeps_its_place() {
    let place = Span::new(crate::source::Sources::new().add(source()), 3, 6);
    let ttl = Value::number(7).at(place);
    let record = Value::fields(vec![("ttl", ttl)]);
    let text = "[record].filter(r, r.ttl == 7).map(r, r.ttl)[0]";
    let expression = parse(text, &["record"]).expect(text);
    let value = expression.evaluate(&[("record", record)], &mut Budget::of(0));
    assert_eq!(value.expect(text).place, Some(place));
}

fn source() -> crate::source::Source {
    crate::source::Source::new("x", crate::source::Origin::Stdin, "abcdefgh")
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "[a-z0-9 .,()\\[\\]!&|<>=+*/%?:'\"\\\\-]{0,60}|\\PC{0,40}") {
        if let Ok(expression) = read(&text) {
            let _ = expression.evaluate(&variables(), &mut Budget::of(0));
        }
    }

    #[test]
    fn no_row_of_tokens_makes_it_panic(tokens in prop::collection::vec(prop::sample::select(vec![
        "records", "record", ".", "ttl", "all", "(", ")", "[", "]", "r", ",", "1", "'a'", "&&",
        "||", "!", "-", "+", "?", ":", "in", "has", "matches", "size", "==", "<", "null",
    ]), 0..24)) {
        if let Ok(expression) = read(&tokens.join(" ")) {
            let _ = expression.evaluate(&variables(), &mut Budget::of(0));
        }
    }
}
