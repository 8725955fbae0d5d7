//! One job of a schedule: what an earlier process left of it, then, if it was
//! fired, the files in its folder, oldest first, or what is new in its CRM.

use std::collections::BTreeMap;
use std::fs;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use jiff::SignedDuration;
use jiff::civil::Date;
use tokio::runtime::Handle;
use tokio::time::Instant;

use super::runs::Shared;
use crate::clock;
use crate::error::{Error, Result};
use crate::ids::BatchId;
use crate::inbox::{self, Inbox, Look, Taken};
use crate::originals;
use crate::run::{Outcome, Request, Runner};
use crate::schedule::Schedule;
use crate::settings::owner;
use crate::state;
use crate::store::batches::Batch;

/// A file that could not be read was put aside.
const REFUSED: &str = "file-refused";
/// A setting is wrong, or something that is needed is not there.
const SETTING: &str = "setting-wrong";
/// Something failed.
const FAILED: &str = "failed";
/// Files were still being written when the time was over.
const STILL_WRITTEN: &str = "still-being-written";

/// One job.
pub(super) struct Job {
    pub(super) desk: Arc<Shared>,
    pub(super) schedule: Schedule,
}

/// What a run reads.
enum From {
    /// A file, its own name where it was put somewhere else under another, and who queued it.
    File(PathBuf, Option<String>, Option<String>),
    /// What is new in the CRM.
    Crm,
    /// Nothing: its rows are all in the store.
    Batch(BatchId),
}

/// What came of a job.
#[derive(Debug, Default)]
pub(super) struct Came {
    /// Files that were taken.
    pub(super) files: i64,
    /// The last batch.
    pub(super) batch: Option<BatchId>,
    /// A code of what went wrong last.
    pub(super) reason: &'static str,
    /// What went wrong, for people; nothing personal.
    pub(super) troubles: Vec<String>,
    /// Something is left to be done, because we were told to stop.
    pub(super) left: bool,
}

impl Came {
    pub(super) fn trouble(reason: &'static str, what: &str) -> Self {
        Self { reason, troubles: vec![what.to_owned()], ..Self::default() }
    }

    pub(super) fn failed(&mut self, fault: &Error) {
        self.reason = if fault.exit_code() == 2 { SETTING } else { FAILED };
        self.troubles.push(fault.to_string());
    }
}

impl Job {
    /// Does it. A fault ends it; what was taken stays where the next try finds it.
    pub(super) fn run(self, fired: bool) -> Pin<Box<dyn Future<Output = Came> + Send>> {
        Box::pin(async move {
            let mut came = Came::default();
            if let Err(fault) = self.steps(fired, &mut came).await {
                came.failed(&fault);
            }
            came
        })
    }

    async fn steps(&self, fired: bool, came: &mut Came) -> Result<()> {
        if self.desk.store.bot_stopped(&self.schedule.bot).await? {
            return Err(Error::usage(
                format!("the bot {} has been stopped by a person", self.schedule.bot),
                "its files stay where they are until it is started again: clerkwork bots start",
            ));
        }
        let inbox = Inbox::of(&self.desk.folder, &self.schedule)?;
        let taken = self.desk.folder.root().join("taken").join(&self.schedule.name);
        for taken in inbox::left_behind(&taken, &self.desk.store.vault)? {
            if self.stops(came) {
                return Ok(());
            }
            self.file(inbox.as_ref(), taken, came).await?;
        }
        for batch in self.desk.open_batches().await? {
            if batch.schedule != self.schedule.name || !self.desk.may_go_on(&batch).await? {
                continue;
            }
            if self.stops(came) {
                return Ok(());
            }
            self.go_on(&batch, came).await?;
        }
        // What cannot be looked at keeps no firing from its files.
        if !fired {
            self.look_again(came).await?;
        }
        match inbox {
            Some(inbox) if fired => self.empty(&inbox, came).await,
            None if fired && self.schedule.source.is_crm() => self.cases(came).await,
            _ => Ok(()),
        }
    }

    /// Reads what is new in the CRM, decides it and tells others.
    async fn cases(&self, came: &mut Came) -> Result<()> {
        if self.stops(came) {
            return Ok(());
        }
        let ran = self.ran(From::Crm, clock::today(), BTreeMap::new()).await?;
        let Some(outcome) = ran else { return Ok(()) };
        came.batch = Some(outcome.batch);
        came.left |= outcome.stopped && *self.desk.stop.borrow();
        self.say(&settled(&outcome));
        Ok(())
    }

