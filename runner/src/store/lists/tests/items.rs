use std::collections::BTreeSet;

use jiff::civil::date;

use super::{BOTS, OFFICERS, REASONS, Shelf, after, before};
use crate::ids::{BatchId, ItemId};
use crate::state::Item;
use crate::store::lists::{Assigned, At, Counted, ItemFilter, Order, WAITS};

/// Every filter with every other, in every order.
fn filters() -> Vec<ItemFilter> {
    let some: BTreeSet<String> = [BOTS[0].to_owned(), BOTS[2].to_owned()].into();
    let none = BTreeSet::new();
    let mut filters = Vec::new();
    for order in [Order::Due, Order::Newest, Order::Row] {
        for bots in [None, Some(some.clone()), Some(none.clone())] {
            for states in
                [vec![], vec![Item::Done], vec![Item::Ready, Item::Referred], WAITS.into()]
            {
                for (schedule, batch) in [
                    (None, None),
                    (Some("hr-queries-0".to_owned()), None),
                    (None, Some(BatchId(3))),
                ] {
                    for (reason, assigned, due_by) in [
                        (None, None, None),
                        (Some(REASONS[1].to_owned()), None, None),
                        (None, Some(Assigned::Nobody), None),
                        (None, Some(Assigned::To(OFFICERS[0].to_owned())), None),
                        (None, None, Some(date(2026, 11, 2))),
                        (
                            Some(REASONS[0].to_owned()),
                            Some(Assigned::To(OFFICERS[1].to_owned())),
                            Some(date(2026, 11, 4)),
                        ),
                    ] {
                        filters.push(ItemFilter {
                            bots: bots.clone(),
                            schedule: schedule.clone(),
                            batch,
                            states: states.clone(),
                            reason,
                            assigned,
                            due_by,
                            order,
                        });
                    }
                }
            }
        }
    }
    filters
}

#[tokio::test]
async fn every_list_holds_what_was_asked_for_in_its_order_whichever_way_it_is_paged() {
    const PAGE: i64 = 17;
    let shelf = Shelf::full().await;
    let mut full = 0;
    for filter in filters() {
        let expected = shelf.expected(&filter);
        let count = i64::try_from(expected.len()).unwrap();
        full += usize::from(!expected.is_empty());
        let mut page = shelf.store.list_items(&filter, &At::first(PAGE)).await.unwrap();
        let (mut there, mut pages) = (Vec::<ItemId>::new(), Vec::new());
        assert_eq!(page.previous, None, "{filter:?}");
        loop {
            assert_eq!(page.count, Counted { n: count, more: false }, "{filter:?}");
            let ids: Vec<ItemId> = page.rows.iter().map(|row| row.item.id).collect();
            there.extend(&ids);
            pages.push(ids);
            let Some(next) = after(&page, PAGE) else { break };
            page = shelf.store.list_items(&filter, &next).await.unwrap();
            assert!(!page.rows.is_empty(), "there is a page, as was said: {filter:?}");
        }
        assert_eq!(there, expected, "{filter:?}");
        pages.pop();
        while let Some(ids) = pages.pop() {
            let at = before(&page, PAGE).unwrap();
            page = shelf.store.list_items(&filter, &at).await.unwrap();
            let back: Vec<ItemId> = page.rows.iter().map(|row| row.item.id).collect();
            assert_eq!(back, ids, "backwards: {filter:?}");
        }
        assert_eq!(page.previous, None, "{filter:?}");
        assert_eq!(shelf.store.count_items(&filter).await.unwrap(), count, "{filter:?}");
    }
    assert!(full > 200, "the filters let something through: {full}");
}

#[tokio::test]
async fn an_act_on_all_of_them_meets_each_once_and_neighbours_are_those_of_the_list() {
    let shelf = Shelf::full().await;
    for filter in filters().into_iter().step_by(5) {
        let expected = shelf.expected(&filter);
        let mut by_id = expected.clone();
        by_id.sort();
        let (mut met, mut last) = (Vec::new(), None);
        loop {
            let ids = shelf.store.item_ids(&filter, last, 11).await.unwrap();
            let Some(end) = ids.last() else { break };
            last = Some(*end);
            met.extend(ids);
        }
        assert_eq!(met, by_id, "{filter:?}");
        for (at, id) in expected.iter().enumerate().step_by(7) {
            let found = shelf.store.neighbours(&filter, *id).await.unwrap();
            let earlier = at.checked_sub(1).map(|at| expected[at]);
            assert_eq!(found, (earlier, expected.get(at + 1).copied()), "{id} of {filter:?}");
        }
    }
}

#[tokio::test]
async fn an_item_that_left_the_list_still_has_its_place_in_it() {
    let shelf = Shelf::full().await;
    let filter =
        ItemFilter { states: vec![Item::Referred], order: Order::Due, ..ItemFilter::default() };
    let list = shelf.expected(&filter);
    let mut tx = shelf.store.db.begin().await.unwrap();
    let settle = sqlx::query("UPDATE item SET state = 'done', reason = '' WHERE id = $1");
    settle.bind(list[4].0).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let found = shelf.store.neighbours(&filter, list[4]).await.unwrap();
    assert_eq!(found, (Some(list[3]), Some(list[5])));
}

#[tokio::test]
async fn states_are_counted_for_the_bots_that_somebody_sees() {
    let shelf = Shelf::full().await;
    let one: BTreeSet<String> = [BOTS[1].to_owned()].into();
    for bots in [None, Some(&one)] {
        let counts = shelf.store.item_counts(bots).await.unwrap();
        for state in Item::ALL {
            let filter =
                ItemFilter { bots: bots.cloned(), states: vec![*state], ..ItemFilter::default() };
            let expected = i64::try_from(shelf.expected(&filter).len()).unwrap();
            assert_eq!(counts.get(state).copied().unwrap_or(0), expected, "{state}");
        }
    }
}

#[tokio::test]
async fn a_reference_is_found_by_its_index_and_another_is_not() {
    let shelf = Shelf::full().await;
    let mut tx = shelf.store.db.begin().await.unwrap();
    let of = |id: ItemId| BOTS[usize::try_from(id.batch().0).unwrap() % 3];
    let ids = [BatchId(2).item(5), BatchId(5).item(1), BatchId(7).item(9)];
    for id in ids {
        let index = shelf.store.vault.blind(&format!("reference {}", of(id)), "FSM-17");
        let update = sqlx::query("UPDATE item SET reference_index = $1 WHERE id = $2");
        update.bind(index).bind(id.0).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    let found = shelf.store.items_by_reference(" FSM-17 ").await.unwrap();
    assert_eq!(found, [ids[2], ids[1], ids[0]]);
    assert!(shelf.store.items_by_reference("FSM-18").await.unwrap().is_empty());
}

#[tokio::test]
async fn a_cursor_that_no_list_gave_is_refused() {
    let shelf = Shelf::empty().await;
    for wrong in ["", "7", "2026-11-22", "x~7", "2026-11-22~x", "'; DROP TABLE item; --"] {
        let at = At { after: Some(wrong.to_owned()), before: None, limit: 10 };
        let fault = shelf.store.list_items(&ItemFilter::default(), &at).await.unwrap_err();
        assert!(fault.to_string().contains("first page"), "{wrong}: {fault}");
    }
}
