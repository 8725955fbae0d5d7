//! The rows of a sheet, looked through as a run would read them, sameness left aside.

use std::collections::BTreeMap;
use std::fs::File;

use clerkwork_bots::kit::{Day, Policy, Registered};
use jiff::civil::Date;

use crate::error::Result;
use crate::intake::header::Headers;
use crate::intake::{Notice, SheetReader, parse};
use crate::store::payload::Problem;

/// How a sheet is to be read.
pub struct Look<'a> {
    /// The bot whose rows these are.
    pub bot: &'static Registered,
    /// The policy in force.
    pub policy: &'a Policy,
    /// The council's own headers.
    pub columns: &'a BTreeMap<String, String>,
    /// The run's day.
    pub today: Date,
}

/// Rows so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Non-blank rows below the header.
    pub rows: u64,
    /// Rows that would become a case.
    pub good: u64,
    /// Rows that would be rejected.
    pub rejected: u64,
}

/// One thing wrong with one row. What was found is personal.
pub struct Wrong<'a> {
    /// The sheet's name.
    pub sheet: &'a str,
    /// The sheet's own row number.
    pub row: i64,
    /// What is wrong.
    pub problem: Problem,
}

/// What came of looking through.
pub struct Through {
    /// How many rows.
    pub counts: Counts,
    /// What was noticed on the way, or why it cannot be read to its end.
    pub notices: Result<Vec<Notice>>,
    /// The header row in which something is not the template's.
    pub headers: Option<Headers>,
}

impl Look<'_> {
    /// Looks through a file; `told` hears of the rows so far, `wrong` of each thing that is wrong.
    pub async fn through(
        &self,
        file: File,
        told: &mut (dyn FnMut(Counts) + Send),
        wrong: &mut (dyn FnMut(Wrong<'_>) + Send),
    ) -> Through {
        let mut counts = Counts::default();
        let started = SheetReader::start(file, self.bot.template(), self.columns).await;
        let mut reader = match started {
            Ok(reader) => reader,
            Err(fault) => return Through { counts, notices: Err(fault), headers: None },
        };
        let mut references = BTreeMap::new();
        let fault = loop {
            match reader.next().await {
                Ok(None) => break None,
                Err(fault) => break Some(fault),
                Ok(Some(rows)) => {
                    let day = Day { today: self.today, epoch_1904: rows.epoch_1904 };
                    for placed in rows.rows {
                        let row =
                            parse(self.bot, self.policy, &rows.binding, &day, &rows.sheet, placed);
                        counts.rows += 1;
                        let problems = match row.what {
                            Err((problems, _)) => problems,
                            Ok(prepared) => {
                                let here = (rows.sheet.to_string(), row.row);
                                used_twice(&mut references, prepared.reference, here)
                            }
                        };
                        if problems.is_empty() {
                            counts.good += 1;
                        } else {
                            counts.rejected += 1;
                        }
                        for problem in problems {
                            wrong(Wrong { sheet: &rows.sheet, row: row.row, problem });
                        }
                    }
                    told(counts);
                }
            }
        };
        let headers = reader.headers().cloned();
        let notices = match fault {
            Some(fault) => Err(fault),
            None => reader.finish(),
        };
        Through { counts, notices, headers }
    }
}

/// What is wrong with a reference that an earlier row of the file has.
fn used_twice(
    references: &mut BTreeMap<String, (String, i64)>,
    reference: String,
    here: (String, i64),
) -> Vec<Problem> {
    let Some((first, at)) = references.get(&reference) else {
        references.insert(reference, here);
        return Vec::new();
    };
    vec![Problem {
        column: "Reference".to_owned(),
        code: "used-twice".to_owned(),
        expected: format!(
            "a reference that is used once in the file; sheet {first:?}, row {at} has it already"
        ),
        found: reference,
    }]
}
