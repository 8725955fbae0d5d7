//! Claims for tests: one by its columns, and any at all.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::benefits_claims::Claim;
use crate::kit::{Fields, Policy, Registered, Ruling};

pub(super) fn bot() -> &'static Registered {
    crate::find("benefits-claims").unwrap()
}

pub(super) fn policy() -> Policy {
    bot().policy(Some(bot().manifest().example_council)).unwrap()
}

/// The policy file of the invented council.
pub(super) fn invented_council() -> String {
    let file = "/../fixtures/council/policy/benefits-claims.toml";
    std::fs::read_to_string(format!("{}{file}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

pub(super) fn decide(claim: &Claim, policy: &Policy) -> Ruling {
    bot().decide(&serde_json::to_vec(claim).unwrap(), &BTreeMap::new(), policy).unwrap()
}

/// A single person of 36 in band C, with what differs.
pub(super) fn claim(differs: &Value) -> Claim {
    let mut fields = json!({
        "reference": "T-1", "kind": "New claim", "benefit": "Both", "claim_date": "2026-10-02",
        "forename": "Isla", "surname": "Drumlithie", "date_of_birth": "1990-05-12",
        "nino": "JY100001A", "accommodation": "specified", "eligible_rent_weekly": "250.00",
        "council_tax_band": "C", "council_tax_annual": "1460.00",
        "right_to_reside_confirmed": true, "evidence_complete": true,
    });
    for (key, value) in differs.as_object().unwrap() {
        fields[key] = value.clone();
    }
    let Value::Object(fields) = fields else { unreachable!("it was made as an object") };
    Claim::of(Fields(fields.into_iter().filter(|(_, value)| !value.is_null()).collect())).unwrap()
}

fn pounds(pennies: i64) -> Value {
    json!(format!("{}.{:02}", pennies / 100, pennies % 100))
}

prop_compose! {
    /// Any claim that intake lets through, but for what only spoils it.
    pub(super) fn any_claim()(
        day in 0..1460_i64,
        benefit in prop::sample::select(vec!["Housing Benefit", "Council Tax Reduction", "Both"]),
        born in 1935..2008_i16,
        partner in prop::option::of(1935..2008_i16),
        children in prop::collection::vec(2007..2023_i16, 0..4),
        amounts in prop::collection::vec(0..40_000_i64, 8),
        capital in prop_oneof![Just(0_i64), 0..1_700_000_i64],
        other in prop::option::of((1950..2012_i16, 0..70_000_i64, any::<bool>())),
        status in prop::sample::select(vec!["none", "student", "Pension Credit", "UC no earnings"]),
        flags in prop::collection::vec(any::<bool>(), 6),
        lives in prop::sample::select(vec!["general", "specified", "temporary"]),
        band in prop::sample::select(vec!["A", "D", "E", "F", "G", "H"]),
        disability in prop::sample::select(vec!["none", "none", "DLA care", "blind",
            "PIP or ADP daily living enhanced", "Attendance Allowance", "ESA support group"]),
        passport in prop::sample::select(vec!["none", "none", "none", "Guarantee credit",
            "Income-related ESA", "Income Support"]),
        sharing in 1..4_u8,
    ) -> Claim {
        let on = date(2023, 4, 10).checked_add(day.days()).unwrap();
        let birthday = |year: i16| json!(date(year, 3, 9));
        let children: Vec<String> = children
            .into_iter()
            .map(|year| date(year, 6, 4))
            .filter(|born: &Date| *born < on)
            .map(|born| born.to_string())
            .collect();
        let uc = flags[0] && passport == "none";
        let mut fields = json!({
            "kind": if flags[1] { "Change" } else { "New claim" },
            "benefit": benefit, "claim_date": on, "date_of_birth": birthday(born.min(on.year() - 17)),
            "earnings_net_weekly": pounds(amounts[0]), "hours": if flags[2] { "35" } else { "12" },
            "state_pension_weekly": pounds(amounts[1]), "capital": pounds(capital),
            "eligible_rent_weekly": pounds(amounts[2]), "accommodation": lives,
            "council_tax_annual": pounds(amounts[3] * 10), "council_tax_band": band,
            "current_weekly_hb": pounds(amounts[4]), "current_weekly_ctr": pounds(amounts[4] / 10),
            "disability_benefit": disability, "passport": passport, "universal_credit": uc,
            "liable_people": sharing.to_string(),
        });
        if !children.is_empty() {
            fields["children_dates_of_birth"] = json!(children.join("; "));
        }
        if let Some(year) = partner {
            fields["partner_date_of_birth"] = birthday(year.min(on.year() - 17));
            fields["partner_earnings_net_weekly"] = pounds(amounts[5]);
        }
        if let Some((year, gross, works)) = other {
            fields["non_dep_1_date_of_birth"] = birthday(year);
            fields["non_dep_1_gross_weekly"] = pounds(gross);
            fields["non_dep_1_works_16_hours"] = json!(works);
            fields["non_dep_1_status"] = json!(status);
        }
        if uc {
            fields["uc_period_end"] = json!(on.yesterday().unwrap());
            fields["uc_net_earnings_monthly"] = pounds(amounts[6] * 5);
            fields["uc_award_monthly"] = pounds(amounts[7] * 4 + 1);
            fields["uc_child_elements_monthly"] = pounds(amounts[5]);
            fields["uc_childcare_element_monthly"] = pounds(0);
        }
        if flags[3] {
            fields["received_on"] = json!(on.checked_add(40.days()).unwrap());
        }
        claim(&fields)
    }
}
