//! A payments file: what is due by a day, and not doubted.

use clerkwork_bots::kit::bank::{SUBSTITUTES, WEIGHTS};
use jiff::civil::Date;

use super::settings::Settings;
use super::{checks, words};
use crate::error::{Error, Result};
use crate::job_log::Actor;
use crate::settings::Folder;
use crate::state::Payment as State;
use crate::store::Store;
use crate::store::payments::{File, Filter, Opened, Step, Sums, move_payments};

/// What is put into a file.
pub struct Asked {
    /// Due on this day or before.
    pub due_by: Date,
    /// Of this kind only.
    pub kind: Option<String>,
}

/// What came of it.
pub struct Made {
    /// The file; `None` where nothing is due that is not doubted.
    pub file: Option<File>,
    /// Payments that a person must look at now, with why.
    pub referred: Vec<(i64, &'static str)>,
}

/// Checks what is due, and puts what is not doubted into a file that somebody else releases.
pub async fn make(
    folder: &Folder,
    store: &Store,
    actor: &Actor,
    asked: &Asked,
    why: &str,
) -> Result<Made> {
    let why = words(why)?;
    let settings = Settings::of(folder)?;
    let table = checks::table(folder)?.ok_or_else(|| {
        Error::usage(
            "the data folder has no table of the banks: accounts cannot be checked",
            format!(
                "put the current {WEIGHTS} and {SUBSTITUTES} of Vocalink into the folder bank; \
                 docs/bank-checks.md says where they are"
            ),
        )
    })?;
    let filter = Filter {
        states: vec![State::Due],
        due_by: Some(asked.due_by),
        kind: asked.kind.clone(),
        ..Filter::default()
    };
    let due = store.payments_opened(&filter).await?;
    let doubts = checks::doubts(store, &table, &settings.checks, &due).await?;
    let steps: Vec<Step> = due
        .iter()
        .filter_map(|it| Some(it.payment.step(State::Referred, doubts.get(&it.payment.id)?)))
        .collect();
    let good: Vec<&Opened> = due.iter().filter(|it| !doubts.contains_key(&it.payment.id)).collect();
    let mut tx = store.db.begin().await?;
    move_payments(&mut tx, &steps, actor).await?;
    let made = if good.is_empty() {
        None
    } else {
        let layout = settings.file.text();
        let payments: Vec<_> = good.iter().map(|it| &it.payment).collect();
        let sums = sums(&good)?;
        Some(store.make_payment_file(&mut tx, &layout, sums, &payments, actor, why).await?)
    };
    tx.commit().await?;
    let file = match made {
        Some(id) => Some(store.payment_file(id).await?),
        None => None,
    };
    Ok(Made { file, referred: doubts.into_iter().collect() })
}

/// How many, how much, and the sum of the account numbers, by which a bank sees that none was lost
/// or changed on the way.
pub(super) fn sums(payments: &[&Opened]) -> Result<Sums> {
    let mut sums = Sums::default();
    for it in payments {
        sums.count += 1;
        sums.pence += it.payment.pence;
        let account = it.payee.as_ref().map(|payee| payee.account.parse::<i64>());
        // An account number that is none would be missing in the sum.
        let Some(Ok(account)) = account else {
            return Err(Error::failed(
                format!("payment {} has no account number to pay to", it.payment.id),
                "cancel its file, if it is in one, and correct the account of its item",
            ));
        };
        sums.hash_total += account;
    }
    Ok(sums)
}
