//! Payments that follow from rulings. What was paid before under the same key is looked for in the
//! same transaction, so that a child gets one grant a session whatever batch, bot or correction it
//! comes by: what is new is due, a difference is due or claimed back, what falls away is withdrawn.

use jiff::civil::Date;
use sqlx::Row as _;

use super::Payment;
use super::book::{Book, Known, PAID_AGAIN};
use super::lists::{COLUMNS, payment};
use super::moves::{Step, move_payments};
use crate::clock;
use crate::db::{ROWS, Tx, rows_sql, values};
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::job_log::{self, Actor, Entry, Kind};
use crate::state::Payment as State;
use crate::store::Store;

/// Why a payment is withdrawn that an officer withdrew.
pub const BY_OFFICER: &str = "by-officer";

/// What an item whose ruling stands is entitled to.
pub struct Entitled {
    /// The item.
    pub item: ItemId,
    /// The number of the ruling.
    pub ruling: i64,
    /// The item that it follows: what was paid because of that one, and is not here, falls away.
    pub follows: Option<ItemId>,
    /// What is due in all, key by key.
    pub sums: Vec<Sum>,
}

/// What is due in all under one key, sealed.
pub struct Sum {
    /// `clothing-grant`, `holiday-summer`.
    pub kind: String,
    /// `2026/27`.
    pub period: String,
    /// Blind index of the strong key of whom it is for, with period and kind.
    pub strong: Option<Vec<u8>>,
    /// The same of the weak key.
    pub weak: Vec<u8>,
    /// How much, more than nothing.
    pub pence: i64,
    /// By when.
    pub due: Date,
    /// Blind index of the account.
    pub account: Vec<u8>,
    /// Blind index of whose account it is.
    pub payee: Vec<u8>,
    /// Blind index of whom it is for, in whatever period.
    pub whom: Vec<u8>,
    /// [`super::Payee`], sealed.
    pub sealed: Vec<u8>,
    /// The commitment to it.
    pub commitment: [u8; 32],
}

/// Notes what items are entitled to. Twice the same changes nothing.
pub async fn entitle(tx: &mut Tx, entitled: Vec<Entitled>, actor: &Actor) -> Result<()> {
    if entitled.iter().all(|one| one.sums.is_empty() && one.follows.is_none()) {
        return Ok(());
    }
    let mut book = Book::beginning(next_id(tx).await?);
    let sums = || entitled.iter().flat_map(|one| &one.sums);
    let weak: Vec<&[u8]> = sums().map(|sum| sum.weak.as_slice()).collect();
    let strong: Vec<&[u8]> = sums().filter_map(|sum| sum.strong.as_deref()).collect();
    book.know(alike(tx, &strong, &weak).await?);
    for one in entitled {
        if let Some(earlier) = one.follows {
            let before = of_chain(tx, earlier).await?;
            book.know(before);
        }
        let mut fallen = match one.follows {
            Some(_) => book.fallen(&one),
            None => Vec::new(),
        };
        while let Some(stale) = fallen.pop() {
            let all =
                book.alike(book.all[stale].strong.as_deref(), book.all[stale].weak.as_deref());
            fallen.retain(|it| !all.contains(it));
            book.settle(&all, None);
        }
        for sum in one.sums {
            let all = book.alike(sum.strong.as_deref(), Some(&sum.weak));
            book.settle(&all, Some((one.item, one.ruling, sum)));
        }
    }
    move_payments(tx, &book.steps, actor).await?;
    insert(tx, &book.all, &book.fresh, actor).await
}

/// Payments under these keys.
async fn alike(tx: &mut Tx, strong: &[&[u8]], weak: &[&[u8]]) -> Result<Vec<Known>> {
    let mut found = Vec::new();
    for (column, keys) in [("weak", weak), ("strong", strong)] {
        for chunk in keys.chunks(ROWS) {
            let sql = format!(
                "SELECT {COLUMNS}, strong, weak, account, payee, whom, sealed FROM payment \
                 WHERE {column} IN {}",
                values(1, chunk.len())
            );
            let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
            for key in chunk {
                query = query.bind(*key);
            }
            let rows = query.fetch_all(&mut **tx).await?;
            found.extend(rows.iter().map(|row| Known::read(row, None)));
        }
    }
    Ok(found)
}

