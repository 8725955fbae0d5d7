//! The control totals: every row that came in, accounted for.

use serde::Serialize;

use crate::state::Item;

/// The control totals: `rows = rejected + duplicates + items`, and `items` is the sum of the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Totals {
    /// Non-blank rows below the header.
    pub rows: i64,
    /// Rows that could not become a case.
    pub rejected: i64,
    /// Rows that repeat a live or awarded item.
    pub duplicates: i64,
    /// Rows that became work.
    pub items: i64,
    /// Decided, and everyone told.
    pub done: i64,
    /// Waiting for a person.
    pub referred: i64,
    /// Waiting for the next round.
    pub waiting: i64,
    /// No round is left.
    pub failed: i64,
    /// Closed by a person.
    pub by_hand: i64,
    /// Will not be decided.
    pub cancelled: i64,
    /// Put off.
    pub postponed: i64,
    /// Ready, decided or posting.
    pub in_hand: i64,
}

impl Totals {
    /// Whether every row is accounted for.
    pub const fn balance(&self) -> bool {
        self.rows == self.rejected + self.duplicates + self.items
            && self.items
                == self.done
                    + self.referred
                    + self.waiting
                    + self.failed
                    + self.by_hand
                    + self.cancelled
                    + self.postponed
                    + self.in_hand
    }

    /// How many items need a person or a later day.
    pub const fn unresolved(&self) -> i64 {
        self.referred + self.waiting + self.failed + self.postponed
    }

    /// The totals as people read them: indented by what they are part of, states without items
    /// left out.
    pub fn lines(&self) -> Vec<(&'static str, i64)> {
        let all = [
            ("rows", self.rows),
            ("  rejected", self.rejected),
            ("  duplicates", self.duplicates),
            ("  items", self.items),
            ("    decided", self.done),
            ("    referred", self.referred),
            ("    waiting", self.waiting),
            ("    failed", self.failed),
            ("    by hand", self.by_hand),
            ("    cancelled", self.cancelled),
            ("    postponed", self.postponed),
            ("    in hand", self.in_hand),
        ];
        all.into_iter().filter(|(label, n)| *n > 0 || !label.starts_with("    ")).collect()
    }

    pub(super) fn count(&mut self, state: Item, n: i64) {
        *match state {
            Item::Done => &mut self.done,
            Item::Referred => &mut self.referred,
            Item::Waiting => &mut self.waiting,
            Item::Failed => &mut self.failed,
            Item::ByHand => &mut self.by_hand,
            Item::Cancelled => &mut self.cancelled,
            Item::Postponed => &mut self.postponed,
            Item::Ready | Item::Decided | Item::Posting => &mut self.in_hand,
        } += n;
    }
}
