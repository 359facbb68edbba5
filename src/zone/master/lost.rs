//! What records may have been that cannot be read: what is said to be missing may be among them.

use std::net::IpAddr;

use super::{LastOwner, Reader};
use crate::dns::{Name, RecordType, WrittenName};
use crate::zone::head::{Head, Mistyped};
use crate::zone::lexer::Token;
use crate::zone::text::Text;
use crate::zone::{name, record_type};

/// An owner and a type that a lost record may have had.
type Lost = (Name, RecordType);

/// The type that its data tells, of a record with an address of the other family.
fn of_address(head: &Head<'_>) -> Option<RecordType> {
    let address = head.data.first()?.text.parse().ok()?;
    match (head.record_type?, address) {
        (RecordType::AAAA, IpAddr::V4(_)) => Some(RecordType::A),
        (RecordType::A, IpAddr::V6(_)) => Some(RecordType::AAAA),
        _ => None,
    }
}

impl Reader<'_> {
    /// A record whose fields cannot be read.
    pub(super) fn lost(&self, head: &Head<'_>, owner: &WrittenName) -> Vec<Lost> {
        let Some(record_type) = head.record_type.or_else(|| self.usual_type(head, owner)) else {
            // A name alone is that of a host more often than not.
            let is_alone = head.owner.is_some() && head.mistyped.is_none() && head.data.is_empty();
            let host = is_alone.then(|| (owner.name.clone(), RecordType::A));
            return host.into_iter().collect();
        };
        let mut owners = vec![owner.name.clone()];
        if let Some(word) = head.mistyped.as_ref().and_then(Mistyped::owner) {
            owners.extend(self.completed(word.text));
            // The blank between them is too many, or a dot.
            for between in ["", "."] {
                let joined = head
                    .owner
                    .map(|first| [first.text, between, word.text].concat());
                owners.extend(joined.and_then(|joined| self.completed(&joined)));
            }
        }
        if let Some(mistyped) = &head.mistyped {
            if mistyped.type_of_owner().is_some() {
                // The type stands in the first column, and the owner nowhere.
                if let LastOwner::Read(before) = &self.scope.owner {
                    owners.push(before.name.clone());
                }
                owners.extend(self.any_owner());
            }
            let first = head.owner.map(|owner| owner.text);
            let glued = first.and_then(|text| text.strip_suffix(&record_type::name(record_type)));
            owners.extend(glued.and_then(|text| self.completed(text)));
        }
        let types = std::iter::once(record_type).chain(of_address(head));
        let lost = owners.iter().cloned();
        let lost = types.flat_map(|one| lost.clone().map(move |owner| (owner, one)));
        lost.chain(self.swallowed(head)).collect()
    }

    /// The record that follows in one line with a record, where the end between them is lost.
    fn swallowed(&self, head: &Head<'_>) -> Option<Lost> {
        let types = head.data.iter().enumerate().skip(2);
        let mut types = types.filter_map(|(at, token)| {
            let record_type = record_type::from_name(token.text).filter(|_| !token.quoted)?;
            Some((at, record_type))
        });
        let (at, record_type) = types.next()?;
        let mut before = head.data[..at].iter().rev();
        let owner = before.find(|token| !(token.is("IN") || token.begins_with_digit()))?;
        Some((self.completed(owner.text)?, record_type))
    }

    /// The type of almost all records with such an owner and a name as their data.
    fn usual_type(&self, head: &Head<'_>, owner: &WrittenName) -> Option<RecordType> {
        let is_one_field = head.mistyped.is_some() && head.data.is_empty();
        let of_apex = (owner.name == self.zone.apex).then_some(RecordType::NS);
        let of_reverse_zone = self.zone.apex.is_reverse().then_some(RecordType::PTR);
        of_apex.or(of_reverse_zone).filter(|_| is_one_field)
    }

    /// A record whose owner cannot be read.
    pub(super) fn lost_with_owner(&self, head: &Head<'_>, owner: &Token<'_>) -> Option<Lost> {
        let meant = self.completed(&name::without_empty_labels(owner.text))?;
        Some((meant, head.record_type?))
    }

    /// Records of a `$GENERATE` line that cannot be followed.
    pub(super) fn lost_with_line(&self, text: &Text<'_>, arguments: &[Token<'_>]) -> Option<Lost> {
        let (_range, record) = arguments.split_first()?;
        let head = Head::read(text, record, false, self.zone.format)?;
        Some((self.any_owner()?, head.record_type?))
    }

    /// Any name below the origin that is not there, as for a wildcard.
    fn any_owner(&self) -> Option<Name> {
        self.scope.origin.prepend_label("*").ok()
    }

    /// The name that a text stands for.
    pub(super) fn completed(&self, text: &str) -> Option<Name> {
        let read = name::read(text, &self.scope.origin);
        read.ok().map(|(name, _)| name)
    }
}
