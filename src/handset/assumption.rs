//! What nobody documents about the handset, each with a name, a default and its reasons.
//!
//! The lookups of the 84-Series are documented by one bulletin, two pages of the
//! administration guide and two logs. Where these are silent, the simulation follows a named
//! assumption that can be switched with `--assume name=value` and is printed with the result.

use super::Protocol;

/// One undocumented behaviour and its possible readings.
#[derive(Debug, PartialEq, Eq)]
pub struct Assumption {
    /// The name, in kebab case.
    pub name: &'static str,
    /// What is not known, as a question.
    pub question: &'static str,
    /// The readings; the first is the default.
    pub readings: &'static [Reading],
}

/// One reading of an undocumented behaviour.
#[derive(Debug, PartialEq, Eq)]
pub struct Reading {
    /// Its name in `--assume name=value`.
    pub value: &'static str,
    /// What the handset does under it, and what speaks for it.
    pub meaning: &'static str,
}

/// Declares the assumptions: an enum each, their table, and [`Assumptions`] with a field
/// each. One list, so that no assumption can be forgotten anywhere.
macro_rules! assumptions {
    ($( $field:ident: $kind:ident = $name:literal, $question:literal {
        $( $variant:ident = $value:literal: $meaning:literal ),+ $(,)?
    } )+) => {
        $(
            #[doc = $question]
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
            pub enum $kind {
                $( #[doc = $meaning] $variant ),+
            }

            impl $kind {
                const ALL: &'static [Self] = &[$( Self::$variant ),+];
            }
        )+

        /// Every assumption, in the order in which they are printed.
        pub const ASSUMPTIONS: &[Assumption] = &[$( Assumption {
            name: $name,
            question: $question,
            readings: &[$( Reading { value: $value, meaning: $meaning } ),+],
        } ),+];

        /// A reading for every assumption.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub struct Assumptions {
            $(
                #[doc = $question]
                pub $field: $kind,
            )+
            /// Those that somebody chose a reading of, by their places in the table.
            settled: u32,
        }

        impl Default for Assumptions {
            fn default() -> Self {
                Self { $( $field: $kind::ALL[0], )+ settled: 0 }
            }
        }

        impl Assumptions {
            /// Looks at a reading, by the names of the assumption and of the reading.
            pub fn set(&mut self, name: &str, value: &str) -> Result<(), AssumptionError> {
                match name {
                    $( $name => self.$field = reading(name, value, $kind::ALL)?, )+
                    _ => return Err(AssumptionError::Name { name: name.to_owned() }),
                }
                Ok(())
            }

            /// Every assumption with the reading chosen for it, in the order of the table.
            pub fn chosen(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
                [$( ($name, match self.$field { $( $kind::$variant => $value ),+ }) ),+].into_iter()
            }

            /// The name of the reading chosen for an assumption.
            pub fn get(&self, name: &str) -> Option<&'static str> {
                let mut chosen = self.chosen();
                chosen.find(|(known, _)| *known == name).map(|(_, value)| value)
            }
        }
    };
}

assumptions! {
    naptr_replacement: NaptrReplacement = "naptr-replacement",
    "is the SRV set asked for at the NAPTR's replacement, or at the configured address?" {
        Follow = "follow":
            "the replacement, as RFC 3263 4.1 says and CS-14-17 refers to",
        Address = "address":
            "`_sip._udp.` and the like before the configured address: the bulletin's successful \
             log shows that name beside a replacement that differs, though its NAPTR record has \
             an empty service and may have been discarded",
    }
    unknown_transport: UnknownTransport = "unknown-transport",
    "what becomes of a transport setting that no guide lists?" {
        DnsNaptr = "dnsnaptr":
            "the default, DNSnaptr, takes its place: the guides say so of other parameters \
             that are out of range",
        UdpOnly = "udponly":
            "the handset goes on with UDP and asks no NAPTR",
    }
    weight: WeightOrder = "weight",
    "how are servers of one priority ordered by weight?" {
        Rfc2782 = "rfc2782":
            "drawn at random, in proportion to the weights (RFC 2782)",
        HigherFirst = "higher-first":
            "the higher weight first, every time: the bulletin's wording",
    }
    tls_srv_name: TlsSrvName = "tls-srv-name",
    "which SRV name is asked for transport TLS?" {
        SipsTcp = "sips-tcp": "`_sips._tcp.`, as RFC 3263 4.1 says",
        SipTls = "sip-tls": "`_sip._tls.`, as some other products do",
    }
    tcp_preferred_udp_srv: TcpPreferredUdpSrv = "tcp-preferred-udp-srv",
    "does TCPpreferred ask for `_sip._udp` when there is no `_sip._tcp`?" {
        No = "no": "only `_sip._tcp`, then A: the bulletin names the transport specified",
        Yes = "yes": "`_sip._udp` as well, since UDP is used where TCP fails",
    }
    cname_chasing: CnameChasing = "cname-chasing",
    "does the handset use an answer that an alias led to?" {
        Yes = "yes": "it does, as resolver libraries do",
        No = "no": "it takes records of the name it asked for only",
    }
    naptr_walk: NaptrWalk = "naptr-walk",
    "is the next NAPTR record tried when the first usable one leads to no SRV record?" {
        Stop = "stop": "it is not: A is asked next",
        Next = "next": "it is, in the order of order and preference",
    }
    srv_without_address: SrvWithoutAddress = "srv-without-address",
    "is A asked for the configured address when SRV targets exist and none has an address?" {
        Stop = "stop": "it is not: RFC 3263 4.2 does so only where there is no SRV record",
        AskA = "ask-a": "it is: the log of the handset calls that lookup part of its SRV lookup",
    }
    negative_ttl_source: NegativeTtlSource = "negative-ttl-source",
    "how long is a miss kept?" {
        Soa = "soa": "for the lower of the SOA's TTL and MINIMUM (RFC 2308 5)",
        Minimum = "minimum": "for the SOA's MINIMUM",
    }
    failback_new_requests: FailbackNewRequests = "failback-new-requests",
    "what becomes of `failBack.mode` newRequests, which the 84-Series guide does not list?" {
        AsSet = "as-set":
            "the first server is tried at each new request, as UC Software guides say",
        Registration = "registration":
            "the guide's default takes its place",
    }
}

