//! A data folder of the invented council, and the program run on it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clerkwork_connectors::spreadsheet::{ColumnKind, Heading, Out, Workbook};
use serde_json::Value;

pub(crate) const BOT: &str = "free-school-meals";
pub(crate) const NO_ROLL: [&str; 2] = ["--lookup", "school-roll=none"];

pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("{}", self.all()))
    }

    pub(crate) fn all(&self) -> String {
        format!("{}{}", self.out, self.err)
    }

    /// It ended like this.
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}", self.all());
        self
    }
}

/// Runs the program anywhere but in a data folder.
pub(crate) fn say(arguments: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clerkwork"));
    command.args(arguments).current_dir("/").env_remove("CLERKWORK_DATA");
    let output = command.output().unwrap();
    Said {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A data folder of the invented council.
pub(crate) struct Council(pub(crate) tempfile::TempDir);

impl Council {
    pub(crate) fn new() -> Self {
        let council = Self(tempfile::tempdir().unwrap());
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let invented = sources.join("fixtures/council");
        say(&["init", &council.at("data"), "--council", invented.to_str().unwrap()]).expect(0);
        council
    }

    pub(crate) fn at(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn say(&self, arguments: &[&str]) -> Said {
        say(&[arguments, &["--data", &self.at("data")]].concat())
    }

    /// Whether any file of the data folder has these bytes in it.
    pub(crate) fn holds(&self, bytes: &[u8]) -> bool {
        let files = files(&self.0.path().join("data"));
        files.iter().any(|(_, file)| file.windows(bytes.len()).any(|it| it == bytes))
    }

    pub(crate) fn run(&self, form: &str) -> Said {
        let said = self.say(&[&["run", BOT, "--input", form], &NO_ROLL[..]].concat());
        assert!(said.code == 0 || said.code == 3, "{}", said.all());
        said
    }

    /// A sheet with the template's example row, changed in these columns.
    pub(crate) fn form(&self, name: &str, change: &[(&str, &str)]) -> String {
        self.forms(name, &[change.to_vec()])
    }

    pub(crate) fn forms(&self, name: &str, rows: &[Vec<(&str, &str)>]) -> String {
        let columns = &clerkwork_bots::find(BOT).unwrap().template().columns;
        let headings: Vec<Heading<'_>> = columns
            .iter()
            .map(|it| Heading { title: &it.header, width: 12.0, kind: ColumnKind::Text })
            .collect();
        let path = self.at(name);
        let mut book = Workbook::create(Path::new(&path)).unwrap();
        let sheet = book.sheet("Applications", &headings).unwrap();
        for change in rows {
            let cell = |header: &str, example| {
                let changed = change.iter().find(|(changed, _)| *changed == header);
                Out::Text(changed.map_or(example, |(_, value)| value))
            };
            let cells = columns.iter().map(|column| cell(&column.header, &column.example));
            book.row(sheet, &cells.collect::<Vec<_>>()).unwrap();
        }
        book.finish().unwrap();
        path
    }
}

/// Keys, ciphertexts and blind indexes that are stored: the beginning of each.
pub(crate) fn secrets(file: &str) -> Vec<Vec<u8>> {
    const STORED: &str = "SELECT key FROM payload UNION ALL SELECT sealed FROM payload UNION ALL \
        SELECT sealed FROM ruling UNION ALL SELECT key FROM turned_away UNION ALL \
        SELECT sealed FROM turned_away UNION ALL SELECT reference_index FROM item UNION ALL \
        SELECT weak_index FROM item UNION ALL SELECT key FROM batch";
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut all: Vec<Vec<u8>> = runtime.block_on(async {
        let db = clerkwork_runner::db::Db::open_reading(Path::new(file)).await.unwrap();
        sqlx::query_scalar(STORED).fetch_all(db.readers()).await.unwrap()
    });
    for bytes in &mut all {
        bytes.truncate(16);
    }
    all
}

/// Every file with anything in it, but the memory that SQLite shares.
pub(crate) fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    for file in fs::read_dir(folder).unwrap() {
        let file = file.unwrap().path();
        if file.is_dir() {
            all.extend(files(&file));
        } else if !file.to_string_lossy().ends_with("-shm") {
            let bytes = fs::read(&file).unwrap();
            all.push((file, bytes));
        }
    }
    all.retain(|(_, bytes)| !bytes.is_empty());
    all.sort();
    all
}
