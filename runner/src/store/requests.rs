//! Requests to other systems, counted for all processes of the store together.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use clerkwork_connectors::patience::{HOLDS, Ledger, Limits, Reserved, Used};
use sqlx::Row as _;

use super::Store;
use crate::clock;
use crate::error::Result;

/// How soon a count that could not be made is tried again.
const AGAIN: Duration = Duration::from_secs(1);

/// Counts in the store.
pub struct Requests(pub Arc<Store>);

impl std::fmt::Debug for Requests {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Requests")
    }
}

impl Ledger for Requests {
    fn reserve<'a>(
        &'a self,
        connection: &'a str,
        limits: &'a Limits,
        ask: usize,
        before: Option<Used>,
    ) -> Pin<Box<dyn Future<Output = Reserved> + Send + 'a>> {
        Box::pin(async move {
            self.0.reserve(connection, limits, ask, before).await.unwrap_or_else(|fault| {
                tracing::warn!("requests could not be counted: {fault}");
                Reserved::After(AGAIN)
            })
        })
    }
}

impl Store {
    async fn reserve(
        &self,
        connection: &str,
        limits: &Limits,
        ask: usize,
        before: Option<Used>,
    ) -> Result<Reserved> {
        let micros = |time: Duration| i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let (now, held) = (clock::micros(), micros(limits.window) + micros(HOLDS));
        // Only a power cut undoes it, and that ends whoever used it for longer than a window.
        let mut tx = self.db.begin_forgetful().await?;
        if let Some(Used { id, requests }) = before {
            sqlx::query("UPDATE outlet_use SET requests = $1 WHERE id = $2")
                .bind(count(requests))
                .bind(id)
                .execute(&mut *tx)
                .await?;
        }
        sqlx::query("DELETE FROM outlet_use WHERE connection = $1 AND at < $2")
            .bind(connection)
            .bind(now - held)
            .execute(&mut *tx)
            .await?;
        let used = sqlx::query(
            "SELECT COALESCE(SUM(requests), 0) AS n, MIN(at) AS first FROM outlet_use \
             WHERE connection = $1",
        )
        .bind(connection)
        .fetch_one(&mut *tx)
        .await?;
        let free = count(limits.requests) - used.get::<i64, _>("n");
        let requests = free.min(count(ask));
        if requests <= 0 {
            tx.commit().await?;
            let first = used.get::<Option<i64>, _>("first").unwrap_or(now);
            let wait = u64::try_from(first + held - now).unwrap_or(0).max(1000);
            return Ok(Reserved::After(Duration::from_micros(wait)));
        }
        let row = sqlx::query(
            "INSERT INTO outlet_use (connection, at, requests) VALUES ($1, $2, $3) RETURNING id",
        )
        .bind(connection)
        .bind(now)
        .bind(requests)
        .fetch_one(&mut *tx)
        .await?;
        tx.commit().await?;
        let requests = usize::try_from(requests).unwrap_or(0);
        Ok(Reserved::Some { id: row.get("id"), requests })
    }
}
