//! Values of options: each reads one argument or says what is wrong with it.

use std::ffi::OsStr;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use clap::builder::{PossibleValue, PossibleValuesParser, StringValueParser, TypedValueParser};

use crate::dns::Name;
use crate::handset::model::{MODELS, Model};
use crate::handset::{Assumptions, is_plain};
use crate::phone_log::Clock;
use crate::report::Format;
use crate::rule::PAGES;
use crate::site::Kind;
use crate::spelling::nearest;
use crate::zone;

/// The port of DNS servers.
const DNS_PORT: u16 = 53;

/// Kinds that a file can be declared to be.
fn declarable() -> impl Iterator<Item = Kind> {
    let zones = zone::Format::ALL.into_iter().map(Kind::Zone);
    zones.chain([
        Kind::PhoneConfig,
        Kind::ProvisioningMaster,
        Kind::PhoneLog,
        Kind::NamedConf,
    ])
}

/// `, did you mean …` where something is near.
fn suggestion<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> String {
    nearest(word, candidates).map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

/// A domain name; without a final dot it is absolute all the same, for there is no search
/// list.
pub(super) fn name(text: &str) -> Result<Name, String> {
    if text.is_empty() {
        return Err("no domain name: it is empty".to_owned());
    }
    Name::from_ascii(text).map_err(|error| format!("no domain name: {error}"))
}

/// A domain name that a handset can be given, as it was written.
pub(super) fn spelt_name(text: &str) -> Result<String, String> {
    if name(text)?.is_root() {
        return Err("no name that a handset can be given: it is the root".to_owned());
    }
    if !is_plain(text) {
        // Nothing would be asked, and the run would look like one without findings.
        let message = "no name that is looked up: it holds more than letters, digits, `-`, `_` \
                       and dots";
        return Err(message.to_owned());
    }
    Ok(text.to_owned())
}

pub(super) fn input(text: &str) -> Result<(Kind, PathBuf), String> {
    let (word, path) = pair(text, "KIND=PATH")?;
    let kinds = || declarable().map(Kind::word);
    let kind = declarable().find(|kind| kind.word() == word);
    let kind = kind.ok_or_else(|| {
        let near = suggestion(word, kinds());
        let all = kinds().collect::<Vec<_>>().join(", ");
        format!("`{word}` is no kind of input{near} (there are {all})")
    })?;
    Ok((kind, PathBuf::from(path)))
}

pub(super) fn output(text: &str) -> Result<(Format, PathBuf), String> {
    let (word, path) = pair(text, "FORMAT=PATH")?;
    let format = Format::from_str(word, false).map_err(|_| {
        let names = formats();
        let near = suggestion(word, names.iter().map(String::as_str));
        format!(
            "`{word}` is no format{near} (there are {})",
            names.join(", ")
        )
    })?;
    Ok((format, PathBuf::from(path)))
}

fn formats() -> Vec<String> {
    Format::value_variants()
        .iter()
        .filter_map(ValueEnum::to_possible_value)
        .map(|value| value.get_name().to_owned())
        .collect()
}

fn pair<'a>(text: &'a str, shape: &str) -> Result<(&'a str, &'a str), String> {
    match text.split_once('=') {
        Some((left, right)) if !left.is_empty() && !right.is_empty() => Ok((left, right)),
        _ => Err(format!("it is written {shape}")),
    }
}

pub(super) fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number @ 1..=1024) => Ok(number),
        _ => Err("it is a number from 1 to 1024".to_owned()),
    }
}

/// `10.0.0.1`, `10.0.0.1:5353`, `2001:db8::1`, `[2001:db8::1]:53`.
pub(super) fn server(text: &str) -> Result<SocketAddr, String> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(SocketAddr::new(address, DNS_PORT));
    }
    text.parse()
        .map_err(|_| "a server is an IP address, with `:` and a port where it is not 53".to_owned())
}

pub(super) fn clock(text: &str) -> Result<Clock, String> {
    let number = text.parse().ok();
    let clock = number.and_then(Clock::of_render_type);
    clock.ok_or_else(|| "it is 0, 1 or 2".to_owned())
}

pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    const LONGEST: f64 = 600.0;
    text.parse::<f64>()
        .ok()
        .filter(|seconds| *seconds > 0.0 && *seconds <= LONGEST)
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| format!("it is a number of seconds above 0, at most {LONGEST}"))
}

pub(super) fn model() -> impl TypedValueParser<Value = &'static Model> {
    PossibleValuesParser::new(MODELS.iter().map(|model| model.id))
        .map(|id| Model::find(&id).expect("clap admits the ids of MODELS only"))
}

/// The name of a rule. Which ones there are is known once users' own rules are read, so any is
/// taken here; shells complete the built-in ones.
#[derive(Clone)]
pub(super) struct RuleName;

impl TypedValueParser for RuleName {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        let name = StringValueParser::new().parse_ref(command, arg, value)?;
        // A list may have blanks behind its commas, as in an ignore comment.
        Ok(name.trim().to_owned())
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let names = PAGES.iter().map(|page| PossibleValue::new(page.id));
        Some(Box::new(names))
    }
}

/// `NAME=VALUE` of `--assume`, both known.
#[derive(Debug, Clone)]
pub struct Assumed {
    name: String,
    value: String,
}

impl Assumed {
    /// The assumption.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// An assumption and one of its readings, both known.
    pub fn new(name: &str, value: &str) -> Self {
        Self {
            name: name.to_owned(),
            value: value.to_owned(),
        }
    }

    pub(super) fn apply(&self, assumptions: &mut Assumptions) {
        assumptions
            .settle(&self.name, &self.value)
            .expect("it was set once when it was read");
    }
}

pub(super) fn assumption(text: &str) -> Result<Assumed, String> {
    let (name, value) = pair(text, "NAME=VALUE")?;
    Assumptions::default()
        .set(name, value)
        .map_err(|error| error.to_string())?;
    Ok(Assumed::new(name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_are_asked_for_are_taken() {
        for name in ["example.com", "Example.com.", "localhost", "_sip._udp.a-b"] {
            assert_eq!(spelt_name(name).as_deref(), Ok(name));
        }
        let others = [
            "", ".", "..", "*", "*.x", "\\000", "a b", "a,b", "user@x", "é.x",
        ];
        for name in others {
            assert!(spelt_name(name).is_err(), "{name}");
        }
    }
}
