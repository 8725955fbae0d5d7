//! The command line: one file a command group. Acts are logged as `os:user@host`.
//!
//! Exit codes: 0 all well; 1 it failed; 2 used wrongly, or a setting is bad; 3 done, but items
//! need a person.

mod again;
mod alerts;
mod bots;
mod check;
mod figures;
mod hand_out;
mod init;
mod keep;
mod lists;
mod log;
mod notice;
mod operate;
mod out;
mod password;
mod payments;
mod results;
mod retention;
mod review;
mod run;
mod schedules;
mod serve;
mod show;
mod table;
mod template;
mod users;
mod what_if;

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};

use crate::error::{Error, Result};
use crate::job_log::Actor;
use crate::settings::{self, Folder};
use crate::store::Store;
use out::Out;

/// Everything went well.
pub const WELL: u8 = 0;
/// Done, but items need a person.
pub const NEEDS_A_PERSON: u8 = 3;

/// Bots that do a council's routine work, and prove it.
#[derive(Parser)]
#[command(name = "clerkwork", version, max_term_width = 100, disable_help_subcommand = true)]
#[command(after_help = "Exit codes: 0 all well; 1 it failed; 2 used wrongly or a setting is bad; \
    3 done, but items need a person.\n\nFirst steps:\n  clerkwork init council-data\n  \
    clerkwork template free-school-meals -o form.xlsx\n  \
    clerkwork run free-school-meals --data council-data --input form.xlsx --output results.xlsx \
    --lookup school-roll=none")]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Options of every command.
#[derive(Args)]
struct Global {
    /// The data folder (default: `$CLERKWORK_DATA`, else the current folder).
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Print one JSON object instead of text; it holds nothing personal.
    #[arg(long, global = true)]
    json: bool,
    /// Print nothing but errors and what was asked for.
    #[arg(long, short, global = true)]
    quiet: bool,
}

#[derive(Subcommand)]
enum Command {
    Init(init::Init),
    Template(template::Template),
    Check(check::Check),
    Schedules(schedules::Schedules),
    Run(run::Run),
    Serve(serve::Serve),
    Work(serve::Work),
    Results(results::Results),
    Batches(lists::Batches),
    Items(lists::Items),
    Show(show::Show),
    Notice(notice::Notice),
    Confirm(review::Confirm),
    Change(review::Change),
    AskEvidence(review::AskEvidence),
    Assign(review::Assign),
    ByHand(review::ByHand),
    #[command(subcommand)]
    Review(review::Review),
    Approve(operate::Approve),
    Pause(operate::Pause),
    Resume(operate::Resume),
    Cancel(operate::Cancel),
    Retry(operate::Retry),
    Postpone(operate::Postpone),
    LookAgain(again::LookAgain),
    Follow(operate::Follow),
    #[command(subcommand)]
    Bots(bots::Bots),
    #[command(subcommand)]
    Log(log::Log),
    Backup(keep::Backup),
    Doctor(keep::Doctor),
    Alerts(alerts::Alerts),
    Retention(retention::Retention),
    Figures(figures::Arguments),
    HandOut(hand_out::Arguments),
    #[command(subcommand)]
    Payments(payments::Payments),
    #[command(subcommand)]
    Users(users::Users),
}

/// Runs the program as it was called; its exit code.
pub fn main() -> ExitCode {
    quiet_panics();
    ExitCode::from(call(std::env::args_os()))
}

/// Runs one command, as the demo does; its exit code.
pub fn call(words: impl IntoIterator<Item = OsString>) -> u8 {
    let cli = match Cli::try_parse_from(words) {
        Ok(cli) => cli,
        Err(fault) => {
            let code = if fault.use_stderr() { 2 } else { WELL };
            drop(fault.print());
            return code;
        }
    };
    let out = Out::new(cli.global.json, cli.global.quiet);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let ran = match runtime {
        Ok(runtime) => {
            out.start_tracing();
            let work = || runtime.block_on(cli.command.run(&cli.global, &out));
            let ran = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(broke()));
            // What is left under way by a process that was told to end at once is not waited for.
            runtime.shutdown_background();
            ran
        }
        Err(fault) => Err(Error::io("starting the runtime")(fault)),
    };
    match ran {
        Ok(code) => code,
        Err(fault) => {
            out.fail(&fault);
            fault.exit_code()
        }
    }
}

