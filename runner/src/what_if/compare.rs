//! What differs between two rulings on the same cases, counted as they go by.

use std::collections::BTreeMap;

use clerkwork_bots::kit::{Holds, Registered, Ruling, Shown};
use rust_decimal::Decimal;

/// The largest changes that are kept of a column.
const LARGEST: usize = 10;

/// Two counts or sums: under the figures in force, and under those that are supposed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pair<T> {
    /// Under the figures in force.
    pub now: T,
    /// Under those that are supposed.
    pub supposed: T,
}

/// What came of all cases.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// Cases that were decided twice.
    pub cases: u64,
    /// Those of which the outcome or a decision column differs.
    pub changed: u64,
    /// How many are decided and how many are referred.
    pub outcomes: BTreeMap<&'static str, Pair<u64>>,
    /// Outcomes that differ: from, to.
    pub outcome_changes: BTreeMap<(&'static str, &'static str), u64>,
    /// Answers out of a list: column and word.
    pub answers: BTreeMap<(usize, String), Pair<u64>>,
    /// Answers that differ: column, from, to.
    pub answer_changes: BTreeMap<(usize, String, String), u64>,
    /// Columns of money.
    pub money: Vec<Money>,
    /// Dates, numbers and words that differ: column, how often.
    pub others: BTreeMap<usize, u64>,
    /// Rows that were left out: why, how many.
    pub left_out: BTreeMap<&'static str, u64>,
    columns: Vec<(&'static str, Holds)>,
}

/// A column of money.
#[derive(Clone, Debug)]
pub struct Money {
    /// Its header, which also says for which period.
    pub column: &'static str,
    /// Sums; an empty amount counts as nothing.
    pub sum: Pair<Decimal>,
    /// Cases that get more.
    pub gain: u64,
    /// Cases that get less.
    pub lose: u64,
    /// The largest changes, largest first; of equal ones those that stand higher in the sheet.
    pub largest: Vec<Change>,
}

/// One case's change in a column of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The sheet's own row number.
    pub row: i64,
    /// The amounts; none where the column is empty.
    pub amount: Pair<Option<Decimal>>,
}

impl Change {
    /// More or less than before; an empty amount counts as nothing.
    pub fn difference(&self) -> Decimal {
        self.amount.supposed.unwrap_or_default() - self.amount.now.unwrap_or_default()
    }
}

/// One case, ruled on twice.
pub struct Twice<'a> {
    /// The sheet's own row number.
    pub row: i64,
    /// Intake wants a person to look at it whatever the bot says.
    pub held: bool,
    /// Both rulings.
    pub ruling: Pair<&'a Ruling>,
}

impl Twice<'_> {
    /// `decided` or `referred`, under both.
    pub fn outcome(&self) -> Pair<&'static str> {
        let outcome = |ruling: &Ruling| {
            if ruling.settled() && !self.held { "decided" } else { "referred" }
        };
        Pair { now: outcome(self.ruling.now), supposed: outcome(self.ruling.supposed) }
    }

    /// Does the outcome or a decision column differ?
    pub fn differs(&self) -> bool {
        let outcome = self.outcome();
        outcome.now != outcome.supposed || self.ruling.now.decision != self.ruling.supposed.decision
    }
}

impl Comparison {
    /// Nothing compared yet.
    pub fn new(bot: &Registered) -> Self {
        let columns: Vec<(&'static str, Holds)> =
            bot.decision_columns().iter().map(|column| (*column, bot.holds(column))).collect();
        let money = columns.iter().filter(|(_, holds)| *holds == Holds::Money);
        Self {
            cases: 0,
            changed: 0,
            outcomes: ["decided", "referred"].map(|word| (word, Pair::default())).into(),
            outcome_changes: BTreeMap::new(),
            answers: BTreeMap::new(),
            answer_changes: BTreeMap::new(),
            money: money.map(|(column, _)| Money::new(column)).collect(),
            others: BTreeMap::new(),
            left_out: BTreeMap::new(),
            columns,
        }
    }

    /// The decision columns and what they hold.
    pub fn columns(&self) -> &[(&'static str, Holds)] {
        &self.columns
    }

    /// The header of a decision column.
    pub fn column(&self, at: usize) -> &'static str {
        self.columns[at].0
    }

    /// Cases of which nothing differs.
    pub fn unchanged(&self) -> u64 {
        self.cases - self.changed
    }

    /// Counts a row that cannot be compared.
    pub fn leave_out(&mut self, why: &'static str) {
        *self.left_out.entry(why).or_default() += 1;
    }

    /// Counts a case.
    pub fn add(&mut self, case: &Twice<'_>) {
        self.cases += 1;
        self.changed += u64::from(case.differs());
        let outcome = case.outcome();
        self.outcomes.entry(outcome.now).or_default().now += 1;
        self.outcomes.entry(outcome.supposed).or_default().supposed += 1;
        if outcome.now != outcome.supposed {
            *self.outcome_changes.entry((outcome.now, outcome.supposed)).or_default() += 1;
        }
        let mut money = self.money.iter_mut();
        for (at, (column, holds)) in self.columns.iter().enumerate() {
            let now = case.ruling.now.decision_value(column);
            let supposed = case.ruling.supposed.decision_value(column);
            match holds {
                Holds::Money => {
                    if let Some(money) = money.next() {
                        let amount = Pair { now: amount(now), supposed: amount(supposed) };
                        money.add(Change { row: case.row, amount });
                    }
                }
                Holds::Words(_) => {
                    let (now, supposed) = (now.to_string(), supposed.to_string());
                    self.answers.entry((at, now.clone())).or_default().now += 1;
                    self.answers.entry((at, supposed.clone())).or_default().supposed += 1;
                    if now != supposed {
                        *self.answer_changes.entry((at, now, supposed)).or_default() += 1;
                    }
                }
                Holds::Date | Holds::Number | Holds::Text if now != supposed => {
                    *self.others.entry(at).or_default() += 1;
                }
                Holds::Date | Holds::Number | Holds::Text => {}
            }
        }
    }
}

impl Money {
    fn new(column: &'static str) -> Self {
        let sum = Pair::default();
        Self { column, sum, gain: 0, lose: 0, largest: Vec::with_capacity(LARGEST + 1) }
    }

