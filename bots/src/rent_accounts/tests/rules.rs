//! What the rules imply for any account.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::accounts::{AS_AT, action, any_account, bot, decide, policy};
use crate::kit::{Ruling, Shown};
use crate::rent_accounts::{Account, Stage};

/// How far an action goes; a referral lies between doing nothing and the first step.
fn rank(ruling: &Ruling) -> usize {
    let ladder = [
        "none",
        "refer",
        "contact",
        "letter 1",
        "letter 2",
        "offer arrangement",
        "pre-notice checklist",
    ];
    ladder.iter().position(|it| *it == action(ruling)).expect("an action of the list")
}

fn yes(mark: Option<bool>) -> bool {
    mark == Some(true)
}

/// Does anything hold that stops the ladder?
fn stopped(account: &Account) -> bool {
    yes(account.benefit_application_pending)
        || yes(account.vulnerable)
        || yes(account.domestic_abuse_flag)
        || yes(account.deceased)
        || yes(account.dispute)
        || yes(account.arrangement_kept)
}

fn marked(ruling: &Ruling) -> bool {
    ruling.needs.iter().any(|need| need.code == "person-first")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn more_arrears_are_never_a_lesser_action(
        account in any_account(), more in prop_oneof![1..500_i64, 1..150_000_i64],
    ) {
        let before = decide(&account, policy());
        let balance = account.balance + Decimal::new(more, 2);
        let after = decide(&Account { balance, ..account }, policy());
        prop_assert!(
            rank(&before) <= rank(&after), "{} then {}", action(&before), action(&after)
        );
    }

    #[test]
    fn a_stop_never_yields_a_step(account in any_account()) {
        let ruling = decide(&account, policy());
        if stopped(&account) {
            // Below the first step of the ladder nothing is due either way.
            prop_assert!(["none", "refer"].contains(&action(&ruling)), "{}", action(&ruling));
        }
    }

    #[test]
    fn a_technical_balance_never_yields_a_step(account in any_account()) {
        let ruling = decide(&account, policy());
        if *ruling.decision_value("Technical arrears") == Shown::words("yes") {
            prop_assert!(["none", "refer"].contains(&action(&ruling)), "{}", action(&ruling));
            prop_assert!(account.balance > Decimal::ZERO);
        }
    }

    #[test]
    fn a_person_is_asked_wherever_proceedings_are_near(account in any_account()) {
        let ruling = decide(&account, policy());
        let near = matches!(account.stage, Stage::PreNotice | Stage::Notice | Stage::Court);
        if near || action(&ruling) == "pre-notice checklist" {
            prop_assert!(!ruling.settled());
        }
        prop_assert!(!near || action(&ruling) == "refer");
    }

    /// From one day to the next an account goes up one step at most.
    #[test]
    fn no_step_is_ever_skipped(account in any_account()) {
        let allowed: &[&str] = match account.stage {
            Stage::None => &["contact"],
            Stage::Contact => &["letter 1"],
            Stage::Letter1 => &["letter 2"],
            Stage::Letter2 => &["offer arrangement", "pre-notice checklist"],
            Stage::PreNotice | Stage::Notice | Stage::Court => &[],
        };
        let ruling = decide(&account, policy());
        let at = action(&ruling);
        prop_assert!(["none", "refer"].contains(&at) || allowed.contains(&at), "{at}");
    }

    #[test]
    fn an_action_has_a_day_that_is_not_past(account in any_account()) {
        let ruling = decide(&account, policy());
        match (action(&ruling), ruling.decision_value("Action due")) {
            ("none", Shown::Empty) => {}
            ("none", due) => prop_assert!(false, "nothing is due on {due}"),
            (_, Shown::Date(due)) => prop_assert!(*due >= AS_AT),
            (action, _) => prop_assert!(false, "{action} has no day"),
        }
        prop_assert!(!ruling.reasons.is_empty());
        prop_assert!(!ruling.award && !ruling.adverse);
    }

    /// Of the marks that only a person may weigh, nothing is told: not which, and not by a
    /// difference in anything that is printed.
    #[test]
    fn the_marks_cannot_be_told_apart(account in any_account()) {
        let with = |vulnerable, domestic_abuse_flag| {
            let case = serde_json::to_value(&account).unwrap();
            let account: Account = serde_json::from_value(case).unwrap();
            decide(&Account { vulnerable, domestic_abuse_flag, ..account }, policy())
        };
        let (one, other) = (with(Some(true), None), with(Some(false), Some(true)));
        prop_assert_eq!(&one, &other);
        prop_assert_eq!(&one, &with(Some(true), Some(true)));
        prop_assert!(one.needs.iter().all(|need| need.sensitive == (need.code == "person-first")));
        let said = format!("{}{}{}", one.reasons_text(), one.working_text(), one.law_text());
        let said = said.to_lowercase();
        for word in ["vulnerable", "domestic", "abuse"] {
            prop_assert!(!said.contains(word), "{word}: {said}");
        }
        let owing = account.balance > Decimal::ZERO && !account.weekly_charge.is_zero();
        if owing && account.stage != Stage::None {
            prop_assert!(marked(&one));
        }
    }

    /// A ladder on which nothing is confirmed settles nothing.
    #[test]
    fn a_bare_installation_settles_nothing(account in any_account()) {
        let ruling = decide(&account, &bot().policy(None).unwrap());
        prop_assert!(!ruling.settled());
    }
}

#[test]
fn a_ladder_must_go_up_and_wait_whole_days() {
    let council = bot().manifest().example_council;
    let letter_1 = "[[figures.letter_1_weeks]]\nfrom = \"2025-04-01\"\nvalue = 3";
    let wait = "[[figures.offer_days]]\nfrom = \"2025-04-01\"\nvalue = 14";
    assert!(council.contains(letter_1) && council.contains(wait));
    for (old, new, place) in [
        (letter_1, letter_1.replace("= 3", "= \"1.9\""), "figures.letter_1_weeks"),
        (letter_1, letter_1.replace("= 3", "= \"4.1\""), "figures.letter_2_weeks"),
        (letter_1, letter_1.replace("= 3", "= 0"), "figures.letter_1_weeks"),
        (wait, wait.replace("= 14", "= \"1.5\""), "figures.offer_days"),
        (wait, wait.replace("= 14", "= -1"), "figures.offer_days"),
        (wait, wait.replace("= 14", "= 367"), "figures.offer_days"),
    ] {
        let faults = bot().policy(Some(&council.replace(old, &new))).unwrap_err();
        assert!(faults[0].place.starts_with(place), "{new}: {faults:?}");
    }
    let half = letter_1.replace("= 3", "= \"2.5\"");
    assert!(bot().policy(Some(&council.replace(letter_1, &half))).is_ok());
}

#[test]
fn every_header_of_the_sheet_is_there_in_its_order() {
    let template = bot().template();
    let headers: Vec<&str> = template.columns.iter().map(|it| it.header.as_str()).collect();
    assert_eq!(
        headers.join(", "),
        "Reference, As at, Tenant surname, Balance, Weekly charge, Charge frequency, Last payment \
         on, Last payment, Housing Benefit weekly, Universal Credit, UC paid to landlord, UC next \
         payment on, Arrangement amount, Arrangement frequency, Arrangement kept, Stage, Stage \
         since, Benefit application pending, Vulnerable, Domestic abuse flag, Deceased, Dispute, \
         PAR information given, PAR benefits advice, PAR debt advice, PAR payment plan offered, \
         PAR asked to contact"
    );
}
