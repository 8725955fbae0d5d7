//! The only place that reads the clock. Rules never see it: `decided_on` comes from the case.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};

/// Now, to the microsecond, as the job log writes it.
#[expect(clippy::disallowed_methods, reason = "this is the clock")]
pub fn now() -> Timestamp {
    let now = Timestamp::now();
    now.round(Unit::Microsecond).unwrap_or(now)
}

/// Microseconds since 1970, as the store keeps times.
pub fn micros() -> i64 {
    now().as_microsecond()
}

/// The day it is in the United Kingdom.
pub fn today() -> Date {
    local(now()).date()
}

/// A moment on the clock of the United Kingdom, as reports show it.
pub fn local(at: Timestamp) -> DateTime {
    at.to_zoned(London::zone()).datetime()
}

/// The time zone of the United Kingdom.
pub fn zone() -> TimeZone {
    London::zone()
}

/// A stored time on the clock of the United Kingdom, to the second.
pub fn local_micros(micros: i64) -> DateTime {
    let at = Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH);
    let at = local(at);
    at.round(Unit::Second).unwrap_or(at)
}

/// RFC 3339 in UTC with six decimals, so that entries sort as text.
pub fn rfc3339(at: Timestamp) -> String {
    format!("{at:.6}")
}

struct London;

impl London {
    fn zone() -> TimeZone {
        TimeZone::get("Europe/London").expect("the time zone database is carried in the program")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summer_in_london_is_an_hour_ahead() {
        let at: Timestamp = "2026-07-01T12:00:00Z".parse().unwrap();
        assert_eq!(local(at).hour(), 13);
    }

    #[test]
    fn times_are_written_with_six_decimals() {
        let at: Timestamp = "2026-07-01T12:00:00.5Z".parse().unwrap();
        assert_eq!(rfc3339(at), "2026-07-01T12:00:00.500000Z");
    }
}
