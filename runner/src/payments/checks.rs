//! What is doubted about payments before money moves. Whoever doubts asks a person, who looks at the
//! account and says that it is right, or withdraws the payment.

use std::collections::{BTreeMap, BTreeSet};

use clerkwork_bots::kit::Account;
use clerkwork_bots::kit::bank::{Checked, SUBSTITUTES, Table, WEIGHTS};

use super::settings::Checks;
use crate::clock;
use crate::error::{Error, Result};
use crate::settings::Folder;
use crate::store::Store;
use crate::store::payments::{Named, Opened};

/// The sort code and account number fail the banks' own check.
const WRONG: &str = "account-wrong";
/// More payees than the council bears have named the account.
const SHARED: &str = "account-shared";
/// The payee was paid to another account a short while ago.
const CHANGED: &str = "account-changed";
/// Somebody else was to be paid for the child before, to another account.
const ANOTHER: &str = "payee-changed";
/// A payment to this account came back from the bank.
const CAME_BACK: &str = "account-came-back";
/// Whom it goes to was erased.
const ERASED: &str = "payee-erased";

/// A day in microseconds.
const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// What a code means, for officers.
pub fn means(code: &str) -> &str {
    match code {
        WRONG => "the sort code and account number fail the banks' own check: a digit is wrong",
        SHARED => "several payees named the same account",
        ANOTHER => "somebody else was to be paid for the same child before, to another account",
        CHANGED => "the payee named another account a short while ago",
        CAME_BACK => "an earlier payment to this account came back from the bank",
        ERASED => "whom it goes to has been erased",
        other => other,
    }
}

/// The table of the banks, as the council brought it; `None` where it brought none.
pub(super) fn table(folder: &Folder) -> Result<Option<Table>> {
    let read = |name: &str| match std::fs::read_to_string(folder.root().join("bank").join(name)) {
        Ok(text) => Ok(Some(text)),
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(fault) => Err(Error::io(format!("reading bank/{name}"))(fault)),
    };
    let (Some(weights), Some(substitutes)) = (read(WEIGHTS)?, read(SUBSTITUTES)?) else {
        return Ok(None);
    };
    let table = Table::parse(&weights, &substitutes);
    table
        .map(Some)
        .map_err(|fault| Error::usage("the banks' table is not right", fault.to_string()))
}

/// What is doubted, payment by payment: the first doubt of each. What a person has cleared is not
/// doubted again; but nothing is paid to nobody.
pub(super) async fn doubts(
    store: &Store,
    table: &Table,
    checks: &Checks,
    payments: &[Opened],
) -> Result<BTreeMap<i64, &'static str>> {
    let named = store.accounts_named().await?;
    let mut payees: BTreeMap<&[u8], BTreeSet<&[u8]>> = BTreeMap::new();
    let mut before: BTreeMap<&[u8], Vec<&Named>> = BTreeMap::new();
    let mut own: BTreeMap<i64, &Named> = BTreeMap::new();
    let mut came_back: BTreeSet<&[u8]> = BTreeSet::new();
    for one in &named {
        payees.entry(&one.account).or_default().insert(&one.payee);
        before.entry(&one.whom).or_default().push(one);
        own.insert(one.payment, one);
        if one.came_back {
            came_back.insert(&one.account);
        }
    }
    let since = clock::micros() - checks.changed_within * DAY;
    let mut doubts = BTreeMap::new();
    for it in payments {
        let (Some(payee), Some(one)) = (&it.payee, own.get(&it.payment.id)) else {
            doubts.insert(it.payment.id, ERASED);
            continue;
        };
        if it.payment.cleared.is_some() {
            continue;
        }
        let account = Account { sort_code: payee.sort_code.clone(), number: payee.account.clone() };
        let shared = payees.get(&*one.account).map_or(0, BTreeSet::len);
        let earlier = |other: &&&Named| other.payment < one.payment;
        let earlier = || before.get(&*one.whom).into_iter().flatten().filter(earlier);
        let known = earlier()
            .any(|it| it.cleared && (&it.payee, &it.account) == (&one.payee, &one.account));
        let another =
            earlier().any(|it| it.payee != one.payee && it.account != one.account) && !known;
        let changed = earlier().any(|it| it.account != one.account && it.noted_at >= since);
        if table.check(&account) == Checked::Wrong {
            doubts.insert(it.payment.id, WRONG);
        } else if came_back.contains(&*one.account) {
            doubts.insert(it.payment.id, CAME_BACK);
        } else if i64::try_from(shared).unwrap_or(i64::MAX) >= checks.shared_by {
            doubts.insert(it.payment.id, SHARED);
        } else if another {
            doubts.insert(it.payment.id, ANOTHER);
        } else if changed {
            doubts.insert(it.payment.id, CHANGED);
        }
    }
    Ok(doubts)
}
