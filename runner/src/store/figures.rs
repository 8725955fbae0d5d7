//! What managers count: kept by day, with the mark up to which the job log has been counted.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};
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

/// A batch and when its work began: what a look opened came in with the item that was put off.
const SINCE: &str = "WITH RECURSIVE back (id) AS (SELECT $2 UNION SELECT look.first FROM look \
     JOIN back ON look.item = back.id) \
     SELECT bot, schedule, source, (SELECT MIN(was.created_at) FROM back \
     JOIN batch AS was ON was.id = back.id / 100000000) AS created_at FROM batch WHERE id = $1";

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
        let spans = spans(from, to);
        let marks = vec!["?"; spans.len()].join(",");
        let sql = format!(
            "SELECT bot, what, detail, SUM(n) AS n FROM figure_day WHERE day IN ({marks}) \
             GROUP BY bot, what, detail HAVING SUM(n) <> 0"
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for span in spans {
            query = query.bind(span);
        }
        let rows = query.fetch_all(self.db.readers()).await?;
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

    /// How many of one thing there were in each of these stretches of days, of these bots.
    pub async fn figures_in(
        &self,
        what: &str,
        stretches: &[(Date, Date)],
        bots: &BTreeSet<&str>,
    ) -> Result<Vec<i64>> {
        let spans: Vec<Vec<String>> =
            stretches.iter().map(|(from, to)| spans(*from, *to)).collect();
        let marks = |n: usize| vec!["?"; n].join(",");
        let sql = format!(
            "SELECT day, SUM(n) AS n FROM figure_day WHERE day IN ({}) AND bot IN ({}) AND what = ? \
             GROUP BY day",
            marks(spans.iter().map(Vec::len).sum()),
            marks(bots.len())
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for span in spans.iter().flatten() {
            query = query.bind(span);
        }
        for bot in bots {
            query = query.bind(*bot);
        }
        let rows = query.bind(what).fetch_all(self.db.readers()).await?;
        let counts: BTreeMap<&str, i64> =
            rows.iter().map(|row| (row.get("day"), row.get("n"))).collect();
        let of = |spans: &Vec<String>| spans.iter().filter_map(|it| counts.get(it.as_str())).sum();
        Ok(spans.iter().map(of).collect())
    }

    /// Of some batches what counting needs.
    pub async fn origins(&self, batches: &BTreeSet<BatchId>) -> Result<BTreeMap<BatchId, Origin>> {
        let mut origins = BTreeMap::new();
        for id in batches {
            let row = sqlx::query(SINCE)
                .bind(id.0)
                .bind(id.item(1).0)
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

/// Adds to the counts by day, and to those of its week and month.
pub async fn add(tx: &mut Tx, counts: &BTreeMap<Key, i64>) -> Result<()> {
    let mut sums: BTreeMap<(String, &str, &str, &str), i64> = BTreeMap::new();
    for ((day, bot, what, detail), n) in counts {
        for span in [day.to_string(), week(*day), month(*day)] {
            *sums.entry((span, bot, what, detail)).or_default() += n;
        }
    }
    let counts: Vec<_> = sums.iter().filter(|(_, n)| **n != 0).collect();
    for chunk in counts.chunks(ROWS) {
        let sql = rows_sql(
            "INSERT INTO figure_day (day, bot, what, detail, n) VALUES",
            chunk.len(),
            5,
            "ON CONFLICT (day, bot, what, detail) DO UPDATE SET n = n + excluded.n",
        );
        let mut query = sqlx::query(sql);
        for ((day, bot, what, detail), n) in chunk {
            query = query.bind(day).bind(*bot).bind(*what).bind(*detail).bind(**n);
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

/// A week as its counts are kept: by its Monday. The letter keeps it apart from days.
fn week(day: Date) -> String {
    let since_monday = i32::from(day.weekday().to_monday_zero_offset());
    format!("w{}", day.saturating_sub(since_monday.days()))
}

/// A month as its counts are kept.
fn month(day: Date) -> String {
    format!("m{}", day.strftime("%Y-%m"))
}

/// The fewest months, weeks and days, more or less, that make up the days from one to another: a year
/// is twelve counts and not three hundred.
fn spans(from: Date, to: Date) -> Vec<String> {
    let (mut spans, mut day) = (Vec::new(), from);
    while day <= to {
        let last = day.last_of_month();
        let sunday = day.saturating_add(6.days());
        // A whole month that begins before the week is over is worth more than the week.
        let next = last.saturating_add(1.day());
        let cuts = sunday > last && next.last_of_month() <= to;
        let (span, end) = if day == day.first_of_month() && last <= to {
            (month(day), last)
        } else if day.weekday() == Weekday::Monday && sunday <= to && !cuts {
            (week(day), sunday)
        } else {
            (day.to_string(), day)
        };
        spans.push(span);
        match end.tomorrow() {
            Ok(after) => day = after,
            Err(_) => break,
        }
    }
    spans
}

fn date(text: &str) -> Option<Date> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_are_made_up_of_months_weeks_and_days_without_gap_or_overlap() {
        let of = |from, to| spans(from, to).join(" ");
        assert_eq!(of(date(2026, 11, 16), date(2026, 11, 22)), "w2026-11-16");
        assert_eq!(of(date(2026, 11, 1), date(2026, 11, 30)), "m2026-11");
        assert_eq!(
            of(date(2026, 9, 25), date(2026, 11, 3)),
            "2026-09-25 2026-09-26 2026-09-27 2026-09-28 2026-09-29 2026-09-30 m2026-10 \
             2026-11-01 2026-11-02 2026-11-03"
        );
        assert_eq!(spans(date(2026, 1, 1), date(2026, 12, 31)).len(), 12);
        // Every day of a long stretch is in one span, wherever the stretch begins and ends.
        let whole = date(2026, 1, 1);
        for (first, length) in (0..60).zip([1, 6, 7, 29, 45, 120, 400].into_iter().cycle()) {
            let from = whole.saturating_add(first.days());
            let to = from.saturating_add(length.days());
            let mut days = 0;
            for span in spans(from, to) {
                days += match span.split_at(1) {
                    ("w", _) => 7,
                    ("m", month) => {
                        let first: Date = format!("{month}-01").parse().unwrap();
                        i32::from(first.days_in_month())
                    }
                    _ => 1,
                };
            }
            assert_eq!(days, length + 1, "from {from} to {to}");
        }
    }
}
