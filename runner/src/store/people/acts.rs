//! What was done to people and keys, with the words of whoever did it: sealed, and the log commits
//! to them.

use jiff::Timestamp;
use sqlx::Row as _;

use super::time;
use crate::clock;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::job_log::Actor;
use crate::store::Store;

/// Something that was done to a person or a key.
#[derive(Clone, Debug)]
pub struct Act {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// What.
    pub what: String,
    /// Why, in their own words.
    pub why: String,
}

impl Store {
    /// Keeps the words of an act; the commitment to them, for its log entry.
    pub async fn keep_person_act(
        &self,
        tx: &mut Tx,
        about: &str,
        by: &Actor,
        what: &str,
        why: &str,
    ) -> Result<[u8; 32]> {
        let (key, wrapped) = self.vault.new_key()?;
        let sealed = key.seal(&label(about), why.as_bytes())?;
        sqlx::query(
            "INSERT INTO person_act (about, at, by, what, key, sealed) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(about)
        .bind(clock::micros())
        .bind(&by.id)
        .bind(what)
        .bind(wrapped)
        .bind(sealed)
        .execute(&mut **tx)
        .await?;
        Ok(key.commit(why.as_bytes()))
    }

    /// What was done to a person or a key, the newest first.
    pub async fn person_acts(&self, about: &str) -> Result<Vec<Act>> {
        let rows = sqlx::query(
            "SELECT at, by, what, key, sealed FROM person_act WHERE about = $1 \
             ORDER BY id DESC LIMIT 200",
        )
        .bind(about)
        .fetch_all(self.db.readers())
        .await?;
        let acts = rows.iter().map(|row| {
            let key = self.vault.unwrap_key(row.get("key"))?;
            let words = key.open(&label(about), row.get("sealed"))?;
            let why = String::from_utf8(words).map_err(|_| Error::Sealed(label(about)))?;
            let (by, what) = (row.get("by"), row.get("what"));
            Ok(Act { at: time(row, "at"), by, what, why })
        });
        acts.collect()
    }
}

fn label(about: &str) -> String {
    format!("act on {about}")
}
