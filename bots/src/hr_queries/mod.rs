//! Questions that staff ask the HR service centre.
//!
//! Read in this order: what the question is about and whether it is reserved for a person, whose
//! question it is, and what the figures in force on the day it was received answer. What a bot is
//! not sure of it refers, with what it would have said.

mod answers;
mod cases;
mod employee;
mod finder;
mod manifest;
mod notice;
mod query;
mod tax_code;
#[cfg(test)]
mod tests;
mod topic;
mod words;

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::kit::{
    Bot, Fault, Fields, Holds, Looked, Manifest, Need, NoticeFault, Policy, PolicyFault, Ruling,
    Sameness, Shown, Telling,
};

use answers::Reply;
use employee::Employee;
use finder::Found;
pub use query::Query;
pub use topic::Topic;

/// The rules of questions to the HR service centre.
#[derive(Debug)]
pub struct HrQueries;

const TOPIC: &str = "Topic";
const CONFIDENCE: &str = "Confidence";
const ANSWER: &str = "Answer";
const ANSWERED_BY: &str = "Answered by";
const DECISION: [&str; 4] = [TOPIC, CONFIDENCE, ANSWER, ANSWERED_BY];

/// The lookup that completes a case.
const EMPLOYEES: &str = "employees";

/// How sure the finder is where a phrase reserves a question: as sure as of one sure phrase.
const RESERVED_CONFIDENCE: u32 = 80;

impl Bot for HrQueries {
    const MANIFEST: Manifest = manifest::MANIFEST;
    type Case = Query;

    fn case(fields: Fields, _policy: &Policy) -> Result<Query, Vec<Fault>> {
        Query::of(fields)
    }

    fn fields(query: &Query) -> Fields {
        query.fields()
    }

    fn reference(query: &Query) -> &str {
        &query.reference
    }

    fn decided_on(query: &Query) -> Date {
        query.received
    }

    fn same_as(query: &Query, _policy: &Policy) -> Sameness {
        query.sameness()
    }

    fn case_keys(_employees: &str, query: &Query) -> Vec<Option<String>> {
        vec![employee::key(&query.employee_number)]
    }

    fn record_keys(_employees: &str, record: &Fields) -> Vec<Option<String>> {
        vec![record.text("employee_number").and_then(employee::key)]
    }

    fn check(policy: &Policy) -> Vec<PolicyFault> {
        answers::check(policy)
    }

    fn holds(header: &str) -> Holds {
        match header {
            TOPIC => Holds::Words(&Topic::NAMES),
            CONFIDENCE => Holds::Number,
            ANSWERED_BY => Holds::Words(&["bot", "person"]),
            _ => Holds::Text,
        }
    }

    fn complete(ruling: &mut Ruling) -> Vec<String> {
        let empty = |header: &str| *ruling.decision_value(header) == Shown::Empty;
        let asked = [TOPIC, ANSWER, ANSWERED_BY];
        let missing = asked.iter().filter(|header| empty(header));
        missing.map(|header| format!("{header} has nothing in it")).collect()
    }

    fn tells(
        query: &Query,
        ruling: &Ruling,
        _telling: &Telling<'_>,
    ) -> Result<serde_json::Value, NoticeFault> {
        Ok(notice::tells(query, ruling))
    }

    fn address(query: &Query, looked: &BTreeMap<String, Looked>) -> Option<String> {
        employee::address(looked.get(EMPLOYEES)?, query.received)
    }

    fn decide(case: &Query, looked: &BTreeMap<String, Looked>, policy: &Policy) -> Ruling {
        decide(case, looked.get(EMPLOYEES).unwrap_or(&Looked::NotLookedAt), policy)
    }
}

fn decide(case: &Query, employees: &Looked, policy: &Policy) -> Ruling {
    let mut ruling = Ruling::new(&DECISION);
    ruling.fact("Received", words::day(case.received), "the form");

    // What it is about. What is reserved wins over everything.
    let chosen = case.topic.as_deref().and_then(Topic::named);
    let found = finder::find(&case.question, chosen);
    let topic = reserved(&found, chosen, &mut ruling).unwrap_or(found.topic);
    tell_topic(case, topic, &found, &mut ruling);
    let is_reserved = !ruling.settled();
    if !is_reserved {
        unsure(topic, &found, case.received, &mut ruling, policy);
    }

    // Whose question it is. Without the record there is nothing to say.
    let employee = employee::of(employees, case.received, &mut ruling);

    // What the figures answer: told if nobody is needed, else a draft for the person.
    if let Some(employee) = employee.filter(|_| !is_reserved && topic.is_answered()) {
        answer(case, topic, &employee, &mut ruling, policy);
    }
    let by = if ruling.settled() { "bot" } else { "person" };
    if !ruling.settled() || ruling.reasons.is_empty() {
        referred(case.received, &mut ruling, policy);
    }
    ruling.set(ANSWERED_BY, Shown::words(by));
    ruling
}

