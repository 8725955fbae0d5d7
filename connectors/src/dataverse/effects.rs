//! The effects that a case can see, each as one request with a key of its own.

use std::fmt;

use base64::Engine as _;
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::client::Client;
use super::errors::Failed;
use super::json::{self, Columns};
use super::settings::{Settings, Table};
use crate::http::Request;
use crate::outlet::{Refused, Repeat};

/// One effect on the CRM. Its id is chosen by whoever sends it (see [`crate::outlet::key`]), so
/// that the CRM knows it again when it comes twice.
#[derive(Clone, PartialEq)]
pub enum Effect {
    /// A new case.
    Open {
        /// The id that the case is to have.
        case: Uuid,
        /// Its columns.
        columns: Columns,
    },
    /// Columns of a case, if nobody else has changed it.
    Change {
        /// The case.
        case: Uuid,
        /// The version that was decided on: of the row read, or of the last receipt.
        etag: String,
        /// The columns that change, and no others.
        columns: Columns,
    },
    /// A note on a case, with a file where one is given.
    Note {
        /// The id that the note is to have.
        id: Uuid,
        /// The case.
        case: Uuid,
        /// Its heading.
        subject: String,
        /// Its text.
        text: String,
        /// A file with it.
        file: Option<Attachment>,
    },
    /// A task for somebody, on a case.
    Task {
        /// The id that the task is to have.
        id: Uuid,
        /// The case.
        case: Uuid,
        /// What is to be done.
        subject: String,
        /// More about it.
        text: String,
        /// By when.
        due: Option<Timestamp>,
    },
    /// The case is resolved.
    Close {
        /// The case.
        case: Uuid,
        /// The version that was decided on; without one whatever version is there is closed.
        etag: Option<String>,
        /// The heading of the resolution.
        subject: String,
        /// Its text.
        text: String,
        /// The council's status code for it; 5 is "Problem solved".
        status: i32,
    },
}

/// A file.
#[derive(Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// Its kind, such as `application/pdf`.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Effect {
    /// What kind of effect on what: never what it says.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} on case {}", self.kind(), self.id(), self.case())
    }
}

impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes of {}", self.bytes.len(), self.media_type)
    }
}

impl Effect {
    /// Whether it may be sent again when its answer was lost.
    pub const fn repeat(&self) -> Repeat {
        match self {
            Self::Open { .. } | Self::Change { .. } | Self::Note { .. } | Self::Task { .. } => {
                Repeat::Keyed
            }
            Self::Close { .. } => Repeat::Readable,
        }
    }

