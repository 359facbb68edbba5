use super::*;
use crate::zone::export::testing::{self, Read};

const SETTINGS: &str = "\
# the office
domain=eslab.local
local=/eslab.local/
local-ttl=3600
dhcp-authoritative
srv-host=_sip._udp,piper.eslab.local,5060,1,10
srv-host = _sip._udp.eslab.local , piper2.eslab.local. , 5060 , 20   # the backup
srv-host=_sip._tcp.eslab.local,piper.eslab.local
naptr-record=eslab.local,10,50,s,SIP+D2U,,_sip._udp.eslab.local
naptr-record=eslab.local,20,50,\"s\",\"SIP+D2T\",\"\",_sip._tcp.eslab.local.
host-record=piper.eslab.local,pp.eslab.local,10.225.2.31,2001:db8::31,60
address=/piper2.eslab.local/10.225.2.32
cname=sip.eslab.local,phones.eslab.local,piper.eslab.local
ptr-record=32.2.225.10.in-addr.arpa,piper2.eslab.local
txt-record=eslab.local,\"v=spf1, -all\"
mx-host=eslab.local,mail.eslab.local,10
";

fn read_settings(text: &str) -> Read {
    testing::read_file(Format::Dnsmasq, "dnsmasq.conf", text)
}

/// What the server answers for: apex, and whether it is all there is.
fn zones_of(text: &str) -> Vec<(String, bool)> {
    let read = read_settings(text);
    let zone = |zone: &Zone| (zone.apex.to_string(), !zone.is_excerpt);
    read.zones.iter().map(zone).collect()
}

#[test]
fn options_are_records() {
    let read = read_settings(SETTINGS);
    assert_eq!(read.troubles(), []);
    // As dnsmasq 2.90 answers with these settings.
    assert_eq!(
        read.records(),
        [
            "_sip._udp.eslab.local. SRV 1 10 5060 piper.eslab.local.",
            "_sip._udp.eslab.local. SRV 20 0 5060 piper2.eslab.local.",
            "_sip._tcp.eslab.local. SRV 0 0 1 piper.eslab.local.",
            "eslab.local. NAPTR 10 50 \"s\" \"SIP+D2U\" \"\" _sip._udp.eslab.local.",
            "eslab.local. NAPTR 20 50 \"s\" \"SIP+D2T\" \"\" _sip._tcp.eslab.local.",
            "piper.eslab.local. A 10.225.2.31",
            "pp.eslab.local. A 10.225.2.31",
            "31.2.225.10.in-addr.arpa. PTR piper.eslab.local.",
            "piper.eslab.local. AAAA 2001:db8::31",
            "pp.eslab.local. AAAA 2001:db8::31",
            "piper2.eslab.local. A 10.225.2.32",
            "*.piper2.eslab.local. A 10.225.2.32",
            "phones.eslab.local. CNAME piper.eslab.local.",
            "sip.eslab.local. CNAME piper.eslab.local.",
            "32.2.225.10.in-addr.arpa. PTR piper2.eslab.local.",
        ]
    );
    let zones = [("in-addr.arpa.", false), ("eslab.local.", true)];
    let zones = zones.map(|(apex, whole)| (apex.to_owned(), whole));
    assert_eq!(zones_of(SETTINGS), zones);
    let records = read.kept();
    let ttl = |index: usize| {
        (
            records[index].ttl.value,
            read.sources.text(records[index].ttl.span),
        )
    };
    assert_eq!((ttl(0), ttl(5)), ((3600, "3600"), (60, "60")));
}

#[test]
fn every_field_points_at_its_text() {
    let read = read_settings(SETTINGS);
    let records = read.kept();
    let shown = |span| read.sources.text(span);
    let Data::Srv(srv) = &records[1].data else {
        panic!("no SRV data");
    };
    assert_eq!(shown(records[1].owner.span), "_sip._udp.eslab.local");
    assert_eq!(shown(srv.target.span), "piper2.eslab.local.");
    assert_eq!(
        (shown(srv.port.span), shown(srv.priority.span)),
        ("5060", "20")
    );
    assert!(records[1].states(srv.port.span) && !records[1].states(srv.weight.span));
    let Data::Naptr(naptr) = &records[4].data else {
        panic!("no NAPTR data");
    };
    let fields = [&naptr.flags, &naptr.service, &naptr.regexp].map(|field| shown(field.span));
    assert_eq!(fields, ["s", "SIP+D2T", "\"\""]);
    assert!(!naptr.replacement.relative && !srv.target.relative);
}

