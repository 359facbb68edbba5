//! Tests of the reader.

use proptest::prelude::*;

use super::*;
use crate::source::{Origin, Source};

fn sources(text: &str) -> (Sources, SourceId) {
    let sources = Sources::new();
    let id = sources.add(Source::from_bytes(
        "x.cfg",
        Origin::Stdin,
        text.as_bytes().to_vec(),
    ));
    (sources, id)
}

/// The values of a text's settings.
fn values(text: &str) -> Vec<String> {
    let settings = settings(text).into_iter();
    settings.map(|(_, value, _)| value).collect()
}

/// Names and values, each with the text under its span.
fn settings(text: &str) -> Vec<(String, String, String)> {
    let (sources, id) = sources(text);
    read(&sources, id)
        .parameters
        .into_iter()
        .map(|parameter| {
            assert_eq!(sources.text(parameter.name.span), parameter.name.value);
            let shown = sources.text(parameter.value.span).to_owned();
            (parameter.name.value, parameter.value.value, shown)
        })
        .collect()
}

/// Kind, the text under the span, the message.
fn troubles(text: &str) -> Vec<(TroubleKind, String, String)> {
    let (sources, id) = sources(text);
    read(&sources, id)
        .troubles
        .into_iter()
        .map(|trouble| {
            (
                trouble.kind,
                sources.text(trouble.span).to_owned(),
                trouble.message,
            )
        })
        .collect()
}

#[test]
fn values_are_resolved_and_spans_are_exact() {
    let long = "x".repeat(3000);
    let text = format!(
        "\u{feff}<?xml version=\"1.0\"?>\r\n<!-- several\r\nlines -->\r\n<a xmlns:xsi=\"u\" one = \"1\"\r\n  two='2 \"'>\r\n  <b.c three=\"a&amp;b&#65;\" four=\"\" five=\"{long}\"><d six=\"x\r\ny\"/></b.c>text</a>\r\n"
    );
    let expected = [
        ("one", "1", "1"),
        ("two", "2 \"", "2 \""),
        ("three", "a&bA", "a&amp;b&#65;"),
        ("four", "", "\"\""),
        ("five", &long, &long),
        ("six", "x y", "x\r\ny"),
    ];
    let found = settings(&text);
    let found: Vec<_> = found
        .iter()
        .map(|(name, value, shown)| (name.as_str(), value.as_str(), shown.as_str()))
        .collect();
    assert_eq!(found, expected);
    assert_eq!(troubles(&text), []);
}

