//! Domain names as they are written (RFC 1035 5.1), to names.

use std::ops::Range;

use crate::dns::name::{Builder, MAX_LABEL};
use crate::dns::{Name, WrittenName};
use crate::source::Span;

/// What is wrong with a written name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameFault {
    /// Two dots in a row, a dot in front, or nothing at all.
    EmptyLabel,
    /// A label of so many octets.
    LongLabel(usize),
    /// The whole name takes so many octets, with the origin where it is relative.
    LongName(usize),
    /// A backslash not followed by a character or by three digits up to 255.
    Escape,
}

/// A fault and the bytes of the text that show it.
pub(crate) type Misnamed = (NameFault, Range<usize>);

/// A name as it was written: is it absolute, and how many octets does it take in a message,
/// without the root label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) absolute: bool,
    octets: usize,
}

/// Builds the name, appending `origin` to a relative one. `@` is the caller's business.
pub(crate) fn read(text: &str, origin: &Name) -> Result<(Name, Shape), Misnamed> {
    if let Some(read) = read_plain(text, origin) {
        return Ok(read);
    }
    let mut name = Builder::default();
    let mut fits = Ok(());
    let shape = labels(text, |label| fits = fits.and_then(|()| name.push(label)))?;
    if !shape.absolute {
        fits = fits.and_then(|()| name.append(origin));
    }
    check_length(text, shape, origin)?;
    // What does not fit is too long, and `check_length` has said how much.
    match fits {
        Ok(()) => Ok((name.finish(), shape)),
        Err(_) => Err((NameFault::LongName(usize::MAX), 0..text.len())),
    }
}

/// The same of a text in which nothing is wrong and nothing escaped, as almost every one is.
fn read_plain(text: &str, origin: &Name) -> Option<(Name, Shape)> {
    let bytes = text.as_bytes();
    if memchr::memchr(b'\\', bytes).is_some() {
        return None;
    }
    let mut name = Builder::default();
    let absolute = name.push_text(bytes)?;
    if !absolute {
        name.append(origin).ok()?;
    }
    let octets = bytes.len() + usize::from(!absolute);
    Some((name.finish(), Shape { absolute, octets }))
}

/// The name that a text at that place stands for: `@` is the origin.
pub(crate) fn written(text: &str, span: Span, origin: &Name) -> Result<WrittenName, Misnamed> {
    let (name, relative) = if text == "@" {
        (origin.clone(), true)
    } else {
        let (name, shape) = read(text, origin)?;
        (name, !shape.absolute)
    };
    Ok(WrittenName {
        name,
        span,
        relative,
    })
}

/// A name without the dots that are too many: one in front, and all but one of several in a row.
pub(crate) fn without_empty_labels(text: &str) -> String {
    let labels: Vec<_> = text.split('.').filter(|label| !label.is_empty()).collect();
    let end = if text.ends_with('.') { "." } else { "" };
    labels.join(".") + end
}

/// Checks a name without building it.
pub(crate) fn check(text: &str, origin: &Name) -> Result<(), Misnamed> {
    if read_plain(text, origin).is_some() {
        return Ok(());
    }
    let shape = labels(text, |_| ())?;
    check_length(text, shape, origin)
}

fn check_length(text: &str, shape: Shape, origin: &Name) -> Result<(), Misnamed> {
    let behind = if shape.absolute { 1 } else { origin.length() };
    match shape.octets + behind {
        octets if octets > Name::MAX_LENGTH => Err((NameFault::LongName(octets), 0..text.len())),
        _ => Ok(()),
    }
}

/// Calls `each` with every label, escapes resolved.
fn labels(text: &str, mut each: impl FnMut(&[u8])) -> Result<Shape, Misnamed> {
    if text == "." {
        return Ok(Shape {
            absolute: true,
            octets: 0,
        });
    }
    let mut octets = 0;
    let mut add = |label: &[u8], range: Range<usize>| {
        if label.is_empty() {
            let dots = range.start.saturating_sub(1)..(range.end + 1).min(text.len());
            return Err((NameFault::EmptyLabel, dots));
        }
        if label.len() > MAX_LABEL {
            return Err((NameFault::LongLabel(label.len()), range));
        }
        octets += label.len() + 1;
        // A name too long is told from its length alone.
        if octets < Name::MAX_LENGTH {
            each(label);
        }
        Ok(())
    };
    let bytes = text.as_bytes();
    let mut label = Vec::with_capacity(MAX_LABEL);
    let (mut start, mut at) = (0, 0);
    let mut absolute = false;
    while at < bytes.len() {
        absolute = false;
        match bytes[at] {
            b'.' => {
                add(&label, start..at)?;
                label.clear();
                at += 1;
                start = at;
                absolute = true;
            }
            b'\\' => {
                let (octet, length) =
                    escape(&bytes[at..]).map_err(|length| (NameFault::Escape, at..at + length))?;
                label.push(octet);
                at += length;
            }
            octet => {
                label.push(octet);
                at += 1;
            }
        }
    }
    if !absolute {
        add(&label, start..at)?;
    }
    Ok(Shape { absolute, octets })
}

