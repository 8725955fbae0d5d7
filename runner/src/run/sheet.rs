//! A batch of the rows of a sheet.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use super::{Runner, Step, versions};
use crate::error::{Error, Result};
use crate::ids::BatchId;
use crate::lookups::Lookups;
use crate::pipeline;
use crate::state;
use crate::store::batches::{Batch, Opening};
use crate::vault::ItemKey;

impl Runner {
    pub(super) async fn open(&self, source: &[u8; 32], lookups: &Lookups) -> Result<Batch> {
        let earlier = self.store.batch_of_source(&self.request.schedule.name, source).await?;
        let follows = earlier.as_ref().filter(|batch| batch.state != state::Batch::Unreadable);
        let opening = Opening {
            id: None,
            schedule: &self.request.schedule.name,
            bot: &pipeline::mark(self.bot),
            policy: self.policy.digest(),
            pattern: &pipeline::pattern(self.bot, &self.policy),
            source,
            again: earlier.as_ref().map_or(0, |batch| batch.again + 1),
            lookups: &versions(lookups),
            today: self.request.today,
            due: self.due(self.request.today)?,
            follows: follows.map(|batch| batch.id),
            opened_by: self.request.opened_by.as_deref(),
        };
        let id = self.store.open_batch(&opening, &self.actor).await?;
        tracing::debug!(batch = %id, "stage opened");
        self.store.batch(id).await
    }

    pub(super) async fn take_in(&self, batch: &Batch, input: &Path) -> Result<()> {
        let key = self.store.batch_key(batch.id).await?;
        crate::originals::keep(self.folder.root(), batch.id, &key, input)?;
        let intake = Arc::new(self.intake(batch.id, batch.today));
        let file = File::open(input).map_err(Error::io("opening the input file"))?;
        let progress = Arc::clone(&self.progress);
        let read =
            intake.take_in(file, batch.last_place, move |n| progress(Step::Reading(n))).await;
        match read {
            Ok(notices) => {
                let own = || input.file_name().map(|name| name.to_string_lossy().into_owned());
                let name = self.request.name.clone().or_else(own).unwrap_or_default();
                self.checked(batch.id, &key, &name, &notices).await
            }
            Err(fault @ Error::Failed(_)) => {
                self.store.discard(batch.id, "unreadable", &self.actor).await?;
                crate::originals::forget(self.folder.root(), batch.id)?;
                Err(fault)
            }
            Err(fault) => Err(fault),
        }
    }

    async fn checked(
        &self,
        batch: BatchId,
        key: &ItemKey,
        name: &str,
        notices: &[String],
    ) -> Result<()> {
        let mut tx = self.store.db.begin().await?;
        self.check_in(&mut tx, batch, key, name, notices).await?;
        tx.commit().await
    }
}
