//! Everything that waits for a person, across bots, by the day by which it is to be settled.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use maud::{Markup, html};
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::Answers;
use super::asked::{Asked, STATES, Whose};
use super::colleagues;
use super::days::Days;
use super::find;
use super::item::{carried, whose};
use crate::error::Result;
use crate::people::Person;
use crate::record;
use crate::shown::ItemShown;
use crate::store::lists::{At, ItemRow};
use crate::web::layout::{self, Page, sentence};
use crate::web::operators;
use crate::web::parts::{self, Choice, Field, Table};
use crate::web::{App, Fault, Visitor};

/// Items on a page.
const PAGE: i64 = 50;

/// One page of the list. Nothing in it is personal.
#[derive(Serialize, ToSchema)]
pub struct ToDo {
    /// The items.
    pub items: Vec<ToDoItem>,
    /// How many there are in all.
    pub count: i64,
    /// There are more than that: counting stopped.
    pub more: bool,
    /// Where the next page begins.
    pub next: Option<String>,
    /// Where the page before begins.
    pub previous: Option<String>,
}

/// One item that waits.
#[derive(Serialize, ToSchema)]
pub struct ToDoItem {
    /// The item.
    #[serde(flatten)]
    pub item: ItemShown,
    /// Its bot.
    pub bot: String,
    /// Its schedule.
    pub schedule: String,
    /// Why it waits, in words.
    pub why: String,
    /// By when it is to be settled.
    #[schema(format = Date)]
    pub due: Option<String>,
    /// How long that is, in working days.
    pub left: String,
}

/// What the list shows, and who is in it.
struct Seen {
    asked: Asked,
    list: ToDo,
    days: Days,
    officers: Vec<Person>,
    /// Payments that wait for an officer too.
    payments: i64,
}

/// One page of what waits.
async fn data(
    app: &App,
    person: &Person,
    asked: &Asked,
    at: &At,
    (days, officers): (&Days, &[Person]),
) -> Result<ToDo> {
    let listing = app.store.list_items(&asked.filter(person, officers, days), at).await?;
    Ok(ToDo {
        count: listing.count.n,
        more: listing.count.more,
        next: listing.next,
        previous: listing.previous,
        items: listing.rows.iter().map(|row| item(row, days)).collect(),
    })
}

fn item(row: &ItemRow, days: &Days) -> ToDoItem {
    ToDoItem {
        item: ItemShown::from(&row.item),
        bot: row.bot.clone(),
        schedule: row.schedule.clone(),
        why: record::why(&row.bot, &row.item.reason),
        due: row.due.map(|due| due.to_string()),
        left: row.due.map_or_else(String::new, |due| days.left(&row.schedule, due)),
    }
}

pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    Query(answers): Query<Answers>,
) -> Result<Response, Fault> {
    let asked = Asked::of(&answers).listed();
    let cursor = |name: &str| Some(answers.get(name).to_owned()).filter(|it| !it.is_empty());
    let at = At { after: cursor("after"), before: cursor("before"), limit: PAGE };
    let (days, officers) = (Days::of(&app.folder)?, colleagues::officers(&app.store).await?);
    let list = data(&app, &visitor.person, &asked, &at, (&days, &officers)).await?;
    let payments = operators::payments_to_settle(&app, &visitor.person).await?;
    let seen = Seen { asked, list, days, officers, payments };
    let body = seen.body(&visitor.person);
    let page = Page::new("To do").section("/to-do").wide();
    Ok(layout::page(&app, Some(&visitor), &page, body).into_response())
}

impl Seen {
    fn body(&self, me: &Person) -> Markup {
        let (list, asked) = (&self.list, &self.asked);
        let href = |name: &str, cursor: &Option<String>| {
            cursor.as_deref().map(|cursor| asked.href(&[(name, cursor)]))
        };
        let (previous, next) = (href("before", &list.previous), href("after", &list.next));
        html! {
            h1 class="govuk-heading-l" { "To do" }
            p class="govuk-body" { (parts::count(list.count, list.more, "item", "items")) " "
                @if asked.any() { "of those you asked for" } @else { "that wait for a person" }
            }
            @if self.payments > 0 {
                (parts::inset(html! {
                    p class="govuk-body" {
                        a class="govuk-link" href="/payments/to-settle" {
                            (parts::count(self.payments, false, "payment", "payments")) " to settle"
                        }
                        ": doubted, given back by the bank, or paid too much"
                    }
                }))
            }
            (find::form("", None))
            (self.whose())
            (parts::filters("/to-do", self.filters(me), asked.any()))
            @if list.items.is_empty() {
                (self.nothing())
            } @else {
                form method="post" action="/to-do/assign" novalidate {
                    (carried(asked))
                    (self.table())
                    (self.giving(me))
                }
                (parts::pagination(previous.as_deref(), next.as_deref()))
            }
        }
    }

    /// Views of the list: all, one's own, nobody's.
    fn whose(&self) -> Markup {
        let views = [
            ("Everybody's", None),
            ("Mine", Some(Whose::Mine)),
            ("Nobody's", Some(Whose::Nobodys)),
        ];
        let views = views.map(|(text, whose)| {
            let asked = Asked { whose, ..self.asked.clone() };
            (asked.href(&[]), text, self.asked.whose == whose)
        });
        let tabs: Vec<parts::Tab<'_>> = views
            .iter()
            .map(|(href, text, current)| parts::Tab { href, text, count: None, current: *current })
            .collect();
        parts::tabs("Whose items", &tabs)
    }