#[test]
fn a_domain_is_whole_where_it_is_local_or_holds_addresses() {
    let srv = "srv-host=_sip._udp.a.b,x.a.b,5060\n";
    for (rest, whole) in [
        ("", false),
        ("local=/a.b/\n", true),
        ("server=/a.b/\n", true),
        ("auth-zone=a.b\n", true),
        ("domain=a.b,10.0.0.0/24,local\n", true),
        ("domain=a.b\n", false),
        ("host-record=y.a.b,10.0.0.1\n", true),
        ("host-record=y.a.b,10.0.0.1\nserver=/a.b/10.9.9.9\n", false),
        ("local=/a.b/\nconf-dir=/etc/dnsmasq.d\n", false),
    ] {
        let zones = zones_of(&format!("{srv}{rest}"));
        assert!(
            zones.contains(&("a.b.".to_owned(), whole)),
            "{rest} {zones:?}"
        );
    }
    for (rest, elsewhere) in [
        ("", true),
        ("no-hosts\n", false),
        ("no-hosts\nexpand-hosts\n", true),
        ("addn-hosts=/etc/pbx\nno-hosts\n", true),
        ("dhcp-range=x\nno-hosts\n", true),
    ] {
        let read = read_settings(&format!("{srv}local=/a.b/\n{rest}"));
        assert_eq!(
            read.zones[0].addresses_elsewhere.is_some(),
            elsewhere,
            "{rest}"
        );
    }
}

#[test]
fn owners_outside_the_named_domains_belong_to_services_or_to_nothing_whole() {
    for (line, apex, whole) in [
        ("srv-host=_sip._udp.sub.c.d,x", "sub.c.d.", false),
        ("naptr-record=c.d,1,1,s,SIP+D2U,,x", "c.d.", false),
        ("host-record=h.c.d,10.0.0.1", "d.", false),
        ("host-record=short,10.0.0.1", "short.", false),
        ("address=/x.c.d/10.0.0.1", "d.", false),
        ("host-record=h.a.b,10.0.0.1", "a.b.", true),
        (
            "ptr-record=1.0.0.10.in-addr.arpa,h.a.b",
            "in-addr.arpa.",
            false,
        ),
        ("srv-host=_sip._udp,x", "_sip._udp.", false),
    ] {
        let domain = if line.ends_with("_udp,x") {
            ""
        } else {
            "domain=a.b\n"
        };
        let zones = zones_of(&format!("{domain}{line}\n"));
        assert!(
            zones.contains(&(apex.to_owned(), whole)),
            "{line} {zones:?}"
        );
    }
}

#[test]
fn a_service_below_another_is_of_its_domain_whichever_comes_first() {
    let lines = [
        "srv-host=_sip._udp.x.c.d,h.c.d\n",
        "srv-host=_sip._tcp.c.d,h.c.d\n",
    ];
    for text in [lines.concat(), [lines[1], lines[0]].concat()] {
        assert_eq!(zones_of(&text), [("c.d.".to_owned(), false)]);
    }
}

#[test]
fn a_list_of_blocked_domains_makes_few_zones() {
    let blocked = (0..500).map(|n| format!("address=/ad{n}.com/#\nlocal=/ad{n}.net/\n"));
    let zones = zones_of(&format!("domain=a.b\n{}", blocked.collect::<String>()));
    assert_eq!(
        zones,
        [("a.b.".to_owned(), false), ("com.".to_owned(), false)]
    );
}

#[test]
fn addresses_are_those_of_domains_and_all_below_them() {
    for (line, expected) in [
        (
            "address=/a.b/10.0.0.1",
            vec!["a.b. A 10.0.0.1", "*.a.b. A 10.0.0.1"],
        ),
        ("address=/*.a.b/::1", vec!["*.a.b. AAAA ::1"]),
        (
            "address=/.a.b/10.0.0.1",
            vec!["a.b. A 10.0.0.1", "*.a.b. A 10.0.0.1"],
        ),
        (
            "address=/a.b/c.d/10.0.0.1",
            vec![
                "a.b. A 10.0.0.1",
                "*.a.b. A 10.0.0.1",
                "c.d. A 10.0.0.1",
                "*.c.d. A 10.0.0.1",
            ],
        ),
        ("address=/a.b/", vec![]),
        ("address=/#/10.0.0.1", vec![]),
        ("address=/a.b/#", vec!["a.b. A 0.0.0.0", "*.a.b. A 0.0.0.0"]),
        (
            "host-record=a.b,10.0.0.1,10.0.0.2",
            vec!["a.b. A 10.0.0.2", "2.0.0.10.in-addr.arpa. PTR a.b."],
        ),
    ] {
        assert_eq!(read_settings(line).records(), expected, "{line}");
    }
}

