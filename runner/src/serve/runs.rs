//! The runs of schedules: one job a schedule at a time, a few at once.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{OwnedMutexGuard, Semaphore, watch};
use tokio::time::Instant;

use super::job::{Came, Job};
use super::{Desk, Stop, Work};
use crate::clock;
use crate::connections::Connections;
use crate::error::Result;
use crate::holder::{self, Holder};
use crate::inbox::Inbox;
use crate::job_log::Actor;
use crate::originals;
use crate::schedule::{self, Schedule};
use crate::scheduler::{Answer, Jobs};
use crate::settings::Folder;
use crate::state;
use crate::store::Store;
use crate::store::batches::Batch;
use crate::store::fires::Ended;

/// Jobs at once in one process: each decides several slices side by side.
const AT_ONCE: usize = 2;
/// After work that lies there could not be done, it rests so long, then twice as long, up to a day's
/// fraction that nobody minds.
const REST: Duration = Duration::from_mins(1);
const LONGEST_REST: Duration = Duration::from_hours(1);

/// How files in a watched folder are waited for.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Between two looks, of which a file must look the same in both.
    pub apart: Duration,
    /// How long a firing waits for files that are still being written; what has not changed for so
    /// long is taken as it is.
    pub wait: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { apart: Duration::from_secs(5), wait: Duration::from_mins(10) }
    }
}

/// Does the runs of schedules.
pub struct Runs {
    desk: Arc<Shared>,
}

/// What the jobs of one process share.
pub(super) struct Shared {
    pub(super) folder: Arc<Folder>,
    pub(super) store: Arc<Store>,
    pub(super) actor: Actor,
    pub(super) tell: Arc<dyn Fn(&str) + Send + Sync>,
    pub(super) patience: Patience,
    pub(super) connections: Arc<Connections>,
    /// Turns true when nothing more is to be begun.
    pub(super) stop: watch::Receiver<bool>,
    holder: Arc<Holder>,
    lanes: Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<()>>>>,
    rests: Mutex<BTreeMap<String, Rest>>,
    under_way: watch::Sender<usize>,
    places: Semaphore,
}

/// Work that could not be done lies until then.
struct Rest {
    until: Instant,
    wait: Duration,
    told: String,
}

impl Runs {
    /// Works at this desk until it is told to stop.
    pub fn new(
        desk: &Desk,
        holder: Arc<Holder>,
        patience: Patience,
        mut stop: watch::Receiver<Stop>,
    ) -> Self {
        let (tell, stopped) = watch::channel(false);
        tokio::spawn(async move {
            // Whoever could tell us to stop may be gone: then nobody will.
            if stop.wait_for(|stop| *stop != Stop::No).await.is_ok() {
                tell.send_replace(true);
            }
            tell.closed().await;
        });
        let desk = Shared {
            folder: Arc::clone(&desk.folder),
            store: Arc::clone(&desk.store),
            actor: desk.actor.clone(),
            tell: Arc::clone(&desk.tell),
            patience,
            connections: Arc::clone(&desk.connections),
            stop: stopped,
            holder,
            lanes: Mutex::default(),
            rests: Mutex::default(),
            under_way: watch::Sender::new(0),
            places: Semaphore::new(AT_ONCE),
        };
        Self { desk: Arc::new(desk) }
    }
}

impl Jobs for Runs {
    fn waiting<'a>(&'a self, schedule: &'a Schedule) -> Answer<'a, Option<i64>> {
        Box::pin(async move {
            let Some(inbox) = Inbox::of(&self.desk.folder, schedule)? else { return Ok(None) };
            let look = inbox.look()?;
            let lies = look.count() + look.strange.len();
            Ok(i64::try_from(lies).ok())
        })
    }

