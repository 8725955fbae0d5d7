//! Queueing an upload, or discarding it.

use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};

use super::upload::{self, Uploaded};
use super::{SUBMIT, done, receive};
use crate::web::parts;
use crate::web::routes::{Route, post};
use crate::web::{App, Fault, Visitor};

pub(super) fn routes() -> Vec<Route> {
    vec![post("/uploads/{id}/queue", SUBMIT, queue), post("/uploads/{id}/discard", SUBMIT, discard)]
}

async fn queue(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let upload = upload::own(&app, &visitor, &id).await?;
    if let Some(batch) = upload::batch_of(&app, &upload).await? {
        let said = format!("This file is batch {} already", batch.id);
        return done(&app, &visitor, &said, &format!("/batches/{}", batch.id)).await;
    }
    let first = receive::queue(&app, &visitor, &upload).await?;
    let rows = parts::count(upload.good, false, "row is", "rows are");
    let said = if first { format!("{rows} queued") } else { "It was queued before".to_owned() };
    done(&app, &visitor, &said, &format!("/uploads/{}", upload.id)).await
}

async fn discard(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let upload = upload::own(&app, &visitor, &id).await?;
    receive::discard(&app, &visitor, &upload).await?;
    done(&app, &visitor, "The upload is erased", "/new").await
}

/// What happens when it is queued, and the button.
pub(super) fn section(uploaded: &Uploaded) -> Markup {
    let rows = parts::count(uploaded.good, false, "row", "rows");
    let second = uploaded.approve_over.filter(|limit| uploaded.good > *limit);
    html! {
        h2 class="govuk-heading-m" { "Queue it" }
        @if uploaded.good == 0 {
            p class="govuk-body" {
                "No row is good, so there is nothing to queue. Mend the rows in your file, and "
                a class="govuk-link" href={ "/new/" (uploaded.schedule) } { "upload it again" } "."
            }
        } @else {
            p class="govuk-body" {
                (rows) " become items, unless one repeats an item that is live or awarded."
                @if uploaded.rejected > 0 {
                    " " (parts::count(uploaded.rejected, false, "row is", "rows are"))
                    " rejected and stand in the batch's error sheet; you can send them later in "
                    "another file."
                }
            }
            @if let Some(limit) = second {
                (parts::warning_text(&format!(
                    "With more than {} items, somebody else must agree before anything is decided.",
                    parts::number(limit)
                )))
            }
            form method="post" action={ "/uploads/" (uploaded.upload) "/queue" } {
                (parts::button(&format!("Queue {rows}")))
            }
        }
    }
}

/// The button by which nothing is left of it.
pub(super) fn discard_form(uploaded: &Uploaded) -> Markup {
    html! {
        form method="post" action={ "/uploads/" (uploaded.upload) "/discard" } {
            (parts::secondary_button("Discard this upload"))
        }
    }
}
