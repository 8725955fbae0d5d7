//! Invented children on lists, for tests only.

use std::collections::BTreeMap;

use jiff::civil::date;
use serde_json::json;

use crate::free_school_meals::Stage;
use crate::kit::{Fields, Looked, Policy, Registered, Ruling};
use crate::school_awards::{List, Listed, Reduction};

pub(super) fn bot() -> &'static Registered {
    crate::find("school-awards").unwrap()
}

/// The invented council's own policy file.
pub(super) fn invented_council() -> String {
    let path = "/../fixtures/council/policy/free-school-meals.toml";
    std::fs::read_to_string(format!("{}{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

pub(super) fn policy() -> Policy {
    bot().policy(Some(bot().manifest().example_council)).unwrap()
}

/// A reduction that gives the grant in P6.
pub(super) fn reduced() -> Listed {
    Listed {
        reference: "T-1".to_owned(),
        list: List::Reductions,
        as_at: date(2025, 6, 20),
        claimant_forename: "Morven".to_owned(),
        claimant_surname: "Auchterlee".to_owned(),
        claimant_date_of_birth: Some(date(1988, 2, 14)),
        claimant_nino: Some("JY123456A".to_owned()),
        postcode: Some("ZE9 9ZZ".to_owned()),
        reduction: Some(Reduction::CouncilTaxReduction),
        reduction_from: Some(date(2024, 4, 1)),
        reduction_to: None,
        child_on_the_claim: Some(true),
        consent_recorded: Some(true),
        last_session: None,
        last_basis: None,
        last_meals: None,
        last_clothing_grant: None,
        child_forename: "Eilidh".to_owned(),
        child_surname: "Auchterlee".to_owned(),
        child_date_of_birth: date(2015, 5, 21),
        school: Some("Kilcraig Primary School".to_owned()),
        stage: Some(Stage::Primary(6)),
        scn: Some("100000016".to_owned()),
        sort_code: Some("089999".to_owned()),
        account_number: Some("66374958".to_owned()),
    }
}

/// The same child on the list of last awards.
pub(super) fn awarded_before(basis: &str) -> Listed {
    Listed {
        reference: "T-2".to_owned(),
        list: List::LastAwards,
        reduction: None,
        reduction_from: None,
        child_on_the_claim: None,
        consent_recorded: None,
        last_session: Some("2024/25".to_owned()),
        last_basis: Some(basis.to_owned()),
        last_meals: Some("awarded".to_owned()),
        last_clothing_grant: Some("awarded".to_owned()),
        ..reduced()
    }
}

/// The roll of session 2025/26 has the child so.
pub(super) fn on_roll(stage: &str, status: &str) -> Looked {
    let pupil = BTreeMap::from([
        ("scn".to_owned(), json!("100000016")),
        ("forename".to_owned(), json!("Eilidh")),
        ("surname".to_owned(), json!("Auchterlee")),
        ("date_of_birth".to_owned(), json!("2015-05-21")),
        ("school".to_owned(), json!("Kilcraig Primary School")),
        ("stage".to_owned(), json!(stage)),
        ("status".to_owned(), json!(status)),
    ]);
    Looked::Found {
        version: "test".to_owned(),
        about: json!({ "session": "2025/26" }),
        key: 0,
        records: vec![Fields(pupil)],
    }
}

/// Through JSON and the erased path, as the runner does it.
pub(super) fn decide(case: &Listed, roll: Looked, policy: &Policy) -> Ruling {
    let looked = BTreeMap::from([("school-roll".to_owned(), roll)]);
    bot().decide(&serde_json::to_vec(case).unwrap(), &looked, policy).unwrap()
}
