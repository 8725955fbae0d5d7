//! `clerkwork payments`: from what is due to what the bank said of it.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::out::Out;
use super::review::Why;
use super::table::{laid_out, pairs};
use super::{NEEDS_A_PERSON, Office, WELL};
use crate::clock;
use crate::error::{Error, Result};
use crate::ids::BatchId;
use crate::payments::acts::{What, act};
use crate::payments::make::{Asked, make};
use crate::payments::{bank, means, pounds, release};
use crate::state::{Payment as State, PaymentFile};
use crate::store::payments::{File, Filter, Payment, Stands};

/// Pay what was decided: make a file, have a second person release it, read back what the bank says.
#[derive(Subcommand)]
#[command(
    after_help = "Example:\n  clerkwork payments make --due-by 2026-07-31 --why \"July run\"\n  \
    clerkwork payments release 1 --why \"agrees with the ledger\"\n  \
    clerkwork payments read paid-and-returned.csv"
)]
pub(super) enum Payments {
    /// List payments: nothing personal.
    List(List),
    /// List payments files.
    Files,
    /// Show a payments file: who made and released it, how many, how much, its hash total.
    Show(One),
    /// Check what is due by a day, and put what is not doubted into a file.
    Make(Make),
    /// Release a file that somebody else made, and write it.
    Release(OneWhy),
    /// Cancel a file that was not released: its payments are due again.
    Cancel(OneWhy),
    /// Say that what was doubted about a payment is right.
    Clear(OneWhy),
    /// Withdraw a payment: it is not paid, or not claimed back.
    Withdraw(OneWhy),
    /// Have what was paid too much claimed back.
    ClaimBack(OneWhy),
    /// Pay a returned payment once more, to the same account.
    PayAgain(OneWhy),
    /// Read what the bank paid and returned: columns Payment and Outcome, and if you like Amount and
    /// Reason.
    Read(Read),
}

/// Which payments.
#[derive(Args)]
pub(super) struct List {
    /// Only in this state.
    #[arg(long, value_name = "STATE", value_parser = state)]
    state: Option<State>,
    /// Only those due on this day or before.
    #[arg(long, value_name = "DATE")]
    due_by: Option<Date>,
    /// Only those of this batch.
    #[arg(long, value_name = "BATCH")]
    batch: Option<BatchId>,
    /// Only those in this file.
    #[arg(long, value_name = "FILE")]
    file: Option<i64>,
    /// At most so many.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..))]
    limit: i64,
}

/// A file.
#[derive(Args)]
pub(super) struct One {
    /// Its number.
    id: i64,
}

/// A payment or a file, and why.
#[derive(Args)]
pub(super) struct OneWhy {
    /// Its number.
    id: i64,
    #[command(flatten)]
    why: Why,
}

/// What is put into a file.
#[derive(Args)]
pub(super) struct Make {
    /// What is due on this day or before.
    #[arg(long, value_name = "DATE")]
    due_by: Date,
    /// Only this kind, such as clothing-grant, or holiday-* for all holidays.
    #[arg(long)]
    kind: Option<String>,
    #[command(flatten)]
    why: Why,
}

/// What the bank says.
#[derive(Args)]
pub(super) struct Read {
    /// The file: .csv or a workbook.
    file: PathBuf,
}

fn state(text: &str) -> std::result::Result<State, String> {
    let names: Vec<&str> = State::ALL.iter().map(|state| state.as_str()).collect();
    State::parse(text).ok_or_else(|| format!("one of: {}", names.join(", ")))
}

