use std::fs::File;
use std::os::unix::fs::symlink;

use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

use super::*;
use crate::vault::Vault;

const PATIENCE: SignedDuration = SignedDuration::from_mins(10);

/// A workbook's beginning and its end record.
const WHOLE: &[u8] = b"PK\x03\x04rows and rows PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

struct Place {
    root: TempDir,
    inbox: Inbox,
    vault: Vault,
}

impl Place {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let real = root.path().canonicalize().unwrap();
        let inbox = Inbox {
            schedule: "fsm".to_owned(),
            folder: real.join("inbox/fsm"),
            pattern: "*.xlsx".to_owned(),
            taken: real.join("taken/fsm"),
        };
        inbox.make().unwrap();
        Self { root, inbox, vault: Vault::new(&[1; 32]) }
    }

    fn put(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.inbox.folder.join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Names of what two looks find complete, with something done between them.
    fn complete(&self, between: impl FnOnce()) -> Vec<String> {
        let before = self.inbox.look().unwrap();
        between();
        let after = self.inbox.look().unwrap();
        names(after.complete(&before, now(), PATIENCE))
    }

    fn take(&self, name: &str) -> Option<Taken> {
        let look = self.inbox.look().unwrap();
        let path = self.inbox.folder.join(name);
        self.inbox.take(&path, &look.files[&path], &self.vault).unwrap()
    }
}

fn now() -> Timestamp {
    crate::clock::now()
}

fn names(files: Vec<(PathBuf, Seen)>) -> Vec<String> {
    let name = |path: PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    files.into_iter().map(|(path, _)| name(path)).collect()
}

fn listed(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_pattern_is_held_against_the_whole_name() {
    assert!(matches("*.xlsx", "a.xlsx") && matches("fsm-*-p?.csv", "fsm-1-p?.csv"));
    assert!(!matches("*.xlsx", "a.xlsx.part") && !matches("a*a", "a"));
    assert!(matches("a*b*c", "a--b--c") && !matches("a*b*c", "a--c"));
    assert!(matches("form.csv", "form.csv") && !matches("form.csv", "my form.csv"));
}

#[test]
fn names_of_passing_files_and_others_are_left_alone() {
    let place = Place::new();
    for name in [".hidden.xlsx", "~$form.xlsx", "form.xlsx.part", "form.tmp", "notes.txt"] {
        place.put(name, WHOLE);
    }
    place.put("FORM.XLSX", WHOLE);
    assert_eq!(place.complete(|| {}), ["FORM.XLSX"]);
    assert_eq!(place.inbox.look().unwrap().count(), 1);
}

#[test]
fn a_file_that_grows_or_is_replaced_between_two_looks_is_not_complete() {
    let place = Place::new();
    place.put("a.xlsx", WHOLE);
    place.put("b.xlsx", WHOLE);
    let grow = || drop(place.put("a.xlsx", &[WHOLE, WHOLE].concat()));
    assert_eq!(place.complete(grow), ["b.xlsx"]);
    let replace = || {
        let other = place.put(".b", WHOLE);
        fs::rename(other, place.inbox.folder.join("b.xlsx")).unwrap();
    };
    assert_eq!(place.complete(replace), ["a.xlsx"]);
    let arrive = || drop(place.put("c.xlsx", WHOLE));
    assert_eq!(place.complete(arrive), ["a.xlsx", "b.xlsx"], "seen once only");
}

#[test]
fn a_file_that_somebody_writes_to_is_not_complete_however_still_it_lies() {
    let place = Place::new();
    let path = place.put("a.xlsx", WHOLE);
    let handle = fs::OpenOptions::new().append(true).open(&path).unwrap();
    assert!(place.complete(|| {}).is_empty());
    drop(handle);
    let reading = File::open(&path).unwrap();
    assert_eq!(place.complete(|| {}), ["a.xlsx"]);
    drop(reading);
}

#[test]
fn a_workbook_without_its_end_is_waited_for_but_not_for_ever() {
    let place = Place::new();
    place.put("half.xlsx", &WHOLE[..WHOLE.len() - 4]);
    place.put("empty.xlsx", b"");
    place.put("page.xlsx", b"<html>no workbook at all</html>");
    assert_eq!(place.complete(|| {}), ["page.xlsx"], "what is wrong with it is told by intake");
    let look = place.inbox.look().unwrap();
    let later = now().checked_add(PATIENCE).unwrap();
    assert_eq!(look.complete(&look, later, PATIENCE).len(), 3);
}

#[test]
fn the_oldest_comes_first() {
    let place = Place::new();
    for (name, age) in [("a.xlsx", 10), ("b.xlsx", 30), ("c.xlsx", 20)] {
        let path = place.put(name, WHOLE);
        let then = std::time::Duration::from_secs(age);
        let modified = File::open(&path).unwrap().metadata().unwrap().modified().unwrap() - then;
        fs::OpenOptions::new().write(true).open(&path).unwrap().set_modified(modified).unwrap();
    }
    assert_eq!(place.complete(|| {}), ["b.xlsx", "c.xlsx", "a.xlsx"]);
}

#[test]
fn what_is_taken_lies_under_a_name_that_says_nothing_and_keeps_its_own_sealed() {
    let place = Place::new();
    place.put("Ann Example.xlsx", WHOLE);
    let taken = place.take("Ann Example.xlsx").unwrap();
    assert!(listed(&place.inbox.folder).is_empty());
    let names = listed(&place.inbox.taken);
    let stem = crate::job_log::hex(&taken.sha256);
    assert_eq!(names, [format!("{stem}.name"), format!("{stem}.xlsx")]);
    for name in names {
        let bytes = fs::read(place.inbox.taken.join(name)).unwrap();
        assert!(!bytes.windows(3).any(|part| part == b"Ann"));
    }
    // Nobody else gets it while it is worked; after a crash whoever comes next does.
    assert!(left_behind(&place.inbox.taken, &place.vault).unwrap().is_empty());
    drop(taken);
    let mut left = left_behind(&place.inbox.taken, &place.vault).unwrap();
    let taken = left.pop().unwrap();
    assert_eq!(taken.name.as_deref(), Some("Ann Example.xlsx"));
    taken.remove().unwrap();
    assert!(listed(&place.inbox.taken).is_empty());
}

#[test]
fn of_many_that_take_the_same_file_one_gets_it() {
    let place = Place::new();
    for round in 0..20 {
        let name = format!("{round}.xlsx");
        let path = place.put(&name, &[WHOLE, name.as_bytes()].concat());
        let seen = place.inbox.look().unwrap().files[&path].clone();
        let got: Vec<Option<Taken>> = std::thread::scope(|scope| {
            let tries: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(|| place.inbox.take(&path, &seen, &Vault::new(&[1; 32])).unwrap())
                })
                .collect();
            tries.into_iter().map(|it| it.join().unwrap()).collect()
        });
        assert_eq!(got.iter().flatten().count(), 1);
        got.into_iter().flatten().for_each(|taken| taken.remove().unwrap());
    }
}

