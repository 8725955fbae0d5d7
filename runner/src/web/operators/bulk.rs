//! One act on many items: which ones, a reason and a confirmation; then how far it has come.

use std::collections::BTreeMap;

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Asked, done, items, why};
use crate::acts;
use crate::clock;
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::state::Item;
use crate::store::bulk::{Became, Bulk, BulkId, What};
use crate::web::layout::{self, Page};
use crate::web::parts::{self, Choice, Field, Tab, Table, Wrong};
use crate::web::rights::Right;
use crate::web::routes::{Route, get, post};
use crate::web::{App, Fault, Visitor};

/// Items of one act.
const MOST: i64 = 100_000;
/// Items that are listed at a time.
const ROWS: i64 = 100;

pub(super) fn routes() -> Vec<Route> {
    let operate = &[Right::Operate];
    vec![
        get("/items/bulk", operate, choose),
        post("/items/bulk", operate, ask),
        get("/items/bulk/{id}", operate, progress),
        post("/items/bulk/{id}/stop", operate, stop),
    ]
}

/// An act on many items, and how far it has come.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkShown {
    /// Its number.
    pub id: i64,
    /// What is done: `retry`, `cancel`, `assign` or `postpone`.
    pub act: String,
    /// Who asked for it.
    pub by: String,
    /// When, in microseconds since 1970.
    pub asked_at: i64,
    /// When its last item was done, refused or left.
    pub ended_at: Option<i64>,
    /// A person stopped it on the way.
    pub stopped: bool,
    /// How many items.
    pub items: i64,
    /// How many became what: `to do`, `done`, `refused`, `left`.
    pub counts: BTreeMap<String, i64>,
}

impl From<&Bulk> for BulkShown {
    fn from(bulk: &Bulk) -> Self {
        let counts = bulk.counts.iter().map(|(became, n)| (became.as_str().to_owned(), *n));
        Self {
            id: bulk.id.0,
            act: bulk.what.as_str().to_owned(),
            by: bulk.by.clone(),
            asked_at: bulk.asked_at,
            ended_at: bulk.ended_at,
            stopped: bulk.stopped,
            items: bulk.items(),
            counts: counts.collect(),
        }
    }
}

/// Which items are meant: those chosen, or all that a filter lets through.
struct Meant {
    count: i64,
    states: BTreeMap<Item, i64>,
    chosen: Vec<ItemId>,
}

impl Meant {
    async fn of(app: &App, visitor: &Visitor, asked: &Asked) -> Result<Self, Fault> {
        let store = &app.store;
        if asked.one("which") == "all" {
            let (filter, wrong) = items::read(asked, &visitor.person);
            if !wrong.is_empty() {
                let advice = "go back to the list of items and set it there";
                return Err(Fault::bad("the filter is not right", advice));
            }
            let mut states = BTreeMap::new();
            for state in Item::ALL {
                if filter.states.is_empty() || filter.states.contains(state) {
                    let mut of = filter.clone();
                    of.states = vec![*state];
                    states.insert(*state, store.count_items(&of).await?);
                }
            }
            states.retain(|_, n| *n > 0);
            return Ok(Self { count: states.values().sum(), states, chosen: Vec::new() });
        }
        let mut states = BTreeMap::new();
        let mut chosen = Vec::new();
        for word in asked.all("item") {
            let item: ItemId = word.parse().map_err(|_| Fault::not_found())?;
            if chosen.contains(&item) {
                continue;
            }
            visitor.must_see(&store.batch(item.batch()).await?.bot)?;
            *states.entry(store.item(item).await?.state).or_insert(0) += 1;
            chosen.push(item);
        }
        let count = i64::try_from(chosen.len()).unwrap_or(i64::MAX);
        Ok(Self { count, states, chosen })
    }

    /// The items themselves.
    async fn items(self, app: &App, visitor: &Visitor, asked: &Asked) -> Result<Vec<ItemId>> {
        if asked.one("which") != "all" {
            return Ok(self.chosen);
        }
        let (filter, _) = items::read(asked, &visitor.person);
        app.store.item_ids(&filter, None, MOST).await
    }
}

async fn choose(State(app): State<App>, visitor: Visitor, asked: Asked) -> Result<Markup, Fault> {
    let meant = Meant::of(&app, &visitor, &asked).await?;
    Ok(form(&app, &visitor, &asked, &meant, &[]))
}

