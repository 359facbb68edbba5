//! `zone-cell-truncated`: cells of an export that were cut, and records lost with them.

use super::{Facts, Findings, trouble};
use crate::dns::RecordType;
use crate::rule::Severity;
use crate::zone::{Contents, Trouble, TroubleKind, powershell_table};

/// Reports what the readers met; a record that handsets never ask for is only noted.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for trouble in trouble::of_kind(site, TroubleKind::CellTruncated) {
        let mut finding = trouble::finding(site, findings, trouble);
        if !concerns_handsets(trouble, site.text(trouble.span)) {
            finding = finding.severity(Severity::Note);
        }
        findings.push(finding);
    }
}

/// Whether handsets may ask for the record: by its type, or by what is left of its owner.
fn concerns_handsets(trouble: &Trouble, cell: &str) -> bool {
    if trouble.damaged.is_empty() {
        return powershell_table::may_be_looked_up(cell);
    }
    trouble.damaged.iter().any(|(owner, record_type)| {
        Contents::keeps(*record_type)
            && *record_type != RecordType::SOA
            && powershell_table::may_be_looked_up(&owner.to_string())
    })
}
