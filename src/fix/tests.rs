use super::*;
use crate::zone::by_hand::{name, zone};

fn data(text: &str) -> Data {
    let zone = zone("eslab.local.", &[("x", text)]);
    let sets = zone.contents.sets_at(&name("x.eslab.local."));
    sets[0].records[0].data.clone()
}

fn lines(commands: &Commands) -> [&str; 4] {
    let Commands {
        bind,
        powershell,
        dnscmd,
        clicks,
        ..
    } = commands;
    [bind, powershell, dnscmd, clicks].map(|line| line.as_deref().unwrap_or("-"))
}

#[test]
fn an_address_that_nobody_knows_is_a_named_blank() {
    let (apex, owner) = (name("eslab.local."), name("piper2.eslab.local."));
    let address = Field::blank("address of piper2");
    let change = add_record(Place::new(Some(&apex), &owner), &NewRecord::a(address));
    let commands = Commands::of(&[change]);
    assert_eq!(
        lines(&commands),
        [
            "piper2.eslab.local. A <address of piper2>",
            "Add-DnsServerResourceRecordA -ZoneName \"eslab.local\" -Name \"piper2\" \
             -IPv4Address \"<address of piper2>\"",
            "dnscmd /RecordAdd eslab.local piper2 A \"<address of piper2>\"",
            "open Forward Lookup Zones > eslab.local (missing folders: right-click \
             > New Domain...); right-click that folder > New Host (A or AAAA)...; Name: piper2; \
             IP address: <address of piper2>; OK",
        ]
    );
}

#[test]
fn an_srv_record_is_changed_field_by_field() {
    let (apex, owner) = (
        name("eslab.local."),
        name("_sip._udp.testserver.eslab.local."),
    );
    let old = data("SRV 1 10 5060 piper");
    let new = NewRecord::srv(2, 10, 5060, (&name("piper.eslab.local.")).into());
    let change = replace_record(Place::new(Some(&apex), &owner), &old, &new);
    let commands = Commands::of(&[change]);
    let [bind, powershell, dnscmd, clicks] = lines(&commands);
    assert_eq!(
        bind,
        "_sip._udp.testserver.eslab.local. SRV 2 10 5060 piper.eslab.local.\n\
         ; remove: _sip._udp.testserver.eslab.local. SRV 1 10 5060 piper.eslab.local."
    );
    assert_eq!(
        powershell,
        "Add-DnsServerResourceRecord -Srv -ZoneName \"eslab.local\" -Name \
         \"_sip._udp.testserver\" -Priority 2 -Weight 10 -Port 5060 -DomainName \
         \"piper.eslab.local.\"\n\
         Remove-DnsServerResourceRecord -ZoneName \"eslab.local\" -Name \
         \"_sip._udp.testserver\" -RRType \"SRV\" -RecordData \
         \"1\",\"10\",\"5060\",\"piper.eslab.local.\" -Force"
    );
    assert_eq!(
        dnscmd,
        "dnscmd /RecordAdd eslab.local _sip._udp.testserver SRV 2 10 5060 piper.eslab.local.\n\
         dnscmd /RecordDelete eslab.local _sip._udp.testserver SRV 1 10 5060 \
         piper.eslab.local. /f"
    );
    assert_eq!(
        clicks,
        "open Forward Lookup Zones > eslab.local > testserver > _udp, find `_sip` \
         of type Service Location (SRV) with 1 10 5060 piper.eslab.local., double-click it; \
         Priority: 2; OK"
    );
}

#[test]
fn dns_manager_makes_a_record_static_that_is_written_again() {
    let (apex, owner) = (name("eslab.local."), name("piper.eslab.local."));
    let old = NewRecord::from(&data("A 10.225.2.31")).ttl(1200);
    let clicks = |new: &NewRecord| {
        let change = replace_record(Place::new(Some(&apex), &owner), old.clone(), new);
        let clicks = Commands::of(&[change])
            .clicks
            .expect("a record of the zone");
        let (_, steps) = clicks.split_once("double-click it; ").expect("its dialog");
        steps.to_owned()
    };
    assert_eq!(
        clicks(&old),
        "Delete this record when it becomes stale (View > Advanced shows it): clear; OK"
    );
    let new = NewRecord::from(&data("A 10.225.2.32"));
    assert_eq!(clicks(&new), "IP address: 10.225.2.32; OK");
    assert_eq!(
        clicks(&new.ttl(300)),
        "IP address: 10.225.2.32; Time to live (View > Advanced shows it): 300 s; OK"
    );
}

