//! Patience with another system: its limits, shared by everyone who uses it, and its pauses.
//!
//! A request is admitted only when the limits leave room for it, and it counts from the moment it
//! is sent until a window's length after its answer. Wherever in between the other system counted
//! it, no window of its own can hold more than the limit.

mod ledger;
mod tries;
mod trying;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until, timeout_at};

pub use ledger::{HOLDS, Ledger, Reserved, Used};
pub use tries::{Tries, retry_after};
pub(crate) use trying::{Pause, Trying};

use ledger::Grant;

/// What another system allows one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Requests in a sliding window.
    pub requests: usize,
    /// Time that all requests in a window may take together, in seconds.
    #[serde(rename = "busy_seconds", deserialize_with = "seconds")]
    pub busy: Duration,
    /// The window, in seconds.
    #[serde(rename = "window_seconds", deserialize_with = "seconds")]
    pub window: Duration,
    /// Requests under way at once.
    pub at_once: usize,
}

impl Default for Limits {
    /// Dataverse's service protection limits: per user, in 5 minutes.
    fn default() -> Self {
        Self {
            requests: 6000,
            busy: Duration::from_mins(20),
            window: Duration::from_mins(5),
            at_once: 52,
        }
    }
}

/// Limits as a file of settings gives them: what it leaves out stays as it usually is there.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Given {
    requests: Option<usize>,
    busy_seconds: Option<u64>,
    window_seconds: Option<u64>,
    at_once: Option<usize>,
}

impl Given {
    pub(crate) fn over(self, usual: Limits) -> Limits {
        let time = |seconds: Option<u64>, usual| seconds.map_or(usual, Duration::from_secs);
        Limits {
            requests: self.requests.unwrap_or(usual.requests),
            busy: time(self.busy_seconds, usual.busy),
            window: time(self.window_seconds, usual.window),
            at_once: self.at_once.unwrap_or(usual.at_once),
        }
    }
}

fn seconds<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    u64::deserialize(from).map(Duration::from_secs)
}

/// The limits and pauses of one connection. Clones share them.
#[derive(Debug, Clone)]
pub struct Patience {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    limits: Limits,
    state: Mutex<State>,
    changed: Notify,
    /// What all processes together may still ask for, where somebody counts for them.
    grant: Option<Grant>,
}

#[derive(Debug)]
struct State {
    /// How many may be under way now: fewer than the limit after a complaint.
    at_once: usize,
    hinted: bool,
    /// Requests that went well since `at_once` was last moved.
    calm: usize,
    next: u64,
    under_way: BTreeMap<u64, Instant>,
    /// Ends, in order, and how long each took.
    done: VecDeque<(Instant, Duration)>,
    busy: Duration,
    paused_until: Option<Instant>,
}

/// What stands between a request and its sending.
enum Room {
    Free,
    At(Instant),
    WhenOneEnds,
}

/// There is no room before the time that the caller can wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoRoom {
    /// How long from now there may be room.
    pub after: Duration,
    /// Whether the other system asked for the pause; otherwise our own count did.
    pub asked: bool,
}

/// One request under way; it ends when this is dropped.
#[derive(Debug)]
#[must_use = "the request counts as ended when this is dropped"]
pub struct Permit {
    shared: Arc<Shared>,
    number: u64,
}

impl Patience {
    /// Patience with these limits; a limit of nothing counts as one.
    pub fn new(limits: Limits) -> Self {
        Self::counted(limits, None)
    }

    fn counted(limits: Limits, grant: Option<Grant>) -> Self {
        let limits =
            Limits { requests: limits.requests.max(1), at_once: limits.at_once.max(1), ..limits };
        let state = State {
            at_once: limits.at_once,
            hinted: false,
            calm: 0,
            next: 0,
            under_way: BTreeMap::new(),
            done: VecDeque::new(),
            busy: Duration::ZERO,
            paused_until: None,
        };
        let shared = Shared { limits, state: Mutex::new(state), changed: Notify::new(), grant };
        Self { shared: Arc::new(shared) }
    }

