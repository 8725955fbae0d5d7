//! Telling other systems: what follows from a ruling, and sending it.
//!
//! | file | job |
//! |---|---|
//! | `plan` | from a ruling to the effects that follow, before anybody is told |
//! | `send` | the effects of one item on one outlet, each to its end |

mod plan;
mod send;

use std::collections::BTreeMap;
use std::sync::Arc;

use clerkwork_bots::kit::Registered;
use uuid::Uuid;

use crate::connections::Connections;
use crate::error::{Error, Result};
use crate::notice;
use crate::schedule::{self, NOTICE, Schedule};
use crate::settings::Folder;
use crate::store::Store;

pub use plan::{Planned, Told};
pub use send::{Sent, UNTRIED};

/// The outlets that a schedule binds.
pub struct Outlets {
    folder: Arc<Folder>,
    connections: Arc<Connections>,
    bound: BTreeMap<String, schedule::Outlet>,
    installation: Uuid,
    dry: bool,
}

impl Outlets {
    /// Everything that must be right before anyone is told: looked at before anything starts.
    pub fn may_be_bound(folder: &Folder, schedule: &Schedule, bot: &Registered) -> Result<()> {
        if schedule.outlets.contains_key(NOTICE) {
            if bot.manifest().notice.is_none() {
                return Err(Error::usage(
                    format!("the bot {} writes no notices", bot.manifest().name),
                    format!("take [outlets.notice] out of schedules/{}.toml", schedule.name),
                ));
            }
            notice::said(folder, bot)?;
        }
        Ok(())
    }

    /// Those of a schedule.
    pub async fn of(
        folder: &Arc<Folder>,
        connections: &Arc<Connections>,
        store: &Store,
        schedule: &Schedule,
        bot: &Registered,
    ) -> Result<Self> {
        Self::may_be_bound(folder, schedule, bot)?;
        let installation = store.installation().await?;
        let installation = installation.parse().map_err(|_| {
            Error::failed("the installation's number is damaged", "run: clerkwork doctor")
        })?;
        Ok(Self {
            folder: Arc::clone(folder),
            connections: Arc::clone(connections),
            bound: schedule.outlets.clone(),
            installation,
            dry: false,
        })
    }

    /// The same for a trial: what would be told is worked out, and nobody is told.
    pub fn dry(mut self) -> Self {
        self.dry = true;
        self
    }

    /// Whether anybody is told anything.
    pub fn any(&self) -> bool {
        !self.bound.is_empty() && !self.dry
    }
}
