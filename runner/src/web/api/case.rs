//! The case of an item and its rulings: personal, and logged as viewed before it is sent.

use axum::Json;
use axum::extract::{Path, State};
use clerkwork_bots::kit::Shown;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::rights::Right;
use super::super::routes::{Route, get};
use super::super::{App, Fault, Visitor};
use super::asked;
use super::items::seen;
use super::said::Refused;
use crate::record::{self, Said};
use crate::review;
use crate::shown::rfc3339;
use crate::store::items::Ruled;

pub(super) fn routes() -> Vec<Route> {
    vec![get("/api/v1/items/{item}/case", &[Right::SeeCases], case)]
}

/// A field under the label of its form.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FieldShown {
    label: String,
    /// Dates as 2026-11-22, money with two decimals; absent where nothing is known.
    value: Option<String>,
}

impl From<&Said> for FieldShown {
    fn from(said: &Said) -> Self {
        Self { label: said.label.clone(), value: text(&said.value) }
    }
}

/// Why, with the dated figure or rule that it rests on, and who set that.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReasonShown {
    code: String,
    text: String,
    /// Id of the figure or rule.
    rests_on: String,
    /// The day that row of it took effect.
    #[schema(format = Date)]
    from: String,
    source: String,
}

/// A step of the working.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StepShown {
    label: String,
    amount: String,
    /// Id of the figure or rule; empty for a fact of the case.
    rests_on: String,
    #[schema(format = Date)]
    from: Option<String>,
    source: String,
}

/// Why a person is needed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Needed {
    code: String,
    why: String,
}

/// A ruling: a decision, or a recommendation where a person is needed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RulingShown {
    n: i64,
    #[schema(format = DateTime)]
    at: Option<String>,
    /// The bot, or the officer who settled it.
    by: String,
    /// Whether it is the one that stands.
    stands: bool,
    decision: Vec<FieldShown>,
    needs: Vec<Needed>,
    reasons: Vec<ReasonShown>,
    working: Vec<StepShown>,
}

/// The case of an item, and how it was ruled upon. Personal.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CaseShown {
    item: String,
    /// What to send along with `confirm` and `change`: they are held against what was seen here.
    opened: String,
    /// In the order of the form; absent where this version of the bot cannot read it.
    fields: Option<Vec<FieldShown>>,
    /// First to last.
    rulings: Vec<RulingShown>,
}

/// The case of an item and its rulings. Personal: that it was looked at is logged.
#[utoipa::path(get, path = "/api/v1/items/{item}/case", tag = "items",
    params(("item" = String, Path, example = "3-231")),
    responses((status = 200, body = CaseShown), Refused))]
pub(super) async fn case(
    State(app): State<App>,
    visitor: Visitor,
    Path(item): Path<String>,
) -> Result<Json<CaseShown>, Fault> {
    let item = seen(&app, &visitor, asked::item(&item)?).await?;
    let opened = review::viewed(&app.store, &visitor.actor(), item.id).await?;
    let (_, payload) = app.store.case(item.id).await?;
    let bot = app.store.batch(item.id.batch()).await?.bot;
    let fields = record::fields(&bot, &payload);
    let rulings = app.store.rulings(item.id).await?;
    Ok(Json(CaseShown {
        item: item.id.to_string(),
        opened: opened.to_string(),
        fields: fields.map(|fields| fields.iter().map(FieldShown::from).collect()),
        rulings: rulings.iter().map(|ruled| ruling(ruled, item.ruling)).collect(),
    }))
}

fn ruling(ruled: &Ruled, stands: i64) -> RulingShown {
    let ruling = &ruled.payload.ruling;
    let decision = ruling.decision.iter();
    RulingShown {
        n: ruled.n,
        at: rfc3339(Some(ruled.at)),
        by: ruled.by.clone(),
        stands: ruled.n == stands,
        decision: decision
            .map(|(label, value)| FieldShown { label: label.clone(), value: text(value) })
            .collect(),
        needs: ruling
            .needs
            .iter()
            .map(|need| Needed { code: need.code.clone(), why: need.why.clone() })
            .collect(),
        reasons: ruling
            .reasons
            .iter()
            .map(|reason| ReasonShown {
                code: reason.code.clone(),
                text: reason.text.clone(),
                rests_on: reason.figure.clone(),
                from: reason.from.to_string(),
                source: reason.source.title.clone(),
            })
            .collect(),
        working: ruling
            .working
            .iter()
            .map(|line| StepShown {
                label: line.label.clone(),
                amount: line.amount.clone(),
                rests_on: line.rule.clone(),
                from: line.from.map(|day| day.to_string()),
                source: line.source.clone(),
            })
            .collect(),
    }
}

fn text(value: &Shown) -> Option<String> {
    match value {
        Shown::Empty => None,
        Shown::Date(day) => Some(day.to_string()),
        Shown::Money(amount) => Some(format!("{amount:.2}")),
        Shown::Text(_) | Shown::Number(_) => Some(value.to_string()),
    }
}
