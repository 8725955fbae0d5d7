//! A child on the list of council tax reductions: what stands in the way of an award without an
//! application, if anything does.

use jiff::civil::Date;

use super::listed::{List, Listed, Reduction};
use crate::free_school_meals::shared::{Session, not_set};
use crate::kit::words::day;
use crate::kit::{Policy, Ruling};

/// Why a row of this list gives nothing by itself. None of it refuses: the family may qualify.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    NoReduction(Reduction),
    NotBegun(Date),
    Ended(Date),
    NotOnTheClaim,
    NoConsent,
}

/// All that stands in the way; empty where the row gives the award.
pub(super) fn gaps(case: &Listed, session: &Session<'_>) -> Vec<Gap> {
    let mut gaps = Vec::new();
    match case.reduction {
        Some(Reduction::CouncilTaxReduction) | None => {
            let begins = session.first_day(case.as_at);
            gaps.extend(case.reduction_from.filter(|from| *from > case.as_at).map(Gap::NotBegun));
            gaps.extend(case.reduction_to.filter(|to| *to < begins).map(Gap::Ended));
        }
        Some(other) => gaps.push(Gap::NoReduction(other)),
    }
    if case.child_on_the_claim != Some(true) {
        gaps.push(Gap::NotOnTheClaim);
    }
    if case.consent_recorded != Some(true) {
        gaps.push(Gap::NoConsent);
    }
    gaps
}

/// A reduction that gives the award counts before the last award, and that before a reduction
/// that gives none: so the family hears once, and what helps it most.
pub(super) fn rank(case: &Listed, session: Option<&Session<'_>>) -> u8 {
    match (case.list, session) {
        (List::LastAwards, _) => 1,
        (List::Reductions, Some(session)) if gaps(case, session).is_empty() => 2,
        (List::Reductions, _) => 0,
    }
}

/// Says what stands in the way, each on its rule.
pub(super) fn tell(
    case: &Listed,
    gaps: &[Gap],
    session: &Session<'_>,
    ruling: &mut Ruling,
    policy: &Policy,
) {
    for gap in gaps {
        let (code, rule, text) = match *gap {
            Gap::NoReduction(Reduction::SecondAdultRebate) => (
                "second-adult-rebate",
                "second_adult_rebate_is_no_reduction",
                "The council tax record has a second adult rebate, and no Council Tax Reduction."
                    .to_owned(),
            ),
            Gap::NoReduction(other) => (
                "discount",
                "discount_is_no_reduction",
                format!(
                    "The council tax record has {}, and no Council Tax Reduction.",
                    what(other)
                ),
            ),
            Gap::NotBegun(from) => (
                "reduction-not-begun",
                "award_from_list",
                format!("The reduction begins on {}, after the day of the list.", day(from)),
            ),
            Gap::Ended(to) if to < case.as_at => (
                "reduction-ended",
                "award_from_list",
                format!("The reduction ended on {}.", day(to)),
            ),
            Gap::Ended(to) => (
                "reduction-ends",
                "award_from_list",
                format!(
                    "The reduction ends on {}, before the award would begin on {}.",
                    day(to),
                    day(session.first_day(case.as_at))
                ),
            ),
            Gap::NotOnTheClaim => (
                "not-on-claim",
                "award_from_list",
                "The child is not on the council tax claim.".to_owned(),
            ),
            Gap::NoConsent => (
                "no-consent",
                "award_from_list",
                "No consent is recorded to award the grant from the council tax record.".to_owned(),
            ),
        };
        match policy.in_force(rule, case.as_at) {
            Ok(rule) => ruling.because(code, text, &rule),
            Err(missing) => ruling.need(not_set(&missing, case.as_at)),
        }
    }
}

fn what(other: Reduction) -> &'static str {
    match other {
        Reduction::SinglePersonDiscount => "a single person discount",
        Reduction::SecondAdultRebate => "a second adult rebate",
        Reduction::Other => "another discount or an exemption",
        Reduction::CouncilTaxReduction => "Council Tax Reduction",
    }
}

/// What the list says, in the working.
pub(super) fn facts(case: &Listed, ruling: &mut Ruling) {
    let list = "the council tax record";
    let told = case.reduction.map(|it| match it {
        Reduction::CouncilTaxReduction => "Council Tax Reduction",
        other => what(other),
    });
    ruling.fact("Council tax", told.unwrap_or("not said"), list);
    if let Some(from) = case.reduction_from {
        ruling.fact("Reduction from", day(from), list);
    }
    if case.reduction.is_some() {
        let to = case.reduction_to.map_or_else(|| "runs on".to_owned(), day);
        ruling.fact("Reduction to", to, list);
    }
    let yes = |yes: Option<bool>| if yes == Some(true) { "yes" } else { "no" };
    ruling.fact("Child on the claim", yes(case.child_on_the_claim), list);
    ruling.fact("Consent recorded", yes(case.consent_recorded), list);
}
