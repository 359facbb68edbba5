//! What the tests of the readers of exports and settings share.

use proptest::prelude::*;

use crate::dns::{Name, Record, RecordType};
use crate::source::{Origin, Source, Sources};
use crate::zone::{Contents, Format, ReadOptions, Zone, read};

/// A text that was read.
pub(in crate::zone) struct Read {
    pub(in crate::zone) sources: Sources,
    pub(in crate::zone) zones: Vec<Zone>,
}

/// Reads a text as the file of that name.
pub(in crate::zone) fn read_file(format: Format, name: &str, text: &str) -> Read {
    read_with(format, name, text, None)
}

/// Reads a text as one of the zone `eslab.local`.
pub(in crate::zone) fn read_text(format: Format, text: &str) -> Read {
    read_with(format, "list.txt", text, Some("eslab.local."))
}

fn read_with(format: Format, name: &str, text: &str, origin: Option<&str>) -> Read {
    let sources = Sources::new();
    let id = sources.add(Source::new(name, Origin::File(name.into()), text));
    let options = ReadOptions {
        origin: origin.map(|origin| Name::from_ascii(origin).expect("a name")),
        ..ReadOptions::default()
    };
    let zones = read(&sources, id, format, &options);
    Read { sources, zones }
}

impl Read {
    /// The records that are kept, in the order of the text.
    pub(in crate::zone) fn kept(&self) -> Vec<&Record> {
        let types = (1..300).map(RecordType::from);
        let types: Vec<_> = types.filter(|kind| Contents::keeps(*kind)).collect();
        let contents = self.zones.iter().map(|zone| &zone.contents);
        let mut records: Vec<_> = contents
            .flat_map(|contents| types.iter().flat_map(|kind| contents.sets(*kind)))
            .flat_map(|set| set.records.iter())
            .collect();
        records.sort_by_key(|record| (record.span, record.record_type(), &record.owner.name));
        records
    }

    /// The same as text: owner, type, data.
    pub(in crate::zone) fn records(&self) -> Vec<String> {
        let show = |record: &&Record| {
            let (owner, kind) = (&record.owner.name, record.record_type());
            format!("{owner} {kind} {}", record.data)
        };
        self.kept().iter().map(show).collect()
    }

    /// The text that is pointed at, and what is said of it.
    pub(in crate::zone) fn troubles(&self) -> Vec<(String, String)> {
        let troubles = self.zones.iter().flat_map(|zone| &zone.troubles);
        troubles
            .map(|trouble| {
                let shown = self.sources.text(trouble.span).to_owned();
                (shown, trouble.message.clone())
            })
            .collect()
    }

    /// Every place can be shown.
    fn check_places(&self) {
        for trouble in self.zones.iter().flat_map(|zone| &zone.troubles) {
            let related = trouble.related.iter().map(|label| label.span);
            for span in related.chain([trouble.span]) {
                let _ = self.sources.positions(span);
                assert!(span.end as usize <= self.sources.get(span.source).text.len() + 1);
            }
        }
        for record in self.kept() {
            let _ = self.sources.positions(record.span.to(record.owner.span));
        }
    }
}

/// Whatever the text, it is read without a panic and every place can be shown.
pub(in crate::zone) fn check_any(format: Format, pieces: &'static [&'static str]) {
    let texts = prop_oneof![
        3 => prop::collection::vec(prop::sample::select(pieces), 0..40)
            .prop_map(|pieces| pieces.concat()),
        1 => any::<String>(),
    ];
    proptest!(|(text in texts)| {
        read_file(format, "eslab.local.txt", &text).check_places();
    });
}
