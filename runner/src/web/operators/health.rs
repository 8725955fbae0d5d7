//! How the runner is: what somebody should look at, and the figures that tell it.

use axum::extract::State;
use maud::{Markup, html};
use serde::Serialize;
use utoipa::ToSchema;

use crate::alerts::list::{self, Alert};
use crate::alerts::settings::Settings;
use crate::clock;
use crate::error::Result;
use crate::health::conditions::{self, Condition};
use crate::health::{self, Finding, Level, settings};
use crate::job_log::{self, Kind};
use crate::shown;
use crate::store::lists::{At, LogFilter};
use crate::web::layout::{self, Page};
use crate::web::live::Seen;
use crate::web::parts::{self, Colour, Table};
use crate::web::rights::Right;
use crate::web::routes::{Route, get};
use crate::web::{App, Fault, Visitor};

pub(super) fn routes() -> Vec<Route> {
    vec![get("/health", &[Right::SeeHealth], page)]
}

/// How the runner is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// The worst of what was found: `ok`, `warning` or `bad`.
    pub level: String,
    /// What was found.
    pub findings: Vec<Found>,
    /// The item that has waited longest.
    pub oldest_item: Option<String>,
    /// Since when it has.
    #[serde(serialize_with = "shown::maybe_at")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub oldest_since: Option<i64>,
    /// Room on the disk, in MB.
    pub disk_free_mb: Option<u64>,
    /// The store's size with what is not merged yet, in MB.
    pub store_mb: u64,
    /// Entries in the job log.
    pub log_size: u64,
    /// The root over them.
    pub log_root: String,
    /// When the newest backup was made here.
    #[serde(serialize_with = "shown::maybe_at")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub backup_at: Option<i64>,
    /// Alerts that are open.
    pub alerts: usize,
    /// Who watches the log live.
    pub log_viewers: usize,
}

/// One thing that was looked at.
#[derive(Debug, Serialize, ToSchema)]
pub struct Found {
    /// What was looked at.
    pub about: String,
    /// How it stands: `ok`, `warning` or `bad`.
    pub level: String,
    /// What was found.
    pub says: String,
    /// What to do.
    #[serde(rename = "do")]
    pub advice: String,
}

/// How the runner is, and its open alerts. What takes long is left to `clerkwork doctor`: reading
/// the whole store and the whole log.
pub async fn data(app: &App) -> Result<(Health, Vec<Alert>)> {
    let (folder, store) = (&app.folder, &app.store);
    let watch = Settings::of(folder).map(|settings| settings.watch).unwrap_or_default();
    let now = clock::now();
    let known = health::known(folder, &store.db, now).await;
    let free = conditions::free_mb(folder.root());
    let mut last: Vec<Condition> = Vec::new();
    last.extend(free.and_then(|free| conditions::disk(free, &watch, false)));
    last.extend(conditions::key(folder));
    last.extend(conditions::missed(known.missed.as_deref().unwrap_or_default()));
    last.extend(conditions::down(known.outlets.as_deref().unwrap_or_default(), &watch, now));
    last.extend(conditions::stopped(&store.db).await?);
    last.extend(conditions::webhook_off(&store.db).await?);
    last.extend(conditions::batches(folder, store, clock::today()).await?);
    last.extend(conditions::payments(store, clock::today()).await?);
    last.extend(conditions::looks(store, clock::today()).await?);
    let mut findings: Vec<Finding> = last.iter().map(|it| it.finding(it.code.as_str())).collect();
    findings.extend(settings::schedules(folder, None)?);
    findings.extend(settings::calendars(folder, None, clock::today())?);
    findings.extend(settings::policies(folder, None));
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    let head = job_log::head(&store.db).await?;
    let oldest = store.oldest_waiting().await?;
    let alerts = list::open(&store.db).await?;
    let health = Health {
        level: health::worst(&findings).as_str().to_owned(),
        findings: findings.iter().map(Found::of).collect(),
        oldest_item: oldest.map(|(item, _)| item.to_string()),
        oldest_since: oldest.map(|(_, since)| since),
        disk_free_mb: free,
        store_mb: store_mb(app),
        log_size: head.size,
        log_root: head.root_text(),
        backup_at: backup_at(app).await?,
        alerts: alerts.len(),
        log_viewers: app.live.watching(),
    };
    Ok((health, alerts))
}

impl Found {
    fn of(finding: &Finding) -> Self {
        Self {
            about: finding.about.to_owned(),
            level: finding.level.as_str().to_owned(),
            says: finding.says.clone(),
            advice: finding.advice.clone(),
        }
    }
}

