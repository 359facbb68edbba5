//! Domain names.
//!
//! hickory's are made for messages: 80 bytes each, copied at every step up the tree. A zone
//! of a million records holds more of them than of anything else, so these share their
//! octets: a copy, and every name above, costs no allocation.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::Arc;

mod from;
mod labels;

pub use labels::{Highest, Labels};

/// The longest label in octets (RFC 1035 2.3.4).
pub const MAX_LABEL: usize = 63;

/// An absolute domain name. Names are equal whatever their letters' case (RFC 4343), and
/// are ordered as in DNSSEC (RFC 4034 6.1).
#[derive(Clone)]
pub struct Name(Octets);

/// Labels as in a message, each behind its length, without the root's: at most 254 octets.
/// No length is a letter, so that octets can be compared regardless of case.
#[derive(Clone)]
enum Octets {
    /// As most names are.
    Short { length: u8, octets: [u8; SHORT] },
    /// Those of a name, and of all above it.
    Long {
        /// Where this name begins in them.
        start: u8,
        octets: Arc<[u8]>,
    },
}

/// Octets up to which a name has them in itself, as hosts and the SIP services of most domains
/// do; with more every record would be longer.
const SHORT: usize = 38;

impl Octets {
    fn new(octets: &[u8]) -> Self {
        match u8::try_from(octets.len()) {
            Ok(length) if octets.len() <= SHORT => {
                let mut short = [0; SHORT];
                short[..octets.len()].copy_from_slice(octets);
                Self::Short {
                    length,
                    octets: short,
                }
            }
            _ => Self::Long {
                start: 0,
                octets: octets.into(),
            },
        }
    }
}

/// What cannot be a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing between two dots, or a dot in front.
    #[error("a label is empty")]
    EmptyLabel,
    /// See [`MAX_LABEL`].
    #[error("a label is longer than 63 octets")]
    LongLabel,
    /// See [`Name::MAX_LENGTH`].
    #[error("the name is longer than 255 octets")]
    LongName,
    /// A character that no host, service or wildcard has in its name, or a backslash that
    /// escapes nothing.
    #[error("a character cannot stand in a name")]
    Character,
}

impl Name {
    /// The longest name in octets, the root's label included (RFC 1035 2.3.4).
    pub const MAX_LENGTH: usize = 255;

    /// The root.
    pub fn root() -> Self {
        Self(Octets::new(&[]))
    }

    /// A name in presentation format, with or without its final dot; of other characters
    /// than letters, digits, `-`, `_` and a leading `*` only as escapes (RFC 1035 5.1).
    pub fn from_ascii(text: impl AsRef<str>) -> Result<Self, NameError> {
        let text = text.as_ref();
        let text = text.strip_suffix('.').unwrap_or(text);
        let mut builder = Builder::default();
        if text.is_empty() {
            return Ok(Self::root());
        }
        let mut label = Vec::with_capacity(MAX_LABEL);
        let mut bytes = text.bytes();
        while let Some(byte) = bytes.next() {
            match byte {
                b'.' => {
                    builder.push(&label)?;
                    label.clear();
                }
                b'\\' => label.push(escaped(&mut bytes).ok_or(NameError::Character)?),
                b'-' if label.is_empty() => return Err(NameError::Character),
                b'*' if !label.is_empty() => return Err(NameError::Character),
                b'-' | b'_' | b'*' => label.push(byte),
                _ if byte.is_ascii_alphanumeric() => label.push(byte),
                _ => return Err(NameError::Character),
            }
        }
        builder.push(&label)?;
        Ok(builder.finish())
    }

    /// The name of these labels, the lowest first.
    pub fn from_labels<L: AsRef<[u8]>>(
        labels: impl IntoIterator<Item = L>,
    ) -> Result<Self, NameError> {
        let mut builder = Builder::default();
        for label in labels {
            builder.push(label.as_ref())?;
        }
        Ok(builder.finish())
    }

