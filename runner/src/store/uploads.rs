//! Sheets that people uploaded, until they are queued or gone.

use sqlx::Row as _;

use super::Store;
use super::payload::{Label, open, seal};
use crate::clock;
use crate::db::{Row, Tx};
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::state;
use crate::vault::ItemKey;

/// An uploaded sheet, without anything personal.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Its number.
    pub id: i64,
    /// The schedule that it is for.
    pub schedule: String,
    /// The bot.
    pub bot: String,
    /// Who uploaded it, as the log names them.
    pub by: String,
    /// Where it stands.
    pub state: state::Upload,
    /// The sealed file's name below `uploads/`.
    pub file: String,
    /// SHA-256 of the sheet.
    pub source: Vec<u8>,
    /// Its size.
    pub bytes: i64,
    /// How far it has been read.
    pub read_bytes: i64,
    /// Rows that were looked through.
    pub rows: i64,
    /// Those that would become an item.
    pub good: i64,
    /// Those that would be rejected.
    pub rejected: i64,
    /// When it was uploaded.
    pub created_at: i64,
    /// When it last moved.
    pub changed_at: i64,
    key: Option<Vec<u8>>,
}

/// A sealed part of an upload: its column, and what is bound into the seal.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    /// Its name, and what it is to be decided without.
    About,
    /// What is wrong with it.
    Found,
    /// What a trial gave.
    Tried,
}

impl Part {
    const fn label(self) -> Label {
        match self {
            Self::About => Label::Upload,
            Self::Found => Label::UploadFound,
            Self::Tried => Label::UploadTried,
        }
    }

    const fn write(self) -> &'static str {
        match self {
            Self::About => "UPDATE upload SET about = $1 WHERE id = $2 AND key IS NOT NULL",
            Self::Found => "UPDATE upload SET found = $1 WHERE id = $2 AND key IS NOT NULL",
            Self::Tried => "UPDATE upload SET tried = $1 WHERE id = $2 AND key IS NOT NULL",
        }
    }

    const fn read(self) -> &'static str {
        match self {
            Self::About => "SELECT key, about AS sealed FROM upload WHERE id = $1",
            Self::Found => "SELECT key, found AS sealed FROM upload WHERE id = $1",
            Self::Tried => "SELECT key, tried AS sealed FROM upload WHERE id = $1",
        }
    }
}

/// What an upload begins with.
pub struct NewUpload<'a> {
    /// The schedule.
    pub schedule: &'a str,
    /// The bot.
    pub bot: &'a str,
    /// Who uploads it.
    pub by: &'a str,
    /// The sealed file's name below `uploads/`.
    pub file: &'a str,
    /// SHA-256 of the sheet.
    pub source: &'a [u8],
    /// Its size.
    pub bytes: i64,
    /// Its key, wrapped.
    pub key: &'a [u8],
}

const COLUMNS: &str = "SELECT id, schedule, bot, by, state, file, source, bytes, read_bytes, rows, \
     good, rejected, created_at, changed_at, key FROM upload";

impl Upload {
    /// Its key.
    pub fn key(&self, store: &Store) -> Result<ItemKey> {
        let wrapped = self.key.as_deref().ok_or_else(gone)?;
        store.vault.unwrap_key(wrapped)
    }
}

