use std::io::Write as _;

use proptest::prelude::*;

use super::*;

#[test]
fn html_has_no_tags_and_no_way_out_of_an_attribute() {
    assert_eq!(
        html("</script><b a=\"x\" c='y'>&amp;\u{202e}"),
        "&lt;/script&gt;&lt;b a=&quot;x&quot; c=&#39;y&#39;&gt;&amp;amp;&lt;U+202E&gt;"
    );
    assert_eq!(html("piper.eslab.local."), "piper.eslab.local.");
}

#[test]
fn markdown_is_text() {
    for (text, expected) in [
        ("piper.eslab.local.", "piper.eslab.local."),
        ("_sip._udp", "\\_sip.\\_udp"),
        ("| a | b |", "\\| a \\| b \\|"),
        ("[x](javascript:1)", "\\[x\\](javascript:1)"),
        ("![x](y)", "\\!\\[x\\](y)"),
        ("<img src=x>", "&lt;img src=x&gt;"),
        ("&lt;", "&amp;&#8203;lt;"),
        ("@team #1 a!2", "\\@&#8203;team \\#&#8203;1 a\\!&#8203;2"),
        ("https://x", "https:&#8203;//x"),
        ("WWW.x", "WWW&#8203;.x"),
        ("1. x", "1\\. x"),
        ("  - x - y", "\\- x - y"),
        ("/close", "\\/close"),
        ("a\nb", "a␊b"),
    ] {
        assert_eq!(markdown(text), expected, "{text}");
    }
}

#[test]
fn names_in_messages_are_code() {
    for (message, expected) in [
        ("`a_b` is no `c`", "`a_b` is no `c`"),
        ("`a|b` too", "<code>a\\|b</code> too"),
        ("one ` alone_", "one \\` alone\\_"),
        ("`` is empty", "<code></code> is empty"),
        ("`a` - `b` - 1. ", "`a` - `b` - 1. "),
    ] {
        assert_eq!(markdown_message(message), expected, "{message}");
    }
    assert_eq!(markdown_code("a`b"), "<code>a\\`b</code>");
}

#[test]
fn a_block_is_longer_fenced_than_its_lines() {
    assert_eq!(
        markdown_block("a\n````\n\u{1b}[2J"),
        "`````text\na\n````\n␛[2J\n`````\n"
    );
}

#[test]
fn workflow_commands_hold_one_line() {
    assert_eq!(
        workflow_data("a%0A::error::b\nc\rd"),
        "a%250A::error::b%0Ac␍d"
    );
    assert_eq!(workflow_property("a,line=1::x\n%"), "a%2Cline=1%3A%3Ax␊%25");
}

#[test]
fn uris_are_encoded() {
    for (path, expected) in [
        ("zones/a b.zone", "zones/a%20b.zone"),
        ("a:b/ü%", "a%3Ab/%C3%BC%25"),
        ("/etc/a#b", "file:///etc/a%23b"),
        ("C:/zones/a.dns", "file:///C:/zones/a.dns"),
        ("//server/share/a.dns", "file://server/share/a.dns"),
        ("../a.dns", "../a.dns"),
    ] {
        assert_eq!(uri(path), expected, "{path}");
    }
}

fn inert(text: &str, syntax: Syntax) -> String {
    let mut out = Vec::new();
    let mut writer = Inert::new(&mut out, syntax);
    writer.write_all(text.as_bytes()).expect("memory");
    writer.finish().expect("memory");
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn runners_find_no_order() {
    for (text, expected) in [
        ("::set-output name=a::b", "<U+003A>:set-output name=a::b"),
        ("a\n  ::error::b\n", "a\n  <U+003A>:error::b\n"),
        ("a ::error::b", "a ::error::b"),
        ("::1 is an address", "::1 is an address"),
        ("x ##[error]y", "x #<U+0023>[error]y"),
        ("###[a]##vso[b]", "##<U+0023>[a]#<U+0023>vso[b]"),
        ("## a heading", "## a heading"),
    ] {
        assert_eq!(inert(text, Syntax::Text), expected, "{text}");
    }
    assert_eq!(inert("::error::x", Syntax::Xml), "&#58;:error::x");
    assert_eq!(
        inert("<a b=\"##[a]\"/>", Syntax::Xml),
        "<a b=\"#&#35;[a]\"/>"
    );
}

proptest! {
    /// However a text is cut into writes, the same comes out, and no order is left in it.
    #[test]
    fn inert_text_does_not_depend_on_how_it_is_written(
        text in "(?s)[#\\[: \nva-c]{0,60}",
        cut in 0_usize..60,
    ) {
        let whole = inert(&text, Syntax::Text);
        let cut = cut.min(text.len());
        let mut out = Vec::new();
        let mut writer = Inert::new(&mut out, Syntax::Text);
        writer.write_all(&text.as_bytes()[..cut]).expect("memory");
        writer.write_all(&text.as_bytes()[cut..]).expect("memory");
        writer.finish().expect("memory");
        prop_assert_eq!(whole.as_bytes(), &out[..]);
        prop_assert!(!whole.contains("##["));
        prop_assert!(!whole.lines().any(|line| is_command(line.as_bytes())));
    }

    #[test]
    fn markdown_holds_no_tag_and_no_line_end(text in any::<String>()) {
        prop_assert!(!markdown(&text).contains(['<', '\n', '\r']));
        prop_assert!(!markdown_message(&text).contains(['\n', '\r']));
    }
}
