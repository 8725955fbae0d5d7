//! Codes as people read them.

use crate::job_log::Kind;
use crate::store::hand_out::End;

/// Reasons that do not come from a bot's own list, with their words.
pub const OURS: &[(&str, &str)] = &[
    ("needs-a-person", "A person is needed"),
    ("review-asked", "A review was asked for"),
    ("representation-made", "The applicant says that the decision is wrong"),
    ("another-applicant", "Somebody else has applied for the same"),
    ("settled-by-hand", "An earlier item was closed by hand"),
    ("award-stands", "An award stands, and something that decides differs"),
    ("figure-missing", "A figure or rule is not known for the day that decides"),
    ("not-confirmed", "A figure or rule is not confirmed by the council"),
    ("outlet-refused", "Another system would not take the answer"),
    ("changed-in-crm", "Somebody changed the case in the CRM meanwhile"),
    ("may-have-been-sent", "A message may have been sent, and nobody knows"),
    ("notice-unwritten", "The notice cannot be written"),
    ("looked-at-again", "It was looked at again as often as is set, and still waits"),
    ("gone-from-source", "The CRM has no such case any more for its schedule"),
    ("not-as-its-form", "The CRM has values now that cannot be read"),
    ("repeats-another", "As it is now it repeats another item"),
    ("case-unreadable", "The case cannot be read by this version of its bot"),
    ("bot-fault", "The bot could not rule on it"),
];

/// Why an item waits, in words: what its bot says of the code, or what we say of it.
pub fn why(bot: &str, code: &str) -> String {
    if code.is_empty() {
        return String::new();
    }
    let own = || {
        let needs = clerkwork_bots::find(bot)?.manifest().needs;
        needs.iter().find(|need| need.code == code).map(|need| need.means)
    };
    let ours = || OURS.iter().find(|(known, _)| *known == code).map(|(_, means)| *means);
    let words = own().or_else(ours).map_or_else(|| code.replace('-', " "), str::to_owned);
    capital(words.trim_end_matches('.'))
}

/// When and why an award ended before its last day.
pub fn award_ended(bot: &str, end: &End) -> String {
    let ends = || {
        let ends = clerkwork_bots::find(bot)?.hand_out()?.ends;
        ends.iter().find(|it| it.code == end.reason).map(|it| it.means)
    };
    let why = ends().map_or_else(|| end.reason.replace('-', " "), str::to_owned);
    format!("{}: {why}", end.on.strftime("%d/%m/%Y"))
}

/// What a kind of log entry tells.
pub fn kind(name: &str) -> &'static str {
    Kind::ALL.iter().find(|kind| kind.as_str() == name).map_or("", |kind| kind.means())
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_of_every_bot_has_words() {
        for bot in clerkwork_bots::all() {
            let manifest = bot.manifest();
            for need in manifest.needs {
                let words = why(manifest.name, need.code);
                assert!(words.contains(' '), "{}: {words}", need.code);
                assert!(!words.contains(need.code) || !need.code.contains('-'), "{words}");
            }
        }
    }

    #[test]
    fn why_an_award_ended_is_said_in_the_words_of_its_bot() {
        let end =
            |reason: &str| End { on: jiff::civil::date(2026, 3, 2), reason: reason.to_owned() };
        assert_eq!(
            award_ended("free-school-meals", &end("left-roll")),
            "02/03/2026: the school roll says that the pupil has left"
        );
        assert_eq!(award_ended("no-such-bot", &end("left-roll")), "02/03/2026: left roll");
    }

    #[test]
    fn a_sensitive_reason_is_not_told_and_an_unknown_one_is_made_readable() {
        assert_eq!(why("free-school-meals", "needs-a-person"), "A person is needed");
        assert_eq!(why("no-such-bot", "service-down"), "Service down");
        assert_eq!(why("free-school-meals", ""), "");
    }
}
