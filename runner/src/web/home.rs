//! The first page: what waits for whoever is signed in, and where else they may go.

use axum::extract::State;
use maud::{Markup, html};

use super::layout::{self, Page};
use super::rights::Right;
use super::routes::{Route, get};
use super::{App, Visitor};

pub(super) fn routes() -> Vec<Route> {
    vec![get("/", &[Right::SignedIn], page)]
}

/// What each section is for.
fn purpose(path: &str) -> &'static str {
    match path {
        "/to-do" => "Settle what waits for a person, by the day it is due",
        "/new" => "Upload a sheet, try it, queue it",
        "/batches" => "How far each batch is, and what came of it",
        "/items" => "Every item: find, filter, retry, cancel",
        "/log" => "Watch and search what happens, as it happens",
        "/log/verify" => "Prove that nobody changed the job log",
        "/viewed" => "Who looked at which case, and when",
        "/schedules" => "When each job runs next; run one now",
        "/outlets" => "The systems that are told, and until when one is paused",
        "/workers" => "The processes that decide items",
        "/health" => "How the runner is, and what needs care",
        "/figures" => "What was done this week and month, without anything personal",
        "/people" => "Who may sign in, and what they may do",
        "/keys" => "Keys by which programs act",
        _ => "",
    }
}

async fn page(State(app): State<App>, visitor: Visitor) -> Markup {
    let title = "What waits for you";
    let sections: Vec<_> = layout::sections(&visitor).filter(|(path, _)| *path != "/").collect();
    let body = html! {
        h1 class="govuk-heading-l" { (title) }
        @if sections.is_empty() {
            (super::parts::empty(
                "You have no role that opens anything yet.",
                html! { p class="govuk-body" { "Ask an administrator for the role that you need." } },
            ))
        } @else {
            h2 class="govuk-heading-m" { "Where you can go" }
            dl class="govuk-summary-list" {
                @for (path, name) in sections {
                    div class="govuk-summary-list__row" {
                        dt class="govuk-summary-list__key" {
                            a class="govuk-link" href=(path) { (name) }
                        }
                        dd class="govuk-summary-list__value" { (purpose(path)) }
                    }
                }
            }
        }
    };
    layout::page(&app, Some(&visitor), &Page::new(title).section("/"), body)
}