    /// The labels, the lowest first, without the root's.
    pub fn iter(&self) -> Labels<'_> {
        Labels(self.octets())
    }

    /// The labels, the highest first, without the root's.
    pub fn from_highest(&self) -> Highest<'_> {
        Highest::of(self.octets())
    }

    /// How many labels [`iter`](Self::iter) gives, a wildcard's asterisk not counted
    /// (RFC 4034 3.1.3).
    pub fn num_labels(&self) -> usize {
        self.iter().len() - usize::from(self.is_wildcard())
    }

    /// Length in a message in octets, the root's label included.
    pub fn length(&self) -> usize {
        self.octets().len() + 1
    }

    /// The name is the root.
    pub fn is_root(&self) -> bool {
        self.octets().is_empty()
    }

    /// Its lowest label is the asterisk (RFC 4592 2.1.1).
    pub fn is_wildcard(&self) -> bool {
        self.octets().starts_with(b"\x01*")
    }

    /// The name one label above; of the root the root.
    pub fn base_name(&self) -> Self {
        let first = self.octets().first();
        self.at_offset(first.map_or(0, |length| usize::from(*length) + 1))
    }

    /// Its `labels` highest labels.
    pub fn trim_to(&self, labels: usize) -> Self {
        let mut rest = self.iter();
        for _ in labels..rest.len() {
            rest.next();
        }
        self.at_offset(self.octets().len() - rest.0.len())
    }

    /// It is `name`, or one of those above it.
    pub fn zone_of(&self, name: &Self) -> bool {
        let Some(lower) = name.octets().len().checked_sub(self.octets().len()) else {
            return false;
        };
        let (_, end) = name.octets().split_at(lower);
        is_alike(end, self.octets()) && {
            // The same octets are the same labels if a label starts here.
            let mut rest = name.iter();
            while rest.0.len() > end.len() {
                rest.next();
            }
            rest.0.len() == end.len()
        }
    }

    /// The name in lower case.
    #[must_use]
    pub fn to_lowercase(&self) -> Self {
        if !self.octets().iter().any(u8::is_ascii_uppercase) {
            return self.clone();
        }
        Self(Octets::new(&self.octets().to_ascii_lowercase()))
    }

    /// This name, understood as the labels below `name`.
    pub fn append_name(&self, name: &Self) -> Result<Self, NameError> {
        let mut builder = Builder::default();
        builder.append(self)?;
        builder.append(name)?;
        Ok(builder.finish())
    }

    /// The name one label below.
    pub fn prepend_label(&self, label: impl AsRef<[u8]>) -> Result<Self, NameError> {
        let mut builder = Builder::default();
        builder.push(label.as_ref())?;
        builder.append(self)?;
        Ok(builder.finish())
    }

    /// Presentation format, with its final dot.
    pub fn to_ascii(&self) -> String {
        self.to_string()
    }

    fn octets(&self) -> &[u8] {
        match &self.0 {
            Octets::Short { length, octets } => &octets[..usize::from(*length)],
            Octets::Long { start, octets } => &octets[usize::from(*start)..],
        }
    }

    fn at_offset(&self, offset: usize) -> Self {
        let octets = &self.octets()[offset..];
        match &self.0 {
            Octets::Long { start, octets: all } if octets.len() > SHORT => {
                let start = usize::from(*start) + offset;
                Self(Octets::Long {
                    start: u8::try_from(start).expect("a name has fewer than 255 octets"),
                    octets: Arc::clone(all),
                })
            }
            _ => Self(Octets::new(octets)),
        }
    }
}

/// The octet that an escape stands for; its backslash is read already.
fn escaped(bytes: &mut impl Iterator<Item = u8>) -> Option<u8> {
    let mut value = bytes.next()?;
    if value.is_ascii_digit() {
        value -= b'0';
        for _ in 0..2 {
            let digit = bytes.next().filter(u8::is_ascii_digit)? - b'0';
            value = value.checked_mul(10)?.checked_add(digit)?;
        }
    }
    Some(value)
}

/// Puts a name together, label by label.
#[derive(Debug)]
pub struct Builder {
    octets: [u8; Name::MAX_LENGTH],
    length: usize,
}

impl Builder {
    /// Adds a label below the root and above those before.
    pub fn push(&mut self, label: &[u8]) -> Result<(), NameError> {
        let length = match label.len() {
            0 => return Err(NameError::EmptyLabel),
            1..=MAX_LABEL => u8::try_from(label.len()).map_err(|_| NameError::LongLabel)?,
            _ => return Err(NameError::LongLabel),
        };
        self.add(&[length], label)
    }

    /// Adds all labels of a name.
    pub fn append(&mut self, name: &Name) -> Result<(), NameError> {
        self.add(&[], name.octets())
    }

