//! Lines as they are found, and what is in force where they stand.

use hashbrown::{HashMap, HashSet};

use super::index::{FEW, Index};
use super::{Batch, Hashes, Kind, Owner, Plain, Setting, Target};
use crate::source::SourceId;

/// Lines as they are found. A line is told by one number, whichever text it stands in: the
/// texts of a zone and of what it includes are counted as if they stood one behind the other.
#[derive(Debug, Default)]
pub(in crate::zone) struct Lines {
    hashes: Hashes,
    settings: Settings,
    /// Where each text begins; of one that is included twice, where it last does.
    texts: HashMap<SourceId, u32>,
    /// Where the last text ends.
    end: u32,
    batches: Vec<Batch>,
    /// Names above owners.
    above: HashSet<u64>,
    /// The origin of the last setting was noted.
    has_origin: bool,
    notes: Vec<Notes>,
    counts: Counts,
    name_servers: NameServers,
}

/// Names that NS records lead to, each with the first that does and whether it is in the zone.
pub(super) type NameServers = HashMap<u64, (u32, bool)>;

/// What is noted of lines beside the index, by the numbers of names and in the order of
/// reading: what every run asks for must not be looked for all over the text.
#[derive(Debug, Default)]
pub(in crate::zone) struct Notes {
    /// How many records there are of each kind.
    counts: Counts,
    /// The owners of SRV records, and where they stand; some more than once.
    pub(super) srv: Vec<(u64, u32)>,
    /// The same of NAPTR records.
    pub(super) naptr: Vec<(u64, u32)>,
    /// The owners of NS records; some more than once.
    pub(super) delegating: Vec<u64>,
    /// Owner and target of each alias.
    pub(super) aliases: Vec<(u64, u64)>,
    /// The owners of aliases of services (`_sip`).
    pub(super) services: Vec<u64>,
    name_servers: NameServers,
}

/// How many records there are of each kind.
pub(super) type Counts = [usize; Kind::ALL.len()];

impl Notes {
    /// Notes a record and where its owner stands.
    pub(in crate::zone) fn add_record(&mut self, kind: Kind, owner: u64, at: u32) {
        self.counts[kind as usize] += 1;
        let owners = match kind {
            Kind::Srv => &mut self.srv,
            Kind::Naptr => &mut self.naptr,
            _ => return,
        };
        if owners.last().is_none_or(|(last, _)| *last != owner) {
            owners.push((owner, at));
        }
    }

    /// Notes where an alias or a delegation leads.
    pub(in crate::zone) fn add_target(
        &mut self,
        kind: Kind,
        owner: Owner,
        target: Target,
        line: u32,
    ) {
        if kind == Kind::Cname {
            self.aliases.push((owner.hash, target.number));
            self.services.extend(owner.is_service.then_some(owner.hash));
        } else {
            let server = self.name_servers.entry(target.number);
            server.or_insert((line, target.is_inside));
            if self.delegating.last() != Some(&owner.hash) {
                self.delegating.push(owner.hash);
            }
        }
    }

    /// How much was noted.
    fn len(&self) -> usize {
        let owners = self.srv.len() + self.naptr.len() + self.services.len();
        owners + self.delegating.len() + self.aliases.len()
    }

    /// Adds what was noted behind it.
    fn append(&mut self, other: Self) {
        self.srv.extend(other.srv);
        self.naptr.extend(other.naptr);
        self.delegating.extend(other.delegating);
        self.aliases.extend(other.aliases);
        self.services.extend(other.services);
    }
}

/// Settings by where they begin.
#[derive(Debug, Default)]
pub(super) struct Settings {
    /// Where the setting begins, and where its text does; in the order of the former once all
    /// are read.
    list: Vec<(u32, u32, Setting)>,
}

impl Settings {
    /// The setting of a line, and the line's offset in its text.
    #[inline]
    pub(super) fn of(&self, at: u32) -> (&Setting, usize) {
        let (_, text, setting) = match &self.list[..] {
            [only] => only,
            several => {
                let behind = several.partition_point(|(begin, ..)| *begin <= at);
                &several[behind.saturating_sub(1)]
            }
        };
        (setting, (at - text) as usize)
    }
}

impl Lines {
    pub(in crate::zone) fn hashes(&self) -> Hashes {
        self.hashes
    }

