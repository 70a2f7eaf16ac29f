//! Holds the public contract as types: what `extract` writes, dumps hold, the API returns and the scorer reads.
//!
//! Inside the program every span counts bytes of the article's original text. A [`Record`] that
//! leaves it counts Unicode code points; [`Record::new`] is the one place where that changes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub mod dossier;
pub mod fact;
pub mod schema;

use fact::{Convention, Date, Facts, Operation, Span};

/// The version of the record format, the value of `schema` in every record.
pub const SCHEMA: &str = "sihafa/1";

/// The two languages that facts are extracted from.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// French.
    Fr,
    /// Arabic, Darija in Arabic letters included.
    Ar,
}

impl Lang {
    /// The ISO 639-1 code: `fr` or `ar`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::Ar => "ar",
        }
    }

    /// Reads `fr` or `ar`; any other code is a language that facts are not extracted from.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "fr" => Some(Self::Fr),
            "ar" => Some(Self::Ar),
            _ => None,
        }
    }
}

/// What a page holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PageKind {
    /// One article.
    #[default]
    Article,
    /// A section page, a search page, an index of headlines.
    List,
    /// The beginning of an article behind a paywall or a "read more".
    Stub,
}

/// An article as read from a page or given as text: everything before analysis.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Article {
    /// Stable key: of the canonical URL where there is one, else of the text.
    pub id: String,
    /// Canonical URL.
    pub url: Option<String>,
    /// Id of the source in the catalogue.
    pub source: Option<String>,
    /// Name of the paper or agency.
    pub publisher: Option<String>,
    /// Country of the source: `dz`, `ma`, `tn`, ….
    pub country: Option<String>,
    /// ISO 639-1 code of the language, detected where not said.
    pub lang: String,
    /// Headline.
    pub title: Option<String>,
    /// Who wrote it, as the page says.
    pub byline: Option<String>,
    /// The agency whose dispatch it is: `APS`, `MAP`, `TAP`, ….
    pub agency: Option<String>,
    /// Place of the dateline: "ALGER", "الرباط".
    pub dateline: Option<String>,
    /// EDTF date, or RFC 3339 time with the offset as written. Never invented.
    pub published: Option<String>,
    /// Likewise, of the last change that the page declares.
    pub modified: Option<String>,
    /// RFC 3339 time of the capture.
    pub fetched: Option<String>,
    /// Body as plain text, a block a line, standfirst first. NFC.
    pub text: String,
    /// What the page holds.
    pub kind: PageKind,
    /// Id of the article that this one repeats.
    pub duplicate_of: Option<String>,
}

impl Article {
    /// The day of publication as `YYYY-MM-DD`, where it is known to the day.
    pub fn published_day(&self) -> Option<&str> {
        let day = self.published.as_deref()?.get(..10)?;
        (day.as_bytes()[4] == b'-' && day.as_bytes()[7] == b'-').then_some(day)
    }
}

/// An article with its facts: one line of a dump. Spans count Unicode code points.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Record {
    /// `sihafa/1`.
    pub schema: String,
    /// Stable key of the article.
    pub id: String,
    /// Canonical URL.
    pub url: Option<String>,
    /// Id of the source in the catalogue.
    pub source: Option<String>,
    /// Name of the paper or agency.
    pub publisher: Option<String>,
    /// Country of the source.
    pub country: Option<String>,
    /// ISO 639-1 code of the language.
    pub lang: String,
    /// Headline.
    pub title: Option<String>,
    /// Who wrote it.
    pub byline: Option<String>,
    /// EDTF date, or RFC 3339 time with the offset as written.
    pub published: Option<String>,
    /// RFC 3339 time of the capture.
    pub fetched: Option<String>,
    /// Body as plain text.
    pub text: String,
    /// Id of the article that this one repeats.
    pub duplicate_of: Option<String>,
    /// How far the article is about health, 0 to 1.
    pub health: f64,
    /// Agreements.
    pub conventions: Vec<Convention>,
    /// Counts of medical acts.
    pub operations: Vec<Operation>,
    /// Every date of title and text.
    pub dates: Vec<Date>,
    /// Version of the pattern pack that made it, with the beginning of its digest: `2026.1+3f9a2c1b`.
    pub patterns: String,
    /// Version of the program that made it; empty where an older one did.
    #[serde(default)]
    pub code: String,
}

