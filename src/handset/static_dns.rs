//! DNS records that a handset is configured with, `dns.cache.*`.
//!
//! Where the handset has a DNS server, they are used only when that returns nothing or is
//! unreachable, for their TTL; then DNS is asked again, and what it says wins. Without a DNS
//! server they are always used (84-Series guide, p. 253).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use crate::dns::{Answer, Question, Record};

/// The static records of a handset.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StaticDns {
    records: BTreeMap<Question, Arc<Vec<Record>>>,
    without_server: bool,
}

impl StaticDns {
    /// These records, of a handset with or without a DNS server.
    pub fn new(records: impl IntoIterator<Item = Record>, without_server: bool) -> Self {
        let mut of_question: BTreeMap<Question, Vec<Record>> = BTreeMap::new();
        for record in records {
            let question = Question::new(&record.owner.name, record.record_type());
            of_question.entry(question).or_default().push(record);
        }
        Self {
            records: of_question
                .into_iter()
                .map(|(question, records)| (question, records.into()))
                .collect(),
            without_server,
        }
    }

    /// The handset has no DNS server: nothing else answers.
    pub fn is_all(&self) -> bool {
        self.without_server
    }

    /// What the static records say, where they say anything.
    pub fn answer(&self, question: &Question) -> Option<Answer> {
        let records = self.records.get(question)?;
        Some(Answer::Records(records.clone()))
    }

    /// All records as text, with TTLs: two handsets with the same text look up the same.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for record in self.records.values().flat_map(|records| &**records) {
            let (owner, data) = (record.owner.name.to_lowercase(), &record.data);
            let (ttl, kind) = (record.ttl.value, record.record_type());
            // Writing to a string does not fail.
            let _ = writeln!(text, "{owner} {ttl} {kind} {data}");
        }
        if self.without_server {
            text.push_str("no DNS server\n");
        }
        text
    }
}
