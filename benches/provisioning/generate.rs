//! A provisioning folder as a reseller has it the day before a rollout.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

/// Handsets that are set up unlike the others.
pub const OUTLIERS: u32 = 20;

/// Files that are not well-formed.
pub const BROKEN: u32 = 5;

/// Site files, each of a third of the handsets.
pub const SITES: [&str; 3] = ["north", "south", "clinic"];

/// Writes the files of so many handsets into an empty folder.
pub fn folder(into: &Path, handsets: u32) -> io::Result<()> {
    fs::write(
        into.join("000000000000.cfg"),
        "<?xml version=\"1.0\" standalone=\"yes\"?>\n\
         <APPLICATION APP_FILE_PATH=\"sip.ld\" CONFIG_FILES=\"north.cfg, common.cfg\"/>\n",
    )?;
    for site in SITES {
        fs::write(into.join(format!("{site}.cfg")), site_file(site))?;
    }
    fs::write(into.join("common.cfg"), common_file())?;
    for number in 0..handsets {
        let name = format!("{}.cfg", mac(number));
        fs::write(into.join(name), handset(number, handsets))?;
    }
    Ok(())
}

/// The MAC of a handset, from 0.
pub fn mac(number: u32) -> String {
    format!("00907a{number:06x}")
}

fn site_file(site: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<{site}>\n\
         \x20 <server voIpProt.server.1.address=\"{site}.example.com\" voIpProt.server.1.port=\"0\"\n\
         \x20   voIpProt.server.1.transport=\"DNSnaptr\" voIpProt.server.1.expires=\"3600\"/>\n\
         </{site}>\n"
    )
}

fn common_file() -> String {
    let mut text = String::from("<common>\n");
    for number in 1..=150 {
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "  <up up.feature{number}.enabled=\"{}\"/>",
            number % 2
        );
    }
    text.push_str("</common>\n");
    text
}

fn handset(number: u32, handsets: u32) -> String {
    let site = SITES[number as usize % SITES.len()];
    // Spread over the folder, and not in the same files.
    let every = |count: u32| (handsets / count.max(1)).max(1);
    let is_outlier = number % every(OUTLIERS) == 1 && number / every(OUTLIERS) < OUTLIERS;
    let is_broken = number % every(BROKEN) == 2 && number / every(BROKEN) < BROKEN;
    let own = if is_outlier {
        " voIpProt.server.1.address=\"old.example.com\""
    } else {
        ""
    };
    let end = if is_broken { "" } else { "</APPLICATION>\n" };
    let user = 1000 + number;
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
         <!-- written by the provisioning system -->\n\
         <APPLICATION APP_FILE_PATH=\"sip.ld\" CONFIG_FILES=\"{site}.cfg, common.cfg\"\n\
         \x20 MISC_FILES=\"\" LOG_FILE_DIRECTORY=\"log\" OVERRIDES_DIRECTORY=\"overrides\">\n\
         \x20 <reg reg.1.address=\"{user}\" reg.1.displayName=\"Ward {user}\" reg.1.label=\"{user}\"\n\
         \x20   reg.1.auth.userId=\"{user}\" reg.1.auth.password=\"secret-{user}\"\n\
         \x20   reg.1.lineKeys=\"2\" reg.1.callsPerLineKey=\"4\" reg.1.ringType=\"ringer2\"\n\
         \x20   reg.1.thirdPartyName=\"\" reg.1.type=\"private\"{own}/>\n\
         \x20 <msg msg.mwi.1.subscribe=\"{user}\" msg.mwi.1.callBackMode=\"contact\"\n\
         \x20   msg.mwi.1.callBack=\"*97\" msg.bypassInstantMessage=\"1\"/>\n\
         \x20 <attendant attendant.uri=\"\" attendant.reg=\"1\"/>\n{end}"
    )
}
