//! What a stretch of the log adds to the counts, and what has been counted of its items.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::seen::{Seen, What};
use super::{WINDOW, spans};
use crate::clock;
use crate::ids::ItemId;
use crate::operate::{opened_by_look, opened_by_person};
use crate::schedule::calendar::Calendar;
use crate::store::figures::{Counted, Key, Origin};

/// Settled by its bot, by nobody else.
pub(super) const BOT: &str = "bot";
/// An officer let the recommendation stand.
pub(super) const CONFIRMED: &str = "confirmed";
/// An officer decided otherwise.
pub(super) const CHANGED: &str = "changed";
/// A person closed it outside the flow.
pub(super) const BY_HAND: &str = "by hand";

/// What is counted by day. The names are stored: another one needs the counts to be made anew.
pub(super) mod what {
    pub(crate) const REJECTED: &str = "rejected";
    pub(crate) const DUPLICATE: &str = "duplicate";
    pub(crate) const TAKEN_IN: &str = "taken in";
    pub(crate) const REFERRED: &str = "referred";
    /// A referral's reasons: each by itself.
    pub(crate) const REASON: &str = "reason";
    pub(crate) const FAILED: &str = "failed";
    pub(crate) const CANCELLED: &str = "cancelled";
    /// By the day on which it was settled, as the three below.
    pub(crate) const SETTLED: &str = "settled";
    pub(crate) const FIRST: &str = "first time";
    /// Why an item was not settled the first time: each by itself.
    pub(crate) const NOT_FIRST: &str = "not the first time";
    /// An officer's acts, by the day of the act.
    pub(crate) const OFFICER: &str = "officer";
    /// Minutes until it was settled, without and with a person.
    pub(crate) const MINUTES_BOT: &str = "minutes, bot";
    pub(crate) const MINUTES_PERSON: &str = "minutes, person";
    /// Views of cases, by who looked.
    pub(crate) const VIEWED: &str = "viewed";
    /// An officer's acts, by who acted.
    pub(crate) const CONFIRMED_BY: &str = "confirmed by";
    pub(crate) const CHANGED_BY: &str = "changed by";
    /// Seconds from opening a case to settling it, with who it was.
    pub(crate) const REVIEWED: &str = "seconds of review";
    /// Working days until it was settled, without and with a person.
    pub(crate) const DAYS_BOT: &str = "working days, bot";
    pub(crate) const DAYS_PERSON: &str = "working days, person";
}

/// Evidence was asked for.
pub(super) const ASKED: &str = "asked";
/// A person opened it again.
pub(super) const OPENED: &str = "opened again";
/// It came again within the window.
pub(super) const REPEATED: &str = "came again";

/// What a stretch comes to.
#[derive(Default)]
pub(super) struct Tally {
    /// What is added to the counts by day.
    pub(super) counts: BTreeMap<Key, i64>,
    /// What has been counted of the items that the stretch speaks of.
    pub(super) items: BTreeMap<ItemId, Counted>,
    /// Those of them that it changes.
    pub(super) changed: BTreeSet<ItemId>,
}

impl Tally {
    /// The item about which it must be known what was counted before; `follows`: what the item
    /// follows, as the store has it.
    pub(super) fn about(seen: &Seen, follows: Option<ItemId>) -> Option<ItemId> {
        match &seen.what {
            What::TakenIn { follows } => *follows,
            What::Officer { .. } | What::Asked | What::Done | What::ByHand => Some(seen.item),
            What::Referred { .. } if seen.another => follows,
            What::Rejected
            | What::Duplicate
            | What::Referred { .. }
            | What::Viewed
            | What::Failed
            | What::Cancelled => None,
        }
    }