/// The bit of an assumption.
fn flag(name: &str) -> u32 {
    let place = ASSUMPTIONS.iter().position(|one| one.name == name);
    place.map_or(0, |place| 1 << place)
}

fn reading<T: Copy>(name: &str, value: &str, all: &[T]) -> Result<T, AssumptionError> {
    let assumption = ASSUMPTIONS
        .iter()
        .find(|assumption| assumption.name == name)
        .ok_or_else(|| AssumptionError::Name {
            name: name.to_owned(),
        })?;
    assumption
        .readings
        .iter()
        .position(|reading| reading.value == value)
        .map(|index| all[index])
        .ok_or_else(|| AssumptionError::Value {
            name: assumption.name,
            value: value.to_owned(),
            known: assumption.readings,
        })
}

/// A name or value of `--assume` that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssumptionError {
    /// No assumption has that name.
    #[error("no assumption is called `{name}`; there are {}", names(ASSUMPTIONS.iter().map(|a| a.name)))]
    Name {
        /// What was asked for.
        name: String,
    },
    /// The assumption has no such reading.
    #[error("`{name}` has no reading `{value}`; there are {}", names(known.iter().map(|r| r.value)))]
    Value {
        /// The assumption.
        name: &'static str,
        /// What was asked for.
        value: String,
        /// The readings it has.
        known: &'static [Reading],
    },
}

fn names<'a>(list: impl Iterator<Item = &'a str>) -> String {
    list.map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

impl Assumptions {
    /// The labels before a name under which its SRV records for a protocol stand.
    pub fn srv_prefix(&self, protocol: Protocol) -> &'static str {
        match (protocol, self.tls_srv_name) {
            (Protocol::Udp, _) => "_sip._udp",
            (Protocol::Tcp, _) => "_sip._tcp",
            (Protocol::Tls, TlsSrvName::SipsTcp) => "_sips._tcp",
            (Protocol::Tls, TlsSrvName::SipTls) => "_sip._tls",
        }
    }

    /// Chooses a reading and settles the question by it.
    pub fn settle(&mut self, name: &str, value: &str) -> Result<(), AssumptionError> {
        self.set(name, value)?;
        self.settled |= flag(name);
        Ok(())
    }

    /// Somebody knows better than what is documented, and chose the reading.
    pub fn is_settled(&self, name: &str) -> bool {
        self.settled & flag(name) != 0
    }

    /// These assumptions with one reading exchanged, for every other reading there is.
    pub fn alternatives(
        &self,
    ) -> impl Iterator<Item = (&'static Assumption, &'static Reading, Self)> {
        let chosen = *self;
        ASSUMPTIONS.iter().flat_map(move |assumption| {
            let others = chosen.otherwise(assumption);
            others.map(move |(reading, other)| (assumption, reading, other))
        })
    }

    /// The same of one assumption.
    pub fn otherwise(
        self,
        assumption: &'static Assumption,
    ) -> impl Iterator<Item = (&'static Reading, Self)> {
        assumption.readings.iter().filter_map(move |reading| {
            let mut other = self;
            other.set(assumption.name, reading.value).ok()?;
            (other != self).then_some((reading, other))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reading_can_be_chosen_and_is_named_back() {
        for assumption in ASSUMPTIONS {
            for reading in assumption.readings {
                let mut chosen = Assumptions::default();
                chosen
                    .set(assumption.name, reading.value)
                    .expect("a listed reading");
                assert_eq!(chosen.get(assumption.name), Some(reading.value));
            }
        }
    }

    #[test]
    fn unknown_names_and_values_say_what_there_is() {
        let mut chosen = Assumptions::default();
        let error = chosen.set("wieght", "rfc2782").expect_err("misspelt");
        assert!(error.to_string().contains("`weight`"), "{error}");
        let error = chosen.set("weight", "random").expect_err("no reading");
        assert!(error.to_string().contains("`higher-first`"), "{error}");
        assert_eq!(chosen, Assumptions::default());
    }

    #[test]
    fn alternatives_differ_in_one_reading_each() {
        let chosen = Assumptions::default();
        let alternatives: Vec<_> = chosen.alternatives().collect();
        assert_eq!(alternatives.len(), ASSUMPTIONS.len());
        for (assumption, reading, other) in alternatives {
            assert_eq!(other.get(assumption.name), Some(reading.value));
            assert_ne!(chosen.get(assumption.name), Some(reading.value));
        }
    }
}
