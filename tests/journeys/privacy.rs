//! Nothing about a person leaves the sealed parts of the store, in whatever the program says or
//! writes along the way.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use clerkwork_fixtures::applications::Cell;
use clerkwork_fixtures::{Application, hostile};
use clerkwork_runner::job_log;
use jiff::civil::Date;

use crate::harness::{Office, Ran, Sheet, column};

/// What must not be found.
struct People {
    /// Long enough not to stand in ciphertext by chance, as it often does with three letters.
    anywhere: BTreeSet<String>,
    /// Sought in text only, as whole words.
    words: BTreeSet<String>,
}

impl People {
    fn of(sheet: &Sheet, office: &Office) -> Self {
        let (mut anywhere, mut words) = (BTreeSet::new(), BTreeSet::new());
        let public = public_text(office);
        for row in &sheet.applications {
            for header in ["Applicant NINO", "Partner NINO", "Sort code", "Account number", "SCN"] {
                for text in numbers(row, header) {
                    anywhere.insert(text);
                }
            }
            for header in
                ["Applicant forename", "Applicant surname", "Child forename", "Child surname"]
            {
                let Cell::Text(name) = &row.cells[column(header)] else { continue };
                let name = name.trim_matches([' ', '\u{a0}']);
                if name.is_empty() || public.contains(name) {
                    continue;
                }
                if name.len() >= 7 {
                    anywhere.insert(name.to_owned());
                }
                words.insert(name.to_owned());
            }
            for header in ["Applicant date of birth", "Child date of birth"] {
                let (Cell::Date(born) | Cell::Serial(born)) = row.cells[column(header)] else {
                    continue;
                };
                anywhere.extend(written(born).into_iter().filter(|text| !public.contains(text)));
            }
        }
        assert!(anywhere.len() > 400 && words.len() > 80, "{} {}", anywhere.len(), words.len());
        Self { anywhere, words }
    }

    fn absent_from_bytes(&self, what: &str, bytes: &[u8]) {
        // Sought by their first four bytes, so that a large file is gone through once.
        let mut starts = std::collections::BTreeMap::<&[u8], Vec<&[u8]>>::new();
        for text in &self.anywhere {
            starts.entry(&text.as_bytes()[..4]).or_default().push(text.as_bytes());
        }
        for (at, window) in bytes.windows(4).enumerate() {
            for text in starts.get(window).into_iter().flatten() {
                assert!(
                    !bytes[at..].starts_with(text),
                    "{what} holds {:?} at byte {at}: ...{}...",
                    String::from_utf8_lossy(text),
                    String::from_utf8_lossy(
                        &bytes[at.saturating_sub(60)..(at + 60).min(bytes.len())]
                    ),
                );
            }
        }
    }

    fn absent_from_text(&self, what: &str, text: &str) {
        self.absent_from_bytes(what, text.as_bytes());
        let said: BTreeSet<&str> = text
            .split(|c: char| c.is_whitespace() || "\":".contains(c))
            .filter(|word| !is_a_code(word))
            .flat_map(|word| word.split(|c: char| !c.is_alphabetic() && c != '\'' && c != '-'))
            .collect();
        let found: Vec<&String> =
            self.words.iter().filter(|name| said.contains(name.as_str())).collect();
        assert!(found.is_empty(), "{what} says {found:?}");
    }

    fn absent_from(&self, what: &str, ran: &Ran) {
        self.absent_from_text(&format!("{what}, standard output"), &ran.stdout);
        self.absent_from_text(&format!("{what}, standard error"), &ran.stderr);
    }
}

/// A hash, a signature or a key in base 64: a name of three letters stands in one by chance.
fn is_a_code(word: &str) -> bool {
    word.len() >= 43 && word.chars().all(|c| c.is_ascii_alphanumeric() || "+/=-".contains(c))
}

/// What anybody may read: law, policy, columns. A name or a date that stands there says nothing.
fn public_text(office: &Office) -> String {
    let bot = clerkwork_bots::find("free-school-meals").unwrap();
    let manifest = bot.manifest();
    let council = fs::read_to_string(office.data().join("policy/free-school-meals.toml")).unwrap();
    format!("{} {} {council}", manifest.columns, manifest.policy)
}

/// A number as it was written, and bare.
fn numbers(row: &Application, header: &str) -> Vec<String> {
    let text = match &row.cells[column(header)] {
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => number.to_string(),
        Cell::Padded(number, width) => format!("{number:0width$}"),
        _ => return Vec::new(),
    };
    let bare: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let all = [text.clone(), bare.to_uppercase(), bare.to_lowercase()];
    // Six digits stand anywhere by chance, in a time or in ciphertext.
    all.into_iter().filter(|text| text.len() >= 8).collect()
}

fn written(born: Date) -> [String; 3] {
    [
        born.to_string(),
        born.strftime("%d/%m/%Y").to_string(),
        born.strftime("%-d/%-m/%Y").to_string(),
    ]
}

fn traced(office: &Office, sheet: &Sheet, more: &[&str]) -> Ran {
    let mut command = office.running(sheet, more);
    Ran::of(command.env("CLERKWORK_LOG", "trace"))
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut all = Vec::new();
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
    }
    all
}

