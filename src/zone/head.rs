//! What stands before a record's data: owner, TTL and class in either order, type
//! (RFC 1035 5.1); on Windows a time stamp in front of the TTL.

use super::fields::{Fault, Fields, shown, span_of};
use super::lexer::Token;
use super::record_type;
use super::text::Text;
use super::ttl::{self, TtlFault};
use super::{Format, aging, rdata};
use crate::dns::{Data, Name, RecordType};
use crate::source::{Span, Spanned};
pub(crate) use mistyped::Mistyped;

mod mistyped;

/// A record's fields, told apart.
#[derive(Debug)]
pub(crate) struct Head<'e> {
    /// The first field.
    pub(crate) first: &'e Token<'e>,
    /// The owner; `None` where it is that of the record before.
    pub(crate) owner: Option<&'e Token<'e>>,
    /// The record's own TTL.
    pub(crate) ttl: Option<Spanned<u32>>,
    /// The time stamp of a dynamic record.
    pub(crate) aging: Option<Spanned<u32>>,
    /// The type as it is written; the last field before the data.
    pub(crate) type_token: &'e Token<'e>,
    /// The type, as far as it can be told.
    pub(crate) record_type: Option<RecordType>,
    /// The data.
    pub(crate) data: &'e [Token<'e>],
    /// What is wrong with these fields.
    pub(crate) fault: Option<Fault>,
    /// The field where the type is expected, and which is none.
    pub(crate) mistyped: Option<Mistyped<'e>>,
}

impl<'e> Head<'e> {
    /// Tells the fields of an entry apart; `None` where there are none.
    pub(crate) fn read(
        text: &Text<'_>,
        tokens: &'e [Token<'e>],
        indented: bool,
        format: Format,
    ) -> Option<Self> {
        let first = tokens.first()?;
        // No owner looks like a time stamp: the blanks in front of it were lost.
        let indented = indented || aging::read(first.text).is_some();
        let owner = (!indented).then_some(first);
        let mut head = Self {
            first,
            owner,
            ttl: None,
            aging: None,
            type_token: first,
            record_type: None,
            data: &[],
            fault: None,
            mistyped: None,
        };
        let mut has_class = false;
        for (index, token) in tokens.iter().enumerate().skip(usize::from(!indented)) {
            head.type_token = token;
            head.data = &tokens[index + 1..];
            // It stands before almost every type, and no type has such a name.
            if let Some(class) = Class::read(token).filter(|_| !has_class) {
                has_class = true;
                if let Class::Other = class {
                    head.set_fault(other_class(text, token));
                }
                continue;
            }
            let of_windows =
                || record_type::of_windows(token.text).filter(|_| format.is_of_windows());
            if let Some(record_type) = record_type::from_name(token.text)
                .or_else(of_windows)
                .filter(|_| !token.quoted)
            {
                head.record_type = Some(record_type);
                return Some(head);
            }
            if let Some(hours) = aging::read(token.text).filter(|_| head.aging.is_none()) {
                head.stamp(text, token, hours.ok(), format);
                continue;
            }
            let is_word = !token.quoted;
            if head.ttl.is_none() && is_word && token.begins_with_digit() {
                match ttl::read(token.text, ttl::MAX) {
                    Ok(seconds) => {
                        head.ttl = Some(Spanned::new(seconds, span_of(text, token)));
                        continue;
                    }
                    // Perhaps just this field is wrong, and the type comes after it.
                    Err(fault) if type_follows(head.data) => {
                        head.set_fault(not_a_ttl(text, token, fault));
                        continue;
                    }
                    Err(_) => {}
                }
            }
            let mistyped = Mistyped {
                token,
                following: head.data,
                owner,
            };
            head.set_fault(mistyped.fault(text));
            head.record_type = mistyped.record_type();
            head.mistyped = Some(mistyped);
            return Some(head);
        }
        head.set_fault(
            Fault::new(span_of(text, head.type_token), "the record type is missing")
                .help("a record is: owner, TTL (optional), `IN` (optional), type, data; remarks need `;` in front")
                .incomplete(),
        );
        Some(head)
    }

    /// Reads the data, none where the type's data is not kept; and the record's place, from its
    /// first field to its last.
    pub(crate) fn data(
        &self,
        text: &Text<'_>,
        record_type: RecordType,
        origin: &Name,
    ) -> Result<(Option<Data>, Span), Fault> {
        let mut fields = Fields::new(text, self.data, self.type_token, origin);
        let data = rdata::read(record_type, &mut fields)?;
        let last = self.data.last().unwrap_or(self.type_token);
        Ok((data, span_of(text, self.first).to(whole(text, last))))
    }

    /// Keeps a time stamp, or says why it cannot be one.
    fn stamp(&mut self, text: &Text<'_>, token: &Token<'_>, hours: Option<u32>, format: Format) {
        let span = span_of(text, token);
        if !format.is_of_windows() {
            let message = format!("`{}` is a time stamp of Windows exports", shown(token.text));
            let fault = Fault::new(span, message);
            self.set_fault(fault.help("remove it: only Windows servers read such a field"));
        }
        let Some(hours) = hours else {
            let message = format!("`{}` is not a time stamp", shown(token.text));
            let fault = Fault::new(span, message);
            let help = "a time stamp is `[AGE:` and hours since 1601, then `]`";
            self.set_fault(fault.help(help));
            return;
        };
        self.aging = Some(Spanned::new(hours, span));
    }

    fn set_fault(&mut self, fault: Fault) {
        self.fault.get_or_insert(fault);
    }
}

/// A token with its quotes.
fn whole(text: &Text<'_>, token: &Token<'_>) -> Span {
    if token.quoted {
        text.span(
            token.start.saturating_sub(1),
            (token.end + 1).min(text.as_str().len()),
        )
    } else {
        span_of(text, token)
    }
}

/// Classes (RFC 1035 3.2.4); of them only IN holds what handsets ask for.
enum Class {
    In,
    Other,
}

impl Class {
    fn read(token: &Token<'_>) -> Option<Self> {
        if token.is("IN") {
            return Some(Self::In);
        }
        if token.is("CH") || token.is("HS") || token.is("CS") {
            return Some(Self::Other);
        }
        let prefix = token.text.get(..5)?;
        let number: u16 = token.text.get(5..)?.parse().ok()?;
        (prefix.eq_ignore_ascii_case("CLASS") && !token.quoted).then_some(match number {
            1 => Self::In,
            _ => Self::Other,
        })
    }
}

fn other_class(text: &Text<'_>, token: &Token<'_>) -> Fault {
    let message = format!("class `{}` in a zone of class `IN`", shown(token.text));
    Fault::new(span_of(text, token), message)
        .help("write `IN`, or leave the class out")
        .meant("IN")
}

/// Whether one of the next two fields is a type.
fn type_follows(tokens: &[Token<'_>]) -> bool {
    tokens
        .iter()
        .take(2)
        .any(|token| !token.quoted && record_type::from_name(token.text).is_some())
}

fn not_a_ttl(text: &Text<'_>, token: &Token<'_>, fault: TtlFault) -> Fault {
    let written = shown(token.text);
    let span = span_of(text, token);
    match fault {
        TtlFault::NotATime => Fault::new(span, format!("`{written}` is not a TTL"))
            .help("write seconds, or units as in `1h30m` (w, d, h, m, s)"),
        TtlFault::TooLong => Fault::new(
            span,
            format!(
                "the TTL `{written}` is above {}, the highest there is",
                ttl::MAX
            ),
        ),
    }
}