#[test]
fn dns_manager_shows_addresses_in_reverse_zones() {
    let apex = name("2.225.10.in-addr.arpa.");
    let owner = name("31.2.225.10.in-addr.arpa.");
    let record = data("PTR piper");
    let place = || Place::new(Some(&apex), &owner);
    let clicks = |change| {
        Commands::of(&[change])
            .clicks
            .expect("a record of the zone")
    };
    let added = clicks(add_record(place(), &NewRecord::from(&record)));
    assert!(
        added.contains("; Host IP Address: 10.225.2.31; Host name: "),
        "{added}"
    );
    let removed = clicks(remove_record(place(), &record));
    assert!(
        removed.contains("find `10.225.2.31` of type Pointer (PTR)"),
        "{removed}"
    );
}

#[test]
fn naptr_has_no_powershell_and_keeps_its_empty_field() {
    let apex = name("eslab.local.");
    let new = NewRecord::naptr(10, 10, "SIP+D2U", &name("_sip._udp.eslab.local."));
    let change = add_record(Place::new(Some(&apex), &apex), &new);
    let commands = Commands::of(&[change]);
    assert_eq!(
        commands.bind.as_deref(),
        Some(r#"eslab.local. NAPTR 10 10 "S" "SIP+D2U" "" _sip._udp.eslab.local."#)
    );
    assert_eq!(
        commands.dnscmd.as_deref(),
        Some(r#"dnscmd /RecordAdd eslab.local @ NAPTR 10 10 S SIP+D2U "" _sip._udp.eslab.local."#)
    );
    assert_eq!(commands.powershell, None);
}

#[test]
fn an_alias_goes_before_its_successor_comes() {
    let (apex, owner) = (name("eslab.local."), name("x.eslab.local."));
    let new = NewRecord::a(Field::blank("address of x"));
    let change = replace_record(Place::new(Some(&apex), &owner), &data("CNAME y"), &new);
    let commands = Commands::of(&[change]);
    let bind = commands.bind.expect("always written");
    assert!(bind.starts_with("; remove: x.eslab.local. CNAME"), "{bind}");
}

/// Names and texts that would run a command if they were pasted as they are.
#[test]
fn what_could_command_a_shell_gets_no_line_for_it() {
    let apex = name("eslab.local.");
    for hostile in [
        "$(calc)",
        "a`b",
        "a&calc",
        "%PATH%",
        "a\"b",
        "a;b",
        "a'b",
        "a|b",
        "a b",
        "é",
        "a^b",
        "a<b",
        "a>b",
        "a\nb",
        "a\rb",
        "a(b",
        "a\u{2019}b",
        "@",
    ] {
        let label = [hostile.as_bytes()];
        let owner = Name::from_labels(label)
            .and_then(|label| label.append_name(&apex))
            .expect("a short label");
        let record = NewRecord::a(Field::blank("address"));
        let change = add_record(Place::new(Some(&apex), &owner), &record);
        let commands = Commands::of(&[change]);
        let [bind, others @ ..] = lines(&commands);
        assert_eq!(others, ["-"; 3], "{hostile}");
        let first = bind.split(' ').next().unwrap_or_default();
        let plain = |c: char| c.is_ascii_alphanumeric() || "\\.".contains(c);
        assert!(first.chars().all(plain), "{bind}");

        let record = NewRecord::srv(0, 0, 5060, (&owner).into());
        let target = add_record(Place::new(Some(&apex), &apex), &record);
        assert_eq!(lines(&Commands::of(&[target]))[1..], ["-"; 3], "{hostile}");
    }
    let hostile = NewRecord::naptr(1, 1, "SIP\" & calc \"", &apex);
    let change = add_record(Place::new(Some(&apex), &apex), &hostile);
    let commands = Commands::of(&[change]);
    assert_eq!(lines(&commands)[1..], ["-"; 3]);
}

#[test]
fn without_its_zone_a_record_has_a_master_file_line_only() {
    let (elsewhere, owner) = (name("example.com."), name("x.eslab.local."));
    let record = NewRecord::ns(Field::blank("name server"));
    for zone in [None, Some(&elsewhere)] {
        let change = add_record(Place::new(zone, &owner), &record);
        let commands = Commands::of(&[change]);
        assert_eq!(lines(&commands)[1..], ["-"; 3]);
    }
}
