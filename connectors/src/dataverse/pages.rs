//! Rows, a page at a time.

use std::sync::Arc;

use reqwest::Url;
use serde_json::Value;
use uuid::Uuid;

use super::client::Client;
use super::errors::{Failed, Fault, Trouble};
use super::intake::Mark;
use super::json::Columns;
use super::settings::Table;
use crate::http::Request;

/// A row as it was read.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    /// Its key.
    pub id: Uuid,
    /// Its version, to be named when it is changed.
    pub etag: Option<String>,
    /// Its columns. A number that is not whole stands as the text of its digits.
    pub columns: Columns,
}

impl std::fmt::Debug for Row {
    /// Which row, and never what is in it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "row {} with {} columns", self.id, self.columns.len())
    }
}

/// Rows that came in one answer. It may hold none and not be the last.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The rows.
    pub rows: Vec<Row>,
    /// Keys of rows that were deleted since the mark.
    pub gone: Vec<Uuid>,
    /// Where the next reading of changes begins; on the last page of such a reading.
    pub mark: Option<Mark>,
    /// By which the other system's support finds the request.
    pub request_id: Option<Uuid>,
}

/// The pages of one reading, in order. After an error the same page can be asked for again.
#[derive(Debug)]
pub struct Pages {
    pub(super) client: Arc<Client>,
    pub(super) table: Table,
    pub(super) prefer: String,
    pub(super) next: Option<Url>,
}

impl Pages {
    pub(super) fn at(
        client: &Arc<Client>,
        table: &Table,
        path: &str,
        track: bool,
    ) -> Result<Self, Trouble> {
        let next = Some(client.url(path)?);
        Ok(Self::from(client, table, next, track))
    }

    pub(super) fn from(
        client: &Arc<Client>,
        table: &Table,
        next: Option<Url>,
        track: bool,
    ) -> Self {
        let track = if track { "odata.track-changes," } else { "" };
        let prefer = format!("{track}odata.maxpagesize={}", client.settings.page_size);
        Self { client: Arc::clone(client), table: table.clone(), prefer, next }
    }

    /// The next page, or none after the last.
    pub async fn next(&mut self) -> Option<Result<Page, Trouble>> {
        let url = self.next.clone()?;
        Some(self.page(url).await.map_err(Into::into))
    }

    async fn page(&mut self, url: Url) -> Result<Page, Failed> {
        let mut request = Request::get(url.clone());
        // The same with every page, or the server pages in another way half way through.
        request.header("prefer", &self.prefer);
        let (body, request_id) = self.client.read(request).await?;
        let failed = |why| Failed::of(Fault::Unreached(why), Some(request_id));
        let rows = body.get("value").and_then(Value::as_array);
        let rows = rows.ok_or_else(|| failed("its answer holds no rows"))?;
        let mut page = Page { request_id: Some(request_id), ..Page::default() };
        for row in rows {
            match deleted(row) {
                Some(id) => page.gone.push(id),
                None => page.rows.push(
                    read_row(row, &self.table)
                        .ok_or_else(|| failed("a row in its answer has no key"))?,
                ),
            }
        }
        let link = |name: &str| body.get(name).and_then(Value::as_str);
        let next = link("@odata.nextLink").map(|link| self.follow(&url, link)).transpose()?;
        if next.as_ref() == Some(&url) {
            return Err(failed("a link in its answer leads to the same page again"));
        }
        if let Some(link) = link("@odata.deltaLink") {
            page.mark = Some(Mark::new(self.follow(&url, link)?.as_str()));
        }
        self.next = next;
        Ok(page)
    }

    /// Where a link leads. It may be written in full or from where we are; it must stay on the
    /// server that our token is for.
    fn follow(&self, from: &Url, link: &str) -> Result<Url, Failed> {
        let url = from.join(link).ok().filter(|url| self.client.is_ours(url));
        url.ok_or_else(|| {
            let why = "a link in its answer leads to another server, which gets no token of ours";
            Failed::of(
                Fault::SignIn(super::errors::SignIn { code: "foreign-link", why, number: None }),
                None,
            )
        })
    }
}

/// The key of a row that was deleted since the mark.
fn deleted(row: &Value) -> Option<Uuid> {
    let row = row.as_object()?;
    let context = row.get("@odata.context").or_else(|| row.get("@context"))?.as_str()?;
    if !context.ends_with("$deletedEntity") {
        return None;
    }
    // A key alone, or the address of the row that was.
    let id = row.get("id")?.as_str()?;
    let inside = id.rsplit_once('(').map_or(id, |(_, inside)| inside.trim_end_matches(')'));
    inside.parse().ok()
}

pub(super) fn read_row(row: &Value, table: &Table) -> Option<Row> {
    let all = row.as_object()?;
    let id = all.get(&table.key)?.as_str()?.parse().ok()?;
    let columns = all.iter().filter(|(name, _)| !name.contains('@'));
    let columns = columns.map(|(name, value)| (name.clone(), value.clone())).collect();
    Some(Row { id, etag: etag_of(row), columns })
}

pub(super) fn etag_of(row: &Value) -> Option<String> {
    row.get("@odata.etag")?.as_str().map(str::to_owned)
}
