//! Lists of small rolls, and what must never stand in them.

use jiff::civil::{Date, date};
use serde_json::{Value, json};

use super::super::tests::people::{application, bot, decide, policy};
use super::super::{Application, Basis, Stage};
use crate::kit::{Fields, ForLists, Lists, NoLists, Policy, Standing};

const KILCRAIG: &str = "Kilcraig Primary School";
const OTHER: &str = "St Bride's Primary School";
const MARCH: Date = date(2026, 3, 2);

/// A line of the roll; an SCN of less than nine digits is filled up.
fn pupil(scn: &str, forename: &str, stage: &str, school: &str, status: &str) -> Fields {
    let mut pupil = json!({
        "forename": forename, "surname": "Auchterlee", "date_of_birth": "2015-05-21",
        "school": school, "stage": stage, "status": status,
    });
    if !scn.is_empty() {
        pupil["scn"] = json!(format!("{scn:0>9}"));
    }
    serde_json::from_value(pupil).unwrap()
}

fn eilidh(stage: &str, school: &str, status: &str) -> Fields {
    pupil("100000016", "Eilidh", stage, school, status)
}

/// Awarded on 1 September 2025 for P6 by Universal Credit.
fn award() -> Application {
    application(date(2025, 9, 1), "0.00")
}

fn by_child_payment() -> Application {
    Application { basis: Basis::ScottishChildPayment, universal_credit: None, ..award() }
}

fn standing(item: i64, case: &Application, policy: &Policy) -> Standing {
    let ruling = decide(case, policy);
    assert!(ruling.settled(), "{:?}", ruling.needs);
    let case = serde_json::to_vec(case).unwrap();
    let says = bot().listed(&case, &ruling).unwrap().expect("it awards meals");
    Standing { item, says, ended: None }
}

fn try_lists(roll: &[Fields], awards: &[Standing], as_at: Date) -> Result<Lists, NoLists> {
    let (policy, about) = (policy(), json!({ "session": "2025/26" }));
    let of = ForLists { standing: awards, records: roll, about: &about, as_at, policy: &policy };
    bot().lists(&of)
}

fn lists(roll: &[Fields], awards: &[Standing]) -> Lists {
    try_lists(roll, awards, MARCH).unwrap()
}

fn of(roll: &[Fields], case: &Application) -> Lists {
    lists(roll, &[standing(1, case, &policy())])
}

/// A kind's lists, a line a row: `school: forename surname stage born from to`.
fn shown(lists: &Lists, kind: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for list in lists.lists.iter().filter(|list| list.kind == kind) {
        for row in &list.rows {
            let cells: Vec<String> = row.cells.iter().map(ToString::to_string).collect();
            lines.push(format!("{}: {}", list.of, cells.join(" ")));
        }
    }
    lines
}

fn ended(lists: &Lists) -> Vec<(i64, &str)> {
    lists.ended.iter().map(|it| (it.item, it.reason)).collect()
}

fn told(lists: &Lists) -> Vec<(Option<i64>, &str)> {
    lists.told.iter().map(|it| (it.item, it.code)).collect()
}

#[test]
fn a_kitchen_lists_its_pupils_of_p1_to_p5_and_those_who_were_awarded_meals() {
    let roll = [
        pupil("1", "Isla", "P1", KILCRAIG, "active"),
        pupil("2", "Rory", "P5", KILCRAIG, "active"),
        pupil("3", "Finlay", "P7", KILCRAIG, "active"),
        pupil("4", "Ava", "P3", KILCRAIG, "left"),
        pupil("5", "Skye", "S2", "Kilcraig High School", "active"),
        pupil("6", "Lewis", "Special", "Lochan School", "active"),
        eilidh("P6", KILCRAIG, "active"),
    ];
    let lists = of(&roll, &award());
    assert_eq!(
        shown(&lists, "kitchen"),
        [
            format!("{KILCRAIG}: Isla Auchterlee P1  2025-08-01 2026-06-30"),
            format!("{KILCRAIG}: Rory Auchterlee P5  2025-08-01 2026-06-30"),
            format!("{KILCRAIG}: Eilidh Auchterlee P6  2025-09-01 2026-06-30"),
            "Lochan School: Lewis Auchterlee Special  2025-08-01 2026-06-30".to_owned(),
        ]
    );
    let schools: Vec<&str> = lists.lists.iter().map(|list| list.of.as_str()).collect();
    assert_eq!(schools, ["Kilcraig High School", KILCRAIG, "Lochan School", ""], "one each");
    assert_eq!(shown(&lists, "flags"), [": 100000016 FSM 2025-09-01 2026-06-30"]);
    assert_eq!((ended(&lists), told(&lists), lists.awards), (vec![], vec![], 1));
}

