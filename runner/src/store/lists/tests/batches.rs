use std::collections::BTreeSet;

use super::{BOTS, Shelf, after, before};
use crate::state;
use crate::store::lists::{At, BatchFilter};

#[tokio::test]
async fn batches_are_listed_newest_first_with_their_totals_whichever_way_they_are_paged() {
    let shelf = Shelf::full().await;
    let one: BTreeSet<String> = [BOTS[1].to_owned()].into();
    let all = BatchFilter::default();
    let cases = [
        (all.clone(), vec![9, 8, 7, 6, 5, 4, 3, 2, 1]),
        (BatchFilter { bots: Some(one), ..all.clone() }, vec![7, 4, 1]),
        (BatchFilter { bots: Some(BTreeSet::new()), ..all.clone() }, vec![]),
        (BatchFilter { schedule: Some("hr-queries-0".to_owned()), ..all.clone() }, vec![4]),
        (BatchFilter { states: vec![state::Batch::Complete], ..all.clone() }, vec![9, 6, 3]),
        (BatchFilter { opened_by: Some("user:ann.bell".to_owned()), ..all }, vec![8, 6, 4, 2]),
    ];
    for (filter, expected) in cases {
        let mut page = shelf.store.list_batches(&filter, &At::first(2)).await.unwrap();
        let mut pages = Vec::new();
        loop {
            assert_eq!(usize::try_from(page.count.n).unwrap(), expected.len());
            pages.push(page.rows.iter().map(|batch| batch.id.0).collect::<Vec<_>>());
            let Some(at) = after(&page, 2) else { break };
            page = shelf.store.list_batches(&filter, &at).await.unwrap();
        }
        assert_eq!(pages.concat(), expected, "{filter:?}");
        pages.pop();
        while let Some(ids) = pages.pop() {
            page = shelf.store.list_batches(&filter, &before(&page, 2).unwrap()).await.unwrap();
            let back: Vec<i64> = page.rows.iter().map(|batch| batch.id.0).collect();
            assert_eq!(back, ids, "{filter:?}");
        }
    }
    let page = shelf.store.list_batches(&BatchFilter::default(), &At::first(9)).await.unwrap();
    for batch in &page.rows {
        let one = shelf.store.batch(batch.id).await.unwrap();
        assert_eq!((one.totals, &one.opened_by), (batch.totals, &batch.opened_by));
        assert!(one.totals.referred + one.totals.done > 0);
    }
}
