//! Requests of programs that are done once, however often they are sent.

use jiff::{SignedDuration, Timestamp};
use sqlx::Row as _;

use super::Store;
use crate::error::Result;

/// How long an answer is kept.
pub const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// Whoever was answering for longer has died: the request may be made again.
const ANSWERING: SignedDuration = SignedDuration::from_mins(2);

/// What is known of a request by its key.
#[derive(Debug, PartialEq, Eq)]
pub enum Known {
    /// Nothing: it is to be done, and has been noted as begun.
    New,
    /// The same key came with another request.
    Other,
    /// It is being answered just now.
    Begun,
    /// It was answered so.
    Answered(u16, Vec<u8>),
}

impl Store {
    /// Looks a request up by its key, and notes that it is begun if it is new.
    pub async fn begin_request(
        &self,
        caller: &str,
        key: &[u8],
        asked: &[u8],
        now: Timestamp,
    ) -> Result<Known> {
        let mut tx = self.db.begin().await?;
        let old = now.saturating_sub(KEPT).unwrap_or(Timestamp::MIN);
        sqlx::query("DELETE FROM api_request WHERE at < $1")
            .bind(old.as_microsecond())
            .execute(&mut *tx)
            .await?;
        let row = sqlx::query(
            "SELECT asked, at, status, answer FROM api_request WHERE caller = $1 AND key = $2",
        )
        .bind(caller)
        .bind(key)
        .fetch_optional(&mut *tx)
        .await?;
        if let Some(row) = row {
            if row.get::<Vec<u8>, _>("asked") != asked {
                return Ok(Known::Other);
            }
            let begun = Timestamp::from_microsecond(row.get("at")).unwrap_or(now);
            match (row.get::<Option<i64>, _>("status"), row.get("answer")) {
                (Some(status), Some(answer)) => {
                    return Ok(Known::Answered(u16::try_from(status).unwrap_or(500), answer));
                }
                _ if now.duration_since(begun) < ANSWERING => return Ok(Known::Begun),
                _ => {}
            }
        }
        sqlx::query(
            "INSERT INTO api_request (caller, key, asked, at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (caller, key) DO UPDATE SET at = $4",
        )
        .bind(caller)
        .bind(key)
        .bind(asked)
        .bind(now.as_microsecond())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(Known::New)
    }

    /// Keeps what a request was answered; `None`: it was not done, and may be made again.
    pub async fn end_request(
        &self,
        caller: &str,
        key: &[u8],
        answer: Option<(u16, &[u8])>,
    ) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let query = match answer {
            Some((status, answer)) => sqlx::query(
                "UPDATE api_request SET status = $3, answer = $4 WHERE caller = $1 AND key = $2",
            )
            .bind(caller)
            .bind(key)
            .bind(i64::from(status))
            .bind(answer),
            None => sqlx::query("DELETE FROM api_request WHERE caller = $1 AND key = $2")
                .bind(caller)
                .bind(key),
        };
        query.execute(&mut *tx).await?;
        tx.commit().await
    }
}
