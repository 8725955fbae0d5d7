//! What a bot decides, by which law and which figures; and its emergency stop.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use clerkwork_bots::kit::{FigureLine, Mark, Registered};
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Asked, done, why};
use crate::error::{Error, Result};
use crate::pipeline;
use crate::store::stops;
use crate::web::layout::{self, Page};
use crate::web::parts::{self, Colour, Table, Wrong};
use crate::web::rights::Right;
use crate::web::routes::{Route, get, post};
use crate::web::{App, Fault, Visitor};

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/bots/{name}", &[Right::SignedIn], page),
        post("/bots/{name}/stop", &[Right::Operate], stop),
        post("/bots/{name}/start", &[Right::Operate], start),
    ]
}

/// What is to be said of a bot.
#[derive(Debug, Serialize, ToSchema)]
pub struct BotShown {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// The version of its rules.
    pub version: String,
    /// SHA-256 of its rules.
    pub sha256: String,
    /// SHA-256 of the policy in force.
    pub policy_sha256: String,
    /// What it decides.
    pub purpose: String,
    /// Whether it is a significant decision under UK GDPR article 22A, and why.
    pub significant: bool,
    /// Why it is or is not.
    pub why_significant: String,
    /// Special category data that can decide.
    pub special_category: String,
    /// Who confirms.
    pub who_confirms: String,
    /// The law: how it is cited, where it is read, what it decides.
    pub law: Vec<LawShown>,
    /// Why a person may be needed: code and meaning.
    pub needs: Vec<(String, String)>,
    /// Figures, rules and options, with their dates and sources.
    pub figures: Vec<FigureShown>,
    /// Since when it is stopped, in microseconds since 1970, and by whom.
    pub stopped: Option<(i64, String)>,
}

/// An enactment that a bot applies.
#[derive(Debug, Serialize, ToSchema)]
pub struct LawShown {
    /// How it is cited.
    pub title: String,
    /// Where it can be read.
    pub href: String,
    /// What it decides here.
    pub decides: String,
}

/// A dated figure, rule or option.
#[derive(Debug, Serialize, ToSchema)]
pub struct FigureShown {
    /// What it is.
    pub label: String,
    /// Its value as text, with its unit.
    pub value: String,
    /// First day.
    #[schema(value_type = Option<String>)]
    pub from: Option<Date>,
    /// Last day.
    #[schema(value_type = Option<String>)]
    pub until: Option<Date>,
    /// How sure it is, in words.
    pub standing: String,
    /// Whether cases are decided on it.
    pub decides: bool,
    /// What set it.
    pub source: String,
    /// Where that can be read.
    pub href: String,
}

/// What is to be said of a bot.
pub async fn data(app: &App, bot: &Registered) -> Result<BotShown> {
    let policy = pipeline::policy(&app.folder, bot)?;
    let it = bot.explain();
    let (manifest, duties) = (it.manifest, &it.manifest.duties);
    let stopped = stops::stopped(&app.store.db).await?;
    let stopped = stopped.into_iter().find(|stop| stop.bot == manifest.name);
    let law = manifest.law.iter().map(|law| LawShown {
        title: law.title.to_owned(),
        href: law.href.to_owned(),
        decides: law.decides.to_owned(),
    });
    Ok(BotShown {
        name: manifest.name.to_owned(),
        title: manifest.title.to_owned(),
        version: manifest.version.to_owned(),
        sha256: it.digest.to_string(),
        policy_sha256: policy.digest().to_string(),
        purpose: manifest.purpose.to_owned(),
        significant: duties.significant,
        why_significant: duties.why.to_owned(),
        special_category: duties.special_category.to_owned(),
        who_confirms: duties.who_confirms.to_owned(),
        law: law.collect(),
        needs: manifest.needs.iter().map(|it| (it.code.into(), it.means.into())).collect(),
        figures: policy.figures().map(|line| figure(&line)).collect(),
        stopped: stopped.map(|stop| (stop.at, stop.by)),
    })
}

fn figure(line: &FigureLine) -> FigureShown {
    let confirmed = line.confirmed_by.as_ref();
    let decides = confirmed.is_some() || !line.mark.can_be_confirmed() && line.mark != Mark::NF;
    let standing = match (line.mark, confirmed) {
        (Mark::NF, _) if line.from.is_none() => {
            "not set: the council's policy must set it".to_owned()
        }
        (Mark::NF, _) => "not found: never decides".to_owned(),
        (mark, Some(by)) => format!("{}, confirmed by the council: {by}", mark.in_words()),
        (mark, None) if mark.can_be_confirmed() => {
            format!("{}, not confirmed by the council: cases go to a person", mark.in_words())
        }
        (mark, None) => mark.in_words().to_owned(),
    };
    let unit = if line.unit.is_empty() { String::new() } else { format!(" {}", line.unit) };
    FigureShown {
        label: line.label.clone(),
        value: format!("{}{unit}", line.value),
        from: line.from,
        until: line.until,
        standing,
        decides,
        source: line.source.title.clone(),
        href: line.source.href.clone(),
    }
}

fn bot(visitor: &Visitor, name: &str) -> Result<&'static Registered, Fault> {
    let bot = clerkwork_bots::find(name).ok_or_else(Fault::not_found)?;
    visitor.must_see(name)?;
    Ok(bot)
}

