//! The counts of a period as figures. A struct here is what the page shows, what `--json` prints and
//! what the JSON API answers: it holds nothing personal.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Serialize;

use super::saved::{Assumptions, Saved, assumptions, saved, together};
use super::tally::{ASKED, BOT, BY_HAND, CHANGED, CONFIRMED, OPENED, REPEATED, what};
use super::{Period, Progress, WINDOW, spans};
use crate::clock;
use crate::error::Result;
use crate::record;
use crate::settings::Council;
use crate::store::Store;
use crate::store::figures::Sum;

/// A reason that was met less often than this is not counted out.
const FEW: i64 = 5;

/// What was done in a period.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Figures {
    /// The council.
    pub council: String,
    /// The period in words.
    pub period: String,
    /// Its first day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Its last day.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// Log entries that have been counted.
    pub entries_counted: i64,
    /// Log entries there are; more than were counted: the figures are behind.
    pub entries: i64,
    /// From this day on it is final what was settled the first time; none: it is final now.
    #[schema(value_type = Option<String>, format = Date)]
    pub provisional_until: Option<Date>,
    /// What the council assumes.
    pub assumptions: Assumptions,
    /// All bots together.
    pub all: Work,
    /// Each bot of which there was something.
    pub bots: Vec<Work>,
    /// Items settled, day by day or week by week.
    pub course: Vec<Part>,
}

/// What was settled in a part of the period.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Part {
    /// The part in words.
    pub part: String,
    /// Items settled in it.
    pub settled: i64,
}

/// What one bot, or all of them, and their officers did.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Work {
    /// The bot's name; none: all together.
    pub bot: Option<String>,
    /// Its title.
    pub title: String,
    /// What came in and where it went.
    pub volumes: Volumes,
    /// Who settled what was settled.
    pub settled: Settled,
    /// What was settled the first time.
    pub first_time: FirstTime,
    /// Settled without a person, of all that was settled. There is no target for it.
    pub without_person: Of,
    /// Why items waited for a person; an item may have several reasons.
    pub reasons: Vec<Reason>,
    /// How long it took.
    pub takes: Takes,
    /// What officers decided.
    pub officers: Officers,
    /// What was saved; none: the council has not said how long an item takes by hand.
    pub saved: Option<Saved>,
}

/// What came in and where it went, each by the day on which it happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Volumes {
    /// Rows that came in.
    pub rows: i64,
    /// Rows that could not become a case.
    pub rejected: i64,
    /// Rows that repeat an item.
    pub duplicates: i64,
    /// Rows that became items.
    pub items: i64,
    /// Times that an item came to wait for a person.
    pub referred: i64,
    /// Times that a system failed, and no round was left.
    pub failed: i64,
    /// Items that will not be decided.
    pub cancelled: i64,
    /// Items that were settled.
    pub settled: i64,
}

/// Who settled what was settled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Settled {
    /// Its bot, by rules, with nobody taking part.
    pub by_bot: i64,
    /// An officer, as it was recommended.
    pub confirmed: i64,
    /// An officer, otherwise than recommended.
    pub changed: i64,
    /// A person, outside the flow.
    pub by_hand: i64,
}

/// A number out of another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Of {
    /// So many.
    pub n: i64,
    /// Of so many.
    pub of: i64,
    /// In hundredths with one decimal; none of nothing.
    pub percent: Option<String>,
}

/// What was settled the first time: no evidence asked for, not opened again, and the same application
/// did not come again within 28 days; whether by a bot or an officer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FirstTime {
    /// Of everything that was settled.
    pub all: Of,
    /// Of what its bot settled.
    pub by_bot: Of,
    /// Of what a person settled.
    pub by_person: Of,
    /// Whether the council's target is met; none of nothing.
    pub met: Option<bool>,
    /// Settled after evidence was asked for.
    pub evidence_asked: i64,
    /// Opened again by a person: a correction, a review, a representation.
    pub opened_again: i64,
    /// The same application came again within 28 days.
    pub came_again: i64,
}

/// Why items waited for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Reason {
    /// Its code.
    pub code: String,
    /// In words.
    pub words: String,
    /// How often; none: fewer than 5.
    pub n: Option<i64>,
}

