//! Dates as Windows tools show them, in the order and with the signs of some language.

/// Days from 1601-01-01 to 1970-01-01.
const EPOCH: i64 = 134_774;

/// Hours from 1601-01-01 to a date such as `4/25/2025 2:00:00 AM`, `25.04.2025 02:00:00` or
/// `2025-04-25 02:00`; `None` where the text has no digits, or nothing but `0`. The time is
/// the server's own, so the hours are right to within half a day, or, where a language writes
/// the month first without saying AM or PM, to within the months.
pub(in crate::zone) fn hours_of_local_date(text: &str) -> Option<u64> {
    let numbers: Vec<u32> = text
        .split(|character: char| !character.is_ascii_digit())
        .filter(|digits| !digits.is_empty())
        .take(6)
        .map(|digits| digits.parse().unwrap_or(u32::MAX))
        .collect();
    let &[first, second, third, ref time @ ..] = numbers.as_slice() else {
        // Of no known form, yet a date: hour 1 says no more than that there is one.
        return numbers.iter().any(|number| *number > 0).then_some(1);
    };
    let half = |name: &str| text.to_ascii_lowercase().ends_with(name);
    let is_twelve_hours = half("am") || half("pm");
    let (year, month, day) = match (first, second, third) {
        (year, month, day) if year > 31 => (year, month, day),
        (month, day, year) if is_twelve_hours || day > 12 => (year, month, day),
        (day, month, year) => (year, month, day),
    };
    let year = if year < 100 { year + 2000 } else { year };
    let hour = time.first().copied().unwrap_or(0);
    let hour = match hour {
        12 if half("am") => 0,
        hour if half("pm") && hour < 12 => hour + 12,
        hour => hour,
    };
    let days = days_since_1970(
        i64::from(year.min(9999)),
        month.clamp(1, 12),
        day.clamp(1, 31),
    );
    let hours = (days + EPOCH).max(0).unsigned_abs() * 24 + u64::from(hour.min(23));
    Some(hours.max(1))
}

/// Hours from 1601-01-01 to a moment given in milliseconds since 1970.
pub(in crate::zone) fn hours_of_unix_milliseconds(milliseconds: i64) -> u64 {
    let hours = milliseconds.div_euclid(3_600_000) + EPOCH * 24;
    hours.max(1).unsigned_abs()
}

/// The Gregorian calendar, with years that begin in March so that the leap day ends one.
fn days_since_1970(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month_from_march = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_several_languages_are_hours_since_1601() {
        // The time stamp 3665858 is 2019-03-15 02:00.
        for text in [
            "3/15/2019 2:00:00 AM",
            "15.03.2019 02:00:00",
            "2019-03-15 02:00",
            "15/03/2019 02:00:00",
            "15.03.19 2:00",
        ] {
            assert_eq!(hours_of_local_date(text), Some(3_665_858), "{text}");
        }
        assert_eq!(
            hours_of_local_date("3/15/2019 12:00:00 PM"),
            Some(3_665_868)
        );
        assert_eq!(hours_of_unix_milliseconds(1_552_615_200_000), 3_665_858);
        assert_eq!(hours_of_unix_milliseconds(i64::MIN), 1);
    }

    #[test]
    fn a_word_or_a_zero_is_no_date() {
        for text in ["static", "statisch", "0", ""] {
            assert_eq!(hours_of_local_date(text), None, "{text}");
        }
        assert_eq!(hours_of_local_date("soon, 5"), Some(1));
        assert!(hours_of_local_date("99999999999/1/1").is_some());
    }
}
