//! The sheet Totals: control totals, what was decided and what is paid, what it was decided by, and
//! where the log stood.

use std::collections::BTreeMap;

use clerkwork_bots::kit::Shown;
use clerkwork_connectors::spreadsheet::{Out, SheetId, Workbook};
use rust_decimal::Decimal;

use super::Report;
use super::payments::{Paid, money, word};
use super::sheets::{fault, wrapped};
use crate::error::Result;
use crate::job_log::{Head, hex};
use crate::state::{Item, Payment};
use crate::store::batches::Batch;
use crate::store::payload::RulingPayload;
use crate::store::totals::Totals;

/// The sheet, while rows are counted for it.
pub(super) struct TotalsSheet {
    sheet: SheetId,
    batch: Batch,
    head: Head,
    council: String,
    bot: String,
    notices: Vec<String>,
    figures: BTreeMap<String, (String, String)>,
    /// What rulings say, by decision column: not what is paid.
    decided: BTreeMap<String, (i64, Decimal)>,
    policies: BTreeMap<String, i64>,
}

impl TotalsSheet {
    pub(super) fn begin(
        book: &mut Workbook,
        report: &Report,
        batch: &Batch,
        head: Head,
    ) -> Result<Self> {
        let headings = [wrapped("What", 44.0), wrapped("Value", 60.0), wrapped("Source", 60.0)];
        let sheet = book.sheet("Totals", &headings).map_err(fault)?;
        let manifest = report.bot.manifest();
        let digest = report.bot.digest();
        Ok(Self {
            sheet,
            batch: batch.clone(),
            head,
            council: report.council.name.clone(),
            bot: format!("{} {}, SHA-256 {digest}", manifest.title, manifest.version),
            notices: report.notices.clone(),
            figures: BTreeMap::new(),
            decided: BTreeMap::new(),
            policies: BTreeMap::new(),
        })
    }

    /// Figures used, money decided, policies applied.
    pub(super) fn count(&mut self, state: Item, payload: &RulingPayload) {
        for reason in &payload.ruling.reasons {
            let key = format!("{} from {}", reason.figure, reason.from.strftime("%d/%m/%Y"));
            self.figures
                .entry(key)
                .or_insert_with(|| (reason.source.title.clone(), reason.source.href.clone()));
        }
        match self.policies.get_mut(&payload.policy) {
            Some(n) => *n += 1,
            None => drop(self.policies.insert(payload.policy.clone(), 1)),
        }
        if state != Item::Done {
            return;
        }
        for (column, shown) in &payload.ruling.decision {
            if let Shown::Money(amount) = shown {
                let sum = self.decided.entry(column.clone()).or_default();
                sum.0 += 1;
                sum.1 += amount;
            }
        }
    }

    /// Writes it all; `paid` is what the sheet Payments comes to, where there is one.
    pub(super) fn write(self, book: &mut Workbook, paid: Option<&Paid>) -> Result<()> {
        let mut lines = Lines { book, sheet: self.sheet };
        lines.outcomes(&self.batch.totals)?;
        let source = if paid.is_some() {
            "as rulings of decided items say; what is paid for them: the lines Payments"
        } else {
            "as rulings of decided items say"
        };
        for (column, (n, sum)) in &self.decided {
            lines.line(&format!("{column}, number decided"), Out::Integer(*n), source)?;
            lines.line(&format!("{column}, sum decided"), Out::Money(*sum), source)?;
        }
        if let Some(paid) = paid {
            lines.payments(paid)?;
        }
        self.grounds(&mut lines)?;
        let keep = "keep size and root outside: clerkwork log verify --held SIZE:ROOT";
        let (size, root) = (self.head.size.to_string(), self.head.root_text());
        lines.line("Log size", Out::Text(&size), keep)?;
        lines.line("Log root", Out::Text(&root), keep)
    }

