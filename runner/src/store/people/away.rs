//! Who is at the identity provider just now: what they must come back with, once, within minutes.

use jiff::Timestamp;
use sqlx::Row as _;

use crate::error::Result;
use crate::store::Store;

const LABEL: &str = "sign-in away";

impl Store {
    /// Keeps what somebody needs when they come back. `state` and `browser` are hashes.
    pub async fn send_away(
        &self,
        state: &[u8],
        browser: &[u8],
        held: &[u8],
        now: Timestamp,
        ends: Timestamp,
    ) -> Result<()> {
        let (key, wrapped) = self.vault.new_key()?;
        let sealed = key.seal(LABEL, held)?;
        let mut tx = self.db.begin_forgetful().await?;
        sqlx::query("DELETE FROM sign_in_away WHERE ends_at <= $1")
            .bind(now.as_microsecond())
            .execute(&mut *tx)
            .await?;
        sqlx::query(
            "INSERT INTO sign_in_away (state, browser, key, sealed, ends_at) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(state)
        .bind(browser)
        .bind(wrapped)
        .bind(sealed)
        .bind(ends.as_microsecond())
        .execute(&mut *tx)
        .await?;
        tx.commit().await
    }

    /// What was kept for whoever comes back, to the browser that went. It is gone then.
    pub async fn come_back(
        &self,
        state: &[u8],
        browser: &[u8],
        now: Timestamp,
    ) -> Result<Option<Vec<u8>>> {
        let mut tx = self.db.begin_forgetful().await?;
        let row = sqlx::query(
            "DELETE FROM sign_in_away WHERE state = $1 AND browser = $2 \
             RETURNING key, sealed, ends_at",
        )
        .bind(state)
        .bind(browser)
        .fetch_optional(&mut *tx)
        .await?;
        tx.commit().await?;
        let row = row.filter(|row| row.get::<i64, _>("ends_at") > now.as_microsecond());
        let held =
            row.map(|row| self.vault.unwrap_key(row.get("key"))?.open(LABEL, row.get("sealed")));
        held.transpose()
    }
}
