//! Lines that begin with `$`: `$ORIGIN`, `$TTL`, `$INCLUDE`, `$GENERATE`.

use std::net::IpAddr;

use super::generate::{Misformed, Range, Template};
use super::origin::without_dot;
use super::{Known, Reader, TroubleKind, lex_fault};
use crate::dns::{Name, WrittenName};
use crate::spelling;
use crate::zone::Format;
use crate::zone::fields::{Fault, Fields, read_name, shown, span_in, span_of};
use crate::zone::head::Head;
use crate::zone::lexer::{Entry, Lexer, Token};
use crate::zone::record_type;
use crate::zone::text::Text;
use crate::zone::ttl;

const DIRECTIVES: &[&str] = &["$ORIGIN", "$TTL", "$INCLUDE", "$GENERATE"];

/// Whether an entry is a directive: it begins with `$`, or a blank and a known one. One that only
/// lacks its `$` has two fields, and no record has so few.
pub(super) fn is_one(entry: &Entry<'_>) -> bool {
    let is_known = |first: &Token<'_>| DIRECTIVES.iter().any(|known| first.is(known));
    match &entry.tokens[..] {
        [first, ..] if first.quoted => false,
        [first, ..] if first.text.starts_with('$') => !entry.indented || is_known(first),
        [_, argument] if entry.indented || record_type::from_name(argument.text).is_some() => false,
        [first, argument] if first.is("TTL") => {
            argument.begins_with_digit() && !argument.text.contains(['.', ':'])
        }
        // A record that lacks its type is no origin.
        [first, argument] if first.is("ORIGIN") => {
            argument.text.parse::<IpAddr>().is_err() && !argument.is("IN")
        }
        _ => false,
    }
}

