//! One slice through the flow: claimed items are completed, decided and recorded; of those that
//! others are to be told of, they are told (`post`).
//!
//! Deciding is pure, so it may be done again; recording is one transaction, fenced by the lease.
//! An item without post-backs is done here. Nothing is told to anyone before it is recorded.

mod again;
mod earlier;
mod ends;
mod post;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use clerkwork_bots::kit::{Looked, Need, Policy, Registered, Ruling};
use jiff::civil::Date;

use crate::clock;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::job_log::{Actor, BotMark, Entry, Kind, Written};
use crate::lookups::Lookups;
use crate::outlets::{Outlets, Planned, Told};
use crate::payments::{self, Grounds};
use crate::schedule::Again;
use crate::schedule::rounds::Rounds;
use crate::settings::Folder;
use crate::state::Item;
use crate::store::Store;
use crate::store::items::{Claimed, NewRuling, OVERTAKEN, insert_rulings};
use crate::store::leases::{self, Slice, Work};
use crate::store::moves::{self, Move, Moved};
use crate::store::payload::{CasePayload, Label, RulingPayload, seal_against};
use crate::store::payments::{Entitled, entitle};
use crate::store::post_backs::{self, NewPostBack};

/// What a worker needs to process slices of one schedule.
pub struct Pipeline {
    /// The store.
    pub store: Arc<Store>,
    /// The real store, in a dry run: earlier items may be there.
    pub also: Option<Arc<Store>>,
    /// The bot.
    pub bot: &'static Registered,
    /// Its name, version and hash.
    pub mark: BotMark,
    /// The policy in force.
    pub policy: Arc<Policy>,
    /// Second sources.
    pub lookups: Arc<Lookups>,
    /// The run's day.
    pub today: Date,
    /// Who is told of rulings.
    pub outlets: Arc<Outlets>,
    /// When they are tried again.
    pub rounds: Rounds,
    /// How often what still waits is looked at again.
    pub again: Again,
}

/// A decided item, sealed and ready to be recorded.
struct Decided {
    step: Move,
    ruling: Option<NewRuling>,
    posts: Vec<NewPostBack>,
    entitled: Option<Entitled>,
    entry: Written,
}

/// What is written of a slice besides the moves.
struct Made {
    rulings: Vec<NewRuling>,
    posts: Vec<NewPostBack>,
    entitled: Vec<Entitled>,
    entries: Vec<Written>,
}

impl Pipeline {
    /// Processes one slice; answers how many items were recorded, 0 if the lease was lost.
    pub async fn process(self: &Arc<Self>, slice: &Slice) -> Result<usize> {
        match slice.work {
            Work::Decide => self.settle(slice).await,
            Work::Post => self.post(slice).await,
        }
    }

    async fn settle(self: &Arc<Self>, slice: &Slice) -> Result<usize> {
        let claimed = self.store.cases(slice).await?;
        let claimed = self.look_back(claimed).await?;
        let overtaken = self.overtaken(slice, &claimed).await?;
        tracing::debug!(batch = %slice.batch, items = claimed.len(), "stage claimed");
        let pattern = self.store.pattern(slice.batch).await?;
        let looks = self.store.looks_of(slice).await?;
        let decided = self.decide_all(claimed, overtaken, pattern, looks).await?;
        tracing::debug!(batch = %slice.batch, items = decided.len(), "stage decided");
        let recorded = self.record(slice, decided).await?;
        tracing::debug!(batch = %slice.batch, items = recorded, "stage recorded");
        Ok(recorded)
    }

