//! Finds the articles of a folder, by name, each with the JSON file beside it that says what is known of it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::{Format, Take, file};
use crate::error::{Error, Result};

/// Every article of a folder and of those inside it.
pub(super) fn read(folder: &Path, take: Take<'_>) -> Result<()> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let entries =
            std::fs::read_dir(&folder).map_err(|source| Error::io("read", &folder, source))?;
        for entry in entries {
            let path = entry
                .map_err(|source| Error::io("read", &folder, source))?
                .path();
            if path.is_dir() {
                open.push(path);
            } else if Format::of(&path).is_some() && !is_beside(&path) {
                files.push(path);
            }
        }
    }
    if files.is_empty() {
        let message = "no articles here: neither .txt, .html, .jsonl nor .warc files";
        return Err(Error::input(folder.display().to_string(), message));
    }
    files.sort();
    files
        .iter()
        .try_for_each(|path| file(path, id(folder, path), take))
}

/// The path inside the folder, without the ending: files of one name in two folders are two articles.
fn id(folder: &Path, path: &Path) -> String {
    let inside = path.strip_prefix(folder).unwrap_or(path).with_extension("");
    let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

/// What says what is known of `x.html`: `x.json`, or `x.html.json`.
pub(super) fn beside(path: &Path) -> Option<PathBuf> {
    let mut longer = OsString::from(path);
    longer.push(".json");
    [path.with_extension("json"), PathBuf::from(longer)]
        .into_iter()
        .find(|beside| beside.is_file())
}

/// Whether a JSON file is one that stands beside an article.
fn is_beside(path: &Path) -> bool {
    if path.extension().is_none_or(|ending| ending != "json") {
        return false;
    }
    let article = |path: &Path| matches!(Format::of(path), Some(Format::Html | Format::Text));
    let bare = path.with_extension("");
    (article(&bare) && bare.is_file())
        || ["html", "htm", "xhtml", "txt"]
            .iter()
            .any(|ending| path.with_extension(ending).is_file())
}
