//! Benefits that qualify by themselves while they last, and tax credits, which no longer do.

use super::{Finding, evidence, in_force, not_set};
use crate::free_school_meals::application::Application;
use crate::free_school_meals::words::{day, pounds};
use crate::kit::{Need, Policy, Ruling};

/// A benefit that qualifies by itself, until it ended.
pub(super) fn benefit(
    case: &Application,
    rule: &'static str,
    ended_by: Option<&'static str>,
    mut grounds: Ruling,
    policy: &Policy,
) -> Finding {
    let on = case.applied_on;
    let title = case.basis.title();
    match policy.in_force(rule, on) {
        Ok(rule) => {
            evidence(case, title, &mut grounds);
            let text = format!("{title} qualifies, whatever the earnings.");
            grounds.because("qualifying-benefit", text, &rule);
            Finding::of(grounds, true)
        }
        Err(missing) => {
            if let (Some(ended_by), Some(_)) = (ended_by, missing.ended) {
                return stale(case, ended_by, grounds, policy);
            }
            grounds.need(not_set(&missing, on));
            Finding::unknown(grounds)
        }
    }
}

/// Tax credits: ended, or with a limit on an income that the form does not hold.
pub(super) fn tax_credits(case: &Application, mut grounds: Ruling, policy: &Policy) -> Finding {
    let on = case.applied_on;
    match policy.in_force("tax_credits", on) {
        Ok(rule) => {
            let mut limits = Vec::new();
            for id in ["ctc_wtc_limit", "ctc_limit"] {
                if let Ok(limit) = policy.in_force(id, on)
                    && let Some(most) = limit.money()
                {
                    grounds.figure(limit.label, pounds(most), &limit);
                    limits.push(format!("{}: {} a year", limit.label, pounds(most)));
                }
            }
            let text = "Tax credits qualify within an income limit.";
            grounds.because("tax-credits", text, &rule);
            let why = format!(
                "Tax credits have a limit on an income that the form does not hold. On {} it was, \
                 {}: decide by the award notice.",
                day(on),
                limits.join("; ")
            );
            grounds.need(Need::new("tax-credit-income", why));
            Finding::unknown(grounds)
        }
        Err(missing) if missing.ended.is_some() => {
            stale(case, "tax_credits_ended", grounds, policy)
        }
        Err(missing) => {
            grounds.need(not_set(&missing, on));
            Finding::unknown(grounds)
        }
    }
}

/// The benefit had ended: no is recommended, and a person asks what the household has now.
fn stale(
    case: &Application,
    ended_by: &'static str,
    mut grounds: Ruling,
    policy: &Policy,
) -> Finding {
    let title = case.basis.title();
    if let Some(rule) = in_force(&mut grounds, ended_by, case.applied_on, policy) {
        let text = format!("{}: {}.", title, rule.label);
        grounds.because("ended-benefit", text, &rule);
    }
    let why = format!(
        "The application names {title}, which had ended by {}: ask what the household gets now.",
        day(case.applied_on)
    );
    grounds.need(Need::new("stale-benefit", why));
    Finding { qualifies: Some(false), grounds, special_category: false, stale: true }
}
