//! What is to be paid because of a golden case's ruling, and that any bank could take it.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::through_json;
use crate::kit::columns::Cell;
use crate::kit::payment::Payment;
use crate::kit::policy::Policy;
use crate::kit::registered::Registered;
use crate::kit::ruling::Ruling;

/// The most letters that a bank's file has for a reference.
const REFERENCE: usize = 18;

/// The payments of the ruling that stands, a text each: the bot's own ruling, or what an officer
/// made of it.
pub(super) fn of(
    bot: &Registered,
    case: &[u8],
    ruling: &Ruling,
    officer: Option<&BTreeMap<String, String>>,
    policy: &Policy,
) -> Result<Vec<String>, String> {
    let stands = match officer {
        Some(values) => settled(bot, ruling, values)?,
        None => ruling.clone(),
    };
    let pay = || bot.payments(case, &stands, policy).map_err(|error| error.to_string());
    let payments = pay()?;
    if payments != pay()? || payments != through_json(&payments)? {
        return Err("the payments are not the same when worked out again or stored".to_owned());
    }
    for (index, payment) in payments.iter().enumerate() {
        if let Some(problem) = unsound(payment) {
            return Err(format!("the payment of {}: {problem}", payment.key.kind));
        }
        if payments[..index].iter().any(|other| other.key == payment.key) {
            return Err(format!("{} would be paid twice", payment.key.kind));
        }
    }
    Ok(payments.iter().map(shown).collect())
}

/// The ruling when an officer has settled it, as the runner makes it.
fn settled(
    bot: &Registered,
    ruling: &Ruling,
    values: &BTreeMap<String, String>,
) -> Result<Ruling, String> {
    let mut ruling = ruling.clone();
    for (header, text) in values {
        if !bot.decision_columns().contains(&header.as_str()) {
            return Err(format!("an officer has no decision column {header}"));
        }
        let value = bot.holds(header).read(Cell::Text(text), false);
        ruling.set(header, value.map_err(|expected| format!("{header}: {expected}"))?);
    }
    let missing = bot.complete(&mut ruling);
    if missing.is_empty() {
        ruling.needs.clear();
        Ok(ruling)
    } else {
        Err(format!("the officer's decision is not whole: {}", missing.join("; ")))
    }
}

fn shown(payment: &Payment) -> String {
    let (key, due) = (&payment.key, payment.due.strftime("%d/%m/%Y"));
    format!("{} {}: {:.2} by {due}", key.kind, key.period, payment.amount)
}

/// Why no bank could take it, or nobody could tell it from another.
fn unsound(payment: &Payment) -> Option<&'static str> {
    let digits = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let printed =
        |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b" .-/&".contains(&byte);
    let reference = &payment.reference;
    let faults = [
        (payment.amount <= Decimal::ZERO, "it is of nothing"),
        (payment.amount.scale() != 2, "its amount has not two decimals"),
        (!digits(&payment.account.sort_code, 6), "its sort code has not six digits"),
        (!digits(&payment.account.number, 8), "its account has not eight digits"),
        (payment.payee.trim().is_empty(), "it names no payee"),
        (reference.trim().is_empty() || reference.len() > REFERENCE, "its reference has no place"),
        (!reference.bytes().all(printed), "its reference has what a bank's file may not hold"),
        (payment.key.whom.iter().all(Option::is_none), "it does not say whom it is for"),
    ];
    faults.into_iter().find(|(is, _)| *is).map(|(_, problem)| problem)
}
