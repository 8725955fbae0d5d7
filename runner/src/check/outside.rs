//! The other systems that schedules name: reached, and able to do what is asked of them.

use std::collections::{BTreeMap, BTreeSet};

use clerkwork_connectors::notify::Template;
use clerkwork_connectors::outlet;
use uuid::Uuid;

use crate::connections::Connections;
use crate::health::Finding;
use crate::schedule::Schedule;
use crate::schedule::bound::{DATAVERSE, NOTIFY, SMTP};
use crate::settings::Folder;

/// What is asked of one system by all schedules together.
#[derive(Default)]
struct Asked<'a> {
    connector: &'a str,
    columns: BTreeSet<&'a str>,
    templates: BTreeSet<Uuid>,
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
            asked.templates.extend(outlet.template);
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
    let found = match asked.connector {
        DATAVERSE => match connections.dataverse(folder, name) {
            Ok(connection) => {
                let columns: Vec<&str> = asked.columns.iter().copied().collect();
                connection.check(&columns, false).await
            }
            Err(fault) => return vec![Finding::of("connection", &fault)],
        },
        NOTIFY => match connections.notify(folder, name) {
            Ok(connection) => {
                let fields = || BTreeSet::from(["subject".to_owned(), "text".to_owned()]);
                let template =
                    |id: &Uuid| Template { id: *id, text: false, personalisation: fields() };
                let templates: Vec<Template> = asked.templates.iter().map(template).collect();
                connection.check(&templates).await
            }
            Err(fault) => return vec![Finding::of("connection", &fault)],
        },
        SMTP => match connections.smtp(folder, name) {
            Ok(connection) => connection.check().await,
            Err(fault) => return vec![Finding::of("connection", &fault)],
        },
        _ => Vec::new(),
    };
    let finding = |it: outlet::Finding| match it.wrong {
        None => Finding::ok("connection", format!("{name}: {} is right", it.what)),
        Some(why) => Finding::bad("connection", format!("{name}: {} is not right", it.what), why),
    };
    found.into_iter().map(finding).collect()
}