    /// Whose batch it is, and what it was decided by.
    fn grounds(&self, lines: &mut Lines<'_>) -> Result<()> {
        let about = [
            ("Council", self.council.clone()),
            ("Batch", self.batch.id.to_string()),
            ("Schedule", self.batch.schedule.clone()),
            ("Bot", self.bot.clone()),
            ("Source, SHA-256", hex(&self.batch.source)),
            ("Day of the run", self.batch.today.strftime("%d/%m/%Y").to_string()),
        ];
        for (label, value) in about {
            lines.line(label, Out::Wrapped(&value), "")?;
        }
        for (lookup, version) in &self.batch.lookups {
            let value = if version == "none" {
                "not looked at".to_owned()
            } else {
                format!("SHA-256 {version}")
            };
            lines.line(&format!("Lookup {lookup}"), Out::Wrapped(&value), "")?;
        }
        for (policy, n) in &self.policies {
            let value = format!("SHA-256 {policy}, {n} rulings");
            lines.line("Policy", Out::Wrapped(&value), "")?;
        }
        for (figure, (title, href)) in &self.figures {
            lines.line("Figure or rule used", Out::Wrapped(figure), &format!("{title}\n{href}"))?;
        }
        for notice in &self.notices {
            lines.line("Noticed while reading", Out::Wrapped(notice), "")?;
        }
        Ok(())
    }
}

/// The lines of the sheet as they are written.
struct Lines<'b> {
    book: &'b mut Workbook,
    sheet: SheetId,
}

impl Lines<'_> {
    fn line(&mut self, label: &str, value: Out<'_>, source: &str) -> Result<()> {
        self.book
            .row(self.sheet, &[Out::Wrapped(label), value, Out::Wrapped(source)])
            .map_err(fault)
    }

    /// What became of the rows, with its chart.
    fn outcomes(&mut self, totals: &Totals) -> Result<()> {
        let first = self.book.next_row_number(self.sheet).unwrap_or(2);
        let counts = outcomes(totals);
        for (label, n) in counts {
            self.line(label, Out::Integer(n), "")?;
        }
        let last = first + u32::try_from(counts.len()).unwrap_or(1) - 1;
        self.book
            .column_chart(self.sheet, "Outcomes", first + 1..=last, (0, 1), (1, 4))
            .map_err(fault)?;
        let balance = if totals.balance() { "yes" } else { "NO: run clerkwork doctor" };
        self.line(
            "Every row is accounted for",
            Out::Text(balance),
            "rows = rejected + duplicates + items",
        )
    }

    fn payments(&mut self, paid: &Paid) -> Result<()> {
        for (state, stands) in &paid.states {
            let label = format!("Payments: {}", word(*state, paid.dry));
            self.line(&label, Out::Money(money(stands.pence)), &many(stands.count))?;
        }
        let sums = &paid.in_all;
        let mut source =
            format!("{}: the sheet Payments, without what is withdrawn", many(sums.count));
        if paid.states.contains_key(&Payment::Returned) {
            source +=
                "\nwhat came back is in it until an officer has it paid again or withdraws it";
        }
        if paid.dry {
            source += "\na dry run: nothing is paid; what earlier batches paid is not taken off";
        }
        self.line("Payments in all", Out::Money(money(sums.pence)), &source)?;
        let source = "the sum of the account numbers of the same payments";
        let source = match paid.erased {
            0 => source.to_owned(),
            n => format!("{source}, but for {} whose account was erased", many(n)),
        };
        // As text: Excel shows a number of twelve digits rounded.
        self.line("Payments: hash total", Out::Text(&sums.hash_total.to_string()), &source)
    }
}

fn many(n: i64) -> String {
    if n == 1 { "1 payment".to_owned() } else { format!("{n} payments") }
}

fn outcomes(totals: &Totals) -> [(&'static str, i64); 12] {
    [
        ("Rows", totals.rows),
        ("Rejected", totals.rejected),
        ("Duplicates", totals.duplicates),
        ("Items", totals.items),
        ("Decided", totals.done),
        ("Referred", totals.referred),
        ("Waiting", totals.waiting),
        ("Failed", totals.failed),
        ("By hand", totals.by_hand),
        ("Cancelled", totals.cancelled),
        ("Postponed", totals.postponed),
        ("In hand", totals.in_hand),
    ]
}
