//! Syntax of the record types that no handset asks for: a table of fields.
//!
//! The check is lenient where servers differ: a false alarm about a record that has nothing
//! to do with telephones is worse than a miss. A type without a line here may hold anything.

use super::super::fields::{Fault, Fields, is_number, shown};
use super::super::lexer::Token;
use super::super::record_type;
use crate::dns::RecordType;

mod layout;

use layout::Field::{
    self, Algorithm, Base32, Base64, Date, Groups, Hex, Ipv4, LongText, Mnemonic, Name, Nsap,
    OptionalBase64, Prefixes, Salt, Text, Texts, Time, Type, Types, U8, U16, U32,
};
use layout::{Layout, PREFERENCE_AND_HOST, TABLE};

/// Checks the fields of a record whose data is not kept.
pub(super) fn check(of: RecordType, fields: &mut Fields<'_, '_>) -> Result<(), Fault> {
    match of {
        // By far the most of them in a big zone.
        RecordType::TXT => return texts(fields),
        RecordType::MX => return layout(PREFERENCE_AND_HOST, fields),
        RecordType::SVCB | RecordType::HTTPS => return service_binding(fields),
        RecordType::Unknown(A6) => return a6(fields),
        RecordType::Unknown(LOC) => return location(fields),
        RecordType::Unknown(record_type::WINS | record_type::WINS_R) => return wins(fields),
        _ => {}
    }
    let name = record_type::name(of);
    match TABLE.binary_search_by(|(mnemonic, _)| (*mnemonic).cmp(name.as_str())) {
        Ok(index) => layout(TABLE[index].1, fields),
        Err(_) if name.starts_with("TYPE") => generic_only(fields),
        Err(_) => {
            fields.next("data")?;
            fields.rest();
            Ok(())
        }
    }
}

/// Number of type A6 (RFC 2874).
const A6: u16 = 38;
/// Number of type LOC (RFC 1876).
const LOC: u16 = 29;

/// A type without a name has data in the generic form only (RFC 3597 5).
fn generic_only(fields: &mut Fields<'_, '_>) -> Result<(), Fault> {
    let token = fields.next("data")?;
    Err(fields
        .fault(token, format!("`{}` is not generic data", shown(token.text)))
        .help("the data of a type without a name is written `\\# number-of-octets hexadecimal-digits`"))
}

fn layout(layout: Layout, fields: &mut Fields<'_, '_>) -> Result<(), Fault> {
    layout
        .iter()
        .try_for_each(|(what, field)| one(*field, what, fields))
        .and_then(|()| fields.end())
        .map_err(|fault| with_layout(fault, layout))
}

/// Says what the fields are, where nothing better is known.
fn with_layout(fault: Fault, layout: Layout) -> Fault {
    if fault.help.is_some() {
        return fault;
    }
    let names: Vec<_> = layout.iter().map(|(what, _)| *what).collect();
    fault.help(format!("the fields are: {}", names.join(", ")))
}

/// RFC 9460 2.1; the parameters have a syntax of their own, which is not checked.
fn service_binding(fields: &mut Fields<'_, '_>) -> Result<(), Fault> {
    let layout = &[("priority", U16), ("target", Name)];
    for (what, field) in layout {
        one(*field, what, fields).map_err(|fault| with_layout(fault, layout))?;
    }
    fields.rest();
    Ok(())
}

