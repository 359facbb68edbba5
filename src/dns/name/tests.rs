//! Names as they are read, compared, ordered and put together.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use proptest::prelude::*;

use super::*;

fn name(text: &str) -> Name {
    Name::from_ascii(text).expect("a name")
}

#[test]
fn presentation_format_is_read_and_written() {
    for (text, written) in [
        (".", "."),
        ("", "."),
        ("Piper.Eslab.local", "Piper.Eslab.local."),
        ("_sip._udp.eslab.local.", "_sip._udp.eslab.local."),
        ("*.eslab.local.", "*.eslab.local."),
        (r"a\.b.c", r"a\.b.c."),
        (r"a\046b\252.c.", r"a\.b\252.c."),
        (r"\032\;x", r"\032\;x."),
        (r"0\/25.2.0.192.in-addr.arpa", "0/25.2.0.192.in-addr.arpa."),
        ("xn--bro-hoa.example", "xn--bro-hoa.example."),
    ] {
        assert_eq!(name(text).to_string(), written, "{text}");
    }
}

#[test]
fn what_is_no_name_is_refused() {
    let long = "x".repeat(64);
    let fits = ["abc"; 63].join(".");
    for (text, error) in [
        ("a..b", NameError::EmptyLabel),
        (".a", NameError::EmptyLabel),
        ("..", NameError::EmptyLabel),
        (long.as_str(), NameError::LongLabel),
        (&format!("{fits}.abc"), NameError::LongName),
        ("a b", NameError::Character),
        ("a,b", NameError::Character),
        ("b\u{fc}ro", NameError::Character),
        ("-a", NameError::Character),
        ("a*", NameError::Character),
        (r"a\", NameError::Character),
        (r"a\25", NameError::Character),
        (r"a\256", NameError::Character),
    ] {
        assert_eq!(Name::from_ascii(text), Err(error), "{text}");
    }
    assert_eq!(name(&format!("{fits}.a")).length(), 255);
}

#[test]
fn case_makes_no_difference() {
    let (one, other) = (name("Piper.ESLAB.local"), name("piper.eslab.LOCAL"));
    let state = RandomState::new();
    assert_eq!(one, other);
    assert_eq!(state.hash_one(&one), state.hash_one(&other));
    assert_eq!(one.cmp(&other), Ordering::Equal);
    assert_eq!(one.to_lowercase().to_string(), "piper.eslab.local.");
    assert_ne!(one, name("piperx.eslab.local"));
}

/// The example of RFC 4034 6.1.
#[test]
fn the_order_is_that_of_dnssec() {
    let order = [
        r"example",
        r"a.example",
        r"yljkjljk.a.example",
        r"Z.a.example",
        r"zABC.a.EXAMPLE",
        r"z.example",
        r"\001.z.example",
        r"*.z.example",
        r"\200.z.example",
    ];
    let mut names = order.map(name);
    names.reverse();
    names.sort();
    assert_eq!(names, order.map(name));
}

#[test]
fn names_above_have_the_highest_labels() {
    let host = name("a.b.eslab.local");
    assert_eq!(host.base_name(), name("b.eslab.local"));
    assert_eq!(host.base_name().base_name(), name("eslab.local"));
    assert_eq!(host.trim_to(1), name("local"));
    assert_eq!(host.trim_to(0), Name::root());
    assert_eq!(host.trim_to(9), host);
    assert_eq!(Name::root().base_name(), Name::root());
    let labels: Vec<_> = host.from_highest().collect();
    assert_eq!(labels, [&b"local"[..], b"eslab", b"b", b"a"]);
    assert_eq!((host.num_labels(), name("*.a").num_labels()), (4, 1));
}

#[test]
fn long_names_share_the_octets_with_long_names_above() {
    let room = "a".repeat(SHORT - 1);
    let long = name(&format!("b.{room}"));
    let longest = name(&format!("c.b.{room}"));
    let above = longest.base_name();
    assert_eq!(above, long);
    let octets = |name: &Name| match &name.0 {
        Octets::Long { octets, .. } => Some(Arc::as_ptr(octets)),
        Octets::Short { .. } => None,
    };
    assert!(octets(&longest).is_some());
    assert_eq!(octets(&longest), octets(&above));
    assert_eq!(octets(&above.base_name()), None);
    assert_eq!(above.base_name(), name(&room));
    assert_eq!(longest.to_string(), format!("c.b.{room}."));
}

#[test]
fn a_name_lies_in_the_zones_above_it() {
    let host = name("Piper.eslab.local");
    for (zone, lies) in [
        (".", true),
        ("eslab.LOCAL", true),
        ("piper.eslab.local", true),
        ("lab.local", false),
        ("a.piper.eslab.local", false),
        ("example", false),
    ] {
        assert_eq!(name(zone).zone_of(&host), lies, "{zone}");
    }
    // The same octets at the end, but no label starts there.
    let inside = Name::from_labels([&b"a\x05local"[..]]).unwrap();
    assert!(!name("local").zone_of(&inside));
}

#[test]
fn names_are_put_together() {
    let service = name("_sip._udp");
    let apex = name("eslab.local");
    assert_eq!(
        service.append_name(&apex),
        Ok(name("_sip._udp.eslab.local"))
    );
    assert_eq!(apex.prepend_label("*"), Ok(name("*.eslab.local")));
    let long = name(&["abc"; 62].join("."));
    assert_eq!(long.append_name(&apex), Err(NameError::LongName));
    assert_eq!(apex.prepend_label(""), Err(NameError::EmptyLabel));
}

#[test]
fn addresses_have_a_place_in_the_reverse_tree() {
    let v4 = Ipv4Addr::new(10, 225, 2, 31);
    assert_eq!(Name::from(v4).to_string(), "31.2.225.10.in-addr.arpa.");
    let v6 = "2001:db8::567:89ab".parse::<Ipv6Addr>().unwrap();
    let expected = "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.";
    assert_eq!(Name::from(IpAddr::from(v6)).to_string(), expected);
}

proptest! {
    /// hickory is the referee of order, equality and the way up the tree.
    #[test]
    fn names_behave_as_hickory_s(
        one in prop::collection::vec(prop::collection::vec(b'A'..=b'c', 1..4), 0..5),
        other in prop::collection::vec(prop::collection::vec(b'A'..=b'c', 1..3), 0..4),
    ) {
        let ours = [&one, &other].map(|labels| Name::from_labels(labels).unwrap());
        let theirs = ours.each_ref().map(hickory_proto::rr::Name::from);
        prop_assert_eq!(ours[0].cmp(&ours[1]), theirs[0].cmp(&theirs[1]));
        prop_assert_eq!(ours[0] == ours[1], theirs[0] == theirs[1]);
        prop_assert_eq!(ours[0].zone_of(&ours[1]), theirs[0].zone_of(&theirs[1]));
        prop_assert_eq!(ours[1].zone_of(&ours[0]), theirs[1].zone_of(&theirs[0]));
        prop_assert_eq!(&ours[0].base_name(), &Name::from(&theirs[0].base_name()));
        for labels in 0..6 {
            prop_assert_eq!(&ours[0].trim_to(labels), &Name::from(&theirs[0].trim_to(labels)));
        }
        let lengths = ours[0].from_highest().map(<[u8]>::len).collect::<Vec<_>>();
        let expected = one.iter().rev().map(Vec::len).collect::<Vec<_>>();
        prop_assert_eq!(lengths, expected);
    }
}
