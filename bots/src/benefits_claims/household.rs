//! Who lives there, how old they are on the day, and which regulations are theirs.

use jiff::civil::{Date, date};
use rust_decimal::Decimal;

use super::claim::Claim;
use super::kinds::{Asked, Disability, Passport, Severe};
use super::pension_age::{age, before_april_2021, reached};
use super::statement::Statement;
use super::values::Count;

/// The household on one day.
pub(super) struct Household {
    pub(super) claimant: Adult,
    pub(super) partner: Option<Adult>,
    /// Of pension age: single and reached, both of a couple, or a couple saved in 2019.
    pub(super) of_pension_age: bool,
    /// The pension-age regulations apply: none of the working-age benefits is in payment.
    pub(super) pension_age_rules: bool,
    /// Children and young people who count.
    pub(super) children: u32,
}

/// Claimant or partner.
#[derive(Clone, Copy)]
pub(super) struct Adult {
    pub(super) age: i16,
    pub(super) pension_age: bool,
    pub(super) before_april_2021: bool,
    pub(super) benefit: Disability,
    pub(super) hours: Decimal,
}

impl Household {
    pub(super) fn on(claim: &Claim, on: Date) -> Household {
        let adult = |born: Date, benefit: Option<Disability>, hours: Option<Count>| Adult {
            age: age(born, on),
            pension_age: reached(born, on),
            before_april_2021: before_april_2021(born),
            benefit: benefit.unwrap_or(Disability::None),
            hours: hours.map_or(Decimal::ZERO, |hours| hours.number()),
        };
        let claimant = adult(claim.date_of_birth, claim.disability_benefit, claim.hours);
        let partner = claim
            .partner_date_of_birth
            .map(|born| adult(born, claim.partner_disability_benefit, claim.partner_hours));
        let of_pension_age = match &partner {
            None => claimant.pension_age,
            Some(partner) if claim.saved_mixed_age_couple == Some(true) => {
                claimant.pension_age || partner.pension_age
            }
            Some(partner) => claimant.pension_age && partner.pension_age,
        };
        let working_age_benefit = claim.on_universal_credit()
            || matches!(
                claim.passport(),
                Passport::IncomeSupport | Passport::IncomeBasedJsa | Passport::IncomeRelatedEsa
            );
        let young = claim.child_benefit_paid_16_to_19 == Some(true);
        let counts = |born: &Date| {
            let years = age(*born, on);
            (0..16).contains(&years) || young && (16..20).contains(&years)
        };
        let children = claim.children_dates_of_birth.iter().flat_map(|days| &days.0);
        Household {
            claimant,
            partner,
            of_pension_age,
            pension_age_rules: of_pension_age && !working_age_benefit,
            children: u32::try_from(children.filter(|born| counts(born)).count())
                .unwrap_or(u32::MAX),
        }
    }

    pub(super) fn couple(&self) -> bool {
        self.partner.is_some()
    }

    pub(super) fn lone_parent(&self) -> bool {
        self.partner.is_none() && self.children > 0
    }

    pub(super) fn adults(&self) -> impl Iterator<Item = &Adult> {
        std::iter::once(&self.claimant).chain(&self.partner)
    }

    pub(super) fn oldest(&self) -> i16 {
        self.adults().map(|adult| adult.age).max().unwrap_or_default()
    }

    /// One of pension age and one not.
    pub(super) fn mixed_age(&self) -> bool {
        self.partner.is_some_and(|partner| partner.pension_age != self.claimant.pension_age)
    }

    /// Disability premium: for those under pension age, by their own benefit.
    pub(super) fn disability_premium(&self) -> bool {
        !self.pension_age_rules && self.adults().any(Adult::disability_premium)
    }

    /// Enhanced disability premium, likewise.
    pub(super) fn enhanced_premium(&self) -> bool {
        !self.pension_age_rules && self.adults().any(Adult::enhanced_premium)
    }

    /// In the support group, where the applicable amount has a component of its own.
    pub(super) fn support_component(&self) -> bool {
        let support =
            |adult: &Adult| adult.benefit == Disability::SupportGroup && !adult.pension_age;
        !self.pension_age_rules && self.adults().any(support)
    }

    /// Blind, or on a benefit that does away with non-dependant deductions.
    pub(super) fn no_deductions(&self) -> bool {
        self.adults()
            .any(|adult| !matches!(adult.benefit, Disability::None | Disability::SupportGroup))
    }
}

impl Adult {
    pub(super) fn disability_premium(&self) -> bool {
        let benefit = match self.benefit {
            Disability::None | Disability::SupportGroup => false,
            Disability::DlaCare
            | Disability::DailyLiving
            | Disability::DailyLivingEnhanced
            | Disability::AttendanceAllowance
            | Disability::Blind => true,
        };
        benefit && !self.pension_age
    }