fn one(field: Field, what: &str, fields: &mut Fields<'_, '_>) -> Result<(), Fault> {
    match field {
        U8 => fields.number(what, u32::from(u8::MAX)).map(drop),
        U16 => fields.number(what, u32::from(u16::MAX)).map(drop),
        U32 => fields.number(what, u32::MAX).map(drop),
        Time => fields.seconds(what).map(drop),
        Name => fields.check_name(what),
        Ipv4 => fields.ipv4(what).map(drop),
        Text => {
            let token = fields.next(what)?;
            fields.check_string(token).map(drop)
        }
        LongText => {
            let token = fields.next(what)?;
            fields.check_escapes(token)
        }
        Texts => texts(fields),
        Algorithm => number_or_mnemonic(what, u32::from(u8::MAX), fields),
        Mnemonic => number_or_mnemonic(what, u32::from(u16::MAX), fields),
        Hex => run(
            what,
            fields,
            |digits| digits.iter().all(u8::is_ascii_hexdigit),
            false,
        ),
        Base64 => run(what, fields, is_base64, false),
        OptionalBase64 => run(what, fields, is_base64, true),
        Types => fields
            .rest()
            .iter()
            .try_for_each(|token| is_type(token, fields)),
        Prefixes => fields.rest().iter().try_for_each(|token| {
            of_form(
                is_prefix(token.text),
                token,
                "an address prefix such as `1:10.0.0.0/8`",
                fields,
            )
        }),
        Type => {
            let token = fields.next(what)?;
            is_type(token, fields)
        }
        Date => {
            let token = fields.next(what)?;
            let is_date = is_number(token) && (token.text.len() == 14 || token.text.len() <= 10);
            of_form(is_date, token, "a time such as `20260131120000`", fields)
        }
        Salt => {
            let token = fields.next(what)?;
            let is_hex = token.text.bytes().all(|byte| byte.is_ascii_hexdigit());
            of_form(
                token.text == "-" || is_hex,
                token,
                "hexadecimal or `-`",
                fields,
            )
        }
        Base32 => {
            let token = fields.next(what)?;
            let is_base32 = token
                .text
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'v' | b'A'..=b'V' | b'='));
            of_form(
                is_base32,
                token,
                "base 32 with extended hex alphabet",
                fields,
            )
        }
        Groups(count, width, between) => {
            let token = fields.next(what)?;
            let mut groups = 0;
            let are_hex = token.text.split(between).all(|group| {
                groups += 1;
                // Leading zeros may be missing.
                !group.is_empty()
                    && group.len() <= width
                    && group.bytes().all(|byte| byte.is_ascii_hexdigit())
            });
            let form = format!(
                "{count} groups of {width} hexadecimal digits with `{between}` between them"
            );
            of_form(are_hex && groups == count, token, &form, fields)
        }
        Nsap => {
            let token = fields.next(what)?;
            of_form(
                is_nsap(token.text),
                token,
                "`0x` and an even number of hexadecimal digits",
                fields,
            )
        }
    }
}

fn of_form(
    is_it: bool,
    token: &Token<'_>,
    form: &str,
    fields: &Fields<'_, '_>,
) -> Result<(), Fault> {
    if is_it {
        return Ok(());
    }
    Err(fields.fault(token, format!("`{}` is not {form}", shown(token.text))))
}

fn texts(fields: &mut Fields<'_, '_>) -> Result<(), Fault> {
    let first = fields.next("text")?;
    let mut octets = 0;
    for token in std::iter::once(first).chain(fields.rest()) {
        // Each with its length in front.
        octets += 1 + fields.check_string(token)?;
        if octets > usize::from(u16::MAX) {
            let message = format!(
                "the strings take more than {} octets up to this one",
                u16::MAX
            );
            return Err(fields
                .fault(token, message)
                .help("split them into several records"));
        }
    }
    Ok(())
}

fn number_or_mnemonic(what: &str, max: u32, fields: &mut Fields<'_, '_>) -> Result<(), Fault> {
    let is_word = fields.peek().is_some_and(|token| {
        !is_number(token)
            && !token.text.is_empty()
            && token
                .text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'|'))
            && token.text.bytes().any(|byte| byte.is_ascii_alphabetic())
    });
    if is_word {
        fields.next(what).map(drop)
    } else {
        fields.number(what, max).map(drop)
    }
}

