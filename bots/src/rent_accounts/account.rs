//! A rent account as it stood on one day.

use jiff::civil::Date;
use jiff::{Span, ToSpan as _};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::kit::words::{day, pounds};
use crate::kit::{Fault, Fields, Policy, Ruling, Sameness, plain};

/// One account, as the rules see it. It has no `Debug`: it is somebody's data.
#[derive(Serialize, Deserialize)]
pub struct Account {
    pub(super) reference: String,
    pub(super) as_at: Date,
    pub(super) tenant_surname: String,
    /// Arrears positive, a credit negative.
    pub(super) balance: Decimal,
    pub(super) weekly_charge: Decimal,
    pub(super) charge_frequency: Frequency,
    pub(super) last_payment_on: Option<Date>,
    pub(super) last_payment: Option<Decimal>,
    pub(super) housing_benefit_weekly: Option<Decimal>,
    pub(super) universal_credit: Option<bool>,
    pub(super) uc_paid_to_landlord: Option<bool>,
    pub(super) uc_next_payment_on: Option<Date>,
    pub(super) arrangement_amount: Option<Decimal>,
    pub(super) arrangement_frequency: Option<Frequency>,
    pub(super) arrangement_kept: Option<bool>,
    pub(super) stage: Stage,
    pub(super) stage_since: Date,
    pub(super) benefit_application_pending: Option<bool>,
    pub(super) vulnerable: Option<bool>,
    pub(super) domestic_abuse_flag: Option<bool>,
    pub(super) deceased: Option<bool>,
    pub(super) dispute: Option<bool>,
    pub(super) par_information_given: Option<Date>,
    pub(super) par_benefits_advice: Option<Date>,
    pub(super) par_debt_advice: Option<Date>,
    pub(super) par_payment_plan_offered: Option<Date>,
    pub(super) par_asked_to_contact: Option<Date>,
}

/// How often something is charged or paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Frequency {
    /// Every week.
    Weekly,
    /// Every two weeks.
    Fortnightly,
    /// Every four weeks.
    FourWeekly,
    /// Every calendar month.
    Monthly,
}

impl Frequency {
    /// From one time to the next.
    pub(super) fn span(self) -> Span {
        match self {
            Frequency::Weekly => 7.days(),
            Frequency::Fortnightly => 14.days(),
            Frequency::FourWeekly => 28.days(),
            Frequency::Monthly => 1.month(),
        }
    }

    /// A weekly amount for one whole cycle; a month is a twelfth of 52 weeks.
    pub(super) fn cycle(self, weekly: Decimal) -> Decimal {
        match self {
            Frequency::Weekly => weekly,
            Frequency::Fortnightly => weekly * Decimal::TWO,
            Frequency::FourWeekly => weekly * Decimal::from(4),
            Frequency::Monthly => months(weekly, Decimal::ONE),
        }
    }

    pub(super) fn in_words(self) -> &'static str {
        match self {
            Frequency::Weekly => "weekly",
            Frequency::Fortnightly => "fortnightly",
            Frequency::FourWeekly => "four-weekly",
            Frequency::Monthly => "monthly",
        }
    }
}

/// A weekly amount for so many calendar months.
pub(super) fn months(weekly: Decimal, months: Decimal) -> Decimal {
    weekly * Decimal::from(52) * months / Decimal::from(12)
}

/// The last step that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// None.
    #[serde(rename = "none")]
    None,
    /// The tenant was contacted.
    #[serde(rename = "contact")]
    Contact,
    /// The first letter was sent.
    #[serde(rename = "letter 1")]
    Letter1,
    /// The second letter was sent.
    #[serde(rename = "letter 2")]
    Letter2,
    /// The pre-notice checklist was begun.
    #[serde(rename = "pre-notice")]
    PreNotice,
    /// A notice of proceedings was served.
    #[serde(rename = "notice")]
    Notice,
    /// The account is before the court.
    #[serde(rename = "court")]
    Court,
}

