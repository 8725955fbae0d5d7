//! An item by the applicant's or the council's reference. The reference is sent in a form, never in
//! an address, and found by the blind index.

use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};

use super::answers::Answers;
use crate::error::Error;
use crate::ids::ItemId;
use crate::web::layout::{self, Page};
use crate::web::parts::{self, Field, Wrong};
use crate::web::{App, Fault, Visitor};

/// What is typed in no case.
const LONGEST: usize = 200;

pub(super) async fn act(
    State(app): State<App>,
    visitor: Visitor,
    Form(answers): Form<Answers>,
) -> Result<Response, Fault> {
    let typed = answers.get("reference");
    if typed.is_empty() || typed.chars().count() > LONGEST {
        return Ok(again(&app, &visitor, typed, "Enter a reference, or an item such as 3-231"));
    }
    let mut found: Vec<ItemId> = typed.parse().ok().into_iter().collect();
    found.extend(app.store.items_by_reference(typed).await?);
    let mut seen = Vec::new();
    for id in found {
        if sees(&app, &visitor, id).await? {
            seen.push(id);
        }
    }
    Ok(match &seen[..] {
        [] => again(&app, &visitor, typed, "There is no item of that reference that you may see"),
        [one] => Redirect::to(&format!("/items/{one}")).into_response(),
        several => {
            let body = html! {
                h1 class="govuk-heading-l" { "Items of that reference" }
                ul class="govuk-list" {
                    @for id in several {
                        li { a class="govuk-link" href={ "/items/" (id) } { "Item " (id) } }
                    }
                }
            };
            let page = Page::new("Items of that reference").section("/to-do");
            let page = page.back("/to-do", "Back to the list");
            layout::page(&app, Some(&visitor), &page, body).into_response()
        }
    })
}

/// Whether there is such an item, and they may know of it.
async fn sees(app: &App, visitor: &Visitor, id: ItemId) -> Result<bool, Error> {
    let there = async { Ok((app.store.item(id).await?, app.store.batch(id.batch()).await?)) };
    match there.await {
        Ok((_, batch)) => Ok(visitor.person.sees(&batch.bot)),
        Err(Error::Usage(_)) => Ok(false),
        Err(fault) => Err(fault),
    }
}

fn again(app: &App, visitor: &Visitor, typed: &str, text: &str) -> Response {
    let wrong = [Wrong::new("reference", text)];
    let body = html! {
        (parts::error_summary(&wrong))
        h1 class="govuk-heading-l" { "Find an item" }
        (form(typed, Some(text)))
    };
    let page = Page::new("Find an item").section("/to-do").wrong(true);
    let page = page.back("/to-do", "Back to the list");
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    (status, layout::page(app, Some(visitor), &page, body)).into_response()
}

/// The form by which an item is found.
pub(super) fn form(typed: &str, error: Option<&str>) -> Markup {
    let field = Field::new("reference", "Find by reference or item number");
    let field = field.value(typed).error(error).width(20).autocomplete("off");
    html! {
        form method="post" action="/to-do/find" role="search" aria-label="Find an item" novalidate {
            (parts::search(&field))
            (parts::secondary_button("Find"))
        }
    }
}
