//! Several effects in one request: as one change where they belong together, or side by side.

use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;
use uuid::Uuid;

use super::Connection;
use super::batch;
use super::client::GivenUp;
use super::effects::{Effect, Wire, refused};
use super::errors::{self, Failed, Fault};
use super::post::{Standing, asks_to_look, in_spite};
use crate::http::Answer;
use crate::outlet::{Outcome, Repeat};

/// The protocol takes this many requests in one.
const MOST: usize = 1000;

/// How many go side by side in one request: the maker's advice is ten or so.
const SIDE_BY_SIDE: usize = 10;

/// Effects on their way, each with its end once it is known.
struct Lot<'a> {
    effects: Vec<(&'a Effect, Wire)>,
    ends: Mutex<Vec<Option<Outcome>>>,
}

impl Connection {
    /// Sends effects that belong together: all of them come to stand, or none. One outcome each,
    /// in their order.
    pub async fn post_together(&self, effects: &[Effect]) -> Vec<Outcome> {
        if effects.len() > MOST {
            let why = format!("{} effects cannot go together, {MOST} can", effects.len());
            return vec![Outcome::Refused(refused("too-many", &why)); effects.len()];
        }
        let lot = match self.lot(effects) {
            Ok(lot) => lot,
            // If one can never be sent, those that belong to it must not be sent without it.
            Err(ends) => {
                let ends = ends.into_iter();
                return ends.map(|end| end.unwrap_or_else(not_without)).collect();
            }
        };
        self.through(&lot, true).await;
        lot.into_ends()
    }

    /// Sends effects that have nothing to do with each other, several in one request. One outcome
    /// each, in their order. No two of them should be about one record.
    pub async fn post_each(&self, effects: &[Effect]) -> Vec<Outcome> {
        let mut all = Vec::with_capacity(effects.len());
        for effects in effects.chunks(SIDE_BY_SIDE) {
            match self.lot(effects) {
                Ok(lot) => {
                    self.through(&lot, false).await;
                    all.extend(lot.into_ends());
                }
                // One that can never be sent does not keep the others back.
                Err(ends) => {
                    for (effect, end) in effects.iter().zip(ends) {
                        all.push(match end {
                            Some(end) => end,
                            None => self.post(effect).await,
                        });
                    }
                }
            }
        }
        all
    }

