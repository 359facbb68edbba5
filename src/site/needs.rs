//! What a run gives rules to judge by, and what it does not.

use std::sync::Arc;

use super::{Kind, Setup, Site};
use crate::dns::Name;
use crate::rule::Need;
use crate::source::Origin;
use crate::zone::Zone;

impl Site {
    /// What rules with this need would have looked at and why they could not, where the run does
    /// not meet it.
    pub fn unmet(&self, need: Need) -> Option<(&'static str, &'static str)> {
        let live = self.views.iter().any(|view| view.live.is_some());
        let is_transferred =
            |zone: &Arc<Zone>| self.sources.get(zone.source).origin == Origin::Live;
        let reverse = |apex: &Name| {
            let apex = apex.to_lowercase().to_string();
            apex.trim_end_matches('.').ends_with("in-addr.arpa")
        };
        let (met, what, why) = match need {
            Need::Zone => (
                live || !self.zones.is_empty(),
                "DNS records",
                "no zone given; name a zone file, or ask a server with --live NAME",
            ),
            Need::Configuration if self.configurations.is_empty() => (
                self.setups.iter().any(Setup::is_configured),
                "handset configuration",
                "none given; name its file, or give --address NAME",
            ),
            Need::Configuration => (
                self.setups.iter().any(Setup::is_configured),
                "where handsets register",
                "no configuration given sets a server address; give --address NAME",
            ),
            Need::Reverse => (
                live || self.zones.iter().any(|zone| reverse(&zone.apex)),
                "PTR records",
                "no reverse zone given",
            ),
            Need::Live => (
                live,
                "what DNS servers answer",
                if self.zones.iter().any(is_transferred) {
                    "zones were transferred in their place; without --axfr they are asked"
                } else {
                    "not asked; --live NAME asks them"
                },
            ),
            Need::Expectation => (
                !self.expectations.is_empty(),
                "intended order of servers",
                "none stated; `expect:` in the settings states it",
            ),
            Need::Handsets => (
                self.setups
                    .iter()
                    .map(|one| one.handsets.len())
                    .sum::<usize>()
                    > 1,
                "differences between handsets",
                "fewer than two handsets given",
            ),
            Need::Log => (
                self.inputs.iter().any(|input| input.kind == Kind::PhoneLog),
                "handset log",
                "none given",
            ),
        };
        (!met).then_some((what, why))
    }
}
