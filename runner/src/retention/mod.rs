//! How long what is personal is kept, as data, and its erasure: cases, rulings, notes, rows turned
//! away, blind indexes, keys and sealed originals go; counts and the job log remain.
//!
//! An original goes with the first of its rows that is erased, for it holds them all.

mod erase;
mod rules;

use std::collections::BTreeMap;

use jiff::civil::Date;
use sqlx::Row as _;

pub use erase::{Erased, erase};
pub use rules::{FILE, Rule, Trigger, What, rules, uncovered};

use crate::clock;
use crate::db::Row;
use crate::error::{Error, Result};
use crate::ids::{BatchId, ItemId};
use crate::pipeline::policy;
use crate::settings::Folder;
use crate::store::Store;
use crate::store::payload::{CasePayload, Label, open};

/// Items that are read at a time.
const STRETCH: i64 = 1000;

/// What one rule has due in one batch.
#[derive(Debug)]
pub struct Due {
    /// The rule.
    pub rule: Rule,
    /// The batch.
    pub batch: BatchId,
    /// The items or rows.
    pub items: Vec<ItemId>,
    /// Since when the first of them is due.
    pub since: Date,
}

/// Everything that is due on a day, and how many settled items a rule could not date.
#[derive(Debug, Default)]
pub struct List {
    /// By rule and batch.
    pub due: Vec<Due>,
    /// Items whose trigger has no date, by rule.
    pub undated: BTreeMap<String, u64>,
}

impl List {
    /// How many items and rows.
    pub fn count(&self) -> usize {
        self.due.iter().map(|due| due.items.len()).sum()
    }
}

/// Lists what is due on `day`.
pub async fn due(folder: &Folder, store: &Store, rules: &[Rule], day: Date) -> Result<List> {
    let mut list = List::default();
    for rule in rules {
        let mut found: BTreeMap<BatchId, (Vec<ItemId>, Date)> = BTreeMap::new();
        let dating = Dating::of(folder, store, rule)?;
        let mut after = 0;
        loop {
            let rows = stretch(store, rule, after).await?;
            let Some(newest) = rows.last() else { break };
            after = newest.get("id");
            for row in &rows {
                let id = ItemId(row.get("id"));
                match dating.due(row)? {
                    None => *list.undated.entry(rule.id.clone()).or_default() += 1,
                    Some(since) if since <= day => {
                        let (items, first) = found.entry(id.batch()).or_insert((Vec::new(), since));
                        items.push(id);
                        *first = since.min(*first);
                    }
                    Some(_) => {}
                }
            }
        }
        list.due.extend(found.into_iter().map(|(batch, (items, since))| Due {
            rule: rule.clone(),
            batch,
            items,
            since,
        }));
    }
    Ok(list)
}

/// The next settled items or rows turned away that a rule is about and that are not erased.
async fn stretch(store: &Store, rule: &Rule, after: i64) -> Result<Vec<Row>> {
    let (sql, award, kind) = match rule.what {
        What::Awarded => (ITEMS, 1, ""),
        What::NotAwarded => (ITEMS, 0, ""),
        What::Rejected => (AWAY, 0, "rejected"),
        What::Duplicates => (AWAY, 0, "duplicate"),
    };
    let rows = sqlx::query(sql)
        .bind(&rule.process)
        .bind(after)
        .bind(STRETCH)
        .bind(award)
        .bind(kind)
        .fetch_all(store.db.readers())
        .await?;
    Ok(rows)
}

const ITEMS: &str = "SELECT item.id, batch.created_at, item.changed_at, payload.key, \
     payload.sealed FROM item JOIN batch ON batch.id = item.batch \
     JOIN payload ON payload.item = item.id WHERE batch.bot = $1 AND item.id > $2 \
     AND item.state IN ('done', 'by hand', 'cancelled') AND item.award = $4 AND $5 = '' \
     ORDER BY item.id LIMIT $3";

const AWAY: &str = "SELECT turned_away.id, batch.created_at, batch.created_at AS changed_at \
     FROM turned_away JOIN batch ON batch.id = turned_away.id / 100000000 WHERE batch.bot = $1 \
     AND turned_away.id > $2 AND $4 = 0 AND turned_away.kind = $5 AND length(turned_away.key) > 0 \
     ORDER BY turned_away.id LIMIT $3";

/// Says when an item is due under one rule.
struct Dating<'a> {
    store: &'a Store,
    rule: &'a Rule,
    bot: &'static clerkwork_bots::kit::Registered,
    /// First and last days of the council's table, by first day.
    spans: Vec<(Date, Date)>,
}

impl<'a> Dating<'a> {
    fn of(folder: &Folder, store: &'a Store, rule: &'a Rule) -> Result<Self> {
        let bot = clerkwork_bots::find(&rule.process).ok_or_else(|| {
            Error::usage(format!("there is no bot {:?}", rule.process), "see: clerkwork bots list")
        })?;
        let mut spans = Vec::new();
        if let Trigger::Ended { table, begins, ends } = &rule.trigger {
            let policy = policy(folder, bot)?;
            let rows = policy.rows(table).iter();
            spans.extend(rows.filter_map(|row| Some((row.date(begins)?, row.date(ends)?))));
            spans.sort_unstable();
        }
        Ok(Self { store, rule, bot, spans })
    }

    fn due(&self, row: &Row) -> Result<Option<Date>> {
        let day = |column: &str| Some(clock::local_micros(row.get(column)).date());
        let begins = match &self.rule.trigger {
            Trigger::TakenIn => day("created_at"),
            Trigger::Settled => day("changed_at"),
            Trigger::Ended { .. } => self.ended(row)?,
        };
        Ok(begins.and_then(|begins| self.rule.after(begins)))
    }

    /// The last day of the table's row that holds on the day that decides the case.
    fn ended(&self, row: &Row) -> Result<Option<Date>> {
        let id = ItemId(row.get("id"));
        let vault = &self.store.vault;
        let case: CasePayload =
            open(&vault.unwrap_key(row.get("key"))?, Label::Case, id, row.get("sealed"))?;
        let Ok(decided_on) = self.bot.decided_on(case.case.get().as_bytes()) else {
            return Ok(None);
        };
        let begun = self.spans.partition_point(|(begins, _)| *begins <= decided_on);
        Ok(begun.checked_sub(1).map(|at| self.spans[at].1.max(decided_on)))
    }
}