#[test]
fn no_list_says_by_what_ground_a_child_eats_free() {
    let mut asylum = award();
    (asylum.basis, asylum.universal_credit) = (Basis::AsylumSupport, None);
    let seen = |case: &Application| {
        let lists = of(&[eilidh("P6", KILCRAIG, "active")], case);
        (shown(&lists, "kitchen"), shown(&lists, "flags"))
    };
    assert_eq!(seen(&award()), seen(&asylum));
    assert_eq!(seen(&award()), seen(&by_child_payment()));
    let said = standing(1, &asylum, &policy()).says;
    let said = String::from_utf8(said).unwrap();
    for word in ["JY123456A", "asylum", "universal-credit", "earnings", "Morven"] {
        assert!(!said.contains(word), "{word} in {said}");
    }
}

#[test]
fn a_pupil_who_has_left_ends_the_award_on_that_day() {
    let lists = of(&[eilidh("P6", KILCRAIG, "left")], &award());
    assert_eq!(ended(&lists), [(1, "left-roll")]);
    assert_eq!(lists.ended[0].on, MARCH);
    let stops: Vec<&str> = lists.ended[0].stops.iter().map(|(_, kind)| kind.as_str()).collect();
    assert_eq!(stops, ["holiday-easter", "holiday-summer"], "those that begin later, no grant");
    assert!(shown(&lists, "kitchen").is_empty());
    assert_eq!(shown(&lists, "flags"), [": 100000016 FSM 2025-09-01 2026-03-02"]);
}

#[test]
fn a_pupil_who_has_changed_school_is_fed_there_and_has_not_left() {
    let roll = [eilidh("P6", KILCRAIG, "left"), eilidh("P6", OTHER, "active")];
    let at_the_new = format!("{OTHER}: Eilidh Auchterlee P6  2025-09-01 2026-06-30");
    let without_scn = Application { scn: None, ..award() };
    for case in [award(), without_scn] {
        let lists = of(&roll, &case);
        assert_eq!(shown(&lists, "kitchen"), std::slice::from_ref(&at_the_new));
        assert_eq!(shown(&lists, "flags"), [": 100000016 FSM 2025-09-01 2026-06-30"]);
        assert!(ended(&lists).is_empty());
    }
}

#[test]
fn who_is_not_on_the_roll_goes_on_and_is_told() {
    let roll = [pupil("2", "Rory", "P7", KILCRAIG, "active")];
    let lists = of(&roll, &award());
    assert_eq!((ended(&lists), told(&lists)), (vec![], vec![(Some(1), "not-on-roll")]));
    let fed = format!("{KILCRAIG}: Eilidh Auchterlee P6  2025-09-01 2026-06-30");
    assert_eq!(shown(&lists, "kitchen"), [fed], "the award stands");
    let elsewhere = Application { school: "A School of Elsewhere".to_owned(), ..award() };
    assert!(shown(&of(&roll, &elsewhere), "kitchen").is_empty(), "no kitchen of ours");
}

#[test]
fn an_award_ends_where_its_ground_does_not_reach_the_stage() {
    let on = |stage: &str| [eilidh(stage, KILCRAIG, "active")];
    for (stage, ends) in [("P6", false), ("P7", false), ("P5", true), ("S1", true), ("S4", true)] {
        let reasons = ended(&of(&on(stage), &by_child_payment())).len();
        assert_eq!(reasons == 1, ends, "Scottish Child Payment in {stage}");
        assert!(ended(&of(&on(stage), &award())).is_empty(), "Universal Credit in {stage}");
    }
    let mut in_p5 = Application { stage: Stage::Primary(5), ..award() };
    (in_p5.basis, in_p5.universal_credit) = (Basis::None, None);
    assert!(ended(&of(&on("P5"), &in_p5)).is_empty());
    assert_eq!(ended(&of(&on("P6"), &in_p5)), [(1, "stage")], "for all to P5, and no further");
    assert!(shown(&of(&on("P6"), &in_p5), "flags").is_empty(), "it never was income-based");
}

#[test]
fn the_stage_of_an_older_roll_is_moved_up() {
    let roll = [pupil("1", "Isla", "P5", KILCRAIG, "active"), eilidh("P6", KILCRAIG, "active")];
    let policy = policy();
    let next = Application { applied_on: date(2026, 9, 1), ..by_child_payment() };
    let next = Application { stage: Stage::Primary(7), ..next };
    let september = date(2026, 9, 14);
    let lists = try_lists(&roll, &[standing(1, &next, &policy)], september).unwrap();
    let fed = format!("{KILCRAIG}: Eilidh Auchterlee P7  2026-09-01 2027-06-30");
    assert_eq!(shown(&lists, "kitchen"), [fed], "Isla is in P6 now");
    assert!(ended(&lists).is_empty());
}

