//! What the rules about NAPTR records share: the SIP services, and which records are SIP's.

use hashbrown::HashSet;

use super::sip_set::edit;
use crate::dns::{Answer, Data, Name, Naptr, Record, RecordType, RrSet};
use crate::finding::{Edit, Fix};
use crate::fix::{NewRecord, Place, in_presentation_format, replace_record};
use crate::handset::Lookup;
use crate::site::{Site, View, is_sip_naptr};
use crate::source::Span;

/// A NAPTR service of SIP.
pub(super) struct Service {
    /// As it is registered; case does not matter (RFC 3403 4.1).
    pub(super) name: &'static str,
    /// The labels that an SRV owner for it begins with (RFC 3263 4.1). `None` for WebSocket,
    /// whose SRV name RFC 7118 leaves open.
    pub(super) srv: Option<&'static str>,
}

/// The services that are registered for SIP (RFC 3263 4.1, RFC 4168 6, RFC 7118 9).
pub(super) const SERVICES: [Service; 7] = [
    service("SIP+D2U", Some("_sip._udp")),
    service("SIP+D2T", Some("_sip._tcp")),
    service("SIPS+D2T", Some("_sips._tcp")),
    service("SIP+D2S", Some("_sip._sctp")),
    service("SIPS+D2S", Some("_sips._sctp")),
    service("SIP+D2W", None),
    service("SIPS+D2W", None),
];

const fn service(name: &'static str, srv: Option<&'static str>) -> Service {
    Service { name, srv }
}

impl Service {
    /// The service of that name.
    pub(super) fn find(text: &str) -> Option<&'static Self> {
        SERVICES
            .iter()
            .find(|service| service.name.eq_ignore_ascii_case(text))
    }
}

/// A SIP NAPTR record and where it was met.
pub(super) struct SipNaptr<'a> {
    pub(super) view: &'a View,
    pub(super) set: &'a RrSet,
    pub(super) naptr: &'a Naptr,
    /// SRV records of its replacement are in the given data.
    pub(super) leads_on: bool,
}

impl<'a> SipNaptr<'a> {
    pub(super) fn new(view: &'a View, set: &'a RrSet, naptr: &'a Naptr) -> Self {
        Self {
            view,
            set,
            naptr,
            leads_on: owns_srv(view, &naptr.replacement.name),
        }
    }

    /// Servers give the record out: `zone-record-below-delegation` speaks of those that nobody
    /// gets.
    pub(super) fn is_given_out(&self) -> bool {
        let owner = &self.set.owner;
        self.view.zone_of(owner).is_none_or(|zone| {
            let own = zone.contents.set(owner, RecordType::NAPTR);
            own.is_some_and(|own| std::ptr::eq(own, self.set))
                && self.view.hidden(zone, owner).is_none()
        })
    }

