//! The other systems that schedules name: reached, and able to do what is asked of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::connections::Connections;
use crate::health::Finding;
use crate::schedule::Schedule;
use crate::schedule::bound::DATAVERSE;
use crate::settings::Folder;

/// What is asked of one system by all schedules together.
#[derive(Default)]
struct Asked<'a> {
    connector: &'a str,
    columns: BTreeSet<&'a str>,
}

/// Asks each system that these schedules name; nothing there is changed.
pub(super) async fn look(folder: &Folder, schedules: &[&Schedule]) -> Vec<Finding> {
    let mut all: BTreeMap<&str, Asked<'_>> = BTreeMap::new();
    for schedule in schedules {
        let source = &schedule.source;
        if source.is_crm() {
            let asked = all.entry(source.connection()).or_default();
            asked.connector = DATAVERSE;
            asked
                .columns
                .extend(source.columns.keys().chain(source.only.keys()).map(String::as_str));
        }
        for outlet in schedule.outlets.values() {
            let asked = all.entry(outlet.connection()).or_default();
            asked.connector = &outlet.connector;
            asked.columns.extend(outlet.columns.keys().map(String::as_str));
        }
    }
    let connections = Connections::default();
    let mut findings = Vec::new();
    for (name, asked) in all {
        findings.extend(one(folder, &connections, name, &asked).await);
    }
    findings
}

async fn one(
    folder: &Folder,
    connections: &Connections,
    name: &str,
    asked: &Asked<'_>,
) -> Vec<Finding> {
    if asked.connector != DATAVERSE {
        return Vec::new();
    }
    let connection = match connections.dataverse(folder, name) {
        Ok(connection) => connection,
        Err(fault) => return vec![Finding::of("connection", &fault)],
    };
    let columns: Vec<&str> = asked.columns.iter().copied().collect();
    let found = connection.check(&columns, false).await;
    let finding = |it: clerkwork_connectors::dataverse::Finding| match it.wrong {
        None => Finding::ok("connection", format!("{name}: {} is right", it.what)),
        Some(why) => Finding::bad("connection", format!("{name}: {} is not right", it.what), why),
    };
    found.into_iter().map(finding).collect()
}
