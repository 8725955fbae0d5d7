//! Sheets of the invented council, with what must become of each row.

use std::path::PathBuf;

use clerkwork_fixtures::applications::HEADERS;
use clerkwork_fixtures::sheet::{CsvForm, RollFormat};
use clerkwork_fixtures::{Application, Council, Layout, Options, write_csv, write_xlsx};

use super::Office;

/// A file of applications and the roll that belongs to it.
pub(crate) struct Sheet {
    /// The file.
    pub(crate) file: PathBuf,
    /// The roll's file.
    pub(crate) roll: PathBuf,
    /// Its rows, with what must become of them.
    pub(crate) applications: Vec<Application>,
    /// The sheet's row of each.
    pub(crate) rows: Vec<u32>,
    council: Council,
}

impl Sheet {
    /// `rows` applications with every kind of mistake, in the plain layout.
    pub(crate) fn of(office: &Office, rows: u64) -> Self {
        Self::laid_out(office, rows, &Layout::PLAIN)
    }

    /// The same in another layout.
    pub(crate) fn laid_out(office: &Office, rows: u64, layout: &Layout) -> Self {
        let file = format!("{}.xlsx", layout.name);
        let council = Council::for_applications(1, rows);
        let sheet = Self::written(office, council, rows, Options::default(), |applications| {
            let path = office.file(&file);
            (write_xlsx(&path, applications, layout).unwrap().rows, path)
        });
        sheet.with_roll()
    }

    /// The same as a text file.
    pub(crate) fn as_text(office: &Office, rows: u64, name: &str, form: CsvForm) -> Self {
        let council = Council::for_applications(1, rows);
        let sheet = Self::written(office, council, rows, Options::default(), |applications| {
            let path = office.file(name);
            (write_csv(&path, applications, &Layout::PLAIN, form).unwrap().rows, path)
        });
        sheet.with_roll()
    }

    /// One of several sheets about different children of one council of `of` applications; without
    /// a roll.
    pub(crate) fn one_of_several(office: &Office, n: u64, rows: u64, of: u64) -> Self {
        let council = Council::for_applications(1, of);
        let options = Options {
            first_reference: n * rows + 1,
            passed_over: n * (rows + rows / 5 + 50),
            ..Options::default()
        };
        Self::written(office, council, rows, options, |applications| {
            let path = office.file(&format!("sheet-{n}.xlsx"));
            (write_xlsx(&path, applications, &Layout::PLAIN).unwrap().rows, path)
        })
    }

    /// Rows without a mistake, for measuring; without a roll.
    pub(crate) fn clean(office: &Office, rows: u64) -> Self {
        let council = Council::for_applications(1, rows);
        Self::written(office, council, rows, Options::clean(), |applications| {
            let path = office.file(&format!("clean-{rows}.xlsx"));
            (write_xlsx(&path, applications, &Layout::PLAIN).unwrap().rows, path)
        })
    }

    /// These rows, whatever is expected of them.
    pub(crate) fn holding(office: &Office, name: &str, applications: Vec<Application>) -> Self {
        let council = Council::invent(1);
        let (file, roll) = (office.file(name), office.file("roll.xlsx"));
        let rows = write_xlsx(&file, &applications, &Layout::PLAIN).unwrap().rows;
        Self { file, roll, applications, rows, council }.with_roll()
    }

    /// Writes the roll of its council, which is long where the council is large.
    pub(crate) fn with_roll(self) -> Self {
        if !self.roll.exists() {
            self.council.roll_sheet(&self.roll, RollFormat::Xlsx).unwrap();
        }
        self
    }

    fn written(
        office: &Office,
        council: Council,
        rows: u64,
        options: Options,
        write: impl FnOnce(&[Application]) -> (Vec<u32>, PathBuf),
    ) -> Self {
        let roll = office.file("roll.xlsx");
        let applications: Vec<Application> = council.applications(rows, options).collect();
        let (rows, file) = write(&applications);
        Self { file, roll, applications, rows, council }
    }
}

/// Where a column stands among an application's cells.
pub(crate) fn column(header: &str) -> usize {
    HEADERS.iter().position(|it| it.name == header).unwrap()
}
