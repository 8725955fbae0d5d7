//! Earnings: what is left of them after the disregards and childcare.

use rust_decimal::Decimal;

use super::claim::Claim;
use super::household::{Adult, Household};
use super::kinds::{Accommodation, Asked, Disability, Severe};
use super::statement::Statement;
use super::values::Count;

/// Net earnings less disregards and childcare, without Universal Credit.
pub(super) fn counted(
    claim: &Claim,
    home: &Household,
    asked: Asked,
    st: &mut Statement<'_>,
) -> Option<Decimal> {
    let own = claim.earnings_net_weekly.unwrap_or_default();
    let partners = if home.couple() { claim.partner_earnings_net_weekly } else { None };
    let partners = partners.unwrap_or_default();
    let net = own + partners;
    if net.is_zero() {
        return Some(net);
    }
    if !own.is_zero() {
        st.given("Claimant's net earnings", own);
    }
    if !partners.is_zero() {
        st.given("Partner's net earnings", partners);
    }
    let rest = Rest { left: net };
    let mut rest = rest.less(disregard(home, special(claim, home)), st)?;
    rest = childcare(claim, home, rest, st)?;
    rest = additional(home, rest, st)?;
    if asked == Asked::HousingBenefit {
        rest = supported(claim, home, rest, st)?;
    }
    let rule = st.rule("effective_date")?;
    st.total("Earnings that count", rest.left, &rule);
    Some(rest.left)
}

/// Earnings while amounts are taken off them; never below nothing.
#[derive(Clone, Copy)]
pub(super) struct Rest {
    pub(super) left: Decimal,
}

impl Rest {
    /// Takes off a figure, or what is left if that is less.
    pub(super) fn less(self, id: &'static str, st: &mut Statement<'_>) -> Option<Rest> {
        let figure = st.figure(id)?;
        Some(self.take(figure.amount, figure.row.label, &figure.row, st))
    }

    pub(super) fn take(
        self,
        amount: Decimal,
        label: &str,
        row: &crate::kit::InForce<'_>,
        st: &mut Statement<'_>,
    ) -> Rest {
        let taken = amount.min(self.left);
        if !taken.is_zero() {
            st.line(label, -taken, row);
        }
        Rest { left: self.left - taken }
    }
}

/// The one disregard of the four that applies.
pub(super) fn disregard(home: &Household, special: bool) -> &'static str {
    if home.lone_parent() {
        "disregard_lone_parent"
    } else if special {
        "disregard_special"
    } else if home.couple() {
        "disregard_couple"
    } else {
        "disregard_single"
    }
}

/// The disregard of £20: a premium for disability or care, or for pensioners the benefit itself.
pub(super) fn special(claim: &Claim, home: &Household) -> bool {
    let carer = claim.carer_premiums.is_some_and(|it| !it.number().is_zero());
    let severe = claim.severe_disability_premium.is_some_and(|it| it != Severe::No);
    let pensioner =
        home.pension_age_rules && home.adults().any(|adult| adult.benefit != Disability::None);
    carer || severe || home.disability_premium() || home.enhanced_premium() || pensioner
}

/// Childcare that was paid, up to the most for one child or for more.
fn childcare(claim: &Claim, home: &Household, rest: Rest, st: &mut Statement<'_>) -> Option<Rest> {
    let paid = claim.childcare_weekly.unwrap_or_default();
    if paid.is_zero() {
        return Some(rest);
    }
    let children = claim.children_in_childcare.map_or(Decimal::ZERO, |it| it.number());
    let works = |adult: &Adult| adult.hours >= Decimal::from(16);
    let cannot = |adult: &Adult| adult.benefit != Disability::None;
    let all = home.adults().all(|adult| works(adult) || cannot(adult));
    if children.is_zero() || !all || !home.adults().any(works) {
        st.need(
            "childcare-conditions",
            "Childcare is deducted where each of the adults works 16 hours or cannot, for \
             children in registered care. The claim does not show that, and the calculation \
             deducts none: an officer settles it.",
        );
        return Some(rest);
    }
    let most = if children > Decimal::ONE { "childcare_more" } else { "childcare_one" };
    let most = st.figure(most)?;
    Some(rest.take(paid.min(most.amount), "Childcare", &most.row, st))
}

/// The additional disregard: for the hours worked, and only if the earnings cover it.
fn additional(home: &Household, rest: Rest, st: &mut Statement<'_>) -> Option<Rest> {
    let (thirty, sixteen) = (Decimal::from(30), Decimal::from(16));
    let disabled = |adult: &Adult| adult.disability_premium() || adult.benefit != Disability::None;
    let earns_it = |adult: &Adult| {
        adult.age >= 25 && adult.hours >= thirty
            || adult.hours >= sixteen && (home.children > 0 || disabled(adult))
    };
    if !home.adults().any(earns_it) {
        return Some(rest);
    }
    let figure = st.figure("disregard_additional")?;
    if rest.left < figure.amount {
        return Some(rest);
    }
    Some(rest.take(figure.amount, figure.row.label, &figure.row, st))
}

/// Work in specified or temporary accommodation, not on Universal Credit, from 5 October 2026.
fn supported(claim: &Claim, home: &Household, rest: Rest, st: &mut Statement<'_>) -> Option<Rest> {
    let lives_there =
        matches!(claim.accommodation, Some(Accommodation::Specified | Accommodation::Temporary));
    if !lives_there || home.pension_age_rules || claim.on_universal_credit() {
        return Some(rest);
    }
    let id = match (home.couple(), home.oldest()) {
        (false, ..25) => "hb_supported_single_under_25",
        (false, _) => "hb_supported_single",
        (true, ..18) => "hb_supported_couple_under_18",
        (true, ..25) => "hb_supported_couple_under_25",
        (true, _) => "hb_supported_couple",
    };
    let Some(row) = st.perhaps(id) else { return Some(rest) };
    let amount = row.money()?;
    Some(rest.take(amount, row.label, &row, st))
}

/// Universal Credit: earnings of the assessment period, a disregard, and childcare by the element.
pub(super) fn of_universal_credit(
    claim: &Claim,
    home: &Household,
    st: &mut Statement<'_>,
) -> Option<Decimal> {
    let monthly = claim.uc_net_earnings_monthly?;
    if monthly.is_zero() {
        return Some(monthly);
    }
    let rule = st.rule("ctr_uc_earnings")?;
    let label = format!("{} a month x 12/52", super::statement::pounds(monthly));
    let weekly = a_week(monthly);
    st.line(&format!("Universal Credit net earnings, {label}"), weekly, &rule);
    let special = special(claim, home) || claim.uc_carer_element == Some(true);
    let mut rest = Rest { left: weekly }.less(disregard(home, special), st)?;
    let element = claim.uc_childcare_element_monthly.unwrap_or_default();
    if !element.is_zero() {
        let part = st.figure("ctr_uc_childcare_part")?;
        let several =
            claim.children_in_childcare.is_some_and(|it: Count| it.number() > Decimal::ONE);
        let most =
            st.figure(if several { "ctr_uc_childcare_more" } else { "ctr_uc_childcare_one" })?;
        let cost = a_week(element * Decimal::ONE_HUNDRED) / part.amount;
        rest = rest.take(cost.min(most.amount), "Childcare behind the element", &most.row, st);
    }
    st.total("Earnings that count", rest.left, &rule);
    Some(rest.left)
}

/// A monthly amount by the week.
pub(super) fn a_week(monthly: Decimal) -> Decimal {
    monthly * Decimal::from(12) / Decimal::from(52)
}
