//! Records in a form in which ours and BIND's can be compared.

use sipdns_lint::dns::{Data, Name, Record};

/// A record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    pub owner: String,
    pub record_type: String,
    pub data: String,
    pub ttl: u32,
}

/// The types whose data is compared.
const KEPT: [&str; 9] = [
    "A", "AAAA", "CNAME", "DNAME", "NS", "PTR", "SRV", "NAPTR", "SOA",
];

/// The data of this type, or of the type of this number, is compared.
pub fn is_kept(record_type: &str) -> bool {
    const NUMBERS: [&str; 9] = [
        "TYPE1", "TYPE28", "TYPE5", "TYPE39", "TYPE2", "TYPE12", "TYPE33", "TYPE35", "TYPE6",
    ];
    KEPT.contains(&record_type) || NUMBERS.contains(&record_type)
}

impl Line {
    /// The data of its type is compared.
    pub fn is_kept(&self) -> bool {
        is_kept(&self.record_type)
    }

    /// A record that we have read.
    pub fn ours(record: &Record) -> Self {
        Self {
            owner: name(&record.owner.name),
            record_type: record.record_type().to_string(),
            data: data(&record.data),
            ttl: record.ttl.value,
        }
    }
}

fn name(name: &Name) -> String {
    let labels: Vec<_> = name.iter().map(<[u8]>::to_vec).collect();
    written(&labels)
}

/// Labels in lower case, octets that could be mistaken as numbers.
fn written(labels: &[Vec<u8>]) -> String {
    let mut text = String::new();
    for octet in labels
        .iter()
        .flat_map(|label| label.iter().map(Some).chain([None]))
    {
        match octet.map(u8::to_ascii_lowercase) {
            None => text.push('.'),
            Some(octet) if octet.is_ascii_alphanumeric() => text.push(octet.into()),
            Some(octet) => text.extend(["<", &octet.to_string(), ">"]),
        }
    }
    text
}

fn data(data: &Data) -> String {
    match data {
        Data::A(address) => address.value.to_string(),
        Data::Aaaa(address) => address.value.to_string(),
        Data::Cname(to) | Data::Dname(to) | Data::Ns(to) | Data::Ptr(to) => name(&to.name),
        Data::Srv(srv) => format!(
            "{} {} {} {}",
            srv.priority.value,
            srv.weight.value,
            srv.port.value,
            name(&srv.target.name)
        ),
        Data::Naptr(naptr) => format!(
            "{} {} {:?} {:?} {:?} {}",
            naptr.order.value,
            naptr.preference.value,
            naptr.flags.value,
            naptr.service.value,
            naptr.regexp.value,
            name(&naptr.replacement.name)
        ),
        Data::Soa(soa) => format!(
            "{} {} {} {} {} {} {}",
            name(&soa.mname.name),
            name(&soa.rname.name),
            soa.serial.value,
            soa.refresh.value,
            soa.retry.value,
            soa.expire.value,
            soa.minimum.value
        ),
    }
}

/// A line that BIND wrote: owner, TTL, class, type and data, every name absolute.
pub fn canonical(line: &str) -> Option<Line> {
    let fields = fields(line);
    let [owner, ttl, _, record_type, data @ ..] = fields.as_slice() else {
        return None;
    };
    let name = |field: &Vec<u8>| written(&labels(field));
    let text = |field: &Vec<u8>| String::from_utf8_lossy(&unescaped(field)).into_owned();
    let plain = |field: &Vec<u8>| String::from_utf8_lossy(field).into_owned();
    let record_type = plain(record_type);
    let data = match (record_type.as_str(), data) {
        ("A", [address]) => plain(address),
        ("AAAA", [address]) => {
            let address: std::net::Ipv6Addr = plain(address).parse().expect("an IPv6 address");
            address.to_string()
        }
        ("CNAME" | "DNAME" | "NS" | "PTR", [to]) => name(to),
        ("SRV", [numbers @ .., to]) => {
            let numbers: Vec<_> = numbers.iter().map(plain).collect();
            format!("{} {}", numbers.join(" "), name(to))
        }
        ("NAPTR", [order, preference, flags, service, regexp, to]) => format!(
            "{} {} {:?} {:?} {:?} {}",
            plain(order),
            plain(preference),
            text(flags),
            text(service),
            text(regexp),
            name(to)
        ),
        ("SOA", [mname, rname, numbers @ ..]) => {
            let numbers: Vec<_> = numbers.iter().map(plain).collect();
            format!("{} {} {}", name(mname), name(rname), numbers.join(" "))
        }
        _ => String::new(),
    };
    Some(Line {
        owner: name(owner),
        record_type,
        data,
        ttl: plain(ttl).parse().expect("a number of seconds"),
    })
}

/// The fields of a line, without the quotes around them, escapes as they are.
fn fields(line: &str) -> Vec<Vec<u8>> {
    let mut fields = Vec::new();
    let mut field: Option<Vec<u8>> = None;
    let mut is_quoted = false;
    let mut octets = line.bytes();
    while let Some(octet) = octets.next() {
        match octet {
            b'"' => {
                is_quoted = !is_quoted;
                field.get_or_insert_default();
            }
            b' ' | b'\t' if !is_quoted => fields.extend(field.take()),
            _ => {
                let field = field.get_or_insert_default();
                field.push(octet);
                if octet == b'\\' {
                    field.extend(octets.next());
                }
            }
        }
    }
    fields.extend(field);
    fields
}

/// The octets of a field and whether each was escaped.
fn octets(field: &[u8]) -> Vec<(u8, bool)> {
    let mut octets = Vec::new();
    let mut rest = field;
    loop {
        rest = match rest {
            [] => return octets,
            [b'\\', a @ b'0'..=b'9', b, c, rest @ ..] => {
                let number = [*a, *b, *c]
                    .iter()
                    .fold(0_u32, |sum, digit| sum * 10 + u32::from(digit - b'0'));
                octets.push((u8::try_from(number).expect("an octet"), true));
                rest
            }
            [b'\\', octet, rest @ ..] => {
                octets.push((*octet, true));
                rest
            }
            [octet, rest @ ..] => {
                octets.push((*octet, false));
                rest
            }
        };
    }
}

fn unescaped(field: &[u8]) -> Vec<u8> {
    octets(field).into_iter().map(|(octet, _)| octet).collect()
}

fn labels(field: &[u8]) -> Vec<Vec<u8>> {
    let octets = octets(field);
    let labels = octets.split(|(octet, is_escaped)| *octet == b'.' && !is_escaped);
    let labels = labels.map(|label| label.iter().map(|(octet, _)| *octet).collect::<Vec<_>>());
    labels.filter(|label| !label.is_empty()).collect()
}
