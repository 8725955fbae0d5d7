//! Rows taken into a throw-away store: for a trial, and for asking what would follow.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;
use tokio::sync::watch;

use super::{Request, Runner, Step, matched, versions};
use crate::error::{Error, Result};
use crate::ids::BatchId;
use crate::intake::Intake;
use crate::job_log::Actor;
use crate::lookups::{self, Lookups};
use crate::pipeline;
use crate::settings::Folder;
use crate::store::Store;
use crate::store::batches::Opening;
use crate::vault::Vault;

/// A batch in a store of its own, which goes with it.
pub struct Aside {
    /// The throw-away store.
    pub store: Arc<Store>,
    /// Its one batch, still loading.
    pub batch: BatchId,
    /// What completes its cases.
    pub lookups: Arc<Lookups>,
    /// SHA-256 of the file.
    pub source: [u8; 32],
    /// What was noticed while reading it.
    pub notices: Vec<String>,
    scratch: TempDir,
}

impl Aside {
    /// The folder of the store.
    pub(super) fn folder(&self) -> &Path {
        self.scratch.path()
    }
}

impl Runner {
    /// Takes in a sheet aside, each row for itself: no earlier batch counts. A stopped bot may be
    /// asked too, as nothing comes of it.
    pub async fn aside(
        folder: Arc<Folder>,
        store: Arc<Store>,
        actor: Actor,
        request: Request,
        progress: Arc<dyn Fn(Step) + Send + Sync>,
        stop: watch::Receiver<bool>,
    ) -> Result<Aside> {
        let bot = clerkwork_bots::find(&request.schedule.bot)
            .expect("a schedule without fault names an installed bot");
        let policy = Arc::new(pipeline::policy(&folder, bot)?);
        let connections = Arc::default();
        let request = matched(&store, request).await?;
        let runner =
            Self { folder, connections, store, actor, bot, policy, request, progress, stop };
        let source = lookups::sha256_of(runner.input()?, "the input file")?;
        runner.take_in_aside(&source, None, None).await
    }

    /// The sheet; a trial reads no CRM.
    pub(super) fn input(&self) -> Result<&Path> {
        self.request.input.as_deref().ok_or_else(|| {
            Error::usage("cases of a CRM cannot be tried", "name a sheet with --input FILE")
        })
    }

    /// Takes in a sheet aside, or the first rows of it; `also` is where earlier items are looked
    /// for.
    pub(super) async fn take_in_aside(
        &self,
        source: &[u8; 32],
        also: Option<Arc<Store>>,
        first: Option<usize>,
    ) -> Result<Aside> {
        let lookups = Arc::new(self.lookups().await?);
        let scratch = tempfile::tempdir().map_err(Error::io("making a folder for the dry run"))?;
        let number = self.store.next_batch().await?;
        let vault = Vault::new(&self.folder.master_key()?);
        let dry = Arc::new(Store::throw_away(scratch.path(), vault, number, &self.actor).await?);
        let opening = Opening {
            id: Some(number),
            schedule: &self.request.schedule.name,
            bot: &pipeline::mark(self.bot),
            policy: self.policy.digest(),
            pattern: &pipeline::pattern(self.bot, &self.policy),
            source,
            again: 0,
            lookups: &versions(&lookups),
            today: self.request.today,
            due: self.due(self.request.today)?,
            follows: None,
            opened_by: None,
        };
        let batch = dry.open_batch(&opening, &self.actor).await?;
        let intake = Arc::new(Intake {
            store: Arc::clone(&dry),
            also,
            first,
            ..self.intake(batch, self.request.today)
        });
        let file = File::open(self.input()?).map_err(Error::io("opening the input file"))?;
        let progress = Arc::clone(&self.progress);
        let notices = intake.take_in(file, 0, move |n| progress(Step::Reading(n))).await?;
        Ok(Aside { store: dry, batch, lookups, source: *source, notices, scratch })
    }
}
