//! Answers a file of queries, a line of JSON each, in their order, on all cores.

use std::path::Path;

use rayon::prelude::*;

use super::{Options, Outcome, print};
use crate::error::{Error, Result};
use crate::index::{Index, Query};

/// Queries that are answered before the first of them is printed: what bounds the memory.
const CHUNK: usize = 64;

/// One row of the file.
struct Asked<'a> {
    id: &'a str,
    words: &'a str,
}

/// Answers every query of a file.
///
/// # Errors
/// The file cannot be read, or a line lacks a column.
pub(super) fn run(index: &Index, path: &Path, options: &Options) -> Result<Outcome> {
    let text = std::fs::read_to_string(path).map_err(|source| Error::io("read", path, source))?;
    let asked = rows(text.trim_start_matches('\u{feff}'), path)?;
    for chunk in asked.chunks(CHUNK) {
        let answers: Result<Vec<String>> = chunk
            .par_iter()
            .map(|asked| answer(index, asked, options))
            .collect();
        print(&answers?)?;
    }
    Ok(if asked.is_empty() {
        Outcome::Nothing
    } else {
        Outcome::Done
    })
}

/// Queries of a file are questions in a natural language: a colon or a quote means nothing in them.
fn answer(index: &Index, asked: &Asked<'_>, options: &Options) -> Result<String> {
    let response = index.search(&options.request(Query::words(asked.words))?)?;
    Ok(serde_json::json!({"query": asked.id, "hits": response.hits}).to_string())
}

/// The rows: by the columns `id` and `query` of the header, else the first two; others are left alone.
fn rows<'a>(text: &'a str, path: &Path) -> Result<Vec<Asked<'a>>> {
    let mut lines = (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty())
        .peekable();
    let header = lines.peek().map(|(_, line)| columns(line));
    let columns = header.flatten();
    if columns.is_some() {
        lines.next();
    }
    let (id, query) = columns.unwrap_or((0, 1));
    lines
        .map(|(number, line)| {
            let cells: Vec<&str> = line.split('\t').collect();
            if let (Some(id), Some(words)) = (cells.get(id), cells.get(query)) {
                Ok(Asked { id, words })
            } else {
                let at = format!("{}:{number}", path.display());
                Err(Error::input(at, "no tab between id and query"))
            }
        })
        .collect()
}

/// Where a header has the two columns.
fn columns(line: &str) -> Option<(usize, usize)> {
    let at = |name: &str| line.split('\t').position(|cell| cell.trim() == name);
    Some((at("id")?, at("query")?))
}