impl Payments {
    pub(super) async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        let (store, folder, actor) = (&office.store, &office.folder, &office.actor);
        match self {
            Self::List(list) => list.run(office, out).await,
            Self::Files => files(office, out).await,
            Self::Show(One { id }) => {
                show(*out, &store.payment_file(id).await?);
                Ok(WELL)
            }
            Self::Make(it) => it.run(office, out).await,
            Self::Release(OneWhy { id, why }) => {
                let released = release::release(folder, store, actor, id, &why.why).await?;
                let path = released.path.display().to_string();
                show(*out, &released.file);
                let said =
                    if released.already { "It had been released before" } else { "Released" };
                out.say(&format!("{said}: {path}"));
                Ok(WELL)
            }
            Self::Cancel(OneWhy { id, why }) => {
                show(*out, &release::cancel(store, actor, id, &why.why).await?);
                Ok(WELL)
            }
            Self::Clear(it) => it.act(office, out, What::Clear).await,
            Self::Withdraw(it) => it.act(office, out, What::Withdraw).await,
            Self::ClaimBack(it) => it.act(office, out, What::ClaimBack).await,
            Self::PayAgain(it) => it.act(office, out, What::PayAgain).await,
            Self::Read(it) => it.run(office, out).await,
        }
    }
}

impl List {
    async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        let filter = Filter {
            states: self.state.into_iter().collect(),
            due_by: self.due_by,
            batch: self.batch,
            file: self.file,
            ..Filter::default()
        };
        let payments = office.store.payments(&filter, Some(self.limit)).await?;
        let totals = office.store.payment_totals(&filter).await?;
        let sums = |(state, it): (&State, &Stands)| json!({"state": state, "count": it.count, "amount": pounds(it.pence)});
        out.object(&json!({
            "payments": payments.iter().map(object).collect::<Vec<_>>(),
            "totals": totals.iter().map(sums).collect::<Vec<_>>(),
        }));
        if totals.is_empty() {
            out.answer("No payments.");
            return Ok(WELL);
        }
        let rows: Vec<Vec<String>> = payments.iter().map(row).collect();
        let headers =
            ["Payment", "Item", "Kind", "Period", "Due", "State", "Why", "File", "Amount"];
        out.answer(&laid_out(&headers, &rows, 8));
        let all: i64 = totals.values().map(|it| it.count).sum();
        if usize::try_from(all).ok() != Some(rows.len()) {
            out.answer(&format!("\nThe first {} of {all}; see more with --limit.", rows.len()));
        }
        let lines: Vec<Vec<String>> = totals
            .iter()
            .map(|(state, it)| vec![state.to_string(), it.count.to_string(), pounds(it.pence)])
            .collect();
        out.answer(&format!("\n{}", laid_out(&["State", "Payments", "Amount"], &lines, 1)));
        Ok(WELL)
    }
}

impl Make {
    async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        let (store, folder) = (&office.store, &office.folder);
        let asked = Asked { due_by: self.due_by, kind: self.kind };
        let made = make(folder, store, &office.actor, &asked, &self.why.why).await?;
        let referred: Vec<Value> =
            made.referred.iter().map(|(id, code)| json!({"payment": id, "reason": code})).collect();
        out.object(&json!({"file": made.file.as_ref().map(file_object), "referred": referred}));
        match &made.file {
            Some(file) => {
                out.answer(&file_text(file));
                out.say(&format!(
                    "Somebody else releases it: clerkwork payments release {} --why \"...\"",
                    file.id
                ));
            }
            None => out.answer("Nothing is due by that day that is not doubted."),
        }
        for (id, code) in &made.referred {
            out.answer(&format!("Payment {id} needs a person: {}", means(code)));
        }
        Ok(if made.referred.is_empty() { WELL } else { NEEDS_A_PERSON })
    }
}

impl OneWhy {
    async fn act(self, office: &Office, out: &Out, what: What) -> Result<u8> {
        let payment = act(&office.store, &office.actor, self.id, what, &self.why.why).await?;
        out.object(&object(&payment));
        out.say(&format!("Payment {} is {} now.", payment.id, payment.state));
        Ok(WELL)
    }
}

