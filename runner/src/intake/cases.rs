//! Cases of a CRM as rows: its columns go the way of a sheet's, through the template and the bot.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use clerkwork_bots::kit::{Binding, Column, Day, Kind, Policy, Registered};
use clerkwork_connectors::dataverse::{self, Connection, Query, Trouble, Watch, Watermark};
use clerkwork_connectors::spreadsheet::{Cell, Row};
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::sheet::{Parsed, Placed, address, parse};
use super::{Intake, Progress};
use crate::clock;
use crate::error::{Error, Result};
use crate::schedule::Schedule;
use crate::schedule::bound::Held;
use crate::store::payload::Origin;

/// A reading of what is new.
pub struct Cases {
    watch: Watch,
    shape: Shape,
    taken: BTreeSet<Uuid>,
    put_off: usize,
}

/// How a schedule's cases lie in the CRM.
struct Shape {
    columns: Vec<String>,
    dates: Vec<bool>,
    binding: Binding,
    name: Arc<str>,
    address: Option<String>,
}

/// One case as it is in the CRM now.
pub struct ReadAnew {
    /// The case, or what is wrong with it.
    pub row: Parsed,
    /// By which the CRM's support finds the request.
    pub request_id: Option<Uuid>,
}

/// Cases that came in one answer.
#[derive(Default)]
pub struct Page {
    /// The cases.
    pub rows: Vec<dataverse::Row>,
    /// By which the CRM's support finds the request.
    pub request_id: Option<Uuid>,
}

impl Page {
    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

impl Cases {
    /// Begins where the last reading ended.
    pub fn watch(
        connection: &Connection,
        bot: &Registered,
        schedule: &Schedule,
        since: &Watermark,
    ) -> Result<Self> {
        let shape = Shape::of(bot, schedule)?;
        let filter = filter(&schedule.source.only);
        let names = shape.names();
        let watch = connection.watch(connection.cases(), &names, filter.as_deref(), since);
        Ok(Self {
            watch: watch.map_err(|trouble| failed(&trouble))?,
            shape,
            taken: BTreeSet::new(),
            put_off: 0,
        })
    }

    /// The next cases, which may be none; `None` after the last.
    pub async fn next(&mut self) -> Result<Option<Page>> {
        let Some(page) = self.watch.next().await else { return Ok(None) };
        let page = page.map_err(|trouble| failed(&trouble))?;
        let mut rows = page.rows;
        rows.retain(|row| {
            let first = self.taken.insert(row.id);
            if !first {
                self.watch.put_off(row.id);
                self.put_off += 1;
            }
            first
        });
        Ok(Some(Page { rows, request_id: page.request_id }))
    }

    /// Up to where it has read.
    pub fn mark(&self) -> Watermark {
        self.watch.mark()
    }

    /// What was noticed on the way.
    pub fn notices(&self) -> Vec<String> {
        match self.put_off {
            0 => Vec::new(),
            n => vec![format!(
                "{n} cases changed while they were read, and are looked at again in the next reading"
            )],
        }
    }
}

/// One case anew, as the schedule takes it; none if the CRM has no such case any more.
pub async fn read_anew(
    connection: &Connection,
    bot: &Registered,
    policy: &Policy,
    schedule: &Schedule,
    record: Uuid,
    today: Date,
) -> Result<Option<ReadAnew>> {
    let shape = Shape::of(bot, schedule)?;
    let only = filter(&schedule.source.only);
    let only = only.map_or_else(String::new, |only| format!(" and ({only})"));
    let table = connection.cases();
    let one = format!("{} eq {record}{only}", table.key);
    let query = Query::select(shape.names()).filter(one);
    let unread = |trouble: &Trouble| {
        Error::failed(
            format!("the case could not be read from the CRM: {}", trouble.why),
            "it is looked at again when the CRM answers; clerkwork check looks at the connection",
        )
    };
    let mut pages = connection.rows(table, &query).map_err(|trouble| unread(&trouble))?;
    while let Some(page) = pages.next().await {
        let page = page.map_err(|trouble| unread(&trouble))?;
        if let Some(row) = page.rows.into_iter().find(|row| row.id == record) {
            let row = shape.parsed(bot, policy, today, row, 1)?;
            return Ok(Some(ReadAnew { row, request_id: page.request_id }));
        }
    }
    Ok(None)
}

impl Shape {
    fn of(bot: &Registered, schedule: &Schedule) -> Result<Self> {
        let (template, source) = (bot.template(), &schedule.source);
        let address = schedule.address_column().map(str::to_owned);
        let columns: Vec<String> = source.columns.keys().cloned().chain(address.clone()).collect();
        let names: Vec<&str> = columns.iter().map(String::as_str).collect();
        let binding = template.bind(&names, &source.columns).map_err(|absent| {
            Error::usage(
                absent.to_string(),
                "name the CRM's column for it under [source.columns] in the schedule",
            )
        })?;
        let kind = |name: &String| {
            let header = source.columns.get(name);
            template.columns.iter().find(|column: &&Column| Some(&column.header) == header)
        };
        let dates = columns
            .iter()
            .map(|name| kind(name).is_some_and(|column| matches!(column.kind, Kind::Date { .. })))
            .collect();
        let name = Arc::from(source.connection());
        Ok(Self { columns, dates, binding, name, address })
    }

