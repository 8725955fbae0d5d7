//! Sameness: whether a row repeats, corrects or contradicts what came in before it.
//!
//! | same reference or same application as | then |
//! |---|---|
//! | a row above in this file, by reference | rejected, naming the first |
//! | a live or awarded item, same applicant, nothing that decides differs | duplicate |
//! | a live or done item of a higher rank, same applicant | duplicate |
//! | one of a lower rank, same applicant | a new item that follows it; in one batch the earlier is not decided |
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
    /// It repeats a live or awarded item, or gives way to one of a higher rank.
    Duplicate {
        /// That item.
        of: ItemId,
        /// It is of a higher rank.
        outranked: bool,
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

    /// Whether it is of a higher rank than a row of the same application and applicant, and was
    /// decided or will be.
    fn outranks(&self, row: &CasePayload) -> bool {
        (self.live() || self.state == Item::Done)
            && self.by_sameness
            && self.payload.applicant == row.applicant
            && self.payload.rank > row.rank
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
    let outranks = earlier.iter().find(|other| other.outranks(row));
    if let Some(other) = outranks {
        return Verdict::Duplicate { of: other.id, outranked: true };
    }
    let repeated = earlier.iter().find(|other| {
        (other.live() || other.awarded())
            && other.payload.applicant == row.applicant
            && if other.by_sameness {
                other.payload.decides == row.decides && other.payload.rank == row.rank
            } else {
                other.payload.case.get() == row.case.get()
            }
    });
    if let Some(same) = repeated {
        return Verdict::Duplicate { of: same.id, outranked: false };
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

#[cfg(test)]
mod tests {
    use super::*;

    fn case(applicant: &str, decides: &str, rank: u8) -> CasePayload {
        CasePayload {
            applicant: applicant.to_owned(),
            decides: decides.to_owned(),
            rank,
            ..CasePayload::erased()
        }
    }

    fn judged(state: Item, earlier: &CasePayload, row: &CasePayload) -> Verdict {
        let id = BatchId(1).item(1);
        let earlier = Earlier {
            id,
            state,
            award: false,
            by_reference: false,
            by_sameness: true,
            payload: earlier,
        };
        judge(BatchId(1), row, &[earlier])
    }

    #[test]
    fn of_one_application_the_higher_rank_counts_whichever_comes_first() {
        let (high, low) = (case("A", "x", 2), case("A", "y", 1));
        for state in [Item::Ready, Item::Referred, Item::Done] {
            let later = judged(state, &high, &low);
            assert!(matches!(later, Verdict::Duplicate { outranked: true, .. }));
            let later = judged(state, &low, &high);
            assert!(matches!(later, Verdict::Follows { ref needs, .. } if needs.is_empty()));
        }
    }

    #[test]
    fn a_higher_rank_that_was_never_decided_gives_way() {
        let (high, low) = (case("A", "x", 2), case("A", "y", 1));
        for state in [Item::Cancelled, Item::Failed] {
            assert!(matches!(judged(state, &high, &low), Verdict::Follows { .. }));
        }
    }

    #[test]
    fn no_rank_settles_who_of_two_applicants_is_meant() {
        let (high, low) = (case("A", "x", 2), case("B", "y", 1));
        for (earlier, row) in [(&high, &low), (&low, &high)] {
            let Verdict::Follows { needs, .. } = judged(Item::Ready, earlier, row) else {
                panic!("another applicant is for a person")
            };
            assert_eq!(needs[0].code, "another-applicant");
        }
    }
}
