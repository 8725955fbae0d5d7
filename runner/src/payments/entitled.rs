//! What a ruling that stands entitles to: worked out by the bot, sealed under the item's key.

use clerkwork_bots::kit::{Payment, Policy, Registered, Ruling};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::store::payload::{Label, seal};
use crate::store::payments::{Entitled, Payee, Sum};
use crate::vault::{ItemKey, Vault};

/// An item with the ruling that stands for it.
pub struct Grounds<'a> {
    /// The bot that on.
    pub bot: &'static Registered,
    /// The policy that it ruled by.
    pub policy: &'a Policy,
    /// The item.
    pub item: ItemId,
    /// The item that it follows.
    pub follows: Option<ItemId>,
    /// The number of the ruling.
    pub n: i64,
    /// The stored case.
    pub case: &'a [u8],
    /// The ruling.
    pub ruling: &'a Ruling,
}

/// What is to be paid because of it, ready for the store.
pub fn entitled(vault: &Vault, key: &ItemKey, on: &Grounds<'_>) -> Result<Entitled> {
    let payments = on
        .bot
        .payments(on.case, on.ruling, on.policy)
        .map_err(|fault| Error::failed(fault.to_string(), ""))?;
    let sums: Result<Vec<Sum>> =
        payments.into_iter().map(|payment| sum(vault, key, on, payment)).collect();
    Ok(Entitled { item: on.item, ruling: on.n, follows: on.follows, sums: sums? })
}

fn sum(vault: &Vault, key: &ItemKey, on: &Grounds<'_>, payment: Payment) -> Result<Sum> {
    let Payment { key: of, amount, due, payee, account, reference } = payment;
    let [strong, weak] = of.whom;
    // Bots and batches share these: what one has paid, another does not pay again.
    let blind = |what: &str, whom: &str| {
        vault.blind(&format!("payment {what}"), &format!("{whom}|{}|{}", of.period, of.kind))
    };
    let weak = weak
        .or_else(|| strong.clone())
        .ok_or_else(|| Error::failed(format!("a payment of item {} names nobody", on.item), ""))?;
    let whose = vault.blind("payment payee", &payee.to_lowercase());
    let whom = vault.blind("payment whom", &weak);
    let number = format!("{} {}", account.sort_code, account.number);
    let payee =
        Payee { name: payee, sort_code: account.sort_code, account: account.number, reference };
    let sealed = seal(key, Label::Payment, on.item, &payee)?;
    Ok(Sum {
        strong: strong.as_deref().map(|whom| blind("strong", whom)),
        weak: blind("weak", &weak),
        kind: of.kind,
        period: of.period,
        pence: pence(amount).ok_or_else(|| {
            Error::failed(format!("a payment of item {} is no sum of money", on.item), "")
        })?,
        due,
        account: vault.blind("payment account", &number),
        payee: whose,
        whom,
        sealed: sealed.bytes,
        commitment: sealed.commitment,
    })
}

/// Whole pence, more than nothing.
fn pence(amount: Decimal) -> Option<i64> {
    let pence = amount.checked_mul(Decimal::ONE_HUNDRED)?;
    pence.fract().is_zero().then(|| pence.to_i64())?.filter(|pence| *pence > 0)
}
