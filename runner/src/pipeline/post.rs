//! Telling others: the post-backs of a slice, items side by side, those of one item in order.
//!
//! What can neither be repeated nor looked for is written down before it is begun. Receipts are
//! kept by their key whatever became of the lease; only the state's move is fenced by it.

use std::sync::Arc;

use clerkwork_bots::kit::Need;
use clerkwork_connectors::outlet::{Outcome, Repeat};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::ends::{Ends, ends, may_have_been_sent, nobody_knows, request_id};
use super::{Pipeline, figures};
use crate::clock;
use crate::error::{Error, Result};
use crate::job_log::{self, Entry, Kind, Written};
use crate::outlets::Sent;
use crate::state::{self, Item};
use crate::store::items::{NewRuling, insert_rulings};
use crate::store::leases::{self, Slice};
use crate::store::moves::{self, Move, Moved};
use crate::store::payload::{Label, seal, seal_against};
use crate::store::post_backs::{self, Ended, Posting, Stored};

/// Items of a slice that are told of at once. Three slices at work, and as many that a process which
/// died left behind, stay below what systems take at once.
const AT_ONCE: usize = 8;

/// What became of an item in a round.
struct Round {
    item: Posting,
    sent: Vec<Sent>,
    ends: Ends,
}

impl Pipeline {
    /// Tells others of the items of a slice; answers how many went further.
    pub(super) async fn post(self: &Arc<Self>, slice: &Slice) -> Result<usize> {
        let items = self.store.postings(slice).await?;
        let Some(items) = self.begin_round(slice, items).await? else { return Ok(0) };
        tracing::debug!(batch = %slice.batch, items = items.len(), "stage posting");
        let room = Arc::new(Semaphore::new(AT_ONCE));
        let mut under_way = JoinSet::new();
        for item in items {
            let (pipeline, room, lease) = (Arc::clone(self), Arc::clone(&room), slice.lease);
            under_way.spawn(async move {
                let _permit = room.acquire_owned().await;
                pipeline.tell(lease, item).await
            });
        }
        let mut recorded = 0;
        while let Some(first) = under_way.join_next().await {
            let mut ended = vec![first];
            while let Some(next) = under_way.try_join_next() {
                ended.push(next);
            }
            let mut rounds = Vec::with_capacity(ended.len());
            for round in ended {
                let died = |died| Error::failed(format!("telling others ended early: {died}"), "");
                rounds.push(round.map_err(died)??);
            }
            recorded += self.record_rounds(slice, rounds).await?;
        }
        let mut tx = self.store.db.begin_forgetful().await?;
        leases::end(&mut tx, slice.lease).await?;
        tx.commit().await?;
        Ok(recorded)
    }

    /// Says in the log that a round begins, before anyone is told. `None`: the slice is lost.
    async fn begin_round(
        &self,
        slice: &Slice,
        mut items: Vec<Posting>,
    ) -> Result<Option<Vec<Posting>>> {
        let starts = |item: &Posting| matches!(item.state, Item::Decided | Item::Waiting);
        let steps: Vec<Move> = items
            .iter()
            .filter(|item| starts(item))
            .map(|item| step(item, item.state, Item::Posting))
            .collect();
        if steps.is_empty() {
            return Ok(Some(items));
        }
        let entries = steps.iter().map(|step| {
            let moved = Entry::new(Kind::ItemMoved, &self.actor());
            moved.item(step.item).item_move(step.from, step.to).write()
        });
        let (mut tx, actor) = (self.store.db.begin().await?, self.actor());
        let entries = entries.collect();
        let moved = moves::held(&mut tx, slice.batch, slice.lease, &steps, entries, &actor).await?;
        if moved == Moved::Lost {
            tracing::warn!(batch = %slice.batch, "the slice was taken back before it was told");
            tx.rollback().await?;
            return Ok(None);
        }
        tx.commit().await?;
        for item in items.iter_mut().filter(|item| starts(item)) {
            item.state = Item::Posting;
        }
        Ok(Some(items))
    }

    /// The post-backs of one item, outlet after outlet, until one of them does not come to stand.
    async fn tell(&self, lease: i64, item: Posting) -> Result<Round> {
        let mut sent: Vec<Sent> = Vec::new();
        let posts: Vec<&Stored> = item.posts.iter().collect();
        for group in posts.chunk_by(|one, next| one.outlet == next.outlet) {
            let outlet = group[0].outlet.clone();
            let repeat = self.outlets.repeat(&outlet);
            if repeat == Repeat::Unknowable {
                let begun = group.iter().filter(|post| post.state == state::PostBack::Begun);
                sent.extend(begun.map(|post| Sent { n: post.n, outcome: nobody_knows() }));
                if sent.iter().any(|sent| matches!(sent.outcome, Outcome::Unknown(_))) {
                    let ends = Ends::Person(may_have_been_sent(&outlet));
                    return Ok(Round { item, sent, ends });
                }
                if self.outlets.ready(&outlet) && !self.say_begun(lease, &item, group).await? {
                    // Somebody else has it by now: nothing is sent and nothing recorded.
                    let ends = Ends::Wait { after: None, tried: false, code: String::new() };
                    return Ok(Round { item, sent, ends });
                }
            }
            let outcomes = self.outlets.send(&self.store, &item, &outlet, group).await?;
            let end = ends(&outcomes, repeat, &outlet);
            sent.extend(outcomes);
            if let Some(ends) = end {
                return Ok(Round { item, sent, ends });
            }
        }
        Ok(Round { item, sent, ends: Ends::Told })
    }

