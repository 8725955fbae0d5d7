//! Invented accounts, for tests only.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::find;
use crate::kit::{Policy, Registered, Ruling, Shown};
use crate::rent_accounts::{Account, Frequency, Stage};

pub(super) const AS_AT: Date = date(2026, 10, 12);

/// Of invented accounts, so that a failing test can show which.
impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&serde_json::to_string(self).unwrap())
    }
}

pub(super) fn bot() -> &'static Registered {
    find("rent-accounts").unwrap()
}

/// The invented council's, read once.
pub(super) fn policy() -> &'static Policy {
    static POLICY: LazyLock<Policy> =
        LazyLock::new(|| bot().policy(Some(bot().manifest().example_council)).unwrap());
    &POLICY
}

pub(super) fn decide(account: &Account, policy: &Policy) -> Ruling {
    let case = serde_json::to_vec(account).unwrap();
    bot().decide(&case, &BTreeMap::new(), policy).unwrap()
}

pub(super) fn action(ruling: &Ruling) -> &str {
    match ruling.decision_value("Next action") {
        Shown::Text(text) => text,
        _ => "",
    }
}

fn any_frequency() -> impl Strategy<Value = Frequency> {
    prop_oneof![
        Just(Frequency::Weekly),
        Just(Frequency::Fortnightly),
        Just(Frequency::FourWeekly),
        Just(Frequency::Monthly),
    ]
}

fn any_stage() -> impl Strategy<Value = Stage> {
    prop_oneof![
        Just(Stage::None),
        Just(Stage::Contact),
        Just(Stage::Letter1),
        Just(Stage::Letter2),
        Just(Stage::PreNotice),
        Just(Stage::Notice),
        Just(Stage::Court),
    ]
}

fn a_past_day() -> impl Strategy<Value = Option<Date>> {
    prop_oneof![
        Just(None),
        (0..200_i64).prop_map(|ago| Some(AS_AT - ago.days())),
        (0..35_i64).prop_map(|ago| Some(AS_AT - ago.days())),
    ]
}

fn a_mark() -> impl Strategy<Value = Option<bool>> {
    prop_oneof![4 => Just(None), 4 => Just(Some(false)), 1 => Just(Some(true))]
}

fn money(most: i64) -> impl Strategy<Value = Decimal> {
    (0..most).prop_map(|pence| Decimal::new(pence, 2))
}

/// Any account whatever, of the fixed day.
pub(super) fn any_account() -> impl Strategy<Value = Account> {
    let owed = (-50_000..200_000_i64, prop_oneof![1 => Just(0_i64), 9 => 1..30_000_i64]);
    let paid = (a_past_day(), prop::option::of(money(50_000)), prop::option::of(money(12_000)));
    let next = prop_oneof![Just(None), (-60..60_i64).prop_map(|ahead| Some(AS_AT + ahead.days())),];
    let credit = (prop::option::of(any::<bool>()), prop::option::of(any::<bool>()), next);
    let plan = (
        prop::option::of(money(5_000)),
        prop::option::of(any_frequency()),
        prop_oneof![3 => Just(None), 1 => Just(Some(true)), 1 => Just(Some(false))],
    );
    let stage = (any_stage(), 0..120_i64, any_frequency());
    let marks = (a_mark(), a_mark(), a_mark(), a_mark(), a_mark());
    let done = (a_past_day(), a_past_day(), a_past_day(), a_past_day(), a_past_day());
    (owed, paid, credit, plan, stage, marks, done).prop_map(
        |(owed, paid, credit, plan, stage, marks, done)| Account {
            reference: "RA-1".to_owned(),
            as_at: AS_AT,
            tenant_surname: "Auchterlee".to_owned(),
            balance: Decimal::new(owed.0, 2),
            weekly_charge: Decimal::new(owed.1, 2),
            charge_frequency: stage.2,
            last_payment_on: paid.0,
            last_payment: paid.1,
            housing_benefit_weekly: paid.2,
            universal_credit: credit.0,
            uc_paid_to_landlord: credit.1,
            uc_next_payment_on: credit.2,
            arrangement_amount: plan.0,
            arrangement_frequency: plan.1,
            arrangement_kept: plan.2,
            stage: stage.0,
            stage_since: AS_AT - stage.1.days(),
            benefit_application_pending: marks.0,
            vulnerable: marks.1,
            domestic_abuse_flag: marks.2,
            deceased: marks.3,
            dispute: marks.4,
            par_information_given: done.0,
            par_benefits_advice: done.1,
            par_debt_advice: done.2,
            par_payment_plan_offered: done.3,
            par_asked_to_contact: done.4,
        },
    )
}
