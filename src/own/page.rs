//! From a page to a rule.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::{Over, Own, Part, Template, Written};
use crate::example;
use crate::expression::{self, Wrong};
use crate::load::{path_name, reason};
use crate::problem::Problem;
use crate::rule::{self, Need, Page, Repair, Severity};
use crate::source::{Fault, Origin, Source, SourceId, Sources};
use crate::yaml::shape::{Field, Shape, document};
use crate::yaml::{self, Node};

/// The heading under which `rules` lists them where they name none.
const SECTION: &str = "Own rules";

/// What a page may hold.
fn shape() -> Shape {
    let text = Shape::text;
    Shape::Mapping(vec![
        Field::new(
            "id",
            "The rule's name in kebab case, which is the file's.",
            Shape::Text(id),
        )
        .required(),
        Field::new(
            "severity",
            "Its effect on handsets.",
            Shape::Word(Severity::ALL.map(Severity::word).to_vec()),
        )
        .required(),
        Field::new("section", "The heading it is listed under.", text()),
        Field::new("summary", "In one line what it reports.", text()).required(),
        Field::new("why", "What is seen on the handset, and why.", text()),
        Field::new(
            "for",
            "What it looks at.",
            Shape::Word(Over::ALL.map(Over::word).to_vec()),
        )
        .required(),
        Field::new(
            "when",
            "Where this expression is false, the rule does not apply.",
            text(),
        ),
        Field::new("assert", "The expression that has to be true.", text()).required(),
        Field::new(
            "at",
            "An expression for what is pointed at: a field, or a list of fields.",
            text(),
        ),
        Field::new(
            "message",
            "What is wrong; `{expression}` puts a value in.",
            text(),
        )
        .required(),
        Field::new("help", "What to do, likewise.", text()),
        Field::new("fix", "How it is repaired, for `explain`.", fix()),
        Field::new("sources", "Where it comes from.", text().list()),
        Field::new(
            "examples",
            "Inputs that are tests, run by `sipdns-lint rules --test`.",
            example::shape().list(),
        ),
    ])
}

/// The JSON Schema of a page, as text.
pub fn schema() -> String {
    document(&shape(), "sipdns-lint rule")
}

fn fix() -> Shape {
    let one = |name, about| Field::new(name, about, Shape::text());
    Shape::Mapping(vec![
        one("text", "In words.").required(),
        one("zone", "Lines of a master file."),
        one("powershell", "PowerShell."),
        one("dnscmd", "dnscmd in cmd.exe."),
        one("clicks", "DNS Manager, field by field."),
        one("xml", "Handset XML."),
    ])
}

/// A name in kebab case.
fn id(text: &str) -> Result<(), String> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let ends = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    if bytes.iter().all(|byte| plain(*byte)) && ends(bytes.first()) && ends(bytes.last()) {
        Ok(())
    } else {
        Err(format!(
            "`{text}` is no name in kebab case, such as `host-naming`"
        ))
    }
}

/// Reads every page of a folder.
pub(super) fn read_folder(folder: &Path, sources: &Sources) -> Result<Vec<Own>, Vec<Problem>> {
    let problem = |message: String| vec![Problem::new(message)];
    let name = path_name(folder);
    let entries = std::fs::read_dir(folder).map_err(|error| {
        let reason = reason(&error);
        problem(format!("cannot read the rules in `{name}`: {reason}"))
    })?;
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let ending = path.extension();
            ending.is_some_and(|ending| ending == "yaml" || ending == "yml")
        })
        .collect();
    paths.sort();
    if paths.is_empty() {
        let help = "a rule is a file `<name of the rule>.yaml`";
        let problem = Problem::new(format!("there are no rules in `{name}`"));
        return Err(vec![problem.help(help)]);
    }
    let mut rules = Vec::new();
    let mut problems = Vec::new();
    for path in &paths {
        match read_file(path, sources) {
            Ok(rule) => rules.push(rule),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() {
        Ok(rules)
    } else {
        Err(problems)
    }
}

fn read_file(path: &Path, sources: &Sources) -> Result<Own, Vec<Problem>> {
    let name = path_name(path);
    let bytes = yaml::read_file(path).map_err(|error| {
        let reason = reason(&error);
        vec![Problem::new(format!(
            "cannot read the rule `{name}`: {reason}"
        ))]
    })?;
    let origin = Origin::File(path.to_owned());
    let source = sources.add(Source::from_bytes(name, origin, bytes));
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    read(source, &stem, sources).map_err(|faults| {
        let faults = faults.into_iter();
        faults.map(|fault| Problem::of(fault, sources)).collect()
    })
}

/// Reads the page in a source; `stem` is what its file is called.
fn read(source: SourceId, stem: &str, sources: &Sources) -> Result<Own, Vec<Fault>> {
    let root = yaml::read(sources, source).map_err(|fault| vec![fault])?;
    let Some(root) = root else {
        let span = crate::source::Span::new(source, 0, 0);
        return Err(vec![Fault::new(span, "there is no rule in this file")]);
    };
    let mut faults = Vec::new();
    shape().check(&root, &mut faults);
    if !faults.is_empty() {
        return Err(faults);
    }
    let reader = Reader {
        root: &root,
        sources,
    };
    let id = reader.text("id");
    if let Some(node) = root.get("id") {
        if id != stem {
            let message = format!("the rule is called `{id}` and its file `{stem}`");
            faults.push(Fault::new(node.span, message).help("give both one name"));
        }
        if rule::page(id).is_some() {
            let message = format!("`{id}` is a built-in rule");
            faults.push(Fault::new(node.span, message).help("choose another name"));
        }
    }
    let over = Over::from_word(reader.text("for")).unwrap_or(Over::Record);
    let variables = over.variables();
    let mut read = |key: &str| reader.expression(key, variables, &mut faults);
    let (when, assert, at) = (read("when"), read("assert"), read("at"));
    let message = reader.template("message", variables, &mut faults);
    let help = reader.template("help", variables, &mut faults);
    let examples = root.get("examples").map_or(&[][..], Node::list);
    let examples: Vec<_> = examples.iter().map(example::Example::of).collect();
    match (assert, message) {
        (Some(assert), Some(message)) if faults.is_empty() => Ok(Own {
            page: reader.page(),
            source,
            over,
            when,
            assert,
            at,
            message,
            help,
            examples,
        }),
        _ => Err(faults),
    }
}

struct Reader<'a> {
    root: &'a Node,
    sources: &'a Sources,
}