    /// What kind of effect it is.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::Change { .. } => "change",
            Self::Note { .. } => "note",
            Self::Task { .. } => "task",
            Self::Close { .. } => "close",
        }
    }

    /// The record that it makes or changes.
    pub const fn id(&self) -> Uuid {
        match self {
            Self::Note { id, .. } | Self::Task { id, .. } => *id,
            Self::Open { case, .. } | Self::Change { case, .. } | Self::Close { case, .. } => *case,
        }
    }

    /// The case that it is about.
    pub const fn case(&self) -> Uuid {
        match self {
            Self::Open { case, .. }
            | Self::Change { case, .. }
            | Self::Note { case, .. }
            | Self::Task { case, .. }
            | Self::Close { case, .. } => *case,
        }
    }

    /// The columns that it writes, by name.
    pub(super) fn columns(&self) -> Vec<&str> {
        match self {
            Self::Open { columns, .. } | Self::Change { columns, .. } => {
                columns.keys().map(|name| name.split('@').next().unwrap_or(name)).collect()
            }
            Self::Note { .. } => vec!["subject", "notetext", "filename", "mimetype"],
            Self::Task { .. } => vec!["subject", "description", "scheduledend"],
            Self::Close { .. } => vec!["subject", "description", "statuscode"],
        }
    }

    /// The table of the record that it makes or changes.
    pub(super) fn table(&self, settings: &Settings) -> Table {
        match self {
            Self::Open { .. } | Self::Change { .. } | Self::Close { .. } => settings.cases.clone(),
            Self::Note { .. } => Table::annotations(),
            Self::Task { .. } => Table::tasks(),
        }
    }

    /// The effect as a request, or why it can never be one.
    pub(super) fn wire(&self, settings: &Settings) -> Result<Wire, Refused> {
        let table = self.table(settings);
        let row = format!("{}({})", table.set, self.id());
        let cases = &settings.cases;
        let bound = |case: &Uuid| format!("/{}({case})", cases.set);
        match self {
            Self::Open { columns, .. } => {
                let mut columns = columns.clone();
                // It stands in the address, and there alone.
                columns.remove(&table.key);
                let body = written(&columns, settings)?;
                let path = format!("{row}?$select={}", table.key);
                Ok(Wire::patch(path, body).with("if-none-match", "*").answered_with_the_row())
            }
            Self::Change { etag, columns, .. } => {
                if !is_version(etag) {
                    return Err(refused(
                        "no-version",
                        "the change names no version of the case that the CRM gave out; read the \
                         case and decide it again",
                    ));
                }
                let mut columns = columns.clone();
                columns.remove(&table.key);
                let body = written(&columns, settings)?;
                let path = format!("{row}?$select={}", table.key);
                Ok(Wire::patch(path, body).with("if-match", etag).answered_with_the_row())
            }
            Self::Note { case, subject, text, file, .. } => {
                let mut columns = json!({ "subject": subject, "notetext": text });
                columns[format!("objectid_{}@odata.bind", cases.name)] = json!(bound(case));
                if let Some(file) = file {
                    let body = base64::engine::general_purpose::STANDARD.encode(&file.bytes);
                    if body.len() > settings.attachment_bytes {
                        return Err(too_large(settings.attachment_bytes));
                    }
                    columns["filename"] = json!(file.name);
                    columns["mimetype"] = json!(file.media_type);
                    columns["documentbody"] = json!(body);
                }
                Ok(Wire::patch(row, columns.to_string().into_bytes()).with("if-none-match", "*"))
            }
            Self::Task { case, subject, text, due, .. } => {
                let mut columns = json!({ "subject": subject, "description": text });
                let regarding = format!("regardingobjectid_{}_task@odata.bind", cases.name);
                columns[regarding] = json!(bound(case));
                if let Some(due) = due {
                    columns["scheduledend"] = json!(due.to_string());
                }
                Ok(Wire::patch(row, columns.to_string().into_bytes()).with("if-none-match", "*"))
            }
            Self::Close { case, subject, text, status, .. } => {
                if !cases.closes_by_action() {
                    return Err(refused(
                        "not-closable",
                        "only the table incident can be closed; change the columns of state \
                         instead",
                    ));
                }
                let body = json!({
                    "IncidentResolution": {
                        "@odata.type": "Microsoft.Dynamics.CRM.incidentresolution",
                        "subject": subject,
                        "description": text,
                        "incidentid@odata.bind": bound(case),
                    },
                    "Status": status,
                });
                let body = body.to_string().into_bytes();
                let path = "CloseIncident".to_owned();
                Ok(Wire { method: Method::POST, path, headers: Vec::new(), body })
            }
        }
    }
}

fn written(columns: &Columns, settings: &Settings) -> Result<Vec<u8>, Refused> {
    json::write(columns, &settings.amounts).map_err(|column| {
        refused(
            "no-amount",
            &format!("column {column} holds an amount and must be given its digits, as in 150.00"),
        )
    })
}

/// Whether this can be a version that a server gave out. Anything else would be dropped from the
/// request or stand for every version, and the change would go over somebody else's.
fn is_version(etag: &str) -> bool {
    let inside = etag.strip_prefix("W/").unwrap_or(etag);
    let inside = inside.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
    inside.is_some_and(|it| it.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"'))
}

fn too_large(limit: usize) -> Refused {
    let why = format!(
        "the file is larger than the CRM takes as an attachment, {limit} bytes when written in \
         base64; raise the limit there and here, or send a smaller file"
    );
    refused("too-large", &why)
}

pub(super) fn refused(code: &str, why: &str) -> Refused {
    Refused { code: code.to_owned(), why: why.to_owned(), request_id: None }
}

/// A request below the base address, as it is sent alone or within a batch.
#[derive(Clone)]
pub(super) struct Wire {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
}

impl Wire {
    fn patch(path: String, body: Vec<u8>) -> Self {
        Self { method: Method::PATCH, path, headers: Vec::new(), body }
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Only then does the answer tell the version that the record has now.
    fn answered_with_the_row(self) -> Self {
        self.with("prefer", "return=representation")
    }

    pub(super) fn request(&self, client: &Client) -> Result<Request, Failed> {
        let mut request = Request::new(self.method.clone(), client.url(&self.path)?);
        for (name, value) in &self.headers {
            request.header(name, value);
        }
        request.body = Some(self.body.clone());
        Ok(request)
    }
}

/// A lookup's navigation name, in columns as they are written.
pub(super) fn bound(name: &str, value: &Value) -> Option<(String, Option<Uuid>)> {
    let navigation = name.strip_suffix("@odata.bind")?;
    let id = value.as_str().and_then(|text| {
        let inside = text.rsplit_once('(')?.1.strip_suffix(')')?;
        inside.parse().ok()
    });
    Some((navigation.to_owned(), id))
}
