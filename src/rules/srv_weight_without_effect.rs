//! `srv-weight-without-effect`: weights differ where priorities already decide.

use super::{Facts, Findings};

/// Looks at every SIP SRV set.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for sip in site.whole_sip_sets() {
        let Some((_, first)) = sip.ordered.first() else {
            continue;
        };
        let alone = sip.by_priority().all(|group| group.len() == 1);
        let mut records = sip.ordered.iter();
        let differs = records.find(|(_, srv)| srv.weight.value != first.weight.value);
        let Some((_, srv)) = differs.filter(|_| alone) else {
            continue;
        };
        let finding = findings
            .at(
                srv.weight.span,
                format!(
                    "weight {} beside {} changes nothing: every record has a priority of its own",
                    srv.weight.value, first.weight.value
                ),
            )
            .related(first.weight.span, "the weight of the first record")
            .help("the order is that of the priorities; weights share out calls among records of one priority");
        findings.push(site.of_sets(&[sip], finding));
    }
}
