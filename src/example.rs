//! Examples on pages of rules: inputs that show what a rule reports, and are tests.
//!
//! A comment line of carets points at the text above it and names the rule that must be found
//! there; where no comment fits, `expect` names the text. What an example does not name must
//! not be found at warning or above, under all rules.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use crate::dns::Name;
use crate::finding::Finding;
use crate::handset::Assumptions;
use crate::handset::model::MODELS;
use crate::rules;
use crate::settings;
use crate::site::{Arguments, Requested, Site};
use crate::source::Fault;
use crate::yaml::Node;
use crate::yaml::shape::{Field, Shape};
use crate::zone::Format;

mod judge;
mod served;
mod texts;

pub use judge::Outcome;
pub use texts::Texts;

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

/// An example.
#[derive(Debug, Default)]
pub struct Example {
    /// What it shows.
    pub name: String,
    frame: Frame,
    zone: Option<String>,
    kind: Option<Format>,
    reverse: Option<String>,
    zones: BTreeMap<String, String>,
    servers: BTreeMap<String, String>,
    phone: Option<String>,
    phones: BTreeMap<String, String>,
    handsets: u32,
    log: Option<String>,
    log_name: Option<String>,
    windows_1252: bool,
    phone_name: Option<String>,
    address: Option<String>,
    port: Option<u16>,
    transport: Option<String>,
    handset: Option<String>,
    assume: Assumptions,
    baseline: Option<String>,
    settings: Option<String>,
    expect: Vec<Expected>,
}

/// What the rules under which an example is run say of a site, and which of them cannot be
/// evaluated.
pub type Check<'a> = dyn Fn(&Site) -> (Vec<Finding>, Vec<Fault>) + 'a;

/// The built-in rules: each of them can be evaluated.
pub fn built_in(site: &Site) -> (Vec<Finding>, Vec<Fault>) {
    (rules::check(site), Vec::new())
}

/// Handsets that an example may add.
const MAX_HANDSETS: u32 = 10_000;

/// What stands around the lines of an example.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Frame {
    /// A whole healthy site.
    #[default]
    Site,
    /// The same without SRV records.
    Hosts,
    /// Nothing.
    None,
}

/// The first occurrence of a text, where a rule must be found.
#[derive(Debug)]
struct Expected {
    text: String,
    rule: String,
}

/// What an example may hold.
pub fn shape() -> Shape {
    let any = || Shape::Open(Vec::new());
    let formats = Format::ALL.map(Format::word).to_vec();
    Shape::Mapping(vec![
        Field::new("name", "What it shows.", Shape::text()).required(),
        Field::new(
            "frame",
            "What stands around it: a healthy site, the same without SRV records, nothing.",
            Shape::Word(vec!["site", "hosts", "none"]),
        ),
        Field::new("zone", "Lines of the zone eslab.local.", any()),
        Field::new("kind", "The format of the zone.", Shape::Word(formats)),
        Field::new("reverse", "Lines of the zone 2.225.10.in-addr.arpa.", any()),
        Field::new(
            "zones",
            "Further zones by origin, each the whole text.",
            Shape::Map(Vec::new(), Box::new(any())),
        ),
        Field::new(
            "servers",
            "DNS servers by address, each with lines of the zone eslab.local as it has it; \
             around them stands a healthy site without SRV records.",
            Shape::Map(Vec::new(), Box::new(any())),
        ),
        Field::new(
            "phone",
            "A handset configuration in the place of the frame's; empty for none.",
            any(),
        ),
        Field::new(
            "phones",
            "Files of a provisioning folder by name, in the place of `phone`.",
            Shape::Map(Vec::new(), Box::new(any())),
        ),
        Field::new(
            "handsets",
            "So many handsets more, each with a file `<MAC>-reg.cfg` in that folder.",
            Shape::Text(handsets),
        ),
        Field::new("log", "A handset's log.", any()),
        Field::new("log_name", "The log's file name.", Shape::text()),
        Field::new(
            "windows_1252",
            "Zone and configuration are given in the bytes of Windows-1252.",
            Shape::Flag,
        ),
        Field::new(
            "phone_name",
            "The configuration's file name.",
            Shape::text(),
        ),
        Field::new("address", "As with --address.", Shape::text()),
        Field::new("port", "As with --port.", Shape::Text(port)),
        Field::new("transport", "As with --transport.", any()),
        Field::new(
            "handset",
            "As with --handset.",
            Shape::Word(MODELS.iter().map(|model| model.id).collect()),
        ),
        Field::new("assume", "As with --assume.", settings::assume()),
        Field::new("baseline", "Findings that are let in.", any()),
        Field::new(
            "settings",
            "The settings, of which `expect` counts: what is intended.",
            any(),
        ),
        Field::new(
            "expect",
            "Places where no comment fits: the first occurrence of a text.",
            Shape::Mapping(vec![
                Field::new("text", "The text.", Shape::text()).required(),
                Field::new("rule", "The rule that is found there.", Shape::text()).required(),
            ])
            .list(),
        ),
    ])
}

fn handsets(text: &str) -> Result<(), String> {
    match text.parse::<u32>() {
        Ok(0..=MAX_HANDSETS) => Ok(()),
        _ => Err(format!("`{text}` is no number from 0 to {MAX_HANDSETS}")),
    }
}

