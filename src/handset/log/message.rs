//! The wording of the handset's log: every message once, for writing and for reading.
//!
//! The two logs of CS-14-17 are the only place where these texts are known from.

use std::fmt;

use crate::dns::RecordType;
use crate::handset::Protocol;

/// A piece of a message.
enum Part {
    /// Text that is always the same.
    Text(&'static str),
    /// A value.
    Field,
}

/// Declares the messages: an enum with a variant each, how it is written, how it is read.
/// Fields stand in the order in which the text holds them.
macro_rules! messages {
    ($(
        $(#[$doc:meta])*
        $name:ident { $( $field:ident: $kind:ty = $about:literal ),* } = $module:literal $class:literal [$( $part:tt )+];
    )+) => {
        /// One message of the handset's log, without the columns before it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Message<'a> {
            $( $(#[$doc])* $name { $( #[doc = $about] $field: $kind ),* } ),+
        }

        impl<'a> Message<'a> {
            /// The module that writes it.
            pub const fn module(&self) -> &'static str {
                match self { $( Self::$name { .. } => $module ),+ }
            }

            /// Its event class, `0` to `6`, or `*` for what is always written.
            pub const fn class(&self) -> char {
                match self { $( Self::$name { .. } => $class ),+ }
            }

            /// Reads the text of a line; `None` for a text that is none of these messages.
            #[allow(
                unused_mut,
                unused_variables,
                reason = "a message without fields reads none"
            )]
            pub fn read(text: &'a str) -> Option<Self> {
                $( {
                    fn one(text: &str) -> Option<Message<'_>> {
                        const PARTS: &[Part] = &[$( messages!(@part $part) ),+];
                        let mut fields = split(PARTS, text)?.into_iter();
                        Some(Message::$name { $( $field: Field::read(fields.next()?)? ),* })
                    }
                    if let Some(message) = one(text) {
                        return Some(message);
                    }
                } )+
                None
            }

            /// A text that is none of these messages may be the beginning of one.
            pub fn is_begun(text: &str) -> bool {
                $( {
                    const PARTS: &[Part] = &[$( messages!(@part $part) ),+];
                    if begins(PARTS, text) {
                        return true;
                    }
                } )+
                false
            }
        }

        impl fmt::Display for Message<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $( Self::$name { $( $field ),* } => {
                        $( messages!(@write f $part)?; )+
                        Ok(())
                    } )+
                }
            }
        }
    };
    (@part $text:literal) => { Part::Text($text) };
    (@part $field:ident) => { Part::Field };
    (@write $f:ident $text:literal) => { $f.write_str($text) };
    (@write $f:ident $field:ident) => { write!($f, "{}", $field) };
}

