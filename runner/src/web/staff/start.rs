//! `/new/{schedule}`: what the file must be, its template, and the form to upload it.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use clerkwork_bots::kit::{Column, Kind};
use maud::{Markup, html};
use serde::Serialize;
use utoipa::ToSchema;

use super::{SUBMIT, download, job, title};
use crate::clock;
use crate::error::{Error, Result};
use crate::report::form;
use crate::web::layout::{self, Page};
use crate::web::parts::{self, Choice, Field, Table, Wrong};
use crate::web::routes::{Route, get};
use crate::web::{App, Fault, Visitor};

/// Endings that a browser offers; what a file is, is told by its content.
pub(super) const ACCEPT: &str = ".xlsx,.xlsm,.xlsb,.xls,.ods,.csv,.tsv,.txt";

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/new/{schedule}", SUBMIT, page),
        get("/new/{schedule}/template.xlsx", SUBMIT, template),
    ]
}

/// What a sheet for a job must be.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct Rules {
    /// The schedule's name.
    pub schedule: String,
    /// Its title.
    pub title: String,
    /// What the bot decides.
    pub purpose: String,
    /// Who confirms what the bot recommends.
    pub who_confirms: String,
    /// A person has stopped the bot.
    pub stopped: bool,
    /// The columns of the template.
    pub columns: Vec<ColumnRule>,
    /// Second sources that complete its cases.
    pub lookups: Vec<LookupRule>,
    /// Batches with more items need a second person.
    pub approve_over: Option<i64>,
}

/// One column.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct ColumnRule {
    /// Its header.
    pub header: String,
    /// Whether it must be there and filled.
    pub required: bool,
    /// What its cells hold.
    pub holds: String,
    /// For the person who fills it in.
    pub help: String,
    /// What a cell looks like.
    pub example: String,
}

/// A second source.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct LookupRule {
    /// Its name.
    #[schema(example = "school-roll")]
    pub name: String,
    /// What it is for.
    pub purpose: String,
    /// Whether one stands ready.
    pub stands: bool,
    /// Since when, in microseconds since 1970.
    pub since: Option<i64>,
}

/// Asks the schedule, the bot and the store.
pub(in crate::web) async fn data(
    app: &App,
    visitor: &Visitor,
    schedule: &str,
) -> Result<Rules, Fault> {
    let (schedule, bot) = job(app, visitor, schedule)?;
    let manifest = bot.manifest();
    let lookups = manifest.lookups.iter().map(|lookup| {
        let path = schedule.lookups.get(lookup.name).map(|bound| bound.path.as_str());
        let path = path.and_then(|path| app.folder.inside(path).ok());
        let about =
            path.and_then(|path| std::fs::metadata(path).ok()).filter(std::fs::Metadata::is_file);
        let since = about.as_ref().and_then(|it| it.modified().ok());
        let since = since.and_then(|it| jiff::Timestamp::try_from(it).ok());
        LookupRule {
            name: lookup.name.to_owned(),
            purpose: lookup.purpose.to_owned(),
            stands: about.is_some(),
            since: since.map(jiff::Timestamp::as_microsecond),
        }
    });
    Ok(Rules {
        title: title(&schedule).to_owned(),
        purpose: manifest.purpose.to_owned(),
        who_confirms: manifest.duties.who_confirms.to_owned(),
        stopped: app.store.bot_stopped(manifest.name).await?,
        columns: bot.template().columns.iter().map(column).collect(),
        lookups: lookups.collect(),
        approve_over: schedule.limits.approve_over,
        schedule: schedule.name,
    })
}

fn column(column: &Column) -> ColumnRule {
    ColumnRule {
        header: column.header.clone(),
        required: column.required,
        holds: holds(column),
        help: column.help.clone(),
        example: column.example.clone(),
    }
}

fn holds(column: &Column) -> String {
    match column.kind {
        Kind::Choice => column.listed().collect::<Vec<_>>().join(", "),
        Kind::YesNo => "yes or no".to_owned(),
        Kind::Date { .. } => "a date".to_owned(),
        Kind::Dates => "dates with ; between them".to_owned(),
        Kind::Money | Kind::Balance => "pounds and pence".to_owned(),
        Kind::Name => "a name".to_owned(),
        Kind::Text => "text".to_owned(),
        Kind::Number { .. } => "a number".to_owned(),
        Kind::Digits { length, .. } => format!("{length} digits"),
        Kind::Nino => "a National Insurance number".to_owned(),
        Kind::Postcode => "a postcode".to_owned(),
    }
}

/// What was typed beside the file: lookup to choice, and the reason to go without it.
pub(super) type Typed = BTreeMap<String, (String, String)>;

async fn page(
    State(app): State<App>,
    visitor: Visitor,
    Path(schedule): Path<String>,
) -> Result<Response, Fault> {
    let rules = data(&app, &visitor, &schedule).await?;
    Ok(render(&app, &visitor, &rules, &Typed::new(), &[]))
}

