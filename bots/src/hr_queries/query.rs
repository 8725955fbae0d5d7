//! One question, as the rules see it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::kit::{Fault, Fields, Sameness, plain};

/// A question. It has no `Debug`: free text may hold anything.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Query {
    /// The council's own reference.
    pub reference: String,
    /// The day that decides.
    pub received: Date,
    /// Who asks.
    pub employee_number: String,
    /// What is asked, as it was written.
    pub question: String,
    /// The topic chosen on the form; a hint.
    pub topic: Option<String>,
    /// First day of what the question is about.
    pub date_from: Option<Date>,
    /// Last day of what the question is about.
    pub date_to: Option<Date>,
}

impl Query {
    /// Typed fields become a question.
    pub(super) fn of(mut fields: Fields) -> Result<Query, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut text = |key: &str, header: &str| {
            fields.take(key).unwrap_or_else(|| {
                faults.push(Fault::new(header, "empty", "a value", ""));
                String::new()
            })
        };
        let reference = text("reference", "Reference");
        let employee_number = text("employee_number", "Employee number");
        let question = text("question", "Question");
        let received = fields.date("received").unwrap_or_else(|| {
            faults.push(Fault::new("Received", "empty", "a date, as dd/mm/yyyy", ""));
            Date::ZERO
        });
        let (date_from, date_to) = (fields.date("date_from"), fields.date("date_to"));
        if let (Some(from), Some(to)) = (date_from, date_to)
            && to < from
        {
            let expected = "a date on or after Date from: check both";
            faults.push(Fault::new("Date to", "before-date-from", expected, to.to_string()));
        }
        let topic = fields.take("topic");
        let query =
            Query { reference, received, employee_number, question, topic, date_from, date_to };
        if faults.is_empty() { Ok(query) } else { Err(faults) }
    }

    /// The fields that make this question again.
    pub(super) fn fields(&self) -> Fields {
        let mut fields = BTreeMap::new();
        let mut text = |key: &str, value: Option<String>| {
            fields.extend(value.map(|value| (key.to_owned(), Value::String(value))));
        };
        text("reference", Some(self.reference.clone()));
        text("received", Some(self.received.to_string()));
        text("employee_number", Some(self.employee_number.clone()));
        text("question", Some(self.question.clone()));
        text("topic", self.topic.clone());
        text("date_from", self.date_from.map(|date| date.to_string()));
        text("date_to", self.date_to.map(|date| date.to_string()));
        Fields(fields)
    }

    /// The same person asking the same thing on the same day is one question.
    pub(super) fn sameness(&self) -> Sameness {
        let (who, what) = (plain(&self.employee_number), plain(&self.question));
        let day = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
        let dates = format!("{}|{}", day(self.date_from), day(self.date_to));
        Sameness {
            keys: [Some(format!("{who}|{}|{what}", self.received)), None],
            applicant: who,
            decides: format!("{dates}|{}", plain(self.topic.as_deref().unwrap_or_default())),
        }
    }
}
