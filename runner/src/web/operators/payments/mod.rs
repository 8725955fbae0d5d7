//! What is to be paid. A file is made at the command line; here a second person looks at it, and
//! releases it. Nothing on these pages says whom a payment goes to.
//!
//! | file | job |
//! |---|---|
//! | `list` | what awaits release, where payments stand, what was released lately |
//! | `file` | one payments file and its payments |
//! | `acts` | release and cancel |
//! | `settle` | what waits for an officer, and one such payment |
//! | `deeds` | what the officer does to it |

mod acts;
mod deeds;
mod file;
mod list;
mod settle;

pub(in crate::web) use list::awaiting_release;
pub(in crate::web) use settle::count as to_settle;

use maud::Markup;
use rust_decimal::Decimal;

use super::{done, why};
use crate::error::Result;
use crate::people::Person;
use crate::state::{Payment, PaymentFile};
use crate::store::payments::File;
use crate::web::layout;
use crate::web::parts::{self, Colour};
use crate::web::rights::Right;
use crate::web::routes::{Route, get, post};
use crate::web::{App, Fault, Visitor};

pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        get("/payments", &[Right::SeeBatches], list::page),
        get("/payments/to-settle", &[Right::Settle], settle::page),
        get("/payments/to-settle/{id}", &[Right::Settle], settle::one),
        get("/payments/{id}", &[Right::SeeBatches], file::page),
        post("/payments/{id}/release", &[Right::Approve], acts::release),
        post("/payments/{id}/cancel", &[Right::Approve, Right::Operate], acts::cancel),
    ];
    routes.extend(deeds::routes());
    routes
}

/// The payments file of this number, if there is one that this person may know of.
async fn seen(app: &App, visitor: &Visitor, id: &str) -> Result<File, Fault> {
    let id: i64 = id.parse().map_err(|_| Fault::not_found())?;
    let file = app.store.payment_file(id).await?;
    if !sees(app, &visitor.person, &file).await? {
        return Err(Fault::not_found());
    }
    Ok(file)
}

/// Whoever sees the work of some bots alone sees a file that pays for nothing else; of a cancelled
/// one it is not known any more.
async fn sees(app: &App, person: &Person, file: &File) -> Result<bool> {
    if person.bots.is_none() {
        return Ok(true);
    }
    let bots = app.store.bots_of_file(file.id).await?;
    Ok(!bots.is_empty() && bots.iter().all(|bot| person.sees(bot)))
}

/// Whether whoever looks is known to have made it, by whatever of their names.
fn made_by_them(app: &App, visitor: &Visitor, file: &File) -> bool {
    app.folder.council.people.are_one(&file.made_by, &visitor.actor().id)
}

fn money(pence: i64) -> String {
    parts::money(Decimal::new(pence, 2))
}

fn payments(n: i64) -> String {
    parts::count(n, false, "payment", "payments")
}

/// Where a payment stands.
fn payment_tag(state: Payment) -> Markup {
    let colour = match state {
        Payment::Due => Colour::Blue,
        Payment::Referred | Payment::Awaiting | Payment::ClaimBack => Colour::Orange,
        Payment::Released | Payment::ClaimedBack => Colour::Teal,
        Payment::Paid => Colour::Green,
        Payment::Returned => Colour::Red,
        Payment::Withdrawn => Colour::Grey,
    };
    parts::tag(&layout::sentence(state.as_str()), colour)
}

/// What that means.
const fn means(state: Payment) -> &'static str {
    match state {
        Payment::Due => "To be paid; in no file yet",
        Payment::Referred => "Something about it is doubted: a person looks at it",
        Payment::Awaiting => "In a file that somebody else has not released yet",
        Payment::Released => "It left in a file; the bank has not said what became of it",
        Payment::Paid => "The bank says that it was paid",
        Payment::Returned => "The bank gave it back",
        Payment::Withdrawn => "It will not be paid",
        Payment::ClaimBack => "More was paid than is due: an officer decides",
        Payment::ClaimedBack => "An officer has it claimed back",
    }
}

/// Where a payments file stands.
fn file_tag(state: PaymentFile) -> Markup {
    let colour = match state {
        PaymentFile::Awaiting => Colour::Orange,
        PaymentFile::Released => Colour::Teal,
        PaymentFile::Cancelled => Colour::Grey,
    };
    parts::tag(&layout::sentence(state.as_str()), colour)
}
