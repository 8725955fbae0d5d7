//! Free school meals and school clothing grants in Scotland.
//!
//! Read the rules in the order of the law: the session, the pupil's stage, the income test, the
//! meals, the grant, and then what a person must confirm.

mod application;
mod basis;
mod cases;
mod grant;
mod hand_out;
mod holiday;
mod income;
mod meals;
mod notice;
mod officer;
mod payments;
mod pupil;
pub(crate) mod session;
pub(crate) mod shared;
mod stage;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::kit::{
    Bot, Duties, Fault, Fields, ForLists, HandOut, Holds, Lists, Looked, Lookup, Manifest, Need,
    NeedCode, NoLists, NoticeFault, Payment, Policy, PolicyFault, Ruling, Sameness, Shown, Statute,
    Telling, words,
};

pub use application::{Application, Bank, Person, UniversalCredit};
pub use basis::Basis;
use income::Income;
use session::Session;
pub use stage::Stage;

/// The rules of free school meals and school clothing grants.
#[derive(Debug)]
pub struct FreeSchoolMeals;

pub(crate) const MEALS: &str = "Meals";
pub(crate) const INCOME_BASED: &str = "Income based";
pub(crate) const MEALS_FROM: &str = "Meals from";
pub(crate) const MEALS_TO: &str = "Meals to";
pub(crate) const GRANT: &str = "Clothing grant";
pub(crate) const AMOUNT: &str = "Grant amount";
const DECISION: [&str; 6] = [MEALS, INCOME_BASED, MEALS_FROM, MEALS_TO, GRANT, AMOUNT];

/// The lookup that completes a case.
pub(crate) const ROLL: &str = "school-roll";

impl Bot for FreeSchoolMeals {
    const MANIFEST: Manifest = Manifest {
        name: "free-school-meals",
        title: "Free school meals and clothing grants",
        version: "1",
        purpose: "Decides applications for free school meals and the school clothing grant: \
                  universal meals, meals by income, and the grant with its amount.",
        law: &LAW,
        duties: Duties {
            significant: true,
            why: "A refusal costs a family several hundred pounds a year, and an award also \
                  opens holiday payments.",
            special_category: "Health: income-related Employment and Support Allowance, a \
                               special school, and a pupil's benefit in their own right.",
            who_confirms: "An officer confirms every refusal, and every award that rests on \
                           special category data, unless the council's policy file names its \
                           authority for deciding it automatically.",
        },
        source: "applications",
        lookups: &[Lookup {
            name: ROLL,
            purpose: "Is the child on the roll, active, and in which stage?",
            columns: include_str!("school_roll.toml"),
        }],
        outlets: &["case", "notice"],
        decision_columns: &DECISION,
        notice: Some(notice::WORDING),
        needs: &NEEDS,
        columns: include_str!("columns.toml"),
        policy: include_str!("policy.toml"),
        policy_of: None,
        example_council: include_str!("council.toml"),
        cases: cases::CASES,
    };
    const HAND_OUT: Option<HandOut> = Some(hand_out::HAND_OUT);
    type Case = Application;

    fn case(fields: Fields, _policy: &Policy) -> Result<Application, Vec<Fault>> {
        Application::of(fields)
    }

    fn fields(application: &Application) -> Fields {
        application.fields()
    }

    fn reference(application: &Application) -> &str {
        &application.reference
    }

    fn decided_on(application: &Application) -> Date {
        application.applied_on
    }

    fn same_as(application: &Application, policy: &Policy) -> Sameness {
        application.sameness(Session::of(application.applied_on, policy).as_ref())
    }

    fn case_keys(_roll: &str, application: &Application) -> Vec<Option<String>> {
        pupil::case_keys(application)
    }

    fn record_keys(_roll: &str, pupil: &Fields) -> Vec<Option<String>> {
        pupil::record_keys(pupil)
    }

    fn survey(_roll: &str, pupils: &[Fields]) -> serde_json::Value {
        pupil::survey(pupils)
    }

    fn check(policy: &Policy) -> Vec<PolicyFault> {
        let mut faults = session::check(policy);
        faults.extend(holiday::check(policy));
        faults.extend(payments::check(policy));
        faults
    }

    fn holds(header: &str) -> Holds {
        officer::holds(header)
    }

    fn complete(ruling: &mut Ruling) -> Vec<String> {
        officer::complete(ruling)
    }

    fn tells(
        application: &Application,
        ruling: &Ruling,
        _telling: &Telling<'_>,
    ) -> Result<serde_json::Value, NoticeFault> {
        Ok(notice::tells(application, ruling))
    }

    fn payments(application: &Application, ruling: &Ruling, policy: &Policy) -> Vec<Payment> {
        payments::of(application, ruling, policy)
    }

    fn listed(application: &Application, ruling: &Ruling) -> Option<serde_json::Value> {
        hand_out::listed(application, ruling)
    }

    fn lists(of: &ForLists<'_>) -> Result<Lists, NoLists> {
        hand_out::lists(of)
    }

    fn decide(case: &Application, looked: &BTreeMap<String, Looked>, policy: &Policy) -> Ruling {
        decide(case, looked.get(ROLL).unwrap_or(&Looked::NotLookedAt), policy)
    }
}

