//! Requests counted for several processes together, also for those that died.
//!
//! A process sets aside a number of requests with whoever counts, uses them within seconds, and
//! says how many it did use when it sets aside the next. What a process that died had set aside
//! counts as used: so the limit is never exceeded, whoever is killed when.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};

use super::{Limits, NoRoom};

/// How long what was set aside may be used.
pub const HOLDS: Duration = Duration::from_secs(10);
/// The most that is set aside at once.
const MOST: usize = 200;

/// Whoever counts for all processes.
pub trait Ledger: fmt::Debug + Send + Sync {
    /// Sets aside up to `ask` requests of a connection, to be used within [`HOLDS`]. `before` is
    /// what became of the last ones.
    fn reserve<'a>(
        &'a self,
        connection: &'a str,
        limits: &'a Limits,
        ask: usize,
        before: Option<Used>,
    ) -> Pin<Box<dyn Future<Output = Reserved> + Send + 'a>>;
}

/// What was used of what had been set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Used {
    /// By which the ledger knows it.
    pub id: i64,
    /// So many requests.
    pub requests: usize,
}

/// What the ledger answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reserved {
    /// So many are set aside.
    Some {
        /// By which the ledger knows it.
        id: i64,
        /// So many requests.
        requests: usize,
    },
    /// None are left; there may be some after this time.
    After(Duration),
}

/// What one process has set aside.
#[derive(Debug)]
pub(super) struct Grant {
    connection: String,
    ledger: Arc<dyn Ledger>,
    held: Mutex<Held>,
}

#[derive(Debug)]
struct Held {
    id: Option<i64>,
    left: usize,
    used: usize,
    until: Instant,
    ask: usize,
}

impl Grant {
    pub(super) fn of(connection: &str, ledger: &Arc<dyn Ledger>) -> Self {
        let held = Held { id: None, left: 0, used: 0, until: Instant::now(), ask: 10 };
        Self {
            connection: connection.to_owned(),
            ledger: Arc::clone(ledger),
            held: Mutex::new(held),
        }
    }

    /// Takes one request of what is set aside, or waits until there is one.
    pub(super) async fn take(&self, limits: &Limits, no_later_than: Instant) -> Result<(), NoRoom> {
        // Who waits for more keeps the others waiting: they would wait for the same.
        let mut held = self.held.lock().await;
        loop {
            if held.left > 0 && Instant::now() < held.until {
                held.left -= 1;
                held.used += 1;
                return Ok(());
            }
            // As much as is used within its time, so that little is set aside in vain.
            held.ask = if held.left == 0 { held.ask * 2 } else { held.ask / 2 };
            held.ask = held.ask.clamp(1, MOST.min((limits.requests / 10).max(1)));
            let before = held.id.take().map(|id| Used { id, requests: held.used });
            let now = Instant::now();
            match self.ledger.reserve(&self.connection, limits, held.ask, before).await {
                Reserved::Some { id, requests } => {
                    let ask = held.ask;
                    *held = Held { id: Some(id), left: requests, used: 0, until: now + HOLDS, ask };
                }
                Reserved::After(after) if Instant::now() + after > no_later_than => {
                    (held.left, held.used) = (0, 0);
                    return Err(NoRoom { after, asked: false });
                }
                Reserved::After(after) => {
                    (held.left, held.used) = (0, 0);
                    sleep(after).await;
                }
            }
        }
    }
}
