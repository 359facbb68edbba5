//! `phone-template-unrendered`: a provisioning template that was not rendered.

use super::{Facts, Findings, setting};
use crate::phone::TroubleKind;

/// Hands on what the reader met.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    setting::report(site, findings, TroubleKind::Template);
}

#[cfg(test)]
mod tests {
    use crate::rules::phone_testing::{of, reported, site};

    const RULE: &str = "phone-template-unrendered";

    #[test]
    fn a_template_is_named_once() {
        let text =
            "<reg reg.1.server.1.address=\"{{ domain }}\" reg.1.server.1.port=\"{{ port }}\"/>";
        assert_eq!(reported(RULE, text), ["error: {{ domain }}"]);
        assert!(of(RULE, &site(&[text]))[0].message.contains("Jinja"));
    }

    #[test]
    fn what_handsets_replace_is_no_template() {
        let text = "<APPLICATION CONFIG_FILES=\"[PHONE_MAC_ADDRESS]-site.cfg\"/>";
        assert!(reported(RULE, text).is_empty());
    }
}
