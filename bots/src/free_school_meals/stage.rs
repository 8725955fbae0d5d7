//! The stages of school, in order.

use serde::{Deserialize, Serialize};

/// A pupil's stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Stage {
    /// Early learning and childcare.
    Nursery,
    /// P1 to P7.
    Primary(u8),
    /// S1 to S6.
    Secondary(u8),
    /// A special school, which has no stages here.
    Special,
}

/// Where a pupil stands when sessions go by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moved {
    To(Stage),
    /// Past S6.
    LeftSchool,
    /// Into or out of nursery: nobody can tell from the roll.
    Unclear,
}

impl Stage {
    /// A stage as the template writes it.
    pub fn named(name: &str) -> Option<Stage> {
        let number = |text: &str, last: u8| {
            let number = text.parse().ok().filter(|number| (1..=last).contains(number));
            number.filter(|_| text.len() == 1)
        };
        match name {
            "Nursery" => Some(Stage::Nursery),
            "Special" => Some(Stage::Special),
            _ => {
                let primary = name.strip_prefix('P').and_then(|text| number(text, 7));
                let secondary = name.strip_prefix('S').and_then(|text| number(text, 6));
                primary.map(Stage::Primary).or(secondary.map(Stage::Secondary))
            }
        }
    }

    /// 1 for P1 to 13 for S6; none outside the years of school.
    pub(super) fn year(self) -> Option<i16> {
        match self {
            Stage::Primary(year) => Some(i16::from(year)),
            Stage::Secondary(year) => Some(i16::from(year) + 7),
            Stage::Nursery | Stage::Special => None,
        }
    }

    /// The stage so many sessions later, or earlier if negative.
    pub(crate) fn moved(self, sessions: i16) -> Moved {
        match (self, sessions) {
            (_, 0) | (Stage::Special, _) => Moved::To(self),
            (Stage::Nursery, _) => Moved::Unclear,
            (Stage::Primary(_) | Stage::Secondary(_), _) => {
                let year = self.year().map_or(0, |year| year.saturating_add(sessions));
                match u8::try_from(year) {
                    Ok(year @ 1..=7) => Moved::To(Stage::Primary(year)),
                    Ok(year @ 8..=13) => Moved::To(Stage::Secondary(year - 7)),
                    Ok(_) | Err(_) if year > 13 => Moved::LeftSchool,
                    Ok(_) | Err(_) => Moved::Unclear,
                }
            }
        }
    }

    /// Is this the stage that follows the other?
    pub(crate) fn follows(self, other: Stage) -> bool {
        match (other, self) {
            (Stage::Nursery, Stage::Primary(1)) => true,
            _ => self.year().zip(other.year()).is_some_and(|(mine, other)| mine == other + 1),
        }
    }
}

impl std::fmt::Display for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Stage::Nursery => f.write_str("Nursery"),
            Stage::Primary(year) => write!(f, "P{year}"),
            Stage::Secondary(year) => write!(f, "S{year}"),
            Stage::Special => f.write_str("Special"),
        }
    }
}

impl From<Stage> for String {
    fn from(stage: Stage) -> String {
        stage.to_string()
    }
}

impl TryFrom<String> for Stage {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Stage, Self::Error> {
        Stage::named(&name).ok_or("no such stage")
    }
}
