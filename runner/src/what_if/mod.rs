//! What would follow from other figures: the same cases decided under those in force and under
//! those that are supposed. Nothing is changed but for one entry in the log.

mod book;
pub mod compare;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use clerkwork_bots::kit::{Looked, Policy, Registered, Ruling, Supposed};
use serde_json::value::RawValue;
use tokio::sync::mpsc;

use crate::error::{Error, Result};
use crate::ids::BatchId;
use crate::intake::same::AWARD_STANDS;
use crate::job_log::{self, Actor, Entry, Head, Kind};
use crate::lookups::Lookups;
use crate::pipeline;
use crate::run::{Aside, Step};
use crate::settings::Folder;
use crate::state::Item;
use crate::store::Store;
use crate::store::payload::RulingPayload;
use crate::store::rows::Reported;
use book::Book;
pub use book::lines;
use compare::{Comparison, Pair, Twice};

/// Rows that are unsealed at a time.
const STRETCH: i64 = 500;

/// A question: which bot, and which figures are supposed.
pub struct WhatIf {
    folder: Arc<Folder>,
    store: Arc<Store>,
    actor: Actor,
    bot: &'static Registered,
    policy: Pair<Arc<Policy>>,
    progress: Arc<dyn Fn(Step) + Send + Sync>,
}

/// What would follow.
pub struct Answer {
    /// Which cases: a batch's number, or nothing for a sheet.
    pub batch: Option<BatchId>,
    /// What differs.
    pub comparison: Comparison,
    /// Which figures differ.
    pub figures: Vec<Supposed>,
    /// The workbook.
    pub output: Option<PathBuf>,
    /// What was noticed while reading a sheet.
    pub notices: Vec<String>,
    /// How long it took.
    pub took: Duration,
    /// The log's head at the end.
    pub log: Head,
}

/// A row on its way to being ruled on.
enum Part {
    Case {
        row: i64,
        reference: String,
        case: Box<RawValue>,
        held: bool,
        /// What the lookups gave when it was decided; nothing if that is still to be asked.
        looked: Option<BTreeMap<String, Looked>>,
    },
    LeftOut(&'static str),
}

impl WhatIf {
    /// Reads the supposed figures; every fault in the file is told at once.
    pub fn new(
        folder: Arc<Folder>,
        store: Arc<Store>,
        actor: Actor,
        bot: &'static Registered,
        supposed: &Path,
        progress: Arc<dyn Fn(Step) + Send + Sync>,
    ) -> Result<Self> {
        let text = std::fs::read_to_string(supposed)
            .map_err(Error::io(format!("reading {}", supposed.display())))?;
        let now = pipeline::policy(&folder, bot)?;
        let overlay = folder.overlay(bot.manifest().policy_name())?;
        let supposed = bot.suppose(overlay.as_deref(), &text).map_err(|faults| {
            let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
            Error::usage(format!("{} is not right", supposed.display()), faults.join("\n"))
        })?;
        let policy = Pair { now: Arc::new(now), supposed: Arc::new(supposed) };
        Ok(Self { folder, store, actor, bot, policy, progress })
    }

    /// The cases of a batch, completed by what was found when they were decided.
    pub async fn of_batch(&self, id: BatchId, output: Option<&Path>) -> Result<Answer> {
        let started = Instant::now();
        let batch = self.store.batch(id).await?;
        let name = self.bot.manifest().name;
        if batch.bot != name {
            return Err(Error::usage(
                format!("batch {id} is not one of {name}: its bot is {}", batch.bot),
                format!("ask: clerkwork bots what-if {} ...", batch.bot),
            ));
        }
        let comparison = self.compare(&self.store, id, None, output).await?;
        self.answer(Some(id), &batch.source, comparison, output, Vec::new(), started).await
    }

    /// The rows of a sheet that was taken in aside.
    pub async fn of_sheet(
        &self,
        aside: &Aside,
        output: Option<&Path>,
        started: Instant,
    ) -> Result<Answer> {
        let lookups = Some(Arc::clone(&aside.lookups));
        let comparison = self.compare(&aside.store, aside.batch, lookups, output).await?;
        let notices = aside.notices.clone();
        self.answer(None, &aside.source, comparison, output, notices, started).await
    }

    /// Reads and rules side by side: memory does not grow with the rows.
    async fn compare(
        &self,
        store: &Store,
        batch: BatchId,
        lookups: Option<Arc<Lookups>>,
        output: Option<&Path>,
    ) -> Result<Comparison> {
        let comparison = Comparison::new(self.bot);
        let figures = self.policy.supposed.differs_from(&self.policy.now);
        let book = match output {
            None => None,
            Some(path) => Some(Book::new(&comparison, figures, path)?),
        };
        let (parts, queue) = mpsc::channel(4);
        let fresh = lookups.is_some();
        let ruler = Ruler {
            bot: self.bot,
            policy: self.policy.clone(),
            lookups,
            of: u64::try_from(store.batch(batch).await?.totals.items).unwrap_or(0),
            progress: Arc::clone(&self.progress),
        };
        let ruling = tokio::task::spawn_blocking(move || ruler.rule(queue, comparison, book));
        let fed = feed(store, batch, fresh, &parts).await;
        drop(parts);
        let ruled = ruling.await.map_err(|died| {
            Error::failed(format!("the comparison ended early: {died}"), "nothing was kept")
        })??;
        fed?;
        Ok(ruled)
    }

