//! What an officer may put in the place of a recommendation, and what follows from it.

use super::ladder::{CHECKLIST, CONTACT, LETTER_1, LETTER_2, OFFER};
use super::{ACTION, DUE, NONE, REFER, TECHNICAL, WEEKS};
use crate::kit::{Holds, Ruling, Shown};

pub(super) fn holds(header: &str) -> Holds {
    match header {
        WEEKS => Holds::Number,
        TECHNICAL => Holds::Words(&["yes", "no"]),
        ACTION => Holds::Words(&[NONE, CONTACT, LETTER_1, LETTER_2, OFFER, CHECKLIST, REFER]),
        DUE => Holds::Date,
        _ => Holds::Text,
    }
}

/// An action has its day, and none has none. Nothing is ever awarded or refused here.
pub(super) fn complete(ruling: &mut Ruling) -> Vec<String> {
    let mut missing = Vec::new();
    if *ruling.decision_value(ACTION) == Shown::Empty {
        missing.push(format!("{ACTION} has no answer"));
    } else if *ruling.decision_value(ACTION) == Shown::words(NONE) {
        ruling.set(DUE, Shown::Empty);
    } else if *ruling.decision_value(DUE) == Shown::Empty {
        missing.push(format!("{DUE} has no date"));
    }
    (ruling.award, ruling.adverse) = (false, false);
    missing
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::rent_accounts::DECISION;

    fn ruling(action: Shown, due: Shown) -> Ruling {
        let mut ruling = Ruling::new(&DECISION);
        ruling.set(ACTION, action);
        ruling.set(DUE, due);
        ruling
    }

    #[test]
    fn an_action_has_its_day_and_none_has_none() {
        let day = Shown::Date(date(2026, 10, 12));
        assert_eq!(complete(&mut ruling(Shown::Empty, day.clone())), ["Next action has no answer"]);
        let mut letter = ruling(Shown::words(LETTER_1), Shown::Empty);
        assert_eq!(complete(&mut letter), ["Action due has no date"]);
        let mut none = ruling(Shown::words(NONE), day);
        assert!(complete(&mut none).is_empty());
        assert_eq!(*none.decision_value(DUE), Shown::Empty);
    }

    #[test]
    fn nothing_beyond_the_checklist_can_be_put_in() {
        let Holds::Words(words) = holds(ACTION) else { panic!("an action is out of a list") };
        for word in ["notice", "notice of proceedings", "court", "eviction"] {
            assert!(!words.contains(&word));
        }
    }
}
