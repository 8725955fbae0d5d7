//! Properties of the rules.

use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::json;

use super::people::{any_claim, bot, claim, decide, invented_council, policy};
use crate::kit::{Mark, Ruling, Shown, golden};

const AWARDS: [&str; 2] = ["Housing Benefit weekly", "Council Tax Reduction weekly"];

fn money(ruling: &Ruling, header: &str) -> Option<Decimal> {
    match ruling.decision_value(header) {
        Shown::Money(amount) => Some(*amount),
        _ => None,
    }
}

/// Is the award no higher than before, where both are known?
fn not_more(before: &Ruling, after: &Ruling, header: &str) -> bool {
    match (money(before, header), money(after, header)) {
        (Some(before), Some(after)) => after <= before,
        _ => true,
    }
}

fn pounds(pounds: i64) -> Decimal {
    Decimal::from(pounds)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_pound_more_income_never_raises_an_award(mut case in any_claim(), more in 1..300_i64) {
        // What is in payment decides nothing but the dates of a late notice.
        case.received_on = None;
        let policy = policy();
        let before = decide(&case, &policy);
        let pension = case.other_pension_weekly.unwrap_or_default();
        case.other_pension_weekly = Some(pension + pounds(more));
        let after = decide(&case, &policy);
        for header in AWARDS {
            prop_assert!(not_more(&before, &after, header), "{}", header);
        }
    }

    #[test]
    fn a_pound_more_capital_never_raises_an_award(mut case in any_claim(), more in 1..9000_i64) {
        case.received_on = None;
        let policy = policy();
        let before = decide(&case, &policy);
        case.capital = Some(case.capital.unwrap_or_default() + pounds(more));
        let after = decide(&case, &policy);
        for header in AWARDS {
            prop_assert!(not_more(&before, &after, header), "{}", header);
        }
    }

    #[test]
    fn a_pound_more_earnings_never_raises_an_award(mut case in any_claim(), more in 1..300_i64) {
        // The additional disregard begins where the earnings cover it: short hours have none.
        (case.received_on, case.hours, case.partner_hours) = (None, None, None);
        let policy = policy();
        let before = decide(&case, &policy);
        case.earnings_net_weekly = Some(case.earnings_net_weekly.unwrap_or_default() + pounds(more));
        let uc = case.uc_net_earnings_monthly;
        case.uc_net_earnings_monthly = uc.map(|earned| earned + pounds(more));
        let after = decide(&case, &policy);
        for header in AWARDS {
            prop_assert!(not_more(&before, &after, header), "{}", header);
        }
    }

    #[test]
    fn an_award_never_exceeds_the_rent_or_the_tax(case in any_claim()) {
        let ruling = decide(&case, &policy());
        let sharing = case.sharing();
        let half_a_penny = Decimal::new(5, 3);
        if let Some(annual) = money(&ruling, "CTR annual") {
            let tax = case.council_tax_annual.unwrap() / sharing;
            prop_assert!(annual >= Decimal::ZERO && annual <= tax + half_a_penny);
        }
        if let Some(weekly) = money(&ruling, "Housing Benefit weekly") {
            let rent = case.eligible_rent_weekly.unwrap() / sharing;
            prop_assert!(weekly >= Decimal::ZERO && weekly <= rent + half_a_penny);
            prop_assert!(weekly.is_zero() || weekly >= Decimal::new(50, 2));
        }
    }

    #[test]
    fn a_non_dependant_never_raises_an_award(mut case in any_claim(), gross in 0..700_i64) {
        case.received_on = None;
        (case.non_dep_1_date_of_birth, case.non_dep_1_status) = (None, None);
        (case.non_dep_1_works_16_hours, case.non_dep_1_gross_weekly) = (None, None);
        let policy = policy();
        let before = decide(&case, &policy);
        case.non_dep_1_date_of_birth = Some(jiff::civil::date(1990, 1, 1));
        case.non_dep_1_works_16_hours = Some(true);
        case.non_dep_1_gross_weekly = Some(pounds(gross));
        let after = decide(&case, &policy);
        for header in AWARDS {
            prop_assert!(not_more(&before, &after, header), "{}", header);
        }
    }

    #[test]
    fn the_weeks_of_a_year_add_up_to_the_year(case in any_claim()) {
        let ruling = decide(&case, &policy());
        let amounts = (money(&ruling, "Council Tax Reduction weekly"), money(&ruling, "CTR annual"));
        if let (Some(weekly), Some(annual)) = amounts {
            let Shown::Date(from) = ruling.decision_value("CTR from") else { panic!("no day") };
            let days = Decimal::from(super::super::dates::days_of_financial_year(*from));
            let year = weekly * days / pounds(7);
            // Half a penny of rounding a week, and half a penny of the year's own.
            let most = Decimal::new(5, 3) * (days / pounds(7) + Decimal::ONE);
            prop_assert!((year - annual).abs() <= most, "{} {}", year, annual);
        }
    }

    #[test]
    fn what_is_decided_has_amounts_and_nothing_adverse(case in any_claim()) {
        let ruling = decide(&case, &policy());
        prop_assert_eq!(&ruling, &decide(&case, &policy()));
        prop_assert!(!ruling.reasons.is_empty());
        for reason in &ruling.reasons {
            prop_assert!(!reason.source.title.is_empty() && !reason.figure.is_empty());
        }
        let known = bot().manifest().needs;
        prop_assert!(ruling.needs.iter().all(|need| known.iter().any(|it| it.code == need.code)));
        if ruling.settled() {
            prop_assert!(!ruling.adverse && ruling.award);
            for header in ["Applicable amount", "Income counted", "Overpayment query"] {
                prop_assert_ne!(ruling.decision_value(header), &Shown::Empty, "{}", header);
            }
        }
    }

    #[test]
    fn a_bare_installation_settles_nothing(case in any_claim()) {
        prop_assert!(!decide(&case, &bot().policy(None).unwrap()).settled());
    }
}