    /// Its service, where it is a registered one.
    pub(super) fn service(&self) -> Option<&'static Service> {
        Service::find(&self.naptr.service.value)
    }

    /// The service that was meant: the one with the same letters, or else the one whose SRV
    /// records the record leads to.
    pub(super) fn service_meant(&self) -> Option<&'static Service> {
        let letters = |text: &str| -> String {
            let plain = text.chars().filter(char::is_ascii_alphanumeric);
            plain.map(|letter| letter.to_ascii_uppercase()).collect()
        };
        let written = letters(&self.naptr.service.value);
        let alike = SERVICES
            .iter()
            .find(|service| letters(service.name) == written);
        alike.or_else(|| self.service_led_to())
    }

    /// The handset takes it up: it knows the service, and the next lookup is SRV.
    pub(super) fn is_followed(&self, site: &Site) -> bool {
        leads_to_srv(self.naptr) && site.model.service(&self.naptr.service.value).is_some()
    }

    /// Its flag and its service stand in each other's place.
    pub(super) fn is_exchanged(&self) -> bool {
        let is_flag = self.naptr.service.value.eq_ignore_ascii_case("s");
        is_flag && Service::find(&self.naptr.flags.value).is_some()
    }

    /// The service whose SRV records its replacement names.
    pub(super) fn service_led_to(&self) -> Option<&'static Service> {
        let leads_to = |srv| begins_with(&self.naptr.replacement.name, srv);
        SERVICES
            .iter()
            .find(|service| service.srv.is_some_and(leads_to))
    }

    /// The SRV owner that its service stands for at its own domain.
    pub(super) fn usual_replacement(&self) -> Option<Name> {
        below(self.service()?.srv?, &self.set.owner)
    }

    /// The repair that names the service. From then on handsets follow the record, so one that
    /// leads nowhere is turned to the SRV records of its own domain, or is not repaired.
    pub(super) fn name_service(&self, site: &Site, service: &Service) -> Option<Fix> {
        let token = &self.naptr.replacement;
        let usual = service.srv.and_then(|srv| below(srv, &self.set.owner));
        let target = std::iter::once(token.name.clone())
            .chain(usual)
            .find(|name| owns_srv(self.view, name))?;
        let title = format!("name the service {}", service.name);
        let change = (self.naptr.service.span, service.name);
        let mut fix = self.repair(site, title, change, |naptr| {
            service.name.clone_into(&mut naptr.service.value);
            naptr.replacement.name.clone_from(&target);
        });
        if target != token.name {
            let text = in_presentation_format(&target);
            fix.edits.push(Edit::replace(token.span, text));
        }
        Some(fix)
    }

    /// The repair that gives the record other data: `text` in the place of `token`, which is
    /// what `change` does to the data.
    pub(super) fn repair(
        &self,
        site: &Site,
        title: String,
        (token, text): (Span, &str),
        change: impl FnOnce(&mut Naptr),
    ) -> Fix {
        let mut changed = self.naptr.clone();
        change(&mut changed);
        let owner = &self.set.owner;
        let place = Place::new(self.view.apex_of(owner), owner);
        let old = Data::Naptr(Box::new(self.naptr.clone()));
        // The span of an empty string covers its quotes; without quotes none can be empty.
        let source = site.sources.get(token.source);
        let inside_quotes = source.text[..source.clamp(token).start].ends_with('"');
        let bare = !site.text(token).starts_with('"') && (inside_quotes || !text.is_empty());
        let text = if bare {
            text.to_owned()
        } else {
            format!("\"{text}\"")
        };
        Fix {
            title,
            edits: vec![Edit::replace(token, text)],
            changes: vec![replace_record(
                place,
                &old,
                &NewRecord::from(&Data::Naptr(Box::new(changed))),
            )],
            ..Fix::default()
        }
    }
}

/// Every SIP NAPTR record of every view; of these views and names it is known that SRV records
/// are given out.
pub(super) fn sip_naptrs<'s>(site: &'s Site, given: &HashSet<(usize, &Name)>) -> Vec<SipNaptr<'s>> {
    let mut all = Vec::new();
    for (index, view) in site.views.iter().enumerate() {
        let sets = view.sets(RecordType::NAPTR);
        all.reserve(sets.iter().map(|set| set.records.len()).sum());
        for set in sets {
            let sip = set.naptr().filter(|(_, naptr)| is_sip_naptr(naptr));
            all.extend(sip.map(|(_, naptr)| {
                let name = &naptr.replacement.name;
                let is_given = given.contains(&(index, name));
                SipNaptr {
                    view,
                    set,
                    naptr,
                    leads_on: is_given || owns_srv(view, name),
                }
            }));
        }
    }
    all
}

/// The repair that puts a record behind those that share its order and preference, at an order
/// that no other record has; none where no such order is left.
pub(super) fn put_behind(
    site: &Site,
    view: &View,
    (record, naptr): (&Record, &Naptr),
    which: &str,
) -> Option<Fix> {
    const STEP: usize = 10;
    let owner = &record.owner.name;
    let set = view.set(owner, RecordType::NAPTR);
    let orders = set.into_iter().flat_map(RrSet::naptr);
    let taken: HashSet<u16> = orders.map(|(_, other)| other.order.value).collect();
    let orders = (naptr.order.value..=u16::MAX).step_by(STEP).skip(1);
    let order = orders
        .chain([u16::MAX])
        .find(|order| !taken.contains(order))?;
    let mut changed = naptr.clone();
    changed.order.value = order;
    let changed = Data::Naptr(Box::new(changed));
    Some(Fix {
        title: format!("give the {which} order {order}"),
        edits: edit(site, naptr.order.span, order.to_string()),
        changes: vec![replace_record(
            Place::new(view.apex_of(owner), owner),
            record,
            &NewRecord::from(&changed),
        )],
        ..Fix::default()
    })
}

/// The NAPTR records that a lookup began with.
pub(super) fn first_naptrs(lookup: &Lookup) -> impl Iterator<Item = (&Record, &Naptr)> {
    let first = lookup.steps.first().into_iter();
    let records = first.flat_map(|step| step.answer.of_type(RecordType::NAPTR));
    records.filter_map(|record| match &record.data {
        Data::Naptr(naptr) => Some((record, naptr.as_ref())),
        _ => None,
    })
}

