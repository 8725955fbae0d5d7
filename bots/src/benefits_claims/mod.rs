//! Housing Benefit and Council Tax Reduction in Scotland: new claims and changes.
//!
//! Read the rules in the order of the law: from which day, who lives there, who may claim, the
//! applicable amount, income and capital, deductions for other adults, the award; and then what
//! a person must settle.

mod applicable;
mod award;
mod capital;
mod cases;
mod claim;
mod council_tax_reduction;
mod dates;
mod earnings;
mod household;
mod housing_benefit;
mod income;
mod kinds;
mod manifest;
mod non_dependants;
mod notice;
mod officer;
mod overpayment;
mod pension_age;
mod people;
mod statement;
#[cfg(test)]
mod tests;
mod values;

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::kit::{
    Bot, Duties, Fault, Fields, Holds, Looked, Manifest, Need, NoticeFault, Policy, Ruling,
    Sameness, Shown, Telling,
};
use award::Award;
pub use claim::Claim;
use household::Household;
use kinds::{Asked, Work};
use statement::{Statement, pennies, pounds};

/// The rules of Housing Benefit and Council Tax Reduction.
#[derive(Debug)]
pub struct BenefitsClaims;

const HB: &str = "Housing Benefit weekly";
const HB_FROM: &str = "HB from";
const CTR: &str = "Council Tax Reduction weekly";
const ANNUAL: &str = "CTR annual";
const CTR_FROM: &str = "CTR from";
const APPLICABLE: &str = "Applicable amount";
const INCOME: &str = "Income counted";
const TARIFF: &str = "Tariff income";
const NON_DEPENDANTS: &str = "Non-dependant deductions";
const OVERPAYMENT: &str = "Overpayment query";
const DECISION: [&str; 10] =
    [HB, HB_FROM, CTR, ANNUAL, CTR_FROM, APPLICABLE, INCOME, TARIFF, NON_DEPENDANTS, OVERPAYMENT];

impl Bot for BenefitsClaims {
    const MANIFEST: Manifest = Manifest {
        name: "benefits-claims",
        title: "Housing Benefit and Council Tax Reduction",
        version: "1",
        purpose: "Decides claims for Housing Benefit and Council Tax Reduction in Scotland and \
                  changes in them: the means test, the award and its first day, with a statement \
                  of each.",
        law: &manifest::LAW,
        duties: Duties {
            significant: true,
            why: "An award pays a household's rent or council tax, and a refusal leaves it to be \
                  paid.",
            special_category: "Health: premiums for disability and care, income-related \
                               Employment and Support Allowance, and limited capability for work.",
            who_confirms: "An officer confirms every nil award, every lower award and every \
                           overpayment, whatever the council's policy; and every award, also one \
                           that rests on special category data, unless the council's policy file \
                           names its authority for deciding it automatically.",
        },
        source: "claims",
        lookups: &[],
        outlets: &["case", "notice"],
        decision_columns: &DECISION,
        notice: Some(notice::WORDING),
        needs: &manifest::NEEDS,
        columns: include_str!("columns.toml"),
        policy: include_str!("policy.toml"),
        policy_of: None,
        example_council: include_str!("council.toml"),
        cases: cases::CASES,
    };
    type Case = Claim;

    fn case(fields: Fields, _policy: &Policy) -> Result<Claim, Vec<Fault>> {
        Claim::of(fields)
    }

    fn reference(claim: &Claim) -> &str {
        &claim.reference
    }

    fn decided_on(claim: &Claim) -> Date {
        dates::decided_on(claim)
    }

    fn same_as(claim: &Claim, _policy: &Policy) -> Sameness {
        claim.sameness(dates::decided_on(claim))
    }

    fn holds(header: &str) -> Holds {
        officer::holds(header)
    }

    fn complete(ruling: &mut Ruling) -> Vec<String> {
        officer::complete(ruling)
    }

    fn tells(
        claim: &Claim,
        ruling: &Ruling,
        telling: &Telling<'_>,
    ) -> Result<serde_json::Value, NoticeFault> {
        notice::tells(claim, ruling, telling)
    }

    fn decide(claim: &Claim, _looked: &BTreeMap<String, Looked>, policy: &Policy) -> Ruling {
        decide(claim, policy)
    }
}