/// Payments of an item and of those that it follows.
async fn of_chain(tx: &mut Tx, earlier: ItemId) -> Result<Vec<Known>> {
    let sql = format!(
        "WITH RECURSIVE chain (id) AS (SELECT $1 UNION SELECT item.follows FROM item \
         JOIN chain ON item.id = chain.id WHERE item.follows IS NOT NULL) \
         SELECT {COLUMNS}, strong, weak, account, payee, whom, sealed FROM payment \
         WHERE item IN (SELECT id FROM chain)"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(earlier.0).fetch_all(&mut **tx).await?;
    Ok(rows.iter().map(|row| Known::read(row, Some(earlier))).collect())
}

/// Items that are closed without a decision that stands give nothing: what did not leave yet is
/// withdrawn. What did is not claimed back by itself.
pub async fn close(tx: &mut Tx, items: &[ItemId], actor: &Actor) -> Result<()> {
    let mut steps = Vec::new();
    for chunk in items.chunks(ROWS) {
        let sql = format!(
            "SELECT {COLUMNS} FROM payment WHERE state IN ('due', 'referred', 'awaiting release') \
             AND item IN {}",
            values(1, chunk.len())
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for item in chunk {
            query = query.bind(item.0);
        }
        let rows = query.fetch_all(&mut **tx).await?;
        steps.extend(rows.iter().map(|row| payment(row).step(State::Withdrawn, "item-closed")));
    }
    move_payments(tx, &steps, actor).await
}

/// An award that ended before its last day, and what it gives no more.
pub struct Stop {
    /// The item.
    pub item: ItemId,
    /// The last day on which it counts.
    pub on: Date,
    /// By period and kind.
    pub what: Vec<(String, String)>,
}

/// What awards that ended give no more, and what has not left yet, is withdrawn: also where it was
/// noted because of an item that theirs follows. What was due before the last day was due all the
/// same. Answers how many.
pub async fn stop(tx: &mut Tx, stops: &[Stop], actor: &Actor) -> Result<usize> {
    let mut steps: Vec<Step> = Vec::new();
    for chunk in stops.chunks(ROWS) {
        let sql = format!(
            "WITH RECURSIVE chain (ended, id) AS (SELECT id, id FROM item WHERE id IN {} \
             UNION SELECT chain.ended, item.follows FROM item JOIN chain ON item.id = chain.id \
             WHERE item.follows IS NOT NULL) SELECT chain.ended, {COLUMNS} FROM payment \
             JOIN chain ON chain.id = payment.item \
             WHERE payment.state IN ('due', 'referred', 'awaiting release')",
            values(1, chunk.len())
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for stop in chunk {
            query = query.bind(stop.item.0);
        }
        for row in query.fetch_all(&mut **tx).await? {
            let (ended, it) = (row.get::<i64, _>("ended"), payment(&row));
            let stopped = chunk.iter().any(|stop| {
                let of =
                    |(period, kind): &(String, String)| *period == it.period && *kind == it.kind;
                stop.item.0 == ended && stop.on <= it.due && stop.what.iter().any(of)
            });
            if stopped && !steps.iter().any(|step| step.id == it.id) {
                steps.push(it.step(State::Withdrawn, "award-ended"));
            }
        }
    }
    move_payments(tx, &steps, actor).await?;
    Ok(steps.len())
}

impl Store {
    /// Notes who said that what was doubted is right.
    pub async fn clear_payment(&self, tx: &mut Tx, id: i64, actor: &Actor) -> Result<()> {
        sqlx::query("UPDATE payment SET cleared = $1 WHERE id = $2")
            .bind(&actor.id)
            .bind(id)
            .execute(&mut **tx)
            .await?;
        Ok(())
    }

    /// A payment that came back is due once more, to the same account, at an officer's word, who
    /// has cleared it thereby; the number of the new one. The old one is withdrawn.
    pub async fn pay_again(&self, tx: &mut Tx, returned: &Payment, actor: &Actor) -> Result<i64> {
        let sql = "SELECT strong, weak FROM payment WHERE id = $1";
        let row = sqlx::query(sql).bind(returned.id).fetch_one(&mut **tx).await?;
        let (strong, weak): (Option<Vec<u8>>, Option<Vec<u8>>) =
            (row.get("strong"), row.get("weak"));
        let Some(weak) = weak else {
            return Err(Error::usage(
                format!("whom payment {} goes to has been erased", returned.id),
                "it cannot be paid again; it can be withdrawn",
            ));
        };
        let mut book = Book::beginning(next_id(tx).await?);
        let strong_keys: Vec<&[u8]> = strong.as_deref().into_iter().collect();
        book.know(alike(tx, &strong_keys, &[weak.as_slice()]).await?);
        let all = book.alike(strong.as_deref(), Some(&weak));
        let id = book.next;
        book.add_like(&all, returned.pence, |it| it.id == returned.id);
        move_payments(tx, &[returned.step(State::Withdrawn, PAID_AGAIN)], actor).await?;
        insert(tx, &book.all, &book.fresh, actor).await?;
        self.clear_payment(tx, id, actor).await?;
        Ok(id)
    }
}

async fn next_id(tx: &mut Tx) -> Result<i64> {
    let row = sqlx::query("SELECT COALESCE(MAX(id), 0) + 1 AS next FROM payment")
        .fetch_one(&mut **tx)
        .await?;
    Ok(row.get("next"))
}

async fn insert(
    tx: &mut Tx,
    all: &[Known],
    fresh: &[(usize, Option<[u8; 32]>)],
    actor: &Actor,
) -> Result<()> {
    let now = clock::micros();
    let mut entries = Vec::with_capacity(fresh.len());
    for chunk in fresh.chunks(ROWS) {
        let sql = rows_sql(
            "INSERT INTO payment (id, item, ruling, kind, period, strong, weak, n, pence, due, state, \
             reason, account, payee, whom, sealed, noted_at, changed_at) VALUES",
            chunk.len(),
            18,
            "",
        );
        let mut query = sqlx::query(sql);
        for (place, commitment) in chunk {
            let Known { payment: it, strong, weak, account, payee, whom, sealed, .. } =
                &all[*place];
            query = query
                .bind(it.id)
                .bind(it.item.0)
                .bind(it.ruling)
                .bind(&it.kind)
                .bind(&it.period)
                .bind(strong.as_deref())
                .bind(weak.as_deref())
                .bind(it.n)
                .bind(it.pence)
                .bind(it.due.to_string())
                .bind(it.state.as_str())
                .bind(&it.reason)
                .bind(account.as_deref())
                .bind(payee.as_deref())
                .bind(whom.as_deref())
                .bind(sealed.as_deref())
                .bind(now)
                .bind(now);
            let entry = Entry::new(Kind::PaymentDue, actor)
                .item(it.item)
                .payment(it.id, it.pence)
                .reasons(vec![it.kind.clone(), it.period.clone()]);
            entries.push(match commitment {
                Some(commitment) => entry.payload(commitment).write(),
                None => entry.write(),
            });
        }
        query.execute(&mut **tx).await?;
    }
    job_log::append_written(tx, entries).await
}
