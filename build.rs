//! Turns `rules/*.yaml` and `src/phone/parameters.tsv` into Rust tables.
//!
//! A page whose fields are wrong, whose id differs from its file name, or which has no
//! module of its name under `src/rules/`, fails the build.

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

#[path = "build/parameters.rs"]
mod parameters;

const PARAMETERS: &str = "src/phone/parameters.tsv";

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Page {
    id: String,
    severity: String,
    section: String,
    needs: Vec<String>,
    /// Checked by what selects findings, not by a rule that looks at the site.
    #[serde(default)]
    after_selection: bool,
    summary: String,
    why: String,
    fix: Repair,
    /// Why its findings carry no repair, where none can.
    no_repair: Option<String>,
    sources: Vec<String>,
    examples: Vec<Example>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Repair {
    text: String,
    zone: Option<String>,
    powershell: Option<String>,
    dnscmd: Option<String>,
    clicks: Option<String>,
    xml: Option<String>,
}

/// What the binary shows of an example; `tests/examples.rs` reads the rest.
#[derive(Deserialize)]
struct Example {
    name: String,
    zone: Option<String>,
    #[serde(default)]
    servers: BTreeMap<String, String>,
    phone: Option<String>,
    #[serde(default)]
    phones: BTreeMap<String, String>,
    log: Option<String>,
    settings: Option<String>,
    address: Option<String>,
    port: Option<u16>,
    transport: Option<String>,
}

/// A handset model, `rules/handsets/*.yaml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Model {
    id: String,
    title: String,
    addresses: Vec<String>,
    services: BTreeMap<String, String>,
    without_naptr: Vec<String>,
    log: bool,
    parameters: bool,
}

fn main() {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed={PARAMETERS}");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let pages = read_yaml(Path::new("rules"), |page: &Page| &page.id);
    fs::write(out.join("pages.rs"), pages_table(&pages)).expect("OUT_DIR is writable");
    for (file, after_selection) in [("checks.rs", false), ("selection_checks.rs", true)] {
        let pages = pages.values();
        let pages = pages.filter(|page| page.after_selection == after_selection);
        fs::write(out.join(file), checks_table(pages)).expect("OUT_DIR is writable");
    }
    fs::write(
        out.join("models.rs"),
        models_table(Path::new("rules/handsets")),
    )
    .expect("OUT_DIR is writable");
    let rows = fs::read_to_string(PARAMETERS).expect("the table of parameters is UTF-8");
    fs::write(out.join("parameters.rs"), parameters::table(&rows)).expect("OUT_DIR is writable");
}

/// Every `*.yaml` of a folder by its id, which is the file's name.
fn read_yaml<T: DeserializeOwned>(folder: &Path, id: impl Fn(&T) -> &str) -> BTreeMap<String, T> {
    let mut all = BTreeMap::new();
    for file in fs::read_dir(folder).expect("the folder rules/ stands beside build.rs") {
        let path = file.expect("rules/ is readable").path();
        if path.extension().is_none_or(|ending| ending != "yaml") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a page is UTF-8");
        let value: T = serde_yaml::from_str(&text)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        assert!(
            id(&value) == stem,
            "{}: its id is `{}`, not the file's name",
            path.display(),
            id(&value)
        );
        all.insert(stem.into_owned(), value);
    }
    all
}

/// `pub static MODELS`.
fn models_table(folder: &Path) -> String {
    let protocol = |name: &String| match name.as_str() {
        "UDP" => "Protocol::Udp",
        "TCP" => "Protocol::Tcp",
        "TLS" => "Protocol::Tls",
        other => panic!("no protocol is called `{other}`"),
    };
    let list = |items: Vec<String>| format!("&[{}]", items.join(", "));
    let mut code = String::from("/// Every model, by name.\npub static MODELS: &[Model] = &[\n");
    for model in read_yaml(folder, |model: &Model| &model.id).values() {
        let addresses = model
            .addresses
            .iter()
            .map(|name| format!("RecordType::{name}"));
        let services = model.services.iter();
        let services = services.map(|(name, over)| format!("({name:?}, {})", protocol(over)));
        let without_naptr = model
            .without_naptr
            .iter()
            .map(|name| protocol(name).to_owned());
        let _ = writeln!(
            code,
            "    Model {{ id: {:?}, title: {:?}, addresses: {}, services: {}, without_naptr: {}, log: {}, parameters: {} }},",
            model.id,
            model.title,
            list(addresses.collect()),
            list(services.collect()),
            list(without_naptr.collect()),
            model.log,
            model.parameters
        );
    }
    code.push_str("];\n");
    code
}

