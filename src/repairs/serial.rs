//! The serial number of a zone whose file was changed: secondaries fetch it only where the
//! number has risen (RFC 1035 3.3.13).

/// Revisions of one day in a serial number that is a date, `YYYYMMDDnn` (RFC 1912 2.2).
const REVISIONS: u32 = 100;

/// The serial number that follows. One that is a date becomes that of `today` (`YYYYMMDD`)
/// where that is later; any other rises by one, in the circle of 32 bits (RFC 1982), past
/// 0, which some servers do not take for a number.
pub(super) fn next(serial: u32, today: u32) -> u32 {
    let first_of_today = today.saturating_mul(REVISIONS);
    if is_date(serial / REVISIONS) && first_of_today > serial {
        return first_of_today;
    }
    match serial.wrapping_add(1) {
        0 => 1,
        next => next,
    }
}

/// `YYYYMMDD`, since there is DNS.
fn is_date(number: u32) -> bool {
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
    (1983..=2199).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zone::follows;

    #[test]
    fn serial_numbers_rise() {
        const TODAY: u32 = 20_261_122;
        for (serial, expected) in [
            (1, 2),
            (0, 1),
            (41, 42),
            (2_026_112_100, 2_026_112_200),
            (2_026_112_200, 2_026_112_201),
            (2_026_112_299, 2_026_112_300),
            (2_019_010_101, 2_026_112_200),
            // Ahead of its time, as after a clock that went wrong.
            (2_027_010_100, 2_027_010_101),
            // Seconds since 1970 are no date.
            (1_763_800_000, 1_763_800_001),
            (2_026_132_100, 2_026_132_101),
            (u32::MAX, 1),
            (u32::MAX - 1, u32::MAX),
            ((1 << 31) - 1, 1 << 31),
        ] {
            let next = next(serial, TODAY);
            assert_eq!(next, expected, "{serial}");
            assert!(follows(serial, next), "{serial}");
        }
    }
}
