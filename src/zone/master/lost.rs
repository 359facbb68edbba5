//! What records may have been that cannot be read: what is said to be missing may be among them.

use super::{LastOwner, Reader};
use crate::dns::{Name, RecordType, WrittenName};
use crate::zone::head::{Head, Mistyped};
use crate::zone::lexer::Token;
use crate::zone::name;
use crate::zone::text::Text;

/// An owner and a type that a lost record may have had.
type Lost = (Name, RecordType);

impl Reader<'_> {
    /// A record whose fields cannot be read.
    pub(super) fn lost(&self, head: &Head<'_>, owner: &WrittenName) -> Vec<Lost> {
        let is_of_reverse_zone = self.zone.apex.is_reverse() && head.data.is_empty();
        let of_reverse_zone = is_of_reverse_zone.then_some(RecordType::PTR);
        let Some(record_type) = head.record_type.or(of_reverse_zone) else {
            return Vec::new();
        };
        let mut owners = vec![owner.name.clone()];
        if let Some(word) = head.mistyped.as_ref().and_then(Mistyped::owner) {
            owners.extend(self.completed(word.text));
            let joined = head
                .owner
                .map(|first| format!("{}{}", first.text, word.text));
            owners.extend(joined.and_then(|joined| self.completed(&joined)));
        }
        // The type stands in the first column: the blank in front of it was lost.
        let in_first_column = head.mistyped.as_ref().and_then(Mistyped::type_of_owner);
        if let (LastOwner::Read(before), Some(_)) = (&self.scope.owner, in_first_column) {
            owners.push(before.name.clone());
        }
        let lost = owners.into_iter().map(|owner| (owner, record_type));
        lost.collect()
    }

    /// A record whose owner cannot be read.
    pub(super) fn lost_with_owner(&self, head: &Head<'_>, owner: &Token<'_>) -> Option<Lost> {
        let meant = self.completed(&name::without_empty_labels(owner.text))?;
        Some((meant, head.record_type?))
    }

    /// Records of a `$GENERATE` line that cannot be followed: any name below the origin that is
    /// not there may be the owner of one, as of a wildcard's.
    pub(super) fn lost_with_line(&self, text: &Text<'_>, arguments: &[Token<'_>]) -> Option<Lost> {
        let (_range, record) = arguments.split_first()?;
        let head = Head::read(text, record, false, self.zone.format)?;
        let owners = self.scope.origin.prepend_label("*").ok()?;
        Some((owners, head.record_type?))
    }

    /// The name that a text stands for.
    fn completed(&self, text: &str) -> Option<Name> {
        let read = name::read(text, &self.scope.origin);
        read.ok().map(|(name, _)| name)
    }
}
