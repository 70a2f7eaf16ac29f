//! Turns files, folders and standard input into articles, in order and in bounded memory; what cannot
//! be read becomes a fault that names file and line and takes the article's place.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::archive::reader::WarcReader;
use crate::archive::record::Kind as WarcKind;
use crate::article::{self, Page};
use crate::error::{Error, Result};
use crate::record::{Article, Lang};
use crate::text::lang;

/// Longest line of JSON Lines in bytes; a longer one is a fault, and is skipped without being held.
const LONGEST_LINE: usize = 16 << 20;
/// Largest file of one article in bytes.
const LARGEST_FILE: u64 = 64 << 20;
/// Largest body of a WARC record in bytes.
const LARGEST_BODY: usize = 16 << 20;

/// Something that should have been an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// The id of the article, where one could be read.
    pub(super) id: Option<String>,
    /// `file:line: what is wrong`.
    pub(super) message: String,
}

/// One piece of input: cheap to read in order, then worked on by any core.
#[derive(Debug)]
pub(super) enum Piece {
    /// A line of JSON: its place and its bytes.
    Line(String, Vec<u8>),
    /// A text or page in a file.
    File(PathBuf),
    /// A page from standard input or an archive: its place, bytes, URL, content type and time.
    Page(Box<Fetched>),
    /// A fault inside a stream.
    Fault(Fault),
    /// An input that could not be opened, or holds nothing.
    Missing(Fault),
}

/// A page with what is known of its fetch.
#[derive(Debug, Default)]
pub(super) struct Fetched {
    at: String,
    bytes: Vec<u8>,
    url: Option<String>,
    content_type: Option<String>,
    time: Option<String>,
    html: bool,
}

/// What the command line says of articles that do not say it themselves.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    /// Day of publication.
    pub(super) published: Option<String>,
    /// Language.
    pub(super) lang: Option<Lang>,
}

/// Calls `take` with each piece of the inputs, in order.
///
/// An input that is not there, cannot be opened, or is a folder without articles becomes a piece of its own:
/// the others are read all the same.
///
/// # Errors
/// What `take` says.
pub(super) fn read(inputs: &[PathBuf], take: &mut dyn FnMut(Piece) -> Result<()>) -> Result<()> {
    for input in inputs {
        let mut stopped = false;
        let mut each = |piece: Piece| take(piece).inspect_err(|_| stopped = true);
        let done = if input.as_os_str() == "-" {
            standard_input(&mut each)
        } else if input.is_dir() {
            folder(input, &mut each)
        } else {
            file(input, &mut each)
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

/// Every article of a folder, by name.
fn folder(folder: &Path, take: &mut dyn FnMut(Piece) -> Result<()>) -> Result<()> {
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
            } else if Format::of(&path).is_some() {
                files.push(path);
            }
        }
    }
    if files.is_empty() {
        let message = "no articles here: neither .txt, .html, .jsonl nor .warc files";
        return Err(Error::input(folder.display().to_string(), message));
    }
    files.sort();
    files.iter().try_for_each(|path| file(path, take))
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
        Some(match () {
            () if ends(&[".jsonl", ".ndjson", ".json"]) => Self::Lines,
            () if ends(&[".html", ".htm", ".xhtml"]) => Self::Html,
            () if ends(&[".warc", ".warc.gz"]) => Self::Warc,
            () if ends(&[".txt"]) => Self::Text,
            () => return None,
        })
    }
}

fn file(path: &Path, take: &mut dyn FnMut(Piece) -> Result<()>) -> Result<()> {
    let opened = File::open(path).map_err(|source| Error::io("open", path, source))?;
    match Format::of(path) {
        Some(Format::Lines) => lines(&path.display().to_string(), BufReader::new(opened), take),
        Some(Format::Warc) => warc(path, take),
        Some(Format::Text | Format::Html) => take(Piece::File(path.to_owned())),
        None => {
            let message = "no known kind of input";
            Err(Error::input(path.display().to_string(), message)
                .hint("name it .txt, .html, .jsonl or .warc[.gz], or give it on standard input"))
        }
    }
}

/// JSON Lines where the first character is `{`, a page where it is `<`, else one text.
fn standard_input(take: &mut dyn FnMut(Piece) -> Result<()>) -> Result<()> {
    let name = "standard input";
    let mut input = BufReader::new(io::stdin().lock());
    let first = first_character(&mut input).map_err(|source| Error::io("read", name, source))?;
    if first == Some(b'{') {
        return lines(name, input, take);
    }
    let mut bytes = Vec::new();
    input
        .take(LARGEST_FILE)
        .read_to_end(&mut bytes)
        .map_err(|source| Error::io("read", name, source))?;
    take(Piece::Page(Box::new(Fetched {
        at: name.to_owned(),
        bytes,
        html: first == Some(b'<'),
        ..Fetched::default()
    })))
}

