//! From a sheet's rows to parsed rows: finds the data sheets and their headers, numbers the rows.

use std::collections::BTreeMap;
use std::fs::File;
use std::sync::Arc;

use clerkwork_bots::kit::{self, Binding, Day, Fields, Policy, Prepared, Registered, Template};
use clerkwork_connectors::spreadsheet::{Cell, Event, Limits, Reading, Row};

use super::header::{Header, Headers, Search};
use crate::error::{Error, Result};
use crate::store::payload::{Origin, Problem};

/// Something about the file that the person who sent it should know. No personal data.
pub type Notice = String;

/// A row with its place in the file.
pub struct Placed {
    /// 1-based; goes on over sheets.
    pub place: i64,
    /// The sheet's own row.
    pub row: Row,
}

/// Rows of one data sheet.
pub struct Rows {
    /// The sheet's name.
    pub sheet: Arc<str>,
    /// Where the columns are.
    pub binding: Arc<Binding>,
    /// Serial dates count from 1904.
    pub epoch_1904: bool,
    /// The rows.
    pub rows: Vec<Placed>,
}

/// A row that was read: a case, or what is wrong with it.
pub struct Parsed {
    /// 1-based; goes on over sheets.
    pub place: i64,
    /// The sheet's own row number.
    pub row: i64,
    /// The sheet's name.
    pub sheet: Arc<str>,
    /// The case, or the faults and the reference if it could be read.
    pub what: Result<Prepared, (Vec<Problem>, String)>,
    /// The address of the case's person.
    pub address: Option<String>,
    /// The record of a CRM that it was read from.
    pub origin: Option<Origin>,
}

/// Reads the data sheets of a file that follow a template.
pub struct SheetReader<'a> {
    reading: Reading,
    template: &'a Template,
    council: &'a BTreeMap<String, String>,
    /// A column beside the template's that somebody reads all the same.
    also: Option<&'a str>,
    search: Option<Search<'a>>,
    binding: Option<Arc<Binding>>,
    sheet: Arc<str>,
    epoch_1904: bool,
    offset: i64,
    last: i64,
    data_sheets: usize,
    passed_over: Vec<String>,
    notices: Vec<Notice>,
    headers: Option<Headers>,
}

impl<'a> SheetReader<'a> {
    /// Starts reading, in a child process.
    pub async fn start(
        file: File,
        template: &'a Template,
        council: &'a BTreeMap<String, String>,
    ) -> Result<Self> {
        Ok(Self {
            reading: Reading::start(file, limits()).await.map_err(unreadable)?,
            template,
            council,
            also: None,
            search: None,
            binding: None,
            sheet: Arc::from(""),
            epoch_1904: false,
            offset: 0,
            last: 0,
            data_sheets: 0,
            passed_over: Vec::new(),
            notices: Vec::new(),
            headers: None,
        })
    }

    /// The first header row in which something is not the template's, also where that is why the
    /// file cannot be read.
    pub fn headers(&self) -> Option<&Headers> {
        self.headers.as_ref()
    }

    /// Somebody reads this column too, which is none of the template's.
    pub fn also(self, column: Option<&'a str>) -> Self {
        Self { also: column, ..self }
    }

    /// The next rows below a header; `None` at the end of the file.
    #[tracing::instrument(level = "debug", skip_all, name = "read")]
    pub async fn next(&mut self) -> Result<Option<Rows>> {
        while let Some(event) = self.reading.next().await.map_err(unreadable)? {
            match event {
                Event::Format { .. } => {}
                Event::Notice(notice) => self.notices.push(notice.to_string()),
                Event::Sheet { name, visible, epoch_1904, .. } => {
                    self.end_of_sheet()?;
                    self.offset = self.last;
                    self.sheet = Arc::from(name.as_str());
                    self.epoch_1904 = epoch_1904;
                    if visible {
                        self.search = Some(Search::new(self.template, self.council));
                    } else {
                        self.notices.push(format!("sheet {name:?} is hidden and was not read"));
                    }
                }
                Event::Rows(rows) => {
                    let rows = self.below_header(rows)?;
                    if let (false, Some(binding)) = (rows.is_empty(), &self.binding) {
                        return Ok(Some(Rows {
                            sheet: Arc::clone(&self.sheet),
                            binding: Arc::clone(binding),
                            epoch_1904: self.epoch_1904,
                            rows,
                        }));
                    }
                }
            }
        }
        self.end_of_sheet()?;
        if self.data_sheets == 0 {
            return Err(self.no_header());
        }
        Ok(None)
    }

