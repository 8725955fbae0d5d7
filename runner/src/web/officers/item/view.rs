//! One item as it is read: the case, what its bot recommends and why, and what was done.

use maud::{Markup, html};

use super::shapes::{ActShown, EntryLine, FieldShown, ReasonShown, RulingShown, Shown, ToldShown};
use crate::state::{Item, PostBack};
use crate::web::layout::sentence;
use crate::web::officers::days::Days;
use crate::web::parts::{self, Colour, Event, Table};

/// Where it stands and why it waits.
pub(super) fn heading(shown: &Shown, days: &Days) -> Markup {
    let item = &shown.item;
    let link = |id: &str| html! { a class="govuk-link" href={ "/items/" (id) } { "Item " (id) } };
    let mut rows = vec![("State", parts::item_tag(item.state))];
    if !shown.why.is_empty() {
        rows.push(("Why it waits", html! { (shown.why) }));
    }
    if let Some(due) = shown.due.as_deref().and_then(|due| due.parse().ok()) {
        // What is settled is late no more.
        let open = !item.state.next().is_empty();
        let said = html! {
            (parts::date(due))
            @if open { ", " (days.left(&shown.schedule, due)) }
        };
        rows.push(("Due", said));
    }
    let until = item.until.as_deref().filter(|_| !item.state.next().is_empty());
    if let Some(until) = until.and_then(|until| until.parse().ok()) {
        let put_off = item.state == Item::Postponed;
        let said = if put_off { "Put off until" } else { "Waits until" };
        rows.push((said, html! { (parts::date(until)) }));
    }
    if item.state == Item::Postponed || !shown.looks.is_empty() {
        rows.push(("Looked at again", html! { (looks(shown, days)) }));
    }
    let whose = item.assigned_to.as_deref().unwrap_or("Nobody");
    rows.push(("Assigned to", html! { (whose) }));
    let batch = html! {
        a class="govuk-link" href={ "/batches/" (item.batch) } { "Batch " (item.batch) }
        ", row " (item.row)
    };
    rows.push(("Where it came from", html! { (batch) " (" (shown.title) ")" }));
    if let Some(earlier) = &item.follows {
        rows.push(("Follows", link(earlier)));
    }
    for later in &shown.superseded_by {
        rows.push(("Superseded by", link(later)));
    }
    if let Some(ended) = &shown.award_ended {
        rows.push(("Award ended", html! { (ended) }));
    }
    parts::summary_list(&rows)
}

/// How often and when it was looked at again, and how often it will be.
fn looks(shown: &Shown, days: &Days) -> String {
    let made: Vec<String> =
        shown.looks.iter().filter_map(|day| day.parse().ok()).map(parts::date).collect();
    let again = days.schedules.get(&shown.schedule).map(|schedule| schedule.again);
    let limit = again.map_or_else(String::new, |again| match again.times {
        1 => "1 time at most".to_owned(),
        times => format!("{times} times at most"),
    });
    match made.as_slice() {
        [] => format!("Not yet; {limit}"),
        days => format!("{} of {limit}: {}", days.len(), days.join(", ")),
    }
}

/// The case, in the order of its form, and what was looked up.
pub(super) fn case(shown: &Shown) -> Markup {
    html! {
        h2 class="govuk-heading-m" { "The case" }
        @match (&shown.reference, &shown.case) {
            (None, _) => (parts::inset(html! {
                "The case was erased at the end of its time. Its log entries remain."
            })),
            (Some(_), None) => (parts::inset(html! {
                "It cannot be read by this version of its bot."
            })),
            (Some(_), Some(fields)) => (list(fields)),
        }
        @for looked in &shown.looked {
            h3 class="govuk-heading-s" { "Looked up: " (looked.lookup) }
            p class="govuk-body" { (sentence(&looked.purpose)) }
            p class="govuk-body" { (looked.found) }
            @for record in &looked.records { (list(record)) }
        }
    }
}

fn list(fields: &[FieldShown]) -> Markup {
    let rows: Vec<(&str, Markup)> =
        fields.iter().map(|field| (field.label.as_str(), html! { (field.said) })).collect();
    parts::summary_list(&rows)
}

