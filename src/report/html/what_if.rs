//! The what-if table of a line.

use maud::{Markup, html};

use super::{table, text};
use crate::report::Report;
use crate::report::failover::sheet::{Marked, Sheet};
use crate::site::LineUp;

pub(super) fn sheet(report: &Report<'_>, line_up: &LineUp<'_>) -> Markup {
    let sheet = Sheet::of(report.site, line_up);
    let several = sheet.several_entries();
    let rows = sheet.rows.iter().map(|row| {
        let mut cells = vec![
            html! { (text(&row.down)) },
            html! { (text(&row.uses)) },
            html! { (text(&row.tries)) },
            marked(&row.after),
            html! { @if let Some(back) = &row.back { (marked(back)) } },
        ];
        if several {
            let entry = row.entry.as_deref().unwrap_or_default();
            cells.insert(1, html! { (text(entry)) });
        }
        cells
    });
    html! {
        article {
            h3 { (text(&sheet.title)) }
            (table("Which server handsets use", &sheet.header(), rows))
            @if sheet.left_out > 0 {
                p.more { "And " (sheet.left_out) " more combinations of two servers down." }
            }
            ul {
                @for fact in &sheet.facts {
                    li {
                        @if let Some(entry) = &fact.entry { (text(entry)) ": " }
                        (marked(&fact.figure))
                    }
                }
            }
            @for weights in &sheet.weights {
                (table(&weights.title, &["server", "weight drawn at random", "higher weight first"], weights.rows.iter().map(|(server, drawn, sorted)| {
                    [server, drawn, sorted].map(|cell| html! { (text(cell)) }).to_vec()
                })))
            }
            @if !sheet.notes.is_empty() {
                h4 { "Where these figures come from" }
                ol.notes {
                    @for note in &sheet.notes {
                        li { (text(note)) }
                    }
                }
            }
        }
    }
}

/// A figure with the numbers of its notes.
fn marked(figure: &Marked) -> Markup {
    let numbers: Vec<_> = figure.notes.iter().map(ToString::to_string).collect();
    html! {
        (text(&figure.text))
        @if !numbers.is_empty() {
            " " span.marks { "[" (numbers.join(", ")) "]" }
        }
    }
}