/// How long it took from when a batch came in to when an item of it was settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Takes {
    /// Everything that was settled.
    pub all: Span,
    /// What its bot settled.
    pub by_bot: Span,
    /// What a person settled.
    pub by_person: Span,
}

/// The middle and the ninth tenth of some times.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Span {
    /// Half of them took no longer, in minutes.
    pub median_minutes: Option<i64>,
    /// Nine in ten took no longer, in minutes.
    pub ninetieth_minutes: Option<i64>,
    /// Half of them took no longer, in working days.
    pub median_working_days: Option<i64>,
    /// Nine in ten took no longer, in working days.
    pub ninetieth_working_days: Option<i64>,
}

/// What officers decided of what was recommended to them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Officers {
    /// They let it stand.
    pub confirmed: i64,
    /// They decided otherwise.
    pub changed: i64,
    /// The share decided otherwise.
    pub overridden: Of,
}

impl Of {
    pub(super) fn new(n: i64, of: i64) -> Self {
        let tenths = (of > 0).then(|| (n * 2000 + of) / (of * 2));
        let percent = tenths.map(|tenths| format!("{}.{}", tenths / 10, tenths % 10));
        Self { n, of, percent }
    }
}

impl Settled {
    /// By a person.
    pub fn by_person(self) -> i64 {
        self.confirmed + self.changed + self.by_hand
    }
}

/// What was done in a period; of these bots alone, if they are named. Counts nothing itself.
pub async fn figures(
    store: &Store,
    council: &Council,
    period: Period,
    bots: Option<&BTreeSet<String>>,
    progress: Progress,
) -> Result<Figures> {
    let settings = &council.figures;
    let sums = store.figures(period.from, period.to, bots).await?;
    let names: BTreeSet<&str> = sums.iter().map(|sum| sum.bot.as_str()).collect();
    let work = |bot: Option<&str>| {
        let mine = sums.iter().filter(|sum| bot.is_none_or(|bot| bot == sum.bot));
        Counts::of(mine).work(bot, settings.first_time_target.0)
    };
    let each = names.iter().map(|bot| {
        let mut work = work(Some(bot));
        work.saved = saved(settings, bot, work.settled.by_bot);
        work
    });
    let each: Vec<Work> = each.collect();
    let mut all = work(None);
    let known: Vec<&Saved> = each.iter().filter_map(|work| work.saved.as_ref()).collect();
    all.saved = together(settings, &known);
    let parts = period.parts();
    let stretches: Vec<(Date, Date)> = parts.iter().map(|part| (part.from, part.to)).collect();
    let settled = store.figures_in(what::SETTLED, &stretches, &names).await?;
    let course = parts.iter().zip(settled);
    let course = course.map(|(part, settled)| Part { part: part.title(), settled });
    // What was settled yesterday may come again for four weeks.
    let window = i32::try_from(WINDOW).unwrap_or(i32::MAX);
    let last = period.to.min(clock::today());
    let over = last.saturating_add((window + 1).days());
    Ok(Figures {
        council: council.name.clone(),
        period: period.title(),
        from: period.from,
        to: period.to,
        entries_counted: progress.counted,
        entries: progress.of,
        provisional_until: (over > clock::today()).then_some(over),
        assumptions: assumptions(settings),
        all,
        bots: each,
        course: course.collect(),
    })
}

/// Counts by what was counted and of what kind.
struct Counts<'a>(BTreeMap<(&'a str, &'a str), i64>);

impl<'a> Counts<'a> {
    fn of(sums: impl Iterator<Item = &'a Sum>) -> Self {
        let mut counts = BTreeMap::new();
        for sum in sums {
            *counts.entry((sum.what.as_str(), sum.detail.as_str())).or_default() += sum.n;
        }
        Self(counts)
    }

    fn n(&self, what: &str, detail: &str) -> i64 {
        self.0.get(&(what, detail)).copied().unwrap_or(0)
    }

    fn kinds(&self, what: &'a str) -> impl Iterator<Item = (&'a str, i64)> {
        let mine = self.0.range((what, "")..).take_while(move |((it, _), _)| *it == what);
        mine.map(|((_, detail), n)| (*detail, *n))
    }

