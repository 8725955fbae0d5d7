//! Entries by what they say: kind, actor, bot, subject, time; from the newest back, or on from one.
//!
//! Each entry carries a facet (see `facet.rs`), and there are few of those, so a search asks each
//! facet for its next entries, and merges.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Deserialize;
use sqlx::Row as _;

use super::{Stored, stored};
use crate::db::{Db, ROWS, Statement};
use crate::error::{Error, Result};
use crate::ids::{BatchId, ItemId};

/// Facets that are asked in one statement.
const ARMS: usize = 100;
/// How far around a time's place entries are looked at one by one: they are nearly in the order of
/// their times, but those that are written together waited for their turn.
const AROUND: i64 = 512;

/// What entries say. What is empty is not asked for.
#[derive(Clone, Debug, Default)]
pub struct Facets {
    /// One of these kinds.
    pub kinds: Vec<String>,
    /// Done by this actor.
    pub actor: Option<String>,
    /// Of the work of one of these bots, or of no bot's.
    pub bots: Option<BTreeSet<String>>,
}

/// Of what entries are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Of {
    /// Anything.
    #[default]
    Any,
    /// This batch, its items among it.
    Batch(BatchId),
    /// This item.
    Item(ItemId),
}

/// What is looked for.
#[derive(Clone, Debug)]
pub struct Sought {
    /// What entries say.
    pub facets: Facets,
    /// Of what they are.
    pub of: Of,
    /// From this index.
    pub first: i64,
    /// To this index.
    pub last: i64,
}

impl Default for Sought {
    fn default() -> Self {
        Self { facets: Facets::default(), of: Of::Any, first: 0, last: i64::MAX }
    }
}

impl Sought {
    /// Whether they are found facet by facet.
    fn by_facet(&self) -> bool {
        match self.of {
            Of::Any => !self.facets.any(),
            Of::Batch(_) => true,
            Of::Item(_) => false,
        }
    }

    /// `FROM`, and which entries of a facet are meant.
    fn of_facet(&self, facet: &Statement) -> Statement {
        let mut sql = Statement::new(" FROM log_entry INDEXED BY ");
        match self.of {
            Of::Batch(batch) => {
                sql.push("log_entry_batch WHERE batch = ").int(batch.0).push(" AND")
            }
            Of::Any | Of::Item(_) => sql.push("log_entry_facet WHERE"),
        };
        sql.push(" facet ").append(facet.clone());
        self.between(&mut sql);
        sql
    }

    /// `FROM`, and which entries are meant, of an item or of all.
    fn in_a_row(&self) -> Statement {
        let mut sql = Statement::new(" FROM log_entry ");
        match self.of {
            Of::Item(item) => sql.push("INDEXED BY log_entry_subject WHERE subject = ").int(item.0),
            Of::Any | Of::Batch(_) => sql.push("WHERE 1 = 1"),
        };
        if !self.facets.any() {
            sql.push(" AND facet ").append(self.facets.all());
        }
        self.between(&mut sql);
        sql
    }

    fn between(&self, sql: &mut Statement) {
        sql.push(" AND idx BETWEEN ").int(self.first).push(" AND ").int(self.last);
    }
}

impl Facets {
    fn any(&self) -> bool {
        self.kinds.is_empty() && self.actor.is_none() && self.bots.is_none()
    }

    /// `IN`, and all of them.
    fn all(&self) -> Statement {
        let mut sql = Statement::new("IN (SELECT id FROM log_facet");
        sql.append(self.chosen()).push(")");
        sql
    }

    /// `WHERE` and what follows it, over table `log_facet`.
    fn chosen(&self) -> Statement {
        let mut sql = Statement::new(" WHERE 1 = 1");
        if !self.kinds.is_empty() {
            sql.push(" AND kind IN ").words(self.kinds.iter().map(String::as_str));
        }
        if let Some(actor) = &self.actor {
            sql.push(" AND actor = ").word(actor);
        }
        if let Some(bots) = &self.bots {
            sql.push(" AND (bot = '' OR bot IN ").words(bots.iter().map(String::as_str)).push(")");
        }
        sql
    }
}

/// The newest of these entries, newest first; or, with `oldest`, the oldest, oldest first.
pub async fn find(db: &Db, sought: &Sought, oldest: bool, limit: i64) -> Result<Vec<Stored>> {
    let mut places = if sought.by_facet() {
        by_facet(db, sought, oldest, limit).await?
    } else {
        let mut sql = Statement::new("SELECT idx");
        sql.append(sought.in_a_row()).push(ordered(oldest)).int(limit);
        places(db, sql).await?
    };
    places.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let mut entries = Vec::with_capacity(places.len());
    for chunk in places.chunks(ROWS) {
        let mut sql = Statement::new("SELECT idx, entry FROM log_entry WHERE idx IN ");
        sql.ints(chunk.iter().copied());
        entries.extend(sql.rows(db).await?.iter().map(stored));
    }
    entries.sort_unstable_by_key(|entry| if oldest { entry.index } else { -entry.index });
    Ok(entries)
}

