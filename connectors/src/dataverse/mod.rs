//! Dataverse, on which Dynamics 365 stands, by its published Web API (`OData` 4.0 over HTTPS).
//!
//! A [`Connection`] reads cases and posts effects on them. Every effect has an id that its sender
//! chose, or names the version that it was decided on, or is looked for before it is sent: so an
//! effect whose answer was lost is recognised and not done twice, and what somebody else changed
//! meanwhile is never overwritten.
//!
//! What a council sets up, and what each failure looks like, is in `docs/connectors/dataverse.md`.

mod batch;
mod check;
mod client;
mod effects;
mod errors;
mod intake;
mod json;
mod pages;
mod post;
mod query;
mod settings;
mod together;
mod token;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use reqwest::Method;
use uuid::Uuid;

use crate::http::Request;
use crate::patience::Register;
use client::Client;
use errors::{Failed, Fault};

pub use crate::http::Timeouts;
pub use crate::outlet::Finding;
pub use crate::secret::Secret;
pub use check::Who;
pub use effects::{Attachment, Effect};
pub use errors::Trouble;
pub use intake::{Mark, Watch, Watermark};
pub use json::Columns;
pub use pages::{Page, Pages, Row};
pub use query::{Query, text};
pub use settings::{Settings, SettingsError, Table};

/// A connection to one environment in the name of one application. Clones share it.
#[derive(Debug, Clone)]
pub struct Connection {
    client: Arc<Client>,
}

impl Connection {
    /// Makes a connection ready; nothing is sent yet. Connections of one register to the same
    /// environment in the same name share its limits.
    pub fn open(
        settings: Settings,
        secret: Secret,
        register: &Register,
    ) -> Result<Self, SettingsError> {
        let patience = register.of(&settings.connection(), settings.limits);
        Ok(Self { client: Arc::new(Client::new(settings, secret, patience)?) })
    }

    /// The table of cases.
    pub fn cases(&self) -> &Table {
        &self.client.settings.cases
    }

    /// One row with these columns, or none if there is none with that key.
    pub async fn row(
        &self,
        table: &Table,
        id: Uuid,
        columns: &[&str],
    ) -> Result<Option<Row>, Trouble> {
        let query = Query::select(columns.iter().copied());
        let url = self.client.url(&format!("{}({id}){}", table.set, query.written(table)))?;
        match self.client.read(Request::new(Method::GET, url)).await {
            Ok((row, request_id)) => {
                let row = pages::read_row(&row, table);
                let strange = Fault::Unreached("its answer holds no such row");
                Ok(Some(row.ok_or_else(|| Failed::of(strange, Some(request_id)))?))
            }
            Err(failed) if failed.no().is_some_and(errors::No::is_gone) => Ok(None),
            Err(failed) => Err(failed.into()),
        }
    }
}
