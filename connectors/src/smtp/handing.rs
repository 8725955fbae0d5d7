//! One mail handed over, step by step, so that it is known how far it came.

use std::sync::atomic::{AtomicBool, Ordering};

use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::response::Severity;
use tokio::time::{sleep, timeout};

use super::errors::{Broke, Fault, Step};
use super::mail::Written;
use super::session::{Session, is, said};
use super::settings::Timeouts;

impl Session {
    /// Hands a mail over. It is accepted exactly if this says so, or may have been if the fault
    /// says so.
    pub(super) async fn hand_over(
        &mut self,
        written: &Written,
        times: &Timeouts,
    ) -> Result<(), Fault> {
        let from = Mail::new(Some(written.from.clone()), Vec::new());
        let to = Rcpt::new(written.to.clone(), Vec::new());
        let answer = said(Step::Sender, times.command, self.smtp.command(from)).await?;
        is(Step::Sender, &answer, 250)?;
        let answer = said(Step::Recipient, times.command, self.smtp.command(to)).await?;
        if !answer.has_code(251) {
            is(Step::Recipient, &answer, 250)?;
        }
        let answer = said(Step::Data, times.command, self.smtp.command(Data)).await?;
        is(Step::Data, &answer, 354)?;
        self.text(&written.bytes, times).await
    }

    /// The mail itself and the dot that ends it.
    ///
    /// The client library tells one broken connection from another no further. But it takes the
    /// parts of a mail one after the other, each when the last is written, and writes the dot when
    /// there is none left: so the moment before the dot can be seen from here.
    async fn text(&mut self, bytes: &[u8], times: &Timeouts) -> Result<(), Fault> {
        let ended = AtomicBool::new(false);
        let rest = std::iter::from_fn(|| {
            ended.store(true, Ordering::SeqCst);
            None
        });
        let parts = std::iter::once(bytes).chain(rest);
        let answer = {
            let writing = self.smtp.message_iter(parts);
            tokio::pin!(writing);
            let soon = tokio::select! {
                answer = &mut writing => Some(answer),
                () = sleep(times.body) => None,
            };
            match soon {
                Some(answer) => Some(answer),
                None if !ended.load(Ordering::SeqCst) => None,
                None => timeout(times.end, writing).await.ok(),
            }
        };
        let step = if ended.load(Ordering::SeqCst) { Step::End } else { Step::Body };
        match answer {
            None => Err(Fault::of(step, Broke::Silent)),
            Some(Err(error)) => Err(Fault::of(step, Broke::Said(error))),
            Some(Ok(answer)) if answer.code().severity == Severity::PositiveCompletion => Ok(()),
            Some(Ok(_)) => Err(Fault::of(step, Broke::Strange)),
        }
    }
}
