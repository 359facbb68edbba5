//! Fields where a record's type is expected and which are none: what is wrong, and what the
//! record may have been.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::dns::{Name, RecordType};
use crate::zone::fields::{Fault, Fields, is_number, shown, span_of};
use crate::zone::lexer::Token;
use crate::zone::text::Text;
use crate::zone::{rdata, record_type};

/// A field that is no record type, and what stands around it.
#[derive(Debug)]
pub(crate) struct Mistyped<'e> {
    pub(super) token: &'e Token<'e>,
    /// What stands behind it.
    pub(super) following: &'e [Token<'e>],
    /// What stands in the first column; none where the line begins with a blank.
    pub(super) owner: Option<&'e Token<'e>>,
}

impl<'e> Mistyped<'e> {
    /// What is wrong, and what was meant.
    pub(super) fn fault(&self, text: &Text<'_>) -> Fault {
        let token = self.token;
        let written = shown(token.text);
        let span = span_of(text, token);
        if record_type::is_not_for_zones(token.text) {
            return Fault::new(
                span,
                format!("`{written}` is a type of questions, not of records"),
            );
        }
        if self.is_alias_of_provider() {
            let message = format!("`{written}` is a record type of some providers' servers only");
            return Fault::new(span, message).help(
                "they answer with the addresses of the name that it leads to; where other \
                 servers are to load the zone, write the addresses in its place",
            );
        }
        let address = self.address();
        if let Some((record_type, address)) = address.filter(|_| self.type_of_owner().is_none()) {
            let name = record_type::name(record_type);
            let is_glued = address.len() < token.text.len();
            let message = if is_glued {
                format!("a blank is missing between `{name}` and `{address}`")
            } else {
                format!("the record type is missing in front of `{address}`")
            };
            let meant = format!("{name} {address}");
            return Fault::new(span, message)
                .help(format!("write `{meant}`"))
                .meant(meant);
        }
        if let Some((name, number)) = self.number() {
            let message = format!("a blank is missing between `{name}` and `{number}`");
            let meant = format!("{name} {number}");
            return Fault::new(span, message)
                .help(format!("write `{meant}`"))
                .meant(meant);
        }
        if is_number(token) {
            let message = format!("`{written}` stands where the record type is expected");
            let fault = Fault::new(span, message);
            return match self.type_of_data() {
                Some(of_data) => {
                    let name = record_type::name(of_data);
                    fault.help(format!("write `{name}` in front of the first number"))
                }
                None => fault.help("at most one TTL stands before the type"),
            };
        }
        let fault = Fault::new(span, format!("`{written}` is not a record type"));
        let fault = if record_type::is_beginning_of_one(token.text) {
            fault.incomplete()
        } else {
            fault
        };
        self.with_help(text, fault)
    }

    fn with_help(&self, text: &Text<'_>, fault: Fault) -> Fault {
        let token = self.token;
        let first = self.owner.map_or("", |owner| owner.text);
        if first.starts_with('#') || first.starts_with("//") {
            return fault.help("a remark begins with `;`: put it in front");
        }
        if token.is("IN") || token.is("CH") {
            return fault.help("the class stands once, before or behind the TTL");
        }
        if let Some(record_type) = self.type_of_owner() {
            return fault.help(format!(
                "`{}` in the first column is read as the owner: put the owner, `@` or a blank in \
                 front",
                record_type::name(record_type)
            ));
        }
        if token.text.starts_with('$') {
            return fault.help("a directive stands in the first column");
        }
        // A type and its data follow, so this was meant for something else.
        if let (None, Some(_)) = (self.owner, self.later()) {
            return fault.help(format!(
                "the line begins with a blank, so it belongs to the owner before: remove the blank \
                 if `{}` is the owner",
                shown(token.text)
            ));
        }
        if let Some((_, before)) = self.following.split_last()
            && let Some(next) = before.iter().find(|token| !token.is("IN"))
            && !next.quoted
            && record_type::from_mnemonic(next.text).is_some()
        {
            return fault.help(format!(
                "only a TTL and `IN` stand between the owner and `{}`",
                next.text
            ));
        }
        match self.meant().filter(|_| !self.following.is_empty()) {
            Some(meant) => {
                let fault = fault.help(format!("did you mean `{meant}`?"));
                if self.is_read_as(text, meant) {
                    fault.meant(meant)
                } else {
                    fault
                }
            }
            None => fault.help(
                "a record is: owner, TTL (optional), `IN` (optional), type, data; remarks need \
                 `;` in front",
            ),
        }
    }

