//! Puts scheduler, watched folders and workers together, until it is told to stop.
//!
//! | file | job |
//! |---|---|
//! | `telling` | alerts while it serves |
//! | `counting` | figures while it serves |
//! | `stop` | how it is told to stop |
//! | `notify` | what systemd is told |
//! | `runs` | the runs of schedules: one job a schedule at a time, a few at once |
//! | `due` | the day by which batches of an earlier version are due |
//! | `job` | one such job, from the watched folder to the results |
//! | `again` | what was put off, on its day |

mod again;
mod counting;
mod due;
mod job;
mod notify;
mod runs;
mod stop;
mod telling;

pub use notify::Notify;
pub use runs::{Patience, Runs};
pub use stop::{Stop, signals};
pub use telling::mailer;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::clock;
use crate::connections::Connections;
use crate::error::Result;
use crate::holder::Holder;
use crate::job_log::{self, Actor, Entry, Kind};
use crate::schedule::{self, Schedule};
use crate::scheduler::{Answer, Jobs, LATE, Scheduler, Ticked};
use crate::settings::Folder;
use crate::store::Store;
use crate::uploads::{self, Uploads};

#[cfg(test)]
mod tests;

/// How often we look for work that nobody was fired for: left by a crash, approved, tried again.
const PICK_UP: Duration = Duration::from_secs(5);

/// What is said to be in trouble when no schedule can be looked at.
const SCHEDULES: &str = "every schedule";
/// The same of work that lies there unfinished.
const UNFINISHED: &str = "unfinished work";

/// Does jobs, those of firings and those that lie there unfinished.
pub trait Work: Jobs {
    /// Begins what lies there unfinished and nobody has in hand; answers when it is begun.
    fn pick_up<'a>(&'a self, schedules: &'a [Schedule]) -> Answer<'a, ()>;

    /// How many jobs are under way. None is begun any more once it was told to stop.
    fn under_way(&self) -> watch::Receiver<usize>;
}

/// Everything that serving uses.
#[derive(Clone)]
pub struct Desk {
    /// The data folder.
    pub folder: Arc<Folder>,
    /// Its store.
    pub store: Arc<Store>,
    /// Other systems.
    pub connections: Arc<Connections>,
    /// In whose name the log is written.
    pub actor: Actor,
    /// What people who watch are told, a line each; nothing personal.
    pub tell: Arc<dyn Fn(&str) + Send + Sync>,
}

/// How to serve.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Whether schedules fire here; if not, only what lies there unfinished is worked.
    pub schedules: bool,
    /// How long what is in hand may take when we are told to stop.
    pub stop_within: Duration,
}

/// How serving ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Served {
    /// Jobs that were still under way: whoever serves next goes on with them.
    pub left: usize,
}

/// Serves until it is told to stop.
pub async fn serve(
    desk: &Desk,
    holder: Arc<Holder>,
    work: Arc<dyn Work>,
    options: Options,
    mut stop: watch::Receiver<Stop>,
    mut notify: Notify,
) -> Result<Served> {
    entry(desk, Kind::RunnerStarted).await?;
    due::fill(desk).await?;
    let jobs: Arc<dyn Jobs> = Arc::<dyn Work>::clone(&work);
    let (folder, store) = (Arc::clone(&desk.folder), Arc::clone(&desk.store));
    let mut scheduler = options
        .schedules
        .then(|| Scheduler::new(folder, store, holder, desk.actor.clone(), jobs, LATE));
    let mut watching = Watching::default();
    let mut picked_up: Option<Instant> = None;
    // Whoever only works leaves telling to whoever serves.
    if options.schedules {
        tokio::spawn(telling::tell(desk.clone(), stop.clone()));
        tokio::spawn(counting::count(desk.clone(), stop.clone()));
    }
    notify.ready();
    while *stop.borrow() == Stop::No {
        if let Some(scheduler) = &mut scheduler {
            match scheduler.tick(clock::now()).await {
                Ok(ticked) => {
                    watching.well(desk, SCHEDULES);
                    watching.ticked(desk, &ticked, scheduler.schedules().count());
                }
                Err(fault) => watching.trouble(desk, SCHEDULES, &fault.to_string()),
            }
        }
        if picked_up.is_none_or(|at| at.elapsed() >= PICK_UP) {
            picked_up = Some(Instant::now());
            match pick_up(desk, scheduler.as_ref(), work.as_ref()).await {
                Ok(()) => watching.well(desk, UNFINISHED),
                Err(fault) => watching.trouble(desk, UNFINISHED, &fault.to_string()),
            }
        }
        let under_way = *work.under_way().borrow();
        notify.status(&watching.status(under_way));
        notify.alive();
        tokio::select! {
            () = tokio::time::sleep(until_the_next_second(clock::now())) => {}
            _ = stop.changed() => {}
        }
    }
    notify.stopping();
    let left =
        finish(&*desk.tell, work.as_ref(), options.stop_within, &mut stop, &mut notify).await;
    entry(desk, Kind::RunnerStopped).await?;
    job_log::checkpoint(&desk.store.db, &desk.folder).await?;
    Ok(Served { left })
}

