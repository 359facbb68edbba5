//! Domain names.
//!
//! hickory's are made for messages: 80 bytes each, copied at every step up the tree. A zone
//! of a million records holds more of them than of anything else, so these share their
//! octets: a copy, and every name above, costs no allocation.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::iter::FusedIterator;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;
use std::sync::Arc;

/// The longest label in octets (RFC 1035 2.3.4).
pub const MAX_LABEL: usize = 63;

/// An absolute domain name. Names are equal whatever their letters' case (RFC 4343), and
/// are ordered as in DNSSEC (RFC 4034 6.1).
#[derive(Clone)]
pub struct Name {
    /// Labels as in a message, each behind its length, without the root's: at most 254
    /// octets. No length is a letter, so that octets can be compared regardless of case.
    octets: Arc<[u8]>,
    /// Where this name begins in them.
    start: u8,
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
        Self {
            octets: Arc::default(),
            start: 0,
        }
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
        end.eq_ignore_ascii_case(self.octets()) && {
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
        Self {
            octets: self.octets().to_ascii_lowercase().into(),
            start: 0,
        }
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
        &self.octets[usize::from(self.start)..]
    }

    fn at_offset(&self, offset: usize) -> Self {
        let start = usize::from(self.start) + offset;
        Self {
            octets: self.octets.clone(),
            start: u8::try_from(start).expect("a name has fewer than 255 octets"),
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

    /// The name.
    pub fn finish(self) -> Name {
        Name {
            octets: self.octets[..self.length].into(),
            start: 0,
        }
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

/// The labels of a name, the lowest first.
#[derive(Debug, Clone)]
pub struct Labels<'a>(&'a [u8]);

impl<'a> Iterator for Labels<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<Self::Item> {
        let (length, rest) = self.0.split_first()?;
        let (label, rest) = rest.split_at(usize::from(*length));
        self.0 = rest;
        Some(label)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let mut rest = self.0;
        let mut count = 0;
        while let Some(length) = rest.first() {
            rest = &rest[usize::from(*length) + 1..];
            count += 1;
        }
        (count, Some(count))
    }
}

impl ExactSizeIterator for Labels<'_> {}

impl FusedIterator for Labels<'_> {}

impl DoubleEndedIterator for Labels<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let mut rest = self.clone();
        let mut last = rest.next()?;
        let mut end = 0;
        for label in rest {
            end += last.len() + 1;
            last = label;
        }
        self.0 = &self.0[..end];
        Some(last)
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
        self.octets().eq_ignore_ascii_case(other.octets())
    }
}

impl Eq for Name {}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let octets = self.octets();
        let mut lower = [0; Self::MAX_LENGTH];
        let lower = &mut lower[..octets.len()];
        lower.copy_from_slice(octets);
        lower.make_ascii_lowercase();
        state.write(lower);
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        let (mut starts, mut other_starts) = ([0; 128], [0; 128]);
        let labels = label_starts(self.octets(), &mut starts);
        let other_labels = label_starts(other.octets(), &mut other_starts);
        let pairs = labels.iter().rev().zip(other_labels.iter().rev());
        for (start, other_start) in pairs {
            let label = label_at(self.octets(), *start);
            let other_label = label_at(other.octets(), *other_start);
            let lower = label.iter().map(u8::to_ascii_lowercase);
            match lower.cmp(other_label.iter().map(u8::to_ascii_lowercase)) {
                Ordering::Equal => {}
                unequal => return unequal,
            }
        }
        labels.len().cmp(&other_labels.len())
    }
}

/// Where each label's length stands.
fn label_starts<'a>(octets: &[u8], starts: &'a mut [u8; 128]) -> &'a [u8] {
    let (mut at, mut count) = (0, 0);
    while let Some(length) = octets.get(usize::from(at)) {
        starts[count] = at;
        at += length + 1;
        count += 1;
    }
    &starts[..count]
}

fn label_at(octets: &[u8], start: u8) -> &[u8] {
    let start = usize::from(start);
    &octets[start + 1..][..usize::from(octets[start])]
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
        for label in self {
            for byte in label {
                match byte {
                    b'.' | b'\\' | b'"' | b'(' | b')' | b';' | b'@' | b'$' => {
                        write!(f, "\\{}", char::from(*byte))?;
                    }
                    b'!'..=b'~' => write!(f, "{}", char::from(*byte))?,
                    other => write!(f, "\\{other:03}")?,
                }
            }
            f.write_str(".")?;
        }
        Ok(())
    }
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

