//! The examples of pages as sites: their own lines in the frame that is common to most.

use std::collections::BTreeMap;

use serde::Deserialize;
use sipdns_lint::site::{Arguments, Requested};
use sipdns_lint::zone::Format;

use crate::site::Texts;

/// A healthy site: two servers with addresses and PTR records.
const ZONE: &str = "\
$TTL 3600
@ SOA ns1 hostmaster 2024010101 900 600 86400 900
@ NS ns1
ns1 A 10.225.2.5
sip1 A 10.225.2.31
sip2 A 10.225.2.32
";
const SRV: &str = "\
_sip._udp SRV 0 10 5060 sip1
_sip._udp SRV 1 10 5060 sip2
";
const REVERSE: &str = "\
$TTL 3600
@ SOA ns1.eslab.local. hostmaster.eslab.local. 2024010101 900 600 86400 900
@ NS ns1.eslab.local.
31 PTR sip1.eslab.local.
32 PTR sip2.eslab.local.
";
const PHONE: &str = r#"<handset
  voIpProt.server.1.address="eslab.local"
  voIpProt.server.1.port="0"
  voIpProt.server.1.transport="DNSnaptr"/>
"#;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    pub name: String,
    /// What stands around it: `site` (all of the above), `hosts` (without the SRV records),
    /// `none`.
    #[serde(default)]
    pub frame: Frame,
    /// Lines of the zone eslab.local; the whole of it under `frame: none`.
    pub zone: Option<String>,
    /// The word of the format that `zone` is in; a master file without it.
    pub kind: Option<String>,
    /// Lines of the zone 2.225.10.in-addr.arpa; the whole of it under `frame: none`.
    pub reverse: Option<String>,
    /// Further zones by origin, each the whole text.
    #[serde(default)]
    pub zones: BTreeMap<String, String>,
    /// A handset configuration in the place of the frame's; an empty text for none.
    pub phone: Option<String>,
    /// Findings that are let in.
    pub baseline: Option<String>,
    /// Files of a provisioning folder by name, in the place of `phone`.
    #[serde(default)]
    pub phones: BTreeMap<String, String>,
    /// So many handsets more, each with a file `<MAC>-reg.cfg` in that folder.
    #[serde(default)]
    pub handsets: u32,
    /// The zone is given in the bytes of Windows-1252, not of UTF-8.
    #[serde(default)]
    pub windows_1252: bool,
    /// The configuration file's name; without one, that of no handset.
    pub phone_name: Option<String>,
    pub address: Option<String>,
    pub port: Option<u16>,
    pub transport: Option<String>,
    pub handset: Option<String>,
    #[serde(default)]
    pub assume: BTreeMap<String, String>,
    /// Places where no comment fits (an owner in column 1, inside an XML tag): the first
    /// occurrence of a text, in the configuration or else in a zone.
    #[serde(default)]
    pub expect: Vec<Expected>,
}

#[derive(Deserialize, Default, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum Frame {
    #[default]
    Site,
    Hosts,
    None,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    pub text: String,
    pub rule: String,
}

#[derive(Deserialize)]
pub struct Page {
    pub id: String,
    #[serde(default)]
    pub needs: Vec<String>,
    /// Why its findings carry no repair.
    #[serde(rename = "no-repair")]
    pub no_repair: Option<String>,
    pub examples: Vec<Example>,
}

/// The texts that an example stands for.
pub fn texts(example: &Example) -> Texts {
    let framed = |parts: &[&str], own: &Option<String>| {
        let mut text = String::new();
        if example.frame != Frame::None {
            text.extend(parts.iter().copied());
        }
        text.push_str(own.as_deref().unwrap_or_default());
        text
    };
    let zone = match example.frame {
        Frame::Hosts => framed(&[ZONE], &example.zone),
        _ => framed(&[ZONE, SRV], &example.zone),
    };
    let reverse = framed(&[REVERSE], &example.reverse);
    let mut texts = Texts {
        windows_1252: example.windows_1252,
        ..Texts::default()
    };
    let mut add = |name: &str, origin: &str, text: String| {
        if !text.is_empty() {
            texts.zones.push((name.to_owned(), origin.to_owned(), text));
        }
    };
    add("zone", "eslab.local.", zone);
    add("reverse", "2.225.10.in-addr.arpa.", reverse);
    for (origin, text) in &example.zones {
        add(origin, origin, text.clone());
    }
    if let Some(word) = &example.kind {
        let mut formats = Format::ALL.into_iter();
        let format = formats.find(|format| format.word() == word);
        let format = format.unwrap_or_else(|| panic!("no format is called `{word}`"));
        texts.formats.insert("zone".to_owned(), format);
    }
    let own_handset = example.address.is_some() || example.frame == Frame::None;
    let phone = match &example.phone {
        Some(text) => text.clone(),
        None if own_handset => String::new(),
        None => PHONE.to_owned(),
    };
    if !phone.is_empty() {
        let name = example.phone_name.clone();
        texts
            .phones
            .push((name.unwrap_or_else(|| "phone".into()), phone));
    }
    let phones = example.phones.iter();
    texts
        .phones
        .extend(phones.map(|(name, text)| (name.clone(), text.clone())));
    texts.phones.extend((1..=example.handsets).map(|number| {
        let text = format!("<reg reg.1.address=\"{number}\"/>\n");
        (format!("00907a0a{number:04x}-reg.cfg"), text)
    }));
    texts.requested = Requested {
        handset: example.address.clone().map(|address| Arguments {
            address,
            port: example.port,
            transport: example.transport.clone(),
        }),
        live: Vec::new(),
    };
    texts.model.clone_from(&example.handset);
    texts.baseline.clone_from(&example.baseline);
    for (name, value) in &example.assume {
        texts
            .assumptions
            .set(name, value)
            .expect("a known assumption");
    }
    texts
}

/// Every page, in the order of their ids.
pub fn pages() -> Vec<Page> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut pages: Vec<Page> = std::fs::read_dir(folder)
        .expect("the rules stand in rules/")
        .map(|file| file.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("a page is UTF-8");
            serde_yaml::from_str(&text)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        })
        .collect();
    pages.sort_by(|one, two| one.id.cmp(&two.id));
    pages
}
