//! What another system is to be told of a ruling: a note with the explanation, decision columns,
//! and that the case is settled.
//!
//! Who sends it, and how, is not known here. A sensitive reason stands in no note: whoever reads
//! the other system may be anybody there.

use serde::{Deserialize, Serialize};

use super::bot::Manifest;
use super::ruling::{BY_OFFICER, CHANGED_BY_OFFICER, Reason, Ruling, Shown, law_of};
use super::words;

/// The outlet at which the case itself stands.
const CASE: &str = "case";

/// The longest text of a note that Dataverse takes.
const NOTE: usize = 100_000;
/// The longest text with which Dataverse closes a case.
const CLOSE: usize = 2_000;
/// The longest subject of either.
const SUBJECT: usize = 200;

const CUT: &str = "Cut here: all of it is shown in Clerkwork.";
const KEPT: &str = "The reasons and the working are sensitive: they are shown in Clerkwork only.";

/// One thing to be told, once, at one outlet.
#[derive(Clone, PartialEq)]
pub struct PostBack {
    /// The role of the outlet, as the manifest has it.
    pub outlet: &'static str,
    /// Its name within the item: the same effect of the same item is told once.
    pub effect: &'static str,
    /// What is told.
    pub what: Say,
}

/// What is told. It has no `Debug`: the texts are somebody's data.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Say {
    /// A note on the case.
    Note {
        /// One line.
        subject: String,
        /// The explanation.
        text: String,
    },
    /// Every decision column, empty ones too, for the schedule to map onto the case's own.
    Columns(Vec<(String, Shown)>),
    /// The case is settled.
    Close {
        /// One line.
        subject: String,
        /// The decision in short.
        text: String,
    },
}

/// What the outlet `case` is told: all of a ruling that is settled; of any other that a person is
/// asked, and why. Nothing where the bot has no such outlet.
pub(super) fn usual(manifest: &'static Manifest, ruling: &Ruling) -> Vec<PostBack> {
    if !manifest.outlets.contains(&CASE) {
        return Vec::new();
    }
    let tell = |effect, what| PostBack { outlet: CASE, effect, what };
    let note = |subject: String, text: &str| Say::Note {
        subject: cut(&subject, SUBJECT),
        text: cut(text, NOTE),
    };
    if !ruling.settled() {
        let subject = format!("{}: a person is asked", manifest.title);
        return vec![tell("referral", note(subject, &referral(manifest, ruling)))];
    }
    let subject = format!("{}: {}", manifest.title, settled(manifest, by(ruling)));
    let close = Say::Close {
        subject: cut(&subject, SUBJECT),
        text: cut(&in_short(manifest, ruling), CLOSE),
    };
    vec![
        tell("explanation", note(subject, &explanation(manifest, ruling))),
        tell("decision", Say::Columns(ruling.decision.clone())),
        tell("close", close),
    ]
}

/// Who settled it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Bot,
    OfficerAsRecommended,
    OfficerOtherwise,
}

fn by(ruling: &Ruling) -> By {
    if ruling.reasons.iter().any(|reason| reason.code == CHANGED_BY_OFFICER) {
        By::OfficerOtherwise
    } else if ruling.reasons.iter().any(of_officer) {
        By::OfficerAsRecommended
    } else {
        By::Bot
    }
}

fn of_officer(reason: &Reason) -> bool {
    reason.figure == BY_OFFICER
}

/// `decided automatically`; a bot that decides nothing about people answers.
fn settled(manifest: &Manifest, by: By) -> String {
    let done = if manifest.duties.significant { "decided" } else { "answered" };
    match by {
        By::Bot => format!("{done} automatically"),
        By::OfficerAsRecommended | By::OfficerOtherwise => format!("{done} by an officer"),
    }
}

/// Who settled it, in a sentence or two.
fn who(manifest: &Manifest, ruling: &Ruling) -> String {
    let by = by(ruling);
    let (done, bot) = (capital(&settled(manifest, by)), named(manifest));
    match by {
        By::Bot => format!("{done}: {bot} applied its rules, and nobody took part in it."),
        By::OfficerAsRecommended => format!("{done}, as {bot} recommended."),
        By::OfficerOtherwise => format!("{done}, otherwise than {bot} recommended."),
    }
}

fn named(manifest: &Manifest) -> String {
    format!("the bot {}, version {},", manifest.name, manifest.version)
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}

