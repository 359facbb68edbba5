//! What `sipdns-lint.yaml` may hold.

use std::net::IpAddr;

use globset::Glob;

use crate::dns::Name;
use crate::handset::Protocol;
use crate::handset::assumption::{ASSUMPTIONS, Assumption};
use crate::handset::model::MODELS;
use crate::rule::{FailOn, PAGES, Severity};
use crate::site::Mode;
use crate::yaml::shape::{Field, Shape, document};

/// The settings.
pub fn shape() -> Shape {
    let rule = || Shape::Open(PAGES.iter().map(|page| page.id).collect());
    Shape::Mapping(vec![
        Field::new(
            "zones",
            "Zone files and folders that are read where the command line names none; relative \
             to this file.",
            Shape::text().list(),
        ),
        Field::new(
            "phones",
            "Handset configurations and folders of them, likewise.",
            Shape::text().list(),
        ),
        Field::new(
            "live",
            "Names to ask DNS for as a handset would, as with --live.",
            Shape::Text(name).list(),
        ),
        Field::new(
            "handset",
            "The kind of handset, as with --handset.",
            Shape::Word(MODELS.iter().map(|model| model.id).collect()),
        ),
        Field::new(
            "assume",
            "Readings of behaviour that nobody documents, as with --assume.",
            assume(),
        ),
        Field::new(
            "severity",
            "Severities of rules in the place of their own.",
            Shape::Map(
                PAGES.iter().map(|page| page.id).collect(),
                Box::new(Shape::Word(Severity::ALL.map(Severity::word).to_vec())),
            ),
        ),
        Field::new(
            "ignore",
            "Findings that are known and not reported.",
            Shape::Mapping(vec![
                Field::new("rules", "The rules.", rule().list()).required(),
                Field::new(
                    "paths",
                    "Where: patterns such as `zones/lab/**`, relative to this file; everywhere \
                     without them.",
                    Shape::Text(glob).list(),
                ),
                Field::new("reason", "Why.", Shape::text()).required(),
            ])
            .list(),
        ),
        Field::new(
            "require-reason",
            "An ignore comment in a zone or a configuration must say why.",
            Shape::Flag,
        ),
        Field::new(
            "expect",
            "What handsets are to find; rules hold the records to it.",
            expectation().list(),
        ),
        Field::new(
            "fail-on",
            "The severity from which on findings fail the run, as with --fail-on.",
            Shape::Word(FailOn::ALL.map(FailOn::word).to_vec()),
        ),
        Field::new(
            "min-severity",
            "Findings below this severity are dropped, as with --min-severity.",
            Shape::Word(Severity::ALL.map(Severity::word).to_vec()),
        ),
        Field::new(
            "rules",
            "Folders with rules of your own, as with --rules.",
            Shape::text().list(),
        ),
        Field::new(
            "baseline",
            "The file of findings that are let in, as with --baseline.",
            Shape::text(),
        ),
    ])
}

/// Readings of what is not documented, by name.
pub(crate) fn assume() -> Shape {
    let field = |one: &Assumption| {
        let readings = one.readings.iter().map(|reading| reading.value);
        Field::new(one.name, one.question, Shape::Word(readings.collect()))
    };
    Shape::Mapping(ASSUMPTIONS.iter().map(field).collect())
}

/// The JSON Schema of the settings, as text.
pub fn schema() -> String {
    document(&shape(), "sipdns-lint settings")
}

fn expectation() -> Shape {
    Shape::Mapping(vec![
        Field::new(
            "address",
            "The address that handsets are configured with; without it, every address that no \
             other expectation names.",
            Shape::Text(name),
        ),
        Field::new(
            "servers",
            "The servers, whole host names or IPv4 addresses, in the order in which handsets \
             are to try them (active-active: in any order).",
            Shape::Text(server).list(),
        ),
        Field::new(
            "mode",
            "How the servers share the work.",
            Shape::Word(Mode::ALL.map(Mode::word).to_vec()),
        ),
        Field::new(
            "transports",
            "What SIP is to travel over.",
            Shape::Word(Protocol::ALL.map(Protocol::as_str).to_vec()).list(),
        ),
    ])
}

/// A domain name; `Err` says what it should be.
fn name(text: &str) -> Result<(), String> {
    let error = |error: String| format!("`{text}` is no domain name: {error}");
    Name::from_ascii(text)
        .map(drop)
        .map_err(|reason| error(reason.to_string()))
}

/// A host name or an IPv4 address; `Err` says what it should be.
fn server(text: &str) -> Result<(), String> {
    match text.parse() {
        Ok(IpAddr::V4(_)) => return Ok(()),
        Ok(IpAddr::V6(_)) => return Err(format!("`{text}` is an IPv6 address: name its host")),
        Err(_) => name(text)?,
    }
    // No top-level domain is a number (RFC 3696, section 2).
    let last = text
        .trim_end_matches('.')
        .rsplit('.')
        .next()
        .unwrap_or(text);
    if last.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!(
            "`{text}` is neither an IPv4 address nor a host name"
        ));
    }
    Ok(())
}

fn glob(text: &str) -> Result<(), String> {
    let error = |error: globset::Error| format!("`{text}` is no pattern: {}", error.kind());
    Glob::new(text).map(drop).map_err(error)
}
