//! One application for one child, as the rules see it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::basis::Basis;
use super::session::Session;
use super::stage::Stage;
use crate::kit::{Fault, Fields, Sameness, plain};

/// An application for one child. It has no `Debug` but in tests: it is somebody's data.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(Debug))]
#[expect(clippy::struct_excessive_bools, reason = "each is a yes or no of the form")]
pub struct Application {
    /// The council's own reference.
    pub reference: String,
    /// The day that decides.
    pub applied_on: Date,
    /// Parent or carer; the pupil for own right.
    pub applicant: Person,
    /// Contact data; decides nothing.
    pub postcode: String,
    /// National Insurance number; none for asylum support.
    pub nino: Option<String>,
    /// The partner's.
    pub partner_nino: Option<String>,
    /// The ground claimed.
    pub basis: Basis,
    /// The statement, for Universal Credit.
    pub universal_credit: Option<UniversalCredit>,
    /// The household says it gets Scottish Child Payment.
    pub scottish_child_payment: bool,
    /// The council has seen the proof.
    pub evidence_seen: bool,
    /// The council may look beyond the roll.
    pub consent: bool,
    /// The child.
    pub child: Person,
    /// The child's school.
    pub school: String,
    /// The stage on the form.
    pub stage: Stage,
    /// Scottish Candidate Number.
    pub scn: Option<String>,
    /// Meals are applied for.
    pub meals_wanted: bool,
    /// The clothing grant is applied for.
    pub grant_wanted: bool,
    /// Where the grant is paid.
    pub bank: Option<Bank>,
}

/// A person by name and date of birth.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(Debug))]
pub struct Person {
    /// Forename.
    pub forename: String,
    /// Surname.
    pub surname: String,
    /// Date of birth.
    pub date_of_birth: Date,
}

/// What the Universal Credit statement says.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(Debug))]
pub struct UniversalCredit {
    /// Last day of the assessment period.
    pub period_end: Date,
    /// Net earned income of the household in it.
    pub net_earnings: Decimal,
    /// What was paid for it.
    pub award: Option<Decimal>,
}

/// A bank account.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(Debug))]
pub struct Bank {
    /// Six digits.
    pub sort_code: String,
    /// Eight digits.
    pub account_number: String,
}

impl Person {
    /// The same person by name and date of birth, however the name is spelled out.
    pub(super) fn is(&self, other: &Person) -> bool {
        self.date_of_birth == other.date_of_birth
            && plain(&self.forename) == plain(&other.forename)
            && plain(&self.surname) == plain(&other.surname)
    }

    /// Whole years on a day.
    pub(super) fn age(&self, on: Date) -> i16 {
        let born = self.date_of_birth;
        let had_birthday = (on.month(), on.day()) >= (born.month(), born.day());
        on.year() - born.year() - i16::from(!had_birthday)
    }
}

/// Takes fields out, and notes those that should be there and are not.
struct Taking {
    fields: Fields,
    faults: Vec<Fault>,
}

impl Taking {
    fn text(&mut self, key: &str, header: &str) -> String {
        self.fields.take(key).unwrap_or_else(|| {
            self.empty(header, "a value");
            String::new()
        })
    }

    fn date(&mut self, key: &str, header: &str) -> Date {
        self.fields.date(key).unwrap_or_else(|| {
            self.empty(header, "a date, as dd/mm/yyyy");
            Date::ZERO
        })
    }

    fn empty(&mut self, header: &str, expected: &str) {
        self.faults.push(Fault::new(header, "empty", expected, ""));
    }
}