    fn add(&mut self, change: Change) {
        self.sum.now += change.amount.now.unwrap_or_default();
        self.sum.supposed += change.amount.supposed.unwrap_or_default();
        let difference = change.difference();
        if difference.is_zero() {
            return;
        }
        let (gain, lose) = (difference > Decimal::ZERO, difference < Decimal::ZERO);
        self.gain += u64::from(gain);
        self.lose += u64::from(lose);
        let at = self.largest.partition_point(|it| it.difference().abs() >= difference.abs());
        if at < LARGEST {
            self.largest.insert(at, change);
            self.largest.truncate(LARGEST);
        }
    }

    /// What it costs, or saves, in all.
    pub fn difference(&self) -> Decimal {
        self.sum.supposed - self.sum.now
    }
}

fn amount(shown: &Shown) -> Option<Decimal> {
    match shown {
        Shown::Money(amount) | Shown::Number(amount) => Some(*amount),
        Shown::Empty | Shown::Text(_) | Shown::Date(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use clerkwork_bots::kit::Need;

    use super::*;

    fn bot() -> &'static Registered {
        clerkwork_bots::find("free-school-meals").unwrap()
    }

    fn ruling(meals: &str, pence: Option<i64>, person: bool) -> Ruling {
        let mut ruling = Ruling::new(bot().decision_columns());
        ruling.set("Meals", Shown::words(meals));
        if let Some(pence) = pence {
            ruling.set("Grant amount", Shown::Money(Decimal::new(pence, 2)));
        }
        if person {
            ruling.need(Need::new("refusal-to-confirm", "a person"));
        }
        ruling
    }

    fn add(comparison: &mut Comparison, row: i64, now: &Ruling, supposed: &Ruling) {
        let ruling = Pair { now, supposed };
        comparison.add(&Twice { row, held: false, ruling });
    }

    #[test]
    fn who_gains_and_who_loses_is_counted_column_by_column() {
        let mut comparison = Comparison::new(bot());
        let refused = ruling("refused", Some(0), true);
        let awarded = ruling("awarded", Some(15_000), false);
        let more = ruling("awarded", Some(17_500), false);
        let not_asked = ruling("awarded", None, false);
        for (row, now, supposed) in [
            (2, &refused, &awarded),
            (3, &awarded, &awarded),
            (4, &more, &awarded),
            (5, &not_asked, &not_asked),
            (6, &not_asked, &awarded),
        ] {
            add(&mut comparison, row, now, supposed);
        }
        assert_eq!((comparison.cases, comparison.changed, comparison.unchanged()), (5, 3, 2));
        let money = &comparison.money[0];
        assert_eq!((money.column, money.gain, money.lose), ("Grant amount", 2, 1));
        assert_eq!(money.sum.now, Decimal::new(32_500, 2));
        assert_eq!(money.sum.supposed, Decimal::new(60_000, 2));
        assert_eq!(money.difference(), Decimal::new(27_500, 2));
        let rows: Vec<i64> = money.largest.iter().map(|change| change.row).collect();
        assert_eq!(rows, [2, 6, 4]);
        assert_eq!(comparison.outcome_changes[&("referred", "decided")], 1);
        assert_eq!(comparison.outcomes["decided"], Pair { now: 4, supposed: 5 });
        let meals = (0, "refused".to_owned(), "awarded".to_owned());
        assert_eq!(comparison.answer_changes[&meals], 1);
        assert_eq!(comparison.answers[&(0, "refused".to_owned())], Pair { now: 1, supposed: 0 });
    }

    #[test]
    fn only_so_many_of_the_largest_changes_are_kept() {
        let mut comparison = Comparison::new(bot());
        let now = ruling("refused", Some(0), false);
        for row in 1..=1_000 {
            let pence = (row * 7_919) % 1_009;
            add(&mut comparison, row, &now, &ruling("refused", Some(pence), false));
        }
        let largest = &comparison.money[0].largest;
        assert_eq!(largest.len(), LARGEST);
        let differences: Vec<Decimal> = largest.iter().map(Change::difference).collect();
        let expected: Vec<Decimal> = {
            let mut all: Vec<i64> = (1..=1_000).map(|row| (row * 7_919) % 1_009).collect();
            all.sort_unstable_by(|one, other| other.cmp(one));
            all.into_iter().take(LARGEST).map(|pence| Decimal::new(pence, 2)).collect()
        };
        assert_eq!(differences, expected);
    }

    #[test]
    fn what_intake_holds_back_is_referred_under_both() {
        let mut comparison = Comparison::new(bot());
        let awarded = ruling("awarded", None, false);
        let ruling = Pair { now: &awarded, supposed: &awarded };
        comparison.add(&Twice { row: 2, held: true, ruling });
        assert_eq!(comparison.outcomes["referred"], Pair { now: 1, supposed: 1 });
    }
}
