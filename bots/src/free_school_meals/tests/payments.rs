//! Properties of the payments, and what is asked of a council's holidays.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::people::{
    any_application_from, any_roll, application, bot, decide, decide_with, invented_council, policy,
};
use crate::free_school_meals::{Application, Bank};
use crate::kit::{Payment, Policy, Ruling, Shown};

/// What the council of the golden cases pays for a whole block at its highest rate.
const BLOCKS: [(&str, &str, i64); 10] = [
    ("2025/26", "holiday-october", 14_00),
    ("2025/26", "holiday-christmas", 28_00),
    ("2025/26", "holiday-february", 5_60),
    ("2025/26", "holiday-easter", 30_80),
    ("2025/26", "holiday-summer", 84_00),
    ("2026/27", "holiday-october", 14_50),
    ("2026/27", "holiday-christmas", 20_30),
    ("2026/27", "holiday-february", 5_80),
    ("2026/27", "holiday-easter", 31_90),
    ("2026/27", "holiday-summer", 84_10),
];

fn pay(case: &Application, ruling: &Ruling, policy: &Policy) -> Vec<Payment> {
    bot().payments(&serde_json::to_vec(case).unwrap(), ruling, policy).unwrap()
}

fn is(ruling: &Ruling, header: &str, word: &str) -> bool {
    *ruling.decision_value(header) == Shown::words(word)
}

/// The example application with an account, from the erased path.
fn paid(on: Date, policy: &Policy) -> Vec<Payment> {
    let mut case = application(on, "0.00");
    case.bank = Some(Bank { sort_code: "089999".into(), account_number: "66374958".into() });
    pay(&case, &decide(&case, policy), policy)
}

fn any_day() -> impl Strategy<Value = Shown> {
    (0..1100_i64).prop_map(|day| {
        let day = date(2025, 6, 1).checked_add(jiff::Span::new().days(day)).unwrap();
        Shown::Date(day)
    })
}

prop_compose! {
    /// Anything that an officer may put into the decision columns.
    fn any_decision()(
        meals in prop::sample::select(vec!["awarded", "universal", "refused", "not asked"]),
        income in prop::sample::select(vec!["yes", "no"]),
        from in any_day(),
        to in any_day(),
        grant in prop::sample::select(vec!["awarded", "refused", "not asked"]),
        pennies in 0..100_000_i64,
    ) -> Vec<(&'static str, Shown)> {
        vec![
            ("Meals", Shown::words(meals)),
            ("Income based", Shown::words(income)),
            ("Meals from", from),
            ("Meals to", to),
            ("Clothing grant", Shown::words(grant)),
            ("Grant amount", Shown::Money(Decimal::new(pennies, 2))),
        ]
    }
}

