//! Names on plain lines.

use super::super::setting::{Hashes, Names};
use crate::dns::Name;
use crate::dns::name::MAX_LABEL;

/// What a byte is in a line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Names of hosts, services and wildcards are of it.
    OfNames,
    Dot,
    /// Of other words.
    OfWords,
    /// It ends a field.
    End,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::OfWords; 256];
    let mut byte = 0_u8;
    while byte.is_ascii() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'*') {
            classes[byte as usize] = Class::OfNames;
        }
        byte += 1;
    }
    classes[b'.' as usize] = Class::Dot;
    let mut ends = [b' ', b'\t', b'\n', b'\r', b';', b'"', b'(', b')', b'\\'].as_slice();
    while let [end, rest @ ..] = ends {
        classes[*end as usize] = Class::End;
        ends = rest;
    }
    classes
};

/// See [`Class`].
#[inline]
pub(super) fn class(byte: u8) -> Class {
    CLASSES[usize::from(byte)]
}

/// Octets of a field that a text begins with.
#[inline]
pub(super) fn field(text: &[u8]) -> usize {
    let length = text.iter().position(|byte| class(*byte) == Class::End);
    length.unwrap_or(text.len())
}

/// A name of usual characters whose labels have sound lengths, as it is written.
#[derive(Clone, Copy)]
pub(super) struct Written<'t> {
    /// Its labels and the dots between them: none of `@` and of the root.
    labels: &'t [u8],
    has_dots: bool,
    /// It is not completed with the origin.
    is_absolute: bool,
}

/// Where a name is in the zone.
#[derive(Debug, Clone, Copy)]
pub(in crate::zone) struct Target {
    pub(in crate::zone) number: u64,
    /// The name is in the zone.
    pub(in crate::zone) is_inside: bool,
}

impl<'t> Written<'t> {
    /// The name that a text begins with, and its octets there; it fits before the origin.
    #[inline]
    pub(super) fn read(text: &'t [u8], names: &Names) -> Option<(Self, usize)> {
        let mut begin = 0;
        loop {
            let rest = &text[begin..];
            let label = rest
                .iter()
                .position(|byte| class(*byte) != Class::OfNames)?;
            let end = begin + label;
            match class(text[end]) {
                Class::Dot if 0 < label && label <= MAX_LABEL => begin = end + 1,
                Class::End if 0 < label && label <= MAX_LABEL => {
                    let name = Self {
                        labels: &text[..end],
                        has_dots: begin > 0,
                        is_absolute: false,
                    };
                    let fits = end + 1 + names.origin_length <= Name::MAX_LENGTH;
                    return fits.then_some((name, end));
                }
                Class::End if 0 < begin && label == 0 => {
                    let labels = &text[..end - 1];
                    let name = Self {
                        labels,
                        has_dots: labels.contains(&b'.'),
                        is_absolute: true,
                    };
                    return (end < Name::MAX_LENGTH).then_some((name, end));
                }
                _ => return Self::sign(text).map(|name| (name, 1)),
            }
        }
    }

    /// The origin or the root, where a text begins with their sign.
    fn sign(text: &[u8]) -> Option<Self> {
        let [sign @ (b'@' | b'.'), behind, ..] = text else {
            return None;
        };
        (class(*behind) == Class::End).then_some(Self {
            labels: &[],
            has_dots: false,
            is_absolute: *sign == b'.',
        })
    }

    /// It is completed with the origin.
    pub(super) const fn is_relative(self) -> bool {
        !self.is_absolute
    }

    /// What its lowest label begins with.
    pub(super) fn first(self, names: &Names) -> Option<u8> {
        match self.labels {
            [] if self.is_absolute => None,
            [] => names.first,
            [first, ..] => Some(*first),
        }
    }

    /// Where it is in the zone; the numbers of the names between it and what it is relative to,
    /// or the apex, go to `between`.
    #[inline]
    pub(super) fn target(self, names: &Names, mut between: impl FnMut(u64)) -> Target {
        let (mut number, mut count, mut is_inside) = if self.is_absolute {
            (names.hashes.root(), 0, names.apex_labels == 0)
        } else {
            (names.origin, names.origin_labels, names.is_inside)
        };
        let mut rest = self.labels;
        while !rest.is_empty() {
            let dot = if self.has_dots {
                rest.iter().rposition(|byte| *byte == b'.')
            } else {
                None
            };
            number = Hashes::below(number, &rest[dot.map_or(0, |dot| dot + 1)..]);
            count += 1;
            is_inside |= count == names.apex_labels && number == names.apex;
            rest = &rest[..dot.unwrap_or(0)];
            if is_inside && !rest.is_empty() {
                between(number);
            }
        }
        Target { number, is_inside }
    }
}
