//! Notices: the letter that tells a person what was decided, written from templates in the bot's
//! folder.
//!
//! A notice is made of the stored case, the ruling that stands, and what the council says of
//! itself. What a template asks for and nobody has said is a fault, never a gap in a letter.

use std::collections::BTreeMap;

use jiff::civil::Date;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, ErrorKind, UndefinedBehavior};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::policy::Policy;
use super::ruling::{BY_OFFICER, CHANGED_BY_OFFICER, Line, Reason, Ruling};
use super::words;

/// The templates of a bot's notice, and what they need the council to say.
#[derive(Debug)]
pub struct Wording {
    /// Name and text of each template; the first is the notice, and includes the others by name.
    /// Its first line is the subject.
    pub templates: &'static [(&'static str, &'static str)],
    /// Settings of the council beyond [`SETTINGS`], each with what it is to hold.
    pub settings: &'static [(&'static str, &'static str)],
}

/// What every notice needs the council to say of the service, each with what it is to hold.
pub const SETTINGS: &[(&str, &str)] = &[
    ("team", "who writes, such as: Benefits team"),
    ("post", "the post of the officers who decide, such as: Benefits officer"),
    ("phone", "the telephone number at which a person answers"),
    ("email", "the e-mail address that people read"),
    ("write_to", "the postal address, on one line"),
    ("review_to", "where to send what disputes a decision: an address or a page, on one line"),
    ("complaints", "how to complain, in a sentence"),
];

/// What a notice says of the council and of the decision, beside the case and the ruling.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// The council's full name.
    pub council: &'a str,
    /// What the council says of this service, by setting.
    pub says: &'a BTreeMap<String, String>,
    /// The item's number.
    pub item: &'a str,
    /// The earlier item that this one follows.
    pub follows: Option<&'a str>,
    /// The day of the decision.
    pub decided: Date,
    /// The post of the officer who decided; none where nobody took part.
    pub officer: Option<&'a str>,
}

/// A letter.
#[derive(Clone, PartialEq, Eq)]
pub struct Notice {
    /// One line.
    pub subject: String,
    /// Paragraphs, with an empty line between.
    pub text: String,
}

/// Why there is no notice. Never says anything of a case.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoticeFault {
    /// The council has not said what the notice needs: every setting with what it is to hold.
    #[error("the council has not said: {}", .0.iter().map(|(key, _)| *key).collect::<Vec<_>>().join(", "))]
    Unsaid(Vec<(&'static str, &'static str)>),
    /// A setting that no notice of this bot uses.
    #[error("no notice of this bot says: {}", .0.join(", "))]
    Unknown(Vec<String>),
    /// A figure of the notice is not in force, or not confirmed by the council.
    #[error("“{label}” is not set for {day}, or not confirmed in the council's policy: {id}")]
    Figure {
        /// Its id.
        id: &'static str,
        /// What it is.
        label: String,
        /// The day for which it is asked.
        day: String,
    },
    /// The stored case is not one of this version of the bot.
    #[error("the stored case cannot be read by this version of its bot")]
    Case,
    /// The template asks for what is not there.
    #[error("the template {name} cannot be filled in at line {line}: {kind}")]
    Template {
        /// Which template.
        name: String,
        /// Where in it.
        line: usize,
        /// What is wrong.
        kind: ErrorKind,
    },
}

/// What a bot may ask while it says what its notice is to tell.
#[derive(Clone, Copy)]
pub struct Telling<'a> {
    decided: Date,
    policy: &'a Policy,
}

impl Telling<'_> {
    /// A number that holds on the day of the decision, and that the council stands by.
    pub fn number(&self, id: &'static str) -> Result<Decimal, NoticeFault> {
        let unset = |label: &str| NoticeFault::Figure {
            id,
            label: label.to_owned(),
            day: words::day(self.decided),
        };
        let row = self.policy.in_force(id, self.decided).map_err(|it| unset(it.label))?;
        let number = row.may_decide().then(|| row.number()).flatten();
        number.ok_or_else(|| unset(row.label))
    }
}

