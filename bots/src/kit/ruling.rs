//! What a bot answers: a decision or a recommendation, the reasons, the working, and what a
//! person must settle.

use std::fmt::Write as _;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::policy::{InForce, NotInForce, Source};

/// A decision with its grounds. With `needs` it is a recommendation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ruling {
    /// Decision columns in the order of the manifest.
    pub decision: Vec<(String, Shown)>,
    /// Why, each on a dated figure or rule.
    pub reasons: Vec<Reason>,
    /// The arithmetic, for checking by hand.
    pub working: Vec<Line>,
    /// What a person must settle; empty means decided.
    pub needs: Vec<Need>,
    /// Something is awarded: an award stands once this is done.
    pub award: bool,
    /// A refusal or a lower award is in it.
    pub adverse: bool,
    /// A person was needed for a sensitive reason: it stays so when an officer has settled it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sensitive: bool,
}

/// The figure that an officer's own reasons name.
pub(super) const BY_OFFICER: &str = "officers-decision";

/// The code of an officer's reason for deciding otherwise than was recommended.
pub(super) const CHANGED_BY_OFFICER: &str = "changed-by-officer";

/// The value of one decision column.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// A fact or figure is missing.
    #[default]
    Empty,
    /// Words.
    Text(String),
    /// A date.
    Date(Date),
    /// Pounds and pence.
    Money(Decimal),
    /// A plain number.
    Number(Decimal),
}

impl Shown {
    /// Words from the program's own list.
    pub fn words(text: &str) -> Self {
        Shown::Text(text.to_owned())
    }
}

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Shown::Empty => Ok(()),
            Shown::Text(text) => f.write_str(text),
            Shown::Date(date) => date.fmt(f),
            Shown::Money(amount) => write!(f, "{amount:.2}"),
            Shown::Number(number) => number.fmt(f),
        }
    }
}

/// Why, in plain English, with the dated figure or rule it rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// kebab-case.
    pub code: String,
    /// Plain English, with the figure in it.
    pub text: String,
    /// Id of the figure or rule.
    pub figure: String,
    /// The day that row of it took effect.
    pub from: Date,
    /// The law or the council's decision that set it.
    pub source: Source,
}

/// One step of the working.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// What this is.
    pub label: String,
    /// Its value.
    pub amount: String,
    /// The figure or rule behind it; empty for a fact of the case.
    pub rule: String,
    /// The day the rule took effect.
    pub from: Option<Date>,
    /// Where the value comes from.
    pub source: String,
}

/// Why a person is needed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Need {
    /// kebab-case, from the bot's fixed list.
    pub code: String,
    /// Plain English for the officer.
    pub why: String,
    /// The log says no more than that a person is needed.
    pub sensitive: bool,
    /// Id of the figure or rule that is missing or not confirmed.
    pub missing: Option<String>,
}

impl Need {
    /// A person must settle something.
    pub fn new(code: &str, why: impl Into<String>) -> Self {
        Need { code: code.to_owned(), why: why.into(), sensitive: false, missing: None }
    }

    /// There is no figure or rule for the day.
    pub fn figure(why: impl Into<String>, missing: &NotInForce<'_>) -> Self {
        Need { missing: Some(missing.id.to_owned()), ..Need::new("figure-missing", why) }
    }

    /// The log will not name the reason.
    #[must_use]
    pub fn sensitive(self) -> Self {
        Need { sensitive: true, ..self }
    }
}

impl Ruling {
    /// Nothing decided yet: every decision column is empty.
    pub fn new(columns: &[&str]) -> Self {
        let decision = columns.iter().map(|header| ((*header).to_owned(), Shown::Empty)).collect();
        Ruling {
            decision,
            reasons: Vec::with_capacity(8),
            working: Vec::with_capacity(20),
            needs: Vec::new(),
            award: false,
            adverse: false,
            sensitive: false,
        }
    }

    /// Gives a decision column its value.
    pub fn set(&mut self, header: &str, value: Shown) {
        if let Some((_, shown)) = self.decision.iter_mut().find(|(name, _)| name == header) {
            *shown = value;
        }
    }

    /// The case rests on a figure or rule. One that is not confirmed needs a person.
    pub fn rest_on(&mut self, on: &InForce<'_>) {
        if !on.may_decide() {
            self.need(not_confirmed(on));
        }
    }

