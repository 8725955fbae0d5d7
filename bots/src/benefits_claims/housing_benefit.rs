//! Housing Benefit: who may claim in the week, then rent, deductions and taper.

use jiff::civil::date;
use rust_decimal::Decimal;

use super::award::Award;
use super::claim::Claim;
use super::household::Household;
use super::kinds::{Accommodation, Asked, Work};
use super::statement::{Statement, pennies, pounds};
use super::{applicable, capital, income, non_dependants};

const ASKED: Asked = Asked::HousingBenefit;

/// The award of a week from the statement's day.
pub(super) fn award(claim: &Claim, home: &Household, st: &mut Statement<'_>) -> Award {
    let may = may_claim(claim, home, st);
    let mut award = Award {
        applicable: applicable::amount(claim, home, ASKED, st),
        ..Award::unknown(ASKED, st.on)
    };
    children_limit(claim, home, st);
    let income = income::counted(claim, home, ASKED, st);
    (award.income, award.tariff) = (income.total, income.tariff);
    let within = capital::within_limit(claim, ASKED, st);
    award.deductions = non_dependants::deductions(claim, home, ASKED, st);
    award.weekly = match (may, within) {
        (Some(true), Some(true)) => weekly(claim, &award, st),
        (Some(false), _) | (_, Some(false)) => nil(st),
        (_, None) | (None, _) => None,
    };
    if let Some(weekly) = award.weekly {
        benefit_cap(claim, home, weekly, st);
    }
    award
}

/// Pension age; specified or temporary accommodation; or what was left of working age.
fn may_claim(claim: &Claim, home: &Household, st: &mut Statement<'_>) -> Option<bool> {
    let lives = claim.accommodation;
    if matches!(lives, Some(Accommodation::Specified | Accommodation::Temporary)) {
        let rule = st.rule("hb_supported_claims")?;
        let text = "The household lives in specified or temporary accommodation, so Housing \
                    Benefit can be claimed.";
        st.because("may-claim", text, &rule);
        return Some(true);
    }
    if home.of_pension_age {
        let rule = st.rule("hb_pension_age_claims")?;
        if claim.on_universal_credit() {
            st.need(
                "hb-and-uc",
                "A household of pension age has Universal Credit: whether Housing Benefit stops \
                 or Universal Credit ends is for an officer.",
            );
            let rule = st.rule("hb_not_with_uc_housing")?;
            let text = "While Universal Credit is paid there is no Housing Benefit beside it.";
            st.because("uc-started", text, &rule);
            return Some(false);
        }
        let text = "The household is of pension age, so Housing Benefit can be claimed.";
        st.because("may-claim", text, &rule);
        return Some(true);
    }
    if lives.is_none() {
        st.need(
            "fact-missing",
            "The claim does not say what accommodation it is, and at working age Housing Benefit \
             depends on it: ask.",
        );
        return None;
    }
    if let Some(ended) = st.perhaps("hb_working_age_ended") {
        let text = "Housing Benefit for working age ended on 1 July 2026, but in specified and \
                    temporary accommodation: the household can claim Universal Credit.";
        st.because("working-age-ended", text, &ended);
        return Some(false);
    }
    let rule = st.rule("hb_working_age_general")?;
    if claim.kind == Work::NewClaim {
        let text = "At working age there are no new claims, but in specified and temporary \
                    accommodation: the household can claim Universal Credit.";
        st.because("no-new-claims", text, &rule);
        return Some(false);
    }
    if claim.on_universal_credit() {
        let rule = st.rule("hb_not_with_uc_housing")?;
        let text = "The household has Universal Credit, so Housing Benefit ends.";
        st.because("uc-started", text, &rule);
        return Some(false);
    }
    let text = "The household is of working age and its Housing Benefit goes on until 30 June \
                2026.";
    st.because("may-claim", text, &rule);
    Some(true)
}

fn weekly(claim: &Claim, award: &Award, st: &mut Statement<'_>) -> Option<Decimal> {
    let formula = st.rule("hb_formula")?;
    let Some(rent) = claim.eligible_rent_weekly else {
        st.need("fact-missing", "The eligible rent is not given: ask for it.");
        return None;
    };
    let sharing = claim.sharing();
    let share = rent / sharing;
    if sharing == Decimal::ONE {
        st.line("Eligible rent", share, &formula);
    } else {
        st.line(&format!("Eligible rent, {} by {sharing}", pounds(rent)), share, &formula);
    }
    let deductions = award.deductions?;
    if !deductions.is_zero() {
        st.line("Non-dependants", -deductions, &formula);
    }
    let excess = (award.income? - award.applicable?).max(Decimal::ZERO);
    let taper = st.figure("hb_taper")?;
    let tapered = excess * taper.amount / Decimal::ONE_HUNDRED;
    if !excess.is_zero() {
        let label = format!("{}% of income above by {}", taper.amount, pounds(excess));
        st.line(&label, -tapered, &taper.row);
    }
    let left = share - deductions - tapered;
    let least = st.figure("hb_minimum")?;
    if left < least.amount {
        let left = left.max(Decimal::ZERO);
        let text = format!(
            "What is left of the rent is {}, less than the least award of {} a week.",
            pounds(left),
            pounds(least.amount)
        );
        st.because("below-minimum", text, &least.row);
        return nil(st);
    }
    let rule = st.rule("pennies")?;
    let weekly = pennies(left);
    st.total("Housing Benefit a week, rounded here", weekly, &rule);
    let text = format!(
        "Housing Benefit is {} a week: rent of {} less {} for non-dependants and {} for income.",
        pounds(weekly),
        pounds(share),
        pounds(deductions),
        pounds(tapered)
    );
    st.because("hb-award", text, &formula);
    Some(weekly)
}

fn nil(st: &mut Statement<'_>) -> Option<Decimal> {
    let formula = st.rule("hb_formula")?;
    st.total("Housing Benefit a week", Decimal::ZERO, &formula);
    st.because("hb-nil", "No Housing Benefit is payable.", &formula);
    Some(pennies(Decimal::ZERO))
}

/// Until April 2026 a third child born from 6 April 2017 might not count; the claim cannot say.
fn children_limit(claim: &Claim, home: &Household, st: &mut Statement<'_>) {
    let (begun, lifted) = (date(2017, 4, 6), date(2026, 4, 6));
    let born = claim.children_dates_of_birth.iter().flat_map(|days| &days.0);
    let limited = born.filter(|born| **born >= begun).count() > 0;
    if home.children > 2 && limited && st.on < lifted {
        st.need(
            "hb-third-child",
            "There are more than two children, and one was born from 6 April 2017: whether each \
             counts before April 2026 is for an officer. The calculation counts each.",
        );
    }
}

/// Working age, above the benefit cap by the rent alone, and nothing seen that lifts the cap.
fn benefit_cap(claim: &Claim, home: &Household, weekly: Decimal, st: &mut Statement<'_>) {
    let exempt = home.of_pension_age
        || claim.accommodation == Some(Accommodation::Specified)
        || claim.carer_premiums.is_some_and(|it| !it.number().is_zero())
        || home.adults().any(|adult| adult.benefit != super::kinds::Disability::None);
    if exempt {
        return;
    }
    let family = home.couple() || home.children > 0;
    let cap = st.figure(if family { "hb_cap_family" } else { "hb_cap_single" });
    if let Some(cap) = cap.filter(|cap| weekly > cap.amount) {
        let why = format!(
            "Housing Benefit alone is above the benefit cap of {} a week: an officer looks at \
             what else is paid and at the exceptions.",
            pounds(cap.amount)
        );
        st.need("benefit-cap", why);
    }
}