/// The octet that an escape at the start of `bytes` stands for, and the escape's length; the
/// length of what is wrong where it is none.
pub(crate) fn escape(bytes: &[u8]) -> Result<(u8, usize), usize> {
    match bytes {
        [_, hundreds, tens, ones, ..]
            if hundreds.is_ascii_digit() && tens.is_ascii_digit() && ones.is_ascii_digit() =>
        {
            let value = u16::from(hundreds - b'0') * 100
                + u16::from(tens - b'0') * 10
                + u16::from(ones - b'0');
            u8::try_from(value).map(|octet| (octet, 4)).map_err(|_| 4)
        }
        [_, digit, rest @ ..] if digit.is_ascii_digit() => {
            Err(2 + usize::from(rest.first().is_some_and(u8::is_ascii_digit)))
        }
        [_, octet, ..] => Ok((*octet, 2)),
        _ => Err(1),
    }
}

/// The closest name at or above both.
pub(crate) fn shared_ancestor(a: &Name, b: &Name) -> Name {
    let shared = a
        .from_highest()
        .zip(b.from_highest())
        .take_while(|(a, b)| a.eq_ignore_ascii_case(b))
        .count();
    a.trim_to(shared)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn origin() -> Name {
        Name::from_ascii("eslab.local.").unwrap()
    }

    #[test]
    fn names_are_relative_to_the_origin_unless_they_end_in_a_dot() {
        for (text, expected) in [
            ("piper", "piper.eslab.local."),
            ("_sip._udp", "_sip._udp.eslab.local."),
            ("piper.example.", "piper.example."),
            (".", "."),
            ("a\\.b", "a\\.b.eslab.local."),
            ("a\\046b.c.", "a\\.b.c."),
            ("c\\.", "c\\..eslab.local."),
        ] {
            let (name, shape) = read(text, &origin()).unwrap();
            assert_eq!(name.to_ascii(), expected);
            assert_eq!(shape.absolute, text.ends_with('.') && text != "c\\.");
        }
        let (name, _) = read("b\u{fc}ro", &origin()).unwrap();
        assert_eq!(name.iter().next(), Some("b\u{fc}ro".as_bytes()));
    }

    #[test]
    fn faults_point_at_the_label() {
        let long = "x".repeat(64);
        for (text, fault, shown) in [
            ("a..b", NameFault::EmptyLabel, ".."),
            (".b", NameFault::EmptyLabel, "."),
            ("", NameFault::EmptyLabel, ""),
            ("a.b..", NameFault::EmptyLabel, ".."),
            (&format!("a.{long}.b"), NameFault::LongLabel(64), &long),
            ("a\\300b", NameFault::Escape, "\\300"),
            ("a\\25b", NameFault::Escape, "\\25"),
            ("a\\", NameFault::Escape, "\\"),
            ("\\a..b", NameFault::EmptyLabel, ".."),
        ] {
            let (found, range) = read(text, &origin()).unwrap_err();
            assert_eq!((found, &text[range]), (fault, shown), "{text}");
            assert_eq!(check(text, &origin()).unwrap_err().0, fault, "{text}");
        }
    }

    #[test]
    fn a_label_takes_63_octets() {
        let fits = "x".repeat(63);
        let (name, _) = read(&fits, &origin()).expect("no octet too many");
        assert_eq!(name.iter().next().map(<[u8]>::len), Some(63));
        assert!(check(&format!("{fits}x"), &origin()).is_err());
    }

    #[test]
    fn a_name_takes_255_octets_with_its_origin() {
        // Four octets a label; `eslab.local.` takes 13.
        let fits = ["abc"; 60].join(".");
        let (name, _) = read(&format!("{fits}.a"), &origin()).unwrap();
        assert_eq!(name.length(), 255);
        let too_long = format!("{fits}.ab");
        assert_eq!(
            read(&too_long, &origin()),
            Err((NameFault::LongName(256), 0..too_long.len()))
        );
        assert!(read(&format!("{too_long}."), &origin()).is_ok());
        assert!(check(&["abc"; 1000].join("."), &Name::root()).is_err());
    }

    proptest! {
        /// An escape changes how a name is read, and not what comes of it.
        #[test]
        fn a_name_without_escapes_is_what_it_is_with_one(
            labels in prop::collection::vec("[a-c]{0,4}|[a-c]{62,65}", 1..6),
        ) {
            let text = labels.join(".");
            let escaped = format!("\\{text}");
            prop_assume!(text.starts_with(|first: char| first.is_ascii_lowercase()));
            let (plain, escaped) = (read(&text, &origin()), read(&escaped, &origin()));
            match (plain, escaped) {
                (Ok(plain), Ok(escaped)) => prop_assert_eq!(plain, escaped),
                (Err((plain, _)), Err((escaped, _))) => prop_assert_eq!(plain, escaped),
                (plain, escaped) => prop_assert!(false, "{:?} {:?}", plain, escaped),
            }
        }
    }
}
