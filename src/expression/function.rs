//! The functions of expressions.

use std::net::Ipv4Addr;

use super::{Data, Value};

/// A function of [`FUNCTIONS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Function(usize);

/// What a function makes of its arguments; `None` where they are of the wrong kind.
type Apply = fn(&[Value]) -> Option<Data>;

/// Every function: its name, how many values it takes (what stands before its dot is the
/// first), what it says, what it does.
pub const FUNCTIONS: &[(&str, usize, &str, Apply)] = &[
    ("size", 1, "how many characters or values", |values| {
        let size = match &values[0].data {
            Data::Text(text) => text.chars().count(),
            Data::List(list) => list.len(),
            _ => return None,
        };
        Some(Data::Number(i64::try_from(size).unwrap_or(i64::MAX)))
    }),
    ("startsWith", 2, "a text begins with another", |values| {
        two(values).map(|(text, other)| Data::Flag(text.starts_with(other)))
    }),
    ("endsWith", 2, "a text ends with another", |values| {
        two(values).map(|(text, other)| Data::Flag(text.ends_with(other)))
    }),
    ("contains", 2, "a text holds another", |values| {
        two(values).map(|(text, other)| Data::Flag(text.contains(other)))
    }),
    ("lowerAscii", 1, "the text in lower case", |values| {
        text(&values[0]).map(|text| Data::Text(text.to_ascii_lowercase().into()))
    }),
    ("string", 1, "the value as text", |values| {
        match &values[0].data {
            Data::List(_) | Data::Fields(_) => None,
            _ => Some(Data::Text(values[0].to_string().into())),
        }
    }),
    ("int", 1, "the text as a number", |values| {
        match &values[0].data {
            Data::Number(number) => Some(Data::Number(*number)),
            Data::Text(text) => text.parse().ok().map(Data::Number),
            _ => None,
        }
    }),
    (
        "inNetwork",
        2,
        "an IPv4 address lies in a network such as 10.0.0.0/8",
        |values| {
            let (address, network) = two(values)?;
            let address = u32::from(address.parse::<Ipv4Addr>().ok()?);
            let (base, length) = network.split_once('/')?;
            let base = u32::from(base.parse::<Ipv4Addr>().ok()?);
            let length: u32 = length.parse().ok().filter(|length| *length <= 32)?;
            let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
            Some(Data::Flag(address & mask == base & mask))
        },
    ),
    ("unique", 1, "the values of a list, each once", |values| {
        let Data::List(list) = &values[0].data else {
            return None;
        };
        let mut seen = std::collections::HashSet::new();
        let mut kept = Vec::new();
        for value in list.iter() {
            let is_new = match &value.data {
                Data::Number(number) => seen.insert(number.to_string()),
                Data::Text(text) => seen.insert(format!("\"{text}")),
                _ => return None,
            };
            if is_new {
                kept.push(value.clone());
            }
        }
        Some(Data::List(kept.into()))
    }),
];

impl Function {
    pub(super) fn find(name: &str) -> Option<Self> {
        FUNCTIONS.iter().position(|one| one.0 == name).map(Self)
    }

    pub(super) fn name(self) -> &'static str {
        FUNCTIONS[self.0].0
    }

    pub(super) fn arguments(self) -> usize {
        FUNCTIONS[self.0].1
    }

    /// Applies it to as many values as it takes.
    pub(super) fn apply(self, values: &[Value]) -> Option<Data> {
        (FUNCTIONS[self.0].3)(values)
    }
}

fn text(value: &Value) -> Option<&str> {
    match &value.data {
        Data::Text(text) => Some(text),
        _ => None,
    }
}

fn two(values: &[Value]) -> Option<(&str, &str)> {
    Some((text(&values[0])?, text(&values[1])?))
}
