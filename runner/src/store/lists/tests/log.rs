use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;

use super::{BOTS, Shelf, actor, after, before};
use crate::ids::{BatchId, ItemId};
use crate::job_log::{self, Entry, Kind, Stored};
use crate::store::lists::{At, LogFilter};

const ACTORS: [&str; 3] = ["user:ann.bell", "user:bo.cole", "hr-queries"];
const KINDS: [Kind; 4] = [Kind::ItemRuled, Kind::ItemViewed, Kind::RowRejected, Kind::ItemMoved];

/// A log of entries of several kinds, by several, of several batches and of none.
async fn filled() -> Shelf {
    let shelf = Shelf::empty().await;
    for batch in 1..=4 {
        shelf.batch(batch, BOTS[usize::try_from(batch).unwrap() % 3]).await;
    }
    for n in 0..30_i64 {
        let mut tx = shelf.store.db.begin().await.unwrap();
        let entries: Vec<Entry> = (0..7_i64)
            .map(|m| {
                let pick = |of: usize| usize::try_from(n * 5 + m * 3).unwrap() % of;
                let entry = Entry::new(KINDS[pick(4)], &actor(ACTORS[pick(3)]));
                match pick(7) {
                    0 => Entry::new(Kind::RunnerStarted, &actor(ACTORS[pick(2)])),
                    1 => entry.batch(BatchId(n % 4 + 1)),
                    place => entry.item(BatchId(n % 4 + 1).item(i64::try_from(place).unwrap())),
                }
            })
            .collect();
        job_log::append(&mut tx, &entries).await.unwrap();
        tx.commit().await.unwrap();
        if n % 10 == 9 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }
    shelf
}

fn said(entry: &Stored) -> Value {
    serde_json::from_slice(&entry.bytes).unwrap()
}

/// What the list must hold, by the entries' own bytes.
fn takes(filter: &LogFilter, entry: &Stored) -> bool {
    let said = said(entry);
    let text = |at: &str| said.pointer(at).and_then(Value::as_str);
    let item: Option<ItemId> = text("/item").map(|id| id.parse().unwrap());
    let batch = item.map(ItemId::batch).or_else(|| text("/batch").map(|id| id.parse().unwrap()));
    let bot = batch.map(|batch| BOTS[usize::try_from(batch.0).unwrap() % 3]);
    let at: Timestamp = text("/at").unwrap().parse().unwrap();
    filter
        .kinds
        .iter()
        .all(|_| filter.kinds.iter().any(|kind| Some(kind.as_str()) == text("/kind")))
        && filter.actor.as_ref().is_none_or(|it| Some(it.as_str()) == text("/actor/id"))
        && filter.bots.as_ref().is_none_or(|bots| bot.is_none_or(|bot| bots.contains(bot)))
        && filter.batch.is_none_or(|it| batch == Some(it))
        && filter.item.is_none_or(|it| item == Some(it))
        && filter.from.is_none_or(|from| at >= from)
        && filter.to.is_none_or(|to| at <= to)
}

#[tokio::test]
async fn the_log_is_found_by_everything_it_says_whichever_way_it_is_paged() {
    const PAGE: i64 = 13;
    let shelf = filled().await;
    let mut all = job_log::read(&shelf.store.db, 0, i64::MAX).await.unwrap();
    let middle: Timestamp = said(&all[120])["at"].as_str().unwrap().parse().unwrap();
    all.reverse();
    let mut full = 0;
    for (kinds, actor) in [
        (vec![], None),
        (vec!["item.viewed".to_owned()], None),
        (vec!["item.ruled".to_owned(), "row.rejected".to_owned()], Some(ACTORS[0].to_owned())),
        (vec![], Some(ACTORS[1].to_owned())),
        (vec!["no.such".to_owned()], None),
    ] {
        for (batch, item) in [
            (None, None),
            (Some(BatchId(2)), None),
            (None, Some(BatchId(3).item(3))),
            (Some(BatchId(2)), Some(BatchId(3).item(3))),
        ] {
            for bots in [None, Some(BTreeSet::from([BOTS[2].to_owned()]))] {
                for (from, to) in [(None, None), (Some(middle), None), (None, Some(middle))] {
                    let (kinds, actor, bots) = (kinds.clone(), actor.clone(), bots.clone());
                    let filter = LogFilter { bots, kinds, actor, batch, item, from, to };
                    let expected: Vec<i64> = all
                        .iter()
                        .filter(|entry| takes(&filter, entry))
                        .map(|entry| entry.index)
                        .collect();
                    full += usize::from(!expected.is_empty());
                    pages(&shelf, &filter, &expected, PAGE).await;
                }
            }
        }
    }
    assert!(full > 30, "{full}");
}

async fn pages(shelf: &Shelf, filter: &LogFilter, expected: &[i64], limit: i64) {
    let mut page = shelf.store.list_log(filter, &At::first(limit)).await.unwrap();
    let mut pages = Vec::new();
    loop {
        assert_eq!(usize::try_from(page.count.n).unwrap(), expected.len(), "{filter:?}");
        pages.push(page.rows.iter().map(|entry| entry.index).collect::<Vec<_>>());
        let Some(at) = after(&page, limit) else { break };
        page = shelf.store.list_log(filter, &at).await.unwrap();
    }
    assert_eq!(pages.concat(), expected, "{filter:?}");
    pages.pop();
    while let Some(indexes) = pages.pop() {
        page = shelf.store.list_log(filter, &before(&page, limit).unwrap()).await.unwrap();
        let back: Vec<i64> = page.rows.iter().map(|entry| entry.index).collect();
        assert_eq!(back, indexes, "{filter:?}");
    }
}

#[tokio::test]
async fn a_watcher_goes_on_from_the_newest_entry_they_have() {
    let shelf = filled().await;
    let newest = shelf.store.list_log(&LogFilter::default(), &At::first(1)).await.unwrap();
    let index = newest.rows[0].index;
    let at = |index: i64| At { after: None, before: Some(index.to_string()), limit: 3 };
    let nothing = shelf.store.list_log(&LogFilter::default(), &at(index)).await.unwrap();
    assert!(nothing.rows.is_empty());
    let next = shelf.store.list_log(&LogFilter::default(), &at(index - 5)).await.unwrap();
    let indexes: Vec<i64> = next.rows.iter().map(|entry| entry.index).collect();
    assert_eq!(indexes, [index - 2, index - 3, index - 4], "none is left out");
    assert_eq!(next.previous, Some((index - 2).to_string()), "and there are more");
}
