//! One batch in the foreground: found or opened, taken in, worked, reported.
//!
//! The same command again goes on with an unfinished batch, and prints the totals of a finished
//! one. Whatever dies when, running it again is always right.

mod aside;
mod cases;
mod completed_from;
mod dry;
mod follow;
mod going_on;
mod look;
mod outcome;
mod sheet;

pub use aside::Aside;
pub use dry::Tried;
pub use follow::Follow;
pub use look::Look;
pub use outcome::{Outcome, Request, Step};

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use clerkwork_bots::kit::{Policy, Registered};
use jiff::civil::Date;
use tokio::sync::watch;

use crate::connections::Connections;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::holder::{Holder, exclusive};
use crate::ids::BatchId;
use crate::intake::Intake;
use crate::job_log::{self, Actor, Entry, Head, Kind};
use crate::lookups::{self, Lookups};
use crate::outlets::Outlets;
use crate::pipeline::{self, Pipeline};
use crate::queue;
use crate::report::Report;
use crate::schedule::calendar::{self, Calendar};
use crate::schedule::rounds::Rounds;
use crate::settings::Folder;
use crate::state;
use crate::store::Store;
use crate::store::batches::Batch;
use crate::store::matches;
use crate::store::moves;
use crate::store::totals::Totals;
use crate::vault::ItemKey;

/// Everything that a run uses.
pub struct Runner {
    folder: Arc<Folder>,
    connections: Arc<Connections>,
    store: Arc<Store>,
    actor: Actor,
    bot: &'static Registered,
    policy: Arc<Policy>,
    request: Request,
    progress: Arc<dyn Fn(Step) + Send + Sync>,
    stop: watch::Receiver<bool>,
}

impl Runner {
    /// Looks everything up that must be right before anything starts.
    pub async fn new(
        folder: Arc<Folder>,
        connections: Arc<Connections>,
        store: Arc<Store>,
        actor: Actor,
        request: Request,
        progress: Arc<dyn Fn(Step) + Send + Sync>,
        stop: watch::Receiver<bool>,
    ) -> Result<Self> {
        let bot = clerkwork_bots::find(&request.schedule.bot)
            .expect("a schedule without fault names an installed bot");
        let name = bot.manifest().name;
        if store.bot_stopped(name).await? {
            return Err(Error::usage(
                format!("the bot {name} has been stopped by a person"),
                format!("when it may work again: clerkwork bots start {name} --why \"...\""),
            ));
        }
        Outlets::may_be_bound(&folder, &request.schedule, bot)?;
        let policy = Arc::new(pipeline::policy(&folder, bot)?);
        let request = matched(&store, request).await?;
        Ok(Self { folder, connections, store, actor, bot, policy, request, progress, stop })
    }

    /// Runs it.
    ///
    /// `None`: nothing of the schedule's CRM was new, and nothing was left to do.
    pub async fn run(self) -> Result<Option<Outcome>> {
        let started = Instant::now();
        let Some(input) = &self.request.input else { return self.run_cases(started).await };
        let source = lookups::sha256_of(input, "the input file")?;
        if self.request.dry_run {
            return self.try_dry(&source, started).await.map(Some);
        }
        self.note_policy().await?;
        let name = self.request.schedule.name.clone();
        let reading = exclusive(self.folder.root(), &format!("intake-{name}")).await?;
        let found = self.store.batch_of_source(&name, &source).await?;
        if let Some(batch) = found.as_ref().filter(|batch| self.finished(batch)) {
            drop(reading);
            return self.already(batch, started).await.map(Some);
        }
        let (batch, lookups) = if let Some(batch) = found.filter(unfinished) {
            let lookups = self.to_go_on_with(batch.id).await?;
            (batch, lookups)
        } else {
            let lookups = Arc::new(self.lookups().await?);
            (self.open(&source, &lookups).await?, lookups)
        };
        if batch.state == state::Batch::Loading {
            self.take_in(&batch, input).await?;
        }
        drop(reading);
        self.start(batch.id).await?;
        let recorded = self.work(batch.id, lookups).await?;
        self.finish(batch.id, recorded, started).await.map(Some)
    }

