//! What is due in all against what was paid: the reckoning, key by key, in memory.

use std::collections::BTreeMap;

use sqlx::Row as _;

use super::Payment;
use super::due::{BY_OFFICER, Entitled, Sum};
use super::lists::payment;
use super::moves::Step;
use crate::db::Row;
use crate::ids::ItemId;
use crate::state::Payment as State;

/// Why a payment is withdrawn that another took the place of.
const REPLACED: &str = "replaced";
/// Why one is withdrawn that came back from the bank, and that another took the place of.
const CAME_BACK: &str = "came-back";
/// Why one is withdrawn that came back, and that an officer had paid again.
pub(super) const PAID_AGAIN: &str = "paid-again";

/// What is known of payments while a slice is settled.
#[derive(Default)]
pub(super) struct Book {
    pub(super) all: Vec<Known>,
    by_id: BTreeMap<i64, usize>,
    by_weak: BTreeMap<Vec<u8>, Vec<usize>>,
    by_strong: BTreeMap<Vec<u8>, Vec<usize>>,
    /// Of those that were there before.
    pub(super) steps: Vec<Step>,
    /// Those that are new, with the commitment to what is sealed in them.
    pub(super) fresh: Vec<(usize, Option<[u8; 32]>)>,
    pub(super) next: i64,
}

impl Book {
    /// With nothing in it; the first new payment has this number.
    pub(super) fn beginning(next: i64) -> Self {
        Self { next, ..Self::default() }
    }

    pub(super) fn know(&mut self, found: Vec<Known>) {
        for one in found {
            if let Some(place) = self.by_id.get(&one.payment.id) {
                let known = &mut self.all[*place];
                known.of_chain = one.of_chain.or(known.of_chain);
                continue;
            }
            let place = self.all.len();
            self.by_id.insert(one.payment.id, place);
            for (index, key) in [(&mut self.by_weak, &one.weak), (&mut self.by_strong, &one.strong)]
            {
                if let Some(key) = key {
                    index.entry(key.clone()).or_default().push(place);
                }
            }
            self.all.push(one);
        }
    }

    /// Payments under the same key: where both have the strong one it alone counts.
    pub(super) fn alike(&self, strong: Option<&[u8]>, weak: Option<&[u8]>) -> Vec<usize> {
        let found = |index: &BTreeMap<Vec<u8>, Vec<usize>>, key: Option<&[u8]>| {
            key.and_then(|key| index.get(key)).cloned().unwrap_or_default()
        };
        let mut all = found(&self.by_strong, strong);
        for place in found(&self.by_weak, weak) {
            if (strong.is_none() || self.all[place].strong.is_none()) && !all.contains(&place) {
                all.push(place);
            }
        }
        all.sort_unstable();
        all
    }

    /// Payments of the items that this one follows under keys that it has not.
    pub(super) fn fallen(&self, one: &Entitled) -> Vec<usize> {
        let kept: Vec<usize> = one
            .sums
            .iter()
            .flat_map(|sum| self.alike(sum.strong.as_deref(), Some(&sum.weak)))
            .collect();
        (0..self.all.len())
            .filter(|place| self.all[*place].of_chain == one.follows && !kept.contains(place))
            .collect()
    }

