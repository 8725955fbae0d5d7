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
        // A power cut may undo it: it ends whoever used it, and the other system may then count
        // some requests that we do not.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job_log::Actor;
    use crate::vault::Vault;

    fn few() -> Limits {
        Limits { requests: 50, ..Limits::default() }
    }

    async fn all_that_is_left(ledger: &Requests) -> usize {
        let mut all = 0;
        while let Reserved::Some { requests, .. } = ledger.reserve("a crm", &few(), 20, None).await
        {
            all += requests;
        }
        all
    }

    #[tokio::test]
    async fn processes_together_never_have_more_than_the_limit_also_when_they_die() {
        let folder = tempfile::tempdir().unwrap();
        let actor = Actor { id: "test".to_owned(), kind: "runner" };
        let file = folder.path().join("a.db");
        let one = Arc::new(Store::create(&file, Vault::new(&[7; 32]), &actor).await.unwrap());
        let (one, other) = (Requests(Arc::clone(&one)), Requests(one));
        let first = one.reserve("a crm", &few(), 20, None).await;
        let Reserved::Some { id, requests: 20 } = first else { panic!("{first:?}") };
        // It used five of them and says so with the next ones: the rest is free again.
        let before = Some(Used { id, requests: 5 });
        let second = one.reserve("a crm", &few(), 20, before).await;
        assert!(matches!(second, Reserved::Some { requests: 20, .. }), "{second:?}");
        // It dies with these: another process has what is left, and no more.
        drop(one);
        assert_eq!(all_that_is_left(&other).await, 25);
        let none = other.reserve("a crm", &few(), 1, None).await;
        let Reserved::After(wait) = none else { panic!("{none:?}") };
        assert!(wait > Duration::from_mins(5) && wait <= few().window + HOLDS, "{wait:?}");
        // Another system has limits of its own.
        let elsewhere = other.reserve("a notifier", &few(), 1, None).await;
        assert!(matches!(elsewhere, Reserved::Some { requests: 1, .. }), "{elsewhere:?}");
    }
}
