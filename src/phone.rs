//! Handset configurations: XML with one attribute a parameter.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::finding::{Fix, Label};
use crate::handset::{Mac, ServerEntry};
use crate::source::{SourceId, Span, Spanned};

mod entity;
mod entries;
mod failover;
mod line;
pub mod parameter;
pub mod provisioning;
mod recognise;
mod scan;
mod settings;
mod static_dns;
mod template;
mod xml;

pub use entries::{SIP_SWITCH, ServerSettings};
pub use failover::{Registration, default_settings};
pub use provisioning::Provisioning;
pub use recognise::{looks_like_master_file, looks_like_phone_config};
pub use settings::Settings;
pub(crate) use static_dns::{Makes, STATIC_RECORDS, StaticSettings};
pub(crate) use template::find as template_construct;
pub use xml::{MAX_BYTES, declared_encoding, read};

/// One configuration file.
#[derive(Debug)]
pub struct Configuration {
    /// The file.
    pub source: SourceId,
    /// The handset's MAC, where the file's name is one.
    pub mac: Option<Mac>,
    /// Every parameter in document order, repeats included: the first one counts.
    pub parameters: Vec<Parameter>,
    /// What was wrong with the text.
    pub troubles: Vec<Trouble>,
}

/// One attribute: a parameter and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// The attribute's name.
    pub name: Spanned<String>,
    /// Its value with entities resolved; the span covers the text inside the quotes, or
    /// both quotes where there is nothing inside.
    pub value: Spanned<String>,
}

/// A parameter and what the table says of it.
#[derive(Debug, Clone)]
pub struct Known<'a> {
    /// As it stands in the file.
    pub parameter: &'a Parameter,
    /// Its name, with a misspelt beginning corrected.
    pub name: Cow<'a, str>,
    /// Its row.
    pub spec: &'static parameter::Spec,
}

/// Something wrong with a configuration's text; a rule turns it into a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Which rule reports it.
    pub kind: TroubleKind,
    /// The smallest text that shows it.
    pub span: Span,
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Other places that belong to it.
    pub related: Vec<Label>,
    /// The repair, where the text allows one.
    pub fix: Option<Fix>,
}

/// The rules that speak for the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TroubleKind {
    /// `phone-xml-malformed`
    Malformed,
    /// `phone-setting-in-text`
    InText,
    /// `phone-template-unrendered`
    Template,
    /// `input-truncated`
    Truncated,
    /// `input-limit-reached`
    Limit,
}

/// A server entry as a configuration's parameters give it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfiguredEntry {
    /// The prefix of its parameters: `voIpProt.server.1`, `reg.1.server.2`,
    /// `reg.1.outboundProxy`, `voIpProt.SIP.outboundProxy`.
    pub prefix: String,
    /// The line (`reg.x`) it serves; `None` for the entries of all lines.
    pub line: Option<u32>,
    /// What is looked up.
    pub entry: ServerEntry,
    /// It is an outbound proxy.
    pub proxy: bool,
    /// Another entry takes its place: its prefix.
    pub overridden_by: Option<String>,
    /// Handsets register with it: they speak SIP, and are not told to place calls without.
    pub registers: bool,
}

impl Configuration {
    /// The parameter of that name that counts: the first one in the file.
    pub fn get(&self, name: &str) -> Option<&Parameter> {
        self.parameters
            .iter()
            .find(|parameter| parameter.name.value == name)
    }

    /// The parameter whose text, from its name to its value, holds `span`.
    pub fn parameter_at(&self, span: Span) -> Option<&Parameter> {
        // They stand in the order of the text, none in another.
        let parameters = &self.parameters;
        let at = parameters.partition_point(|one| one.value.span.end <= span.start);
        let parameter = parameters.get(at)?;
        (parameter.name.span.start <= span.start).then_some(parameter)
    }

    /// The file is a template that was not rendered: the values of its settings are not
    /// known, and some of those that it holds may stand under a condition.
    pub fn is_template(&self) -> bool {
        self.troubles
            .iter()
            .any(|trouble| trouble.kind == TroubleKind::Template)
    }

    /// The file could not be read as a whole.
    pub fn is_damaged(&self) -> bool {
        let mut troubles = self.troubles.iter();
        troubles.any(|trouble| trouble.kind != TroubleKind::Template)
    }

    /// The parameter holds what keeps the file from being well-formed XML: what stands there is
    /// not what was meant.
    pub fn is_malformed(&self, parameter: &Parameter) -> bool {
        let (start, end) = (parameter.name.span.start, parameter.value.span.end);
        let is_at_fault = self.troubles.iter().any(|trouble| {
            let is_inside = trouble.span.start < end && start < trouble.span.end;
            trouble.kind == TroubleKind::Malformed && is_inside
        });
        is_at_fault || !scan::is_name(&parameter.name.value)
    }

    /// The handsets this file configures by itself: the one whose MAC it is named after.
    pub fn handsets(&self) -> BTreeSet<Mac> {
        self.mac.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Origin, Source, Sources};

    /// Reads a configuration that is given as text.
    pub(super) fn configuration(text: &str) -> Configuration {
        let sources = Sources::new();
        let id = sources.add(Source::new("site.cfg", Origin::Stdin, text));
        read(&sources, id)
    }
}
