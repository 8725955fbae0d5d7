//! Council Tax Reduction: the tax of a day, deductions and taper, and the relief of bands E to H.

use rust_decimal::Decimal;

use super::award::Award;
use super::claim::Claim;
use super::dates::days_of_financial_year;
use super::household::Household;
use super::kinds::{Asked, Band, NonDepStatus};
use super::statement::{Statement, pennies, pounds};
use super::{applicable, capital, income, non_dependants};

const ASKED: Asked = Asked::CouncilTaxReduction;

/// The award from the statement's day.
pub(super) fn award(claim: &Claim, home: &Household, st: &mut Statement<'_>) -> Award {
    let mut award = Award {
        applicable: applicable::amount(claim, home, ASKED, st),
        ..Award::unknown(ASKED, st.on)
    };
    let income = income::counted(claim, home, ASKED, st);
    (award.income, award.tariff) = (income.total, income.tariff);
    let within = capital::within_limit(claim, ASKED, st);
    award.deductions = non_dependants::deductions(claim, home, ASKED, st);
    let exact = match within {
        Some(true) => exact(claim, home, &award, st),
        Some(false) => Some(Decimal::ZERO),
        None => None,
    };
    award.weekly = exact.and_then(|exact| told(exact, &mut award.annual, st));
    award
}

/// What a week comes to, before any rounding.
fn exact(
    claim: &Claim,
    home: &Household,
    award: &Award,
    st: &mut Statement<'_>,
) -> Option<Decimal> {
    let rule = st.rule("ctr_maximum")?;
    let Some(annual) = claim.council_tax_annual else {
        st.need("fact-missing", "The council tax of the year is not given: ask for it.");
        return None;
    };
    let days = Decimal::from(days_of_financial_year(st.on));
    let share = annual / claim.sharing();
    let tax = share * Decimal::from(7) / days;
    let by = if claim.sharing() == Decimal::ONE {
        String::new()
    } else {
        format!(" by {}", claim.sharing())
    };
    st.line(&format!("Council tax a week: {}{by} x 7/{days}", pounds(annual)), tax, &rule);
    let deductions = award.deductions?;
    if !deductions.is_zero() {
        st.line("Non-dependants", -deductions, &rule);
    }
    let income = award.income?;
    let excess = (income - award.applicable?).max(Decimal::ZERO);
    let taper = st.figure("ctr_taper")?;
    let tapered = excess * taper.amount / Decimal::ONE_HUNDRED;
    if !excess.is_zero() {
        let label = format!("{}% of income above by {}", taper.amount, pounds(excess));
        st.line(&label, -tapered, &taper.row);
    }
    let by_means = (tax - deductions - tapered).max(Decimal::ZERO);
    st.total("By the means test", by_means, &rule);
    second_adult(claim, home, by_means, tax, st);
    if by_means == tax {
        return Some(by_means);
    }
    band_relief(claim, home, by_means, tax, income, st)
}

/// The better of the means test and what takes away the rise of 2017 in bands E to H.
fn band_relief(
    claim: &Claim,
    home: &Household,
    by_means: Decimal,
    tax: Decimal,
    income: Decimal,
    st: &mut Statement<'_>,
) -> Option<Decimal> {
    let id = match claim.council_tax_band {
        None => {
            // The relief is the greatest in band H: what is above that needs no band.
            let highest = st.figure("ctr_band_h")?;
            if by_means >= tax - tax / highest.amount {
                return Some(by_means);
            }
            st.need(
                "fact-missing",
                "The council tax band is not given, and in bands E to H there is a relief: ask.",
            );
            return None;
        }
        Some(Band::A | Band::B | Band::C | Band::D) => return Some(by_means),
        Some(Band::E) => "ctr_band_e",
        Some(Band::F) => "ctr_band_f",
        Some(Band::G) => "ctr_band_g",
        Some(Band::H) => "ctr_band_h",
    };
    let times = st.figure(id)?;
    let family = home.couple() || home.children > 0;
    let test =
        st.figure(if family { "ctr_band_income_family" } else { "ctr_band_income_single" })?;
    let taper = st.figure("ctr_band_taper")?;
    let better = st.rule("ctr_better_of_two")?;
    let whole = tax - tax / times.amount;
    let excess = (income - test.amount).max(Decimal::ZERO);
    let tapered = excess * taper.amount / Decimal::ONE_HUNDRED;
    let relief = (whole - tapered).max(Decimal::ZERO);
    st.line(&format!("Relief: the tax less the tax by {}", times.amount), whole, &times.row);
    if !excess.is_zero() {
        let label = format!("{}% of income above {}", taper.amount, pounds(test.amount));
        st.line(&label, -tapered.min(whole), &taper.row);
    }
    st.total("By the relief", relief, &better);
    if relief > by_means {
        let text = "The relief for bands E to H is better than the means test.";
        st.because("band-relief", text, &better);
    }
    Some(relief.max(by_means))
}

/// Pensioners may have a rebate for a second adult instead, whose figures are not all known.
fn second_adult(
    claim: &Claim,
    home: &Household,
    by_means: Decimal,
    tax: Decimal,
    st: &mut Statement<'_>,
) {
    let adults = [
        (claim.non_dep_1_date_of_birth, claim.non_dep_1_status),
        (claim.non_dep_2_date_of_birth, claim.non_dep_2_status),
        (claim.non_dep_3_date_of_birth, claim.non_dep_3_status),
    ];
    let mut there = adults.into_iter().filter(|(born, _)| born.is_some()).peekable();
    let possible = home.pension_age_rules && !home.couple() && there.peek().is_some();
    // The rebate is the whole tax where all of them are students, else a quarter at most.
    let students = there.all(|(_, status)| status == Some(NonDepStatus::Student));
    let most = if students { tax } else { tax / Decimal::from(4) };
    if possible && by_means < most && st.perhaps("ctr_second_adult").is_some() {
        st.need(
            "second-adult",
            "A second adult rebate may be better than this reduction: an officer compares them.",
        );
    }
}

/// Weekly and annual amounts, each rounded once.
fn told(exact: Decimal, annual: &mut Option<Decimal>, st: &mut Statement<'_>) -> Option<Decimal> {
    let rule = st.rule("pennies")?;
    let year = st.rule("ctr_year")?;
    let days = Decimal::from(days_of_financial_year(st.on));
    let weekly = pennies(exact);
    let whole_year = pennies(exact * days / Decimal::from(7));
    st.total("Council Tax Reduction a week, rounded here", weekly, &rule);
    let label = format!("For {days} days, {} x {days}/7, rounded here", pounds(exact));
    st.total(&label, whole_year, &rule);
    let text = if weekly.is_zero() && whole_year.is_zero() {
        "No Council Tax Reduction is due.".to_owned()
    } else {
        format!(
            "Council Tax Reduction is {} a week, {} for a whole year.",
            pounds(weekly),
            pounds(whole_year)
        )
    };
    st.because("ctr-award", text, &year);
    *annual = Some(whole_year);
    Some(weekly)
}