impl Reader<'_> {
    fn text(&self, key: &str) -> &str {
        self.root.get(key).map_or("", Node::text)
    }

    fn expression(
        &self,
        key: &str,
        variables: &[&str],
        faults: &mut Vec<Fault>,
    ) -> Option<Written> {
        let node = self.root.get(key)?;
        self.written(node, 0..node.text().len(), variables, faults)
    }

    /// The expression in a part of a node's text.
    fn written(
        &self,
        node: &Node,
        range: std::ops::Range<usize>,
        variables: &[&str],
        faults: &mut Vec<Fault>,
    ) -> Option<Written> {
        let offset = range.start;
        match expression::parse(&node.text()[range], variables) {
            Ok(expression) => Some(Written {
                expression,
                node: node.clone(),
                offset,
            }),
            Err(Wrong {
                range,
                message,
                help,
            }) => {
                let span = node.part(self.sources, offset + range.start, offset + range.end);
                let fault = Fault::new(span, message);
                faults.push(if help.is_empty() {
                    fault
                } else {
                    fault.help(help)
                });
                None
            }
        }
    }

    /// A text with expressions in braces; a brace is written twice.
    fn template(&self, key: &str, variables: &[&str], faults: &mut Vec<Fault>) -> Option<Template> {
        let node = self.root.get(key)?;
        let text = node.text();
        let mut parts = Vec::new();
        let mut at = 0;
        while let Some(found) = text[at..].find(['{', '}']) {
            let brace = at + found;
            parts.push(Part::Text(text[at..brace].to_owned()));
            let rest = &text[brace..];
            if rest.starts_with("{{") || rest.starts_with("}}") {
                parts.push(Part::Text(rest[..1].to_owned()));
                at = brace + 2;
                continue;
            }
            let end = text[brace..].find('}').filter(|_| rest.starts_with('{'));
            let Some(end) = end.map(|end| brace + end) else {
                let span = node.part(self.sources, brace, brace + 1);
                let fault = Fault::new(span, "this brace has no partner");
                faults.push(fault.help("write `{{` or `}}` for a brace itself"));
                return None;
            };
            let written = self.written(node, brace + 1..end, variables, faults)?;
            parts.push(Part::Value(written));
            at = end + 1;
        }
        parts.push(Part::Text(text[at..].trim_end().to_owned()));
        Some(Template(parts))
    }

    /// The page. It lives as long as the program, as the built-in ones do: what reports a
    /// finding names its rule long after the rule was read.
    fn page(&self) -> &'static Page {
        let mut kept = Kept::default();
        let section = match self.text("section") {
            "" => SECTION,
            section => kept.text(section),
        };
        let severity = Severity::from_word(self.text("severity"));
        let fix = self.root.get("fix");
        let repair = |key: &str| fix.and_then(|fix| fix.get(key)).map(Node::text);
        let mut optional = |key: &str| repair(key).map(|text| kept.text(text.trim_end()));
        let fix = Repair {
            text: optional("text").unwrap_or_default(),
            zone: optional("zone"),
            powershell: optional("powershell"),
            dnscmd: optional("dnscmd"),
            clicks: optional("clicks"),
            xml: optional("xml"),
        };
        let list = |key: &str| self.root.get(key).map_or(&[][..], Node::list);
        let sources: Vec<_> = list("sources")
            .iter()
            .map(|one| kept.text(one.text()))
            .collect();
        let examples: Vec<_> = list("examples")
            .iter()
            .map(|example| {
                let options = ["address", "port", "transport"]
                    .into_iter()
                    .filter_map(|key| {
                        let value = example.get(key)?;
                        Some(format!("--{key} {}", value.text()))
                    });
                let options: Vec<_> = options.collect();
                let command = (!options.is_empty()).then(|| kept.text(&options.join(" ")));
                let mut part = |key: &str| {
                    let node = example.get(key);
                    node.map(|node| kept.text(node.text().trim_end()))
                };
                rule::Example {
                    name: part("name").unwrap_or_default(),
                    command,
                    zone: part("zone"),
                    phone: part("phone"),
                    log: part("log"),
                    settings: part("settings"),
                }
            })
            .collect();
        Box::leak(Box::new(Page {
            id: kept.text(self.text("id")),
            severity: severity.unwrap_or(Severity::Warning),
            section,
            needs: &[Need::Zone],
            summary: kept.text(self.text("summary").trim()),
            why: kept.text(self.text("why").trim()),
            fix,
            no_repair: None,
            sources: Box::leak(sources.into()),
            examples: Box::leak(examples.into()),
        }))
    }
}

/// Texts that live as long as the program, each once.
#[derive(Default)]
struct Kept(HashMap<String, &'static str>);

impl Kept {
    fn text(&mut self, text: &str) -> &'static str {
        self.0
            .entry(text.to_owned())
            .or_insert_with(|| Box::leak(text.to_owned().into()))
    }
}
