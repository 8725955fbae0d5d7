//! Intake, queue, pipeline, job log, review and reports of Clerkwork: everything with state.
//!
//! An item's way: [`intake`] → [`queue`] → [`pipeline`] (→ bots) → [`job_log`]; what came of a batch
//! is its [`report`]. The [`store`] is the only truth; the [`vault`] seals what is personal in it.

pub mod accounts;
pub mod acts;
pub mod alerts;
pub mod backup;
pub mod check;
pub mod cli;
pub mod clock;
pub mod connections;
pub mod db;
pub mod error;
pub mod figures;
pub mod hand_out;
pub mod health;
pub mod holder;
pub mod ids;
pub mod inbox;
pub mod intake;
pub mod job_log;
pub mod lookups;
pub mod notice;
pub mod operate;
pub mod originals;
pub mod outlets;
pub mod payments;
pub mod people;
pub mod pipeline;
pub mod queue;
pub mod record;
pub mod report;
pub mod retention;
pub mod review;
pub mod run;
pub mod scaffold;
pub mod schedule;
pub mod scheduler;
pub mod serve;
pub mod settings;
pub mod shown;
pub mod state;
pub mod store;
pub mod uploads;
pub mod vault;
pub mod web;
pub mod what_if;

/// Deciding and reporting make many small strings in one thread and drop them in another, where the
/// system's allocator makes the threads wait for each other.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
