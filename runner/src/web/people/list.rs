//! `/people`: everybody who may sign in, and `/people/new`.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use maud::{Markup, html};
use serde::{Deserialize, Serialize};

use super::common::{
    ask_bots, ask_roles, ask_why, bots, managing, refused, roles, seen_names, shown_once,
    state_tag, stored, words,
};
use super::typed::Typed;
use crate::accounts::manage::{New, Secret};
use crate::accounts::password;
use crate::error::Result;
use crate::people::Role;
use crate::shown;
use crate::store::people::Account;
use crate::web::layout::{self, Page};
use crate::web::parts::{self, Field, Table, Wrong, wrong};
use crate::web::rights::Right;
use crate::web::routes::{Route, get, post};
use crate::web::{App, Fault, Visitor};

pub(super) fn routes() -> Vec<Route> {
    const MANAGES: &[Right] = &[Right::ManagePeople];
    vec![
        get("/people", MANAGES, page),
        get("/people/new", MANAGES, new),
        post("/people/new", MANAGES, add),
    ]
}

/// A person, for administrators.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, as it is answered")]
pub(crate) struct PersonData {
    /// Their number.
    pub id: i64,
    /// By which they sign in and the log names them.
    pub login: String,
    /// How colleagues know them.
    pub name: String,
    /// Their roles.
    pub roles: Vec<&'static str>,
    /// The only bots whose work they see; absent: all.
    pub bots: Option<Vec<String>>,
    /// They may sign in no more.
    pub disabled: bool,
    /// They have a password here.
    pub has_password: bool,
    /// They sign in at the identity provider.
    pub elsewhere: bool,
    /// They choose their own password when they next sign in.
    pub must_change: bool,
    /// When they last signed in.
    #[serde(serialize_with = "shown::maybe_at")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub seen_at: Option<i64>,
}

impl From<&Account> for PersonData {
    fn from(account: &Account) -> Self {
        let person = &account.person;
        Self {
            id: person.id,
            login: person.login.clone(),
            name: person.name.clone(),
            roles: person.roles.0.iter().map(|role| role.as_str()).collect(),
            bots: person.bots.as_ref().map(|bots| bots.iter().cloned().collect()),
            disabled: account.disabled_at.is_some(),
            has_password: account.has_password,
            elsewhere: account.elsewhere,
            must_change: account.must_change,
            seen_at: account.seen_at.map(jiff::Timestamp::as_microsecond),
        }
    }
}

/// Which people are listed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filter {
    /// Only those with this role; empty: any.
    pub role: String,
    /// `may` sign in, or `disabled`; empty: both.
    pub state: String,
}

/// The people of a filter, by name.
pub(crate) async fn data(app: &App, filter: &Filter) -> Result<Vec<PersonData>> {
    let role = Role::parse(&filter.role);
    let mut people = app.store.people().await?;
    people.retain(|it| {
        let state = match filter.state.as_str() {
            "may" => it.disabled_at.is_none(),
            "disabled" => it.disabled_at.is_some(),
            _ => true,
        };
        state && role.is_none_or(|role| it.person.roles.has(role))
    });
    Ok(people.iter().map(PersonData::from).collect())
}

async fn page(
    State(app): State<App>,
    visitor: Visitor,
    Query(filter): Query<Filter>,
) -> Result<Markup, Fault> {
    let people = data(&app, &filter).await?;
    let table = Table::new("People").caption_hidden().row_headers().column("Name").column("Login");
    let table = table.column("Roles").column("Sees").column("Last signed in").column("State");
    let table = table.rows(people.iter().map(|it| {
        vec![
            html! {
                a class="govuk-link" href=(format!("/people/{}", it.id)) { (it.name) }
            },
            html! { (it.login) },
            html! { (words(&it.roles)) },
            html! { (seen_names(it.bots.as_deref())) },
            html! { (stored(it.seen_at, "Never")) },
            state_tag(it),
        ]
    }));
    let body = html! {
        h1 class="govuk-heading-l" { "People" }
        p class="govuk-body" { "Who may sign in, what for, and whose work they see." }
        (parts::link_button("Add a person", "/people/new"))
        (filters(&filter))
        p class="govuk-body" {
            (parts::count(i64::try_from(people.len()).unwrap_or(i64::MAX), false, "person", "people"))
        }
        @if table.is_empty() {
            (parts::empty(
                "Nobody is like that.",
                html! {
                    p class="govuk-body" { a class="govuk-link" href="/people" { "Show everybody" } }
                },
            ))
        } @else {
            (table)
        }
    };
    let page = Page::new("People").section("/people").wide();
    Ok(layout::page(&app, Some(&visitor), &page, body))
}