impl Record {
    /// Joins an article and its facts, and turns byte spans into code points.
    pub fn new(article: Article, facts: Facts, patterns: &str) -> Self {
        let mut record = Self {
            schema: SCHEMA.to_owned(),
            id: article.id,
            url: article.url,
            source: article.source,
            publisher: article.publisher,
            country: article.country,
            lang: article.lang,
            title: article.title,
            byline: article.byline,
            published: article.published,
            fetched: article.fetched,
            text: article.text,
            duplicate_of: article.duplicate_of,
            health: (facts.health * 1000.0).round() / 1000.0,
            conventions: facts.conventions,
            operations: facts.operations,
            dates: facts.dates,
            patterns: patterns.to_owned(),
            code: env!("CARGO_PKG_VERSION").to_owned(),
        };
        record.count_code_points();
        record
    }

    fn count_code_points(&mut self) {
        let (text, title) = (std::mem::take(&mut self.text), self.title.take());
        let body = CodePoints::new(&text);
        let head = CodePoints::new(title.as_deref().unwrap_or_default());
        self.each_span(|span| {
            let points = if span.field.is_some() { &head } else { &body };
            span.start = points.at(span.start);
            span.end = points.at(span.end);
        });
        (self.text, self.title) = (text, title);
    }

    /// Calls `visit` with every span of every fact.
    pub fn each_span(&mut self, mut visit: impl FnMut(&mut Span)) {
        for convention in &mut self.conventions {
            convention
                .partners
                .iter_mut()
                .for_each(|partner| visit(&mut partner.span));
            convention
                .date
                .iter_mut()
                .for_each(|date| visit(&mut date.span));
            convention
                .place
                .iter_mut()
                .for_each(|place| visit(&mut place.span));
            convention
                .evidence
                .iter_mut()
                .for_each(|evidence| visit(&mut evidence.span));
        }
        for operation in &mut self.operations {
            operation
                .facility
                .iter_mut()
                .for_each(|place| visit(&mut place.span));
            operation
                .team
                .iter_mut()
                .for_each(|place| visit(&mut place.span));
            operation
                .date
                .iter_mut()
                .for_each(|date| visit(&mut date.span));
            operation
                .evidence
                .iter_mut()
                .for_each(|evidence| visit(&mut evidence.span));
        }
        self.dates.iter_mut().for_each(|date| visit(&mut date.span));
    }

    /// The words of a code-point span, or nothing where it leaves the text.
    pub fn slice(&self, span: Span) -> Option<&str> {
        let text = if span.field.is_some() {
            self.title.as_deref()?
        } else {
            &self.text
        };
        let mut bounds = text
            .char_indices()
            .map(|(byte, _)| byte)
            .chain([text.len()]);
        let start = bounds.nth(span.start)?;
        let length = span.end.checked_sub(span.start)?;
        let end = if length == 0 {
            start
        } else {
            bounds.nth(length - 1)?
        };
        text.get(start..end)
    }

    /// The language, where facts are extracted from it.
    pub fn language(&self) -> Option<Lang> {
        Lang::from_code(&self.lang)
    }
}

/// A kind, status, bound … as a written record spells it; empty for a value that is no word.
pub fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// Turns byte positions of a text into code points: a count each 64 bytes, the rest counted.
struct CodePoints<'a> {
    text: &'a [u8],
    counts: Vec<usize>,
}

impl<'a> CodePoints<'a> {
    const STEP: usize = 64;

    fn new(text: &'a str) -> Self {
        let text = text.as_bytes();
        let mut counts = vec![0];
        for chunk in text.chunks(Self::STEP) {
            counts.push(counts.last().copied().unwrap_or(0) + count_starts(chunk));
        }
        Self { text, counts }
    }

    fn at(&self, byte: usize) -> usize {
        let byte = byte.min(self.text.len());
        let step = byte / Self::STEP;
        self.counts[step] + count_starts(&self.text[step * Self::STEP..byte])
    }
}

/// How many characters begin in these bytes of UTF-8.
fn count_starts(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_points_count_characters_before_a_byte() {
        let text = "اتفاقية توأمة — été ".repeat(20);
        let points = CodePoints::new(&text);
        for (count, (byte, _)) in text.char_indices().enumerate() {
            assert_eq!(points.at(byte), count);
        }
        assert_eq!(points.at(text.len()), text.chars().count());
    }
}
