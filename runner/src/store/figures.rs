//! What managers count: kept by day, with the mark up to which the job log has been counted.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use sqlx::Row as _;

use super::Store;
use crate::db::{ROWS, Tx, rows_sql};
use crate::error::Result;
use crate::ids::{BatchId, ItemId};

/// What has been counted of an item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// By whom its ruling stands; empty: by its bot.
    pub how: String,
    /// The day on which it was settled.
    pub day: Option<Date>,
    /// Evidence was asked for.
    pub asked: bool,
    /// A person opened it again.
    pub opened: bool,
    /// The item by which it came again within the window.
    pub repeated: Option<ItemId>,
}

/// What a count is kept under: a day, a bot, what is counted, and of what kind.
pub type Key = (Date, String, &'static str, String);

/// Of a batch what counting needs.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Its bot.
    pub bot: String,
    /// Its schedule.
    pub schedule: String,
    /// What it is known by.
    pub source: Vec<u8>,
    /// When it was opened.
    pub created_at: i64,
}

/// A count over some days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// The bot.
    pub bot: String,
    /// What was counted.
    pub what: String,
    /// Of what kind.
    pub detail: String,
    /// How many.
    pub n: i64,
}

impl Store {
    /// How many entries of the job log have been counted.
    pub async fn figures_counted(&self) -> Result<i64> {
        let row = sqlx::query("SELECT entries FROM figure_mark WHERE id = 1")
            .fetch_one(self.db.readers())
            .await?;
        Ok(row.get("entries"))
    }

    /// Every count from a day to another, both among them; of these bots alone, if they are named.
    pub async fn figures(
        &self,
        from: Date,
        to: Date,
        bots: Option<&BTreeSet<String>>,
    ) -> Result<Vec<Sum>> {
        let rows = sqlx::query(
            "SELECT bot, what, detail, SUM(n) AS n FROM figure_day WHERE day BETWEEN $1 AND $2 \
             GROUP BY bot, what, detail HAVING SUM(n) <> 0",
        )
        .bind(from.to_string())
        .bind(to.to_string())
        .fetch_all(self.db.readers())
        .await?;
        let sums = rows.iter().map(|row| Sum {
            bot: row.get("bot"),
            what: row.get("what"),
            detail: row.get("detail"),
            n: row.get("n"),
        });
        Ok(sums.filter(|sum| bots.is_none_or(|bots| bots.contains(&sum.bot))).collect())
    }

    /// Counts of some things from a day to another, by their kind, of all bots or of those named.
    pub async fn figures_of(
        &self,
        what: &[&str],
        from: Date,
        to: Date,
        bots: Option<&BTreeSet<String>>,
    ) -> Result<Vec<Sum>> {
        let sums = self.figures(from, to, bots).await?;
        Ok(sums.into_iter().filter(|sum| what.contains(&sum.what.as_str())).collect())
    }

    /// How many of one thing there were on each day on which there were any.
    pub async fn figures_by_day(
        &self,
        what: &str,
        from: Date,
        to: Date,
        bots: Option<&BTreeSet<String>>,
    ) -> Result<BTreeMap<Date, i64>> {
        let rows = sqlx::query(
            "SELECT day, bot, SUM(n) AS n FROM figure_day WHERE day BETWEEN $1 AND $2 AND what = $3 \
             GROUP BY day, bot",
        )
        .bind(from.to_string())
        .bind(to.to_string())
        .bind(what)
        .fetch_all(self.db.readers())
        .await?;
        let mut days = BTreeMap::new();
        for row in rows {
            let (day, bot): (Option<Date>, String) = (date(row.get("day")), row.get("bot"));
            if let Some(day) = day.filter(|_| bots.is_none_or(|bots| bots.contains(&bot))) {
                *days.entry(day).or_default() += row.get::<i64, _>("n");
            }
        }
        Ok(days)
    }

