//! What staff do: choose a job, upload a sheet, mend it, try it, queue it, and follow its batch to
//! the end.
//!
//! | file | page |
//! |---|---|
//! | `choose` | `/new`: what can be done |
//! | `start` | `/new/{schedule}`: the rules, the template, the form to upload |
//! | `receive` | the sheet as it comes in |
//! | `upload` | `/uploads/{id}`: what is wrong, and what can be done next |
//! | `columns` | which column is which, where the headers differ |
//! | `trial` | what would come of the first rows |
//! | `queue` | queueing an upload, or discarding it |
//! | `batches`, `batch` | `/batches`, `/batches/{id}` |
//! | `history` | what was done to a batch, by whom and why |
//! | `acts` | what can be done to a batch |
//! | `errors`, `download` | error sheets and workbooks, as files |

mod acts;
mod batch;
mod batches;
mod choose;
mod columns;
mod download;
pub(super) mod errors;
mod history;
mod queue;
pub(super) mod receive;
mod start;
mod trial;
pub(super) mod upload;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::response::{IntoResponse as _, Redirect, Response};
use clerkwork_bots::kit::Registered;

use super::rights::Right;
use super::routes::Route;
use super::{App, Fault, Visitor};
use crate::error::Result;
use crate::ids::BatchId;
use crate::schedule::{self, Schedule};
use crate::store::batches::Batch;
use crate::uploads::Uploads;

#[cfg(test)]
mod tests;

/// Who may start a batch.
const SUBMIT: &[Right] = &[Right::SubmitBatches];
/// Who may see batches, their own or all.
const SEE: &[Right] = &[Right::SeeBatches, Right::SeeOwnBatches];

pub(super) fn routes() -> Vec<Route> {
    let screens = [
        choose::routes(),
        start::routes(),
        receive::routes(),
        upload::routes(),
        columns::routes(),
        trial::routes(),
        queue::routes(),
        batches::routes(),
        batch::routes(),
        acts::routes(),
        errors::routes(),
    ];
    screens.into_iter().flatten().collect()
}

fn uploads(app: &App) -> Uploads {
    Uploads { folder: Arc::clone(&app.folder), store: Arc::clone(&app.store) }
}

/// After an act: the page that shows what came of it, which says once that it was done.
async fn done(app: &App, visitor: &Visitor, said: &str, to: &str) -> Result<Response, Fault> {
    if let Some(session) = visitor.session {
        app.store.flash(session, Some(said)).await?;
    }
    Ok(Redirect::to(to).into_response())
}

/// The schedules without fault that read a sheet, and whose work somebody sees.
fn jobs(app: &App, visitor: &Visitor) -> Result<BTreeMap<String, (Schedule, &'static Registered)>> {
    let (schedules, faults) = schedule::all(&app.folder)?;
    let well = |name: &str| {
        let file = format!("schedules/{name}.toml: ");
        !faults.iter().any(|fault| fault.starts_with(&file))
    };
    let mut jobs = BTreeMap::new();
    for (name, schedule) in schedules {
        if schedule.source.is_crm() || !visitor.person.sees(&schedule.bot) || !well(&name) {
            continue;
        }
        if let Some(bot) = clerkwork_bots::find(&schedule.bot) {
            jobs.insert(name, (schedule, bot));
        }
    }
    Ok(jobs)
}

/// One of those.
fn job(app: &App, visitor: &Visitor, name: &str) -> Result<(Schedule, &'static Registered), Fault> {
    jobs(app, visitor)?.remove(name).ok_or_else(Fault::not_found)
}

/// What a schedule is called on the page.
fn title(schedule: &Schedule) -> &str {
    if schedule.title.is_empty() { &schedule.name } else { &schedule.title }
}

/// A batch that somebody may see: any of a bot whose work they see, or else their own.
pub(super) async fn seen(app: &App, visitor: &Visitor, id: &str) -> Result<Batch, Fault> {
    let id: BatchId = id.parse().map_err(|_| Fault::not_found())?;
    let batch = app.store.batch(id).await?;
    visitor.must_see(&batch.bot)?;
    if visitor.may(Right::SeeBatches) || own(visitor, &batch) {
        return Ok(batch);
    }
    Err(Fault::not_found())
}

/// Whether somebody opened this batch themselves.
fn own(visitor: &Visitor, batch: &Batch) -> bool {
    visitor.may(Right::SeeOwnBatches) && batch.opened_by == visitor.actor().id
}

/// Whether somebody may see what stood in the cells of a batch, and its results.
fn may_see_cases(visitor: &Visitor, batch: &Batch) -> bool {
    visitor.may(Right::SeeCases) || own(visitor, batch)
}
