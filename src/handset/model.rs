//! Handset models: what differs between kinds of SIP client, as data.
//!
//! The files `rules/handsets/*.yaml` become [`MODELS`] at build time.

use super::Protocol;
use crate::dns::RecordType;

/// What the simulation needs to know of a kind of handset.
#[derive(Debug, PartialEq, Eq)]
pub struct Model {
    /// The name in `--handset`.
    pub id: &'static str,
    /// For people.
    pub title: &'static str,
    /// The address records it can use, in the order in which it asks for them.
    pub addresses: &'static [RecordType],
    /// The NAPTR services it follows.
    pub services: &'static [(&'static str, Protocol)],
    /// The transports whose SRV sets it asks for where no NAPTR record decides.
    pub without_naptr: &'static [Protocol],
    /// It writes the log that can be imitated.
    pub log: bool,
    /// It is configured with the parameters that are described in `phone/parameters.tsv`.
    pub parameters: bool,
}

include!(concat!(env!("OUT_DIR"), "/models.rs"));

impl Model {
    /// The model that is simulated unless another is asked for.
    pub fn spectralink_84() -> &'static Self {
        Self::find("spectralink-84").expect("rules/handsets/spectralink-84.yaml is built in")
    }

    /// The model of that name.
    pub fn find(id: &str) -> Option<&'static Self> {
        MODELS.iter().find(|model| model.id == id)
    }

    /// The transport a NAPTR service stands for, where this handset follows it; case does
    /// not matter (RFC 3403 4.1).
    pub fn service(&self, service: &str) -> Option<Protocol> {
        self.services
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(service))
            .map(|(_, protocol)| *protocol)
    }
}
