//! Supposed figures, for asking what would follow from them: they take the place of what is in
//! force on their days, also of what only the law can set. No case is decided by such a policy.

use jiff::civil::Date;

use super::law::{Entry, Law, Row};
use super::overlay::Overlay;
use super::toml_text::{Reader, inside};
use super::{FigureLine, Policy, PolicyFault};

/// A figure, rule or option, or a table, that holds other rows than it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supposed {
    /// Id in the policy file; of a table, the table's name.
    pub id: String,
    /// For people.
    pub label: String,
    /// Rows that hold no more, or not as they did.
    pub was: Vec<FigureLine>,
    /// Rows that take their place.
    pub is: Vec<FigureLine>,
}

impl Law {
    /// The law with a council's overlay, and over both what a second file supposes. That file has
    /// the form of an overlay; it needs no council and no sources, and its rows win.
    pub(crate) fn suppose(
        &self,
        council: Option<&str>,
        supposed: &str,
    ) -> Result<Policy, Vec<PolicyFault>> {
        let mut policy = self.with(council)?;
        Overlay::supposed(supposed, self)?.lay_in_place(&mut policy)?;
        let texts = format!("{}\u{0}{supposed}", council.unwrap_or_default());
        policy.digest = super::law::digest(&self.text, Some(&texts));
        Ok(policy)
    }
}

impl Overlay {
    /// Its rows cut what they overlap; a table that it names is replaced; what it confirms and
    /// lets be decided is added.
    fn lay_in_place(self, policy: &mut Policy) -> Result<(), Vec<PolicyFault>> {
        let mut read = Reader::default();
        self.confirm(policy);
        for (index, entry) in policy.entries.iter_mut().enumerate() {
            let ours = self.rows.iter().filter(|(at, _)| *at == index);
            let mut supposed =
                Entry { rows: ours.map(|(_, row)| row.clone()).collect(), ..entry.clone() };
            // Two supposed rows for one day are a fault, as they are in any overlay.
            let place = inside(entry.section.heading(), &entry.id);
            supposed.put_in_order(&mut read, &place);
            for row in supposed.rows {
                give_way(&mut entry.rows, &row);
                entry.rows.push(row);
                entry.rows.sort_by_key(|row| row.from);
            }
        }
        for (table, rows) in policy.tables.iter_mut().zip(self.tables) {
            if !rows.is_empty() {
                table.rows = rows;
            }
        }
        for (name, authority) in self.automatic {
            policy.automatic.retain(|(known, _)| *known != name);
            policy.automatic.push((name, authority));
        }
        if read.faults.is_empty() { Ok(()) } else { Err(read.faults) }
    }
}

/// Leaves of the rows only what lies before and after the new one.
fn give_way(rows: &mut Vec<Row>, new: &Row) {
    let ends: Vec<Option<Date>> = (0..rows.len()).map(|at| end(rows, at)).collect();
    let mut left = Vec::with_capacity(rows.len() + 2);
    for (row, end) in std::mem::take(rows).into_iter().zip(ends) {
        let before = end.is_some_and(|end| end < new.from);
        let after = new.until.is_some_and(|until| row.from > until);
        if before || after {
            left.push(row);
            continue;
        }
        if row.from < new.from {
            left.push(Row { until: new.from.yesterday().ok(), ..row.clone() });
        }
        if let Some(next) = new.until.and_then(|until| until.tomorrow().ok())
            && end.is_none_or(|end| end >= next)
        {
            left.push(Row { from: next, ..row });
        }
    }
    *rows = left;
}

/// The last day of a row: its own, or the one before the next row begins.
fn end(rows: &[Row], at: usize) -> Option<Date> {
    let next = rows.get(at + 1).and_then(|row| row.from.yesterday().ok());
    match (rows[at].until, next) {
        (Some(until), Some(next)) => Some(until.min(next)),
        (until, next) => until.or(next),
    }
}

