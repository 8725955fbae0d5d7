//! Memory does not grow with rows.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use crate::harness::{Office, Running, Sheet};

#[test]
fn four_times_the_rows_need_hardly_more_memory() {
    // Both are long enough to fill the store's page caches, which have a fixed size.
    let small = peak(10_000);
    let large = peak(40_000);
    eprintln!("peak memory: {small} kB for 10,000 rows, {large} kB for 40,000 rows");
    assert!(large < 400_000, "{large} kB");
    assert!(large < 2 * small, "{small} kB for 10,000 rows, {large} kB for 40,000");
}

/// The most that the program and the children that read for it had at once, about.
fn peak(rows: u64) -> u64 {
    let office = Office::open();
    let sheet = Sheet::clean(&office, rows);
    let mut running = Running::start(office.running(&sheet, &["--lookup", "school-roll=none"]));
    let mut peaks: BTreeMap<u32, u64> = BTreeMap::new();
    while !running.ended() {
        for process in family(running.id()) {
            if let Some(peak) = high_water(process) {
                let most = peaks.entry(process).or_default();
                *most = peak.max(*most);
            }
        }
        running.listen(Duration::from_millis(20));
    }
    let ran = running.end();
    assert_eq!((ran.code, ran.count("done")), (0, i64::try_from(rows).unwrap()), "{ran}");
    assert!(peaks.len() >= 2, "a child reads the sheet");
    peaks.values().sum()
}

fn family(id: u32) -> Vec<u32> {
    let mut family = vec![id];
    let Ok(tasks) = fs::read_dir(format!("/proc/{id}/task")) else { return family };
    for task in tasks.flatten() {
        let children = fs::read_to_string(task.path().join("children")).unwrap_or_default();
        family.extend(children.split_whitespace().filter_map(|child| child.parse::<u32>().ok()));
    }
    family
}

fn high_water(id: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
