//! Logs of several handsets in one file.

use super::*;

/// The logs, as they are read from the file in which their lines stand among each other.
fn all(text: &str) -> (Sources, Vec<PhoneLog>) {
    let sources = Sources::new();
    let scan = scan(text.as_bytes()).expect("bytes can be read");
    let logs = scan.into_logs(&sources, "syslog", Origin::Stdin);
    (sources, logs)
}

/// Lines of several handsets in turn, each behind what a syslog server writes.
fn collected(logs: &[(&str, &str)]) -> String {
    let mut lines: Vec<_> = logs.iter().map(|(_, log)| log.lines()).collect();
    let mut text = String::new();
    loop {
        let mut is_over = true;
        for ((sender, _), lines) in logs.iter().zip(&mut lines) {
            if let Some(line) = lines.next() {
                is_over = false;
                writeln!(text, "Oct 28 17:16:00 {sender} {line}").expect("a string");
            }
        }
        if is_over {
            return text;
        }
    }
}

#[test]
fn each_handset_of_a_file_has_a_log_of_its_own() {
    let (failed, success) = (timed(FAILED), timed(SUCCESS));
    // Both look up the same name.
    let text = collected(&[("192.0.2.77", &failed), ("ward-3", &success)]);
    let (sources, logs) = all(&text);
    let senders: Vec<_> = logs.iter().map(|log| log.sender.as_deref()).collect();
    assert_eq!(senders, [Some("192.0.2.77"), Some("ward-3")]);
    for (log, alone) in logs.iter().zip([&failed, &success]) {
        let (_, alone) = read(alone);
        assert_eq!((log.handsets, alone.handsets), (2, 1));
        assert_eq!(log.lines, alone.lines);
        let shown = |log: &PhoneLog| log.chains.iter().map(Chain::shown).collect::<Vec<_>>();
        assert_eq!(shown(log), shown(&alone));
        for step in log.chains.iter().flat_map(|chain| &chain.steps) {
            let span = log.span(step.mark);
            assert_eq!(
                sources.text(span).to_lowercase(),
                step.shown.name.to_lowercase()
            );
            let line = sources.get(log.source).position(span.start).line;
            assert_eq!(line, step.at.line);
            let line = text.lines().nth(line as usize - 1).expect("a line");
            assert!(
                line.contains(log.sender.as_deref().expect("a name")),
                "{line}"
            );
            assert!(log.has_line(step.at.line));
        }
    }
    assert!(!logs[0].has_line(logs[1].first.line));
}

#[test]
fn where_nothing_tells_handsets_apart_their_lines_are_one_log() {
    let text = timed(FAILED);
    for before in [
        "",
        "12:",
        "[2026-10-28 17:16:00] ",
        "Oct 28 17:16:00 logsrv ",
    ] {
        let lines = text.lines().map(|line| format!("{before}{line}\n"));
        let (_, logs) = all(&format!("{}no line of a log\n", lines.collect::<String>()));
        assert_eq!(logs.len(), 1, "{before}");
        assert_eq!(logs[0].lines.formless, 1);
        assert_eq!(logs[0].lines.all as usize, text.lines().count() + 1);
    }
}

#[test]
fn what_changes_with_every_line_is_no_sender() {
    let text = include_str!("../../../fixtures/bulletin-log-failed/handset.log");
    let mut numbered = String::new();
    for (id, line) in text.lines().enumerate() {
        writeln!(numbered, "0abc{id:08} 1028171600{line}").expect("a string");
    }
    let (_, logs) = all(&numbered);
    assert_eq!(logs.len(), 1);
    assert_eq!(logs[0].chains.iter().count(), 1);
}

#[test]
fn handsets_beyond_a_limit_are_counted() {
    let mut text = String::new();
    for handset in 0..1003 {
        let (high, low) = (handset / 256, handset % 256);
        let sender = format!("Oct 28 17:16:00 10.1.{high}.{low}");
        writeln!(text, "{sender} 1028171600|dns  |1|00|Current List:").expect("a string");
    }
    // One that writes on and on: few lines of each would be no sender's.
    for _ in 0..9000 {
        text.push_str("Oct 28 17:16:00 10.1.0.0 1028171600|dns  |1|00|Current List:\n");
    }
    let (sources, logs) = all(&text);
    assert_eq!(logs.len(), 1000);
    let beyond: Vec<_> = logs.iter().filter_map(|log| log.beyond.as_ref()).collect();
    assert_eq!(beyond.len(), 1);
    assert_eq!((beyond[0].mark.line, beyond[0].lines), (1001, 3));
    assert_eq!(sources.text(logs[0].span(beyond[0].mark)), "Current List:");
}
