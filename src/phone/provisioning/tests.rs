use super::*;
use crate::phone;
use crate::source::{Origin, Source, Sources};

/// Files by name and text, as handsets read them.
fn assembled(files: &[(&str, &str)], options: &Options) -> (Sources, Assembled) {
    let sources = Sources::new();
    let mut shelf = Shelf::default();
    let read = files.iter().map(|(name, text)| {
        let id = sources.add(Source::new(*name, Origin::Stdin, *text));
        shelf.add(name, id);
        phone::read(&sources, id)
    });
    let read = read.collect();
    let assembled = assemble(read, &sources, &mut shelf, options);
    (sources, assembled)
}

/// Each group as `MACs: file file`, with what is not there in brackets.
fn groups_with(files: &[(&str, &str)], options: &Options) -> Vec<String> {
    let (sources, assembled) = assembled(files, options);
    let name = |source: SourceId| sources.get(source).name.as_str();
    let groups = assembled.provisioning.groups.iter();
    groups
        .map(|group| {
            let macs: Vec<_> = group.handsets.iter().map(ToString::to_string).collect();
            let entries = group.reading.entries.iter().map(|entry| match &entry.what {
                What::File(source) => name(*source).to_owned(),
                What::Missing(Some(near)) => format!("[{}?]", name(*near)),
                other => format!("[{other:?}]"),
            });
            let entries: Vec<_> = entries.collect();
            format!("{}: {}", macs.join(" "), entries.join(" "))
        })
        .collect()
}

fn groups(files: &[(&str, &str)]) -> Vec<String> {
    groups_with(files, &Options::default())
}

fn master(files: &str) -> String {
    format!("<APPLICATION CONFIG_FILES=\"{files}\"/>")
}

const SITE: &str = r#"<a voIpProt.server.1.address="eslab.local"/>"#;

#[test]
fn a_handset_reads_its_own_file_or_the_default_one() {
    let own = master("site.cfg, other.cfg");
    let default = master("[PHONE_MAC_ADDRESS]-reg.cfg,site.cfg");
    let reg = r#"<a reg.1.address="1512"/>"#;
    assert_eq!(
        groups(&[
            ("p/000000000000.cfg", &default),
            ("p/00907A0A0001.cfg", &own),
            ("p/00907a0a0002-reg.cfg", reg),
            ("p/00907A0A0003-reg.cfg", reg),
            ("p/00907A0A0001-reg.cfg", reg),
            ("p/other.cfg", "<a/>"),
            ("p/site.cfg", SITE),
            ("p/unread.cfg", SITE),
        ]),
        [
            "00907a0a0002 00907a0a0003: p/000000000000.cfg p/00907a0a0002-reg.cfg p/site.cfg",
            "00907a0a0001: p/00907A0A0001.cfg p/site.cfg p/other.cfg",
        ]
    );
}

#[test]
fn a_default_file_that_no_known_handset_reads_is_read_by_one_that_is_not_known() {
    let default = master("[PHONE_MAC_ADDRESS]-reg.cfg,site.cfg");
    let files = [("000000000000.cfg", default.as_str()), ("site.cfg", SITE)];
    assert_eq!(groups(&files), [": 000000000000.cfg site.cfg"]);
    let named = [
        ("site-a/master.cfg", &*master("a.cfg")),
        ("site-a/a.cfg", SITE),
    ];
    assert_eq!(groups(&named), [": site-a/master.cfg site-a/a.cfg"]);
}

#[test]
fn without_a_list_of_files_each_file_stands_alone() {
    assert_eq!(
        groups(&[
            (
                "000000000000.cfg",
                "<APPLICATION APP_FILE_PATH=\"sip.ld\" CONFIG_FILES=\"\"/>"
            ),
            ("00907a0a0001.cfg", "<a reg.1.address=\"1512\"/>"),
            ("site.cfg", SITE),
        ]),
        [
            ": 000000000000.cfg",
            "00907a0a0001: 00907a0a0001.cfg",
            ": site.cfg"
        ]
    );
}

