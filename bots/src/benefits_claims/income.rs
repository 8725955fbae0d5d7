//! Income by kind: what counts of it, and what does not.

use rust_decimal::Decimal;

use super::claim::Claim;
use super::household::Household;
use super::kinds::{Asked, Passport};
use super::statement::{Statement, pounds};
use super::{capital, earnings};

/// The income that is set against the applicable amount, and the tariff income in it; each none
/// where a fact or figure is missing.
#[derive(Clone, Copy)]
pub(super) struct Income {
    pub(super) total: Option<Decimal>,
    pub(super) tariff: Option<Decimal>,
}

const NOTHING: Income = Income { total: Some(Decimal::ZERO), tariff: Some(Decimal::ZERO) };
const UNKNOWN: Income = Income { total: None, tariff: None };

/// Income of a week.
pub(super) fn counted(
    claim: &Claim,
    home: &Household,
    asked: Asked,
    st: &mut Statement<'_>,
) -> Income {
    if asked == Asked::HousingBenefit && !zero(claim.war_pension_weekly) {
        st.need(
            "war-pension",
            "What Housing Benefit disregards of a war pension is the council's own scheme: an \
             officer works it out. The calculation leaves the pension out.",
        );
    }
    if let Some(rule) = nil_by(claim, asked, st) {
        let Some(rule) = st.rule(rule) else { return UNKNOWN };
        st.total("Income counted", Decimal::ZERO, &rule);
        st.because("passported", passported(claim), &rule);
        return NOTHING;
    }
    if stale(claim, st) {
        return UNKNOWN;
    }
    if home.pension_age_rules && !zero(claim.savings_credit_weekly) {
        let total = savings_credit(claim, home, asked, st);
        return Income { total, tariff: Some(Decimal::ZERO) };
    }
    let before = before_tariff(claim, home, asked, st);
    // What capital gives is known even where the rest is not.
    let tariff = capital::tariff(claim, home, asked, st);
    let total = before.zip(tariff).map(|(before, tariff)| before + tariff);
    let total = total.zip(st.rule(rule(home, asked))).map(|(total, rule)| {
        st.total("Income counted", total, &rule);
        total
    });
    Income { total, tariff }
}

fn before_tariff(
    claim: &Claim,
    home: &Household,
    asked: Asked,
    st: &mut Statement<'_>,
) -> Option<Decimal> {
    let by_uc = asked == Asked::CouncilTaxReduction && claim.on_universal_credit();
    let earned = if by_uc {
        universal_credit(claim, home, st)?
    } else {
        earnings::counted(claim, home, asked, st)?
    };
    Some(earned + unearned(claim, home, asked, st)?)
}

fn zero(amount: Option<Decimal>) -> bool {
    amount.is_none_or(|amount| amount.is_zero())
}

fn rule(home: &Household, asked: Asked) -> &'static str {
    match asked {
        Asked::HousingBenefit => "hb_unearned",
        Asked::CouncilTaxReduction if home.pension_age_rules => "ctr_pension_income",
        Asked::CouncilTaxReduction => "ctr_unearned",
    }
}