/// What reserves the question for a person, each with its reason; none if nothing does.
fn reserved(found: &Found, chosen: Option<Topic>, ruling: &mut Ruling) -> Option<Topic> {
    for (why, phrases) in &found.reserved {
        let need = Need::new(&why.code, why.why.as_str());
        ruling.need(if why.sensitive { need.sensitive() } else { need });
        ruling.fact("Reserved by", phrases.join("; "), "the list of phrases");
    }
    let first = found.reserved.first().map(|(why, _)| why.topic);
    if let Some(chosen) = chosen.filter(|topic| topic.is_reserved())
        && first.is_none()
    {
        let why = "The topic chosen on the form is reserved for a person, whatever the text says.";
        ruling.need(Need::new("chosen-topic", why).sensitive());
        return Some(chosen);
    }
    first
}

/// Topic and confidence, with the phrases that decided.
fn tell_topic(case: &Query, topic: Topic, found: &Found, ruling: &mut Ruling) {
    let hundredths = if ruling.settled() { found.confidence } else { RESERVED_CONFIDENCE };
    ruling.set(TOPIC, Shown::words(topic.as_str()));
    ruling.set(CONFIDENCE, Shown::Number(Decimal::new(i64::from(hundredths), 2)));
    if !found.evidence.is_empty() {
        let decided = format!("{}: {}", found.topic.as_str(), found.evidence.join("; "));
        ruling.fact("Phrases that decided the topic", decided, "the list of phrases");
    }
    if let Some(chosen) = &case.topic {
        let known = Topic::named(chosen).map_or("none of the list", Topic::as_str);
        ruling.fact("Topic chosen on the form", known, "the form");
    }
}

/// Why a bot is not sure enough to answer.
fn unsure(topic: Topic, found: &Found, on: Date, ruling: &mut Ruling, policy: &Policy) {
    if !found.beyond.is_empty() {
        ruling.fact("Asks for more", found.beyond.join("; "), "the list of phrases");
        let why = "It asks for a decision, or for something that the published policy does not \
                   settle by itself: a person answers.";
        ruling.need(Need::new("beyond-the-policy", why));
    }
    if let Some(also) = found.also {
        let why = format!(
            "It seems to ask about {} and about {}: a person answers all of it together.",
            topic.as_str(),
            also.as_str()
        );
        ruling.need(Need::new("several-topics", why));
    }
    if topic == Topic::AddressChange {
        let why = "A change of a person's record needs a check of identity: a person makes it.";
        ruling.need(Need::new("identity-check", why));
    } else if !topic.is_answered() {
        let why = "It is about none of the topics that a bot answers, or does not say which.";
        ruling.need(Need::new("no-topic", why));
    }
    match policy.in_force("least_confidence", on) {
        Ok(least) => {
            let sure = Decimal::new(i64::from(found.confidence), 2);
            let enough = least.number().unwrap_or(Decimal::ONE);
            ruling.figure("Confidence that is needed", enough.to_string(), &least);
            if sure < enough {
                let why = format!("The topic is not sure: {sure} where {enough} is needed.");
                ruling.need(Need::new("unsure-topic", why));
            }
        }
        Err(missing) => ruling.need(Need::figure(
            "The council has not set how sure the bot must be: a person answers.",
            &missing,
        )),
    }
}

/// What the figures in force answer.
fn answer(case: &Query, topic: Topic, employee: &Employee, ruling: &mut Ruling, policy: &Policy) {
    let mut reply = Reply::new(case, employee, policy, ruling);
    match topic {
        Topic::AnnualLeave => answers::leave::answer(&mut reply),
        Topic::SickPay => answers::sick_pay::answer(&mut reply),
        Topic::Notice => answers::notice::answer(&mut reply),
        Topic::Maternity | Topic::Paternity | Topic::Adoption => {
            answers::family::answer(topic, &mut reply);
        }
        Topic::TaxCode => answers::tax::answer(&mut reply),
        Topic::Payslip => answers::routes::payslip(&mut reply),
        Topic::Pension => answers::routes::pension(&mut reply),
        Topic::SpecialLeave => answers::routes::special_leave(&mut reply),
        Topic::Flexitime => answers::routes::flexitime(&mut reply),
        Topic::References => answers::routes::references(&mut reply),
        Topic::BankDetails | Topic::AddressChange | Topic::GrievanceOrWellbeing | Topic::Other => {
            return;
        }
    }
    let text = reply.finish();
    if !text.is_empty() {
        ruling.set(ANSWER, Shown::Text(text));
    }
}

/// The rule on which a person answers.
fn referred(on: Date, ruling: &mut Ruling, policy: &Policy) {
    match policy.in_force("a_person_answers", on) {
        Ok(rule) => {
            let text = "A person answers what is reserved for people, and what the bot is not \
                        sure of.";
            ruling.because("a-person-answers", text, &rule);
        }
        Err(missing) => {
            ruling.need(Need::figure("No rule says who answers: a person does.", &missing));
        }
    }
}
