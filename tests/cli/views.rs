//! Copies of a zone: which zones and handsets each of them goes with.

use crate::program::folder;
use crate::{ZONE, run};

/// A zone whose servers stand in `eslab.local`.
const VOICE: &str = "\
$TTL 3600
@ SOA ns.eslab.local. h.eslab.local. 1 900 600 86400 900
@ NS ns.eslab.local.
_sip._udp SRV 1 1 5060 piper.eslab.local.
_sip._udp SRV 2 1 5060 piper2.eslab.local.
";

/// `eslab.local` as others see it.
const PUBLIC: &str = "\
$TTL 3600
@ SOA ns h 1 900 600 86400 900
@ NS ns
ns A 192.0.2.1
";

fn handset(address: &str) -> String {
    format!(
        r#"<x voIpProt.server.1.address="{address}" voIpProt.server.1.port="0" voIpProt.server.1.transport="DNSnaptr"/>"#
    )
}

/// What every set-up comes to in each view, and the errors.
fn told(files: &[(&str, &str)]) -> Vec<String> {
    let folder = folder(files);
    let json = run(folder.path(), ". --format json").json();
    let list = |name: &str| json[name].as_array().expect("a list").clone();
    let setups = list("setups").into_iter().map(|setup| {
        let parts = [&setup["address"], &setup["view"], &setup["verdict"]];
        parts.map(|part| part.as_str().unwrap_or("-")).join(" ")
    });
    let errors = list("findings").into_iter();
    let errors = errors.filter(|finding| finding["severity"] == "error");
    let errors = errors.map(|error| error["message"].to_string());
    setups.chain(errors).collect()
}

#[test]
fn views_that_a_server_states_are_simulated_each_by_itself() {
    let settings = r#"
        view "inside" { include "/etc/bind/inside.conf"; };
        view "outside" { zone "eslab.local" { type master; file "z/eslab.out"; }; };
    "#;
    let inside = r#"
        zone "eslab.local" { type master; file "z/eslab.in"; };
        zone "voice.example" { type master; file "z/voice"; };
    "#;
    assert_eq!(
        told(&[
            ("named.conf", settings),
            ("inside.conf", inside),
            ("z/eslab.in", ZONE),
            ("z/eslab.out", PUBLIC),
            ("z/voice", VOICE),
        ]),
        [
            "voice.example z/eslab.in registers",
            "eslab.local z/eslab.in registers",
        ]
    );
}

#[test]
fn a_view_for_strangers_may_lack_what_handsets_ask_for() {
    let settings = |sip: &str, other: &str| {
        format!(
            r#"view "{sip}" {{ zone "eslab.local" {{ type master; file "in/eslab.local.zone"; }}; }};
            view "{other}" {{ zone "eslab.local" {{ type master; file "out/eslab.local.zone"; }}; }};"#
        )
    };
    let one = handset("eslab.local");
    let found = |settings: Option<&str>| {
        let mut files = vec![
            ("in/eslab.local.zone", ZONE),
            ("out/eslab.local.zone", PUBLIC),
            ("phones/00907a000001.cfg", &one),
        ];
        files.extend(settings.map(|settings| ("named.conf", settings)));
        told(&files)
    };
    let expected = [
        "eslab.local in/eslab.local.zone registers",
        "eslab.local out/eslab.local.zone fails",
    ];
    assert_eq!(found(Some(&settings("inside", "outside"))), expected);
    // Handsets may be among the clients of any other, and copies may be two servers'.
    let errors = |settings: Option<&str>| found(settings).len() - expected.len();
    assert_eq!(errors(Some(&settings("voice", "office"))), 1);
    assert_eq!(errors(Some(&settings("external", "internal"))), 1);
    assert_eq!(errors(None), 1);
}

#[test]
fn a_view_has_the_zones_that_it_takes_from_another() {
    let settings = r#"
        view "inside" { include "/etc/bind/inside.conf"; };
        view "outside" {
            zone "eslab.local" { in-view "inside"; };
            zone "voice.example" { type master; file "z/voice.out"; };
        };
    "#;
    let inside = r#"
        zone "eslab.local" { type master; file "z/eslab.in"; };
        zone "voice.example" { type master; file "z/voice"; };
    "#;
    let outside = "@ 60 SOA ns h 1 1 1 1 1\n_sip._udp 60 SRV 1 1 5060 piper.eslab.local.\n";
    assert_eq!(
        told(&[
            ("named.conf", settings),
            ("inside.conf", inside),
            ("z/eslab.in", ZONE),
            ("z/voice", VOICE),
            ("z/voice.out", outside),
        ]),
        [
            "voice.example z/voice registers",
            "eslab.local z/voice registers",
            "voice.example z/voice.out registers",
            "eslab.local z/voice.out registers",
        ]
    );
}

#[test]
fn a_file_is_every_zone_that_is_served_from_it() {
    let settings = r#"
        zone "one.example" { type master; file "/etc/bind/customers"; };
        zone "two.example" { type master; file "/etc/bind/customers"; };
    "#;
    let customers = format!(
        "{PUBLIC}_sip._udp SRV 1 1 5060 pbx1\n_sip._udp SRV 2 1 5060 pbx2\n\
        pbx1 A 192.0.2.2\n"
    );
    assert_eq!(
        told(&[
            ("bind/customers", &customers),
            ("bind/named.conf", settings),
            ("phones/00907a000001.cfg", &handset("one.example")),
            ("phones/00907a000002.cfg", &handset("two.example")),
        ]),
        [
            "one.example - registers",
            "two.example - registers",
            "\"`pbx2.one.example.` has no A record: handsets cannot reach this SIP server\"",
        ]
    );
}

