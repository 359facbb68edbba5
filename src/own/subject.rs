//! What own rules look at, as values of expressions.

use std::collections::BTreeSet;

use super::Variables;
use crate::dns::{Data, Name, Record, RecordType, RrSet};
use crate::expression::Value;
use crate::handset::Mac;
use crate::site::{Setup, Simulation, Site, View, sip_domain};
use crate::source::{Fault, Span, Spanned};

/// What a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// Each record that handsets can ask for.
    Record,
    /// Each SIP SRV set.
    SrvSet,
    /// Each set-up, in each view.
    SetUp,
    /// Each address that SIP is sent to.
    Server,
}

/// One of them.
pub(super) struct Subject<'s> {
    pub(super) variables: Variables,
    /// What a finding points at.
    pub(super) mark: Span,
    pub(super) handsets: &'s BTreeSet<Mac>,
}

static NO_HANDSETS: BTreeSet<Mac> = BTreeSet::new();

/// Called for each subject; an error ends it.
type Visit<'v> = dyn FnMut(&Subject<'_>) -> Result<(), Fault> + 'v;

impl Over {
    /// Everything that rules look at.
    pub const ALL: [Self; 4] = [Self::Record, Self::SrvSet, Self::SetUp, Self::Server];

    /// The word of `for:`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::SrvSet => "srv-set",
            Self::SetUp => "set-up",
            Self::Server => "server",
        }
    }

    /// The one of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }

    /// The variables that its expressions have.
    pub const fn variables(self) -> &'static [&'static str] {
        match self {
            Self::Record => &["record"],
            Self::SrvSet => &["set", "records"],
            Self::SetUp => &["setup", "servers"],
            Self::Server => &["server"],
        }
    }

    /// Shows every one of a site to `visit`.
    pub(super) fn each(self, site: &Site, visit: &mut Visit<'_>) -> Result<(), Fault> {
        match self {
            Self::Record => records(site, visit),
            Self::SrvSet => srv_sets(site, visit),
            Self::SetUp => set_ups(site, visit),
            Self::Server => servers(site, visit),
        }
    }
}

fn plain(variables: Variables, mark: Span) -> Subject<'static> {
    Subject {
        variables,
        mark,
        handsets: &NO_HANDSETS,
    }
}

fn records(site: &Site, visit: &mut Visit<'_>) -> Result<(), Fault> {
    for zone in &site.zones {
        for set in zone.contents.all_sets() {
            for one in set.records.iter() {
                let record = record(one, Some(&zone.apex));
                visit(&plain(vec![("record", record)], one.mark()))?;
            }
        }
    }
    let live = site.views.iter().filter_map(|view| view.live.as_deref());
    for set in live.flat_map(|live| &live.sets) {
        for one in set.records.iter() {
            visit(&plain(vec![("record", record(one, None))], one.mark()))?;
        }
    }
    Ok(())
}

fn srv_sets(site: &Site, visit: &mut Visit<'_>) -> Result<(), Fault> {
    for view in &site.views {
        for set in view.whole_sets(RecordType::SRV) {
            let Some(domain) = sip_domain(&set.owner).filter(|_| view.serves_srv(set)) else {
                continue;
            };
            let records = Value::list(set.records.iter().map(|one| with_addresses(one, view)));
            let fields = vec![
                ("owner", name(&set.owner)),
                ("domain", name(&domain)),
                ("transport", Value::text(transport(set))),
                ("records", records.clone()),
            ];
            let mark = set.records[0].mark();
            let set = Value::fields(fields).at(mark);
            visit(&plain(vec![("set", set), ("records", records)], mark))?;
        }
    }
    Ok(())
}

/// What a SIP SRV owner is for.
fn transport(set: &RrSet) -> &'static str {
    let mut labels = set.owner.iter();
    let is = |label: Option<&[u8]>, text: &str| {
        label.is_some_and(|label| label.eq_ignore_ascii_case(text.as_bytes()))
    };
    let secure = is(labels.next(), "_sips");
    match (secure, is(labels.next(), "_udp")) {
        (true, _) => "TLS",
        (false, true) => "UDP",
        (false, false) => "TCP",
    }
}

fn set_ups(site: &Site, visit: &mut Visit<'_>) -> Result<(), Fault> {
    for (simulation, setup, view) in site.simulated() {
        let (setup_value, servers) = set_up(simulation, setup, view);
        visit(&Subject {
            variables: vec![("setup", setup_value), ("servers", servers)],
            mark: setup.entry.address.span,
            handsets: &setup.handsets,
        })?;
    }
    Ok(())
}

