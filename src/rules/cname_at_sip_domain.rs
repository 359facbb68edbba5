//! `cname-at-sip-domain`: the configured address is an alias.

use super::lookup::{Setting, change, plain};
use super::{Facts, Findings};
use crate::dns::{Data, RecordType};
use crate::finding::Subject;
use crate::rule::Severity;

/// Looks for an alias among the answers for the configured name itself.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (simulation, setup, _) in site.simulated() {
        let Some(name) = setup.name() else {
            continue;
        };
        let own = simulation
            .lookup
            .steps
            .iter()
            .filter(|step| step.question.name == *name);
        let mut aliases = own.filter_map(|step| step.answer.aliases().next());
        let Some(alias) = aliases.find(|alias| alias.record_type() == RecordType::CNAME) else {
            continue;
        };
        let Data::Cname(target) = &alias.data else {
            continue;
        };
        let address = &setup.entry.address.value;
        let finding = findings
            .at(
                target.span,
                format!(
                    "the configured address `{address}` is an alias of `{}`",
                    target.name
                ),
            )
            .label("NAPTR and A are asked for here, SRV is not")
            .related(setup.entry.address.span, "the configured address")
            .help(format!(
                "configure `{0}` in the handset, or give `{address}` records of its own in the \
                 place of the CNAME: the alias does not extend to the names below it, where SRV \
                 records stand, and whether the handset follows it is not documented",
                target.name.to_string().trim_end_matches('.')
            ))
            .fix(change(
                site,
                setup,
                Setting::Address,
                &plain(&target.name),
                "give the handsets the name itself",
            ))
            .handsets(&setup.handsets)
            .about(Subject::Owner(alias.owner.name.to_lowercase()));
        findings.push(finding.severity(setup.severity(Severity::Warning)));
    }
}
