//! From text to an expression.

use std::ops::Range;

use super::function::{FUNCTIONS, Function};
use super::lex::{Token, tokens};
use super::{Binary, Data, Expression, MAX_BYTES, Macro, Node, Value};
use crate::spelling::nearest;

/// How deep an expression may be nested, read and evaluated by recursion.
const MAX_DEPTH: usize = 48;

/// Bytes that a compiled regular expression may take.
const REGEX_BYTES: usize = 1 << 18;

/// What is wrong with an expression, and where in its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Offsets in the text.
    pub range: Range<usize>,
    /// Lower case, no full stop.
    pub message: String,
    /// What to do; may be empty.
    pub help: String,
}

impl Wrong {
    /// A fault at a place of the text.
    pub fn new(range: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            range,
            message: message.into(),
            help: String::new(),
        }
    }

    /// What to do about it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
}

/// Reads an expression that may use these variables.
pub fn parse(text: &str, variables: &[&str]) -> Result<Expression, Wrong> {
    if text.len() > MAX_BYTES {
        let message = format!("the expression is longer than {MAX_BYTES} bytes");
        return Err(Wrong::new(0..text.len(), message));
    }
    let mut parser = Parser {
        tokens: tokens(text)?,
        at: 0,
        depth: 0,
        names: variables.iter().map(|name| (*name).to_owned()).collect(),
    };
    let expression = parser.conditional()?;
    match parser.next() {
        (Token::End, _) => Ok(expression),
        (_, range) => Err(Wrong::new(
            range,
            "the expression should have ended before this",
        )),
    }
}

struct Parser {
    tokens: Vec<(Token, Range<usize>)>,
    at: usize,
    /// How deep the reading itself is nested.
    depth: usize,
    /// Variables in scope, the innermost last.
    names: Vec<String>,
}

/// Operators by precedence, the loosest first (CEL specification, "Syntax").
const LEVELS: [&[(&str, Binary)]; 3] = [
    &[
        ("<=", Binary::LessOrEqual),
        (">=", Binary::GreaterOrEqual),
        ("<", Binary::Less),
        (">", Binary::Greater),
        ("==", Binary::Equal),
        ("!=", Binary::Unequal),
        ("in", Binary::In),
    ],
    &[("+", Binary::Add), ("-", Binary::Subtract)],
    &[
        ("*", Binary::Multiply),
        ("/", Binary::Divide),
        ("%", Binary::Remainder),
    ],
];

impl Parser {
    fn peek(&self) -> &Token {
        &self.tokens[self.at].0
    }

    fn range(&self) -> Range<usize> {
        self.tokens[self.at].1.clone()
    }

    fn next(&mut self) -> (Token, Range<usize>) {
        let token = self.tokens[self.at].clone();
        // The last token is the end, and stays.
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        token
    }

    /// Takes the next token where it is this mark.
    fn takes(&mut self, mark: &str) -> bool {
        let taken = matches!(self.peek(), Token::Mark(next) if *next == mark);
        if taken {
            self.next();
        }
        taken
    }

    fn expect(&mut self, mark: &str) -> Result<Range<usize>, Wrong> {
        let range = self.range();
        if self.takes(mark) {
            Ok(range)
        } else {
            Err(Wrong::new(range, format!("`{mark}` is missing here")))
        }
    }

    fn make(node: Node, range: Range<usize>) -> Result<Expression, Wrong> {
        let deepest = |list: &[Expression]| list.iter().map(|one| one.depth).max().unwrap_or(0);
        let depth = 1 + match &node {
            Node::Literal(_) | Node::Name(_) => 0,
            Node::List(list) | Node::All(list) | Node::Any(list) | Node::Call(_, list) => {
                deepest(list)
            }
            Node::Conditional(three) => deepest(&three[..]),
            Node::Field(one, _)
            | Node::Has(one, _)
            | Node::Not(one)
            | Node::Negative(one)
            | Node::Matches(one, _) => one.depth,
            Node::Index(one, two) | Node::Binary(_, one, two) | Node::Macro(_, one, _, two) => {
                one.depth.max(two.depth)
            }
        };
        if depth > MAX_DEPTH {
            return Err(too_deep(range));
        }
        Ok(Expression { node, range, depth })
    }

