//! The gate: what a file is by its bytes, whether it is within its limits, and a refusal that says
//! what it looks like otherwise. Nothing is parsed before it has passed.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use memchr::memmem;

use super::zipped::{self, Zipped};
use super::{FileKind, Limit, Limits, SheetError};

/// What passed the gate.
#[derive(Debug)]
pub(super) enum Passed {
    /// A workbook in a zip container.
    Zipped(Zipped),
    /// A workbook of Excel 97 to 2003.
    Xls,
    /// Text.
    Text,
}

/// Tells what the file is and holds it to its limits.
pub(super) fn pass(file: &mut File, limits: &Limits) -> Result<Passed, SheetError> {
    let size = file.metadata().map_err(|error| SheetError::unreadable(&error))?.len();
    let head = head(file)?;
    if head.is_empty() {
        return Err(SheetError::Empty);
    }
    if size > limits.file_bytes {
        return Err(too_many_bytes(limits.file_bytes, None));
    }
    if head.starts_with(b"PK\x03\x04") {
        let zipped = zipped::pass(file, size, limits)?;
        if zipped.kind == FileKind::Xlsb || zipped.kind == FileKind::Ods {
            within_whole(size, zipped.kind, limits)?;
        }
        return Ok(Passed::Zipped(zipped));
    }
    if head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) {
        compound(file)?;
        within_whole(size, FileKind::Xls, limits)?;
        return Ok(Passed::Xls);
    }
    match looks_like(&head) {
        Some(what) => Err(SheetError::looks_like(what)),
        None => Ok(Passed::Text),
    }
}

fn head(file: &mut File) -> Result<Vec<u8>, SheetError> {
    let mut head = Vec::new();
    file.seek(SeekFrom::Start(0))
        .and_then(|_| file.by_ref().take(64 * 1024).read_to_end(&mut head))
        .and_then(|_| file.seek(SeekFrom::Start(0)))
        .map_err(|error| SheetError::unreadable(&error))?;
    Ok(head)
}

fn within_whole(size: u64, kind: FileKind, limits: &Limits) -> Result<(), SheetError> {
    if size > limits.whole_file_bytes {
        return Err(too_many_bytes(limits.whole_file_bytes, Some(kind)));
    }
    Ok(())
}

fn too_many_bytes(limit: u64, kind: Option<FileKind>) -> SheetError {
    let kind = kind.map(|kind| kind.ending().to_owned());
    SheetError::TooLarge(Limit::FileBytes { limit, kind })
}

/// A compound file of Microsoft Office: an old workbook, or a new one behind a password, or neither.
fn compound(file: &mut File) -> Result<(), SheetError> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)
        .and_then(|_| file.seek(SeekFrom::Start(0)))
        .map_err(|error| SheetError::unreadable(&error))?;
    if has_stream(&bytes, "EncryptedPackage") {
        Err(SheetError::Password)
    } else if has_stream(&bytes, "Workbook") || has_stream(&bytes, "Book") {
        Ok(())
    } else if has_stream(&bytes, "WordDocument") {
        Err(SheetError::looks_like("a Word document"))
    } else if has_stream(&bytes, "PowerPoint Document") {
        Err(SheetError::looks_like("a PowerPoint presentation"))
    } else if has_stream(&bytes, "__properties_version1.0") {
        Err(SheetError::looks_like("an Outlook message"))
    } else {
        Err(SheetError::looks_like("a Microsoft Office file without a workbook in it"))
    }
}

/// Whether a directory entry of this name is in the file: 128 bytes at a multiple of 128, with the
/// name in UTF-16 and its length at byte 64. A cell that holds the word is not mistaken for one.
/// Some programs write the names in capitals.
fn has_stream(bytes: &[u8], name: &str) -> bool {
    has_entry(bytes, name) || has_entry(bytes, &name.to_ascii_uppercase())
}

fn has_entry(bytes: &[u8], name: &str) -> bool {
    let mut wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    wide.extend_from_slice(&[0, 0]);
    memmem::find_iter(bytes, &wide).any(|at| {
        let length = bytes.get(at + 64..at + 66).and_then(|two| two.try_into().ok());
        at.is_multiple_of(128)
            && length.map(u16::from_le_bytes).map(usize::from) == Some(wide.len())
    })
}

/// What a file that is neither zip nor compound file looks like, unless it is text in fields.
fn looks_like(head: &[u8]) -> Option<&'static str> {
    const SIGNATURES: [(&[u8], &str); 18] = [
        (b"%PDF", "a PDF"),
        (b"\x89PNG", "a picture"),
        (b"\xff\xd8\xff", "a picture"),
        (b"GIF8", "a picture"),
        (b"II*\0", "a picture"),
        (b"MM\0*", "a picture"),
        (b"{\\rtf", "a rich text document"),
        (b"\x1f\x8b", "a compressed archive"),
        (b"7z\xbc\xaf\x27\x1c", "a compressed archive"),
        (b"Rar!", "a compressed archive"),
        (b"PK\x05\x06", "an empty archive"),
        (b"SQLite format 3\0", "a database"),
        (b"\0\x01\0\0Standard", "an Access database"),
        (b"\x7fELF", "a program"),
        (b"MZ", "a program"),
        (b"\x09\0\x04\0", "a worksheet of Excel 4 or older"),
        (b"\x09\x02\x06\0", "a worksheet of Excel 4 or older"),
        (b"\x09\x04\x06\0", "a worksheet of Excel 4 or older"),
    ];
    if let Some((_, what)) = SIGNATURES.iter().find(|(start, _)| head.starts_with(start)) {
        return Some(what);
    }
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return None;
    }
    let text: String = head
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(head)
        .iter()
        .filter(|&&byte| byte != 0)
        .map(|&byte| char::from(byte.to_ascii_lowercase()))
        .collect();
    let start = text.trim_start();
    if start.starts_with("<?xml") || start.starts_with("<workbook") {
        return Some(if text.contains("urn:schemas-microsoft-com:office:spreadsheet") {
            "an XML spreadsheet of Excel 2003"
        } else {
            "XML"
        });
    }
    if ["<html", "<!doctype html", "<table", "<head", "<body", "<meta", "<!--", "<style", "<div"]
        .iter()
        .any(|tag| start.starts_with(tag))
    {
        return Some("a web page (HTML)");
    }
    if start.starts_with("mime-version:") {
        return Some("a web page in one file (MHTML)");
    }
    if ["{\"", "{\n", "{\r\n", "[{", "[\n"].iter().any(|json| start.starts_with(json)) {
        return Some("JSON");
    }
    if start.starts_with("id;p") {
        return Some("a SYLK file");
    }
    is_binary(head).then_some("a file that is not text, or text that is scrambled")
}

/// Control characters that text has no use for are more than one byte in a hundred, or NULs more
/// than one in four. Text in UTF-16 without its mark is full of both.
fn is_binary(head: &[u8]) -> bool {
    let count = |wanted: fn(&u8) -> bool| head.iter().filter(|byte| wanted(byte)).count();
    let nuls = count(|&byte| byte == 0);
    let controls = count(|byte| match byte {
        0 | b'\t' | b'\n' | b'\r' | 0x0c | 0x1a => false,
        byte => *byte < 0x20 || *byte == 0x7f,
    });
    let odd = controls * 100 > head.len() || nuls * 4 > head.len();
    odd && super::text::unmarked_utf_16(head).is_none()
}