#[test]
fn the_golden_cases_hold_in_the_invented_council() {
    let wrong = golden::run(bot(), Some(&invented_council()));
    assert!(wrong.is_empty(), "{}", golden::report(&wrong));
}

#[test]
fn the_invented_council_confirms_every_row_that_needs_it_and_sets_no_other() {
    let council = bot().policy(Some(&invented_council())).unwrap();
    assert_eq!(council.council(), Some("Strathmarnock Council"));
    for line in council.figures() {
        if matches!(line.mark, Mark::R | Mark::D | Mark::I) {
            assert!(line.confirmed_by.is_some(), "{} from {:?}", line.id, line.from);
        }
        assert_ne!(line.mark, Mark::Council, "{}", line.id);
    }
}

#[test]
fn the_same_claim_is_one_household_from_one_day() {
    let policy = policy();
    let same = |differs| {
        let claim = claim(&differs);
        bot().prepare(bot().fields(&serde_json::to_vec(&claim).unwrap()).unwrap(), &policy)
    };
    let key = |differs| same(differs).map(|it| it.sameness).ok().unwrap();
    let own = key(json!({ "partner_nino": "AB123456C" }));
    let partners = key(json!({ "nino": "AB123456", "partner_nino": "JY100001A" }));
    assert_eq!(own.keys, partners.keys);
    assert_ne!(own.applicant, partners.applicant);
    let another_day = key(json!({ "partner_nino": "AB123456C", "claim_date": "2026-10-05" }));
    assert_ne!(own.keys, another_day.keys);
    let same_week = key(json!({ "partner_nino": "AB123456C", "claim_date": "2026-10-01" }));
    assert_eq!(own.keys, same_week.keys);
    assert_ne!(own.decides, same_week.decides);
    let another_name = key(json!({ "reference": "T-2", "partner_nino": "AB123456C" }));
    assert_eq!(own.decides, another_name.decides);
}
