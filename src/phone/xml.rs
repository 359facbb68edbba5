//! Reads handset XML with the place of every attribute.
//!
//! A handset takes its settings from attributes, whatever the elements around them are
//! called and however they are nested ("may be moved around within the files", SIP
//! administration guide of 2005, p. 20). roxmltree says whether the text is well-formed; the
//! attributes and their places come from [`super::scan`], which also reads on behind a fault.

use std::ops::Range;

mod declaration;

pub use declaration::encoding as declared_encoding;

use super::recognise::is_page;
use super::scan::{self, Attribute, Mode, Scan};
use super::{Configuration, Parameter, Trouble, TroubleKind, entity, parameter, template};
use crate::finding::{Edit, Fix, Label};
use crate::handset::Mac;
use crate::source::{Encoding, SourceId, Sources, Span, Spanned};

/// The largest configuration that is read, in bytes; a handset's own limit is far lower.
pub const MAX_BYTES: usize = 64 << 20;

/// Comparing attribute names is quadratic in roxmltree; an element with more of them than
/// this is judged by the scanner alone.
const MAX_COMPARED: usize = 8192;

/// Reads a configuration. Whatever is wrong with the text is in its troubles; what can be
/// read is read all the same.
pub fn read(sources: &Sources, source: SourceId) -> Configuration {
    let file = sources.get(source);
    let text = &*file.text;
    let mut reader = Reader {
        source,
        text,
        encoding: file.encoding,
        troubles: Vec::new(),
    };
    let attributes = reader.attributes();
    let parameters = reader.parameters(&attributes);
    Configuration {
        source,
        mac: mac_of(&file.name),
        parameters,
        troubles: reader.troubles,
    }
}

/// The MAC that a per-handset file is named after. Override files (`…-phone.cfg`,
/// `…-web.cfg`) belong to a handset but do not configure it by themselves, and twelve zeros
/// name the file of every handset without one of its own.
fn mac_of(name: &str) -> Option<Mac> {
    let file = name.rsplit(['/', '\\']).next()?;
    let (letters, ending) = file.split_at_checked(Mac::LETTERS)?;
    let mac = Mac::of_letters(letters).filter(|mac| *mac != Mac::DEFAULT)?;
    ending.eq_ignore_ascii_case(".cfg").then_some(mac)
}

struct Reader<'a> {
    source: SourceId,
    text: &'a str,
    encoding: Encoding,
    troubles: Vec<Trouble>,
}

