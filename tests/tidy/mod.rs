//! The house rules, read off the repository itself.

mod crates;
mod documents;
mod files;
mod rooms;

use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::repository;

/// Every file of ours below a folder of the repository whose name ends so, by its path from the top.
fn sources(folder: &str, ending: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    walk(&repository().join(folder), &mut files);
    let mut texts: Vec<(String, String)> = files
        .into_iter()
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .map(|path| {
            let name = path.strip_prefix(repository()).unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).unwrap())
        })
        .collect();
    texts.sort();
    texts
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let ours = !["target", ".git", ".clerkwork-demo"].contains(&name.as_str());
        if path.is_dir() && ours {
            walk(&path, files);
        } else if path.is_file() {
            files.push(path);
        }
    }
}

/// A text file of the repository.
fn document(path: &str) -> String {
    fs::read_to_string(repository().join(path)).unwrap_or_else(|fault| panic!("{path}: {fault}"))
}
