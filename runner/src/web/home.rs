//! The first page: what waits for whoever is signed in.

use axum::extract::State;
use maud::{Markup, html};

use super::layout::{self, Page};
use super::rights::Right;
use super::routes::{Route, get};
use super::{App, Visitor};

pub(super) fn routes() -> Vec<Route> {
    vec![get("/", &[Right::SignedIn], page)]
}

async fn page(State(app): State<App>, visitor: Visitor) -> Markup {
    let body = html! { h1 class="govuk-heading-l" { "What waits for you" } };
    layout::page(&app, Some(&visitor), &Page::new("What waits for you").section("/"), body)
}
