//! What came in becomes items: a sheet is read as a stream, each row is parsed, held against what
//! came in before, sealed and stored, a few hundred in a transaction. Killed anywhere, it goes on
//! after the last row that was stored.

mod cases;
mod follower;
pub mod header;
mod known;
pub mod same;
mod sheet;
mod stock;

use std::collections::BTreeMap;
use std::fs::File;
use std::sync::Arc;

use clerkwork_bots::kit::{Day, Policy, Registered};
use tokio::sync::mpsc;

use crate::error::{Error, Result};
use crate::ids::BatchId;
use crate::job_log::Actor;
use crate::store::Store;

pub use cases::{Cases, Page, ReadAnew, read_anew};
pub use follower::{Follower, corrected};
pub use sheet::{Notice, Parsed, Rows, SheetReader, address, parse, record};
use stock::{Progress, Sealed};

/// Rows that are stored in the first transaction: few, so that soon something is seen to be done.
const FIRST: usize = 250;
/// Rows that are stored in one of the later ones, each twice as long as the one before, up to this:
/// each touches most pages of the blind indexes.
const LONGEST: usize = 2000;

/// Everything that taking in a sheet needs.
pub struct Intake {
    /// Where items go.
    pub store: Arc<Store>,
    /// Where else earlier items are looked for: the real store, in a dry run.
    pub also: Option<Arc<Store>>,
    /// The bot whose rows these are.
    pub bot: &'static Registered,
    /// The policy in force.
    pub policy: Arc<Policy>,
    /// The council's own headers.
    pub columns: BTreeMap<String, String>,
    /// The column that holds the address of each case's person, where there is one.
    pub address: Option<String>,
    /// The run's day.
    pub today: jiff::civil::Date,
    /// The batch.
    pub batch: BatchId,
    /// Only so many rows: in a trial of the first of them.
    pub first: Option<usize>,
    /// Who runs it.
    pub actor: Actor,
}

impl Intake {
    /// Takes in every row after `last_place`; `progress` is told how many rows are stored.
    ///
    /// When the sheet cannot be read to its end, nothing of it is kept.
    pub async fn take_in(
        self: &Arc<Self>,
        file: File,
        last_place: i64,
        progress: impl Fn(u64) + Send,
    ) -> Result<Vec<Notice>> {
        let (rows, mut stretches) = mpsc::channel::<Vec<Sealed>>(2);
        let reader = Arc::clone(self);
        let reading = tokio::spawn(async move { reader.read(file, last_place, rows).await });
        let mut stored = 0;
        while let Some(stretch) = stretches.recv().await {
            stored += u64::try_from(stretch.len()).unwrap_or(0);
            self.stock(stretch, None::<Progress<'_, ()>>).await?;
            progress(stored);
        }
        match reading.await {
            Ok(notices) => notices,
            Err(died) => Err(Error::failed(format!("reading the sheet ended early: {died}"), "")),
        }
    }

    async fn read(
        &self,
        file: File,
        last_place: i64,
        stretches: mpsc::Sender<Vec<Sealed>>,
    ) -> Result<Vec<Notice>> {
        let reader = SheetReader::start(file, self.bot.template(), &self.columns).await?;
        let mut reader = reader.also(self.address.as_deref());
        let (mut stretch, mut length) = (Vec::with_capacity(FIRST), FIRST);
        let mut left = self.first.unwrap_or(usize::MAX);
        while left > 0 {
            let Some(rows) = reader.next().await? else { break };
            let day = Day { today: self.today, epoch_1904: rows.epoch_1904 };
            let further = rows.rows.into_iter().filter(|row| row.place > last_place);
            for row in further.take(left) {
                left -= 1;
                let parsing = tracing::debug_span!("parse").entered();
                let address = address(&rows.binding, self.address.as_deref(), &row.row);
                let row = parse(self.bot, &self.policy, &rows.binding, &day, &rows.sheet, row);
                stretch.push(self.seal_ahead(Parsed { address, ..row })?);
                drop(parsing);
                if stretch.len() == length {
                    length = (2 * length).min(LONGEST);
                    let full = std::mem::replace(&mut stretch, Vec::with_capacity(length));
                    if stretches.send(full).await.is_err() {
                        return Ok(Vec::new()); // storing failed, and says why itself
                    }
                }
            }
        }
        if !stretch.is_empty() && stretches.send(stretch).await.is_err() {
            return Ok(Vec::new());
        }
        reader.finish()
    }
}