#[test]
fn what_dnsmasq_refuses_is_a_fault() {
    // All but the two marked ones end its start with "bad option" and the like.
    for (line, shown, message) in [
        (
            "srv-host=_sip._udp.a.b,p,70000",
            "70000",
            "the port `70000` is not a whole number from 0 to 65535",
        ),
        (
            "srv-host=_sip._udp.a.b,p,1,2,x",
            "x",
            "the weight `x` is not a whole number from 0 to 65535",
        ),
        (
            "srv-host=_sip._udp.a.b,p,1,2,3,4",
            "4",
            "`4` is one field too many",
        ),
        ("srv-host", "srv-host", "the name is missing"),
        ("naptr-record=a.b,1,2,s", "s", "the service is missing"),
        (
            "naptr-record=a.b,x,2,s,t,",
            "x",
            "the order `x` is not a whole number from 0 to 65535",
        ),
        ("host-record=a.b", "a.b", "the address is missing"),
        // Taken for a name without a word.
        (
            "host-record=a.b,10.0.0.300",
            "10.0.0.300",
            "`10.0.0.300` is not an IP address",
        ),
        // Answered with an empty name.
        (
            "ptr-record=1.in-addr.arpa",
            "1.in-addr.arpa",
            "the target is missing",
        ),
        (
            "address=/a.b/10.0.0.300",
            "10.0.0.300",
            "`10.0.0.300` is not an IP address",
        ),
        ("address=a.b", "a.b", "`a.b` is no address of a domain"),
        ("cname=a.b", "a.b", "the target is missing"),
        (
            "txt-record=a.b,\"x",
            "\"",
            "this quote is not closed on its line",
        ),
        (
            "srv-hosts=a",
            "srv-hosts",
            "dnsmasq has no option `srv-hosts`, and does not start with it",
        ),
        ("local-ttl=1h", "1h", "`local-ttl` is a number of seconds"),
    ] {
        let read = read_settings(&format!("{line}\nhost-record=y.a.b,10.0.0.1\n"));
        let expected = (shown.to_owned(), message.to_owned());
        assert_eq!(read.troubles(), [expected], "{line}");
        assert_eq!(read.records().len(), 2, "{line}");
    }
}

#[test]
fn a_record_that_is_lost_is_known_as_far_as_it_can_be() {
    for (line, expected) in [
        (
            "srv-host=_sip._udp,p,x",
            Some(("_sip._udp.a.b.", RecordType::SRV)),
        ),
        (
            "srv-hosts=_sip._udp,p",
            Some(("_sip._udp.a.b.", RecordType::SRV)),
        ),
        (
            "host-record=p.a.b,10.0.0.300",
            Some(("p.a.b.", RecordType::A)),
        ),
        ("address=/p.a.b/10.0.0.300", Some(("p.a.b.", RecordType::A))),
        ("address=p.a.b", None),
        ("cname=c.a.b", Some(("c.a.b.", RecordType::CNAME))),
    ] {
        let read = read_settings(&format!("domain=a.b\n{line}\n"));
        let damaged = read.zones[0].troubles[0].damaged.first();
        let damaged = damaged.map(|(name, kind)| (name.to_string(), *kind));
        let expected = expected.map(|(name, kind)| (name.to_owned(), kind));
        assert_eq!(damaged, expected, "{line}");
        assert_eq!(read.records(), [""; 0], "{line}");
    }
}

/// The addresses of hosts lead back to their names in zones of their own.
#[test]
fn a_record_that_is_lost_is_lost_in_its_zone() {
    let read =
        read_settings("local=/a.b/\nhost-record=o.a.b,10.0.0.1\nhost-record=p.a.b,10.0.0.300\n");
    let lost = |zone: &Zone| -> Vec<String> {
        let damaged = zone.troubles.iter().flat_map(|trouble| &trouble.damaged);
        damaged.map(|(name, _)| name.to_string()).collect()
    };
    let zones = read.zones.iter();
    let zones: Vec<_> = zones
        .map(|zone| (zone.apex.to_string(), lost(zone)))
        .collect();
    assert!(zones.len() > 1, "{zones:?}");
    for (apex, lost) in zones {
        let expected: &[&str] = if apex == "a.b." { &["p.a.b."] } else { &[] };
        assert_eq!(lost, expected, "{apex}");
    }
}

#[test]
fn any_text_is_read() {
    testing::check_any(
        Format::Dnsmasq,
        &[
            "srv-host=",
            "naptr-record=",
            "host-record=",
            "address=",
            "ptr-record=",
            "cname=",
            "domain=",
            "local=",
            "server=",
            "auth-zone=",
            "local-ttl=",
            "txt-record=",
            ",",
            "/",
            "\n",
            "\"",
            "\\",
            "#",
            " ",
            "_sip._udp",
            ".a.b",
            "10.0.0.1",
            "::1",
            "5060",
            "70000",
            "..",
            "*.",
            "é",
            "dns-rr=",
            "=",
        ],
    );
}