    /// Takes what lies in the folder until everything is taken that is complete. What is still
    /// being written is waited for, though not for ever.
    async fn empty(&self, inbox: &Inbox, came: &mut Came) -> Result<()> {
        let begun = Instant::now();
        let patience = SignedDuration::try_from(self.desk.patience.wait)
            .unwrap_or(SignedDuration::from_mins(10));
        let (mut before, mut told) = (inbox.look()?, false);
        self.refuse_strange(inbox, &before, came)?;
        while before.count() > 0 {
            let mut stop = self.desk.stop.clone();
            tokio::select! {
                () = tokio::time::sleep(self.desk.patience.apart) => {}
                _ = stop.wait_for(|stop| *stop) => {}
            }
            if self.stops(came) {
                return Ok(());
            }
            let now = inbox.look()?;
            for (path, seen) in now.complete(&before, clock::now(), patience) {
                if self.stops(came) {
                    return Ok(());
                }
                if let Some(taken) = inbox.take(&path, &seen, &self.desk.store.vault)? {
                    came.files += 1;
                    self.file(Some(inbox), taken, came).await?;
                }
            }
            before = inbox.look()?;
            if before.count() == 0 {
                break;
            }
            if begun.elapsed() >= self.desk.patience.wait {
                let what = format!(
                    "{} in its folder still being written: left for the next run",
                    before.count()
                );
                came.reason = STILL_WRITTEN;
                came.troubles.push(what);
                break;
            }
            if !told {
                told = true;
                tracing::debug!(schedule = %self.schedule.name, "stage waiting");
                self.say(&format!("waiting for {} still being written", before.count()));
            }
        }
        Ok(())
    }

    fn refuse_strange(&self, inbox: &Inbox, look: &Look, came: &mut Came) -> Result<()> {
        for path in &look.strange {
            inbox.refuse_strange(path)?;
            came.reason = REFUSED;
            came.troubles.push("a symbolic link or a folder was put into refused".to_owned());
        }
        Ok(())
    }

    /// Runs a file that was taken, and does with it what its batch says.
    async fn file(&self, inbox: Option<&Inbox>, taken: Taken, came: &mut Came) -> Result<()> {
        let store = &self.desk.store;
        let before = store.batch_of_source(&self.schedule.name, &taken.sha256).await?;
        let before = before.map(|batch| (batch.id, batch.state));
        let queued = taken.queued.as_ref();
        let by = queued.map(|queued| queued.by.clone());
        let from = From::File(taken.path.clone(), taken.name.clone(), by);
        let without = queued.into_iter().flat_map(|queued| &queued.without);
        let lookups = without.map(|name| (name.clone(), None)).collect();
        let ran = self.ran(from, clock::today(), lookups).await;
        let batch = store.batch_of_source(&self.schedule.name, &taken.sha256).await?;
        let state = batch.as_ref().map(|batch| batch.state);
        let now_so = batch.as_ref().map(|batch| (batch.id, batch.state)) != before;
        came.batch = batch.map(|batch| batch.id).or(came.batch);
        // What was queued on the page lay in no folder: its batch, or its upload, says what is wrong.
        let inbox = inbox.filter(|_| taken.queued.is_none());
        match (ran, state) {
            (Ok(outcome), _) => {
                if let Some(outcome) = outcome {
                    came.left |= outcome.stopped && *self.desk.stop.borrow();
                    self.say(&settled(&outcome));
                }
                taken.remove()
            }
            // It cannot be read, and nothing of it was kept.
            (Err(fault @ Error::Failed(_)), Some(state::Batch::Unreadable)) if now_so => {
                came.reason = REFUSED;
                if let Some(inbox) = inbox {
                    inbox.refuse(taken, &fault.to_string())?;
                    came.troubles.push(format!("a file was put into refused: {fault}"));
                } else {
                    taken.remove()?;
                    came.troubles.push(format!("a file queued on the page was refused: {fault}"));
                }
                Ok(())
            }
            // Nothing was begun: it stays where people see it, until what is wrong is put right.
            (Err(fault), None | Some(state::Batch::Unreadable)) => {
                if let Some(inbox) = inbox {
                    inbox.put_back(taken)?;
                }
                Err(fault)
            }
            // Half of it is read: the next try goes on.
            (Err(fault), Some(state::Batch::Loading)) => Err(fault),
            (
                Err(fault),
                Some(
                    state::Batch::Checked
                    | state::Batch::AwaitingApproval
                    | state::Batch::Running
                    | state::Batch::Paused
                    | state::Batch::Unresolved
                    | state::Batch::Complete
                    | state::Batch::Cancelled,
                ),
            ) => {
                // Every row is in the store, and the sealed original is kept.
                taken.remove()?;
                Err(fault)
            }
        }
    }