impl Read {
    async fn run(self, office: &Office, out: &Out) -> Result<u8> {
        let name = self.file.display().to_string();
        let file = std::fs::File::open(&self.file).map_err(Error::io(format!("opening {name}")))?;
        let said = bank::read(&office.store, &office.actor, file).await?;
        let wrong: Vec<Value> = said
            .wrong
            .iter()
            .map(|it| json!({"row": it.row, "column": it.column, "expected": it.says}))
            .collect();
        out.object(&json!({"paid": said.paid, "returned": said.returned, "already": said.already,
            "wrong": wrong}));
        out.answer(&format!(
            "{} paid, {} returned, {} known already; lines with a fault: {}.",
            said.paid,
            said.returned,
            said.already,
            said.wrong.len()
        ));
        for it in &said.wrong {
            out.answer(&format!("  row {}, {}: expected {}", it.row, it.column, it.says));
        }
        if said.returned > 0 {
            out.say("See who is to be asked: clerkwork payments list --state returned");
        }
        Ok(if said.returned > 0 || !said.wrong.is_empty() { NEEDS_A_PERSON } else { WELL })
    }
}

async fn files(office: &Office, out: &Out) -> Result<u8> {
    let files = office.store.payment_files(100).await?;
    out.object(&json!({"files": files.iter().map(file_object).collect::<Vec<_>>()}));
    if files.is_empty() {
        out.answer("No payments files.");
        return Ok(WELL);
    }
    let rows: Vec<Vec<String>> = files
        .iter()
        .map(|it| {
            vec![
                it.id.to_string(),
                it.state.to_string(),
                it.made_by.clone(),
                it.released_by.clone().unwrap_or_default(),
                it.sums.count.to_string(),
                pounds(it.sums.pence),
            ]
        })
        .collect();
    let headers = ["File", "State", "Made by", "Released by", "Payments", "Amount"];
    out.answer(&laid_out(&headers, &rows, 4));
    let waits = files.iter().any(|it| it.state == PaymentFile::Awaiting);
    Ok(if waits { NEEDS_A_PERSON } else { WELL })
}

fn show(out: Out, file: &File) {
    out.object(&file_object(file));
    out.answer(&file_text(file));
}

fn file_text(file: &File) -> String {
    let at = |at: Option<i64>| {
        let at = at.map(|at| clock::local_micros(at).strftime("%d/%m/%Y %H:%M").to_string());
        at.unwrap_or_default()
    };
    let sha256 = file.sha256.as_deref().map(crate::job_log::hex).unwrap_or_default();
    pairs(&[
        ("Payments file".to_owned(), file.id.to_string()),
        ("State".to_owned(), file.state.to_string()),
        ("Made by".to_owned(), format!("{}, {}", file.made_by, at(Some(file.made_at)))),
        (
            "Released by".to_owned(),
            match &file.released_by {
                Some(who) => format!("{who}, {}", at(file.released_at)),
                None => "nobody yet".to_owned(),
            },
        ),
        ("Payments".to_owned(), file.sums.count.to_string()),
        ("Amount".to_owned(), format!("£{}", pounds(file.sums.pence))),
        ("Hash total".to_owned(), file.sums.hash_total.to_string()),
        ("SHA-256".to_owned(), sha256),
    ])
}

fn file_object(file: &File) -> Value {
    json!({
        "file": file.id,
        "state": file.state,
        "made_by": file.made_by,
        "released_by": file.released_by,
        "payments": file.sums.count,
        "amount": pounds(file.sums.pence),
        "sha256": file.sha256.as_deref().map(crate::job_log::hex),
    })
}

fn row(it: &Payment) -> Vec<String> {
    vec![
        it.id.to_string(),
        it.item.to_string(),
        it.kind.clone(),
        it.period.clone(),
        it.due.strftime("%d/%m/%Y").to_string(),
        it.state.to_string(),
        it.reason.clone(),
        it.file.map_or_else(String::new, |file| file.to_string()),
        pounds(it.pence),
    ]
}

fn object(it: &Payment) -> Value {
    json!({
        "payment": it.id,
        "item": it.item.to_string(),
        "kind": it.kind,
        "period": it.period,
        "due": it.due.to_string(),
        "state": it.state,
        "reason": it.reason,
        "file": it.file,
        "amount": pounds(it.pence),
    })
}
