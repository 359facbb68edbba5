//! Times to live: seconds, or BIND's units as in `1h30m`.

/// The largest TTL (RFC 2181 8).
pub(crate) const MAX: u32 = (1 << 31) - 1;

/// Why a text is no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TtlFault {
    /// Neither digits nor digits with units.
    NotATime,
    /// Above the maximum asked for.
    TooLong,
}

/// Reads a number of seconds up to `max`, or a sum of weeks, days, hours, minutes and
/// seconds such as `1w2d` (any case).
pub(crate) fn read(text: &str, max: u32) -> Result<u32, TtlFault> {
    let mut total: u64 = 0;
    let mut number: Option<u64> = None;
    let mut has_unit = false;
    for byte in text.bytes() {
        if byte.is_ascii_digit() {
            let digit = u64::from(byte - b'0');
            number = Some(number.unwrap_or(0).saturating_mul(10).saturating_add(digit));
            continue;
        }
        let seconds = match byte.to_ascii_lowercase() {
            b'w' => 604_800,
            b'd' => 86_400,
            b'h' => 3600,
            b'm' => 60,
            b's' => 1,
            _ => return Err(TtlFault::NotATime),
        };
        let count = number.take().ok_or(TtlFault::NotATime)?;
        total = total.saturating_add(count.saturating_mul(seconds));
        has_unit = true;
    }
    match number {
        // `1h30`: seconds or minutes? Servers refuse it.
        Some(_) if has_unit => return Err(TtlFault::NotATime),
        Some(seconds) => total = seconds,
        None if !has_unit => return Err(TtlFault::NotATime),
        None => {}
    }
    u32::try_from(total)
        .ok()
        .filter(|seconds| *seconds <= max)
        .ok_or(TtlFault::TooLong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_units() {
        for (text, expected) in [
            ("0", Ok(0)),
            ("3600", Ok(3600)),
            ("1h30m", Ok(5400)),
            ("1W2D3H4M5S", Ok(788_645)),
            ("2147483647", Ok(MAX)),
            ("2147483648", Err(TtlFault::TooLong)),
            ("99999999999999999999999w", Err(TtlFault::TooLong)),
            ("1h30", Err(TtlFault::NotATime)),
            ("h", Err(TtlFault::NotATime)),
            ("", Err(TtlFault::NotATime)),
            ("-1", Err(TtlFault::NotATime)),
            ("1y", Err(TtlFault::NotATime)),
        ] {
            assert_eq!(read(text, MAX), expected, "{text}");
        }
    }
}