#[test]
fn the_first_fault_is_shown_at_its_characters() {
    for (text, shown, message) in [
        (
            "<a x=\"1\" y=\"2\" x=\"3\"/>",
            "x",
            "`x` is set twice in one element",
        ),
        (
            "<a x=eslab.local y=\"2\"/>",
            "eslab.local",
            "value without quotes",
        ),
        ("<a x=5060/>", "5060", "value without quotes"),
        ("<a x=“1” y=\"2\"/>", "“", "typographic quote `“`"),
        ("<a x=\"1 y=\"2\"/>", "\"", "quote that is not closed"),
        ("<a x=\"1/>", "\"", "quote that is not closed"),
        ("<a x=\"1\n y=\"2\"/>", "\"", "quote that is not closed"),
        (
            "<a x=\"1\" y=\"2/>\n<b z=\"3\"/>",
            "\"",
            "quote that is not closed, and 1 more fault",
        ),
        ("<a><b></c></a>", "c", "end tag `</c>` where `</b>` is due"),
        ("<a><b></a>", "a", "end tag `</a>` where `</b>` is due"),
        ("<a/></b>", "b", "end tag `</b>` without a start tag"),
        ("<a><b x=\"1\"\n<c/></a>", "b", "the tag `<b` is not closed"),
        ("<a x/>", "x", "`x` has no value"),
        ("<a x=></a>", "x", "`x` has no value"),
        ("<a x=/>", "x", "`x` has no value"),
        ("<a x=\"1\"y=\"2\"/>", "y", "no blank before `y`"),
        ("<a x=\"1\"\" y=\"2\"/>", "\"", "stray `\"` in a tag"),
        ("<a x=\"a<b\"/>", "<", "`<` inside a value"),
        ("<a x=\"a&b\"/>", "&", "`&` that begins no entity"),
        ("<a x=\"&foo;\"/>", "&", "`&` that begins no entity"),
        ("<a>&foo;</a>", "&", "`&` that begins no entity"),
        ("<a/><b/>", "b", "second root element `<b>`"),
        ("<a/> junk more", "junk", "text outside the root element"),
        (
            "\n<?xml version=\"1.0\"?><a/>",
            "<?xml",
            "XML declaration behind the beginning of the file",
        ),
        ("<a><!-- x -- y --></a>", "--", "`--` inside a comment"),
        ("<a>]]></a>", "]]>", "`]]>` in text"),
        (
            "<a x=\"\u{1}\"/>",
            "\u{1}",
            "control character, which XML does not allow",
        ),
        ("<a><1/></a>", "<", "`<` that begins no tag"),
        ("<a / x=\"1\"/>", "/", "`/` inside a tag"),
        ("<a></a x>", "</a ", "end tag without `>`"),
        ("hello", "hello", "text outside the root element"),
        ("", "", "no element"),
        (
            "<a x=\"1\" x=\"2\"><b y=1/></c></a>",
            "x",
            "`x` is set twice in one element, and 2 more faults",
        ),
    ] {
        let found = troubles(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        let (kind, at, said) = &found[0];
        assert_eq!(*kind, TroubleKind::Malformed, "{text}");
        assert_eq!((at.as_str(), said.as_str()), (shown, message), "{text}");
    }
}

#[test]
fn a_repeated_attribute_is_shown_with_the_first_one() {
    let (sources, id) = sources("<a x=\"1\" y=\"2\" x=\"3\"/>");
    let trouble = &read(&sources, id).troubles[0];
    assert_eq!(trouble.span.start, 15);
    assert_eq!(trouble.related[0].span.start, 3);
}

#[test]
fn what_stands_behind_a_fault_is_read() {
    for (text, expected) in [
        (
            "<a x=eslab.local y=\"2\"/>",
            [("x", "eslab.local"), ("y", "2")],
        ),
        ("<a x=“1” y=\"2\"/>", [("x", "1"), ("y", "2")]),
        ("<a x=\"1\" y=”2”/>", [("x", "1"), ("y", "2")]),
        ("<a x=\"1 y=\"2\"/>", [("x", "1"), ("y", "2")]),
        ("<a x=\"1\n y=\"2\"/>", [("x", "1"), ("y", "2")]),
        ("<a x=\"1/>\n<b y=\"2\"/>", [("x", "1"), ("y", "2")]),
        ("<a x=\"1\"\n<b y=\"2\"/>", [("x", "1"), ("y", "2")]),
        ("<a x=\"1\" x=\"2\"/>", [("x", "1"), ("x", "2")]),
        ("<a x=\"1\"></b><c y=\"2\"/></a>", [("x", "1"), ("y", "2")]),
        ("<a x=\"1&2\" y=\"<\"/>", [("x", "1&2"), ("y", "<")]),
        ("<a x=\"1\"/>\n<b y=\"2\"/>", [("x", "1"), ("y", "2")]),
        ("<a x=\"1\"><?><b y=\"2\"/></a>", [("x", "1"), ("y", "2")]),
    ] {
        let found = settings(text);
        let found: Vec<_> = found
            .iter()
            .map(|(name, value, _)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn a_file_that_ends_too_early_is_truncated() {
    for (text, shown) in [
        ("<a><b x=\"1\"/>", "a"),
        ("<a>\n<b x=\"1\" y", "b"),
        ("<a>\n<b x=\"1", "\""),
        ("<a>\n<!-- x", "<!--"),
        ("<a>\n<?x", "<?"),
        ("<a></a", "</"),
        ("<a><![CDATA[ x", "<![CDATA["),
        ("<a>\n<ab x=\"1\"/>\n<b>\n", "b"),
        ("<a>\n<b x=\"1\"/>\n<a>\n<b/>", "a"),
    ] {
        let found = troubles(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!(
            (found[0].0, found[0].1.as_str()),
            (TroubleKind::Truncated, shown),
            "{text}"
        );
    }
}

#[test]
fn a_last_tag_that_opens_its_element_again_was_meant_to_close_it() {
    let text = "<a>\n<b x=\"1\"/>\n<a>\n";
    let found = troubles(text);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (found[0].0, found[0].1.as_str()),
        (TroubleKind::Malformed, "a")
    );
    assert_eq!(settings(text).len(), 1);
}

#[test]
fn declarations_and_depth_have_limits() {
    let bomb = "<!DOCTYPE a [<!ENTITY b \"bbb]>\"><!ENTITY c \"&b;&b;\">]>\n<a x=\"&c;\" y=\"2\"/>";
    let found = troubles(bomb);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (found[0].0, found[0].1.as_str()),
        (TroubleKind::Limit, "<!DOCTYPE")
    );
    assert_eq!(values(bomb), ["&c;", "2"]);
    for (declaration, expected) in [
        ("<!DOCTYPE a>", None),
        (
            "<!DOCTYPE a [ <!ATTLIST a z CDATA '1'> ]>",
            Some("<!DOCTYPE"),
        ),
    ] {
        let found = troubles(&format!("{declaration}<a x=\"1\"/>"));
        let found = found.first().map(|trouble| trouble.1.as_str());
        assert_eq!(found, expected, "{declaration}");
    }
    assert_eq!(troubles("<!DOCTYPE a><a x=\"&b;\"/>")[0].1, "&");

    let deep = "<a>".repeat(100_000);
    let found = troubles(&deep);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, TroubleKind::Limit);
    let shallow = format!("{}{}", "<a>".repeat(256), "</a>".repeat(256));
    assert_eq!(troubles(&shallow), []);
}

#[test]
fn a_template_is_one_trouble_and_hides_its_settings() {
    let text = "<a voIpProt.server.1.address=\"{$domain}\" voIpProt.server.1.transport=\"DNSsnaptr\" {if $x}y=1{/if}>";
    let found = troubles(text);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (found[0].0, found[0].1.as_str()),
        (TroubleKind::Template, "{$domain}")
    );
    assert!(found[0].2.contains("Smarty"));
    assert_eq!(values(text), ["DNSsnaptr"]);
    let code = "<a x=<?=$x?> y=\"2\" <?php echo 1 ?> z=\"3\"/>";
    assert_eq!(values(code), ["2", "3"]);
    let variable = "#foreach($l in $lines)\n<a x=\"$l.server\" y=\"5 $\"/>\n#end\n";
    assert_eq!(values(variable), ["5 $"]);
    let variables = "<a x.address=\"$host\" y=\"$port\" z=\"4\"/>";
    assert_eq!(values(variables), ["4"]);
    let well_formed = troubles("<a CONFIG_FILES=\"{{ mac }}.cfg\"/>");
    assert_eq!(well_formed.len(), 1);
    assert_eq!(well_formed[0].0, TroubleKind::Template);
}

#[test]
fn namespaces_mean_nothing() {
    assert_eq!(troubles("<a b:c=\"1\"><d:e/></a>"), []);
}

#[test]
fn a_handset_is_known_by_its_file_name() {
    for (name, expected) in [
        ("phones/00907a0a0001.cfg", Some("00907a0a0001")),
        ("00907A0A0001.CFG", Some("00907a0a0001")),
        ("a\\00907a0a0001.cfg", Some("00907a0a0001")),
        ("000000000000.cfg", None),
        ("00907a0a0001-phone.cfg", None),
        ("00907a0a0001-web.cfg", None),
        ("00907a0a0001.xml", None),
        ("00907a0a000g.cfg", None),
        ("site.cfg", None),
    ] {
        assert_eq!(
            mac_of(name).map(|mac| mac.to_string()).as_deref(),
            expected,
            "{name}"
        );
    }
}

#[test]
fn many_attributes_and_faults_take_linear_time() {
    let many = (0..50_000).fold(String::from("<a"), |text, n| text + &format!(" a{n}=\"\""));
    assert_eq!(troubles(&(many + "/>")), []);
    let broken = format!("<a {}/>", "x=\" '=\" <".repeat(50_000));
    assert_eq!(troubles(&broken).len(), 1);
    let braces = "{{a #if ${ ".repeat(50_000);
    assert_eq!(troubles(&braces).len(), 1);
    let instructions = format!("<a>{}</a>", "<?b>".repeat(200_000));
    assert_eq!(troubles(&instructions).len(), 1);
}

/// Places of a name and of its value, and the value.
type Read = (Range<usize>, Range<usize>, String);

/// What roxmltree makes of a text: each attribute's place and value; `None` where refused.
fn referee(text: &str) -> Option<Vec<Read>> {
    let document = roxmltree::Document::parse(text).ok()?;
    let attributes = document.descendants().flat_map(|node| node.attributes());
    Some(
        attributes
            .map(|attribute| {
                (
                    attribute.range_qname(),
                    attribute.range_value(),
                    attribute.value().to_owned(),
                )
            })
            .collect(),
    )
}

fn agrees_with_the_referee(text: &str) -> Result<(), TestCaseError> {
    let (sources, id) = sources(text);
    let configuration = read(&sources, id);
    let Some(expected) = referee(text) else {
        prop_assert!(
            !configuration.troubles.is_empty(),
            "refused, but no trouble: {text}"
        );
        return Ok(());
    };
    let strict = scan::scan(text, Mode::Strict);
    prop_assert_eq!(&strict.first_fault, &None, "well-formed: {}", text);
    prop_assert_eq!(&strict.unfinished, &None, "well-formed: {}", text);
    let found: Vec<_> = strict
        .attributes
        .iter()
        .filter(|attribute| !text[attribute.name.clone()].starts_with("xmlns"))
        .map(|attribute| {
            let value = entity::resolve(&text[attribute.value.clone()]);
            (attribute.name.clone(), attribute.value.clone(), value)
        })
        .collect();
    prop_assert_eq!(found, expected, "{}", text);
    Ok(())
}

proptest! {
    #[test]
    fn well_formed_text_is_read_as_an_xml_parser_reads_it(text in element(3)) {
        prop_assert!(referee(&text).is_some(), "the test writes what is well-formed: {text}");
        agrees_with_the_referee(&text)?;
    }

    #[test]
    fn scraps_of_xml_are_judged_as_an_xml_parser_judges_them(
        text in prop::collection::vec(prop::sample::select(SCRAPS.to_vec()), 0..12)
    ) {
        agrees_with_the_referee(&text.concat())?;
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let sources = Sources::new();
        let id = sources.add(Source::from_bytes("x.cfg", Origin::Stdin, bytes));
        let configuration = read(&sources, id);
        for trouble in &configuration.troubles {
            sources.positions(trouble.span);
        }
        configuration.settings().entries();
        crate::phone::looks_like_phone_config(&sources.get(id).text);
    }

    #[test]
    fn no_text_makes_it_panic(text in "[<>/a= \"'&;!\\[\\]{}$#?%“”é\r\n.-]{0,60}") {
        let (sources, id) = sources(&text);
        let configuration = read(&sources, id);
        for parameter in &configuration.parameters {
            sources.positions(parameter.value.span);
        }
        crate::phone::looks_like_phone_config(&text);
    }
}

const SCRAPS: [&str; 28] = [
    "<a",
    "<b ",
    "<a>",
    "</a>",
    "</b >",
    "<c/>",
    "/>",
    ">",
    " x=\"1\"",
    " y = '2'",
    " x=\"",
    "\"",
    " z=&amp;",
    " w=\"&lt;&#65;\"",
    "&gt;",
    "&",
    "text",
    "\r\n",
    "<!-- c -->",
    "<!--",
    "-->",
    "--",
    "<?pi x?>",
    "<?xml version=\"1.0\"?>",
    "<![CDATA[ <x y=\"1\"> ]]>",
    "]]>",
    " é=\"ü\"",
    "=",
];

/// A well-formed element with attributes, comments and elements inside.
fn element(depth: u32) -> BoxedStrategy<String> {
    let name = "[a-z][a-zA-Z0-9.-]{0,8}";
    let value = prop::sample::select(vec![
        "",
        "0",
        "eslab.local",
        "a b",
        "&amp;",
        "&#x41;",
        "é",
        "x\r\ny",
        "tab\there",
        ">",
        "//",
    ]);
    let attribute = (value, prop::sample::select(vec!["\"", "'"]), "[ \r\n]{0,3}");
    let attributes = prop::collection::vec(attribute, 0..5).prop_map(|attributes| {
        let mut text = String::new();
        for (index, (value, quote, blanks)) in attributes.into_iter().enumerate() {
            let setting = format!(" reg.{index}.x{blanks}={blanks}{quote}{value}{quote}{blanks}");
            text.push_str(&setting);
        }
        text
    });
    let leaf =
        (name, attributes.clone()).prop_map(|(name, attributes)| format!("<{name}{attributes}/>"));
    leaf.prop_recursive(depth, 24, 4, move |inner| {
        let filler =
            prop::sample::select(vec!["", "\n", "text", "<!-- a=\"b\" -->", "<![CDATA[<]]>"]);
        (
            name,
            attributes.clone(),
            prop::collection::vec((inner, filler), 0..4),
        )
            .prop_map(|(name, attributes, inner)| {
                let inside: String = inner.into_iter().map(|(a, b)| a + b).collect();
                format!("<{name}{attributes}>{inside}</{name}>")
            })
    })
    .boxed()
}

#[test]
fn a_text_has_to_be_in_the_encoding_that_it_says() {
    let text = |declared: &str| format!("<?xml version='1.0'{declared}?><a b=\"é\"/>");
    let utf16 = |text: &str| {
        let units = text.encode_utf16().flat_map(u16::to_le_bytes);
        [0xff, 0xfe].into_iter().chain(units).collect::<Vec<u8>>()
    };
    let latin = |text: &str| encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
    let utf8 = |text: &str| text.as_bytes().to_vec();
    let shown = |bytes: Vec<u8>| -> Vec<String> {
        let sources = Sources::new();
        let source = sources.add(Source::from_bytes("a.cfg", Origin::Stdin, bytes));
        let troubles = read(&sources, source).troubles.into_iter();
        let malformed = troubles.filter(|trouble| trouble.kind == TroubleKind::Malformed);
        malformed
            .map(|trouble| sources.text(trouble.span).to_owned())
            .collect()
    };
    for (declared, in_utf8, in_utf16, in_latin) in [
        ("", None, None, Some("é")),
        (" encoding='UTF-8'", None, Some("UTF-8"), Some("é")),
        (" encoding = \"utf-16\"", Some("utf-16"), None, None),
        (" encoding='ISO-8859-1'", None, Some("ISO-8859-1"), None),
        (" encoding=''", Some("''"), Some("''"), Some("''")),
    ] {
        let text = text(declared);
        for (bytes, expected) in [
            (utf8(&text), in_utf8),
            (utf16(&text), in_utf16),
            (latin(&text), in_latin),
        ] {
            let expected: Vec<_> = expected.into_iter().map(str::to_owned).collect();
            assert_eq!(shown(bytes), expected, "{declared}");
        }
    }
}
