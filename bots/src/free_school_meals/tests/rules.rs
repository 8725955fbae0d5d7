//! Properties of the rules and of the figures.

use jiff::civil::{Date, date};
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::json;

use super::people::{
    any_application, any_roll, application, bot, decide, decide_with, invented_council, policy,
};
use crate::free_school_meals::stage::Moved;
use crate::free_school_meals::{Stage, pupil};
use crate::kit::{Fields, Mark, Policy, Ruling, Shown, golden};

const PENNY: Decimal = Decimal::from_parts(1, 0, 0, false, 2);

fn is(ruling: &Ruling, header: &str, word: &str) -> bool {
    *ruling.decision_value(header) == Shown::words(word)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn a_penny_more_income_never_wins_an_award(mut case in any_application(), more in 1..500_i64) {
        let policy = policy();
        let before = decide(&case, &policy);
        if let Some(statement) = &mut case.universal_credit {
            statement.net_earnings += PENNY * Decimal::from(more);
        }
        let after = decide(&case, &policy);
        for header in ["Meals", "Clothing grant"] {
            prop_assert!(is(&before, header, "awarded") || !is(&after, header, "awarded"));
        }
        prop_assert!(is(&before, "Income based", "yes") || !is(&after, "Income based", "yes"));
    }

    #[test]
    fn the_same_case_gives_the_same_ruling(case in any_application()) {
        prop_assert_eq!(decide(&case, &policy()), decide(&case, &policy()));
    }

    #[test]
    fn what_is_asked_for_is_answered_or_a_person_is_needed(
        case in any_application(),
        roll in any_roll(),
    ) {
        let ruling = decide_with(&case, roll, &policy());
        prop_assert!(!ruling.reasons.is_empty());
        for reason in &ruling.reasons {
            prop_assert!(!reason.source.title.is_empty() && !reason.figure.is_empty());
        }
        if ruling.settled() {
            for header in ["Meals", "Income based", "Clothing grant"] {
                prop_assert_ne!(ruling.decision_value(header), &Shown::Empty, "{}", header);
            }
            prop_assert!(!ruling.adverse, "a refusal is confirmed by a person");
        }
        let given = is(&ruling, "Meals", "awarded") || is(&ruling, "Meals", "universal");
        prop_assert_eq!(given, *ruling.decision_value("Meals from") != Shown::Empty);
        prop_assert_eq!(given, *ruling.decision_value("Meals to") != Shown::Empty);
        let known = bot().manifest().needs;
        prop_assert!(ruling.needs.iter().all(|need| known.iter().any(|it| it.code == need.code)));
    }

    #[test]
    fn a_bare_installation_settles_nothing(case in any_application()) {
        prop_assert!(!decide(&case, &bot().policy(None).unwrap()).settled());
    }

    #[test]
    fn evidence_only_ever_helps(mut case in any_application()) {
        let policy = policy();
        case.evidence_seen = false;
        let without = decide(&case, &policy);
        case.evidence_seen = true;
        let with = decide(&case, &policy);
        prop_assert!(!is(&without, "Meals", "awarded") || is(&with, "Meals", "awarded"));
        prop_assert!(!is(&without, "Clothing grant", "awarded"));
    }
}

#[test]
fn every_limit_is_met_to_the_penny_on_its_first_and_last_day() {
    let policy = policy();
    let limits: Vec<_> = policy.figures().filter(|line| line.id == "uc_limit").collect();
    assert_eq!(limits.len(), 6);
    for line in limits {
        let limit: Decimal = line.value.parse().unwrap();
        for day in [line.from.unwrap(), line.until.unwrap()] {
            let at = |amount: Decimal| decide(&application(day, &amount.to_string()), &policy);
            assert!(is(&at(limit), "Income based", "yes"), "{limit} on {day}");
            assert!(is(&at(limit - PENNY), "Income based", "yes"), "{limit} on {day}");
            assert!(is(&at(limit + PENNY), "Income based", "no"), "{limit} on {day}");
        }
    }
}

