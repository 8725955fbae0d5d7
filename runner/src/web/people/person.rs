//! `/people/{id}`: one person: roles, bots, sessions, password, and what was done to them.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use maud::{Markup, html};

use super::account::{sessions_data, sessions_table};
use super::common::{
    ask_bots, ask_roles, ask_why, at, bots, done, listed, managing, refused, roles, seen,
    shown_once, state_tag,
};
use super::list::PersonData;
use super::typed::Typed;
use crate::accounts::manage::{New, Secret};
use crate::accounts::{password, sessions};
use crate::clock;
use crate::error::Result;
use crate::store::people::Account;
use crate::web::layout::{self, Page};
use crate::web::parts::{self, Event, Field, Wrong, wrong};
use crate::web::rights::Right;
use crate::web::routes::{Route, get, post};
use crate::web::{App, Fault, Visitor};

pub(super) fn routes() -> Vec<Route> {
    const MANAGES: &[Right] = &[Right::ManagePeople];
    vec![
        get("/people/{id}", MANAGES, page),
        get("/people/{id}/change", MANAGES, change),
        post("/people/{id}/change", MANAGES, changed),
        post("/people/{id}/disable", MANAGES, disable),
        post("/people/{id}/enable", MANAGES, enable),
        post("/people/{id}/reset", MANAGES, reset),
        post("/people/{id}/sessions/end", MANAGES, end_all),
        post("/people/{id}/sessions/{session}/end", MANAGES, end_one),
    ]
}

async fn account(app: &App, id: i64) -> Result<Account, Fault> {
    app.store.person(id).await?.ok_or_else(Fault::not_found)
}

/// Nobody gives themselves rights, or takes their own away by mistake: another administrator does.
fn somebody_else(visitor: &Visitor, id: i64) -> Result<(), Fault> {
    if visitor.person.id != id {
        return Ok(());
    }
    Err(Fault::new(
        StatusCode::FORBIDDEN,
        "you cannot do that to your own account",
        "ask another administrator; your password and sessions are under “Your account”",
    ))
}

async fn page(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<i64>,
) -> Result<Markup, Fault> {
    show(&app, &visitor, &account(&app, id).await?, None).await
}

/// What was refused: the last part of the act's address, and what is wrong.
type Refused<'a> = Option<(&'a str, &'a Typed, &'a Wrong)>;

async fn show(
    app: &App,
    visitor: &Visitor,
    account: &Account,
    refused: Refused<'_>,
) -> Result<Markup, Fault> {
    let person = &account.person;
    let own = visitor.person.id == person.id;
    let sessions = sessions_data(app, person.id).await?;
    let locked = app.store.locked(&person.login, clock::now()).await?;
    let all: Vec<Wrong> = refused.iter().map(|(_, _, wrong)| (*wrong).clone()).collect();
    let body = html! {
        (parts::error_summary(&all))
        h1 class="govuk-heading-l" { (person.name) }
        (parts::summary_list(&[
            ("Login", html! { (person.login) }),
            ("State", state_tag(&PersonData::from(account))),
            ("Roles", meanings(account)),
            ("Sees", html! { (seen(person.bots.as_ref())) }),
            ("Added", html! { (at(Some(account.created_at), "")) }),
            ("Last signed in", html! { (at(account.seen_at, "Never")) }),
            ("Locked out", html! { (at(locked, "No")) @if locked.is_some() { " is when it ends" } }),
        ]))
        @if own {
            (parts::inset(html! {
                "This is you. Another administrator changes your roles; your password and sessions "
                "are under " a class="govuk-link" href="/account" { "Your account" } "."
            }))
        } @else {
            (parts::link_button("Change name, roles or bots", &format!("/people/{}/change", person.id)))
            (acts(account, refused))
        }
        h2 class="govuk-heading-m" { "Where they are signed in" }
        @if sessions.is_empty() {
            (parts::empty("They are not signed in.", html! {}))
        } @else {
            (sessions_table(&sessions, visitor.session, &|session| {
                format!("/people/{}/sessions/{session}/end", person.id)
            }))
            @if !own {
                form method="post" action=(format!("/people/{}/sessions/end", person.id)) {
                    (parts::warning_button("Sign them out everywhere"))
                }
            }
        }
        h2 class="govuk-heading-m" { "What was done" }
        (history(app, &person.login).await?)
    };
    let page = Page::new(&person.name).section("/people").back("/people", "People");
    Ok(layout::page(app, Some(visitor), &page.wrong(refused.is_some()), body))
}

