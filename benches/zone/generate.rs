//! A zone as large ones are: of its records 55 % are A, 12 % AAAA, 10 % CNAME, 8 % TXT, 6 % NS,
//! 4 % MX, 5 % SRV and NAPTR. Nothing is wrong in it.

use std::fmt::Write as _;

/// What the zone is called.
pub const APEX: &str = "big.example";

/// The forms in which the zone is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As people and programs write master files.
    MasterFile,
    /// As Windows servers export them: with the time stamps of dynamic hosts, blank owners and
    /// CR LF.
    WindowsExport,
    /// As BIND's signer leaves them: a signature of each RRset and an NSEC record of each name
    /// make up three fifths of the records. The signatures prove nothing.
    Signed,
}

/// A zone of about so many records.
pub fn zone(records: usize, form: Form) -> String {
    let mut page = Page {
        text: String::with_capacity(records * 48),
        form,
        records: 0,
        owner: String::new(),
        types: Vec::new(),
    };
    page.head();
    let of = |percent: usize| records * percent / 100;
    let hosts = of(55);
    // Each SIP domain has three NAPTR and six SRV records.
    let domains = of(5) / 9;
    for host in 0..hosts {
        let (high, middle, low) = (host >> 16 & 255, host >> 8 & 255, host & 255);
        // SIP servers are no dynamic hosts.
        let is_dynamic = host > 2 * domains;
        let address = format!("A\t10.{high}.{middle}.{low}");
        page.record(&format!("host{host}"), &address, is_dynamic);
        if host < of(12) {
            let address = format!("AAAA\t2001:db8::{:x}:{:x}", host >> 16, host & 0xffff);
            page.record("", &address, is_dynamic);
        }
        if host < of(10) {
            page.line(
                &format!("alias{host}"),
                &format!("CNAME\thost{}", host * 7919 % hosts),
            );
        }
        if host < of(8) {
            let text = format!("TXT\t\"v=spf1 include:mail{host}.{APEX} -all\" \"number {host}\"");
            page.line(&format!("text{host}"), &text);
        }
        if host < of(4) {
            page.line(
                &format!("mail{host}"),
                &format!("MX\t10\thost{host}.{APEX}."),
            );
        }
        if host < of(6) / 2 {
            page.line(&format!("sub{host}"), "NS\tns1");
            page.line("", "NS\tns2");
        }
        if host < domains {
            page.sip(host);
        }
        if form == Form::Signed && page.records >= records {
            break;
        }
    }
    page.sign(APEX);
    page.text
}

struct Page {
    text: String,
    form: Form,
    records: usize,
    /// The name whose records are written, and their types.
    owner: String,
    types: Vec<String>,
}

impl Page {
    fn head(&mut self) {
        let is_windows = self.form == Form::WindowsExport;
        let head = if is_windows {
            format!(
                ";\r\n;  Database file {APEX}.dns for {APEX} zone.\r\n;\r\n\r\n@\tIN  SOA ns1.{APEX}. hostmaster.{APEX}. (\r\n\t\t7\t; serial number\r\n\t\t3600\t; refresh\r\n\t\t600\t; retry\r\n\t\t1209600\t; expire\r\n\t\t300 )\t; default TTL\r\n"
            )
        } else {
            format!("$ORIGIN {APEX}.\n$TTL 3600\n@ IN SOA ns1 hostmaster 7 3600 600 1209600 300\n")
        };
        self.text.push_str(&head);
        self.line("@", "NS\tns1");
        self.line("@", "NS\tns2");
        self.line("ns1", "A\t192.0.2.1");
        self.line("ns2", "A\t192.0.2.2");
    }

    fn line(&mut self, owner: &str, data: &str) {
        self.record(owner, data, false);
    }

    /// A record; of a dynamic one a Windows server shows the time stamp.
    fn record(&mut self, owner: &str, data: &str, is_dynamic: bool) {
        if !owner.is_empty() && owner != self.owner {
            self.sign(owner);
            owner.clone_into(&mut self.owner);
        }
        let of_type = data.split('\t').next().unwrap_or_default();
        if !self.types.iter().any(|known| known == of_type) {
            self.types.push(of_type.to_owned());
        }
        self.records += 1;
        let written = match (self.form, is_dynamic) {
            (Form::MasterFile | Form::Signed, _) => writeln!(self.text, "{owner}\tIN\t{data}"),
            (Form::WindowsExport, true) => {
                write!(self.text, "{owner:<24}[AGE:3634093]\t1200\t{data}\r\n")
            }
            (Form::WindowsExport, false) => write!(self.text, "{owner:<24}{data}\r\n"),
        };
        written.expect("a string takes everything");
    }

    /// What signing adds to the name whose records were written.
    fn sign(&mut self, next: &str) {
        let types = std::mem::take(&mut self.types);
        if self.form != Form::Signed || types.is_empty() {
            return;
        }
        for of_type in &types {
            let signature = format!("{:0>86}==", self.records);
            let (first, second) = signature.split_at(44);
            let written = writeln!(
                self.text,
                "\tIN\tRRSIG\t{of_type} 8 3 3600 (\n\t\t20261231120000 20261101120000 12345 {APEX}.\n\
                 \t\t{first}\n\t\t{second} )"
            );
            written.expect("a string takes everything");
        }
        let types = types.join(" ");
        let written = writeln!(self.text, "\tIN\tNSEC\t{next} {types} RRSIG NSEC");
        written.expect("a string takes everything");
        self.records += types.split(' ').count() + 1;
    }

    /// A domain with its SIP service: the records that a handset follows.
    fn sip(&mut self, domain: usize) {
        let domain = format!("site{domain}");
        let services = [
            ("_sip._udp", "SIP+D2U", 5060),
            ("_sip._tcp", "SIP+D2T", 5060),
            ("_sips._tcp", "SIPS+D2T", 5061),
        ];
        for (index, (service, name, _)) in services.iter().enumerate() {
            let owner = if index == 0 { domain.as_str() } else { "" };
            let order = 10 * (index + 1);
            let data = format!("NAPTR\t{order} 50 \"s\" \"{name}\" \"\" {service}.{domain}");
            self.line(owner, &data);
        }
        let number: usize = domain[4..].parse().expect("a number");
        for (service, _, port) in services {
            let owner = format!("{service}.{domain}");
            for priority in 1..=2 {
                let host = 2 * number + priority;
                self.line(&owner, &format!("SRV\t{priority} 0 {port} host{host}"));
            }
        }
    }
}
