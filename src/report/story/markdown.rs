//! The story of a log for a ticket: Markdown.

use std::fmt::Write as _;

use super::super::count;
use super::super::escape::{markdown, markdown_code, markdown_message};
use super::{Story, Told};

/// One story.
pub(super) fn text(story: &Story) -> String {
    let mut page = format!("### {}", markdown_code(&story.file));
    if let Some(handset) = &story.handset {
        let _ = write!(page, ", {}", markdown_code(handset));
    }
    page.push_str("\n\n");
    for fact in &story.facts {
        line(&mut page, &format!("- {}", markdown_message(fact)));
    }
    for caution in &story.cautions {
        line(
            &mut page,
            &format!("- **caution:** {}", markdown_message(caution)),
        );
    }
    page.push('\n');
    for (index, told) in story.lookups.iter().enumerate() {
        lookup(index + 1, told, &mut page);
    }
    if story.lookups.is_empty() {
        page.push_str("No lookup of SIP servers is shown in this log.\n\n");
    }
    if story.untold > 0 {
        let untold = count(story.untold, "lookup");
        line(&mut page, &format!("{untold} in between not shown.\n"));
    }
    if story.course.is_empty() {
        return page;
    }
    page.push_str("#### Course of events\n\n| when | what |\n|---|---|\n");
    for (when, what) in &story.course {
        line(
            &mut page,
            &format!("| {} | {} |", markdown(when), markdown_message(what)),
        );
    }
    if story.unlisted > 0 {
        let unlisted = count(story.unlisted, "earlier event");
        line(&mut page, &format!("\n{unlisted} not shown."));
    }
    page.push('\n');
    page
}

fn line(page: &mut String, text: &str) {
    // Writing to a string does not fail.
    let _ = writeln!(page, "{text}");
}

fn lookup(number: usize, told: &Told, page: &mut String) {
    line(
        page,
        &format!(
            "#### Lookup {number}: {}\n\n{}\n",
            markdown(&told.heading),
            markdown(&told.when)
        ),
    );
    for (word, text) in told.explained.iter().chain(&told.predicted) {
        line(page, &format!("- **{word}:** {}", markdown_message(text)));
    }
    if !told.steps.is_empty() {
        page.push_str("\n| | when | question | from | answer |\n|---|---|---|---|---|\n");
    }
    for (index, step) in told.steps.iter().enumerate() {
        let records: Vec<_> = step.records.iter().map(|one| markdown_code(one)).collect();
        let records = if records.is_empty() {
            String::new()
        } else {
            format!(": {}", records.join(", "))
        };
        line(
            page,
            &format!(
                "| {} | {} | {} | {} | {}{records} |",
                index + 1,
                markdown(&step.when),
                markdown_code(&step.question),
                step.from,
                markdown(&step.answer)
            ),
        );
    }
    page.push('\n');
    for end in &told.ending {
        line(page, &format!("- → {}", markdown_message(end)));
    }
    page.push('\n');
}
