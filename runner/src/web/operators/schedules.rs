//! When work comes by itself: every schedule in plain words.

use std::collections::BTreeMap;

use axum::extract::State;
use maud::{Markup, html};
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock;
use crate::error::Result;
use crate::inbox::Inbox;
use crate::people::Person;
use crate::schedule::calendar::{self, Calendar};
use crate::schedule::times::Times;
use crate::schedule::{self, Schedule, words};
use crate::shown;
use crate::state::{self, Firing};
use crate::store::fires::{self, Fire};
use crate::web::layout::{self, Page};
use crate::web::parts::{self, Colour, Table};
use crate::web::rights::Right;
use crate::web::routes::{Route, get};
use crate::web::{App, Fault, Visitor};

/// Runs that are shown.
const NEXT: usize = 5;

pub(super) fn routes() -> Vec<Route> {
    vec![get("/schedules", &[Right::SeeBatches, Right::SeeHealth], page)]
}

/// A schedule as its file has it, and what became of its last runs.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScheduleShown {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Its bot.
    pub bot: String,
    /// Whether a person has stopped its bot.
    pub bot_stopped: bool,
    /// Where work comes from.
    pub source: String,
    /// Files that lie in its watched folder.
    pub files_waiting: Option<usize>,
    /// When it runs, in plain words.
    pub when: String,
    /// Its next runs, in plain words.
    pub next: Vec<String>,
    /// Why there are no more of them.
    pub then: Option<String>,
    /// By when what comes in today is to be settled.
    pub deadline: Option<String>,
    /// What became of its last due times, newest first.
    pub last: Vec<Ran>,
    /// What is wrong with its file.
    pub faults: Vec<String>,
}

/// What became of a due time.
#[derive(Debug, Serialize, ToSchema)]
pub struct Ran {
    /// When it was due.
    #[serde(serialize_with = "shown::at")]
    #[schema(value_type = String, format = DateTime)]
    pub due: i64,
    /// What became of it.
    pub state: Firing,
    /// A code of why.
    pub reason: String,
    /// Whether a person asked for it.
    pub asked_for: bool,
    /// Files that were taken.
    pub files: Option<i64>,
    /// The last batch that came of it.
    pub batch: Option<i64>,
    /// Where that batch stands.
    pub batch_state: Option<state::Batch>,
}

/// Every schedule of the bots that this person sees, and what is wrong with others.
pub async fn data(
    app: &App,
    person: &Person,
    last: i64,
) -> Result<(Vec<ScheduleShown>, Vec<String>)> {
    let (schedules, mut faults) = schedule::all(&app.folder)?;
    let (calendars, wrong) = calendar::all(&app.folder)?;
    faults.extend(wrong);
    let mut all = Vec::new();
    for schedule in schedules.values().filter(|it| person.sees(&it.bot)) {
        all.push(one(app, schedule, &calendars, &mut faults, last).await?);
    }
    Ok((all, faults))
}

async fn one(
    app: &App,
    it: &Schedule,
    calendars: &BTreeMap<String, Calendar>,
    faults: &mut Vec<String>,
    last: i64,
) -> Result<ScheduleShown> {
    let file = format!("schedules/{}.toml: ", it.name);
    let own: Vec<String> = faults.extract_if(.., |fault| fault.starts_with(&file)).collect();
    let fires = fires::newest(&app.store.db, &it.name, last).await?;
    let files = match Inbox::of(&app.folder, it) {
        Ok(Some(inbox)) => inbox.look().ok().map(|look| look.count() + look.strange.len()),
        Ok(None) | Err(_) => None,
    };
    let mut shown = ScheduleShown {
        name: it.name.clone(),
        title: if it.title.is_empty() { it.name.clone() } else { it.title.clone() },
        bot: it.bot.clone(),
        bot_stopped: app.store.bot_stopped(&it.bot).await?,
        source: format!("{} {}", it.source.connector, it.source.path).trim_end().to_owned(),
        files_waiting: files,
        when: "only when a person asks for it".to_owned(),
        next: Vec::new(),
        then: None,
        deadline: None,
        last: fires.iter().map(ran).collect(),
        faults: own,
    };
    let Some(when) = &it.when else { return Ok(shown) };
    let (Ok(times), Some(calendar)) = (Times::of(when), it.calendar(calendars)) else {
        "cannot be told: see what is not right".clone_into(&mut shown.when);
        return Ok(shown);
    };
    shown.when = words::when(when, &times, &calendar);
    shown.deadline = words::deadline(it, &calendar, clock::today());
    for run in times.after(clock::now(), &calendar).take(NEXT) {
        match run {
            Ok(at) => shown.next.push(words::run(&at)),
            Err(unknown) => shown.then = Some(unknown.to_string()),
        }
    }
    Ok(shown)
}