    /// What is due in all under a key against what was paid under it.
    pub(super) fn settle(&mut self, alike: &[usize], sum: Option<(ItemId, i64, Sum)>) {
        let sum_of = |counts: &dyn Fn(&Payment) -> bool| -> i64 {
            let all = alike.iter().map(|place| &self.all[*place].payment);
            all.filter(|it| counts(it)).map(|it| it.pence).sum()
        };
        let paid =
            sum_of(&|it| matches!(it.state, State::Released | State::Paid | State::ClaimedBack));
        // What an officer withdrew the same ruling does not bring back; nor was it ever paid.
        let withdrawn = |it: &Payment| it.state == State::Withdrawn && it.reason == BY_OFFICER;
        let missing = sum.as_ref().map_or(0, |(_, _, sum)| sum.pence) - paid;
        let missing = if missing > 0 {
            (missing - sum_of(&|it| withdrawn(it) && it.pence > 0)).max(0)
        } else {
            (missing - sum_of(&|it| withdrawn(it) && it.pence < 0)).min(0)
        };
        let mut kept = false;
        for place in alike {
            let known = &mut self.all[*place];
            let came_back = known.payment.state == State::Returned;
            let open = matches!(
                known.payment.state,
                State::Due | State::Referred | State::Awaiting | State::ClaimBack
            );
            if !open && !came_back {
                continue;
            }
            // What came back is an officer's, and is not sent to the same account by itself.
            let stands = match &sum {
                Some((_, _, sum)) if missing > 0 => {
                    known.account.as_ref() == Some(&sum.account)
                        // Whoever was to have it sooner still is.
                        && (came_back || known.payment.due <= sum.due)
                }
                _ => true,
            };
            if !kept && missing == known.payment.pence && stands {
                kept = true;
                continue;
            }
            let reason = if came_back { CAME_BACK } else { REPLACED };
            let step = known.payment.step(State::Withdrawn, reason);
            known.payment.state = step.to;
            known.payment.reason.clone_from(&step.reason);
            if !self.fresh.iter().any(|(fresh, _)| fresh == place) {
                self.steps.push(step);
            }
        }
        if missing == 0 || kept {
            return;
        }
        match sum {
            Some((item, ruling, sum)) => {
                let commitment = sum.commitment;
                self.add(alike, missing, Known::of(item, ruling, sum), Some(commitment));
            }
            // Nothing is due any more: what was paid last says from whom it is claimed back.
            None => self.add_like(alike, missing, |it| {
                matches!(it.state, State::Released | State::Paid | State::ClaimedBack)
            }),
        }
    }

    /// One more under the key, to the account of the last of these that is meant; the one itself
    /// says which it is.
    pub(super) fn add_like(
        &mut self,
        alike: &[usize],
        pence: i64,
        meant: impl Fn(&Payment) -> bool,
    ) {
        let last = alike.iter().rev().find(|place| meant(&self.all[**place].payment));
        if let Some(like) = last.map(|place| self.all[*place].clone()) {
            self.add(alike, pence, like, None);
        }
    }

    fn add(&mut self, alike: &[usize], pence: i64, mut known: Known, commitment: Option<[u8; 32]>) {
        let n = alike.iter().map(|place| self.all[*place].payment.n).max().unwrap_or(0) + 1;
        known.payment.id = self.next;
        known.payment.n = n;
        known.payment.pence = pence;
        known.payment.state = if pence > 0 { State::Due } else { State::ClaimBack };
        known.payment.reason = String::new();
        known.payment.cleared = None;
        known.payment.file = None;
        known.of_chain = None;
        self.next += 1;
        self.fresh.push((self.all.len(), commitment));
        self.know(vec![known]);
    }
}

/// A payment with what tells it from others.
#[derive(Clone)]
pub(super) struct Known {
    pub(super) payment: Payment,
    /// The followed item in whose chain it was found.
    pub(super) of_chain: Option<ItemId>,
    pub(super) strong: Option<Vec<u8>>,
    pub(super) weak: Option<Vec<u8>>,
    pub(super) account: Option<Vec<u8>>,
    pub(super) payee: Option<Vec<u8>>,
    pub(super) whom: Option<Vec<u8>>,
    pub(super) sealed: Option<Vec<u8>>,
}

impl Known {
    fn of(item: ItemId, ruling: i64, sum: Sum) -> Self {
        Self {
            payment: Payment {
                id: 0,
                item,
                ruling,
                kind: sum.kind,
                period: sum.period,
                n: 1,
                pence: sum.pence,
                due: sum.due,
                state: State::Due,
                reason: String::new(),
                cleared: None,
                file: None,
            },
            of_chain: None,
            strong: sum.strong,
            weak: Some(sum.weak),
            account: Some(sum.account),
            payee: Some(sum.payee),
            whom: Some(sum.whom),
            sealed: Some(sum.sealed),
        }
    }

    pub(super) fn read(row: &Row, of_chain: Option<ItemId>) -> Self {
        Self {
            payment: payment(row),
            of_chain,
            strong: row.get("strong"),
            weak: row.get("weak"),
            account: row.get("account"),
            payee: row.get("payee"),
            whom: row.get("whom"),
            sealed: row.get("sealed"),
        }
    }
}

#[cfg(test)]
mod tests;