#[test]
fn an_award_that_ended_before_stays_ended() {
    let roll = [eilidh("P6", KILCRAIG, "active")];
    let mut before = standing(1, &award(), &policy());
    before.ended = Some((date(2025, 12, 1), "left-roll".to_owned()));
    let lists = lists(&roll, &[before]);
    assert!(shown(&lists, "kitchen").is_empty());
    assert_eq!(shown(&lists, "flags"), [": 100000016 FSM 2025-09-01 2025-12-01"]);
    assert_eq!((ended(&lists), lists.awards), (vec![], 0));
    assert_eq!(told(&lists), [(Some(1), "back-on-roll")]);
}

#[test]
fn whose_pupil_it_is_must_be_certain() {
    let twice = [eilidh("P6", KILCRAIG, "active"), pupil("7", "Eilidh", "P6", KILCRAIG, "active")];
    let without = Application { scn: None, ..award() };
    let lists = of(&twice, &without);
    assert_eq!(told(&lists), [(Some(1), "several-on-roll"), (Some(1), "no-scn")]);
    assert!(shown(&lists, "kitchen").is_empty() && ended(&lists).is_empty());
    let another = pupil("100000016", "Rory", "P6", KILCRAIG, "left");
    let mut born_otherwise = award();
    born_otherwise.child.date_of_birth = date(2014, 1, 1);
    let lists = of(&[another], &born_otherwise);
    assert_eq!(told(&lists), [(Some(1), "roll-conflict")]);
    assert!(ended(&lists).is_empty() && shown(&lists, "flags").is_empty());
}

#[test]
fn no_award_ends_because_another_child_has_left() {
    let mut namesake = serde_json::to_value(pupil("", "Eilidh", "P6", KILCRAIG, "left")).unwrap();
    namesake["surname"] = json!("Kerr");
    let namesake: Fields = serde_json::from_value(namesake).unwrap();
    let lists = of(&[namesake], &Application { scn: None, ..award() });
    assert!(ended(&lists).is_empty());
    assert_eq!(told(&lists), [(Some(1), "not-on-roll"), (Some(1), "no-scn")]);
}

#[test]
fn a_date_of_birth_stands_only_where_two_have_the_same_names() {
    let mut older: Value = serde_json::to_value(eilidh("P2", KILCRAIG, "active")).unwrap();
    older["scn"] = json!("000000008");
    older["date_of_birth"] = json!("2018-03-09");
    let older: Fields = serde_json::from_value(older).unwrap();
    let roll = [older, eilidh("P4", KILCRAIG, "active"), pupil("9", "Ava", "P1", KILCRAIG, "")];
    let lists = lists(&roll, &[]);
    assert_eq!(
        shown(&lists, "kitchen"),
        [
            format!("{KILCRAIG}: Ava Auchterlee P1  2025-08-01 2026-06-30"),
            format!("{KILCRAIG}: Eilidh Auchterlee P2 2018-03-09 2025-08-01 2026-06-30"),
            format!("{KILCRAIG}: Eilidh Auchterlee P4 2015-05-21 2025-08-01 2026-06-30"),
        ]
    );
}

#[test]
fn a_child_with_two_awards_has_one_row_and_one_flag() {
    let (first, policy) = (award(), policy());
    let later = application(date(2025, 11, 3), "0.00");
    let awards = [standing(1, &later, &policy), standing(2, &first, &policy)];
    let lists = lists(&[eilidh("P6", KILCRAIG, "active")], &awards);
    let row = "Eilidh Auchterlee P6  2025-09-01 2026-06-30";
    assert_eq!(shown(&lists, "kitchen"), [format!("{KILCRAIG}: {row}")]);
    assert_eq!(shown(&lists, "flags"), [": 100000016 FSM 2025-09-01 2026-06-30"]);
}

#[test]
fn without_a_session_there_are_no_lists() {
    let fault = try_lists(&[], &[], date(2039, 1, 1)).err().unwrap();
    assert!(fault.what.contains("no school session"), "{fault}");
    let (policy, about, roll) = (policy(), json!({}), [eilidh("P6", KILCRAIG, "active")]);
    let july = date(2026, 7, 10);
    let of =
        ForLists { standing: &[], records: &roll, about: &about, as_at: july, policy: &policy };
    let fault = bot().lists(&of).err().unwrap();
    assert!(fault.what.contains("school roll is of session 2026/27"), "{fault}");
}

#[test]
fn every_code_is_one_that_the_bot_says_it_gives() {
    let what = bot().hand_out().unwrap();
    let codes = |all: &[crate::kit::NeedCode]| all.iter().map(|it| it.code).collect::<Vec<_>>();
    assert_eq!(codes(what.ends), ["left-roll", "stage"]);
    let source = include_str!("../hand_out.rs");
    let making = source.split("impl Making<").nth(1).unwrap();
    for code in codes(what.told) {
        assert!(making.contains(&format!("\"{code}\"")), "{code} is never told");
    }
}
