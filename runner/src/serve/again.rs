//! What was put off is looked at again when its day has come.

use std::collections::BTreeMap;

use super::job::{Came, Job};
use super::runs::Shared;
use crate::clock;
use crate::error::Result;
use crate::ids::ItemId;
use crate::run::Look;

/// By which looks of a schedule rest apart from its other work, when they could not be taken.
fn resting(schedule: &str) -> String {
    format!("{schedule}, looking again")
}

impl Shared {
    /// Items of a schedule whose day has come, unless a look failed a little while ago.
    pub(super) async fn due_again(&self, schedule: &str) -> Result<Vec<ItemId>> {
        if self.rests(&resting(schedule)) {
            return Ok(Vec::new());
        }
        let due = self.store.due_again(clock::today()).await?;
        let due = due.into_iter().filter(|due| due.schedule == schedule);
        Ok(due.map(|due| due.item).collect())
    }
}

impl Job {
    /// Looks at what is due; what cannot be looked at stays put off, and is tried again later.
    pub(super) async fn look_again(&self, came: &mut Came) -> Result<()> {
        let due = self.desk.due_again(&self.schedule.name).await?;
        if due.is_empty() || self.stops(came) {
            return Ok(());
        }
        let request = self.request(clock::today(), BTreeMap::new());
        let looks = self
            .with_runner(request, async move |runner| runner.look_again(&due, false).await)
            .await;
        let mut failed = Came::default();
        match looks {
            Ok(looks) => self.told(looks, came, &mut failed),
            Err(fault) => failed.failed(&fault),
        }
        self.desk.rest(&resting(&self.schedule.name), &failed);
        Ok(())
    }

    fn told(&self, looks: Vec<Look>, came: &mut Came, failed: &mut Came) {
        let mut looked = 0;
        for look in looks {
            match look.what {
                Ok((_, Some(outcome))) => {
                    looked += 1;
                    came.batch = Some(outcome.batch);
                }
                Ok((_, None)) => {}
                Err(fault) => failed.troubles.push(format!("item {}: {fault}", look.earlier)),
            }
        }
        if looked > 0 {
            self.say(&format!("looked again at {looked} that had been put off"));
        }
    }
}
