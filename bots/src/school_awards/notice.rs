//! What the letter says of a child on a list; the wording is in `notices/`.

use serde_json::{Value, json};

use super::listed::{List, Listed};
use super::{AMOUNT, GRANT, INCOME_BASED, MEALS, MEALS_FROM, MEALS_TO, PROPOSAL, apply};
use crate::kit::{Ruling, Shown, Wording, words};

pub(super) const WORDING: Wording =
    Wording { templates: &[("decision", include_str!("notices/decision.txt"))], settings: &[] };

/// Everything that the template says of a child on a list.
pub(super) fn tells(case: &Listed, ruling: &Ruling) -> Value {
    let shown = |header: &str| match ruling.decision_value(header) {
        Shown::Empty => Value::Null,
        Shown::Date(date) => json!(words::day(*date)),
        Shown::Money(amount) => json!(words::pounds(*amount)),
        other @ (Shown::Text(_) | Shown::Number(_)) => json!(other.to_string()),
    };
    let step = |label: &str| {
        let line = ruling.working.iter().rfind(|line| line.label == label);
        line.map(|line| line.amount.as_str())
    };
    let send: Vec<&str> = ruling
        .reasons
        .iter()
        .filter(|reason| reason.code == apply::SEND)
        .map(|reason| reason.text.as_str())
        .collect();
    json!({
        "claimant": format!("{} {}", case.claimant_forename, case.claimant_surname),
        "child": format!("{} {}", case.child_forename, case.child_surname),
        "drawn": words::day(case.as_at),
        "session": step("Session"),
        "by_tax_record": case.list == List::Reductions,
        "proposal": shown(PROPOSAL),
        "meals": shown(MEALS),
        "income_based": shown(INCOME_BASED),
        "from": shown(MEALS_FROM),
        "to": shown(MEALS_TO),
        "grant": shown(GRANT),
        "amount": shown(AMOUNT),
        "account": case.has_account(),
        "send": send,
        "apply_by": step(apply::BY),
    })
}
