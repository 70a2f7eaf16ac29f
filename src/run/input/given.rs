//! Turns what was handed over, a text or page with what is said of it, into an article.
//!
//! The archive keeps it as it came: the bytes as they are, the rest as JSON beside them. What is read
//! from there again is the same article.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Format, LARGEST_FILE, Piece, STANDARD_INPUT, folder};
use crate::archive::METADATA;
use crate::archive::capture::Capture;
use crate::archive::record::WarcRecord;
use crate::article::{self, Page};
use crate::record::{Article, Lang};
use crate::text::lang;

const TEXT: &str = "text/plain; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";
const EMPTY: &str = ": the article is empty";

/// Something that should have been an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The id of the article, where one could be read.
    pub id: Option<String>,
    /// `file:line: what is wrong`.
    pub message: String,
}

/// What the command line says of articles that do not say it themselves.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// Day of publication.
    pub published: Option<String>,
    /// Language.
    pub lang: Option<Lang>,
}

/// What is known of an article beside its text: the keys of a line, and of a JSON file beside a page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Given {
    /// Key of the article; else it follows from the URL, else from the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Where it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Id of the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Name of the paper.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// Country of the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// ISO 639 code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// Headline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Who wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub byline: Option<String>,
    /// Day or time of publication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    /// When it was fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fetched: Option<String>,
    /// The text, where the line carries it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The page, where the line carries that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
    /// It is wanted whatever it is about. The importer says so, never the line.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub all: bool,
}

/// The bytes of a text or page, with what is known of it.
#[derive(Debug)]
pub struct Handed {
    /// `file:line`, file or URL, for messages.
    pub at: String,
    /// Text or page, as it came.
    pub body: Vec<u8>,
    /// The `Content-Type` that it came with, or was given.
    pub content_type: Option<String>,
    /// What is said of it.
    pub given: Given,
    /// Where it stood, by the archive; what is said, and what the page says itself, goes before.
    pub url: Option<String>,
    /// The capture of an archive that it is, where no more is known of it than its URL and time.
    pub capture: Option<Box<Capture>>,
}

/// The article of a piece.
///
/// # Errors
/// As [`Handed::of`] and [`Handed::article`].
pub fn article(piece: Piece, said: &Said) -> Result<Article, Fault> {
    Handed::of(piece)?.article(said)
}

impl Handed {
    /// Reads a piece; the fault says where and why nothing is there.
    ///
    /// # Errors
    /// A line that is no JSON or holds a wrong value, a file that cannot be read.
    pub fn of(piece: Piece) -> Result<Self, Fault> {
        match piece {
            Piece::Line(at, line) => of_line(at, &line),
            Piece::File(path, id) => of_file(&path, id),
            Piece::Bytes(bytes) => Ok(of_bytes(bytes)),
            Piece::Page(at, record) => of_page(at, *record),
            Piece::Fault(fault) | Piece::Missing(fault) => Err(fault),
        }
    }

    /// Reads what the archive keeps of something that was handed over; nothing of what was fetched.
    pub fn of_capture(at: &str, capture: &Capture) -> Option<Self> {
        let given = serde_json::from_str(capture.header(METADATA)?).ok()?;
        Some(Self {
            at: at.to_owned(),
            url: Some(capture.url.clone()).filter(|url| url.starts_with("http")),
            content_type: capture.header("content-type").map(str::to_owned),
            body: capture.body.clone(),
            given,
            capture: None,
        })
    }

    /// The article; an article without a word is none.
    ///
    /// # Errors
    /// A text that is not UTF-8, or empty.
    pub fn article(&self, said: &Said) -> Result<Article, Fault> {
        let given = &self.given;
        let read = if self.is_text() {
            self.plain()?
        } else {
            article::read(&Page {
                bytes: &self.body,
                url: given.url.as_deref().or(self.url.as_deref()),
                content_type: self.content_type.as_deref(),
                lang_hint: said.lang,
                fetched: given.fetched.as_deref().and_then(|time| time.parse().ok()),
                ..Page::default()
            })
        };
        let own = |mine: &Option<String>, read: Option<String>| mine.clone().or(read);
        let article = Article {
            // the key of a page is that of its URL or text, unless it was given one
            id: given.id.clone().unwrap_or_default(),
            url: own(&given.url, read.url).or_else(|| self.url.clone()),
            source: given.source.clone(),
            publisher: given.publisher.clone(),
            country: given.country.clone(),
            lang: given.lang.clone().unwrap_or(read.lang),
            title: own(&given.title, read.title),
            byline: own(&given.byline, read.byline),
            published: own(&given.published, read.published),
            fetched: given.fetched.clone(),
            ..read
        };
        if is_empty(&article) {
            return Err(self.fault(EMPTY));
        }
        Ok(finish(article, said))
    }

    /// Whether an article can be there, without reading a page.
    ///
    /// # Errors
    /// As [`Handed::article`], for texts.
    pub fn check(&self) -> Result<(), Fault> {
        if !self.is_text() {
            return Ok(());
        }
        let title = self.given.title.clone();
        let article = self.plain()?;
        if is_empty(&Article { title, ..article }) {
            return Err(self.fault(EMPTY));
        }
        Ok(())
    }

    fn is_text(&self) -> bool {
        let kind = self.content_type.as_deref().unwrap_or_default();
        kind.trim_start().starts_with("text/plain")
    }