/// The NAPTR set that a lookup began with; `None` where it asked for none or found none.
pub(super) fn first_set<'v>(lookup: &Lookup, view: &'v View) -> Option<&'v RrSet> {
    let first = lookup.steps.first()?;
    let record = first.answer.of_type(RecordType::NAPTR).next()?;
    view.set(&record.owner.name, RecordType::NAPTR)
}

/// The flag says that an SRV lookup comes next (RFC 3403 4.1, RFC 3263 4.1).
pub(super) fn leads_to_srv(naptr: &Naptr) -> bool {
    naptr.flags.value.eq_ignore_ascii_case("s")
}

/// SRV records of that name are in the given data.
pub(super) fn owns_srv(view: &View, name: &Name) -> bool {
    matches!(view.ask(name, RecordType::SRV), Answer::Records(_))
}

/// `name` is `_service._proto.` before a domain.
pub(super) fn is_service_name(name: &Name) -> bool {
    let mut labels = name.iter();
    let mut underscored = || labels.next().is_some_and(|label| label.starts_with(b"_"));
    underscored() && underscored() && labels.next().is_some()
}

/// `name` begins with these labels.
pub(super) fn begins_with(name: &Name, labels: &str) -> bool {
    let mut own = name.iter();
    labels.split('.').all(|label| {
        own.next()
            .is_some_and(|own| own.eq_ignore_ascii_case(label.as_bytes()))
    })
}

/// `name` is [`below`] these labels and the domain.
pub(super) fn is_below(name: &Name, labels: &str, domain: &Name) -> bool {
    let count = labels.split('.').count() + domain.iter().len();
    begins_with(name, labels) && name.iter().len() == count && domain.zone_of(name)
}

/// The name `labels` before `domain`; `None` where it would be too long.
pub(super) fn below(labels: &str, domain: &Name) -> Option<Name> {
    Name::from_ascii(labels).ok()?.append_name(domain).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Label;
    use crate::rules::zone_testing::findings;

    fn name(text: &str) -> Name {
        Name::from_ascii(text).expect("a name")
    }

    #[test]
    fn service_names_have_two_underscored_labels_and_a_domain() {
        for good in ["_sip._udp.x.", "_SIPS._tcp.x.y."] {
            assert!(is_service_name(&name(good)), "{good}");
        }
        for bad in [
            ".",
            "_sip._udp.",
            "sip._udp.x.",
            "_sip.udp.x.",
            "_sip_udp.x.",
        ] {
            assert!(!is_service_name(&name(bad)), "{bad}");
        }
    }

    #[test]
    fn labels_are_compared_whole_and_without_case() {
        assert!(begins_with(&name("_SIP._UDP.x."), "_sip._udp"));
        assert!(!begins_with(&name("_sips._udp.x."), "_sip._udp"));
        assert!(!begins_with(&name("_sip."), "_sip._udp"));
    }
    #[test]
    fn a_name_is_below_a_domain_with_these_labels_and_no_others() {
        let domain = name("x.y.");
        for (one, is) in [
            ("_SIP._udp.X.y.", true),
            ("_sip._udp.a.x.y.", false),
            ("_sip._udp.y.", false),
            ("_sip._tcp.x.y.", false),
            ("_sip._udp.x.z.", false),
        ] {
            assert_eq!(is_below(&name(one), "_sip._udp", &domain), is, "{one}");
            let usual = below("_sip._udp", &domain);
            assert_eq!(usual.as_ref() == Some(&name(one)), is, "{one}");
        }
    }

    #[test]
    fn records_that_another_record_stands_before_are_not_led_to() {
        let naptr = ("x.", "NAPTR 10 10 \"S\" \"SIP+D2U\" \"\" _sip._udp.d.x.");
        let srv = ("_sip._udp.d.x.", "SRV 1 1 5060 a.x.");
        let address = ("a.x.", "A 10.0.0.1");
        // The record that stands before them is what is reported.
        let dangling = |before: &[_]| {
            let records = [&[naptr, srv, address], before].concat();
            let findings = findings(&records);
            let reason = findings.iter().find_map(|finding| {
                let mut related = finding.related.iter();
                let is_it = |one: &Label| one.message.ends_with("owns no SRV record");
                related.any(is_it).then_some(finding.rule.id)
            });
            reason.map(str::to_owned)
        };
        assert_eq!(dangling(&[]), None);
        let alias = dangling(&[("_sip._udp.d.x.", "CNAME nowhere.x.")]);
        assert_eq!(alias.as_deref(), Some("zone-cname-with-other-data"));
        let alias_of_all = dangling(&[("d.x.", "DNAME nowhere.x.")]);
        assert_eq!(
            alias_of_all.as_deref(),
            Some("zone-record-below-delegation")
        );
    }
}
