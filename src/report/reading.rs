//! What one handset reads: its files in order, and where each value comes from.

use std::collections::HashMap;
use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::pretty::Paint;
use super::{Location, Report, printable};
use crate::phone::Parameter;
use crate::phone::provisioning::{Entry, Group, Role, What};
use crate::site::Site;

/// One place of the list of files that a handset reads.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "HandsetFile")]
pub(super) struct File {
    /// The path, or the name as the master file writes it where nothing was read.
    path: String,
    /// `phone-override`, `web-override`, `system-override`, `master`, `listed` or `lone`.
    role: &'static str,
    /// Why nothing was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_read: Option<&'static str>,
}

/// One parameter of a handset.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "HandsetValue")]
pub(super) struct Setting<'a> {
    /// The parameter.
    name: &'a str,
    /// The value that counts.
    value: String,
    /// Where it stands.
    location: Place,
    /// The values that it beats, and where they stand.
    beats: Vec<Beaten>,
}

/// A value that does not count.
#[derive(Serialize, JsonSchema)]
struct Beaten {
    /// The value.
    value: String,
    /// Where it stands.
    location: Place,
}

/// A line of a file.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "HandsetPlace")]
struct Place {
    /// The file.
    path: String,
    /// From 1.
    line: u32,
}

/// What a handset reads, and what comes of it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Handset")]
pub(super) struct Reading<'a> {
    /// The MAC, where it is known.
    mac: Option<String>,
    /// The files, the one that counts most first.
    files: Vec<File>,
    /// Every parameter by name.
    values: Vec<Setting<'a>>,
}

/// What every handset of the report reads; there are few, for it is asked of one.
pub(super) fn readings(site: &Site) -> Vec<Reading<'_>> {
    let groups = site.provisioning.groups.iter();
    groups.map(|group| reading(site, group)).collect()
}

fn reading<'a>(site: &'a Site, group: &'a Group) -> Reading<'a> {
    let entries = group.reading.entries.iter();
    let mut order: Vec<&str> = Vec::new();
    let mut by_name: HashMap<&str, Vec<&Parameter>> = HashMap::new();
    for source in group.reading.files() {
        let file = site
            .provisioning
            .configuration(&site.configurations, source);
        for parameter in file.into_iter().flat_map(|file| &file.parameters) {
            let name = parameter.name.value.as_str();
            let same = by_name.entry(name).or_default();
            if same.is_empty() {
                order.push(name);
            }
            same.push(parameter);
        }
    }
    order.sort_unstable();
    let values = order.into_iter().filter_map(|name| {
        let (first, others) = by_name.get(name)?.split_first()?;
        let beaten = others.iter().map(|other| {
            let (value, location) = shown(site, other);
            Beaten { value, location }
        });
        let (value, location) = shown(site, first);
        Some(Setting {
            name,
            value,
            location,
            beats: beaten.collect(),
        })
    });
    Reading {
        mac: group.reading.mac.map(|mac| mac.to_string()),
        files: entries.map(|entry| file(site, entry)).collect(),
        values: values.collect(),
    }
}

/// A value as its file has it, passwords masked, and where it stands.
fn shown(site: &Site, parameter: &Parameter) -> (String, Place) {
    let location = Location::of(&site.sources, parameter.value.span);
    let text = if parameter.value.value.is_empty() {
        String::new()
    } else {
        location.snippet.into_owned()
    };
    let place = Place {
        path: location.path.to_owned(),
        line: location.line,
    };
    (text, place)
}

fn file(site: &Site, entry: &Entry) -> File {
    let named = || {
        let span = entry.named_at?;
        Some(Location::of(&site.sources, span).snippet.into_owned())
    };
    let (path, not_read) = match &entry.what {
        What::File(source) => (Some(site.sources.get(*source).name.clone()), None),
        What::Missing(_) => (named(), Some("it is not there")),
        What::Url => (named(), Some("a URL is not fetched")),
        What::Outside => (named(), Some("it leads out of the folder")),
        What::Unreadable(_) => (named(), Some("it cannot be read")),
        What::Beyond => (named(), Some("handsets do not read so far")),
    };
    File {
        path: path.unwrap_or_default(),
        role: match entry.role {
            Role::PhoneOverride => "phone-override",
            Role::WebOverride => "web-override",
            Role::SystemOverride => "system-override",
            Role::Master => "master",
            Role::Listed => "listed",
            Role::Lone => "lone",
        },
        not_read,
    }
}

/// Files, then values, each with its place and what it beats.
pub(super) fn write(report: &Report<'_>, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    for reading in readings(report.site) {
        let whose = reading.mac.as_deref().unwrap_or("unknown");
        let title = format!("handset {whose} reads, the first value of a parameter counting");
        writeln!(out, "{}", paint.strong(&title))?;
        for (number, file) in reading.files.iter().enumerate() {
            let path = printable(&file.path);
            write!(out, "  {}. {path} ({})", number + 1, file.role)?;
            match file.not_read {
                Some(why) => writeln!(out, ": {why}")?,
                None => writeln!(out)?,
            }
        }
        writeln!(out)?;
        writeln!(out, "{}", paint.strong("values that count"))?;
        for value in &reading.values {
            let name = printable(value.name);
            writeln!(out, "  {name} = {}", quoted(&value.value, &value.location))?;
            for beaten in &value.beats {
                writeln!(out, "    beats {}", quoted(&beaten.value, &beaten.location))?;
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

fn quoted(value: &str, place: &Place) -> String {
    let path = printable(&place.path);
    format!("\"{}\"  {path}:{}", printable(value), place.line)
}