#[test]
fn a_file_that_changed_since_it_was_seen_goes_back() {
    let place = Place::new();
    let path = place.put("a.xlsx", WHOLE);
    let look = place.inbox.look().unwrap();
    place.put("a.xlsx", &[WHOLE, b"more"].concat());
    assert!(place.inbox.take(&path, &look.files[&path], &place.vault).unwrap().is_none());
    assert_eq!(listed(&place.inbox.folder), ["a.xlsx"]);
    assert!(listed(&place.inbox.taken).is_empty());
}

#[test]
fn the_same_file_put_there_twice_is_taken_twice() {
    let place = Place::new();
    place.put("a.xlsx", WHOLE);
    place.put("b.xlsx", WHOLE);
    let (a, b) = (place.take("a.xlsx").unwrap(), place.take("b.xlsx").unwrap());
    assert_eq!(a.sha256, b.sha256);
    assert_ne!(a.path, b.path);
}

#[test]
fn what_is_refused_lies_beside_what_is_wrong_and_covers_nothing() {
    let place = Place::new();
    for _ in 0..2 {
        place.put("form.xlsx", WHOLE);
        let taken = place.take("form.xlsx").unwrap();
        place.inbox.refuse(taken, "the sheet has no column Reference\n  add it").unwrap();
    }
    let refused = place.inbox.folder.join(REFUSED);
    assert_eq!(
        listed(&refused),
        ["form (2).xlsx", "form (2).xlsx.why.txt", "form.xlsx", "form.xlsx.why.txt"]
    );
    let note = fs::read_to_string(refused.join("form.xlsx.why.txt")).unwrap();
    assert!(note.contains("no column Reference") && note.contains("put it into fsm again"));
    assert!(listed(&place.inbox.taken).is_empty());
}

#[test]
fn links_are_refused_and_lead_nowhere() {
    let place = Place::new();
    let outside = place.root.path().join("outside.xlsx");
    fs::write(&outside, WHOLE).unwrap();
    symlink(&outside, place.inbox.folder.join("a.xlsx")).unwrap();
    fs::create_dir(place.inbox.folder.join("b.xlsx")).unwrap();
    let look = place.inbox.look().unwrap();
    assert_eq!((look.count(), look.strange.len()), (0, 2));
    for path in &look.strange {
        place.inbox.refuse_strange(path).unwrap();
    }
    assert_eq!(listed(&place.inbox.folder), [REFUSED]);
    assert_eq!(fs::read(&outside).unwrap(), WHOLE, "what it leads to is not touched");
    // A folder that is reached over a link is not looked into.
    let mut elsewhere = place.inbox.clone();
    elsewhere.folder = place.root.path().canonicalize().unwrap().join("linked");
    symlink(&place.inbox.folder, &elsewhere.folder).unwrap();
    assert!(elsewhere.look().unwrap_err().to_string().contains("symbolic link"));
    // Nor is anything put aside over one.
    fs::remove_dir_all(place.inbox.folder.join(REFUSED)).unwrap();
    symlink(place.root.path(), place.inbox.folder.join(REFUSED)).unwrap();
    place.put("c.xlsx", WHOLE);
    let taken = place.take("c.xlsx").unwrap();
    assert!(place.inbox.refuse(taken, "why").is_err());
    assert_eq!(left_behind(&place.inbox.taken, &place.vault).unwrap().len(), 1, "it is not lost");
}
