//! What an officer may put in the place of a proposal, and what follows from it.

use rust_decimal::Decimal;

use super::{
    AMOUNT, ASK, AUTOMATIC, DECISION, GRANT, INCOME_BASED, MEALS, MEALS_FROM, MEALS_TO, NO_LONGER,
    PROPOSAL, TO_BE_ASKED, is,
};
use crate::kit::{Holds, Ruling, Shown};

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

/// Nothing for whoever is a pupil no more; else no answer left out, no dates without meals, no
/// amount without a grant, and a grant with an automatic proposal alone.
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
    for header in [MEALS, INCOME_BASED, GRANT] {
        if *ruling.decision_value(header) == Shown::Empty {
            missing.push(format!("{header} has no answer"));
        }
    }
    let (universal, meals) = (is(ruling, MEALS, "universal"), is(ruling, MEALS, "awarded"));
    if universal || meals {
        match (ruling.decision_value(MEALS_FROM), ruling.decision_value(MEALS_TO)) {
            (Shown::Date(from), Shown::Date(to)) if from <= to => {}
            (Shown::Date(_), Shown::Date(_)) => {
                missing.push(format!("{MEALS_FROM} is after {MEALS_TO}"));
            }
            (Shown::Date(_), _) => missing.push(format!("{MEALS_TO} has no date")),
            _ => missing.push(format!("{MEALS_FROM} has no date")),
        }
    } else {
        ruling.set(MEALS_FROM, Shown::Empty);
        ruling.set(MEALS_TO, Shown::Empty);
    }
    let (grant, refused) = (is(ruling, GRANT, "awarded"), is(ruling, GRANT, "refused"));
    if grant {
        let amount = ruling.decision_value(AMOUNT);
        if !matches!(amount, Shown::Money(amount) if *amount > Decimal::ZERO) {
            missing.push(format!("{AMOUNT} has no amount"));
        }
        if is(ruling, PROPOSAL, ASK) {
            missing.push(format!("{PROPOSAL} is {ASK}, and {GRANT} is awarded"));
        }
    } else {
        let none = if refused { Shown::Money(Decimal::new(0, 2)) } else { Shown::Empty };
        ruling.set(AMOUNT, none);
        if is(ruling, PROPOSAL, AUTOMATIC) && !meals && !universal {
            missing.push(format!("{PROPOSAL} is {AUTOMATIC}, and nothing is awarded"));
        }
    }
    ruling.award = meals || grant;
    ruling.adverse = is(ruling, MEALS, "refused") || refused;
    missing
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

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