    /// Finished, and not to be done once more.
    fn finished(&self, batch: &Batch) -> bool {
        !self.request.again && !unfinished(batch) && batch.state != state::Batch::Unreadable
    }

    async fn already(&self, batch: &Batch, started: Instant) -> Result<Outcome> {
        if let Some(wish) = self.other_lookup(batch)? {
            tracing::warn!(
                "{wish}; batch {} is finished and stays as it is (--again runs it anew)",
                batch.id
            );
        }
        let notices = self.notices(batch.id).await?;
        let output = match &self.request.output {
            Some(path) => Some(self.report(batch.id, &notices, path).await?),
            None => None,
        };
        let batch = self.store.batch(batch.id).await?;
        let log = job_log::checkpoint(&self.store.db, &self.folder).await?;
        Ok(self.outcome(&batch, true, 0, output, log, notices, started))
    }

    /// By when what comes in on this day is to be settled.
    fn due(&self, came_in: Date) -> Result<Option<Date>> {
        let (calendars, _) = calendar::all(&self.folder)?;
        Ok(self.request.schedule.due(&calendars, came_in).and_then(Result::ok))
    }

    fn intake(&self, batch: BatchId, today: Date) -> Intake {
        Intake {
            store: Arc::clone(&self.store),
            also: None,
            bot: self.bot,
            policy: Arc::clone(&self.policy),
            columns: self.request.schedule.source.columns.clone(),
            address: self.request.schedule.address_column().map(str::to_owned),
            today,
            batch,
            first: None,
            actor: self.actor.clone(),
        }
    }

    /// Every row is in the store: the batch says so.
    async fn check_in(
        &self,
        tx: &mut Tx,
        batch: BatchId,
        key: &ItemKey,
        name: &str,
        notices: &[String],
    ) -> Result<()> {
        self.store.keep_source(tx, batch, key, name, notices).await?;
        let entry = Entry::new(Kind::BatchMoved, &self.actor);
        moves::batch(tx, batch, state::Batch::Checked, entry).await?;
        tracing::debug!(%batch, "stage checked");
        Ok(())
    }

    async fn start(&self, id: BatchId) -> Result<()> {
        let batch = self.store.batch(id).await?;
        if batch.state != state::Batch::Checked {
            return Ok(());
        }
        let limit = self.request.schedule.limits.approve_over.filter(|_| self.request.queued);
        let to = if limit.is_some_and(|limit| batch.totals.items > limit) {
            state::Batch::AwaitingApproval
        } else {
            state::Batch::Running
        };
        let mut tx = self.store.db.begin().await?;
        moves::batch(&mut tx, id, to, Entry::new(Kind::BatchMoved, &self.actor)).await?;
        // A batch of which no row became an item is complete at once.
        moves::follow(&mut tx, id, &self.actor).await?;
        tx.commit().await
    }

    async fn work(&self, id: BatchId, lookups: Arc<Lookups>) -> Result<u64> {
        let batch = self.store.batch(id).await?;
        let totals = batch.totals;
        if batch.state == state::Batch::AwaitingApproval {
            return Ok(0);
        }
        if totals.in_hand == 0 && !self.store.round_due(id).await? {
            return Ok(0);
        }
        let holder = Arc::new(Holder::register(self.folder.root())?);
        self.store.reclaim(|name| holder.alive(name), &self.actor).await?;
        let pipeline = Arc::new(Pipeline {
            store: Arc::clone(&self.store),
            also: None,
            bot: self.bot,
            mark: pipeline::mark(self.bot),
            policy: Arc::clone(&self.policy),
            lookups,
            today: self.request.today,
            outlets: Arc::new(self.outlets().await?),
            rounds: self.rounds()?,
            again: self.request.schedule.again,
        });
        self.decide(Arc::clone(&self.store), holder, pipeline, id, totals).await
    }

    async fn outlets(&self) -> Result<Outlets> {
        let schedule = &self.request.schedule;
        Outlets::of(&self.folder, &self.connections, &self.store, schedule, self.bot).await
    }

    fn rounds(&self) -> Result<Rounds> {
        let (calendars, _) = calendar::all(&self.folder)?;
        let schedule = &self.request.schedule;
        let calendar = schedule.calendar(&calendars).unwrap_or_else(Calendar::weekdays);
        Ok(Rounds::of(schedule, calendar))
    }

