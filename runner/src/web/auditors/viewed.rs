//! `/viewed`: who looked at which case, and how people reviewed what was recommended to them.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use jiff::Timestamp;
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock;
use crate::error::Result;
use crate::figures::{self, Looks, Period};
use crate::ids::ItemId;
use crate::job_log::Kind;
use crate::people::Person;
use crate::record::{self, Line};
use crate::store::lists::{At, LogFilter};
use crate::web::layout::{self, Page, sentence};
use crate::web::parts::{self, Field, Table, Wrong, date_typed, wrong};
use crate::web::{App, Fault, Visitor, encoded};

/// Views on a page.
const PAGE: i64 = 50;

/// What stands in an address.
type Words = BTreeMap<String, String>;

/// One page of views.
#[derive(Serialize, ToSchema)]
pub(super) struct Views {
    /// The views, newest first.
    pub(super) views: Vec<View>,
    /// How many there are in all.
    pub(super) count: i64,
    /// There are more than that: counting stopped.
    pub(super) more: bool,
    /// Where the next page begins.
    pub(super) next: Option<String>,
    /// Where the page before begins.
    pub(super) previous: Option<String>,
    /// What people looked at and settled in these days, or in the last four weeks.
    pub(super) people: Vec<Looks>,
    /// Those days in words.
    pub(super) days: String,
}

/// One view of a case.
#[derive(Serialize, ToSchema)]
pub(super) struct View {
    /// The log's entry.
    pub(super) index: i64,
    /// When, in microseconds since 1970.
    pub(super) at: Option<i64>,
    /// Who.
    pub(super) who: String,
    /// Whose case.
    pub(super) item: String,
    /// What was done with it.
    pub(super) what: String,
    /// The ruling that they saw.
    pub(super) ruling: Option<i64>,
}

/// What is asked for.
struct Asked {
    who: String,
    item: String,
    days: [String; 2],
    filter: LogFilter,
    period: Period,
    wrong: Vec<Wrong>,
}

pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    Query(words): Query<Words>,
) -> Result<Markup, Fault> {
    let asked = Asked::of(&words, &visitor.person);
    let cursor = |name: &str| words.get(name).filter(|it| !it.is_empty()).cloned();
    let at = At { after: cursor("after"), before: cursor("before"), limit: PAGE };
    let views = data(&app, &visitor.person, &asked, &at).await?;
    let page = Page::new("Who looked at cases").section("/viewed").wide();
    let page = page.wrong(!asked.wrong.is_empty());
    Ok(layout::page(&app, Some(&visitor), &page, asked.body(&views)))
}

async fn data(app: &App, person: &Person, asked: &Asked, at: &At) -> Result<Views> {
    let listing = app.store.list_log(&asked.filter, at).await?;
    let people = figures::looks(&app.store, asked.period, person.bots.as_ref()).await?;
    let views = listing.rows.iter().map(|stored| {
        let line = Line::of(stored);
        let entry: serde_json::Value = serde_json::from_slice(&stored.bytes).unwrap_or_default();
        View {
            index: line.index,
            at: line.at.map(Timestamp::as_microsecond),
            item: entry["item"].as_str().unwrap_or_default().to_owned(),
            what: sentence(record::kind(&line.kind)),
            who: line.who,
            ruling: line.ruling,
        }
    });
    Ok(Views {
        views: views.collect(),
        count: listing.count.n,
        more: listing.count.more,
        next: listing.next,
        previous: listing.previous,
        people,
        days: asked.period.title(),
    })
}

impl Asked {
    fn of(words: &Words, person: &Person) -> Self {
        let word = |name: &str| words.get(name).map_or("", |text| text.trim());
        let mut wrong = Vec::new();
        let mut day = |name: &str| {
            if let Ok(day) = word(name).parse::<Date>() {
                return (Some(day), day.to_string());
            }
            let part = |part: &str| words.get(&format!("{name}-{part}")).map_or("", |it| it.trim());
            let (day, month, year) = (part("day"), part("month"), part("year"));
            match date_typed(day, month, year) {
                Ok(None) => (None, String::new()),
                Ok(Some(day)) => (Some(day), day.to_string()),
                Err(text) => {
                    wrong.push(Wrong::new(format!("{name}-day"), text));
                    (None, format!("{day}/{month}/{year}"))
                }
            }
        };
        let ((from, from_typed), (to, to_typed)) = (day("from"), day("to"));
        let item = match word("item") {
            "" => None,
            text => text
                .parse::<ItemId>()
                .map_err(|fault| wrong.push(Wrong::new("item", sentence(&fault))))
                .ok(),
        };
        let today = clock::today();
        let last = to.unwrap_or(today);
        let first = from.unwrap_or_else(|| last.saturating_sub(jiff::Span::new().days(27)));
        let period = Period::days(first, last).unwrap_or_else(|_| {
            wrong.push(Wrong::new("to-day", "The last day must not be before the first"));
            Period::week(today)
        });
        let kinds = [Kind::ItemViewed, Kind::RecordExported, Kind::NoticeMade];
        let who = word("who").to_owned();
        Self {
            filter: LogFilter {
                bots: person.bots.clone(),
                kinds: kinds.map(|kind| kind.as_str().to_owned()).to_vec(),
                actor: Some(actor(&who)).filter(|who| !who.is_empty()),
                batch: None,
                item,
                from: from.and_then(begins),
                to: to
                    .and_then(|day| begins(day.tomorrow().ok()?))
                    .and_then(|at| at.checked_sub(jiff::Span::new().microseconds(1)).ok()),
            },
            who,
            item: word("item").to_owned(),
            days: [from_typed, to_typed],
            period,
            wrong,
        }
    }

