//! From rows of a sheet to cases: what the template takes, and what makes two rows the same.

use std::collections::BTreeMap;

use jiff::civil::date;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::people::{application, bot, policy};
use crate::kit::{Cell, Day, Fields, Prepared, Template};

const DAY: Day = Day { today: date(2027, 9, 1), epoch_1904: false };

fn example() -> Vec<(&'static str, String)> {
    let columns = bot().template().columns.iter();
    columns.map(|column| (column.header.as_str(), column.example.clone())).collect()
}

fn read(row: &[(&str, String)]) -> Fields {
    let headers: Vec<&str> = row.iter().map(|(header, _)| *header).collect();
    let cells: Vec<Cell<'_>> = row.iter().map(|(_, text)| Cell::Text(text)).collect();
    let template = bot().template();
    let binding = template.bind(&headers, &BTreeMap::new()).unwrap();
    template.read(&binding, &cells, &DAY).unwrap()
}

fn prepared(changes: &[(&str, &str)]) -> Prepared {
    let mut row = example();
    for (header, text) in changes {
        let cell = row.iter_mut().find(|(name, _)| name == header).unwrap();
        cell.1 = (*text).to_owned();
    }
    bot().prepare(read(&row), &policy()).unwrap_or_else(|faults| panic!("{faults:?}"))
}

#[test]
fn the_same_application_is_the_same_however_it_is_typed() {
    let first = prepared(&[]);
    let second = prepared(&[
        ("Reference", "FSM-2"),
        ("Applied on", "2025-10-05"),
        ("Postcode", "ZE8 8ZZ"),
        ("Applicant NINO", "jy 12 34 56 a"),
        ("Child forename", "EILIDH"),
        ("School", "kilcraig primary school"),
        ("Sort code", "089999"),
        ("UC net earnings", "£612.4"),
    ]);
    assert!(first.sameness == second.sameness);
    assert_eq!(first.sameness.keys[0].as_deref(), Some("100000016|2025/26"));
    assert_eq!(second.reference, "FSM-2");
    assert_eq!(second.decided_on, date(2025, 10, 5));
}

#[test]
fn whatever_decides_makes_it_another_application() {
    let first = prepared(&[]).sameness;
    let changes = [
        ("Applicant NINO", "JY123456B"),
        ("Partner NINO", "JY123457A"),
        ("UC award", "1.00"),
        ("UC net earnings", "612.41"),
        ("UC period end", "27/09/2025"),
        ("Scottish Child Payment", "yes"),
        ("Evidence seen", "no"),
        ("Stage", "P7"),
        ("Meals wanted", "no"),
        ("Clothing grant wanted", "no"),
        ("Sort code", "089998"),
        ("Account number", "66374959"),
        ("Basis", "Other"),
        ("Child surname", "Kerr"),
    ];
    for change in changes {
        let other = prepared(&[change]).sameness;
        assert_eq!(first.keys, other.keys, "{change:?}");
        assert!(first.decides != other.decides, "{change:?}");
    }
}

#[test]
fn child_and_session_tell_applications_apart() {
    let first = prepared(&[]).sameness.keys;
    let twin = prepared(&[("Child forename", "Mirren"), ("SCN", "100000024")]).sameness.keys;
    assert!(first[0] != twin[0] && first[1] != twin[1], "a twin is another child");
    let later = prepared(&[("Applied on", "15/06/2026"), ("Basis", "Other")]).sameness.keys;
    assert!(first[0] != later[0] && first[1] != later[1], "another session");
    let no_scn = prepared(&[("SCN", "")]).sameness.keys;
    assert!(no_scn[0].is_none() && no_scn[1] == first[1]);
    let none = prepared(&[("Applied on", "01/07/2027")]);
    assert_eq!(none.sameness.keys[0].as_deref(), Some("100000016|2027"));
}

#[test]
fn the_applicant_is_known_by_nino_or_by_name_and_birth() {
    assert_eq!(prepared(&[]).sameness.applicant, "JY123456A");
    let asylum = prepared(&[("Basis", "Asylum support"), ("Applicant NINO", "")]);
    assert_eq!(asylum.sameness.applicant, "morven/auchterlee/1988-02-14");
}

#[test]
fn stored_bytes_that_are_no_case_are_told_without_their_content() {
    let error = bot().decided_on(b"{\"reference\": \"SECRET\"}").unwrap_err().to_string();
    assert!(error.contains("free-school-meals") && !error.contains("SECRET"), "{error}");
    let case = serde_json::to_vec(&application(date(2025, 10, 6), "1.00")).unwrap();
    assert_eq!(bot().decided_on(&case).unwrap(), date(2025, 10, 6));
}

#[test]
fn every_header_of_columns_md_is_there_in_its_order() {
    let headers: Vec<&str> = example().iter().map(|(header, _)| *header).collect();
    assert_eq!(
        headers.join(", "),
        "Reference, Applied on, Applicant forename, Applicant surname, Applicant date of birth, \
         Postcode, Applicant NINO, Partner NINO, Basis, UC period end, UC net earnings, UC award, \
         Scottish Child Payment, Evidence seen, Consent to check, Child forename, Child surname, \
         Child date of birth, School, Stage, SCN, Meals wanted, Clothing grant wanted, Sort code, \
         Account number"
    );
    let roll = bot().lookup_template("school-roll").unwrap();
    let roll: Vec<&str> = roll.columns.iter().map(|column| column.header.as_str()).collect();
    assert_eq!(roll.join(", "), "SCN, Forename, Surname, Date of birth, School, Stage, Status");
    assert!(bot().lookup_template("employees").is_none());
    let basis = bot().template().column("basis").unwrap();
    assert_eq!(basis.listed().count(), 11);
    assert!(!basis.listed().any(|value| value == "Tax credits"));
}