fn decide(case: &Application, roll: &Looked, policy: &Policy) -> Ruling {
    let mut ruling = Ruling::new(&DECISION);
    ruling.fact("Applied on", words::day(case.applied_on), "the form");

    // An award is for one session, on an application for it.
    let Some(session) = Session::of(case.applied_on, policy) else {
        session::none(case.applied_on, &mut ruling, policy);
        return ruling;
    };
    session.tell(&mut ruling, policy);

    // The stage is the roll's, in the session applied for.
    let stage = pupil::stage(case, roll, &session, &mut ruling, policy);

    // Section 53(7): the grounds that rest on income.
    let mut income = Income::test(case, stage, policy);
    income.tell(&mut ruling);
    let Some(stage) = stage else { return ruling };

    // Meals for all of P1 to P5 and in special schools; for others by income.
    meals::decide(case, stage, &income, &session, &mut ruling, policy);

    // The clothing grant has routes and an amount of its own.
    grant::decide(case, stage, &income, &session, &mut ruling, policy);

    confirm(&income, stage, &mut ruling, policy);
    ruling
}

/// What is reserved for a person, unless the council names its authority.
fn confirm(income: &Income, stage: Stage, ruling: &mut Ruling, policy: &Policy) {
    let is = |header: &str, word: &str| *ruling.decision_value(header) == Shown::words(word);
    let meals_refused = is(MEALS, "refused");
    let grant_refused = is(GRANT, "refused");
    let awarded = is(MEALS, "awarded") || is(GRANT, "awarded");
    let special = stage == Stage::Special && is(MEALS, "awarded") || income.is_special_category();

    ruling.award = awarded || is(MEALS, "universal");
    ruling.adverse = meals_refused || grant_refused;
    if ruling.adverse && policy.automatic("refusals").is_none() {
        let what = match (meals_refused, grant_refused) {
            (true, true) => "meals and clothing grant",
            (true, false) => "meals",
            _ => "clothing grant",
        };
        let why = format!("Refusing the {what} is recommended: an officer confirms or changes it.");
        ruling.need(Need::new("refusal-to-confirm", why));
    }
    if special && policy.automatic("special_category_awards").is_none() {
        let why = "The award rests on special category data: an officer confirms it, as the \
                   council's policy names no authority for deciding it automatically.";
        ruling.need(Need::new("special-category", why).sensitive());
    }
}

const LAW: [Statute; 7] = [
    Statute {
        title: "Education (Scotland) Act 1980 s53(2), (7)",
        href: "https://www.legislation.gov.uk/ukpga/1980/44/section/53",
        decides: "who gets free school meals by income",
    },
    Statute {
        title: "Education (Scotland) Act 1980 (Modification) Regulations, year by year",
        href: "https://www.legislation.gov.uk/ssi/2024/40/note/made",
        decides: "the income limits",
    },
    Statute {
        title: "SSI 2017/182",
        href: "https://www.legislation.gov.uk/ssi/2017/182/made",
        decides: "which earnings count, and which assessment period",
    },
    Statute {
        title: "Immigration and Asylum Act 1999 Part VI",
        href: "https://www.legislation.gov.uk/ukpga/1999/33/part/VI",
        decides: "which asylum support qualifies",
    },
    Statute {
        title: "SSI 2015/269",
        href: "https://www.legislation.gov.uk/ssi/2015/269/made",
        decides: "meals in early learning and childcare, which an officer settles",
    },
    Statute {
        title: "Education (Scotland) Act 1980 s54",
        href: "https://www.legislation.gov.uk/ukpga/1980/44/section/54",
        decides: "clothing for pupils: the council's grant",
    },
    Statute {
        title: "UK GDPR articles 22A to 22D",
        href: "https://www.legislation.gov.uk/ukpga/2025/18/section/80",
        decides: "what a person must confirm",
    },
];

const fn need(code: &'static str, means: &'static str) -> NeedCode {
    NeedCode::new(code, means)
}

const fn waits(code: &'static str, means: &'static str) -> NeedCode {
    NeedCode::waits(code, means)
}

const NEEDS: [NeedCode; 21] = [
    need(
        "no-session",
        "no school session of the council's policy takes an application of that day",
    ),
    waits(
        "not-on-roll",
        "the child is not on the roll, or goes to another council's school: redirect",
    ),
    need("several-on-roll", "several pupils on the roll fit"),
    need("roll-conflict", "the SCN on the form and the roll do not agree on who the child is"),
    need("left-roll", "the pupil has left"),
    need("left-school", "the pupil will have left school in that session"),
    need("stage-unclear", "form and roll do not settle the stage"),
    waits("ask-for-evidence", "the proof has not been seen: ask for it"),
    waits("uc-period", "the assessment period is not the last one before the application"),
    waits("uc-award-nil", "the Universal Credit award is nil or not given"),
    need("stale-benefit", "the benefit had ended by the day of the application"),
    need(
        "tax-credit-income",
        "tax credits have an income limit of their own; the form has no column for it",
    ),
    need("own-right-other-person", "own right, but applicant and pupil are two people"),
    need("own-right-benefit", "own right: the pupil's benefit is not on the form"),
    need("council-discretion", "a ground outside the law's list: the council's discretion"),
    need("nursery", "early learning and childcare has rules of its own"),
    need("grant-stage", "special school: primary or secondary grant is not on the form"),
    waits("figure-missing", "a figure or rule is not set for the day"),
    need("not-confirmed", "a figure or rule is not confirmed by the council"),
    need("special-category", "the award rests on special category data"),
    need("refusal-to-confirm", "a refusal is recommended"),
];
