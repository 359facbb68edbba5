//! A time of the what-if table, and what it comes from.

use std::fmt;

use crate::dns::Question;
use crate::source::Span;

/// A time or a range of times, each with what it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// Milliseconds, at least.
    pub least: u64,
    /// Milliseconds, at most; `None` where nothing documents an end.
    pub most: Option<u64>,
    /// Every parameter, timer and record it is made of, and what is open about it.
    pub because: Vec<Basis>,
}

impl Figure {
    /// No time at all.
    pub const AT_ONCE: Self = Self {
        least: 0,
        most: Some(0),
        because: Vec::new(),
    };

    /// From `least` to `most` milliseconds.
    pub fn between(least: u64, most: u64, because: Vec<Basis>) -> Self {
        Self {
            least: least.min(most),
            most: Some(most),
            because,
        }
    }

    /// So many milliseconds.
    pub fn exactly(time: u64, because: Vec<Basis>) -> Self {
        Self::between(time, time, because)
    }

    /// One after the other.
    #[must_use]
    pub fn then(mut self, next: &Self) -> Self {
        self.least = self.least.saturating_add(next.least);
        self.most = match (self.most, next.most) {
            (Some(one), Some(two)) => Some(one.saturating_add(two)),
            _ => None,
        };
        for basis in &next.because {
            if !self.because.contains(basis) {
                self.because.push(basis.clone());
            }
        }
        self
    }

    /// The same, or nothing at all: it may not come to it.
    #[must_use]
    pub fn or_at_once(mut self) -> Self {
        self.least = 0;
        self
    }
}

impl fmt::Display for Figure {
    /// `at once`, `32 s`, `3.5 s to 7.5 s`, `up to 59 min`, `not documented`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.least, self.most) {
            (0, Some(0)) => f.write_str("at once"),
            (0, None) => f.write_str("not documented"),
            (least, None) => write!(f, "{} or more", Time(least)),
            (least, Some(most)) if least == most => write!(f, "{}", Time(least)),
            (0, Some(most)) => write!(f, "up to {}", Time(most)),
            (least, Some(most)) => write!(f, "{} to {}", Time(least), Time(most)),
        }
    }
}

/// Milliseconds, for people: `500 ms`, `3.5 s`, `59 min`, `1 h 30 min`.
struct Time(u64);

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.0;
        if all < 1000 {
            return write!(f, "{all} ms");
        }
        let (minutes, rest) = (all / 60_000, all % 60_000);
        if minutes < 2 {
            return match all % 1000 {
                0 => write!(f, "{} s", all / 1000),
                part => write!(
                    f,
                    "{}.{} s",
                    all / 1000,
                    format!("{part:03}").trim_end_matches('0')
                ),
            };
        }
        let (hours, minutes) = (minutes / 60, minutes % 60);
        let mut parts = Vec::new();
        if hours > 0 {
            parts.push(format!("{hours} h"));
        }
        if minutes > 0 {
            parts.push(format!("{minutes} min"));
        }
        if rest >= 1000 {
            parts.push(format!("{} s", rest / 1000));
        }
        f.write_str(&parts.join(" "))
    }
}

/// What a figure comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Basis {
    /// A parameter of the handset.
    Parameter {
        /// Its name, as the configuration has it or would have it.
        name: String,
        /// Its value.
        value: String,
        /// Where it is set; `None` for its default.
        span: Option<Span>,
        /// The guide that describes it.
        source: &'static str,
    },
    /// A timer of SIP.
    Timer {
        /// Its name and value.
        name: &'static str,
        /// The section of RFC 3261.
        source: &'static str,
    },
    /// The time to live of records.
    Ttl {
        /// What was asked for.
        question: Question,
        /// Seconds.
        seconds: u32,
    },
    /// What a guide says.
    Document {
        /// In our words.
        says: &'static str,
        /// Which guide, and where.
        source: &'static str,
    },
    /// What nobody documents.
    Open {
        /// In a few words.
        what: &'static str,
    },
    /// A reading of what nobody documents.
    Assumption {
        /// Its name in `--assume`.
        name: &'static str,
        /// The reading followed.
        value: &'static str,
    },
}

impl fmt::Display for Basis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameter {
                name,
                value,
                span,
                source,
            } => {
                let by_default = if span.is_none() { " by default" } else { "" };
                write!(f, "{name} is {value}{by_default} ({source})")
            }
            Self::Timer { name, source } => write!(f, "{name} ({source})"),
            Self::Ttl { question, seconds } => {
                let Question { name, record_type } = question;
                write!(f, "the answer for {record_type} {name} is kept {seconds} s")
            }
            Self::Document { says, source } => write!(f, "{says} ({source})"),
            Self::Open { what } => write!(f, "not documented: {what}"),
            Self::Assumption { name, value } => write!(f, "assumption {name}={value}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_people_say_them() {
        for (least, most, words) in [
            (0, Some(0), "at once"),
            (500, Some(500), "500 ms"),
            (1000, Some(1000), "1 s"),
            (3500, Some(7500), "3.5 s to 7.5 s"),
            (32_000, Some(32_000), "32 s"),
            (0, Some(3_540_000), "up to 59 min"),
            (90_000, Some(5_400_000), "90 s to 1 h 30 min"),
            (3_600_000, Some(3_600_000), "1 h"),
            (150_000, Some(150_000), "2 min 30 s"),
            (0, None, "not documented"),
        ] {
            let figure = Figure {
                least,
                most,
                because: Vec::new(),
            };
            assert_eq!(figure.to_string(), words);
        }
    }

    #[test]
    fn figures_add_up_and_name_each_reason_once() {
        let timer = || Basis::Timer {
            name: "timer F",
            source: "RFC 3261",
        };
        let one = Figure::exactly(1000, vec![timer()]);
        let sum = one.clone().then(&one.clone().or_at_once());
        assert_eq!((sum.least, sum.most), (1000, Some(2000)));
        assert_eq!(sum.because.len(), 1);
        let open = Figure {
            most: None,
            ..Figure::AT_ONCE
        };
        assert_eq!(one.then(&open).most, None);
    }
}
