//! An office of the invented council: a data folder in a temporary place, and the program at work
//! on it.

mod process;
mod results;
mod sheets;
mod store;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

pub(crate) use process::{Ran, Running};
pub(crate) use results::Results;
pub(crate) use sheets::{Sheet, column};
pub(crate) use store::Opened;

/// The program, built in the profile that is being tested.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_clerkwork-under-test");

/// The day of every run here: after the latest application that the invented council makes.
pub(crate) const TODAY: &str = "2026-10-01";

/// The top of the repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// A data folder and everything around it; gone when dropped.
pub(crate) struct Office {
    folder: TempDir,
}

impl Office {
    /// Made by `clerkwork init` with the invented council's policy and schedules.
    pub(crate) fn open() -> Self {
        let office = Self { folder: tempfile::tempdir().unwrap() };
        let council = repository().join("fixtures/council");
        let mut init = Command::new(PROGRAM);
        init.args(["init", "--quiet", "--council"]).arg(council).arg(office.data());
        let made = Ran::of(&mut init);
        assert_eq!(made.code, 0, "{made}");
        office
    }

    /// The data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The folder of keys.
    pub(crate) fn keys(&self) -> PathBuf {
        self.folder.path().join("data.keys")
    }

    /// A file beside the data folder.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program with these arguments, on this data folder.
    pub(crate) fn command<S: AsRef<std::ffi::OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).arg("--data").arg(self.data());
        command.current_dir(self.folder.path()).env_remove("CLERKWORK_LOG");
        command
    }

    /// Runs the program to its end.
    pub(crate) fn clerkwork(&self, arguments: &[&str]) -> Ran {
        Ran::of(&mut self.command(arguments))
    }

    /// `run free-school-meals --json` of a sheet, into `results.xlsx`, with its roll.
    pub(crate) fn run(&self, sheet: &Sheet) -> Ran {
        self.run_with(sheet, &[])
    }

    /// The same with more arguments.
    pub(crate) fn run_with(&self, sheet: &Sheet, more: &[&str]) -> Ran {
        Ran::of(&mut self.running(sheet, more))
    }

    /// The command of [`Office::run_with`], not started yet.
    pub(crate) fn running(&self, sheet: &Sheet, more: &[&str]) -> Command {
        let mut command = self.command(&["run", "free-school-meals", "--json", "--as-of", TODAY]);
        command.arg("--input").arg(&sheet.file);
        if !more.contains(&"--output") {
            command.arg("--output").arg(self.file("results.xlsx"));
        }
        if !more.contains(&"--lookup") {
            command.arg("--lookup").arg(format!("school-roll={}", sheet.roll.display()));
        }
        command.args(more);
        command
    }

    /// The workbook that the last run wrote.
    pub(crate) fn results(&self) -> Results {
        Results::read(&self.file("results.xlsx"))
    }

    /// The store, opened through the library.
    pub(crate) fn store(&self) -> Opened {
        Opened::of(&self.data())
    }

    /// `log verify` finds nothing amiss.
    pub(crate) fn log_is_sound(&self) {
        let verified = self.clerkwork(&["log", "verify", "--json"]);
        assert_eq!(verified.code, 0, "{verified}");
        assert_eq!(verified.json()["sound"], true, "{verified}");
    }

    /// Writes a file into the data folder.
    pub(crate) fn put(&self, path: &str, text: &str) {
        fs::write(self.data().join(path), text).unwrap();
    }

    /// Changes a text file of the data folder.
    pub(crate) fn edit(&self, path: &str, change: impl FnOnce(String) -> String) {
        let text = fs::read_to_string(self.data().join(path)).unwrap();
        self.put(path, &change(text));
    }

    /// The items of a slice: few, so that there are many places at which to stop.
    pub(crate) fn small_slices(&self, items: u32) {
        self.edit("schedules/free-school-meals.toml", |text| {
            assert!(text.contains("slice = 500"));
            text.replace("slice = 500", &format!("slice = {items}"))
        });
    }
}
