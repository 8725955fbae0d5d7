//! What was typed into a form, name by name; a name may come several times.

use serde::Deserialize;
use zeroize::Zeroizing;

use crate::web::parts::Wrong;

/// Characters that a reason has at most.
const LONGEST: usize = 1000;

/// Names and values as they were sent.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub(super) struct Typed(Vec<(String, String)>);

impl Typed {
    /// The first value of this name, without the space around it; empty if there is none.
    pub(super) fn one(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.trim())
    }

    /// A password: as it was typed, with the space around it.
    pub(super) fn password(&self, name: &str) -> Zeroizing<String> {
        let found = self.0.iter().find(|(known, _)| known == name);
        Zeroizing::new(found.map(|(_, value)| value.clone()).unwrap_or_default())
    }

    /// Every value of this name.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let name = name.to_owned();
        self.0.iter().filter(move |(known, _)| *known == name).map(|(_, value)| value.trim())
    }

    /// The reason, or what is wrong with it at this field.
    pub(super) fn why(&self, field: &str) -> Result<&str, Wrong> {
        let why = self.one("why");
        if why.is_empty() {
            return Err(Wrong::new(field, "Enter a reason"));
        }
        if why.chars().count() > LONGEST {
            return Err(Wrong::new(field, "The reason must be 1,000 characters or fewer"));
        }
        Ok(why)
    }
}
