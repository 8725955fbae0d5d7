//! What the scheduler asks of whoever does the work.

use std::future::Future;
use std::pin::Pin;

use jiff::Timestamp;

use crate::error::Result;
use crate::schedule::Schedule;

/// An answer that takes a moment.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// Does the runs of schedules. The scheduler calls it from one task, one call after another.
pub trait Jobs: Send + Sync {
    /// How many files lie there for a schedule, where that can be told. With none its run is not
    /// begun: it has ended before it has begun.
    fn waiting<'a>(&'a self, schedule: &'a Schedule) -> Answer<'a, Option<i64>>;

    /// Whether something of a schedule is under way that no firing began.
    fn busy<'a>(&'a self, schedule: &'a Schedule) -> Answer<'a, bool>;

    /// Begins a run; answers as soon as it is under way. When it has ended, whoever does it tells
    /// the store (`Store::fire_ended`).
    ///
    /// The same run is begun once more if this process dies before that: then what was done stays,
    /// and the rest is done.
    fn begin<'a>(&'a self, schedule: &'a Schedule, due: Timestamp) -> Answer<'a, ()>;
}
