//! What was done, for managers: without anything personal.

use axum::Json;
use axum::extract::State;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::IntoParams;

use super::super::managers::figures;
use super::super::rights::Right;
use super::super::routes::{Route, get};
use super::super::{App, Fault, Visitor};
use super::asked::Asked;
use super::said::Refused;
use crate::clock;
use crate::figures::{Figures, Period};

pub(super) fn routes() -> Vec<Route> {
    vec![get("/api/v1/figures", &[Right::SeeFigures], shown)]
}

/// Which days.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct Which {
    /// The first day; both absent: this week.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// The last day.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<Date>,
}

/// What was done between two days, by bot: volumes, settled first time, reasons, time saved.
#[utoipa::path(get, path = "/api/v1/figures", tag = "figures", params(Which),
    responses((status = 200, body = Figures), Refused))]
pub(super) async fn shown(
    State(app): State<App>,
    visitor: Visitor,
    Asked(which): Asked<Which>,
) -> Result<Json<Figures>, Fault> {
    let period = match (which.from, which.to) {
        (Some(from), Some(to)) => Period::days(from, to)?,
        (None, None) => Period::week(clock::today()),
        (Some(day), None) | (None, Some(day)) => Period::days(day, day)?,
    };
    Ok(Json(figures::data(&app, &visitor.person, period).await?))
}
