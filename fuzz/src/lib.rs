//! What holds for any input: nothing panics, and everything that is reported has a place.

use std::ffi::OsString;
use std::io;

use sipdns_lint::phone;
use sipdns_lint::phone_log;
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

/// Reads bytes as a handset's log, and explains it. Bytes that hold no line of a log are the
/// only reason not to: exit status 2.
pub fn log(bytes: &[u8]) {
    let sources = Sources::new();
    let scan = phone_log::scan(bytes).expect("bytes can be read");
    let is_no_log = scan.is_no_log();
    let log = scan.into_log(&sources, "0004f2000000-app.log", Origin::Stdin);
    for step in log.chains.iter().flat_map(|chain| &chain.steps) {
        let marks = [Some(step.mark), step.answer_mark].into_iter().flatten();
        for mark in marks {
            assert!(has_place(&sources, log.span(mark)), "{mark:?}");
        }
    }
    for format in ["pretty", "json"] {
        let arguments = ["sipdns-lint", "log", "-", "--verbose", "--format", format];
        let status = status(arguments.map(Into::into), bytes);
        assert_eq!(status == 2, is_no_log, "exit status {status}");
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
    let path = folder.path().as_os_str().to_owned();
    let arguments = ["sipdns-lint", "--format", "json"].map(Into::into);
    let status = status(arguments.into_iter().chain([path]), &[]);
    assert!(status <= 1, "exit status {status}");
}

/// Runs the program.
fn status(arguments: impl IntoIterator<Item = OsString>, mut stdin: &[u8]) -> u8 {
    run(
        arguments,
        &mut Streams {
            stdin: &mut stdin,
            stdout: &mut io::sink(),
            stderr: &mut io::sink(),
            progress: false,
            color: false,
            summary: None,
        },
    )
}
