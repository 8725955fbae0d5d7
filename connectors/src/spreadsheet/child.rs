//! The child that reads one file: takes its limits on itself, reads its standard input and writes
//! frames to its standard output until there is no more to say or nobody listens.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::os::fd::AsFd;
use std::panic::{self, AssertUnwindSafe};

use rustix::process::{
    DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit,
};

use super::gate::{self, Passed};
use super::wire::{Frames, Stop};
use super::{FileKind, Limits, SheetError, text, whole, workbook};

/// The first argument of the child.
pub(super) const READ_SHEET: &str = "read-sheet";

/// Reads a spreadsheet and ends the process if this program was started as `read-sheet`; else does
/// nothing.
///
/// It has to be the first call of every binary's `main`, before a runtime, a log or a store: the
/// child must not have what it does not need.
pub fn answer_read_sheet() {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_none_or(|first| first != READ_SHEET) {
        return;
    }
    let limits =
        arguments.next().and_then(|text| Limits::from_argument(text.to_str()?)).unwrap_or_default();
    let code = match answer(&limits) {
        Ok(()) | Err(Stop::Gone) => 0,
        Err(Stop::Fault(_)) => 1,
    };
    #[expect(clippy::exit, reason = "the child's work is done and main must not run in it")]
    std::process::exit(code)
}

fn answer(limits: &Limits) -> Result<(), Stop> {
    // What a panic says may hold what a cell holds.
    panic::set_hook(Box::new(|_| {}));
    // Not through `Stdout`, which looks for line breaks in all that it writes.
    let output = File::from(io::stdout().as_fd().try_clone_to_owned().map_err(|_| Stop::Gone)?);
    let input = confine(limits)
        .map_err(io::Error::from)
        .and_then(|()| io::stdin().as_fd().try_clone_to_owned());
    match input {
        Ok(input) => read(File::from(input), limits, output),
        Err(error) => {
            Frames::new(output)?.fault(SheetError::NoReader { reason: error.kind().to_string() })
        }
    }
}

/// Reads the file and writes all that is to be said of it; an error is among that.
pub(super) fn read<W: Write>(file: File, limits: &Limits, to: W) -> Result<(), Stop> {
    let mut out = Frames::new(to)?;
    let result = panic::catch_unwind(AssertUnwindSafe(|| sheets(file, limits, &mut out)))
        .unwrap_or(Err(Stop::Fault(SheetError::broken())));
    match result {
        Ok(()) => out.end(),
        Err(Stop::Fault(error)) => out.fault(error),
        Err(Stop::Gone) => Err(Stop::Gone),
    }
}

fn sheets<W: Write>(mut file: File, limits: &Limits, out: &mut Frames<W>) -> Result<(), Stop> {
    let passed = gate::pass(&mut file, limits)?;
    file.seek(SeekFrom::Start(0)).map_err(|error| SheetError::unreadable(&error))?;
    match passed {
        Passed::Text => text::read_text(file, limits, out),
        Passed::Xls => whole::read_xls(file, limits, out),
        Passed::Zipped(zipped) => match zipped.kind {
            FileKind::Xlsb => workbook::read_xlsb(file, &zipped, limits, out),
            FileKind::Ods => whole::read_ods(file, limits, out),
            FileKind::Xlsx | FileKind::Xlsm | FileKind::Xls | FileKind::Csv | FileKind::Tsv => {
                workbook::read_xlsx(file, &zipped, limits, out)
            }
        },
    }
}

/// Takes the limits on itself, for good: so much address space and processor time, no file written,
/// no core dump with people's data in it. Where a limit cannot be set nothing is read.
fn confine(limits: &Limits) -> rustix::io::Result<()> {
    limit(Resource::As, limits.memory_bytes, limits.memory_bytes)?;
    // At the first limit a signal tells of it, at the second the process ends.
    limit(Resource::Cpu, limits.cpu_seconds, limits.cpu_seconds.saturating_add(2))?;
    limit(Resource::Fsize, 0, 0)?;
    limit(Resource::Core, 0, 0)?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable)
}

/// Sets a limit, or leaves the lower one that the process was started with.
fn limit(resource: Resource, soft: u64, hard: u64) -> rustix::io::Result<()> {
    let most = getrlimit(resource).maximum.unwrap_or(u64::MAX);
    let (current, maximum) = (Some(soft.min(most)), Some(hard.min(most)));
    setrlimit(resource, Rlimit { current, maximum })
}
