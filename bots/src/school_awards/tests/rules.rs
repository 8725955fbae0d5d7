//! What holds whatever the lists say.

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::people::{awarded_before, bot, decide, invented_council, on_roll, policy, reduced};
use crate::free_school_meals::{Application, Bank, Basis, Person, Stage, shared::Session};
use crate::kit::{Payment, Ruling, Shown, golden};
use crate::school_awards::{Listed, Reduction, SchoolAwards};

fn payments(case: &Listed, ruling: &Ruling) -> Vec<Payment> {
    bot().payments(&serde_json::to_vec(case).unwrap(), ruling, &policy()).unwrap()
}

fn rank(case: &Listed) -> u8 {
    use crate::kit::Bot as _;
    SchoolAwards::rank(case, &policy())
}

fn says(ruling: &Ruling, header: &str) -> String {
    ruling.decision_value(header).to_string()
}

#[test]
fn the_golden_cases_hold_in_the_invented_council() {
    let wrong = golden::run(bot(), Some(&invented_council()));
    assert!(wrong.is_empty(), "{}", golden::report(&wrong));
}

#[test]
fn an_application_for_the_same_child_is_paid_under_the_same_key() {
    let listed = reduced();
    let ours = payments(&listed, &decide(&listed, on_roll("P6", "active"), &policy()));
    let application = Application {
        reference: "FSM-1".to_owned(),
        applied_on: date(2025, 9, 1),
        applicant: Person {
            forename: "Callum".to_owned(),
            surname: "Auchterlee".to_owned(),
            date_of_birth: date(1986, 1, 1),
        },
        postcode: "ZE9 9ZZ".to_owned(),
        nino: Some("JY654321A".to_owned()),
        partner_nino: None,
        basis: Basis::HousingBenefit,
        universal_credit: None,
        scottish_child_payment: false,
        evidence_seen: true,
        consent: true,
        child: Person {
            forename: "Eilidh".to_owned(),
            surname: "Auchterlee".to_owned(),
            date_of_birth: date(2015, 5, 21),
        },
        school: "Kilcraig Primary School".to_owned(),
        stage: Stage::Primary(6),
        scn: Some("100000016".to_owned()),
        meals_wanted: false,
        grant_wanted: true,
        bank: Some(Bank { sort_code: "089999".to_owned(), account_number: "66374958".to_owned() }),
    };
    let meals = crate::find("free-school-meals").unwrap();
    let case = serde_json::to_vec(&application).unwrap();
    let policy = policy();
    let looked = [("school-roll".to_owned(), on_roll("P6", "active"))].into();
    let ruling = meals.decide(&case, &looked, &policy).unwrap();
    let theirs = meals.payments(&case, &ruling, &policy).unwrap();
    assert_eq!((ours.len(), theirs.len()), (1, 1));
    assert!(ours[0].key == theirs[0].key);

    // The list need not know school or SCN: then the roll's school stands in the weaker key.
    let bare = Listed { scn: None, school: None, stage: None, ..reduced() };
    let paid = payments(&bare, &decide(&bare, on_roll("P6", "active"), &policy));
    assert_eq!(paid[0].key.whom, [None, theirs[0].key.whom[1].clone()]);
}

#[test]
fn both_lists_name_the_same_child_and_an_award_counts_before_a_last_award() {
    use crate::kit::Bot as _;
    let (award, last) = (reduced(), awarded_before("Universal Credit"));
    let policy = policy();
    let (one, other) =
        (SchoolAwards::same_as(&award, &policy), SchoolAwards::same_as(&last, &policy));
    assert!(one.keys == other.keys && one.applicant == other.applicant);
    assert!(one.decides != other.decides);
    assert!(rank(&award) > rank(&last));
    for worse in [
        Listed { consent_recorded: Some(false), ..reduced() },
        Listed { child_on_the_claim: None, ..reduced() },
        Listed { reduction: Some(Reduction::SinglePersonDiscount), ..reduced() },
        Listed { reduction_to: Some(date(2025, 7, 31)), ..reduced() },
    ] {
        assert!(rank(&worse) < rank(&last));
    }
}