impl Reader<'_> {
    /// Follows a directive.
    pub(super) fn directive(&mut self, text: &Text<'_>, entry: &Entry<'_>) {
        let Some((directive, arguments)) = entry.tokens.split_first() else {
            return;
        };
        let mut troubles = Vec::new();
        if let Some(fault) = lex_fault(text, entry) {
            troubles.push(fault);
        } else if entry.indented {
            let fault = Fault::new(
                span_of(text, directive),
                format!("`{}` does not stand in the first column", directive.text),
            );
            troubles.push(fault.help("remove the blanks in front of it"));
        }
        if !directive.text.starts_with('$') {
            let message = format!("`{}` lacks the `$` of a directive", directive.text);
            let meant = format!("${}", directive.text);
            let fault = Fault::new(span_of(text, directive), message);
            troubles.push(fault.help(format!("write `{meant}`")).meant(meant));
        }
        let is = |known: &str| {
            let word = known.strip_prefix('$');
            directive.is(known) || word.is_some_and(|word| directive.is(word))
        };
        let mut lost = None;
        // What can be followed is followed, so that the records after it mean what they should.
        let followed = if is("$ORIGIN") {
            self.change_origin(text, directive, arguments)
        } else if is("$TTL") {
            self.change_ttl(text, directive, arguments)
        } else if is("$INCLUDE") {
            self.include(text, directive, arguments)
        } else if is("$GENERATE") {
            let generated = self.generate(text, directive, arguments);
            if generated.is_err() {
                lost = self.lost_with_line(text, arguments);
            }
            generated
        } else {
            Err(unknown(text, directive, self.zone.format))
        };
        self.lost_ttl |= followed.is_err() && is_of_ttl(directive);
        troubles.extend(followed.err());
        if entry.cut && self.zone.format == Format::MasterFile {
            let message = format!(
                "`{}` is the last line and has no line end",
                shown(directive.text)
            );
            let fault = Fault::new(span_of(text, directive), message);
            troubles.push(fault.help("put a line end behind it: BIND refuses the zone"));
        }
        // One finding a line.
        if let Some(fault) = troubles.into_iter().next() {
            self.report(text, entry, fault, lost);
        }
    }

    fn change_origin(
        &mut self,
        text: &Text<'_>,
        directive: &Token<'_>,
        arguments: &[Token<'_>],
    ) -> Result<(), Fault> {
        let mut fields = arguments_of(text, directive, arguments, &self.scope.origin);
        fields.set_layout("the name that is appended to names without a final dot");
        let written = fields.name("origin")?;
        let result = fields.end();
        let (origin, doubled) = self.meant_origin(text, &written, &arguments[0])?;
        self.named_origin.get_or_insert_with(|| origin.clone());
        self.scope.origin = origin;
        self.scope.known = Known::Surely;
        doubled.map_or(result, Err)
    }

    /// The origin that is meant by a name without a final dot, and what is wrong with it.
    fn meant_origin(
        &self,
        text: &Text<'_>,
        written: &WrittenName,
        token: &Token<'_>,
    ) -> Result<(Name, Option<Fault>), Fault> {
        if !written.relative || token.is("@") {
            return Ok((written.name.clone(), None));
        }
        let as_absolute = read_name(text, token, &Name::root())?.name;
        if as_absolute == self.scope.origin {
            let fault = without_dot(text, token, &as_absolute).help("end the origin with a dot");
            return Ok((as_absolute, Some(fault)));
        }
        // What the file's name suggests is no origin that a server would append.
        if self.scope.known == Known::Surely || self.scope.origin.zone_of(&as_absolute) {
            return Ok((written.name.clone(), None));
        }
        Ok((as_absolute, None))
    }

    fn change_ttl(
        &mut self,
        text: &Text<'_>,
        directive: &Token<'_>,
        arguments: &[Token<'_>],
    ) -> Result<(), Fault> {
        let mut fields = arguments_of(text, directive, arguments, &self.scope.origin);
        fields.set_layout("seconds, or units as in `1h30m`");
        let ttl = fields.seconds("TTL")?;
        if ttl.value > ttl::MAX {
            let message = format!("the TTL is above {}, the highest there is", ttl::MAX);
            return Err(Fault::new(ttl.span, message));
        }
        // `1 h` is not a second.
        fields.end()?;
        self.default_ttl = Some(ttl);
        Ok(())
    }

    fn include(
        &mut self,
        text: &Text<'_>,
        directive: &Token<'_>,
        arguments: &[Token<'_>],
    ) -> Result<(), Fault> {
        let mut fields = arguments_of(text, directive, arguments, &self.scope.origin);
        fields.set_layout("file, then an origin (optional)");
        let file = fields.next("file")?;
        let (origin, doubled) = match fields.peek() {
            Some(token) => {
                let token = *token;
                let written = fields.name("origin")?;
                let (origin, doubled) = self.meant_origin(text, &written, &token)?;
                (Some(origin), doubled)
            }
            None => (None, None),
        };
        let result = fields.end();
        match self.includes.open(self.sources, text.source(), file.text) {
            Ok(id) => {
                if !self.zone.included.contains(&id) {
                    self.zone.included.push(id);
                }
                let outer = self.scope.clone();
                if let Some(origin) = origin {
                    self.scope.origin = origin;
                }
                self.source(id);
                self.scope = outer;
                self.includes.close();
            }
            Err(refusal) => {
                self.zone.is_excerpt |= !refusal.is_known;
                let mut fault = Fault::new(span_of(text, file), refusal.message);
                fault.help = refusal.help;
                let kind = if refusal.is_limit {
                    TroubleKind::Limit
                } else {
                    TroubleKind::Include
                };
                self.push(kind, fault, None);
                // One finding a line.
                return Ok(());
            }
        }
        doubled.map_or(result, Err)
    }

    fn generate(
        &mut self,
        text: &Text<'_>,
        directive: &Token<'_>,
        arguments: &[Token<'_>],
    ) -> Result<(), Fault> {
        let missing = |token: &Token<'_>, what: &str| {
            Fault::new(span_of(text, token), format!("the {what} is missing"))
                .help("behind `$GENERATE` stand: start-stop, owner, TTL (optional), type, data")
                .incomplete()
        };
        let (range_token, record) = arguments
            .split_first()
            .ok_or_else(|| missing(directive, "range"))?;
        let range = Range::read(range_token.text)
            .map_err(|message| Fault::new(span_of(text, range_token), message))?;
        let mut first = arguments.iter().take(2);
        if let Some(quoted) = first.find(|token| token.quoted) {
            let fault = Fault::new(span_of(text, quoted), "this stands in quotes");
            return Err(fault.help("only the data is quoted, where it is more than one field"));
        }
        let head = Head::read(text, record, false, self.zone.format)
            .ok_or_else(|| missing(range_token, "owner"))?;
        if let Some(fault) = head.fault {
            return Err(fault);
        }
        let owner_token = &record[0];
        let owner = template(text, owner_token)?;
        let data: Vec<_> = head
            .data
            .iter()
            .map(|token| template(text, token))
            .collect::<Result<_, _>>()?;
        let count = range.len().min(self.generated_left);
        if range.len() > self.generated_left {
            let message = format!(
                "`$GENERATE` lines make more than the {} records that are still read: the rest is not read",
                self.generated_left
            );
            self.push(
                TroubleKind::Limit,
                Fault::new(span_of(text, range_token), message),
                None,
            );
        }
        self.generated_left -= count;
        let mut first_fault = head.data.get(1).map(|second| {
            let message = "BIND reads one field of data in a `$GENERATE` line";
            Fault::new(span_of(text, second), message).help("put quotes around all of the data")
        });
        for number in range
            .numbers()
            .take(usize::try_from(count).unwrap_or(usize::MAX))
        {
            let made = self.generated_record(text, &head, (owner_token, &owner), &data, number);
            if let Err(fault) = made {
                first_fault.get_or_insert(fault);
            }
        }
        first_fault.map_or(Ok(()), Err)
    }

    /// Makes one record of a `$GENERATE` line.
    fn generated_record(
        &mut self,
        text: &Text<'_>,
        head: &Head<'_>,
        (owner_token, owner): (&Token<'_>, &Template<'_>),
        data: &[Template<'_>],
        number: u32,
    ) -> Result<(), Fault> {
        let owner_text = owner.fill(number);
        let owner = read_name(text, &made(&owner_text, owner_token), &self.scope.origin)?;
        let texts: Vec<_> = data.iter().map(|template| template.fill(number)).collect();
        let mut inner = Entry::default();
        let tokens: Vec<_> = match (head.data, texts.as_slice()) {
            // BIND's form: the quotes hold all fields together.
            ([token], [filled]) if token.quoted => {
                Lexer::new(filled).next(&mut inner);
                inner
                    .tokens
                    .iter()
                    .map(|field| Token {
                        quoted: field.quoted,
                        ..made(field.text, token)
                    })
                    .collect()
            }
            (tokens, texts) => tokens
                .iter()
                .zip(texts)
                .map(|(token, filled)| Token {
                    quoted: token.quoted,
                    ..made(filled, token)
                })
                .collect(),
        };
        let head = Head {
            first: owner_token,
            owner: Some(owner_token),
            ttl: head.ttl,
            aging: None,
            type_token: head.type_token,
            record_type: head.record_type,
            data: &tokens,
            fault: None,
            mistyped: None,
        };
        self.record(text, &head, &owner).map_err(|fault| {
            let help = format!("this is so for the number {number}");
            fault.help(help)
        })
    }
}

/// A field with `filled` in the place of its own text.
fn made<'t>(filled: &'t str, token: &Token<'_>) -> Token<'t> {
    Token {
        text: filled,
        start: token.start,
        end: token.end,
        quoted: false,
        made: true,
    }
}

fn template<'t>(text: &Text<'_>, token: &Token<'t>) -> Result<Template<'t>, Fault> {
    Template::read(token.text)
        .map_err(|(message, part): Misformed| Fault::new(span_in(text, token, part), message))
}

fn arguments_of<'e, 't>(
    text: &'e Text<'t>,
    directive: &'e Token<'e>,
    arguments: &'e [Token<'e>],
    origin: &'e Name,
) -> Fields<'e, 't> {
    Fields::new(text, arguments, directive, origin)
}

/// The directive that is written, or that a misspelt one was meant to be.
fn meant(directive: &Token<'_>) -> Option<&'static str> {
    spelling::nearest_mnemonic(directive.text, DIRECTIVES.iter().copied())
}

/// `$TTL`, or what was meant to be it: `$TLL`, `$TTL3600`.
fn is_of_ttl(directive: &Token<'_>) -> bool {
    let word = directive.text.get(.."$TTL".len());
    word.is_some_and(|word| word.eq_ignore_ascii_case("$TTL")) || meant(directive) == Some("$TTL")
}

fn unknown(text: &Text<'_>, directive: &Token<'_>, format: Format) -> Fault {
    let fault = Fault::new(
        span_of(text, directive),
        format!("`{}` is not a directive", shown(directive.text)),
    );
    match meant(directive) {
        // Event 1520 of the DNS server.
        None if format.is_of_windows() => {
            fault.help("Windows servers pass over this line with a warning: remove it")
        }
        Some(near) => fault.help(format!("did you mean `{near}`?")).meant(near),
        None => fault.help("directives are `$ORIGIN`, `$TTL`, `$INCLUDE` and `$GENERATE`"),
    }
}