async fn pick_up(desk: &Desk, scheduler: Option<&Scheduler>, work: &dyn Work) -> Result<()> {
    let uploads = Uploads { folder: Arc::clone(&desk.folder), store: Arc::clone(&desk.store) };
    uploads::place(&uploads).await?;
    uploads::sweep(&uploads, &desk.actor, clock::now()).await?;
    let schedules: Vec<Schedule> = match scheduler {
        Some(scheduler) => scheduler.schedules().cloned().collect(),
        None => sound(&desk.folder)?,
    };
    work.pick_up(&schedules).await
}

/// The schedules without fault.
pub fn sound(folder: &Folder) -> Result<Vec<Schedule>> {
    let (schedules, faults) = schedule::all(folder)?;
    let well = |it: &Schedule| {
        let file = format!("schedules/{}.toml: ", it.name);
        !faults.iter().any(|fault| fault.starts_with(&file))
    };
    Ok(schedules.into_values().filter(well).collect())
}

/// Waits for what is in hand, but not longer than is allowed; how many jobs are left.
async fn finish(
    tell: &(dyn Fn(&str) + Send + Sync),
    work: &dyn Work,
    within: Duration,
    stop: &mut watch::Receiver<Stop>,
    notify: &mut Notify,
) -> usize {
    let mut under_way = work.under_way();
    let first = *under_way.borrow();
    if first > 0 {
        tell(&format!("Stopping: {first} under way, for up to {} s", within.as_secs()));
    }
    let deadline = Instant::now() + within;
    while *under_way.borrow() > 0 && Instant::now() < deadline && *stop.borrow() != Stop::Now {
        notify.status(&format!("stopping: {} under way", *under_way.borrow()));
        notify.alive();
        tokio::select! {
            _ = under_way.changed() => {}
            _ = stop.changed() => {}
            () = tokio::time::sleep_until(deadline) => {}
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
    }
    let left = *under_way.borrow();
    if left > 0 {
        tell(&format!(
            "{left} still under way: it is given back, and whoever serves next goes on with it"
        ));
    }
    left
}

async fn entry(desk: &Desk, kind: Kind) -> Result<()> {
    let mut tx = desk.store.db.begin().await?;
    job_log::append(&mut tx, &[Entry::new(kind, &desk.actor)]).await?;
    tx.commit().await
}

fn until_the_next_second(now: Timestamp) -> Duration {
    let past = u64::try_from(now.subsec_nanosecond()).unwrap_or(0);
    // A little after it, so that what is due at the second is due.
    Duration::from_nanos(1_000_000_000 - past) + Duration::from_millis(2)
}

/// What was told already, so that it is told once.
#[derive(Default)]
struct Watching {
    troubles: BTreeMap<String, String>,
    schedules: usize,
    next: Option<(Timestamp, String)>,
}

impl Watching {
    fn ticked(&mut self, desk: &Desk, ticked: &Ticked, schedules: usize) {
        for (name, due) in &ticked.begun {
            (desk.tell)(&format!("{name}: begun, due {}", said(*due)));
        }
        for (name, what) in &ticked.troubles {
            self.trouble(desk, name, what);
        }
        let over = |name: &&String| *name != UNFINISHED && !ticked.troubles.contains_key(*name);
        for name in self.troubles.keys().filter(over).cloned().collect::<Vec<_>>() {
            self.well(desk, &name);
        }
        self.schedules = schedules;
        if self.next != ticked.next {
            self.next.clone_from(&ticked.next);
            if let Some((at, name)) = &self.next {
                (desk.tell)(&format!("Next: {name}, {}", said(*at)));
            }
        }
    }

    fn trouble(&mut self, desk: &Desk, name: &str, what: &str) {
        if self.troubles.get(name).is_none_or(|told| told != what) {
            tracing::error!("{name} does not run: {}", what.replace('\n', " "));
            (desk.tell)(&format!("{name}: DOES NOT RUN: {what}"));
            self.troubles.insert(name.to_owned(), what.to_owned());
        }
    }

    fn well(&mut self, desk: &Desk, name: &str) {
        if self.troubles.remove(name).is_some() {
            (desk.tell)(&format!("{name}: is right again"));
        }
    }

    fn status(&self, under_way: usize) -> String {
        let mut text = match (self.schedules, under_way) {
            (0, 0) => "waiting for work".to_owned(),
            (0, n) => format!("{n} under way"),
            (schedules, n) => format!("{schedules} schedules, {n} under way"),
        };
        if let Some((at, name)) = &self.next {
            text.push_str(&format!(", next {name} {}", said(*at)));
        }
        if !self.troubles.is_empty() {
            let names: Vec<&str> = self.troubles.keys().map(String::as_str).collect();
            text.push_str(&format!("; DO NOT RUN: {}", names.join(", ")));
        }
        text
    }
}

/// A moment on the clock of the United Kingdom.
fn said(at: Timestamp) -> String {
    clock::local(at).strftime("%d/%m/%Y %H:%M").to_string()
}