/// `pub static PAGES`, sorted by id, and a constant for each page.
fn pages_table(pages: &BTreeMap<String, Page>) -> String {
    let mut code = String::new();
    for page in pages.values() {
        let severity = match page.severity.as_str() {
            "error" => "Error",
            "warning" => "Warning",
            "note" => "Note",
            other => panic!("{}: no severity is called `{other}`", page.id),
        };
        let needs: Vec<_> = page
            .needs
            .iter()
            .map(|need| need_name(page, need))
            .collect();
        let _ = writeln!(
            code,
            "pub(crate) static {}: Page = Page {{ id: {:?}, severity: Severity::{severity}, section: {:?}, \
             needs: &[{}], summary: {:?}, why: {:?}, fix: {}, no_repair: {:?}, sources: &{:?}, examples: &[{}] }};",
            constant(&page.id),
            page.id,
            page.section,
            needs.join(", "),
            page.summary.trim(),
            page.why.trim(),
            repair(&page.fix),
            page.no_repair.as_deref().map(str::trim),
            page.sources,
            page.examples.iter().map(example).collect::<String>(),
        );
    }
    let names: Vec<_> = pages
        .keys()
        .map(|id| format!("&{}", constant(id)))
        .collect();
    let _ = writeln!(
        code,
        "/// All pages, sorted by id.\npub static PAGES: &[&Page] = &[{}];",
        names.join(", ")
    );
    code
}

/// The check of each page: a page without a module of its name does not compile, and a
/// module without a page is dead code.
fn checks_table<'p>(pages: impl Iterator<Item = &'p Page>) -> String {
    let mut code = String::from("static CHECKS: &[(&Page, Check)] = &[\n");
    for id in pages.map(|page| &page.id) {
        let _ = writeln!(
            code,
            "    (&crate::rule::{}, {}::check),",
            constant(id),
            id.replace('-', "_")
        );
    }
    code.push_str("];\n");
    code
}

fn constant(id: &str) -> String {
    id.replace('-', "_").to_uppercase()
}

fn need_name(page: &Page, need: &str) -> String {
    let name = match need {
        "zone" => "Zone",
        "configuration" => "Configuration",
        "reverse" => "Reverse",
        "live" => "Live",
        "expectation" => "Expectation",
        "handsets" => "Handsets",
        "log" => "Log",
        other => panic!("{}: no need is called `{other}`", page.id),
    };
    format!("Need::{name}")
}

fn repair(fix: &Repair) -> String {
    let text = |value: &Option<String>| format!("{:?}", value.as_deref().map(str::trim_end));
    format!(
        "Repair {{ text: {:?}, zone: {}, powershell: {}, dnscmd: {}, clicks: {}, xml: {} }}",
        fix.text.trim(),
        text(&fix.zone),
        text(&fix.powershell),
        text(&fix.dnscmd),
        text(&fix.clicks),
        text(&fix.xml)
    )
}

/// Files of a provisioning folder, or zones of servers, below their names.
fn by_name(texts: &BTreeMap<String, String>) -> Option<String> {
    let mut all = String::new();
    for (name, text) in texts {
        let _ = writeln!(all, "{name}:\n{text}");
    }
    (!texts.is_empty()).then_some(all)
}

/// The options that describe a handset.
fn command(example: &Example) -> Option<String> {
    let mut command = format!("--address {}", example.address.as_deref()?);
    if let Some(port) = example.port {
        let _ = write!(command, " --port {port}");
    }
    if let Some(transport) = &example.transport {
        let _ = write!(command, " --transport {transport}");
    }
    Some(command)
}

fn example(example: &Example) -> String {
    let text = |value: &Option<String>| format!("{:?}", value.as_deref().map(str::trim_end));
    format!(
        "Example {{ name: {:?}, command: {}, zone: {}, phone: {}, log: {}, settings: {} }}, ",
        example.name,
        text(&command(example)),
        text(&by_name(&example.servers).or(example.zone.clone())),
        text(&by_name(&example.phones).or(example.phone.clone())),
        text(&example.log),
        text(&example.settings)
    )
}
