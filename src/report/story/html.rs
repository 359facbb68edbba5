//! The story of a log as a section of a page.

use maud::{Markup, html};

use super::super::count;
use super::super::html::{message, table, text};
use super::{Story, Told};

/// One story, the log of that number.
pub(super) fn section(number: usize, story: &Story) -> Markup {
    let id = format!("log-{number}");
    html! {
        section aria-labelledby=(id) {
            h2 id=(id) {
                "What the log " code { (text(&story.file)) } " tells"
                @if let Some(handset) = &story.handset {
                    " of " code { (text(handset)) }
                }
            }
            ul {
                @for fact in &story.facts {
                    li { (message(fact)) }
                }
                @for caution in &story.cautions {
                    li { strong { "caution: " } (message(caution)) }
                }
            }
            @for (index, told) in story.lookups.iter().enumerate() {
                (lookup(index + 1, told))
            }
            @if story.lookups.is_empty() {
                p { "No lookup of SIP servers is shown in this log." }
            }
            @if story.untold > 0 {
                p.more { (count(story.untold, "lookup")) " in between not shown; " code { "--verbose" } " shows what was kept." }
            }
            @if !story.course.is_empty() {
                (course(story))
            }
        }
    }
}

fn lookup(number: usize, told: &Told) -> Markup {
    let said = told.explained.iter().chain(&told.predicted);
    let said: Vec<_> = said.collect();
    let steps = told.steps.iter().enumerate().map(|(index, step)| {
        let records = html! {
            (message(&step.answer))
            @for record in &step.records {
                br; code { (text(record)) }
            }
        };
        vec![
            html! { (index + 1) },
            html! { (text(&step.when)) },
            html! { code { (text(&step.question)) } },
            html! { (step.from) },
            records,
        ]
    });
    html! {
        article {
            h3 { "Lookup " (number) ": " (text(&told.heading)) }
            p { (text(&told.when)) }
            @if !said.is_empty() {
                dl {
                    @for (word, sentence) in &said {
                        dt { (word) }
                        dd { (message(sentence)) }
                    }
                }
            }
            @if !told.steps.is_empty() {
                (table("Its questions", &["step", "when", "question", "from", "answer"], steps))
            }
            @if !told.ending.is_empty() {
                ul {
                    @for end in &told.ending {
                        li { (message(end)) }
                    }
                }
            }
        }
    }
}

fn course(story: &Story) -> Markup {
    let rows = story.course.iter();
    let rows = rows.map(|(when, what)| vec![html! { (text(when)) }, html! { (message(what)) }]);
    html! {
        article {
            h3 { "Course of events" }
            @if story.unlisted > 0 {
                p.more { (count(story.unlisted, "earlier event")) " not shown; " code { "--verbose" } " shows what was kept." }
            }
            (table("What happened when", &["when", "what"], rows))
        }
    }
}
