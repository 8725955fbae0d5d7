//! `/keys`: keys by which programs act on the JSON API.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use maud::{Markup, html};
use serde::Serialize;

use super::common::{
    ask_bots, ask_roles, ask_why, bots, done, managing, refused, roles, seen_names, shown_once,
    stored, words,
};
use super::typed::Typed;
use crate::accounts::keys::{self, New};
use crate::clock;
use crate::error::Result;
use crate::shown;
use crate::store::people::keys::Key;
use crate::web::layout::{self, Page};
use crate::web::parts::{self, Colour, Field, Table, Wrong, wrong};
use crate::web::rights::Right;
use crate::web::routes::{Route, get, post};
use crate::web::{App, Fault, Visitor};

pub(super) fn routes() -> Vec<Route> {
    const MANAGES: &[Right] = &[Right::ManagePeople];
    vec![
        get("/keys", MANAGES, page),
        get("/keys/new", MANAGES, new),
        post("/keys/new", MANAGES, make),
        post("/keys/{id}/end", MANAGES, end),
    ]
}

/// A key, without the key itself.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct KeyData {
    /// Its number.
    pub id: i64,
    /// Which program it is for.
    pub name: String,
    /// What it may do.
    pub roles: Vec<&'static str>,
    /// The only bots whose work it sees; absent: all.
    pub bots: Option<Vec<String>>,
    /// Who made it.
    pub made_by: String,
    /// When it was last used.
    #[serde(serialize_with = "shown::maybe_at")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub used_at: Option<i64>,
    /// When it ends.
    #[serde(serialize_with = "shown::at")]
    #[schema(value_type = String, format = DateTime)]
    pub ends_at: i64,
    /// When somebody ended it.
    #[serde(serialize_with = "shown::maybe_at")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<i64>,
    /// It opens something today.
    pub in_force: bool,
}

/// Every key there ever was, the newest first.
pub(crate) async fn data(app: &App) -> Result<Vec<KeyData>> {
    let now = clock::now();
    let key = |key: Key| KeyData {
        in_force: keys::in_force(&key, now),
        id: key.id,
        name: key.name,
        roles: key.roles.0.iter().map(|role| role.as_str()).collect(),
        bots: key.bots.map(|bots| bots.into_iter().collect()),
        made_by: key.made_by,
        used_at: key.used_at.map(jiff::Timestamp::as_microsecond),
        ends_at: key.ends_at.as_microsecond(),
        ended_at: key.ended_at.map(jiff::Timestamp::as_microsecond),
    };
    Ok(app.store.keys().await?.into_iter().map(key).collect())
}

async fn page(State(app): State<App>, visitor: Visitor) -> Result<Markup, Fault> {
    show(&app, &visitor, None).await
}

/// What was refused: of which key, what was typed, and what is wrong.
type Refused<'a> = Option<(i64, &'a Typed, &'a Wrong)>;

async fn show(app: &App, visitor: &Visitor, refused: Refused<'_>) -> Result<Markup, Fault> {
    let all = data(app).await?;
    let table = Table::new("Keys").caption_hidden().row_headers().column("Program");
    let table = table.column("Roles").column("Sees").column("Made by").column("Last used");
    let table = table.column("Ends").column("State").unnamed("End it");
    let table = table.rows(all.iter().map(|key| {
        vec![
            html! { (key.name) },
            html! { (words(&key.roles)) },
            html! { (seen_names(key.bots.as_deref())) },
            html! { (key.made_by) },
            html! { (stored(key.used_at, "Never")) },
            html! { (parts::moment(key.ended_at.unwrap_or(key.ends_at))) },
            state(key),
            html! { @if key.in_force { (end_form(key, refused)) } },
        ]
    }));
    let wrong: Vec<Wrong> = refused.iter().map(|(_, _, wrong)| (*wrong).clone()).collect();
    let body = html! {
        (parts::error_summary(&wrong))
        h1 class="govuk-heading-l" { "Keys" }
        p class="govuk-body" {
            "A program acts on the JSON API by a key, with roles of its own. The log names it by "
            "the key’s name."
        }
        (parts::link_button("Make a key", "/keys/new"))
        @if table.is_empty() {
            (parts::empty("There are no keys.", html! {
                p class="govuk-body" { "Make one for each program that is to use the JSON API." }
            }))
        } @else {
            (table)
        }
    };
    let page = Page::new("Keys").section("/keys").wide().wrong(refused.is_some());
    Ok(layout::page(app, Some(visitor), &page, body))
}