/// What must hold of every payment, whoever decided.
fn hold(case: &Application, ruling: &Ruling, policy: &Policy) -> Result<(), TestCaseError> {
    let payments = pay(case, ruling, policy);
    prop_assert!(payments == pay(case, ruling, policy), "not the same again");
    if !ruling.settled() || case.bank.is_none() {
        prop_assert!(payments.is_empty(), "unsettled, or nowhere to pay");
    }
    let mut seen = BTreeSet::new();
    for payment in &payments {
        let kind = payment.key.kind.as_str();
        prop_assert!(seen.insert(kind.to_owned()), "{} twice", kind);
        prop_assert!(payment.amount > Decimal::ZERO && payment.amount.scale() == 2);
        prop_assert!(payment.due >= case.applied_on);
        prop_assert!(!payment.reference.contains(&case.child.forename.to_uppercase()));
        if kind == "clothing-grant" {
            prop_assert!(is(ruling, "Clothing grant", "awarded"));
            prop_assert_eq!(ruling.decision_value("Grant amount"), &Shown::Money(payment.amount));
            continue;
        }
        prop_assert!(is(ruling, "Income based", "yes"));
        prop_assert!(is(ruling, "Meals", "awarded") || is(ruling, "Meals", "universal"));
        let block = BLOCKS.iter().find(|it| it.0 == payment.key.period && it.1 == kind);
        let most = block.map(|(_, _, pennies)| Decimal::new(*pennies, 2));
        prop_assert!(Some(payment.amount) <= most, "{} of {}", payment.amount, kind);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn nothing_is_paid_but_what_a_ruling_awards(
        case in any_application_from(date(2025, 6, 1), 760),
        roll in any_roll(),
    ) {
        let policy = policy();
        hold(&case, &decide_with(&case, roll, &policy), &policy)?;
    }

    #[test]
    fn nothing_is_paid_but_what_an_officer_awards(
        case in any_application_from(date(2025, 6, 1), 760),
        decision in any_decision(),
    ) {
        let policy = policy();
        let mut ruling = decide(&case, &policy);
        for (header, value) in decision {
            ruling.set(header, value);
        }
        if bot().complete(&mut ruling).is_empty() {
            ruling.needs.clear();
        } else {
            ruling.needs.push(crate::kit::Need::new("not-confirmed", "It is not whole."));
        }
        hold(&case, &ruling, &policy)?;
    }
}

#[test]
fn a_payment_says_whom_it_is_for_who_gets_it_and_nothing_of_why() {
    let mut payments = paid(date(2025, 10, 6), &policy());
    let payment = payments.remove(1);
    assert_eq!(payment.key.kind, "holiday-christmas");
    assert_eq!(payment.key.period, "2025/26");
    let weak = Some("eilidh|2015-05-21|kilcraigprimaryschool".to_owned());
    assert_eq!(payment.key.whom, [Some("100000016".to_owned()), weak]);
    assert_eq!((payment.payee.as_str(), payment.due), ("Morven Auchterlee", date(2025, 12, 15)));
    assert_eq!(payment.account.sort_code, "089999");
    assert_eq!(payment.account.number, "66374958");
    assert_eq!(
        (payment.reference.as_str(), payment.amount.to_string().as_str()),
        ("SCHOOL HOLIDAY", "25.00")
    );
}

#[test]
fn the_child_of_a_payment_is_that_of_the_application_without_the_session() {
    let case = application(date(2025, 10, 6), "0.00");
    let prepared =
        bot().prepare(bot().fields(&serde_json::to_vec(&case).unwrap()).unwrap(), &policy());
    let same = prepared.unwrap_or_else(|faults| panic!("{faults:?}")).sameness.keys;
    let whom = paid(date(2025, 10, 6), &policy()).remove(0).key.whom;
    assert_eq!(same, whom.map(|key| key.map(|key| format!("{key}|2025/26"))));
}

#[test]
fn a_block_whose_rate_is_not_set_is_not_paid_and_the_others_are() {
    let until = "until = \"2026-07-31\"\nvalue = \"2.50\"";
    let text = invented_council().replace(until, "until = \"2026-03-31\"\nvalue = \"2.50\"");
    let policy = bot().policy(Some(&text)).unwrap();
    let kinds: Vec<String> =
        paid(date(2025, 10, 6), &policy).into_iter().map(|it| it.key.kind).collect();
    assert_eq!(kinds, ["holiday-october", "holiday-christmas", "holiday-february"]);
}

#[test]
fn a_bare_installation_pays_nothing() {
    assert!(paid(date(2025, 10, 6), &bot().policy(None).unwrap()).is_empty());
}

#[test]
fn figures_beyond_all_reason_stop_nothing() {
    let most = "value = \"792281625142643375935439503.35\"";
    let text = invented_council().replace("value = \"2.50\"", most);
    let policy = bot().policy(Some(&text)).unwrap();
    let sums = paid(date(2025, 10, 6), &policy);
    assert!(sums.iter().all(|it| it.amount.scale() == 2), "none, rather than one that is cut");
}

/// What is said of a policy file in which one text stands for another.
fn told(from: &str, to: &str) -> Vec<String> {
    let text = invented_council();
    assert!(text.contains(from), "{from}");
    let faults = bot().policy(Some(&text.replacen(from, to, 1))).map(|_| ()).unwrap_err();
    faults.iter().map(ToString::to_string).collect()
}

#[test]
fn each_fault_of_a_holiday_says_what_to_do() {
    let christmas = "from = \"2025-12-22\"\nto = \"2026-01-02\"\ndays = 10";
    let october = "session = \"2025/26\"\nname = \"october\"";
    let faults = [
        (christmas, "from = \"2025-12-22\"\nto = \"2026-01-02\"\ndays = 11", "from 1 to 10"),
        (christmas, "from = \"2025-12-22\"\nto = \"2026-01-02\"\ndays = 0", "from 1 to 10"),
        (christmas, "from = \"2025-12-22\"\nto = \"2026-01-02\"\ndays = \"9.5\"", "from 1 to 10"),
        (christmas, "from = \"2025-12-27\"\nto = \"2025-12-28\"\ndays = 1", "mend from or to"),
        (christmas, "from = \"2025-12-22\"\nto = \"2025-12-21\"\ndays = 10", "it ends before it"),
        (
            christmas,
            "from = \"2025-12-12\"\nto = \"2026-01-02\"\ndays = 10",
            "2025-12-12 or earlier",
        ),
        (
            christmas,
            "from = \"2025-12-22\"\nto = \"2026-02-16\"\ndays = 10",
            "end one block before",
        ),
        (october, "session = \"2025-26\"\nname = \"october\"", "there is no such session"),
        (october, "session = \"2024/25\"\nname = \"october\"", "not begin in the year"),
        (october, "session = \"2025/26\"\nname = \"October week\"", "in small letters"),
        (october, "session = \"2025/26\"\nname = \"christmas\"", "keep one of them"),
        ("value = 28", "value = \"2.5\"", "whole days, from 0 to 366"),
        ("value = 28", "value = -1", "whole days, from 0 to 366"),
        ("value = 28", "value = 367", "whole days, from 0 to 366"),
    ];
    for (from, to, remedy) in faults {
        let told = told(from, to);
        assert!(told.len() == 1 && told[0].contains(remedy), "{to}: {told:?}");
    }
}

#[test]
fn every_fault_of_the_holidays_is_told_at_once() {
    let text = invented_council()
        .replace("days = 30", "days = 31")
        .replace("name = \"easter\"", "name = \"Easter\"")
        .replace("pay_on = \"2026-10-09\"", "pay_on = \"2026-10-13\"");
    let faults = bot().policy(Some(&text)).unwrap_err();
    assert_eq!(faults.len(), 4, "{faults:?}");
}

#[test]
fn a_day_more_than_the_weekdays_of_a_block_is_too_many() {
    for (days, fine) in [(1, true), (11, true), (12, false)] {
        let days = format!("to = \"2027-01-04\"\ndays = {days}");
        let text = invented_council().replace("to = \"2027-01-04\"\ndays = 7", &days);
        assert_eq!(bot().policy(Some(&text)).is_ok(), fine, "{days}");
    }
}

#[test]
fn a_holiday_before_the_rule_is_confirmed_is_not_paid() {
    let source = "source = { title = \"A minute\", href = \"records: 9\" }";
    let figure = |id: &str, value: &str| {
        format!(
            "\n[[figures.{id}]]\nfrom = \"2024-08-01\"\nuntil = \"2025-06-14\"\nvalue = \
             {value}\n{source}\n"
        )
    };
    let block = |name: &str, day: &str| {
        format!(
            "\n[[holiday]]\nsession = \"2024/25\"\nname = \"{name}\"\nfrom = \"{day}\"\nto = \
             \"{day}\"\ndays = 1\npay_on = \"{day}\"\n{source}\n"
        )
    };
    let text = [
        invented_council(),
        figure("payment_within", "28"),
        figure("holiday_primary", "\"2.40\""),
        block("the-day-before", "2025-06-12"),
        block("the-first-day", "2025-06-13"),
    ];
    let policy = bot().policy(Some(&text.concat())).unwrap();
    let paid = paid(date(2024, 10, 7), &policy);
    let kinds: Vec<&str> = paid.iter().map(|it| it.key.kind.as_str()).collect();
    assert_eq!(kinds, ["holiday-the-first-day"]);
}
