//! Figures while it serves: what is new in the log is counted every few seconds.

use std::time::Duration;

use tokio::sync::watch;

use super::{Desk, Stop};
use crate::figures;

/// Between two looks.
const EVERY: Duration = Duration::from_secs(10);

/// Counts until it is told to stop. What cannot be counted is said once, and tried again.
pub(super) async fn count(desk: Desk, mut stop: watch::Receiver<Stop>) {
    let mut told = String::new();
    loop {
        tokio::select! {
            counted = figures::keep_up(&desk.store, &desk.folder, None) => match counted {
                Ok(_) => told.clear(),
                Err(fault) => {
                    let fault = fault.to_string();
                    if told != fault {
                        tracing::error!("figures are behind: {}", fault.replace('\n', " "));
                        told = fault;
                    }
                }
            },
            _ = stop.wait_for(|stop| *stop != Stop::No) => return,
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.wait_for(|stop| *stop != Stop::No) => return,
        }
    }
}
