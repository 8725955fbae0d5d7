//! Invented applications, for tests only.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::json;

use crate::find;
use crate::free_school_meals::{Application, Bank, Basis, Person, Stage, UniversalCredit};
use crate::kit::{Looked, Policy, Registered, Ruling};

pub(in crate::free_school_meals) fn bot() -> &'static Registered {
    find("free-school-meals").unwrap()
}

/// The invented council's own policy file.
pub(in crate::free_school_meals) fn invented_council() -> String {
    let path = "/../fixtures/council/policy/free-school-meals.toml";
    std::fs::read_to_string(format!("{}{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

pub(in crate::free_school_meals) fn policy() -> Policy {
    bot().policy(Some(bot().manifest().example_council)).unwrap()
}

/// Universal Credit in P6, all in order.
pub(in crate::free_school_meals) fn application(on: Date, earnings: &str) -> Application {
    Application {
        reference: "T-1".to_owned(),
        applied_on: on,
        applicant: person("Morven", "Auchterlee", date(1988, 2, 14)),
        postcode: "ZE9 9ZZ".to_owned(),
        nino: Some("JY123456A".to_owned()),
        partner_nino: None,
        basis: Basis::UniversalCredit,
        universal_credit: Some(UniversalCredit {
            period_end: on.yesterday().unwrap(),
            net_earnings: earnings.parse().unwrap(),
            award: Some(Decimal::ONE_HUNDRED),
        }),
        scottish_child_payment: false,
        evidence_seen: true,
        consent: true,
        child: person("Eilidh", "Auchterlee", date(on.year() - 10, 5, 21)),
        school: "Kilcraig Primary School".to_owned(),
        stage: Stage::Primary(6),
        scn: Some("100000016".to_owned()),
        meals_wanted: true,
        grant_wanted: false,
        bank: None,
    }
}

pub(in crate::free_school_meals) fn person(
    forename: &str,
    surname: &str,
    date_of_birth: Date,
) -> Person {
    Person { forename: forename.to_owned(), surname: surname.to_owned(), date_of_birth }
}

/// Through JSON and the erased path, as the runner does it; nobody looked at a roll.
pub(in crate::free_school_meals) fn decide(application: &Application, policy: &Policy) -> Ruling {
    decide_with(application, Looked::NotLookedAt, policy)
}

/// The same, with what the roll gave.
pub(in crate::free_school_meals) fn decide_with(
    application: &Application,
    roll: Looked,
    policy: &Policy,
) -> Ruling {
    let case = serde_json::to_vec(application).unwrap();
    let looked = BTreeMap::from([("school-roll".to_owned(), roll)]);
    bot().decide(&case, &looked, policy).unwrap()
}

/// Anything that a roll may give, also what no roll should.
pub(in crate::free_school_meals) fn any_roll() -> impl Strategy<Value = Looked> {
    let pupil = (any_stage(), 0..3_u8, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(stage, scn, left, same_name, whole)| {
            let surname = if same_name { "AUCHTERLEE" } else { "Kerr" };
            let mut pupil = json!({
                "forename": "Eilidh", "surname": surname, "date_of_birth": "2015-05-21",
                "school": "Kilcraig Primary School",
                "status": if left { "left" } else { "active" },
            });
            if whole {
                pupil["stage"] = json!(stage);
            }
            if scn > 0 {
                pupil["scn"] = json!(format!("10000001{}", 5 + scn));
            }
            serde_json::from_value(pupil).unwrap()
        },
    );
    let about = prop_oneof![
        Just(json!({})),
        Just(json!({ "session": 2025 })),
        Just(json!({ "session": "nonsense" })),
        (2010..2030_i16)
            .prop_map(|year| { json!({ "session": format!("{year}/{:02}", (year + 1) % 100) }) }),
    ];
    let found = (prop::collection::vec(pupil, 0..3), about, 0..4_usize).prop_map(
        |(records, about, key)| Looked::Found { version: "t".to_owned(), about, key, records },
    );
    let nothing = Looked::Nothing { version: "t".to_owned(), about: json!({}) };
    prop_oneof![1 => Just(Looked::NotLookedAt), 1 => Just(nothing), 8 => found]
}

/// Any application that intake lets through, in any session of the council.
pub(in crate::free_school_meals) fn any_application() -> impl Strategy<Value = Application> {
    any_application_from(date(2017, 6, 15), 3600)
}

prop_compose! {
    /// Any application that intake lets through, of a day from the first on.
    pub(in crate::free_school_meals) fn any_application_from(first: Date, days: i64)(
        day in 0..days,
        basis in prop::sample::select(Basis::ALL.to_vec()),
        stage in any_stage(),
        pennies in prop_oneof![0..200_000_i64, Just(85_000), Just(85_001), Just(79_600)],
        period in -40..70_i64,
        award in prop::option::of(0..50_000_i64),
        answers in prop::collection::vec(any::<bool>(), 5),
        age in 4..20_i16,
    ) -> Application {
        let on = first.checked_add(jiff::Span::new().days(day)).unwrap();
        let mut application = application(on, "0.00");
        application.basis = basis;
        application.stage = stage;
        application.universal_credit = (basis == Basis::UniversalCredit).then(|| UniversalCredit {
            period_end: on.checked_sub(jiff::Span::new().days(period)).unwrap(),
            net_earnings: Decimal::new(pennies, 2),
            award: award.map(|pennies| Decimal::new(pennies, 2)),
        });
        application.child.date_of_birth = date(on.year() - age, 5, 21);
        if answers[0] && basis == Basis::OwnRight {
            application.applicant = application.child.clone();
        }
        application.scottish_child_payment = answers[1];
        application.evidence_seen = answers[2];
        application.meals_wanted = answers[3];
        application.grant_wanted = answers[4];
        application.bank = answers[4].then(|| Bank {
            sort_code: "089999".to_owned(),
            account_number: "66374958".to_owned(),
        });
        application
    }
}

fn any_stage() -> impl Strategy<Value = Stage> {
    prop_oneof![
        Just(Stage::Nursery),
        Just(Stage::Special),
        (1..8_u8).prop_map(Stage::Primary),
        (1..7_u8).prop_map(Stage::Secondary),
    ]
}
