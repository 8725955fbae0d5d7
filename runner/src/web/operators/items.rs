//! Every item, by state and filter. No case stands here: what an item is about is for officers.

use axum::extract::State;
use maud::{Markup, html};
use serde::Serialize;
use utoipa::ToSchema;

use super::Asked;
use crate::error::Result;
use crate::people::Person;
use crate::shown::ItemShown;
use crate::state::Item;
use crate::store::Store;
use crate::store::lists::{Assigned, At, ItemFilter, Order};
use crate::web::layout::{self, Page};
use crate::web::parts::{self, Field, Tab, Table, Wrong};
use crate::web::rights::Right;
use crate::web::routes::{Route, get};
use crate::web::{App, Fault, Visitor};

/// Items on a page.
const ROWS: i64 = 50;
/// What may stand in an address besides pages and the state.
pub(super) const NAMES: [&str; 9] =
    ["bot", "schedule", "batch", "reason", "assigned", "due-day", "due-month", "due-year", "order"];

pub(super) fn routes() -> Vec<Route> {
    vec![get("/items", &[Right::SeeBatches], page)]
}

/// One page of items.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemsPage {
    /// The items.
    pub items: Vec<ItemLine>,
    /// The cursor to the next page.
    pub next: Option<String>,
    /// The cursor to the page before.
    pub previous: Option<String>,
    /// How many the filter lets through, counted to 10,000.
    pub count: i64,
    /// There are more.
    pub more: bool,
}

/// An item with its bot, its schedule and the day by which it is to be settled.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemLine {
    /// The item.
    #[serde(flatten)]
    pub item: ItemShown,
    /// Its bot.
    pub bot: String,
    /// Its schedule.
    pub schedule: String,
    /// By when it is to be settled.
    #[schema(format = Date)]
    pub due: Option<String>,
    #[serde(skip)]
    changed_at: i64,
    #[serde(skip)]
    due_day: Option<jiff::civil::Date>,
}

/// One page of items.
pub async fn data(store: &Store, filter: &ItemFilter, at: &At) -> Result<ItemsPage> {
    let listing = store.list_items(filter, at).await?;
    let items = listing.rows.iter().map(|row| ItemLine {
        item: ItemShown::from(&row.item),
        bot: row.bot.clone(),
        schedule: row.schedule.clone(),
        due: row.due.map(|day| day.to_string()),
        changed_at: row.item.changed_at,
        due_day: row.due,
    });
    Ok(ItemsPage {
        items: items.collect(),
        next: listing.next,
        previous: listing.previous,
        count: listing.count.n,
        more: listing.count.more,
    })
}

/// A filter as it was asked for, and what is wrong in it; this person sees no other bots' work.
pub(super) fn read(asked: &Asked, person: &Person) -> (ItemFilter, Vec<Wrong>) {
    let mut wrong = Vec::new();
    let mut states = Vec::new();
    for word in asked.all("state") {
        match Item::parse(word) {
            Some(state) => states.push(state),
            None => wrong.push(Wrong::new("state", "Choose a state from the list")),
        }
    }
    let bots = asked.given("bot").map(|bot| [bot].into());
    let bots = match (&person.bots, bots) {
        (Some(theirs), Some(wanted)) => Some(theirs & &wanted),
        (theirs, wanted) => wanted.or_else(|| theirs.clone()),
    };
    let order = match asked.one("order") {
        "" | "newest" => Order::Newest,
        "due" => Order::Due,
        "row" => Order::Row,
        _ => {
            wrong.push(Wrong::new("order", "Choose an order from the list"));
            Order::Newest
        }
    };
    let filter = ItemFilter {
        bots,
        schedule: asked.given("schedule"),
        batch: asked.parsed("batch", &mut wrong),
        states,
        reason: asked.given("reason"),
        assigned: asked.given("assigned").map(|name| match name.as_str() {
            "nobody" => Assigned::Nobody,
            _ => Assigned::To(name),
        }),
        due_by: asked.day("due", &mut wrong),
        order,
    };
    (filter, wrong)
}

async fn page(State(app): State<App>, visitor: Visitor, asked: Asked) -> Result<Markup, Fault> {
    let (filter, wrong) = read(&asked, &visitor.person);
    let at = At { after: asked.given("after"), before: asked.given("before"), limit: ROWS };
    let data = data(&app.store, &filter, &at).await?;
    let any = NAMES.iter().any(|name| asked.given(name).is_some());
    let body = html! {
        (parts::error_summary(&wrong))
        h1 class="govuk-heading-l" { "Items" }
        (tabs(&app, &visitor, &asked, &filter).await?)
        (filters(&visitor, &asked, &wrong, any))
        (list(&visitor, &asked, &data, any))
    };
    let page = Page::new("Items").section("/items").wide().wrong(!wrong.is_empty());
    Ok(layout::page(&app, Some(&visitor), &page, body))
}

