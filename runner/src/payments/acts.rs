//! What officers do to single payments.

use super::words;
use crate::error::{Error, Result};
use crate::job_log::{self, Actor, Entry, Kind};
use crate::state::Payment as State;
use crate::store::Store;
use crate::store::payments::{About, BY_OFFICER, Payment, move_payments};

/// What can be done to a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// What was doubted is right: it is due.
    Clear,
    /// It will not be paid, or not be claimed back.
    Withdraw,
    /// What was paid too much is claimed back.
    ClaimBack,
    /// A returned payment is paid once more, to the same account.
    PayAgain,
}

impl What {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Clear, Self::PayAgain, Self::ClaimBack, Self::Withdraw];

    /// The states in which a payment waits for an officer.
    pub fn waits() -> Vec<State> {
        vec![State::Referred, State::Returned, State::ClaimBack]
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Withdraw => "withdraw",
            Self::ClaimBack => "claim back",
            Self::PayAgain => "pay again",
        }
    }

    /// In which states it can be done.
    pub const fn from(self) -> &'static [State] {
        match self {
            Self::Clear => &[State::Referred],
            Self::Withdraw => &[State::Due, State::Referred, State::Returned, State::ClaimBack],
            Self::ClaimBack => &[State::ClaimBack],
            Self::PayAgain => &[State::Returned],
        }
    }
}

/// Does it, with its reason; answers how the payment stands, or the new one where it is paid again.
pub async fn act(store: &Store, actor: &Actor, id: i64, what: What, why: &str) -> Result<Payment> {
    let why = words(why)?;
    let payment = store.payment(id).await?;
    if !what.from().contains(&payment.state) {
        let states: Vec<&str> = what.from().iter().map(|state| state.as_str()).collect();
        return Err(Error::usage(
            format!("payment {id} is {}: there is nothing to {}", payment.state, what.as_str()),
            format!("that is for payments that are {}", states.join(", ")),
        ));
    }
    let mut tx = store.db.begin().await?;
    let mut stands = id;
    match what {
        What::Clear => {
            move_payments(&mut tx, &[payment.step(State::Due, "")], actor).await?;
            store.clear_payment(&mut tx, id, actor).await?;
        }
        What::Withdraw => {
            move_payments(&mut tx, &[payment.step(State::Withdrawn, BY_OFFICER)], actor).await?;
        }
        What::ClaimBack => {
            move_payments(&mut tx, &[payment.step(State::ClaimedBack, "")], actor).await?;
        }
        What::PayAgain => stands = store.pay_again(&mut tx, &payment, actor).await?,
    }
    let entry = Entry::new(Kind::PaymentAct, actor)
        .item(payment.item)
        .payment(id, payment.pence)
        .reasons(vec![what.as_str().replace(' ', "-")]);
    let entry =
        store.payment_act(&mut tx, About::Payment(id), what.as_str(), actor, why, entry).await?;
    job_log::append(&mut tx, &[entry]).await?;
    tx.commit().await?;
    store.payment(stands).await
}