    fn plain(&self) -> Result<Article, Fault> {
        let text = std::str::from_utf8(&self.body).map_err(|error| {
            let before = &self.body[..error.valid_up_to()];
            let line = memchr::memchr_iter(b'\n', before).count() + 1;
            self.fault(&format!(
                ":{line}: invalid UTF-8; convert it, or name it .html to have its charset found"
            ))
        })?;
        Ok(Article {
            text: text.trim_start_matches('\u{FEFF}').to_owned(),
            ..Article::default()
        })
    }

    fn fault(&self, message: &str) -> Fault {
        Fault {
            id: self.given.id.clone(),
            message: format!("{}{message}", self.at),
        }
    }
}

fn of_line(at: String, line: &[u8]) -> Result<Handed, Fault> {
    let mut given = parse(&at, line)?;
    let (body, kind) = match (given.text.take(), given.html.take()) {
        (Some(text), _) => (text, TEXT),
        (None, Some(html)) => (html, HTML),
        (None, None) => {
            return Err(Fault {
                id: given.id,
                message: format!("{at}: neither `text` nor `html`"),
            });
        }
    };
    Ok(Handed {
        at,
        body: body.into_bytes(),
        content_type: Some(kind.to_owned()),
        given,
        url: None,
        capture: None,
    })
}

/// Reads what a line, or the file beside a page, says.
fn parse(at: &str, json: &[u8]) -> Result<Given, Fault> {
    let fault = |id: Option<String>, message: String| Fault {
        id,
        message: format!("{at}: {message}"),
    };
    let json = std::str::from_utf8(json).map_err(|error| {
        let message = format!("invalid UTF-8 at byte {}", error.valid_up_to() + 1);
        fault(None, message)
    })?;
    let given: Given =
        serde_json::from_str(json.trim_start_matches('\u{FEFF}')).map_err(|error| {
            let id = serde_json::from_str::<serde_json::Value>(json)
                .ok()
                .and_then(|value| value.get("id")?.as_str().map(str::to_owned));
            fault(id, format!("invalid JSON: {}", without_line(&error)))
        })?;
    if let Some(code) = given.lang.as_deref().filter(|code| !is_code(code)) {
        let message = format!(
            "unknown language `{code}`; a two- or three-letter code as `fr` or `ar` is wanted"
        );
        return Err(fault(given.id, message));
    }
    if let Some(day) = given.published.as_deref().filter(|day| !is_date(day)) {
        let message =
            format!("`published` is `{day}`, which is no date; YYYY-MM-DD or RFC 3339 is wanted");
        return Err(fault(given.id, message));
    }
    Ok(Given {
        id: given.id.filter(|id| !id.is_empty()),
        all: false,
        ..given
    })
}

fn of_file(path: &Path, id: String) -> Result<Handed, Fault> {
    let at = path.display().to_string();
    let fault = |path: &Path, error: &io::Error| Fault {
        id: Some(id.clone()),
        message: format!("{}: {error}", path.display()),
    };
    let body = whole(path).map_err(|error| fault(path, &error))?;
    let given = match folder::beside(path) {
        Some(beside) => {
            let json = whole(&beside).map_err(|error| fault(&beside, &error))?;
            parse(&beside.display().to_string(), &json)?
        }
        None => Given::default(),
    };
    let text = Format::of(path) == Some(Format::Text);
    Ok(Handed {
        at,
        body,
        // the charset of a page is found, that of a text is not
        content_type: Some(if text { TEXT } else { "text/html" }.to_owned()),
        given: Given {
            id: given.id.or(Some(id)),
            text: None,
            html: None,
            ..given
        },
        url: None,
        capture: None,
    })
}

fn whole(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(LARGEST_FILE)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A page where the first character is `<`, else a text.
fn of_bytes(body: Vec<u8>) -> Handed {
    let page = body.trim_ascii_start().starts_with(b"<");
    Handed {
        at: STANDARD_INPUT.to_owned(),
        body,
        content_type: Some(if page { "text/html" } else { TEXT }.to_owned()),
        given: Given::default(),
        url: None,
        capture: None,
    }
}

/// A page of an archive; of one's own archives with what was said of it.
fn of_page(at: String, record: WarcRecord) -> Result<Handed, Fault> {
    let Some(mut capture) = record.into_capture() else {
        let message = format!("{at}: a record without URL or time");
        return Err(Fault { id: None, message });
    };
    if let Some(handed) = Handed::of_capture(&at, &capture) {
        return Ok(handed);
    }
    Ok(Handed {
        at,
        body: std::mem::take(&mut capture.body),
        content_type: capture.header("content-type").map(str::to_owned),
        url: Some(capture.url.clone()),
        given: Given {
            fetched: Some(capture.fetched.to_string()),
            ..Given::default()
        },
        capture: Some(Box::new(capture)),
    })
}

/// Fills in language, day and id.
fn finish(mut article: Article, said: &Said) -> Article {
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
    article
}

/// An article without a word is none.
fn is_empty(article: &Article) -> bool {
    let title = article.title.as_deref().unwrap_or_default();
    article.text.trim().is_empty() && title.trim().is_empty()
}

fn is_code(code: &str) -> bool {
    matches!(code.len(), 2..=3) && code.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// Whether a value is a calendar date of any precision, with or without a time.
pub fn is_date(value: &str) -> bool {
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