/// The owner of an address's PTR records (RFC 1035 3.5).
impl From<Ipv4Addr> for Name {
    fn from(address: Ipv4Addr) -> Self {
        let octets = address.octets().into_iter().rev();
        let labels = octets.map(|octet| octet.to_string());
        let labels = labels.chain(["in-addr", "arpa"].map(str::to_owned));
        Self::from_labels(labels).expect("six short labels")
    }
}

/// The owner of an address's PTR records (RFC 3596 2.5).
impl From<Ipv6Addr> for Name {
    fn from(address: Ipv6Addr) -> Self {
        let octets = address.octets().into_iter().rev();
        let nibbles = octets.flat_map(|octet| [octet & 15, octet >> 4]);
        let labels = nibbles.map(|nibble| format!("{nibble:x}"));
        let labels = labels.chain(["ip6", "arpa"].map(str::to_owned));
        Self::from_labels(labels).expect("34 short labels")
    }
}

/// The owner of an address's PTR records.
impl From<IpAddr> for Name {
    fn from(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => address.into(),
            IpAddr::V6(address) => address.into(),
        }
    }
}

/// As hickory has it in messages.
impl From<&hickory_proto::rr::Name> for Name {
    fn from(name: &hickory_proto::rr::Name) -> Self {
        Self::from_labels(name.iter()).expect("hickory's names have the same bounds")
    }
}

/// For messages.
impl From<&Name> for hickory_proto::rr::Name {
    fn from(name: &Name) -> Self {
        let mut wire = Self::from_labels(name).expect("hickory's names have the same bounds");
        wire.set_fqdn(true);
        wire
    }
}

#[cfg(test)]
mod tests {
    use std::collections::hash_map::RandomState;
    use std::hash::BuildHasher;

    use proptest::prelude::*;

    use super::*;

    fn name(text: &str) -> Name {
        Name::from_ascii(text).expect("a name")
    }