/// The page, with what was wrong with what was sent.
pub(super) fn render(
    app: &App,
    visitor: &Visitor,
    rules: &Rules,
    typed: &Typed,
    wrong: &[Wrong],
) -> Response {
    let body = html! {
        (parts::error_summary(wrong))
        h1 class="govuk-heading-l" { (rules.title) }
        @if rules.stopped {
            (parts::notice("A person has stopped this bot", html! {
                p class="govuk-body" {
                    "You can upload and check a sheet. What you queue is decided when the bot is "
                    "started again."
                }
            }))
        }
        p class="govuk-body" { (rules.purpose) }
        h2 class="govuk-heading-m" { "What the file must be" }
        ul class="govuk-list govuk-list--bullet" {
            li { "A spreadsheet (.xlsx, .xlsm, .xlsb, .xls, .ods) or a text file (.csv, .tsv)." }
            li { "Up to 50 MB; .xls, .xlsb and .ods up to 10 MB." }
            li {
                "A header row with the columns below. If yours are called otherwise, you can say "
                "which is which after the upload."
            }
            li { "Without a password. Macros are never run." }
            @if let Some(limit) = rules.approve_over {
                li {
                    "With more than " (parts::number(limit)) " items, a second person must agree "
                    "before anything is decided."
                }
            }
        }
        (parts::link_button(
            "Download the template", &format!("/new/{}/template.xlsx", rules.schedule),
        ))
        (parts::details("The columns", columns(rules)))
        h2 class="govuk-heading-m" { "Upload the file" }
        form method="post" action={ "/new/" (rules.schedule) } enctype="multipart/form-data"
            novalidate {
            @for lookup in &rules.lookups { (source(lookup, typed, wrong)) }
            (parts::file_upload(
                &Field::new("file", "The sheet")
                    .hint("It is checked at once. Nothing is decided until you queue it.")
                    .bold()
                    .error(parts::wrong(wrong, "file")),
                ACCEPT,
            ))
            (parts::button("Upload and check"))
        }
        (parts::inset(html! {
            "What you upload is kept sealed, and only you see what stands in it. If you do not queue "
            "it, it is erased after 7 days."
        }))
    };
    let page = Page::new(&rules.title).section("/new").back("/new", "Choose something else");
    let page = page.wrong(!wrong.is_empty());
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    (status, layout::page(app, Some(visitor), &page, body)).into_response()
}

fn columns(rules: &Rules) -> Markup {
    let mut table = Table::new("Columns of the sheet")
        .caption_hidden()
        .small()
        .row_headers()
        .column("Header")
        .column("Holds")
        .column("Help")
        .column("Example");
    for column in &rules.columns {
        table = table.row(vec![
            html! { (column.header) @if column.required { " (required)" } },
            html! { (column.holds) },
            html! { (column.help) },
            html! { (column.example) },
        ]);
    }
    table.render()
}

/// Which second source completes the cases.
fn source(lookup: &LookupRule, typed: &Typed, wrong: &[Wrong]) -> Markup {
    let (choice, why) = typed
        .get(&lookup.name)
        .cloned()
        .unwrap_or_else(|| (if lookup.stands { "stands" } else { "" }.to_owned(), String::new()));
    let name = form::title(&lookup.name);
    let since = lookup
        .since
        .map(|since| format!("Put there on {}", parts::date(clock::local_micros(since).date())));
    let mut choices = Vec::new();
    if lookup.stands {
        let stands = Choice::new("stands", "Use the one that stands ready");
        choices.push(stands.hint(since.as_deref().unwrap_or("")));
    }
    choices.push(
        Choice::new("none", "Decide without it")
            .hint("More cases may be referred to a person. Say why below."),
    );
    let (field, reason) = (format!("lookup-{}", lookup.name), format!("without-{}", lookup.name));
    let asked = Field::new(&field, &name)
        .hint(&lookup.purpose)
        .bold()
        .value(&choice)
        .error(parts::wrong(wrong, &field));
    let label = format!("{name}: why the cases are decided without it");
    let why = Field::new(&reason, &label)
        .hint("Only if you decide without it. It goes with the upload; name no person.")
        .value(&why)
        .error(parts::wrong(wrong, &reason));
    html! {
        @if !lookup.stands {
            (parts::warning_text(&format!(
                "{name}: none stands ready. An operator can put one there."
            )))
        }
        (parts::radios(&asked, &choices))
        (parts::input(&why))
    }
}

async fn template(
    State(app): State<App>,
    visitor: Visitor,
    Path(schedule): Path<String>,
) -> Result<Response, Fault> {
    let (schedule, bot) = job(&app, &visitor, &schedule)?;
    let name = format!("{}-template.xlsx", schedule.name);
    download::workbook(&app, &name, move |path| {
        form::write(bot.template(), bot.manifest().source, path)
            .map(drop)
            .map_err(|fault| Error::failed(format!("the template was not written: {fault}"), ""))
    })
    .await
}
