//! Who looked at cases, how long before they settled them, and how often they decided otherwise than
//! was recommended: for auditors, who ask whether people took a meaningful part.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::tally::what;
use super::view::Of;
use super::{Period, spans};
use crate::error::Result;
use crate::store::Store;

/// What one person looked at and settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Looks {
    /// As the log names them.
    pub who: String,
    /// How often they opened a case.
    pub viewed: i64,
    /// Recommendations that they let stand.
    pub confirmed: i64,
    /// Recommendations against which they decided.
    pub changed: i64,
    /// The share against which they decided.
    pub overridden: Of,
    /// Seconds from opening a case to settling it: half of the times they took no longer. None: no
    /// time is known.
    pub median_seconds: Option<i64>,
    /// One in ten was settled within so many seconds.
    pub tenth_seconds: Option<i64>,
}

/// Everybody who looked at cases or settled them in a period, most views first.
pub async fn looks(
    store: &Store,
    period: Period,
    bots: Option<&BTreeSet<String>>,
) -> Result<Vec<Looks>> {
    let whats = [what::VIEWED, what::CONFIRMED_BY, what::CHANGED_BY, what::REVIEWED];
    let mut people: BTreeMap<String, Person> = BTreeMap::new();
    for sum in store.figures_of(&whats, period.from, period.to, bots).await? {
        if sum.what == what::REVIEWED {
            let Some((seconds, who)) = sum.detail.split_once(' ') else { continue };
            let person = people.entry(who.to_owned()).or_default();
            *person.reviews.entry(seconds.parse().unwrap_or(0)).or_default() += sum.n;
            continue;
        }
        let person = people.entry(sum.detail).or_default();
        match sum.what.as_str() {
            what::VIEWED => person.viewed += sum.n,
            what::CONFIRMED_BY => person.confirmed += sum.n,
            _ => person.changed += sum.n,
        }
    }
    let mut looks: Vec<Looks> = people.into_iter().map(|(who, it)| it.looks(who)).collect();
    looks.sort_by(|one, other| other.viewed.cmp(&one.viewed).then(one.who.cmp(&other.who)));
    Ok(looks)
}

#[derive(Default)]
struct Person {
    viewed: i64,
    confirmed: i64,
    changed: i64,
    reviews: BTreeMap<i64, i64>,
}

impl Person {
    fn looks(self, who: String) -> Looks {
        Looks {
            who,
            viewed: self.viewed,
            confirmed: self.confirmed,
            changed: self.changed,
            overridden: Of::new(self.changed, self.confirmed + self.changed),
            median_seconds: spans::percentile(&self.reviews, 50),
            tenth_seconds: spans::percentile(&self.reviews, 10),
        }
    }
}