/// Whether the council has said all that the notices of a bot need, and nothing else.
pub fn settings_fault(wording: &Wording, says: &BTreeMap<String, String>) -> Option<NoticeFault> {
    let wanted = || SETTINGS.iter().chain(wording.settings);
    let said = |key: &str| says.get(key).is_some_and(|text| !text.trim().is_empty());
    let unsaid: Vec<_> = wanted().filter(|(key, _)| !said(key)).copied().collect();
    if !unsaid.is_empty() {
        return Some(NoticeFault::Unsaid(unsaid));
    }
    let strange: Vec<String> =
        says.keys().filter(|key| !wanted().any(|(it, _)| it == key)).cloned().collect();
    (!strange.is_empty()).then_some(NoticeFault::Unknown(strange))
}

/// Writes the notice of a decided ruling; none where a person must still settle something.
/// `tells` gives what the bot's templates say of the case.
pub(super) fn write(
    wording: &Wording,
    reference: &str,
    ruling: &Ruling,
    about: &About<'_>,
    policy: &Policy,
    tells: impl FnOnce(&Telling<'_>) -> Result<Value, NoticeFault>,
) -> Result<Option<Notice>, NoticeFault> {
    if !ruling.settled() {
        return Ok(None);
    }
    if let Some(fault) = settings_fault(wording, about.says) {
        return Err(fault);
    }
    let case = tells(&Telling { decided: about.decided, policy })?;
    let by_officer = |reason: &&Reason| reason.figure == BY_OFFICER;
    let changed = ruling.reasons.iter().rfind(|reason| reason.code == CHANGED_BY_OFFICER);
    let context = json!({
        "council": about.council,
        "says": about.says,
        "reference": reference,
        "item": about.item,
        "follows": about.follows,
        "decided": words::day(about.decided),
        "officer": about.officer,
        "changed": changed.map(|reason| &reason.text),
        "case": case,
        "reasons": ruling.reasons.iter().filter(|it| !by_officer(it)).map(shown).collect::<Vec<_>>(),
        "working": ruling.working.iter().map(step).collect::<Vec<_>>(),
    });
    let text = render(wording.templates, &context)?;
    let (subject, text) = text.split_once('\n').unwrap_or((&text, ""));
    Ok(Some(Notice { subject: subject.trim().to_owned(), text: tidy(text) }))
}

/// A reason with the figure or rule it rests on.
fn shown(reason: &Reason) -> Value {
    let ground = format!("{}, from {}", reason.source.title, words::day(reason.from));
    json!({ "code": reason.code, "text": reason.text, "ground": ground })
}

/// A line of the statement: label and amount on one line, its rule and source on the next.
fn step(line: &Line) -> Value {
    let ground = match line.from {
        Some(from) => format!("{}, from {}: {}", line.rule, words::day(from), line.source),
        None if line.source.is_empty() => "follows from the lines above".to_owned(),
        None => line.source.clone(),
    };
    let row = format!("{:<64}  {:>18}", line.label, line.amount);
    json!({ "row": row, "ground": ground })
}

fn render(
    templates: &'static [(&'static str, &'static str)],
    context: &Value,
) -> Result<String, NoticeFault> {
    // Nothing but the templates given: no loader, no functions, no filters, no escapes.
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let mut syntax = SyntaxConfig::builder();
    syntax.trim_blocks(true).lstrip_blocks(true);
    environment.set_syntax(syntax.build().expect("the delimiters are the library's own"));
    for (name, text) in templates {
        environment.add_template(name, text).map_err(|fault| unfilled(name, &fault))?;
    }
    let first = templates.first().map_or("", |(name, _)| name);
    let template = environment.get_template(first).map_err(|fault| unfilled(first, &fault))?;
    let context = minijinja::Value::from(Serde(context));
    template.render(context).map_err(|fault| unfilled(first, &fault))
}

/// Where and what kind; never the text of the fault, which may hold what was to be filled in.
fn unfilled(template: &str, fault: &minijinja::Error) -> NoticeFault {
    NoticeFault::Template {
        name: fault.name().unwrap_or(template).to_owned(),
        line: fault.line().unwrap_or_default(),
        kind: fault.kind(),
    }
}

/// No spaces at the ends of lines, and one empty line where a part was left out.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut gap = false;
    for line in text.lines().map(str::trim_end) {
        if line.is_empty() {
            gap = !tidied.is_empty();
            continue;
        }
        if gap {
            tidied.push('\n');
            gap = false;
        }
        tidied.push_str(line);
        tidied.push('\n');
    }
    tidied
}

#[cfg(test)]
mod tests;