fn meanings(account: &Account) -> Markup {
    html! {
        ul class="govuk-list" {
            @for role in &account.person.roles.0 {
                li { strong { (layout::sentence(role.as_str())) } ": " (role.means()) }
            }
        }
    }
}

fn acts(account: &Account, refused: Refused<'_>) -> Markup {
    let act = |path: &str, title: &str, what: &str, button: Markup| {
        let action = format!("/people/{}/{path}", account.person.id);
        match refused.filter(|(act, _, _)| *act == path) {
            None => parts::act(&action, title, what, html! {}, button),
            Some((_, typed, wrong)) => {
                let again = (typed.one("why"), Some(wrong.text.as_str()));
                parts::act_again(&action, title, what, html! {}, button, again)
            }
        }
    };
    html! {
        @if !account.elsewhere {
            (act(
                "reset",
                "Give them a one-time password",
                "It is shown once. They are signed out everywhere, and choose their own password \
                 when they next sign in.",
                parts::button("Make a one-time password"),
            ))
        }
        @if account.disabled_at.is_some() {
            (act("enable", "Let them sign in again", "", parts::button("Enable")))
        } @else {
            (act(
                "disable",
                "Disable them",
                "They are signed out at once and may not sign in. What they did stays in the record.",
                parts::warning_button("Disable"),
            ))
        }
    }
}

async fn history(app: &App, login: &str) -> Result<Markup, Fault> {
    let acts = app.store.person_acts(login).await?;
    if acts.is_empty() {
        return Ok(parts::empty("Nothing was done to this account by anybody.", html! {}));
    }
    let events: Vec<Event> = acts
        .into_iter()
        .map(|act| Event {
            title: layout::sentence(&act.what),
            by: act.by,
            at: parts::moment(act.at.as_microsecond()),
            body: html! { p class="govuk-body" { (act.why) } },
        })
        .collect();
    Ok(parts::timeline(&events))
}

async fn change(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<i64>,
) -> Result<Markup, Fault> {
    somebody_else(&visitor, id)?;
    let account = account(&app, id).await?;
    let person = account.person.clone();
    let new =
        New { login: person.login, name: person.name, roles: person.roles, bots: person.bots };
    Ok(form(&app, &visitor, id, &new, "", &[]))
}