impl Reader<'_> {
    fn attributes(&mut self) -> Vec<Attribute> {
        if self.text.len() > MAX_BYTES {
            self.trouble(
                TroubleKind::Limit,
                0..1,
                format!(
                    "configuration of more than {} MB is not read",
                    MAX_BYTES >> 20
                ),
                "a handset takes far less: give it the file that was meant",
            );
            return Vec::new();
        }
        if is_page(self.text) {
            self.trouble(
                TroubleKind::Malformed,
                first_mark(self.text),
                "a web page stands in the place of a configuration".into(),
                "servers send one where a file is not there: get the configuration again",
            );
            return Vec::new();
        }
        let strict = scan::scan(self.text, Mode::Strict);
        if let Some(construct) = template::find(self.text) {
            self.trouble(
                TroubleKind::Template,
                construct.range,
                format!("{} template that was not rendered", construct.engine),
                "give handsets the file that the provisioning system makes of it",
            );
            return scan::scan(self.text, Mode::Recovering).attributes;
        }
        self.limits(&strict);
        let refusal = match self.verdict(&strict) {
            Verdict::WellFormed => {
                if let Some((at, message)) = declaration::fault(self.text) {
                    let help = "a handset rejects the whole file: begin it with `<?xml \
                                version=\"1.0\" encoding=\"UTF-8\"?>`, or with its first element";
                    self.trouble(TroubleKind::Malformed, at, message, help);
                    return strict.attributes;
                }
                self.encoding();
                self.in_text(&strict);
                return strict.attributes;
            }
            Verdict::Refused(refusal) => refusal,
        };
        let recovered = scan::scan(self.text, Mode::Recovering);
        self.faults(&recovered, refusal);
        recovered.attributes
    }

    /// What is refused although an XML parser could read it.
    fn limits(&mut self, scan: &Scan) {
        if let Some(at) = &scan.doctype {
            self.trouble(
                TroubleKind::Limit,
                at.clone(),
                "what this document type declaration defines is not read".into(),
                "delete the declaration: a handset needs none",
            );
        }
        if let Some(at) = &scan.too_deep {
            self.trouble(
                TroubleKind::Limit,
                at.clone(),
                format!(
                    "elements nested deeper than {}: the rest is not read",
                    scan::MAX_DEPTH
                ),
                "element names and nesting mean nothing to a handset: nest less",
            );
        }
    }

    fn verdict(&self, scan: &Scan) -> Verdict {
        use roxmltree::Error;
        if scan.too_deep.is_some() {
            return Verdict::WellFormed;
        }
        let by_scanner = || {
            if scan.fault_count == 0 && scan.unfinished.is_none() {
                Verdict::WellFormed
            } else {
                Verdict::Refused(None)
            }
        };
        if scan.doctype.is_some() || scan.most_attributes > MAX_COMPARED {
            return by_scanner();
        }
        // A declaration that defines nothing changes nothing.
        let options = roxmltree::ParsingOptions {
            allow_dtd: true,
            ..roxmltree::ParsingOptions::default()
        };
        match roxmltree::Document::parse_with_options(self.text, options) {
            Ok(_) => Verdict::WellFormed,
            // Handsets read XML without namespaces (Expat's default).
            Err(
                Error::UnknownNamespace(..)
                | Error::InvalidElementNamePrefix(_)
                | Error::InvalidXmlPrefixUri(_)
                | Error::UnexpectedXmlUri(_)
                | Error::UnexpectedXmlnsUri(_)
                | Error::NamespacesLimitReached
                | Error::NodesLimitReached
                | Error::AttributesLimitReached,
            ) => by_scanner(),
            Err(error) => Verdict::Refused(Some(error)),
        }
    }

    /// A text in another encoding than it says, or than XML has without a word, is not
    /// well-formed (XML 1.0, section 4.3.3).
    fn encoding(&mut self) {
        let text = self.text;
        let declared = declaration::encoding(text);
        let name = declared.clone().map_or("UTF-8", |at| &text[at]);
        let is = |names: &[&str]| names.iter().any(|one| name.eq_ignore_ascii_case(one));
        let is_utf16 = is(&["UTF-16", "UTF-16LE", "UTF-16BE", "ISO-10646-UCS-2", "UCS-2"]);
        let (at, message) = match (self.encoding, declared) {
            (Encoding::Utf8 { .. }, Some(at)) if is_utf16 => {
                (at, format!("the file is not in `{name}` but in UTF-8"))
            }
            (Encoding::Utf16Le { .. } | Encoding::Utf16Be { .. }, Some(at)) if !is_utf16 => {
                (at, format!("the file is not in `{name}` but in UTF-16"))
            }
            (Encoding::Windows1252 { first }, declared) if is(&["UTF-8", "US-ASCII", "ASCII"]) => {
                let first = first as usize;
                let character = text[first..].chars().next();
                let says = match declared {
                    Some(_) => "its XML declaration says that the file is in",
                    None => "without an XML declaration the file has to be in",
                };
                (
                    first..first + character.map_or(1, char::len_utf8),
                    format!("{says} `{name}`, and this byte is no character of it"),
                )
            }
            _ => return,
        };
        self.trouble(
            TroubleKind::Malformed,
            at,
            message,
            "a handset rejects the whole file: save it as UTF-8, and let its XML declaration say \
             `UTF-8` or nothing",
        );
    }

    /// Well-formed, and no handset sees it.
    fn in_text(&mut self, scan: &Scan) {
        let [first, others @ ..] = &*scan.in_text else {
            return;
        };
        let name = &self.text[first.clone()];
        let message = match others.len() {
            0 => format!("`{name}` is text, not an attribute: handsets do not read it"),
            1 => format!("`{name}` and 1 more are text, not attributes: handsets do not read them"),
            more => format!(
                "`{name}` and {more} more are text, not attributes: handsets do not read them"
            ),
        };
        let help = "write it into a start tag, name and value in quotes: the tag in front of it \
                    has lost its `<`, or ends too early";
        self.trouble(TroubleKind::InText, first.clone(), message, help);
    }

    /// The unfinished thing is the last tag of the file, comments apart, and opens an element
    /// of that name again.
    fn was_meant_to_close(&self, at: &Range<usize>) -> bool {
        let (before, name) = (&self.text[..at.start], &self.text[at.clone()]);
        let opens = |tag: &str| {
            let rest = tag.strip_prefix(name);
            rest.is_some_and(|rest| rest.starts_with(|c: char| c == '>' || c.is_whitespace()))
        };
        let mut after = self.text[at.end..].trim_end();
        while after.ends_with("-->")
            && let Some(comment) = after.rfind("<!--")
        {
            after = after[..comment].trim_end();
        }
        let is_last = after == ">" && before.ends_with('<');
        is_last && before.split('<').any(opens)
    }

    fn faults(&mut self, scan: &Scan, refusal: Option<roxmltree::Error>) {
        match (&scan.first_fault, &scan.unfinished, refusal) {
            (Some(fault), unfinished, _) => {
                let others = scan.fault_count - 1 + usize::from(unfinished.is_some());
                let message = match others {
                    0 => fault.message.clone(),
                    1 => format!("{}, and 1 more fault", fault.message),
                    _ => format!("{}, and {others} more faults", fault.message),
                };
                self.trouble(
                    TroubleKind::Malformed,
                    fault.at.clone(),
                    message,
                    &fault.help,
                );
                let fix = self.with_dots(scan);
                if let Some(trouble) = self.troubles.last_mut() {
                    let related = fault.related.iter().map(|(at, message)| Label {
                        span: Span::new(self.source, at.start, at.end),
                        message: (*message).to_owned(),
                    });
                    trouble.related.extend(related);
                    trouble.fix = fix;
                }
            }
            (None, Some(at), _) if self.was_meant_to_close(at) => {
                let name = shorten(&self.text[at.clone()]);
                self.trouble(
                    TroubleKind::Malformed,
                    at.clone(),
                    format!("`<{name}>` at the end of the file opens `{name}` once more"),
                    &format!(
                        "write `</{name}>`, which closes it: a handset rejects the whole file"
                    ),
                );
            }
            (None, Some(at), _) => {
                let shown = &self.text[at.clone()];
                self.trouble(
                    TroubleKind::Truncated,
                    at.clone(),
                    format!(
                        "the file ends inside `{}`, which begins here",
                        shorten(shown)
                    ),
                    "copy the whole file again, or add what is missing at its end",
                );
            }
            (None, None, Some(error)) => {
                let at = offset(self.text, error.pos());
                self.trouble(
                    TroubleKind::Malformed,
                    at..at + 1,
                    format!("not well-formed XML: {}", plain(&error)),
                    "a handset rejects the whole file: correct the text here",
                );
            }
            (None, None, None) => {}
        }
    }

    fn parameters(&self, attributes: &[Attribute]) -> Vec<Parameter> {
        let is_template = self
            .troubles
            .iter()
            .any(|trouble| trouble.kind == TroubleKind::Template);
        attributes
            .iter()
            .filter_map(|attribute| {
                let name = &self.text[attribute.name.clone()];
                let raw = &self.text[attribute.value.clone()];
                if name == "xmlns" || name.starts_with("xmlns:") {
                    return None;
                }
                // Nobody knows what such a setting will be once it is rendered.
                if is_template && (template::is_open(name) || template::is_open(raw)) {
                    return None;
                }
                Some(Parameter {
                    name: Spanned::new(name.to_owned(), self.span(attribute.name.clone())),
                    value: Spanned::new(entity::resolve(raw), self.value_span(&attribute.value)),
                })
            })
            .collect()
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.source, range.start, range.end)
    }

    /// Both quotes where nothing stands between them: a span is never empty.
    fn value_span(&self, value: &Range<usize>) -> Span {
        if value.is_empty() {
            self.span(value.start - 1..value.end + 1)
        } else {
            self.span(value.clone())
        }
    }

    /// Dots for what stands in their place in names that handsets know but for that:
    /// `voIpProt.server.1,port`.
    fn with_dots(&self, scan: &Scan) -> Option<Fix> {
        let attributes = scan.attributes.iter().filter_map(|attribute| {
            let written = &self.text[attribute.name.clone()];
            let dotted = || written.replace(|c: char| !scan::is_of_name(c), ".");
            let meant = (!scan::is_name(written)).then(dotted)?;
            parameter::find(&meant)?;
            Some(Edit::replace(self.span(attribute.name.clone()), meant))
        });
        let edits: Vec<_> = attributes.collect();
        (!edits.is_empty()).then(|| Fix {
            title: "write a dot between the words of names".to_owned(),
            edits,
            ..Fix::default()
        })
    }

    fn trouble(&mut self, kind: TroubleKind, at: Range<usize>, message: String, help: &str) {
        self.troubles.push(Trouble {
            kind,
            span: self.span(at),
            message,
            help: Some(help.to_owned()),
            related: Vec::new(),
            fix: None,
        });
    }
}

