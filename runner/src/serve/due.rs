//! Batches of an earlier version have no day by which they are due. They get it when serving begins.

use super::Desk;
use crate::error::Result;
use crate::schedule::{self, calendar};

/// Fills in what the schedules' deadlines say; where one says nothing, there is no such day.
pub(super) async fn fill(desk: &Desk) -> Result<()> {
    let (schedules, _) = schedule::all(&desk.folder)?;
    let (calendars, _) = calendar::all(&desk.folder)?;
    for batch in desk.store.batches(true, i64::MAX).await? {
        let due = schedules.get(&batch.schedule).and_then(|it| it.due(&calendars, batch.today));
        if let (None, Some(Ok(due))) = (batch.due, due) {
            desk.store.fill_due(batch.id, due).await?;
        }
    }
    Ok(())
}