#[test]
fn what_a_handset_wrote_stays_when_it_is_gone() {
    let default = master("[PHONE_MAC_ADDRESS]-reg.cfg,site.cfg");
    let mut files = vec![
        ("000000000000.cfg", default.as_str()),
        ("00907a0a0002-phone.cfg", "<a/>"),
        ("site.cfg", SITE),
    ];
    let alone = "00907a0a0002: 00907a0a0002-phone.cfg 000000000000.cfg [Missing(None)] site.cfg";
    assert_eq!(groups(&files), [alone]);
    files.push(("00907a0a0001-reg.cfg", r#"<a reg.1.address="1512"/>"#));
    let others = "00907a0a0001: 000000000000.cfg 00907a0a0001-reg.cfg site.cfg";
    assert_eq!(groups(&files), [others]);
}

#[test]
fn a_folder_for_no_other_handsets_than_that_above_it_is_a_copy() {
    let default = master("[PHONE_MAC_ADDRESS]-reg.cfg,site.cfg");
    let above = master("../[PHONE_MAC_ADDRESS]-reg.cfg,site.cfg");
    let reg = r#"<a reg.1.address="1512"/>"#;
    for (more, is_copy) in [
        (&[("p/b/000000000000.cfg", &*default)][..], true),
        (&[("p/b/00907a0a0001.cfg", &default)], true),
        (
            &[
                ("p/b/000000000000.cfg", &default),
                ("p/b/00907a0a0001-reg.cfg", reg),
            ],
            true,
        ),
        (
            &[
                ("p/b/000000000000.cfg", &default),
                ("p/b/00907a0a0002-reg.cfg", reg),
            ],
            false,
        ),
        (
            &[
                ("p/old/1/000000000000.cfg", &default),
                ("p/old/1/00907a0a0001-reg.cfg", reg),
                ("p/old/1/00907a0a0002-reg.cfg", reg),
            ],
            true,
        ),
        (
            &[
                ("p/backup-site/000000000000.cfg", &default),
                ("p/backup-site/00907a0a0002-reg.cfg", reg),
            ],
            false,
        ),
        (&[("p/b/000000000000.cfg", &above)], false),
        (&[("p/b/000000000000.cfg", &master("site.cfg"))], false),
        (
            &[
                ("q/000000000000.cfg", &default),
                ("q/00907a0a0001-reg.cfg", reg),
            ],
            false,
        ),
    ] {
        let mut files = vec![
            ("p/000000000000.cfg", &*default),
            ("p/00907a0a0001-reg.cfg", reg),
            ("p/site.cfg", SITE),
        ];
        files.extend(more);
        let found = groups(&files);
        let own = "00907a0a0001: p/000000000000.cfg p/00907a0a0001-reg.cfg p/site.cfg";
        assert!(found.iter().any(|group| group == own), "{found:?}");
        assert_eq!(found.len() == 1, is_copy, "{more:?}: {found:?}");
        let (_, assembled) = assembled(&files, &Options::default());
        assert_eq!(
            assembled.provisioning.copies.is_empty(),
            !is_copy,
            "{more:?}"
        );
    }
}

#[test]
fn copies_of_master_files_are_none() {
    let (own, old) = (master("site.cfg"), master("old.cfg"));
    assert_eq!(
        groups(&[
            ("p/000000000000 - Copy.cfg", &old),
            ("p/000000000000.cfg", &own),
            ("p/000000000000.cfg.bak", &old),
            ("p/00907a0a0001.cfg", &own),
            ("p/00907a0a0001.cfg~", &old),
            ("p/old_00907a0a0001.cfg", &old),
            ("p/site.cfg", SITE),
            // Handsets may be told to ask for it.
            ("q/000000000000.cfg.bak", &own),
            ("q/site.cfg", SITE),
        ]),
        [
            // Its own file comes to the same.
            "00907a0a0001: p/000000000000.cfg p/site.cfg",
            ": q/000000000000.cfg.bak q/site.cfg",
        ]
    );
}

#[test]
fn copies_that_were_put_aside_are_read_by_no_handset() {
    let files = [
        ("00907a0a0001.cfg", SITE),
        ("00907a0a0001.cfg.bak", SITE),
        ("00907a0a0002 - Copy.cfg", SITE),
        ("old/00907a0a0001.cfg.bak", SITE),
    ];
    assert_eq!(
        groups(&files),
        [
            "00907a0a0001: 00907a0a0001.cfg",
            // There is nothing of which these could be copies.
            ": 00907a0a0002 - Copy.cfg",
            ": old/00907a0a0001.cfg.bak",
        ]
    );
}

#[test]
fn the_folder_of_a_list_may_be_written_out() {
    let default = master("./[PHONE_MAC_ADDRESS]-reg.cfg");
    for folder in ["", "p/"] {
        let [master, reg] = ["000000000000.cfg", "00907a0a0002-reg.cfg"];
        let [master, reg] = [master, reg].map(|name| format!("{folder}{name}"));
        let files = [(master.as_str(), default.as_str()), (&reg, SITE)];
        assert_eq!(groups(&files), [format!("00907a0a0002: {master} {reg}")]);
    }
}

#[test]
fn of_two_lists_in_a_file_each_may_count() {
    let two =
        r#"<m><a CONFIG_FILES="[PHONE_MAC_ADDRESS]-reg.cfg"/><b CONFIG_FILES="site.cfg"/></m>"#;
    let files = [
        ("000000000000.cfg", two),
        ("00907a0a0002-reg.cfg", "<a/>"),
        ("site.cfg", SITE),
    ];
    assert_eq!(
        groups(&files),
        ["00907a0a0002: 000000000000.cfg 00907a0a0002-reg.cfg site.cfg"]
    );
}

#[test]
fn names_that_lead_nowhere_are_kept_with_their_place() {
    let own = master("Site.cfg, gone.cfg, http://u:p@10.0.0.1/x.cfg, ../x.cfg");
    let files = [("p/00907a0a0001.cfg", own.as_str()), ("p/site.cfg", SITE)];
    let (sources, assembled) = assembled(&files, &Options::default());
    let entries = &assembled.provisioning.groups[0].reading.entries;
    let said: Vec<_> = entries[1..]
        .iter()
        .map(|entry| {
            let at = entry.named_at.expect("named in a list");
            let what = match entry.what {
                What::File(_) => "file",
                What::Missing(Some(_)) => "near",
                What::Missing(None) => "missing",
                What::Url => "url",
                What::Outside => "outside",
                What::Unreadable(_) | What::Beyond => "other",
            };
            (sources.text(at), what)
        })
        .collect();
    assert_eq!(
        said,
        [
            ("Site.cfg", "near"),
            ("Site.cfg", "file"),
            ("gone.cfg", "missing"),
            ("http://u:p@10.0.0.1/x.cfg", "url"),
            ("../x.cfg", "missing"),
        ]
    );
}

#[test]
fn a_list_ends_where_handsets_stop_reading() {
    let many: Vec<_> = (0..300).map(|number| format!("f{number:06}.cfg")).collect();
    let own = master(&many.join(","));
    let found = groups(&[("00907a0a0001.cfg", &own)]);
    assert_eq!(found[0].matches("[Missing(None)]").count(), 2048 / 12);
    assert!(found[0].ends_with("[Beyond]"), "{found:?}");
}

#[test]
fn a_model_has_lists_of_its_own() {
    let own = "<A CONFIG_FILES=\"site.cfg\"><B CONFIG_FILES_SPIP670=\"other.cfg\"/></A>";
    let files = [
        ("00907a0a0001.cfg", own),
        ("other.cfg", SITE),
        ("site.cfg", SITE),
    ];
    assert_eq!(groups(&files), ["00907a0a0001: 00907a0a0001.cfg site.cfg"]);
    let options = Options {
        model: Some("spip670".into()),
        ..Options::default()
    };
    assert_eq!(
        groups_with(&files, &options),
        ["00907a0a0001: 00907a0a0001.cfg other.cfg"]
    );
    let (sources, without) = assembled(&files, &Options::default());
    let other: Vec<_> = without.provisioning.other_models.iter().collect();
    assert_eq!(sources.text(*other[0]), "CONFIG_FILES_SPIP670");
}

#[test]
fn override_files_come_first() {
    let own = "<A CONFIG_FILES=\"site.cfg\" OVERRIDES_DIRECTORY=\"overrides\"/>";
    assert_eq!(
        groups(&[
            ("p/00907a0a0001-web.cfg", "<PHONE_CONFIG/>"),
            ("p/00907a0a0001.cfg", own),
            ("p/overrides/00907A0A0001-phone.cfg", "<PHONE_CONFIG/>"),
            ("p/site.cfg", SITE),
        ]),
        [
            "00907a0a0001: p/overrides/00907A0A0001-phone.cfg p/00907a0a0001-web.cfg \
             p/00907a0a0001.cfg p/site.cfg"
        ]
    );
}

#[test]
fn a_listed_file_may_be_called_like_an_override_file() {
    let groups = |attributes: &str, overrides: &str| {
        let own = format!("<A CONFIG_FILES=\"site.cfg, 00907a0a0001-phone.cfg\"{attributes}/>");
        groups(&[
            ("00907a0a0001-phone.cfg", SITE),
            ("00907a0a0001.cfg", own.as_str()),
            (overrides, "<PHONE_CONFIG/>"),
            ("site.cfg", SITE),
        ])
    };
    assert_eq!(
        groups(
            " OVERRIDES_DIRECTORY=\"overrides\"",
            "overrides/00907a0a0001-phone.cfg"
        ),
        [
            "00907a0a0001: overrides/00907a0a0001-phone.cfg 00907a0a0001.cfg site.cfg \
             00907a0a0001-phone.cfg"
        ]
    );
    // Handsets write their own into the same file.
    assert_eq!(
        groups("", "00907a0a0001-web.cfg"),
        ["00907a0a0001: 00907a0a0001-phone.cfg 00907a0a0001-web.cfg 00907a0a0001.cfg site.cfg"]
    );
}

#[test]
fn one_handset_may_be_asked_about() {
    let default = master("site.cfg");
    let files = [
        ("000000000000.cfg", default.as_str()),
        ("00907a0a0001.cfg", "<a reg.1.address=\"1512\"/>"),
        ("other.cfg", SITE),
        ("site.cfg", SITE),
    ];
    let of = |mac: &str| Options {
        handset: Some(mac.parse().expect("a MAC")),
        ..Options::default()
    };
    assert_eq!(
        groups_with(&files, &of("00907a0a0001")),
        ["00907a0a0001: 00907a0a0001.cfg"]
    );
    assert_eq!(
        groups_with(&files, &of("00907a0a0009")),
        ["00907a0a0009: 000000000000.cfg site.cfg"]
    );
    let (_, only) = assembled(&files, &of("00907a0a0001"));
    let judged = only.configurations.iter();
    let judged = judged.filter(|file| only.provisioning.stands_for_itself(file.source));
    assert_eq!(judged.count(), 1);
}

#[test]
fn of_two_names_in_different_case_one_is_taken() {
    let (sources, found) = assembled(
        &[("00907A0A0001.cfg", SITE), ("00907a0a0001.cfg", SITE)],
        &Options::default(),
    );
    let rivals = found.provisioning.rivals[0];
    assert_eq!(sources.get(rivals.taken).name, "00907a0a0001.cfg");
    assert_eq!(sources.get(rivals.other).name, "00907A0A0001.cfg");
    let lone = &found.provisioning.groups;
    assert_eq!(lone.len(), 2);
}

#[test]
fn handsets_are_grouped_unless_what_counts_differs() {
    let own = |mac: &str, user: &str, more: &str| {
        format!(
            "<A CONFIG_FILES=\"{mac}-x.cfg, site.cfg\"><reg reg.1.address=\"{user}\" \
             reg.1.auth.password=\"{user}\" {more}/></A>"
        )
    };
    let port = r#"voIpProt.server.1.port="5060""#;
    let files = [
        ("00907a0a0001.cfg", own("00907a0a0001", "1", "")),
        ("00907a0a0002.cfg", own("00907A0A0002", "2", "")),
        ("00907a0a0003.cfg", own("00907a0a0003", "3", port)),
        ("00907a0a0004.cfg", own("other", "4", "")),
        ("site.cfg", SITE.to_owned()),
    ];
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, &**text)).collect();
    let (sources, found) = assembled(&files, &Options::default());
    let groups = found.provisioning.groups.iter();
    let macs: Vec<_> = groups.map(|group| group.handsets.len()).collect();
    assert_eq!(macs, [2, 1, 1]);
    let provisioning = &found.provisioning;
    let id = |name: &str| {
        let mut all = sources.iter();
        all.find(|(_, source)| source.name == name).expect(name).0
    };
    assert!(!provisioning.stands_for_itself(id("00907a0a0002.cfg")));
    assert_eq!(
        provisioning.twins_of(id("00907a0a0001.cfg")),
        [id("00907a0a0002.cfg")]
    );
}

