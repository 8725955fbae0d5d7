//! How a process that serves is told to stop: once to finish what is in hand, twice to end at once.

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::error::{Error, Result};

/// Whether to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stop {
    /// Go on.
    No,
    /// Begin nothing new, and finish what is in hand.
    Finish,
    /// End now.
    Now,
}

/// Follows SIGTERM and SIGINT: the first asks to finish, the second to end at once.
pub fn signals() -> Result<watch::Receiver<Stop>> {
    let listen = |kind| signal(kind).map_err(Error::io("listening for signals"));
    let (mut interrupt, mut terminate) =
        (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
    let (stop, stopped) = watch::channel(Stop::No);
    tokio::spawn(async move {
        for next in [Stop::Finish, Stop::Now] {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            stop.send_replace(next);
        }
        stop.closed().await;
    });
    Ok(stopped)
}
