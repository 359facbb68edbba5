//! What each format looks like.

#![expect(
    clippy::unicode_not_nfc,
    reason = "columns must be right under combining characters too"
)]

use super::*;

#[test]
fn pretty_shows_every_place_with_its_lines() {
    insta::assert_snapshot!(sample(Format::Pretty), @r#"
    warning[test-warning]: a drink
       ╭─[zones/eslab.zone:3:43]
     2 │ $TTL 3600
     3 │ @   SOA ns1 admin 1 900 600 86400 900 ; 管理者 café
       ·                                                ────
     4 │ @   NS  ns1
       ╰────
      fix: write a number (safe)
        zones/eslab.zone:3:43: replace `café` by `1`

    error[test-error]: `sip2.eslab.local.` has no A record
       ╭─[zones/eslab.zone:7:24]
     6 │ _sip._udp   SRV 0 0 5060 sip1
     7 │ _sip._udp   SRV 1 0 5060 sip2
       ·                          ──┬─
       ·                            ╰── no address
     8 │ sip1    A   10.225.2.31
       · ────┬────
       ·     ╰── the other server has one
       ╰────
       ╭─[phones/a.cfg:2:30]
     1 │ <handset
     2 │   voIpProt.server.1.address="eslab.local"/>
       ·                              ─────┬─────
       ·                                   ╰── handsets look this up
       ╰────
      help: add an A record, or remove the SRV record
      touches 2 handsets: 00907a0a0001, 00907a0a0002
      fix: add the A record
        zone file:
          sip2.eslab.local. A <address of sip2>
        PowerShell:
          Add-DnsServerResourceRecordA -ZoneName "eslab.local" -Name "sip2" -IPv4Address "<address of sip2>"
        dnscmd:
          dnscmd /RecordAdd eslab.local sip2 A "<address of sip2>"
        DNS Manager:
          open Forward Lookup Zones > eslab.local (missing folders: right-click > New Domain...); right-click that folder > New Host (A or AAAA)...; Name: sip2; IP address: <address of sip2>; OK

    note[test-warning]: the file ends here
       ╭─[zones/eslab.zone:8:18]
     7 │ _sip._udp   SRV 1 0 5060 sip2
     8 │ sip1    A   10.225.2.31
       ·                       ─
       ╰────

    set-ups
      eslab.local, port 0, DNSnaptr: registers (holds under every reading)
        1. sip1.eslab.local. 10.225.2.31:5060 UDP

    checked: 6 records of 1 zone (eslab.local.)
    checked: 1 set-up, 4 questions of handsets followed
    not checked: PTR records: no reverse zone given
    1 error, 1 warning, 1 note
    "#);
}

#[test]
fn concise_is_one_line_a_finding() {
    insta::assert_snapshot!(sample(Format::Concise), @r#"
    zones/eslab.zone:3:43: warning[test-warning] a drink
    zones/eslab.zone:7:24: error[test-error] `sip2.eslab.local.` has no A record
    zones/eslab.zone:8:18: note[test-warning] the file ends here
    set-up eslab.local, port 0, DNSnaptr: registers: sip1.eslab.local. 10.225.2.31:5060 UDP
    checked: 6 records of 1 zone (eslab.local.)
    checked: 1 set-up, 4 questions of handsets followed
    not checked: PTR records: no reverse zone given
    1 error, 1 warning, 1 note
    "#);
}

#[test]
fn table_has_setups_servers_and_findings() {
    insta::assert_snapshot!(sample(Format::Table), @r#"
    ┌────────┬─────────────┬──────┬───────────┬──────────┬──────┬───────────┐
    │ set-up ┆ address     ┆ port ┆ transport ┆ handsets ┆ view ┆ verdict   │
    ╞════════╪═════════════╪══════╪═══════════╪══════════╪══════╪═══════════╡
    │ 1      ┆ eslab.local ┆ 0    ┆ DNSnaptr  ┆ 0        ┆      ┆ registers │
    └────────┴─────────────┴──────┴───────────┴──────────┴──────┴───────────┘
    ┌────────┬───────┬───────────────────┬─────────────┬──────┬───────────┬───────┐
    │ set-up ┆ order ┆ host              ┆ address     ┆ port ┆ transport ┆ share │
    ╞════════╪═══════╪═══════════════════╪═════════════╪══════╪═══════════╪═══════╡
    │ 1      ┆ 1     ┆ sip1.eslab.local. ┆ 10.225.2.31 ┆ 5060 ┆ UDP       ┆ 100 % │
    └────────┴───────┴───────────────────┴─────────────┴──────┴───────────┴───────┘
    ┌───────────────────────┬──────────┬──────────────┬─────────────────────────────────────┐
    │ place                 ┆ severity ┆ rule         ┆ message                             │
    ╞═══════════════════════╪══════════╪══════════════╪═════════════════════════════════════╡
    │ zones/eslab.zone:3:43 ┆ warning  ┆ test-warning ┆ a drink                             │
    │ zones/eslab.zone:7:24 ┆ error    ┆ test-error   ┆ `sip2.eslab.local.` has no A record │
    │ zones/eslab.zone:8:18 ┆ note     ┆ test-warning ┆ the file ends here                  │
    └───────────────────────┴──────────┴──────────────┴─────────────────────────────────────┘
    checked: 6 records of 1 zone (eslab.local.)
    checked: 1 set-up, 4 questions of handsets followed
    not checked: PTR records: no reverse zone given
    1 error, 1 warning, 1 note
    "#);
}

#[test]
fn a_trace_gives_every_question_its_reason() {
    let (site, ..) = site(ZONE);
    let report = Report::new(&site, Vec::new(), Vec::new(), &Selection::default());
    let how = Presentation {
        format: Format::Pretty,
        content: Content::Trace,
        detail: Detail::Quiet,
        color: false,
    };
    let mut out = Vec::new();
    report.write(&how, &mut out).expect("memory takes it");
    insta::assert_snapshot!(String::from_utf8_lossy(&out), @r#"
    eslab.local, port 0, DNSnaptr
      1. eslab.local. NAPTR -> nodata, kept for 900 s
         why: port 0 and transport DNSnaptr: NAPTR is asked first [CS-14-17, step 1, background; 84-Series Administration Guide, page 209]
      2. _sip._udp.eslab.local. SRV -> records
           _sip._udp.eslab.local. 3600 SRV 0 0 5060 sip1.eslab.local.
           _sip._udp.eslab.local. 3600 SRV 1 0 5060 sip2.eslab.local.
         why: no NAPTR record, so the default SRV set is asked for [CS-14-17, failed registration log, lines 11 to 22]
      3. sip1.eslab.local. A -> records
           sip1.eslab.local. 3600 A 10.225.2.31
         why: sip1.eslab.local. is a target of the SRV set [CS-14-17, successful registration log, lines 30 to 43]
      4. sip2.eslab.local. A -> nxdomain, kept for 900 s
         why: sip2.eslab.local. is a target of the SRV set [CS-14-17, successful registration log, lines 30 to 43]
      registers: 1 server in this order
        1. sip1.eslab.local. 10.225.2.31:5060 UDP
    "#);
}
