//! Which processes have what in hand.

use std::collections::BTreeMap;
use std::fs;

use axum::extract::State;
use maud::{Markup, html};
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock;
use crate::error::Result;
use crate::holder;
use crate::people::Person;
use crate::shown;
use crate::web::layout::{self, Page};
use crate::web::parts::{self, Colour, Table};
use crate::web::rights::Right;
use crate::web::routes::{Route, get};
use crate::web::{App, Fault, Visitor};

pub(super) fn routes() -> Vec<Route> {
    vec![get("/workers", &[Right::SeeHealth, Right::Operate], page)]
}

/// A process that takes work, or died with some in hand.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Worker {
    /// The name of its lock.
    pub name: String,
    /// Whether it lives.
    pub lives: bool,
    /// What it has in hand.
    pub in_hand: Vec<Hand>,
}

/// What a process has in hand of one batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct Hand {
    /// The batch.
    pub batch: i64,
    /// Slices of it.
    pub slices: i64,
    /// Items of it.
    pub items: i64,
    /// Until when, unless it renews.
    #[serde(serialize_with = "shown::at")]
    #[schema(value_type = String, format = DateTime)]
    pub until: i64,
}

/// Every process that is known, those with work first.
pub async fn data(app: &App, person: &Person) -> Result<Vec<Worker>> {
    let locks = app.folder.root().join("locks");
    let mut workers: BTreeMap<String, Worker> = BTreeMap::new();
    for name in registered(&locks) {
        workers.insert(name.clone(), Worker { name, ..Worker::default() });
    }
    for it in app.store.in_hands().await? {
        let bot = app.store.batch(it.batch).await?.bot;
        let name = it.holder.clone();
        let worker =
            workers.entry(name.clone()).or_insert_with(|| Worker { name, ..Worker::default() });
        if person.sees(&bot) {
            let (batch, slices) = (it.batch.0, it.slices);
            worker.in_hand.push(Hand { batch, slices, items: it.items, until: it.until });
        }
    }
    let mut workers: Vec<Worker> = workers.into_values().collect();
    for worker in &mut workers {
        worker.lives = holder::lives(&locks, &worker.name);
    }
    // The lock file of a process that ended well is gone; one that died with nothing is no news.
    workers.retain(|worker| worker.lives || !worker.in_hand.is_empty());
    workers.sort_by_key(|worker| worker.in_hand.is_empty());
    Ok(workers)
}

/// The names under which processes have registered: sixteen hexadecimal digits.
fn registered(locks: &std::path::Path) -> Vec<String> {
    let Ok(files) = fs::read_dir(locks) else { return Vec::new() };
    let names = files.flatten().filter_map(|file| file.file_name().into_string().ok());
    names.filter(|name| name.len() == 16 && name.bytes().all(|it| it.is_ascii_hexdigit())).collect()
}

async fn page(State(app): State<App>, visitor: Visitor) -> Result<Markup, Fault> {
    let workers = data(&app, &visitor.person).await?;
    let table = workers.iter().fold(
        Table::new("Processes that take work")
            .column("Process")
            .column("State")
            .column("In hand")
            .column("Until"),
        |table, worker| table.row(cells(worker)),
    );
    let body = html! {
        h1 class="govuk-heading-l" { "Workers" }
        p class="govuk-body" {
            "Each run registers a process, and takes items a slice at a time. What a process that died "
            "had in hand is taken back by the next one that looks, and nothing is done twice."
        }
        div id="workers" data-refresh="5" {
            @if table.is_empty() {
                (parts::empty("No process takes work", html! {
                    "The page answers, so the runner is there: it begins a process when a schedule is "
                    "due or a sheet is queued. See the " a class="govuk-link" href="/schedules" {
                        "schedules"
                    } "."
                }))
            } @else { (table) }
        }
        p class="govuk-body" { a class="govuk-link" href="/workers" { "Refresh" } }
    };
    let page = Page::new("Workers").section("/workers").script("refresh.js");
    Ok(layout::page(&app, Some(&visitor), &page, body))
}

fn cells(worker: &Worker) -> Vec<Markup> {
    vec![
        html! { code { (worker.name) } },
        if worker.lives {
            parts::tag("Works", Colour::Green)
        } else {
            parts::tag("Died", Colour::Red)
        },
        html! {
            @if worker.in_hand.is_empty() { "Nothing just now" }
            @for hand in &worker.in_hand {
                div {
                    (parts::count(hand.items, false, "item", "items")) " of "
                    a class="govuk-link" href={ "/batches/" (hand.batch) } { "batch " (hand.batch) }
                    " in " (parts::count(hand.slices, false, "slice", "slices"))
                }
            }
        },
        html! {
            @if let Some(until) = worker.in_hand.iter().map(|hand| hand.until).max() {
                (clock::local_micros(until).strftime("%H:%M:%S"))
            }
        },
    ]
}
