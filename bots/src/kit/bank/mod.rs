//! Whether an account number could exist at a sort code: the modulus check of the United Kingdom.
//!
//! The rules are those of Vocalink's "Validating account numbers: UK modulus checking", version 7.70
//! of 25 March 2024, sections 1.3 and 2.2; the exceptions bear its numbers. The sort codes and their
//! weights are data, which a council brings as published: they change several times a year.
//!
//! A pass says that a number was not mistyped in most of the ways in which numbers are. It says
//! nothing of whose account it is, or whether there is one.

mod check;
mod range;
mod table;
#[cfg(test)]
mod tests;

use super::payment::Account;
use check::{Digits, SortCode};
use range::Range;

pub use table::{SUBSTITUTES, TableFault, WEIGHTS};

/// The published table of weights and the sort codes that stand in for others.
#[derive(Clone, Debug)]
pub struct Table {
    /// In order of sort code; none overlaps another.
    ranges: Vec<Range>,
    /// In order of the first: the sort code given, and the one to check with (exception 5).
    substitutes: Vec<(SortCode, SortCode)>,
    rows: usize,
}

/// What the check says of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// It passes, so there could be such an account. Whether there is one, nobody was asked.
    CouldExist,
    /// There is no check for it: no range holds its sort code, or it is numbered as an account in a
    /// foreign currency (exception 6). To be presumed valid: section 2.2.1, step 1.
    NotCovered,
    /// There is no such account: a digit is wrong.
    Wrong,
}

impl Table {
    /// Rows of the table of weights; a range has one or two.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Checks an account. One whose sort code is not six digits, or whose number is not eight, is
    /// wrong whatever the table says: an [`Account`] promises both, and nobody can be paid there.
    /// Numbers of other lengths must be made eight digits before (section 2.1.2).
    pub fn check(&self, account: &Account) -> Checked {
        let Some(digits) = Digits::of(&account.sort_code, &account.number) else {
            return Checked::Wrong;
        };
        let next = self.ranges.partition_point(|range| range.to < digits.sort_code);
        match self.ranges.get(next) {
            Some(range) if range.from <= digits.sort_code => range.check(&digits, self),
            _ => Checked::NotCovered,
        }
    }

    /// The sort code to check with where exception 5 applies.
    fn substitute(&self, given: SortCode) -> SortCode {
        let found = self.substitutes.binary_search_by_key(&given, |(given, _)| *given);
        found.map_or(given, |at| self.substitutes[at].1)
    }
}
