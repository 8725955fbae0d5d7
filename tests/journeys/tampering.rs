//! Whatever is changed in the job log is found, and the first entry that is wrong is named.

use clerkwork_runner::job_log::tree::{Hash, Tree, leaf_hash};
use clerkwork_runner::job_log::verify::Report;
use clerkwork_runner::job_log::{self, Check};
use sqlx::Row as _;

use crate::harness::{Office, Opened, Sheet};

/// A log of some 700 entries, with whole tiles and two checkpoints.
struct Log {
    _office: Office,
    opened: Opened,
    size: i64,
}

impl Log {
    fn kept() -> Self {
        let office = Office::open();
        let first = Sheet::one_of_several(&office, 0, 60, 800);
        let none = ["--lookup", "school-roll=none"];
        assert_eq!(office.run_with(&first, &none).code, 3);
        let second = Sheet::one_of_several(&office, 1, 300, 800);
        let ran = office.run_with(&second, &none);
        assert_eq!(ran.code, 3, "{ran}");
        let opened = office.store();
        let log = Self { size: ran.count("log_size"), _office: office, opened };
        for trigger in ["log_entry_stays", "log_entry_is_kept"] {
            log.sql(format!("DROP TRIGGER {trigger}"));
        }
        assert!(log.verified().sound);
        log
    }

    fn sql(&self, sql: String) {
        self.opened.wait(self.opened.store.db.statement(sql)).unwrap();
    }

    fn verified(&self) -> Report {
        self.held(Vec::new())
    }

    fn held(&self, held: Vec<(u64, Hash)>) -> Report {
        let check = Check { held, ..Check::default() };
        let Opened { store, folder, .. } = &self.opened;
        self.opened.wait(job_log::verify(&store.db, folder, check, |_| {})).unwrap()
    }

    fn blob(&self, sql: String) -> Vec<u8> {
        let query = sqlx::query(sqlx::AssertSqlSafe(sql));
        let row = self.opened.wait(query.fetch_one(self.opened.store.db.readers())).unwrap();
        row.get(0)
    }

    fn put(&self, sql: &'static str, bytes: &[u8]) {
        self.opened.wait(async {
            let mut tx = self.opened.store.db.begin().await.unwrap();
            sqlx::query(sql).bind(bytes).execute(&mut *tx).await.unwrap();
            tx.commit().await.unwrap();
        });
    }

    fn entry(&self, index: i64) -> Vec<u8> {
        self.blob(format!("SELECT entry FROM log_entry WHERE idx = {index}"))
    }

    fn put_entry(&self, index: i64, bytes: &[u8]) {
        self.opened.wait(async {
            let mut tx = self.opened.store.db.begin().await.unwrap();
            let update = sqlx::query("UPDATE log_entry SET entry = $1 WHERE idx = $2");
            update.bind(bytes).bind(index).execute(&mut *tx).await.unwrap();
            tx.commit().await.unwrap();
        });
    }
}

#[test]
fn the_store_itself_refuses_to_change_or_take_out_an_entry() {
    let office = Office::open();
    let opened = office.store();
    for sql in ["UPDATE log_entry SET entry = x'7b7d'", "DELETE FROM log_entry"] {
        let refused = opened.wait(opened.store.db.statement(sql.to_owned())).unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{refused}");
    }
}

#[test]
fn one_changed_byte_of_any_entry_is_found_and_the_entry_is_named() {
    let log = Log::kept();
    // Every thirteenth, and both ends; each at another place of its bytes.
    let sample = (0..log.size).step_by(13).chain([1, log.size - 1]);
    for index in sample {
        let bytes = log.entry(index);
        let mut changed = bytes.clone();
        let at = usize::try_from(index * 31).unwrap() % bytes.len();
        changed[at] ^= 1;
        log.put_entry(index, &changed);
        let report = log.verified();
        let named = report.first_bad.and_then(|bad| i64::try_from(bad).ok());
        assert!(!report.sound && named == Some(index), "byte {at} of entry {index}: {report}");
        log.put_entry(index, &bytes);
    }
    assert!(log.verified().sound);
}

#[test]
fn an_entry_filed_under_another_item_is_found() {
    let log = Log::kept();
    log.sql("UPDATE log_entry SET subject = subject + 1 WHERE idx = 300".to_owned());
    assert_eq!(log.verified().first_bad, Some(300));
}

#[test]
fn an_entry_that_a_search_would_not_find_is_found() {
    let log = Log::kept();
    log.sql("UPDATE log_entry SET facet = facet % 3 + 1 WHERE idx = 300".to_owned());
    assert_eq!(log.verified().first_bad, Some(300));
    let log = Log::kept();
    log.sql("UPDATE log_facet SET actor = 'user:nobody' WHERE kind = 'item.ruled'".to_owned());
    assert!(!log.verified().sound);
}

#[test]
fn a_deleted_entry_is_found_wherever_it_was() {
    for index in [0, 255, 256, 400] {
        let log = Log::kept();
        log.sql(format!("DELETE FROM log_entry WHERE idx = {index}"));
        let report = log.verified();
        assert_eq!(report.first_bad, u64::try_from(index).ok(), "{report}");
    }
    let log = Log::kept();
    log.sql(format!("DELETE FROM log_entry WHERE idx = {}", log.size - 1));
    let report = log.verified();
    assert!(!report.sound, "{report}");
    log.sql("DELETE FROM log_entry".to_owned());
    assert!(!log.verified().sound);
}

