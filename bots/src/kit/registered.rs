//! How bots of different cases sit in one list: erased by function pointers.

mod hand_out;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::bot::{Bot, Looked, Lookup, Manifest, Prepared};
use super::columns::{Cell, Column, Day, Fault, Fields, Holds, Template};
use super::notice::{self, About, Notice, NoticeFault, Telling};
use super::payment::Payment;
use super::policy::{Law, Policy, PolicyFault, hex};
use super::post_back::PostBack;
use super::ruling::Ruling;
use hand_out::HandingOut;

/// The stored bytes are not a case of this bot.
#[derive(Debug, thiserror::Error)]
#[error("the stored case cannot be read by {bot} {version}: {kind} at line {line} column {column}")]
pub struct CaseUnreadable {
    bot: &'static str,
    version: &'static str,
    kind: &'static str,
    line: usize,
    column: usize,
}

impl CaseUnreadable {
    /// Says where, never what: the bytes are somebody's data.
    fn new(manifest: &'static Manifest, error: &serde_json::Error) -> Self {
        let kind = match error.classify() {
            serde_json::error::Category::Io => "unreadable bytes",
            serde_json::error::Category::Syntax => "not JSON",
            serde_json::error::Category::Data => "a field is missing or of another type",
            serde_json::error::Category::Eof => "it ends too early",
        };
        let (line, column) = (error.line(), error.column());
        CaseUnreadable { bot: manifest.name, version: manifest.version, kind, line, column }
    }
}

/// What is worked out once for each bot; the `bots!` list makes one for each.
#[derive(Debug)]
pub struct Cells {
    template: OnceLock<Template>,
    lookups: OnceLock<Vec<(&'static str, Template)>>,
    law: OnceLock<Result<Law, Vec<PolicyFault>>>,
    digest: OnceLock<String>,
}

impl Cells {
    /// Nothing worked out yet.
    pub const fn new() -> Self {
        Cells {
            template: OnceLock::new(),
            lookups: OnceLock::new(),
            law: OnceLock::new(),
            digest: OnceLock::new(),
        }
    }
}

impl Default for Cells {
    fn default() -> Self {
        Cells::new()
    }
}

type CaseKeys = fn(&str, &[u8]) -> Result<Vec<Option<String>>, serde_json::Error>;
type Write = fn(&[u8], &Ruling, &About<'_>, &Policy) -> Result<Option<Notice>, NoticeFault>;
type Address = fn(&[u8], &BTreeMap<String, Looked>) -> Result<Option<String>, serde_json::Error>;
type Payments = fn(&[u8], &Ruling, &Policy) -> Result<Vec<Payment>, serde_json::Error>;
type Decide = fn(&[u8], &BTreeMap<String, Looked>, &Policy) -> Result<Ruling, serde_json::Error>;

/// A bot in the list, its case type erased by function pointers.
#[derive(Debug)]
pub struct Registered {
    manifest: &'static Manifest,
    cells: &'static Cells,
    prepare: fn(Fields, &Policy) -> Result<Prepared, Vec<Fault>>,
    fields: fn(&[u8]) -> Result<Fields, serde_json::Error>,
    holds: fn(&str) -> Holds,
    complete: fn(&mut Ruling) -> Vec<String>,
    case_keys: CaseKeys,
    record_keys: fn(&str, &Fields) -> Vec<Option<String>>,
    survey: fn(&str, &[Fields]) -> serde_json::Value,
    check: fn(&Policy) -> Vec<PolicyFault>,
    decide: Decide,
    notice: Write,
    post_backs: fn(&[u8], &Ruling) -> Result<Vec<PostBack>, serde_json::Error>,
    payments: Payments,
    hand_out: HandingOut,
    address: Address,
    decided_on: fn(&[u8]) -> Result<Date, serde_json::Error>,
}

impl Registered {
    /// Erases a bot.
    pub const fn of<B: Bot>(cells: &'static Cells) -> Self {
        Registered {
            manifest: &B::MANIFEST,
            cells,
            prepare: prepare::<B>,
            fields: fields::<B>,
            holds: B::holds,
            complete: B::complete,
            case_keys: case_keys::<B>,
            record_keys: B::record_keys,
            survey: B::survey,
            check: B::check,
            decide: decide::<B>,
            notice: notice::<B>,
            post_backs: post_backs::<B>,
            payments: payments::<B>,
            hand_out: HandingOut::of::<B>(),
            address: address::<B>,
            decided_on: decided_on::<B>,
        }
    }

    /// Who the bot is.
    pub fn manifest(&self) -> &'static Manifest {
        self.manifest
    }

    /// Headers of the decision columns, in order.
    pub fn decision_columns(&self) -> &'static [&'static str] {
        self.manifest.decision_columns
    }