#[test]
fn the_bot_explains_itself() {
    let explained = bot().explain();
    assert_eq!(explained.lookups[0].1.len(), 7);
    assert!(explained.columns.iter().all(|column| !column.help.is_empty()));
    assert!(explained.manifest.duties.significant);
    assert!(explained.manifest.law.len() > 3 && explained.manifest.cases.len() > 60);
}

fn any_cell() -> impl Strategy<Value = Owned> {
    prop_oneof![
        Just(Owned::Nothing),
        any::<String>().prop_map(Owned::Text),
        "[0-9/.:T £,()+-]{0,14}".prop_map(Owned::Text),
        "[A-Za-z]{1,3} ?[0-9]{1,9} ?[A-Za-z]{0,2}".prop_map(Owned::Text),
        "[0-9]{1,2}(st|nd|rd|th)? [A-Za-z]{2,9} [0-9]{1,5}".prop_map(Owned::Text),
        (any::<i128>(), 0..29_u32).prop_map(|(number, scale)| {
            Owned::Number(Decimal::try_from_i128_with_scale(number >> 33, scale).unwrap())
        }),
        (-5_000_000..5_000_000_i64, 0..4_u32)
            .prop_map(|(number, scale)| Owned::Number(Decimal::new(number, scale))),
        (-9999..=9999_i16, 1..=12_i8, 1..=28_i8)
            .prop_map(|(year, month, day)| Owned::Date(date(year, month, day))),
        any::<bool>().prop_map(Owned::Bool),
        Just(Owned::Error),
        Just(Owned::NoValue),
    ]
}

#[derive(Clone, Debug)]
enum Owned {
    Nothing,
    Text(String),
    Number(Decimal),
    Date(jiff::civil::Date),
    Bool(bool),
    Error,
    NoValue,
}

impl Owned {
    fn cell(&self) -> Cell<'_> {
        match self {
            Owned::Nothing => Cell::Empty,
            Owned::Text(text) => Cell::Text(text),
            Owned::Number(number) => Cell::Number(*number),
            Owned::Date(date) => Cell::Date(*date),
            Owned::Bool(yes) => Cell::Bool(*yes),
            Owned::Error => Cell::Error("#REF!"),
            Owned::NoValue => Cell::NoValue,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    /// One odd cell in a good row: read or told, never a panic, also all the way to a ruling.
    #[test]
    fn no_cell_stops_a_row(at in 0..25_usize, odd in any_cell(), epoch_1904 in any::<bool>()) {
        let row = example();
        let headers: Vec<&str> = row.iter().map(|(header, _)| *header).collect();
        let mut cells: Vec<Cell<'_>> = row.iter().map(|(_, text)| Cell::Text(text)).collect();
        cells[at] = odd.cell();
        let template = bot().template();
        let binding = template.bind(&headers, &BTreeMap::new()).unwrap();
        match template.read(&binding, &cells, &Day { epoch_1904, ..DAY }) {
            Err(faults) => prop_assert!(!faults.is_empty()),
            Ok(fields) => {
                let policy = policy();
                if let Ok(prepared) = bot().prepare(fields, &policy) {
                    let keys = bot().case_keys("school-roll", &prepared.case).unwrap();
                    prop_assert_eq!(keys.len(), 3);
                    bot().decide(&prepared.case, &BTreeMap::new(), &policy).unwrap();
                }
            }
        }
    }

    #[test]
    fn no_row_stops_the_sheet(odd in prop::collection::vec(any_cell(), 0..30)) {
        let templates: [&Template; 2] =
            [bot().template(), bot().lookup_template("school-roll").unwrap()];
        for template in templates {
            let headers: Vec<&str> =
                template.columns.iter().map(|column| column.header.as_str()).collect();
            let binding = template.bind(&headers, &BTreeMap::new()).unwrap();
            let cells: Vec<Cell<'_>> = odd.iter().map(Owned::cell).collect();
            if let Ok(fields) = template.read(&binding, &cells, &DAY) {
                bot().record_keys("school-roll", &fields);
            }
        }
    }

    #[test]
    fn any_headers_are_bound_or_refused(headers in prop::collection::vec(any::<String>(), 0..30)) {
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        let council = BTreeMap::from([("x".to_owned(), "Stage".to_owned())]);
        let template = bot().template();
        prop_assert!(template.known(&headers, &council) <= headers.len());
        prop_assert!(template.bind(&headers, &council).is_err());
    }

    /// Fields that never went through the template are told, not believed.
    #[test]
    fn missing_fields_are_faults(keep in prop::collection::vec(any::<bool>(), 25)) {
        let mut fields = read(&example());
        let keys: Vec<String> = fields.0.keys().cloned().collect();
        for (key, keep) in keys.iter().zip(keep) {
            if !keep {
                fields.0.remove(key);
            }
        }
        if let Err(faults) = bot().prepare(fields, &policy()) {
            prop_assert!(!faults.is_empty());
        }
    }
}
