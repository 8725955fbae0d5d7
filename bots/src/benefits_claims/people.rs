//! What is for a person, whatever the arithmetic says.

use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::claim::Claim;
use super::dates::{a_month_after, in_words};
use super::household::Household;
use super::kinds::{Asked, Disability, NonDepStatus, Passport, Severe, Work};
use super::values::Count;
use crate::kit::{Need, Policy, Ruling};

/// Flags and facts of the claim that a person must look at.
pub(super) fn tell(claim: &Claim, on: Date, ruling: &mut Ruling) {
    let yes = |flag: Option<bool>| flag == Some(true);
    let mut need = |code: &str, why: &str| ruling.need(Need::new(code, why));
    if !claim.evidence_complete {
        need(
            "ask-for-evidence",
            "The evidence is not complete, so an empty column is not known: ask for it. The \
             amounts stand on what is given so far.",
        );
    }
    if !yes(claim.right_to_reside_confirmed) {
        need("right-to-reside", "The right to reside is not confirmed: an officer settles it.");
    }
    if yes(claim.self_employed) {
        need("self-employed", "Earnings from self-employment are worked out from the accounts.");
    }
    if yes(claim.student) {
        need("student", "A full-time student may not be entitled: an officer settles it.");
    }
    if yes(claim.living_together_query) {
        need("living-together", "Whether two people live together is for an officer.");
    }
    if yes(claim.deprivation_query) {
        need("deprivation", "Whether capital was given away to claim is for an officer.");
    }
    if yes(claim.appointee) {
        need("appointee", "Somebody else acts for the claimant: an officer deals with them.");
    }
    if yes(claim.fraud_flag) {
        ruling.need(Need::new("fraud", "There is a fraud marker: an officer decides.").sensitive());
    }
    if yes(claim.domestic_abuse_flag) {
        let why = "There is a marker for domestic abuse: an officer decides, and takes care.";
        ruling.need(Need::new("domestic-abuse", why).sensitive());
    }
    if claim.on_universal_credit() {
        universal_credit(claim, on, ruling);
    }
}

/// A Universal Credit case needs its statement, of the right period.
fn universal_credit(claim: &Claim, on: Date, ruling: &mut Ruling) {
    let keys = [
        "uc_period_end",
        "uc_net_earnings_monthly",
        "uc_award_monthly",
        "uc_child_elements_monthly",
        "uc_childcare_element_monthly",
    ];
    let empty = headers(claim, &keys);
    if !empty.is_empty() {
        let why = format!("Universal Credit needs its statement; not given: {}.", empty.join(", "));
        ruling.need(Need::new("fact-missing", why));
    }
    if claim.uc_award_monthly.is_some_and(|award| award.is_zero()) {
        let why = "The Universal Credit award is nil: whether the household is on it is for an \
                   officer.";
        ruling.need(Need::new("uc-award-nil", why));
    }
    let Some(end) = claim.uc_period_end else { return };
    let latest = claim.received_on.map_or(on, |received| received.max(on));
    let counts_until = a_month_after(end).checked_add(7.days()).unwrap_or(Date::MAX);
    if end > latest || counts_until < claim.claim_date {
        let why = format!(
            "The assessment period ended on {}, which is not the last one before {}: ask for the \
             right statement.",
            in_words(end),
            in_words(claim.claim_date)
        );
        ruling.need(Need::new("uc-period", why));
    }
}

/// What the dates leave open.
pub(super) fn dates(
    claim: &Claim,
    asked: Asked,
    on: Date,
    liability_later: bool,
    ruling: &mut Ruling,
) {
    if liability_later {
        let why = format!(
            "Liability for {} begins after the week of the claim: an officer says whether it was \
             claimed too early.",
            if asked == Asked::HousingBenefit { "rent" } else { "council tax" }
        );
        ruling.need(Need::new("liability-later", why));
    }
    if asked == Asked::HousingBenefit || claim.kind == Work::NewClaim {
        return;
    }
    if claim.on_universal_credit() {
        let why = "A change in Universal Credit takes effect by rules of its own (regulation 34A): \
                   an officer checks the day. The calculation starts on the Monday after.";
        ruling.need(Need::new("uc-change-date", why));
    }
    let paid = |amount: Option<Decimal>| amount.is_some_and(|amount| !amount.is_zero());
    let uprated = [
        claim.state_pension_weekly,
        claim.widowed_benefits_weekly,
        claim.other_counted_income_weekly,
    ];
    let changed = claim.claim_date;
    if changed.month() == 4 && changed.day() <= 15 && uprated.into_iter().any(paid) {
        let why = format!(
            "If the change is the yearly uprating of a benefit, it counts from 1 April or the \
             first Monday in April, not from {}: an officer says which it is.",
            in_words(on)
        );
        ruling.need(Need::new("april-uprating", why));
    }
}