fn filters(filter: &Filter) -> Markup {
    let any = [(String::new(), "Any role".to_owned())];
    let roles = Role::ALL.iter().map(|it| (it.to_string(), layout::sentence(it.as_str())));
    let roles: Vec<(String, String)> = any.into_iter().chain(roles).collect();
    let states = [("", "Any"), ("may", "May sign in"), ("disabled", "Disabled")];
    let fields = html! {
        (parts::select(&Field::new("role", "Role").value(&filter.role), &roles))
        (parts::select(&Field::new("state", "State").value(&filter.state), &states))
    };
    parts::filters("/people", fields, !filter.role.is_empty() || !filter.state.is_empty())
}

async fn new(State(app): State<App>, visitor: Visitor) -> Markup {
    form(&app, &visitor, &Typed::default(), &[])
}

async fn add(
    State(app): State<App>,
    visitor: Visitor,
    Form(typed): Form<Typed>,
) -> Result<Response, Fault> {
    let new = New {
        login: typed.one("login").to_owned(),
        name: typed.one("name").to_owned(),
        roles: roles(&typed),
        bots: bots(&typed),
    };
    let wrong = match typed.why("why") {
        Err(wrong) => wrong,
        Ok(why) => {
            let password = password::one_time()?;
            let actor = visitor.actor();
            let secret = Secret::OneTime(password.clone());
            match managing(&app, &actor, why).add(&new, Some(&secret)).await {
                Ok(id) => return Ok(added(&app, &visitor, &new, id, &password).into_response()),
                Err(fault) => refused(fault)?,
            }
        }
    };
    let page = form(&app, &visitor, &typed, &[wrong]);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn added(app: &App, visitor: &Visitor, new: &New, id: i64, password: &str) -> Markup {
    let title = format!("{} may sign in", new.name);
    let then = html! {
        p class="govuk-body" {
            "Tell them the password yourself, not by e-mail together with the login, which is "
            strong { (new.login) } ". They choose their own when they first sign in."
        }
        p class="govuk-body" {
            a class="govuk-link" href=(format!("/people/{id}")) { "Go to " (new.name) }
        }
    };
    shown_once(app, visitor, "/people", &title, ("One-time password", password), then)
}

fn form(app: &App, visitor: &Visitor, typed: &Typed, all: &[Wrong]) -> Markup {
    let field = |name, label| {
        Field::new(name, label).bold().value(typed.one(name)).error(wrong(all, name)).width(20)
    };
    let login = "Small letters, digits, dots and hyphens, such as ann.bell. The job log names them \
                 by it for ever, so it is never given to somebody else.";
    let body = html! {
        (parts::error_summary(all))
        h1 class="govuk-heading-l" { "Add a person" }
        form method="post" action="/people/new" novalidate {
            (parts::input(&field("name", "Name").hint("How colleagues know them.")))
            (parts::input(&field("login", "Login").hint(login)))
            (ask_roles("Roles", &roles(typed), all))
            (ask_bots(bots(typed).as_ref(), all))
            (ask_why(typed.one("why"), all))
            (parts::button("Add"))
        }
    };
    let page = Page::new("Add a person").section("/people").back("/people", "People");
    layout::page(app, Some(visitor), &page.wrong(!all.is_empty()), body)
}
