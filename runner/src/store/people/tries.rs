//! Tries to sign in that did not succeed, counted for each login that was typed, whether there is
//! such a login or not. What was typed may be a password, so that only its blind index is kept.

use jiff::{SignedDuration, Timestamp};
use sqlx::Row as _;

use crate::db::Tx;
use crate::error::Result;
use crate::store::Store;

/// Tries are forgotten so long after the last.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(24);

/// What became of a try before it was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It may be looked at; if it fails, so many have failed in a row.
    Counted(i64),
    /// Too many failed: none is looked at until then.
    Locked(Timestamp),
}

impl Store {
    /// Counts a try as failed before it is looked at, so that many at once do not get more of them;
    /// one that succeeds is [forgotten](forget). `pause`: for how long none is taken after so many.
    pub async fn take_try(
        &self,
        login: &str,
        now: Timestamp,
        pause: impl Fn(i64) -> SignedDuration,
    ) -> Result<Taken> {
        let who = self.vault.blind("sign-in", login);
        let mut tx = self.db.begin_forgetful().await?;
        let old = now.saturating_sub(FORGOTTEN).unwrap_or(Timestamp::MIN);
        sqlx::query("DELETE FROM sign_in_try WHERE last_at < $1")
            .bind(old.as_microsecond())
            .execute(&mut *tx)
            .await?;
        let row = sqlx::query("SELECT failures, locked_until FROM sign_in_try WHERE who = $1")
            .bind(&who)
            .fetch_optional(&mut *tx)
            .await?;
        let (failures, locked) =
            row.map_or((0, 0), |row| (row.get("failures"), row.get("locked_until")));
        if locked > now.as_microsecond() {
            tx.rollback().await?;
            return Ok(Taken::Locked(Timestamp::from_microsecond(locked).unwrap_or(now)));
        }
        let failures: i64 = failures + 1;
        let until = now.saturating_add(pause(failures)).unwrap_or(now);
        sqlx::query(
            "INSERT INTO sign_in_try (who, failures, last_at, locked_until) \
             VALUES ($1, $2, $3, $4) ON CONFLICT (who) DO UPDATE \
             SET failures = excluded.failures, last_at = excluded.last_at, \
             locked_until = excluded.locked_until",
        )
        .bind(who)
        .bind(failures)
        .bind(now.as_microsecond())
        .bind(until.as_microsecond())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(Taken::Counted(failures))
    }

    /// Until when nobody may sign in by this login, if it is after now.
    pub async fn locked(&self, login: &str, now: Timestamp) -> Result<Option<Timestamp>> {
        let row = sqlx::query(
            "SELECT locked_until FROM sign_in_try WHERE who = $1 AND locked_until > $2",
        )
        .bind(self.vault.blind("sign-in", login))
        .bind(now.as_microsecond())
        .fetch_optional(self.db.readers())
        .await?;
        Ok(row.and_then(|row| Timestamp::from_microsecond(row.get("locked_until")).ok()))
    }
}

/// Forgets the tries of a login: it signed in, or has another password.
pub async fn forget(store: &Store, tx: &mut Tx, login: &str) -> Result<()> {
    sqlx::query("DELETE FROM sign_in_try WHERE who = $1")
        .bind(store.vault.blind("sign-in", login))
        .execute(&mut **tx)
        .await?;
    Ok(())
}
