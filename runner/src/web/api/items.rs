//! Items: listed and looked at. What is personal of one, its case and its rulings, is logged as viewed.

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::rights::Right;
use super::super::routes::{Route, get, post};
use super::super::{App, Fault, Visitor};
use super::asked::{self, Asked, Body};
use super::said::{Count, Refused, Stretch};
use crate::ids::ItemId;
use crate::job_log;
use crate::shown::{EntryShown, ItemShown};
use crate::state;
use crate::store::items::Listed;
use crate::store::lists::{Assigned, ItemFilter, ItemRow, Order};

/// The longest reference, in characters.
const LONGEST: usize = 200;
/// Entries of the log that are shown of one item.
const ENTRIES: i64 = 200;

const SEE: &[Right] = &[Right::SeeBatches];

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/items", SEE, list),
        post("/api/v1/items/find", &[Right::SeeCases], find),
        get("/api/v1/items/{item}", SEE, one),
    ]
}

/// Which items.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct Which {
    /// Only of this schedule.
    schedule: Option<String>,
    /// Only of this batch.
    #[param(minimum = 1)]
    batch: Option<i64>,
    /// Only in this state.
    #[param(value_type = Option<state::Item>)]
    state: Option<String>,
    /// Only those that wait for a person for this reason, by its code.
    reason: Option<String>,
    /// Only those given to this officer.
    assigned_to: Option<String>,
    /// Only those given to nobody.
    unassigned: bool,
    /// Only those due on this day or before.
    #[param(value_type = Option<String>, format = Date)]
    due_by: Option<jiff::civil::Date>,
    /// In which order.
    order: Ordered,
}

/// An order of items.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Ordered {
    /// By the day when they are due.
    #[default]
    Due,
    /// The newest first.
    Newest,
    /// By batch and row.
    Row,
}

impl Which {
    fn filter(self, visitor: &Visitor) -> Result<ItemFilter, Fault> {
        let states = match self.state.as_deref() {
            None | Some("") => Vec::new(),
            Some(name) => vec![state::Item::parse(name).ok_or_else(unknown_state)?],
        };
        let order = match self.order {
            Ordered::Due => Order::Due,
            Ordered::Newest => Order::Newest,
            Ordered::Row => Order::Row,
        };
        Ok(ItemFilter {
            bots: visitor.person.bots.clone(),
            schedule: self.schedule,
            batch: asked::batch_number(self.batch)?,
            states,
            reason: self.reason,
            assigned: if self.unassigned {
                Some(Assigned::Nobody)
            } else {
                self.assigned_to.map(Assigned::To)
            },
            due_by: self.due_by,
            order,
        })
    }
}

fn unknown_state() -> Fault {
    let names: Vec<&str> = state::Item::ALL.iter().map(|state| state.as_str()).collect();
    Fault::bad("there is no such state of an item", format!("one of: {}", names.join(", ")))
}

/// An item in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ItemRowShown {
    #[serde(flatten)]
    item: ItemShown,
    /// The bot that decides it.
    bot: String,
    /// The schedule that it came by.
    schedule: String,
    /// By when it should be settled.
    #[schema(format = Date)]
    due: Option<String>,
}

impl From<&ItemRow> for ItemRowShown {
    fn from(row: &ItemRow) -> Self {
        Self {
            item: ItemShown::from(&row.item),
            bot: row.bot.clone(),
            schedule: row.schedule.clone(),
            due: row.due.map(|day| day.to_string()),
        }
    }
}

/// Items, in the order asked for.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Items {
    items: Vec<ItemRowShown>,
    /// Where the next stretch begins, if there is one.
    next: Option<String>,
    /// Where the stretch before begins, if there is one.
    previous: Option<String>,
    count: Count,
}

/// Items: where each stands, and why it waits for a person. Nothing personal.
#[utoipa::path(get, path = "/api/v1/items", tag = "items", params(Which, Stretch),
    responses((status = 200, body = Items), Refused))]
pub(super) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Asked(which): Asked<Which>,
    Asked(stretch): Asked<Stretch>,
) -> Result<Json<Items>, Fault> {
    let listed = app.store.list_items(&which.filter(&visitor)?, &stretch.try_into()?).await?;
    Ok(Json(Items {
        items: listed.rows.iter().map(ItemRowShown::from).collect(),
        next: listed.next,
        previous: listed.previous,
        count: listed.count.into(),
    }))
}

/// The reference that an applicant has.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Reference {
    /// As the form has it. It is never in an address, and is not kept.
    #[schema(min_length = 1, max_length = 200)]
    reference: String,
}

/// Items of a reference.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FoundItems {
    items: Vec<ItemShown>,
}

/// Finds the items of a reference.
#[utoipa::path(post, path = "/api/v1/items/find", tag = "items", params(super::Once),
    request_body = Reference, responses((status = 200, body = FoundItems), Refused))]
pub(super) async fn find(
    State(app): State<App>,
    visitor: Visitor,
    Body(asked): Body<Reference>,
) -> Result<Json<FoundItems>, Fault> {
    let reference = asked.reference.trim();
    if reference.is_empty() || reference.chars().count() > LONGEST {
        return Err(Fault::bad("that is no reference", "1 to 200 characters, as the form has it"));
    }
    let mut items = Vec::new();
    for id in app.store.items_by_reference(reference).await? {
        if let Ok(item) = seen(&app, &visitor, id).await {
            items.push(ItemShown::from(&item));
        }
    }
    Ok(Json(FoundItems { items }))
}

/// An item with everything that is known of it and not personal.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WholeItem {
    #[serde(flatten)]
    item: ItemShown,
    /// Items that follow it.
    superseded_by: Vec<String>,
    /// Its entries in the job log, oldest first.
    log: Vec<EntryShown>,
}

/// One item, without anything personal.
#[utoipa::path(get, path = "/api/v1/items/{item}", tag = "items",
    params(("item" = String, Path, example = "3-231")),
    responses((status = 200, body = WholeItem), Refused))]
pub(super) async fn one(
    State(app): State<App>,
    visitor: Visitor,
    Path(item): Path<String>,
) -> Result<Json<WholeItem>, Fault> {
    let item = seen(&app, &visitor, asked::item(&item)?).await?;
    let later = app.store.superseded_by(item.id).await?;
    let entries = job_log::of(&app.store.db, item.id.0, item.id.0, 0, ENTRIES).await?;
    Ok(Json(WholeItem {
        item: ItemShown::from(&item),
        superseded_by: later.iter().map(ToString::to_string).collect(),
        log: entries.iter().map(EntryShown::from).collect(),
    }))
}

/// The item, if they may see the work of its bot.
pub(super) async fn seen(app: &App, visitor: &Visitor, id: ItemId) -> Result<Listed, Fault> {
    let item = app.store.item(id).await?;
    visitor.must_see(&app.store.batch(id.batch()).await?.bot)?;
    Ok(item)
}
