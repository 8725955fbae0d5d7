//! A family that is asked to apply: why, with what proof, and by when.

use super::listed::{List, Listed};
use crate::free_school_meals::Basis;
use crate::free_school_meals::shared::{Session, not_set};
use crate::kit::words::day;
use crate::kit::{Policy, Ruling};

/// The code of the reasons that say what to send with the application.
pub(super) const SEND: &str = "what-to-send";
/// The step of the working that says by when.
pub(super) const BY: &str = "Apply for the clothing grant by";

/// Any benefit that the household may have now.
const NOW: &str = "whichever of these the household gets now: the whole Universal Credit statement \
                   for the last assessment period, or the decision letter of another benefit or of \
                   Council Tax Reduction";

/// A last award is not carried over: whoever had it applies again, on what is true now.
pub(super) fn again(case: &Listed, session: &Session<'_>, ruling: &mut Ruling, policy: &Policy) {
    let list = "the list of last awards";
    let basis = case.basis().unwrap_or(Basis::Other);
    for (label, value) in [
        ("Last session", &case.last_session),
        ("Last basis", &case.last_basis),
        ("Last meals", &case.last_meals),
        ("Last clothing grant", &case.last_clothing_grant),
    ] {
        if let Some(value) = value {
            ruling.fact(label, value.clone(), list);
        }
    }
    let text = format!(
        "The award of session {} was for that session alone: the family is asked to apply again.",
        case.last_session.as_deref().unwrap_or("before")
    );
    on(ruling, "last-award", text, "award_by_session", case, policy);
    stale(basis, case, session, ruling, policy);
}

/// A benefit that has ended since cannot be the ground again.
fn stale(basis: Basis, case: &Listed, session: &Session<'_>, ruling: &mut Ruling, policy: &Policy) {
    let (benefit, ended_by) = match basis {
        Basis::IncomeSupport => ("income_support", "legacy_benefits_ended"),
        Basis::IncomeBasedJsa => ("income_based_jsa", "legacy_benefits_ended"),
        Basis::TaxCredits => ("tax_credits", "tax_credits_ended"),
        _ => return,
    };
    let begins = session.first_day(case.as_at);
    if policy.in_force(benefit, begins).is_ok() {
        return;
    }
    match policy.in_force(ended_by, begins) {
        Ok(rule) => {
            let text = format!("{}: {}.", basis.title(), rule.label);
            ruling.because("ended-benefit", text, &rule);
        }
        Err(missing) => ruling.need(not_set(&missing, begins)),
    }
}

/// What to send, and by when.
pub(super) fn with(case: &Listed, session: &Session<'_>, ruling: &mut Ruling, policy: &Policy) {
    let send = match case.list {
        List::Reductions => NOW,
        List::LastAwards => proof(case.basis().unwrap_or(Basis::Other), case, session, policy),
    };
    on(
        ruling,
        SEND,
        format!("To send with the application: {send}."),
        "award_by_session",
        case,
        policy,
    );
    let own = session.in_force(policy);
    let text = format!(
        "An application for the clothing grant of session {} is in time until {}; meals by \
         income begin with the application, from {} on.",
        session.name,
        day(session.grant_until),
        day(session.meals_from)
    );
    ruling.because("apply-by", text, &own);
    ruling.figure(BY, day(session.grant_until), &own);
}

/// The proof of a ground, or of any where the last one cannot be the ground again.
fn proof(basis: Basis, case: &Listed, session: &Session<'_>, policy: &Policy) -> &'static str {
    let stands = |rule: &str| policy.in_force(rule, session.first_day(case.as_at)).is_ok();
    match basis {
        Basis::UniversalCredit => {
            "the whole Universal Credit statement for the last assessment period before the \
             application"
        }
        Basis::IncomeRelatedEsa => {
            "the decision letter of income-related Employment and Support Allowance"
        }
        Basis::IncomeSupport if stands("income_support") => "the decision letter of Income Support",
        Basis::IncomeBasedJsa if stands("income_based_jsa") => {
            "the decision letter of income-based Jobseeker's Allowance"
        }
        Basis::TaxCredits if stands("tax_credits") => "the award notice of tax credits",
        Basis::AsylumSupport => "the letter of support under Part VI of the 1999 Act",
        Basis::OwnRight => "the decision letter of the pupil's own benefit",
        Basis::ScottishChildPayment => {
            "the letter of Scottish Child Payment and, for the clothing grant, the proof of the \
             benefit that the household gets"
        }
        Basis::CouncilTaxReduction => "the decision letter of Council Tax Reduction",
        Basis::HousingBenefit => "the decision letter of Housing Benefit",
        Basis::IncomeSupport
        | Basis::IncomeBasedJsa
        | Basis::TaxCredits
        | Basis::None
        | Basis::Other => NOW,
    }
}

/// A reason on a rule of the list's day.
pub(super) fn on(
    ruling: &mut Ruling,
    code: &str,
    text: impl Into<String>,
    rule: &str,
    case: &Listed,
    policy: &Policy,
) {
    match policy.in_force(rule, case.as_at) {
        Ok(rule) => ruling.because(code, text, &rule),
        Err(missing) => ruling.need(not_set(&missing, case.as_at)),
    }
}
