//! The statement adds up by itself, and is no longer than an officer needs.

use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::json;

use super::people::{any_claim, claim, decide, policy};
use crate::kit::{Line, Ruling, Shown};

/// What a line says, in pounds; a total has its sign.
fn amount(text: &str) -> Option<Decimal> {
    let text = text.strip_prefix("= ").unwrap_or(text);
    let (sign, digits) = match text.strip_prefix("-£") {
        Some(digits) => (-Decimal::ONE, digits),
        None => (Decimal::ONE, text.strip_prefix('£')?),
    };
    digits.replace(',', "").parse::<Decimal>().ok().map(|amount| sign * amount)
}

/// Labels of totals whose part begins anew below them.
fn closes(label: &str) -> bool {
    label != "Earnings that count"
}

/// Adds up the lines above each total, and compares.
pub(super) fn add_up(lines: &[Line]) -> Result<usize, String> {
    let (mut sum, mut best) = (Decimal::ZERO, Decimal::ZERO);
    let mut checked = 0;
    for line in lines {
        if line.label.ends_with(" from") {
            // The next benefit's statement.
            (sum, best) = (Decimal::ZERO, Decimal::ZERO);
        }
        let Some(shown) = amount(&line.amount) else { continue };
        if !line.amount.starts_with("= ") {
            sum += shown;
            continue;
        }
        let label = line.label.as_str();
        let own_sum = label.starts_with("For ") || label.starts_with("Too much");
        let award = label.contains("rounded here");
        let expected = if label.starts_with("By the") {
            // Nothing is left of a negative sum; the better of the two is the award.
            best = best.max(shown);
            sum.max(Decimal::ZERO)
        } else if label.starts_with("Council Tax Reduction a") {
            best
        } else {
            sum
        };
        let near = if award { Decimal::new(5001, 6) } else { Decimal::new(10, 6) };
        let shared = label.starts_with("Non-dependant deductions,");
        let nil = label == "Housing Benefit a week";
        if !own_sum && !shared && !nil {
            if (expected - shown).abs() > near {
                return Err(format!("{label}: {expected} is shown as {shown}"));
            }
            checked += 1;
        }
        if closes(label) {
            sum = Decimal::ZERO;
        }
    }
    Ok(checked)
}

/// The awards again, from the totals that the statement shows.
fn again(ruling: &Ruling) -> Vec<Decimal> {
    let total = |words: &str| {
        let line = ruling.working.iter().find(|line| line.label.starts_with(words));
        line.and_then(|line| amount(&line.amount))
    };
    let weekly = ["Housing Benefit a week", "Council Tax Reduction a week"];
    weekly.into_iter().filter_map(total).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_total_is_the_sum_of_its_lines(case in any_claim()) {
        let ruling = decide(&case, &policy());
        let added = add_up(&ruling.working);
        prop_assert!(added.is_ok(), "{}\n{}", added.unwrap_err(), ruling.working_text());
        let awards: Vec<Decimal> = ["Housing Benefit weekly", "Council Tax Reduction weekly"]
            .into_iter()
            .filter_map(|header| match ruling.decision_value(header) {
                Shown::Money(amount) => Some(*amount),
                _ => None,
            })
            .collect();
        prop_assert_eq!(again(&ruling), awards);
        for line in &ruling.working {
            prop_assert!(!line.source.is_empty(), "{}", line.label);
            prop_assert_eq!(line.rule.is_empty(), line.from.is_none());
        }
    }
}

#[test]
fn a_statement_reads_in_the_order_of_the_regulations() {
    let case = claim(&json!({
        "benefit": "Housing Benefit", "earnings_net_weekly": "250.00", "hours": "30",
        "capital": "6100.00", "non_dep_1_date_of_birth": "1995-02-03",
    }));
    let ruling = decide(&case, &policy());
    let labels: Vec<&str> = ruling.working.iter().map(|line| line.label.as_str()).collect();
    assert_eq!(
        labels,
        [
            "Housing Benefit from",
            "Claimant's age",
            "Single person of 25 or over, or lone parent of 18 or over",
            "Applicable amount",
            "Claimant's net earnings",
            "Earnings disregard, single",
            "Additional earnings disregard, 30 or 16 hours",
            "Earnings disregard, specified or temporary accommodation: single or lone parent of \
             25 or over",
            "Earnings that count",
            "Tariff income on £6,100.00",
            "Income counted",
            "Non-dependant 1, gross £0.00",
            "Non-dependant deductions",
            "Eligible rent",
            "Non-dependants",
            "65% of income above by £55.62",
            "Housing Benefit a week, rounded here",
        ]
    );
    assert!(add_up(&ruling.working).unwrap() >= 5);
    // 250 - 5 - 17.10 - 77.73 + 1 = 151.17; 95.55 less is 55.62; 65% of it 36.153.
    assert!(ruling.working_text().contains("rounded here: = £193.45 (pennies from 06/03/2006)"));
}

#[test]
fn a_ruling_of_one_benefit_is_no_longer_than_it_needs_to_be() {
    for (benefit, most) in [("Council Tax Reduction", 4500), ("Both", 8000)] {
        let case =
            claim(&json!({ "benefit": benefit, "earnings_net_weekly": "150.00", "hours": "20" }));
        let size = serde_json::to_vec(&decide(&case, &policy())).unwrap().len();
        assert!(size <= most, "{benefit}: {size}");
    }
}