    #[test]
    fn presentation_format_is_read_and_written() {
        for (text, written) in [
            (".", "."),
            ("", "."),
            ("Piper.Eslab.local", "Piper.Eslab.local."),
            ("_sip._udp.eslab.local.", "_sip._udp.eslab.local."),
            ("*.eslab.local.", "*.eslab.local."),
            (r"a\.b.c", r"a\.b.c."),
            (r"a\046b\252.c.", r"a\.b\252.c."),
            (r"\032\;x", r"\032\;x."),
            (r"0\/25.2.0.192.in-addr.arpa", "0/25.2.0.192.in-addr.arpa."),
            ("xn--bro-hoa.example", "xn--bro-hoa.example."),
        ] {
            assert_eq!(name(text).to_string(), written, "{text}");
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        let long = "x".repeat(64);
        let fits = ["abc"; 63].join(".");
        for (text, error) in [
            ("a..b", NameError::EmptyLabel),
            (".a", NameError::EmptyLabel),
            ("..", NameError::EmptyLabel),
            (long.as_str(), NameError::LongLabel),
            (&format!("{fits}.abc"), NameError::LongName),
            ("a b", NameError::Character),
            ("a,b", NameError::Character),
            ("b\u{fc}ro", NameError::Character),
            ("-a", NameError::Character),
            ("a*", NameError::Character),
            (r"a\", NameError::Character),
            (r"a\25", NameError::Character),
            (r"a\256", NameError::Character),
        ] {
            assert_eq!(Name::from_ascii(text), Err(error), "{text}");
        }
        assert_eq!(name(&format!("{fits}.a")).length(), 255);
    }

    #[test]
    fn case_makes_no_difference() {
        let (one, other) = (name("Piper.ESLAB.local"), name("piper.eslab.LOCAL"));
        let state = RandomState::new();
        assert_eq!(one, other);
        assert_eq!(state.hash_one(&one), state.hash_one(&other));
        assert_eq!(one.cmp(&other), Ordering::Equal);
        assert_eq!(one.to_lowercase().to_string(), "piper.eslab.local.");
        assert_ne!(one, name("piperx.eslab.local"));
    }

    /// The example of RFC 4034 6.1.
    #[test]
    fn the_order_is_that_of_dnssec() {
        let order = [
            r"example",
            r"a.example",
            r"yljkjljk.a.example",
            r"Z.a.example",
            r"zABC.a.EXAMPLE",
            r"z.example",
            r"\001.z.example",
            r"*.z.example",
            r"\200.z.example",
        ];
        let mut names = order.map(name);
        names.reverse();
        names.sort();
        assert_eq!(names, order.map(name));
    }

    #[test]
    fn names_above_share_the_octets() {
        let host = name("a.b.eslab.local");
        assert_eq!(host.base_name(), name("b.eslab.local"));
        assert_eq!(host.base_name().base_name(), name("eslab.local"));
        assert_eq!(host.trim_to(1), name("local"));
        assert_eq!(host.trim_to(0), Name::root());
        assert_eq!(host.trim_to(9), host);
        assert_eq!(Name::root().base_name(), Name::root());
        assert!(Arc::ptr_eq(&host.octets, &host.trim_to(2).octets));
        let labels: Vec<_> = host.iter().rev().collect();
        assert_eq!(labels, [&b"local"[..], b"eslab", b"b", b"a"]);
        assert_eq!((host.num_labels(), name("*.a").num_labels()), (4, 1));
    }

    #[test]
    fn a_name_lies_in_the_zones_above_it() {
        let host = name("Piper.eslab.local");
        for (zone, lies) in [
            (".", true),
            ("eslab.LOCAL", true),
            ("piper.eslab.local", true),
            ("lab.local", false),
            ("a.piper.eslab.local", false),
            ("example", false),
        ] {
            assert_eq!(name(zone).zone_of(&host), lies, "{zone}");
        }
        // The same octets at the end, but no label starts there.
        let inside = Name::from_labels([&b"a\x05local"[..]]).unwrap();
        assert!(!name("local").zone_of(&inside));
    }

    #[test]
    fn names_are_put_together() {
        let service = name("_sip._udp");
        let apex = name("eslab.local");
        assert_eq!(
            service.append_name(&apex),
            Ok(name("_sip._udp.eslab.local"))
        );
        assert_eq!(apex.prepend_label("*"), Ok(name("*.eslab.local")));
        let long = name(&["abc"; 62].join("."));
        assert_eq!(long.append_name(&apex), Err(NameError::LongName));
        assert_eq!(apex.prepend_label(""), Err(NameError::EmptyLabel));
    }

    #[test]
    fn addresses_have_a_place_in_the_reverse_tree() {
        let v4 = Ipv4Addr::new(10, 225, 2, 31);
        assert_eq!(Name::from(v4).to_string(), "31.2.225.10.in-addr.arpa.");
        let v6 = "2001:db8::567:89ab".parse::<Ipv6Addr>().unwrap();
        let expected = "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.";
        assert_eq!(Name::from(IpAddr::from(v6)).to_string(), expected);
    }

    proptest! {
        /// hickory is the referee of order, equality and the way up the tree.
        #[test]
        fn names_behave_as_hickory_s(
            one in prop::collection::vec(prop::collection::vec(b'A'..=b'c', 1..4), 0..5),
            other in prop::collection::vec(prop::collection::vec(b'A'..=b'c', 1..3), 0..4),
        ) {
            let ours = [&one, &other].map(|labels| Name::from_labels(labels).unwrap());
            let theirs = ours.each_ref().map(hickory_proto::rr::Name::from);
            prop_assert_eq!(ours[0].cmp(&ours[1]), theirs[0].cmp(&theirs[1]));
            prop_assert_eq!(ours[0] == ours[1], theirs[0] == theirs[1]);
            prop_assert_eq!(ours[0].zone_of(&ours[1]), theirs[0].zone_of(&theirs[1]));
            prop_assert_eq!(ours[1].zone_of(&ours[0]), theirs[1].zone_of(&theirs[0]));
            prop_assert_eq!(&ours[0].base_name(), &Name::from(&theirs[0].base_name()));
            for labels in 0..6 {
                prop_assert_eq!(&ours[0].trim_to(labels), &Name::from(&theirs[0].trim_to(labels)));
            }
            let lengths = ours[0].iter().rev().map(<[u8]>::len).collect::<Vec<_>>();
            let expected = one.iter().rev().map(Vec::len).collect::<Vec<_>>();
            prop_assert_eq!(lengths, expected);
        }
    }
}
