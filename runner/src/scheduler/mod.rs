//! Deals with each time at which a schedule is due, once, on any number of hosts.
//!
//! A firing is claimed by putting its row into the store, in the transaction of its log entry; then
//! its run is begun. Whoever dies between the two, or during the run, leaves a firing with a holder
//! that is dead: the next process takes it over and begins it again.
//!
//! It has no clock: whoever calls says what time it is.

mod book;
mod jobs;
mod plan;

pub use jobs::{Answer, Jobs};
pub use plan::{Plan, plan};

use std::collections::BTreeMap;
use std::sync::Arc;

use book::{Book, Timed};
use jiff::{SignedDuration, Timestamp};

use crate::error::Result;
use crate::holder::Holder;
use crate::job_log::Actor;
use crate::schedule::{Overlap, Schedule};
use crate::settings::Folder;
use crate::state::Firing;
use crate::store::Store;
use crate::store::fires::{Dealing, Ended, Fire, GONE, Hand, Watch};

#[cfg(test)]
mod tests;

/// How late a run may be begun and still count as on time: a busy machine is no missed run.
pub const LATE: SignedDuration = SignedDuration::from_mins(5);

/// A run that could not be begun.
const NOT_BEGUN: &str = "not-begun";

/// Deals with what is due.
pub struct Scheduler {
    folder: Arc<Folder>,
    store: Arc<Store>,
    holder: Arc<Holder>,
    actor: Actor,
    jobs: Arc<dyn Jobs>,
    late: SignedDuration,
    book: Book,
    /// When the next one is due, of those of which it is known.
    next: BTreeMap<String, Timestamp>,
    /// Until when it is known that nothing else was due.
    seen: BTreeMap<String, Timestamp>,
}

/// What a tick found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Ticked {
    /// Runs that were begun: the schedule, and when it was due.
    pub begun: Vec<(String, Timestamp)>,
    /// When something is due next, and what.
    pub next: Option<(Timestamp, String)>,
    /// Schedules that do not run as they are, and why.
    pub troubles: BTreeMap<String, String>,
}

impl Scheduler {
    /// Deals with what is due in this store, through `jobs`.
    pub fn new(
        folder: Arc<Folder>,
        store: Arc<Store>,
        holder: Arc<Holder>,
        actor: Actor,
        jobs: Arc<dyn Jobs>,
        late: SignedDuration,
    ) -> Self {
        let (next, seen) = (BTreeMap::new(), BTreeMap::new());
        Self { folder, store, holder, actor, jobs, late, book: Book::default(), next, seen }
    }

    /// The schedules without fault, as of the last tick.
    pub fn schedules(&self) -> impl Iterator<Item = &Schedule> {
        self.book.schedules.values()
    }

    /// Deals with what is due at this moment.
    pub async fn tick(&mut self, now: Timestamp) -> Result<Ticked> {
        let mut ticked = Ticked::default();
        self.read_anew().await?;
        self.take_over(now, &mut ticked).await?;
        let watches = self.store.watches().await?;
        for name in watches.keys().filter(|name| !self.book.knows(name)) {
            self.store.unwatch(name, now).await?;
        }
        let waiting = self.queued().await?;
        for name in self.book.timed.keys().cloned().collect::<Vec<_>>() {
            let waits = waiting.contains(&name);
            self.see_to(&name, watches.get(&name), waits, now, &mut ticked).await?;
        }
        self.asked_for(&waiting, now, &mut ticked).await?;
        ticked.troubles.extend(self.book.faults.clone());
        let next = self.next.iter().map(|(name, at)| (*at, name.clone()));
        ticked.next = next.min();
        Ok(ticked)
    }

    /// Reads the schedules anew if a file has changed. What was not due by the old ones until now
    /// stays so, however the new ones have it.
    async fn read_anew(&mut self) -> Result<()> {
        let Some(newer) = self.book.newer(&self.folder)? else { return Ok(()) };
        for (name, upto) in std::mem::take(&mut self.seen) {
            self.store.nothing_due(&name, upto).await?;
        }
        self.next.clear();
        self.book = newer;
        Ok(())
    }

    /// Begins again what a process that died had in hand.
    async fn take_over(&self, now: Timestamp, ticked: &mut Ticked) -> Result<()> {
        for fire in self.store.fires_open().await? {
            let dead = fire.holder.as_deref().is_none_or(|name| !self.holder.alive(name));
            if fire.state == Firing::Queued
                || !dead
                || self.book.faults.contains_key(&fire.schedule)
            {
                continue;
            }
            if !self.store.take_over(&fire, self.hand(now)).await? {
                continue;
            }
            match self.book.schedules.get(&fire.schedule) {
                Some(schedule) => self.begin(schedule, fire.due, now, ticked).await?,
                None => self.end(&fire, GONE, now).await?,
            }
        }
        Ok(())
    }

