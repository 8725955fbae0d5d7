//! Going on with a batch that is unfinished.

use std::sync::Arc;
use std::time::Instant;

use super::{Outcome, Runner, versions};
use crate::error::{Error, Result};
use crate::ids::BatchId;
use crate::lookups::Lookups;
use crate::state;
use crate::store::batches::Batch;

impl Runner {
    /// Goes on with an unfinished batch, if it is completed from the same sources.
    pub(super) fn go_on(&self, batch: &Batch, lookups: &Lookups) -> Result<()> {
        let ours = versions(lookups);
        if batch.lookups != ours {
            let (name, was) = batch
                .lookups
                .iter()
                .find(|(name, was)| ours.get(*name) != Some(*was))
                .map_or(("", ""), |(name, was)| (name.as_str(), was.as_str()));
            return Err(Error::usage(
                format!(
                    "batch {} is unfinished, and was begun with another lookup {name}",
                    batch.id
                ),
                format!(
                    "give the same lookup as before ({was}), or cancel it: clerkwork cancel {} --why \"...\"",
                    batch.id
                ),
            ));
        }
        self.may_go_on(batch)
    }

    fn may_go_on(&self, batch: &Batch) -> Result<()> {
        match batch.state {
            state::Batch::Paused => Err(Error::usage(
                format!("batch {} is paused", batch.id),
                format!("let it go on with: clerkwork resume {} --why \"...\"", batch.id),
            )),
            state::Batch::AwaitingApproval => Err(Error::usage(
                format!("batch {} awaits a second person's approval", batch.id),
                format!("which is given with: clerkwork approve {} --why \"...\"", batch.id),
            )),
            state::Batch::Loading
            | state::Batch::Unreadable
            | state::Batch::Checked
            | state::Batch::Running
            | state::Batch::Unresolved
            | state::Batch::Complete
            | state::Batch::Cancelled => Ok(()),
        }
    }

    /// Goes on with a batch that is read, whatever it was read from: after a restart, or when
    /// another round is due.
    pub async fn go_on_with(self, id: BatchId) -> Result<Outcome> {
        let started = Instant::now();
        let lookups = self.to_go_on_with(id).await?;
        self.start(id).await?;
        let recorded = self.work(id, lookups).await?;
        self.finish(id, recorded, started).await
    }

    /// The lookups that an unfinished batch goes on with. Where everything is decided and others
    /// are only to be told, there is nothing to look up.
    pub(super) async fn to_go_on_with(&self, id: BatchId) -> Result<Arc<Lookups>> {
        let batch = self.store.batch(id).await?;
        if batch.state != state::Batch::Loading && !self.store.any_ready(id).await? {
            self.may_go_on(&batch)?;
            return Ok(Arc::default());
        }
        let lookups = Arc::new(self.lookups().await?);
        self.go_on(&batch, &lookups)?;
        Ok(lookups)
    }
}
