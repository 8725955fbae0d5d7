//! What somebody saw of an item before they act on it: it may not have moved since.

use crate::clock;
use crate::error::Error;
use crate::state::Item;
use crate::store::acts::{LastAct, Standing};

/// What somebody saw of an item before they act on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The ruling that stood.
    pub ruling: i64,
    /// Where it stood.
    pub state: Item,
    /// How long ago they opened it.
    pub seconds: Option<i64>,
}

impl Seen {
    /// Whether it has moved since.
    pub(super) fn moved(&self, at: &Standing) -> bool {
        (self.ruling, self.state) != (at.ruling, at.state)
    }
}

/// Who did what to it meanwhile.
pub(super) fn moved(seen: &Seen, at: &Standing, last: Option<&LastAct>) -> Error {
    let what = if seen.state == at.state {
        format!("item {} was ruled upon anew since you opened it", at.id)
    } else {
        format!("item {} was {} when you opened it, and is {} now", at.id, seen.state, at.state)
    };
    let who = last.map_or_else(String::new, |last| {
        let at = clock::local_micros(last.at).strftime("%d/%m/%Y at %H:%M");
        format!("the last to act on it was {} ({}), on {at}; ", last.by, last.what)
    });
    Error::usage(what, format!("{who}look at it again before you act"))
}
