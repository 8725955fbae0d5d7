//! The meals: for all in P1 to P5 and in special schools, for others by income.

use super::application::Application;
use super::income::{self, Income, not_set};
use super::session::Session;
use super::stage::Stage;
use super::words::day;
use super::{MEALS, MEALS_FROM, MEALS_TO};
use crate::kit::{InForce, Need, Policy, Ruling, Shown};

/// What comes of the meals.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meals {
    NotAsked,
    Universal,
    Awarded,
    Refused,
    Unknown,
}

pub(crate) fn decide(
    case: &Application,
    stage: Stage,
    income: &Income,
    session: &Session<'_>,
    ruling: &mut Ruling,
    policy: &Policy,
) {
    income::answer(ruling, income);
    let meals = meals(case, stage, income, session, ruling, policy);
    ruling.set(
        MEALS,
        match meals {
            Meals::NotAsked => Shown::words("not asked"),
            Meals::Universal => Shown::words("universal"),
            Meals::Awarded => Shown::words("awarded"),
            Meals::Refused => Shown::words("refused"),
            Meals::Unknown => Shown::Empty,
        },
    );
    if matches!(meals, Meals::Universal | Meals::Awarded) {
        let (from, to) = (session.first_day(case.applied_on), session.meals_to);
        ruling.set(MEALS_FROM, Shown::Date(from));
        ruling.set(MEALS_TO, Shown::Date(to));
        dates(case, meals, session, ruling, policy);
        tell_income(income, ruling, case, policy);
    }
}

fn meals(
    case: &Application,
    stage: Stage,
    income: &Income,
    session: &Session<'_>,
    ruling: &mut Ruling,
    policy: &Policy,
) -> Meals {
    if !case.meals_wanted {
        return Meals::NotAsked;
    }
    let first_day = session.first_day(case.applied_on);
    match stage {
        Stage::Primary(year) => match policy.in_force("universal_to_primary", first_day) {
            Ok(rule) if rule.number().is_some_and(|last| u32::from(year) <= whole(last)) => {
                let text = format!("Every child in {stage} eats free; no application is needed.");
                ruling.because("universal", text, &rule);
                Meals::Universal
            }
            Ok(_) | Err(_) => by_income(income),
        },
        Stage::Secondary(_) => by_income(income),
        Stage::Special => match policy.in_force("special_school", first_day) {
            Ok(rule) => {
                let text = "Every pupil of a special school eats free, whatever the income.";
                ruling.because("special-school", text, &rule);
                if rule.may_decide() { Meals::Awarded } else { Meals::Unknown }
            }
            Err(missing) => {
                ruling.need(not_set(&missing, first_day));
                Meals::Unknown
            }
        },
        Stage::Nursery => {
            ruling.need(Need::new(
                "nursery",
                "Meals in early learning and childcare have rules of their own (SSI 2015/269): an \
                 officer settles them.",
            ));
            Meals::Unknown
        }
    }
}

fn by_income(income: &Income) -> Meals {
    match income.qualifies {
        Some(true) => Meals::Awarded,
        Some(false) => Meals::Refused,
        None => Meals::Unknown,
    }
}

/// From the application, but not before the session; to the session's end.
fn dates(
    case: &Application,
    meals: Meals,
    session: &Session<'_>,
    ruling: &mut Ruling,
    policy: &Policy,
) {
    let own = session.in_force(policy);
    ruling.figure("Meals of the session from", day(session.meals_from), &own);
    let text = format!(
        "Meals are free from {} to {}.",
        day(session.first_day(case.applied_on)),
        day(session.meals_to)
    );
    if meals == Meals::Universal {
        // Meals for all do not start with an application.
        ruling.because("meals-dates", text, &own);
        return;
    }
    let mut rest = |id: &'static str, line: &dyn Fn(&mut Ruling, &InForce<'_>)| match policy
        .in_force(id, case.applied_on)
    {
        Ok(rule) => line(ruling, &rule),
        Err(missing) => ruling.need(not_set(&missing, case.applied_on)),
    };
    rest("starts_on_application", &|ruling, rule| {
        ruling.because("meals-dates", text.clone(), rule);
        ruling.figure("Meals from", day(session.first_day(case.applied_on)), rule);
    });
    rest("runs_to_session_end", &|ruling, rule| {
        let text = "The award runs to the end of the session; a new application is needed after.";
        ruling.because("meals-to", text, rule);
        ruling.figure("Meals to", day(session.meals_to), rule);
    });
}

/// Meals that do not rest on income are given all the same; the answer still opens or closes
/// holiday payments, so it can be contested.
fn tell_income(income: &Income, ruling: &mut Ruling, case: &Application, policy: &Policy) {
    let free_anyway = income.qualifies == Some(false);
    if let (true, Ok(rule)) = (free_anyway, policy.in_force("qualifying_grounds", case.applied_on))
    {
        let text = "The meals are free all the same, but not because of income, which counts for \
                    holiday payments. Who thinks that this is wrong can tell the council, send \
                    evidence, and have a person look at it again.";
        ruling.because("not-income-based", text, &rule);
    }
}

fn whole(number: rust_decimal::Decimal) -> u32 {
    u32::try_from(number).unwrap_or(0)
}