#[test]
fn a_list_drawn_again_repeats_what_has_not_changed() {
    use crate::kit::Bot as _;
    let policy = policy();
    let same = |case: &Listed| SchoolAwards::same_as(case, &policy);
    let again = Listed { reference: "T-9".to_owned(), as_at: date(2025, 7, 1), ..reduced() };
    assert!(same(&again) == same(&reduced()));
    let ended = Listed { reduction_to: Some(date(2025, 6, 30)), ..again };
    assert!(same(&ended).decides != same(&reduced()).decides);
    let next = Listed { as_at: date(2026, 6, 20), ..reduced() };
    assert!(same(&next).keys != same(&reduced()).keys);
}

fn any_listed() -> impl Strategy<Value = Listed> {
    let reduction = prop_oneof![
        Just(Reduction::CouncilTaxReduction),
        Just(Reduction::SinglePersonDiscount),
        Just(Reduction::SecondAdultRebate),
        Just(Reduction::Other),
    ];
    let titles = prop::sample::select(vec!["Universal Credit", "Income Support", "None", "Other"]);
    let flags = (any::<bool>(), any::<Option<bool>>(), any::<Option<bool>>(), any::<bool>());
    // From the first day of the session to the last for the grant.
    let days = (0_i32..=289, -400_i32..400, prop::option::of(0_i32..900));
    (flags, reduction, titles, days).prop_map(|(flags, reduction, title, days)| {
        let ((last, on_claim, consent, account), (drawn, from, length)) = (flags, days);
        let day = |from: Date, days: i32| from + jiff::Span::new().days(days);
        let as_at = day(date(2025, 6, 15), drawn);
        let begins = day(as_at, from);
        let base = if last { awarded_before(title) } else { reduced() };
        Listed {
            as_at,
            reduction: (!last).then_some(reduction),
            reduction_from: (!last).then_some(begins),
            reduction_to: length.filter(|_| !last).map(|length| day(begins, length)),
            child_on_the_claim: on_claim,
            consent_recorded: consent,
            sort_code: base.sort_code.clone().filter(|_| account),
            account_number: base.account_number.clone().filter(|_| account),
            ..base
        }
    })
}

proptest! {
    /// Nothing is refused by a list, and whoever gets nothing is asked or told.
    #[test]
    fn a_list_refuses_nobody(case in any_listed(), stage in 1_u8..=13, left in any::<bool>()) {
        let stage = if stage > 7 { format!("S{}", stage - 7) } else { format!("P{stage}") };
        let status = if left { "left" } else { "active" };
        let ruling = decide(&case, on_roll(&stage, status), &policy());
        prop_assert!(!ruling.adverse);
        for (_, value) in &ruling.decision {
            prop_assert!(*value != Shown::words("refused"));
        }
        prop_assert!(ruling.settled(), "{:?}", ruling.needs);
        let proposal = says(&ruling, "Proposal");
        prop_assert_eq!(proposal == "no longer qualifies", left);
    }

    /// What is paid rests on a reduction that stands, on the claim, with consent.
    #[test]
    fn nothing_is_paid_without_a_reduction_the_claim_and_consent(case in any_listed()) {
        let policy = policy();
        let ruling = decide(&case, on_roll("P6", "active"), &policy);
        let session = Session::of(case.as_at, &policy).unwrap();
        let stands = case.reduction == Some(Reduction::CouncilTaxReduction)
            && case.reduction_from.is_some_and(|from| from <= case.as_at)
            && case.reduction_to.is_none_or(|to| to >= session.first_day(case.as_at));
        let gives = stands
            && case.child_on_the_claim == Some(true)
            && case.consent_recorded == Some(true);
        prop_assert_eq!(says(&ruling, "Proposal") == "automatic", gives);
        prop_assert_eq!(payments(&case, &ruling).len(), usize::from(gives && case.has_account()));
    }
}
