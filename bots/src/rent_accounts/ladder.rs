//! The council's ladder: which step is next, from which arrears, and how long after the last one.

use jiff::Span;
use jiff::civil::Date;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::account::{Account, Stage};
use super::arrears::Arrears;
use crate::kit::words::{day, pounds};
use crate::kit::{InForce, Need, Policy, PolicyFault, Ruling};

pub(super) const CONTACT: &str = "contact";
pub(super) const LETTER_1: &str = "letter 1";
pub(super) const LETTER_2: &str = "letter 2";
pub(super) const OFFER: &str = "offer arrangement";
pub(super) const CHECKLIST: &str = "pre-notice checklist";

/// The longest wait between two steps that a council can set.
const LONGEST: i64 = 366;

/// The step that comes next on an account.
pub(super) struct Step<'p> {
    pub(super) action: &'static str,
    pub(super) weeks: InForce<'p>,
    wait: Option<Wait<'p>>,
}

struct Wait<'p> {
    days: InForce<'p>,
    since: Date,
    what: &'static str,
}

impl<'p> Step<'p> {
    /// Nothing where proceedings come next, or where a figure is missing, which is told.
    pub(super) fn next(account: &Account, ruling: &mut Ruling, policy: &'p Policy) -> Option<Self> {
        let since = account.stage_since;
        let (action, weeks, wait) = match account.stage {
            Stage::None => (CONTACT, "contact_weeks", None),
            Stage::Contact => {
                let wait = ("letter_1_days", since, "the first contact");
                (LETTER_1, "letter_1_weeks", Some(wait))
            }
            Stage::Letter1 => {
                (LETTER_2, "letter_2_weeks", Some(("letter_2_days", since, LETTER_1)))
            }
            Stage::Letter2 => match offered_or_broken(account, ruling, policy) {
                Some((since, what)) => {
                    (CHECKLIST, "pre_notice_weeks", Some(("pre_notice_days", since, what)))
                }
                None => (OFFER, "offer_weeks", Some(("offer_days", since, LETTER_2))),
            },
            Stage::PreNotice | Stage::Notice | Stage::Court => return None,
        };
        let weeks = figure(weeks, account.as_at, ruling, policy)?;
        let wait = match wait {
            None => None,
            Some((id, since, what)) => {
                Some(Wait { days: figure(id, account.as_at, ruling, policy)?, since, what })
            }
        };
        Some(Step { action, weeks, wait })
    }

    /// Arrears in weeks from which it is taken.
    pub(super) fn least_weeks(&self) -> Decimal {
        self.weeks.number().unwrap_or(Decimal::MAX)
    }

    /// The day on which it is due: the day of the balance, or when the wait is over if that is
    /// later. Told with its working.
    pub(super) fn due(&self, account: &Account, ruling: &mut Ruling) -> Option<Date> {
        let Some(wait) = &self.wait else {
            ruling.fact("Due", format!("{}: at once", day(account.as_at)), "the sheet: As at");
            return Some(account.as_at);
        };
        let days = wait.days.number().and_then(|days| days.to_i64())?;
        let over =
            Span::new().try_days(days).ok().and_then(|days| wait.since.checked_add(days).ok());
        let over = over?;
        let text = format!("{} + {days} days = {}", day(wait.since), day(over));
        ruling.figure(&format!("Wait after {}", wait.what), text, &wait.days);
        let due = over.max(account.as_at);
        let text = if over > account.as_at {
            format!(
                "It is due on {}, {days} days after {} on {}, if the arrears are still that high.",
                day(due),
                wait.what,
                day(wait.since)
            )
        } else {
            format!(
                "It is due: {days} days have passed since {} on {}.",
                wait.what,
                day(wait.since)
            )
        };
        ruling.because("wait", text, &wait.days);
        Some(due)
    }

    /// Why it is next.
    pub(super) fn tell(&self, arrears: &Arrears<'_>, ruling: &mut Ruling) {
        let weeks = self.least_weeks();
        let worth = pounds(arrears.worth(weeks));
        ruling.figure(&format!("Next step: {} from", self.action), worth.as_str(), &self.weeks);
        let text = format!(
            "The next step is {}: the arrears have reached {weeks} weeks of the charge ({worth}).",
            self.action
        );
        ruling.because("next-step", text, &self.weeks);
    }

