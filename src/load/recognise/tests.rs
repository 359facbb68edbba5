//! What texts are told to be.

use proptest::prelude::*;

use super::*;

const MASTER_FILE: Kind = Kind::Zone(Format::MasterFile);
const WINDOWS_DNS: Kind = Kind::Zone(Format::WindowsDns);
const DNSCMD_PRINT: Kind = Kind::Zone(Format::DnscmdPrint);

#[test]
fn zones_are_told_by_a_directive_an_soa_or_most_of_their_lines() {
    for text in [
        "$ttl 1h\n",
        "; a comment\n@ IN SOA ns1 admin (\n 1 2 3 4 5 )\n",
        "@ 3600 IN soa ns1 admin 1 2 3 4 5\n",
        "sip1 A 10.225.2.31\n     600 IN A 10.225.2.32\nwhat is this\n",
        "_sip._udp 1h IN SRV 0 0 5060 (\n  sip1\n  and words in parentheses\n)\n",
        "x TYPE65280 \\# 0\n",
    ] {
        assert_eq!(recognise(text, "x"), Ok(MASTER_FILE), "{text:?}");
    }
}

#[test]
fn a_zone_by_name_may_be_empty_or_broken() {
    assert_eq!(recognise("", "empty.zone"), Ok(MASTER_FILE));
    let text = "_sip._udp SVR 0 0 5060 sip1\n";
    assert_eq!(recognise(text, "a.DB"), Ok(MASTER_FILE));
    assert_eq!(recognise(text, "a.DNS"), Ok(WINDOWS_DNS));
    assert!(recognise(text, "a").is_err());
    assert!(recognise("<html>", "a.zone").is_err());
    assert!(recognise("SQLite format 3\0", "a.db").is_err());
}

#[test]
fn windows_zones_are_told_by_their_marks_whatever_their_names() {
    let soa = "@ IN SOA n. h. (\n 1 ; serial number\n 2 3 4\n 5 ) ; default TTL\n";
    for text in [
        ";\r\n;  Database file x for Default zone scope in zone e.x.\r\n;\r\n",
        ";  Database file e.x.dns for e.x zone.\n$ORIGIN e.x.\n@ NS n\n",
        "a [AGE:3634093] 600 A 10.0.0.1\n",
        " [AGE:3634093] 600 A 10.0.0.1\n",
        "@ IN WINS LOCAL L1 C10 10.10.10.1\n",
        "@\t0\tWINSR\tL1 C2 contoso.local.\n",
        soa,
    ] {
        assert_eq!(recognise(text, "x.zone"), Ok(WINDOWS_DNS), "{text:?}");
    }
    for text in [
        &format!("$TTL 1h\n{soa}"),
        "@ TXT \"[AGE:1]\" ; Database file x for e.x zone.\na A 1.1.1.1\n",
        "wins A 10.0.0.1\n",
    ] {
        assert_eq!(recognise(text, "x"), Ok(MASTER_FILE), "{text:?}");
    }
    // Nothing tells it from a master file but the name.
    let plain = "@ SOA n. h. 1 2 3 4 5\n@ NS n.\n";
    assert_eq!(recognise(plain, "e.x.dns"), Ok(WINDOWS_DNS));
    assert_eq!(recognise(plain, "e.x"), Ok(MASTER_FILE));
    let directive = format!("$TTL 1h\n{plain}");
    assert_eq!(recognise(&directive, "e.x.dns"), Ok(MASTER_FILE));
}

#[test]
fn prints_of_dnscmd_are_told_by_words_of_the_command_among_records() {
    for text in [
        "Returned records:\n@ [Aging:3614831] 600 A 1.1.1.1\n",
        "Microsoft Windows [Version 10.0.17763.1]\n(c) 2018 Microsoft Corporation.\n\n\
         C:\\>dnscmd /EnumRecords e.x @\nReturned records:\n@ 600 A 1.1.1.1\n\nCommand completed successfully.\n",
        ";\n;  Zone:    e.x\n;  Server:  s.e.x\n;\n@ 3600 SOA s.e.x. h.e.x. 1 2 3 4 5\n",
        "a [Aging:3614831] 600 A 1.1.1.1\n",
    ] {
        assert_eq!(recognise(text, "x.txt"), Ok(DNSCMD_PRINT), "{text:?}");
    }
    let page = "How to list records\nRun this:\nC:\\>dnscmd /EnumRecords e.x @\nand see that\n";
    let rejections = recognise(page, "x.md").expect_err("no zone");
    assert_eq!(rejections[0].kind, DNSCMD_PRINT);
    assert_eq!(
        rejections[0].why,
        "0 of its lines are records, and 3 are not"
    );
    assert_eq!(rejections.len(), REJECTIONS);
}

#[test]
fn exports_of_powershell_without_their_data_are_told_from_tables_of_others() {
    let table = Ok(Kind::Zone(Format::PowerShellTable));
    let csv =
        "\"HostName\";\"RecordType\";\"RecordData\"\n\"a\";\"A\";\"DnsServerResourceRecordA\"\n";
    assert_eq!(recognise(csv, "eslab.local.csv"), table);
    let with_data = "HostName,RecordType,RecordData\na,A,1.1.1.1\n";
    assert_eq!(recognise(with_data, "x.txt"), table);
    let list = "HostName   : a\r\nRecordData : DnsServerResourceRecordA\r\n";
    assert_eq!(recognise(list, "eslab.local.txt"), table);
    let narrow = "HostName RecordType\r\n-------- ----------\r\na        A\r\n";
    assert_eq!(recognise(narrow, "eslab.local.txt"), table);
    let objects = "<Objs><S>DnsServerResourceRecord</S></Objs>";
    let prose = "run Get-DnsServerResourceRecord and look at HostName : RecordData";
    for other in [objects, prose, "HostName,RecordType\na,A\n"] {
        assert!(recognise(other, "x.txt").is_err(), "{other}");
    }
}