fn ran(fire: &Fire) -> Ran {
    Ran {
        due: fire.due.as_microsecond(),
        state: fire.state,
        reason: fire.reason.clone(),
        asked_for: fire.reason == fires::ASKED_FOR,
        files: fire.files,
        batch: fire.batch.map(|batch| batch.0),
        batch_state: fire.batch_state,
    }
}

async fn page(State(app): State<App>, visitor: Visitor) -> Result<Markup, Fault> {
    let (schedules, faults) = data(&app, &visitor.person, 1).await?;
    let table = schedules.iter().fold(
        Table::new("Schedules")
            .caption_hidden()
            .row_headers()
            .column("Schedule")
            .column("Runs")
            .column("Next")
            .column("Last")
            .column("Waiting files"),
        |table, it| table.row(cells(it)),
    );
    let body = html! {
        h1 class="govuk-heading-l" { "Schedules" }
        p class="govuk-body" {
            "Each binds a bot to where its work comes from and where its results go, and says when it "
            "runs by itself."
        }
        (not_right(&faults))
        @if table.is_empty() {
            (parts::empty("There is no schedule that you see", html! {
                "Each job is a file in the folder schedules/. Ask an administrator which bots' work "
                "you are to see."
            }))
        } @else { (table) }
    };
    let page = Page::new("Schedules").section("/schedules").wide();
    Ok(layout::page(&app, Some(&visitor), &page, body))
}

/// What is wrong with the files of schedules.
pub(super) fn not_right(faults: &[String]) -> Markup {
    html! {
        @if !faults.is_empty() {
            (parts::notice("Something is not right, and does not run", html! {
                ul class="govuk-list govuk-list--bullet" {
                    @for fault in faults { li { (fault) } }
                }
            }))
        }
    }
}

fn cells(it: &ScheduleShown) -> Vec<Markup> {
    vec![
        html! {
            a class="govuk-link" href={ "/schedules/" (it.name) } { (it.title) }
            div class="govuk-hint govuk-!-margin-bottom-0" { (it.bot) }
            @if it.bot_stopped { (parts::tag("Bot stopped", Colour::Magenta)) }
            @if !it.faults.is_empty() { (parts::tag("Not right", Colour::Red)) }
        },
        html! { (layout::sentence(&it.when)) },
        html! { @if let Some(next) = it.next.first() { (next) } @else { "Not by itself" } },
        html! {
            @match it.last.first() {
                Some(last) => (came(last)),
                None => "It has not run by itself yet",
            }
        },
        html! {
            @match it.files_waiting {
                Some(n) => (parts::number(i64::try_from(n).unwrap_or(i64::MAX))),
                None => "It watches no folder",
            }
        },
    ]
}

/// What became of a due time, with its batch.
pub(super) fn came(ran: &Ran) -> Markup {
    html! {
        (fire_tag(ran.state)) " " (parts::moment(ran.due))
        @if ran.asked_for { ", asked for by a person" }
        @let why = reason(&ran.reason);
        @if !why.is_empty() { div { (layout::sentence(why)) } }
        @if let Some(files) = ran.files.filter(|n| *n > 0) {
            div { (parts::count(files, false, "file", "files")) }
        }
        @if let Some(batch) = ran.batch {
            div {
                a class="govuk-link" href={ "/batches/" (batch) } { "Batch " (batch) }
                @if let Some(state) = ran.batch_state { " " (parts::batch_tag(state)) }
            }
        }
    }
}

fn fire_tag(state: Firing) -> Markup {
    let colour = match state {
        Firing::Queued => Colour::Yellow,
        Firing::Fired | Firing::Begun => Colour::Blue,
        Firing::Done => Colour::Green,
        Firing::Failed | Firing::Missed => Colour::Red,
        Firing::Skipped => Colour::Grey,
    };
    parts::tag(&layout::sentence(state.as_str()), colour)
}

/// A code of why, in words.
fn reason(code: &str) -> &str {
    match code {
        fires::ASKED_FOR => "",
        fires::NOTHING_TO_TAKE => "nothing lay there to be taken",
        fires::NOT_SERVED => "nobody served at the time",
        fires::MADE_UP => "nobody served at the time, and it was made up for",
        fires::UNDER_WAY => "the last run was under way",
        fires::ANOTHER_WAITS => "the last run was under way, and another waited already",
        fires::BEHIND_OTHERS => "missed ones were made up for first",
        fires::GONE => "the schedule was gone",
        "file-refused" => "a file could not be read and was put into refused",
        "setting-wrong" => "a setting is wrong, or something it needs is not there",
        "still-being-written" => "a file was still being written and is left for the next run",
        "not-begun" => "it could not be begun",
        "fault" => "a fault in the program ended it",
        other => other,
    }
}
