//! A batch of cases from a CRM: those that are new or have changed since the last reading.

use std::sync::Arc;
use std::time::Instant;

use clerkwork_connectors::dataverse::{Connection, Watermark};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Outcome, Runner, Step, versions};
use crate::clock;
use crate::error::{Error, Result};
use crate::holder::exclusive;
use crate::ids::BatchId;
use crate::intake::Cases;
use crate::lookups::Lookups;
use crate::pipeline;
use crate::store::batches::{self, Opening};

/// Up to where a schedule's cases are read, and the batch that the last of them went into while
/// their reading was under way.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Reading {
    mark: Watermark,
    batch: Option<i64>,
}

impl Runner {
    /// Goes on with what is unfinished of the schedule's cases, then reads what is new, decides it
    /// and tells others. `None`: there was nothing to do.
    pub(super) async fn run_cases(self, started: Instant) -> Result<Option<Outcome>> {
        if self.request.dry_run {
            return Err(Error::usage(
                "cases of a CRM cannot be tried",
                "try a sheet of them: --dry-run --input FILE",
            ));
        }
        self.note_policy().await?;
        let name = self.request.schedule.name.clone();
        let reading = exclusive(self.folder.root(), &format!("intake-{name}")).await?;
        let lookups = Arc::new(self.lookups().await?);
        let read = self.read_cases(&lookups).await;
        drop(reading);
        let (new, trouble) = read?;
        let mut last = None;
        for id in self.store.with_work(clock::micros()).await? {
            let batch = self.store.batch(id).await?;
            if batch.schedule != name || Some(id) == new {
                continue;
            }
            match self.to_go_on_with(id).await {
                Ok(lookups) => {
                    self.start(id).await?;
                    let recorded = self.work(id, lookups).await?;
                    last = Some(self.finish(id, recorded, started).await?);
                }
                // Another batch does not keep the new one back.
                Err(fault) => tracing::warn!("{fault}"),
            }
        }
        let Some(new) = new else { return trouble.map_or(Ok(last), Err) };
        if let Some(trouble) = trouble {
            tracing::warn!("the reading ended early, the next one goes on: {trouble}");
        }
        self.start(new).await?;
        let recorded = self.work(new, lookups).await?;
        self.finish(new, recorded, started).await.map(Some)
    }

    /// Takes in everything new. Page after page is stored with the mark that it reached, so what
    /// cuts the reading short costs nothing: the next one goes on.
    async fn read_cases(&self, lookups: &Lookups) -> Result<(Option<BatchId>, Option<Error>)> {
        let (name, source) = (&self.request.schedule.name, &self.request.schedule.source);
        let connection = self.connections.dataverse(&self.folder, source.connection())?;
        let mut at: Reading = self.store.mark(name).await?.unwrap_or_default();
        // A batch whose reading died goes on, completed from the lookups as they are now only if
        // they are the same.
        if let Some(id) = at.batch {
            self.go_on(&self.store.batch(BatchId(id)).await?, lookups)?;
        }
        let mut cases = Cases::watch(&connection, self.bot, &self.request.schedule, &at.mark)?;
        let mut trouble = None;
        loop {
            let page = match cases.next().await {
                Ok(Some(page)) => page,
                Ok(None) => break,
                Err(fault) => {
                    trouble = Some(fault);
                    break;
                }
            };
            at.mark = cases.mark();
            if page.is_empty() {
                continue;
            }
            let id = match at.batch {
                Some(id) => BatchId(id),
                None => self.open_cases(&connection, lookups, &mut at).await?,
            };
            let batch = self.store.batch(id).await?;
            let intake = self.intake(id, batch.today);
            let rows = intake.take_in_cases(page, &cases, batch.last_place, name, &at).await?;
            (self.progress)(Step::Reading(u64::try_from(rows).unwrap_or(0)));
        }
        let Some(id) = at.batch.map(BatchId) else { return Ok((None, trouble)) };
        self.cases_checked(id, &mut at, cases.notices()).await?;
        Ok((Some(id), trouble))
    }

    /// Opens a batch, remembered with the mark so that it is found again.
    async fn open_cases(
        &self,
        connection: &Connection,
        lookups: &Lookups,
        at: &mut Reading,
    ) -> Result<BatchId> {
        let name = &self.request.schedule.name;
        let mark = serde_json::to_vec(&at.mark).expect("a watermark is plain data");
        let mut hash = Sha256::new();
        hash.update(format!("{name}\n{}\n", connection.cases().set));
        hash.update(self.store.next_batch().await?.to_string());
        hash.update(&mark);
        let source: [u8; 32] = hash.finalize().into();
        let opening = Opening {
            id: None,
            schedule: name,
            bot: &pipeline::mark(self.bot),
            policy: self.policy.digest(),
            pattern: &pipeline::pattern(self.bot, &self.policy),
            source: &source,
            again: 0,
            lookups: &versions(lookups),
            today: self.request.today,
            due: self.due(self.request.today)?,
            follows: None,
            opened_by: None,
        };
        let mut tx = self.store.db.begin().await?;
        let id = batches::open(&mut tx, &opening, &self.actor).await?;
        // The mark itself moves with the rows.
        let before: Reading = self.store.mark(name).await?.unwrap_or_default();
        self.store.keep_mark(&mut tx, name, &Reading { batch: Some(id.0), ..before }).await?;
        tx.commit().await?;
        at.batch = Some(id.0);
        Ok(id)
    }

    async fn cases_checked(
        &self,
        id: BatchId,
        at: &mut Reading,
        notices: Vec<String>,
    ) -> Result<()> {
        let key = self.store.batch_key(id).await?;
        at.batch = None;
        let mut tx = self.store.db.begin().await?;
        self.store.keep_mark(&mut tx, &self.request.schedule.name, at).await?;
        let name = self.request.schedule.source.connection();
        self.check_in(&mut tx, id, &key, name, &notices).await?;
        tx.commit().await
    }
}