fn broke() -> Error {
    Error::failed(
        "a fault in the program ended the command",
        "nothing is lost: the same command goes on; the place of the fault stands above",
    )
}

impl Command {
    async fn run(self, global: &Global, out: &Out) -> Result<u8> {
        match self {
            Self::Init(init) => init.run(out).await,
            Self::Run(run) => run.run(&Office::open(global).await?, out).await,
            Self::Template(template) => template.run(*out),
            Self::Check(check) => check.run(global, out).await,
            Self::Schedules(schedules) => schedules.run(global, out).await,
            Self::Serve(serve) => serve.run(&Office::open(global).await?, out).await,
            Self::Work(work) => work.run(&Office::open(global).await?, out).await,
            Self::Bots(bots) => bots.run(global, out).await,
            Self::Backup(backup) => backup.run(&Office::open(global).await?, out).await,
            Self::Retention(retention) => retention.run(&Office::open(global).await?, out).await,
            Self::Users(users) => users.run(&Office::open(global).await?, out).await,
            Self::Doctor(doctor) => doctor.run(global, out).await,
            Self::Alerts(alerts) => alerts.run(&Office::open(global).await?, out).await,
            Self::Results(results) => results.run(&Office::open(global).await?, out).await,
            Self::Batches(batches) => batches.run(&Office::open(global).await?, out).await,
            Self::Items(items) => items.run(&Office::open(global).await?, out).await,
            Self::Show(show) => show.run(&Office::open(global).await?, out).await,
            Self::Notice(notice) => notice.run(&Office::open(global).await?, out).await,
            Self::Confirm(act) => act.run(&Office::open(global).await?, out).await,
            Self::Change(act) => act.run(&Office::open(global).await?, out).await,
            Self::AskEvidence(act) => act.run(&Office::open(global).await?, out).await,
            Self::Assign(act) => act.run(&Office::open(global).await?, out).await,
            Self::ByHand(act) => act.run(&Office::open(global).await?, out).await,
            Self::Review(act) => act.run(&Office::open(global).await?, out).await,
            Self::Approve(act) => act.run(&Office::open(global).await?, out).await,
            Self::Pause(act) => act.run(&Office::open(global).await?, out).await,
            Self::Resume(act) => act.run(&Office::open(global).await?, out).await,
            Self::Cancel(act) => act.run(&Office::open(global).await?, out).await,
            Self::Retry(act) => act.run(&Office::open(global).await?, out).await,
            Self::Postpone(act) => act.run(&Office::open(global).await?, out).await,
            Self::LookAgain(look) => look.run(&Office::open(global).await?, out).await,
            Self::Follow(act) => act.run(&Office::open(global).await?, out).await,
            Self::Figures(figures) => figures.run(&Office::open(global).await?, out).await,
            Self::HandOut(lists) => lists.run(&Office::open(global).await?, out).await,
            Self::Payments(payments) => payments.run(&Office::open(global).await?, out).await,
            Self::Log(log) => log.run(&Office::open(global).await?, out).await,
        }
    }
}

/// What nearly every command needs: the data folder, its store, and who acts.
struct Office {
    folder: Arc<Folder>,
    store: Arc<Store>,
    actor: Actor,
}

impl Office {
    async fn open(global: &Global) -> Result<Self> {
        let folder = Arc::new(Folder::find(global.data.as_deref())?);
        let store = Arc::new(Store::open(&folder).await?);
        Ok(Self { folder, store, actor: actor() })
    }
}

/// Whoever is logged in on this host.
fn actor() -> Actor {
    Actor { id: settings::os_actor(), kind: "person" }
}

/// A panic's message may hold what it was working on; its place is enough to find it.
fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, ToString::to_string);
        tracing::error!("a fault in the program at {place}; please report this place");
    }));
}
