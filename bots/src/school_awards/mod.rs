//! School clothing grants and meals that nobody applied for: what the council's own lists give.
//!
//! Read the rules in order: the session, the pupil on the roll, what the list gives, the meals,
//! the grant, and then what a person must confirm. The policy is that of the applications, and so
//! are the rules of meals and grant: a child is decided alike however the council came to it.

mod apply;
mod cases;
mod listed;
mod manifest;
mod notice;
mod officer;
mod pupil;
mod reduction;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::free_school_meals::shared::{
    AMOUNT, GRANT, INCOME_BASED, Income, MEALS, MEALS_FROM, MEALS_TO, ROLL, Session, decide_grant,
    decide_meals, not_set, session,
};
use crate::free_school_meals::{Basis, FreeSchoolMeals, Stage};
use crate::kit::{
    Bot, Fault, Fields, Holds, Looked, Manifest, Need, NoticeFault, Payment, Policy, PolicyFault,
    Ruling, Sameness, Shown, Telling, words,
};

pub use listed::{List, Listed, Reduction};
use pupil::OnRoll;

/// The rules of awards without an application.
#[derive(Debug)]
pub struct SchoolAwards;

const PROPOSAL: &str = "Proposal";
const DECISION: [&str; 7] = [PROPOSAL, MEALS, INCOME_BASED, MEALS_FROM, MEALS_TO, GRANT, AMOUNT];

const AUTOMATIC: &str = "automatic";
const ASK: &str = "ask";
const NO_LONGER: &str = "no longer qualifies";
/// Of meals or a grant for which the family must apply.
const TO_BE_ASKED: &str = "to be asked";

impl Bot for SchoolAwards {
    const MANIFEST: Manifest = manifest::MANIFEST;
    type Case = Listed;

    fn case(fields: Fields, _policy: &Policy) -> Result<Listed, Vec<Fault>> {
        Listed::of(fields)
    }

    fn reference(case: &Listed) -> &str {
        &case.reference
    }

    fn decided_on(case: &Listed) -> Date {
        case.as_at
    }

    fn same_as(case: &Listed, policy: &Policy) -> Sameness {
        case.sameness(Session::of(case.as_at, policy).as_ref())
    }

    fn rank(case: &Listed, policy: &Policy) -> u8 {
        reduction::rank(case, Session::of(case.as_at, policy).as_ref())
    }

    fn case_keys(_roll: &str, case: &Listed) -> Vec<Option<String>> {
        pupil::case_keys(case)
    }

    fn record_keys(roll: &str, pupil: &Fields) -> Vec<Option<String>> {
        FreeSchoolMeals::record_keys(roll, pupil)
    }

    fn survey(roll: &str, pupils: &[Fields]) -> serde_json::Value {
        FreeSchoolMeals::survey(roll, pupils)
    }

    fn check(policy: &Policy) -> Vec<PolicyFault> {
        FreeSchoolMeals::check(policy)
    }

    fn holds(header: &str) -> Holds {
        officer::holds(header)
    }

    fn complete(ruling: &mut Ruling) -> Vec<String> {
        officer::complete(ruling)
    }

    fn tells(
        case: &Listed,
        ruling: &Ruling,
        _telling: &Telling<'_>,
    ) -> Result<serde_json::Value, NoticeFault> {
        Ok(notice::tells(case, ruling))
    }

    /// Under the same keys as an application's: whichever comes second pays nothing more.
    fn payments(case: &Listed, ruling: &Ruling, policy: &Policy) -> Vec<Payment> {
        // The stage of a payment is the ruling's.
        let stage = case.stage.unwrap_or(Stage::Special);
        let basis = Basis::CouncilTaxReduction;
        let application = case.as_application(basis, stage, pupil::school_in(ruling));
        FreeSchoolMeals::payments(&application, ruling, policy)
    }

    fn decide(case: &Listed, looked: &BTreeMap<String, Looked>, policy: &Policy) -> Ruling {
        let mut ruling = Ruling::new(&DECISION);
        let roll = looked.get(ROLL).unwrap_or(&Looked::NotLookedAt);
        decide(case, roll, &mut ruling, policy);
        ruling
    }
}