    #[tracing::instrument(level = "debug", skip_all, name = "decide")]
    async fn decide_all(
        self: &Arc<Self>,
        claimed: Vec<Claimed>,
        overtaken: BTreeSet<ItemId>,
        pattern: Vec<u8>,
        looks: BTreeMap<ItemId, Vec<Date>>,
    ) -> Result<Vec<Decided>> {
        let pipeline = Arc::clone(self);
        let work = move || {
            let looks = |item: &Claimed| looks.get(&item.id).map(Vec::as_slice);
            let rule = |item: &Claimed| {
                if overtaken.contains(&item.id) {
                    Ok(pipeline.end(item, Item::Cancelled, OVERTAKEN))
                } else {
                    pipeline.rule(item, &pattern, looks(item))
                }
            };
            claimed.iter().map(rule).collect()
        };
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|died| Error::failed(format!("deciding ended early: {died}"), ""))?
    }

    /// One item: completed, decided, sealed. A bot that panics fails this item and no other.
    /// `looks`: the days on which it was looked at again, where it was.
    fn rule(&self, item: &Claimed, pattern: &[u8], looks: Option<&[Date]>) -> Result<Decided> {
        let decided = catch_unwind(AssertUnwindSafe(|| self.decide(&item.case)));
        let (looked, mut ruling) = match decided {
            Ok(Ok(decided)) => decided,
            Ok(Err(_)) => return Ok(self.fail(item, "case-unreadable")),
            Err(_) => return Ok(self.fail(item, "bot-fault")),
        };
        ruling.needs.extend(item.case.needs.iter().cloned());
        let n = item.rulings + 1;
        let put_off = looks.is_some_and(|days| self.still_waits(days, &mut ruling));
        // Nobody is told of what goes on waiting.
        let planned = if put_off { Vec::new() } else { self.plan(item, &looked, &mut ruling, n) };
        let to = match (ruling.settled(), self.outlets.any() && !planned.is_empty()) {
            _ if put_off => Item::Postponed,
            (true, true) => Item::Decided,
            (true, false) => Item::Done,
            (false, _) => Item::Referred,
        };
        let payload = RulingPayload {
            looked,
            bot: self.mark.name.clone(),
            version: self.mark.version.clone(),
            sha256: self.mark.sha256.clone(),
            policy: self.policy.digest().to_owned(),
            ruling,
        };
        let posts = if self.outlets.any() {
            Outlets::sealed(&item.key, item.id, n, 1, planned)?
        } else {
            Vec::new()
        };
        let entitled = if payload.ruling.settled() {
            let grounds = Grounds {
                bot: self.bot,
                policy: &self.policy,
                item: item.id,
                follows: item.follows,
                n,
                case: item.case.case.get().as_bytes(),
                ruling: &payload.ruling,
            };
            Some(payments::entitled(&self.store.vault, &item.key, &grounds)?)
        } else {
            None
        };
        let sealed = seal_against(pattern, &item.key, Label::Ruling, item.id, &payload)?;
        let entry = Entry::new(Kind::ItemRuled, &self.actor())
            .item(item.id)
            .item_move(Item::Ready, to)
            .row(item.row)
            .bot(&self.mark)
            .policy(&payload.policy)
            .figures(figures(&payload.ruling))
            .reasons(codes(&payload.ruling))
            .payload(&sealed.commitment)
            .write();
        Ok(Decided {
            step: Move {
                item: item.id,
                from: Item::Ready,
                to,
                reason: payload.ruling.needs.first().map_or_else(String::new, code),
                award: payload.ruling.award,
                ruling: n,
            },
            ruling: Some(NewRuling { item: item.id, n, sealed: sealed.bytes }),
            posts,
            entitled,
            entry,
        })
    }

    /// What others are to be told of the ruling. Where that cannot be worked out a person must see
    /// to it, and what is told of a referral takes its place.
    fn plan(
        &self,
        item: &Claimed,
        looked: &BTreeMap<String, Looked>,
        ruling: &mut Ruling,
        n: i64,
    ) -> Vec<(String, String, Planned)> {
        let told = |ruling: &Ruling| {
            self.outlets.plan(&Told {
                bot: self.bot,
                policy: &self.policy,
                item: item.id,
                follows: item.follows,
                case: &item.case,
                looked,
                ruling,
                n,
                decided: self.today,
                officer: None,
            })
        };
        match told(ruling) {
            Ok(planned) => planned,
            Err(need) => {
                ruling.need(need);
                told(ruling).unwrap_or_default()
            }
        }
    }

    fn fail(&self, item: &Claimed, reason: &str) -> Decided {
        tracing::error!(item.id = %item.id, reason, "the bot could not rule on item {}", item.id);
        self.end(item, Item::Failed, reason)
    }

    /// An item that ends here without a ruling.
    fn end(&self, item: &Claimed, to: Item, reason: &str) -> Decided {
        Decided {
            step: Move {
                item: item.id,
                from: Item::Ready,
                to,
                reason: reason.to_owned(),
                award: false,
                ruling: item.rulings,
            },
            ruling: None,
            posts: Vec::new(),
            entitled: None,
            entry: Entry::new(Kind::ItemMoved, &self.actor())
                .item(item.id)
                .item_move(Item::Ready, to)
                .row(item.row)
                .bot(&self.mark)
                .policy(self.policy.digest())
                .reasons(vec![reason.to_owned()])
                .write(),
        }
    }

    fn decide(&self, case: &CasePayload) -> Result<(BTreeMap<String, Looked>, Ruling)> {
        let bytes = case.case.get().as_bytes();
        let mut looked = BTreeMap::new();
        for (name, lookup) in &*self.lookups {
            looked.insert(name.clone(), lookup.look(self.bot, name, bytes)?);
        }
        let ruling = self
            .bot
            .decide(bytes, &looked, &self.policy)
            .map_err(|fault| Error::failed(fault.to_string(), ""))?;
        Ok((looked, ruling))
    }

    async fn record(&self, slice: &Slice, decided: Vec<Decided>) -> Result<usize> {
        let (mut steps, mut rulings, mut entries) = (Vec::new(), Vec::new(), Vec::new());
        let (mut posts, mut entitled) = (Vec::new(), Vec::new());
        for item in decided {
            steps.push(item.step);
            rulings.extend(item.ruling);
            posts.extend(item.posts);
            entitled.extend(item.entitled);
            entries.push(item.entry);
        }
        let tx = self.store.db.begin().await?;
        let made = Made { rulings, posts, entitled, entries };
        self.write(tx, slice, &steps, made).await
    }

    /// The transaction of a slice, once its turn has come.
    #[tracing::instrument(level = "debug", skip_all, name = "record")]
    async fn write(&self, mut tx: Tx, slice: &Slice, steps: &[Move], made: Made) -> Result<usize> {
        let Made { rulings, posts, entitled, entries } = made;
        let actor = self.actor();
        let moved =
            moves::items(&mut tx, slice.batch, Some(slice.lease), steps, entries, &actor).await?;
        match moved {
            Moved::All => {
                insert_rulings(&mut tx, rulings, &self.mark.name).await?;
                // Others are told of a referral too, while it waits for its person.
                let now = clock::micros();
                let referrals: Vec<_> = steps
                    .iter()
                    .filter(|step| step.to == Item::Referred)
                    .filter(|step| posts.iter().any(|post| post.item == step.item))
                    .map(|step| (step.item, 0, Some(now)))
                    .collect();
                post_backs::insert(&mut tx, posts).await?;
                self.put_off(&mut tx, steps).await?;
                entitle(&mut tx, entitled, &actor).await?;
                post_backs::rounds(&mut tx, &referrals).await?;
                leases::end(&mut tx, slice.lease).await?;
                tx.commit().await?;
                Ok(steps.len())
            }
            Moved::Lost => {
                tracing::warn!(batch = %slice.batch, "the slice was taken back; its work is dropped");
                tx.rollback().await?;
                Ok(0)
            }
        }
    }

    fn actor(&self) -> Actor {
        Actor { id: self.mark.name.clone(), kind: "bot" }
    }
}

