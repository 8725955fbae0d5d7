//! By which index a list of items is walked. SQLite has no statistics here and would guess, so the
//! way is chosen by what is asked for, and named.
//!
//! Every walk reads its rows in the order of the list and stops at the end of the page. A walk for
//! several states is one for each, merged.

use std::fmt;

use super::Edge;
use super::items::{Assigned, ItemFilter, ItemRow, Order, WAITS};
use crate::db::Statement;
use crate::ids::ItemId;
use crate::state;

/// What the table's partial index says of itself: word for word, or it is not used.
const WAITING: &str = " AND item.state IN ('waiting', 'referred', 'failed', 'postponed')";
/// Of what has no date.
const NEVER: &str = "9999-12-31";

/// Where an item stands in every order of a list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    /// When it is due, as the index has it.
    pub(super) due: String,
    /// The item.
    pub(super) id: ItemId,
}

impl Key {
    pub(super) fn of(row: &ItemRow) -> Self {
        let due = row.due.map_or_else(|| NEVER.to_owned(), |due| due.to_string());
        Self { due, id: row.item.id }
    }

    /// Where only the id orders.
    pub(super) fn row(id: ItemId) -> Self {
        Self { due: NEVER.to_owned(), id }
    }

    /// Reads a cursor.
    pub(super) fn parse(cursor: &str) -> Option<Self> {
        let (due, id) = cursor.split_once('~')?;
        due.parse::<jiff::civil::Date>().ok()?;
        Some(Self { due: due.to_owned(), id: ItemId(id.parse().ok()?) })
    }

    /// By which rows are merged.
    pub(super) fn rank(self, order: Order, backwards: bool) -> (Turned, Turned) {
        let due = if order == Order::Due { self.due } else { String::new() };
        let down = (order == Order::Newest) != backwards;
        let id = format!("{:020}", self.id.0);
        if down {
            (Turned::Down(std::cmp::Reverse(due)), Turned::Down(std::cmp::Reverse(id)))
        } else {
            (Turned::Up(due), Turned::Up(id))
        }
    }
}

/// Something to be sorted up or down; of one list all are the same.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Turned {
    /// Smallest first.
    Up(String),
    /// Largest first.
    Down(std::cmp::Reverse<String>),
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}~{}", self.due, self.id.0)
    }
}

/// The way to a list's rows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Path {
    /// What waits, by due day.
    Waits,
    /// What waits for one reason, by id.
    Reason,
    /// One officer's, by id.
    Assigned,
    /// Of one batch and state, by id.
    State,
    /// Batch after batch; in each those of a state, or all.
    Batches,
    /// By id; perhaps of one batch.
    All,
}

impl Path {
    fn of(filter: &ItemFilter, states: &[state::Item]) -> Self {
        let some = filter.bots.is_some() || filter.schedule.is_some() || !states.is_empty();
        match filter {
            ItemFilter { order: Order::Due, .. } => Self::Waits,
            ItemFilter { reason: Some(_), .. } => Self::Reason,
            ItemFilter { assigned: Some(Assigned::To(_)), .. } => Self::Assigned,
            ItemFilter { batch: Some(_), .. } if !states.is_empty() => Self::State,
            ItemFilter { batch: None, .. } if some => Self::Batches,
            _ => Self::All,
        }
    }

    /// Whether each state is walked by itself.
    fn one_each(self, states: &[state::Item]) -> bool {
        matches!(self, Self::Batches | Self::State) && !states.is_empty()
    }
}

/// The statements whose rows together are the list's next `limit` rows, and more.
pub(super) fn walks(
    filter: &ItemFilter,
    edge: &Edge<Key>,
    limit: i64,
    columns: &str,
) -> Vec<Statement> {
    let Some(states) = filter.sought() else { return Vec::new() };
    let path = Path::of(filter, &states);
    let one_each = path.one_each(&states);
    let walk = |states: &[state::Item]| {
        let mut sql = Statement::new(&format!("SELECT {columns}"));
        from(&mut sql, path, one_each);
        terms(&mut sql, filter, states, path == Path::Waits);
        ordered(&mut sql, path, filter.order, edge, limit);
        sql
    };
    if one_each {
        states.iter().map(|state| walk(&[*state])).collect()
    } else {
        vec![walk(&states)]
    }
}

/// Whether only what waits is asked for.
pub(super) fn all_wait(states: &[state::Item]) -> bool {
    !states.is_empty() && states.iter().all(|state| WAITS.contains(state))
}