    /// The spreadsheet template, parsed once.
    pub fn template(&self) -> &'static Template {
        self.cells.template.get_or_init(|| {
            Template::from_toml(self.manifest.columns).expect("a test loads every bot's template")
        })
    }

    /// The template of a lookup.
    pub fn lookup_template(&self, lookup: &str) -> Option<&'static Template> {
        let templates = self.cells.lookups.get_or_init(|| {
            let parsed = |lookup: &Lookup| {
                let template = Template::from_toml(lookup.columns);
                (lookup.name, template.expect("a test loads every lookup's template"))
            };
            self.manifest.lookups.iter().map(parsed).collect()
        });
        templates.iter().find(|(name, _)| *name == lookup).map(|(_, template)| template)
    }

    /// SHA-256 over version, law, template and lookup columns: which rules these are.
    pub fn digest(&self) -> &'static str {
        self.cells.digest.get_or_init(|| {
            let manifest = self.manifest;
            let mut hash = Sha256::new();
            let own = [manifest.name, manifest.version, manifest.policy, manifest.columns];
            let lookups = manifest.lookups.iter().flat_map(|lookup| [lookup.name, lookup.columns]);
            for text in own.into_iter().chain(lookups) {
                let length = u64::try_from(text.len()).expect("a text's length fits in 64 bits");
                hash.update(length.to_be_bytes());
                hash.update(text.as_bytes());
            }
            hex(&hash.finalize())
        })
    }

    /// The law with the council's overlay. Every fault at once, each with what to do.
    pub fn policy(&self, council: Option<&str>) -> Result<Policy, Vec<PolicyFault>> {
        let law = self.cells.law.get_or_init(|| Law::from_toml(self.manifest.policy));
        let policy = law.as_ref().map_err(Clone::clone)?.with(council)?;
        let faults = (self.check)(&policy);
        if faults.is_empty() { Ok(policy) } else { Err(faults) }
    }

    /// The policy in force, with what a second file supposes in its place: for asking what would
    /// follow, never for deciding.
    pub fn suppose(
        &self,
        council: Option<&str>,
        supposed: &str,
    ) -> Result<Policy, Vec<PolicyFault>> {
        let law = self.cells.law.get_or_init(|| Law::from_toml(self.manifest.policy));
        let policy = law.as_ref().map_err(Clone::clone)?.suppose(council, supposed)?;
        let faults = (self.check)(&policy);
        if faults.is_empty() { Ok(policy) } else { Err(faults) }
    }

    /// Typed fields of one row become a case.
    pub fn prepare(&self, fields: Fields, policy: &Policy) -> Result<Prepared, Vec<Fault>> {
        (self.prepare)(fields, policy)
    }

    /// The ruling on the template's example row, which most rulings resemble; it holds nobody's
    /// data. `None` where the example is no case under this policy.
    pub fn example(&self, policy: &Policy) -> Option<Ruling> {
        let template = self.template();
        let headers: Vec<&str> = template.columns.iter().map(|column| &*column.header).collect();
        let binding = template.bind(&headers, &BTreeMap::new()).ok()?;
        let examples = template.columns.iter().map(|column| match &*column.example {
            "" => Cell::Empty,
            text => Cell::Text(text),
        });
        let day = Day { today: Date::MAX, epoch_1904: false };
        let fields = template.read(&binding, &examples.collect::<Vec<_>>(), &day).ok()?;
        let prepared = self.prepare(fields, policy).ok()?;
        let lookups = self.manifest.lookups.iter();
        let looked = lookups.map(|lookup| (lookup.name.to_owned(), Looked::NotLookedAt)).collect();
        self.decide(&prepared.case, &looked, policy).ok()
    }

    /// The typed fields that make a stored case again.
    pub fn fields(&self, case: &[u8]) -> Result<Fields, CaseUnreadable> {
        (self.fields)(case).map_err(|error| CaseUnreadable::new(self.manifest, &error))
    }

    /// What a decision column holds.
    pub fn holds(&self, header: &str) -> Holds {
        (self.holds)(header)
    }

    /// Brings a person's decision into line with itself; answers what is missing in it.
    pub fn complete(&self, ruling: &mut Ruling) -> Vec<String> {
        (self.complete)(ruling)
    }

    /// The keys under which a case is looked up, best first.
    pub fn case_keys(
        &self,
        lookup: &str,
        case: &[u8],
    ) -> Result<Vec<Option<String>>, CaseUnreadable> {
        (self.case_keys)(lookup, case).map_err(|error| CaseUnreadable::new(self.manifest, &error))
    }

    /// The keys under which a record is filed; the same index is the same kind of key.
    pub fn record_keys(&self, lookup: &str, record: &Fields) -> Vec<Option<String>> {
        (self.record_keys)(lookup, record)
    }

    /// What can be said of a lookup source as a whole; `{}` if nothing.
    pub fn survey(&self, lookup: &str, records: &[Fields]) -> serde_json::Value {
        (self.survey)(lookup, records)
    }

    /// Applies the rules to a stored case.
    pub fn decide(
        &self,
        case: &[u8],
        looked: &BTreeMap<String, Looked>,
        policy: &Policy,
    ) -> Result<Ruling, CaseUnreadable> {
        (self.decide)(case, looked, policy)
            .map_err(|error| CaseUnreadable::new(self.manifest, &error))
    }

    /// The notice of the ruling that stands for a stored case; none where a person must still
    /// settle something, or where the bot writes no notices.
    pub fn notice(
        &self,
        case: &[u8],
        ruling: &Ruling,
        about: &About<'_>,
        policy: &Policy,
    ) -> Result<Option<Notice>, NoticeFault> {
        (self.notice)(case, ruling, about, policy)
    }

    /// What other systems are to be told of the ruling that stands for a stored case.
    pub fn post_backs(
        &self,
        case: &[u8],
        ruling: &Ruling,
    ) -> Result<Vec<PostBack>, CaseUnreadable> {
        (self.post_backs)(case, ruling).map_err(|error| CaseUnreadable::new(self.manifest, &error))
    }

    /// What is to be paid because of the ruling that stands for a stored case; nothing while a
    /// person must still settle something.
    pub fn payments(
        &self,
        case: &[u8],
        ruling: &Ruling,
        policy: &Policy,
    ) -> Result<Vec<Payment>, CaseUnreadable> {
        (self.payments)(case, ruling, policy)
            .map_err(|error| CaseUnreadable::new(self.manifest, &error))
    }

    /// The e-mail address at which the person of a stored case is told, if one is known.
    pub fn address(
        &self,
        case: &[u8],
        looked: &BTreeMap<String, Looked>,
    ) -> Result<Option<String>, CaseUnreadable> {
        (self.address)(case, looked).map_err(|error| CaseUnreadable::new(self.manifest, &error))
    }

    /// The day whose law decides a stored case.
    pub fn decided_on(&self, case: &[u8]) -> Result<Date, CaseUnreadable> {
        (self.decided_on)(case).map_err(|error| CaseUnreadable::new(self.manifest, &error))
    }

    /// Everything that is to be said of the bot on a page about it.
    pub fn explain(&self) -> Explained {
        let lookup = |lookup: &'static Lookup| {
            let template = self.lookup_template(lookup.name);
            (lookup, template.map_or(&[][..], |template| template.columns.as_slice()))
        };
        Explained {
            manifest: self.manifest,
            digest: self.digest(),
            columns: &self.template().columns,
            lookups: self.manifest.lookups.iter().map(lookup).collect(),
        }
    }
}

