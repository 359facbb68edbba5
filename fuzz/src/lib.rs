//! What holds for any input: nothing panics, and everything that is reported has a place.

use std::io;

use sipdns_lint::phone;
use sipdns_lint::run::{Streams, run};
use sipdns_lint::source::{Origin, Source, SourceId, Sources, Span};
use sipdns_lint::zone::{self, Format, ReadOptions};

/// Stands between the files of a folder: no text has it.
const BETWEEN_FILES: u8 = 0x1e;

/// More files than this teach nothing new.
const MOST_FILES: usize = 8;

/// Reads bytes as zones of one format.
pub fn zone(format: Format, bytes: &[u8]) {
    let (sources, id) = source(bytes);
    for zone in zone::read(&sources, id, format, &ReadOptions::default()) {
        for trouble in &zone.troubles {
            assert!(has_place(&sources, trouble.span), "{trouble:?}");
        }
    }
}

/// Reads bytes as a handset's configuration.
pub fn phone(bytes: &[u8]) {
    let (sources, id) = source(bytes);
    for trouble in phone::read(&sources, id).troubles {
        assert!(has_place(&sources, trouble.span), "{trouble:?}");
    }
}

/// A span shows text, unless there is none to show.
fn has_place(sources: &Sources, span: Span) -> bool {
    !sources.text(span).is_empty() || sources.get(span.source).text.is_empty()
}

fn source(bytes: &[u8]) -> (Sources, SourceId) {
    let sources = Sources::new();
    let id = sources.add(Source::from_bytes(
        "eslab.local.txt",
        Origin::Stdin,
        bytes.to_vec(),
    ));
    (sources, id)
}

/// Lints a folder whose files are the parts of `bytes`. What they hold is never a reason not
/// to check: the exit status is 0 or 1.
pub fn folder(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("the folder for temporary files can be written");
    let files = bytes.split(|byte| *byte == BETWEEN_FILES);
    for (index, file) in files.take(MOST_FILES).enumerate() {
        let path = folder.path().join(format!("{index}.eslab.local"));
        std::fs::write(path, file).expect("a new file can be written");
    }
    let arguments = ["sipdns-lint", "--format", "json"].map(Into::into);
    let path = folder.path().as_os_str().to_owned();
    let status = run(
        arguments.into_iter().chain([path]),
        &mut Streams {
            stdin: &mut io::empty(),
            stdout: &mut io::sink(),
            stderr: &mut io::sink(),
            progress: false,
            color: false,
            summary: None,
        },
    );
    assert!(status <= 1, "exit status {status}");
}
