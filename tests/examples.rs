//! Every page's examples: what they point at is found there and nowhere else, under all
//! rules. `EXAMPLE=rule-id cargo test --test examples` runs one page and prints what was found.

#[path = "support/example.rs"]
mod example;

use std::fmt::Write as _;

use example::pages;
use sipdns_lint::example::built_in;
use sipdns_lint::rule::Catalogue;

#[test]
fn every_example_yields_what_it_points_at_and_nothing_else() {
    let only = std::env::var("EXAMPLE").ok();
    let mut faults = String::new();
    for page in pages() {
        if only.as_ref().is_some_and(|only| *only != page.id) {
            continue;
        }
        let (mut fires, mut near_misses) = (0, 0);
        for example in &page.examples {
            let outcome = example.run(&page.id, &Catalogue::default(), &built_in);
            if only.is_some() {
                println!("{}: {}", page.id, example.name);
                for found in &outcome.found {
                    println!("  {found}");
                }
            }
            for fault in outcome.faults {
                writeln!(faults, "{}: {}\n  {fault}", page.id, example.name).expect("a string");
            }
            if outcome.fires {
                fires += 1;
            } else {
                near_misses += 1;
            }
        }
        let live = page.needs.iter().any(|need| need == "live");
        if near_misses == 0 || (fires == 0 && !live) {
            writeln!(
                faults,
                "{}: a page has an example that fires and a near miss that does not",
                page.id
            )
            .expect("a string");
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}