/// Everything that is to be said of a bot on a page about it; figures are in [`Policy::figures`].
#[derive(Debug)]
pub struct Explained {
    /// Law, duties, needs, decision columns.
    pub manifest: &'static Manifest,
    /// Which rules these are.
    pub digest: &'static str,
    /// The columns of its spreadsheet.
    pub columns: &'static [Column],
    /// Each lookup with its columns.
    pub lookups: Vec<(&'static Lookup, &'static [Column])>,
}

fn prepare<B: Bot>(fields: Fields, policy: &Policy) -> Result<Prepared, Vec<Fault>> {
    let case = B::case(fields, policy)?;
    Ok(Prepared {
        reference: B::reference(&case).to_owned(),
        decided_on: B::decided_on(&case),
        sameness: B::same_as(&case, policy),
        rank: B::rank(&case, policy),
        case: serde_json::to_vec(&case).expect("a case is plain data with text keys"),
    })
}

fn fields<B: Bot>(case: &[u8]) -> Result<Fields, serde_json::Error> {
    serde_json::from_slice(case).map(|case| B::fields(&case))
}

fn case_keys<B: Bot>(lookup: &str, case: &[u8]) -> Result<Vec<Option<String>>, serde_json::Error> {
    serde_json::from_slice(case).map(|case| B::case_keys(lookup, &case))
}

fn decide<B: Bot>(
    case: &[u8],
    looked: &BTreeMap<String, Looked>,
    policy: &Policy,
) -> Result<Ruling, serde_json::Error> {
    serde_json::from_slice(case).map(|case| B::decide(&case, looked, policy))
}

fn notice<B: Bot>(
    case: &[u8],
    ruling: &Ruling,
    about: &About<'_>,
    policy: &Policy,
) -> Result<Option<Notice>, NoticeFault> {
    let Some(wording) = &B::MANIFEST.notice else { return Ok(None) };
    let case: B::Case = serde_json::from_slice(case).map_err(|_| NoticeFault::Case)?;
    let tells = |telling: &Telling<'_>| B::tells(&case, ruling, telling);
    notice::write(wording, B::reference(&case), ruling, about, policy, tells)
}

fn post_backs<B: Bot>(case: &[u8], ruling: &Ruling) -> Result<Vec<PostBack>, serde_json::Error> {
    serde_json::from_slice(case).map(|case| B::post_backs(&case, ruling))
}

fn payments<B: Bot>(
    case: &[u8],
    ruling: &Ruling,
    policy: &Policy,
) -> Result<Vec<Payment>, serde_json::Error> {
    if !ruling.settled() {
        return Ok(Vec::new());
    }
    serde_json::from_slice(case).map(|case| B::payments(&case, ruling, policy))
}

fn address<B: Bot>(
    case: &[u8],
    looked: &BTreeMap<String, Looked>,
) -> Result<Option<String>, serde_json::Error> {
    serde_json::from_slice(case).map(|case| B::address(&case, looked))
}

fn decided_on<B: Bot>(case: &[u8]) -> Result<Date, serde_json::Error> {
    serde_json::from_slice(case).map(|case| B::decided_on(&case))
}