fn store_mb(app: &App) -> u64 {
    let file = app.folder.database();
    let sizes = ["", "-wal"].iter().filter_map(|ending| {
        let mut name = file.clone().into_os_string();
        name.push(ending);
        std::fs::metadata(name).ok().map(|about| about.len())
    });
    sizes.sum::<u64>() >> 20
}

async fn backup_at(app: &App) -> Result<Option<i64>> {
    let filter =
        LogFilter { kinds: vec![Kind::BackupMade.as_str().to_owned()], ..LogFilter::default() };
    let newest = app.store.list_log(&filter, &At::first(1)).await?;
    Ok(newest.rows.first().and_then(|stored| Seen::of(stored).micros()))
}

async fn page(State(app): State<App>, visitor: Visitor) -> Result<Markup, Fault> {
    let (health, alerts) = data(&app).await?;
    let body = html! {
        h1 class="govuk-heading-l" { "Health" }
        div id="health" data-refresh="10" {
            (figures(&health))
            h2 class="govuk-heading-m" { "What was found" }
            (findings(&health.findings))
            h2 class="govuk-heading-m" { "Open alerts" }
            (open(&alerts))
        }
        p class="govuk-body" {
            a class="govuk-link" href="/health" { "Refresh" }
            ". The whole store and the whole log are read by the command "
            code { "clerkwork doctor" } "."
        }
    };
    let page = Page::new("Health").section("/health").wide().script("refresh.js");
    Ok(layout::page(&app, Some(&visitor), &page, body))
}

fn figures(health: &Health) -> Markup {
    let whole = |n: u64| parts::number(i64::try_from(n).unwrap_or(i64::MAX));
    parts::summary_list(&[
        ("In short", level(&health.level)),
        (
            "Oldest item that waits",
            html! {
                @match (&health.oldest_item, health.oldest_since) {
                    (Some(item), Some(since)) => { "Item " (item) ", since " (parts::moment(since)) },
                    _ => "No item waits",
                }
            },
        ),
        (
            "Room on the disk",
            html! {
                @match health.disk_free_mb { Some(mb) => { (whole(mb)) " MB free" }, None => "Not known" }
            },
        ),
        ("Store", html! { (whole(health.store_mb)) " MB" }),
        (
            "Job log",
            html! {
                (whole(health.log_size)) " entries, root "
                code class="cw-hash" { (health.log_root) }
            },
        ),
        (
            "Newest backup",
            html! {
                @match health.backup_at {
                    Some(at) => (parts::moment(at)),
                    None => "None that was made with clerkwork backup",
                }
            },
        ),
        ("Streams of the log", html! { (health.log_viewers) }),
    ])
}

fn level(level: &str) -> Markup {
    let bad = Level::Bad.as_str();
    let warning = Level::Warning.as_str();
    match level {
        it if it == bad => parts::tag("Does not work", Colour::Red),
        it if it == warning => parts::tag("Look at it", Colour::Orange),
        _ => parts::tag("Well", Colour::Green),
    }
}

fn findings(found: &[Found]) -> Markup {
    let table = found.iter().fold(
        Table::new("What was found")
            .caption_hidden()
            .column("State")
            .column("About")
            .column("What")
            .column("What to do"),
        |table, it| {
            table.row(vec![
                level(&it.level),
                html! { (layout::sentence(&it.about.replace('-', " "))) },
                html! { (layout::sentence(&it.says)) },
                html! { @for line in it.advice.lines() { div { (line) } } },
            ])
        },
    );
    html! {
        @if table.is_empty() {
            (parts::empty("Nothing is wrong", html! {
                "Whatever somebody should look at is listed here."
            }))
        } @else { (table) }
    }
}

fn open(alerts: &[Alert]) -> Markup {
    let table = alerts.iter().fold(
        Table::new("Open alerts")
            .caption_hidden()
            .column("Since")
            .column("What")
            .column("What to do")
            .numeric("Told"),
        |table, alert| {
            table.row(vec![
                html! { (parts::moment(alert.raised_at)) },
                html! { (layout::sentence(&alert.says)) },
                html! { (alert.advice) },
                html! { (parts::count(alert.times, false, "time", "times")) },
            ])
        },
    );
    html! {
        @if table.is_empty() {
            (parts::empty("No alert is open", html! {
                "Who is told of what is set in alerts.toml of the data folder."
            }))
        } @else { (table) }
    }
}
