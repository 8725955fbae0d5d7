//! The other systems: whether they answer, and how much of what they allow is used.

use axum::extract::State;
use maud::{Markup, html};
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock;
use crate::connections::{self, Shown};
use crate::error::Result;
use crate::schedule;
use crate::shown;
use crate::store::post_backs::outlets_down;
use crate::web::layout::{self, Page};
use crate::web::parts::{self, Colour, Table};
use crate::web::rights::Right;
use crate::web::routes::{Route, get};
use crate::web::{App, Fault, Visitor};

pub(super) fn routes() -> Vec<Route> {
    vec![get("/outlets", &[Right::SeeHealth, Right::Operate], page)]
}

/// A connection to another system.
#[derive(Debug, Serialize, ToSchema)]
pub struct Outlet {
    /// Its name.
    pub name: String,
    /// Its connector.
    pub connector: String,
    /// The schedules that use it.
    pub schedules: Vec<String>,
    /// Since when it does not answer.
    #[serde(serialize_with = "shown::maybe_at")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub down_since: Option<i64>,
    /// Until when nobody tries it.
    #[serde(serialize_with = "shown::maybe_at")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub paused_until: Option<i64>,
    /// A code of why it did not answer.
    pub code: Option<String>,
    /// Requests in the window that has just passed.
    pub used: Option<i64>,
    /// Requests that it allows in a window.
    pub allowed: Option<i64>,
    /// The window, in seconds.
    pub window_seconds: Option<u64>,
    /// What is wrong with its settings.
    pub wrong: Option<String>,
}

/// Every connection that is set up, and any other that is down.
pub async fn data(app: &App) -> Result<Vec<Outlet>> {
    let (schedules, _) = schedule::all(&app.folder)?;
    let mut down = outlets_down(&app.store.db).await?;
    let mut outlets = Vec::new();
    for Shown { name, connector, limits } in connections::shown(&app.folder)? {
        let uses = |outlet: &schedule::Outlet| {
            outlet.connection.as_deref().unwrap_or(&outlet.connector) == name
        };
        let users = schedules.values().filter(|it| {
            let source = it.source.connection.as_deref().unwrap_or(&it.source.connector);
            source == name || it.outlets.values().any(uses)
        });
        let users = users.map(|it| it.name.clone()).collect();
        let at = down.iter().position(|(connection, ..)| *connection == name);
        let mut outlet = Outlet::of(name, connector, users, at.map(|at| down.swap_remove(at)));
        match limits {
            Ok(counted) => {
                let window = counted.limits.window;
                outlet.used = Some(app.store.requests_used(&counted.under, window).await?);
                outlet.allowed = i64::try_from(counted.limits.requests).ok();
                outlet.window_seconds = Some(window.as_secs());
            }
            Err(fault) => outlet.wrong = Some(fault),
        }
        outlets.push(outlet);
    }
    // What is down and not set up any more is told all the same.
    for gone in down {
        outlets.push(Outlet::of(gone.0.clone(), String::new(), Vec::new(), Some(gone)));
    }
    Ok(outlets)
}

impl Outlet {
    fn of(
        name: String,
        connector: String,
        schedules: Vec<String>,
        down: Option<(String, i64, i64, String)>,
    ) -> Self {
        let (down_since, until, code) = match down {
            Some((_, since, until, code)) => (Some(since), Some(until), Some(code)),
            None => (None, None, None),
        };
        Self {
            name,
            connector,
            schedules,
            down_since,
            paused_until: until.filter(|until| *until > clock::micros()),
            code,
            used: None,
            allowed: None,
            window_seconds: None,
            wrong: None,
        }
    }
}

async fn page(State(app): State<App>, visitor: Visitor) -> Result<Markup, Fault> {
    let outlets = data(&app).await?;
    let table = outlets.iter().fold(
        Table::new("Other systems")
            .caption_hidden()
            .row_headers()
            .column("Connection")
            .column("State")
            .column("Requests")
            .column("Used by"),
        |table, outlet| table.row(cells(outlet)),
    );
    let body = html! {
        h1 class="govuk-heading-l" { "Outlets" }
        p class="govuk-body" {
            "The other systems that cases come from and that are told of what was decided. When one "
            "does not answer it is left alone for a while; nothing is lost, and what is to be told "
            "waits."
        }
        div id="outlets" data-refresh="5" {
            @if table.is_empty() {
                (parts::empty("No other system is connected", html! {
                    "Connections are set up in connections.toml of the data folder. Until then the "
                    "results workbook is all that comes out."
                }))
            } @else { (table) }
        }
        p class="govuk-body" {
            a class="govuk-link" href="/outlets" { "Refresh" } " or "
            a class="govuk-link" href="/items?state=waiting" { "see the items that wait" } "."
        }
    };
    let page = Page::new("Outlets").section("/outlets").script("refresh.js");
    Ok(layout::page(&app, Some(&visitor), &page, body))
}

fn cells(outlet: &Outlet) -> Vec<Markup> {
    vec![
        html! { (outlet.name) @if !outlet.connector.is_empty() { " (" (outlet.connector) ")" } },
        html! {
            @if let Some(wrong) = &outlet.wrong {
                (parts::tag("Not right", Colour::Red)) div { (wrong) }
            } @else if let Some(since) = outlet.down_since {
                (parts::tag("Down", Colour::Red))
                div { "Since " (parts::moment(since)) }
                @if let Some(until) = outlet.paused_until {
                    div { "Paused until " (parts::time(until)) }
                } @else { div { "Tried again with the next item" } }
                @if let Some(code) = &outlet.code { div { "Last failure: " (code) } }
            } @else { (parts::tag("Up", Colour::Green)) }
        },
        html! {
            @if let (Some(used), Some(allowed), Some(window)) =
                (outlet.used, outlet.allowed, outlet.window_seconds) {
                (parts::progress(used, allowed, &format!(
                    "{} of {} in {window} seconds", parts::number(used), parts::number(allowed)
                )))
            }
        },
        html! {
            @if outlet.schedules.is_empty() { "No schedule" }
            @for name in &outlet.schedules {
                div { a class="govuk-link" href={ "/schedules/" (name) } { (name) } }
            }
        },
    ]
}
