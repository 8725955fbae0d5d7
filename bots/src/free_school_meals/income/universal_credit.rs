//! Universal Credit: net earned income in the assessment period immediately before the
//! application does not exceed the limit.

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Finding, evidence, in_force};
use crate::free_school_meals::application::{Application, UniversalCredit};
use crate::free_school_meals::words::{day, pounds};
use crate::kit::{Need, Policy, Ruling};

/// Tells every need that applies, then compares earnings and limit.
pub(super) fn test(case: &Application, mut grounds: Ruling, policy: &Policy) -> Finding {
    let Some(statement) = &case.universal_credit else {
        grounds.need(ask_for_statement());
        return Finding::unknown(grounds);
    };
    let on = case.applied_on;
    evidence(case, "Universal Credit", &mut grounds);
    period(statement, on, &mut grounds, policy);
    award(statement, &mut grounds);

    let Some(limit) = in_force(&mut grounds, "uc_limit", on, policy) else {
        return Finding::unknown(grounds);
    };
    let Some(most) = limit.money() else { return Finding::unknown(grounds) };
    let earned = statement.net_earnings;
    grounds.fact("Net earnings in the assessment period", pounds(earned), "the form");
    grounds.figure("Limit", pounds(most), &limit);
    if earned <= most {
        grounds.figure("Below the limit by", pounds(most - earned), &limit);
        let text = format!(
            "Net earnings of {} do not exceed the Universal Credit limit of {} a month.",
            pounds(earned),
            pounds(most)
        );
        grounds.because("uc-within-limit", text, &limit);
        Finding::of(grounds, true)
    } else {
        grounds.figure("Above the limit by", pounds(earned - most), &limit);
        let text = format!(
            "Net earnings of {} are above the Universal Credit limit of {} a month.",
            pounds(earned),
            pounds(most)
        );
        grounds.because("uc-above-limit", text, &limit);
        Finding::of(grounds, false)
    }
}

/// The last complete period: it ended before the application, by a month and a week at most.
fn period(statement: &UniversalCredit, on: Date, grounds: &mut Ruling, policy: &Policy) {
    let end = statement.period_end;
    let Some(rule) = in_force(grounds, "uc_period", on, policy) else { return };
    grounds.figure("Assessment period ended", day(end), &rule);
    // A period that ends after the last date that can be written is no period before anything.
    let latest = end.checked_add(1.month()).and_then(|date| date.checked_add(7.days()));
    if end < on && latest.is_ok_and(|latest| on <= latest) {
        return;
    }
    let why = if end >= on {
        format!(
            "The assessment period ended on {}, not before the application of {}: ask for the \
             statement of the period before it.",
            day(end),
            day(on)
        )
    } else {
        format!(
            "The assessment period ended on {}, more than a month and a week before the \
             application of {}: ask for the last statement.",
            day(end),
            day(on)
        )
    };
    grounds.need(Need::new("uc-period", why));
}

/// With a nil award the household may not be in receipt of Universal Credit.
fn award(statement: &UniversalCredit, grounds: &mut Ruling) {
    match statement.award {
        Some(award) if !award.is_zero() => {
            grounds.fact("Universal Credit award", pounds(award), "the form");
        }
        nil => {
            let found = if nil.is_some() { "nil" } else { "not given" };
            grounds.fact("Universal Credit award", found, "the form");
            let why = format!(
                "The Universal Credit award is {found}: without an award the household is not in \
                 receipt of Universal Credit. Ask whether one was paid for the period."
            );
            grounds.need(Need::new("uc-award-nil", why));
        }
    }
}

fn ask_for_statement() -> Need {
    super::ask_for_evidence("Universal Credit")
}