/// The ruling that stands: what a person is needed for, the decision, the reasons, the working.
pub(super) fn ruling(ruling: &RulingShown) -> Markup {
    let title = if ruling.settled { "Decision" } else { "Recommendation" };
    html! {
        @if !ruling.needs.is_empty() {
            h2 class="govuk-heading-m" { "What a person is needed for" }
            ul class="govuk-list govuk-list--bullet" {
                @for need in &ruling.needs { li { (need.why) } }
            }
        }
        h2 class="govuk-heading-m" { (title) }
        p class="govuk-body-s" { (made(ruling)) }
        (list(&ruling.decision))
        h3 class="govuk-heading-s" { "Reasons" }
        @if ruling.reasons.is_empty() {
            p class="govuk-body" { "None is given: it is what a person is needed for." }
        } @else {
            ol class="govuk-list govuk-list--number" {
                @for reason in &ruling.reasons { li { (grounds(reason)) } }
            }
        }
        @if !ruling.working.is_empty() { (statement(ruling)) }
    }
}

fn made(ruling: &RulingShown) -> String {
    format!("Ruling {} by {}, {}", ruling.n, ruling.by, parts::moment(ruling.micros))
}

/// A reason with its law.
fn grounds(reason: &ReasonShown) -> Markup {
    let from = reason.from.parse().map_or_else(|_| reason.from.clone(), parts::date);
    // Only addresses of the web are links: what a council wrote into its policy may be anything.
    let href = Some(&reason.href).filter(|href| href.starts_with("https://"));
    html! {
        (reason.text)
        br;
        span class="govuk-hint" {
            @if let Some(href) = href {
                a class="govuk-link" href=(href) rel="noreferrer" { (reason.source) }
            } @else {
                (reason.source)
            }
            " (" (reason.figure) " from " (from) ")"
        }
    }
}

/// The working as a statement.
fn statement(ruling: &RulingShown) -> Markup {
    let table = Table::new("Working").row_headers().column("Step").numeric("Amount");
    let rows = ruling.working.iter().map(|line| {
        vec![html! { (line.label) }, html! { (line.amount) }, html! { (line.rests_on) }]
    });
    table.column("Rests on").rows(rows).render()
}

/// What was recommended before.
pub(super) fn earlier(rulings: &[RulingShown]) -> Markup {
    html! {
        @for ruling in rulings.iter().filter(|ruling| !ruling.stands) {
            (parts::details(&format!("Earlier recommendation (ruling {})", ruling.n), html! {
                p class="govuk-body-s" { (made(ruling)) }
                (list(&ruling.decision))
                ul class="govuk-list govuk-list--bullet" {
                    @for need in &ruling.needs { li { (need.why) } }
                }
            }))
        }
    }
}

/// What others were told, what people did, and the log.
pub(super) fn history(shown: &Shown) -> Markup {
    html! {
        @if !shown.told.is_empty() { (told(&shown.told)) }
        h2 class="govuk-heading-m" { "What was done" }
        @if shown.acts.is_empty() {
            p class="govuk-body" { "Nobody has done anything with it yet." }
        } @else {
            (parts::timeline(&shown.acts.iter().rev().map(event).collect::<Vec<_>>()))
        }
        (parts::details("Log entries", log(&shown.log)))
    }
}

fn event(act: &ActShown) -> Event {
    Event {
        title: sentence(&act.what),
        by: act.by.clone(),
        at: parts::moment(act.micros),
        body: html! { p class="govuk-body" { (act.why) } },
    }
}

fn told(told: &[ToldShown]) -> Markup {
    let table = Table::new("What others are told").row_headers().column("Outlet").column("What");
    let rows = told.iter().map(|post| {
        vec![
            html! { (post.outlet) },
            html! { (post.effect) },
            standing(post),
            html! { (parts::moment(post.micros)) },
            html! { (post.why) },
        ]
    });
    table.column("Stands").column("Since").column("Why").rows(rows).render()
}

fn standing(post: &ToldShown) -> Markup {
    let colour = match post.state {
        PostBack::Made => Colour::Green,
        PostBack::ToDo | PostBack::Begun => Colour::Blue,
        PostBack::Withdrawn => Colour::Grey,
        PostBack::Refused | PostBack::Conflict | PostBack::Uncertain => Colour::Red,
    };
    html! {
        (parts::tag(&sentence(post.state.as_str()), colour))
        @if post.receipt { " with receipt" }
    }
}

fn log(lines: &[EntryLine]) -> Markup {
    let table = Table::new("Log entries").caption_hidden().small().numeric("Entry").column("When");
    let rows = lines.iter().map(|line| {
        let at = line.micros.map_or_else(String::new, parts::moment);
        vec![
            html! { (line.index) },
            html! { (at) },
            html! { (sentence(&line.tells)) },
            html! { (line.moved) },
            html! { (line.who) },
        ]
    });
    table.column("What").column("Moved").column("Who").rows(rows).render()
}
