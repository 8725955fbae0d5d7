//! The files that were read, kept sealed under their batch's key, a piece at a time.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::ids::BatchId;
use crate::vault::ItemKey;

const PIECE: usize = 1 << 20;

/// Where the sealed original of a batch lies.
pub fn path(root: &Path, batch: BatchId) -> PathBuf {
    root.join("originals").join(format!("{batch}.sealed"))
}

/// Seals a copy of `file`, over one that an earlier try may have left. Each piece is bound to its
/// batch and place, the last one marked as such.
pub fn keep(root: &Path, batch: BatchId, key: &ItemKey, file: &Path) -> Result<()> {
    let source = File::open(file).map_err(Error::io("keeping a sealed copy of the file"))?;
    seal_as(&path(root, batch), &format!("original {batch}"), key, source)
}

/// Seals what is read from `source` into a file of that name, as what it is.
pub fn seal_as(to: &Path, what: &str, key: &ItemKey, source: impl Read) -> Result<()> {
    let doing = || Error::io("keeping a sealed copy of the file");
    let folder = to.parent().unwrap_or(to);
    std::fs::create_dir_all(folder).map_err(doing())?;
    let mut temporary = tempfile::NamedTempFile::new_in(folder).map_err(doing())?;
    let mut source = BufReader::new(source);
    {
        let mut sealed = BufWriter::new(temporary.as_file_mut());
        for n in 0_u64.. {
            let mut piece = Vec::with_capacity(PIECE);
            let limit = u64::try_from(PIECE).expect("a piece is small");
            source.by_ref().take(limit).read_to_end(&mut piece).map_err(doing())?;
            let last = piece.len() < PIECE;
            let bytes = key.seal(&label(what, n, last), &piece)?;
            let length = u32::try_from(bytes.len()).expect("a piece is small");
            sealed.write_all(&length.to_be_bytes()).map_err(doing())?;
            sealed.write_all(&bytes).map_err(doing())?;
            if last {
                break;
            }
        }
        sealed.flush().map_err(doing())?;
    }
    temporary.as_file().sync_all().map_err(doing())?;
    temporary.persist(to).map_err(|fault| doing()(fault.error))?;
    Ok(())
}

/// Leaves no original of a batch of which nothing was kept.
pub fn forget(root: &Path, batch: BatchId) -> Result<()> {
    match std::fs::remove_file(path(root, batch)) {
        Err(fault) if fault.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::io("removing the sealed copy of the file")(fault))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Opens a sealed original into `out`.
pub fn open(root: &Path, batch: BatchId, key: &ItemKey, out: &mut impl Write) -> Result<()> {
    open_as(&path(root, batch), &format!("original {batch}"), key, out)
}

/// Opens what [`seal_as`] sealed.
pub fn open_as(from: &Path, what: &str, key: &ItemKey, out: &mut impl Write) -> Result<()> {
    let doing = || Error::io("opening a sealed file");
    let mut sealed = BufReader::new(File::open(from).map_err(doing())?);
    for n in 0_u64.. {
        let mut length = [0; 4];
        sealed.read_exact(&mut length).map_err(doing())?;
        let mut bytes = Vec::new();
        sealed
            .by_ref()
            .take(u64::from(u32::from_be_bytes(length)))
            .read_to_end(&mut bytes)
            .map_err(doing())?;
        let (piece, last) = match key.open(&label(what, n, false), &bytes) {
            Ok(piece) => (piece, false),
            Err(_) => (key.open(&label(what, n, true), &bytes)?, true),
        };
        out.write_all(&piece).map_err(doing())?;
        if last {
            break;
        }
    }
    Ok(())
}

fn label(what: &str, piece: u64, last: bool) -> String {
    format!("{what} piece {piece}{}", if last { " last" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::Vault;

    #[test]
    fn an_original_comes_back_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let (key, _) = Vault::new(&[3; 32]).new_key().unwrap();
        for size in [0, 5, PIECE, PIECE + 1] {
            let batch = BatchId(i64::try_from(size).unwrap() + 1);
            let file = folder.path().join("in");
            let bytes: Vec<u8> = (0_u8..=255).cycle().take(size).collect();
            std::fs::write(&file, &bytes).unwrap();
            keep(folder.path(), batch, &key, &file).unwrap();
            let mut back = Vec::new();
            open(folder.path(), batch, &key, &mut back).unwrap();
            assert_eq!(back, bytes);
        }
    }
}