    /// What is in force for the lines that are added.
    pub(in crate::zone) fn setting(&self) -> Option<&Setting> {
        self.settings.list.last().map(|(_, _, setting)| setting)
    }

    /// A text is read from its beginning: if it was read before, its lines are others now, for
    /// which something else may be in force.
    pub(in crate::zone) fn begin(&mut self, source: SourceId) {
        self.texts.remove(&source);
    }

    /// What is in force for the last line that was added is so in that text as it is read now.
    pub(in crate::zone) fn is_in(&self, source: SourceId) -> bool {
        let last = self.settings.list.last();
        last.is_some_and(|(_, text, setting)| {
            setting.source == source && self.texts.get(&source) == Some(text)
        })
    }

    /// Puts another setting in force for the lines from an offset of its text on; `false` where
    /// texts are too long to be counted.
    pub(in crate::zone) fn set(&mut self, setting: Setting, offset: u32) -> bool {
        let text = if let Some(begin) = self.texts.get(&setting.source) {
            *begin
        } else {
            let length = u32::try_from(setting.text.len()).ok();
            let Some(end) = length.and_then(|length| self.end.checked_add(length)) else {
                return false;
            };
            let begin = std::mem::replace(&mut self.end, end);
            self.texts.insert(setting.source, begin);
            begin
        };
        self.settings.list.push((text + offset, text, setting));
        self.has_origin = false;
        true
    }

    /// Where the text of the setting in force begins.
    pub(in crate::zone) fn text(&self) -> u32 {
        self.settings.list.last().map_or(0, |(_, text, _)| *text)
    }

    /// Adds lines of the setting in force, in the order of reading.
    pub(in crate::zone) fn add(&mut self, lines: Batch) {
        match self.batches.last_mut() {
            // A text may have a million parts of one line.
            Some(last) if last.len() + lines.len() < FEW => last.append(lines),
            _ => self.batches.push(lines),
        }
    }

    /// Notes the origin in force and the names above it: an owner stands below. Those above the
    /// apex, which has so many labels, are of no interest.
    pub(in crate::zone) fn add_origin(&mut self, apex_labels: usize) {
        let setting = self.settings.list.last().filter(|_| !self.has_origin);
        let Some((_, _, setting)) = setting else {
            return;
        };
        let origin = &setting.origin;
        let names = (apex_labels..=origin.iter().len()).map(|labels| origin.trim_to(labels));
        self.above.extend(names.map(|name| self.hashes.of(&name)));
        self.has_origin = true;
    }

    /// Notes names above owners.
    pub(in crate::zone) fn add_above(&mut self, names: impl IntoIterator<Item = u64>) {
        self.above.extend(names);
    }

    /// Adds what was noted of lines behind those before.
    pub(in crate::zone) fn add_notes(&mut self, mut notes: Notes) {
        for (count, more) in self.counts.iter_mut().zip(notes.counts) {
            *count += more;
        }
        for (number, first) in std::mem::take(&mut notes.name_servers) {
            self.name_servers.entry(number).or_insert(first);
        }
        match self.notes.last_mut() {
            Some(last) if last.len() + notes.len() <= FEW => last.append(notes),
            _ => self.notes.push(notes),
        }
    }

    /// An NS record that was read before that offset of a text leads to the name.
    pub(in crate::zone) fn has_name_server(
        &self,
        number: u64,
        source: SourceId,
        offset: u32,
    ) -> bool {
        let server = self.name_servers.get(&number);
        let (Some((first, _)), Some((_, text, setting))) = (server, self.settings.list.last())
        else {
            return false;
        };
        // Lines are added together with some that stand behind.
        let is_in_text = setting.source == source
            && first
                .checked_sub(*text)
                .is_some_and(|at| (at as usize) < setting.text.len());
        !is_in_text || first - text < offset
    }

    /// The lines by their owners.
    pub(in crate::zone) fn finish(mut self) -> Plain {
        self.settings.list.sort_by_key(|(begin, ..)| *begin);
        Plain {
            hashes: self.hashes,
            settings: self.settings,
            index: Index::of(self.batches),
            above: self.above,
            counts: self.counts,
            notes: self.notes,
            name_servers: self.name_servers,
            ..Plain::default()
        }
    }
}
