//! Times of a log. Which of three forms they have, `log.render.type` says, and the log does
//! not: two of them are ten digits.

use std::fmt::Write as _;

/// A time as it stands in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stamp(Written);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Written {
    /// `HHMMSS.mmm` since boot, in milliseconds.
    SinceBoot(u64),
    /// Ten digits.
    Digits(u64),
}

/// What the times of a log mean (`log.render.type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Clock {
    /// 0: `HHMMSS.mmm` since boot.
    SinceBoot,
    /// 1: `YYMMDDHHMM`.
    Minutes,
    /// 2: `MMDDHHMMSS`, as handsets are shipped.
    Seconds,
}

const MONTHS: [(&str, u64); 12] = [
    ("Jan", 31),
    ("Feb", 29),
    ("Mar", 31),
    ("Apr", 30),
    ("May", 31),
    ("Jun", 30),
    ("Jul", 31),
    ("Aug", 31),
    ("Sep", 30),
    ("Oct", 31),
    ("Nov", 30),
    ("Dec", 31),
];

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// A point in time of one log, in parts. Without a year, a year has 366 days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Moment {
    year: Option<u64>,
    /// From 0.
    month: usize,
    /// From 1.
    day: u64,
    /// Seconds of the day.
    second: u64,
}

impl Stamp {
    /// Characters of a time, in whatever form.
    pub(super) const LENGTH: usize = 10;

    /// Reads `HHMMSS.mmm` or ten digits.
    pub(super) fn read(text: &str) -> Option<Self> {
        let number = |text: &str| -> Option<u64> {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse().ok())?
        };
        if text.len() != Self::LENGTH {
            return None;
        }
        if let Some((clock, millis)) = text.split_once('.') {
            if clock.len() != 6 {
                return None;
            }
            let (clock, millis) = (number(clock)?, number(millis)?);
            let (hours, minutes, seconds) = (clock / 10_000, clock / 100 % 100, clock % 100);
            let valid = minutes < 60 && seconds < 60;
            let since = hours * HOUR + minutes * MINUTE + seconds;
            return valid.then_some(Self(Written::SinceBoot(since * 1000 + millis)));
        }
        number(text).map(|digits| Self(Written::Digits(digits)))
    }

    /// It counts from the boot.
    pub(super) fn is_since_boot(self) -> bool {
        matches!(self.0, Written::SinceBoot(_))
    }

    /// The point in time; `None` where the digits are none under this clock.
    fn moment(self, clock: Clock) -> Option<Moment> {
        let Written::Digits(digits) = self.0 else {
            return None;
        };
        let pair = |place: u32| digits / 100_u64.pow(place) % 100;
        let (year, month, day, second) = match clock {
            Clock::SinceBoot => return None,
            Clock::Minutes => {
                let (hour, minute) = (pair(1), pair(0));
                let valid = hour < 24 && minute < 60;
                let second = valid.then_some(hour * HOUR + minute * MINUTE)?;
                (Some(2000 + pair(4)), pair(3), pair(2), second)
            }
            Clock::Seconds => {
                let (hour, minute, second) = (pair(2), pair(1), pair(0));
                let valid = hour < 24 && minute < 60 && second < 60;
                let second = valid.then_some(hour * HOUR + minute * MINUTE + second)?;
                (None, pair(4), pair(3), second)
            }
        };
        let month = usize::try_from(month).ok()?.checked_sub(1)?;
        let (_, days) = MONTHS.get(month)?;
        (1..=*days).contains(&day).then_some(Moment {
            year,
            month,
            day,
            second,
        })
    }
}

impl Clock {
    /// The clock of that `log.render.type`.
    pub fn of_render_type(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::SinceBoot),
            1 => Some(Self::Minutes),
            2 => Some(Self::Seconds),
            _ => None,
        }
    }

    /// Its `log.render.type`.
    pub const fn render_type(self) -> u8 {
        match self {
            Self::SinceBoot => 0,
            Self::Minutes => 1,
            Self::Seconds => 2,
        }
    }

    /// The time for people: `28 Oct 17:16:42`, `2002-10-28 17:16`, `01:15:11.006 after boot`;
    /// the digits where they are no time.
    pub fn show(self, stamp: Stamp) -> String {
        self.later(stamp, 0).unwrap_or_else(|| match stamp.0 {
            Written::SinceBoot(number) | Written::Digits(number) => format!("{number:010}"),
        })
    }

    /// The time so many seconds later, for people; `None` for digits that are no time under this
    /// clock.
    pub fn later(self, stamp: Stamp, seconds: u32) -> Option<String> {
        match stamp.0 {
            Written::SinceBoot(millis) => {
                let millis = millis + u64::from(seconds) * 1000;
                let (all, millis) = (millis / 1000, millis % 1000);
                let mut text = clock_time(all / HOUR, all);
                // Writing to a string does not fail.
                let _ = write!(text, ".{millis:03} after boot");
                Some(text)
            }
            Written::Digits(_) => {
                let moment = stamp.moment(self)?;
                Some(moment.later(u64::from(seconds)).show())
            }
        }
    }

    /// Seconds from one time to a later one; `None` where they cannot be told, and where the
    /// second is before the first.
    pub fn between(self, from: Stamp, to: Stamp) -> Option<u64> {
        if let (Written::SinceBoot(from), Written::SinceBoot(to)) = (from.0, to.0) {
            return Some(to.checked_sub(from)? / 1000);
        }
        let (from, to) = (from.moment(self)?, to.moment(self)?);
        to.number().checked_sub(from.number())
    }
}

fn clock_time(hours: u64, second: u64) -> String {
    format!(
        "{hours:02}:{:02}:{:02}",
        second / MINUTE % 60,
        second % MINUTE
    )
}

