//! Lists against a plain reading of the same rows.

mod batches;
mod items;
mod log;

use std::collections::BTreeMap;

use jiff::civil::{Date, date};

use super::{Assigned, At, ItemFilter, Listing, Order, WAITS};
use crate::ids::{BatchId, ItemId};
use crate::job_log::Actor;
use crate::state::Item;
use crate::store::Store;
use crate::vault::Vault;

pub(super) const BOTS: [&str; 3] = ["free-school-meals", "hr-queries", "rent-accounts"];
const OFFICERS: [&str; 2] = ["Ann Bell", "Bo Cole"];
const REASONS: [&str; 3] = ["income-near-limit", "not-found", "review-asked"];
const BATCHES: i64 = 9;
const ROWS: i64 = 40;

/// An item as it was put in.
#[derive(Clone)]
pub(super) struct Put {
    id: ItemId,
    bot: &'static str,
    schedule: String,
    state: Item,
    reason: &'static str,
    officer: Option<&'static str>,
    due: Option<Date>,
}

/// A store with items of every kind, and these items.
pub(super) struct Shelf {
    pub(super) store: Store,
    pub(super) items: Vec<Put>,
    _folder: tempfile::TempDir,
}

pub(super) fn actor(id: &str) -> Actor {
    Actor { id: id.to_owned(), kind: "person" }
}

/// The same numbers each time, without any order.
struct Dice(u64);

impl Dice {
    fn of(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

impl Shelf {
    pub(super) async fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("clerkwork.db");
        let store = Store::create(&file, Vault::new(&[1; 32]), &actor("os:a@b")).await.unwrap();
        Self { store, items: Vec::new(), _folder: folder }
    }

    pub(super) async fn full() -> Self {
        let mut shelf = Self::empty().await;
        for batch in 1..=BATCHES {
            shelf.batch(batch, BOTS[usize::try_from(batch).unwrap() % 3]).await;
        }
        let mut dice = Dice(7);
        for n in 0..BATCHES * ROWS {
            let id = BatchId(n / ROWS + 1).item(n % ROWS + 1);
            let bot = BOTS[usize::try_from(id.batch().0).unwrap() % 3];
            let state = Item::ALL[dice.of(Item::ALL.len())];
            let waits = WAITS.contains(&state);
            let day = i8::try_from(1 + dice.of(5)).unwrap();
            shelf.items.push(Put {
                id,
                bot,
                schedule: format!("{bot}-{}", id.batch().0 % 2),
                state,
                reason: if waits { REASONS[dice.of(3)] } else { "" },
                officer: (dice.of(3) > 0).then(|| OFFICERS[dice.of(2)]),
                due: (dice.of(6) > 0).then(|| date(2026, 11, day)),
            });
        }
        shelf.store_items().await;
        shelf
    }

    pub(super) async fn batch(&self, batch: i64, bot: &str) {
        let mut tx = self.store.db.begin().await.unwrap();
        sqlx::query(
            "INSERT INTO batch (id, schedule, bot, state, source, lookups, today, policy, pattern, \
             opened_by, created_at) VALUES ($1, $2, $3, $4, $5, '{}', '2026-11-22', '', x'', $6, 0)",
        )
        .bind(batch)
        .bind(format!("{bot}-{}", batch % 2))
        .bind(bot)
        .bind(if batch % 3 == 0 { "complete" } else { "unresolved" })
        .bind(batch.to_be_bytes().to_vec())
        .bind(if batch % 2 == 0 { "user:ann.bell" } else { "user:bo.cole" })
        .execute(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }

    async fn store_items(&self) {
        let mut tx = self.store.db.begin().await.unwrap();
        let mut counts: BTreeMap<(i64, Item), i64> = BTreeMap::new();
        for item in &self.items {
            *counts.entry((item.id.batch().0, item.state)).or_default() += 1;
            sqlx::query(
                "INSERT INTO item (id, batch, row, state, reason, assigned_to, due, changed_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, 0)",
            )
            .bind(item.id.0)
            .bind(item.id.batch().0)
            .bind(item.id.place())
            .bind(item.state.as_str())
            .bind(item.reason)
            .bind(item.officer)
            .bind(item.due.map(|due| due.to_string()))
            .execute(&mut *tx)
            .await
            .unwrap();
        }
        for ((batch, state), n) in counts {
            sqlx::query("INSERT INTO batch_count (batch, state, n) VALUES ($1, $2, $3)")
                .bind(batch)
                .bind(state.as_str())
                .bind(n)
                .execute(&mut *tx)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
    }

    /// What a list must hold, worked out the plain way.
    pub(super) fn expected(&self, filter: &ItemFilter) -> Vec<ItemId> {
        let waits_only = filter.order == Order::Due || filter.due_by.is_some();
        let mut items: Vec<&Put> = self
            .items
            .iter()
            .filter(|it| {
                filter.bots.as_ref().is_none_or(|bots| bots.contains(it.bot))
                    && filter.schedule.as_ref().is_none_or(|name| *name == it.schedule)
                    && filter.batch.is_none_or(|batch| it.id.batch() == batch)
                    && (filter.states.is_empty() || filter.states.contains(&it.state))
                    && filter.reason.as_ref().is_none_or(|reason| reason == it.reason)
                    && filter.assigned.as_ref().is_none_or(|assigned| match assigned {
                        Assigned::Nobody => it.officer.is_none(),
                        Assigned::To(name) => it.officer == Some(name.as_str()),
                    })
                    && filter.due_by.is_none_or(|day| it.due.is_some_and(|due| due <= day))
                    && (!waits_only || WAITS.contains(&it.state))
            })
            .collect();
        match filter.order {
            Order::Due => items.sort_by_key(|it| (it.due.unwrap_or(Date::MAX), it.id)),
            Order::Newest => items.sort_by_key(|it| std::cmp::Reverse(it.id)),
            Order::Row => items.sort_by_key(|it| it.id),
        }
        items.iter().map(|it| it.id).collect()
    }
}

/// The page after this one, and the one before it.
pub(super) fn after<T>(page: &Listing<T>, limit: i64) -> Option<At> {
    page.next.clone().map(|next| At { after: Some(next), before: None, limit })
}

pub(super) fn before<T>(page: &Listing<T>, limit: i64) -> Option<At> {
    page.previous.clone().map(|first| At { after: None, before: Some(first), limit })
}
