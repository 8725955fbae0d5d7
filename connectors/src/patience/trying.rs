//! The tries at one thing: the one place where it is decided whether another is made, and when.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{Patience, Tries};

/// What is waited for after a try that failed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Pause {
    /// This one effect waits: by lot, and at least so long.
    Ours(Duration),
    /// The other system asks everyone to wait: as long as it says, or by lot.
    Everyones(Option<Duration>),
}

/// The tries at one thing.
#[derive(Debug)]
pub(crate) struct Trying<'a> {
    tries: &'a Tries,
    patience: &'a Patience,
    /// Nothing is waited for beyond this.
    pub(crate) until: Instant,
    failures: u32,
}

impl<'a> Trying<'a> {
    pub(crate) fn new(tries: &'a Tries, patience: &'a Patience) -> Self {
        Self { tries, patience, until: Instant::now() + tries.hold, failures: 0 }
    }

    /// After a try that failed: waits until the next one may be made, or says that none will be.
    pub(crate) async fn again(&mut self, pause: Pause) -> bool {
        if let Pause::Everyones(Some(after)) = pause
            && !after.is_zero()
        {
            // Everyone waits, and the next admission with them. A wait of a known length is no try
            // that failed.
            self.patience.pause(after);
            return Instant::now() + after <= self.until;
        }
        self.failures += 1;
        let lot = getrandom::u64().unwrap_or(u64::MAX);
        let Some(drawn) = self.tries.pause(self.failures, lot) else { return false };
        match pause {
            Pause::Ours(least) => {
                let wait = drawn.max(least);
                if Instant::now() + wait > self.until {
                    return false;
                }
                sleep(wait).await;
            }
            Pause::Everyones(_) => {
                if Instant::now() + drawn > self.until {
                    return false;
                }
                self.patience.pause(drawn);
            }
        }
        true
    }
}