#[test]
fn a_deleted_entry_is_found_though_the_others_close_up() {
    let log = Log::kept();
    log.sql("DELETE FROM log_entry WHERE idx = 300".to_owned());
    log.sql("UPDATE log_entry SET idx = -idx WHERE idx > 300".to_owned());
    log.sql("UPDATE log_entry SET idx = -idx - 1 WHERE idx < 0".to_owned());
    assert_eq!(log.verified().first_bad, Some(300));
}

#[test]
fn a_swapped_pair_is_found() {
    let log = Log::kept();
    let (one, two) = (log.entry(310), log.entry(311));
    log.put_entry(310, &two);
    log.put_entry(311, &one);
    assert_eq!(log.verified().first_bad, Some(310));
}

#[test]
fn a_changed_tile_head_or_checkpoint_is_found() {
    let log = Log::kept();
    let places: [(&str, &'static str); 4] = [
        (
            "SELECT hashes FROM log_tile WHERE level = 0 AND n = 1",
            "UPDATE log_tile SET hashes = $1 WHERE level = 0 AND n = 1",
        ),
        ("SELECT root FROM log_head", "UPDATE log_head SET root = $1"),
        ("SELECT tree FROM log_head", "UPDATE log_head SET tree = $1"),
        (
            "SELECT CAST(note AS BLOB) FROM log_checkpoint ORDER BY size LIMIT 1",
            "UPDATE log_checkpoint SET note = CAST($1 AS TEXT) WHERE size = (SELECT MIN(size) FROM log_checkpoint)",
        ),
    ];
    for (read, write) in places {
        let bytes = log.blob(read.to_owned());
        for at in [0, bytes.len() / 2, bytes.len() - 1] {
            let mut changed = bytes.clone();
            // A letter for a letter, so that a note stays text.
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            log.put(write, &changed);
            let report = log.verified();
            assert!(!report.sound, "{read}, byte {at}: {report}");
        }
        log.put(write, &bytes);
        assert!(log.verified().sound);
    }
    log.sql("UPDATE log_head SET size = size - 1".to_owned());
    assert!(!log.verified().sound);
    log.sql("UPDATE log_head SET size = size + 1".to_owned());
    log.sql("DELETE FROM log_tile WHERE level = 0 AND n = 0".to_owned());
    assert!(!log.verified().sound);
}

#[test]
fn a_log_without_its_head_is_not_sound() {
    let log = Log::kept();
    log.sql("DELETE FROM log_head".to_owned());
    log.sql("DELETE FROM log_tile".to_owned());
    assert!(!log.verified().sound, "{}", log.verified());
}

#[test]
fn a_log_that_was_rebuilt_as_a_whole_is_found_by_what_is_held_outside() {
    let log = Log::kept();
    let Opened { store, folder, .. } = &log.opened;
    let held = log.opened.wait(job_log::head(&store.db)).unwrap();
    let held = (held.size, held.root);
    let agreed = log.held(vec![held]);
    assert!(agreed.sound && agreed.covered == held.0, "{agreed}");

    // Somebody with the signing key changes an entry and makes everything anew.
    let mut entries: Vec<Vec<u8>> = (0..log.size).map(|index| log.entry(index)).collect();
    let text = String::from_utf8(entries[350].clone()).unwrap();
    let at = text.find("\"row\":").unwrap_or_else(|| panic!("no row in {text}")) + 6;
    let mut changed = text.into_bytes();
    changed[at] = if changed[at] == b'1' { b'2' } else { b'1' };
    entries[350] = changed;
    for table in ["log_tile", "log_head", "log_checkpoint"] {
        log.sql(format!("DELETE FROM {table}"));
    }
    log.put_entry(350, &entries[350]);
    let (mut tree, mut tiles) = (Tree::new(), Vec::new());
    for entry in &entries {
        tree.append(leaf_hash(entry), &mut tiles);
    }
    log.opened.wait(async {
        let mut tx = store.db.begin().await.unwrap();
        for tile in tiles {
            let insert = sqlx::query("INSERT INTO log_tile (level, n, hashes) VALUES ($1, $2, $3)");
            let (level, n) = (i64::from(tile.level), i64::try_from(tile.index).unwrap());
            insert.bind(level).bind(n).bind(tile.hashes).execute(&mut *tx).await.unwrap();
        }
        let insert = "INSERT INTO log_head (id, size, root, tree) VALUES (1, $1, $2, $3)";
        let (root, state) = (tree.root().to_vec(), tree.to_bytes());
        let insert = sqlx::query(insert).bind(log.size).bind(root).bind(state);
        insert.execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        job_log::checkpoint(&store.db, folder).await.unwrap();
    });
    let alone = log.verified();
    assert!(alone.sound, "the store alone cannot tell: {alone}");
    let report = log.held(vec![held]);
    assert!(!report.sound, "{report}");
}