impl Application {
    /// Typed fields become an application; what takes two columns to see is found here.
    pub(super) fn of(fields: Fields) -> Result<Application, Vec<Fault>> {
        let mut row = Taking { fields, faults: Vec::new() };
        let basis = row.fields.text("basis").and_then(Basis::named);
        if basis.is_none() {
            row.empty("Basis", "a ground from the list");
        }
        let stage = row.fields.text("stage").and_then(Stage::named);
        if stage.is_none() {
            row.empty("Stage", "a stage from the list");
        }
        let evidence = row.fields.yes("evidence_seen");
        if evidence.is_none() {
            row.empty("Evidence seen", "yes or no");
        }
        let (basis, stage) = (basis.unwrap_or(Basis::None), stage.unwrap_or(Stage::Special));
        let grant_wanted = row.fields.yes("clothing_grant_wanted").unwrap_or(false);

        let application = Application {
            reference: row.text("reference", "Reference"),
            applied_on: row.date("applied_on", "Applied on"),
            applicant: Person {
                forename: row.text("applicant_forename", "Applicant forename"),
                surname: row.text("applicant_surname", "Applicant surname"),
                date_of_birth: row.date("applicant_date_of_birth", "Applicant date of birth"),
            },
            postcode: row.text("postcode", "Postcode"),
            nino: nino(&mut row, basis),
            partner_nino: row.fields.take("partner_nino"),
            basis,
            universal_credit: universal_credit(&mut row, basis),
            scottish_child_payment: row.fields.yes("scottish_child_payment").unwrap_or(false),
            evidence_seen: evidence.unwrap_or(false),
            consent: row.fields.yes("consent_to_check").unwrap_or(false),
            child: Person {
                forename: row.text("child_forename", "Child forename"),
                surname: row.text("child_surname", "Child surname"),
                date_of_birth: row.date("child_date_of_birth", "Child date of birth"),
            },
            school: row.text("school", "School"),
            stage,
            scn: row.fields.take("scn"),
            meals_wanted: row.fields.yes("meals_wanted").unwrap_or(true),
            grant_wanted,
            bank: bank(&mut row, grant_wanted),
        };
        if row.faults.is_empty() {
            row.faults = application.ages();
        }
        if row.faults.is_empty() { Ok(application) } else { Err(row.faults) }
    }

    /// The fields that make this application again.
    pub(super) fn fields(&self) -> Fields {
        let mut fields = BTreeMap::new();
        let mut text = |key: &str, value: Option<String>| {
            fields.extend(value.map(|value| (key.to_owned(), Value::String(value))));
        };
        let (applicant, child) = (&self.applicant, &self.child);
        let (uc, bank) = (self.universal_credit.as_ref(), self.bank.as_ref());
        text("reference", Some(self.reference.clone()));
        text("applied_on", Some(self.applied_on.to_string()));
        text("applicant_forename", Some(applicant.forename.clone()));
        text("applicant_surname", Some(applicant.surname.clone()));
        text("applicant_date_of_birth", Some(applicant.date_of_birth.to_string()));
        text("postcode", Some(self.postcode.clone()));
        text("applicant_nino", self.nino.clone());
        text("partner_nino", self.partner_nino.clone());
        text("basis", Some(self.basis.title().to_owned()));
        text("uc_period_end", uc.map(|uc| uc.period_end.to_string()));
        text("uc_net_earnings", uc.map(|uc| uc.net_earnings.to_string()));
        text("uc_award", uc.and_then(|uc| uc.award).map(|award| award.to_string()));
        text("child_forename", Some(child.forename.clone()));
        text("child_surname", Some(child.surname.clone()));
        text("child_date_of_birth", Some(child.date_of_birth.to_string()));
        text("school", Some(self.school.clone()));
        text("stage", Some(self.stage.to_string()));
        text("scn", self.scn.clone());
        text("sort_code", bank.map(|bank| bank.sort_code.clone()));
        text("account_number", bank.map(|bank| bank.account_number.clone()));
        for (key, yes) in [
            ("scottish_child_payment", self.scottish_child_payment),
            ("evidence_seen", self.evidence_seen),
            ("consent_to_check", self.consent),
            ("meals_wanted", self.meals_wanted),
            ("clothing_grant_wanted", self.grant_wanted),
        ] {
            fields.insert(key.to_owned(), Value::Bool(yes));
        }
        Fields(fields)
    }

    /// Ages that only a wrong date of birth can give.
    fn ages(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.applicant.age(self.applied_on) < 16 {
            let expected = "an applicant of 16 or over on the day of applying; check the date of \
                            birth";
            let found = self.applicant.date_of_birth.to_string();
            faults.push(Fault::new("Applicant date of birth", "too-young", expected, found));
        }
        let (youngest, oldest, whom) = match self.stage {
            Stage::Nursery => (2, 5, "a nursery child of 2 to 5"),
            _ => (4, 19, "a pupil of 4 to 19"),
        };
        if !(youngest..=oldest).contains(&self.child.age(self.applied_on)) {
            let expected = format!("{whom} on the day of applying; check the date of birth");
            let found = self.child.date_of_birth.to_string();
            faults.push(Fault::new("Child date of birth", "not-school-age", expected, found));
        }
        faults
    }

