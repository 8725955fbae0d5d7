//! `[people]` of `council.toml`: names of the log that are one person's.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Whose login on the page somebody at the command line is: `os:jean@pc` is `user:jean.dow`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Names(BTreeMap<String, String>);

impl Names {
    /// Whether two names of the log are two people. A name of the command line and one of the page
    /// are only where the council says whose the first one is; `None`: it does not say.
    pub fn are_two(&self, one: &str, other: &str) -> Option<bool> {
        let (one, other) = (self.person(one), self.person(other));
        match (one.strip_prefix("os:"), other.strip_prefix("os:")) {
            // On whichever machine.
            (Some(one), Some(other)) => Some(one.split('@').next() != other.split('@').next()),
            (None, None) => Some(one != other),
            _ => None,
        }
    }

    /// Whether two names of the log are known to be one person's.
    pub fn are_one(&self, one: &str, other: &str) -> bool {
        self.are_two(one, other) == Some(false)
    }

    fn person<'a>(&'a self, name: &'a str) -> &'a str {
        self.0.get(name).map_or(name, String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_of_the_page_and_an_account_of_a_machine_are_two_people_if_the_council_says_so() {
        let jean = ("os:jean@pc".to_owned(), "user:jean.dow".to_owned());
        let names = Names(BTreeMap::from([jean]));
        for (one, other, two) in [
            ("user:ann", "user:ann", Some(false)),
            ("user:ann", "user:tom", Some(true)),
            ("os:ann@one", "os:ann@two", Some(false)),
            ("os:ann@one", "os:tom@one", Some(true)),
            ("os:jean@pc", "user:jean.dow", Some(false)),
            ("user:tom", "os:jean@pc", Some(true)),
            ("os:ann@one", "user:ann", None),
        ] {
            assert_eq!(names.are_two(one, other), two, "{one} {other}");
            assert_eq!(names.are_two(other, one), two, "{other} {one}");
            assert_eq!(names.are_one(one, other), two == Some(false), "{one} {other}");
        }
    }
}