    /// Waits until there is room for one more request, at most until the time given.
    pub async fn admit(&self, no_later_than: Instant) -> Result<Permit, NoRoom> {
        if let Some(grant) = &self.shared.grant {
            grant.take(&self.shared.limits, no_later_than).await?;
        }
        loop {
            // Asked for before looking, so that an end between the two is not missed.
            let changed = self.shared.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            let (room, asked) = {
                let mut state = self.shared.lock();
                let now = Instant::now();
                let room = state.room(&self.shared.limits, now);
                if matches!(room, Room::Free) {
                    return Ok(self.start(&mut state, now));
                }
                (room, state.paused_until.is_some_and(|until| until > now))
            };
            let no_room =
                |at: Instant| NoRoom { after: at.saturating_duration_since(Instant::now()), asked };
            match room {
                Room::Free => {}
                Room::At(at) if at > no_later_than => return Err(no_room(at)),
                Room::At(at) => tokio::select! {
                    () = sleep_until(at) => {}
                    () = changed => {}
                },
                Room::WhenOneEnds => {
                    if timeout_at(no_later_than, changed).await.is_err() {
                        return Err(no_room(Instant::now()));
                    }
                }
            }
        }
    }

    fn start(&self, state: &mut State, now: Instant) -> Permit {
        let number = state.next;
        state.next += 1;
        state.under_way.insert(number, now);
        Permit { shared: Arc::clone(&self.shared), number }
    }

    /// Everyone waits this long. A shorter pause never ends a longer one.
    pub fn pause(&self, wait: Duration) {
        let until = Instant::now() + wait;
        let mut state = self.shared.lock();
        if state.paused_until.is_none_or(|before| before < until) {
            state.paused_until = Some(until);
        }
        drop(state);
        self.shared.changed.notify_waiters();
    }

    /// How long everyone still waits.
    pub fn paused_for(&self) -> Option<Duration> {
        let until = self.shared.lock().paused_until?;
        let rest = until.saturating_duration_since(Instant::now());
        (!rest.is_zero()).then_some(rest)
    }

    /// The other system found too many requests at once: half as many from now on.
    pub fn fewer_at_once(&self) {
        let mut state = self.shared.lock();
        state.at_once = (state.at_once / 2).max(1);
        state.calm = 0;
    }

    /// The other system says how many at once suit it. Its first word counts; after that, what
    /// happens does.
    pub fn suits(&self, at_once: usize) {
        let mut state = self.shared.lock();
        if !state.hinted {
            state.hinted = true;
            state.at_once = state.at_once.min(at_once.max(1));
        }
    }

    /// A request was answered as it should be. Enough of them, and one more may be under way.
    pub fn went_well(&self) {
        const ENOUGH: usize = 50;
        let mut state = self.shared.lock();
        state.calm += 1;
        if state.calm >= ENOUGH && state.at_once < self.shared.limits.at_once {
            state.calm = 0;
            state.at_once += 1;
            drop(state);
            self.shared.changed.notify_waiters();
        }
    }

    /// How many may be under way now.
    pub fn at_once(&self) -> usize {
        self.shared.lock().at_once
    }
}

impl Shared {
    /// No code under this lock can panic half way, so a poisoned lock holds a sound state.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn room(&mut self, limits: &Limits, now: Instant) -> Room {
        if let Some(until) = self.paused_until {
            if until > now {
                return Room::At(until);
            }
            self.paused_until = None;
        }
        if self.under_way.len() >= self.at_once {
            return Room::WhenOneEnds;
        }
        while let Some((end, took)) = self.done.front().copied() {
            if end + limits.window > now {
                break;
            }
            self.done.pop_front();
            self.busy = self.busy.saturating_sub(took);
        }
        let under_way: Duration = self.under_way.values().map(|start| now - *start).sum();
        let full = self.done.len() + self.under_way.len() >= limits.requests
            || self.busy + under_way >= limits.busy;
        match self.done.front() {
            _ if !full => Room::Free,
            Some((end, _)) => Room::At(*end + limits.window),
            None => Room::WhenOneEnds,
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        let now = Instant::now();
        if let Some(start) = state.under_way.remove(&self.number) {
            let took = now - start;
            state.busy += took;
            state.done.push_back((now, took));
        }
        drop(state);
        self.shared.changed.notify_waiters();
    }
}

/// The patience of each connection of a process: whoever speaks to the same system in the same
/// name shares one.
#[derive(Debug, Clone, Default)]
pub struct Register {
    known: Arc<Mutex<BTreeMap<String, Patience>>>,
    ledger: Option<Arc<dyn Ledger>>,
}

impl Register {
    /// A register whose connections are counted together with those of other processes.
    pub fn counted_by(ledger: Arc<dyn Ledger>) -> Self {
        Self { known: Arc::default(), ledger: Some(ledger) }
    }

    /// The patience of that connection; the limits of whoever asked first count.
    pub fn of(&self, connection: &str, limits: Limits) -> Patience {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || {
            let grant = self.ledger.as_ref().map(|ledger| Grant::of(connection, ledger));
            Patience::counted(limits, grant)
        };
        known.entry(connection.to_owned()).or_insert_with(new).clone()
    }
}
