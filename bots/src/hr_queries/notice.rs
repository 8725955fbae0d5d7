//! What the notice of an answer says; the wording is in `notices/`.

use serde_json::{Value, json};

use super::answers::sick_pay;
use super::query::Query;
use super::words::day;
use super::{ANSWER, TOPIC, Topic};
use crate::kit::{Ruling, Shown, Wording};

pub(super) const WORDING: Wording =
    Wording { templates: &[("answer", include_str!("notices/answer.txt"))], settings: &[] };

/// Everything that the template says of a question. What was asked is not repeated: the notice may
/// be read by others than who asked.
pub(super) fn tells(query: &Query, ruling: &Ruling) -> Value {
    let answer = ruling.decision_value(ANSWER).to_string();
    let on_sick_pay = *ruling.decision_value(TOPIC) == Shown::words(Topic::SickPay.as_str());
    json!({
        "received": day(query.received),
        "answer": if answer.is_empty() { Value::Null } else { parts(&answer) },
        "sick_pay": on_sick_pay && !answer.contains(sick_pay::NO_DECISION),
    })
}

/// The answer as it was written, and the bot's own in parts: its working stands in the notice line
/// by line.
fn parts(answer: &str) -> Value {
    let (said, sources) = answer.split_once("\nSources: ").unwrap_or((answer, ""));
    let said = said.split_once("\nWorking: ").map_or(said, |(said, _)| said);
    json!({ "whole": answer, "said": said, "sources": sources })
}
