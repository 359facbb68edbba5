//! A consistent set of DNS data: zones that belong together, or one server's answers.
//!
//! Files with the same apex (backups, split horizon, old and new) are never merged; each
//! makes a view of its own, together with the other zones of its folder first.

use std::sync::Arc;

use crate::dns::{Answer, Dns, Name, Question, RecordType, RrSet};
use crate::live;
use crate::zone::Zone;

/// Zones that belong together, or the answers of one server.
#[derive(Debug, Clone)]
pub struct View {
    /// What tells it from other views in a report: a path or a server; `None` where there
    /// is only one.
    pub name: Option<String>,
    /// The zones; no two have the same apex.
    pub zones: Vec<Arc<Zone>>,
    /// The answers of a server.
    pub live: Option<Arc<live::Answers>>,
}

impl View {
    /// What the data says; `NotLoaded` where it does not speak.
    pub fn ask(&self, name: &Name, record_type: RecordType) -> Answer {
        let _ = (name, record_type, self);
        Answer::NotLoaded
    }

    /// All RRsets of a type, in the order of their places.
    pub fn sets(&self, record_type: RecordType) -> Vec<&RrSet> {
        let _ = (record_type, self);
        Vec::new()
    }

    /// The RRset of exactly that owner and type, wherever it lies: below a delegation too,
    /// and without wildcards or aliases.
    pub fn set(&self, owner: &Name, record_type: RecordType) -> Option<&RrSet> {
        let _ = (owner, record_type, self);
        None
    }

    /// The zone file with the closest apex at or above `name`.
    pub fn zone_of(&self, name: &Name) -> Option<&Zone> {
        self.zones
            .iter()
            .filter(|zone| zone.apex.zone_of(name))
            .max_by_key(|zone| zone.apex.num_labels())
            .map(AsRef::as_ref)
    }
}

impl Dns for &View {
    fn ask(&mut self, question: &Question) -> Answer {
        View::ask(self, &question.name, question.record_type)
    }
}
