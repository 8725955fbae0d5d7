//! What the figures in force answer, a file a topic.
//!
//! An answer says the figure, the day it took effect and its source, and shows the working, so
//! that whoever reads it can check it by hand.

pub(super) mod family;
pub(super) mod leave;
pub(super) mod notice;
pub(super) mod routes;
pub(super) mod sick_pay;
pub(super) mod tax;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::employee::{Employee, day_and_month};
use super::query::Query;
use super::words::{day, short_day};
use crate::kit::{InForce, Need, Policy, PolicyFault, Ruling, Value, not_confirmed};

/// An answer that is being put together.
pub(super) struct Reply<'a> {
    pub(super) case: &'a Query,
    pub(super) employee: &'a Employee,
    pub(super) policy: &'a Policy,
    ruling: &'a mut Ruling,
    said: Vec<String>,
    working: Vec<String>,
    sources: Vec<String>,
}

impl<'a> Reply<'a> {
    /// Nothing said yet.
    pub(super) fn new(
        case: &'a Query,
        employee: &'a Employee,
        policy: &'a Policy,
        ruling: &'a mut Ruling,
    ) -> Self {
        let (said, working, sources) = (Vec::new(), Vec::new(), Vec::new());
        Reply { case, employee, policy, ruling, said, working, sources }
    }

    /// The day whose figures answer.
    fn on(&self) -> Date {
        self.case.received
    }

    /// What is in force on the day the question was received; a person is needed if nothing is.
    fn in_force(&mut self, id: &'static str) -> Option<InForce<'a>> {
        self.in_force_on(id, self.on())
    }

    /// What is in force on another day.
    fn in_force_on(&mut self, id: &'static str, on: Date) -> Option<InForce<'a>> {
        match self.policy.in_force(id, on) {
            Ok(found) => {
                if !found.may_decide() {
                    self.ruling.need(not_confirmed(&found));
                }
                self.names(&found);
                Some(found)
            }
            Err(missing) => {
                let why = format!("“{}” is not set for {}.", missing.label, day(on));
                self.ruling.need(Need::figure(why, &missing));
                None
            }
        }
    }

    /// The answer names its sources, each once.
    fn names(&mut self, on: &InForce<'_>) {
        let source = format!("{} (from {})", on.source.title, short_day(on.from));
        if !self.sources.contains(&source) {
            self.sources.push(source);
        }
    }

    /// A number in force.
    fn number(&mut self, id: &'static str) -> Option<(Decimal, InForce<'a>)> {
        let found = self.in_force(id)?;
        Some((found.number().or_else(|| found.money())?, found))
    }

    /// Words in force.
    fn text(&mut self, id: &'static str) -> Option<(&'a str, InForce<'a>)> {
        let found = self.in_force(id)?;
        match found.value {
            Value::Text(text) => Some((text, found)),
            _ => None,
        }
    }

    /// A sentence of the answer, with the figure or rule that it rests on.
    fn say(&mut self, code: &str, text: impl Into<String>, on: &InForce<'_>) {
        let text = text.into();
        self.names(on);
        self.ruling.because(code, text.clone(), on);
        self.said.push(text);
    }

    /// A sentence that rests on what was said before it.
    fn add(&mut self, text: impl Into<String>) {
        self.said.push(text.into());
    }

    /// A step of the working that rests on a figure or rule.
    fn step(&mut self, label: &str, amount: impl Into<String>, on: &InForce<'_>) {
        let amount = amount.into();
        self.working.push(format!("{label}: {amount}"));
        self.ruling.figure(label, amount, on);
    }

    /// A step of the working that is a fact of the record.
    fn fact(&mut self, label: &str, amount: impl Into<String>) {
        let amount = amount.into();
        self.working.push(format!("{label}: {amount}"));
        self.ruling.fact(label, amount, "the list of employees");
    }

    /// A person must settle something.
    fn need(&mut self, code: &str, why: impl Into<String>) {
        self.ruling.need(Need::new(code, why));
    }

    /// A fact that the record must have.
    fn record<T>(&mut self, column: &str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            let why = format!(
                "The employee's record has nothing that can be read under {column}: fill it in, \
                 or answer by hand."
            );
            self.need("record-incomplete", why);
        }
        value
    }

    /// The answer as it is sent: what it says, the working, the sources.
    pub(super) fn finish(self) -> String {
        if self.said.is_empty() {
            return String::new();
        }
        let mut parts = vec![self.said.join(" ")];
        if !self.working.is_empty() {
            parts.push(format!("Working: {}.", self.working.join("; ")));
        }
        parts.push(format!("Sources: {}.", self.sources.join("; ")));
        parts.join("\n")
    }
}

/// What the kit cannot check of a policy: texts that must be readable as more than texts.
pub(super) fn check(policy: &Policy) -> Vec<PolicyFault> {
    let mut faults = Vec::new();
    for line in policy.figures() {
        let remedy = match line.id.as_str() {
            "leave_year_starts" | "carry_until" if day_and_month(&line.value).is_none() => {
                "write a day and a month, as \"31/03\""
            }
            "long_service_from" if leave::LongService::named(&line.value).is_none() => {
                "write \"next leave year\" or \"anniversary\""
            }
            "sick_pay_scale" if sick_pay::scale(line.value.split(", ")).is_none() => {
                "write a list from the longest service down, as [\"5 years: 26\", \"26 weeks: 5\"]"
            }
            "tax_bands" if tax::bands(line.value.split(", ")).is_none() => {
                "write a list as [\"19%: 0\", \"20%: 2827\"], the amounts rising"
            }
            _ => continue,
        };
        // An option that nobody has set has no row to be wrong.
        if line.from.is_some() {
            faults.push(PolicyFault::new(line.id, "cannot be read", remedy));
        }
    }
    faults
}

/// `1 day`, `2 days`.
fn count(number: &str, one: &str) -> String {
    if number == "1" { format!("1 {one}") } else { format!("{number} {one}s") }
}
