//! What a YAML text may hold: one description that reads it, names what is misspelt, and
//! becomes the JSON Schema for editors.

use serde_json::{Map, Value as Json, json};

use super::{Node, Value};
use crate::source::{Fault, Spanned};
use crate::spelling::nearest;

/// What a value may be.
#[derive(Debug, Clone)]
pub enum Shape {
    /// Text that `fn` accepts; its error says what the text should be.
    Text(fn(&str) -> Result<(), String>),
    /// One of these words.
    Word(Vec<&'static str>),
    /// A word that need not be one of these.
    Open(Vec<&'static str>),
    /// `true` or `false`.
    Flag,
    /// A list; a single value is a list of one.
    List(Box<Shape>),
    /// These keys.
    Mapping(Vec<Field>),
    /// Any keys, with values of one shape; the words are keys that are known.
    Map(Vec<&'static str>, Box<Shape>),
    /// Left to a reader of its own.
    Anything,
}

/// A key.
#[derive(Debug, Clone)]
pub struct Field {
    /// The key.
    pub name: &'static str,
    /// What it says, for editors.
    pub about: &'static str,
    /// It must be given.
    pub required: bool,
    /// Its value.
    pub shape: Shape,
}

impl Field {
    /// A key that may be given.
    pub fn new(name: &'static str, about: &'static str, shape: Shape) -> Self {
        Self {
            name,
            about,
            required: false,
            shape,
        }
    }

    /// It must be given.
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }
}

impl Shape {
    /// Any text that is not empty.
    pub fn text() -> Self {
        Self::Text(|_| Ok(()))
    }

    /// A list of values of this shape.
    pub fn list(self) -> Self {
        Self::List(Box::new(self))
    }

    /// Adds what is wrong with a node; what has no fault can be read as its shape says.
    pub fn check(&self, node: &Node, faults: &mut Vec<Fault>) {
        let mut wrong = |message: String| faults.push(Fault::new(node.span, message));
        match (self, &node.value) {
            (Self::Anything, _) | (Self::Open(_), Value::Scalar(_)) => {}
            (_, Value::Nothing) => wrong("a value is missing".to_owned()),
            (Self::List(shape), Value::List(list)) => {
                for node in list {
                    shape.check(node, faults);
                }
            }
            (Self::List(shape), _) => shape.check(node, faults),
            (Self::Mapping(fields), Value::Mapping(entries)) => {
                check_fields(fields, node, entries, faults);
            }
            (Self::Map(_, shape), Value::Mapping(entries)) => {
                for (_, node) in entries {
                    shape.check(node, faults);
                }
            }
            (Self::Mapping(_) | Self::Map(..), _) => {
                wrong(format!(
                    "keys with values are expected here, not {}",
                    node.kind()
                ));
            }
            (_, Value::List(_) | Value::Mapping(_)) => {
                wrong(format!(
                    "a single value is expected here, not {}",
                    node.kind()
                ));
            }
            (Self::Text(accepts), Value::Scalar(scalar)) => {
                if scalar.text.trim().is_empty() {
                    wrong("a value is missing".to_owned());
                } else if let Err(message) = accepts(&scalar.text) {
                    wrong(message);
                }
            }
            (Self::Word(words), Value::Scalar(scalar)) => {
                if !words.contains(&&*scalar.text) {
                    faults.push(unknown(&node.spanned(), "value", words));
                }
            }
            (Self::Flag, Value::Scalar(scalar)) => {
                if !matches!(&*scalar.text, "true" | "false") {
                    faults.push(unknown(&node.spanned(), "value", &["true", "false"]));
                }
            }
        }
    }

    /// This shape as JSON Schema (2020-12).
    pub fn schema(&self) -> Json {
        match self {
            Self::Text(_) => json!({ "type": "string", "minLength": 1 }),
            Self::Word(words) => json!({ "enum": words }),
            Self::Open(words) => json!({ "anyOf": [{ "enum": words }, { "type": "string" }] }),
            Self::Flag => json!({ "type": "boolean" }),
            Self::List(shape) => {
                let one = shape.schema();
                json!({ "anyOf": [{ "type": "array", "items": one }, one] })
            }
            Self::Mapping(fields) => {
                let mut properties = Map::new();
                for field in fields {
                    let mut schema = field.shape.schema();
                    schema["description"] = Json::from(field.about);
                    properties.insert(field.name.to_owned(), schema);
                }
                let required = fields.iter().filter(|field| field.required);
                let required: Vec<_> = required.map(|field| field.name).collect();
                let mut schema = json!({
                    "type": "object",
                    "properties": properties,
                    "additionalProperties": false,
                });
                if !required.is_empty() {
                    schema["required"] = json!(required);
                }
                schema
            }
            Self::Map(known, shape) => {
                let one = shape.schema();
                let properties: Map<_, _> = known
                    .iter()
                    .map(|key| ((*key).to_owned(), one.clone()))
                    .collect();
                json!({
                    "type": "object",
                    "properties": properties,
                    "additionalProperties": one,
                })
            }
            Self::Anything => json!({}),
        }
    }
}

fn check_fields(
    fields: &[Field],
    node: &Node,
    entries: &[(Spanned<String>, Node)],
    faults: &mut Vec<Fault>,
) {
    for (key, value) in entries {
        match fields.iter().find(|field| field.name == key.value) {
            Some(field) if value.value == Value::Nothing => {
                let message = format!("`{}` has no value", field.name);
                faults.push(Fault::new(key.span, message));
            }
            Some(field) => field.shape.check(value, faults),
            None => {
                let names: Vec<_> = fields.iter().map(|field| field.name).collect();
                faults.push(unknown(key, "key", &names));
            }
        }
    }
    for field in fields.iter().filter(|field| field.required) {
        if node.get(field.name).is_none() {
            let span = entries.first().map_or(node.span, |(key, _)| key.span);
            let message = format!("`{}` is missing", field.name);
            faults.push(Fault::new(span, message).help(format!("add `{}:`", field.name)));
        }
    }
}

/// A word that is not one of those there are, with the nearest or all of them.
pub fn unknown(word: &Spanned<String>, what: &str, known: &[&str]) -> Fault {
    let fault = Fault::new(word.span, format!("no {what} is called `{}`", word.value));
    match nearest(&word.value, known.iter().copied()) {
        Some(near) => fault.help(format!("did you mean `{near}`?")),
        None if known.len() > SHOWN => fault,
        None => fault.help(format!("there are {}", known.join(", "))),
    }
}

/// Words that are listed where none is near.
const SHOWN: usize = 24;

/// A JSON Schema document of this shape.
pub fn document(shape: &Shape, title: &str) -> String {
    let mut schema = shape.schema();
    schema["$schema"] = Json::from("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = Json::from(title);
    let text = serde_json::to_string_pretty(&schema).expect("a JSON value is written as text");
    format!("{text}\n")
}
