//! The connection to the store: one writer, several readers, and SQL that both dialects take.

use std::path::Path;
use std::time::Duration;

use sqlx::{Row as _, Sqlite};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use crate::error::{Error, Result};

/// A transaction that writes; rolled back when dropped without a commit.
pub type Tx = sqlx::Transaction<'static, Sqlite>;

/// A row of the store.
pub type Row = sqlx::sqlite::SqliteRow;

/// The open database.
#[derive(Clone, Debug)]
pub struct Db {
    writer: SqlitePool,
    forgetful: SqlitePool,
    readers: SqlitePool,
}

impl Db {
    /// Opens the embedded store. `create` makes it where there is none.
    pub async fn open(file: &Path, create: bool) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(create)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(30))
            .foreign_keys(true)
            .pragma("secure_delete", "ON")
            .pragma("cache_size", "-32768")
            .pragma("wal_autocheckpoint", "4000")
            .statement_cache_capacity(64);
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
        let lax = options.clone().synchronous(SqliteSynchronous::Normal);
        let forgetful = pool(1).connect_with(lax).await?;
        Ok(Self { writer, forgetful, readers: pool(4).connect_with(options.read_only(true)).await? })
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
        Ok(Self { writer: pool.clone(), forgetful: pool.clone(), readers: pool })
    }

    /// A transaction that holds the write lock from its start. One at a time in this process.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Like [`Db::begin`], but a power cut may undo it: for leases, which are void then anyway.
    /// Spares the disk a flush for each slice.
    pub async fn begin_forgetful(&self) -> Result<Tx> {
        Ok(self.forgetful.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Ends every connection.
    pub async fn close(&self) {
        self.writer.close().await;
        self.forgetful.close().await;
        self.readers.close().await;
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
        let row =
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&self.writer).await?;
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

/// `head ($1,$2),($3,$4) tail`: one statement for `rows` rows of `columns` values.
pub fn rows_sql(
    head: &str,
    rows: usize,
    columns: usize,
    tail: &str,
) -> sqlx::AssertSqlSafe<String> {
    sqlx::AssertSqlSafe(format!("{head} {} {tail}", values(1, rows, columns)))
}

/// `($1,$2),($3,$4)`: parameters for `rows` rows of `columns` values, numbered from `first`.
pub fn values(first: usize, rows: usize, columns: usize) -> String {
    let mut sql = String::with_capacity(rows * columns * 6);
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ",(" });
        for column in 0..columns {
            if column > 0 {
                sql.push(',');
            }
            sql.push('$');
            sql.push_str(&(first + row * columns + column).to_string());
        }
        sql.push(')');
    }
    sql
}

#[cfg(test)]
mod tests {
    #[test]
    fn parameters_are_numbered_row_by_row() {
        assert_eq!(super::values(3, 2, 2), "($3,$4),($5,$6)");
    }
}