fn decide(claim: &Claim, policy: &Policy) -> Ruling {
    let mut ruling = Ruling::new(&DECISION);
    let on = dates::decided_on(claim);
    let mut awards = Vec::with_capacity(2);
    let mut too_much = Some(false);
    for asked in [Asked::HousingBenefit, Asked::CouncilTaxReduction] {
        if claim.asks(asked) {
            let (award, mut st) = work_out(claim, asked, policy);
            let over = compare(claim, &award, &mut st);
            too_much = over.and_then(|over| too_much.map(|before| before || over));
            take(&mut ruling, st.ruling);
            awards.push(award);
        }
    }
    answer(&awards, too_much, &mut ruling);

    // What is for people, and the authority for what is not.
    people::tell(claim, on, &mut ruling);
    let home = Household::on(claim, on);
    if claim.evidence_complete {
        name_the_absent(claim, &home, on, policy, &mut ruling);
    }
    people::authority(people::rests_on_health(claim, &home), &mut ruling, policy);
    ruling
}

/// One benefit from its first day: with a late notice of something better, from a later one.
fn work_out<'p>(claim: &Claim, asked: Asked, policy: &'p Policy) -> (Award, Statement<'p>) {
    let from = dates::from(claim, asked);
    let (award, mut st) = work_out_from(claim, asked, from.day, from.rule, policy);
    people::dates(claim, asked, from.day, from.liability_later, &mut st.ruling);
    let Some(told) = late_notice(claim, &award) else { return (award, st) };
    let monday = dates::monday_of(told);
    let (award, mut st) = work_out_from(claim, asked, monday, "hb_late_notice", policy);
    st.need(
        "late-notice",
        "The council was told of a change for the better more than a month after it: unless \
         there were special reasons, it counts from the week of being told. An officer asks.",
    );
    (award, st)
}

fn work_out_from<'p>(
    claim: &Claim,
    asked: Asked,
    day: Date,
    rule: &'static str,
    policy: &'p Policy,
) -> (Award, Statement<'p>) {
    let mut st = Statement::new(policy, day);
    let home = Household::on(claim, day);
    let hb = asked == Asked::HousingBenefit;
    let year = if hb { "hb_year" } else { "ctr_year" };
    let begun = st.rule(rule).and_then(|row| {
        let label = format!("{} from", asked.title());
        st.ruling.figure(&label, dates::in_words(day), &row);
        st.rule("effective_date")?;
        st.rule(year)
    });
    let told = household::tell(claim, &home, &mut st);
    household::contradictions(claim, &home, asked, &mut st);
    let mut award = if hb {
        housing_benefit::award(claim, &home, &mut st)
    } else {
        council_tax_reduction::award(claim, &home, &mut st)
    };
    if begun.is_none() || told.is_none() {
        (award.weekly, award.annual, award.income) = (None, None, None);
    }
    (award, st)
}

/// The day of being told, where that was more than a month after a change for the better.
fn late_notice(claim: &Claim, award: &Award) -> Option<Date> {
    let told = claim.received_on?;
    let better = award.weekly? > claim.in_payment(award.asked);
    let late = told > dates::a_month_after(claim.claim_date);
    let hb = award.asked == Asked::HousingBenefit && claim.kind == Work::Change;
    (hb && better && late && dates::monday_of(told) > award.from).then_some(told)
}

