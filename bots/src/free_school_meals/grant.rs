//! The school clothing grant: in time, by a route of the council's, in the session's amount.

use rust_decimal::Decimal;

use super::application::Application;
use super::basis::Basis;
use super::income::{Income, ask_for_evidence, not_set};
use super::session::Session;
use super::stage::Stage;
use super::words::{day, pounds};
use super::{AMOUNT, GRANT};
use crate::kit::{InForce, Need, Policy, Ruling, Shown};

/// Does the ground give the grant?
#[derive(Clone, Copy, PartialEq, Eq)]
enum Route {
    Yes,
    No,
    Unknown,
}

pub(crate) fn decide(
    case: &Application,
    stage: Stage,
    income: &Income,
    session: &Session<'_>,
    ruling: &mut Ruling,
    policy: &Policy,
) {
    if !case.grant_wanted {
        ruling.set(GRANT, Shown::words("not asked"));
        return;
    }
    if case.applied_on > session.grant_until {
        let text = format!(
            "Session {} takes applications for the clothing grant until {}; this one is of {}.",
            session.name,
            day(session.grant_until),
            day(case.applied_on)
        );
        ruling.because("grant-too-late", text, &session.in_force(policy));
        refuse(ruling);
        return;
    }
    match route(case, income, ruling, policy) {
        Route::Unknown => {}
        Route::No => refuse(ruling),
        Route::Yes => award(stage, session, ruling, policy),
    }
}

/// The council's routes; each rests on proof that has been seen.
fn route(case: &Application, income: &Income, ruling: &mut Ruling, policy: &Policy) -> Route {
    let routes = match policy.in_force("grant_routes", case.applied_on) {
        Ok(routes) => routes,
        Err(missing) => {
            ruling.need(not_set(&missing, case.applied_on));
            return Route::Unknown;
        }
    };
    match case.basis {
        Basis::Other => {
            income.tell_what_stands_in_the_way_of_the_grant(ruling);
            return Route::Unknown;
        }
        Basis::OwnRight => {
            ruling.need(Need::new(
                "own-right-benefit",
                "The clothing grant goes by the benefit, and the form does not say which one the \
                 pupil gets: ask.",
            ));
            return Route::Unknown;
        }
        basis if !routes.lists(basis.code()) => return no_route(case, ruling, &routes),
        _ => {}
    }
    match case.basis {
        Basis::CouncilTaxReduction | Basis::HousingBenefit => {
            if !case.evidence_seen {
                ruling.need(ask_for_evidence(case.basis.title()));
                return Route::Unknown;
            }
        }
        _ => match income.basis.qualifies {
            Some(true) => {}
            Some(false) => return no_route(case, ruling, &routes),
            None => {
                income.tell_what_stands_in_the_way_of_the_grant(ruling);
                return Route::Unknown;
            }
        },
    }
    let text = format!("{} gives the clothing grant.", case.basis.title());
    ruling.because("grant-route", text, &routes);
    Route::Yes
}

fn no_route(case: &Application, ruling: &mut Ruling, routes: &InForce<'_>) -> Route {
    let text = match case.basis {
        Basis::None => "Without a benefit there is no clothing grant.".to_owned(),
        Basis::UniversalCredit => {
            "Universal Credit gives the clothing grant within the limit only.".to_owned()
        }
        basis => format!("{} does not give the clothing grant.", basis.title()),
    };
    ruling.because("grant-no-route", text, routes);
    Route::No
}

fn award(stage: Stage, session: &Session<'_>, ruling: &mut Ruling, policy: &Policy) {
    let figure = match stage {
        Stage::Primary(_) => "grant_primary",
        Stage::Secondary(_) => "grant_secondary",
        Stage::Special => {
            ruling.need(Need::new(
                "grant-stage",
                "The pupil is in a special school: say whether the primary or the secondary \
                 clothing grant is due.",
            ));
            return;
        }
        Stage::Nursery => {
            ruling.need(Need::new(
                "nursery",
                "Whether a nursery child gets the clothing grant is for an officer.",
            ));
            return;
        }
    };
    let amount = match policy.in_force(figure, session.meals_from) {
        Ok(amount) => amount,
        Err(missing) => {
            ruling.need(not_set(&missing, session.meals_from));
            return;
        }
    };
    let Some(pay) = amount.money() else { return };
    let text = format!("The grant is {} for {stage} in session {}.", pounds(pay), session.name);
    ruling.because("grant-amount", text, &amount);
    ruling.figure("Clothing grant", pounds(pay), &amount);
    ruling.set(GRANT, Shown::words("awarded"));
    ruling.set(AMOUNT, Shown::Money(pay));
}

fn refuse(ruling: &mut Ruling) {
    ruling.set(GRANT, Shown::words("refused"));
    ruling.set(AMOUNT, Shown::Money(Decimal::new(0, 2)));
}