messages! {
    /// The registration of a line begins.
    Register { user: &'a str = "The line's user.", display: &'a str = "Its display name.",
               auth: &'a str = "Its user for authentication.", line: u32 = "The line, from 0." }
        = "sip" '*' ["Sip Register Usr:" user " Dsp:" display " Auth:'" auth "' Inx:" line];
    /// The resolver is entered.
    Attempt { record_type: RecordType = "What is looked up.", host: &'a str = "Of which name." }
        = "dns" '1' ["doDnsLookupForList for record " record_type ": hostname '" host "' attempting.."];
    /// The "name" is an address: nothing is asked.
    PassedIn { address: &'a str = "The address." }
        = "dns" '1' ["doDnsLookupForList(A): returning passed in ipAddress '" address "'"];
    /// Neither the static nor the dynamic cache has it.
    Miss { name: &'a str = "The name, or the name without the handset's own domain.",
           record_type: RecordType = "The type." }
        = "dns" '2' ["Miss in All DNS cache for " name "(" record_type ")"];
    /// Answered from the cache.
    Hit { name: &'a str = "The name.", record_type: RecordType = "The type.",
          seconds: u32 = "How long it is kept from now on." }
        = "dns" '2' ["Hit in Dynamic DNS cache for " name "(" record_type ") expires in " seconds " seconds"];
    /// Answered from the static records of the configuration. Modelled on the line above: no
    /// log with a static record is known.
    StaticHit { name: &'a str = "The name.", record_type: RecordType = "The type." }
        = "dns" '2' ["Hit in Static DNS cache for " name "(" record_type ")"];
    /// A miss that is held in the cache is used.
    Found { name: &'a str = "The name.", record_type: RecordType = "The type." }
        = "dns" '2' ["Found DNS cache entry for " name "(" record_type ")"];
    /// The DNS server has answered.
    Answer { record_type: RecordType = "The type.", name: &'a str = "The name.",
             addresses: &'a str = "The addresses; for other types nothing but the commas between the records.",
             ttl: u32 = "Time to live, in seconds." }
        = "dns" '3' ["DNS lookup for (" record_type ") '" name "'(" addresses ") TTL=" ttl];
    /// The answer holds nothing, or there is none.
    NoAnswer { record_type: RecordType = "The type.", name: &'a str = "The name." }
        = "dns" '3' ["DNS lookup for (" record_type ") '" name "' Server has no Answer"];
    /// The resolver's reason.
    NoMatch { record_type: RecordType = "The type.", name: &'a str = "The name.",
              code: u32 = "The resolver's error code." }
        = "dns" '3' ["DNS lookup for (" record_type ") '" name "' found no match (err code: " code ")"];
    /// The lookup yields nothing.
    Empty { record_type: RecordType = "The type.", name: &'a str = "The name." }
        = "dns" '2' ["doDnsLookupForList for record " record_type ": no match found for '" name "'"];
    /// The miss is kept.
    AddedNegative { name: &'a str = "The name.", record_type: RecordType = "The type.",
                    seconds: u32 = "How long." }
        = "dns" '2' ["Added Negative DNS cache entry for " name "(" record_type ") expires in " seconds " seconds"];
    /// The answer is kept.
    AddedPositive { name: &'a str = "The name.", record_type: RecordType = "The type.",
                    seconds: u32 = "How long." }
        = "dns" '2' ["Added Dynamic DNS cache entry for " name "(" record_type ") expires in " seconds " seconds"];
    /// An entry stays while another is added.
    Retaining { name: &'a str = "The name.", record_type: RecordType = "The type." }
        = "dns" '2' ["Retaining Dynamic DNS cache for " name "(" record_type ")"];
    /// The records of a NAPTR answer follow.
    CurrentList {} = "dns" '1' ["Current List:"];
    /// NAPTR, order.
    Order { order: u16 = "The order." } = "dns" '1' ["order '" order "'"];
    /// NAPTR, preference.
    Preference { preference: u16 = "The preference." } = "dns" '1' ["preference '" preference "'"];
    /// NAPTR, flags.
    Flags { flags: &'a str = "The flags." } = "dns" '1' ["flags '" flags "'"];
    /// NAPTR, service.
    Service { service: &'a str = "The service." } = "dns" '1' ["service '" service "'"];
    /// NAPTR, regular expression.
    Regexp { regexp: &'a str = "The substitution." } = "dns" '1' ["regexp '" regexp "'"];
    /// NAPTR, replacement.
    Replacement { replacement: &'a str = "Its first characters." } = "dns" '1' ["replacement '" replacement "'"];
    /// A NAPTR record is complete.
    NaptrAdded {} = "dns" '1' ["naptr: Added to tail"];
    /// An SRV record begins, or is complete: the line stands on either side.
    SrvAdded {} = "dns" '1' ["srv: Added to tail"];
    /// SRV, target and port.
    Target { target: &'a str = "The target.", port: u16 = "The port." }
        = "dns" '1' ["target:port '" target ":" port "'"];
    /// SRV, priority.
    Priority { priority: u16 = "The priority." } = "dns" '1' ["priority '" priority "'"];
    /// SRV, weight.
    Weight { weight: u16 = "The weight." } = "dns" '1' ["weight '" weight "'"];
    /// The address of an SRV target is wanted.
    TargetLookup { host: &'a str = "The target.", port: u16 = "The SRV record's port." }
        = "dns" '1' ["dnsSrv2A calling LookupForList(A) for '" host "' port " port];
    /// The addresses of an SRV set's targets are known.
    TargetsDone { name: &'a str = "The SRV set's owner." }
        = "dns" '1' ["dnsSrv2A for host '" name "' returned OK"];
    /// No SRV record.
    SrvNothing { over: Over = "The transport." }
        = "dns" '1' ["doDnsSrvLookupForARecordList(" over "): SRV lookup returned nothing"];
    /// An address is looked up without SRV records in between.
    AddressLookup { over: Over = "The transport.", port: u16 = "The port; 0 where none is set." }
        = "dns" '1' ["doDnsSrvLookupForARecordList(" over "): Doing DNS A lookup (port " port ")"];
    /// The port stays what it was.
    KeptPort { over: Over = "The transport.", port: u16 = "The port." }
        = "dns" '1' ["doDnsSrvLookupForARecordList(" over "): kept port at " port];
    /// The NAPTR stage has come to nothing.
    NaptrNothing { host: &'a str = "The configured name." }
        = "sip" '4' ["NAPTR query for host '" host "' returned no results"];
    /// The whole lookup has come to nothing.
    NoRecords { over: Over = "The transport.", host: &'a str = "The configured name." }
        = "sip" '4' ["doDnsListLookup(" over "): doDnsSrvLookupForARecordList '" host "' found no records."];
    /// A registration has failed; for want of a server, the handset itself says 480.
    RegistrationFailed { user: &'a str = "The line's user.", code: u16 = "SIP response code.",
                         reason: &'a str = "Its phrase." }
        = "sip" '4' ["Registration failed User: " user ", Error Code:" code " " reason];
    /// The handset has booted.
    Ready { uptime: &'a str = "Seconds since it was switched on, with three decimals." }
        = "sip" '*' ["Fast Boot Measurement Point: Ready for Call, uptime: " uptime " sec."];
}

/// A transport as the log writes it: `udp`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Over(
    /// The transport.
    pub Protocol,
);

impl fmt::Display for Over {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Protocol::Udp => "udp",
            Protocol::Tcp => "tcp",
            Protocol::Tls => "tls",
        })
    }
}

/// The value of a field, read from its text.
trait Field<'a>: Sized {
    fn read(text: &'a str) -> Option<Self>;
}

impl<'a> Field<'a> for &'a str {
    fn read(text: &'a str) -> Option<Self> {
        Some(text)
    }
}

impl Field<'_> for u16 {
    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Field<'_> for u32 {
    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Field<'_> for RecordType {
    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Field<'_> for Over {
    fn read(text: &str) -> Option<Self> {
        [Protocol::Udp, Protocol::Tcp, Protocol::Tls]
            .into_iter()
            .map(Self)
            .find(|over| over.to_string().eq_ignore_ascii_case(text))
    }
}

/// The most fields that a message has.
const FIELDS: usize = 4;

/// The texts of the fields; those behind the last one are empty. A field ends where the text
/// behind it begins, the last one as late as it can.
fn split<'a>(parts: &[Part], text: &'a str) -> Option<[&'a str; FIELDS]> {
    let mut fields = [""; FIELDS];
    let mut filled = fields.iter_mut();
    let mut rest = text;
    let mut open = None;
    for (index, part) in parts.iter().enumerate() {
        match (part, open.take()) {
            (Part::Field, _) => open = Some(filled.next()?),
            (Part::Text(fixed), None) => rest = rest.strip_prefix(fixed)?,
            (Part::Text(fixed), Some(field)) => {
                let at = if index + 1 == parts.len() {
                    rest.strip_suffix(fixed)?.len()
                } else {
                    rest.find(fixed)?
                };
                *field = &rest[..at];
                rest = &rest[at + fixed.len()..];
            }
        }
    }
    match open {
        Some(field) => *field = rest,
        None if !rest.is_empty() => return None,
        None => {}
    }
    Some(fields)
}

/// A text ends within a fixed text of a message, or within a field that is a word.
fn begins(parts: &[Part], text: &str) -> bool {
    let is_word = |text: &str| !text.contains(char::is_whitespace);
    let mut rest = text;
    let mut is_open = false;
    for part in parts {
        let Part::Text(fixed) = part else {
            is_open = true;
            continue;
        };
        let found = if is_open {
            rest.find(fixed)
        } else {
            rest.starts_with(fixed).then_some(0)
        };
        let Some(at) = found else {
            let mut ends = rest.char_indices().map(|(at, _)| rest.split_at(at));
            let ends_within = |(field, end): (&str, &str)| {
                fixed.starts_with(end) && (field.is_empty() || (is_open && is_word(field)))
            };
            return rest.is_empty() || (is_open && is_word(rest)) || ends.any(ends_within);
        };
        rest = &rest[at + fixed.len()..];
        is_open = false;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_field_goes_as_far_as_it_can_and_others_as_far_as_they_must() {
        let parts = [
            Part::Text("'"),
            Part::Field,
            Part::Text("' "),
            Part::Field,
            Part::Text("'"),
        ];
        let fields = split(&parts, "'a' b' c'");
        assert_eq!(fields, Some(["a", "b' c", "", ""]));
        assert_eq!(split(&parts, "'a'"), None);
        assert_eq!(split(&parts[..1], "' "), None);
    }

    #[test]
    fn what_is_written_is_read_back() {
        let (name, record_type, host) = ("_sip._udp.a.b", RecordType::SRV, "a.b");
        let over = Over(Protocol::Tls);
        for message in [
            Message::Register {
                user: "1512",
                display: "Ward 3, bed 4",
                auth: "u1512",
                line: 0,
            },
            Message::Attempt { record_type, host },
            Message::Hit {
                name,
                record_type,
                seconds: 3420,
            },
            Message::Answer {
                record_type,
                name,
                addresses: ",",
                ttl: 3600,
            },
            Message::CurrentList {},
            Message::Service { service: "" },
            Message::Target {
                target: "piper.a.b.",
                port: 5060,
            },
            Message::AddressLookup { over, port: 0 },
            Message::NoRecords { over, host },
            Message::RegistrationFailed {
                user: "",
                code: 480,
                reason: "Temporarily not available",
            },
            Message::Ready { uptime: "491.052" },
        ] {
            let text = message.to_string();
            assert_eq!(Message::read(&text), Some(message), "{text}");
        }
    }

    #[test]
    fn a_message_is_known_by_its_beginning() {
        let whole = "DNS lookup for (A) 'pbx1.ex.test.' found no match (err code: 4)";
        for end in 0..whole.len() {
            let text = &whole[..end];
            assert!(Message::is_begun(text), "{text}");
        }
        for text in [
            whole,
            "DNS lookup for (A) 'pbx1.ex.test.' Server is not known",
            "doDnsLookupForList was called",
            "order 'two'",
            "weather",
        ] {
            assert!(!Message::is_begun(text), "{text}");
        }
    }

    #[test]
    fn other_texts_are_no_message() {
        for text in [
            "",
            "Current List: 1",
            "order 'two'",
            "order '2",
            "target:port 'piper:99999'",
            "Miss in All DNS cache for a.b(NOTYPE)",
            "doDnsSrvLookupForARecordList(sctp): SRV lookup returned nothing",
        ] {
            assert_eq!(Message::read(text), None, "{text}");
        }
    }
}