/// The first character that is no space, which stays in the input; the spaces do not.
fn first_character(input: &mut impl BufRead) -> io::Result<Option<u8>> {
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(None);
        }
        let skipped = buffer
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace() || matches!(byte, 0xEF | 0xBB | 0xBF))
            .count();
        if let Some(&first) = buffer.get(skipped) {
            // Line ends are kept for the count of lines only when nothing else stands before.
            input.consume(0);
            return Ok(Some(first));
        }
        input.consume(skipped);
    }
}

fn lines(
    name: &str,
    mut input: impl BufRead,
    take: &mut dyn FnMut(Piece) -> Result<()>,
) -> Result<()> {
    for number in 1_u64.. {
        let mut line = Vec::new();
        let whole = bounded_line(&mut input, &mut line)
            .map_err(|source| Error::io("read", name, source))?;
        let at = format!("{name}:{number}");
        match whole {
            None => return Ok(()),
            Some(length) if length > LONGEST_LINE => {
                let message = format!("{at}: a line of {length} bytes, longer than {LONGEST_LINE}");
                take(Piece::Fault(Fault { id: None, message }))?;
            }
            Some(_) if line.iter().all(u8::is_ascii_whitespace) => {}
            Some(_) => take(Piece::Line(at, line))?,
        }
    }
    Ok(())
}

/// Reads a line without its end; of a line that is too long, only its length.
fn bounded_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Option<usize>> {
    let mut length = 0;
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok((length > 0).then_some(length));
        }
        let end = memchr::memchr(b'\n', buffer);
        let part = &buffer[..end.unwrap_or(buffer.len())];
        length += part.len();
        if length <= LONGEST_LINE {
            line.extend_from_slice(part);
        } else {
            line.clear();
        }
        let used = part.len() + usize::from(end.is_some());
        input.consume(used);
        if end.is_some() {
            return Ok(Some(length));
        }
    }
}

/// The pages of a WARC file; broken records are skipped and counted.
fn warc(path: &Path, take: &mut dyn FnMut(Piece) -> Result<()>) -> Result<()> {
    let mut reader = WarcReader::open(path, LARGEST_BODY)?;
    for record in &mut reader {
        let record = record?;
        let header = |name: &str| {
            record
                .headers
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.clone())
        };
        let content_type = header("content-type");
        let page = content_type
            .as_deref()
            .is_none_or(|kind| kind.contains("html") || kind.starts_with("text/"));
        let rules = record
            .url
            .as_deref()
            .is_some_and(|url| url.ends_with("/robots.txt"));
        let answered = record.kind == WarcKind::Response && record.status == Some(200);
        if answered && page && !rules {
            let at = format!(
                "{}: {}",
                path.display(),
                record.url.as_deref().unwrap_or("a record")
            );
            let fetched = Fetched {
                at,
                content_type,
                time: record.date.map(|date| date.to_string()),
                url: record.url,
                bytes: record.body,
                html: true,
            };
            take(Piece::Page(Box::new(fetched)))?;
        }
    }
    if reader.broken() > 0 {
        tracing::warn!(
            "{}: {} broken records skipped",
            path.display(),
            reader.broken()
        );
    }
    Ok(())
}

/// Reads the article of a piece; the fault says where and why none is there.
pub(super) fn article(piece: Piece, said: &Said) -> std::result::Result<Article, Fault> {
    match piece {
        Piece::Line(at, line) => from_line(&at, &line, said),
        Piece::File(path) => from_file(&path, said),
        Piece::Page(fetched) => from_page(&fetched, said),
        Piece::Fault(fault) | Piece::Missing(fault) => Err(fault),
    }
}

/// One line of JSON Lines: what is known of an article.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Given {
    id: Option<String>,
    url: Option<String>,
    source: Option<String>,
    publisher: Option<String>,
    country: Option<String>,
    lang: Option<String>,
    title: Option<String>,
    byline: Option<String>,
    published: Option<String>,
    fetched: Option<String>,
    text: Option<String>,
    html: Option<String>,
}

