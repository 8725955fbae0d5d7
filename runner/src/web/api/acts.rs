//! What people do to items, by the same functions as at the command line.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use clerkwork_bots::kit::Cell;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::rights::Right;
use super::super::routes::{Route, post};
use super::super::{App, Fault, Visitor};
use super::asked::{self, Body};
use super::items::seen;
use super::said::{NotDone, Refused, Why, own};
use crate::acts::{Acted, Acting};
use crate::clock;
use crate::ids::ItemId;
use crate::operate;
use crate::review::{self, Opened, unopened};
use crate::state;

pub(super) fn routes() -> Vec<Route> {
    vec![
        post("/api/v1/items/{item}/confirm", &[Right::Settle], confirm),
        post("/api/v1/items/{item}/change", &[Right::Settle], change),
        post("/api/v1/items/{item}/ask-evidence", &[Right::Settle], ask_evidence),
        post("/api/v1/items/{item}/by-hand", &[Right::Settle], by_hand),
        post("/api/v1/items/assign", &[Right::Settle, Right::Operate], assign),
        post("/api/v1/items/{item}/retry", &[Right::Operate], retry),
        post("/api/v1/items/{item}/cancel", &[Right::Operate], cancel),
        post("/api/v1/items/{item}/postpone", &[Right::Settle, Right::Operate], postpone),
    ]
}

/// Where an item and its batch stand after an act.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ItemStands {
    #[schema(example = "3-231")]
    item: String,
    state: state::Item,
    batch_state: state::Batch,
}

impl From<Acted> for ItemStands {
    fn from(acted: Acted) -> Self {
        Self { item: acted.item.to_string(), state: acted.state, batch_state: acted.batch }
    }
}

/// Who acts on which item, if they may.
async fn acting<'a>(
    app: &'a App,
    visitor: &Visitor,
    item: &str,
    why: &str,
) -> Result<(Acting<'a>, ItemId), Fault> {
    let item = seen(app, visitor, asked::item(item)?).await?;
    Ok((Acting::new(&app.folder, &app.store, visitor.actor(), why)?, item.id))
}

macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident = $path:literal : $act:path,)+) => {$(
        $(#[$doc])*
        #[utoipa::path(post, path = $path, tag = "items",
            params(("item" = String, Path, example = "3-231"), super::Once), request_body = Why,
            responses((status = 200, body = ItemStands), Refused))]
        pub(super) async fn $name(
            State(app): State<App>,
            visitor: Visitor,
            Path(item): Path<String>,
            Body(asked): Body<Why>,
        ) -> Result<Json<ItemStands>, Fault> {
            let (acting, id) = acting(&app, &visitor, &item, &asked.why).await?;
            Ok(Json($act(&acting, id).await?.into()))
        }
    )+};
}

acts! {
    /// Closes an item that was settled outside the flow.
    by_hand = "/api/v1/items/{item}/by-hand": review::by_hand,
    /// Works a failed or postponed item again.
    retry = "/api/v1/items/{item}/retry": operate::retry,
    /// Will not be decided.
    cancel = "/api/v1/items/{item}/cancel": operate::cancel,
}

/// Who settles which item. A person does, who has opened its case: a program never decides what
/// was referred to a person.
async fn settling<'a>(
    app: &'a App,
    visitor: &Visitor,
    item: &str,
    why: &str,
    opened: &str,
) -> Result<(Acting<'a>, ItemId), Fault> {
    let (mut acting, id) = acting(app, visitor, item, why).await?;
    if visitor.session.is_none() {
        return Err(Fault::new(
            StatusCode::FORBIDDEN,
            "a program cannot settle what was referred to a person",
            "an officer opens it on the page, or by the API under their own session",
        ));
    }
    let opened = opened.parse::<Opened>().map_err(|()| unopened(id))?;
    acting.seen = Some(opened.seen(&app.store, &visitor.actor(), id).await?);
    Ok((acting, id))
}

/// That the recommendation stands.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Confirm {
    /// What `/case` gave when this person opened it.
    #[schema(example = "231/1/referred")]
    opened: String,
    /// Why.
    #[schema(min_length = 1, max_length = 2000)]
    why: String,
}

/// Lets the bot's recommendation stand. For a person who has opened the case, not for a program.
#[utoipa::path(post, path = "/api/v1/items/{item}/confirm", tag = "items",
    params(("item" = String, Path, example = "3-231"), super::Once), request_body = Confirm,
    responses((status = 200, body = ItemStands), Refused))]
pub(super) async fn confirm(
    State(app): State<App>,
    visitor: Visitor,
    Path(item): Path<String>,
    Body(asked): Body<Confirm>,
) -> Result<Json<ItemStands>, Fault> {
    let (acting, id) = settling(&app, &visitor, &item, &asked.why, &asked.opened).await?;
    Ok(Json(review::confirm(&acting, id).await?.into()))
}

