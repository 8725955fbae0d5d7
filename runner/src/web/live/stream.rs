//! One viewer's stream of events. It may be cut at any moment and gone on with from the last index
//! that its viewer has, without a gap and without a repeat.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::places::Place;
use super::reader::{MOST, Stretch, size};
use super::rows::{self, View};
use super::{sieve, stopped};
use crate::accounts::sessions;
use crate::clock;
use crate::error::Result;
use crate::job_log;
use crate::people::Person;
use crate::web::operators::Asked;
use crate::web::rights::{self, Right};
use crate::web::routes::{Route, get};
use crate::web::{App, Fault, Visitor};

/// How often something is sent though nothing has happened, and the session is looked at.
const BEAT: Duration = Duration::from_secs(if cfg!(test) { 1 } else { 15 });
/// Who comes back after more entries than this sees the newest of them, and is told so.
const FAR: i64 = 2000;
/// So many of them.
const NEAR: i64 = 200;
/// How soon a browser comes back after the stream was cut, in milliseconds.
const RETRY: u32 = 3000;

pub(super) fn routes() -> Vec<Route> {
    vec![get("/log/stream", &[Right::SeeLog], open)]
}

async fn open(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    asked: Asked,
) -> Result<Response, Fault> {
    let filter = sieve::read(&asked, &visitor.person).right()?;
    let place = app.live.places.take(&visitor.person.login)?;
    let stretches = app.live.watch(&app.store, app.stop.clone()).await?;
    let size = size(&app.store).await?;
    let after = after(&headers, &asked)?.unwrap_or(size - 1);
    let mut beat = interval_at(Instant::now() + BEAT, BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let watching = Watching {
        view: View::new(filter, visitor.may(Right::SeeCases)),
        stop: app.stop.clone(),
        app,
        stretches,
        next: (after + 1).clamp(0, size),
        upto: size,
        beat,
        greeted: false,
        over: false,
        visitor,
        _place: place,
    };
    let events = stream::unfold(watching, |mut watching| async move {
        let bytes = watching.next().await?;
        Some((Ok::<_, Infallible>(bytes), watching))
    });
    let mut response = Body::from_stream(events).into_response();
    let kind = HeaderValue::from_static("text/event-stream; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    // A proxy that gathers answers would hold up what is live.
    let unbuffered = HeaderName::from_static("x-accel-buffering");
    response.headers_mut().insert(unbuffered, HeaderValue::from_static("no"));
    Ok(response)
}

/// The last index that the viewer has: as a browser says when it comes back, else as the address.
fn after(headers: &HeaderMap, asked: &Asked) -> Result<Option<i64>, Fault> {
    let came_back = headers.get("last-event-id").and_then(|value| value.to_str().ok());
    let text = came_back.unwrap_or(asked.one("after"));
    if text.is_empty() {
        return Ok(None);
    }
    let index = text.parse::<i64>().ok().filter(|index| *index >= -1);
    let wrong = || Fault::bad("after is not an index of the log", "give a whole number");
    index.map(Some).ok_or_else(wrong)
}

struct Watching {
    app: App,
    visitor: Visitor,
    view: View,
    stretches: broadcast::Receiver<Arc<Stretch>>,
    stop: watch::Receiver<bool>,
    /// The index of the first entry that has not been sent.
    next: i64,
    /// Up to which index the store is to be read first.
    upto: i64,
    beat: Interval,
    greeted: bool,
    over: bool,
    _place: Place,
}

impl Watching {
    /// What is sent next; nothing when it is over.
    async fn next(&mut self) -> Option<Bytes> {
        if !self.greeted {
            self.greeted = true;
            return Some(Bytes::from(format!("retry: {RETRY}\nid: {}\n\n", self.next - 1)));
        }
        loop {
            if self.over || *self.stop.borrow() {
                return None;
            }
            if self.next < self.upto {
                match self.catch_up().await {
                    Ok(text) if text.is_empty() => continue,
                    Ok(text) => return Some(text.into()),
                    Err(fault) => {
                        // It is cut; who watches comes back to where they were.
                        tracing::warn!("a stream of the log ended: {fault}");
                        return None;
                    }
                }
            }
            tokio::select! {
                stretch = self.stretches.recv() => match stretch {
                    Ok(stretch) => {
                        let events = self.take(&stretch);
                        if !events.is_empty() {
                            return Some(events);
                        }
                    }
                    Err(RecvError::Lagged(_)) => self.upto = size(&self.app.store).await.ok()?,
                    Err(RecvError::Closed) => return None,
                },
                _ = self.beat.tick() => return self.beat().await,
                () = stopped(&mut self.stop) => return None,
            }
        }
    }

    /// What is new in a stretch: often all of it, rendered already for somebody else.
    fn take(&mut self, stretch: &Stretch) -> Bytes {
        let live = &self.app.live;
        if stretch.to <= self.next {
            return Bytes::new();
        }
        if stretch.from > self.next {
            self.upto = stretch.to;
            return Bytes::new();
        }
        let events = if stretch.from == self.next {
            stretch.events(live, &self.view)
        } else {
            let newer = stretch.seen().iter().filter(|it| it.index >= self.next);
            let shown: Vec<_> = newer.filter(|it| self.view.shows(live, it)).collect();
            rows::events(&self.view, &shown).into()
        };
        self.next = stretch.to;
        events
    }

    /// Reads what is between from the store.
    async fn catch_up(&mut self) -> Result<String> {
        let mut text = String::new();
        if self.upto - self.next > FAR {
            let (first, last) = (self.next, self.upto - NEAR - 1);
            rows::left_out(&mut text, first, last, "what came while nobody watched here");
            self.next = last + 1;
        }
        let limit = (self.upto - self.next).min(MOST);
        let stored = job_log::read(&self.app.store.db, self.next, limit).await?;
        let Some(stretch) = Stretch::of(stored) else {
            self.upto = self.next;
            return Ok(text);
        };
        self.app.live.know_bots(&self.app.store).await?;
        text.push_str(&rows::each(&self.view, &self.app.live, stretch.seen()));
        self.next = stretch.to;
        Ok(text)
    }

    /// A sign of life, with the index up to which all has been sent; and the end, once who watches
    /// may not any more.
    async fn beat(&mut self) -> Option<Bytes> {
        let may = self.still().await.unwrap_or_else(|fault| {
            tracing::warn!("a session could not be looked at: {fault}");
            false
        });
        if may {
            return Some(format!(": still here\nid: {}\n\n", self.next - 1).into());
        }
        self.over = true;
        let mut text = String::new();
        rows::event(&mut text, Some("ended"), None, "signed out");
        Some(text.into())
    }

    /// Whether who watches may still, with the same eyes.
    async fn still(&self) -> Result<bool> {
        let now = clock::now();
        let store = &self.app.store;
        let who: Option<Person> = if let Some(id) = self.visitor.session {
            store
                .session_now(id)
                .await?
                .filter(|signed| sessions::lasts(signed, now))
                .map(|signed| signed.person)
        } else {
            let login = &self.visitor.person.login;
            store.key_now(login.strip_prefix("key:").unwrap_or(login), now).await?
        };
        Ok(who.is_some_and(|who| {
            who.bots == self.visitor.person.bots && rights::may(&who, Right::SeeLog)
        }))
    }
}