    async fn say_begun(&self, lease: i64, item: &Posting, group: &[&Stored]) -> Result<bool> {
        let mut tx = self.store.db.begin().await?;
        let mut entries = Vec::new();
        for post in group {
            if !post_backs::begin(&mut tx, lease, item.id, post.n).await? {
                tx.rollback().await?;
                return Ok(false);
            }
            let entry = Entry::new(Kind::PostBackBegun, &self.actor()).item(item.id);
            entries.push(entry.outlet(&post.outlet, &post.effect));
        }
        job_log::append(&mut tx, &entries).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Receipts, states and entries of items whose round has ended, in one transaction.
    async fn record_rounds(&self, slice: &Slice, rounds: Vec<Round>) -> Result<usize> {
        let mut tx = self.store.db.begin().await?;
        let mut recorded = 0;
        for round in rounds {
            let mut ended = Vec::with_capacity(round.sent.len());
            for sent in &round.sent {
                ended.extend(self.ended(&round.item, sent, &round.ends)?);
            }
            // A receipt is a fact, whoever has the item by now. What else came of it is said only by
            // who has it: another runner would take it for settled, and go on past it.
            let is_receipt = |(one, _): &(Ended, Entry)| one.state == state::PostBack::Made;
            let (receipts, others): (Vec<_>, Vec<_>) = ended.into_iter().partition(is_receipt);
            write_ends(&mut tx, receipts).await?;
            if self.move_on(&mut tx, slice, round).await? {
                write_ends(&mut tx, others).await?;
                recorded += 1;
            }
        }
        tx.commit().await?;
        Ok(recorded)
    }

    /// How an effect ended, if it did.
    fn ended(&self, item: &Posting, sent: &Sent, ends: &Ends) -> Result<Option<(Ended, Entry)>> {
        let Some(post) = item.posts.iter().find(|post| post.n == sent.n) else { return Ok(None) };
        let unknowable = self.outlets.repeat(&post.outlet) == Repeat::Unknowable;
        let person = matches!(ends, Ends::Person(_));
        let (state, code) = match &sent.outcome {
            Outcome::Receipt(_) => (state::PostBack::Made, String::new()),
            Outcome::Refused(refused) => (state::PostBack::Refused, refused.code.clone()),
            Outcome::Conflict(_) => (state::PostBack::Conflict, "changed".to_owned()),
            Outcome::Unknown(unknown) if unknowable => {
                (state::PostBack::Uncertain, unknown.code.clone())
            }
            // It certainly did not happen: it is to be done as before.
            Outcome::Later(later) if unknowable && !person => {
                (state::PostBack::ToDo, later.code.clone())
            }
            Outcome::Later(_) | Outcome::Unknown(_) => return Ok(None),
        };
        let sealed = match &sent.outcome {
            Outcome::Receipt(receipt) => Some(seal(&item.key, Label::PostBack, item.id, receipt)?),
            Outcome::Conflict(conflict) => {
                Some(seal(&item.key, Label::PostBack, item.id, conflict)?)
            }
            Outcome::Refused(refused) => Some(seal(&item.key, Label::PostBack, item.id, refused)?),
            Outcome::Later(_) | Outcome::Unknown(_) => None,
        };
        let kind =
            if state == state::PostBack::Made { Kind::PostBackMade } else { Kind::PostBackFailed };
        let mut entry = Entry::new(kind, &self.actor())
            .item(item.id)
            .outlet(&post.outlet, &post.effect)
            .request(request_id(&sent.outcome));
        if !code.is_empty() {
            entry = entry.reasons(vec![code.clone()]);
        }
        if let Some(sealed) = &sealed {
            entry = entry.payload(&sealed.commitment);
        }
        let receipt = sealed.map(|sealed| sealed.bytes);
        Ok(Some((Ended { item: item.id, n: sent.n, state, code, receipt }, entry)))
    }

    /// The item's own move after its round; `false` if somebody else has it by now.
    async fn move_on(&self, tx: &mut crate::db::Tx, slice: &Slice, round: Round) -> Result<bool> {
        let Round { item, ends, .. } = round;
        // A referral of which others are told stays referred, whatever comes of it.
        if item.state == Item::Referred {
            return self.told_of_referral(tx, slice, &item, &ends).await;
        }
        let moved = Entry::new(Kind::ItemMoved, &self.actor()).item(item.id);
        match ends {
            Ends::Told => {
                let entry = moved.item_move(Item::Posting, Item::Done);
                self.one(tx, slice, step(&item, Item::Posting, Item::Done), entry.write()).await
            }
            Ends::Wait { after, tried, code } => {
                let failed = item.round + i64::from(tried);
                let now = clock::now();
                let next = if tried { self.rounds.next(failed, now) } else { Some(now) };
                let to = if next.is_some() { Item::Waiting } else { Item::Failed };
                let mut going = step(&item, Item::Posting, to);
                let entry = moved.item_move(Item::Posting, to);
                let entry = if code.is_empty() { entry } else { entry.reasons(vec![code.clone()]) };
                if to == Item::Failed {
                    going.reason = code;
                }
                if !self.one(tx, slice, going, entry.write()).await? {
                    return Ok(false);
                }
                let next = next.map(|at| after.map_or(at, |after| after.max(at)).as_microsecond());
                post_backs::rounds(tx, &[(item.id, failed, next)]).await?;
                Ok(true)
            }
            Ends::Person(need) => self.refer(tx, slice, &item, need).await,
        }
    }

    /// A person must see to it: the ruling is kept once more, with what they are needed for.
    async fn refer(
        &self,
        tx: &mut crate::db::Tx,
        slice: &Slice,
        item: &Posting,
        need: Need,
    ) -> Result<bool> {
        let pattern = self.store.pattern(slice.batch).await?;
        let rulings = self.store.rulings(item.id).await?;
        let Some(last) = rulings.into_iter().find(|it| it.n == item.ruling) else {
            return Err(Error::Sealed(format!("ruling {}", item.id)));
        };
        let (n, mut payload) = (item.ruling + 1, last.payload);
        let code = super::code(&need);
        payload.ruling.needs.push(need);
        let sealed = seal_against(&pattern, &item.key, Label::Ruling, item.id, &payload)?;
        let entry = Entry::new(Kind::ItemMoved, &self.actor())
            .item(item.id)
            .item_move(Item::Posting, Item::Referred)
            .figures(figures(&payload.ruling))
            .reasons(vec![code.clone()])
            .payload(&sealed.commitment);
        let going = Move { reason: code, ruling: n, ..step(item, Item::Posting, Item::Referred) };
        if !self.one(tx, slice, going, entry.write()).await? {
            return Ok(false);
        }
        let ruling = NewRuling { item: item.id, n, sealed: sealed.bytes };
        insert_rulings(tx, vec![ruling], &self.mark.name).await?;
        Ok(true)
    }

    async fn told_of_referral(
        &self,
        tx: &mut crate::db::Tx,
        slice: &Slice,
        item: &Posting,
        ends: &Ends,
    ) -> Result<bool> {
        if !leases::let_go(tx, slice.lease, item.id).await? {
            return Ok(false);
        }
        let (failed, next) = match ends {
            Ends::Told | Ends::Person(_) => (0, None),
            Ends::Wait { after, tried, .. } => {
                let failed = item.round + i64::from(*tried);
                let now = clock::now();
                let next = if *tried { self.rounds.next(failed, now) } else { Some(now) };
                (failed, next.map(|at| after.map_or(at, |after| after.max(at)).as_microsecond()))
            }
        };
        post_backs::rounds(tx, &[(item.id, failed, next)]).await?;
        Ok(true)
    }

    async fn one(
        &self,
        tx: &mut crate::db::Tx,
        slice: &Slice,
        step: Move,
        entry: Written,
    ) -> Result<bool> {
        let (batch, lease, actor) = (slice.batch, Some(slice.lease), self.actor());
        let moved = moves::items(tx, batch, lease, &[step], vec![entry], &actor).await?;
        Ok(moved == Moved::All)
    }
}

/// Writes how effects ended, with an entry for each that had not ended before.
async fn write_ends(tx: &mut crate::db::Tx, all: Vec<(Ended, Entry)>) -> Result<()> {
    let (ended, entries): (Vec<Ended>, Vec<Entry>) = all.into_iter().unzip();
    let written = post_backs::end(tx, &ended).await?;
    let new = entries.into_iter().zip(written).filter(|(_, new)| *new).map(|(entry, _)| entry);
    job_log::append(tx, &new.collect::<Vec<_>>()).await
}

/// A move that changes nothing but the state.
fn step(item: &Posting, from: Item, to: Item) -> Move {
    Move { item: item.id, from, to, reason: String::new(), award: item.award, ruling: item.ruling }
}