fn from_line(at: &str, line: &[u8], said: &Said) -> std::result::Result<Article, Fault> {
    let fault = |id: Option<String>, message: String| Fault {
        id,
        message: format!("{at}: {message}"),
    };
    let line = std::str::from_utf8(line).map_err(|error| {
        fault(
            None,
            format!("invalid UTF-8 at byte {}", error.valid_up_to() + 1),
        )
    })?;
    let given: Given =
        serde_json::from_str(line.trim_start_matches('\u{FEFF}')).map_err(|error| {
            let id = serde_json::from_str::<serde_json::Value>(line)
                .ok()
                .and_then(|value| value.get("id")?.as_str().map(str::to_owned));
            fault(id, format!("invalid JSON: {}", without_line(&error)))
        })?;
    let id = given.id.clone();
    if let Some(code) = given.lang.as_deref().filter(|code| !is_code(code)) {
        return Err(fault(
            id,
            format!(
                "unknown language `{code}`; a two- or three-letter code as `fr` or `ar` is wanted"
            ),
        ));
    }
    if let Some(day) = given.published.as_deref().filter(|day| !is_date(day)) {
        return Err(fault(
            id,
            format!("`published` is `{day}`, which is no date; YYYY-MM-DD or RFC 3339 is wanted"),
        ));
    }
    let read = match (&given.text, &given.html) {
        (Some(text), _) => Article {
            text: text.clone(),
            ..Article::default()
        },
        (None, Some(html)) => article::read(&Page {
            bytes: html.as_bytes(),
            url: given.url.as_deref(),
            content_type: Some("text/html; charset=utf-8"),
            ..Page::default()
        }),
        (None, None) => return Err(fault(id, "neither `text` nor `html`".to_owned())),
    };
    let article = Article {
        id: given.id.unwrap_or_default(),
        url: given.url.or(read.url),
        source: given.source,
        publisher: given.publisher,
        country: given.country,
        lang: given.lang.unwrap_or(read.lang),
        title: given.title.or(read.title),
        byline: given.byline.or(read.byline),
        published: given.published.or(read.published),
        fetched: given.fetched,
        ..read
    };
    finish(article, said).map_err(|message| fault(id, message))
}

fn from_file(path: &Path, said: &Said) -> std::result::Result<Article, Fault> {
    let at = path.display().to_string();
    let id = path
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned());
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LARGEST_FILE).read_to_end(&mut bytes));
    if let Err(error) = read {
        return Err(Fault {
            id,
            message: format!("{at}: {error}"),
        });
    }
    let html = Format::of(path) == Some(Format::Html);
    let fetched = Fetched {
        at,
        bytes,
        html,
        ..Fetched::default()
    };
    let article = from_page(&fetched, said).map_err(|fault| Fault {
        id: id.clone(),
        ..fault
    })?;
    Ok(Article {
        id: id.unwrap_or(article.id),
        ..article
    })
}

fn from_page(fetched: &Fetched, said: &Said) -> std::result::Result<Article, Fault> {
    let fault = |message: String| Fault {
        id: None,
        message: format!("{}{message}", fetched.at),
    };
    let article = if fetched.html {
        let page = Page {
            bytes: &fetched.bytes,
            url: fetched.url.as_deref(),
            content_type: fetched.content_type.as_deref(),
            lang_hint: said.lang,
            boilerplate: None,
        };
        Article {
            fetched: fetched.time.clone(),
            ..article::read(&page)
        }
    } else {
        let text = std::str::from_utf8(&fetched.bytes).map_err(|error| {
            let before = &fetched.bytes[..error.valid_up_to()];
            let line = memchr::memchr_iter(b'\n', before).count() + 1;
            fault(format!(
                ":{line}: invalid UTF-8; convert it, or name it .html to have its charset found"
            ))
        })?;
        Article {
            text: text.trim_start_matches('\u{FEFF}').to_owned(),
            ..Article::default()
        }
    };
    finish(article, said).map_err(|message| fault(format!(": {message}")))
}

/// Fills in language, day and id; an article without a word is none.
fn finish(mut article: Article, said: &Said) -> std::result::Result<Article, String> {
    if article.text.trim().is_empty()
        && article
            .title
            .as_deref()
            .unwrap_or_default()
            .trim()
            .is_empty()
    {
        return Err("the article is empty".to_owned());
    }
    if let Some(lang) = said
        .lang
        .filter(|_| article.lang.is_empty() || Lang::from_code(&article.lang).is_none())
    {
        lang.code().clone_into(&mut article.lang);
    }
    if article.lang.is_empty() {
        article.lang = lang::detect(&article.text).unwrap_or("und").to_owned();
    }
    article.published = article.published.or_else(|| said.published.clone());
    if article.id.is_empty() {
        article.id = article::id(article.url.as_deref(), &article.text);
    }
    Ok(article)
}

fn is_code(code: &str) -> bool {
    matches!(code.len(), 2..=3) && code.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// A calendar date of any precision, with or without a time.
pub(super) fn is_date(value: &str) -> bool {
    let day = value.get(..10).unwrap_or(value);
    let parts: Vec<&str> = day.split('-').collect();
    let digits = parts
        .iter()
        .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    match (digits, parts.as_slice()) {
        (true, [year]) => year.len() == 4,
        (true, [_, _]) => format!("{day}-01").parse::<jiff::civil::Date>().is_ok(),
        (true, [_, _, _]) => day.parse::<jiff::civil::Date>().is_ok(),
        _ => false,
    }
}

/// What a JSON parser says, with the column only: the line is known already.
fn without_line(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let said = message.split(" at line ").next().unwrap_or_default();
    format!("{said} at column {}", error.column())
}
