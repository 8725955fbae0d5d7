//! `/figures`: a week, a month or any days.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State};
use maud::{Markup, html};

use super::asked::{self, Asked, href};
use super::work;
use crate::clock;
use crate::error::Result;
use crate::figures::{self, Figures, Period, Progress, Step};
use crate::people::Person;
use crate::web::layout::{self, Page};
use crate::web::parts::{self, Bar, Field, Tab, wrong};
use crate::web::{App, Fault, Visitor};

/// How long a page waits for what is new to be counted. What is left is counted in the background.
const WAIT: Duration = Duration::from_millis(60);
/// At most so many entries are counted for a page.
const MOST: i64 = 4000;

/// What was done in a period, of the bots that somebody sees.
pub(in crate::web) async fn data(app: &App, person: &Person, period: Period) -> Result<Figures> {
    let (store, folder) = (Arc::clone(&app.store), Arc::clone(&app.folder));
    // It goes on by itself where we do not wait for its end.
    let counting = async move { figures::keep_up(&store, &folder, Some(MOST)).await };
    let progress = match tokio::time::timeout(WAIT, tokio::spawn(counting)).await {
        Ok(Ok(progress)) => progress?,
        Ok(Err(_)) | Err(_) => Progress::now(&app.store).await?,
    };
    let council = &app.folder.council;
    figures::figures(&app.store, council, period, person.bots.as_ref(), progress).await
}

pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    Query(query): Query<asked::Query>,
) -> Result<Markup, Fault> {
    let asked = Asked::of(&query);
    let shown = data(&app, &visitor.person, asked.period).await?;
    let body = body(&asked, &shown);
    let page = Page::new("Figures").section("/figures").wide().wrong(!asked.wrong.is_empty());
    Ok(layout::page(&app, Some(&visitor), &page, body))
}

fn body(asked: &Asked, shown: &Figures) -> Markup {
    let period = asked.period;
    html! {
        (parts::error_summary(&asked.wrong))
        h1 class="govuk-heading-l" { "Figures: " (shown.period) }
        (choose(asked))
        @if shown.entries > shown.entries_counted {
            (parts::inset(html! {
                "These figures are behind: " (parts::number(shown.entries_counted)) " of "
                (parts::number(shown.entries)) " log entries have been counted. "
                a class="govuk-link" href=(href("/figures", period)) { "Look again in a moment" }
                "."
            }))
        }
        @if shown.bots.is_empty() {
            (parts::empty("Nothing was done in these days", html! {
                p class="govuk-body" {
                    "Look at another week or month, or queue a batch: figures are counted as soon as \
                     items are settled."
                }
            }))
        } @else {
            (work::summary(shown))
            (course(shown))
            @for bot in &shown.bots { (work::of(bot, shown)) }
            (files(period))
        }
        (work::meanings(shown))
    }
}

/// Weeks, months, and any days.
fn choose(asked: &Asked) -> Markup {
    let (today, period) = (clock::today(), asked.period);
    let usual = [
        ("This week", Period::week(today)),
        ("Last week", Period::week(today).previous()),
        ("This month", Period::month(today)),
        ("Last month", Period::month(today).previous()),
    ];
    let hrefs = usual.map(|(_, period)| href("/figures", period));
    let tabs: Vec<Tab<'_>> = usual
        .iter()
        .zip(&hrefs)
        .map(|((text, of), href)| Tab { href, text, count: None, current: *of == period })
        .collect();
    let (previous, next) = (href("/figures", period.previous()), href("/figures", period.next()));
    let later = (period.to < today).then_some(next.as_str());
    let (from, to) = &asked.typed;
    let own = (period.from.to_string(), period.to.to_string());
    let shown = |typed: &String, own: &str| {
        let keep = !asked.wrong.is_empty() || period.step == Step::Days;
        if keep && !typed.is_empty() { typed.clone() } else { own.to_owned() }
    };
    let (from, to) = (shown(from, &own.0), shown(to, &own.1));
    let field = |name, label, value| {
        let error = wrong(&asked.wrong, &format!("{name}-day"));
        parts::date_input(&Field::new(name, label).value(value).error(error))
    };
    let fields = html! { (field("from", "First day", &from)) (field("to", "Last day", &to)) };
    html! {
        (parts::tabs("Periods", &tabs))
        (parts::pagination(Some(&previous), later))
        (parts::filters("/figures", fields, period.step == Step::Days || !asked.wrong.is_empty()))
    }
}

fn course(shown: &Figures) -> Markup {
    let bars: Vec<Bar> = shown
        .course
        .iter()
        .map(|part| Bar {
            label: part.part.clone(),
            value: part.settled,
            text: parts::number(part.settled),
        })
        .collect();
    parts::bar_chart("Items settled", &bars)
}

fn files(period: Period) -> Markup {
    html! {
        h2 class="govuk-heading-m" { "Take them with you" }
        p class="govuk-body" {
            "They hold no personal data. That you took them is in the job log."
        }
        ul class="govuk-list" {
            li { a class="govuk-link" href=(href("/figures.xlsx", period)) download {
                "Workbook (.xlsx)"
            } }
            li { a class="govuk-link" href=(href("/figures.csv", period)) download {
                "Text file (.csv)"
            } }
        }
    }
}