/// The rule by which no income counts at all, if there is one.
fn nil_by(claim: &Claim, asked: Asked, st: &mut Statement<'_>) -> Option<&'static str> {
    let hb = asked == Asked::HousingBenefit;
    if hb && claim.on_universal_credit() {
        return Some("hb_income_nil");
    }
    match claim.passport() {
        Passport::None => None,
        Passport::GuaranteeCredit | Passport::IncomeRelatedEsa if hb => Some("hb_income_nil"),
        Passport::GuaranteeCredit => Some("ctr_guarantee_credit"),
        Passport::IncomeRelatedEsa => Some("ctr_passport"),
        Passport::IncomeSupport | Passport::IncomeBasedJsa => {
            if st.perhaps("legacy_benefits_ended").is_some() {
                None
            } else if hb {
                Some("hb_income_nil")
            } else {
                Some("ctr_passport")
            }
        }
    }
}

fn passported(claim: &Claim) -> String {
    let by = match claim.passport() {
        Passport::None => "Universal Credit",
        passport => passport.title(),
    };
    format!("The household is on {by}, so no income counts.")
}

/// A benefit that had ended opens nothing, and what the household lives on now is not known.
fn stale(claim: &Claim, st: &mut Statement<'_>) -> bool {
    let passport = claim.passport();
    if !matches!(passport, Passport::IncomeSupport | Passport::IncomeBasedJsa) {
        return false;
    }
    let Some(rule) = st.rule("legacy_benefits_ended") else { return true };
    let text = format!(
        "{} was abolished on 1 April 2026: it cannot be the ground of an award after that.",
        passport.title()
    );
    st.because("stale-benefit", text, &rule);
    st.need("stale-benefit", "The form names a benefit that has ended: ask what is paid now.");
    true
}

/// Savings credit without guarantee credit: DWP's figure and the savings credit.
fn savings_credit(
    claim: &Claim,
    home: &Household,
    asked: Asked,
    st: &mut Statement<'_>,
) -> Option<Decimal> {
    let rule = st.rule("hb_savings_credit")?;
    if asked == Asked::CouncilTaxReduction {
        st.rule("ctr_pension_income")?;
    }
    let Some(assessed) = claim.dwp_assessed_income_weekly else {
        st.need(
            "fact-missing",
            "Savings credit is paid, but DWP's assessed income is not given: ask.",
        );
        return None;
    };
    let credit = claim.savings_credit_weekly.unwrap_or_default();
    st.given("DWP's assessed income", assessed);
    st.given("Savings credit", credit);
    let total = assessed + credit;
    st.total("Income counted", total, &rule);
    let adjusts = !zero(claim.childcare_weekly)
        || !zero(claim.maintenance_for_claimant_weekly)
        || home.adults().any(|adult| !adult.hours.is_zero())
        || !zero(claim.earnings_net_weekly)
        || !zero(claim.partner_earnings_net_weekly);
    if adjusts {
        st.need(
            "savings-credit-adjustment",
            "DWP's assessed income is adjusted for earnings, childcare or maintenance: an officer \
             does that. The calculation has it as it came.",
        );
    }
    Some(total)
}

/// What counts in Council Tax Reduction of a household on Universal Credit, before the rest.
fn universal_credit(claim: &Claim, home: &Household, st: &mut Statement<'_>) -> Option<Decimal> {
    let earned = earnings::of_universal_credit(claim, home, st)?;
    let (Some(award), Some(children), Some(childcare)) = (
        claim.uc_award_monthly,
        claim.uc_child_elements_monthly,
        claim.uc_childcare_element_monthly,
    ) else {
        return None;
    };
    let transitional = claim.uc_transitional_element_monthly.unwrap_or_default();
    let rule = st.rule("ctr_uc_elements")?;
    if !transitional.is_zero() {
        st.rule("ctr_uc_transitional")?;
        st.need(
            "uc-transitional",
            "The award has a transitional element, whose part in the income an officer settles. \
             The calculation counts it with the child elements, no more than the award.",
        );
    }
    let elements = children + childcare + transitional;
    let counts = elements.min(award);
    let weekly = earnings::a_week(counts);
    if !elements.is_zero() {
        let capped = if award < elements { ", the whole award" } else { "" };
        let label =
            format!("Universal Credit for children{capped}, {} a month x 12/52", pounds(counts));
        st.line(&label, weekly, &rule);
    }
    Some(earned + weekly)
}

/// Pensions and other income, less what is disregarded of each.
fn unearned(
    claim: &Claim,
    home: &Household,
    asked: Asked,
    st: &mut Statement<'_>,
) -> Option<Decimal> {
    let mut sum = Decimal::ZERO;
    for (label, amount) in [
        ("State pension", claim.state_pension_weekly),
        ("Other pension", claim.other_pension_weekly),
    ] {
        sum += given(label, amount, st);
    }
    sum += less("Widowed benefits", claim.widowed_benefits_weekly, "disregard_widowed", st)?;
    if home.children > 0 {
        let paid = claim.maintenance_for_claimant_weekly;
        sum += less("Maintenance", paid, "disregard_maintenance", st)?;
    } else {
        sum += given("Maintenance", claim.maintenance_for_claimant_weekly, st);
    }
    sum += given("Other income that counts", claim.other_counted_income_weekly, st);
    if asked == Asked::CouncilTaxReduction && !zero(claim.war_pension_weekly) {
        let rule = st.rule(rule(home, asked))?;
        st.line("War pension, not counted", Decimal::ZERO, &rule);
    }
    Some(sum)
}

fn given(label: &str, amount: Option<Decimal>, st: &mut Statement<'_>) -> Decimal {
    let amount = amount.unwrap_or_default();
    if !amount.is_zero() {
        st.given(label, amount);
    }
    amount
}

fn less(
    label: &str,
    amount: Option<Decimal>,
    disregard: &'static str,
    st: &mut Statement<'_>,
) -> Option<Decimal> {
    let amount = given(label, amount, st);
    if amount.is_zero() {
        return Some(amount);
    }
    let disregard = st.figure(disregard)?;
    let taken = disregard.amount.min(amount);
    st.line(disregard.row.label, -taken, &disregard.row);
    Some(amount - taken)
}