    /// Why it is not taken yet.
    pub(super) fn not_yet(&self, arrears: &Arrears<'_>, ruling: &mut Ruling) {
        let weeks = self.least_weeks();
        let worth = pounds(arrears.worth(weeks));
        ruling.figure(&format!("Next step: {} from", self.action), worth.as_str(), &self.weeks);
        let text = format!(
            "The arrears have not reached {weeks} weeks of the charge ({worth}), from which the \
             next step is {}.",
            self.action
        );
        ruling.because("below-next-step", text, &self.weeks);
    }
}

/// The day from which a plan is known to have been offered or broken, the later of both.
fn offered_or_broken(
    account: &Account,
    ruling: &mut Ruling,
    policy: &Policy,
) -> Option<(Date, &'static str)> {
    let offered = account.par_payment_plan_offered;
    if account.arrangement_kept != Some(false) {
        return offered.map(|day| (day, "the offer of a payment plan"));
    }
    // The next payment after the last one was missed, and that is known by the day of the balance.
    let last = account.last_payment_on.max(offered).unwrap_or(account.stage_since);
    let often = account.arrangement_frequency.unwrap_or(account.charge_frequency);
    let missed = last.checked_add(often.span()).unwrap_or(account.as_at);
    let broken = missed.min(account.as_at);
    if let Ok(rule) = policy.in_force("plan_broken_on", account.as_at) {
        let text = format!(
            "The payment plan is not kept: counted as broken on {}, one {} payment after {}.",
            day(broken),
            often.in_words(),
            day(last)
        );
        ruling.because("plan-broken", text, &rule);
    }
    Some((broken, "the payment plan was broken"))
}

/// A figure of the ladder; a missing one is told.
pub(super) fn figure<'p>(
    id: &'static str,
    on: Date,
    ruling: &mut Ruling,
    policy: &'p Policy,
) -> Option<InForce<'p>> {
    match policy.in_force(id, on) {
        Ok(figure) => Some(figure),
        Err(missing) => {
            let why = format!(
                "“{}” ({id}) is not set for {}: set it in the council's policy, or decide by hand.",
                missing.label,
                day(on)
            );
            ruling.need(Need::figure(why, &missing));
            None
        }
    }
}

const WEEKS: [&str; 5] =
    ["contact_weeks", "letter_1_weeks", "letter_2_weeks", "offer_weeks", "pre_notice_weeks"];
const DAYS: [&str; 4] = ["letter_1_days", "letter_2_days", "offer_days", "pre_notice_days"];

/// A ladder goes up, and every wait is a number of whole days.
pub(super) fn check(policy: &Policy) -> Vec<PolicyFault> {
    let mut faults = Vec::new();
    let ours = |id: &str| WEEKS.contains(&id) || DAYS.contains(&id);
    let mut starts: Vec<Date> =
        policy.figures().filter(|line| ours(&line.id)).filter_map(|line| line.from).collect();
    starts.sort_unstable();
    starts.dedup();
    for on in starts {
        let number = |id: &'static str| policy.in_force(id, on).ok().and_then(|it| it.number());
        let mut below: Option<(&str, Decimal)> = None;
        for id in WEEKS {
            let Some(weeks) = number(id) else { continue };
            let place = format!("figures.{id} on {on}");
            if weeks <= Decimal::ZERO {
                faults.push(PolicyFault::new(&place, "not above 0", "write weeks of arrears: 2"));
            }
            if let Some((before, least)) = below.filter(|(_, least)| weeks < *least) {
                let problem = format!("less than the {least} weeks of {before}");
                let remedy =
                    "each step of the ladder begins at the arrears of the one before, or more";
                faults.push(PolicyFault::new(&place, problem, remedy));
            }
            below = Some((id, weeks));
        }
        for id in DAYS {
            let Some(days) = number(id) else { continue };
            if !days.is_integer() || days < Decimal::ZERO || days > Decimal::from(LONGEST) {
                let remedy = "write whole days, from 0 to 366";
                let place = format!("figures.{id} on {on}");
                faults.push(PolicyFault::new(place, "not a number of days", remedy));
            }
        }
    }
    faults
}
