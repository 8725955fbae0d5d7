//! A range of sort codes, and how its one or two checks count together.

use super::check::{Algorithm, Check, Digits, SortCode};
use super::{Checked, Table};

/// The sort codes from one to another, both included.
#[derive(Clone, Debug)]
pub(super) struct Range {
    pub(super) from: SortCode,
    pub(super) to: SortCode,
    pub(super) first: Check,
    pub(super) second: Option<Check>,
}

impl Range {
    /// Are its sort codes the same as another's?
    pub(super) fn is_of(&self, other: &Range) -> bool {
        (self.from, self.to) == (other.from, other.to)
    }

    /// Checks an account whose sort code is in the range.
    pub(super) fn check(&self, account: &Digits, table: &Table) -> Checked {
        let exceptions = self.exceptions();
        if (exceptions.0 == 6 || exceptions.1 == Some(6)) && account.foreign() {
            return Checked::NotCovered;
        }
        let first = || self.first.passes(account, table);
        let second = || self.second.is_none_or(|check| check.passes(account, table));
        let shifted = || account.shifted().is_some_and(|it| self.first.passes(&it, table));
        let passes = match exceptions {
            (2, Some(9)) | (10, Some(11)) | (12, Some(13)) => first() || second(),
            (14, None) => first() || shifted(),
            _ => first() && second(),
        };
        if passes { Checked::CouldExist } else { Checked::Wrong }
    }

    /// Does the specification use these exceptions so? Some say how two checks count together, and
    /// mean nothing apart.
    pub(super) fn is_specified(&self) -> bool {
        let second = self.second.map(|check| check.algorithm);
        match self.exceptions() {
            // The check digit is g by the first check and h by the second.
            (5, Some(5)) => {
                self.first.algorithm == Algorithm::Standard(11)
                    && second == Some(Algorithm::DoubleAlternate)
            }
            (2, other) => other == Some(9),
            (10, other) => other == Some(11),
            (12, other) => other == Some(13),
            (14, other) => other.is_none(),
            (0 | 1 | 4 | 6..=8, None) => true,
            (first, Some(second)) => {
                [first, second].iter().all(|it| matches!(it, 0 | 1 | 3 | 4 | 6..=8))
            }
            _ => false,
        }
    }

    /// The exceptions of the first check and of the second, in words.
    pub(super) fn exceptions_told(&self) -> String {
        let told =
            |exception: u8| if exception == 0 { "none".to_owned() } else { exception.to_string() };
        let (first, second) = self.exceptions();
        match second {
            Some(second) => format!("{} and {}", told(first), told(second)),
            None => told(first),
        }
    }

    fn exceptions(&self) -> (u8, Option<u8>) {
        (self.first.exception, self.second.map(|check| check.exception))
    }
}