    /// The type of the record, as far as it can be told: one that stands further on, one that
    /// the field or its data look like, or one that stands in the owner's place.
    pub(super) fn record_type(&self) -> Option<RecordType> {
        let later = self.later();
        if self.is_alias_of_provider() {
            return later.or(Some(RecordType::A));
        }
        let by_address = || self.address().map(|(of_address, _)| of_address);
        later
            .or_else(by_address)
            .or_else(|| record_type::from_mnemonic(self.number()?.0))
            .or_else(|| record_type::from_mnemonic(self.meant()?))
            .or_else(|| self.type_of_data())
            .or_else(|| self.type_of_owner())
    }

    /// The field, where it may be the owner or its end: the type stands elsewhere.
    pub(crate) fn owner(&self) -> Option<&'e Token<'e>> {
        let is_elsewhere = self.later().or(self.type_of_owner()).is_some();
        let may_be = !self.token.quoted && !is_number(self.token) && self.address().is_none();
        (is_elsewhere && may_be && !self.is_alias_of_provider()).then_some(self.token)
    }

    /// The type that stands in one of the next fields, a TTL and the class apart.
    fn later(&self) -> Option<RecordType> {
        let may_stand_before = |token: &&Token<'_>| token.is("IN") || token.begins_with_digit();
        let next = self.following.iter();
        let mut next = next.filter(|token| !may_stand_before(token)).take(2);
        next.find_map(|token| record_type::from_mnemonic(token.text).filter(|_| !token.quoted))
    }

    /// The type that stands in the first column.
    pub(crate) fn type_of_owner(&self) -> Option<RecordType> {
        record_type::from_mnemonic(self.owner?.text)
    }

    /// The address that the field is or ends with, and its type.
    fn address(&self) -> Option<(RecordType, &'e str)> {
        let text = self.token.text;
        let glued = ["A", "a"].into_iter().find_map(|name| {
            let rest = text.strip_prefix(name)?;
            (type_of_address(rest)? == RecordType::A).then_some((RecordType::A, rest))
        });
        let whole = || Some((type_of_address(text)?, text));
        glued.or_else(whole).filter(|_| !self.token.quoted)
    }

    /// The type and the first number of its data, without a blank between them.
    fn number(&self) -> Option<(&'e str, &'e str)> {
        let begins = |digit: char| digit.is_ascii_digit();
        let (name, number) = self.token.text.split_at(self.token.text.find(begins)?);
        let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
        let of_numbers = ["SRV", "NAPTR", "MX"];
        let is_type = of_numbers.iter().any(|of| of.eq_ignore_ascii_case(name));
        (is_type && is_number && !self.token.quoted).then_some((name, number))
    }

    /// What follows is data of that type, as far as it matters where names are completed.
    fn is_read_as(&self, text: &Text<'_>, name: &str) -> bool {
        record_type::from_mnemonic(name).is_some_and(|record_type| {
            let root = Name::root();
            let mut fields = Fields::new(text, self.following, self.token, &root);
            rdata::read(record_type, &mut fields).is_ok()
        })
    }

    /// The type that the field is a slip of.
    fn meant(&self) -> Option<&'static str> {
        let near = record_type::nearest(self.token.text);
        let of_address = match self.following {
            [only] => type_of_address(only.text),
            _ => None,
        };
        let is_of_other = near.is_some_and(|near| !near.starts_with('A'));
        match of_address.filter(|_| !is_of_other) {
            Some(RecordType::A) => Some("A"),
            Some(_) => Some("AAAA"),
            None => near,
        }
    }

    /// The type that the field and those behind it are the data of, or those behind it alone.
    /// The first number may have been taken for a TTL.
    fn type_of_data(&self) -> Option<RecordType> {
        let (last, numbers) = self.following.split_last()?;
        if let [_mailbox, times @ ..] = self.following
            && times.len() == 5
            && !self.token.begins_with_digit()
            && times.iter().all(Token::begins_with_digit)
        {
            return Some(RecordType::SOA);
        }
        if self
            .following
            .iter()
            .any(|field| field.text.contains("+D2"))
        {
            return Some(RecordType::NAPTR);
        }
        let is_service = self.owner.is_some_and(|owner| owner.text.starts_with('_'));
        let are_all_there = match numbers.len() {
            1 | 2 => is_number(self.token),
            3 => !is_number(self.token),
            _ => false,
        };
        let is_srv = is_service && are_all_there && numbers.iter().all(is_number);
        (is_srv && !is_number(last)).then_some(RecordType::SRV)
    }

    fn is_alias_of_provider(&self) -> bool {
        let next = self.following.first().map(|next| next.text);
        !self.token.quoted && record_type::is_alias_of_provider(self.token.text, next)
    }
}

/// The type of records with such an address.
fn type_of_address(text: &str) -> Option<RecordType> {
    if text.parse::<Ipv4Addr>().is_ok() {
        return Some(RecordType::A);
    }
    text.parse::<Ipv6Addr>().ok().map(|_| RecordType::AAAA)
}