#[test]
fn nothing_about_a_person_is_in_the_store_the_log_or_what_is_said() {
    let office = Office::open();
    let sheet = Sheet::of(&office, 500);
    let people = People::of(&sheet, &office);
    // While the store is open the write-ahead log stays, so it is looked at too.
    let opened = office.store();
    people.absent_from("a dry run", &traced(&office, &sheet, &["--dry-run"]));
    let ran = traced(&office, &sheet, &[]);
    assert_eq!(ran.code, 3);
    people.absent_from("a run", &ran);
    people.absent_from("a repeated run", &traced(&office, &sheet, &["--again"]));
    let plain = office.running(&sheet, &[]);
    let plain =
        plain.get_args().filter(|it| *it != "--json").map(ToOwned::to_owned).collect::<Vec<_>>();
    people.absent_from("a run told as text", &Ran::of(&mut office.command(&plain)));

    let asked: [&[&str]; 9] = [
        &["batches"],
        &["items", "--batch", "1"],
        &["items", "--batch", "1", "--json"],
        &["show", "1", "--json"],
        &["show", "1-2", "--json"],
        &["log", "tail"],
        &["log", "search", "--batch", "1", "--json"],
        &["doctor"],
        &["log", "export", "exported"],
    ];
    for asked in asked {
        let mut command = office.command(asked);
        let answered = Ran::of(command.env("CLERKWORK_LOG", "trace"));
        assert!(answered.code == 0 || asked[0] == "doctor", "{asked:?}: {answered}");
        people.absent_from(&asked.join(" "), &answered);
    }
    let exported = files(&office.file("exported"));
    assert!(exported.len() >= 2);
    for path in exported {
        people.absent_from_text("the exported log", &fs::read_to_string(path).unwrap());
    }

    let looked_at = files(&office.data());
    let names: Vec<String> = looked_at
        .iter()
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    for name in ["clerkwork.db", "clerkwork.db-wal", "clerkwork.db-shm", "1.sealed", "2.sealed"] {
        assert!(names.iter().any(|it| it == name), "{name} among {names:?}");
    }
    for path in looked_at {
        people.absent_from_bytes(&path.display().to_string(), &fs::read(&path).unwrap());
    }
    let entries = opened.wait(job_log::read(&opened.store.db, 0, i64::MAX)).unwrap();
    assert!(entries.len() > 1_000);
    for entry in entries {
        people.absent_from_text("the log", &String::from_utf8(entry.bytes).unwrap());
    }
    // The search itself finds what it seeks.
    let results = fs::read(&sheet.file).unwrap();
    assert!(results.starts_with(b"PK"));
    let found = std::panic::catch_unwind(|| {
        people.absent_from_text("itself", people.words.first().unwrap());
    });
    assert!(found.is_err());
}

#[test]
fn a_broken_sheet_or_roll_is_told_of_without_what_stood_in_it() {
    let office = Office::open();
    let sheet = Sheet::of(&office, 500);
    let people = People::of(&sheet, &office);
    let good = fs::read(&sheet.file).unwrap();
    for share in [10, 3, 2] {
        fs::write(&sheet.file, &good[..good.len() - good.len() / share]).unwrap();
        let ran = traced(&office, &sheet, &[]);
        assert_eq!(ran.code, 1, "{ran}");
        people.absent_from("a run of a file cut short", &ran);
    }
    for at in [4, 3, 2] {
        let mut broken = good.clone();
        let from = broken.len() / at;
        for byte in &mut broken[from..from + 200] {
            *byte = !*byte;
        }
        fs::write(&sheet.file, broken).unwrap();
        people.absent_from("a run of a damaged file", &traced(&office, &sheet, &[]));
    }
    fs::write(&sheet.file, &good).unwrap();

    let roll = office.file("broken-roll.csv");
    let mut lines = "SCN,Forename,Surname,Date of birth,School,Stage,Status\n".to_owned();
    for row in sheet.applications.iter().take(60) {
        let Cell::Text(surname) = &row.cells[column("Child surname")] else { continue };
        lines.push_str(&[surname.as_str(); 7].join(","));
        lines.push('\n');
    }
    fs::write(&roll, lines).unwrap();
    let lookup = format!("school-roll={}", roll.display());
    let ran = traced(&office, &sheet, &["--lookup", &lookup]);
    assert!(ran.stderr.contains("the row was left out"), "{ran}");
    people.absent_from("a run with a broken roll", &ran);

    // A sheet whose columns have slipped: names stand under every header.
    let mut slipped = sheet.applications.clone();
    for row in &mut slipped {
        row.cells.rotate_left(2);
    }
    let slipped = Sheet::holding(&office, "slipped.xlsx", slipped);
    let ran = traced(&office, &slipped, &[]);
    assert_eq!(ran.count("rejected"), 500, "{ran}");
    people.absent_from("a run of slipped columns", &ran);
    for path in files(&office.data()) {
        people.absent_from_bytes(&path.display().to_string(), &fs::read(&path).unwrap());
    }
    let opened = office.store();
    for entry in opened.wait(job_log::read(&opened.store.db, 0, i64::MAX)).unwrap() {
        people.absent_from_text("the log", &String::from_utf8(entry.bytes).unwrap());
    }
}

#[test]
fn a_hostile_file_is_told_of_without_what_stood_in_it() {
    let office = Office::open();
    for file in hostile::ALL {
        let path = office.file(file.file);
        file.write(&path).unwrap();
        let mut command =
            office.command(&["run", "free-school-meals", "--lookup", "school-roll=none"]);
        let ran = Ran::of(command.arg("--input").arg(path).env("CLERKWORK_LOG", "trace"));
        for found in ["FSM-1", "03/09/2025"] {
            assert!(
                !ran.stdout.contains(found) && !ran.stderr.contains(found),
                "{}: {ran}",
                file.file
            );
        }
    }
}
