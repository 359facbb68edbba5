//! From YAML whose shape is right to [`Settings`].

use std::collections::HashMap;

use super::{Ignore, Settings};
use crate::dns::Name;
use crate::handset::{Model, Protocol};
use crate::rule::{FailOn, Severity};
use crate::site::{Expectation, ExpectedServer, Mode};
use crate::source::{Fault, Spanned};
use crate::yaml::Node;

/// Takes every value over; what no shape can say is wrong becomes a fault.
pub(super) fn fill(settings: &mut Settings, root: &Node, faults: &mut Vec<Fault>) {
    let list = |key: &str| texts(root.get(key));
    settings.zones = list("zones");
    settings.phones = list("phones");
    settings.live = list("live");
    settings.rules = list("rules");
    settings.baseline = root.get("baseline").map(Node::spanned);
    settings.handset = root.get("handset").and_then(|node| word(node, Model::find));
    settings.fail_on = root
        .get("fail-on")
        .and_then(|node| word(node, FailOn::from_word));
    settings.min_severity = root
        .get("min-severity")
        .and_then(|node| word(node, Severity::from_word));
    settings.require_reason = root
        .get("require-reason")
        .map(|node| Spanned::new(node.text() == "true", node.span));
    let assume = root.get("assume").map_or(&[][..], Node::entries);
    let assume = assume.iter();
    settings.assume = assume
        .map(|(name, value)| (name.clone(), value.spanned()))
        .collect();
    let severity = root.get("severity").map_or(&[][..], Node::entries);
    let severity = severity.iter();
    settings.severity = severity
        .filter_map(|(rule, node)| Some((rule.clone(), word(node, Severity::from_word)?)))
        .collect();
    let ignore = root.get("ignore").map_or(&[][..], Node::list);
    settings.ignore = ignore.iter().map(read_ignore).collect();
    let expect = root.get("expect").map_or(&[][..], Node::list);
    settings.expect = expect
        .iter()
        .map(|node| expectation(node, faults))
        .collect();
    said_twice(&settings.expect, faults);
}

fn texts(node: Option<&Node>) -> Vec<Spanned<String>> {
    let list = node.map_or(&[][..], Node::list);
    list.iter().map(Node::spanned).collect()
}

/// A word as what it stands for.
fn word<T>(node: &Node, read: impl Fn(&str) -> Option<T>) -> Option<Spanned<T>> {
    Some(Spanned::new(read(node.text())?, node.span))
}

fn read_ignore(node: &Node) -> Ignore {
    let reason = node.get("reason").unwrap_or(node);
    Ignore {
        rules: texts(node.get("rules")),
        paths: texts(node.get("paths")),
        reason: reason.spanned(),
        span: node.span,
    }
}

fn expectation(node: &Node, faults: &mut Vec<Fault>) -> Expectation {
    let address = node.get("address").and_then(|node| word(node, absolute));
    let mut servers = Vec::new();
    for one in node.get("servers").map_or(&[][..], Node::list) {
        let address = one.text().parse().ok().map(ExpectedServer::Address);
        let host = || absolute(one.text()).map(ExpectedServer::Host);
        let Some(server) = address.or_else(host) else {
            continue;
        };
        if servers.iter().any(|said: &Spanned<_>| said.value == server) {
            let message = format!("`{}` is named twice", one.text());
            faults.push(Fault::new(one.span, message));
        }
        servers.push(Spanned::new(server, one.span));
    }
    let mode = node
        .get("mode")
        .and_then(|node| word(node, Mode::from_word));
    let transports = node.get("transports").map_or(&[][..], Node::list);
    if servers.is_empty() && mode.is_none() && transports.is_empty() {
        let help = "state `servers`, `mode` or `transports`";
        faults.push(Fault::new(node.span, "nothing is expected here").help(help));
    }
    let transports = transports.iter();
    let single = mode.is_some_and(|mode| mode.value == Mode::Single);
    if let Some(second) = servers.get(1).filter(|_| single) {
        let message = "a second server contradicts `mode: single`";
        let help = "remove it, or write `mode: active-standby`";
        faults.push(Fault::new(second.span, message).help(help));
    }
    Expectation {
        address,
        servers,
        mode,
        transports: transports
            .filter_map(|node| word(node, Protocol::from_word))
            .collect(),
        span: node
            .entries()
            .first()
            .map_or(node.span, |(key, _)| key.span),
    }
}

/// A domain name in lower case.
fn absolute(text: &str) -> Option<Name> {
    Some(Name::from_ascii(text).ok()?.to_lowercase())
}

/// Two expectations for one address would contradict each other.
fn said_twice(expectations: &[Expectation], faults: &mut Vec<Fault>) {
    let mut seen = HashMap::new();
    for expectation in expectations {
        let address = expectation.address.as_ref();
        let span = address.map_or(expectation.span, |address| address.span);
        let address = address.map(|address| &address.value);
        if seen.insert(address, span).is_some() {
            let message = match address {
                Some(address) => format!("`{address}` has an expectation already"),
                None => "there is an expectation without an address already".to_owned(),
            };
            faults.push(Fault::new(span, message).help("join the two"));
        }
    }
}