#[test]
fn a_value_counts_for_those_for_whom_no_file_before_sets_it() {
    let own = |more: &str| format!("<A CONFIG_FILES=\"site.cfg\"><x {more}/></A>");
    let port = r#"voIpProt.server.1.port="5060""#;
    let site = r#"<a voIpProt.server.1.port="0" voIpProt.server.1.address="eslab.local"/>"#;
    let (sources, found) = assembled(
        &[
            ("00907a0a0001.cfg", &own("")),
            ("00907a0a0002.cfg", &own(port)),
            ("late.cfg", port),
            ("site.cfg", site),
        ],
        &Options::default(),
    );
    let inheriting = |name: &str, token: &str| {
        let mut all = sources.iter();
        let (id, source) = all.find(|(_, source)| source.name == name).expect(name);
        let start = source.text.find(token).expect(token);
        let span = Span::new(id, start, start + token.len());
        let handsets = found.provisioning.inheriting(&found.configurations, span)?;
        Some(
            handsets
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(" "),
        )
    };
    assert_eq!(
        inheriting("site.cfg", "voIpProt.server.1.port"),
        Some("00907a0a0001".into())
    );
    assert_eq!(
        inheriting("site.cfg", "eslab.local"),
        Some("00907a0a0001 00907a0a0002".into())
    );
    assert_eq!(
        inheriting("site.cfg", "<a"),
        Some("00907a0a0001 00907a0a0002".into())
    );
    assert_eq!(inheriting("late.cfg", "5060"), None);
    let group = &found.provisioning.groups[1];
    let settings = found.provisioning.settings(&found.configurations, group);
    let port = settings.get("voIpProt.server.1.port").expect("it is set");
    assert_eq!(port.value.value, "5060");
}
