//! What an expression is worth.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use super::{Binary, Data, Expression, Macro, Node, Value};
use crate::spelling::nearest;

/// Steps that the evaluations of one rule may take together: every node is one, and every byte
/// or value that is copied or compared.
const STEPS: u64 = 10_000_000;

/// Further steps for each record that there is to judge, so that a large zone does not run out
/// of them and the time stays linear in its size.
const STEPS_PER_RECORD: u64 = 1000;

/// What evaluations may still cost.
#[derive(Debug)]
pub struct Budget {
    steps: u64,
}

impl Budget {
    /// For one rule that judges data of so many records.
    pub fn of(records: u64) -> Self {
        let more = records.saturating_mul(STEPS_PER_RECORD);
        Self {
            steps: STEPS.saturating_add(more),
        }
    }
}

/// Why an expression has no value, and where in its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Offsets in the text.
    pub range: Range<usize>,
    /// Lower case, no full stop.
    pub message: String,
    /// What to do; may be empty.
    pub help: String,
}

/// Variables, the innermost last.
type Scope = Vec<(String, Value)>;

impl Expression {
    /// The value under these variables.
    pub fn evaluate(
        &self,
        variables: &[(&'static str, Value)],
        budget: &mut Budget,
    ) -> Result<Value, Failure> {
        let variables = variables.iter();
        let mut scope = variables
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        self.value(&mut scope, budget)
    }

    /// The value, which has to be true or false.
    pub fn holds(
        &self,
        variables: &[(&'static str, Value)],
        budget: &mut Budget,
    ) -> Result<bool, Failure> {
        match self.evaluate(variables, budget)?.data {
            Data::Flag(flag) => Ok(flag),
            other => Err(self.fail(format!("this is {}, not true or false", other.kind()))),
        }
    }

    fn fail(&self, message: impl Into<String>) -> Failure {
        Failure {
            range: self.range.clone(),
            message: message.into(),
            help: String::new(),
        }
    }

    fn pay(&self, steps: usize, budget: &mut Budget) -> Result<(), Failure> {
        let left = budget.steps.checked_sub(steps as u64);
        budget.steps = left.ok_or_else(|| self.fail("the expression takes too many steps"))?;
        Ok(())
    }

    fn flag(&self, scope: &mut Scope, budget: &mut Budget) -> Result<bool, Failure> {
        match self.value(scope, budget)?.data {
            Data::Flag(flag) => Ok(flag),
            other => Err(self.fail(format!("this is {}, not true or false", other.kind()))),
        }
    }

    fn value(&self, scope: &mut Scope, budget: &mut Budget) -> Result<Value, Failure> {
        self.pay(1, budget)?;
        let data = match &self.node {
            Node::Literal(value) => return Ok(value.clone()),
            Node::Name(name) => {
                let found = scope.iter().rev().find(|(known, _)| known == name);
                return match found {
                    Some((_, value)) => Ok(value.clone()),
                    None => Err(self.fail(format!("nothing is called `{name}` here"))),
                };
            }
            Node::Field(of, name) => return self.field(&of.value(scope, budget)?, name),
            Node::Index(list, index) => {
                let (list, index) = (list.value(scope, budget)?, index.value(scope, budget)?);
                return self.index(&list, &index);
            }
            Node::Conditional(three) => {
                let [condition, yes, no] = &**three;
                let chosen = if condition.flag(scope, budget)? {
                    yes
                } else {
                    no
                };
                return chosen.value(scope, budget);
            }
            Node::Macro(kind, list, variable, body) => {
                return Self::go_through(*kind, list, variable, body, scope, budget);
            }
            Node::List(list) => {
                let values = list.iter().map(|one| one.value(scope, budget));
                Data::List(values.collect::<Result<_, _>>()?)
            }
            Node::Has(of, name) => match of.value(scope, budget)?.data {
                Data::Fields(fields) => Data::Flag(fields.iter().any(|(known, _)| known == name)),
                other => return Err(self.fail(format!("{} has no fields", other.kind()))),
            },
            Node::Not(operand) => Data::Flag(!operand.flag(scope, budget)?),
            Node::Negative(operand) => match operand.value(scope, budget)?.data {
                Data::Number(number) => Data::Number(self.within(number.checked_neg())?),
                other => return Err(self.fail(format!("this is {}, not a number", other.kind()))),
            },
            Node::All(list) => Data::Flag(Self::joined(list, false, scope, budget)?),
            Node::Any(list) => Data::Flag(Self::joined(list, true, scope, budget)?),
            Node::Binary(operator, left, right) => {
                let (left, right) = (left.value(scope, budget)?, right.value(scope, budget)?);
                self.binary(*operator, &left.data, &right.data, budget)?
            }
            Node::Call(function, arguments) => {
                let values = arguments.iter().map(|one| one.value(scope, budget));
                let values: Vec<_> = values.collect::<Result<_, _>>()?;
                let sizes = values.iter().map(|value| size(&value.data));
                self.pay(sizes.sum(), budget)?;
                function.apply(&values).ok_or_else(|| {
                    let kinds: Vec<_> = values.iter().map(|value| value.data.kind()).collect();
                    let kinds = kinds.join(" and ");
                    self.fail(format!(
                        "`{}` does not take {kinds} like this",
                        function.name()
                    ))
                })?
            }
            Node::Matches(text, regex) => match text.value(scope, budget)?.data {
                Data::Text(text) => {
                    self.pay(text.len(), budget)?;
                    Data::Flag(regex.is_match(&text))
                }
                other => return Err(self.fail(format!("this is {}, not text", other.kind()))),
            },
        };
        Ok(Value::of(data))
    }

    /// `&&` and `||`: what comes first and decides, decides.
    fn joined(
        list: &[Expression],
        decides: bool,
        scope: &mut Scope,
        budget: &mut Budget,
    ) -> Result<bool, Failure> {
        for one in list {
            if one.flag(scope, budget)? == decides {
                return Ok(decides);
            }
        }
        Ok(!decides)
    }

    fn field(&self, of: &Value, name: &str) -> Result<Value, Failure> {
        let Data::Fields(fields) = &of.data else {
            return Err(self.fail(format!("{} has no field `{name}`", of.data.kind())));
        };
        let found = fields.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.clone()).ok_or_else(|| {
            let names = || fields.iter().map(|(known, _)| *known);
            let help = match nearest(name, names()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are {}", names().collect::<Vec<_>>().join(", ")),
            };
            let message = format!("there is no field `{name}` here");
            Failure {
                help,
                ..self.fail(message)
            }
        })
    }

    fn index(&self, list: &Value, index: &Value) -> Result<Value, Failure> {
        let (Data::List(list), Data::Number(index)) = (&list.data, &index.data) else {
            return Err(self.fail("an index is a number behind a list"));
        };
        let found = usize::try_from(*index).ok().and_then(|at| list.get(at));
        let size = list.len();
        found
            .cloned()
            .ok_or_else(|| self.fail(format!("the list has {size} values, none at {index}")))
    }

    fn go_through(
        kind: Macro,
        list: &Expression,
        variable: &str,
        body: &Expression,
        scope: &mut Scope,
        budget: &mut Budget,
    ) -> Result<Value, Failure> {
        let values = match list.value(scope, budget)?.data {
            Data::List(values) => values,
            other => return Err(list.fail(format!("this is {}, not a list", other.kind()))),
        };
        let mut kept = Vec::new();
        let mut hits = 0;
        for value in values.iter() {
            scope.push((variable.to_owned(), value.clone()));
            let result = if kind == Macro::Map {
                body.value(scope, budget).map(|mapped| {
                    kept.push(mapped);
                    true
                })
            } else {
                body.flag(scope, budget)
            };
            scope.pop();
            let hit = result?;
            hits += usize::from(hit);
            match kind {
                Macro::All if !hit => break,
                Macro::Exists if hit => break,
                Macro::ExistsOne if hits > 1 => break,
                Macro::Filter if hit => kept.push(value.clone()),
                _ => {}
            }
        }
        Ok(Value::of(match kind {
            Macro::All => Data::Flag(hits == values.len()),
            Macro::Exists => Data::Flag(hits > 0),
            Macro::ExistsOne => Data::Flag(hits == 1),
            Macro::Filter | Macro::Map => Data::List(kept.into()),
        }))
    }

    fn within(&self, number: Option<i64>) -> Result<i64, Failure> {
        number.ok_or_else(|| self.fail("the number is too large, or it is divided by 0"))
    }

    fn binary(
        &self,
        operator: Binary,
        left: &Data,
        right: &Data,
        budget: &mut Budget,
    ) -> Result<Data, Failure> {
        use Binary::{
            Add, Divide, Equal, Greater, GreaterOrEqual, In, Less, LessOrEqual, Multiply,
            Remainder, Subtract, Unequal,
        };
        self.pay(size(left).saturating_add(size(right)), budget)?;
        let number = |result| self.within(result).map(Data::Number);
        match (operator, left, right) {
            (Equal, ..) => self.equal(left, right, budget).map(Data::Flag),
            (Unequal, ..) => self
                .equal(left, right, budget)
                .map(|same| Data::Flag(!same)),
            (In, _, Data::List(list)) => {
                for value in list.iter() {
                    if self.equal(left, &value.data, budget)? {
                        return Ok(Data::Flag(true));
                    }
                }
                Ok(Data::Flag(false))
            }
            (Add, Data::Number(a), Data::Number(b)) => number(a.checked_add(*b)),
            (Subtract, Data::Number(a), Data::Number(b)) => number(a.checked_sub(*b)),
            (Multiply, Data::Number(a), Data::Number(b)) => number(a.checked_mul(*b)),
            (Divide, Data::Number(a), Data::Number(b)) => number(a.checked_div(*b)),
            (Remainder, Data::Number(a), Data::Number(b)) => number(a.checked_rem(*b)),
            (Add, Data::Text(a), Data::Text(b)) => Ok(Data::Text(format!("{a}{b}").into())),
            (Add, Data::List(a), Data::List(b)) => {
                Ok(Data::List(a.iter().chain(b.iter()).cloned().collect()))
            }
            (Less | LessOrEqual | Greater | GreaterOrEqual, ..) => {
                let order = match (left, right) {
                    (Data::Number(a), Data::Number(b)) => a.cmp(b),
                    (Data::Text(a), Data::Text(b)) => a.cmp(b),
                    _ => return Err(self.mismatch(left, right)),
                };
                Ok(Data::Flag(match operator {
                    Less => order == Ordering::Less,
                    LessOrEqual => order != Ordering::Greater,
                    Greater => order == Ordering::Greater,
                    _ => order != Ordering::Less,
                }))
            }
            _ => Err(self.mismatch(left, right)),
        }
    }

    fn mismatch(&self, left: &Data, right: &Data) -> Failure {
        let (left, right) = (left.kind(), right.kind());
        self.fail(format!("{left} and {right} do not go together here"))
    }

    /// Values of different kinds are not equal.
    fn equal(&self, left: &Data, right: &Data, budget: &mut Budget) -> Result<bool, Failure> {
        self.pay(size(left).min(size(right)), budget)?;
        Ok(match (left, right) {
            (Data::Null, Data::Null) => true,
            (Data::Flag(a), Data::Flag(b)) => a == b,
            (Data::Number(a), Data::Number(b)) => a == b,
            (Data::Text(a), Data::Text(b)) => a == b,
            (Data::List(a), Data::List(b)) => {
                a.len() == b.len() && self.equal_all(a.iter().zip(b.iter()), budget)?
            }
            (Data::Fields(a), Data::Fields(b)) => {
                let values = |fields: &Arc<[(&'static str, Value)]>| {
                    fields
                        .iter()
                        .map(|(_, value)| value.clone())
                        .collect::<Vec<_>>()
                };
                let same_names = a.iter().map(|one| one.0).eq(b.iter().map(|one| one.0));
                same_names && self.equal_all(values(a).iter().zip(&values(b)), budget)?
            }
            _ => false,
        })
    }

    fn equal_all<'v>(
        &self,
        pairs: impl Iterator<Item = (&'v Value, &'v Value)>,
        budget: &mut Budget,
    ) -> Result<bool, Failure> {
        for (one, two) in pairs {
            if !self.equal(&one.data, &two.data, budget)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// What copying or comparing a value costs.
fn size(data: &Data) -> usize {
    match data {
        Data::Text(text) => text.len(),
        Data::List(list) => list.len().saturating_mul(8),
        Data::Fields(fields) => fields.len(),
        Data::Null | Data::Flag(_) | Data::Number(_) => 1,
    }
}