    /// Of each kind of length how many, in several counts together.
    fn lengths(&self, whats: &[&'a str]) -> BTreeMap<i64, i64> {
        let mut lengths = BTreeMap::new();
        for (length, n) in whats.iter().flat_map(|what| self.kinds(what)) {
            *lengths.entry(length.parse().unwrap_or(0)).or_default() += n;
        }
        lengths
    }

    fn span(&self, minutes: &[&'a str], days: &[&'a str]) -> Span {
        let (minutes, days) = (self.lengths(minutes), self.lengths(days));
        Span {
            median_minutes: spans::percentile(&minutes, 50),
            ninetieth_minutes: spans::percentile(&minutes, 90),
            median_working_days: spans::percentile(&days, 50),
            ninetieth_working_days: spans::percentile(&days, 90),
        }
    }

    fn work(&self, bot: Option<&str>, target: i64) -> Work {
        let known = bot.and_then(clerkwork_bots::find).map(|bot| bot.manifest().title);
        let by_how = |what: &str| Settled {
            by_bot: self.n(what, BOT),
            confirmed: self.n(what, CONFIRMED),
            changed: self.n(what, CHANGED),
            by_hand: self.n(what, BY_HAND),
        };
        let (settled, first) = (by_how(what::SETTLED), by_how(what::FIRST));
        let all = settled.by_bot + settled.by_person();
        let (confirmed, changed) =
            (self.n(what::OFFICER, CONFIRMED), self.n(what::OFFICER, CHANGED));
        let of_all = Of::new(first.by_bot + first.by_person(), all);
        Work {
            bot: bot.map(str::to_owned),
            title: known.or(bot).unwrap_or("All bots").to_owned(),
            volumes: self.volumes(all),
            settled,
            first_time: FirstTime {
                met: (all > 0).then(|| of_all.n * 100 >= target * all),
                all: of_all,
                by_bot: Of::new(first.by_bot, settled.by_bot),
                by_person: Of::new(first.by_person(), settled.by_person()),
                evidence_asked: self.n(what::NOT_FIRST, ASKED),
                opened_again: self.n(what::NOT_FIRST, OPENED),
                came_again: self.n(what::NOT_FIRST, REPEATED),
            },
            without_person: Of::new(settled.by_bot, all),
            reasons: self.reasons(bot.unwrap_or_default()),
            takes: Takes {
                all: self.span(
                    &[what::MINUTES_BOT, what::MINUTES_PERSON],
                    &[what::DAYS_BOT, what::DAYS_PERSON],
                ),
                by_bot: self.span(&[what::MINUTES_BOT], &[what::DAYS_BOT]),
                by_person: self.span(&[what::MINUTES_PERSON], &[what::DAYS_PERSON]),
            },
            officers: Officers {
                confirmed,
                changed,
                overridden: Of::new(changed, confirmed + changed),
            },
            saved: None,
        }
    }

    fn volumes(&self, settled: i64) -> Volumes {
        let n = |what| self.n(what, "");
        let (rejected, duplicates, items) =
            (n(what::REJECTED), n(what::DUPLICATE), n(what::TAKEN_IN));
        Volumes {
            rows: rejected + duplicates + items,
            rejected,
            duplicates,
            items,
            referred: n(what::REFERRED),
            failed: n(what::FAILED),
            cancelled: n(what::CANCELLED),
            settled,
        }
    }

    /// Most frequent first. A rare one is not counted out: with the name of a street or a school it
    /// might be enough to know who it was.
    fn reasons(&self, bot: &str) -> Vec<Reason> {
        let mut reasons: Vec<(&str, i64)> =
            self.kinds(what::REASON).filter(|(_, n)| *n > 0).collect();
        let rank = |n: i64| if n < FEW { 0 } else { n };
        reasons.sort_by(|one, other| rank(other.1).cmp(&rank(one.1)).then(one.0.cmp(other.0)));
        let reasons = reasons.into_iter().map(|(code, n)| Reason {
            code: code.to_owned(),
            words: record::why(bot, code),
            n: (n >= FEW).then_some(n),
        });
        reasons.collect()
    }
}
