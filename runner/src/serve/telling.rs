//! Alerts while it serves: looked for every minute, and sent.

use std::sync::Arc;
use std::time::Duration;

use clerkwork_connectors::outlet::key;
use clerkwork_connectors::smtp;
use uuid::Uuid;

use super::{Desk, Stop};
use crate::alerts::settings::Settings;
use crate::alerts::{Alerts, Mail, Mailer, Posting};
use crate::clock;
use crate::connections::Connections;
use crate::error::{Error, Result};
use crate::health::known;
use crate::settings::Folder;
use crate::store::Store;
use tokio::sync::watch;

/// Between two looks.
const EVERY: Duration = Duration::from_mins(1);

/// Looks and tells until it is told to stop. Settings that are not right are told, and looked at
/// again when the next look is due.
pub(super) async fn tell(desk: Desk, mut stop: watch::Receiver<Stop>) {
    let mut alerts: Option<Alerts> = None;
    let mut told = String::new();
    loop {
        match look(&desk, &mut alerts).await {
            Ok(()) => told.clear(),
            Err(fault) => {
                alerts = None;
                let fault = fault.to_string();
                if told != fault {
                    tracing::error!("alerts: {}", fault.replace('\n', " "));
                    (desk.tell)(&format!("alerts: NOBODY IS TOLD: {fault}"));
                    told = fault;
                }
            }
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            stopped = stop.wait_for(|stop| *stop != Stop::No) => {
                drop(stopped);
                return;
            }
        }
    }
}

async fn look(desk: &Desk, alerts: &mut Option<Alerts>) -> Result<()> {
    if alerts.is_none() {
        let mailer = mailer(&desk.folder, &desk.store, &desk.connections).await?;
        let (folder, store) = (Arc::clone(&desk.folder), Arc::clone(&desk.store));
        *alerts = Some(Alerts::open(folder, store, mailer, desk.actor.clone()).await?);
    }
    let Some(alerts) = alerts else { return Ok(()) };
    let now = clock::now();
    let known = known(&desk.folder, &desk.store.db, now).await;
    alerts.tick(now, &known).await.map(drop)
}

/// What sends alerts by e-mail, if anybody is to have them so.
pub async fn mailer(
    folder: &Folder,
    store: &Store,
    connections: &Connections,
) -> Result<Option<Arc<dyn Mailer>>> {
    let settings = Settings::of(folder)?;
    if settings.mail.to.is_empty() {
        return Ok(None);
    }
    let connection = match connections.smtp(folder, &settings.mail.connection) {
        Ok(connection) => connection,
        // A webhook is sent all the same; each mail says that there was no server for it.
        Err(fault) => {
            tracing::error!("alerts cannot be mailed: {}", fault.to_string().replace('\n', " "));
            return Ok(None);
        }
    };
    let installation = store.installation().await?.parse().map_err(|_| {
        Error::failed("the installation's number is damaged", "run: clerkwork doctor")
    })?;
    Ok(Some(Arc::new(Server { connection, installation })))
}

/// The council's mail server.
struct Server {
    connection: smtp::Connection,
    installation: Uuid,
}

impl Mailer for Server {
    fn post<'a>(&'a self, mail: &'a Mail) -> Posting<'a> {
        let message_id = key(self.installation, &mail.message_id, "alerts", &mail.to);
        let mail = smtp::Mail {
            to: mail.to.clone(),
            subject: mail.subject.clone(),
            text: mail.text.clone(),
            message_id,
        };
        Box::pin(async move { self.connection.post(&mail).await })
    }
}
