//! Expressions of users' own rules: the part of the Common Expression Language that judges
//! records, sets, set-ups and servers.
//!
//! Literals, lists, `.field`, `[index]`, `has()`, `! - * / % + < <= > >= == != in && || ?:`,
//! the macros `all`, `exists`, `exists_one`, `filter` and `map`, and the functions of
//! [`FUNCTIONS`]. An expression cannot hang: text and nesting are limited where it is read,
//! every step of its evaluation is paid from a [`Budget`], and regular expressions are literal,
//! compiled once, and linear. (The crate `cel` 0.15 has neither bound: its parser overflows the
//! stack at forty brackets, and its evaluation cannot be stopped.)
//!
//! Values keep the place they were read from, so that a rule can point at the TTL it judges.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::source::Span;

mod evaluate;
mod function;
mod lex;
mod parse;

pub use evaluate::{Budget, Failure};
pub use function::FUNCTIONS;
pub use parse::{Wrong, parse};

use function::Function;

/// The longest expression, in bytes.
pub const MAX_BYTES: usize = 4096;

/// A value, and where it was read.
#[derive(Debug, Clone)]
pub struct Value {
    /// What it is.
    pub data: Data,
    /// Its text; `None` for what was computed.
    pub place: Option<Span>,
}

/// What a value is.
#[derive(Debug, Clone)]
pub enum Data {
    /// `null`
    Null,
    /// `true` and `false`.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// Text.
    Text(Arc<str>),
    /// A list.
    List(Arc<[Value]>),
    /// Fields by name, sorted.
    Fields(Arc<[(&'static str, Value)]>),
}

impl Value {
    /// A value without a place.
    pub fn of(data: Data) -> Self {
        Self { data, place: None }
    }

    /// Text.
    pub fn text(text: &str) -> Self {
        Self::of(Data::Text(text.into()))
    }

    /// A number.
    pub fn number(number: impl Into<i64>) -> Self {
        Self::of(Data::Number(number.into()))
    }

    /// A list.
    pub fn list(values: impl IntoIterator<Item = Self>) -> Self {
        Self::of(Data::List(values.into_iter().collect()))
    }

    /// Fields.
    pub fn fields(mut fields: Vec<(&'static str, Self)>) -> Self {
        fields.sort_by_key(|(name, _)| *name);
        Self::of(Data::Fields(fields.into()))
    }

    /// The value as it was read there.
    pub fn at(self, place: Span) -> Self {
        Self {
            place: Some(place),
            ..self
        }
    }
}

impl Data {
    /// What kind of value it is, for people.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Flag(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Fields(_) => "a value with fields",
        }
    }
}

/// Values of a list that are written out; the rest is counted.
const SHOWN: usize = 8;

impl fmt::Display for Value {
    /// As a message shows it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.data {
            Data::Null => f.write_str("null"),
            Data::Flag(flag) => write!(f, "{flag}"),
            Data::Number(number) => write!(f, "{number}"),
            Data::Text(text) => f.write_str(text),
            Data::List(list) => {
                for (index, value) in list.iter().take(SHOWN).enumerate() {
                    let separator = if index > 0 { ", " } else { "" };
                    write!(f, "{separator}{value}")?;
                }
                match list.len().saturating_sub(SHOWN) {
                    0 => Ok(()),
                    rest => write!(f, " and {rest} more"),
                }
            }
            Data::Fields(_) => f.write_str("…"),
        }
    }
}

/// An expression that was read.
#[derive(Debug)]
pub struct Expression {
    node: Node,
    /// Offsets in the text of the expression.
    range: Range<usize>,
    /// How deep nodes are nested in it.
    depth: usize,
}

/// What an expression does.
#[derive(Debug)]
enum Node {
    Literal(Value),
    /// A variable.
    Name(String),
    List(Vec<Expression>),
    Field(Box<Expression>, String),
    /// Whether a field is there.
    Has(Box<Expression>, String),
    Index(Box<Expression>, Box<Expression>),
    Not(Box<Expression>),
    Negative(Box<Expression>),
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Binary(Binary, Box<Expression>, Box<Expression>),
    Conditional(Box<[Expression; 3]>),
    Call(Function, Vec<Expression>),
    Macro(Macro, Box<Expression>, String, Box<Expression>),
    Matches(Box<Expression>, regex::Regex),
}

/// An operator between two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    Unequal,
    In,
}

/// What goes through a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Macro {
    All,
    Exists,
    ExistsOne,
    Filter,
    Map,
}

#[cfg(test)]
mod tests;
