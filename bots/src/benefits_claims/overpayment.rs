//! What was paid too much: worked out and classified as a proposal, never decided.

use rust_decimal::Decimal;

use super::award::Award;
use super::claim::Claim;
use super::dates::{days_between, in_words, next_monday};
use super::kinds::{Asked, Work};
use super::statement::{Statement, pennies, pounds};

/// Was too much paid? Tells what, why, and what could be recovered, and refers it.
pub(super) fn tell(claim: &Claim, award: &Award, st: &mut Statement<'_>) -> Option<bool> {
    let weekly = award.weekly?;
    let current = claim.in_payment(award.asked);
    let Some(told) = claim.received_on.filter(|told| *told > award.from) else {
        return Some(false);
    };
    if claim.kind == Work::NewClaim || weekly >= current {
        return Some(false);
    }
    let weeks = Decimal::from(days_between(award.from, next_monday(told))) / Decimal::from(7);
    let each = current - weekly;
    let over = pennies(each * weeks);
    let hb = award.asked == Asked::HousingBenefit;
    let rule = st.rule(if hb { "overpayment" } else { "over_reduction" })?;
    let label =
        format!("Too much, {} a week for {} weeks", pounds(each), weeks.round_dp(2).normalize());
    st.total(&label, over, &rule);
    if hb
        && !weekly.is_zero()
        && let Some(most) = st.perhaps("overpayment_weekly")
    {
        st.ruling.figure("Deduction a week, at most", pounds(most.money()?), &most);
    }
    let how = if hb {
        "Proposed: claimant error, told late; recoverable unless it was an official error"
    } else {
        "Proposed: back on the council tax account unless it was an official error"
    };
    let why = format!(
        "{} of {} was paid too much from {} until the council was told on {}. {how}. An officer \
         decides.",
        award.asked.title(),
        pounds(over),
        in_words(award.from),
        in_words(told)
    );
    st.need("overpayment", why);
    Some(true)
}
