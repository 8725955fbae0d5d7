//! What an entry is looked for by, as one small number: its kind, who did it, of which bot's work.

use sqlx::Row as _;

use super::Written;
use crate::db::Tx;
use crate::error::Result;
use crate::ids::ItemId;

/// The facet of each of these entries, in their order; new ones are made.
pub(super) async fn of(tx: &mut Tx, entries: &[Written]) -> Result<Vec<i64>> {
    // Entries that are written together are nearly all of one facet, so there are few to compare.
    let mut known: Vec<(&Written, i64)> = Vec::new();
    let mut facets = Vec::with_capacity(entries.len());
    for entry in entries {
        let found = known.iter().rev().find(|(like, _)| alike(like, entry));
        let facet = if let Some((_, facet)) = found {
            *facet
        } else {
            let facet = numbered(tx, entry).await?;
            known.push((entry, facet));
            facet
        };
        facets.push(facet);
    }
    Ok(facets)
}

fn alike(one: &Written, other: &Written) -> bool {
    one.kind == other.kind && batch(one) == batch(other) && one.actor == other.actor
}

const fn batch(entry: &Written) -> i64 {
    ItemId(entry.subject).batch().0
}

async fn numbered(tx: &mut Tx, entry: &Written) -> Result<i64> {
    const BOT: &str = "COALESCE((SELECT bot FROM batch WHERE id = $3), '')";
    let find = format!("SELECT id FROM log_facet WHERE kind = $1 AND actor = $2 AND bot = {BOT}");
    let make =
        format!("INSERT INTO log_facet (kind, actor, bot) VALUES ($1, $2, {BOT}) RETURNING id");
    for sql in [find, make] {
        let query = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(entry.kind)
            .bind(&entry.actor)
            .bind(batch(entry));
        if let Some(row) = query.fetch_optional(&mut **tx).await? {
            return Ok(row.get("id"));
        }
    }
    unreachable!("a row that is inserted is returned")
}