/// A view for each state, with how many items there are of it under the rest of the filter.
async fn tabs(
    app: &App,
    visitor: &Visitor,
    asked: &Asked,
    filter: &ItemFilter,
) -> Result<Markup, Fault> {
    let counts = app.store.item_counts(visitor.person.bots.as_ref()).await?;
    let without = ["state", "after", "before"];
    let mut views = vec![(
        asked.href("/items", &without, &[]),
        "All".to_owned(),
        counts.values().sum::<i64>(),
        filter.states.is_empty(),
    )];
    for state in Item::ALL {
        views.push((
            asked.href("/items", &without, &[("state", state.as_str())]),
            layout::sentence(state.as_str()),
            counts.get(state).copied().unwrap_or(0),
            filter.states.as_slice() == [*state],
        ));
    }
    let numbers: Vec<String> = views.iter().map(|(_, _, n, _)| parts::number(*n)).collect();
    let tabs: Vec<Tab<'_>> = views
        .iter()
        .zip(&numbers)
        .map(|((href, text, _, current), n)| Tab { href, text, count: Some(n), current: *current })
        .collect();
    Ok(parts::tabs("Items by state, of all batches", &tabs))
}

fn filters(visitor: &Visitor, asked: &Asked, wrong: &[Wrong], any: bool) -> Markup {
    let mut bots = vec![(String::new(), "Every bot".to_owned())];
    for bot in clerkwork_bots::all().iter().filter(|bot| visitor.person.sees(bot.manifest().name)) {
        bots.push((bot.manifest().name.to_owned(), bot.manifest().title.to_owned()));
    }
    let orders = [
        ("newest", "Newest first"),
        ("due", "What is due first, first: only what waits"),
        ("row", "Batch by batch, as in the sheets"),
    ];
    let error = |field: &str| parts::wrong(wrong, field);
    let due = asked.day_typed("due");
    let order = Some(asked.one("order")).filter(|order| !order.is_empty()).unwrap_or("newest");
    let fields = html! {
        @for state in asked.all("state") { input type="hidden" name="state" value=(state); }
        (parts::select(&Field::new("bot", "Bot").value(asked.one("bot")), &bots))
        (parts::input(&Field::new("schedule", "Schedule").value(asked.one("schedule"))))
        (parts::input(&Field::new("batch", "Batch").value(asked.one("batch")).width(10)
            .hint("Its number, such as 3").error(error("batch"))))
        (parts::input(&Field::new("reason", "Why it waits").value(asked.one("reason"))
            .hint("A code, as the list shows it")))
        (parts::input(&Field::new("assigned", "Officer").value(asked.one("assigned"))
            .hint("Their name as colleagues know it, or: nobody")))
        (parts::date_input(&Field::new("due", "Due by").value(&due).error(error("due-day"))))
        (parts::select(&Field::new("order", "Order").value(order).error(error("order")), &orders))
    };
    parts::filters("/items", fields, any)
}

fn list(visitor: &Visitor, asked: &Asked, data: &ItemsPage, any: bool) -> Markup {
    let page = |name: &str, cursor: &Option<String>| {
        let cursor = cursor.as_ref()?;
        Some(asked.href("/items", &["after", "before"], &[(name, cursor)]))
    };
    let (previous, next) = (page("before", &data.previous), page("after", &data.next));
    let acts = visitor.may(Right::Operate);
    let mut table = Table::new("Items").caption_hidden().small();
    if acts {
        table = table.unnamed("Choose");
    }
    table = table
        .column("Item")
        .column("State")
        .column("Why it waits")
        .column("Schedule")
        .column("Officer")
        .column("Due")
        .column("Moved");
    let table = data.items.iter().fold(table, |table, it| table.row(cells(visitor, acts, it)));
    let how_many = parts::count(data.count, data.more, "item", "items");
    html! {
        @if table.is_empty() {
            (parts::empty("No item is like that", html! {
                @if any || !asked.one("state").is_empty() {
                    a class="govuk-link" href="/items" { "Show every item" } "."
                } @else {
                    "Items come in with the first batch: see the "
                    a class="govuk-link" href="/schedules" { "schedules" } "."
                }
            }))
        } @else if acts {
            p class="govuk-body" { (how_many) "." }
            form method="get" action="/items/bulk" {
                (kept(asked))
                (table)
                div class="govuk-button-group" {
                    (parts::named_button("which", "chosen", "Do something to those chosen"))
                    (parts::named_button("which", "all", &format!("Do something to all {how_many}")))
                }
            }
        } @else {
            p class="govuk-body" { (how_many) "." }
            (table)
        }
        (parts::pagination(previous.as_deref(), next.as_deref()))
    }
}

/// The filter, as fields that are not shown.
pub(super) fn kept(asked: &Asked) -> Markup {
    html! {
        @for state in asked.all("state") { input type="hidden" name="state" value=(state); }
        @for name in NAMES {
            @if let Some(value) = asked.given(name) {
                input type="hidden" name=(name) value=(value);
            }
        }
    }
}

fn cells(visitor: &Visitor, acts: bool, it: &ItemLine) -> Vec<Markup> {
    let id = &it.item.item;
    let mut cells = Vec::new();
    if acts {
        let label = format!("Choose item {id}");
        cells.push(parts::checkbox("item", &format!("item-{id}"), id, &label, false));
    }
    let batch = it.item.batch;
    cells.extend([
        html! {
            @if visitor.may(Right::SeeCases) {
                a class="govuk-link" href={ "/items/" (id) } { (id) }
            } @else {
                (id) " of " a class="govuk-link" href={ "/batches/" (batch) } { "batch " (batch) }
            }
        },
        parts::item_tag(it.item.state),
        html! { (layout::sentence(&it.item.reason.replace('-', " "))) },
        html! { (it.schedule) },
        html! { @match &it.item.assigned_to { Some(name) => (name), None => "Nobody" } },
        html! { @if let Some(due) = it.due_day { (parts::date(due)) } },
        html! { (parts::moment(it.changed_at)) },
    ]);
    cells
}
