//! A trial: the same flow over a throw-away store. It takes no file, posts nothing, and leaves one
//! log entry. Sameness is judged against the real store.

use std::sync::Arc;
use std::time::Instant;

use super::{Aside, Outcome, Runner, Step};
use crate::error::Result;
use crate::holder::Holder;
use crate::job_log::{self, Entry, Kind};
use crate::pipeline::{self, Pipeline};
use crate::report::Report;
use crate::state;
use crate::store::moves;
use crate::store::rows::Reported;

/// What a trial of a sheet's first rows gave. Personal.
pub struct Tried {
    /// How many, and where the log stood.
    pub outcome: Outcome,
    /// What became of each row.
    pub rows: Vec<Reported>,
}

impl Runner {
    pub(super) async fn try_dry(&self, source: &[u8; 32], started: Instant) -> Result<Outcome> {
        let (aside, recorded) = self.decide_aside(source, None).await?;
        let (dry, batch) = (Arc::clone(&aside.store), aside.batch);
        let output = match &self.request.output {
            Some(path) => {
                (self.progress)(Step::Reporting);
                let report = Report {
                    store: Arc::clone(&dry),
                    bot: self.bot,
                    council: self.folder.council.clone(),
                    notices: aside.notices.clone(),
                    actor: self.actor.clone(),
                };
                Some(report.write(batch, path).await?)
            }
            None => None,
        };
        let batch = dry.batch(batch).await?;
        let log = self.leave_entry(source, batch.totals.rows).await?;
        Ok(self.outcome(&batch, false, recorded, output, log, aside.notices.clone(), started))
    }

    /// Tries the first rows of a sheet, or all, and answers what came of up to `shown` of them.
    pub async fn try_first(self, first: Option<usize>, shown: i64) -> Result<Tried> {
        let started = Instant::now();
        let source = crate::lookups::sha256_of(self.input()?, "the input file")?;
        let (aside, recorded) = self.decide_aside(&source, first).await?;
        let pattern = aside.store.pattern(aside.batch).await?;
        let rows = aside.store.report_rows(aside.batch, 0, shown).await?;
        let rows: Result<Vec<Reported>> =
            rows.iter().map(|row| aside.store.reported(row, &pattern)).collect();
        let batch = aside.store.batch(aside.batch).await?;
        let log = self.leave_entry(&source, batch.totals.rows).await?;
        let notices = aside.notices.clone();
        let outcome = self.outcome(&batch, false, recorded, None, log, notices, started);
        Ok(Tried { outcome, rows: rows? })
    }

    /// Takes the rows in aside and decides them.
    async fn decide_aside(&self, source: &[u8; 32], first: Option<usize>) -> Result<(Aside, u64)> {
        let aside = self.take_in_aside(source, Some(Arc::clone(&self.store)), first).await?;
        let (dry, batch) = (Arc::clone(&aside.store), aside.batch);
        let mut tx = dry.db.begin().await?;
        for to in [state::Batch::Checked, state::Batch::Running] {
            moves::batch(&mut tx, batch, to, Entry::new(Kind::BatchMoved, &self.actor)).await?;
        }
        moves::follow(&mut tx, batch, &self.actor).await?;
        tx.commit().await?;
        let totals = dry.batch(batch).await?.totals;
        if totals.in_hand == 0 {
            return Ok((aside, 0));
        }
        let holder = Arc::new(Holder::register(aside.folder())?);
        let pipeline = Arc::new(Pipeline {
            store: Arc::clone(&dry),
            also: Some(Arc::clone(&self.store)),
            bot: self.bot,
            mark: pipeline::mark(self.bot),
            policy: Arc::clone(&self.policy),
            lookups: Arc::clone(&aside.lookups),
            today: self.request.today,
            outlets: Arc::new(self.outlets().await?.dry()),
            rounds: self.rounds()?,
            again: self.request.schedule.again,
        });
        let recorded = self.decide(dry, holder, pipeline, batch, totals).await?;
        Ok((aside, recorded))
    }

    async fn leave_entry(&self, source: &[u8; 32], rows: i64) -> Result<job_log::Head> {
        let mut tx = self.store.db.begin().await?;
        let entry = Entry::new(Kind::DryRun, &self.actor)
            .bot(&pipeline::mark(self.bot))
            .policy(self.policy.digest())
            .sha256(source)
            .count(rows);
        job_log::append(&mut tx, &[entry]).await?;
        tx.commit().await?;
        job_log::checkpoint(&self.store.db, &self.folder).await
    }
}
