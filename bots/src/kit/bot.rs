//! What a bot is: its manifest, its case, its rules.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::columns::{Fault, Fields, Holds};
use super::golden::Golden;
use super::hand_out::{ForLists, HandOut, Lists, NoLists};
use super::notice::{NoticeFault, Telling, Wording};
use super::payment::Payment;
use super::policy::{Policy, PolicyFault};
use super::post_back::{self, PostBack};
use super::ruling::{Ruling, Shown};

/// One service's rules. A bot holds no state and can do no I/O.
pub trait Bot: 'static {
    /// Who the bot is, by what law it decides, and what it needs.
    const MANIFEST: Manifest;
    /// The lists that others work by, if the bot makes any.
    const HAND_OUT: Option<HandOut> = None;
    /// One item, parsed and typed.
    type Case: Serialize + DeserializeOwned;

    /// A row's typed fields become a case; faults that need two columns to be seen are found here.
    fn case(fields: Fields, policy: &Policy) -> Result<Self::Case, Vec<Fault>>;
    /// The fields that make this case again, for showing it and for correcting it: `case` of
    /// them gives the same case, which every golden case checks. A case that is not laid out
    /// like its columns says how.
    fn fields(case: &Self::Case) -> Fields {
        match serde_json::to_value(case) {
            Ok(serde_json::Value::Object(fields)) => {
                Fields(fields.into_iter().filter(|(_, value)| !value.is_null()).collect())
            }
            _ => Fields::default(),
        }
    }
    /// The item's own reference.
    fn reference(case: &Self::Case) -> &str;
    /// The day whose law decides this case. Never today: replays must agree.
    fn decided_on(case: &Self::Case) -> Date;
    /// What makes two items the same application.
    fn same_as(case: &Self::Case, policy: &Policy) -> Sameness;
    /// Which of two cases of the same application counts, if they come in one batch: the one of
    /// the higher rank, whatever their order. Of one rank, the first that came.
    fn rank(_case: &Self::Case, _policy: &Policy) -> u8 {
        0
    }
    /// The keys under which this case is looked up, best first.
    fn case_keys(_lookup: &str, _case: &Self::Case) -> Vec<Option<String>> {
        Vec::new()
    }
    /// The keys under which a record is filed; the same index is the same kind of key.
    fn record_keys(_lookup: &str, _record: &Fields) -> Vec<Option<String>> {
        Vec::new()
    }
    /// What a lookup's records say of their source as a whole.
    fn survey(_lookup: &str, _records: &[Fields]) -> serde_json::Value {
        serde_json::json!({})
    }
    /// What this bot asks of a policy beyond what the kit checks.
    fn check(_policy: &Policy) -> Vec<PolicyFault> {
        Vec::new()
    }
    /// What a decision column holds, for officers who decide otherwise.
    fn holds(_header: &str) -> Holds {
        Holds::Text
    }
    /// Brings what follows from a person's decision into line with it, says whether it awards or
    /// refuses, and answers what is missing in it or contradicts itself, a sentence each.
    fn complete(ruling: &mut Ruling) -> Vec<String> {
        let says = |word: &str| ruling.decision.iter().any(|(_, it)| *it == Shown::words(word));
        let (award, adverse) = (says("awarded"), says("refused"));
        if award || adverse {
            (ruling.award, ruling.adverse) = (award, adverse);
        }
        Vec::new()
    }
    /// What the templates of its notice say of a case and the ruling that stands for it.
    fn tells(
        _case: &Self::Case,
        _ruling: &Ruling,
        _telling: &Telling<'_>,
    ) -> Result<serde_json::Value, NoticeFault> {
        Ok(serde_json::json!({}))
    }
    /// What other systems are to be told of the ruling that stands for a case.
    fn post_backs(_case: &Self::Case, ruling: &Ruling) -> Vec<PostBack> {
        post_back::usual(&Self::MANIFEST, ruling)
    }
    /// What is to be paid because of the ruling that stands for a case. The same case, ruling and
    /// policy always give the same payments.
    fn payments(_case: &Self::Case, _ruling: &Ruling, _policy: &Policy) -> Vec<Payment> {
        Vec::new()
    }
    /// What of the ruling that stands for a case belongs in lists: all of them are held at once, so
    /// no more than is needed.
    fn listed(_case: &Self::Case, _ruling: &Ruling) -> Option<serde_json::Value> {
        None
    }
    /// The lists, of what [`Bot::listed`] says of every item whose ruling stands.
    fn lists(_of: &ForLists<'_>) -> Result<Lists, NoLists> {
        Err(NoLists::new("this bot makes no lists that others work by", "see: clerkwork bots list"))
    }
    /// The e-mail address at which the person of the case is told, if one is known.
    fn address(_case: &Self::Case, _looked: &BTreeMap<String, Looked>) -> Option<String> {
        None
    }
    /// Applies the rules. The same case, lookups and policy always give the same ruling.
    fn decide(case: &Self::Case, looked: &BTreeMap<String, Looked>, policy: &Policy) -> Ruling;
}