fn decide(case: &Listed, roll: &Looked, ruling: &mut Ruling, policy: &Policy) {
    ruling.fact("As at", words::day(case.as_at), "the list");

    // Awards are for one session: the day of the list chooses it, as that of an application does.
    let Some(session) = Session::of(case.as_at, policy) else {
        session::none(case.as_at, ruling, policy);
        return;
    };
    pupil::tell(case, roll, &session, ruling, policy);
    if unfit(case, &session, ruling) {
        return;
    }

    // Whoever is no pupil in that session has nothing to be awarded.
    let stage = match pupil::find(case, roll, &session, ruling, policy) {
        OnRoll::Pupil(Stage::Nursery) => return pupil::nursery(ruling),
        OnRoll::Pupil(stage) => stage,
        OnRoll::Left => return ruling.set(PROPOSAL, Shown::words(NO_LONGER)),
        OnRoll::Unknown => return,
    };

    // A reduction gives the award; a last award gives nothing by itself.
    let given = match case.list {
        List::Reductions => by_reduction(case, &session, ruling, policy),
        List::LastAwards => {
            apply::again(case, &session, ruling, policy);
            Some(false)
        }
    };
    let Some(given) = given else { return };
    ruling.set(PROPOSAL, Shown::words(if given { AUTOMATIC } else { ASK }));
    let basis = if given { Basis::CouncilTaxReduction } else { Basis::Other };
    let application = case.as_application(basis, stage, pupil::school_in(ruling));
    let income = Income::test(&application, Some(stage), policy);

    // Meals for all of P1 to P5 and in special schools; for others by income, which only an
    // application can show.
    decide_meals(&application, stage, &income, &session, ruling, policy);
    if matches!(stage, Stage::Primary(_) | Stage::Secondary(_)) && !is(ruling, MEALS, "universal") {
        ruling.set(MEALS, Shown::words(TO_BE_ASKED));
        let text = format!("Meals in {stage} go by income, for which the family must apply.");
        apply::on(ruling, "meals-to-be-asked", text, "qualifying_grounds", case, policy);
    }

    // The grant, in the amount of the stage.
    if given {
        decide_grant(&application, stage, &income, &session, ruling, policy);
        account(case, ruling, policy);
    } else {
        ruling.set(INCOME_BASED, Shown::words(TO_BE_ASKED));
        ruling.set(GRANT, Shown::words(TO_BE_ASKED));
        apply::with(case, &session, ruling, policy);
    }
    confirm(stage, ruling, policy);
}

/// A list that cannot be for this session: drawn too late, or of awards in it.
fn unfit(case: &Listed, session: &Session<'_>, ruling: &mut Ruling) -> bool {
    if case.as_at > session.grant_until {
        let why = format!(
            "The list is of {}, and session {} takes applications for the clothing grant until \
             {}: check the day of the list.",
            words::day(case.as_at),
            session.name,
            words::day(session.grant_until)
        );
        ruling.need(Need::new("list-too-late", why));
    }
    let last = case.last_session.as_deref().and_then(session::year);
    if last.zip(session.year()).is_some_and(|(last, coming)| last >= coming) {
        let why = format!(
            "The last award is said to be of session {}, and the list is for session {}: check \
             which list it is.",
            case.last_session.as_deref().unwrap_or_default(),
            session.name
        );
        ruling.need(Need::new("last-session", why));
    }
    !ruling.settled()
}

/// Whether the reduction gives the grant; none where a rule is missing.
fn by_reduction(
    case: &Listed,
    session: &Session<'_>,
    ruling: &mut Ruling,
    policy: &Policy,
) -> Option<bool> {
    reduction::facts(case, ruling);
    let gaps = reduction::gaps(case, session);
    if !gaps.is_empty() {
        reduction::tell(case, &gaps, session, ruling, policy);
        let text = "Nothing is refused: the family may have the grant on this ground or another, \
                    and is asked to apply.";
        apply::on(ruling, "asked", text, "award_by_session", case, policy);
        return Some(false);
    }
    let found = [
        policy.in_force("award_from_list", case.as_at),
        policy.in_force("grant_routes", case.as_at),
        policy.in_force("qualifying_grounds", case.as_at),
    ];
    for missing in found.iter().filter_map(|found| found.as_ref().err()) {
        ruling.need(not_set(missing, case.as_at));
    }
    let [Ok(rule), Ok(routes), Ok(grounds)] = found else { return None };
    if !routes.lists(Basis::CouncilTaxReduction.code()) {
        let text = "The council does not give the clothing grant for Council Tax Reduction: the \
                    family is asked to apply on another ground.";
        ruling.because("grant-no-route", text, &routes);
        return Some(false);
    }
    let text = "The household gets Council Tax Reduction, the child is on the claim, and consent \
                is recorded: no application is needed.";
    ruling.because("award-from-list", text, &rule);
    let text = "Council Tax Reduction alone does not give income-based free meals.";
    ruling.because("no-qualifying-benefit", text, &grounds);
    Some(true)
}

/// An award without an account is paid when the family has given one.
fn account(case: &Listed, ruling: &mut Ruling, policy: &Policy) {
    if is(ruling, GRANT, "awarded") && !case.has_account() {
        let text = "No account is known: the family is asked for one, and the grant is paid then.";
        apply::on(ruling, "no-account", text, "award_from_list", case, policy);
    }
}

/// What is reserved for a person, unless the council names its authority. Nothing is refused here.
fn confirm(stage: Stage, ruling: &mut Ruling, policy: &Policy) {
    let meals = is(ruling, MEALS, "awarded");
    let grant = is(ruling, GRANT, "awarded");
    ruling.award = meals || grant;
    if stage == Stage::Special && meals && policy.automatic("special_category_awards").is_none() {
        let why = "The award rests on special category data: an officer confirms it, as the \
                   council's policy names no authority for deciding it automatically.";
        ruling.need(Need::new("special-category", why).sensitive());
    }
    if grant && policy.automatic("awards_without_application").is_none() {
        let why = "Awarding the clothing grant without an application is recommended: an officer \
                   confirms it, as the council's policy names no authority for it.";
        ruling.need(Need::new("award-to-confirm", why));
    }
}

fn is(ruling: &Ruling, header: &str, word: &str) -> bool {
    *ruling.decision_value(header) == Shown::words(word)
}
