//! Secrets of connections: where they are looked for, and what is wrong when they are not there.
//! What is found is wiped from memory when it goes, and no error repeats it.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::SECRET_VARIABLE;
use crate::error::{Error, Result};

#[cfg(test)]
mod tests;

/// A file that is larger holds no secret.
const LARGEST: u64 = 64 * 1024;

/// The secret of that name: the environment comes first, then a systemd credential, then the file.
/// A file named without a folder of its own is looked for in the data folder.
pub(super) fn read(
    root: &Path,
    variable: impl Fn(&str) -> Option<String>,
    name: &str,
    file: Option<&Path>,
) -> Result<Zeroizing<String>> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || !name.chars().all(plain) {
        return Err(Error::usage(
            format!("{name:?} is not the name of a secret"),
            "write it in small letters, digits and hyphens, as in crm or alerts-webhook",
        ));
    }
    let in_environment =
        format!("{SECRET_VARIABLE}{}", name.to_ascii_uppercase().replace('-', "_"));
    if let Some(text) = variable(&in_environment) {
        return held(text, &in_environment);
    }
    let credential = format!("clerkwork-secret-{name}");
    let given = variable("CREDENTIALS_DIRECTORY")
        .map(|folder| PathBuf::from(folder).join(&credential))
        .filter(|file| file.exists());
    if let Some(file) = given {
        // systemd alone decides who may read a credential.
        return text(&file).and_then(|text| held(text, &credential));
    }
    let Some(file) = file.map(|file| root.join(file)) else {
        return Err(Error::failed(
            format!("the secret {name} is not set"),
            format!(
                "give it in {in_environment}, as the systemd credential {credential}, or in a \
                 file of mode 600 that secret_file names"
            ),
        ));
    };
    let from = format!("the file {} of the secret {name}", file.display());
    let about = file.metadata().map_err(|fault| missing(&from, &fault))?;
    if !about.is_file() || about.len() > LARGEST {
        return Err(Error::failed(
            format!("{from} is no file with a secret in it"),
            "see that secret_file names the right file",
        ));
    }
    let mode = about.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(Error::failed(
            format!("{from} may be read by others: its mode is {:o}", mode & 0o777),
            format!("chmod 600 {}; and if others could read it, change the secret", file.display()),
        ));
    }
    text(&file).and_then(|text| held(text, &from))
}

fn text(file: &Path) -> Result<String> {
    let from = format!("the secret in {}", file.display());
    std::fs::read_to_string(file).map_err(|fault| missing(&from, &fault))
}

fn missing(from: &str, fault: &std::io::Error) -> Error {
    Error::failed(
        format!("{from} cannot be read: {fault}"),
        "see that it is there, is text, and belongs to the user who runs clerkwork",
    )
}

/// White space around it, as files have it at the end, does not count.
fn held(text: String, from: &str) -> Result<Zeroizing<String>> {
    let text = Zeroizing::new(text);
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(Error::failed(format!("{from} is empty"), "write the secret there"));
    }
    Ok(Zeroizing::new(trimmed.to_owned()))
}
