//! Figures for a monitoring system, in Prometheus' text form. Nothing personal: counts alone, by
//! the names of bots, schedules' outlets, states and routes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{MatchedPath, Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::clock;
use crate::error::Result;
use crate::job_log;
use crate::state;
use crate::store::post_backs::outlets_down;
use crate::web::rights::Right;
use crate::web::routes::{Route, get};
use crate::web::{App, Fault};

pub(super) fn routes() -> Vec<Route> {
    vec![get("/metrics", &[Right::SeeHealth], metrics)]
}

/// Requests that were answered, by method, route and status.
#[derive(Clone, Debug, Default)]
pub(super) struct Served(Arc<Mutex<Answers>>);

type Answers = BTreeMap<(String, String, u16), u64>;

impl Served {
    fn one(&self, method: &str, route: &str, status: u16) {
        let mut served = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let n = served.entry((method.to_owned(), route.to_owned(), status)).or_default();
        *n = n.saturating_add(1);
    }

    fn all(&self) -> Answers {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Counts what is answered, by the route's pattern: an address itself could name an item.
pub(in crate::web) async fn count(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Response {
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let method = request.method().clone();
    let response = next.run(request).await;
    let (route, method) = match &route {
        Some(route) => (route.as_str(), method.as_str()),
        // Whoever asks for what is not there can invent names without end.
        None => ("none", "any"),
    };
    app.board.served.one(method, route, response.status().as_u16());
    response
}

async fn metrics(State(app): State<App>) -> Result<Response, Fault> {
    let text = text(&app).await?;
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    Ok((kind, text).into_response())
}

async fn text(app: &App) -> Result<String> {
    let store = &app.store;
    let mut text = Text::default();
    text.head("clerkwork_items", "gauge", "items by bot and state");
    for it in store.items_by_state().await? {
        text.line("clerkwork_items", &[("bot", &it.bot), ("state", it.state.as_str())], it.n);
    }
    text.head("clerkwork_batches", "gauge", "batches by state");
    let batches = store.batches_by_state().await?;
    for state in state::Batch::ALL {
        let n = batches.get(state).copied().unwrap_or(0);
        text.line("clerkwork_batches", &[("state", state.as_str())], n);
    }
    let oldest = store.oldest_waiting().await?;
    let waits = oldest.map_or(0, |(_, since)| (clock::micros() - since).max(0) / 1_000_000);
    text.alone("clerkwork_oldest_waiting_seconds", "how long the oldest item has waited", waits);
    let in_hands = store.in_hands().await?;
    let in_hand = in_hands.iter().map(|it| it.items).sum();
    text.alone("clerkwork_items_in_hand", "items that processes have in hand", in_hand);
    let head = job_log::head(&store.db).await?;
    let size = i64::try_from(head.size).unwrap_or(i64::MAX);
    text.alone("clerkwork_log_entries", "entries in the job log", size);
    text.head("clerkwork_outlet_down", "gauge", "outlets that do not answer");
    for (outlet, ..) in outlets_down(&store.db).await? {
        text.line("clerkwork_outlet_down", &[("outlet", &outlet)], 1);
    }
    let watching = i64::try_from(app.live.watching()).unwrap_or(i64::MAX);
    text.alone("clerkwork_log_viewers", "streams of the log that are open", watching);
    text.head("clerkwork_http_requests_total", "counter", "requests answered");
    for ((method, route, status), n) in app.board.served.all() {
        let status = status.to_string();
        let labels =
            [("method", method.as_str()), ("route", route.as_str()), ("status", status.as_str())];
        text.line("clerkwork_http_requests_total", &labels, n);
    }
    Ok(text.0)
}

#[derive(Default)]
struct Text(String);

impl Text {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        self.push(format_args!("# HELP {name} {help}\n# TYPE {name} {kind}\n"));
    }

    fn line(&mut self, name: &str, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        let labels: Vec<String> =
            labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        self.push(format_args!("{name}{{{}}} {value}\n", labels.join(",")));
    }

    fn alone(&mut self, name: &str, help: &str, value: i64) {
        self.head(name, "gauge", help);
        self.push(format_args!("{name} {value}\n"));
    }

    fn push(&mut self, what: std::fmt::Arguments<'_>) {
        self.0.write_fmt(what).expect("writing to a String cannot fail");
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
