//! Batches: listed, looked at, and acted on as wholes.

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::rights::Right;
use super::super::routes::{Route, get, post};
use super::super::staff::seen;
use super::super::{App, Fault, Visitor};
use super::asked::{Asked, Body};
use super::said::{Count, Refused, Stretch, Why};
use crate::acts::Acting;
use crate::operate::{self, ActedOnBatch};
use crate::shown::BatchShown;
use crate::state;
use crate::store::lists::BatchFilter;
use crate::store::totals::Totals;

const SEE: &[Right] = &[Right::SeeBatches, Right::SeeOwnBatches];

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/batches", SEE, list),
        get("/api/v1/batches/{batch}", SEE, one),
        post("/api/v1/batches/{batch}/approve", &[Right::Approve], approve),
        post("/api/v1/batches/{batch}/pause", &[Right::Operate], pause),
        post("/api/v1/batches/{batch}/resume", &[Right::Operate], resume),
        post("/api/v1/batches/{batch}/cancel", &[Right::Operate], cancel),
    ]
}

/// Which batches.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct Which {
    /// Only of this schedule.
    schedule: Option<String>,
    /// Only in this state.
    #[param(value_type = Option<state::Batch>)]
    state: Option<String>,
}

/// Batches, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Batches {
    batches: Vec<BatchShown>,
    /// Where the next stretch begins, if there is one.
    next: Option<String>,
    /// Where the stretch before begins, if there is one.
    previous: Option<String>,
    count: Count,
}

/// Batches, newest first. A submitter sees those that they submitted.
#[utoipa::path(get, path = "/api/v1/batches", tag = "batches", params(Which, Stretch),
    responses((status = 200, body = Batches), Refused))]
pub(super) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Asked(which): Asked<Which>,
    Asked(stretch): Asked<Stretch>,
) -> Result<Json<Batches>, Fault> {
    let states = match which.state.as_deref() {
        None | Some("") => Vec::new(),
        Some(name) => vec![state::Batch::parse(name).ok_or_else(unknown_state)?],
    };
    let filter = BatchFilter {
        bots: visitor.person.bots.clone(),
        schedule: which.schedule,
        states,
        opened_by: (!visitor.may(Right::SeeBatches)).then(|| visitor.actor().id),
    };
    let listed = app.store.list_batches(&filter, &stretch.try_into()?).await?;
    Ok(Json(Batches {
        batches: listed.rows.iter().map(BatchShown::from).collect(),
        next: listed.next,
        previous: listed.previous,
        count: listed.count.into(),
    }))
}

fn unknown_state() -> Fault {
    let names: Vec<&str> = state::Batch::ALL.iter().map(|state| state.as_str()).collect();
    Fault::bad("there is no such state of a batch", format!("one of: {}", names.join(", ")))
}

/// One batch with its control totals.
#[utoipa::path(get, path = "/api/v1/batches/{batch}", tag = "batches",
    params(("batch" = i64, Path, minimum = 1)),
    responses((status = 200, body = BatchShown), Refused))]
pub(super) async fn one(
    State(app): State<App>,
    visitor: Visitor,
    Path(batch): Path<String>,
) -> Result<Json<BatchShown>, Fault> {
    Ok(Json(BatchShown::from(&seen(&app, &visitor, &batch).await?)))
}

/// Where a batch stands after an act.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BatchStands {
    batch: i64,
    state: state::Batch,
    totals: Totals,
}

impl From<ActedOnBatch> for BatchStands {
    fn from(acted: ActedOnBatch) -> Self {
        Self { batch: acted.batch.0, state: acted.state, totals: acted.totals }
    }
}

macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident = $path:literal : $act:path,)+) => {$(
        $(#[$doc])*
        #[utoipa::path(post, path = $path, tag = "batches",
            params(("batch" = i64, Path, minimum = 1), super::Once), request_body = Why,
            responses((status = 200, body = BatchStands), Refused))]
        pub(super) async fn $name(
            State(app): State<App>,
            visitor: Visitor,
            Path(batch): Path<String>,
            Body(asked): Body<Why>,
        ) -> Result<Json<BatchStands>, Fault> {
            let batch = seen(&app, &visitor, &batch).await?;
            let acting = Acting::new(&app.folder, &app.store, visitor.actor(), &asked.why)?;
            Ok(Json($act(&acting, batch.id).await?.into()))
        }
    )+};
}

acts! {
    /// Agrees to a batch that somebody else submitted.
    approve = "/api/v1/batches/{batch}/approve": operate::approve,
    /// Holds a running batch: what is under way ends, nothing more is begun.
    pause = "/api/v1/batches/{batch}/pause": operate::pause,
    /// Lets a paused batch go on.
    resume = "/api/v1/batches/{batch}/resume": operate::resume,
    /// Cancels a batch with every item in it that is not settled.
    cancel = "/api/v1/batches/{batch}/cancel": operate::cancel_batch,
}