    fn body(&self, views: &Views) -> Markup {
        html! {
            (parts::error_summary(&self.wrong))
            h1 class="govuk-heading-l" { "Who looked at cases" }
            (parts::filters("/viewed", self.fields(), self.any()))
            (people(views))
            h2 class="govuk-heading-m" { "Views" }
            @if views.views.is_empty() {
                (parts::empty("Nobody has looked at a case like that", html! {
                    p class="govuk-body" { "Ask for another person, item or day, or clear the filters." }
                }))
            } @else {
                p class="govuk-body" { (parts::count(views.count, views.more, "view", "views")) }
                (self.table(views))
                (parts::pagination(
                    views.previous.as_deref().map(|it| self.href("before", it)).as_deref(),
                    views.next.as_deref().map(|it| self.href("after", it)).as_deref(),
                ))
            }
        }
    }

    fn any(&self) -> bool {
        let set = |text: &String| !text.is_empty();
        set(&self.who) || set(&self.item) || self.days.iter().any(set)
    }

    fn fields(&self) -> Markup {
        let who = Field::new("who", "Person")
            .hint("As the log names them, such as ann.bell or os:ann@host.")
            .value(&self.who);
        let item = Field::new("item", "Item")
            .hint("Such as 3-231.")
            .value(&self.item)
            .error(wrong(&self.wrong, "item"));
        let day = |name, label, value| {
            let error = wrong(&self.wrong, &format!("{name}-day"));
            parts::date_input(&Field::new(name, label).value(value).error(error))
        };
        html! {
            (parts::input(&who))
            (parts::input(&item))
            (day("from", "First day", &self.days[0]))
            (day("to", "Last day", &self.days[1]))
        }
    }

    fn table(&self, views: &Views) -> Markup {
        let table = Table::new("Views")
            .caption_hidden()
            .column("When")
            .column("Who")
            .column("Item")
            .column("What")
            .column("Ruling that was seen")
            .numeric("Entry");
        let rows = views.views.iter().map(|view| {
            vec![
                html! { @if let Some(at) = view.at { (parts::moment(at)) } },
                html! { a class="govuk-link" href=(self.of_person(&view.who)) { (view.who) } },
                html! {
                    a class="govuk-link" href={ "/items/" (view.item) "/record" } { (view.item) }
                },
                html! { (view.what) },
                html! { @match view.ruling { Some(0) | None => "none", Some(n) => (n) } },
                html! { (view.index) },
            ]
        });
        table.rows(rows).render()
    }

    /// The same list of one person alone.
    fn of_person(&self, who: &str) -> String {
        format!("/viewed?who={}", encoded(who))
    }

    /// The same list from another place on.
    fn href(&self, name: &str, cursor: &str) -> String {
        let words = [
            ("who", &*self.who),
            ("item", &*self.item),
            ("from", &*self.days[0]),
            ("to", &*self.days[1]),
            (name, cursor),
        ];
        let set = words.iter().filter(|(_, value)| !value.is_empty());
        let pairs: Vec<String> =
            set.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        format!("/viewed?{}", pairs.join("&"))
    }
}

/// Somebody's name in the log, where only their login was typed.
fn actor(who: &str) -> String {
    if who.is_empty() || who.contains(':') { who.to_owned() } else { format!("user:{who}") }
}

/// When a day begins in the United Kingdom.
fn begins(day: Date) -> Option<Timestamp> {
    day.at(0, 0, 0, 0).to_zoned(clock::zone()).ok().map(|it| it.timestamp())
}

fn people(views: &Views) -> Markup {
    let seconds = |n: Option<i64>| match n {
        Some(n) => parts::count(n, false, "second", "seconds"),
        None => "not known".to_owned(),
    };
    let table = Table::new(format!("People, {}", views.days))
        .row_headers()
        .column("Who")
        .numeric("Views")
        .numeric("Confirmed")
        .numeric("Changed")
        .numeric("Changed, of all")
        .numeric("Half were settled within")
        .numeric("One in ten within");
    let rows = views.people.iter().map(|it| {
        let share = it.overridden.percent.as_ref();
        vec![
            html! { (it.who) },
            html! { (parts::number(it.viewed)) },
            html! { (parts::number(it.confirmed)) },
            html! { (parts::number(it.changed)) },
            html! { @match share { Some(percent) => { (percent) "%" }, None => "none" } },
            html! { (seconds(it.median_seconds)) },
            html! { (seconds(it.tenth_seconds)) },
        ]
    });
    let table = table.rows(rows);
    html! {
        @if !table.is_empty() {
            (table.render())
            (parts::details("What these numbers say", html! {
                p class="govuk-body" {
                    "Times run from when a person opened a case to when they settled it, as the log has \
                     them. A person who settles what is recommended within seconds, or never decides \
                     otherwise, may not have taken a meaningful part; the numbers alone do not show it."
                }
            }))
        }
    }
}