    fn busy<'a>(&'a self, schedule: &'a Schedule) -> Answer<'a, bool> {
        Box::pin(async move {
            if self.desk.lane(&schedule.name).is_none() {
                return Ok(true);
            }
            for batch in self.desk.open_batches().await? {
                if batch.schedule == schedule.name && self.desk.in_living_hands(&batch).await? {
                    return Ok(true);
                }
            }
            Ok(false)
        })
    }

    fn begin<'a>(&'a self, schedule: &'a Schedule, due: Timestamp) -> Answer<'a, ()> {
        Box::pin(async move {
            let (desk, schedule) = (Arc::clone(&self.desk), schedule.clone());
            let counted = desk.counted();
            tokio::spawn(async move {
                let lane = desk.own_lane(&schedule.name).lock_owned().await;
                let came = desk.work(&schedule, true).await;
                drop(lane);
                if !came.left {
                    desk.ended(&schedule.name, due, &came).await;
                }
                drop(counted);
            });
            Ok(())
        })
    }
}

impl Work for Runs {
    fn pick_up<'a>(&'a self, schedules: &'a [Schedule]) -> Answer<'a, ()> {
        Box::pin(async move {
            let unfinished = self.desk.open_batches().await?;
            for schedule in schedules {
                if self.desk.rests(&schedule.name) {
                    continue;
                }
                let Some(lane) = self.desk.lane(&schedule.name) else { continue };
                let batches: Vec<&Batch> =
                    unfinished.iter().filter(|it| it.schedule == schedule.name).collect();
                if !self.desk.something_lies(schedule, &batches).await? {
                    continue;
                }
                let (desk, schedule) = (Arc::clone(&self.desk), schedule.clone());
                let counted = desk.counted();
                tokio::spawn(async move {
                    let came = desk.work(&schedule, false).await;
                    desk.rest(&schedule.name, &came);
                    drop((lane, counted));
                });
            }
            Ok(())
        })
    }

    fn under_way(&self) -> watch::Receiver<usize> {
        self.desk.under_way.subscribe()
    }
}

/// Counts a job as under way until dropped.
struct Counted(Arc<Shared>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.under_way.send_modify(|n| *n = n.saturating_sub(1));
    }
}

impl Shared {
    /// One job, when there is a place for it; a fault in the program ends it and nothing else.
    async fn work(self: &Arc<Self>, schedule: &Schedule, fired: bool) -> Came {
        let place = self.places.acquire().await;
        let job = Job { desk: Arc::clone(self), schedule: schedule.clone() };
        let came = tokio::spawn(async move { job.run(fired).await }).await;
        drop(place);
        came.unwrap_or_else(|_| Came::trouble("fault", "a fault in the program ended the run"))
    }

    /// Says how a firing's run ended.
    async fn ended(&self, schedule: &str, due: Timestamp, came: &Came) {
        for trouble in &came.troubles {
            self.trouble(schedule, trouble);
        }
        let ended = Ended {
            failed: !came.troubles.is_empty(),
            reason: came.reason.to_owned(),
            files: Some(came.files),
            batch: came.batch,
        };
        if let Err(fault) = self.store.fire_ended(schedule, due, &ended, clock::now()).await {
            self.trouble(schedule, &format!("what came of the run could not be noted: {fault}"));
        }
    }

    fn trouble(&self, schedule: &str, what: &str) {
        tracing::error!("{schedule}: {}", what.replace('\n', " "));
        (self.tell)(&format!("{schedule}: {what}"));
    }

    /// What could not be done rests a while, and is told once.
    pub(super) fn rest(&self, schedule: &str, came: &Came) {
        let mut rests = self.rests.lock().unwrap_or_else(PoisonError::into_inner);
        if came.troubles.is_empty() {
            rests.remove(schedule);
            return;
        }
        let told = came.troubles.join("\n");
        let before = rests.get(schedule).filter(|rest| rest.told == told);
        let wait = before.map_or(REST, |rest| (rest.wait * 2).min(LONGEST_REST));
        if before.is_none() {
            self.trouble(schedule, &told);
        }
        rests.insert(schedule.to_owned(), Rest { until: Instant::now() + wait, wait, told });
    }

