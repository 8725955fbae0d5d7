//! The report of a batch: the results workbook, rendered from the store as a stream.
//!
//! | sheet | holds |
//! |---|---|
//! | Results | one row for each row that came in, in its order |
//! | To do | what a person must settle, awards first, with columns to fill in |
//! | Errors | every fault: sheet, row, column, what was found, what is expected |
//! | Payments | what is to be paid because of the batch, where anything is |
//! | Totals | control totals, sums decided and paid, figures used, where the log stood |

pub mod form;

mod payments;
mod sheets;
#[cfg(test)]
mod tests;
mod totals;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clerkwork_bots::kit::Registered;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::error::{Error, Result};
use crate::ids::BatchId;
use crate::job_log::{self, Actor, Entry, Kind};
use crate::settings::Council;
use crate::state::Item;
use crate::store::Store;
use crate::store::batches::Batch;
use crate::store::payments::{Filter, Opened};
use crate::store::rows::{Reported, Stored};

pub use sheets::{ACT, ACTS, ITEM, NEW, OFFICER, REFERENCE, TODO, WHY, outcome};

/// Rows that are unsealed at a time.
const STRETCH: i64 = 500;

/// Stretches that wait for the writer at most.
const STRETCHES: usize = 2;

/// What a report needs besides the store.
pub struct Report {
    /// The store.
    pub store: Arc<Store>,
    /// The bot.
    pub bot: &'static Registered,
    /// The council whose name stands on it.
    pub council: Council,
    /// What was noticed while reading the source.
    pub notices: Vec<String>,
    /// Who asked for it.
    pub actor: Actor,
}

/// Rows on their way to the writer, being unsealed: a stretch is written while the next ones are
/// unsealed and the one after them is read.
type Parts = mpsc::Sender<JoinHandle<Result<Vec<Part>>>>;
type Unsealing = mpsc::Receiver<JoinHandle<Result<Vec<Part>>>>;

/// A row for one of the sheets.
enum Part {
    /// For Results and Errors.
    Row(Reported),
    /// For To do.
    Todo(Reported),
}

impl Report {
    /// Writes the workbook of a batch to `path`, and says so in the log.
    pub async fn write(&self, batch: BatchId, path: &Path) -> Result<PathBuf> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)
                .map_err(Error::io("making the folder for the report"))?;
        }
        let batch = self.store.batch(batch).await?;
        let payments = self.payments(batch.id).await?;
        let head = job_log::head(&self.store.db).await?;
        let (parts, rx) = mpsc::channel(STRETCHES);
        let sheets = sheets::Sheets::new(self, &batch, payments, head, path)?;
        let writing = tokio::task::spawn_blocking(move || sheets.write(rx));
        let fed = self.feed(&batch, &parts).await;
        drop(parts);
        let written = writing.await.map_err(|died| {
            Error::failed(format!("writing the report ended early: {died}"), "")
        })??;
        fed?;
        tracing::debug!(batch = %batch.id, "stage reported");
        let mut tx = self.store.db.begin().await?;
        let entry =
            Entry::new(Kind::ReportWritten, &self.actor).batch(batch.id).sha256(&written.sha256);
        job_log::append(&mut tx, &[entry]).await?;
        tx.commit().await?;
        Ok(path.to_owned())
    }

    /// What is to be paid because of the batch, by number: all of it at once, so that its sheet and
    /// its totals are of one moment.
    async fn payments(&self, batch: BatchId) -> Result<Vec<Opened>> {
        let (store, runtime) = (Arc::clone(&self.store), Handle::current());
        // Unsealing keeps a core busy: not in a thread that others wait for.
        let opened = tokio::task::spawn_blocking(move || {
            let filter = Filter { batch: Some(batch), ..Filter::default() };
            runtime.block_on(store.payments_opened(&filter))
        });
        opened.await.map_err(|died| {
            Error::failed(format!("unsealing payments for the report ended early: {died}"), "")
        })?
    }

    /// Reads the batch twice: once for all rows, once for what a person must settle.
    async fn feed(&self, batch: &Batch, parts: &Parts) -> Result<()> {
        let pattern: Arc<[u8]> = self.store.pattern(batch.id).await?.into();
        let mut after = 0;
        loop {
            let rows = self.store.report_rows(batch.id, after, STRETCH).await?;
            let Some(last) = rows.last() else { break };
            after = last.id().place();
            if parts.send(self.unseal(rows, &pattern, Part::Row)).await.is_err() {
                return Ok(()); // the writer failed, and says why itself
            }
        }
        for award in [true, false] {
            let mut after = 0;
            loop {
                let rows =
                    self.store.rows_in(batch.id, Item::Referred, award, after, STRETCH).await?;
                let Some(last) = rows.last() else { break };
                after = last.id().place();
                if parts.send(self.unseal(rows, &pattern, Part::Todo)).await.is_err() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn unseal(
        &self,
        rows: Vec<Stored>,
        pattern: &Arc<[u8]>,
        part: fn(Reported) -> Part,
    ) -> JoinHandle<Result<Vec<Part>>> {
        let (store, pattern) = (Arc::clone(&self.store), Arc::clone(pattern));
        tokio::task::spawn_blocking(move || {
            let _span = tracing::debug_span!("read back").entered();
            rows.iter().map(|row| store.reported(row, &pattern).map(part)).collect()
        })
    }
}
