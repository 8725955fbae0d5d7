//! The job log kept in view: all of it at the start and once a day, between that what is new.
//!
//! What was verified is remembered in this process and not in the store, where whoever changes the
//! log could change it too.

use jiff::{SignedDuration, Timestamp};

use crate::db::Db;
use crate::error::Result;
use crate::job_log::{self, tree::Tree};
use crate::settings::Folder;

const A_DAY: SignedDuration = SignedDuration::from_hours(24);
/// A log that is not sound is verified again after this time: it may have been put back.
const AN_HOUR: SignedDuration = SignedDuration::from_hours(1);

/// What is known of the log.
#[derive(Debug, Default)]
pub(super) struct LogWatch {
    checked: Option<Tree>,
    whole_at: Option<Timestamp>,
    fault: Option<String>,
}

impl LogWatch {
    /// Looks; what is wrong with the log, if anything.
    pub(super) async fn look(
        &mut self,
        db: &Db,
        folder: &Folder,
        now: Timestamp,
    ) -> Result<Option<String>> {
        let after = if self.fault.is_some() { AN_HOUR } else { A_DAY };
        let due = self.whole_at.is_none_or(|at| now.duration_since(at) >= after);
        let looked = match self.checked.as_ref().filter(|_| !due) {
            Some(tree) => job_log::follow(db, tree).await?,
            None if due => {
                let looked = job_log::begin(db, folder).await?;
                self.whole_at = Some(now);
                looked
            }
            None => return Ok(self.fault.clone()),
        };
        match looked {
            Ok(tree) => (self.checked, self.fault) = (Some(tree), None),
            Err(why) => (self.checked, self.fault) = (None, Some(why)),
        }
        Ok(self.fault.clone())
    }
}