async fn page(
    State(app): State<App>,
    visitor: Visitor,
    Path(name): Path<String>,
) -> Result<Markup, Fault> {
    let it = data(&app, bot(&visitor, &name)?).await?;
    shown(&app, &visitor, &it, None).await
}

async fn stop(
    State(app): State<App>,
    visitor: Visitor,
    Path(name): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, Fault> {
    act(&app, &visitor, &name, Asked(sent), true).await
}

async fn start(
    State(app): State<App>,
    visitor: Visitor,
    Path(name): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, Fault> {
    act(&app, &visitor, &name, Asked(sent), false).await
}

async fn act(
    app: &App,
    visitor: &Visitor,
    name: &str,
    sent: Asked,
    stop: bool,
) -> Result<Response, Fault> {
    let bot = bot(visitor, name)?;
    let why = match why(&sent) {
        Ok(why) => why,
        Err(wrong) => {
            let it = data(app, bot).await?;
            let page = shown(app, visitor, &it, Some((sent.one("why"), &wrong))).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    let actor = visitor.actor();
    let changed = if stop {
        app.store.stop_bot(name, &why, &actor).await?
    } else {
        app.store.start_bot(name, &why, &actor).await?
    };
    if !changed {
        let already = if stop { "is stopped already" } else { "is not stopped" };
        let said = Error::usage(format!("the bot {name} {already}"), "open its page again");
        return Err(said.into());
    }
    let says = if stop {
        "The bot is stopped. What it has in hand is finished, and nothing more is begun."
    } else {
        "The bot takes work again."
    };
    done(app, visitor, &format!("/bots/{name}"), says).await
}

async fn shown(
    app: &App,
    visitor: &Visitor,
    it: &BotShown,
    wrong: Option<(&str, &str)>,
) -> Result<Markup, Fault> {
    let (word, title, what, button) = if it.stopped.is_some() {
        ("start", "Start this bot again", "It takes work again.", parts::button("Start the bot"))
    } else {
        (
            "stop",
            "Stop this bot",
            "What it has in hand is finished; nothing more is decided or told until it is started \
             again.",
            parts::warning_button("Stop the bot"),
        )
    };
    let action = format!("/bots/{}/{word}", it.name);
    let field = format!("why-{word}");
    let errors: Vec<Wrong> =
        wrong.iter().map(|(_, error)| Wrong::new(field.as_str(), *error)).collect();
    // Why it was stopped is for those who may start it: it may say more than the log does.
    let words = match it.stopped {
        Some(_) if visitor.may(Right::Operate) => app.store.bot_words(&it.name).await?,
        _ => None,
    };
    let body = html! {
        (parts::error_summary(&errors))
        @if let Some((at, by)) = &it.stopped {
            (parts::notice("This bot was stopped by a person", html! {
                p { "Since " (parts::moment(*at)) ", by " (by) "." }
                @if let Some(words) = &words { p { "Reason: " (words) } }
            }))
        }
        h1 class="govuk-heading-l" { (it.title) }
        p class="govuk-body-l" { (it.purpose) }
        @if visitor.may(Right::Operate) {
            @match wrong {
                None => (parts::act(&action, title, what, html! {}, button)),
                Some((typed, error)) => (parts::act_again(
                    &action, title, what, html! {}, button, (typed, Some(error)),
                )),
            }
        }
        (parts::summary_list(&[
            ("Version", html! { (it.version) }),
            ("A significant decision?", html! {
                @if it.significant { "Yes. " } @else { "No. " } (it.why_significant)
            }),
            ("Special category data that can decide", html! {
                @if it.special_category.is_empty() { "None" } @else { (it.special_category) }
            }),
            ("Who confirms", html! { (it.who_confirms) }),
            ("SHA-256 of its rules", html! { code class="cw-hash" { (it.sha256) } }),
            ("SHA-256 of its policy", html! { code class="cw-hash" { (it.policy_sha256) } }),
        ]))
        h2 class="govuk-heading-m" { "Law" }
        ul class="govuk-list govuk-list--bullet" {
            @for law in &it.law {
                li {
                    a class="govuk-link" href=(law.href) rel="noreferrer" { (law.title) }
                    ": " (law.decides)
                }
            }
        }
        h2 class="govuk-heading-m" { "Why a person may be needed" }
        ul class="govuk-list govuk-list--bullet" {
            @for (_, means) in &it.needs { li { (layout::sentence(means)) } }
        }
        (figures(it))
    };
    let page = Page::new(&it.title).section("/schedules").wrong(wrong.is_some()).wide();
    Ok(layout::page(app, Some(visitor), &page, body))
}

fn figures(it: &BotShown) -> Markup {
    let day = |day: Option<Date>| day.map_or_else(String::new, parts::date);
    let table = it.figures.iter().fold(
        Table::new("Figures, rules and options")
            .small()
            .row_headers()
            .column("What")
            .column("Value")
            .column("From")
            .column("Until")
            .column("How sure")
            .column("Source"),
        |table, line| {
            table.row(vec![
                html! { (line.label) },
                html! { (line.value) },
                html! { (day(line.from)) },
                html! { (day(line.until)) },
                html! {
                    @if !line.decides { (parts::tag("Does not decide", Colour::Orange)) " " }
                    (layout::sentence(&line.standing))
                },
                html! {
                    @if line.href.is_empty() { (line.source) } @else {
                        a class="govuk-link" href=(line.href) rel="noreferrer" { (line.source) }
                    }
                },
            ])
        },
    );
    table.render()
}