/// Everything up to the end, of which at least one field is needed unless `optional`.
fn run(
    what: &str,
    fields: &mut Fields<'_, '_>,
    is_it: impl Fn(&[u8]) -> bool,
    optional: bool,
) -> Result<(), Fault> {
    if optional && fields.peek().is_none() {
        return Ok(());
    }
    let first = fields.next(what)?;
    let all = std::iter::once(first).chain(fields.rest());
    for token in all {
        of_form(
            is_it(token.text.as_bytes()),
            token,
            &format!("part of a {what}"),
            fields,
        )?;
    }
    Ok(())
}

fn is_base64(digits: &[u8]) -> bool {
    digits
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
}

fn is_nsap(text: &str) -> bool {
    let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) else {
        return false;
    };
    let mut count = 0;
    let are_hex = digits.bytes().filter(|byte| *byte != b'.').all(|byte| {
        count += 1;
        byte.is_ascii_hexdigit()
    });
    are_hex && count > 0 && count % 2 == 0
}

fn is_type(token: &Token<'_>, fields: &Fields<'_, '_>) -> Result<(), Fault> {
    let is_type =
        record_type::from_name(token.text).is_some() || record_type::is_not_for_zones(token.text);
    of_form(is_type, token, "a record type", fields)
}

fn is_prefix(text: &str) -> bool {
    let text = text.strip_prefix('!').unwrap_or(text);
    let Some((family, rest)) = text.split_once(':') else {
        return false;
    };
    let Some((address, prefix)) = rest.rsplit_once('/') else {
        return false;
    };
    let longest: u8 = match family {
        "1" if address.parse::<std::net::Ipv4Addr>().is_ok() => 32,
        "2" if address.parse::<std::net::Ipv6Addr>().is_ok() => 128,
        // Other address families are the registry's business.
        _ => return !matches!(family, "1" | "2") && family.parse::<u16>().is_ok(),
    };
    prefix.parse::<u8>().is_ok_and(|prefix| prefix <= longest)
}

/// A6 (RFC 2874 3.1.1): prefix length, suffix unless that is 128, name unless that is 0.
fn a6(fields: &mut Fields<'_, '_>) -> Result<(), Fault> {
    let length = fields.number("prefix length", 128)?;
    if length.value < 128 {
        fields.ipv6("address suffix")?;
    }
    if length.value > 0 {
        fields.check_name("prefix name")?;
    }
    Ok(())
}

/// WINS and WINS-R as Windows exports write them: scope and timeouts (`LOCAL`, `L1`, `C10`),
/// then addresses of servers or a domain. Only that something is there is checked.
fn wins(fields: &mut Fields<'_, '_>) -> Result<(), Fault> {
    fields.next("WINS server or domain")?;
    fields.rest();
    Ok(())
}

/// LOC (RFC 1876 3): latitude, longitude, altitude, then up to three sizes.
fn location(fields: &mut Fields<'_, '_>) -> Result<(), Fault> {
    fields.set_layout(
        "degrees minutes seconds N or S, degrees minutes seconds E or W, altitude in m",
    );
    for (what, ends) in [("latitude", ["N", "S"]), ("longitude", ["E", "W"])] {
        let first = fields.next(what)?;
        of_form(is_decimal(first.text), first, "a number of degrees", fields)?;
        for _ in 0..3 {
            let token = fields.next(what)?;
            if ends.iter().any(|end| token.is(end)) {
                break;
            }
            of_form(is_decimal(token.text), token, &format!("a {what}"), fields)?;
        }
    }
    fields.next("altitude")?;
    for token in fields.rest() {
        let size = token.text.strip_suffix(['m', 'M']).unwrap_or(token.text);
        of_form(is_decimal(size), token, "a size in metres", fields)?;
    }
    Ok(())
}

fn is_decimal(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '-' | '.'))
        && text.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_for_the_search() {
        assert!(TABLE.is_sorted_by_key(|(mnemonic, _)| mnemonic));
        for (mnemonic, _) in TABLE {
            assert!(record_type::from_mnemonic(mnemonic).is_some(), "{mnemonic}");
        }
    }
}
