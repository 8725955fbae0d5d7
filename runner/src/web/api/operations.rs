//! What operators watch and run: schedules, processes, other systems, health.

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::operators::health::{self, Health};
use super::super::operators::outlets::{self, Outlet};
use super::super::operators::schedules::{self, ScheduleShown};
use super::super::operators::workers::{self, Worker};
use super::super::rights::Right;
use super::super::routes::{Route, get, post};
use super::super::{App, Fault, Visitor};
use super::asked::Body;
use super::said::{Refused, Why, reason};
use crate::clock;
use crate::error::Error;
use crate::schedule;

/// Due times of a schedule that are shown.
const LAST: i64 = 10;

pub(super) fn routes() -> Vec<Route> {
    let watch = &[Right::SeeHealth, Right::Operate];
    vec![
        get("/api/v1/schedules", &[Right::SeeBatches, Right::SeeHealth], schedules),
        get("/api/v1/schedules/{schedule}", &[Right::SeeBatches, Right::SeeHealth], schedule),
        post("/api/v1/schedules/{schedule}/run", &[Right::Operate], run),
        get("/api/v1/workers", watch, workers),
        get("/api/v1/outlets", watch, outlets),
        get("/api/v1/health", &[Right::SeeHealth], health),
    ]
}

/// Every schedule.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Schedules {
    schedules: Vec<ScheduleShown>,
    /// What is wrong with files of schedules and calendars that cannot be read.
    faults: Vec<String>,
}

/// Every schedule: when it runs next, and what became of its last runs.
#[utoipa::path(get, path = "/api/v1/schedules", tag = "operations",
    responses((status = 200, body = Schedules), Refused))]
pub(super) async fn schedules(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Json<Schedules>, Fault> {
    let (schedules, faults) = schedules::data(&app, &visitor.person, LAST).await?;
    Ok(Json(Schedules { schedules, faults }))
}

/// One schedule.
#[utoipa::path(get, path = "/api/v1/schedules/{schedule}", tag = "operations",
    params(("schedule" = String, Path, example = "free-school-meals")),
    responses((status = 200, body = ScheduleShown), Refused))]
pub(super) async fn schedule(
    State(app): State<App>,
    visitor: Visitor,
    Path(name): Path<String>,
) -> Result<Json<ScheduleShown>, Fault> {
    Ok(Json(found(&app, &visitor, &name).await?))
}

async fn found(app: &App, visitor: &Visitor, name: &str) -> Result<ScheduleShown, Fault> {
    let (all, _) = schedules::data(app, &visitor.person, LAST).await?;
    all.into_iter().find(|it| it.name == name).ok_or_else(Fault::not_found)
}

/// Whether a run was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AskedFor {
    schedule: String,
    /// One that was asked for waits already: nothing was done.
    already: bool,
}

/// Asks for a run now; whoever serves begins it within seconds.
#[utoipa::path(post, path = "/api/v1/schedules/{schedule}/run", tag = "operations",
    params(("schedule" = String, Path, example = "free-school-meals"), super::Once),
    request_body = Why, responses((status = 200, body = AskedFor), Refused))]
pub(super) async fn run(
    State(app): State<App>,
    visitor: Visitor,
    Path(name): Path<String>,
    Body(asked): Body<Why>,
) -> Result<Json<AskedFor>, Fault> {
    let why = reason(&asked)?;
    let it = found(&app, &visitor, &name).await?;
    schedule::find(&app.folder, &name)?;
    if it.bot_stopped {
        let what = format!("the bot {} has been stopped by a person", it.bot);
        return Err(Error::usage(what, "start it again first").into());
    }
    let begun = app.store.ask_for_run(&name, why, &visitor.actor(), clock::now()).await?;
    Ok(Json(AskedFor { schedule: name, already: !begun }))
}

/// Processes.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Workers {
    workers: Vec<Worker>,
}

/// Which processes have what in hand.
#[utoipa::path(get, path = "/api/v1/workers", tag = "operations",
    responses((status = 200, body = Workers), Refused))]
pub(super) async fn workers(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Json<Workers>, Fault> {
    Ok(Json(Workers { workers: workers::data(&app, &visitor.person).await? }))
}

/// Connections to other systems.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Outlets {
    outlets: Vec<Outlet>,
}

/// The other systems: whether they answer, and how much of what they allow is used.
#[utoipa::path(get, path = "/api/v1/outlets", tag = "operations",
    responses((status = 200, body = Outlets), Refused))]
pub(super) async fn outlets(State(app): State<App>) -> Result<Json<Outlets>, Fault> {
    Ok(Json(Outlets { outlets: outlets::data(&app).await? }))
}

/// How the runner is.
#[utoipa::path(get, path = "/api/v1/health", tag = "operations",
    responses((status = 200, body = Health), Refused))]
pub(super) async fn health(State(app): State<App>) -> Result<Json<Health>, Fault> {
    Ok(Json(health::data(&app).await?.0))
}
