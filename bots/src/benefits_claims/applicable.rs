//! The applicable amount: allowances, then premiums, in the order of the schedule.

use rust_decimal::Decimal;

use super::claim::Claim;
use super::household::Household;
use super::kinds::{Asked, Disability, Passport, Severe};
use super::statement::Statement;
use super::values::Count;

/// The ids of a benefit's own figures.
struct Ids {
    child: &'static str,
    family: &'static str,
    disabled_child: &'static str,
    enhanced_child: &'static str,
    carer: &'static str,
    disability: [&'static str; 2],
    enhanced: [&'static str; 2],
    severe: [&'static str; 2],
    component: &'static str,
}

const HB: Ids = Ids {
    child: "hb_child",
    family: "hb_family",
    disabled_child: "hb_disabled_child",
    enhanced_child: "hb_enhanced_child",
    carer: "hb_carer",
    disability: ["hb_disability_single", "hb_disability_couple"],
    enhanced: ["hb_enhanced_single", "hb_enhanced_couple"],
    severe: ["hb_severe_single", "hb_severe_couple"],
    component: "hb_support_component",
};

const CTR: Ids = Ids {
    child: "ctr_child",
    family: "ctr_family",
    disabled_child: "ctr_disabled_child",
    enhanced_child: "ctr_enhanced_child",
    carer: "ctr_carer",
    disability: ["ctr_disability_single", "ctr_disability_couple"],
    enhanced: ["ctr_enhanced_single", "ctr_enhanced_couple"],
    severe: ["ctr_severe_single", "ctr_severe_couple"],
    component: "ctr_support_component",
};

/// The whole amount; none where a figure is not set.
pub(super) fn amount(
    claim: &Claim,
    home: &Household,
    asked: Asked,
    st: &mut Statement<'_>,
) -> Option<Decimal> {
    let ids = if asked == Asked::HousingBenefit { &HB } else { &CTR };
    let couple = usize::from(home.couple());
    let count = |number: Option<Count>| number.map_or(Decimal::ZERO, |it| it.number());
    let once = |has: bool| if has { Decimal::ONE } else { Decimal::ZERO };
    let family = claim.protected_family_premium == Some(true)
        && home.children > 0
        && (asked == Asked::HousingBenefit || home.pension_age_rules);
    let (severe, severe_rate) = match claim.severe_disability_premium.unwrap_or(Severe::No) {
        Severe::No => (false, 0),
        Severe::Yes => (true, 0),
        Severe::Both => (true, couple),
    };

    let mut add = Sum { st, sum: Decimal::ZERO };
    add.figure(allowance(claim, home, asked), Decimal::ONE)?;
    add.figure(ids.child, Decimal::from(home.children))?;
    add.figure(ids.family, once(family))?;
    add.figure(ids.disabled_child, count(claim.disabled_children))?;
    add.figure(ids.enhanced_child, count(claim.severely_disabled_children))?;
    add.figure(ids.disability[couple], once(home.disability_premium()))?;
    add.figure(ids.enhanced[couple], once(home.enhanced_premium()))?;
    add.figure(ids.severe[severe_rate], once(severe))?;
    add.figure(ids.carer, count(claim.carer_premiums))?;
    component(claim, home, asked, ids, &mut add);
    let (sum, st) = (add.sum, add.st);
    if home.pension_age_rules && home.children > 0 && asked == Asked::CouncilTaxReduction {
        // In the first year the schedule has the child's amount itself.
        st.perhaps("ctr_pension_child");
    }
    let rule = st.rule("effective_date")?;
    st.total("Applicable amount", sum, &rule);
    let support = home.claimant.benefit == Disability::SupportGroup;
    if asked == Asked::HousingBenefit && support && !home.couple() && home.claimant.age < 25 {
        st.need(
            "hb-young-esa",
            "Under 25 and in the support group: whether the higher allowance is due in Housing \
             Benefit is for an officer. The calculation has the lower one.",
        );
    }
    Some(sum)
}

struct Sum<'s, 'p> {
    st: &'s mut Statement<'p>,
    sum: Decimal,
}

impl Sum<'_, '_> {
    fn figure(&mut self, id: &'static str, times: Decimal) -> Option<()> {
        if times.is_zero() {
            return Some(());
        }
        let figure = self.st.figure(id)?;
        let amount = figure.amount * times;
        if times == Decimal::ONE {
            self.st.line(figure.row.label, amount, &figure.row);
        } else {
            let label = format!("{} x {times}", figure.row.label);
            self.st.line(&label, amount, &figure.row);
        }
        self.sum += amount;
        Some(())
    }
}

/// The personal allowance.
fn allowance(claim: &Claim, home: &Household, asked: Asked) -> &'static str {
    let before = home.adults().any(|adult| adult.before_april_2021);
    match (asked, home.pension_age_rules, home.couple()) {
        (Asked::CouncilTaxReduction, true, false) => "ctr_pension_single",
        (Asked::CouncilTaxReduction, true, true) => "ctr_pension_couple",
        (Asked::CouncilTaxReduction, false, true) => "ctr_couple",
        (Asked::CouncilTaxReduction, false, false) => {
            let unable = home.claimant.benefit == Disability::SupportGroup
                || claim.on_universal_credit() && claim.uc_lcw_or_lcwra == Some(true);
            let higher = home.claimant.age >= 25 || home.lone_parent() || unable;
            if higher { "ctr_single" } else { "ctr_single_under_25" }
        }
        (Asked::HousingBenefit, true, false) if before => "hb_pension_single_before",
        (Asked::HousingBenefit, true, false) => "hb_pension_single_after",
        (Asked::HousingBenefit, true, true) if before => "hb_pension_couple_before",
        (Asked::HousingBenefit, true, true) => "hb_pension_couple_after",
        (Asked::HousingBenefit, false, true) if home.oldest() >= 18 => "hb_couple",
        (Asked::HousingBenefit, false, true) => "hb_couple_under_18",
        (Asked::HousingBenefit, false, false) => {
            let age = home.claimant.age;
            let higher = age >= 25 || home.lone_parent() && age >= 18;
            if higher { "hb_single" } else { "hb_single_under_25" }
        }
    }
}

/// Contributory ESA has a component. Where a council has not set its figure the amount is too low
/// by it, and a person adds it.
fn component(claim: &Claim, home: &Household, asked: Asked, ids: &Ids, add: &mut Sum<'_, '_>) {
    let no_income = claim.passport() != Passport::None
        || asked == Asked::HousingBenefit && claim.on_universal_credit();
    if home.support_component() && !no_income && add.figure(ids.component, Decimal::ONE).is_none() {
        add.st.need(
            "esa-component",
            "The support component of ESA belongs in the applicable amount and is not in it: an \
             officer adds it.",
        );
    }
}
