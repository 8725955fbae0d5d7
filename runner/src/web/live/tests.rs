//! What is written is seen by everybody who may see it: all of it, once, in order.

mod filters;
mod resumes;

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::BodyDataStream;
use axum::response::Response;
use futures_util::StreamExt as _;

use crate::job_log::{self, Actor, Entry, Kind};
use crate::people::Role;
use crate::store::Store;
use crate::web::tests::{Browser, Site};

/// Longer than anything here should take.
const PATIENCE: Duration = Duration::from_mins(1);

/// Somebody's stream, read event by event.
struct Viewer {
    body: BodyDataStream,
    text: String,
    /// The index up to which everything was sent.
    last: Option<i64>,
}

/// An event that was sent.
#[derive(Debug, PartialEq, Eq)]
enum Event {
    /// The row of one entry.
    Row(i64, String),
    /// A word on the entries from one to another.
    LeftOut(i64, i64),
    /// A sign of life.
    Beat,
    /// Who watches may not any more.
    Ended,
}

impl Viewer {
    async fn open(browser: &Browser, query: &str, last: Option<i64>) -> Self {
        let last_id = last.map(|last| last.to_string());
        let mut headers = vec![("accept-encoding", "gzip")];
        headers.extend(last_id.iter().map(|id| ("last-event-id", id.as_str())));
        Self::of(browser.watch(&format!("/log/stream{query}"), &headers).await)
    }

    fn of(response: Response) -> Self {
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream; charset=utf-8");
        assert!(!response.headers().contains_key("content-encoding"), "packed, it would wait");
        Self { body: response.into_body().into_data_stream(), text: String::new(), last: None }
    }

    /// The next event, if the stream goes on.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                return Some(self.read(&block));
            }
            let came = tokio::time::timeout(PATIENCE, self.body.next()).await;
            let bytes = came.expect("nothing came").map(Result::unwrap)?;
            self.text.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }

    fn read(&mut self, block: &str) -> Event {
        let lines = block.lines().filter_map(|line| line.split_once(": "));
        let said: BTreeMap<&str, &str> = lines.collect();
        if said.get("event") == Some(&"ended") {
            return Event::Ended;
        }
        let id: i64 = said["id"].parse().unwrap();
        self.last = Some(id);
        let Some(data) = said.get("data") else { return Event::Beat };
        let number = |name: &str| -> Option<i64> {
            let (_, rest) = data.split_once(&format!("{name}=\""))?;
            rest.split('"').next()?.parse().ok()
        };
        if let (Some(first), Some(last)) = (number("data-first"), number("data-last")) {
            assert_eq!(id, last);
            Event::LeftOut(first, last)
        } else {
            assert!(data.contains(&format!("id=\"entry-{id}\"")), "{data}");
            Event::Row(id, (*data).to_owned())
        }
    }

    /// Reads until everything up to this index was sent; each stretch that was covered.
    async fn until(&mut self, index: i64) -> Vec<(i64, i64)> {
        let mut covered = Vec::new();
        while self.last.is_none_or(|last| last < index) {
            match self.next().await.expect("it goes on") {
                Event::Row(index, _) => covered.push((index, index)),
                Event::LeftOut(first, last) => covered.push((first, last)),
                Event::Beat => {}
                Event::Ended => panic!("it ended"),
            }
        }
        covered
    }
}

/// Writes so many entries, each in a transaction of its own.
async fn write(store: &Store, many: usize, apart: Duration) {
    for _ in 0..many {
        append(store, &[entry(Kind::RunnerStarted)]).await;
        tokio::time::sleep(apart).await;
    }
}

async fn append(store: &Store, entries: &[Entry]) {
    let mut tx = store.db.begin().await.unwrap();
    job_log::append(&mut tx, entries).await.unwrap();
    tx.commit().await.unwrap();
}

fn entry(kind: Kind) -> Entry {
    Entry::new(kind, &Actor { id: "os:runner@host".to_owned(), kind: "runner" })
}

async fn size(site: &Site) -> i64 {
    super::reader::size(&site.app.store).await.unwrap()
}

async fn operator(site: &Site) -> Browser {
    site.signed_in("olga.reid", &[Role::Operator]).await
}
