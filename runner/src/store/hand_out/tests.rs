//! What stands, what ends, and what is paid no more.

use jiff::civil::{Date, date};

use super::{End, HandedOut, end_awards, keep};
use crate::ids::{BatchId, ItemId};
use crate::job_log::Actor;
use crate::store::Store;
use crate::store::payments::{Filter, Stop, stop};
use crate::vault::Vault;

const LAST: Date = date(2026, 3, 2);

fn actor() -> Actor {
    Actor { id: "os:ann@council-pc".to_owned(), kind: "person" }
}

fn item(place: i64) -> ItemId {
    BatchId(1).item(place)
}

/// Items by place with their state and whom they follow; each awards something.
async fn store(items: &[(i64, &str, Option<i64>)]) -> (Store, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("clerkwork.db");
    let store = Store::create(&file, Vault::new(&[1; 32]), &actor()).await.unwrap();
    let mut tx = store.db.begin().await.unwrap();
    sqlx::query(
        "INSERT INTO batch (id, schedule, bot, state, source, lookups, today, policy, pattern, \
         opened_by, created_at) VALUES (1, 's', 'free-school-meals', 'running', X'00', '{}', \
         '2026-03-02', '', X'', 'os:a@b', 0)",
    )
    .execute(&mut *tx)
    .await
    .unwrap();
    for (place, state, follows) in items {
        sqlx::query(
            "INSERT INTO item (id, batch, row, state, award, ruling, follows, changed_at) \
             VALUES ($1, 1, $2, $3, 1, 1, $4, 0)",
        )
        .bind(item(*place).0)
        .bind(place)
        .bind(state)
        .bind(follows.map(|earlier| item(earlier).0))
        .execute(&mut *tx)
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
    (store, folder)
}

async fn payment(store: &Store, id: i64, of: i64, kind: &str, due: &str, state: &str) {
    let mut tx = store.db.begin().await.unwrap();
    sqlx::query(
        "INSERT INTO payment (id, item, ruling, kind, period, weak, n, pence, due, state, noted_at, \
         changed_at) VALUES ($1, $2, 1, $3, '2025/26', $4, 1, 2500, $5, $6, 0, 0)",
    )
    .bind(id)
    .bind(item(of).0)
    .bind(kind)
    .bind(id.to_be_bytes().to_vec())
    .bind(due)
    .bind(state)
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn what_is_followed_by_a_ruling_that_stands_stands_no_more() {
    let items = [
        (1, "done", None),
        (2, "cancelled", Some(1)),
        (3, "done", Some(2)),
        (4, "done", None),
        (5, "referred", Some(4)),
        (6, "waiting", None),
    ];
    let (store, _folder) = store(&items).await;
    let overtaken: Vec<ItemId> = store.overtaken().await.unwrap().into_iter().collect();
    assert_eq!(overtaken, [item(1), item(2)], "through one that was cancelled; 5 is not decided");
    let awards = store.awards("free-school-meals", ItemId(0), 10).await.unwrap();
    let places: Vec<i64> = awards.iter().map(|award| award.id().place()).collect();
    assert_eq!(places, [1, 3, 4, 6]);
    assert!(store.awards("hr-queries", ItemId(0), 10).await.unwrap().is_empty());
    assert!(store.awarded(&awards[0], &[]).unwrap().is_none(), "without a key it was erased");
}

#[tokio::test]
async fn an_award_ends_once() {
    let (store, _folder) = store(&[(1, "done", None), (2, "done", None)]).await;
    let end = |on| End { on, reason: "left-roll".to_owned() };
    for (ends, new) in [(vec![1], vec![1]), (vec![1, 2], vec![2]), (vec![1, 2], vec![])] {
        let ends: Vec<_> = ends.into_iter().map(|place| (item(place), end(LAST))).collect();
        let mut tx = store.db.begin().await.unwrap();
        let noted = end_awards(&mut tx, &ends, &actor()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(noted, new.into_iter().map(item).collect::<Vec<_>>());
    }
    assert_eq!(store.award_end(item(1)).await.unwrap(), Some(end(LAST)));
    let size = crate::job_log::head(&store.db).await.unwrap().size;
    assert_eq!(size, 3, "the log was opened, and two awards ended");
}

#[tokio::test]
async fn an_award_that_ended_withdraws_what_it_gives_no_more_and_nothing_else() {
    let items = [(1, "done", None), (2, "done", Some(1)), (3, "done", None)];
    let (store, _folder) = store(&items).await;
    payment(&store, 1, 1, "holiday-summer", "2026-06-24", "due").await;
    payment(&store, 2, 2, "holiday-easter", "2026-03-02", "referred").await;
    payment(&store, 3, 2, "holiday-february", "2026-04-01", "due").await;
    payment(&store, 4, 2, "clothing-grant", "2026-06-24", "due").await;
    payment(&store, 5, 2, "holiday-late", "2026-03-01", "due").await;
    payment(&store, 6, 3, "holiday-summer", "2026-06-24", "due").await;
    let what = ["holiday-summer", "holiday-easter", "holiday-late"];
    let what = what.map(|kind| ("2025/26".to_owned(), kind.to_owned())).to_vec();
    let mut tx = store.db.begin().await.unwrap();
    let stops = [Stop { item: item(2), on: LAST, what }];
    assert_eq!(stop(&mut tx, &stops, &actor()).await.unwrap(), 2);
    assert_eq!(stop(&mut tx, &stops, &actor()).await.unwrap(), 0, "once");
    tx.commit().await.unwrap();
    let all = store.payments(&Filter::default(), None).await.unwrap();
    let gone: Vec<i64> =
        all.iter().filter(|it| it.reason == "award-ended").map(|it| it.id).collect();
    assert_eq!(gone, [1, 2], "also what an earlier item of the chain had noted");
}

#[tokio::test]
async fn the_lists_of_now_take_the_place_of_those_before() {
    let (store, _folder) = store(&[]).await;
    let list = |of: &str| HandedOut {
        kind: "kitchen".to_owned(),
        of: of.to_owned(),
        file: format!("kitchen-{of}.xlsx"),
        as_at: LAST,
        count: 1,
        marks: vec![0; 8],
        sha256: vec![7; 32],
    };
    for schools in [vec!["a", "b"], vec!["b", "c"]] {
        let lists: Vec<HandedOut> = schools.into_iter().map(list).collect();
        let mut tx = store.db.begin().await.unwrap();
        keep(&mut tx, "free-school-meals", &lists, &actor()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(store.handed_out("free-school-meals").await.unwrap(), lists);
    }
    assert!(store.handed_out("hr-queries").await.unwrap().is_empty());
}