    fn nothing(&self) -> Markup {
        if self.asked.any() {
            let body = html! {
                p class="govuk-body" {
                    a class="govuk-link" href="/to-do" { "See everything that waits" }
                }
            };
            return parts::empty("Nothing that you asked for waits for a person.", body);
        }
        let body = html! {
            p class="govuk-body" {
                "What the bots cannot decide comes here by itself. "
                a class="govuk-link" href="/batches" { "See the batches" }
            }
        };
        parts::empty("Nothing waits for a person.", body)
    }

    fn table(&self) -> Markup {
        let table = Table::new("What waits for a person").caption_hidden().small();
        let table = table.unnamed("Choose").column("Item").column("Why it waits").column("Bot");
        let table = table.column("Batch").column("Due").column("Assigned to").column("State");
        table.rows(self.list.items.iter().map(|item| self.row(item))).render()
    }

    fn row(&self, waits: &ToDoItem) -> Vec<Markup> {
        let (item, id) = (&waits.item, waits.item.item.as_str());
        let due = waits.due.as_deref().and_then(|due| due.parse().ok());
        vec![
            parts::checkbox("item", &format!("item-{id}"), id, &format!("Choose item {id}"), false),
            html! {
                a class="govuk-link" href=(self.asked.item_href(id)) data-row {
                    span class="govuk-visually-hidden" { "Item " } (id)
                }
            },
            html! { (waits.why) },
            html! { (title(&waits.bot)) },
            html! { a class="govuk-link" href={ "/batches/" (item.batch) } { (item.batch) } },
            html! {
                @if let Some(due) = due {
                    (parts::date(due)) br; span class="govuk-hint" { (waits.left) }
                } @else { "No day is set" }
            },
            html! { (item.assigned_to.as_deref().unwrap_or("Nobody")) },
            parts::item_tag(item.state),
        ]
    }

    /// Giving what is chosen, or all of it, to somebody.
    fn giving(&self, me: &Person) -> Markup {
        let (n, more) = (self.list.count, self.list.more);
        let all = format!(
            "All {} of this list, also those on other pages",
            parts::count(n, more, "item", "items")
        );
        html! {
            fieldset class="govuk-fieldset" {
                legend class="govuk-fieldset__legend govuk-fieldset__legend--s" {
                    "Give items to somebody"
                }
                (parts::checkboxes(
                    &Field::new("all", "Which items?").hint("Those chosen above, unless you tick this"),
                    &[Choice::new("yes", &all)],
                    &[""; 0],
                ))
                (whose(&self.officers, me, "", None))
                (parts::secondary_button("Go on"))
            }
        }
    }

    fn filters(&self, me: &Person) -> Markup {
        let asked = &self.asked;
        let any = || vec![(String::new(), "Any".to_owned())];
        let seen = |bot: &str| me.sees(bot);
        let (mut bots, mut schedules, mut reasons) = (any(), any(), BTreeMap::new());
        for bot in clerkwork_bots::all().iter().map(clerkwork_bots::kit::Registered::manifest) {
            if seen(bot.name) {
                bots.push((bot.name.to_owned(), bot.title.to_owned()));
                if asked.bot.is_empty() || asked.bot == bot.name {
                    let needs = bot.needs.iter();
                    reasons.extend(
                        needs.map(|it| (it.code.to_owned(), record::why(bot.name, it.code))),
                    );
                }
            }
        }
        for (code, words) in record::OURS {
            reasons.insert((*code).to_owned(), (*words).to_owned());
        }
        let named = |name: &str, title: &str| {
            if title.is_empty() { sentence(name) } else { title.to_owned() }
        };
        let of_bots = self.days.schedules.values().filter(|schedule| seen(&schedule.bot));
        schedules.extend(of_bots.map(|it| (it.name.clone(), named(&it.name, &it.title))));
        let reasons: Vec<(String, String)> = any().into_iter().chain(reasons).collect();
        let mut whose = any();
        whose.extend([
            ("me".to_owned(), "Me".to_owned()),
            ("nobody".to_owned(), "Nobody".to_owned()),
        ]);
        let others = self.officers.iter().filter(|officer| officer.id != me.id);
        whose.extend(others.map(|officer| (officer.id.to_string(), officer.name.clone())));
        let states: Vec<(&str, String)> =
            STATES.iter().map(|state| (state.as_str(), sentence(state.as_str()))).collect();
        let states: Vec<Choice<'_>> =
            states.iter().map(|(value, text)| Choice::new(value, text)).collect();
        let chosen: Vec<&str> = asked.states.iter().map(|state| state.as_str()).collect();
        let batch = asked.batch.map_or_else(String::new, |batch| batch.to_string());
        let due = [
            ("", "Any"),
            ("late", "Late"),
            ("today", "By today"),
            ("week", "Within 5 working days"),
            ("month", "Within 20 working days"),
        ];
        let assigned = asked.whose.map_or_else(String::new, Whose::code);
        html! {
            (parts::select(&Field::new("bot", "Bot").value(&asked.bot), &bots))
            (parts::select(&Field::new("schedule", "Schedule").value(&asked.schedule), &schedules))
            (parts::input(&Field::new("batch", "Batch").value(&batch).numeric().width(5)))
            (parts::select(&Field::new("reason", "Why it waits").value(&asked.why), &reasons))
            (parts::select(&Field::new("assigned", "Assigned to").value(&assigned), &whose))
            (parts::select(&Field::new("due", "Due").value(&asked.due), &due))
            (parts::checkboxes(
                &Field::new("state", "State").hint("Referred and failed, if nothing is ticked"),
                &states,
                &chosen,
            ))
        }
    }
}

/// A bot's title.
fn title(bot: &str) -> String {
    clerkwork_bots::find(bot).map_or_else(|| bot.to_owned(), |bot| bot.manifest().title.to_owned())
}