fn explanation(manifest: &Manifest, ruling: &Ruling) -> String {
    let mut note = Parts::new(who(manifest, ruling));
    note.part("Decision", decision(ruling));
    if ruling.is_sensitive() {
        note.line(KEPT);
        return note.0;
    }
    note.part("Officer", reasons(ruling, of_officer));
    grounds(&mut note, ruling);
    note.0
}

fn referral(manifest: &Manifest, ruling: &Ruling) -> String {
    let bot = capital(&named(manifest));
    let mut note =
        Parts::new(format!("A person is asked to settle this. {bot} has decided nothing."));
    let open = ruling.needs.iter().filter(|need| !need.sensitive);
    let mut why: Vec<String> = open.map(|need| format!("- {}", need.why)).collect();
    if ruling.is_sensitive() {
        why.push("- The reason is sensitive: it is shown in Clerkwork only.".to_owned());
    }
    note.part("Why a person is asked", why);
    if ruling.is_sensitive() {
        note.line(
            "What the bot recommends or drafted, and its working, are shown in Clerkwork only.",
        );
        return note.0;
    }
    note.part("What the bot recommends or drafted, for the person to judge", decision(ruling));
    grounds(&mut note, ruling);
    note.0
}

/// The close text: who settled it, and the decision.
fn in_short(manifest: &Manifest, ruling: &Ruling) -> String {
    let mut text = Parts::new(who(manifest, ruling));
    text.part("Decision", decision(ruling));
    text.line("The note on this case explains it.");
    text.0
}

/// Reasons, law and working of the bot.
fn grounds(note: &mut Parts, ruling: &Ruling) {
    let of_bot = |reason: &Reason| !of_officer(reason);
    note.part("Why", reasons(ruling, of_bot));
    let law = law_of(ruling.reasons.iter().filter(|reason| of_bot(reason)));
    note.part("Law", law.iter().map(|line| format!("- {line}")).collect());
    let working = ruling.working_text();
    note.part("Working", working.lines().map(str::to_owned).collect());
}

fn reasons(ruling: &Ruling, which: impl Fn(&Reason) -> bool) -> Vec<String> {
    let which = ruling.reasons.iter().filter(|reason| which(reason));
    which.map(|reason| format!("- {}", reason.text)).collect()
}

/// Decision columns that are not empty.
fn decision(ruling: &Ruling) -> Vec<String> {
    let told = ruling.decision.iter().filter(|(_, value)| *value != Shown::Empty);
    told.map(|(header, value)| match value {
        Shown::Date(date) => format!("{header}: {}", words::day(*date)),
        Shown::Money(amount) => format!("{header}: {}", words::pounds(*amount)),
        Shown::Empty | Shown::Text(_) | Shown::Number(_) => format!("{header}: {value}"),
    })
    .collect()
}

/// A text in parts, each under its heading, with an empty line between.
struct Parts(String);

impl Parts {
    fn new(first: String) -> Self {
        Parts(first)
    }

    /// A part; nothing if there is nothing in it.
    fn part(&mut self, heading: &str, lines: Vec<String>) {
        if !lines.is_empty() {
            self.line(&format!("{}\n{}", heading.to_uppercase(), lines.join("\n")));
        }
    }

    fn line(&mut self, text: &str) {
        self.0.push_str("\n\n");
        self.0.push_str(text);
    }
}

/// A text of at most so many characters, as Dataverse counts them (UTF-16): what does not fit is
/// cut at a line, or in one line too long for it at a word, and says so.
fn cut(text: &str, most: usize) -> String {
    let length = |text: &str| text.encode_utf16().count();
    if length(text) <= most {
        return text.to_owned();
    }
    let room = most.saturating_sub(length(CUT) + 1);
    let mut end = 0;
    let mut used = 0;
    for (at, letter) in text.char_indices() {
        used += letter.len_utf16();
        if used > room {
            break;
        }
        end = at + letter.len_utf8();
    }
    let fits = text.get(..end).unwrap_or_default();
    match (fits.rfind('\n'), fits.rfind(' ')) {
        (Some(line), _) if line > 0 => format!("{}\n{CUT}", fits[..line].trim_end()),
        (_, Some(word)) => format!("{} {CUT}", fits[..word].trim_end()),
        (_, None) => format!("{fits} {CUT}"),
    }
}

#[cfg(test)]
mod tests;
