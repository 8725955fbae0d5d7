//! What has changed since the last reading: by the CRM's own tracking, or by the time of the last
//! change where the application may not see the whole organisation.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use reqwest::Url;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::Connection;
use super::errors::Trouble;
use super::pages::{Page, Pages};
use super::query::Query;
use super::settings::Table;

/// Up to where a table's changes have been read, in the CRM's own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Mark(String);

impl Mark {
    pub(super) fn new(link: &str) -> Self {
        Self(link.to_owned())
    }
}

impl Connection {
    /// The rows of a table that a query asks for.
    pub fn rows(&self, table: &Table, query: &Query) -> Result<Pages, Trouble> {
        let path = format!("{}{}", table.set, query.written(table));
        Pages::at(&self.client, table, &path, false)
    }

    /// The rows that have changed or gone since the mark; without one, all of them. The mark for
    /// the next reading stands on the last page, and is kept only when all pages are.
    ///
    /// The table must have change tracking, and the application must be allowed to read it across
    /// the organisation. A mark holds for a week; after that the trouble is `mark-expired` and the
    /// table is read anew.
    pub fn changes(
        &self,
        table: &Table,
        columns: &[&str],
        since: Option<&Mark>,
    ) -> Result<Pages, Trouble> {
        let Some(Mark(link)) = since else {
            let query = Query::select(columns.iter().copied());
            let path = format!("{}{}", table.set, query.written(table));
            return Pages::at(&self.client, table, &path, true);
        };
        let url = Url::parse(link).ok().filter(|url| self.client.is_ours(url));
        let Some(url) = url else {
            return Err(Trouble {
                code: "foreign-mark",
                why: "the mark of the last reading is of another environment; read the table anew"
                    .to_owned(),
                after: None,
                passes: false,
                request_id: None,
            });
        };
        Ok(Pages::from(&self.client, table, Some(url), true))
    }

    /// The rows for which the filter holds and that have changed since the watermark, oldest change
    /// first.
    pub fn watch(
        &self,
        table: &Table,
        columns: &[&str],
        filter: Option<&str>,
        since: &Watermark,
    ) -> Result<Watch, Trouble> {
        let mut select: Vec<&str> = columns.to_vec();
        if !select.contains(&MODIFIED) {
            select.push(MODIFIED);
        }
        let later = since.reached.map(|reached| {
            let from = reached.checked_sub(OVERLAP).unwrap_or(Timestamp::MIN);
            format!("{MODIFIED} ge {from}")
        });
        let filter = match (filter, later) {
            (Some(filter), Some(later)) => Some(format!("({filter}) and {later}")),
            (Some(filter), None) => Some(filter.to_owned()),
            (None, later) => later,
        };
        let mut query = Query::select(select).order(MODIFIED).order(table.key.clone());
        if let Some(filter) = filter {
            query = query.filter(filter);
        }
        let pages = self.rows(table, &query)?;
        Ok(Watch { pages, known: Arc::new(since.seen.clone()), mark: since.clone() })
    }
}

const MODIFIED: &str = "modifiedon";

/// Changes are written down a little after the time that they bear.
const OVERLAP: SignedDuration = SignedDuration::from_mins(5);

/// Up to which time a table has been read, and which versions of the last minutes were seen.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Watermark {
    reached: Option<Timestamp>,
    seen: BTreeMap<Uuid, (Timestamp, String)>,
}

/// A reading by watermark.
#[derive(Debug)]
pub struct Watch {
    pages: Pages,
    known: Arc<BTreeMap<Uuid, (Timestamp, String)>>,
    mark: Watermark,
}

impl Watch {
    /// The next page without what was seen before, or none after the last.
    pub async fn next(&mut self) -> Option<Result<Page, Trouble>> {
        let page = self.pages.next().await?;
        Some(page.map(|mut page| {
            page.rows.retain(|row| {
                let at = row.columns.get(MODIFIED).and_then(Value::as_str);
                let Some(at) = at.and_then(|at| at.parse::<Timestamp>().ok()) else { return true };
                let etag = row.etag.clone().unwrap_or_default();
                let known = self.known.get(&row.id).is_some_and(|(_, seen)| *seen == etag);
                self.mark.reached = Some(self.mark.reached.map_or(at, |before| before.max(at)));
                self.mark.seen.insert(row.id, (at, etag));
                !known
            });
            page
        }))
    }

    /// The watermark after the pages that came so far: where the next reading begins, once they
    /// are kept.
    pub fn mark(&self) -> Watermark {
        let mut mark = self.mark.clone();
        if let Some(from) = mark.reached.and_then(|it| it.checked_sub(OVERLAP).ok()) {
            mark.seen.retain(|_, (at, _)| *at >= from);
        }
        mark
    }

    /// Leaves a row to the next reading: it changed while this one was under way.
    pub fn put_off(&mut self, id: Uuid) {
        self.mark.seen.remove(&id);
    }
}
