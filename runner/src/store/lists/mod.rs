//! Lists as the page and the command line show them: filtered, ordered, a page at a time.
//!
//! | file | job |
//! |---|---|
//! | `items` | items by state, batch, bot, reason, officer and due day |
//! | `paths` | by which index a list of items is walked, and what is left to look at |
//! | `counts` | how many items there are |
//! | `batches` | batches by bot, schedule, state and who opened them |
//! | `log` | entries of the job log |
//!
//! Pages are found by the last row of the page before, never by skipping rows: a deep page is as
//! quick as the first, and what comes in meanwhile moves nothing.

mod batches;
mod counts;
mod items;
mod log;
mod paths;

#[cfg(test)]
mod tests;

pub use batches::BatchFilter;
pub use items::{Assigned, ItemFilter, ItemRow, Order, WAITS};
pub use log::LogFilter;

use crate::error::{Error, Result};

/// Counting stops here.
pub const COUNTED: i64 = 10_000;
/// The longest page.
const LONGEST: i64 = 10_000;

/// Which page of a list. The cursors are those that the list itself gave.
#[derive(Clone, Debug, Default)]
pub struct At {
    /// What follows this one.
    pub after: Option<String>,
    /// What stands before this one.
    pub before: Option<String>,
    /// At most so many rows.
    pub limit: i64,
}

impl At {
    /// The first page.
    pub const fn first(limit: i64) -> Self {
        Self { after: None, before: None, limit }
    }

    fn rows(&self) -> i64 {
        self.limit.clamp(1, LONGEST)
    }
}

/// How many there are, as far as they were counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// So many, [`COUNTED`] at most.
    pub n: i64,
    /// There are more.
    pub more: bool,
}

impl Counted {
    /// Of a number that was counted to one beyond [`COUNTED`] or further.
    fn of(n: i64) -> Self {
        Self { n: n.min(COUNTED), more: n > COUNTED }
    }
}

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Listing<T> {
    /// Its rows.
    pub rows: Vec<T>,
    /// The cursor after which the next page begins, if there is one.
    pub next: Option<String>,
    /// The cursor before which the page before ends, if there is one.
    pub previous: Option<String>,
    /// How many rows the whole list has.
    pub count: Counted,
}

/// From where a page is read, and in which direction.
#[derive(Clone, Debug)]
enum Edge<K> {
    /// The beginning.
    Start,
    /// What follows.
    After(K),
    /// What stands before; read backwards.
    Before(K),
}

impl<K> Edge<K> {
    /// `after` wins where both are given.
    fn of(at: &At, parse: impl Fn(&str) -> Option<K>) -> Result<Self> {
        let unknown =
            || Error::usage("that page of the list is not known", "begin again at the first page");
        Ok(match (&at.after, &at.before) {
            (Some(after), _) => Self::After(parse(after).ok_or_else(unknown)?),
            (None, Some(before)) => Self::Before(parse(before).ok_or_else(unknown)?),
            (None, None) => Self::Start,
        })
    }

    const fn backwards(&self) -> bool {
        matches!(self, Self::Before(_))
    }
}

impl<T> Listing<T> {
    /// From the rows that were read, one more than the page has if there are any, in the direction
    /// of reading; `cursor` names a row.
    fn of<K>(
        mut rows: Vec<T>,
        from: &Edge<K>,
        limit: i64,
        count: Counted,
        cursor: impl Fn(&T) -> String,
    ) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        if from.backwards() {
            rows.reverse();
        }
        let (first, last) = (rows.first().map(&cursor), rows.last().map(&cursor));
        let (previous, next) = match from {
            Edge::Start => (None, last.filter(|_| more)),
            Edge::After(_) => (first, last.filter(|_| more)),
            Edge::Before(_) => (first.filter(|_| more), last),
        };
        Self { rows, next, previous, count }
    }
}