/// Sets the award beside what is in payment and what the benefits system has.
fn compare(claim: &Claim, award: &Award, st: &mut Statement<'_>) -> Option<bool> {
    let Some(weekly) = award.weekly else {
        // Nothing is in payment of a new claim that could have been too much.
        return (claim.kind == Work::NewClaim).then_some(false);
    };
    let title = award.asked.title();
    let current = claim.in_payment(award.asked);
    if weekly.is_zero() {
        let why =
            format!("A nil award of {title} is recommended: an officer confirms or changes it.");
        st.need("nil-to-confirm", why);
        st.ruling.adverse = true;
    }
    if weekly < current {
        let why = format!(
            "{title} falls from {} to {} a week: an officer confirms or changes it.",
            pounds(current),
            pounds(weekly)
        );
        st.need("reduction-to-confirm", why);
        st.ruling.adverse = true;
        let deducted = award.deductions.is_some_and(|it| !it.is_zero());
        let pensioner = Household::on(claim, award.from).pension_age_rules;
        if award.asked == Asked::HousingBenefit && deducted && pensioner {
            st.perhaps("hb_nondep_26_weeks");
            st.need(
                "nondep-26-weeks",
                "If the change is in a non-dependant, it counts 26 weeks later for a claimant of \
                 pension age: an officer says whether it is.",
            );
        }
    }
    if let Some(system) = claim.by_the_system(award.asked) {
        st.given("The benefits system has", system);
        let rule = st.rule("pennies")?;
        if system == weekly {
            let text = format!("The benefits system has the same {title}: {}.", pounds(system));
            st.because("system-agrees", text, &rule);
        } else {
            st.line("Difference to the benefits system", weekly - system, &rule);
            let why = format!(
                "The benefits system has {title} of {} a week, and this statement {}: a \
                 difference of {}. An officer compares the two.",
                pounds(system),
                pounds(weekly),
                pounds(weekly - system)
            );
            st.need("system-differs", why);
        }
    }
    overpayment::tell(claim, award, st)
}

/// Joins one benefit's statement to the ruling.
fn take(ruling: &mut Ruling, mut part: Ruling) {
    ruling.reasons.append(&mut part.reasons);
    ruling.working.append(&mut part.working);
    ruling.adverse |= part.adverse;
    for need in part.needs {
        ruling.need(need);
    }
}

/// Fills the decision columns with what is known.
fn answer(awards: &[Award], too_much: Option<bool>, ruling: &mut Ruling) {
    let money = |amount: Option<Decimal>| match amount {
        Some(amount) => Shown::Money(amount),
        None => Shown::Empty,
    };
    for award in awards {
        let (weekly, from) = match award.asked {
            Asked::HousingBenefit => (HB, HB_FROM),
            Asked::CouncilTaxReduction => (CTR, CTR_FROM),
        };
        ruling.set(weekly, money(award.weekly));
        ruling.set(from, Shown::Date(award.from));
        ruling.award |= award.weekly.is_some_and(|weekly| !weekly.is_zero());
    }
    let annual = awards.iter().find(|award| award.asked == Asked::CouncilTaxReduction);
    ruling.set(ANNUAL, money(annual.and_then(|award| award.annual)));
    let mut side = |header: &str, part: &dyn Fn(&Award) -> Option<Decimal>| {
        let amounts: Vec<_> = awards.iter().map(|award| part(award).map(pennies)).collect();
        ruling.set(header, side_by_side(&amounts));
    };
    side(APPLICABLE, &|award| award.applicable);
    side(INCOME, &|award| award.income);
    side(TARIFF, &|award| award.tariff);
    side(NON_DEPENDANTS, &|award| award.deductions);
    let word = too_much.map(|yes| if yes { "yes" } else { "no" });
    ruling.set(OVERPAYMENT, word.map_or(Shown::Empty, Shown::words));
}

/// One amount as money; two as `HB / CTR`.
fn side_by_side(amounts: &[Option<Decimal>]) -> Shown {
    match amounts {
        [Some(one)] => Shown::Money(*one),
        [_] | [None, None] | [] => Shown::Empty,
        both => {
            let text = |amount: &Option<Decimal>| match amount {
                Some(amount) => format!("{amount:.2}"),
                None => "-".to_owned(),
            };
            Shown::Text(both.iter().map(text).collect::<Vec<_>>().join(" / "))
        }
    }
}

/// Which empty columns were taken as none, 0 or no.
fn name_the_absent(
    claim: &Claim,
    home: &Household,
    on: Date,
    policy: &Policy,
    ruling: &mut Ruling,
) {
    let absent = people::absent(claim, home);
    if absent.is_empty() {
        return;
    }
    let text = format!(
        "The evidence is complete, so these empty columns are none, 0 or no: {}.",
        absent.join(", ")
    );
    match policy.in_force("effective_date", on) {
        Ok(rule) => ruling.because("absent", text, &rule),
        Err(missing) => ruling.need(Need::figure(text, &missing)),
    }
}