    fn enhanced_premium(&self) -> bool {
        let benefit =
            matches!(self.benefit, Disability::DailyLivingEnhanced | Disability::SupportGroup);
        benefit && !self.pension_age
    }
}

/// What the household rests on, and what in it a person must look at.
pub(super) fn tell(claim: &Claim, home: &Household, st: &mut Statement<'_>) -> Option<()> {
    let rule = st.rule("pension_age")?;
    let of = |adult: &Adult| {
        let rules = if adult.pension_age { "pension age" } else { "working age" };
        format!("{}, {rules}", adult.age)
    };
    let text = match &home.partner {
        Some(partner) => format!("{}; partner {}", of(&home.claimant), of(partner)),
        None => of(&home.claimant),
    };
    st.ruling.figure("Claimant's age", text, &rule);
    if home.mixed_age() {
        let saved = if home.of_pension_age { "yes" } else { "no" };
        let rule = st.rule("mixed_age_couple")?;
        st.ruling.figure("Mixed-age couple, saved", saved, &rule);
    }
    children(claim, home, st)
}

fn children(claim: &Claim, home: &Household, st: &mut Statement<'_>) -> Option<()> {
    let Some(births) = &claim.children_dates_of_birth else { return Some(()) };
    let ages: Vec<i16> = births.0.iter().map(|born| age(*born, st.on)).collect();
    st.ruling.fact("Children who count", home.children.to_string(), "the claim");
    if ages.iter().any(|age| *age >= 16) {
        st.rule("children_16_to_19")?;
        if claim.child_benefit_paid_16_to_19 != Some(true) {
            st.need(
                "child-over-16",
                "A child is 16 or over, and Child Benefit is not said to be paid: ask. The \
                 calculation leaves the child out.",
            );
        }
    }
    if ages.iter().any(|age| *age >= 20) {
        st.need("child-over-16", "A young person of 20 or over does not count as a child: check.");
    }
    if births.0.iter().any(|born| *born > st.on) {
        let why = "A child is born after the day from which the award runs: check the dates.";
        st.need("contradiction", why);
    }
    Some(())
}

/// Facts of the household that cannot both be so.
pub(super) fn contradictions(
    claim: &Claim,
    home: &Household,
    asked: Asked,
    st: &mut Statement<'_>,
) {
    let mut told = |why: &str| st.need("contradiction", why);
    let count = |number: Option<Count>| number.map_or(Decimal::ZERO, |it| it.number());
    let children = Decimal::from(home.children);
    let disabled = count(claim.disabled_children);
    if disabled > children || count(claim.children_in_childcare) > children {
        told("More children are disabled or in childcare than there are children: check.");
    }
    if count(claim.severely_disabled_children) > disabled {
        told("More children are severely disabled than are disabled: check.");
    }
    if !home.couple() {
        if claim.severe_disability_premium == Some(Severe::Both) {
            told(
                "Severe disability premium is claimed for both of a couple, but there is no partner.",
            );
        }
        if count(claim.carer_premiums) > Decimal::ONE {
            told("Two carer premiums are claimed, but there is no partner.");
        }
        let partners = claim.partner_earnings_net_weekly.is_some_and(|it| !it.is_zero())
            || claim.partner_nino.is_some()
            || claim.partner_disability_benefit.is_some_and(|it| it != Disability::None);
        if partners {
            told("There is something of a partner, but no partner's date of birth: ask.");
        }
    }
    if claim.partner_nino.as_deref() == Some(claim.nino.as_str()) {
        told("Claimant and partner have the same National Insurance number: check whose it is.");
    }
    let passport = claim.passport();
    if claim.on_universal_credit() && passport != Passport::None {
        told("Universal Credit and another income-based benefit cannot both be paid: check.");
    }
    if passport == Passport::GuaranteeCredit && !home.of_pension_age {
        told("Guarantee credit is for households of pension age, and this is not one: check.");
    }
    let savings = claim.savings_credit_weekly.is_some_and(|it| !it.is_zero());
    if savings && !home.of_pension_age {
        told("Savings credit is for households of pension age, and this is not one: check.");
    }
    if claim.saved_mixed_age_couple == Some(true) {
        let old_enough = |born: Date| born < date(1954, 10, 6);
        let saved = claim
            .partner_date_of_birth
            .is_some_and(|partner| old_enough(claim.date_of_birth) || old_enough(partner));
        if !saved {
            told(
                "A couple saved in 2019 had a member of pension age then; neither here was: check.",
            );
        }
    }
    if asked == Asked::CouncilTaxReduction
        && claim.on_universal_credit()
        && claim.uc_childcare_element_monthly.is_some_and(|it| !it.is_zero())
        && count(claim.children_in_childcare).is_zero()
    {
        told("There is a childcare element, but no number of children in childcare: ask.");
    }
}
