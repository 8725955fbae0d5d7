//! What was saved: by the council's own assumptions, never by ours.

use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;

use crate::settings::figures::Figures as Settings;

/// What the council assumes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Assumptions {
    /// The share of settled items that should be settled the first time, in hundredths.
    pub first_time_target: i64,
    /// What an hour costs, in pounds, if the council has said so.
    #[schema(value_type = Option<String>)]
    pub hourly_cost: Option<Decimal>,
}

/// Time and money, and what they rest on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Saved {
    /// Items settled without a person.
    pub items: i64,
    /// Minutes that each takes by hand, as the council says; for several bots together: none.
    #[schema(value_type = Option<String>)]
    pub minutes_each: Option<Decimal>,
    /// Minutes saved.
    #[schema(value_type = String)]
    pub minutes: Decimal,
    /// What they cost, in pounds, if the council has said what an hour costs.
    #[schema(value_type = Option<String>)]
    pub pounds: Option<Decimal>,
}

/// What the council assumes.
pub(super) fn assumptions(settings: &Settings) -> Assumptions {
    Assumptions {
        first_time_target: settings.first_time_target.0,
        hourly_cost: settings.hourly_cost.map(|cost| cost.0),
    }
}

/// What a bot saved; `None` where the council has not said how long an item takes by hand.
pub(super) fn saved(settings: &Settings, bot: &str, items: i64) -> Option<Saved> {
    let each = settings.minutes.get(bot)?.0;
    let minutes = each * Decimal::from(items);
    Some(Saved { items, minutes_each: Some(each), minutes, pounds: pounds(settings, minutes) })
}

/// What several saved together: of those of which the council has said how long it takes.
pub(super) fn together(settings: &Settings, parts: &[&Saved]) -> Option<Saved> {
    if parts.is_empty() {
        return None;
    }
    let minutes = parts.iter().map(|it| it.minutes).sum();
    let items = parts.iter().map(|it| it.items).sum();
    Some(Saved { items, minutes_each: None, minutes, pounds: pounds(settings, minutes) })
}

fn pounds(settings: &Settings, minutes: Decimal) -> Option<Decimal> {
    let hour = settings.hourly_cost?.0;
    let exact = minutes * hour / Decimal::from(60);
    Some(exact.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero))
}
