//! `clerkwork`: see `clerkwork --help`.

use std::process::ExitCode;

/// Deciding and reporting make many small strings; see docs/benchmarks.md.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    clerkwork_connectors::spreadsheet::answer_read_sheet();
    clerkwork_runner::cli::main()
}
