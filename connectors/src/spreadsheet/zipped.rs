//! The gate for workbooks in a zip container: every part is inflated once and counted, so that what
//! the container says of its parts need not be believed.
#![expect(
    clippy::case_sensitive_file_extension_comparisons,
    reason = "the parts' names are made lower case first"
)]

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

use super::marks::{Marks, MarksByPart, last_whole};
use super::{FileKind, Limit, Limits, SheetError};

/// A workbook has a dozen parts and one or two for each sheet and picture.
const MOST_PARTS: usize = 10_000;

/// Below this much, what a file unpacks to harms nobody, however small the file is.
const RATIO_FLOOR: u64 = 16 * 1024 * 1024;

const CHUNK: usize = 128 * 1024;

/// A workbook that passed.
#[derive(Debug)]
pub(super) struct Zipped {
    pub(super) kind: FileKind,
    /// Whether there are macros in it.
    pub(super) macros: bool,
    pub(super) marks: MarksByPart,
}

/// Holds the container to the limits and tells which kind of workbook is in it.
pub(super) fn pass(file: &mut File, size: u64, limits: &Limits) -> Result<Zipped, SheetError> {
    let copy = file.try_clone().map_err(|error| SheetError::unreadable(&error))?;
    let mut archive = ZipArchive::new(BufReader::new(copy)).map_err(|error| fault(&error))?;
    if archive.len() > MOST_PARTS {
        return Err(too_large(Limit::Parts { limit: 10_000 }));
    }
    let names = names(&archive)?;
    let kind = kind(&mut archive, &names)?;
    let marks = inflate(&mut archive, &names, kind, size, limits)?;
    file.seek(SeekFrom::Start(0)).map_err(|error| SheetError::unreadable(&error))?;
    Ok(Zipped { kind, macros: has_macros(&names), marks })
}

fn fault(error: &ZipError) -> SheetError {
    match error {
        ZipError::Io(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => {
            SheetError::unreadable(error)
        }
        _ => SheetError::broken(),
    }
}

fn too_large(limit: Limit) -> SheetError {
    SheetError::TooLarge(limit)
}

/// The parts' names as the reader compares them. Two parts of one name are two workbooks in one:
/// which of them a person sees in Excel nobody can tell, so neither is read.
fn names(archive: &ZipArchive<BufReader<File>>) -> Result<Vec<String>, SheetError> {
    let mut names = Vec::with_capacity(archive.len());
    for name in archive.file_names() {
        let name = name.map_err(|_| SheetError::broken())?;
        names.push(name.replace('\\', "/").to_ascii_lowercase());
    }
    let mut sorted: Vec<&String> = names.iter().collect();
    sorted.sort_unstable();
    if archive.has_duplicate_names() || sorted.windows(2).any(|two| two[0] == two[1]) {
        return Err(SheetError::broken());
    }
    Ok(names)
}

fn kind(
    archive: &mut ZipArchive<BufReader<File>>,
    names: &[String],
) -> Result<FileKind, SheetError> {
    let has = |name: &str| names.iter().any(|other| other == name);
    let under = |folder: &str| names.iter().any(|other| other.starts_with(folder));
    if has("mimetype") && has("content.xml") {
        return open_document(archive, names);
    }
    if names.iter().any(|name| name.starts_with("xl/workbook") && name.ends_with(".bin")) {
        return Ok(FileKind::Xlsb);
    }
    let is_main = |name: &&String| name.ends_with(".xml") && name.contains("workbook");
    if under("xl/") || (has("[content_types].xml") && names.iter().any(|name| is_main(&name))) {
        return Ok(if has_macros(names) { FileKind::Xlsm } else { FileKind::Xlsx });
    }
    Err(SheetError::looks_like(if under("word/") {
        "a Word document"
    } else if under("ppt/") {
        "a PowerPoint presentation"
    } else if under("index/") || has("index.zip") {
        "an Apple Numbers document"
    } else {
        "a compressed archive"
    }))
}

fn has_macros(names: &[String]) -> bool {
    names.iter().any(|name| name.ends_with("vbaproject.bin"))
}

fn open_document(
    archive: &mut ZipArchive<BufReader<File>>,
    names: &[String],
) -> Result<FileKind, SheetError> {
    let at = names.iter().position(|name| name == "mimetype").unwrap_or_default();
    let mut mimetype = String::new();
    let part = archive.by_index(at).map_err(|error| fault(&error))?;
    part.take(256).read_to_string(&mut mimetype).map_err(|_| SheetError::broken())?;
    if mimetype.starts_with("application/vnd.oasis.opendocument.spreadsheet") {
        Ok(FileKind::Ods)
    } else if mimetype.contains("opendocument") {
        Err(SheetError::looks_like("an OpenDocument file without a spreadsheet in it"))
    } else {
        Err(SheetError::looks_like("a compressed archive"))
    }
}

/// Inflates every part and counts. A part that cannot be inflated is left to the reader, which says
/// so if it needs it.
fn inflate(
    archive: &mut ZipArchive<BufReader<File>>,
    names: &[String],
    kind: FileKind,
    size: u64,
    limits: &Limits,
) -> Result<MarksByPart, SheetError> {
    let most = limits.inflated_bytes.min(size.saturating_mul(limits.ratio).max(RATIO_FLOOR));
    let mut left = most;
    let mut by_part = MarksByPart::new();
    let is_xlsx = kind == FileKind::Xlsx || kind == FileKind::Xlsm;
    for (index, name) in names.iter().enumerate() {
        let part = match archive.by_index(index) {
            Ok(part) if part.encrypted() => return Err(SheetError::Password),
            Ok(part) => part,
            Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => {
                return Err(SheetError::Password);
            }
            Err(_) => continue,
        };
        let start = part.header_start();
        let may_be_sheet =
            is_xlsx && name.ends_with(".xml") && !name.ends_with("sharedstrings.xml");
        let (bytes, marks) = count(part, left, may_be_sheet);
        left = left.checked_sub(bytes).ok_or_else(|| {
            too_large(if most < limits.inflated_bytes {
                Limit::Ratio { limit: limits.ratio }
            } else {
                Limit::InflatedBytes { limit: limits.inflated_bytes }
            })
        })?;
        by_part.insert(start, marks.in_order());
    }
    Ok(by_part)
}

/// Counts what a part inflates to, to one byte beyond what is left.
fn count(part: ZipFile<'_, BufReader<File>>, left: u64, may_be_sheet: bool) -> (u64, Marks) {
    let mut part = part.take(left.saturating_add(1));
    let mut marks = Marks::default();
    let mut bytes = 0;
    let mut chunk = vec![0; CHUNK];
    let mut kept = 0;
    while let Ok(read @ 1..) = part.read(&mut chunk[kept..]) {
        bytes += u64::try_from(read).unwrap_or(u64::MAX);
        if !may_be_sheet {
            continue;
        }
        let end = kept + read;
        // A tag, or a cell, is looked at when all of it is there.
        let whole = last_whole(&chunk[..end]);
        marks.scan(&chunk[..whole]);
        kept = end - whole;
        if kept > CHUNK / 2 {
            kept = 0;
        } else {
            chunk.copy_within(whole..end, 0);
        }
    }
    (bytes, marks)
}
