//! What was put off and looked at again: it goes on waiting, or is an officer's after the last look.

use clerkwork_bots::kit::{Need, Ruling};
use jiff::civil::Date;

use super::Pipeline;
use crate::db::Tx;
use crate::error::Result;
use crate::state::Item;
use crate::store::looks::{self, By};
use crate::store::moves::Move;

/// The code of what an officer is told after the last look.
const STILL_WAITS: &str = "looked-at-again";

impl Pipeline {
    /// Whether a case that was looked at again on these days goes on waiting. After the last look
    /// the officer is told on which days it was looked at.
    pub(super) fn still_waits(&self, days: &[Date], ruling: &mut Ruling) -> bool {
        let waits = |need: &Need| !need.sensitive && self.bot.manifest().waits(&need.code);
        if ruling.settled() || !ruling.needs.iter().all(waits) {
            return false;
        }
        if i64::try_from(days.len()).is_ok_and(|looks| looks < self.again.times) {
            return true;
        }
        ruling.need(Need::new(STILL_WAITS, last_look(days)));
        false
    }

    /// Those of a slice that go on waiting wait for the next look.
    pub(super) async fn put_off(&self, tx: &mut Tx, steps: &[Move]) -> Result<()> {
        let until = self.again.next(self.today);
        for step in steps.iter().filter(|step| step.to == Item::Postponed) {
            looks::put_off(tx, step.item, until, By::Itself).await?;
        }
        Ok(())
    }
}

fn last_look(days: &[Date]) -> String {
    let said: Vec<String> = days.iter().map(|day| day.strftime("%d/%m/%Y").to_string()).collect();
    let (times, on) = match said.as_slice() {
        [one] => ("once".to_owned(), one.clone()),
        [others @ .., last] => {
            (format!("{} times", said.len()), format!("{} and {last}", others.join(", ")))
        }
        [] => ("before".to_owned(), "days that are not known".to_owned()),
    };
    format!(
        "It was looked at again {times}, on {on}, and still waits for what is missing. It is not \
         looked at again by itself: settle it, or put it off once more."
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_officer_is_told_how_often_and_on_which_days() {
        let (one, two) = (date(2026, 12, 1), date(2026, 12, 8));
        assert!(last_look(&[one]).starts_with("It was looked at again once, on 01/12/2026, and"));
        let said = last_look(&[one, two, date(2026, 12, 15)]);
        assert!(said.contains("3 times, on 01/12/2026, 08/12/2026 and 15/12/2026"), "{said}");
    }
}