/// The law with the council's overlay; every fault in it at once.
pub fn policy(folder: &Folder, bot: &Registered) -> Result<Policy> {
    let name = bot.manifest().policy_name();
    let overlay = folder.overlay(name)?;
    bot.policy(overlay.as_deref()).map_err(|faults| {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        Error::usage(format!("policy/{name}.toml is not right"), faults.join("\n"))
    })
}

/// The bot's name, version and hash.
pub fn mark(bot: &Registered) -> BotMark {
    let manifest = bot.manifest();
    BotMark {
        name: manifest.name.to_owned(),
        sha256: bot.digest().to_owned(),
        version: manifest.version.to_owned(),
    }
}

/// What a bot's rulings are packed against: its ruling on the template's example row.
pub fn pattern(bot: &Registered, policy: &Policy) -> Vec<u8> {
    let Some(ruling) = bot.example(policy) else { return Vec::new() };
    let mark = mark(bot);
    let payload = RulingPayload {
        looked: BTreeMap::new(),
        ruling,
        bot: mark.name,
        version: mark.version,
        sha256: mark.sha256,
        policy: policy.digest().to_owned(),
    };
    serde_json::to_vec(&payload).expect("payloads are plain data")
}

/// Figures and rules that a ruling rests on, as `id@start-date`, each once.
pub fn figures(ruling: &Ruling) -> Vec<String> {
    let mut used: Vec<String> =
        ruling.reasons.iter().map(|reason| format!("{}@{}", reason.figure, reason.from)).collect();
    used.sort_unstable();
    used.dedup();
    used
}

/// Codes of why a person is needed; empty when the bot decided.
pub fn codes(ruling: &Ruling) -> Vec<String> {
    let mut codes: Vec<String> = ruling.needs.iter().map(code).collect();
    codes.dedup();
    codes
}

/// The code that the log may show: a sensitive reason is not told there.
pub fn code(need: &Need) -> String {
    if need.sensitive { "needs-a-person".to_owned() } else { need.code.clone() }
}
