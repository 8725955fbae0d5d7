//! `/new`: what can be done with a sheet, and the uploads that are not queued yet.

use axum::extract::State;
use maud::{Markup, html};
use serde::Serialize;
use utoipa::ToSchema;

use super::{SUBMIT, jobs, title};
use crate::error::Result;
use crate::state;
use crate::store::uploads::Upload;
use crate::web::layout::{self, Page};
use crate::web::parts::{self, Colour, Table};
use crate::web::routes::{Route, get};
use crate::web::{App, Fault, Visitor};

/// Uploads that are listed.
const LISTED: i64 = 50;

pub(super) fn routes() -> Vec<Route> {
    vec![get("/new", SUBMIT, page)]
}

/// What can be done.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct Choice {
    /// Everything that takes a sheet.
    pub jobs: Vec<Job>,
    /// One's own uploads that became no batch yet.
    pub uploads: Vec<UploadListed>,
}

/// Something that can be done with a sheet.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct Job {
    /// The schedule's name.
    #[schema(example = "free-school-meals")]
    pub schedule: String,
    /// Its title.
    pub title: String,
    /// What the bot decides.
    pub purpose: String,
    /// The law that it rests on.
    pub law: Vec<String>,
    /// A person has stopped the bot: nothing is decided until it is started again.
    pub stopped: bool,
}

/// An upload in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct UploadListed {
    /// Its number.
    pub upload: i64,
    /// The schedule that it is for.
    pub schedule: String,
    /// Where it stands.
    pub state: state::Upload,
    /// Rows that were looked through.
    pub rows: i64,
    /// Rows that would be rejected.
    pub rejected: i64,
    /// When it was uploaded, in microseconds since 1970.
    pub uploaded_at: i64,
}

impl From<&Upload> for UploadListed {
    fn from(upload: &Upload) -> Self {
        Self {
            upload: upload.id,
            schedule: upload.schedule.clone(),
            state: upload.state,
            rows: upload.rows,
            rejected: upload.rejected,
            uploaded_at: upload.created_at,
        }
    }
}

/// Asks the store.
pub(in crate::web) async fn data(app: &App, visitor: &Visitor) -> Result<Choice> {
    let mut choice = Choice { jobs: Vec::new(), uploads: Vec::new() };
    for (name, (schedule, bot)) in jobs(app, visitor)? {
        let manifest = bot.manifest();
        choice.jobs.push(Job {
            title: title(&schedule).to_owned(),
            purpose: manifest.purpose.to_owned(),
            law: manifest.law.iter().map(|law| law.title.to_owned()).collect(),
            stopped: app.store.bot_stopped(manifest.name).await?,
            schedule: name,
        });
    }
    let uploads = app.store.uploads_of(&visitor.actor().id, LISTED).await?;
    choice.uploads = uploads.iter().map(UploadListed::from).collect();
    Ok(choice)
}

async fn page(State(app): State<App>, visitor: Visitor) -> Result<Markup, Fault> {
    let choice = data(&app, &visitor).await?;
    let heading = "What do you want to do?";
    let body = html! {
        h1 class="govuk-heading-l" { (heading) }
        @if choice.jobs.is_empty() {
            (parts::empty(
                "There is nothing that takes a sheet and that you may see.",
                html! { p class="govuk-body" {
                    "Ask an administrator which services you are to see, and an operator whether "
                    "their schedules are right."
                } },
            ))
        }
        @for job in &choice.jobs { (card(job)) }
        @if !choice.uploads.is_empty() { (pending(&choice.uploads)) }
    };
    Ok(layout::page(&app, Some(&visitor), &Page::new(heading).section("/new"), body))
}

fn card(job: &Job) -> Markup {
    html! {
        section {
            h2 class="govuk-heading-m" {
                a class="govuk-link" href={ "/new/" (job.schedule) } { (job.title) }
                @if job.stopped { " " (parts::tag("Stopped", Colour::Red)) }
            }
            p class="govuk-body" { (job.purpose) }
            @if !job.law.is_empty() {
                (parts::details("The law that it rests on", html! {
                    ul class="govuk-list govuk-list--bullet" {
                        @for law in &job.law { li { (law) } }
                    }
                }))
            }
        }
    }
}

fn pending(uploads: &[UploadListed]) -> Markup {
    let mut table = Table::new("Your uploads that are not queued yet")
        .column("Uploaded")
        .column("For")
        .column("State")
        .numeric("Rows")
        .numeric("To mend");
    for it in uploads {
        table = table.row(vec![
            html! {
                a class="govuk-link" href={ "/uploads/" (it.upload) } {
                    (parts::moment(it.uploaded_at))
                }
            },
            html! { (it.schedule) },
            state_tag(it.state),
            html! { (parts::number(it.rows)) },
            html! { (parts::number(it.rejected)) },
        ]);
    }
    table.render()
}

/// The state of an upload in words and colour.
pub(super) fn state_tag(state: state::Upload) -> Markup {
    let (text, colour) = match state {
        state::Upload::Checking => ("Being checked", Colour::Blue),
        state::Upload::Checked => ("Checked", Colour::Green),
        state::Upload::Unreadable => ("Cannot be read", Colour::Red),
        state::Upload::Queued => ("Queued", Colour::Green),
        state::Upload::Discarded => ("Discarded", Colour::Grey),
        state::Upload::Expired => ("Time over", Colour::Grey),
    };
    parts::tag(text, colour)
}
