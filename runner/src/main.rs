//! `clerkwork`: see `clerkwork --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    clerkwork_connectors::spreadsheet::answer_read_sheet();
    clerkwork_runner::cli::main()
}
