//! Runs that a person asked for: a firing that waits, to be taken by whichever process serves.

use jiff::Timestamp;
use sqlx::Row as _;

use super::Store;
use super::fires::ASKED_FOR;
use super::payload::{Label, open, seal};
use crate::error::Result;
use crate::ids::ItemId;
use crate::job_log::{self, Actor, Entry, Kind};

impl Store {
    /// Asks for a run of a schedule. `false`: one that was asked for waits already, and nothing is
    /// written.
    pub async fn ask_for_run(
        &self,
        schedule: &str,
        why: &str,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool> {
        let mut tx = self.db.begin().await?;
        let asked = sqlx::query(
            "INSERT INTO schedule_fire (schedule, due_at, state, handled_at, reason) \
             SELECT $1, $2, 'queued', $2, $3 WHERE NOT EXISTS (SELECT 1 FROM schedule_fire \
             WHERE schedule = $1 AND state = 'queued' AND reason = $3) ON CONFLICT DO NOTHING",
        )
        .bind(schedule)
        .bind(now.as_microsecond())
        .bind(ASKED_FOR)
        .execute(&mut *tx)
        .await?
        .rows_affected();
        if asked == 0 {
            return Ok(false);
        }
        let next: i64 = sqlx::query("SELECT COALESCE(MAX(id), 0) + 1 AS next FROM schedule_act")
            .fetch_one(&mut *tx)
            .await?
            .get("next");
        let (key, wrapped) = self.vault.new_key()?;
        let sealed = seal(&key, Label::ScheduleAct, ItemId(next), &why)?;
        sqlx::query(
            "INSERT INTO schedule_act (id, schedule, due_at, by, key, sealed) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(next)
        .bind(schedule)
        .bind(now.as_microsecond())
        .bind(&actor.id)
        .bind(wrapped)
        .bind(sealed.bytes)
        .execute(&mut *tx)
        .await?;
        let entry = Entry::new(Kind::ScheduleAsked, actor)
            .schedule(schedule, now)
            .payload(&sealed.commitment);
        job_log::append(&mut tx, &[entry]).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Who asked for a run and why, in their words. Not for the log.
    pub async fn asked_for(
        &self,
        schedule: &str,
        due: Timestamp,
    ) -> Result<Option<(String, String)>> {
        let row = sqlx::query(
            "SELECT id, by, key, sealed FROM schedule_act WHERE schedule = $1 AND due_at = $2",
        )
        .bind(schedule)
        .bind(due.as_microsecond())
        .fetch_optional(self.db.readers())
        .await?;
        let asked = row.map(|row| {
            let key = self.vault.unwrap_key(row.get("key"))?;
            let id = ItemId(row.get("id"));
            Ok((row.get("by"), open(&key, Label::ScheduleAct, id, row.get("sealed"))?))
        });
        asked.transpose()
    }
}
