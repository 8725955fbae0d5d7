//! Sheets: uploaded, checked, queued; and what came of a batch, as a workbook.

use axum::Json;
use axum::extract::{DefaultBodyLimit, Multipart, Path, State};
use axum::handler::Handler as _;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::rights::Right;
use super::super::routes::{Route, get, post};
use super::super::staff::errors;
use super::super::staff::receive::{self, Came};
use super::super::staff::upload::{self, Uploaded};
use super::super::{App, Fault, Visitor};
use super::said::Refused;

const SUBMIT: &[Right] = &[Right::SubmitBatches];

pub(super) fn routes() -> Vec<Route> {
    let limit = DefaultBodyLimit::max(receive::DRAINED);
    vec![
        post("/api/v1/schedules/{schedule}/uploads", SUBMIT, send.layer(limit)),
        get("/api/v1/uploads/{upload}", SUBMIT, one),
        post("/api/v1/uploads/{upload}/queue", SUBMIT, queue),
        post("/api/v1/uploads/{upload}/discard", SUBMIT, discard),
        get("/api/v1/batches/{batch}/results", &[Right::SeeCases, Right::SeeOwnBatches], results),
    ]
}

/// A sheet, as a form sends it; for each lookup of the schedule also what is looked up in.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes the form, which is read piece by piece")]
struct Sheet {
    /// The sheet: .xlsx, .xls, .xlsb, .ods or .csv, 50 MB at most.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
}

/// Uploads a sheet for a schedule: it is kept sealed, and checked. Ask for it again until it is
/// `checked`.
#[utoipa::path(post, path = "/api/v1/schedules/{schedule}/uploads", tag = "uploads",
    params(("schedule" = String, Path, example = "free-school-meals")),
    request_body(content = Sheet, content_type = "multipart/form-data"),
    responses((status = 200, body = Uploaded), Refused))]
pub(super) async fn send(
    State(app): State<App>,
    visitor: Visitor,
    Path(schedule): Path<String>,
    form: Multipart,
) -> Result<Json<Uploaded>, Fault> {
    match receive::take(&app, &visitor, &schedule, form).await? {
        Came::Kept(id) => shown(&app, &visitor, &id.to_string()).await,
        Came::Wrong { wrong, .. } => {
            let lines: Vec<String> =
                wrong.iter().map(|wrong| format!("{}: {}", wrong.field, wrong.text)).collect();
            let lines = lines.join("; ");
            Err(Fault::new(StatusCode::CONFLICT, "the sheet was not taken", lines))
        }
    }
}

/// An upload: how far its check is, how many rows are good, and what is wrong with the others. What
/// was found in a cell is shown to its uploader alone.
#[utoipa::path(get, path = "/api/v1/uploads/{upload}", tag = "uploads",
    params(("upload" = i64, Path, minimum = 1)),
    responses((status = 200, body = Uploaded), Refused))]
pub(super) async fn one(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Json<Uploaded>, Fault> {
    shown(&app, &visitor, &id).await
}

async fn shown(app: &App, visitor: &Visitor, id: &str) -> Result<Json<Uploaded>, Fault> {
    let (upload, own) = upload::find(app, visitor, id).await?;
    Ok(Json(upload::data(app, &upload, own).await?))
}

/// Whether an upload was queued.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Queued {
    upload: i64,
    /// The batch that has the same file, if there is one already.
    batch: Option<i64>,
    /// It was queued before: nothing was done.
    already: bool,
}

/// Queues the good rows of one's own upload; over the schedule's limit somebody else approves.
#[utoipa::path(post, path = "/api/v1/uploads/{upload}/queue", tag = "uploads",
    params(("upload" = i64, Path, minimum = 1), super::Once),
    responses((status = 200, body = Queued), Refused))]
pub(super) async fn queue(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Json<Queued>, Fault> {
    let upload = upload::own(&app, &visitor, &id).await?;
    if let Some(batch) = upload::batch_of(&app, &upload).await? {
        return Ok(Json(Queued { upload: upload.id, batch: Some(batch.id.0), already: true }));
    }
    let first = receive::queue(&app, &visitor, &upload).await?;
    Ok(Json(Queued { upload: upload.id, batch: None, already: !first }))
}

/// An upload that is gone.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Gone {
    upload: i64,
}

/// Erases one's own upload that became no batch.
#[utoipa::path(post, path = "/api/v1/uploads/{upload}/discard", tag = "uploads",
    params(("upload" = i64, Path, minimum = 1), super::Once),
    responses((status = 200, body = Gone), Refused))]
pub(super) async fn discard(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Json<Gone>, Fault> {
    let upload = upload::own(&app, &visitor, &id).await?;
    receive::discard(&app, &visitor, &upload).await?;
    Ok(Json(Gone { upload: upload.id }))
}

/// The results workbook of a batch. Personal: that it left is logged.
#[utoipa::path(get, path = "/api/v1/batches/{batch}/results", tag = "batches",
    params(("batch" = i64, Path, minimum = 1)),
    responses((status = 200, body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), Refused))]
pub(super) async fn results(
    State(app): State<App>,
    visitor: Visitor,
    Path(batch): Path<String>,
) -> Result<Response, Fault> {
    errors::workbook_of(&app, &visitor, &batch).await
}