/// How many there are, counted up to `most`.
pub async fn count(db: &Db, sought: &Sought, most: i64) -> Result<i64> {
    let mut sql = Statement::new("SELECT COUNT(*) FROM (SELECT 1");
    sql.append(if sought.by_facet() {
        sought.of_facet(&sought.facets.all())
    } else {
        sought.in_a_row()
    });
    sql.push(" LIMIT ").int(most).push(")");
    sql.number(db).await
}

/// Every index of the answer.
async fn places(db: &Db, sql: Statement) -> Result<Vec<i64>> {
    Ok(sql.rows(db).await?.iter().map(|row| row.get("idx")).collect())
}

const fn ordered(oldest: bool) -> &'static str {
    if oldest { " ORDER BY idx LIMIT " } else { " ORDER BY idx DESC LIMIT " }
}

/// Those of some facets: of no more facets than entries are wanted, for those whose next entry is
/// behind all these have none that is wanted.
async fn by_facet(db: &Db, sought: &Sought, oldest: bool, limit: i64) -> Result<Vec<i64>> {
    let mut sql = Statement::new("WITH heads AS MATERIALIZED (SELECT id, (SELECT idx");
    sql.append(sought.of_facet(&Statement::new("= log_facet.id"))).push(ordered(oldest)).int(1);
    sql.push(") AS head FROM log_facet").append(sought.facets.chosen());
    sql.push(") SELECT id FROM heads WHERE head IS NOT NULL ORDER BY head");
    sql.push(if oldest { " LIMIT " } else { " DESC LIMIT " }).int(limit);
    let facets: Vec<i64> = sql.rows(db).await?.iter().map(|row| row.get("id")).collect();
    let mut found = Vec::new();
    for chunk in facets.chunks(ARMS) {
        let mut sql = Statement::default();
        for (n, facet) in chunk.iter().enumerate() {
            let mut one = Statement::new("= ");
            one.int(*facet);
            sql.push(if n == 0 { "" } else { " UNION ALL " });
            sql.push("SELECT idx FROM (SELECT idx").append(sought.of_facet(&one));
            sql.push(ordered(oldest)).int(limit).push(")");
        }
        found.extend(places(db, sql).await?);
    }
    found.sort_unstable_by_key(|index| if oldest { *index } else { -*index });
    Ok(found)
}

/// The stretch of the log between two times: from the first entry made at `from` or later to the
/// last made at `to` or earlier. In between stand all of that time, and perhaps one that waited for
/// its turn and is a moment older. `None`: there is nothing of that time.
pub async fn stretch_of(
    db: &Db,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
) -> Result<Option<(i64, i64)>> {
    let size = Statement::new("SELECT MAX(idx) + 1 FROM log_entry").number(db).await?;
    let first = match from {
        None => 0,
        Some(from) => {
            let place = place(db, size, |at| at >= from).await?;
            let before = times(db, place - AROUND, place - 1).await?;
            before.iter().find(|(_, at)| *at >= from).map_or(place, |(index, _)| *index)
        }
    };
    let last = match to {
        None => size - 1,
        Some(to) => {
            let place = place(db, size, |at| at > to).await?;
            let after = times(db, place, place + AROUND).await?;
            let last = after.iter().rev().find(|(_, at)| *at <= to);
            last.map_or(place - 1, |(index, _)| *index)
        }
    };
    Ok((first <= last).then_some((first, last)))
}

/// The first index, as halving finds it, from which `beyond` holds.
async fn place(db: &Db, size: i64, beyond: impl Fn(Timestamp) -> bool) -> Result<i64> {
    let (mut low, mut high) = (0, size);
    while low < high {
        let middle = low + (high - low) / 2;
        let at = times(db, middle, middle).await?;
        if at.first().is_none_or(|(_, at)| beyond(*at)) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(low)
}

/// When these entries were made.
async fn times(db: &Db, first: i64, last: i64) -> Result<Vec<(i64, Timestamp)>> {
    #[derive(Deserialize)]
    struct Made {
        at: Timestamp,
    }
    let mut sql = Statement::new("SELECT idx, entry FROM log_entry WHERE idx BETWEEN ");
    sql.int(first).push(" AND ").int(last).push(" ORDER BY idx");
    let rows = sql.rows(db).await?;
    let made = rows.iter().map(|row| {
        let index: i64 = row.get("idx");
        let made: Made = serde_json::from_slice(row.get("entry")).map_err(|_| {
            Error::failed(
                format!("entry {index} of the job log is not as it was written"),
                "stop work, keep the data folder as it is, and run: clerkwork log verify",
            )
        })?;
        Ok((index, made.at))
    });
    made.collect()
}