enum Verdict {
    WellFormed,
    /// By roxmltree with this error, or by the scanner.
    Refused(Option<roxmltree::Error>),
}

/// The first tag of a text, or what stands in its place, up to its first blank or end.
fn first_mark(text: &str) -> Range<usize> {
    let start = text.len() - text.trim_start().len();
    let length = text[start..].find(|one: char| one == '>' || one.is_whitespace());
    start..length.map_or(text.len(), |length| start + length)
}

/// The byte offset of roxmltree's row and column, which count characters from 1 and know
/// the line feed only.
fn offset(text: &str, position: roxmltree::TextPos) -> usize {
    let row = position.row.saturating_sub(1) as usize;
    let start = if row == 0 {
        0
    } else {
        memchr::memchr_iter(b'\n', text.as_bytes())
            .nth(row - 1)
            .map_or(text.len(), |at| at + 1)
    };
    let column = position.col.saturating_sub(1) as usize;
    text[start..]
        .char_indices()
        .nth(column)
        .map_or(text.len(), |(at, _)| start + at)
}

/// roxmltree's message without its position, which the span gives.
fn plain(error: &roxmltree::Error) -> String {
    let message = error.to_string();
    let place = format!(" at {}", error.pos());
    shorten(&message.replace(&place, "")).to_owned()
}

/// A word from the text, cut where it is longer than any name.
fn shorten(text: &str) -> &str {
    text.char_indices()
        .nth(80)
        .map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests;
