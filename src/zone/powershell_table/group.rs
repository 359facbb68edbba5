//! Blocks of rows that `Format-Table -GroupBy` makes of a table.

use crate::dns::Name;
use crate::zone::export::zone_name;

/// The line that `Format-Table -GroupBy` writes above each block of rows, such as
/// `   RecordType: A`.
pub(super) struct Group {
    /// The zone that the rows are of, where the line names it.
    pub(super) zone: Option<Name>,
}

impl Group {
    pub(super) fn read(line: &str) -> Option<Self> {
        let (name, value) = line.strip_prefix("   ")?.split_once(": ")?;
        let is_property = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic());
        let names_zone = name.eq_ignore_ascii_case("ZoneName");
        is_property.then(|| Self {
            zone: names_zone.then(|| zone_name(value.trim())).flatten(),
        })
    }
}
