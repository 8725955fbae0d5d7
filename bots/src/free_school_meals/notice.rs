//! What the notice of a decision says of an application; the wording is in `notices/`.

use serde_json::{Value, json};

use super::application::{Application, Person};
use super::{AMOUNT, GRANT, INCOME_BASED, MEALS, MEALS_FROM, MEALS_TO};
use crate::kit::{Ruling, Shown, Wording, words};

pub(super) const WORDING: Wording =
    Wording { templates: &[("decision", include_str!("notices/decision.txt"))], settings: &[] };

/// Everything that the template says of an application.
pub(super) fn tells(case: &Application, ruling: &Ruling) -> Value {
    let name = |person: &Person| format!("{} {}", person.forename, person.surname);
    let shown = |header: &str| match ruling.decision_value(header) {
        Shown::Empty => Value::Null,
        Shown::Date(date) => json!(words::day(*date)),
        Shown::Money(amount) => json!(words::pounds(*amount)),
        other @ (Shown::Text(_) | Shown::Number(_)) => json!(other.to_string()),
    };
    json!({
        "applicant": name(&case.applicant),
        "child": name(&case.child),
        "school": case.school,
        "applied": words::day(case.applied_on),
        "meals": shown(MEALS),
        "income_based": shown(INCOME_BASED),
        "from": shown(MEALS_FROM),
        "to": shown(MEALS_TO),
        "grant": shown(GRANT),
        "amount": shown(AMOUNT),
    })
}