    /// What was noticed on the way.
    pub fn finish(mut self) -> Result<Vec<Notice>> {
        for sheet in &self.passed_over {
            self.notices.push(format!(
                "sheet {sheet:?} has no header row of this template and was not read"
            ));
        }
        Ok(self.notices)
    }

    fn below_header(&mut self, rows: Vec<Row>) -> Result<Vec<Placed>> {
        let mut below = Vec::with_capacity(rows.len());
        for row in rows {
            if self.binding.is_some() {
                let place = self.offset + i64::from(row.number);
                self.last = place;
                below.push(Placed { place, row });
                continue;
            }
            let Some(search) = &mut self.search else { continue };
            match search.look(&row) {
                Header::Looking => {}
                Header::Found { binding, row } => self.found(binding, row),
                Header::Absent { row, missing, there } => {
                    return Err(self.absent(row, missing, &there));
                }
                Header::None => self.pass_over(),
            }
        }
        Ok(below)
    }

    fn found(&mut self, binding: Binding, row: u32) {
        self.data_sheets += 1;
        self.search = None;
        self.last = self.offset + i64::from(row);
        let also = self.also.and_then(|column| binding.place_of(column)).is_some();
        let read =
            |name: &str| also && self.also.is_some_and(|it| kit::plain(it) == kit::plain(name));
        let unknown: Vec<&String> = binding.unknown().iter().filter(|name| !read(name)).collect();
        if !unknown.is_empty() && self.headers.is_none() {
            self.headers = Some(Headers {
                sheet: self.sheet.to_string(),
                row: i64::from(row),
                missing: binding.absent_optional().to_vec(),
                unread: unknown.iter().map(|name| (*name).clone()).collect(),
            });
        }
        if !unknown.is_empty() {
            let names: Vec<String> = unknown.iter().map(|name| format!("{name:?}")).collect();
            self.notices.push(format!(
                "sheet {:?}: columns that no one reads: {}",
                self.sheet,
                names.join(", ")
            ));
        }
        self.binding = Some(Arc::new(binding));
    }

    fn pass_over(&mut self) {
        let perhaps = self.search.take().and_then(|mut search| search.perhaps());
        self.note_perhaps(perhaps);
        self.passed_over.push(self.sheet.to_string());
    }

    /// No header was found: a person may say that this row is one.
    fn note_perhaps(&mut self, perhaps: Option<(u32, Vec<String>)>) {
        if let (None, Some((row, there))) = (&self.headers, perhaps) {
            let required = self.template.columns.iter().filter(|column| column.required);
            let missing = required.map(|column| column.header.clone()).collect();
            self.note_headers(row, missing, &there);
        }
    }

    fn note_headers(&mut self, row: u32, mut missing: Vec<String>, there: &[String]) {
        let (known, unread): (Vec<&String>, Vec<&String>) = there
            .iter()
            .filter(|name| !name.trim().is_empty())
            .partition(|name| self.template.known(&[name.as_str()], self.council) > 0);
        missing.retain(|name| !known.iter().any(|it| kit::plain(it) == kit::plain(name)));
        self.headers = Some(Headers {
            sheet: self.sheet.to_string(),
            row: i64::from(row),
            missing,
            unread: unread.into_iter().cloned().collect(),
        });
    }

    fn end_of_sheet(&mut self) -> Result<()> {
        self.binding = None;
        let Some(mut search) = self.search.take() else { return Ok(()) };
        match search.end() {
            Header::Absent { row, missing, there } => Err(self.absent(row, missing, &there)),
            Header::Looking | Header::Found { .. } | Header::None => {
                self.search = Some(search);
                self.pass_over();
                Ok(())
            }
        }
    }