impl Moment {
    /// Days of its month; without a year, February has 29.
    fn days(self) -> u64 {
        let common = self.year.is_some_and(|year| year % 4 != 0);
        let (_, days) = MONTHS[self.month];
        days - u64::from(self.month == 1 && common)
    }

    fn later(mut self, seconds: u64) -> Self {
        let second = self.second + seconds;
        self.second = second % DAY;
        // At most 2^32 s: 50,000 days.
        for _ in 0..second / DAY {
            self.day += 1;
            if self.day > self.days() {
                self.day = 1;
                self.month = (self.month + 1) % MONTHS.len();
                if self.month == 0 {
                    self.year = self.year.map(|year| year + 1);
                }
            }
        }
        self
    }

    /// Seconds since the beginning of the (first) year.
    fn number(self) -> u64 {
        let years = self.year.map_or(0, |year| (year - 2000) * 366);
        let months = MONTHS[..self.month].iter().map(|(_, days)| days);
        (years + months.sum::<u64>() + self.day) * DAY + self.second
    }

    fn show(self) -> String {
        let time = clock_time(self.second / HOUR, self.second);
        let (month, _) = MONTHS[self.month];
        match self.year {
            // The form has no seconds.
            Some(year) => format!(
                "{year}-{:02}-{:02} {}",
                self.month + 1,
                self.day,
                time.strip_suffix(":00").unwrap_or(&time)
            ),
            None => format!("{} {month} {time}", self.day),
        }
    }
}

/// Finds out, line by line, what the times of a log mean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ClockGuess {
    since_boot: bool,
    minutes: Doubt,
    seconds: Doubt,
}

/// What speaks against one reading of ten digits.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Doubt {
    /// Digits that are no time.
    invalid: u64,
    /// Times before the one above them.
    backward: u64,
    last: u64,
}

impl Doubt {
    fn look(&mut self, moment: Option<Moment>) {
        match moment {
            None => self.invalid += 1,
            Some(moment) => {
                let now = moment.number();
                self.backward += u64::from(now < self.last);
                self.last = now;
            }
        }
    }
}

impl ClockGuess {
    pub(super) fn look(&mut self, stamp: Stamp) {
        if let Written::SinceBoot(_) = stamp.0 {
            self.since_boot = true;
            return;
        }
        self.minutes.look(stamp.moment(Clock::Minutes));
        self.seconds.look(stamp.moment(Clock::Seconds));
    }

    /// Every time of the log is one under that clock.
    pub(super) fn allows(&self, clock: Clock) -> bool {
        match clock {
            Clock::SinceBoot => self.since_boot,
            Clock::Minutes => !self.since_boot && self.minutes.invalid == 0,
            Clock::Seconds => !self.since_boot && self.seconds.invalid == 0,
        }
    }

    /// The reading against which least speaks; where nothing tells them apart, the form in
    /// which handsets are shipped.
    pub(super) fn decide(&self) -> Clock {
        let doubt = |doubt: &Doubt| (doubt.invalid, doubt.backward);
        if self.since_boot {
            Clock::SinceBoot
        } else if doubt(&self.minutes) < doubt(&self.seconds) {
            Clock::Minutes
        } else {
            Clock::Seconds
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(text: &str) -> Stamp {
        Stamp::read(text).expect("a time")
    }

    #[test]
    fn times_are_shown_and_reckoned_with() {
        for (clock, text, seconds, expected) in [
            (
                Clock::SinceBoot,
                "011511.006",
                3600,
                "02:15:11.006 after boot",
            ),
            (Clock::Minutes, "0210281716", 3600, "2002-10-28 18:16"),
            (Clock::Minutes, "2512312330", 3600, "2026-01-01 00:30"),
            (Clock::Minutes, "2502282330", 3600, "2025-03-01 00:30"),
            (Clock::Minutes, "2402282330", 3600, "2024-02-29 00:30"),
            (Clock::Seconds, "1028171642", 3600, "28 Oct 18:16:42"),
            (Clock::Seconds, "1231235959", 1, "1 Jan 00:00:00"),
        ] {
            assert_eq!(clock.later(stamp(text), seconds).as_deref(), Some(expected));
        }
        for clock in [Clock::SinceBoot, Clock::Minutes, Clock::Seconds] {
            assert_eq!(clock.later(stamp("9999999999"), 1), None);
            assert_eq!(clock.show(stamp("9999999999")), "9999999999");
        }
        let between = |clock: Clock, one, two| clock.between(stamp(one), stamp(two));
        assert_eq!(
            between(Clock::Seconds, "1028171642", "1028171742"),
            Some(60)
        );
        assert_eq!(
            between(Clock::Minutes, "0210282359", "0210290000"),
            Some(60)
        );
        assert_eq!(between(Clock::Seconds, "1028171642", "1028171641"), None);
    }

    #[test]
    fn the_clock_is_told_by_what_can_be_a_time_and_by_its_order() {
        let guess = |stamps: &[&str]| {
            let mut guess = ClockGuess::default();
            for text in stamps {
                guess.look(stamp(text));
            }
            guess.decide()
        };
        assert_eq!(guess(&["0210281716"]), Clock::Minutes);
        assert_eq!(guess(&["1028171642"]), Clock::Seconds);
        assert_eq!(guess(&["011511.006"]), Clock::SinceBoot);
        // Either could be both; only in one order does time go on.
        assert_eq!(guess(&["0102030459", "0102030500"]), Clock::Seconds);
        assert_eq!(
            guess(&["1112100959", "1112101000", "1112101001"]),
            Clock::Seconds
        );
        assert_eq!(
            guess(&["1012010258", "1012010301", "1101010105"]),
            Clock::Seconds
        );
    }
}
