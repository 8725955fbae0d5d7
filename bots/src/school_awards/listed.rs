//! One child on one of the council's lists, as the rules see it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::free_school_meals::shared::{Session, session};
use crate::free_school_meals::{Application, Bank, Basis, Person, Stage};
use crate::kit::{Fault, Fields, Sameness, plain};

/// A child on a list of the council's. It has no `Debug` but in tests: it is somebody's data.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(Debug))]
pub struct Listed {
    pub(super) reference: String,
    pub(super) list: List,
    /// The day the list was drawn, which decides.
    pub(super) as_at: Date,
    pub(super) claimant_forename: String,
    pub(super) claimant_surname: String,
    pub(super) claimant_date_of_birth: Option<Date>,
    pub(super) claimant_nino: Option<String>,
    pub(super) postcode: Option<String>,
    pub(super) reduction: Option<Reduction>,
    pub(super) reduction_from: Option<Date>,
    /// None while it runs on.
    pub(super) reduction_to: Option<Date>,
    pub(super) child_on_the_claim: Option<bool>,
    pub(super) consent_recorded: Option<bool>,
    /// As 2025/26.
    pub(super) last_session: Option<String>,
    /// A ground by the title that an application has for it.
    pub(super) last_basis: Option<String>,
    pub(super) last_meals: Option<String>,
    pub(super) last_clothing_grant: Option<String>,
    pub(super) child_forename: String,
    pub(super) child_surname: String,
    pub(super) child_date_of_birth: Date,
    pub(super) school: Option<String>,
    /// In the session that is to come.
    pub(super) stage: Option<Stage>,
    pub(super) scn: Option<String>,
    pub(super) sort_code: Option<String>,
    pub(super) account_number: Option<String>,
}

/// Which of the council's lists the child is drawn from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum List {
    /// Households with a reduction of council tax, and their children.
    #[serde(rename = "Council Tax Reduction")]
    Reductions,
    /// Awards of the session that is ending.
    #[serde(rename = "Last award")]
    LastAwards,
}

/// What takes something off a household's council tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reduction {
    /// Council Tax Reduction, by the household's income.
    #[serde(rename = "Council Tax Reduction")]
    CouncilTaxReduction,
    /// One adult lives there.
    #[serde(rename = "Single person discount")]
    SinglePersonDiscount,
    /// A second adult has little.
    #[serde(rename = "Second adult rebate")]
    SecondAdultRebate,
    /// Anything else.
    #[serde(rename = "Other discount or exemption")]
    Other,
}

const REQUIRED: [(&str, &str); 8] = [
    ("reference", "Reference"),
    ("list", "List"),
    ("as_at", "As at"),
    ("claimant_forename", "Claimant forename"),
    ("claimant_surname", "Claimant surname"),
    ("child_forename", "Child forename"),
    ("child_surname", "Child surname"),
    ("child_date_of_birth", "Child date of birth"),
];

impl Listed {
    /// Typed fields become a child on a list; what only one of the lists must say is found here.
    pub(super) fn of(fields: Fields) -> Result<Listed, Vec<Fault>> {
        let absent = REQUIRED.iter().filter(|(key, _)| !fields.0.contains_key(*key));
        let faults: Vec<Fault> =
            absent.map(|(_, header)| Fault::new(*header, "empty", "a value", "")).collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        let read = serde_json::from_value(Value::Object(fields.0.into_iter().collect()));
        let case: Listed = read.map_err(|_| {
            let expected = "fields as the columns of the template hold them";
            vec![Fault::new("Reference", "not-on-a-list", expected, "")]
        })?;
        let faults = case.faults();
        if faults.is_empty() { Ok(case) } else { Err(faults) }
    }

    fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut empty = |header: &str, expected: &str| {
            faults.push(Fault::new(header, "empty", expected, ""));
        };
        match self.list {
            List::Reductions => {
                if self.reduction.is_none() {
                    empty("Reduction", "what the council tax record says, for this list");
                }
                let real = self.reduction == Some(Reduction::CouncilTaxReduction);
                if real && self.reduction_from.is_none() {
                    empty("Reduction from", "the day from which the reduction stands");
                }
            }
            List::LastAwards => {
                if self.last_session.is_none() {
                    empty("Last session", "the session of the award, as 2024/25");
                }
                if self.last_basis.is_none() {
                    empty("Last basis", "the ground of the award, from the list");
                }
            }
        }
        match (&self.sort_code, &self.account_number) {
            (Some(_), None) => empty("Account number", "8 digits, beside the sort code"),
            (None, Some(_)) => empty("Sort code", "6 digits, beside the account number"),
            _ => {}
        }
        if let (Some(from), Some(to)) = (self.reduction_from, self.reduction_to)
            && to < from
        {
            let expected = "a day that is not before Reduction from";
            faults.push(Fault::new("Reduction to", "before-from", expected, to.to_string()));
        }
        if let Some(last) = self.last_session.as_deref().filter(|it| session::year(it).is_none()) {
            let expected = "a session by its years, as 2024/25";
            faults.push(Fault::new("Last session", "not-a-session", expected, last));
        }
        faults
    }

    pub(super) fn basis(&self) -> Option<Basis> {
        self.last_basis.as_deref().and_then(Basis::named)
    }

    pub(super) fn has_account(&self) -> bool {
        self.sort_code.is_some() && self.account_number.is_some()
    }

    /// One child and session, whichever list it comes from.
    pub(super) fn sameness(&self, session: Option<&Session<'_>>) -> Sameness {
        let session = match session {
            Some(session) => session.name.to_owned(),
            None => self.as_at.year().to_string(),
        };
        let weak = format!(
            "{}|{}|{}",
            plain(&self.child_surname),
            plain(&self.child_forename),
            self.child_date_of_birth
        );
        let keys = [self.scn.clone(), Some(weak)];
        let claimant = || {
            let (forename, surname) = (&self.claimant_forename, &self.claimant_surname);
            format!("{}/{}", plain(forename), plain(surname))
        };
        Sameness {
            keys: keys.map(|key| key.map(|key| format!("{key}|{session}"))),
            applicant: self.claimant_nino.clone().unwrap_or_else(claimant),
            decides: self.decides(),
        }
    }

    /// Everything but the reference, the day the list was drawn, and contact data.
    fn decides(&self) -> String {
        let day = self.child_date_of_birth;
        let same = Listed { reference: String::new(), as_at: day, postcode: None, ..self.clone() };
        serde_json::to_string(&same).expect("a child on a list is plain data with text keys")
    }

    /// The application that the family would make on this ground, for the rules it is held to.
    /// The school is the roll's where the list has none.
    pub(super) fn as_application(
        &self,
        basis: Basis,
        stage: Stage,
        roll_school: Option<&str>,
    ) -> Application {
        let school = self.school.as_deref().or(roll_school).unwrap_or_default();
        Application {
            reference: self.reference.clone(),
            applied_on: self.as_at,
            applicant: Person {
                forename: self.claimant_forename.clone(),
                surname: self.claimant_surname.clone(),
                // Only a pupil who applies in their own right is known by it.
                date_of_birth: self.claimant_date_of_birth.unwrap_or(Date::ZERO),
            },
            postcode: self.postcode.clone().unwrap_or_default(),
            nino: self.claimant_nino.clone(),
            partner_nino: None,
            basis,
            universal_credit: None,
            scottish_child_payment: false,
            evidence_seen: true,
            consent: self.consent_recorded == Some(true),
            child: Person {
                forename: self.child_forename.clone(),
                surname: self.child_surname.clone(),
                date_of_birth: self.child_date_of_birth,
            },
            school: school.to_owned(),
            stage,
            scn: self.scn.clone(),
            meals_wanted: true,
            grant_wanted: true,
            bank: self.bank(),
        }
    }

    fn bank(&self) -> Option<Bank> {
        let (sort_code, account_number) = (self.sort_code.clone()?, self.account_number.clone()?);
        Some(Bank { sort_code, account_number })
    }
}
