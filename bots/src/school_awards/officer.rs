//! What an officer may put in the place of a proposal, and what follows from it.

use super::{
    AMOUNT, ASK, AUTOMATIC, DECISION, GRANT, INCOME_BASED, MEALS, MEALS_FROM, MEALS_TO, NO_LONGER,
    PROPOSAL, TO_BE_ASKED, is,
};
use crate::free_school_meals::FreeSchoolMeals;
use crate::kit::{Bot as _, Holds, Ruling, Shown};

pub(super) fn holds(header: &str) -> Holds {
    match header {
        PROPOSAL => Holds::Words(&[AUTOMATIC, ASK, NO_LONGER]),
        MEALS => Holds::Words(&["awarded", "universal", "refused", TO_BE_ASKED]),
        INCOME_BASED => Holds::Words(&["yes", "no", TO_BE_ASKED]),
        GRANT => Holds::Words(&["awarded", "refused", TO_BE_ASKED]),
        MEALS_FROM | MEALS_TO => Holds::Date,
        AMOUNT => Holds::Money,
        _ => Holds::Text,
    }
}

/// Nothing for whoever is a pupil no more; else what an application's decision must hold too, and a
/// grant with an automatic proposal alone.
pub(super) fn complete(ruling: &mut Ruling) -> Vec<String> {
    let mut missing = Vec::new();
    if *ruling.decision_value(PROPOSAL) == Shown::Empty {
        missing.push(format!("{PROPOSAL} has no answer"));
    }
    if is(ruling, PROPOSAL, NO_LONGER) {
        for header in DECISION.into_iter().filter(|header| *header != PROPOSAL) {
            ruling.set(header, Shown::Empty);
        }
        (ruling.award, ruling.adverse) = (false, false);
        return missing;
    }
    missing.extend(FreeSchoolMeals::complete(ruling));
    let (universal, meals) = (is(ruling, MEALS, "universal"), is(ruling, MEALS, "awarded"));
    let grant = is(ruling, GRANT, "awarded");
    if grant && is(ruling, PROPOSAL, ASK) {
        missing.push(format!("{PROPOSAL} is {ASK}, and {GRANT} is awarded"));
    }
    if !grant && !meals && !universal && is(ruling, PROPOSAL, AUTOMATIC) {
        missing.push(format!("{PROPOSAL} is {AUTOMATIC}, and nothing is awarded"));
    }
    // What everybody in a stage has is no award of a list's.
    ruling.award = meals || grant;
    missing
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use rust_decimal::Decimal;

    use super::*;

    fn ruling(values: &[(&str, Shown)]) -> Ruling {
        let mut ruling = Ruling::new(&DECISION);
        for (header, value) in values {
            ruling.set(header, value.clone());
        }
        ruling
    }

    #[test]
    fn what_a_decision_lacks_is_all_told() {
        assert_eq!(complete(&mut ruling(&[])).len(), 4);
        let mut awarded = ruling(&[
            (PROPOSAL, Shown::words(ASK)),
            (MEALS, Shown::words("universal")),
            (INCOME_BASED, Shown::words("no")),
            (GRANT, Shown::words("awarded")),
        ]);
        assert_eq!(
            complete(&mut awarded),
            [
                "Meals from has no date",
                "Grant amount has no amount",
                "Proposal is ask, and Clothing grant is awarded"
            ]
        );
    }

    #[test]
    fn whoever_is_a_pupil_no_more_is_left_with_nothing() {
        let mut gone = ruling(&[
            (PROPOSAL, Shown::words(NO_LONGER)),
            (MEALS, Shown::words("universal")),
            (MEALS_FROM, Shown::Date(date(2025, 8, 1))),
            (AMOUNT, Shown::Money(Decimal::from(150))),
        ]);
        assert!(complete(&mut gone).is_empty());
        assert!(DECISION[1..].iter().all(|it| *gone.decision_value(it) == Shown::Empty));
        assert!(!gone.award && !gone.adverse);
    }

    #[test]
    fn an_automatic_proposal_of_nothing_is_no_decision() {
        let mut nothing = ruling(&[
            (PROPOSAL, Shown::words(AUTOMATIC)),
            (MEALS, Shown::words(TO_BE_ASKED)),
            (INCOME_BASED, Shown::words("no")),
            (GRANT, Shown::words("refused")),
        ]);
        assert_eq!(complete(&mut nothing), ["Proposal is automatic, and nothing is awarded"]);
        assert!(nothing.adverse);
    }
}
