//! The page of the log: its newest entries; with JavaScript, those that come while it is looked at.

use axum::extract::State;
use maud::{Markup, html};
use serde::Serialize;
use utoipa::ToSchema;

use super::rows::{self, View};
use super::seen::{Seen, in_words};
use super::sieve::{self, Read};
use crate::error::Result;
use crate::job_log::{self, Kind};
use crate::store::Store;
use crate::store::lists::{At, LogFilter};
use crate::web::layout::{self, Page};
use crate::web::operators::Asked;
use crate::web::parts::{self, Field};
use crate::web::rights::Right;
use crate::web::routes::{Route, get};
use crate::web::{App, Fault, Visitor};

/// Entries on a page.
const ROWS: i64 = 50;

pub(super) fn routes() -> Vec<Route> {
    vec![get("/log", &[Right::SeeLog], page)]
}

/// One page of the log, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct LogPage {
    /// The entries.
    pub entries: Vec<Seen>,
    /// The cursor to what is older.
    pub older: Option<String>,
    /// The cursor to what is newer.
    pub newer: Option<String>,
    /// How many entries the filter lets through, counted to 10,000.
    pub count: i64,
    /// There are more.
    pub more: bool,
    /// How many entries the log has.
    pub size: i64,
    /// The root over them, in base64: with the size it is what is kept outside.
    pub root: String,
}

/// One page of the log.
pub async fn data(store: &Store, filter: &LogFilter, at: &At) -> Result<LogPage> {
    let head = job_log::head(&store.db).await?;
    let listing = store.list_log(filter, at).await?;
    Ok(LogPage {
        entries: listing.rows.iter().map(Seen::of).collect(),
        older: listing.next,
        newer: listing.previous,
        count: listing.count.n,
        more: listing.count.more,
        size: i64::try_from(head.size).unwrap_or(i64::MAX),
        root: head.root_text(),
    })
}

async fn page(State(app): State<App>, visitor: Visitor, asked: Asked) -> Result<Markup, Fault> {
    let read = sieve::read(&asked, &visitor.person);
    let at = At { after: asked.given("older"), before: asked.given("newer"), limit: ROWS };
    let data = data(&app.store, &read.filter, &at).await?;
    let newest = at.after.is_none() && at.before.is_none();
    let view = View::new(read.filter.clone(), visitor.may(Right::SeeCases));
    let mut page = Page::new("Job log").section("/log").wide().wrong(!read.wrong.is_empty());
    let newest = newest && read.wrong.is_empty();
    if newest {
        page = page.script("live.js");
    }
    let body = html! {
        (parts::error_summary(&read.wrong))
        h1 class="govuk-heading-l" { "Job log" }
        p class="govuk-body" {
            "Everything that was done, by whom and when: " (parts::number(data.size))
            " entries. Nothing in it is personal."
        }
        (filters(&visitor, &asked, &read))
        (controls(&asked, &data, newest))
        (list(&asked, &view, &data, read.any))
    };
    Ok(layout::page(&app, Some(&visitor), &page, body))
}

fn list(asked: &Asked, view: &View, data: &LogPage, any: bool) -> Markup {
    let page = |name: &str, cursor: &Option<String>| {
        let cursor = cursor.as_ref()?;
        Some(asked.href("/log", &["older", "newer"], &[(name, cursor)]))
    };
    let (newer, older) = (page("newer", &data.newer), page("older", &data.older));
    let table = data.entries.iter().fold(rows::table(), |table, seen| {
        table.row_as(format!("entry-{}", seen.index), rows::cells(view, seen))
    });
    html! {
        @if table.is_empty() {
            (parts::empty(
                if any { "No entry is like that" } else { "The log is empty" },
                html! {
                    @if any {
                        a class="govuk-link" href="/log" { "Clear the filters" }
                        " to see every entry."
                    } @else { "Its first entry comes with the first thing that is done." }
                },
            ))
        } @else {
            p class="govuk-body" { (parts::count(data.count, data.more, "entry", "entries")) "." }
        }
        // The live page adds to it, also where it has nothing yet.
        div id="log-rows" class="cw-log" hidden[table.is_empty()] { (table) }
        (parts::pagination(newer.as_deref(), older.as_deref()))
    }
}

/// What the script makes live; without it, the link does.
fn controls(asked: &Asked, data: &LogPage, newest: bool) -> Markup {
    let refresh = asked.href("/log", &["older", "newer"], &[]);
    let last = (data.size - 1).to_string();
    let stream = asked.href("/log/stream", &["older", "newer", "after"], &[("after", &last)]);
    html! {
        @if newest {
            div class="cw-live" id="live" data-stream=(stream) hidden {
                p class="govuk-body cw-live__state" id="live-state" {}
                button type="button" class="govuk-button govuk-button--secondary" id="live-pause" {
                    "Pause"
                }
                button type="button" class="govuk-button" id="live-show" hidden {}
            }
        }
        p class="govuk-body" { a class="govuk-link" href=(refresh) { "Refresh" } }
    }
}

fn filters(visitor: &Visitor, asked: &Asked, read: &Read) -> Markup {
    let mut kinds = vec![(String::new(), "Everything".to_owned())];
    let mut group = "";
    for kind in Kind::ALL.iter().map(|kind| kind.as_str()) {
        let of = kind.split('.').next().unwrap_or(kind);
        let others = Kind::ALL.iter().filter(|it| it.as_str().starts_with(&format!("{of}.")));
        if of != group && others.count() > 1 {
            kinds.push((of.to_owned(), format!("{}: all", in_words(of))));
        }
        group = of;
        kinds.push((kind.to_owned(), in_words(kind)));
    }
    let mut bots = vec![(String::new(), "Every bot".to_owned())];
    for bot in clerkwork_bots::all().iter().filter(|bot| visitor.person.sees(bot.manifest().name)) {
        bots.push((bot.manifest().name.to_owned(), bot.manifest().title.to_owned()));
    }
    let wrong = |field: &str| parts::wrong(&read.wrong, field);
    let (from, to) = (asked.day_typed("from"), asked.day_typed("to"));
    let fields = html! {
        (parts::select(&Field::new("kind", "What happened").value(asked.one("kind"))
            .error(wrong("kind")), &kinds))
        (parts::input(&Field::new("who", "Who did it").value(asked.one("who")).error(wrong("who"))
            .hint("Their sign-in name, such as ann.bell, or as the log names them")))
        (parts::select(&Field::new("bot", "Bot").value(asked.one("bot"))
            .hint("What is of no bot's work is shown too"), &bots))
        (parts::input(&Field::new("batch", "Batch").value(asked.one("batch")).width(10)
            .hint("Its number, such as 3").error(wrong("batch"))))
        (parts::input(&Field::new("item", "Item").value(asked.one("item")).width(10)
            .hint("Such as 3-231").error(wrong("item"))))
        (parts::date_input(&Field::new("from", "First day").value(&from).error(wrong("from-day"))))
        (parts::date_input(&Field::new("to", "Last day").value(&to).error(wrong("to-day"))))
    };
    parts::filters("/log", fields, read.any)
}
