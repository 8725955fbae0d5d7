//! Values with the day they took effect, how sure they are, and who set them.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A value of a figure, an option or a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A rule: it is in force or not.
    Rule,
    /// Pounds and pence.
    Money(Decimal),
    /// A plain number.
    Number(Decimal),
    /// Words.
    Text(String),
    /// A list of words.
    List(Vec<String>),
    /// A date.
    Date(Date),
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Rule => f.write_str("in force"),
            Value::Money(amount) => write!(f, "{amount:.2}"),
            Value::Number(number) => number.fmt(f),
            Value::Text(text) => f.write_str(text),
            Value::List(list) if list.is_empty() => f.write_str("none"),
            Value::List(list) => f.write_str(&list.join(", ")),
            Value::Date(date) => date.fmt(f),
        }
    }
}

/// Who set a figure or rule, and where that can be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// How it is cited.
    pub title: String,
    /// An address, or the place in the council's records.
    pub href: String,
}

/// How sure a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Confirmed in the cited text.
    C,
    /// A published parameter file that cites the instrument.
    P,
    /// Recalled.
    R,
    /// Derived by arithmetic.
    D,
    /// Inferred from text.
    I,
    /// Looked for, not found.
    NF,
    /// Set by the council in its own policy file.
    Council,
}

impl Mark {
    /// As written in policy files; a council's own rows show as `council`.
    pub fn as_str(self) -> &'static str {
        match self {
            Mark::C => "C",
            Mark::P => "P",
            Mark::R => "R",
            Mark::D => "D",
            Mark::I => "I",
            Mark::NF => "NF",
            Mark::Council => "council",
        }
    }

    /// For people.
    pub fn in_words(self) -> &'static str {
        match self {
            Mark::C => "confirmed",
            Mark::P => "published",
            Mark::R => "recalled, not checked",
            Mark::D => "derived by arithmetic",
            Mark::I => "inferred",
            Mark::NF => "not found",
            Mark::Council => "set by the council",
        }
    }

    /// Is it for a council to check before it decides?
    pub fn can_be_confirmed(self) -> bool {
        matches!(self, Mark::R | Mark::D | Mark::I)
    }

    pub(super) fn decides(self) -> bool {
        matches!(self, Mark::C | Mark::P | Mark::Council)
    }
}

/// A figure or rule on a day on which it is in force.
#[derive(Clone, Copy, Debug)]
pub struct InForce<'p> {
    /// Id in the policy file.
    pub id: &'p str,
    /// For people.
    pub label: &'p str,
    /// Its value.
    pub value: &'p Value,
    /// The day it took effect.
    pub from: Date,
    /// The last day, if one is set.
    pub until: Option<Date>,
    /// How sure it is.
    pub mark: Mark,
    /// Does the council's policy confirm it?
    pub confirmed: bool,
    /// What set it.
    pub source: &'p Source,
}

impl InForce<'_> {
    /// May a case be decided on it without a person?
    pub fn may_decide(&self) -> bool {
        self.mark.decides() || (self.confirmed && self.mark.can_be_confirmed())
    }

    /// An amount of money; zero rows of another kind cannot pass the check of the policy file.
    pub fn money(&self) -> Option<Decimal> {
        match self.value {
            Value::Money(amount) => Some(*amount),
            _ => None,
        }
    }

    /// A number.
    pub fn number(&self) -> Option<Decimal> {
        match self.value {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// Is the word in the list? No for a value that is no list.
    pub fn lists(&self, word: &str) -> bool {
        matches!(self.value, Value::List(list) if list.iter().any(|item| item == word))
    }

    /// A list of words.
    pub fn list(&self) -> &[String] {
        match self.value {
            Value::List(list) => list,
            _ => &[],
        }
    }
}

/// There is no figure or rule for the day asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotInForce<'p> {
    /// Id in the policy file.
    pub id: &'p str,
    /// For people.
    pub label: &'p str,
    /// The last day of the latest row before it, if there was one.
    pub ended: Option<Date>,
}