    async fn see_to(
        &mut self,
        name: &str,
        watch: Option<&Watch>,
        waits: bool,
        now: Timestamp,
        ticked: &mut Ticked,
    ) -> Result<()> {
        let (Some(timed), Some(schedule)) =
            (self.book.timed.get(name), self.book.schedules.get(name))
        else {
            return Ok(());
        };
        if waits {
            self.fire_queued(schedule, now, ticked).await?;
        }
        let (mark, known) = (timed.mark(), watch.filter(|it| it.times == timed.mark()));
        if known.is_some() && self.next.get(name).is_some_and(|next| *next > now) {
            self.seen.insert(name.to_owned(), now);
            return Ok(());
        }
        let watch = match known {
            Some(watch) => watch.clone(),
            None => self.store.watch(name, &mark, now).await?,
        };
        let plan =
            plan(&timed.times, &timed.calendar, timed.when.missed, watch.upto, now, self.late);
        if let Some(upto) = plan.upto {
            self.deal(schedule, timed, &watch, &plan, upto, now, ticked).await?;
        }
        match plan.next {
            Some(next) => self.next.insert(name.to_owned(), next),
            None => self.next.remove(name),
        };
        match plan.not_known {
            None => self.seen.insert(name.to_owned(), now),
            Some(unknown) => {
                ticked.troubles.insert(name.to_owned(), unknown.to_string());
                self.seen.remove(name)
            }
        };
        Ok(())
    }

    /// Fires what a person asked for of schedules that have no times of their own.
    async fn asked_for(
        &self,
        waiting: &[String],
        now: Timestamp,
        ticked: &mut Ticked,
    ) -> Result<()> {
        for name in waiting.iter().filter(|name| !self.book.timed.contains_key(*name)) {
            match self.book.schedules.get(name) {
                Some(schedule) => self.fire_queued(schedule, now, ticked).await?,
                // One that is not right waits until it is; one that is gone never will be.
                None if self.book.faults.contains_key(name) => {}
                None => self.store.unwatch(name, now).await?,
            }
        }
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "what a plan was made from, and for whom")]
    async fn deal(
        &self,
        schedule: &Schedule,
        timed: &Timed,
        watch: &Watch,
        plan: &Plan,
        upto: Timestamp,
        now: Timestamp,
        ticked: &mut Ticked,
    ) -> Result<()> {
        let dealing = Dealing {
            schedule: &schedule.name,
            watch,
            dues: &plan.dues,
            also_missed: plan.also_missed,
            upto,
            busy: self.jobs.busy(schedule).await?,
            queue: timed.when.overlap == Overlap::Queue,
            files: self.jobs.waiting(schedule).await?,
        };
        if let Some(due) = self.store.deal(&dealing, self.hand(now)).await? {
            self.begin(schedule, due, now, ticked).await?;
        }
        self.fire_queued(schedule, now, ticked).await
    }

    /// Fires what waits, one after the other, until one of them is under way.
    async fn fire_queued(
        &self,
        schedule: &Schedule,
        now: Timestamp,
        ticked: &mut Ticked,
    ) -> Result<()> {
        while !self.jobs.busy(schedule).await? {
            let files = self.jobs.waiting(schedule).await?;
            let fired = self.store.fire_queued(&schedule.name, files, self.hand(now)).await?;
            match fired {
                None => break,
                Some((due, true)) => self.begin(schedule, due, now, ticked).await?,
                Some((_, false)) => {}
            }
        }
        Ok(())
    }

    /// Begins the run of a firing that is ours. One that cannot be begun has failed.
    async fn begin(
        &self,
        schedule: &Schedule,
        due: Timestamp,
        now: Timestamp,
        ticked: &mut Ticked,
    ) -> Result<()> {
        match self.jobs.begin(schedule, due).await {
            Ok(()) => {
                ticked.begun.push((schedule.name.clone(), due));
                self.store.fire_begun(&schedule.name, due, self.hand(now)).await
            }
            Err(fault) => {
                ticked.troubles.insert(schedule.name.clone(), fault.to_string());
                let ended =
                    Ended { failed: true, reason: NOT_BEGUN.to_owned(), ..Ended::default() };
                self.store.fire_ended(&schedule.name, due, &ended, now).await
            }
        }
    }

    async fn end(&self, fire: &Fire, reason: &str, now: Timestamp) -> Result<()> {
        let ended = Ended { failed: true, reason: reason.to_owned(), ..Ended::default() };
        self.store.fire_ended(&fire.schedule, fire.due, &ended, now).await
    }

    /// The schedules of which something waits.
    async fn queued(&self) -> Result<Vec<String>> {
        let open = self.store.fires_open().await?;
        let queued = open.into_iter().filter(|fire| fire.state == Firing::Queued);
        Ok(queued.map(|fire| fire.schedule).collect())
    }

    fn hand(&self, now: Timestamp) -> Hand<'_> {
        Hand { holder: self.holder.name(), actor: &self.actor, now }
    }
}