/// The statement that counts the list's items one by one, up to `most`.
pub(super) fn counts(filter: &ItemFilter, most: i64) -> Vec<Statement> {
    let Some(states) = filter.sought() else { return Vec::new() };
    // What is asked for is all in the index of what waits, whatever the list is ordered by.
    let path = if all_wait(&states) { Path::Waits } else { Path::of(filter, &states) };
    let one_each = path.one_each(&states);
    let count = |states: &[state::Item]| {
        let mut sql = Statement::new("SELECT COUNT(*) FROM (SELECT 1");
        from(&mut sql, path, one_each);
        terms(&mut sql, filter, states, path == Path::Waits);
        sql.push(" LIMIT ").int(most).push(")");
        sql
    };
    if one_each {
        states.iter().map(|state| count(&[*state])).collect()
    } else {
        vec![count(&states)]
    }
}

/// `CROSS JOIN` keeps the tables in the order in which they stand.
fn from(sql: &mut Statement, path: Path, of_state: bool) {
    const BATCH: &str = " CROSS JOIN batch ON batch.id = item.batch WHERE 1 = 1";
    match path {
        Path::Waits => sql.push(" FROM item INDEXED BY item_waits").push(BATCH),
        Path::Reason => {
            sql.push(" FROM item INDEXED BY item_reason").push(BATCH).push(" AND item.reason <> ''")
        }
        Path::Assigned => sql.push(" FROM item INDEXED BY item_assigned").push(BATCH),
        Path::State => sql.push(" FROM item INDEXED BY item_state").push(BATCH),
        Path::All => sql.push(" FROM item NOT INDEXED").push(BATCH),
        // The plus keeps a bound of the batch from being taken for the item's, instead of equality.
        Path::Batches if of_state => sql.push(
            " FROM batch INDEXED BY batch_brief CROSS JOIN item INDEXED BY item_state \
             WHERE item.batch = +batch.id",
        ),
        Path::Batches => sql.push(
            " FROM batch INDEXED BY batch_brief CROSS JOIN item NOT INDEXED WHERE item.id BETWEEN batch.id * 100000000 \
             AND batch.id * 100000000 + 99999999",
        ),
    };
}

/// What the filter asks for.
fn terms(sql: &mut Statement, filter: &ItemFilter, states: &[state::Item], waits: bool) {
    if waits || filter.only_waits() {
        sql.push(WAITING);
    }
    match states {
        [] => {}
        [state] => {
            sql.push(" AND item.state = ").word(state.as_str());
        }
        states if waits && states.len() == WAITS.len() => {}
        states => {
            sql.push(" AND item.state IN ").words(states.iter().map(|state| state.as_str()));
        }
    }
    if let Some(bots) = &filter.bots {
        sql.push(" AND batch.bot IN ").words(bots.iter().map(String::as_str));
    }
    if let Some(schedule) = &filter.schedule {
        sql.push(" AND batch.schedule = ").word(schedule);
    }
    if let Some(batch) = filter.batch {
        let (first, last) = batch.span();
        sql.push(" AND item.batch = ").int(batch.0);
        sql.push(" AND item.id BETWEEN ").int(first).push(" AND ").int(last);
    }
    if let Some(reason) = &filter.reason {
        sql.push(" AND item.reason = ").word(reason);
    }
    match &filter.assigned {
        None => {}
        Some(Assigned::Nobody) => {
            sql.push(" AND item.assigned_to IS NULL");
        }
        Some(Assigned::To(officer)) => {
            sql.push(" AND item.assigned_to = ").word(officer);
        }
    }
    if let Some(day) = filter.due_by {
        sql.push(" AND item.due_order <= ").word(&day.to_string());
    }
}

/// From where, in which order, how many.
fn ordered(sql: &mut Statement, path: Path, order: Order, edge: &Edge<Key>, limit: i64) {
    let down = (order == Order::Newest) != edge.backwards();
    let (beyond, way) = if down { ("<", " DESC") } else { (">", "") };
    if let Edge::After(key) | Edge::Before(key) = edge {
        if path == Path::Waits {
            sql.push(&format!(" AND (item.due_order, item.id) {beyond} ("));
            sql.word(&key.due).push(", ").int(key.id.0).push(")");
        } else {
            sql.push(&format!(" AND item.id {beyond} ")).int(key.id.0);
        }
        if path == Path::Batches {
            sql.push(&format!(" AND batch.id {beyond}= ")).int(key.id.batch().0);
        }
    }
    sql.push(" ORDER BY ");
    match path {
        Path::Waits => sql.push("item.due_order").push(way).push(", "),
        // The ids of a batch lie side by side, so by batch and id is by id.
        Path::Batches => sql.push("batch.id").push(way).push(", "),
        Path::Reason | Path::Assigned | Path::State | Path::All => sql,
    };
    sql.push("item.id").push(way).push(" LIMIT ").int(limit);
}
