//! Values of the sheet that JSON has no type for: several dates, and a number kept as text.

use std::fmt::Write as _;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Several dates, with `; ` between them.
#[derive(Clone, PartialEq)]
#[cfg_attr(test, derive(Debug))]
pub struct Days(pub Vec<Date>);

impl Serialize for Days {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut text = String::with_capacity(self.0.len() * 12);
        for day in &self.0 {
            let between = if text.is_empty() { "" } else { "; " };
            write!(text, "{between}{day}").expect("writing to a String cannot fail");
        }
        to.serialize_str(&text)
    }
}

impl<'de> Deserialize<'de> for Days {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let days: Result<Vec<Date>, _> = text.split(';').map(|day| day.trim().parse()).collect();
        days.map(Days).map_err(|_| de::Error::custom("not dates"))
    }
}

/// How many.
#[derive(Clone, Copy, PartialEq)]
#[cfg_attr(test, derive(Debug))]
pub struct Count(pub Decimal);

impl Count {
    /// As a number to reckon with.
    pub fn number(&self) -> Decimal {
        self.0
    }
}

impl Serialize for Count {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map(Count).map_err(|_| de::Error::custom("not a number"))
    }
}
