//! Capital: the limit, and the income that it is taken to give.

use rust_decimal::Decimal;

use super::claim::Claim;
use super::household::Household;
use super::kinds::{Asked, Passport};
use super::statement::{Statement, pounds};

/// Is the capital within the limit? None where the limit is not set.
pub(super) fn within_limit(claim: &Claim, asked: Asked, st: &mut Statement<'_>) -> Option<bool> {
    let capital = claim.capital.unwrap_or_default();
    if claim.passport() == Passport::GuaranteeCredit {
        return Some(true);
    }
    let limit = st.figure("capital_limit")?;
    if capital > limit.amount {
        let text = format!(
            "Capital of {} is above the limit of {}: no {}.",
            pounds(capital),
            pounds(limit.amount),
            asked.title()
        );
        st.because("capital-above-limit", text, &limit.row);
    }
    Some(capital <= limit.amount)
}

/// A pound for each step, or part of one, above what is free.
pub(super) fn tariff(
    claim: &Claim,
    home: &Household,
    asked: Asked,
    st: &mut Statement<'_>,
) -> Option<Decimal> {
    let capital = claim.capital.unwrap_or_default();
    let (free, step) = match (home.pension_age_rules, asked) {
        (false, _) => ("tariff_free", "tariff_step"),
        (true, Asked::HousingBenefit) => ("hb_pension_tariff_free", "hb_pension_tariff_step"),
        (true, Asked::CouncilTaxReduction) => {
            ("ctr_pension_tariff_free", "ctr_pension_tariff_step")
        }
    };
    if capital.is_zero() {
        return Some(Decimal::ZERO);
    }
    let free = st.figure(free)?;
    let step = st.figure(step)?;
    let above = (capital - free.amount).max(Decimal::ZERO);
    let tariff = (above / step.amount).ceil();
    if !tariff.is_zero() {
        let label = format!("Tariff income on {}", pounds(capital));
        st.line(&label, tariff, &step.row);
    }
    Some(tariff)
}
