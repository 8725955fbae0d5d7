//! What the runner knows, on disk. The ground that the rooms above stand on.
//!
//! | file | job |
//! |---|---|
//! | `batches` | batches, their totals, how they are found again |
//! | `rows` | what came in: items and rows turned away, in the order of their sheet |
//! | `away` | rows that did not become an item |
//! | `moves` | the one place where a state is written, together with its log entries |
//! | `leases` | slices in somebody's hands |
//! | `acts` | what a person's act reads and writes besides states |
//! | `api_requests` | requests of programs that are done once |
//! | `items` | one item, or a list of them |
//! | `looks` | items that are put off until a later day, and looks at them again |
//! | `lists` | lists for the page and the command line: filters, pages, counts |
//! | `payments` | what is to be paid because of rulings, and the files in which it leaves |
//! | `hand_out` | lists that others work by, and awards that ended before their last day |
//! | `post_backs` | effects on other systems, and when the next round of them is due |
//! | `requests` | requests to other systems, counted for all processes together |
//! | `marks` | up to where a CRM has been read |
//! | `fires` | times at which schedules were due, and what became of them |
//! | `people` | people, their sessions, and keys of programs |
//! | `asks` | runs that a person asked for |
//! | `bulk` | one act on many items, and how far it has come |
//! | `seen` | what operators see of the runner: who holds what, how much of everything |
//! | `figures` | what managers count, by day |
//! | `stops` | bots that a person has stopped |
//! | `uploads` | sheets that people uploaded, until they are queued or gone |
//! | `matches` | what headers of sheets are in the template, as people said |
//! | `payload` | what is sealed, and how it looks unsealed |

pub mod acts;
pub mod api_requests;
pub mod asks;
mod away;
pub mod batches;
pub mod bulk;
pub mod figures;
pub mod fires;
pub mod hand_out;
pub mod items;
pub mod leases;
pub mod lists;
pub mod looks;
pub mod marks;
pub mod matches;
pub mod moves;
pub mod payload;
pub mod payments;
pub mod people;
pub mod post_backs;
pub mod requests;
pub mod rows;
pub mod seen;
pub mod stops;
pub mod totals;
pub mod uploads;

use std::path::Path;

use sqlx::Row as _;

use crate::clock;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::BatchId;
use crate::job_log::{self, Actor, Entry, Kind};
use crate::settings::Folder;
use crate::vault::{Vault, random};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/sqlite");

/// The open store with the vault that unseals it.
pub struct Store {
    /// The database.
    pub db: Db,
    /// Seals and unseals.
    pub vault: Vault,
    only_batch: Option<BatchId>,
}

impl Store {
    /// Makes the store of a new data folder; its first log entry names the installation.
    pub async fn create(file: &Path, vault: Vault, actor: &Actor) -> Result<Self> {
        Self::create_in(Db::open(file, true).await?, vault, actor).await
    }

    async fn create_in(db: Db, vault: Vault, actor: &Actor) -> Result<Self> {
        let store = Self { db, vault, only_batch: None };
        store.migrate().await?;
        let mut tx = store.db.begin().await?;
        let bytes = random::<16>()?;
        sqlx::query("INSERT INTO installation (id, uuid, created_at) VALUES (1, $1, $2)")
            .bind(job_log::hex(&bytes))
            .bind(clock::micros())
            .execute(&mut *tx)
            .await?;
        let opened = Entry::new(Kind::LogOpened, actor).sha256(&bytes);
        job_log::append(&mut tx, &[opened]).await?;
        tx.commit().await?;
        Ok(store)
    }

    /// Opens the store of a data folder.
    pub async fn open(folder: &Folder) -> Result<Self> {
        let file = folder.database();
        if !file.exists() {
            return Err(Error::failed(
                format!("{} is not there", file.display()),
                "put back the store from your backup, or make a new data folder with clerkwork init",
            ));
        }
        let vault = Vault::new(&folder.master_key()?);
        let store = Self { db: Db::open(&file, false).await?, vault, only_batch: None };
        store.migrate().await?;
        store.check_key().await?;
        Ok(store)
    }

    /// The store in a database that is open, and of this version.
    #[cfg(test)]
    pub(crate) fn of(db: Db, vault: Vault) -> Self {
        Self { db, vault, only_batch: None }
    }

    /// Opens the store of a data folder for reading alone.
    pub async fn open_reading(folder: &Folder) -> Result<Self> {
        let vault = Vault::new(&folder.master_key()?);
        Ok(Self { db: Db::open_reading(&folder.database()).await?, vault, only_batch: None })
    }

    /// Under another master key than before, nothing would be found or opened again.
    async fn check_key(&self) -> Result<()> {
        let sql =
            "SELECT key FROM batch WHERE key IS NOT NULL UNION ALL SELECT key FROM payload LIMIT 1";
        let row = sqlx::query(sql).fetch_optional(self.db.readers()).await?;
        match row.map(|row| self.vault.unwrap_key(row.get("key"))) {
            None | Some(Ok(_)) => Ok(()),
            Some(Err(_)) => Err(Error::failed(
                "the master key is not the one that this store was sealed with",
                "put back the copy you kept; nothing was changed",
            )),
        }
    }

    /// A throw-away store in `folder` for one batch beside a real store. It is sealed with the
    /// same master key, so that blind indexes compare.
    pub async fn throw_away(
        folder: &Path,
        vault: Vault,
        batch: BatchId,
        actor: &Actor,
    ) -> Result<Self> {
        let db = Db::open_beside(&folder.join("dry.db")).await?;
        let store = Self::create_in(db, vault, actor).await?;
        Ok(Self { only_batch: Some(batch), ..store })
    }

    /// The one batch of a throw-away store.
    pub fn only_batch(&self) -> Option<BatchId> {
        self.only_batch
    }

    /// The installation's number, in hexadecimal.
    pub async fn installation(&self) -> Result<String> {
        let row = sqlx::query("SELECT uuid FROM installation WHERE id = 1")
            .fetch_one(self.db.readers())
            .await?;
        Ok(row.get("uuid"))
    }

    async fn migrate(&self) -> Result<()> {
        self.db.migrate(&MIGRATIONS).await.map_err(|fault| {
            Error::failed(
                format!("the store cannot be brought to this version: {fault}"),
                "use the version of clerkwork that wrote it, or a newer one",
            )
        })
    }
}