fn set_up(simulation: &Simulation, setup: &Setup, view: &View) -> (Value, Value) {
    let servers = simulation.lookup.servers().iter().map(|server| {
        let address = Value::text(&server.address.to_string());
        let address = match server.address_span {
            Some(span) => address.at(span),
            None => address,
        };
        let fields = vec![
            ("order", Value::number(server.order)),
            (
                "host",
                Value::text(&server.host.to_lowercase()).at(server.host_span),
            ),
            ("address", address),
            ("port", Value::number(server.port)),
            ("transport", Value::text(server.protocol.as_str())),
        ];
        Value::fields(fields).at(server.host_span)
    });
    let servers = Value::list(servers);
    let entry = &setup.entry;
    let fields = vec![
        ("address", text(&entry.address)),
        ("port", Value::number(entry.port.value).at(entry.port.span)),
        (
            "transport",
            Value::text(entry.transport.value.as_str()).at(entry.transport.span),
        ),
        (
            "handsets",
            Value::list(
                setup
                    .handsets
                    .iter()
                    .map(|mac| Value::text(&mac.to_string())),
            ),
        ),
        ("verdict", Value::text(simulation.verdict.word())),
        (
            "view",
            Value::text(view.name.as_deref().unwrap_or_default()),
        ),
        ("servers", servers.clone()),
    ];
    (Value::fields(fields).at(entry.address.span), servers)
}

fn servers(site: &Site, visit: &mut Visit<'_>) -> Result<(), Fault> {
    for index in 0..site.views.len() {
        for one in Site::sip_addresses(&site.sip_hosts(index)) {
            let address = Value::text(&one.address.value.to_string()).at(one.address.span);
            let fields = vec![
                ("host", name(&one.host)),
                ("owner", name(&one.owner)),
                ("address", address),
            ];
            let mark = one.address.span;
            let server = Value::fields(fields).at(mark);
            visit(&plain(vec![("server", server)], mark))?;
        }
    }
    Ok(())
}

fn name(name: &Name) -> Value {
    Value::text(&name.to_lowercase().to_string())
}

fn text(text: &Spanned<String>) -> Value {
    Value::text(&text.value).at(text.span)
}

fn number<T: Copy + Into<i64>>(number: Spanned<T>) -> Value {
    Value::number(number.value).at(number.span)
}

fn with_addresses(one: &Record, view: &View) -> Value {
    let mut fields = fields(one, None);
    if let Data::Srv(srv) = &one.data {
        let answer = view.ask(&srv.target.name, RecordType::A);
        let addresses = answer
            .of_type(RecordType::A)
            .filter_map(|record| match &record.data {
                Data::A(address) => Some(Value::text(&address.value.to_string()).at(address.span)),
                _ => None,
            });
        fields.push(("addresses", Value::list(addresses)));
    }
    Value::fields(fields).at(one.mark())
}

fn record(one: &Record, zone: Option<&Name>) -> Value {
    Value::fields(fields(one, zone)).at(one.mark())
}

fn fields(one: &Record, zone: Option<&Name>) -> Variables {
    let mut fields = vec![
        ("owner", name(&one.owner.name).at(one.mark())),
        ("type", Value::text(&one.record_type().to_string())),
        ("ttl", number(one.ttl)),
        ("data", Value::text(&one.data.to_string())),
    ];
    if let Some(zone) = zone {
        fields.push(("zone", name(zone)));
    }
    match &one.data {
        Data::A(address) => {
            fields.push((
                "address",
                Value::text(&address.value.to_string()).at(address.span),
            ));
        }
        Data::Aaaa(address) => {
            fields.push((
                "address",
                Value::text(&address.value.to_string()).at(address.span),
            ));
        }
        Data::Cname(target) | Data::Dname(target) | Data::Ns(target) | Data::Ptr(target) => {
            fields.push(("target", name(&target.name).at(target.span)));
        }
        Data::Srv(srv) => fields.extend([
            ("priority", number(srv.priority)),
            ("weight", number(srv.weight)),
            ("port", number(srv.port)),
            ("target", name(&srv.target.name).at(srv.target.span)),
        ]),
        Data::Naptr(naptr) => fields.extend([
            ("order", number(naptr.order)),
            ("preference", number(naptr.preference)),
            ("flags", text(&naptr.flags)),
            ("service", text(&naptr.service)),
            ("regexp", text(&naptr.regexp)),
            (
                "replacement",
                name(&naptr.replacement.name).at(naptr.replacement.span),
            ),
        ]),
        Data::Soa(soa) => fields.extend([
            ("mname", name(&soa.mname.name).at(soa.mname.span)),
            ("rname", name(&soa.rname.name).at(soa.rname.span)),
            ("serial", number(soa.serial)),
            ("refresh", number(soa.refresh)),
            ("retry", number(soa.retry)),
            ("expire", number(soa.expire)),
            ("minimum", number(soa.minimum)),
        ]),
    }
    fields
}
