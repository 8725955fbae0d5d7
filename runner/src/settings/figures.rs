//! What a council says of itself for the figures that its managers see.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// `[figures]` of `council.toml`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Figures {
    /// The share of settled items that should be settled the first time.
    pub first_time_target: Percent,
    /// How many minutes an item takes by hand, by bot: the council's own figure.
    pub minutes: BTreeMap<String, Amount>,
    /// What an hour of that work costs, in pounds.
    pub hourly_cost: Option<Amount>,
}

impl Default for Figures {
    fn default() -> Self {
        let first_time_target = Percent(80);
        Self { first_time_target, minutes: BTreeMap::new(), hourly_cost: None }
    }
}

/// A share in hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64")]
pub struct Percent(pub i64);

impl TryFrom<i64> for Percent {
    type Error = &'static str;

    fn try_from(n: i64) -> Result<Self, Self::Error> {
        if (0..=100).contains(&n) { Ok(Self(n)) } else { Err("a target is from 0 to 100") }
    }
}

/// A number that is not below nought: whole, or in quotes where it has decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "toml::Value")]
pub struct Amount(pub Decimal);

impl TryFrom<toml::Value> for Amount {
    type Error = &'static str;

    fn try_from(value: toml::Value) -> Result<Self, Self::Error> {
        let amount = match value {
            toml::Value::Integer(n) => Some(Decimal::from(n)),
            toml::Value::String(text) => text.parse().ok(),
            _ => None,
        };
        let amount = amount.filter(|n| !n.is_sign_negative() && *n <= Decimal::from(100_000));
        amount.map(Self).ok_or("write it as a whole number, or in quotes as \"21.50\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Figures, String> {
        toml::from_str(text).map_err(|fault: toml::de::Error| fault.to_string())
    }

    #[test]
    fn numbers_are_whole_or_stand_in_quotes() {
        let read_well =
            read("first_time_target = 75\nhourly_cost = \"21.50\"\n[minutes]\na = 12\nb = \"2.5\"");
        let it = read_well.unwrap();
        assert_eq!(it.first_time_target, Percent(75));
        assert_eq!(it.hourly_cost, Some(Amount(Decimal::new(2150, 2))));
        assert_eq!(it.minutes["b"], Amount(Decimal::new(25, 1)));
        assert_eq!(read("").unwrap().first_time_target, Percent(80));
        for wrong in
            ["first_time_target = 101", "hourly_cost = 21.50", "hourly_cost = \"-1\"", "hours = 1"]
        {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        assert!(read("hourly_cost = 21.50").unwrap_err().contains("in quotes"));
    }
}