    /// Adds the labels of a text without escapes, parted by dots; whether there is a dot behind
    /// the last. `None` where one of them, or all together, cannot be, and for the root.
    pub fn push_text(&mut self, text: &[u8]) -> Option<bool> {
        let begin = self.length + 1;
        let end = begin + text.len();
        if end + 1 > Name::MAX_LENGTH {
            return None;
        }
        self.octets[begin..end].copy_from_slice(text);
        // Each length takes the place of the dot before the label.
        let mut start = begin;
        for at in begin..=end {
            if at < end && self.octets[at] != b'.' {
                continue;
            }
            match at - start {
                // A dot is the last.
                0 if at == end && start > begin => break,
                length @ 1..=MAX_LABEL => self.octets[start - 1] = u8::try_from(length).ok()?,
                _ => return None,
            }
            start = at + 1;
        }
        self.length = start - 1;
        Some(start == end)
    }

    /// The name.
    pub fn finish(self) -> Name {
        Name(Octets::new(&self.octets[..self.length]))
    }

    fn add(&mut self, first: &[u8], second: &[u8]) -> Result<(), NameError> {
        let middle = self.length + first.len();
        let end = middle + second.len();
        // The root's label needs an octet too.
        if end + 1 > Name::MAX_LENGTH {
            return Err(NameError::LongName);
        }
        self.octets[self.length..middle].copy_from_slice(first);
        self.octets[middle..end].copy_from_slice(second);
        self.length = end;
        Ok(())
    }
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            octets: [0; Name::MAX_LENGTH],
            length: 0,
        }
    }
}

impl<'a> IntoIterator for &'a Name {
    type Item = &'a [u8];
    type IntoIter = Labels<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Default for Name {
    fn default() -> Self {
        Self::root()
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        let (own, other) = (self.octets(), other.octets());
        own.len() == other.len() && is_alike(own, other)
    }
}

impl Eq for Name {}

/// The octets of one length are the same in any case; most that are equal are written alike.
fn is_alike(one: &[u8], other: &[u8]) -> bool {
    one == other || one.eq_ignore_ascii_case(other)
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        fn write<const ROOM: usize>(octets: &[u8], state: &mut impl Hasher) {
            let mut lower = [0; ROOM];
            let lower = &mut lower[..octets.len()];
            lower.copy_from_slice(octets);
            lower.make_ascii_lowercase();
            state.write(lower);
        }
        // Almost every name is short, and clearing room for the longest takes time.
        match self.octets() {
            short if short.len() <= 48 => write::<48>(short, state),
            long => write::<{ Self::MAX_LENGTH }>(long, state),
        }
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        let (mut own, mut others) = (self.iter(), other.iter());
        let counts = own.len().cmp(&others.len());
        for _ in others.len()..own.len() {
            own.next();
        }
        for _ in own.len()..others.len() {
            others.next();
        }
        // Of the labels that differ the highest decides. Names that are compared are mostly in
        // one zone, and what they share is compared at once.
        let mut order = Ordering::Equal;
        while own.0 != others.0 {
            let (Some(label), Some(other)) = (own.next(), others.next()) else {
                break;
            };
            let lower = label.iter().map(u8::to_ascii_lowercase);
            let of_labels = lower.cmp(other.iter().map(u8::to_ascii_lowercase));
            order = of_labels.then(order);
        }
        order.then(counts)
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Name {
    /// Presentation format, with its final dot (RFC 1035 5.1). Internationalised labels stay
    /// as zones and servers have them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_root() {
            return f.write_str(".");
        }
        // Almost every name has no escapes, and is written at once.
        let mut text = [b'.'; Self::MAX_LENGTH];
        let mut end = 0;
        let mut is_plain = true;
        for label in self {
            text[end..end + label.len()].copy_from_slice(label);
            end += label.len() + 1;
            is_plain &= label.iter().all(|byte| is_plain_octet(*byte));
        }
        if let Some(text) = std::str::from_utf8(&text[..end]).ok().filter(|_| is_plain) {
            return f.write_str(text);
        }
        for label in self {
            escape(label, f)?;
            f.write_str(".")?;
        }
        Ok(())
    }
}

/// Nobody reads this as something else.
fn is_plain_octet(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || b"-_*".contains(&octet)
}

/// Writes a label with escapes in the place of what means something else, or cannot be seen.
fn escape(label: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for byte in label {
        match byte {
            b'.' | b'\\' | b'"' | b'(' | b')' | b';' | b'@' | b'$' => {
                write!(f, "\\{}", char::from(*byte))?;
            }
            b'!'..=b'~' => write!(f, "{}", char::from(*byte))?,
            other => write!(f, "\\{other:03}")?,
        }
    }
    Ok(())
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name({self})")
    }
}

impl FromStr for Name {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::from_ascii(text)
    }
}

#[cfg(test)]
mod tests;
