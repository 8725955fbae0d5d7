//! The connection to the store: one writer, several readers, and SQL that both dialects take.

use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{Row as _, Sqlite};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::error::{Error, Result};

/// A transaction that took no longer leaves no gap behind it: a longer one follows soon.
const SHORT: Duration = Duration::from_millis(5);

/// A transaction that writes; rolled back when dropped without a commit. One at a time in this
/// process: SQLite's own way of waiting is to sleep and look again.
pub struct Tx {
    inner: sqlx::Transaction<'static, Sqlite>,
    begun: Instant,
    written: watch::Sender<()>,
    _turn: OwnedSemaphorePermit,
}

impl Tx {
    /// Makes it last, then leaves the lock free for a moment: another process (an officer's act
    /// during a run) looks for it only ten times a second, and would never find it.
    pub async fn commit(self) -> Result<()> {
        self.inner.commit().await?;
        self.written.send_replace(());
        let held = self.begun.elapsed();
        if held >= SHORT {
            let gap = (held / 16).clamp(Duration::from_millis(1), Duration::from_millis(10));
            tokio::time::sleep(gap).await;
        }
        Ok(())
    }

    /// Undoes it.
    pub async fn rollback(self) -> Result<()> {
        Ok(self.inner.rollback().await?)
    }
}

impl Deref for Tx {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.inner
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.inner
    }
}

/// A row of the store.
pub type Row = sqlx::sqlite::SqliteRow;

/// The open database.
#[derive(Clone, Debug)]
pub struct Db {
    writer: SqlitePool,
    readers: SqlitePool,
    turn: Arc<Semaphore>,
    written: watch::Sender<()>,
}

impl Db {
    /// Opens the embedded store. `create` makes it where there is none.
    pub async fn open(file: &Path, create: bool) -> Result<Self> {
        Self::connect(file, create, true).await
    }

    /// Makes a store whose rows may name rows of another store, as those of a dry run do.
    pub async fn open_beside(file: &Path) -> Result<Self> {
        Self::connect(file, true, false).await
    }

    async fn connect(file: &Path, create: bool, whole: bool) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(create)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(30))
            .foreign_keys(whole)
            .pragma("secure_delete", "ON")
            .pragma("cache_size", "-16384")
            .pragma("wal_autocheckpoint", "16000")
            .statement_cache_capacity(64)
            .row_buffer_size(ROWS);
        let pool = |connections| {
            SqlitePoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(Duration::from_mins(5))
                .idle_timeout(None)
                .max_lifetime(None)
        };
        let writer = pool(1).connect_with(options.clone()).await.map_err(|fault| {
            Error::failed(
                format!("the store {} cannot be opened: {fault}", file.display()),
                "see that the folder is there and that you may write to it",
            )
        })?;
        let readers = options.read_only(true).pragma("cache_size", "-8192");
        let readers = pool(4).connect_with(readers).await?;
        Ok(Self {
            writer,
            readers,
            turn: Arc::new(Semaphore::new(1)),
            written: watch::Sender::new(()),
        })
    }

    /// Opens a store for reading alone: whatever is tried, nothing is written.
    pub async fn open_reading(file: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .read_only(true)
            .busy_timeout(Duration::from_secs(30))
            .statement_cache_capacity(64);
        let pool = SqlitePoolOptions::new().max_connections(4).idle_timeout(None);
        let pool = pool.connect_with(options).await.map_err(|fault| {
            Error::failed(
                format!("the store {} cannot be opened: {fault}", file.display()),
                "see that the folder is there and that you may read it",
            )
        })?;
        let turn = Arc::new(Semaphore::new(1));
        Ok(Self { writer: pool.clone(), readers: pool, turn, written: watch::Sender::new(()) })
    }

    /// A transaction that holds the write lock from its start. One at a time in this process.
    pub async fn begin(&self) -> Result<Tx> {
        self.begin_with("PRAGMA synchronous = FULL").await
    }

    /// Like [`Db::begin`], but a power cut may undo it, with all that was written after it and not
    /// flushed: for leases, which are void then anyway, and for rows that are read again. Spares
    /// the disk a flush for each.
    pub async fn begin_forgetful(&self) -> Result<Tx> {
        self.begin_with("PRAGMA synchronous = NORMAL").await
    }

    /// All writing goes through one connection: what another one writes empties its page cache.
    async fn begin_with(&self, flush: &'static str) -> Result<Tx> {
        let turn = Arc::clone(&self.turn).acquire_owned().await;
        let turn = turn.expect("nobody closes the semaphore");
        sqlx::query(flush).execute(&self.writer).await?;
        let inner = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        let written = self.written.clone();
        Ok(Tx { inner, begun: Instant::now(), written, _turn: turn })
    }

    /// Ends every connection.
    pub async fn close(&self) {
        self.writer.close().await;
        self.readers.close().await;
    }

    /// Changes whenever this process has written something. What others write is not told.
    pub fn written(&self) -> watch::Receiver<()> {
        self.written.subscribe()
    }

    /// For reading only; sees what is committed.
    pub fn readers(&self) -> &SqlitePool {
        &self.readers
    }

    /// Brings the tables to this version.
    pub async fn migrate(
        &self,
        migrations: &sqlx::migrate::Migrator,
    ) -> std::result::Result<(), sqlx::migrate::MigrateError> {
        migrations.run(&self.writer).await
    }

    /// Empties the write-ahead log into the database and truncates it. `false`: somebody reads.
    pub async fn truncate_wal(&self) -> Result<bool> {
        let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&self.writer).await?;
        Ok(row.get::<i64, _>(0) == 0)
    }

    /// Runs a statement that cannot be in a transaction.
    pub async fn statement(&self, sql: String) -> Result<()> {
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&self.writer).await?;
        Ok(())
    }
}