fn port(text: &str) -> Result<(), String> {
    let port = text.parse::<u16>().map(drop);
    port.map_err(|_| format!("`{text}` is no port from 0 to 65535"))
}

impl Example {
    /// An example from YAML whose shape is right.
    pub fn of(node: &Node) -> Self {
        let text = |key: &str| node.get(key).map(|value| value.text().to_owned());
        let mut assume = Assumptions::default();
        for (name, reading) in node.get("assume").map_or(&[][..], Node::entries) {
            // The shape admits readings that there are.
            let _ = assume.settle(&name.value, reading.text());
        }
        let by_name = |key: &str| {
            let entries = node.get(key).map_or(&[][..], Node::entries);
            let entries = entries.iter();
            entries
                .map(|(name, text)| (name.value.clone(), text.text().to_owned()))
                .collect()
        };
        let expect = node.get("expect").map_or(&[][..], Node::list);
        let part = |node: &Node, key: &str| node.get(key).map_or("", Node::text).to_owned();
        Self {
            name: text("name").unwrap_or_default(),
            frame: match text("frame").as_deref() {
                Some("hosts") => Frame::Hosts,
                Some("none") => Frame::None,
                _ => Frame::Site,
            },
            zone: text("zone"),
            kind: text("kind").and_then(|word| {
                let mut formats = Format::ALL.into_iter();
                formats.find(|format| format.word() == word)
            }),
            reverse: text("reverse"),
            zones: by_name("zones"),
            servers: by_name("servers"),
            phone: text("phone"),
            phones: by_name("phones"),
            handsets: text("handsets")
                .and_then(|number| number.parse().ok())
                .unwrap_or(0),
            log: text("log"),
            log_name: text("log_name"),
            windows_1252: text("windows_1252").as_deref() == Some("true"),
            phone_name: text("phone_name"),
            address: text("address"),
            port: text("port").and_then(|port| port.parse().ok()),
            transport: text("transport"),
            handset: text("handset"),
            assume,
            baseline: text("baseline"),
            settings: text("settings"),
            expect: expect
                .iter()
                .map(|one| Expected {
                    text: part(one, "text"),
                    rule: part(one, "rule"),
                })
                .collect(),
        }
    }

    /// The texts that it stands for, frame and all.
    pub fn texts(&self) -> Texts {
        let framed = |parts: &[&str], own: &Option<String>| {
            let mut text = String::new();
            if self.frame != Frame::None {
                text.extend(parts.iter().copied());
            }
            text.push_str(own.as_deref().unwrap_or_default());
            text
        };
        let zone = match self.frame {
            Frame::Hosts => framed(&[ZONE], &self.zone),
            _ => framed(&[ZONE, SRV], &self.zone),
        };
        let reverse = framed(&[REVERSE], &self.reverse);
        let mut texts = Texts {
            windows_1252: self.windows_1252,
            assumptions: self.assume,
            ..Texts::default()
        };
        let mut add = |name: &str, origin: &str, text: String| {
            if !text.is_empty() {
                texts.zones.push((name.to_owned(), origin.to_owned(), text));
            }
        };
        add("zone", "eslab.local.", zone);
        add("reverse", "2.225.10.in-addr.arpa.", reverse);
        for (origin, text) in &self.zones {
            add(origin, origin, text.clone());
        }
        for (address, lines) in &self.servers {
            // What is no address stands for the one that no server has.
            let address = address.parse().unwrap_or(Ipv4Addr::UNSPECIFIED);
            texts.servers.push((address, format!("{ZONE}{lines}")));
        }
        if let Some(format) = self.kind {
            texts.formats.insert("zone".to_owned(), format);
        }
        let own_handset = self.address.is_some() || self.frame == Frame::None;
        let phone = match &self.phone {
            Some(text) => text.clone(),
            None if own_handset => String::new(),
            None => PHONE.to_owned(),
        };
        if !phone.is_empty() {
            let name = self.phone_name.clone();
            let name = name.unwrap_or_else(|| "phone".into());
            texts.phones.push((name, phone));
        }
        let phones = self.phones.iter();
        texts
            .phones
            .extend(phones.map(|(name, text)| (name.clone(), text.clone())));
        texts.phones.extend((1..=self.handsets).map(|number| {
            let text = format!("<reg reg.1.address=\"{number}\"/>\n");
            (format!("00907a0a{number:04x}-reg.cfg"), text)
        }));
        if let Some(log) = &self.log {
            let name = self.log_name.clone();
            let name = name.unwrap_or_else(|| "00907a0a0001-app.log".to_owned());
            texts.logs.push((name, log.clone()));
        }
        texts.requested = Requested {
            handset: self.address.clone().map(|address| Arguments {
                address,
                port: self.port,
                transport: self.transport.clone(),
            }),
            live: Vec::new(),
        };
        texts.model.clone_from(&self.handset);
        texts.baseline.clone_from(&self.baseline);
        texts.settings.clone_from(&self.settings);
        texts
    }
}

/// An origin as a name; what is none stands for the root.
fn origin(text: &str) -> Name {
    Name::from_ascii(text).unwrap_or_else(|_| Name::root())
}