    /// Same child and session is the same application; who applies and what decides tell the rest.
    pub(super) fn sameness(&self, session: Option<&Session<'_>>) -> Sameness {
        let session = match session {
            Some(session) => session.name.to_owned(),
            None => self.applied_on.year().to_string(),
        };
        let keys = self.child_keys().map(|key| key.map(|key| format!("{key}|{session}")));
        let applicant = match &self.nino {
            Some(nino) => nino.clone(),
            None => person(&self.applicant),
        };
        Sameness { keys, applicant, decides: self.decides() }
    }

    /// Which child it is: the SCN, and without one forename, date of birth and school.
    pub(super) fn child_keys(&self) -> [Option<String>; 2] {
        let weak = format!(
            "{}|{}|{}",
            plain(&self.child.forename),
            self.child.date_of_birth,
            plain(&self.school)
        );
        [self.scn.clone(), Some(weak)]
    }

    /// Everything but the reference, the day and contact data. Bank details count.
    fn decides(&self) -> String {
        let or_none = |text: Option<&str>| text.unwrap_or("-").to_owned();
        let (period, earnings, award) = match &self.universal_credit {
            Some(uc) => {
                let award = uc.award.map_or_else(|| "-".to_owned(), |award| award.to_string());
                (uc.period_end.to_string(), uc.net_earnings.to_string(), award)
            }
            None => ("-".to_owned(), "-".to_owned(), "-".to_owned()),
        };
        let yes = |yes: bool| if yes { "yes" } else { "no" };
        [
            person(&self.applicant),
            or_none(self.nino.as_deref()),
            or_none(self.partner_nino.as_deref()),
            self.basis.code().to_owned(),
            period,
            earnings,
            award,
            yes(self.scottish_child_payment).to_owned(),
            yes(self.evidence_seen).to_owned(),
            yes(self.consent).to_owned(),
            person(&self.child),
            plain(&self.school),
            self.stage.to_string(),
            or_none(self.scn.as_deref()),
            yes(self.meals_wanted).to_owned(),
            yes(self.grant_wanted).to_owned(),
            or_none(self.bank.as_ref().map(|bank| bank.sort_code.as_str())),
            or_none(self.bank.as_ref().map(|bank| bank.account_number.as_str())),
        ]
        .join("|")
    }
}

fn person(person: &Person) -> String {
    format!("{}/{}/{}", plain(&person.forename), plain(&person.surname), person.date_of_birth)
}

fn nino(row: &mut Taking, basis: Basis) -> Option<String> {
    let nino = row.fields.take("applicant_nino");
    if nino.is_none() && basis != Basis::AsylumSupport {
        row.empty("Applicant NINO", "a National Insurance number, unless for asylum support");
    }
    nino
}

fn universal_credit(row: &mut Taking, basis: Basis) -> Option<UniversalCredit> {
    if basis != Basis::UniversalCredit {
        return None;
    }
    let period_end = row.fields.date("uc_period_end");
    let net_earnings = row.fields.money("uc_net_earnings");
    if period_end.is_none() {
        let expected = "the last day of the assessment period, required for Universal Credit";
        row.empty("UC period end", expected);
    }
    if net_earnings.is_none() {
        let expected = "net earnings, required for Universal Credit; write 0 for nothing";
        row.empty("UC net earnings", expected);
    }
    let award = row.fields.money("uc_award");
    Some(UniversalCredit { period_end: period_end?, net_earnings: net_earnings?, award })
}

fn bank(row: &mut Taking, grant_wanted: bool) -> Option<Bank> {
    let sort_code = row.fields.take("sort_code");
    let account_number = row.fields.take("account_number");
    if grant_wanted {
        for (found, header, digits) in
            [(&sort_code, "Sort code", 6), (&account_number, "Account number", 8)]
        {
            if found.is_none() {
                row.empty(header, &format!("{digits} digits, required for the grant"));
            }
        }
    }
    Some(Bank { sort_code: sort_code?, account_number: account_number? })
}
