//! Turns files, folders and standard input into pieces, in order and in bounded memory; what cannot be
//! read becomes a fault that names file and line and takes the article's place.
//!
//! A piece is cheap to come by; any core then makes it what was handed over ([`given::Handed`]) and
//! that an article ([`given::Handed::article`]).

use std::fs::File;
use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};

use crate::archive::METADATA;
use crate::archive::reader::WarcReader;
use crate::archive::record::{Kind as WarcKind, WarcRecord};
use crate::error::{Error, Result};

mod folder;
pub mod given;
mod line;
mod packed;

use given::Fault;

/// Largest file of one article in bytes.
const LARGEST_FILE: u64 = 64 << 20;
/// Largest body of a WARC record in bytes.
const LARGEST_BODY: usize = 16 << 20;

/// What standard input is called in messages.
const STANDARD_INPUT: &str = "standard input";

/// One piece of input: cheap to read in order, then worked on by any core.
#[derive(Debug)]
pub enum Piece {
    /// A line of JSON: its place and its bytes.
    Line(String, Vec<u8>),
    /// A text or page in a file, and its path inside the folder that was named, without the ending.
    File(PathBuf, String),
    /// A page or text from standard input.
    Bytes(Vec<u8>),
    /// A page of an archive: its place and the record that holds it.
    Page(String, Box<WarcRecord>),
    /// A fault inside a stream.
    Fault(Fault),
    /// An input that could not be opened, or holds nothing.
    Missing(Fault),
}

type Take<'a> = &'a mut dyn FnMut(Piece) -> Result<()>;

/// Calls `take` with each piece of the inputs, in order; `-` is standard input.
///
/// An input that is not there, cannot be opened, or is a folder without articles becomes a piece of its own:
/// the others are read all the same.
///
/// # Errors
/// What `take` says.
pub fn read(inputs: &[PathBuf], take: Take<'_>) -> Result<()> {
    for input in inputs {
        let mut stopped = false;
        let mut each = |piece: Piece| take(piece).inspect_err(|_| stopped = true);
        let done = if input.as_os_str() == "-" {
            standard_input(&mut each)
        } else if input.is_dir() {
            folder::read(input, &mut each)
        } else {
            file(input, name_of(input), &mut each)
        };
        match done {
            Err(error) if !stopped => take(Piece::Missing(Fault {
                id: None,
                message: error.to_string(),
            }))?,
            done => done?,
        }
    }
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Lines,
    Text,
    Html,
    Warc,
}

impl Format {
    fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
        let plain = name.strip_suffix(".gz").or(name.strip_suffix(".zst"));
        let lines = [".jsonl", ".ndjson"];
        let lines = |name: &str| lines.iter().any(|ending| name.ends_with(ending));
        Some(match () {
            () if lines(plain.unwrap_or(&name)) || ends(&[".json"]) => Self::Lines,
            () if ends(&[".html", ".htm", ".xhtml"]) => Self::Html,
            // whoever reads WARC says what is to be done with its forerunner
            () if ends(&[".warc", ".warc.gz", ".arc", ".arc.gz"]) => Self::Warc,
            () if ends(&[".txt"]) => Self::Text,
            () => return None,
        })
    }
}

/// The name of a file without its ending.
fn name_of(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

fn file(path: &Path, id: String, take: Take<'_>) -> Result<()> {
    let failed = |source| Error::io("open", path, source);
    let opened = File::open(path).map_err(failed)?;
    let name = path.display().to_string();
    match Format::of(path) {
        Some(Format::Lines) => line::read(&name, packed::open(opened).map_err(failed)?, take),
        Some(Format::Warc) => pages(WarcReader::new(opened, &name, LARGEST_BODY)?, &name, take),
        Some(Format::Text | Format::Html) => take(Piece::File(path.to_owned(), id)),
        None => {
            let message = "no known kind of input";
            Err(Error::input(name, message).hint(
                "name it .txt, .html, .jsonl[.gz|.zst] or .warc[.gz], or give it on standard input",
            ))
        }
    }
}

/// A WARC file by its first word, JSON Lines where the first character is `{`, a page where it is
/// `<`, else one text; whatever it is, it may be packed.
fn standard_input(take: Take<'_>) -> Result<()> {
    let failed = |source| Error::io("read", STANDARD_INPUT, source);
    let mut input = packed::open(io::stdin()).map_err(failed)?;
    if input.fill_buf().map_err(failed)?.starts_with(b"WARC/") {
        let reader = WarcReader::new(input, STANDARD_INPUT, LARGEST_BODY)?;
        return pages(reader, STANDARD_INPUT, take);
    }
    if line::first_character(&mut input).map_err(failed)? == Some(b'{') {
        return line::read(STANDARD_INPUT, input, take);
    }
    let mut bytes = Vec::new();
    input
        .take(LARGEST_FILE)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    take(Piece::Bytes(bytes))
}

/// The pages of a WARC file; broken records are counted.
fn pages<R: Read>(mut reader: WarcReader<R>, name: &str, take: Take<'_>) -> Result<()> {
    for record in &mut reader {
        let record = record?;
        if holds_article(&record) {
            let url = record.url.as_deref().unwrap_or("a record");
            take(Piece::Page(format!("{name}: {url}"), Box::new(record)))?;
        }
    }
    if reader.broken() > 0 {
        let message = format!("{name}: {} broken records", reader.broken());
        take(Piece::Fault(Fault { id: None, message }))?;
    }
    Ok(())
}

/// Whether a record is a robots.txt, or was read for its links: nobody's article.
pub(super) fn is_aside(record: &WarcRecord) -> bool {
    let url = record.url.as_deref();
    record.listing || url.is_some_and(|url| url.ends_with("/robots.txt"))
}

/// Whether a record may hold an article: a page that a server sent, a file, or the text of one.
fn holds_article(record: &WarcRecord) -> bool {
    let header = |name: &str| {
        let mut headers = record.headers.iter();
        let found = headers.find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.to_ascii_lowercase())
    };
    let kind = header("content-type");
    let page = kind.is_none_or(|kind| kind.contains("html") || kind.starts_with("text/"));
    match record.kind {
        WarcKind::Response => page && record.status == Some(200) && !is_aside(record),
        WarcKind::Resource => page || header(METADATA).is_some(),
        WarcKind::Conversion => page,
        WarcKind::Revisit | WarcKind::Request | WarcKind::Other => false,
    }
}