async fn ask(
    State(app): State<App>,
    visitor: Visitor,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, Fault> {
    let sent = Asked(sent);
    let meant = Meant::of(&app, &visitor, &sent).await?;
    let mut wrong = Vec::new();
    let what = what(&sent, &mut wrong);
    let why = why(&sent).map_err(|fault| wrong.push(Wrong::new("why", fault)));
    if meant.count == 0 {
        wrong.push(Wrong::new("", "No item is chosen: go back to the list and choose some"));
    } else if meant.count > MOST {
        let most = parts::number(MOST);
        wrong.push(Wrong::new("", format!("Choose {most} items at most: narrow the filter")));
    } else if sent.one("count") != meant.count.to_string() {
        let now = parts::count(meant.count, false, "item", "items");
        let text =
            format!("The list has changed meanwhile: it is {now} now. Look again, and confirm");
        wrong.push(Wrong::new("sure", text));
    } else if sent.one("sure") != "yes" {
        wrong.push(Wrong::new("sure", "Confirm that it is to be done to all of them"));
    }
    let (Some(what), Ok(why), true) = (what, why, wrong.is_empty()) else {
        let page = form(&app, &visitor, &sent, &meant, &wrong);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    let items = meant.items(&app, &visitor, &sent).await?;
    let id = app.store.ask_bulk(&what, &items, &why, &visitor.actor()).await?;
    app.board.asked.notify_one();
    Ok(Redirect::to(&format!("/items/bulk/{id}")).into_response())
}

/// What is to be done, or what is wrong with it.
fn what(sent: &Asked, wrong: &mut Vec<Wrong>) -> Option<What> {
    match sent.one("act") {
        "retry" => Some(What::Retry),
        "cancel" => Some(What::Cancel),
        "assign" => {
            if let Ok(name) = acts::officer(sent.one("officer")) {
                Some(What::Assign(name))
            } else {
                wrong.push(Wrong::new(
                    "officer",
                    "Enter the name of the officer who is to have them",
                ));
                None
            }
        }
        "postpone" => {
            let before = wrong.len();
            let day = sent.day("until", wrong);
            let later = day.filter(|day| *day > clock::today());
            if later.is_none() && wrong.len() == before {
                wrong.push(Wrong::new("until-day", "Enter a day that is later than today"));
            }
            later.map(What::Postpone)
        }
        _ => {
            wrong.push(Wrong::new("act", "Choose what is to be done"));
            None
        }
    }
}

fn form(app: &App, visitor: &Visitor, asked: &Asked, meant: &Meant, wrong: &[Wrong]) -> Markup {
    let error = |field: &str| parts::wrong(wrong, field);
    let count = parts::count(meant.count, false, "item", "items");
    let hint = |states: &[Item]| {
        let words: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
        format!("For items that are {}; others are refused", words.join(", "))
    };
    let hints = [acts::What::Retry, acts::What::Cancel, acts::What::Assign, acts::What::Postpone]
        .map(|what| hint(what.from()));
    let [retry, cancel, assign, postpone] = &hints;
    let choices = [
        Choice::new("retry", "Try again").hint(retry),
        Choice::new("cancel", "Cancel: they will not be decided").hint(cancel),
        Choice::new("assign", "Give to an officer").hint(assign),
        Choice::new("postpone", "Put off to a later day").hint(postpone),
    ];
    let (act, officer, until) = (asked.one("act"), asked.one("officer"), asked.day_typed("until"));
    let title = format!("Do something to {count}");
    let body = html! {
        (parts::error_summary(wrong))
        h1 class="govuk-heading-l" { (title) }
        @if meant.count == 0 {
            (parts::empty("No item is chosen", html! {
                a class="govuk-link" href="/items" { "Go back to the list" } " and choose some."
            }))
        } @else {
            (states(meant))
            form method="post" action="/items/bulk" novalidate {
                input type="hidden" name="which" value=(asked.one("which"));
                input type="hidden" name="count" value=(meant.count);
                (items::kept(asked))
                @for item in &meant.chosen { input type="hidden" name="item" value=(item); }
                (parts::radios(&Field::new("act", "What is to be done to each?").value(act)
                    .error(error("act")), &choices))
                (parts::input(&Field::new("officer", "Officer").value(officer)
                    .hint("Only to give them to somebody: the name as colleagues know it")
                    .error(error("officer"))))
                (parts::date_input(&Field::new("until", "Put off until").value(&until)
                    .hint("Only to put them off").error(error("until-day"))))
                (parts::textarea(&Field::new("why", "Reason").value(asked.one("why"))
                    .hint("It is kept with each item. Do not name the people the cases are about.")
                    .error(error("why")), 3))
                (parts::checkboxes(&Field::new("sure", "Are you sure?").error(error("sure")),
                    &[Choice::new("yes", &format!("Yes, to all of the {count}"))], NONE))
                (parts::button("Do it"))
            }
        }
    };
    let page = Page::new(&title).section("/items").back("/items", "Items").wrong(!wrong.is_empty());
    layout::page(app, Some(visitor), &page, body)
}

/// No box is ticked before a person ticks it.
const NONE: &[&str] = &[];

fn states(meant: &Meant) -> Markup {
    let table = meant.states.iter().fold(
        Table::new("How they stand").column("State").numeric("Items"),
        |table, (state, n)| table.row(vec![parts::item_tag(*state), html! { (parts::number(*n)) }]),
    );
    table.render()
}

async fn found(app: &App, visitor: &Visitor, id: &str) -> Result<Bulk, Fault> {
    let id: BulkId = id.parse().map_err(|_| Fault::not_found())?;
    let bulk = app.store.bulk(id).await?;
    // It may hold items of bots that others do not see.
    if bulk.by != visitor.actor().id && visitor.person.bots.is_some() {
        return Err(Fault::not_found());
    }
    Ok(bulk)
}

async fn stop(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let bulk = found(&app, &visitor, &id).await?;
    if bulk.ended_at.is_some() {
        let what = "it has ended, and there is nothing to stop";
        return Err(Error::usage(what, "see on its page what became of each item").into());
    }
    app.store.stop_bulk(bulk.id).await?;
    app.board.asked.notify_one();
    done(&app, &visitor, &format!("/items/bulk/{id}"), "Stopped. The rest is left as it was.").await
}

async fn progress(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Markup, Fault> {
    let bulk = found(&app, &visitor, &id).await?;
    let all = Became::ALL.into_iter();
    let shown = all.clone().find(|became| became.as_str() == asked.one("which"));
    let first = if bulk.count(Became::Refused) > 0 { Became::Refused } else { Became::Done };
    let shown = shown.unwrap_or(first);
    let after = asked.given("after").and_then(|item| item.parse::<ItemId>().ok());
    let items = app.store.bulk_items(bulk.id, shown, after, ROWS + 1).await?;
    let (settled, of) = (bulk.items() - bulk.count(Became::ToDo), bulk.items());
    let text =
        format!("{} of {}", parts::number(settled), parts::count(of, false, "item", "items"));
    let title = layout::sentence(&said(&bulk.what));
    let ended = bulk.ended_at.is_some();
    let body = html! {
        h1 class="govuk-heading-l" { (title) }
        div id="bulk" data-refresh=[(!ended).then_some("2")] {
            (parts::progress(settled, of, &text))
            p class="govuk-body" {
                "Asked for by " (bulk.by) ", " (parts::moment(bulk.asked_at)) ". "
                @if let Some(at) = bulk.ended_at { "Ended " (parts::moment(at)) "." }
                @else if bulk.stopped { "It is being stopped." }
                @else { "It goes on in the background: you can leave this page." }
            }
            (outcomes(&bulk, shown, items))
        }
        @if !ended && !bulk.stopped {
            form method="post" action={ "/items/bulk/" (bulk.id) "/stop" } {
                (parts::warning_button("Stop, and leave the rest as it is"))
            }
        }
        p class="govuk-body" {
            a class="govuk-link" href={ "/items/bulk/" (bulk.id) } { "Refresh" } " or go to the "
            a class="govuk-link" href="/items" { "list of items" } "."
        }
    };
    let page = Page::new(&title).section("/items").back("/items", "Items").script("refresh.js");
    Ok(layout::page(&app, Some(&visitor), &page, body))
}

fn said(what: &What) -> String {
    match what {
        What::Retry => "items are tried again".to_owned(),
        What::Cancel => "items are cancelled".to_owned(),
        What::Assign(officer) => format!("items are given to {officer}"),
        What::Postpone(day) => format!("items are put off until {}", parts::date(*day)),
    }
}

fn outcomes(bulk: &Bulk, shown: Became, mut items: Vec<(ItemId, String)>) -> Markup {
    let href = |became: Became| {
        format!("/items/bulk/{}?which={}", bulk.id, became.as_str().replace(' ', "%20"))
    };
    let hrefs = Became::ALL.map(href);
    let words = Became::ALL.map(|became| layout::sentence(became.as_str()));
    let numbers = Became::ALL.map(|became| parts::number(bulk.count(became)));
    let tabs: Vec<Tab<'_>> = (0..Became::ALL.len())
        .filter_map(|at| {
            let became = *Became::ALL.get(at)?;
            Some(Tab {
                href: hrefs.get(at)?,
                text: words.get(at)?,
                count: Some(numbers.get(at)?),
                current: became == shown,
            })
        })
        .collect();
    let rows = usize::try_from(ROWS).unwrap_or(usize::MAX);
    let more = items.len() > rows;
    items.truncate(rows);
    let next =
        items.last().filter(|_| more).map(|(last, _)| format!("{}&after={last}", href(shown)));
    let table = items.iter().fold(
        Table::new(layout::sentence(shown.as_str())).caption_hidden().column("Item").column("Why"),
        |table, (item, says)| table.row(vec![html! { (item) }, html! { (layout::sentence(says)) }]),
    );
    html! {
        (parts::tabs("Items by what became of them", &tabs))
        @if table.is_empty() {
            (parts::empty("There is none", html! { "See the other views." }))
        } @else { (table) }
        (parts::pagination(None, next.as_deref()))
    }
}
