//! The examples of the built-in pages.

use std::path::Path;

use sipdns_lint::example::Example;
use sipdns_lint::source::{Origin, Source, Sources};
use sipdns_lint::yaml::{self, Node};

/// What tests read of a page.
pub struct Page {
    pub id: String,
    #[allow(dead_code, reason = "not every test asks for it")]
    pub needs: Vec<String>,
    /// Why its findings carry no repair.
    #[allow(dead_code, reason = "not every test asks for it")]
    pub no_repair: Option<String>,
    pub examples: Vec<Example>,
}

/// Every page, in the order of their ids.
pub fn pages() -> Vec<Page> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut pages: Vec<Page> = std::fs::read_dir(folder)
        .expect("the rules stand in rules/")
        .map(|file| file.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
        .map(|path| page(&path))
        .collect();
    pages.sort_by(|one, two| one.id.cmp(&two.id));
    pages
}

fn page(path: &Path) -> Page {
    let text = std::fs::read_to_string(path).expect("a page is UTF-8");
    let sources = Sources::new();
    let source = sources.add(Source::new(path.to_string_lossy(), Origin::Stdin, text));
    let root = yaml::read(&sources, source).expect("a page is YAML");
    let root = root.expect("a page holds something");
    let list = |key: &str| root.get(key).map_or(&[][..], Node::list);
    let shape = sipdns_lint::example::shape();
    let mut faults = Vec::new();
    for example in list("examples") {
        shape.check(example, &mut faults);
    }
    assert!(faults.is_empty(), "{}: {faults:?}", path.display());
    Page {
        id: root.get("id").map_or("", Node::text).to_owned(),
        needs: list("needs")
            .iter()
            .map(|need| need.text().to_owned())
            .collect(),
        no_repair: root.get("no-repair").map(|why| why.text().to_owned()),
        examples: list("examples").iter().map(Example::of).collect(),
    }
}