/// Who a bot is, by what law it decides, and what it needs.
#[derive(Debug)]
pub struct Manifest {
    /// kebab-case; also the name of its schedule.
    pub name: &'static str,
    /// For people.
    pub title: &'static str,
    /// Version of the rules.
    pub version: &'static str,
    /// What it decides, in a sentence.
    pub purpose: &'static str,
    /// The law, in the order in which it is applied.
    pub law: &'static [Statute],
    /// What data protection law asks of the council that runs it.
    pub duties: Duties,
    /// Where cases come from, as a role that a schedule binds.
    pub source: &'static str,
    /// Second sources that complete a case.
    pub lookups: &'static [Lookup],
    /// Outlets by role.
    pub outlets: &'static [&'static str],
    /// Headers of the decision columns, in order.
    pub decision_columns: &'static [&'static str],
    /// The notice of a decision, if the bot's decisions are told by letter.
    pub notice: Option<Wording>,
    /// Why a person may be needed: every code the bot can give.
    pub needs: &'static [NeedCode],
    /// The spreadsheet template.
    pub columns: &'static str,
    /// Dated figures, dated rules, and what a council may set.
    pub policy: &'static str,
    /// The bot whose policy this is, if it is another's: a council tells it once, in that bot's
    /// file. None where the bot has a policy of its own.
    pub policy_of: Option<&'static str>,
    /// The council that the golden cases are set in; an example of an overlay.
    pub example_council: &'static str,
    /// Golden cases.
    pub cases: &'static [Golden],
}

impl Manifest {
    /// The bot under whose name a council's policy for this one stands.
    pub fn policy_name(&self) -> &'static str {
        self.policy_of.unwrap_or(self.name)
    }
}

/// An enactment the bot applies.
#[derive(Clone, Copy, Debug)]
pub struct Statute {
    /// How it is cited.
    pub title: &'static str,
    /// Where it can be read.
    pub href: &'static str,
    /// What it decides here.
    pub decides: &'static str,
}

/// The owner's duties under data protection law.
#[derive(Clone, Copy, Debug)]
pub struct Duties {
    /// Is it a significant decision under UK GDPR article 22A?
    pub significant: bool,
    /// Why it is, or is not.
    pub why: &'static str,
    /// Which special category data can decide; empty if none.
    pub special_category: &'static str,
    /// Who must confirm what.
    pub who_confirms: &'static str,
}

/// A second source that completes a case.
#[derive(Clone, Copy, Debug)]
pub struct Lookup {
    /// Its role, bound by a schedule.
    pub name: &'static str,
    /// What is looked up there.
    pub purpose: &'static str,
    /// Its columns, as a template.
    pub columns: &'static str,
}

/// One reason why a person is needed.
#[derive(Clone, Copy, Debug)]
pub struct NeedCode {
    /// kebab-case.
    pub code: &'static str,
    /// What it means for an officer.
    pub means: &'static str,
    /// It waits for something that time may bring without anybody's doing here: a proof, a figure,
    /// a record. A case that is put off and needs a person for nothing else is looked at again.
    pub waits: bool,
}

impl Manifest {
    /// Whether this need waits for something that time may bring.
    pub fn waits(&self, code: &str) -> bool {
        self.needs.iter().any(|need| need.waits && need.code == code)
    }
}

impl NeedCode {
    /// A person settles it; time does not.
    pub const fn new(code: &'static str, means: &'static str) -> Self {
        Self { code, means, waits: false }
    }

    /// It waits for something: a later look may find it settled.
    pub const fn waits(code: &'static str, means: &'static str) -> Self {
        Self { code, means, waits: true }
    }
}

/// What the runner stores of an item after intake.
pub struct Prepared {
    /// The case as JSON.
    pub case: Vec<u8>,
    /// The item's own reference.
    pub reference: String,
    /// The day whose law decides.
    pub decided_on: Date,
    /// What makes two items the same.
    pub sameness: Sameness,
    /// Which of two that are the same counts: the higher.
    pub rank: u8,
}

/// What makes two items the same application.
#[derive(Clone, PartialEq, Eq)]
pub struct Sameness {
    /// A strong and a weak key: where both items have the strong one it alone counts.
    pub keys: [Option<String>; 2],
    /// Who applies.
    pub applicant: String,
    /// Everything that decides, as one text.
    pub decides: String,
}

/// What a lookup gave for one case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Looked {
    /// No source is bound: nobody looked.
    NotLookedAt,
    /// The source was read and has no such record.
    Nothing {
        /// Which version of the source.
        version: String,
        /// What is said of the source as a whole.
        about: serde_json::Value,
    },
    /// One record or more under the best key that gave any.
    Found {
        /// Which version of the source.
        version: String,
        /// What is said of the source as a whole.
        about: serde_json::Value,
        /// Index of the key that matched.
        key: usize,
        /// The records.
        records: Vec<Fields>,
    },
}