    /// Counts what was seen.
    pub(super) fn add(
        &mut self,
        seen: &Seen,
        follows: Option<ItemId>,
        origin: &Origin,
        calendar: &Calendar,
    ) {
        let day = clock::local(seen.at).date();
        let about = Self::about(seen, follows);
        let bot = origin.bot.as_str();
        match &seen.what {
            What::Rejected => self.count(day, bot, what::REJECTED, "", 1),
            What::Duplicate => self.count(day, bot, what::DUPLICATE, "", 1),
            What::TakenIn { .. } => {
                // A look at what was put off brings nothing new.
                let looked = about.is_some_and(|it| opened_by_look(&origin.source, it));
                if !looked {
                    self.count(day, bot, what::TAKEN_IN, "", 1);
                }
                if let Some(earlier) = about {
                    self.followed(earlier, seen.item, day, origin);
                }
            }
            What::Referred { reasons } => {
                self.count(day, bot, what::REFERRED, "", 1);
                for reason in reasons {
                    self.count(day, bot, what::REASON, reason, 1);
                }
                if let Some(earlier) = about {
                    let came_again = |it: &Counted| it.repeated == Some(seen.item);
                    if self.items.get(&earlier).is_some_and(came_again) {
                        self.change(earlier, bot, |it| it.repeated = None);
                    }
                }
            }
            What::Viewed => self.count(day, bot, what::VIEWED, &seen.who, 1),
            What::Failed => self.count(day, bot, what::FAILED, "", 1),
            What::Cancelled => self.count(day, bot, what::CANCELLED, "", 1),
            What::Officer { changed } => {
                let how = if *changed { CHANGED } else { CONFIRMED };
                self.count(day, bot, what::OFFICER, how, 1);
                let by = if *changed { what::CHANGED_BY } else { what::CONFIRMED_BY };
                self.count(day, bot, by, &seen.who, 1);
                if let Some(seconds) = seen.seconds {
                    let length = format!("{} {}", spans::review(seconds), seen.who);
                    self.count(day, bot, what::REVIEWED, &length, 1);
                }
                self.change(seen.item, bot, |it| how.clone_into(&mut it.how));
            }
            What::Asked => self.change(seen.item, bot, |it| it.asked = true),
            What::Done => self.settle(seen, day, origin, calendar),
            What::ByHand => {
                self.change(seen.item, bot, |it| BY_HAND.clone_into(&mut it.how));
                self.settle(seen, day, origin, calendar);
            }
        }
    }

    /// An item came that follows one that is settled: was it opened again, or does it come again?
    fn followed(&mut self, earlier: ItemId, by: ItemId, day: Date, origin: &Origin) {
        let Some(settled) = self.items.get(&earlier).and_then(|it| it.day) else { return };
        if opened_by_person(&origin.source, earlier) {
            self.change(earlier, &origin.bot, |it| it.opened = true);
        } else if days(settled, day) <= WINDOW {
            self.change(earlier, &origin.bot, |it| it.repeated = it.repeated.or(Some(by)));
        }
    }

    fn settle(&mut self, seen: &Seen, day: Date, origin: &Origin, calendar: &Calendar) {
        let bot = origin.bot.as_str();
        let counted = self.items.entry(seen.item).or_default();
        if counted.day.is_some() {
            return; // what is settled never moves
        }
        let by_bot = counted.how.is_empty();
        self.change(seen.item, bot, |it| it.day = Some(day));
        let (minutes, working) = if by_bot {
            (what::MINUTES_BOT, what::DAYS_BOT)
        } else {
            (what::MINUTES_PERSON, what::DAYS_PERSON)
        };
        let length = spans::length(seen.at.as_microsecond() - origin.created_at);
        self.count(day, bot, minutes, &length.to_string(), 1);
        let came = clock::local_micros(origin.created_at).date();
        let known = calendar.working_days(came, day);
        let passed = known.or_else(|_| Calendar::weekdays().working_days(came, day));
        self.count(day, bot, working, &passed.unwrap_or(0).to_string(), 1);
    }

    /// Changes what is known of an item; the counts of the day on which it was settled follow.
    fn change(&mut self, item: ItemId, bot: &str, change: impl FnOnce(&mut Counted)) {
        let counted = self.items.entry(item).or_default();
        let before = counted.clone();
        change(counted);
        let after = counted.clone();
        if before == after {
            return;
        }
        self.changed.insert(item);
        self.stands(&before, bot, -1);
        self.stands(&after, bot, 1);
    }

    /// What a settled item counts as.
    fn stands(&mut self, it: &Counted, bot: &str, n: i64) {
        let Some(day) = it.day else { return };
        let how = if it.how.is_empty() { BOT } else { &it.how };
        self.count(day, bot, what::SETTLED, how, n);
        let not = [(it.asked, ASKED), (it.opened, OPENED), (it.repeated.is_some(), REPEATED)];
        for (_, why) in not.iter().filter(|(so, _)| *so) {
            self.count(day, bot, what::NOT_FIRST, why, n);
        }
        if not.iter().all(|(so, _)| !so) {
            self.count(day, bot, what::FIRST, how, n);
        }
    }

    fn count(&mut self, day: Date, bot: &str, what: &'static str, detail: &str, n: i64) {
        let key = (day, bot.to_owned(), what, detail.to_owned());
        *self.counts.entry(key).or_default() += n;
    }
}

/// Days from one to another.
fn days(from: Date, to: Date) -> i64 {
    from.until(to).map_or(i64::MAX, |span| i64::from(span.get_days()))
}
