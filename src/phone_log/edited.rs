//! Numbers of a log from which every `00` was deleted, as the author of CS-14-17 did.

/// Times to live that are in use, in seconds: those of servers' dialogues and guides.
const USUAL: [u32; 20] = [
    100, 200, 300, 400, 500, 600, 900, 1200, 1500, 1800, 2400, 3600, 7200, 10800, 14400, 21600,
    28800, 43200, 86400, 604_800,
];

/// What a time to live was before every `00` was deleted from it: the usual value that becomes
/// `written`, where there is one; else the value as it is written.
pub(super) fn restored(written: u32) -> u32 {
    let text = written.to_string();
    USUAL
        .into_iter()
        .find(|usual| usual.to_string().replace("00", "") == text)
        .unwrap_or(written)
}

/// A name as it was before copying from the bulletin's PDF, which loses the dot in the middle
/// of `_sip._udp`.
pub(super) fn name(written: &str) -> String {
    for (lost, whole) in [
        ("_sip_udp.", "_sip._udp."),
        ("_sip_tcp.", "_sip._tcp."),
        ("_sips_tcp.", "_sips._tcp."),
    ] {
        if let Some(rest) = written.strip_prefix(lost) {
            return format!("{whole}{rest}");
        }
    }
    written.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_values_are_restored_and_others_left_alone() {
        // 36 and 3420 are the two values in the bulletin's logs.
        assert_eq!(restored(36), 3600);
        assert_eq!(restored(3420), 3420);
        assert_eq!(restored(864), 86400);
        assert_eq!(restored(3), 300);
        assert_eq!(restored(60), 60);
    }

    #[test]
    fn no_two_usual_values_become_the_same() {
        let mut left: Vec<_> = USUAL
            .map(|usual| usual.to_string().replace("00", ""))
            .into();
        left.sort();
        left.dedup();
        assert_eq!(left.len(), USUAL.len());
    }
}
