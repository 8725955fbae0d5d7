//! Why an item waits for a person, in words: for lists and figures, where nothing personal stands.

/// Codes that do not read well by themselves.
const WORDS: &[(&str, &str)] = &[
    ("ask-for-evidence", "Evidence is missing"),
    ("award-stands", "An earlier award stands"),
    ("batch-cancelled", "Its batch was cancelled"),
    ("bot-fault", "A fault of the bot"),
    ("case-unreadable", "The case cannot be read by this version"),
    ("changed-in-crm", "Somebody changed the case in the CRM"),
    ("contradiction", "The answers contradict each other"),
    ("employee-not-found", "No such employee in the list"),
    ("esa-component", "Component of ESA"),
    ("esa-phase", "Phase of ESA"),
    ("fact-missing", "A fact is missing"),
    ("figure-missing", "A figure is missing for the day"),
    ("hb-and-uc", "Housing Benefit with Universal Credit"),
    ("hb-third-child", "Third child in Housing Benefit"),
    ("hb-young-esa", "Young person on ESA"),
    ("left-roll", "Left the school roll"),
    ("may-have-been-sent", "A notice may have been sent, and nobody can look"),
    ("needs-a-person", "Sensitive: the reason is on the case"),
    ("nil-to-confirm", "Nothing would be paid: an officer confirms"),
    ("not-confirmed", "The council has not confirmed a figure or rule"),
    ("outlet-refused", "Another system refused what it was told"),
    ("reduction-to-confirm", "Less would be paid: an officer confirms"),
    ("refusal-to-confirm", "A refusal: an officer confirms"),
    ("representation-made", "The applicant says that the decision is wrong"),
    ("review-asked", "A review was asked for"),
    ("roll-conflict", "The school roll says otherwise"),
    ("several-on-roll", "Several children on the roll fit"),
    ("ssp-transition", "Statutory Sick Pay over the change of law"),
    ("stale-benefit", "The proof of a benefit is too old"),
    ("system-differs", "The rent system says otherwise"),
    ("uc-award-nil", "Universal Credit of nothing"),
    ("uc-change-date", "Day of a change in Universal Credit"),
    ("uc-period", "Assessment period of Universal Credit"),
    ("uc-transitional", "Transitional protection of Universal Credit"),
];

/// A code in words.
pub fn reason(code: &str) -> String {
    let known = WORDS.iter().find(|(known, _)| *known == code);
    known.map_or_else(|| spelt(code), |(_, words)| (*words).to_owned())
}

/// `benefit-cap` as "Benefit cap".
fn spelt(code: &str) -> String {
    let text = code.replace('-', " ");
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_said_in_words_whether_we_know_it_or_not() {
        assert_eq!(reason("benefit-cap"), "Benefit cap");
        assert_eq!(reason("uc-period"), "Assessment period of Universal Credit");
        assert_eq!(reason(""), "");
        assert!(WORDS.is_sorted(), "so that a new one has its place");
    }
}