#[test]
fn master_files_of_handsets_are_told_from_their_configurations() {
    for text in [
        "<APPLICATION APP_FILE_PATH=\"sip.ld\" CONFIG_FILES=\"site.cfg\"/>",
        "<?xml version=\"1.0\"?>\n<!-- <polycomConfig/> -->\n<APPLICATION/>",
        "<x CONFIG_FILES=\"site.cfg, phone.cfg\"/>",
        "{% if x %}<APPLICATION APP_FILE_PATH_SPIP84=\"sip.ld\">",
    ] {
        assert_eq!(recognise(text, "x"), Ok(Kind::ProvisioningMaster), "{text}");
    }
    for text in [
        "<polycomConfig/>",
        "<polycomConfig reg.1.address=\"CONFIG_FILES=1\"/>",
        "<PHONE_CONFIG><ALL reg.1.server.1.address=\"a\"/></PHONE_CONFIG>",
    ] {
        assert_eq!(recognise(text, "x"), Ok(Kind::PhoneConfig), "{text}");
    }
}

#[test]
fn what_holds_no_text_is_of_no_kind() {
    let firmware: String = (0..4096_u32)
        .filter_map(|at| char::from_u32(at * 7919 % 256))
        .collect();
    assert!(is_binary(&firmware));
    assert!(recognise(&format!("$TTL 1h\n{firmware}"), "a.zone").is_err());
    let coloured = "\u{1b}[32mok\u{1b}[0m\n".repeat(100);
    let pasted = format!("$TTL 1h\n\0{}", "a A 10.0.0.1\n".repeat(10));
    for text in [&coloured, &pasted] {
        assert!(!is_binary(text), "{text:?}");
    }
    assert_eq!(recognise(&pasted, "x"), Ok(MASTER_FILE));
}

#[test]
fn what_is_written_beside_zones_is_none() {
    let why = |text: &str, name| {
        let rejections = recognise(text, name).expect_err("of no known kind");
        let [only] = &rejections[..] else {
            panic!("{text:?}: {rejections:?}");
        };
        only.why.split(',').next().unwrap_or_default().to_owned()
    };
    let soa = "$ORIGIN .\n$TTL 0 ; 0 seconds\n@ IN SOA . . (\n  14 ; serial\n  0 0 0 0 )\n";
    let anchor = " KEYDATA 20240110155200 20240109155200 19700101000000 257 3 8 (\n A\n )\n";
    let anchors = "it holds the trust anchors that BIND keeps up to date";
    assert_eq!(why(&format!("{soa}{anchor}"), "x"), anchors);
    for name in ["zones/managed-keys.bind", "3c4623849a49a539.mkeys"] {
        assert_eq!(why(soa, name), anchors);
    }
    let keys = "it holds keys of DNSSEC only";
    for text in [
        "e.x.\t\tIN DS 12345 8 2 2BB183AF5F22588179A53B0A98631FAD\n",
        "; This is a key, keyid 1\ne.x. IN DNSKEY 257 3 8 Aw==\n",
        "$ORIGIN .\ne.x 3600 IN DNSKEY 257 3 8 (\n Aw==\n )\n RRSIG DNSKEY 8 2 1 1 1 1 x. A\n",
    ] {
        assert_eq!(why(text, "x.zone"), keys);
    }
    let registered = "it holds what a domain controller registers in zones of others";
    let netlogon = "e.x. 600 IN A 10.225.2.11\r\n_ldap._tcp.e.x. 600 IN SRV 0 100 389 dc1.e.x.\r\n";
    assert_eq!(why(netlogon, "config/Netlogon.DNS"), registered);
    let journal = "it is a journal";
    assert_eq!(why(";BIND LOG V9.2\n\0\0\0x", "e.x.zone.jnl"), journal);
    let raw = "it is a zone in BIND's raw format: `named-compilezone -f raw -F text` writes it \
               as text";
    assert_eq!(why("\0\0\0\u{2}\0\0\0\u{1}x", "e.x.zone"), raw);
    assert!(recognise(&format!("{soa}{netlogon}"), "netlogon.dns").is_ok());
    // Keys of a zone beside its other records, and a zone that is new.
    for text in [
        "e.x. DNSKEY 257 3 8 Aw==\ne.x. A 1.1.1.1\n",
        "$ORIGIN e.x.\n@ SOA n. h. 1 2 3 4 5\n@ DNSKEY 257 3 8 Aw==\n",
        soa,
    ] {
        assert_eq!(recognise(text, "x"), Ok(MASTER_FILE), "{text:?}");
    }
}

#[test]
fn what_is_neither_says_why() {
    let why = |text| {
        let rejections = recognise(text, "x").expect_err("of no known kind");
        let first = &rejections[0];
        format!("{}: {}", first.kind.word(), first.why)
    };
    assert_eq!(
        why("The SOA record (see below) counts.\nMissing A record? An SRV set is not.\n"),
        "master-file: 0 of its first 2 lines can be DNS records"
    );
    assert_eq!(
        why("{\"a\": 1}"),
        "powershell-json: its JSON names no `HostName` and `RecordData`"
    );
    assert_eq!(
        why("<project/>"),
        "phone-config: its XML names no parameter of a handset"
    );
}

proptest! {
    #[test]
    fn any_bytes_are_judged(bytes in any::<Vec<u8>>(), name in any::<String>()) {
        let (text, _) = crate::source::decode(bytes);
        let _ = recognise(&text, &name);
    }
}
