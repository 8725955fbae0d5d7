//! The job log: searched, its newest checkpoint, and the proof that an entry is in it.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::rights::Right;
use super::super::routes::{Route, get};
use super::super::{App, Fault, Visitor};
use super::asked::{self, Asked};
use super::said::{Count, Refused, Stretch};
use crate::job_log;
use crate::shown::EntryShown;
use crate::store::lists::LogFilter;

const SEE: &[Right] = &[Right::SeeLog];

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/log", SEE, list),
        get("/api/v1/log/head", SEE, head),
        get("/api/v1/log/checkpoint", SEE, checkpoint),
        get("/api/v1/log/{index}/proof", SEE, proof),
    ]
}

/// Which entries.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct Which {
    /// Only of this kind, such as `item.ruled`.
    kind: Option<String>,
    /// Only by this actor, such as `user:ann.bell`.
    actor: Option<String>,
    /// Only of this batch.
    #[param(minimum = 1)]
    batch: Option<i64>,
    /// Only of this item.
    item: Option<String>,
    /// Not before this time.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Before this time.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
}

/// Entries, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Entries {
    entries: Vec<EntryShown>,
    /// Where the next stretch begins, if there is one.
    next: Option<String>,
    /// Where the stretch before begins, if there is one.
    previous: Option<String>,
    count: Count,
}

/// Entries of the job log, newest first.
#[utoipa::path(get, path = "/api/v1/log", tag = "job log", params(Which, Stretch),
    responses((status = 200, body = Entries), Refused))]
pub(super) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Asked(which): Asked<Which>,
    Asked(stretch): Asked<Stretch>,
) -> Result<Json<Entries>, Fault> {
    let filter = LogFilter {
        bots: visitor.person.bots.clone(),
        kinds: which.kind.into_iter().collect(),
        actor: which.actor,
        batch: asked::batch_number(which.batch)?,
        item: which.item.as_deref().map(asked::item).transpose()?,
        from: which.from,
        to: which.to,
    };
    let listed = app.store.list_log(&filter, &stretch.try_into()?).await?;
    Ok(Json(Entries {
        entries: listed.rows.iter().map(EntryShown::from).collect(),
        next: listed.next,
        previous: listed.previous,
        count: listed.count.into(),
    }))
}

/// Size and root of the log.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Head {
    size: u64,
    /// In base64.
    root: String,
    /// As `clerkwork log verify --held` takes it.
    held: String,
}

/// Size and root of the log as it stands.
#[utoipa::path(get, path = "/api/v1/log/head", tag = "job log",
    responses((status = 200, body = Head), Refused))]
pub(super) async fn head(State(app): State<App>) -> Result<Json<Head>, Fault> {
    let head = job_log::head(&app.store.db).await?;
    Ok(Json(Head { size: head.size, root: head.root_text(), held: head.held() }))
}

/// The newest signed checkpoint: a C2SP signed note. Keep it outside.
#[utoipa::path(get, path = "/api/v1/log/checkpoint", tag = "job log",
    responses((status = 200, body = String, content_type = "text/plain"), Refused))]
pub(super) async fn checkpoint(State(app): State<App>) -> Result<impl IntoResponse, Fault> {
    let note = job_log::newest_checkpoint(&app.store.db).await?.ok_or_else(Fault::not_found)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], note))
}

/// The proof that an entry is in the log: a C2SP tlog-proof.
#[utoipa::path(get, path = "/api/v1/log/{index}/proof", tag = "job log",
    params(("index" = u64, Path)),
    responses((status = 200, body = String, content_type = "text/plain"), Refused))]
pub(super) async fn proof(
    State(app): State<App>,
    Path(index): Path<String>,
) -> Result<impl IntoResponse, Fault> {
    let index: u64 = index.parse().map_err(|_| Fault::not_found())?;
    if index >= job_log::head(&app.store.db).await?.size {
        return Err(Fault::not_found());
    }
    let proof = job_log::prove(&app.store.db, &app.folder, index).await?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], proof.to_text()))
}