/// How many rows one multi-row statement carries.
pub const ROWS: usize = 200;

/// `head (?,?),(?,?) tail`: one statement for `rows` rows of `columns` values.
pub fn rows_sql(
    head: &str,
    rows: usize,
    columns: usize,
    tail: &str,
) -> sqlx::AssertSqlSafe<String> {
    sqlx::AssertSqlSafe(format!("{head} {} {tail}", values(rows, columns)))
}

/// `(?,?),(?,?)`: parameters for `rows` rows of `columns` values.
///
/// Nameless on purpose: for each one bound, SQLite looks through the list of all names, which
/// took a seventh of a run. A dialect that knows numbered parameters only numbers them here.
pub fn values(rows: usize, columns: usize) -> String {
    let row = format!("({})", vec!["?"; columns].join(","));
    vec![row.as_str(); rows].join(",")
}

/// A statement that is put together piece by piece, each value next to its place in the text.
#[derive(Clone, Debug, Default)]
pub struct Statement {
    text: String,
    values: Vec<Value>,
}

#[derive(Clone, Debug)]
enum Value {
    Int(i64),
    Text(String),
}

impl Statement {
    /// Begins with this text.
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), values: Vec::new() }
    }

    /// Adds text.
    pub fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds an integer.
    pub fn int(&mut self, value: i64) -> &mut Self {
        self.text.push('?');
        self.values.push(Value::Int(value));
        self
    }

    /// Adds a text value.
    pub fn word(&mut self, value: &str) -> &mut Self {
        self.text.push('?');
        self.values.push(Value::Text(value.to_owned()));
        self
    }

    /// Adds text values in brackets; where there are none, nothing is in them.
    pub fn words<'w>(&mut self, values: impl IntoIterator<Item = &'w str>) -> &mut Self {
        self.list(values.into_iter().map(|value| Value::Text(value.to_owned())))
    }

    /// Adds integers in brackets; where there are none, nothing is in them.
    pub fn ints(&mut self, values: impl IntoIterator<Item = i64>) -> &mut Self {
        self.list(values.into_iter().map(Value::Int))
    }

    fn list(&mut self, values: impl Iterator<Item = Value>) -> &mut Self {
        self.push("(");
        let before = self.values.len();
        self.values.extend(values);
        let many = self.values.len() - before;
        // Nothing equals NULL. Empty brackets no other dialect knows, and no index is used for them.
        self.push(&if many == 0 { "NULL".to_owned() } else { vec!["?"; many].join(", ") });
        self.push(")")
    }

    /// Adds another statement with its values.
    pub fn append(&mut self, other: Self) -> &mut Self {
        self.text.push_str(&other.text);
        self.values.extend(other.values);
        self
    }

    /// Every row of the answer.
    pub async fn rows(self, db: &Db) -> Result<Vec<Row>> {
        let mut query = sqlx::query(sqlx::AssertSqlSafe(self.text));
        for value in self.values {
            query = match value {
                Value::Int(value) => query.bind(value),
                Value::Text(value) => query.bind(value),
            };
        }
        Ok(query.fetch_all(db.readers()).await?)
    }

    /// The one integer that it answers.
    pub async fn number(self, db: &Db) -> Result<i64> {
        let rows = self.rows(db).await?;
        Ok(rows.first().and_then(|row| row.get::<Option<i64>, _>(0)).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn there_is_a_parameter_for_each_value() {
        assert_eq!(super::values(2, 2), "(?,?),(?,?)");
    }
}
