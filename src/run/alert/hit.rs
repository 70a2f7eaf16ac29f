//! Holds what is told of a hit, and the JSON body that tells it.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::index;
use crate::record::dossier::Dossier;
use crate::store::alert::Kind;

/// The version of what is sent, the value of `schema`.
pub const SCHEMA: &str = "sihafa-alert/1";

/// Bytes of the digest by which a delivery is known.
const KEY: usize = 16;

/// Whether a hit was told before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It is told for the first time.
    New,
    /// It was told, and says something else now.
    Changed,
}

/// An article or dossier that answers an alert.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    /// Id of the article or dossier.
    pub id: String,
    /// Which of the two it is.
    pub kind: Kind,
    /// Whether it was told before.
    pub change: Change,
    /// Headline, or the partners of a dossier.
    pub title: Option<String>,
    /// Canonical URL of the article.
    pub url: Option<String>,
    /// URLs of the articles that tell the dossier.
    pub urls: Vec<String>,
    /// Language of the article, or of a dossier's title.
    pub lang: String,
    /// Publication of the article, or signature of the dossier.
    pub published: Option<String>,
    /// Id of the source.
    pub source: Option<String>,
    /// Name of the paper.
    pub publisher: Option<String>,
    /// Country of the source.
    pub country: Option<String>,
    /// How well it answers; comparable within one batch.
    pub score: f32,
    /// Why it is a hit, as `sihafa search` says it.
    pub matched: Vec<String>,
    /// Where, in title and text, as `sihafa search` says it.
    pub highlights: Vec<Value>,
    /// Ids of the articles that repeat it.
    pub duplicates: Vec<String>,
    /// The dossier.
    pub dossier: Option<Box<Dossier>>,
}

impl Hit {
    /// A hit of the index, as one that was not told yet.
    pub(super) fn new(kind: Kind, hit: index::Hit) -> Result<Self> {
        let highlights = hit.highlights.iter().map(serde_json::to_value);
        Ok(Self {
            id: hit.id,
            kind,
            change: Change::New,
            title: hit.title,
            url: hit.url,
            urls: Vec::new(),
            lang: hit.lang,
            published: hit.published,
            source: hit.source,
            publisher: hit.publisher,
            country: hit.country,
            score: hit.score,
            matched: hit.matched,
            highlights: highlights
                .collect::<std::result::Result<_, _>>()
                .map_err(|error| unwritable(&error))?,
            duplicates: hit.duplicates,
            dossier: hit.dossier,
        })
    }

    /// The passages of its text that answer.
    pub fn passages(&self) -> impl Iterator<Item = &str> {
        let texts = self.highlights.iter().filter(|found| found["in"] == "text");
        texts.filter_map(|found| found["text"].as_str())
    }

    pub(super) fn json(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|error| unwritable(&error))
    }
}

/// What is sent to a webhook.
#[derive(Debug, Serialize)]
pub struct Body<'a> {
    /// `sihafa-alert/1`.
    pub schema: &'static str,
    /// By which a receiver knows what comes twice: a digest of all that stands beside it.
    pub delivery: String,
    /// Id of the alert.
    pub alert: &'a str,
    /// Number of the batch, as `sihafa status` lists it; none where it is a trial.
    pub batch: Option<i64>,
    /// What is new.
    pub hits: &'a [Hit],
}

impl<'a> Body<'a> {
    /// Some hits of an alert.
    pub fn new(alert: &'a str, batch: Option<i64>, hits: &'a [Hit]) -> Self {
        let mut body = Self {
            schema: SCHEMA,
            delivery: String::new(),
            alert,
            batch,
            hits,
        };
        let digest = Sha256::digest(body.json().unwrap_or_default());
        body.delivery = data_encoding::HEXLOWER.encode(&digest[..KEY]);
        body
    }

    /// It as JSON.
    ///
    /// # Errors
    /// A number of it is none that JSON can hold.
    pub fn json(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|error| unwritable(&error))
    }
}

fn unwritable(error: &serde_json::Error) -> Error {
    Error::input("alert", error.to_string())
}