/// Says once which empty columns were taken as none, 0 or no, of those that could matter.
pub(super) fn absent(claim: &Claim, home: &Household) -> Vec<&'static str> {
    let mut keys: Vec<&'static str> = Vec::with_capacity(40);
    let (hb, ctr) = (claim.asks(Asked::HousingBenefit), claim.asks(Asked::CouncilTaxReduction));
    if claim.kind == Work::Change {
        keys.extend(hb.then_some("current_weekly_hb"));
        keys.extend(ctr.then_some("current_weekly_ctr"));
    }
    if home.children > 0 {
        keys.extend(["disabled_children", "severely_disabled_children", "children_in_childcare"]);
        keys.push("childcare_weekly");
    }
    for (there, own) in [
        (
            claim.non_dep_1_date_of_birth.is_some(),
            ["non_dep_1_works_16_hours", "non_dep_1_gross_weekly"],
        ),
        (
            claim.non_dep_2_date_of_birth.is_some(),
            ["non_dep_2_works_16_hours", "non_dep_2_gross_weekly"],
        ),
        (
            claim.non_dep_3_date_of_birth.is_some(),
            ["non_dep_3_works_16_hours", "non_dep_3_gross_weekly"],
        ),
    ] {
        keys.extend(own.into_iter().filter(|_| there));
    }
    keys.push("universal_credit");
    if claim.on_universal_credit() {
        keys.extend(["uc_transitional_element_monthly", "uc_lcw_or_lcwra", "uc_carer_element"]);
    } else if claim.passport() == Passport::None {
        keys.extend(["earnings_net_weekly", "hours"]);
        if home.couple() {
            keys.extend(["partner_earnings_net_weekly", "partner_hours"]);
        }
    }
    if home.of_pension_age && claim.passport() == Passport::None {
        keys.extend(["savings_credit_weekly", "state_pension_weekly"]);
    }
    keys.extend([
        "other_pension_weekly",
        "widowed_benefits_weekly",
        "other_counted_income_weekly",
        "maintenance_for_claimant_weekly",
        "war_pension_weekly",
        "capital",
        "carer_premiums",
        "self_employed",
        "student",
        "living_together_query",
        "deprivation_query",
        "appointee",
        "fraud_flag",
        "domestic_abuse_flag",
    ]);
    headers(claim, &keys)
}

fn headers(claim: &Claim, keys: &[&'static str]) -> Vec<&'static str> {
    let empty = keys.iter().filter(|key| claim.is_empty(key));
    empty.map(|key| Claim::header(key)).collect()
}

/// Does the award rest on data about health?
pub(super) fn rests_on_health(claim: &Claim, home: &Household) -> bool {
    let some = |number: Option<Count>| number.is_some_and(|it| !it.number().is_zero());
    let disabled = home.adults().any(|adult| adult.benefit != Disability::None);
    let severe = claim.severe_disability_premium.is_some_and(|it| it != Severe::No);
    let others = [claim.non_dep_1_status, claim.non_dep_2_status, claim.non_dep_3_status];
    let unwell = |status: &Option<NonDepStatus>| {
        matches!(status, Some(NonDepStatus::IncomeRelatedEsa | NonDepStatus::Hospital))
    };
    disabled
        || severe
        || some(claim.carer_premiums)
        || some(claim.disabled_children)
        || some(claim.severely_disabled_children)
        || claim.passport() == Passport::IncomeRelatedEsa
        || claim.on_universal_credit()
            && (claim.uc_lcw_or_lcwra == Some(true) || claim.uc_carer_element == Some(true))
        || others.iter().any(unwell)
}

/// What is reserved for a person unless the council names its authority.
pub(super) fn authority(health: bool, ruling: &mut Ruling, policy: &Policy) {
    if ruling.award && policy.automatic("awards").is_none() {
        let why = "The council's policy names no authority for awards without an officer: one \
                   confirms it.";
        ruling.need(Need::new("award-to-confirm", why));
    }
    if health && policy.automatic("special_category_awards").is_none() {
        let why = "The decision rests on data about health or care: an officer confirms it, as \
                   the council's policy names no authority for deciding it automatically.";
        ruling.need(Need::new("special-category", why).sensitive());
    }
}