    /// The effects as requests; else the ends of those that can never be one.
    fn lot<'a>(&self, effects: &'a [Effect]) -> Result<Lot<'a>, Vec<Option<Outcome>>> {
        let wires: Vec<_> =
            effects.iter().map(|effect| effect.wire(&self.client.settings)).collect();
        if wires.iter().any(Result::is_err) {
            return Err(wires.into_iter().map(|it| it.err().map(Outcome::Refused)).collect());
        }
        let effects: Vec<_> = effects.iter().zip(wires.into_iter().flatten()).collect();
        let ends = Mutex::new(vec![None; effects.len()]);
        Ok(Lot { effects, ends })
    }

    async fn through(&self, lot: &Lot<'_>, together: bool) {
        let mut tries = self.client.tries();
        loop {
            let Err(failed) = self.one_try(lot, together, tries.until).await else { return };
            if let Err(GivenUp { failed, perhaps }) = tries.again(failed).await {
                for at in lot.open() {
                    let columns = lot.effects[at].0.columns();
                    lot.end(at, errors::outcome(&failed, perhaps, &columns));
                }
                return;
            }
        }
    }

    async fn one_try(&self, lot: &Lot<'_>, together: bool, until: Instant) -> Result<(), Failed> {
        self.look_first(lot, until).await?;
        if together { self.all_or_none(lot, until).await } else { self.some(lot, until).await }
    }

    async fn look_first(&self, lot: &Lot<'_>, until: Instant) -> Result<(), Failed> {
        for at in lot.open() {
            let effect = lot.effects[at].0;
            if effect.repeat() == Repeat::Readable
                && let Some(end) = self.look(effect, until).await?.outcome()
            {
                lot.end(at, end);
            }
        }
        Ok(())
    }

    /// One try at what is open, side by side.
    async fn some(&self, lot: &Lot<'_>, until: Instant) -> Result<(), Failed> {
        let open = lot.open();
        let Some((answers, request_id)) = self.send(lot, &open, false, until).await? else {
            return Ok(());
        };
        if answers.len() != open.len() {
            return Err(garbled(request_id));
        }
        let mut again = None;
        for (at, answer) in open.into_iter().zip(answers) {
            let effect = lot.effects[at].0;
            match answer.settled() {
                Ok(answer) => match self.receipt(effect, &answer, request_id, until).await {
                    Ok(end) => lot.end(at, end),
                    Err(failed) => again = Some(failed),
                },
                Err(fault) => {
                    let mut failed = Failed::of(fault, Some(request_id));
                    if asks_to_look(effect, &failed) {
                        match self.look(effect, until).await.map(Standing::outcome) {
                            Ok(Some(end)) => {
                                lot.end(at, end);
                                continue;
                            }
                            Ok(None) => failed = in_spite(failed),
                            Err(other) => failed = other,
                        }
                    }
                    if failed.fault.passes() {
                        again = Some(failed);
                    } else {
                        lot.end(at, errors::outcome(&failed, false, &effect.columns()));
                    }
                }
            }
        }
        again.map_or(Ok(()), Err)
    }

    /// One try at what is open, as one change.
    async fn all_or_none(&self, lot: &Lot<'_>, until: Instant) -> Result<(), Failed> {
        if lot.somebody_was_there() {
            lot.end_all(&not_without);
        }
        let open = lot.open();
        let Some((answers, request_id)) = self.send(lot, &open, true, until).await? else {
            return Ok(());
        };
        let mut fault = None;
        let mut good = Vec::new();
        for answer in answers {
            match answer.settled() {
                Ok(answer) => good.push(answer),
                Err(first) => {
                    fault = Some(Failed::of(first, Some(request_id)));
                    break;
                }
            }
        }
        match fault {
            None if good.len() == open.len() => {
                for (at, answer) in open.into_iter().zip(good) {
                    let end = self.receipt(lot.effects[at].0, &answer, request_id, until).await?;
                    lot.end(at, end);
                }
                Ok(())
            }
            None => Err(garbled(request_id)),
            Some(failed) => self.what_stands(lot, failed, until).await,
        }
    }

    /// A change that was not done as a whole. Either it was done before and its answer was lost, or
    /// somebody else was there, or it cannot be done.
    async fn what_stands(
        &self,
        lot: &Lot<'_>,
        failed: Failed,
        until: Instant,
    ) -> Result<(), Failed> {
        let open = lot.open();
        if !open.iter().any(|at| asks_to_look(lot.effects[*at].0, &failed)) {
            return Err(failed);
        }
        let mut found = 0;
        for at in open {
            if let Some(end) = self.look(lot.effects[at].0, until).await?.outcome() {
                found += 1;
                lot.end(at, end);
            }
        }
        if lot.open().is_empty() {
            return Ok(());
        }
        if lot.somebody_was_there() {
            lot.end_all(&not_without);
            return Ok(());
        }
        let failed = in_spite(failed);
        if found > 0 && !failed.fault.passes() {
            // Some stood already, so the no may have been about those: the rest is sent alone.
            return Err(Failed::of(Fault::Undone, failed.request_id));
        }
        Err(failed)
    }

    /// Sends those and reads the answers that come back; none if there is nothing to send.
    async fn send(
        &self,
        lot: &Lot<'_>,
        open: &[usize],
        together: bool,
        until: Instant,
    ) -> Result<Option<(Vec<Answer>, Uuid)>, Failed> {
        if open.is_empty() {
            return Ok(None);
        }
        let wires: Vec<&Wire> = open.iter().map(|at| &lot.effects[*at].1).collect();
        let (base, to) = (&self.client.base, self.client.url("$batch")?);
        let request = if together {
            batch::together(base, to, &wires)
        } else {
            batch::each(base, to, &wires)
        };
        let (answer, request_id) = self.client.whatever(request, until).await?;
        if !batch::is_multipart(&answer) {
            let fault = match answer.settled() {
                Ok(_) => return Err(garbled(request_id)),
                // The batch itself was asked on no condition and is always there.
                Err(Fault::No(no)) if matches!(no.status, 404 | 412) => Fault::Broken(no.status),
                Err(fault) => fault,
            };
            return Err(Failed::of(fault, Some(request_id)));
        }
        let answers = batch::answers(&answer).filter(|answers| !answers.is_empty());
        Ok(Some((answers.ok_or_else(|| garbled(request_id))?, request_id)))
    }
}

impl Lot<'_> {
    fn ends(&self) -> std::sync::MutexGuard<'_, Vec<Option<Outcome>>> {
        self.ends.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Those without an end yet.
    fn open(&self) -> Vec<usize> {
        let ends = self.ends();
        (0..ends.len()).filter(|at| ends[*at].is_none()).collect()
    }

    fn end(&self, at: usize, end: Outcome) {
        self.ends()[at] = Some(end);
    }

    fn end_all(&self, end: &dyn Fn() -> Outcome) {
        for at in self.open() {
            self.end(at, end());
        }
    }

    fn somebody_was_there(&self) -> bool {
        self.ends().iter().any(|end| matches!(end, Some(Outcome::Conflict(_))))
    }

    /// Every effect has its end by now; the fallback tells a person if that is ever wrong.
    fn into_ends(self) -> Vec<Outcome> {
        let ends = self.ends.into_inner().unwrap_or_else(PoisonError::into_inner);
        ends.into_iter().map(|end| end.unwrap_or_else(not_without)).collect()
    }
}

fn not_without() -> Outcome {
    Outcome::Refused(refused(
        "belongs-together",
        "it was not done because another effect that belongs to it could not be",
    ))
}

fn garbled(request_id: Uuid) -> Failed {
    Failed::of(Fault::Lost("it is garbled"), Some(request_id))
}