impl Policy {
    /// What differs from another policy of the same bot, by id.
    pub fn differs_from(&self, other: &Policy) -> Vec<Supposed> {
        let (ours, theirs): (Vec<_>, Vec<_>) =
            (self.figures().collect(), other.figures().collect());
        let alone = |line: &FigureLine, among: &[FigureLine]| {
            !among.iter().any(|it| {
                it.id == line.id
                    && (it.from, it.until) == (line.from, line.until)
                    && it.value == line.value
            })
        };
        let mut all: Vec<Supposed> = Vec::new();
        let was = theirs.iter().filter(|line| alone(line, &ours)).map(|line| (line, true));
        let is = ours.iter().filter(|line| alone(line, &theirs)).map(|line| (line, false));
        for (line, before) in was.chain(is) {
            let at = all.iter().position(|it| it.id == line.id).unwrap_or_else(|| {
                let (id, label) = (line.id.clone(), line.label.clone());
                all.push(Supposed { id, label, was: Vec::new(), is: Vec::new() });
                all.len() - 1
            });
            if before { &mut all[at].was } else { &mut all[at].is }.push(line.clone());
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use rust_decimal::Decimal;

    use super::*;

    const LAW: &str = r#"
automatic = ["awards"]
[figures.limit]
label = "A limit"
unit = "GBP/week"
kind = "money"
[[figures.limit.rows]]
from = "2024-04-01"
until = "2025-03-31"
value = "10.00"
mark = "C"
source = { title = "An instrument", href = "a" }
[[figures.limit.rows]]
from = "2025-04-01"
value = "11.00"
mark = "C"
source = { title = "Another", href = "b" }
[figures.rate]
label = "A rate"
kind = "number"
"#;

    fn policy(supposed: &str) -> Policy {
        Law::from_toml(LAW).unwrap().suppose(None, supposed).unwrap()
    }

    fn on(policy: &Policy, year: i16, month: i8, day: i8) -> Option<Decimal> {
        policy.in_force("limit", date(year, month, day)).ok().and_then(|it| it.money())
    }

    fn row(from: &str, until: &str, value: &str) -> String {
        let until = if until.is_empty() { String::new() } else { format!("until = \"{until}\"\n") };
        format!("[[figures.limit]]\nfrom = \"{from}\"\n{until}value = \"{value}\"\n")
    }

    fn pounds(pence: i64) -> Decimal {
        Decimal::new(pence, 2)
    }

    #[test]
    fn a_supposed_row_takes_the_place_of_the_law_on_its_days_only() {
        let policy = policy(&row("2025-01-01", "2025-06-30", "50.00"));
        assert_eq!(on(&policy, 2024, 12, 31), Some(pounds(1000)));
        assert_eq!(on(&policy, 2025, 1, 1), Some(pounds(5000)));
        assert_eq!(on(&policy, 2025, 4, 1), Some(pounds(5000)));
        assert_eq!(on(&policy, 2025, 6, 30), Some(pounds(5000)));
        assert_eq!(on(&policy, 2025, 7, 1), Some(pounds(1100)));
        assert!(policy.in_force("limit", date(2025, 2, 1)).unwrap().may_decide());
    }

    #[test]
    fn without_an_end_it_holds_for_good() {
        let policy = policy(&row("2024-04-01", "", "50.00"));
        assert_eq!((on(&policy, 2024, 3, 31), on(&policy, 2030, 1, 1)), (None, Some(pounds(5000))));
    }

    #[test]
    fn inside_one_row_it_leaves_both_ends() {
        let policy = policy(&row("2026-01-01", "2026-01-01", "50.00"));
        let days = [(2025, 12, 31), (2026, 1, 1), (2026, 1, 2)];
        let values = days.map(|(year, month, day)| on(&policy, year, month, day));
        assert_eq!(values, [1100, 5000, 1100].map(|pence| Some(pounds(pence))));
    }

    #[test]
    fn two_supposed_rows_for_one_day_are_a_fault_and_unknown_keys_too() {
        let law = Law::from_toml(LAW).unwrap();
        let twice = row("2025-01-01", "2025-06-30", "50.00") + &row("2025-06-30", "", "60.00");
        let faults = law.suppose(None, &twice).unwrap_err();
        assert!(faults[0].to_string().contains("two rows hold on 2025-06-30"), "{faults:?}");
        let faults = law.suppose(None, "[[figures.limt]]\nfrom = \"2025-01-01\"\n").unwrap_err();
        assert!(faults[0].place.contains("limt"), "{faults:?}");
        let faults = law.suppose(None, "[[figures.limit]]\nvalue = 5\n").unwrap_err();
        assert!(faults.iter().any(|it| it.place.contains("from")), "{faults:?}");
        // A real overlay may do neither of what a supposed one may.
        assert!(law.with(Some(&row("2025-01-01", "2025-06-30", "50.00"))).is_err());
    }

    #[test]
    fn what_differs_is_told_and_what_is_the_same_is_not() {
        let law = Law::from_toml(LAW).unwrap();
        let before = law.with(None).unwrap();
        let same = law.suppose(None, &row("2024-04-01", "2025-03-31", "10.00")).unwrap();
        assert_eq!(same.differs_from(&before), []);
        let rate = "[[figures.rate]]\nfrom = \"2025-01-01\"\nvalue = 3\n";
        let after = law.suppose(None, &(row("2025-01-01", "", "50.00") + rate)).unwrap();
        let differs = after.differs_from(&before);
        let told: Vec<_> =
            differs.iter().map(|it| (it.id.as_str(), it.was.len(), it.is.len())).collect();
        // The first row ends earlier, the second is gone, and a new one stands.
        assert_eq!(told, [("limit", 2, 2), ("rate", 1, 1)]);
        assert_ne!(after.digest(), before.digest());
    }
}
