//! `CONFIG_FILES`: the names in it, and what they stand for.

use crate::handset::Mac;
use crate::phone::{Configuration, Parameter};
use crate::source::Span;

/// What stands for the handset's MAC in a name of `CONFIG_FILES`.
pub const TAG: &str = "[PHONE_MAC_ADDRESS]";

/// What a master file names the files of handsets with; the names of models may follow.
pub const LIST: &str = "CONFIG_FILES";

/// What stands for the handset's model. Master files in public use it; no guide that was read
/// says what handsets put in its place.
pub const TAGS_OF_MODEL: [&str; 2] = ["[PHONE_MODEL]", "[PHONE_PART_NUMBER]"];

/// What handsets read of a list, in characters; a name may have 255 (SIP guide of 2006).
const LONGEST: usize = 2047;

/// One name of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    /// As it is written.
    pub(super) text: String,
    /// Where.
    pub(super) span: Span,
    /// Handsets do not read so far.
    pub(super) beyond: bool,
}

/// The parameters that name further files: those for the model, where it was said and there are
/// some, else those for all. Nobody says which of several counts: each may.
pub(super) fn parameters<'c>(
    file: &'c Configuration,
    model: Option<&str>,
) -> impl Iterator<Item = &'c Parameter> + use<'c> {
    let is_for = |one: &Parameter| {
        let suffix = suffix(one).zip(model);
        suffix.is_some_and(|(suffix, model)| suffix.eq_ignore_ascii_case(model))
    };
    let lists = file.parameters.iter();
    let of_model: Vec<_> = lists.clone().filter(|one| is_for(one)).collect();
    let of_all = of_model.is_empty();
    let of_all = lists.filter(move |one| of_all && one.name.value == LIST);
    of_model.into_iter().chain(of_all)
}

/// Lists for one model only, where no model was said.
pub(super) fn of_models(file: &Configuration) -> impl Iterator<Item = &Parameter> {
    let lists = file.parameters.iter();
    lists.filter(|parameter| suffix(parameter).is_some())
}

/// `SPIP670` of `CONFIG_FILES_SPIP670`.
fn suffix(parameter: &Parameter) -> Option<&str> {
    parameter.name.value.strip_prefix("CONFIG_FILES_")
}

/// The names of a list, the first one beyond what handsets read being the last.
pub(super) fn names(list: &Parameter, text: &str) -> Vec<Named> {
    let value = &list.value;
    // Where references such as `&amp;` stand in it, places in the value are none in the text.
    let mut written = text.split(',');
    let is_alike = text.split(',').count() == value.value.split(',').count();
    let mut names = Vec::new();
    let (mut at, mut written_at) = (0, value.span.start as usize);
    for part in value.value.split(',') {
        let name = part.trim();
        let start = at + (part.len() - part.trim_start().len());
        at += part.len() + 1;
        let in_text = written.next().unwrap_or_default();
        let begins = written_at + (in_text.len() - in_text.trim_start().len());
        written_at += in_text.len() + 1;
        if name.is_empty() {
            continue;
        }
        let span = if is_alike {
            Span::new(value.span.source, begins, begins + in_text.trim().len())
        } else {
            value.span
        };
        let beyond = start + name.len() > LONGEST;
        names.push(Named {
            text: name.to_owned(),
            span,
            beyond,
        });
        if beyond {
            break;
        }
    }
    names
}

impl Named {
    /// Nothing but the name stands at its place, so no other name does.
    pub(super) fn is_at_its_place(&self) -> bool {
        (self.span.end - self.span.start) as usize == self.text.len()
    }

    /// It is fetched from another place than the folder.
    pub(super) fn is_url(&self) -> bool {
        self.text.contains("://")
    }

    /// What stands before and behind the MAC, where the name is another one for each handset.
    pub(super) fn around_mac(&self) -> Option<(&str, &str)> {
        self.text.split_once(TAG)
    }

    /// The names that the handset may ask for, its MAC in either case.
    pub(super) fn for_handset(&self, mac: Option<Mac>) -> Vec<String> {
        let (Some(mac), true) = (mac, self.text.contains(TAG)) else {
            return vec![self.text.clone()];
        };
        let mac = mac.to_string();
        vec![
            self.text.replace(TAG, &mac),
            self.text.replace(TAG, &mac.to_ascii_uppercase()),
        ]
    }
}

/// The list that a name was meant to be: `a.cfg, b.cfg` of `a.cfg; b.cfg`. Only a comma
/// separates names.
pub fn with_commas(name: &str) -> Option<String> {
    let parts = name.split([';', '|', ' ', '\t', '\r', '\n']);
    let parts: Vec<_> = parts.filter(|part| !part.is_empty()).collect();
    let is_name = |part: &&str| {
        let extension = part.rsplit_once('.').map(|(_, extension)| extension);
        extension.is_some_and(|is| is.eq_ignore_ascii_case("cfg") || is.eq_ignore_ascii_case("xml"))
    };
    (parts.len() > 1 && parts.iter().all(is_name)).then(|| parts.join(", "))
}

/// A list as it is for every handset: the MAC of one in it is replaced by the tag.
pub fn without_mac(list: &str, mac: Mac) -> String {
    let mac = mac.to_string();
    list.replace(&mac, TAG)
        .replace(&mac.to_ascii_uppercase(), TAG)
}