    /// Reads something that may hold expressions itself.
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Wrong>) -> Result<T, Wrong> {
        if self.depth == MAX_DEPTH {
            return Err(too_deep(self.range()));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn conditional(&mut self) -> Result<Expression, Wrong> {
        self.nested(|parser| {
            let condition = parser.any()?;
            if !parser.takes("?") {
                return Ok(condition);
            }
            let yes = parser.any()?;
            parser.expect(":")?;
            let no = parser.conditional()?;
            let range = condition.range.start..no.range.end;
            Self::make(Node::Conditional(Box::new([condition, yes, no])), range)
        })
    }

    fn any(&mut self) -> Result<Expression, Wrong> {
        self.joined("||", Self::all, Node::Any)
    }

    fn all(&mut self) -> Result<Expression, Wrong> {
        self.joined("&&", |parser| parser.binary(0), Node::All)
    }

    fn joined(
        &mut self,
        mark: &str,
        read: impl Fn(&mut Self) -> Result<Expression, Wrong>,
        node: impl FnOnce(Vec<Expression>) -> Node,
    ) -> Result<Expression, Wrong> {
        let first = read(self)?;
        if !matches!(self.peek(), Token::Mark(next) if *next == mark) {
            return Ok(first);
        }
        let mut range = first.range.clone();
        let mut list = vec![first];
        while self.takes(mark) {
            let next = read(self)?;
            range.end = next.range.end;
            list.push(next);
        }
        Self::make(node(list), range)
    }

    fn binary(&mut self, level: usize) -> Result<Expression, Wrong> {
        let Some(operators) = LEVELS.get(level) else {
            return self.unary();
        };
        let mut left = self.binary(level + 1)?;
        loop {
            let operator = match self.peek() {
                Token::Mark(mark) => operators.iter().find(|(written, _)| written == mark),
                Token::Name(name) => operators.iter().find(|(written, _)| written == name),
                _ => None,
            };
            let Some((_, operator)) = operator else {
                return Ok(left);
            };
            self.next();
            let right = self.binary(level + 1)?;
            let range = left.range.start..right.range.end;
            let node = Node::Binary(*operator, Box::new(left), Box::new(right));
            left = Self::make(node, range)?;
        }
    }

    fn unary(&mut self) -> Result<Expression, Wrong> {
        let start = self.range().start;
        let node = if self.takes("!") {
            Node::Not
        } else if self.takes("-") {
            Node::Negative
        } else {
            return self.member();
        };
        let operand = self.nested(Self::unary)?;
        let range = start..operand.range.end;
        Self::make(node(Box::new(operand)), range)
    }

    /// A value, then fields, indexes and calls behind it.
    fn member(&mut self) -> Result<Expression, Wrong> {
        let mut value = self.primary()?;
        loop {
            let start = value.range.start;
            if self.takes("[") {
                let index = self.conditional()?;
                let end = self.expect("]")?.end;
                let node = Node::Index(Box::new(value), Box::new(index));
                value = Self::make(node, start..end)?;
            } else if self.takes(".") {
                let (name, at) = self.name()?;
                value = if self.takes("(") {
                    self.method(value, &name, at)?
                } else {
                    Self::make(Node::Field(Box::new(value), name), start..at.end)?
                };
            } else {
                return Ok(value);
            }
        }
    }

    fn name(&mut self) -> Result<(String, Range<usize>), Wrong> {
        match self.next() {
            (Token::Name(name), range) => Ok((name, range)),
            (_, range) => Err(Wrong::new(range, "a name is missing here")),
        }
    }

    fn primary(&mut self) -> Result<Expression, Wrong> {
        let (token, range) = self.next();
        let literal = |data| Node::Literal(Value::of(data));
        match token {
            Token::Number(number) => Self::make(literal(Data::Number(number)), range),
            Token::Text(text) => Self::make(literal(Data::Text(text.into())), range),
            Token::Name(name) => match name.as_str() {
                "true" | "false" => Self::make(literal(Data::Flag(name == "true")), range),
                "null" => Self::make(literal(Data::Null), range),
                _ if self.takes("(") => self.function(&name, range),
                _ if self.names.contains(&name) => Self::make(Node::Name(name), range),
                _ => {
                    let message = format!("nothing is called `{name}` here");
                    let near = nearest(&name, self.names.iter().map(String::as_str));
                    let help = match near {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("there are {}", self.names.join(", ")),
                    };
                    Err(Wrong::new(range, message).help(help))
                }
            },
            Token::Mark("(") => {
                let mut inner = self.conditional()?;
                inner.range = range.start..self.expect(")")?.end;
                Ok(inner)
            }
            Token::Mark("[") => {
                let list = self.arguments("]")?;
                Self::make(Node::List(list.0), range.start..list.1)
            }
            Token::Mark(mark) => Err(Wrong::new(
                range,
                format!("a value is missing before `{mark}`"),
            )),
            Token::End => Err(Wrong::new(
                range,
                "the expression ends where a value is missing",
            )),
        }
    }

    /// Expressions with commas between them up to a closing mark, and where that ends.
    fn arguments(&mut self, closing: &str) -> Result<(Vec<Expression>, usize), Wrong> {
        let mut list = Vec::new();
        loop {
            let range = self.range();
            if self.takes(closing) {
                return Ok((list, range.end));
            }
            if !list.is_empty() && !self.takes(",") {
                let message = format!("`,` or `{closing}` is missing here");
                return Err(Wrong::new(range, message));
            }
            list.push(self.conditional()?);
        }
    }

    /// `name(…)`, the parenthesis read.
    fn function(&mut self, name: &str, at: Range<usize>) -> Result<Expression, Wrong> {
        if name == "has" {
            let argument = self.conditional()?;
            let end = self.expect(")")?.end;
            let Node::Field(of, field) = argument.node else {
                return Err(Wrong::new(
                    argument.range,
                    "`has` asks for a field: `has(a.b)`",
                ));
            };
            return Self::make(Node::Has(of, field), at.start..end);
        }
        let function = known(name, &at)?;
        let (arguments, end) = self.arguments(")")?;
        Self::call(function, arguments, at, end)
    }

    /// `value.name(…)`, the parenthesis read.
    fn method(
        &mut self,
        value: Expression,
        name: &str,
        at: Range<usize>,
    ) -> Result<Expression, Wrong> {
        let start = value.range.start;
        let kind = match name {
            "all" => Macro::All,
            "exists" => Macro::Exists,
            "exists_one" => Macro::ExistsOne,
            "filter" => Macro::Filter,
            "map" => Macro::Map,
            "matches" => return self.matches(value),
            _ => {
                let function = known(name, &at)?;
                let (mut arguments, end) = self.arguments(")")?;
                arguments.insert(0, value);
                let mut call = Self::call(function, arguments, at, end)?;
                call.range.start = start;
                return Ok(call);
            }
        };
        let (variable, _) = self.name()?;
        self.expect(",")?;
        self.names.push(variable.clone());
        let body = self.conditional();
        self.names.pop();
        let body = body?;
        let end = self.expect(")")?.end;
        let node = Node::Macro(kind, Box::new(value), variable, Box::new(body));
        Self::make(node, start..end)
    }

    fn matches(&mut self, value: Expression) -> Result<Expression, Wrong> {
        let (token, range) = self.next();
        let Token::Text(pattern) = token else {
            return Err(Wrong::new(
                range,
                "a regular expression is written out, in quotes",
            ));
        };
        let end = self.expect(")")?.end;
        let regex = regex::RegexBuilder::new(&pattern)
            .size_limit(REGEX_BYTES)
            .dfa_size_limit(REGEX_BYTES)
            .build()
            .map_err(|error| {
                let last = error.to_string();
                let last = last.lines().last().unwrap_or_default().trim();
                let message = format!("this is no regular expression: {last}");
                Wrong::new(range, message.replace("error: ", ""))
            })?;
        let start = value.range.start;
        Self::make(Node::Matches(Box::new(value), regex), start..end)
    }

    fn call(
        function: Function,
        arguments: Vec<Expression>,
        at: Range<usize>,
        end: usize,
    ) -> Result<Expression, Wrong> {
        let expected = function.arguments();
        if arguments.len() != expected {
            let message = format!(
                "`{}` takes {expected} values, what stands before its dot included; here are {}",
                function.name(),
                arguments.len()
            );
            return Err(Wrong::new(at, message));
        }
        Self::make(Node::Call(function, arguments), at.start..end)
    }
}

fn too_deep(range: Range<usize>) -> Wrong {
    Wrong::new(
        range,
        format!("the expression is nested more than {MAX_DEPTH} deep"),
    )
}

fn known(name: &str, at: &Range<usize>) -> Result<Function, Wrong> {
    Function::find(name).ok_or_else(|| {
        let wrong = Wrong::new(at.clone(), format!("no function is called `{name}`"));
        let macros = [
            "all",
            "exists",
            "exists_one",
            "filter",
            "map",
            "matches",
            "has",
        ];
        let names = FUNCTIONS.iter().map(|(name, ..)| *name).chain(macros);
        match nearest(name, names.clone()) {
            Some(near) => wrong.help(format!("did you mean `{near}`?")),
            None => wrong.help(format!(
                "there are {}",
                names.collect::<Vec<_>>().join(", ")
            )),
        }
    })
}