#[test]
fn a_file_is_looked_for_near_the_settings_that_name_it() {
    let settings = r#"zone "eslab.local" { type master; file "/etc/bind/db"; };"#;
    let one = handset("eslab.local");
    let expected = [
        "eslab.local prod/db registers",
        "eslab.local test/db fails",
        "\"no SRV records at `_sip._udp.eslab.local`, `_sip._tcp.eslab.local`, \
         `_sips._tcp.eslab.local`: handsets find no SIP server\"",
    ];
    let found = told(&[
        ("phones/00907a000001.cfg", &one),
        ("prod/db", ZONE),
        ("prod/named.conf", settings),
        ("test/db", PUBLIC),
        ("test/named.conf", settings),
    ]);
    assert_eq!(found[..2], expected[..2]);
    // What settings do not name is no copy that is served.
    assert_eq!(
        told(&[
            ("bind/db", ZONE),
            ("bind/named.conf", settings),
            ("import/eslab.local.zone", PUBLIC),
            ("phones/00907a000001.cfg", &one),
        ]),
        ["eslab.local - registers"]
    );
}

#[test]
fn a_zone_that_settings_have_and_that_is_not_given_is_not_missing() {
    let one = handset("voice.eslab.local");
    for of_zone in [
        "type secondary; primaries { 192.0.2.1; };",
        r#"type primary; file "db.voice";"#,
        r#"type stub; file "stub";"#,
    ] {
        let settings = format!(
            r#"zone "eslab.local" {{ type primary; file "db"; }};
            zone "voice.eslab.local" {{ {of_zone} }};"#
        );
        let files = [
            ("bind/db", ZONE),
            ("bind/named.conf", settings.as_str()),
            (
                "bind/stub",
                "$ORIGIN voice.eslab.local.\n@ 60 SOA ns h 1 1 1 1 1\n@ 60 NS ns\n",
            ),
            ("phones/00907a000001.cfg", one.as_str()),
        ];
        let stub = usize::from(of_zone.contains("stub"));
        let files: Vec<_> = files
            .into_iter()
            .filter(|(path, _)| stub == 1 || *path != "bind/stub")
            .collect();
        assert_eq!(
            told(&files),
            ["voice.eslab.local - undetermined"],
            "{of_zone}"
        );
        let folder = folder(&files);
        let json = run(folder.path(), ". --format json").json();
        let said = json["findings"].to_string() + &json["not_checked"].to_string();
        assert!(
            said.contains("`voice.eslab.local` is served as a zone of its own"),
            "{said}"
        );
        assert!(said.contains("1 zone (voice.eslab.local.)"), "{said}");
    }
}

#[test]
fn a_handset_asks_where_the_zone_itself_is() {
    assert_eq!(
        told(&[
            ("in/eslab.local.zone", ZONE),
            ("in/voice.eslab.local.zone", VOICE),
            ("out/eslab.local.zone", PUBLIC),
            ("phones/00907a000001.cfg", &handset("voice.eslab.local")),
        ]),
        ["voice.eslab.local in/eslab.local.zone registers"]
    );
    // A copy that knows the name speaks of it, though as a part of another zone.
    let older = format!("{ZONE}x.voice A 10.0.0.1\n");
    assert_eq!(
        told(&[
            ("new/eslab.local.zone", ZONE),
            ("new/voice.eslab.local.zone", VOICE),
            ("old/eslab.local.zone", &older),
            ("phones/00907a000001.cfg", &handset("voice.eslab.local")),
        ])[..2],
        [
            "voice.eslab.local new/eslab.local.zone registers",
            "voice.eslab.local old/eslab.local.zone fails",
        ]
    );
}

#[test]
fn handsets_go_with_the_zones_of_their_own_branch() {
    let (one, two) = (handset("eslab.local"), handset("voice.eslab.local"));
    let other =
        format!("{PUBLIC}$ORIGIN voice.eslab.local.\n_sip._udp SRV 1 1 5060 a\na A 192.0.2.9\n");
    assert_eq!(
        told(&[
            ("a/phones/00907a000001.cfg", &one),
            ("a/zones/eslab.local.zone", ZONE),
            ("b/phones/00907a000002.cfg", &two),
            ("b/zones/eslab.local.zone", &other),
        ]),
        [
            "eslab.local a/zones/eslab.local.zone registers",
            "voice.eslab.local b/zones/eslab.local.zone registers",
        ]
    );
    // Handsets that are set alike are judged by both, and those of neither branch too.
    for phones in ["b/phones/00907a000002.cfg", "phones/00907a000002.cfg"] {
        let found = told(&[
            ("a/phones/00907a000001.cfg", &one),
            ("a/zones/eslab.local.zone", ZONE),
            ("b/zones/eslab.local.zone", &other),
            (phones, &one),
        ]);
        assert_eq!(
            found[..2],
            [
                "eslab.local a/zones/eslab.local.zone registers",
                "eslab.local b/zones/eslab.local.zone fails",
            ],
            "{phones}"
        );
    }
}
