//! Which column of the file is which of the template, where the headers differ. What is said holds
//! for every later sheet of the schedule, wherever it is read.

use std::collections::BTreeMap;

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use maud::{Markup, html};

use super::upload::{self, Uploaded};
use super::{SUBMIT, done, receive, uploads};
use crate::intake::header::Headers;
use crate::web::layout::{self, Page};
use crate::web::parts::{self, Field, Wrong};
use crate::web::routes::{Route, post};
use crate::web::{App, Fault, Visitor};

pub(super) fn routes() -> Vec<Route> {
    vec![post("/uploads/{id}/columns", SUBMIT, match_columns)]
}

/// What was chosen: `column-0` is the first missing column, and so on.
type Chosen = BTreeMap<String, String>;

async fn match_columns(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Fault> {
    let upload = upload::own(&app, &visitor, &id).await?;
    let uploaded = upload::data(&app, &upload, true).await?;
    let Some(headers) = &uploaded.headers else {
        return Err(Fault::bad("every column of this file is known", "go back, and queue it"));
    };
    let matched = match matched(headers, &chosen) {
        Ok(matched) => matched,
        Err(wrong) => {
            let title = "Which column is which?";
            let body = html! {
                (parts::error_summary(&wrong))
                h1 class="govuk-heading-l" { (title) }
                (form(&uploaded, headers, &wrong))
            };
            let page = Page::new(title).section("/new").wrong(true);
            let page = page.back(format!("/uploads/{}", upload.id), "Back to the upload");
            let page = layout::page(&app, Some(&visitor), &page, body);
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    let desk = uploads(&app);
    desk.match_columns(&upload, &matched, &visitor.actor()).await?;
    receive::begin_check(&desk, upload.id).await;
    let said = "The columns are matched, for this file and for later ones";
    done(&app, &visitor, said, &format!("/uploads/{}", upload.id)).await
}

/// The file's headers with the template's that they stand for.
fn matched(headers: &Headers, chosen: &Chosen) -> Result<BTreeMap<String, String>, Vec<Wrong>> {
    let (mut matched, mut wrong) = (BTreeMap::new(), Vec::new());
    for (n, ours) in headers.missing.iter().enumerate() {
        let field = format!("column-{n}");
        let Some(theirs) = chosen.get(&field).filter(|theirs| !theirs.is_empty()) else { continue };
        if !headers.unread.contains(theirs) {
            wrong
                .push(Wrong::new(field, format!("{ours}: choose one of the columns of your file")));
        } else if let Some(other) = matched.insert(theirs.clone(), ours.clone()) {
            wrong.push(Wrong::new(field, format!("{ours}: that column is chosen for {other} too")));
        }
    }
    if matched.is_empty() && wrong.is_empty() {
        let text = "Choose a column of your file for at least one of these";
        wrong.push(Wrong::new("column-0", text));
    }
    if wrong.is_empty() { Ok(matched) } else { Err(wrong) }
}

/// The question for a file that lacks columns.
pub(super) fn form(uploaded: &Uploaded, headers: &Headers, wrong: &[Wrong]) -> Markup {
    if headers.missing.is_empty() || headers.unread.is_empty() || !uploaded.own {
        return html! {};
    }
    html! {
        h2 class="govuk-heading-m" { "Which column is which?" }
        p class="govuk-body" {
            "Row " (headers.row) " of the sheet “" (headers.sheet) "” was taken as the header. If a "
            "column below is there under another name, choose it. It is remembered for later files."
        }
        (selects(uploaded, headers, wrong))
    }
}

/// The same for a file that can be read, but has columns that nobody reads.
pub(super) fn optional(uploaded: &Uploaded, headers: &Headers) -> Markup {
    if headers.missing.is_empty() || headers.unread.is_empty() || !uploaded.own {
        return html! {};
    }
    let body = html! {
        p class="govuk-body" {
            "These columns are not required. If one of them is there under another name, choose it. "
            "It is remembered for later files."
        }
        (selects(uploaded, headers, &[]))
    };
    parts::details("Columns of your file that nobody reads", body)
}

fn selects(uploaded: &Uploaded, headers: &Headers, wrong: &[Wrong]) -> Markup {
    let mut options = vec![("", "It is not in the file")];
    options.extend(headers.unread.iter().map(|name| (name.as_str(), name.as_str())));
    html! {
        form method="post" action={ "/uploads/" (uploaded.upload) "/columns" } novalidate {
            @for (n, ours) in headers.missing.iter().enumerate() {
                @let name = format!("column-{n}");
                (parts::select(
                    &Field::new(&name, ours).error(parts::wrong(wrong, &name)), &options,
                ))
            }
            (parts::secondary_button("Match the columns"))
        }
    }
}
