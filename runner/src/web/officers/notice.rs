//! The notice of a decision, for printing. Made anew each time; the log says so before it is shown.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use maud::html;

use super::item::found;
use crate::review;
use crate::web::layout::{self, Page};
use crate::web::{App, Fault, Visitor};

pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let id = found(&app.store, &visitor, &id).await?.item.id;
    let made = review::notice::make(&app.folder, &app.store, &visitor.actor(), id).await?;
    let title = format!("Notice of item {id}");
    let body = html! {
        h1 class="govuk-heading-l" { (title) }
        @for later in &made.superseded_by {
            p class="govuk-body" {
                "A later item took its place: "
                a class="govuk-link" href={ "/items/" (later) } { "item " (later) } "."
            }
        }
        article class="cw-notice" {
            h2 class="govuk-heading-m" { (made.notice.subject) }
            @for part in made.notice.text.split("\n\n") {
                p class="govuk-body cw-notice__part" {
                    @for (at, line) in part.lines().enumerate() {
                        @if at > 0 { br; }
                        (line)
                    }
                }
            }
        }
    };
    let page = Page::new(&title).section("/to-do").back(format!("/items/{id}"), "Back to the item");
    Ok(layout::page(&app, Some(&visitor), &page, body).into_response())
}
