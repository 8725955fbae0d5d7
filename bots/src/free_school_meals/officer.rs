//! What an officer may put in the place of a recommendation, and what follows from it.

use rust_decimal::Decimal;

use super::{AMOUNT, GRANT, INCOME_BASED, MEALS, MEALS_FROM, MEALS_TO};
use crate::kit::{Holds, Ruling, Shown};

pub(super) fn holds(header: &str) -> Holds {
    match header {
        MEALS => Holds::Words(&["awarded", "universal", "refused", "not asked"]),
        INCOME_BASED => Holds::Words(&["yes", "no"]),
        GRANT => Holds::Words(&["awarded", "refused", "not asked"]),
        MEALS_FROM | MEALS_TO => Holds::Date,
        AMOUNT => Holds::Money,
        _ => Holds::Text,
    }
}

/// No dates without meals, no amount without a grant; and no answer left out.
pub(super) fn complete(ruling: &mut Ruling) -> Vec<String> {
    let mut missing = Vec::new();
    for header in [MEALS, INCOME_BASED, GRANT] {
        if *ruling.decision_value(header) == Shown::Empty {
            missing.push(format!("{header} has no answer"));
        }
    }
    let is = |ruling: &Ruling, header: &str, words: &[&str]| {
        words.iter().any(|word| *ruling.decision_value(header) == Shown::words(word))
    };
    let meals = is(ruling, MEALS, &["awarded", "universal"]);
    let grant = is(ruling, GRANT, &["awarded"]);
    if meals {
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
    let refused = is(ruling, GRANT, &["refused"]);
    if grant {
        let amount = ruling.decision_value(AMOUNT);
        if !matches!(amount, Shown::Money(amount) if *amount > Decimal::ZERO) {
            missing.push(format!("{AMOUNT} has no amount"));
        }
    } else {
        let none = if refused { Shown::Money(Decimal::new(0, 2)) } else { Shown::Empty };
        ruling.set(AMOUNT, none);
    }
    ruling.award = meals || grant;
    ruling.adverse = is(ruling, MEALS, &["refused"]) || refused;
    missing
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::free_school_meals::DECISION;

    fn ruling(values: &[(&str, Shown)]) -> Ruling {
        let mut ruling = Ruling::new(&DECISION);
        for (header, value) in values {
            ruling.set(header, value.clone());
        }
        ruling
    }

    #[test]
    fn what_a_decision_lacks_is_all_told() {
        assert_eq!(complete(&mut ruling(&[])).len(), 3);
        let mut awarded = ruling(&[
            (MEALS, Shown::words("awarded")),
            (INCOME_BASED, Shown::words("yes")),
            (GRANT, Shown::words("awarded")),
        ]);
        assert_eq!(
            complete(&mut awarded),
            ["Meals from has no date", "Grant amount has no amount"]
        );
    }

    #[test]
    fn dates_and_amount_go_with_what_they_belong_to() {
        let mut refused = ruling(&[
            (MEALS, Shown::words("refused")),
            (INCOME_BASED, Shown::words("no")),
            (MEALS_FROM, Shown::Date(date(2025, 8, 1))),
            (MEALS_TO, Shown::Date(date(2026, 6, 30))),
            (GRANT, Shown::words("refused")),
            (AMOUNT, Shown::Money(Decimal::from(150))),
        ]);
        assert!(complete(&mut refused).is_empty());
        assert_eq!(*refused.decision_value(MEALS_FROM), Shown::Empty);
        assert_eq!(*refused.decision_value(AMOUNT), Shown::Money(Decimal::new(0, 2)));
        assert!(refused.adverse && !refused.award);
    }
}
