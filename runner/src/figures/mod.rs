//! What managers count: what was done in a week or a month, how often at the first time, how long it
//! took, what it saved. `docs/figures.md` says what each figure is, and what it does not say.
//!
//! Everything is counted from the job log, by day, in the background: nothing is unsealed, a case
//! that was erased still counts, and intake waits for nobody.
//!
//! | file | job |
//! |---|---|
//! | `seen` | of a log entry what counts |
//! | `count` | the log becomes counts, stretch by stretch, each entry once |
//! | `tally` | what a stretch adds, and what has been counted of its items |
//! | `period` | weeks, months, and from one day to another |
//! | `spans` | times to settle: how they are kept, and their middle |
//! | `view` | the counts of a period as figures |
//! | `people` | who looked at cases, how long before they settled them, how often otherwise |
//! | `saved` | minutes and money, by the council's own assumptions |
//! | `csv`, `book` | the figures as files |

mod book;
mod count;
mod csv;
mod people;
mod period;
mod saved;
mod seen;
mod spans;
mod tally;
#[cfg(test)]
mod tests;
mod view;

pub use book::write as write_book;
pub use count::{Progress, forget, keep_up};
pub use csv::write as csv;
pub use people::{Looks, looks};
pub use period::{Period, Step};
pub use saved::{Assumptions, Saved};
pub use view::{
    Figures, FirstTime, Of, Officers, Reason, Settled, Span, Takes, Volumes, Work, figures,
};

/// Days within which the same application may come again, so that the first was not settled the first
/// time.
pub const WINDOW: i64 = 28;