fn state(key: &KeyData) -> Markup {
    match key.ended_at {
        Some(_) => parts::tag("Ended", Colour::Grey),
        None if key.in_force => parts::tag("In force", Colour::Green),
        None => parts::tag("Has run out", Colour::Grey),
    }
}

fn end_form(key: &KeyData, refused: Refused<'_>) -> Markup {
    let id = format!("why-{}", key.id);
    let again = refused.filter(|(id, _, _)| *id == key.id);
    let why = Field::new("why", "Reason").id(&id);
    let why = match again {
        Some((_, typed, wrong)) => why.value(typed.one("why")).error(wrong.text.as_str()),
        None => why,
    };
    html! {
        details class="govuk-details cw-act" open[again.is_some()] {
            summary class="govuk-details__summary" {
                span class="govuk-details__summary-text" { "End " (key.name) }
            }
            form class="govuk-details__text" method="post" action=(format!("/keys/{}/end", key.id))
                novalidate {
                p class="govuk-body" { "Its program can do nothing from then on." }
                (parts::textarea(&why, 2))
                (parts::warning_button("End it"))
            }
        }
    }
}

async fn end(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<i64>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fault> {
    let all = app.store.keys().await?;
    let key = all.iter().find(|key| key.id == id).ok_or_else(Fault::not_found)?;
    let wrong = match typed.why(&format!("why-{id}")) {
        Err(wrong) => wrong,
        Ok(why) => {
            managing(&app, &visitor.actor(), why).end_key(&key.name).await?;
            let says = format!("The key {} opens nothing any more", key.name);
            return done(&app, &visitor, "/keys", &says).await;
        }
    };
    let page = show(&app, &visitor, Some((id, &typed, &wrong))).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn new(State(app): State<App>, visitor: Visitor) -> Markup {
    form(&app, &visitor, &Typed::default(), &[])
}

async fn make(
    State(app): State<App>,
    visitor: Visitor,
    Form(typed): Form<Typed>,
) -> Result<Response, Fault> {
    let new = New {
        name: typed.one("name").to_owned(),
        roles: roles(&typed),
        bots: bots(&typed),
        days: typed.one("days").parse().unwrap_or(0),
    };
    let wrong = match typed.why("why") {
        Err(wrong) => wrong,
        Ok(why) => match managing(&app, &visitor.actor(), why).make_key(&new).await {
            Ok(token) => {
                let title = format!("The key {} is made", new.name);
                let then = html! {
                    p class="govuk-body" {
                        "Put it where the program keeps its secrets. It is sent as "
                        code { "Authorization: Bearer KEY" } "."
                    }
                };
                let page = shown_once(&app, &visitor, "/keys", &title, ("Key", token.text()), then);
                return Ok(page.into_response());
            }
            Err(fault) => refused(fault)?,
        },
    };
    let page = form(&app, &visitor, &typed, &[wrong]);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn form(app: &App, visitor: &Visitor, typed: &Typed, all: &[Wrong]) -> Markup {
    let field =
        |name, label| Field::new(name, label).bold().value(typed.one(name)).error(wrong(all, name));
    let days = if typed.one("days").is_empty() { "90" } else { typed.one("days") };
    let name = "Which program it is for, in small letters, digits and hyphens: intranet-forms.";
    let body = html! {
        (parts::error_summary(all))
        h1 class="govuk-heading-l" { "Make a key" }
        form method="post" action="/keys/new" novalidate {
            (parts::input(&field("name", "Name").hint(name).width(20)))
            (ask_roles("What the program may do", &roles(typed), all))
            (ask_bots(bots(typed).as_ref(), all))
            (parts::input(
                &field("days", "Days that it lasts").value(days).hint("366 at most.").numeric().width(4),
            ))
            (ask_why(typed.one("why"), all))
            (parts::button("Make the key"))
        }
    };
    let page = Page::new("Make a key").section("/keys").back("/keys", "Keys");
    layout::page(app, Some(visitor), &page.wrong(!all.is_empty()), body)
}
