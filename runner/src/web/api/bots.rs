//! Bots: which there are, what they decide by which law, and stopping one.

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::rights::Right;
use super::super::routes::{Route, get, post};
use super::super::{App, Fault, Visitor};
use super::asked::Body;
use super::said::{Refused, Why, reason};

const OPERATE: &[Right] = &[Right::Operate];

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/bots", &[Right::SignedIn], list),
        post("/api/v1/bots/{bot}/stop", OPERATE, stop),
        post("/api/v1/bots/{bot}/start", OPERATE, start),
    ]
}

/// A bot that is installed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BotShown {
    bot: &'static str,
    title: &'static str,
    purpose: &'static str,
    /// By which law.
    law: Vec<&'static str>,
    version: &'static str,
    /// A person has stopped it: it takes no work.
    stopped: bool,
}

/// The bots that are installed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Bots {
    bots: Vec<BotShown>,
}

/// The bots that are installed, and what each decides by which law.
#[utoipa::path(get, path = "/api/v1/bots", tag = "bots",
    responses((status = 200, body = Bots), Refused))]
pub(super) async fn list(State(app): State<App>, visitor: Visitor) -> Result<Json<Bots>, Fault> {
    let mut bots = Vec::new();
    for bot in clerkwork_bots::all() {
        let about = bot.manifest();
        if !visitor.person.sees(about.name) {
            continue;
        }
        bots.push(BotShown {
            bot: about.name,
            title: about.title,
            purpose: about.purpose,
            law: about.law.iter().map(|statute| statute.title).collect(),
            version: about.version,
            stopped: app.store.bot_stopped(about.name).await?,
        });
    }
    Ok(Json(Bots { bots }))
}

/// Whether a bot takes work.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BotStands {
    bot: String,
    stopped: bool,
    /// It stood so before: nothing was done.
    already: bool,
}

macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident = $path:literal : $act:ident, $stopped:literal;)+) => {$(
        $(#[$doc])*
        #[utoipa::path(post, path = $path, tag = "bots",
            params(("bot" = String, Path, example = "free-school-meals"), super::Once),
            request_body = Why, responses((status = 200, body = BotStands), Refused))]
        pub(super) async fn $name(
            State(app): State<App>,
            visitor: Visitor,
            Path(bot): Path<String>,
            Body(asked): Body<Why>,
        ) -> Result<Json<BotStands>, Fault> {
            visitor.must_see(&bot)?;
            let bot = clerkwork_bots::find(&bot).ok_or_else(Fault::not_found)?.manifest().name;
            let done = app.store.$act(bot, reason(&asked)?, &visitor.actor()).await?;
            Ok(Json(BotStands { bot: bot.to_owned(), stopped: $stopped, already: !done }))
        }
    )+};
}

acts! {
    /// Stops a bot: slices under way are finished, no other is begun.
    stop = "/api/v1/bots/{bot}/stop": stop_bot, true;
    /// Lets a stopped bot work again.
    start = "/api/v1/bots/{bot}/start": start_bot, false;
}