    fn absent(&mut self, row: u32, missing: Vec<String>, there: &[String]) -> Error {
        let lacks = format!(
            "sheet {:?} lacks the column{} {}",
            self.sheet,
            plural(missing.len()),
            list(&missing)
        );
        self.note_headers(row, missing, there);
        Error::failed(
            lacks,
            format!(
                "row {row} was taken as the header; add the column there, or name the council's own header under [source.columns] in the schedule"
            ),
        )
    }

    fn no_header(&self) -> Error {
        let required: Vec<String> = self
            .template
            .columns
            .iter()
            .filter(|column| column.required)
            .map(|column| column.header.clone())
            .collect();
        Error::failed(
            "no sheet of this file has the header row of the template",
            format!("these columns are needed: {}", list(&required)),
        )
    }
}

/// Parses one row of a bot's sheet.
pub fn parse(
    bot: &Registered,
    policy: &Policy,
    binding: &Binding,
    day: &Day,
    sheet: &Arc<str>,
    placed: Placed,
) -> Parsed {
    let Placed { place, row } = placed;
    let number = i64::from(row.number);
    let reference = || reference(bot.template(), binding, &row);
    let what = bot
        .template()
        .read(binding, &cells(&row), day)
        .and_then(|fields| bot.prepare(fields, policy))
        .map_err(|faults| (faults.into_iter().map(Problem::from).collect(), reference()));
    Parsed { place, row: number, sheet: Arc::clone(sheet), what, address: None, origin: None }
}

/// The reference of a row that is not in order, so that it can be found again.
fn reference(template: &Template, binding: &Binding, row: &Row) -> String {
    let column = template.columns.iter().position(|column| column.header == "Reference");
    let places = column.map_or(&[][..], |column| binding.places(column));
    let cell = places.first().and_then(|place| row.cells.get(*place));
    match cell {
        Some(Cell::Text(text)) => text.trim().to_owned(),
        Some(Cell::Number(number)) => number.to_string(),
        Some(Cell::Empty | Cell::Date(_) | Cell::Bool(_) | Cell::Error(_) | Cell::NoValue)
        | None => String::new(),
    }
}

/// The address in a row, in a column beside the template's.
pub fn address(binding: &Binding, column: Option<&str>, row: &Row) -> Option<String> {
    match row.cells.get(binding.place_of(column?)?)? {
        Cell::Text(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Cell::Empty
        | Cell::Number(_)
        | Cell::Date(_)
        | Cell::Bool(_)
        | Cell::Error(_)
        | Cell::NoValue => None,
    }
}

/// Typed fields of one row of a lookup.
pub fn record(
    template: &Template,
    binding: &Binding,
    day: &Day,
    row: &Row,
) -> Result<Fields, Vec<kit::Fault>> {
    template.read(binding, &cells(row), day)
}

fn cells(row: &Row) -> Vec<kit::Cell<'_>> {
    row.cells
        .iter()
        .map(|cell| match cell {
            Cell::Empty => kit::Cell::Empty,
            Cell::Text(text) => kit::Cell::Text(text),
            Cell::Number(number) => kit::Cell::Number(*number),
            Cell::Date(date) => kit::Cell::Date(*date),
            Cell::Bool(yes) => kit::Cell::Bool(*yes),
            Cell::Error(error) => kit::Cell::Error(error),
            Cell::NoValue => kit::Cell::NoValue,
        })
        .collect()
}

/// The limits in force. Our own tests have the program itself read, for a test answers as no child.
fn limits() -> Limits {
    #[cfg(test)]
    let program = std::env::current_exe().ok().and_then(|test| {
        let built = test.parent()?.parent()?.join("clerkwork");
        built.exists().then_some(built)
    });
    #[cfg(not(test))]
    let program = None;
    Limits { program, ..Limits::default() }
}

fn unreadable(fault: clerkwork_connectors::spreadsheet::SheetError) -> Error {
    Error::failed(fault.to_string(), "")
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

fn list(names: &[String]) -> String {
    names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ")
}