async fn changed(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<i64>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fault> {
    somebody_else(&visitor, id)?;
    let account = account(&app, id).await?;
    let new = New {
        login: account.person.login,
        name: typed.one("name").to_owned(),
        roles: roles(&typed),
        bots: bots(&typed),
    };
    let wrong = match typed.why("why") {
        Err(wrong) => wrong,
        Ok(why) => match managing(&app, &visitor.actor(), why).change(id, &new).await {
            Ok(()) => {
                let says = format!("{} is now: {}", new.name, listed(&new.roles));
                return done(&app, &visitor, &format!("/people/{id}"), &says).await;
            }
            Err(fault) => refused(fault)?,
        },
    };
    let page = form(&app, &visitor, id, &new, typed.one("why"), &[wrong]);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn form(app: &App, visitor: &Visitor, id: i64, new: &New, why: &str, all: &[Wrong]) -> Markup {
    let title = format!("Change {}", new.login);
    let name = Field::new("name", "Name").bold().value(&new.name).error(wrong(all, "name"));
    let body = html! {
        (parts::error_summary(all))
        h1 class="govuk-heading-l" { (title) }
        form method="post" action=(format!("/people/{id}/change")) novalidate {
            (parts::input(&name.width(20)))
            (ask_roles("Roles", &new.roles, all))
            (ask_bots(new.bots.as_ref(), all))
            (ask_why(why, all))
            p class="govuk-body" { "With other roles or bots they are signed out, and sign in anew." }
            (parts::button("Change"))
        }
    };
    let page = Page::new(&title).section("/people").back(format!("/people/{id}"), "Back");
    layout::page(app, Some(visitor), &page.wrong(!all.is_empty()), body)
}

/// An act that was refused is said at its form.
async fn not_done(
    app: &App,
    visitor: &Visitor,
    account: &Account,
    (act, typed): (&str, &Typed),
    wrong: Wrong,
) -> Result<Response, Fault> {
    let wrong = Wrong::new(format!("why-{act}"), wrong.text);
    let page = show(app, visitor, account, Some((act, typed, &wrong))).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// What is sent with an act on a person.
type Sent = (State<App>, Visitor, Path<i64>, Form<Typed>);

async fn disable(sent: Sent) -> Result<Response, Fault> {
    may_sign_in(sent, false).await
}

async fn enable(sent: Sent) -> Result<Response, Fault> {
    may_sign_in(sent, true).await
}

/// Lets somebody sign in, or not any more.
async fn may_sign_in(
    (State(app), visitor, Path(id), Form(typed)): Sent,
    may: bool,
) -> Result<Response, Fault> {
    somebody_else(&visitor, id)?;
    let account = account(&app, id).await?;
    let wrong = match typed.why("") {
        Err(wrong) => wrong,
        Ok(why) => {
            let actor = visitor.actor();
            let managing = managing(&app, &actor, why);
            let done_now = if may { managing.enable(id).await } else { managing.disable(id).await };
            match done_now {
                Ok(()) => {
                    let now = if may { "may sign in" } else { "may not sign in any more" };
                    let says = format!("{} {now}", account.person.name);
                    return done(&app, &visitor, &format!("/people/{id}"), &says).await;
                }
                Err(fault) => refused(fault)?,
            }
        }
    };
    not_done(&app, &visitor, &account, (if may { "enable" } else { "disable" }, &typed), wrong)
        .await
}

async fn reset(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<i64>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fault> {
    somebody_else(&visitor, id)?;
    let account = account(&app, id).await?;
    let wrong = match typed.why("") {
        Err(wrong) => wrong,
        Ok(_) if account.elsewhere => {
            Wrong::new("", "They sign in with Microsoft: a password is changed there")
        }
        Ok(why) => {
            let password = password::one_time()?;
            let secret = Secret::OneTime(password.clone());
            managing(&app, &visitor.actor(), why).set_password(id, &secret).await?;
            let title = format!("{} has a one-time password", account.person.name);
            let then = html! {
                p class="govuk-body" {
                    "Tell it to them yourself. They choose their own when they next sign in."
                }
            };
            let shown = ("One-time password", password.as_str());
            return Ok(shown_once(&app, &visitor, "/people", &title, shown, then).into_response());
        }
    };
    not_done(&app, &visitor, &account, ("reset", &typed), wrong).await
}

async fn end_all(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<i64>,
) -> Result<Response, Fault> {
    somebody_else(&visitor, id)?;
    account(&app, id).await?;
    sessions::end(&app.store, &visitor.actor(), id, None).await?;
    done(&app, &visitor, &format!("/people/{id}"), "They are signed out everywhere").await
}

async fn end_one(
    State(app): State<App>,
    visitor: Visitor,
    Path((id, session)): Path<(i64, i64)>,
) -> Result<Response, Fault> {
    somebody_else(&visitor, id)?;
    account(&app, id).await?;
    if sessions::end(&app.store, &visitor.actor(), id, Some(session)).await? == 0 {
        return Err(Fault::not_found());
    }
    done(&app, &visitor, &format!("/people/{id}"), "The session has ended").await
}
