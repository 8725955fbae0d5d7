//! Sameness: whether a row repeats, corrects or contradicts what came in before it.
//!
//! | same reference or same application as | then |
//! |---|---|
//! | a row above in this file, by reference | rejected, naming the first |
//! | a live or awarded item, same applicant, nothing that decides differs | duplicate |
//! | one refused, cancelled or failed, or something that decides differs | a new item that follows it, referred if an award stands |
//! | an item of another applicant | referred |

use clerkwork_bots::kit::Need;

use crate::ids::{BatchId, ItemId};
use crate::state::Item;
use crate::store::payload::CasePayload;

/// What sameness makes of a row.
pub enum Verdict {
    /// Nothing like it came in before.
    New,
    /// Its reference was used above in the same file.
    ReferenceTwice {
        /// The item that used it first.
        first: ItemId,
    },
    /// It repeats a live or awarded item.
    Duplicate {
        /// That item.
        of: ItemId,
    },
    /// A new item that follows an earlier one.
    Follows {
        /// The earlier one.
        earlier: ItemId,
        /// What a person is to look at, if anything.
        needs: Vec<Need>,
    },
}

/// An earlier item, as far as sameness asks.
pub struct Earlier<'a> {
    /// The item.
    pub id: ItemId,
    /// Where it stands.
    pub state: Item,
    /// Whether it awards something.
    pub award: bool,
    /// Whether the reference matched.
    pub by_reference: bool,
    /// Whether the application is the same one (child and session; claim and effective date).
    pub by_sameness: bool,
    /// Its case.
    pub payload: &'a CasePayload,
}

impl Earlier<'_> {
    fn live(&self) -> bool {
        self.state.in_hand()
            || matches!(self.state, Item::Waiting | Item::Referred | Item::Postponed)
    }

    fn awarded(&self) -> bool {
        self.state == Item::Done && self.award
    }
}

/// Judges a row of `batch` against what came in before it, oldest first.
pub fn judge(batch: BatchId, row: &CasePayload, earlier: &[Earlier<'_>]) -> Verdict {
    let in_this_file = earlier.iter().find(|other| other.by_reference && other.id.batch() == batch);
    if let Some(first) = in_this_file {
        return Verdict::ReferenceTwice { first: first.id };
    }
    let repeated = earlier.iter().find(|other| {
        (other.live() || other.awarded())
            && other.payload.applicant == row.applicant
            && if other.by_sameness {
                other.payload.decides == row.decides
            } else {
                other.payload.case.get() == row.case.get()
            }
    });
    if let Some(same) = repeated {
        return Verdict::Duplicate { of: same.id };
    }
    let Some(last) = earlier.last() else { return Verdict::New };
    let mut needs = Vec::new();
    let other_applicant =
        earlier.iter().find(|other| other.by_sameness && other.payload.applicant != row.applicant);
    if let Some(other) = other_applicant {
        needs.push(need(
            "another-applicant",
            format!("item {} is for the same child and session, from another applicant", other.id),
        ));
    }
    if let Some(closed) = earlier.iter().find(|other| other.state == Item::ByHand) {
        needs.push(need(
            "settled-by-hand",
            format!("item {} was closed by hand: look there first", closed.id),
        ));
    }
    Verdict::Follows { earlier: last.id, needs }
}

/// The code of what a person is told when an earlier award stands.
pub const AWARD_STANDS: &str = "award-stands";

/// What a person is told when an earlier award stands.
pub fn award_stands(earlier: ItemId) -> Need {
    need(
        AWARD_STANDS,
        format!("item {earlier} stands as an award, and something that decides differs here"),
    )
}

fn need(code: &str, why: String) -> Need {
    Need { code: code.to_owned(), why, sensitive: false, missing: None }
}