impl Stage {
    pub(super) fn in_words(self) -> &'static str {
        match self {
            Stage::None => "none",
            Stage::Contact => "contact",
            Stage::Letter1 => "letter 1",
            Stage::Letter2 => "letter 2",
            Stage::PreNotice => "pre-notice",
            Stage::Notice => "notice",
            Stage::Court => "court",
        }
    }

    /// Is what follows a step of proceedings?
    pub(super) fn before_proceedings(self) -> bool {
        matches!(self, Stage::PreNotice | Stage::Notice | Stage::Court)
    }
}

/// Key and header of each date that cannot lie after the day of the balance.
const NOT_AFTER: [(&str, &str); 7] = [
    ("last_payment_on", "Last payment on"),
    ("stage_since", "Stage since"),
    ("par_information_given", "PAR information given"),
    ("par_benefits_advice", "PAR benefits advice"),
    ("par_debt_advice", "PAR debt advice"),
    ("par_payment_plan_offered", "PAR payment plan offered"),
    ("par_asked_to_contact", "PAR asked to contact"),
];

const REQUIRED: [(&str, &str); 8] = [
    ("reference", "Reference"),
    ("as_at", "As at"),
    ("tenant_surname", "Tenant surname"),
    ("balance", "Balance"),
    ("weekly_charge", "Weekly charge"),
    ("charge_frequency", "Charge frequency"),
    ("stage", "Stage"),
    ("stage_since", "Stage since"),
];

impl Account {
    pub(super) fn of(fields: Fields, policy: &Policy) -> Result<Account, Vec<Fault>> {
        let absent = REQUIRED.iter().filter(|(key, _)| !fields.0.contains_key(*key));
        let mut faults: Vec<Fault> =
            absent.map(|(_, header)| Fault::new(*header, "empty", "a value", "")).collect();
        if let Some(as_at) = fields.date("as_at") {
            if policy.in_force("arrears_in_weeks", as_at).is_err() {
                let expected = "a day from 01/08/2012 on, when the pre-action requirements began";
                faults.push(Fault::new("As at", "before-the-rules", expected, as_at.to_string()));
            }
            for (key, header) in NOT_AFTER {
                if let Some(date) = fields.date(key).filter(|date| *date > as_at) {
                    let expected = "a date that is not after As at";
                    faults.push(Fault::new(header, "after-as-at", expected, date.to_string()));
                }
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        serde_json::from_value(Value::Object(fields.0.into_iter().collect())).map_err(|_| {
            let expected = "fields as the columns of the template hold them";
            vec![Fault::new("Reference", "not-an-account", expected, "")]
        })
    }

    /// One account on one day; all of it decides.
    pub(super) fn sameness(&self) -> Sameness {
        let account = plain(&self.reference);
        Sameness {
            keys: [Some(format!("{account}|{}", self.as_at)), None],
            applicant: format!("{account}|{}", plain(&self.tenant_surname)),
            decides: serde_json::to_string(self).expect("an account is plain data with text keys"),
        }
    }

    /// What of the account every working shows. The marks that only a person may weigh are not
    /// in it: a working is printed.
    pub(super) fn tell(&self, ruling: &mut Ruling) {
        const SHEET: &str = "the sheet";
        ruling.fact("As at", day(self.as_at), SHEET);
        ruling.fact("Balance", pounds(self.balance), SHEET);
        ruling.fact("Weekly charge", pounds(self.weekly_charge), SHEET);
        let stage = format!("{} since {}", self.stage.in_words(), day(self.stage_since));
        ruling.fact("Stage", stage, SHEET);
    }

    /// What the tenant is charged in a week beyond Housing Benefit.
    pub(super) fn own_charge(&self) -> Decimal {
        let benefit = self.housing_benefit_weekly.unwrap_or_default();
        (self.weekly_charge - benefit).max(Decimal::ZERO)
    }

    pub(super) fn has_plan(&self) -> bool {
        self.arrangement_kept.is_some() || self.arrangement_amount.is_some_and(|it| !it.is_zero())
    }

    pub(super) fn keeps_plan(&self) -> bool {
        self.arrangement_kept == Some(true)
    }
}

/// Is it marked yes? Empty means no.
pub(super) fn yes(mark: Option<bool>) -> bool {
    mark == Some(true)
}