    fn names(&self) -> Vec<&str> {
        self.columns.iter().map(String::as_str).collect()
    }

    /// A case of the CRM as a row.
    fn parsed(
        &self,
        bot: &Registered,
        policy: &Policy,
        today: Date,
        row: dataverse::Row,
        place: i64,
    ) -> Result<Parsed> {
        let day = Day { today, epoch_1904: false };
        let number = u32::try_from(place).map_err(|_| Error::failed("too many cases", ""))?;
        let cells = Row { number, cells: self.cells(&row) };
        let address = address(&self.binding, self.address.as_deref(), &cells);
        let placed = Placed { place, row: cells };
        let mut parsed = parse(bot, policy, &self.binding, &day, &self.name, placed);
        parsed.address = address;
        let marked = |name: &String| {
            let value = row.columns.get(name).unwrap_or(&Value::Null);
            (name.clone(), Origin::mark(value))
        };
        let columns = self.columns.iter().map(marked).collect();
        parsed.origin = Some(Origin { record: row.id, version: row.etag, columns });
        Ok(parsed)
    }

    /// A case's columns as cells, in the order of the binding.
    fn cells(&self, row: &dataverse::Row) -> Vec<Cell> {
        let value = |(name, date): (&String, &bool)| match row.columns.get(name) {
            None | Some(Value::Null | Value::Array(_) | Value::Object(_)) => Cell::Empty,
            Some(Value::Bool(yes)) => Cell::Bool(*yes),
            Some(Value::Number(number)) => match number.to_string().parse::<Decimal>() {
                Ok(number) => Cell::Number(number),
                Err(_) => Cell::Text(number.to_string()),
            },
            // A moment in UTC is a day in the United Kingdom.
            Some(Value::String(text)) => match text.parse::<Timestamp>() {
                Ok(at) if *date => Cell::Date(clock::local(at).date()),
                _ => Cell::Text(text.clone()),
            },
        };
        self.columns.iter().zip(&self.dates).map(value).collect()
    }
}

impl Intake {
    /// Stores cases together with how far their reading is; answers how many the batch has now.
    pub async fn take_in_cases<T: Serialize>(
        &self,
        page: Page,
        cases: &Cases,
        last_place: i64,
        schedule: &str,
        reading: &T,
    ) -> Result<i64> {
        let mut sealed = Vec::with_capacity(page.rows.len());
        let mut place = last_place;
        for row in page.rows {
            place += 1;
            let parsed = cases.shape.parsed(self.bot, &self.policy, self.today, row, place)?;
            sealed.push(self.seal_ahead(parsed)?);
        }
        let request_id = page.request_id;
        self.stock(sealed, Some(Progress { schedule, reading, request_id })).await?;
        Ok(place)
    }
}

/// All of it must hold.
fn filter(only: &BTreeMap<String, Held>) -> Option<String> {
    let each = only.iter().map(|(column, held)| match held {
        Held::Flag(yes) => format!("{column} eq {yes}"),
        Held::Whole(number) => format!("{column} eq {number}"),
        // A key stands without quotation marks where the column points at a row.
        Held::Text(text) if column.ends_with("_value") && text.parse::<Uuid>().is_ok() => {
            format!("{column} eq {text}")
        }
        Held::Text(text) => format!("{column} eq {}", dataverse::text(text)),
    });
    let all: Vec<String> = each.collect();
    (!all.is_empty()).then(|| all.join(" and "))
}

fn failed(trouble: &Trouble) -> Error {
    Error::failed(
        format!("cases could not be read from the CRM: {}", trouble.why),
        "what was read is kept, and the next reading goes on; clerkwork check looks at the connection",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_meant_cannot_be_more_than_it_says() {
        let only = BTreeMap::from([
            (
                "_ownerid_value".to_owned(),
                Held::Text("00a10000-0000-4000-8000-000000000002".into()),
            ),
            ("new_team".to_owned(), Held::Text("HR' or 1 eq 1".into())),
            ("statecode".to_owned(), Held::Whole(0)),
        ]);
        let text = filter(&only).unwrap();
        assert_eq!(
            text,
            "_ownerid_value eq 00a10000-0000-4000-8000-000000000002 and new_team eq 'HR'' or 1 eq 1' \
             and statecode eq 0"
        );
        assert_eq!(filter(&BTreeMap::new()), None);
    }
}
