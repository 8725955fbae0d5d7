//! Lists that others work by, made of the rulings that stand and of what a lookup says of everybody.

use jiff::civil::Date;

use super::bot::NeedCode;
use super::columns::Fields;
use super::policy::Policy;
use super::ruling::Shown;

/// What lists a bot makes, and what they rest on.
#[derive(Clone, Copy, Debug)]
pub struct HandOut {
    /// The lookup that everybody stands in; without it there are no lists.
    pub lookup: &'static str,
    /// What one person in it is called, as "pupil".
    pub whom: &'static str,
    /// The lists.
    pub lists: &'static [ListKind],
    /// Why an award ends before its last day: every code the bot can give.
    pub ends: &'static [NeedCode],
    /// What a person is told of an award: every code the bot can give.
    pub told: &'static [NeedCode],
}

/// A kind of list.
#[derive(Clone, Copy, Debug)]
pub struct ListKind {
    /// kebab-case; part of the name of its file.
    pub name: &'static str,
    /// For people.
    pub title: &'static str,
    /// What there is one of for each, as "school"; none where there is one in all.
    pub each: Option<&'static str>,
    /// Another program reads it, not people.
    pub for_a_program: bool,
    /// Its columns, in order.
    pub columns: &'static [ListColumn],
}

/// A column of a list.
#[derive(Clone, Copy, Debug)]
pub struct ListColumn {
    /// kebab-case: what a council's layout calls it.
    pub holds: &'static str,
    /// Its header, where the council sets no other.
    pub header: &'static str,
}

/// An item whose ruling stands. It has no `Debug`: it is somebody's data.
pub struct Standing {
    /// Which, as a number that only the caller understands.
    pub item: i64,
    /// What of it belongs in lists, as the bot wrote it.
    pub says: Vec<u8>,
    /// The day on which its award ended and the code of why, if it did before.
    pub ended: Option<(Date, String)>,
}

/// What lists are made of.
pub struct ForLists<'a> {
    /// Every item whose ruling stands.
    pub standing: &'a [Standing],
    /// What the lookup holds.
    pub records: &'a [Fields],
    /// What is said of the lookup as a whole.
    pub about: &'a serde_json::Value,
    /// The day that the lists are of.
    pub as_at: Date,
    /// The policy in force.
    pub policy: &'a Policy,
}

/// The lists, and what was found on the way.
#[derive(Default)]
pub struct Lists {
    /// Each list, by kind and by whose it is.
    pub lists: Vec<List>,
    /// Awards that end by what the lookup says, each once.
    pub ended: Vec<Ended>,
    /// What a person must look at.
    pub told: Vec<Told>,
    /// Awards that stood before, those that end now among them.
    pub awards: usize,
}

/// One list. It has no `Debug`: it is people's data.
pub struct List {
    /// The name of its [`ListKind`].
    pub kind: &'static str,
    /// Whose it is, as a school's name; empty where there is one in all.
    pub of: String,
    /// Its rows, in order.
    pub rows: Vec<ListRow>,
}

/// A row of a list.
pub struct ListRow {
    /// By which the same person is known again in another list.
    pub who: String,
    /// A value for each column of the kind, in order.
    pub cells: Vec<Shown>,
}

/// An award that ends before its last day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The item.
    pub item: i64,
    /// The last day on which it counts.
    pub on: Date,
    /// Why: a code of [`HandOut::ends`].
    pub reason: &'static str,
    /// Payments that it gives no more, by period and kind.
    pub stops: Vec<(String, String)>,
}

/// Something that a person must look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Of which item; none where it is of the lookup alone.
    pub item: Option<i64>,
    /// What: a code of [`HandOut::told`].
    pub code: &'static str,
}

/// Why no lists can be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct NoLists {
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub advice: String,
}

impl NoLists {
    /// What is wrong, and what to do.
    pub fn new(what: impl Into<String>, advice: impl Into<String>) -> Self {
        NoLists { what: what.into(), advice: advice.into() }
    }
}
