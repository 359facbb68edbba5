//! Settings of dnsmasq that one server reads, in several files.

use crate::program::folder;
use crate::run;

const BASE: &str = "domain=lab.example\nlocal=/lab.example/\nno-hosts\n";
const HOSTS: &str = "host-record=a.lab.example,192.0.2.31\nhost-record=b.lab.example,192.0.2.32\n";
const SERVICES: &str = "srv-host=_sip._udp.lab.example,a.lab.example,5060,1,10\n\
    srv-host=_sip._udp.lab.example,b.lab.example,5060,2,10\n";

/// The verdict of each set-up, with its view.
fn verdicts(files: &[(&str, &str)]) -> Vec<String> {
    let folder = folder(files);
    let json = run(folder.path(), ". --format json").json();
    let setups = json["setups"].as_array().expect("a list");
    let told = setups.iter().map(|setup| {
        let parts = [&setup["address"], &setup["view"], &setup["verdict"]];
        parts.map(|part| part.as_str().unwrap_or("-")).join(" ")
    });
    told.collect()
}

#[test]
fn files_of_a_folder_for_them_are_one_server() {
    let found = verdicts(&[
        ("dnsmasq.d/10-base.conf", BASE),
        ("dnsmasq.d/20-hosts.conf", HOSTS),
        ("dnsmasq.d/30-sip.conf", SERVICES),
    ]);
    assert_eq!(found, ["lab.example - registers"]);
    // Elsewhere each may be that of a server of its own.
    let sites = [("x/10.1.0.1.conf", SERVICES), ("x/10.2.0.1.conf", SERVICES)];
    assert_eq!(verdicts(&sites).len(), 2);
}

#[test]
fn files_that_settings_name_are_read_with_them() {
    for named in ["conf-dir=/etc/more/,*.conf", "conf-file=/etc/more/sip.conf"] {
        let main = format!("{BASE}{HOSTS}{named}\n");
        let files = [
            ("etc/dnsmasq.conf", &*main),
            ("etc/more/sip.conf", SERVICES),
        ];
        assert_eq!(verdicts(&files), ["lab.example - registers"], "{named}");
    }
    // The main file may hold nothing that is a record's.
    for (named, file) in [
        ("conf-dir=parts", "parts/sip"),
        ("conf-dir=parts,*.conf", "parts/sip.conf"),
        ("conf-dir=parts,.bak,.old", "parts/sip"),
        ("conf-dir=parts.d,.bak", "parts.d/sip"),
    ] {
        let main = format!("domain=lab.example\n{named}\n");
        let parts = format!("local=/lab.example/\nno-hosts\n{HOSTS}{SERVICES}");
        let folder = file.split('/').next().unwrap_or_default();
        let left = format!("{folder}/sip.bak");
        let gone = SERVICES
            .replace("b.lab", "gone.lab")
            .replace("2,10", "3,10");
        let files = [
            ("dnsmasq.conf", main.as_str()),
            (file, &parts),
            (&left, &gone),
        ];
        assert_eq!(verdicts(&files), ["lab.example - registers"], "{named}");
    }
    // What they name and is not given may hold anything.
    let main = format!("{BASE}{HOSTS}{SERVICES}conf-dir=/etc/other\n");
    assert_eq!(
        verdicts(&[("dnsmasq.conf", &main)]),
        ["lab.example - undetermined"]
    );
    // Files that name each other are one server all the same.
    let one = format!("{BASE}conf-file=b.conf\n");
    let other = format!("{HOSTS}{SERVICES}conf-file=a.conf\n");
    assert_eq!(
        verdicts(&[("a.conf", &one), ("b.conf", &other)]),
        ["lab.example - registers"]
    );
}

#[test]
fn servers_in_several_folders_stay_apart() {
    let whole = format!("{BASE}{HOSTS}{SERVICES}");
    let other = format!("{BASE}host-record=gw.lab.example,192.0.2.1\n");
    assert_eq!(
        verdicts(&[("a/dnsmasq.conf", &whole), ("b/dnsmasq.conf", &other)]),
        ["lab.example a/dnsmasq.conf registers"]
    );
}
