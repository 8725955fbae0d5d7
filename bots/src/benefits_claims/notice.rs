//! What the notice of a decision says, in the order of SI 2006/213 schedule 9 and SI 2006/214
//! schedule 8; the wording is in `notices/`.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::claim::Claim;
use super::dates::in_words;
use super::household::Household;
use super::kinds::{Asked, Landlord, Passport, Work};
use super::statement::pounds;
use super::{ANNUAL, CTR, CTR_FROM, HB, HB_FROM, OVERPAYMENT};
use crate::kit::{Line, NoticeFault, Ruling, Shown, Telling, Wording};

pub(super) const WORDING: Wording = Wording {
    templates: &[
        ("decision", include_str!("notices/decision.txt")),
        ("rights", include_str!("notices/rights.txt")),
        ("housing_benefit", include_str!("notices/housing_benefit.txt")),
        ("council_tax_reduction", include_str!("notices/council_tax_reduction.txt")),
    ],
    settings: &[(
        "rent_allowance_paid",
        "how a rent allowance is paid, as the rest of a sentence, such as: every four weeks on a \
         Monday, for the four weeks before",
    )],
};

/// Everything that the templates say of a claim.
pub(super) fn tells(
    claim: &Claim,
    ruling: &Ruling,
    telling: &Telling<'_>,
) -> Result<Value, NoticeFault> {
    let (hb_part, ctr_part) = parts(&ruling.working);
    let hb = benefit(claim, ruling, Asked::HousingBenefit, hb_part);
    let ctr = benefit(claim, ruling, Asked::CouncilTaxReduction, ctr_part);
    let both = [Asked::HousingBenefit, Asked::CouncilTaxReduction];
    let asked = || both.into_iter().filter(|asked| claim.asks(*asked));
    let undecided = asked().filter(|asked| amount(ruling, *asked).is_none());
    let undecided: Vec<&str> = undecided.map(Asked::title).collect();
    let mut told = json!({
        "claimant": format!("{} {}", claim.forename, claim.surname),
        "benefits": asked().map(Asked::title).collect::<Vec<_>>().join(" and "),
        "change": claim.kind == Work::Change,
        "claimed": in_words(claim.claim_date),
        "told": claim.received_on.map(in_words),
        "undecided": undecided,
        "hb": hb,
        "ctr": ctr,
    });
    if claim.asks(Asked::HousingBenefit) {
        told["hb_months"] = months(telling.number("hb_dispute_months")?);
        told["hb_months_at_most"] = months(telling.number("hb_dispute_months_at_most")?);
    }
    if claim.asks(Asked::CouncilTaxReduction) {
        told["ctr_months"] = months(telling.number("ctr_review_months")?);
        told["ctr_days"] = json!(telling.number("ctr_tribunal_days")?.normalize().to_string());
    }
    Ok(told)
}

/// `1 month`, `13 months`.
fn months(number: Decimal) -> Value {
    let plural = if number == Decimal::ONE { "" } else { "s" };
    json!(format!("{} month{plural}", number.normalize()))
}

/// The statements of the two benefits, one after the other in the working.
fn parts(working: &[Line]) -> (&[Line], &[Line]) {
    let begins = format!("{} from", Asked::CouncilTaxReduction.title());
    let at = working.iter().position(|line| line.label == begins);
    working.split_at(at.unwrap_or(working.len()))
}

fn amount(ruling: &Ruling, asked: Asked) -> Option<(Decimal, Date)> {
    let (weekly, from) = match asked {
        Asked::HousingBenefit => (HB, HB_FROM),
        Asked::CouncilTaxReduction => (CTR, CTR_FROM),
    };
    match (ruling.decision_value(weekly), ruling.decision_value(from)) {
        (Shown::Money(weekly), Shown::Date(from)) => Some((*weekly, *from)),
        _ => None,
    }
}

/// One benefit; nothing of one that is not decided.
fn benefit(claim: &Claim, ruling: &Ruling, asked: Asked, working: &[Line]) -> Value {
    let Some((weekly, from)) = amount(ruling, asked) else { return Value::Null };
    let before = claim.in_payment(asked);
    let found = |label: &str| {
        let line = working.iter().find(|line| line.label.starts_with(label));
        line.map(|line| line.amount.trim_start_matches("= "))
    };
    let mut told = json!({
        "weekly": pounds(weekly),
        "nil": weekly.is_zero(),
        "from": in_words(from),
        "before": pounds(before),
        "verdict": match weekly.cmp(&before) {
            std::cmp::Ordering::Less => "less",
            std::cmp::Ordering::Equal => "same",
            std::cmp::Ordering::Greater => "more",
        },
        "non_dependants": non_dependants(working),
        "deductions": found("Non-dependant deductions"),
        "applicable": found("Applicable amount"),
        "too_much": too_much(claim, ruling, from, working),
    });
    match asked {
        Asked::HousingBenefit => {
            let rent = claim.eligible_rent_weekly.map(|rent| rent / claim.sharing());
            told["rent"] = json!(rent.map(pounds));
            told["shared"] = json!(claim.sharing() != Decimal::ONE);
            told["allowance"] = json!(claim.landlord != Some(Landlord::Council));
            told["landlord_unknown"] = json!(claim.landlord.is_none());
            told["savings_credit"] = savings_credit(claim, from);
        }
        Asked::CouncilTaxReduction => {
            let annual = match ruling.decision_value(ANNUAL) {
                Shown::Money(annual) => Some(pounds(*annual)),
                _ => None,
            };
            told["annual"] = json!(annual);
            let starts = if from.month() >= 4 { from.year() } else { from.year() - 1 };
            told["year"] = json!(format!("{starts}/{:02}", (starts + 1) % 100));
        }
    }
    told
}

/// Each deduction with the category that it was made for.
fn non_dependants(working: &[Line]) -> Vec<Value> {
    let one = |line: &&Line| {
        let label = line.label.strip_prefix("Non-dependant");
        label.is_some_and(|rest| rest.starts_with([' ', 's'])) && line.label.contains(", ")
    };
    let own = |line: &&Line| !line.label.starts_with("Non-dependant deductions");
    let said = |line: &Line| json!({ "who": line.label, "amount": line.amount });
    working.iter().filter(one).filter(own).map(said).collect()
}

/// At pension age with savings credit and no guarantee credit, DWP's figures are told.
fn savings_credit(claim: &Claim, on: Date) -> Value {
    let credit = claim.savings_credit_weekly.filter(|credit| !credit.is_zero());
    let only = claim.passport() != Passport::GuaranteeCredit;
    match credit {
        Some(credit) if only && Household::on(claim, on).pension_age_rules => json!({
            "weekly": pounds(credit),
            "income": claim.dwp_assessed_income_weekly.map(pounds),
            "capital": claim.capital.map(pounds),
        }),
        _ => Value::Null,
    }
}

/// What was paid too much, as the statement has it; an officer decides about it apart.
fn too_much(claim: &Claim, ruling: &Ruling, from: Date, working: &[Line]) -> Value {
    if *ruling.decision_value(OVERPAYMENT) != Shown::words("yes") {
        return Value::Null;
    }
    let Some(line) = working.iter().find(|line| line.label.starts_with("Too much, ")) else {
        return Value::Null;
    };
    let deduction = working.iter().find(|line| line.label.starts_with("Deduction a week"));
    json!({
        "amount": line.amount.trim_start_matches("= "),
        "sum": line.label.trim_start_matches("Too much, "),
        "from": in_words(from),
        "told": claim.received_on.map(in_words),
        "deduction": deduction.map(|line| &line.amount),
    })
}
