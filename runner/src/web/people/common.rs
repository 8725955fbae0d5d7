//! What several of these pages have in common: questions about roles and bots, how somebody may sign
//! in, a secret that is shown once.

use std::collections::BTreeSet;

use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::Timestamp;
use maud::{Markup, html};

use super::list::PersonData;
use super::typed::Typed;
use crate::accounts::manage::Managing;
use crate::error::Error;
use crate::job_log::Actor;
use crate::people::{Role, Roles};
use crate::web::layout::{self, Page};
use crate::web::parts::{self, Choice, Colour, Field, Wrong, wrong};
use crate::web::{App, Fault, Visitor};

/// After an act: to this page, which says once what was done.
pub(super) async fn done(
    app: &App,
    visitor: &Visitor,
    to: &str,
    says: &str,
) -> Result<Response, Fault> {
    if let Some(session) = visitor.session {
        app.store.flash(session, Some(says)).await?;
    }
    Ok(Redirect::to(to).into_response())
}

/// What cannot be taken is said at its form; what failed is a fault.
pub(super) fn refused(fault: Error) -> Result<Wrong, Fault> {
    match fault {
        Error::Usage(said) => {
            let text = layout::sentence(&format!("{}: {}", said.what, said.advice));
            Ok(Wrong::new(field_of(&said.what), text))
        }
        fault => Err(fault.into()),
    }
}

/// The field that a refusal is about, by what it says.
fn field_of(what: &str) -> &'static str {
    let about = |word: &str| what.contains(word);
    if about("password") {
        "password"
    } else if about("login") || what.ends_with(" already") && !about("name") && !about("key") {
        "login"
    } else if about("name") || about("key") && about("already") {
        "name"
    } else if about("role") || about("administrator") {
        "role"
    } else if about("bot") {
        "bots"
    } else if about("year") {
        "days"
    } else {
        ""
    }
}

/// Somebody who acts on people, with the reason.
pub(super) fn managing<'a>(app: &'a App, actor: &'a Actor, why: &'a str) -> Managing<'a> {
    Managing { store: &app.store, actor, why }
}

/// The roles that were chosen.
pub(super) fn roles(typed: &Typed) -> Roles {
    typed.all("role").filter_map(Role::parse).collect()
}

/// The bots that were chosen; `None`: all.
pub(super) fn bots(typed: &Typed) -> Option<BTreeSet<String>> {
    (typed.one("sees") == "some").then(|| typed.all("bot").map(str::to_owned).collect())
}

/// Which roles, with what each is for.
pub(super) fn ask_roles(label: &str, chosen: &Roles, all: &[Wrong]) -> Markup {
    let names: Vec<(&str, String)> =
        Role::ALL.iter().map(|role| (role.as_str(), layout::sentence(role.as_str()))).collect();
    let choices: Vec<Choice<'_>> = Role::ALL
        .iter()
        .zip(&names)
        .map(|(role, (value, text))| Choice::new(value, text).hint(role.means()))
        .collect();
    let chosen: Vec<&str> = chosen.0.iter().map(|role| role.as_str()).collect();
    parts::checkboxes(
        &Field::new("role", label).bold().error(wrong(all, "role")),
        &choices,
        &chosen,
    )
}

/// All bots, or which.
pub(super) fn ask_bots(chosen: Option<&BTreeSet<String>>, all: &[Wrong]) -> Markup {
    let bots = clerkwork_bots::all();
    let choices: Vec<Choice<'_>> =
        bots.iter().map(|bot| Choice::new(bot.manifest().name, bot.manifest().title)).collect();
    let sees = if chosen.is_some() { "some" } else { "all" };
    let chosen: Vec<&str> = chosen.into_iter().flatten().map(String::as_str).collect();
    html! {
        (parts::radios(
            &Field::new("sees", "Whose work is seen").bold().value(sees),
            &[Choice::new("all", "All bots"), Choice::new("some", "Only these bots")],
        ))
        (parts::checkboxes(
            &Field::new("bot", "Only these bots").id("bots").error(wrong(all, "bots"))
                .hint("Counts only where you chose “Only these bots”."),
            &choices,
            &chosen,
        ))
    }
}

/// Why, where the whole page is one form.
pub(super) fn ask_why(typed: &str, all: &[Wrong]) -> Markup {
    let field = Field::new("why", "Reason").bold().value(typed).error(wrong(all, "why"));
    parts::textarea(&field.hint("It is kept with the record, and the job log commits to it."), 2)
}

/// Roles as words.
pub(super) fn listed(roles: &Roles) -> String {
    let names: Vec<&str> = roles.0.iter().map(|role| role.as_str()).collect();
    layout::sentence(&names.join(", "))
}

/// Bots as words.
pub(super) fn seen(bots: Option<&BTreeSet<String>>) -> String {
    bots.map_or_else(
        || "All bots".to_owned(),
        |bots| bots.iter().map(String::as_str).collect::<Vec<_>>().join(", "),
    )
}

/// A moment, or that there was none.
pub(super) fn at(moment: Option<Timestamp>, none: &str) -> String {
    moment.map_or_else(|| none.to_owned(), |at| parts::moment(at.as_microsecond()))
}

/// How somebody may sign in.
pub(super) fn state_tag(person: &PersonData) -> Markup {
    match person {
        PersonData { disabled: true, .. } => parts::tag("Disabled", Colour::Grey),
        PersonData { must_change: true, .. } => parts::tag("One-time password", Colour::Yellow),
        PersonData { elsewhere: true, .. } => parts::tag("Signs in with Microsoft", Colour::Green),
        PersonData { has_password: false, .. } => parts::tag("No password", Colour::Orange),
        PersonData { .. } => parts::tag("May sign in", Colour::Green),
    }
}

/// Names from the list of roles, as words.
pub(super) fn words(roles: &[&str]) -> String {
    layout::sentence(&roles.join(", "))
}

/// Names of bots as words.
pub(super) fn seen_names(bots: Option<&[String]>) -> String {
    bots.map_or_else(|| "All bots".to_owned(), |bots| bots.join(", "))
}

/// A stored moment, or that there was none.
pub(super) fn stored(at: Option<i64>, none: &str) -> String {
    at.map_or_else(|| none.to_owned(), parts::moment)
}

/// A secret that is shown this once. It is on the page that answers the act and nowhere else.
pub(super) fn shown_once(
    app: &App,
    visitor: &Visitor,
    section: &'static str,
    title: &str,
    (label, secret): (&str, &str),
    then: Markup,
) -> Markup {
    let body = html! {
        (parts::panel(title, html! { (label) br; strong { (secret) } }))
        (parts::warning_text("It is shown this once, and nobody can look it up again."))
        (then)
    };
    let page = Page::new(title).section(section).back(section, "Back to the list");
    layout::page(app, Some(visitor), &page, body)
}
