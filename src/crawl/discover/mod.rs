//! Turns feeds, sitemaps and section pages into links to articles.

use jiff::Timestamp;
use url::Url;

pub(super) mod charset;
pub mod feed;
mod markup;
pub mod moment;
pub mod section;
pub mod sitemap;

use moment::Moment;

/// A link, with what the place where it was found says of the page behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Canonical address.
    pub url: Url,
    /// Headline, as plain text.
    pub title: Option<String>,
    /// When it was published, or changed where only that is told.
    pub published: Option<Moment>,
    /// Sections and tags.
    pub categories: Vec<String>,
}

/// A span of time, open where an end is not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Period {
    /// The first moment inside.
    pub since: Option<Timestamp>,
    /// The first moment behind it.
    pub until: Option<Timestamp>,
}

impl Period {
    /// Whether a moment lies inside; an unknown one may.
    pub fn may_hold(&self, moment: Option<Timestamp>) -> bool {
        moment.is_none_or(|at| {
            self.since.is_none_or(|since| at >= since) && self.until.is_none_or(|until| at < until)
        })
    }
}
