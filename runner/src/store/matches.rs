//! What the headers of a schedule's sheets are in its template, as people said.

use std::collections::BTreeMap;

use sqlx::Row as _;

use crate::clock;
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::job_log::{self, Actor, Entry, Kind};

/// A schedule's headers, and the template's that they stand for.
pub async fn matched(db: &Db, schedule: &str) -> Result<BTreeMap<String, String>> {
    let rows = sqlx::query("SELECT theirs, ours FROM matched_column WHERE schedule = $1")
        .bind(schedule)
        .fetch_all(db.readers())
        .await?;
    Ok(rows.iter().map(|row| (row.get("theirs"), row.get("ours"))).collect())
}

/// Remembers what somebody said of a schedule's headers. The log names the template's columns.
pub async fn keep(
    tx: &mut Tx,
    schedule: &str,
    matches: &BTreeMap<String, String>,
    actor: &Actor,
) -> Result<()> {
    for (theirs, ours) in matches {
        sqlx::query(
            "INSERT INTO matched_column (schedule, theirs, ours, by, at) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (schedule, theirs) DO UPDATE SET ours = excluded.ours, by = excluded.by, \
             at = excluded.at",
        )
        .bind(schedule)
        .bind(theirs)
        .bind(ours)
        .bind(&actor.id)
        .bind(clock::micros())
        .execute(&mut **tx)
        .await?;
    }
    let columns = matches.values().cloned().collect();
    let entry = Entry::new(Kind::ColumnsMatched, actor).of_schedule(schedule).columns(columns);
    job_log::append(tx, &[entry]).await
}