    /// Goes on with a batch that an earlier process left, or of which another round is due.
    async fn go_on(&self, batch: &Batch, came: &mut Came) -> Result<()> {
        // It is completed from what it was begun with.
        let without = batch.lookups.iter().filter(|(_, version)| *version == "none");
        let lookups = without.map(|(name, _)| (name.clone(), None)).collect();
        let outcome = match batch.state {
            state::Batch::Loading if self.schedule.source.is_crm() => {
                self.ran(From::Crm, clock::today(), lookups).await?
            }
            state::Batch::Loading => {
                let original = self.original(batch).await?;
                let from = From::File(original.path().to_owned(), Some(String::new()), None);
                self.ran(from, batch.today, lookups).await?
            }
            _ => self.ran(From::Batch(batch.id), batch.today, lookups).await?,
        };
        came.batch = Some(batch.id);
        if let Some(outcome) = outcome {
            came.left |= outcome.stopped && *self.desk.stop.borrow();
            self.say(&settled(&outcome));
        }
        Ok(())
    }

    /// The sheet of a batch, unsealed for as long as it is read.
    async fn original(&self, batch: &Batch) -> Result<tempfile::NamedTempFile> {
        let folder = self.desk.folder.root().join("taken");
        let doing = || Error::io("unsealing an original to go on with its batch");
        fs::create_dir_all(&folder).map_err(doing())?;
        let mut file =
            tempfile::Builder::new().prefix(".goes-on-").tempfile_in(&folder).map_err(doing())?;
        let key = self.desk.store.batch_key(batch.id).await?;
        originals::open(self.desk.folder.root(), batch.id, &key, &mut file)?;
        Ok(file)
    }

    async fn ran(
        &self,
        from: From,
        today: Date,
        lookups: BTreeMap<String, Option<PathBuf>>,
    ) -> Result<Option<Outcome>> {
        let whose = |file: &PathBuf| fs::metadata(file).ok().map(|about| owner(&about));
        let opened_by = match &from {
            From::File(file, _, by) => by.clone().or_else(|| whose(file)),
            From::Crm | From::Batch(_) => None,
        };
        let (input, name, batch) = match from {
            From::File(file, name, _) => (Some(file), name, None),
            From::Crm => (None, None, None),
            From::Batch(id) => (None, None, Some(id)),
        };
        let request = Request { input, name, opened_by, ..self.request(today, lookups) };
        self.with_runner(request, async move |runner| match batch {
            Some(id) => runner.go_on_with(id).await.map(Some),
            None => runner.run().await,
        })
        .await
    }

    /// What every run here is asked for.
    pub(super) fn request(
        &self,
        today: Date,
        lookups: BTreeMap<String, Option<PathBuf>>,
    ) -> Request {
        Request {
            schedule: self.schedule.clone(),
            input: None,
            output: None,
            lookups,
            again: false,
            dry_run: false,
            queued: true,
            name: None,
            opened_by: None,
            today,
        }
    }

    /// Does something with a runner, on a thread of its own: a run cannot be moved from one thread to
    /// another.
    pub(super) async fn with_runner<T: Send + 'static>(
        &self,
        request: Request,
        work: impl AsyncFnOnce(Runner) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let desk = Arc::clone(&self.desk);
        let runtime = Handle::current();
        let ran = tokio::task::spawn_blocking(move || {
            runtime.block_on(async move {
                let (folder, store) = (Arc::clone(&desk.folder), Arc::clone(&desk.store));
                let (actor, stop) = (desk.actor.clone(), desk.stop.clone());
                let connections = Arc::clone(&desk.connections);
                let silent = Arc::new(|_| {});
                let runner =
                    Runner::new(folder, connections, store, actor, request, silent, stop).await?;
                work(runner).await
            })
        });
        ran.await.unwrap_or_else(|_| {
            Err(Error::failed(
                "a fault in the program ended the run",
                "nothing is lost: it is gone on with; the place of the fault stands above",
            ))
        })
    }

    /// Whether we were told to stop; then something is left.
    pub(super) fn stops(&self, came: &mut Came) -> bool {
        let stop = *self.desk.stop.borrow();
        came.left |= stop;
        stop
    }

    pub(super) fn say(&self, what: &str) {
        (self.desk.tell)(&format!("{}: {what}", self.schedule.name));
    }
}

pub(super) fn settled(outcome: &Outcome) -> String {
    let totals = &outcome.totals;
    let again = if outcome.already { ", as it was before" } else { "" };
    format!(
        "batch {} is {}{again}: {} rows, {} rejected, {} duplicates, {} done, {} for a person",
        outcome.batch,
        outcome.state,
        totals.rows,
        totals.rejected,
        totals.duplicates,
        totals.done,
        totals.unresolved()
    )
}