    async fn answer(
        &self,
        batch: Option<BatchId>,
        source: &[u8],
        comparison: Comparison,
        output: Option<&Path>,
        notices: Vec<String>,
        started: Instant,
    ) -> Result<Answer> {
        let mut entry = Entry::new(Kind::WhatIf, &self.actor)
            .bot(&pipeline::mark(self.bot))
            .policy(self.policy.supposed.digest())
            .sha256(source)
            .count(i64::try_from(comparison.cases).unwrap_or(i64::MAX));
        if let Some(batch) = batch {
            entry = entry.batch(batch);
        }
        let mut tx = self.store.db.begin().await?;
        job_log::append(&mut tx, &[entry]).await?;
        tx.commit().await?;
        Ok(Answer {
            batch,
            figures: self.policy.supposed.differs_from(&self.policy.now),
            comparison,
            output: output.map(Path::to_owned),
            notices,
            took: started.elapsed(),
            log: job_log::checkpoint(&self.store.db, &self.folder).await?,
        })
    }
}

/// Sends every row of a batch, in its order. `fresh` rows are still to be looked up.
async fn feed(
    store: &Store,
    batch: BatchId,
    fresh: bool,
    parts: &mpsc::Sender<Vec<Part>>,
) -> Result<()> {
    let pattern = store.pattern(batch).await?;
    let mut after = 0;
    loop {
        let rows = store.report_rows(batch, after, STRETCH).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.id().place();
        let rows = rows.iter().map(|row| Ok(part(store.reported(row, &pattern)?, fresh)));
        if parts.send(rows.collect::<Result<_>>()?).await.is_err() {
            return Ok(()); // whoever rules failed, and says why itself
        }
    }
}

fn part(row: Reported, fresh: bool) -> Part {
    match row {
        Reported::TurnedAway { duplicate, .. } => {
            Part::LeftOut(if duplicate { "duplicate" } else { "rejected" })
        }
        Reported::Item { state: Item::Cancelled, .. } => Part::LeftOut("cancelled"),
        Reported::Item { case, .. } if case.case.get() == "null" => Part::LeftOut("erased"),
        Reported::Item { ruling: None, .. } if !fresh => Part::LeftOut("not decided"),
        Reported::Item { row, case, ruling, .. } => Part::Case {
            row,
            held: !case.needs.is_empty() || ruling.as_deref().is_some_and(overtakes),
            reference: case.reference,
            case: case.case,
            looked: ruling.map(|ruling| ruling.looked),
        },
    }
}

/// It was referred as it would overtake an award, which no figure of its own changes.
fn overtakes(earlier: &RulingPayload) -> bool {
    earlier.ruling.needs.iter().any(|need| need.code == AWARD_STANDS)
}

/// Rules on every case twice.
struct Ruler {
    bot: &'static Registered,
    policy: Pair<Arc<Policy>>,
    lookups: Option<Arc<Lookups>>,
    of: u64,
    progress: Arc<dyn Fn(Step) + Send + Sync>,
}

impl Ruler {
    fn rule(
        self,
        mut parts: mpsc::Receiver<Vec<Part>>,
        mut comparison: Comparison,
        mut book: Option<Book>,
    ) -> Result<Comparison> {
        while let Some(parts) = parts.blocking_recv() {
            for part in parts {
                let (row, reference, case, held, looked) = match part {
                    Part::LeftOut(why) => {
                        comparison.leave_out(why);
                        continue;
                    }
                    Part::Case { row, reference, case, held, looked } => {
                        (row, reference, case, held, looked)
                    }
                };
                let looked = match looked {
                    Some(looked) => looked,
                    None => self.look(&case)?,
                };
                let now = self.ruling(&case, &looked, &self.policy.now);
                let supposed = self.ruling(&case, &looked, &self.policy.supposed);
                let (Some(now), Some(supposed)) = (now, supposed) else {
                    comparison.leave_out("failed");
                    continue;
                };
                let twice = Twice { row, held, ruling: Pair { now: &now, supposed: &supposed } };
                comparison.add(&twice);
                if let Some(book) = book.as_mut().filter(|_| twice.differs()) {
                    book.change(&reference, &twice)?;
                }
            }
            (self.progress)(Step::Deciding { done: comparison.cases, of: self.of });
        }
        if let Some(book) = book {
            book.finish(&comparison)?;
        }
        Ok(comparison)
    }

    fn look(&self, case: &RawValue) -> Result<BTreeMap<String, Looked>> {
        let mut looked = BTreeMap::new();
        for (name, lookup) in self.lookups.iter().flat_map(|lookups| lookups.iter()) {
            looked.insert(name.clone(), lookup.look(self.bot, name, case.get().as_bytes())?);
        }
        Ok(looked)
    }

    /// Nothing where the bot cannot read the case or fails on it: that stops no other.
    fn ruling(
        &self,
        case: &RawValue,
        looked: &BTreeMap<String, Looked>,
        policy: &Policy,
    ) -> Option<Ruling> {
        let decide = || self.bot.decide(case.get().as_bytes(), looked, policy);
        catch_unwind(AssertUnwindSafe(decide)).ok()?.ok()
    }
}