    /// Of some batches what counting needs.
    pub async fn origins(&self, batches: &BTreeSet<BatchId>) -> Result<BTreeMap<BatchId, Origin>> {
        let mut origins = BTreeMap::new();
        for id in batches {
            let row =
                sqlx::query("SELECT bot, schedule, source, created_at FROM batch WHERE id = $1")
                    .bind(id.0)
                    .fetch_optional(self.db.readers())
                    .await?;
            origins.extend(row.map(|row| {
                let origin = Origin {
                    bot: row.get("bot"),
                    schedule: row.get("schedule"),
                    source: row.get("source"),
                    created_at: row.get("created_at"),
                };
                (*id, origin)
            }));
        }
        Ok(origins)
    }
}

/// How many entries have been counted, seen under the write lock.
pub async fn mark(tx: &mut Tx) -> Result<i64> {
    let row =
        sqlx::query("SELECT entries FROM figure_mark WHERE id = 1").fetch_one(&mut **tx).await?;
    Ok(row.get("entries"))
}

/// Says up to where the log has been counted.
pub async fn set_mark(tx: &mut Tx, entries: i64) -> Result<()> {
    sqlx::query("UPDATE figure_mark SET entries = $1 WHERE id = 1")
        .bind(entries)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// What has been counted of these items so far.
pub async fn counted(tx: &mut Tx, items: &[ItemId]) -> Result<BTreeMap<ItemId, Counted>> {
    let mut found = BTreeMap::new();
    for chunk in items.chunks(ROWS) {
        let marks = vec!["?"; chunk.len()].join(",");
        let sql = format!(
            "SELECT item, how, day, asked, opened, repeated FROM figure_item WHERE item IN ({marks})"
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for item in chunk {
            query = query.bind(item.0);
        }
        found.extend(query.fetch_all(&mut **tx).await?.iter().map(|row| {
            let counted = Counted {
                how: row.get("how"),
                day: row.get::<Option<&str>, _>("day").and_then(date),
                asked: row.get::<i64, _>("asked") != 0,
                opened: row.get::<i64, _>("opened") != 0,
                repeated: row.get::<Option<i64>, _>("repeated").map(ItemId),
            };
            (ItemId(row.get("item")), counted)
        }));
    }
    Ok(found)
}

/// Keeps what has been counted of items.
pub async fn keep(tx: &mut Tx, items: &[(ItemId, &Counted)]) -> Result<()> {
    for chunk in items.chunks(ROWS) {
        let sql = rows_sql(
            "INSERT OR REPLACE INTO figure_item (item, how, day, asked, opened, repeated) VALUES",
            chunk.len(),
            6,
            "",
        );
        let mut query = sqlx::query(sql);
        for (item, counted) in chunk {
            query = query
                .bind(item.0)
                .bind(&counted.how)
                .bind(counted.day.map(|day| day.to_string()))
                .bind(i64::from(counted.asked))
                .bind(i64::from(counted.opened))
                .bind(counted.repeated.map(|item| item.0));
        }
        query.execute(&mut **tx).await?;
    }
    Ok(())
}

/// Adds to the counts by day.
pub async fn add(tx: &mut Tx, counts: &BTreeMap<Key, i64>) -> Result<()> {
    let counts: Vec<(&Key, &i64)> = counts.iter().filter(|(_, n)| **n != 0).collect();
    for chunk in counts.chunks(ROWS) {
        let sql = rows_sql(
            "INSERT INTO figure_day (day, bot, what, detail, n) VALUES",
            chunk.len(),
            5,
            "ON CONFLICT (day, bot, what, detail) DO UPDATE SET n = n + excluded.n",
        );
        let mut query = sqlx::query(sql);
        for ((day, bot, what, detail), n) in chunk {
            query = query.bind(day.to_string()).bind(bot).bind(*what).bind(detail).bind(**n);
        }
        query.execute(&mut **tx).await?;
    }
    Ok(())
}

/// Forgets every count.
pub async fn forget(tx: &mut Tx) -> Result<()> {
    for sql in ["DELETE FROM figure_item", "DELETE FROM figure_day"] {
        sqlx::query(sql).execute(&mut **tx).await?;
    }
    set_mark(tx, 0).await
}

fn date(text: &str) -> Option<Date> {
    text.parse().ok()
}
