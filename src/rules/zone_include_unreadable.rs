//! `zone-include-unreadable`: an `$INCLUDE` that cannot be followed.

use super::{Facts, Findings, trouble};
use crate::site::Kind;
use crate::spelling::nearest;
use crate::zone::TroubleKind;

/// Reports what the zone readers met; a part of a zone that nothing includes may be what was meant.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let inputs = site.inputs.iter();
    let loose = inputs.filter(|input| input.kind == Kind::LooseFragment);
    let loose: Vec<_> = loose
        .map(|input| site.sources.get(input.source).name.as_str())
        .map(|path| (file(path), path))
        .collect();
    for trouble in trouble::of_kind(site, TroubleKind::Include) {
        let mut finding = trouble::finding(site, findings, trouble);
        let written = file(site.text(trouble.span).trim_matches('"'));
        let meant = nearest(written, loose.iter().map(|(file, _)| *file));
        if let Some((_, path)) = loose.iter().find(|(file, _)| Some(*file) == meant) {
            finding = finding.help(format!("did you mean `{path}`? Nothing includes it"));
        }
        findings.push(finding);
    }
}

/// The last part of a path.
fn file(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