impl Store {
    /// One upload.
    pub async fn upload(&self, id: i64) -> Result<Option<Upload>> {
        let sql = format!("{COLUMNS} WHERE id = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(id)
            .fetch_optional(self.db.readers())
            .await?;
        Ok(row.as_ref().map(upload))
    }

    /// Somebody's uploads that are not gone, newest first.
    pub async fn uploads_of(&self, by: &str, limit: i64) -> Result<Vec<Upload>> {
        let sql = format!("{COLUMNS} WHERE by = $1 AND key IS NOT NULL ORDER BY id DESC LIMIT $2");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(by)
            .bind(limit)
            .fetch_all(self.db.readers())
            .await?;
        Ok(rows.iter().map(upload).collect())
    }

    /// Uploads whose sealed file is still there: in that state, and unchanged since then.
    pub async fn uploads_in(&self, state: state::Upload, before: i64) -> Result<Vec<Upload>> {
        let sql = format!(
            "{COLUMNS} WHERE key IS NOT NULL AND changed_at <= $2 AND state = $1 ORDER BY changed_at"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(state.as_str())
            .bind(before)
            .fetch_all(self.db.readers())
            .await?;
        Ok(rows.iter().map(upload).collect())
    }

    /// Whether an upload has a sealed file of that name.
    pub async fn upload_file_known(&self, file: &str) -> Result<bool> {
        let sql = "SELECT 1 FROM upload WHERE file = $1 AND key IS NOT NULL";
        let row = sqlx::query(sql).bind(file).fetch_optional(self.db.readers()).await?;
        Ok(row.is_some())
    }

    /// How far the check of an upload is.
    pub async fn upload_progress(&self, id: i64, read: i64, rows: [i64; 3]) -> Result<()> {
        let mut tx = self.db.begin_forgetful().await?;
        progress(&mut tx, id, read, rows).await?;
        tx.commit().await
    }

    /// A sealed part of an upload; `None` if it has none, or is gone.
    pub async fn upload_part<T: serde::de::DeserializeOwned>(
        &self,
        id: i64,
        part: Part,
    ) -> Result<Option<T>> {
        let row = sqlx::query(part.read()).bind(id).fetch_optional(self.db.readers()).await?;
        let Some(row) = row else { return Ok(None) };
        let (key, sealed): (Option<&[u8]>, Option<&[u8]>) = (row.get("key"), row.get("sealed"));
        let (Some(key), Some(sealed)) = (key, sealed) else { return Ok(None) };
        open(&self.vault.unwrap_key(key)?, part.label(), ItemId(id), sealed).map(Some)
    }
}

/// Begins an upload.
pub async fn insert(tx: &mut Tx, new: &NewUpload<'_>) -> Result<i64> {
    let row = sqlx::query(
        "INSERT INTO upload (schedule, bot, by, state, file, source, bytes, key, created_at, \
         changed_at) VALUES ($1, $2, $3, 'checking', $4, $5, $6, $7, $8, $8) RETURNING id",
    )
    .bind(new.schedule)
    .bind(new.bot)
    .bind(new.by)
    .bind(new.file)
    .bind(new.source)
    .bind(new.bytes)
    .bind(new.key)
    .bind(clock::micros())
    .fetch_one(&mut **tx)
    .await?;
    Ok(row.get("id"))
}

/// Keeps a part of an upload, sealed.
pub async fn keep_part<T: serde::Serialize>(
    tx: &mut Tx,
    id: i64,
    key: &ItemKey,
    part: Part,
    payload: &T,
) -> Result<()> {
    let sealed = seal(key, part.label(), ItemId(id), payload)?;
    sqlx::query(part.write()).bind(sealed.bytes).bind(id).execute(&mut **tx).await?;
    Ok(())
}

/// How far its check is, or what it came to.
pub async fn progress(tx: &mut Tx, id: i64, read: i64, rows: [i64; 3]) -> Result<()> {
    let [rows, good, rejected] = rows;
    sqlx::query(
        "UPDATE upload SET read_bytes = $1, rows = $2, good = $3, rejected = $4 WHERE id = $5",
    )
    .bind(read)
    .bind(rows)
    .bind(good)
    .bind(rejected)
    .bind(id)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Moves an upload, if it stands where it is thought to and may go there. `false`: it does not.
pub async fn shift(tx: &mut Tx, id: i64, from: state::Upload, to: state::Upload) -> Result<bool> {
    if !from.may_become(to) {
        return Ok(false);
    }
    let moved = sqlx::query(
        "UPDATE upload SET state = $1, changed_at = $2 \
         WHERE id = $3 AND state = $4 AND key IS NOT NULL",
    )
    .bind(to.as_str())
    .bind(clock::micros())
    .bind(id)
    .bind(from.as_str())
    .execute(&mut **tx)
    .await?;
    Ok(moved.rows_affected() == 1)
}

/// Forgets everything that is sealed of an upload, and its key.
pub async fn forget(tx: &mut Tx, id: i64) -> Result<()> {
    sqlx::query(
        "UPDATE upload SET key = NULL, about = NULL, found = NULL, tried = NULL WHERE id = $1",
    )
    .bind(id)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn gone() -> Error {
    Error::usage("that upload is gone", "upload the sheet again")
}

fn upload(row: &Row) -> Upload {
    Upload {
        id: row.get("id"),
        schedule: row.get("schedule"),
        bot: row.get("bot"),
        by: row.get("by"),
        state: state::Upload::parse(row.get("state")).expect("the table allows only known states"),
        file: row.get("file"),
        source: row.get("source"),
        bytes: row.get("bytes"),
        read_bytes: row.get("read_bytes"),
        rows: row.get("rows"),
        good: row.get("good"),
        rejected: row.get("rejected"),
        created_at: row.get("created_at"),
        changed_at: row.get("changed_at"),
        key: row.get("key"),
    }
}
