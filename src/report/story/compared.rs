//! A lookup of a log beside the prediction, in words.

use super::super::Location;
use super::Teller;
use crate::phone_log::Chain;
use crate::site::{Comparison, OTHER_CONFIGURATION, Prediction};

impl Teller<'_> {
    /// Something was given that a lookup can be predicted from.
    pub(super) fn has_prediction(&self) -> bool {
        let views = &self.site.views;
        !self.site.zones.is_empty() || views.iter().any(|view| view.live.is_some())
    }

    /// Whether it went as predicted, and what can explain where it did not.
    pub(super) fn comparison(
        &self,
        chain: &Chain,
        one: &Comparison,
    ) -> Vec<(&'static str, String)> {
        let simulation = &self.site.simulations[one.simulation];
        let view = &self.site.views[simulation.view];
        let by = view
            .name
            .as_ref()
            .map_or_else(String::new, |name| format!(" by `{name}`"));
        let mut lines = match &one.prediction {
            Prediction::Agrees if chain.steps.is_empty() => {
                vec![("predicted", format!("the same end{by}"))]
            }
            Prediction::Agrees => vec![(
                "predicted",
                format!("the same, step by step{by}, as far as the log shows it"),
            )],
            Prediction::Unclear => vec![(
                "predicted",
                format!(
                    "the same{by} in what the log shows whole; it lacks lines of this lookup, so \
                     the rest is unclear"
                ),
            )],
            Prediction::Silent => vec![(
                "predicted",
                "nothing: the data given does not tell where this name leads".to_owned(),
            )],
            Prediction::Differs(difference) => {
                let place = Location::of(&self.site.sources, difference.place);
                let mut lines = vec![
                    (
                        "differs",
                        format!(
                            "from the prediction{by} at question {}: the handset {}",
                            difference.number, difference.handset_did
                        ),
                    ),
                    (
                        "predicted",
                        format!("{} ({place})", difference.was_predicted),
                    ),
                ];
                for reason in &difference.explanations {
                    lines.push(("perhaps", reason.clone()));
                }
                lines
            }
        };
        if let Some(missed) = one.missed {
            let configured = &self.site.setups[missed].entry.address;
            let place = Location::of(&self.site.sources, configured.span);
            lines.push((
                "differs",
                format!(
                    "from the configuration of its user, which has `{}` ({place})",
                    configured.value
                ),
            ));
            lines.push(("perhaps", OTHER_CONFIGURATION.to_owned()));
        } else if let Some(near) = &one.near {
            lines.push((
                "note",
                format!("no configuration given has this address; the nearest is `{near}`"),
            ));
        }
        lines
    }
}
