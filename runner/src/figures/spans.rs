//! Times to settle. Each is kept as one of a few hundred lengths, so that a month of a million items
//! is a few hundred counts: to the minute up to an hour, to a quarter of an hour up to two days, to six
//! hours beyond. It is always rounded up.

use std::collections::BTreeMap;

const HOUR: i64 = 60;
const TWO_DAYS: i64 = 48 * HOUR;
const QUARTER: i64 = 15;
const SIX_HOURS: i64 = 6 * HOUR;

/// The length in minutes under which a time is kept.
pub(super) fn length(micros: i64) -> i64 {
    let minutes = up(micros.max(0), 60_000_000);
    match minutes {
        ..=HOUR => minutes,
        _ if minutes <= TWO_DAYS => up(minutes, QUARTER) * QUARTER,
        _ => up(minutes, SIX_HOURS) * SIX_HOURS,
    }
}

/// The length in seconds under which a review is kept: to five seconds up to two minutes, to half a
/// minute up to half an hour, to ten minutes beyond.
pub(super) fn review(seconds: i64) -> i64 {
    let unit = match seconds {
        ..=120 => 5,
        121..=1800 => 30,
        _ => 600,
    };
    up(seconds.max(0), unit) * unit
}

fn up(n: i64, unit: i64) -> i64 {
    n / unit + i64::from(n % unit > 0)
}

/// The length that so many hundredths of all do not exceed: by nearest rank. `None` of nothing.
pub(super) fn percentile(lengths: &BTreeMap<i64, i64>, hundredths: i64) -> Option<i64> {
    let all: i64 = lengths.values().sum();
    let rank = up(all * hundredths, 100).max(1);
    let mut passed = 0;
    lengths
        .iter()
        .find(|(_, n)| {
            passed += **n;
            passed >= rank
        })
        .map(|(length, _)| *length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_rounded_up_the_more_the_longer_it_is() {
        let minute = 60_000_000;
        for (minutes, kept) in
            [(0, 0), (1, 1), (59, 59), (60, 60), (61, 75), (75, 75), (76, 90), (2880, 2880)]
        {
            assert_eq!(length(minutes * minute), kept, "{minutes}");
        }
        assert_eq!(length(1), 1, "a moment is a minute");
        assert_eq!(length(2881 * minute), 3240);
        assert_eq!(length(-5), 0, "a clock that went back");
    }

    #[test]
    fn the_middle_and_nine_tenths_are_found_by_nearest_rank() {
        let one_to_ten: BTreeMap<i64, i64> = (1..=10).map(|n| (n, 1)).collect();
        assert_eq!(percentile(&one_to_ten, 50), Some(5));
        assert_eq!(percentile(&one_to_ten, 90), Some(9));
        assert_eq!(percentile(&BTreeMap::from([(3, 1)]), 50), Some(3));
        assert_eq!(percentile(&BTreeMap::from([(1, 2), (9, 1)]), 90), Some(9));
        assert_eq!(percentile(&BTreeMap::new(), 50), None);
    }
}