/// The table of limits as the studies of the law have it: figure, first day, last day, amount.
#[test]
fn the_figures_are_those_of_the_law() {
    let table = [
        ("uc_limit", "2017-08-01", "2021-07-31", "610.00"),
        ("uc_limit", "2021-08-01", "2022-07-31", "625.00"),
        ("uc_limit", "2022-08-01", "2023-03-31", "660.00"),
        ("uc_limit", "2023-04-01", "2024-03-31", "726.00"),
        ("uc_limit", "2024-04-01", "2025-03-31", "796.00"),
        ("uc_limit", "2025-04-01", "2026-03-31", "850.00"),
        ("ctc_wtc_limit", "2019-08-01", "2020-07-31", "6900.00"),
        ("ctc_wtc_limit", "2020-08-01", "2021-07-31", "7330.00"),
        ("ctc_wtc_limit", "2021-08-01", "2022-07-31", "7500.00"),
        ("ctc_wtc_limit", "2022-08-01", "2023-03-31", "7920.00"),
        ("ctc_wtc_limit", "2023-04-01", "2024-03-31", "8717.00"),
        ("ctc_wtc_limit", "2024-04-01", "2025-04-05", "9552.00"),
        ("ctc_limit", "2017-08-01", "2022-07-31", "16105.00"),
        ("ctc_limit", "2022-08-01", "2023-03-31", "17005.00"),
        ("ctc_limit", "2023-04-01", "2024-03-31", "18725.00"),
        ("ctc_limit", "2024-04-01", "2025-04-05", "19995.00"),
    ];
    let law = bot().policy(None).unwrap();
    let limit = |id: &str| id == "uc_limit" || id == "ctc_wtc_limit" || id == "ctc_limit";
    let mut found: Vec<_> = law
        .figures()
        .filter(|line| limit(&line.id))
        .map(|line| {
            let day = |day: Option<Date>| day.unwrap().to_string();
            (line.id, day(line.from), day(line.until), line.value)
        })
        .collect();
    let owned = |text: &str| text.to_owned();
    let mut expected: Vec<_> = table
        .iter()
        .map(|(id, from, until, value)| (owned(id), owned(from), owned(until), owned(value)))
        .collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn every_row_is_in_force_on_its_first_day_and_has_a_source() {
    for policy in [bot().policy(None).unwrap(), policy()] {
        for line in policy.figures().filter(|line| line.kind != "table") {
            let Some(from) = line.from else { continue };
            let row = policy.in_force(&line.id, from).unwrap();
            assert_eq!((row.from, row.value.to_string()), (from, line.value.clone()));
            assert!(!line.label.is_empty() && !line.source.title.is_empty());
            if let Some(until) = line.until {
                assert_eq!(policy.in_force(&line.id, until).unwrap().from, from);
            }
        }
    }
}

#[test]
fn the_invented_council_confirms_every_row_that_needs_it() {
    let council = bot().policy(Some(&invented_council())).unwrap();
    assert_eq!(council.council(), Some("Strathmarnock Council"));
    for line in council.figures() {
        if matches!(line.mark, Mark::R | Mark::D | Mark::I) {
            assert!(line.confirmed_by.is_some(), "{} from {:?}", line.id, line.from);
        }
    }
}

#[test]
fn the_golden_cases_hold_in_the_invented_council() {
    let wrong = golden::run(bot(), Some(&invented_council()));
    assert!(wrong.is_empty(), "{}", golden::report(&wrong));
}

#[test]
fn a_council_can_set_the_limit_that_the_law_file_does_not_have() {
    let text = format!(
        "{}\n[[figures.uc_limit]]\nfrom = \"2026-04-01\"\nuntil = \"2027-03-31\"\nvalue = \
         \"900.00\"\nsource = {{ title = \"An instrument\", href = \"records: 9\" }}\n",
        invented_council()
    );
    let policy = bot().policy(Some(&text)).unwrap();
    let on = date(2026, 10, 5);
    assert!(decide(&application(on, "900.00"), &policy).settled());
    assert!(is(&decide(&application(on, "900.01"), &policy), "Meals", "refused"));
}

#[test]
fn sessions_out_of_order_are_told_all_at_once() {
    let text = invented_council()
        .replace("meals_to = \"2019-06-30\"", "meals_to = \"2018-06-30\"")
        .replace("name = \"2020/21\"", "name = \"2020\"")
        .replace("name = \"2023/24\"", "name = \"2022/23\"");
    let faults = bot().policy(Some(&text)).unwrap_err();
    assert_eq!(faults.len(), 3, "{faults:?}");
}

#[test]
fn a_roll_tells_its_session_by_stage_and_birth() {
    let pupil = |index: i16, stage: &str, born: Date| {
        let fields = json!({
            "scn": format!("{index:09}"), "forename": "A", "surname": "B", "school": "S",
            "date_of_birth": born, "stage": stage, "status": "active",
        });
        serde_json::from_value::<Fields>(fields).unwrap()
    };
    // Born 1 March 2021 to 28 February 2022 is P1 in 2026/27; S1 is 2014 and P6 is 2016.
    let mut roll = Vec::new();
    for index in 0..7 {
        roll.push(pupil(index, "P1", date(2021, 3, 1)));
        roll.push(pupil(index + 10, "P6", date(2017, 2, 28)));
        roll.push(pupil(index + 20, "S1", date(2014, 12, 31)));
    }
    assert_eq!(pupil::survey(&roll), json!({ "session": "2026/27" }));
    assert_eq!(pupil::survey(&roll[..19]), json!({}));
    // 14 of 21 are two thirds; one fewer is not.
    for deferred in roll.iter_mut().take(7) {
        *deferred = pupil(1, "P2", date(2021, 3, 1));
    }
    assert_eq!(pupil::survey(&roll), json!({ "session": "2026/27" }));
    roll[7] = pupil(1, "P2", date(2021, 3, 1));
    roll[8] = pupil(1, "P2", date(2021, 3, 1));
    assert_eq!(pupil::survey(&roll), json!({}));
}

#[test]
fn stages_move_with_the_sessions() {
    let stages = (1..8).map(Stage::Primary).chain((1..7).map(Stage::Secondary));
    let stages: Vec<Stage> = stages.collect();
    for pair in stages.windows(2) {
        assert_eq!(pair[0].moved(1), Moved::To(pair[1]));
        assert_eq!(pair[1].moved(-1), Moved::To(pair[0]));
        assert!(pair[1].follows(pair[0]) && !pair[0].follows(pair[1]));
    }
    assert_eq!(Stage::Secondary(6).moved(1), Moved::LeftSchool);
    assert_eq!(Stage::Primary(1).moved(-1), Moved::Unclear);
    assert_eq!(Stage::Nursery.moved(1), Moved::Unclear);
    assert_eq!(Stage::Special.moved(5), Moved::To(Stage::Special));
    assert_eq!(Stage::Primary(1).moved(i16::MAX), Moved::LeftSchool);
    assert_eq!(Stage::Secondary(6).moved(i16::MIN), Moved::Unclear);
    for name in ["P0", "P8", "S7", "P", "P+1", "P01", "", "p1"] {
        assert_eq!(Stage::named(name), None, "{name}");
    }
}

#[test]
fn a_ruling_is_read_as_lines() {
    let ruling = decide(&application(date(2025, 10, 6), "850.00"), &policy());
    assert!(ruling.working_text().contains("Limit: £850.00 (uc_limit from 01/04/2025)"));
    assert!(ruling.law_text().contains("(uc_limit from 01/04/2025)"));
    assert!(ruling.reasons_text().contains("£850.00 do not exceed"));
    let again: Ruling = serde_json::from_slice(&serde_json::to_vec(&ruling).unwrap()).unwrap();
    assert_eq!(again, ruling);
}

#[test]
fn policies_are_told_apart_by_their_digest() {
    let (bare, council): (Policy, Policy) = (bot().policy(None).unwrap(), policy());
    assert_ne!(bare.digest(), council.digest());
    assert_eq!(council.digest(), policy().digest());
    assert_eq!((bare.digest().len(), bot().digest().len()), (64, 64));
}