    /// Works one batch with progress; answers how many items were recorded.
    async fn decide(
        &self,
        store: Arc<Store>,
        holder: Arc<Holder>,
        pipeline: Arc<Pipeline>,
        batch: BatchId,
        totals: Totals,
    ) -> Result<u64> {
        let of = u64::try_from(totals.items).unwrap_or(0);
        let before = u64::try_from(totals.items - totals.in_hand).unwrap_or(0);
        let (recorded, mut seen) = watch::channel(0);
        let progress = Arc::clone(&self.progress);
        let showing = tokio::spawn(async move {
            progress(Step::Deciding { done: before, of });
            while seen.changed().await.is_ok() {
                progress(Step::Deciding { done: before + *seen.borrow(), of });
            }
        });
        let slice = self.request.schedule.limits.slice;
        let source = queue::Source { batch, pipeline, slice };
        let watching = recorded.subscribe();
        queue::work(store, holder, self.actor.clone(), vec![source], self.stop.clone(), recorded)
            .await?;
        let n = *watching.borrow();
        drop(showing.await);
        Ok(n)
    }

    async fn finish(&self, id: BatchId, recorded: u64, started: Instant) -> Result<Outcome> {
        let notices = self.notices(id).await?;
        let batch = self.store.batch(id).await?;
        let mut output = None;
        if batch.totals.in_hand == 0 {
            (self.progress)(Step::Reporting);
            if let Some(path) = self.output(id)? {
                output = Some(self.report(id, &notices, &path).await?);
            }
        }
        let log = job_log::checkpoint(&self.store.db, &self.folder).await?;
        Ok(self.outcome(&batch, false, recorded, output, log, notices, started))
    }

    fn output(&self, batch: BatchId) -> Result<Option<PathBuf>> {
        if let Some(path) = &self.request.output {
            return Ok(Some(path.clone()));
        }
        let Some(path) = &self.request.schedule.results.path else { return Ok(None) };
        self.folder.inside(&path.replace("{batch}", &batch.to_string())).map(Some)
    }

    async fn report(&self, id: BatchId, notices: &[String], path: &Path) -> Result<PathBuf> {
        let report = Report {
            store: Arc::clone(&self.store),
            bot: self.bot,
            council: self.folder.council.clone(),
            notices: notices.to_vec(),
            actor: self.actor.clone(),
        };
        report.write(id, path).await
    }

    async fn notices(&self, batch: BatchId) -> Result<Vec<String>> {
        Ok(self.store.source_of(batch).await?.map(|source| source.notices).unwrap_or_default())
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of an outcome")]
    fn outcome(
        &self,
        batch: &Batch,
        already: bool,
        recorded: u64,
        output: Option<PathBuf>,
        log: Head,
        notices: Vec<String>,
        started: Instant,
    ) -> Outcome {
        Outcome {
            batch: batch.id,
            state: batch.state,
            already,
            dry_run: self.request.dry_run,
            totals: batch.totals,
            seconds: started.elapsed(),
            recorded,
            output,
            log,
            notices,
            stopped: batch.totals.in_hand > 0,
        }
    }

    /// A log entry when the figures differ from those that were last used.
    async fn note_policy(&self) -> Result<()> {
        self.store.note_policy(self.bot.manifest().name, self.policy.digest(), &self.actor).await
    }
}

/// A sheet's headers are read as people matched them before.
async fn matched(store: &Store, mut request: Request) -> Result<Request> {
    request.schedule.source.also(matches::matched(&store.db, &request.schedule.name).await?);
    Ok(request)
}

/// Something of it is still to be read or decided by a runner.
fn unfinished(batch: &Batch) -> bool {
    match batch.state {
        state::Batch::Loading
        | state::Batch::Checked
        | state::Batch::AwaitingApproval
        | state::Batch::Running
        | state::Batch::Paused => true,
        state::Batch::Unreadable
        | state::Batch::Unresolved
        | state::Batch::Complete
        | state::Batch::Cancelled => false,
    }
}

fn versions(lookups: &Lookups) -> BTreeMap<String, String> {
    lookups.iter().map(|(name, lookup)| (name.clone(), lookup.version().to_owned())).collect()
}
