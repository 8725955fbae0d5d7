//! How an item in full looks without HTML: what the page shows and the JSON API says. Personal.

use serde::Serialize;
use utoipa::ToSchema;

use crate::shown::ItemShown;
use crate::state::PostBack;

/// An item in full.
#[derive(Serialize, ToSchema)]
pub struct Shown {
    /// Where it stands.
    #[serde(flatten)]
    pub item: ItemShown,
    /// Its schedule.
    pub schedule: String,
    /// Its bot.
    pub bot: String,
    /// Its bot's title.
    pub title: String,
    /// Why it waits, in words.
    pub why: String,
    /// By when it is to be settled.
    #[schema(format = Date)]
    pub due: Option<String>,
    /// The days on which its case was looked at again after it had been put off.
    pub looks: Vec<String>,
    /// The items that took its place.
    pub superseded_by: Vec<String>,
    /// When and why its award ended before its last day, in words.
    pub award_ended: Option<String>,
    /// The applicant's or the council's reference; none where the case has been erased.
    pub reference: Option<String>,
    /// The case, in the order of its form; none where it cannot be read any more.
    pub case: Option<Vec<FieldShown>>,
    /// What was looked up.
    pub looked: Vec<LookedShown>,
    /// Rulings, the one that stands first.
    pub rulings: Vec<RulingShown>,
    /// What other systems were told, or are to be told.
    pub told: Vec<ToldShown>,
    /// What people did, and why.
    pub acts: Vec<ActShown>,
    /// Its log entries.
    pub log: Vec<EntryLine>,
}

/// A field or a decision column, and what it holds.
#[derive(Clone, Serialize, ToSchema)]
pub struct FieldShown {
    /// Its key; a decision column's is its header.
    pub key: String,
    /// Its label.
    pub label: String,
    /// What it holds: `empty`, `text`, `date`, `money` or `number`.
    pub kind: &'static str,
    /// The value: a date as 2026-11-22, money as 1234.56.
    pub value: String,
    /// The value as people read it.
    pub said: String,
}

/// What was looked up in one place.
#[derive(Serialize, ToSchema)]
pub struct LookedShown {
    /// The place.
    pub lookup: String,
    /// What is looked up there.
    pub purpose: String,
    /// What was found, in a sentence.
    pub found: String,
    /// The records.
    pub records: Vec<Vec<FieldShown>>,
}

/// A ruling.
#[derive(Serialize, ToSchema)]
pub struct RulingShown {
    /// Its number.
    pub n: i64,
    /// When.
    #[schema(format = DateTime)]
    pub at: Option<String>,
    /// By whom: an officer, or a bot at its version.
    pub by: String,
    /// It is the one that stands.
    pub stands: bool,
    /// Nobody is needed: it is a decision, not a recommendation.
    pub settled: bool,
    /// The decision, column by column.
    pub decision: Vec<FieldShown>,
    /// What a person is needed for.
    pub needs: Vec<NeedShown>,
    /// Why.
    pub reasons: Vec<ReasonShown>,
    /// The working, line by line.
    pub working: Vec<WorkingShown>,
    /// What is missing for it to be confirmed as it stands.
    pub missing: Vec<String>,
    #[serde(skip)]
    pub(super) micros: i64,
}

/// What a person is needed for.
#[derive(Serialize, ToSchema)]
pub struct NeedShown {
    /// Its code.
    pub code: String,
    /// Why.
    pub why: String,
    /// It is told nowhere but to those who see the case.
    pub sensitive: bool,
}

/// A reason with the figure or rule that it rests on.
#[derive(Serialize, ToSchema)]
pub struct ReasonShown {
    /// Its code.
    pub code: String,
    /// In plain English.
    pub text: String,
    /// The figure or rule.
    pub figure: String,
    /// Since when it is in force.
    #[schema(format = Date)]
    pub from: String,
    /// What set it.
    pub source: String,
    /// Where that can be read; empty if nowhere.
    pub href: String,
}

/// A line of the working.
#[derive(Serialize, ToSchema)]
pub struct WorkingShown {
    /// What it is.
    pub label: String,
    /// How much.
    pub amount: String,
    /// What it rests on.
    pub rests_on: String,
}

/// What another system was told, or is to be told.
#[derive(Serialize, ToSchema)]
pub struct ToldShown {
    /// The outlet.
    pub outlet: String,
    /// What is told.
    pub effect: String,
    /// How it stands.
    pub state: PostBack,
    /// Since when.
    #[schema(format = DateTime)]
    pub since: Option<String>,
    /// Why it does not stand there, in words.
    pub why: String,
    /// The other system answered that it stands.
    pub receipt: bool,
    #[serde(skip)]
    pub(super) micros: i64,
}

/// What somebody did.
#[derive(Serialize, ToSchema)]
pub struct ActShown {
    /// When.
    #[schema(format = DateTime)]
    pub at: Option<String>,
    /// Who.
    pub by: String,
    /// What.
    pub what: String,
    /// Why, in their words.
    pub why: String,
    #[serde(skip)]
    pub(super) micros: i64,
}

/// A log entry, taken apart.
#[derive(Serialize, ToSchema)]
pub struct EntryLine {
    /// Its index.
    pub index: i64,
    /// When.
    #[schema(format = DateTime)]
    pub at: Option<String>,
    /// Its kind.
    pub kind: String,
    /// What it tells, in words.
    pub tells: String,
    /// Who.
    pub who: String,
    /// How the item moved.
    pub moved: String,
    #[serde(skip)]
    pub(super) micros: Option<i64>,
}

impl Shown {
    /// The ruling that stands.
    pub(super) fn standing(&self) -> Option<&RulingShown> {
        self.rulings.iter().find(|ruling| ruling.stands)
    }
}
