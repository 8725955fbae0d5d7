//! The job log while it grows, for everybody who watches it.
//!
//! One task reads what is new, once for all: a stretch of entries, sent to every stream, in which
//! it is rendered once for each filter that anybody has set. A stream that fell behind, or that
//! begins where another ended, reads the store until it has caught up.
//!
//! | file | job |
//! |---|---|
//! | `reader` | the one task, and the stretches that it reads |
//! | `places` | how many may watch |
//! | `seen` | an entry as it is shown, and its kinds in words |
//! | `sieve` | which entries a filter lets through, and the filter in an address |
//! | `rows` | entries as rows of the table, and as events |
//! | `stream` | one viewer's stream |
//! | `page` | the page of the log |

pub mod page;
mod places;
mod reader;
mod rows;
mod seen;
mod sieve;
mod stream;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};

use tokio::sync::{Mutex, broadcast, watch};

use super::routes::Route;
use crate::ids::BatchId;

pub use seen::Seen;

use places::Places;
use reader::Stretch;

/// Stretches that are kept for streams that are a little behind.
const KEPT: usize = 16;

/// Everybody who watches the log, and the one who reads it for them.
#[derive(Clone)]
pub struct Live {
    stretches: broadcast::Sender<Arc<Stretch>>,
    reading: Arc<Mutex<bool>>,
    places: Places,
    bots: Arc<RwLock<BTreeMap<BatchId, String>>>,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            stretches: broadcast::Sender::new(KEPT),
            reading: Arc::default(),
            places: Places::default(),
            bots: Arc::default(),
        }
    }
}

impl Live {
    /// How many watch just now.
    pub fn watching(&self) -> usize {
        self.places.taken()
    }
}

/// Comes back when we are told to stop, or when whoever could tell us is gone.
pub(super) async fn stopped(stop: &mut watch::Receiver<bool>) {
    // What it answers is borrowed, and could not be kept across an await.
    drop(stop.wait_for(|stop| *stop).await);
}

pub(super) fn routes() -> Vec<Route> {
    let mut routes = page::routes();
    routes.extend(stream::routes());
    routes
}