/// A decision otherwise than recommended.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    /// What `/case` gave when this person opened it.
    #[schema(example = "231/1/referred")]
    opened: String,
    /// Decision columns and their new values, as a sheet would have them; an empty value takes one
    /// away.
    set: BTreeMap<String, String>,
    /// Why; it stands in the notice of the decision, where its bot writes one.
    #[schema(min_length = 1, max_length = 2000)]
    why: String,
}

/// Decides a referred item otherwise than recommended. For a person who has opened the case, not for
/// a program.
#[utoipa::path(post, path = "/api/v1/items/{item}/change", tag = "items",
    params(("item" = String, Path, example = "3-231"), super::Once), request_body = Change,
    responses((status = 200, body = ItemStands), Refused))]
pub(super) async fn change(
    State(app): State<App>,
    visitor: Visitor,
    Path(item): Path<String>,
    Body(asked): Body<Change>,
) -> Result<Json<ItemStands>, Fault> {
    let (acting, id) = settling(&app, &visitor, &item, &asked.why, &asked.opened).await?;
    let set = asked.set.iter();
    let given: Vec<(&str, Cell<'_>)> =
        set.map(|(column, value)| (column.as_str(), Cell::Text(value))).collect();
    Ok(Json(review::change(&acting, id, &given, false).await?.into()))
}

/// What the applicant is to bring.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Evidence {
    /// By when it should be there.
    #[schema(value_type = Option<String>, format = Date)]
    until: Option<Date>,
    /// What was asked for, and why.
    #[schema(min_length = 1, max_length = 2000)]
    why: String,
}

/// Notes that evidence was asked for; the item stays referred.
#[utoipa::path(post, path = "/api/v1/items/{item}/ask-evidence", tag = "items",
    params(("item" = String, Path, example = "3-231"), super::Once), request_body = Evidence,
    responses((status = 200, body = ItemStands), Refused))]
pub(super) async fn ask_evidence(
    State(app): State<App>,
    visitor: Visitor,
    Path(item): Path<String>,
    Body(asked): Body<Evidence>,
) -> Result<Json<ItemStands>, Fault> {
    let (acting, id) = acting(&app, &visitor, &item, &asked.why).await?;
    Ok(Json(review::ask_evidence(&acting, id, asked.until, clock::today()).await?.into()))
}

/// To when an item is put off.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PutOff {
    /// The day.
    #[schema(value_type = String, format = Date)]
    until: Date,
    /// Why.
    #[schema(min_length = 1, max_length = 2000)]
    why: String,
}

/// Puts a referred item, or one still to be decided, off until a later day, on which it is looked at
/// again.
#[utoipa::path(post, path = "/api/v1/items/{item}/postpone", tag = "items",
    params(("item" = String, Path, example = "3-231"), super::Once), request_body = PutOff,
    responses((status = 200, body = ItemStands), Refused))]
pub(super) async fn postpone(
    State(app): State<App>,
    visitor: Visitor,
    Path(item): Path<String>,
    Body(asked): Body<PutOff>,
) -> Result<Json<ItemStands>, Fault> {
    let (acting, id) = acting(&app, &visitor, &item, &asked.why).await?;
    Ok(Json(operate::postpone(&acting, id, asked.until, clock::today()).await?.into()))
}

/// Items and who is to have them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Assign {
    /// The items.
    #[schema(min_items = 1, max_items = 1000, example = json!(["3-231", "3-240"]))]
    items: Vec<String>,
    /// The officer's name.
    #[schema(min_length = 1, max_length = 100)]
    to: String,
    /// Why.
    #[schema(min_length = 1, max_length = 2000)]
    why: String,
}

/// What was assigned, and what was not.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AssignedNow {
    assigned: Vec<ItemStands>,
    not_done: Vec<NotDone>,
}

/// Most items that are assigned at once.
const AT_ONCE: usize = 1000;

/// Gives items to an officer, each by itself.
#[utoipa::path(post, path = "/api/v1/items/assign", tag = "items", params(super::Once),
    request_body = Assign, responses((status = 200, body = AssignedNow), Refused))]
pub(super) async fn assign(
    State(app): State<App>,
    visitor: Visitor,
    Body(asked): Body<Assign>,
) -> Result<Json<AssignedNow>, Fault> {
    if asked.items.is_empty() || asked.items.len() > AT_ONCE {
        return Err(Fault::bad("the items are too few or too many", "name 1 to 1,000 items"));
    }
    let (mut assigned, mut not_done) = (Vec::new(), Vec::new());
    let acting = Acting::new(&app.folder, &app.store, visitor.actor(), &asked.why)?;
    for name in &asked.items {
        let id = seen(&app, &visitor, asked::item(name)?).await?.id;
        match review::assign(&acting, id, &asked.to).await {
            Ok(acted) => assigned.push(acted.into()),
            Err(fault) => not_done.push(NotDone::new(name, &own(fault)?)),
        }
    }
    Ok(Json(AssignedNow { assigned, not_done }))
}
