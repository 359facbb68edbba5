//! Time stamps of dynamic records: `[AGE:n]` in Windows exports, `[Aging:n]` in what `dnscmd`
//! prints; n counts hours from 1601-01-01 00:00 UTC. A record without one is static.

/// The hours in a field that is a time stamp by its form; `Err` where they are no number
/// that a server writes.
pub(crate) fn read(field: &str) -> Option<Result<u32, ()>> {
    let inside = field.strip_prefix('[')?.strip_suffix(']')?;
    let (word, hours) = inside.split_once(':')?;
    let is_stamp = word.eq_ignore_ascii_case("AGE") || word.eq_ignore_ascii_case("Aging");
    // Servers keep the hours in 32 bits (MS-DNSP 2.2.2.2.5, dwTimeStamp).
    is_stamp.then(|| hours.parse().map_err(drop))
}

/// Days from 0000-03-01 to 1601-01-01: years that begin in March have the leap day at their
/// end.
const DAYS_BEFORE: u64 = 584_694;
const DAYS_OF_400_YEARS: u64 = 146_097;
const DAYS_OF_5_MONTHS: u64 = 153;

/// The moment that a time stamp means, as `2019-03-15 02:00 UTC`.
pub fn moment(hours: u64) -> String {
    let (days, hour) = (hours / 24 + DAYS_BEFORE, hours % 24);
    let (era, day) = (days / DAYS_OF_400_YEARS, days % DAYS_OF_400_YEARS);
    let year = (day - day / 1460 + day / 36_524 - day / (DAYS_OF_400_YEARS - 1)) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    // From March on the lengths of months repeat every five months.
    let month = (5 * day + 2) / DAYS_OF_5_MONTHS;
    let day = day - (DAYS_OF_5_MONTHS * month + 2) / 5 + 1;
    let (month, next_year) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    let year = era * 400 + year + next_year;
    format!("{year}-{month:02}-{day:02} {hour:02}:00 UTC")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_from_both_forms() {
        for (field, expected) in [
            ("[AGE:3634093]", Some(Ok(3_634_093))),
            ("[Aging:3665858]", Some(Ok(3_665_858))),
            ("[age:0]", Some(Ok(0))),
            ("[AGE:x]", Some(Err(()))),
            ("[AGE:99999999999999999999]", Some(Err(()))),
            ("[TTL:1]", None),
            ("AGE:1", None),
            ("[AGE]", None),
        ] {
            assert_eq!(read(field), expected, "{field}");
        }
    }

    #[test]
    fn hours_become_a_date() {
        for (hours, expected) in [
            (0, "1601-01-01 00:00 UTC"),
            (3_614_830, "2013-05-18 22:00 UTC"),
            (3_665_858, "2019-03-15 02:00 UTC"),
            // The leap day of a year divisible by 400, and the day before it began.
            (3_498_960, "2000-02-29 00:00 UTC"),
            (3_234_576, "1970-01-01 00:00 UTC"),
            (3_234_575, "1969-12-31 23:00 UTC"),
        ] {
            assert_eq!(moment(hours), expected, "{hours}");
        }
    }
}