    pub(super) fn rests(&self, schedule: &str) -> bool {
        let rests = self.rests.lock().unwrap_or_else(PoisonError::into_inner);
        rests.get(schedule).is_some_and(|rest| Instant::now() < rest.until)
    }

    fn own_lane(&self, schedule: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(lanes.entry(schedule.to_owned()).or_default())
    }

    /// The lane of a schedule, if no job of it is under way here.
    fn lane(&self, schedule: &str) -> Option<OwnedMutexGuard<()>> {
        self.own_lane(schedule).try_lock_owned().ok()
    }

    fn counted(self: &Arc<Self>) -> Counted {
        self.under_way.send_modify(|n| *n += 1);
        Counted(Arc::clone(self))
    }

    /// Whether something of a schedule lies there that nobody has in hand.
    async fn something_lies(&self, schedule: &Schedule, batches: &[&Batch]) -> Result<bool> {
        if self.store.bot_stopped(&schedule.bot).await? {
            return Ok(false);
        }
        if holds_files(&self.folder.root().join("taken").join(&schedule.name)) {
            return Ok(true);
        }
        for batch in batches {
            if self.may_go_on(batch).await? {
                return Ok(true);
            }
        }
        Ok(!self.due_again(&schedule.name).await?.is_empty())
    }

    /// Batches in which something may be left to do: unfinished, or with a round that is due.
    pub(super) async fn open_batches(&self) -> Result<Vec<Batch>> {
        let mut open = self.store.unfinished().await?;
        for id in self.store.with_work(clock::micros()).await? {
            if !open.iter().any(|batch| batch.id == id) {
                open.push(self.store.batch(id).await?);
            }
        }
        Ok(open)
    }

    /// Whether a batch can be gone on with: what is still to be read of it is there, and nobody has
    /// it in hand.
    pub(super) async fn may_go_on(&self, batch: &Batch) -> Result<bool> {
        let going = match batch.state {
            state::Batch::Loading => {
                // What is read from a CRM goes on with its mark, a sheet from its sealed original.
                originals::path(self.folder.root(), batch.id).exists()
                    || self.reads_a_crm(&batch.schedule)?
            }
            state::Batch::Checked => true,
            state::Batch::Running => {
                batch.totals.in_hand > 0 || self.store.round_due(batch.id).await?
            }
            state::Batch::Unresolved => self.store.round_due(batch.id).await?,
            state::Batch::Unreadable
            | state::Batch::AwaitingApproval
            | state::Batch::Paused
            | state::Batch::Complete
            | state::Batch::Cancelled => false,
        };
        Ok(going && !self.in_living_hands(batch).await?)
    }

    fn reads_a_crm(&self, schedule: &str) -> Result<bool> {
        let (schedules, _) = schedule::all(&self.folder)?;
        Ok(schedules.get(schedule).is_some_and(|it| it.source.is_crm()))
    }

    /// Whether a process that lives is reading a batch's sheet, or holds slices of it.
    async fn in_living_hands(&self, batch: &Batch) -> Result<bool> {
        let reading = format!("intake-{}", batch.schedule);
        if batch.state == state::Batch::Loading && !holder::is_free(self.folder.root(), &reading) {
            return Ok(true);
        }
        let holders = self.store.holders(batch.id).await?;
        Ok(holders.iter().any(|name| self.holder.alive(name)))
    }
}

/// Whether files lie in a folder of taken ones, worked or not.
fn holds_files(folder: &Path) -> bool {
    let Ok(listed) = fs::read_dir(folder) else { return false };
    listed.flatten().any(|file| {
        let name = file.file_name();
        let name = name.to_string_lossy();
        !name.starts_with('.') && Path::new(name.as_ref()).extension().is_none_or(|it| it != "name")
    })
}
