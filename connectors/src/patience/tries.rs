//! How often and how long a fault of seconds is waited out.

use std::time::Duration;

use jiff::fmt::rfc2822;

/// How a fault of seconds is waited out before the effect is left to the next round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tries {
    /// Tries, the first one counted.
    pub at_most: u32,
    /// The first pause is drawn from nothing up to this; each further one from twice as much.
    pub first: Duration,
    /// No pause is longer.
    pub longest: Duration,
    /// After this time an effect goes back to whoever sent it, tried out or not.
    pub hold: Duration,
}

impl Default for Tries {
    fn default() -> Self {
        Self {
            at_most: 6,
            first: Duration::from_millis(500),
            longest: Duration::from_secs(20),
            hold: Duration::from_mins(2),
        }
    }
}

impl Tries {
    /// The pause after so many tries have failed, or none if that was the last one.
    ///
    /// Drawn by lot from the whole span, since workers that failed together would otherwise come
    /// back together. The lot is a number of the caller's.
    pub fn pause(&self, failed: u32, lot: u64) -> Option<Duration> {
        if failed >= self.at_most {
            return None;
        }
        let doubled = 2_u32.saturating_pow(failed.saturating_sub(1));
        let span = self.first.saturating_mul(doubled).min(self.longest);
        let nanos = u64::try_from(span.as_nanos()).unwrap_or(u64::MAX);
        Some(Duration::from_nanos(lot % nanos.saturating_add(1).max(1)))
    }
}

/// No answer is believed that asks for more.
const A_DAY: Duration = Duration::from_hours(24);

/// The wait that a `Retry-After` asks for: seconds, or a date. A date is held against the answer's
/// own `Date`, so that it does not matter what our clock says; without one it cannot be read.
pub fn retry_after(value: &str, date: Option<&str>) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(value.parse().map_or(A_DAY, Duration::from_secs).min(A_DAY));
    }
    let until = rfc2822::DateTimeParser::new().parse_timestamp(value).ok()?;
    let now = rfc2822::DateTimeParser::new().parse_timestamp(date?.trim()).ok()?;
    let seconds = u64::try_from(until.as_second() - now.as_second()).unwrap_or(0);
    Some(Duration::from_secs(seconds).min(A_DAY))
}
