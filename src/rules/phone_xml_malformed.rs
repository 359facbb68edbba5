//! `phone-xml-malformed`: the file is not well-formed XML.

use super::{Facts, Findings, setting};
use crate::phone::TroubleKind;

/// Hands on what the reader met.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    setting::report(site, findings, TroubleKind::Malformed);
}

#[cfg(test)]
mod tests {
    use crate::rules::phone_testing::{of, reported, site};

    const RULE: &str = "phone-xml-malformed";

    #[test]
    fn the_first_fault_is_reported_once() {
        let text = "<a reg.1.server.1.port=0 reg.1.server.1.address=“eslab.local”></b>";
        assert_eq!(reported(RULE, text), ["error: 0"]);
        let text = "<a reg.1.server.1.port=\"0\" reg.1.server.1.port=\"0\"/>";
        assert_eq!(reported(RULE, text), ["error: reg.1.server.1.port"]);
        let found = of(RULE, &site(&[text]));
        assert_eq!(found[0].related.len(), 1);
        assert!(
            found[0]
                .handsets
                .contains(&"00907a0a0001".parse().expect("a MAC"))
        );
    }

    #[test]
    fn well_formed_files_and_templates_are_not_reported() {
        assert!(reported(RULE, "<a reg.1.server.1.port='0'/>\r\n").is_empty());
        assert!(reported(RULE, "<a reg.1.server.1.port={$port}>").is_empty());
    }
}
