//! What operators watch and run.
//!
//! | file | screen or job |
//! |---|---|
//! | `items` | every item, by state and filter |
//! | `bulk` | one act on many items: which, confirm, how far it has come |
//! | `acting` | does such acts, one item after the other, until none is left |
//! | `payments` | what is to be paid, and the files that one makes and another releases |
//! | `workers` | which processes have what in hand |
//! | `outlets` | the other systems, and whether they answer |
//! | `schedules`, `schedule` | when work comes by itself; one schedule, and its run now |
//! | `bots` | what a bot decides, by which law; stop it in an emergency |
//! | `health` | how the runner is |
//! | `alive` | whether the process answers, and whether it can work |
//! | `metrics` | figures for a monitoring system |
//! | `asked` | what an address or a form asks for |

mod acting;
mod alive;
mod asked;
pub mod bots;
pub mod bulk;
pub mod health;
pub mod items;
mod metrics;
pub mod outlets;
mod payments;
mod schedule;
pub mod schedules;
pub mod workers;

#[cfg(test)]
mod tests;

pub use acting::work;

pub(super) use asked::Asked;
pub(super) use metrics::count;
pub(super) use payments::{awaiting_release, to_settle as payments_to_settle};

use std::sync::Arc;

use axum::response::{IntoResponse as _, Redirect, Response};

use tokio::sync::Notify;

use super::routes::Route;
use super::{App, Fault, Visitor};

/// What these pages keep between two requests.
#[derive(Clone, Debug, Default)]
pub struct Board {
    served: metrics::Served,
    ready: alive::Found,
    asked: Arc<Notify>,
}

pub(super) fn routes() -> Vec<Route> {
    let mut routes = items::routes();
    routes.extend(bulk::routes());
    routes.extend(payments::routes());
    routes.extend(workers::routes());
    routes.extend(outlets::routes());
    routes.extend(schedules::routes());
    routes.extend(schedule::routes());
    routes.extend(bots::routes());
    routes.extend(health::routes());
    routes.extend(alive::routes());
    routes.extend(metrics::routes());
    routes
}

/// After an act: to this page, which says once what was done.
async fn done(app: &App, visitor: &Visitor, to: &str, says: &str) -> Result<Response, Fault> {
    if let Some(session) = visitor.session {
        app.store.flash(session, Some(says)).await?;
    }
    Ok(Redirect::to(to).into_response())
}

/// A reason as it was typed, or what is wrong with it.
fn why(asked: &Asked) -> Result<String, String> {
    let why = asked.one("why");
    if why.is_empty() {
        return Err("Enter a reason".to_owned());
    }
    if why.chars().count() > LONGEST {
        return Err(format!("The reason must be {LONGEST} characters or fewer"));
    }
    Ok(why.to_owned())
}

/// The longest reason that is kept.
const LONGEST: usize = 2000;