    /// A reason on a figure or rule in force. One that is not confirmed needs a person.
    pub fn because(&mut self, code: &str, text: impl Into<String>, on: &InForce<'_>) {
        self.rest_on(on);
        self.reasons.push(reason(code, text, on));
    }

    /// Adds a need, once.
    pub fn need(&mut self, need: Need) {
        self.sensitive |= need.sensitive;
        if !self.needs.contains(&need) {
            self.needs.push(need);
        }
    }

    /// A fact of the case.
    pub fn fact(&mut self, label: &str, amount: impl Into<String>, source: &str) {
        self.working.push(fact(label, amount, source));
    }

    /// A figure, or something worked out by a rule.
    pub fn figure(&mut self, label: &str, amount: impl Into<String>, on: &InForce<'_>) {
        self.working.push(line(label, amount, on));
    }

    /// Is it decided, with nobody needed?
    pub fn settled(&self) -> bool {
        self.needs.is_empty()
    }

    /// Is or was a person needed for a reason that only Clerkwork shows?
    pub fn is_sensitive(&self) -> bool {
        self.sensitive || self.needs.iter().any(|need| need.sensitive)
    }

    /// The value of a decision column; empty for one that does not exist.
    pub fn decision_value(&self, header: &str) -> &Shown {
        let found = self.decision.iter().find(|(name, _)| name == header);
        found.map_or(&Shown::Empty, |(_, shown)| shown)
    }

    /// The reasons, then what a person is needed for, a line each.
    pub fn reasons_text(&self) -> String {
        let reasons = self.reasons.iter().map(|reason| reason.text.as_str());
        lines(reasons.chain(self.needs.iter().map(|need| need.why.as_str())))
    }

    /// The law, a line each, every source once.
    pub fn law_text(&self) -> String {
        lines(law_of(self.reasons.iter()).iter().map(String::as_str))
    }

    /// The working, a line each.
    pub fn working_text(&self) -> String {
        let mut text = String::with_capacity(self.working.len() * 60);
        for line in &self.working {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&line.label);
            text.push_str(": ");
            text.push_str(&line.amount);
            if let Some(from) = line.from {
                write!(text, " ({} from {})", line.rule, from.strftime("%d/%m/%Y"))
                    .expect("writing to a String cannot fail");
            } else if !line.source.is_empty() {
                write!(text, " ({})", line.source).expect("writing to a String cannot fail");
            }
        }
        text
    }
}

/// Every source of these reasons once, with the figure or rule and its day.
pub(super) fn law_of<'a>(reasons: impl Iterator<Item = &'a Reason>) -> Vec<String> {
    let mut seen: Vec<String> = Vec::with_capacity(8);
    for reason in reasons {
        let text = format!(
            "{} ({} from {})",
            reason.source.title,
            reason.figure,
            reason.from.strftime("%d/%m/%Y")
        );
        if !seen.contains(&text) {
            seen.push(text);
        }
    }
    seen
}

/// A reason on a figure or rule in force.
pub(crate) fn reason(code: &str, text: impl Into<String>, on: &InForce<'_>) -> Reason {
    Reason {
        code: code.to_owned(),
        text: text.into(),
        figure: on.id.to_owned(),
        from: on.from,
        source: on.source.clone(),
    }
}

/// A step that is a fact of the case.
pub(crate) fn fact(label: &str, amount: impl Into<String>, source: &str) -> Line {
    Line {
        label: label.to_owned(),
        amount: amount.into(),
        rule: String::new(),
        from: None,
        source: source.to_owned(),
    }
}

/// A step that rests on a figure or rule.
pub(crate) fn line(label: &str, amount: impl Into<String>, on: &InForce<'_>) -> Line {
    Line {
        label: label.to_owned(),
        amount: amount.into(),
        rule: on.id.to_owned(),
        from: Some(on.from),
        source: on.source.title.clone(),
    }
}

/// A figure or rule whose mark does not let it decide.
pub(crate) fn not_confirmed(on: &InForce<'_>) -> Need {
    let why = format!(
        "“{}” is {} and the council's policy does not confirm it: confirm {} there, naming its \
         source, or decide by hand",
        on.label,
        on.mark.in_words(),
        on.id
    );
    Need { missing: Some(on.id.to_owned()), ..Need::new("not-confirmed", why) }
}

fn lines<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let mut all = String::with_capacity(256);
    for text in texts {
        if !all.is_empty() {
            all.push('\n');
        }
        all.push_str(text);
    }
    all
}
