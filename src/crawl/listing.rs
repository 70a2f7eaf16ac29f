//! Reads a feed, a sitemap or a section page by what it is, whatever it was thought to be.

use regex::Regex;
use url::Url;

use super::discover::sitemap::Sitemap;
use super::discover::{Found, Period, feed, section, sitemap};
use crate::archive::capture::Capture;
use crate::store::queue::Kind;

/// What a listing leads to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Listing {
    /// Articles of the period.
    pub(super) pages: Vec<Found>,
    /// Sitemaps of an index and feeds that a page declares.
    pub(super) further: Vec<(Url, Kind)>,
    /// The page that continues a section.
    pub(super) next: Option<Url>,
}

/// Reads a capture; nothing where a feed or sitemap was expected and none came.
pub(super) fn read(
    kind: Kind,
    capture: &Capture,
    patterns: &[Regex],
    period: &Period,
) -> Option<Listing> {
    let base = Url::parse(&capture.url).ok()?;
    let (body, content_type) = (capture.body.as_slice(), capture.header("content-type"));
    let as_feed = || feed::read(body, content_type, &base).map(pages);
    let as_sitemap =
        || sitemap::read(body, content_type, &base).map(|sitemap| of_sitemap(sitemap, period));
    let mut listing = match kind {
        Kind::Sitemap => as_sitemap().or_else(as_feed),
        Kind::Feed => as_feed().or_else(as_sitemap),
        Kind::Section | Kind::Page => as_feed().or_else(|| {
            let section = section::read(body, content_type, &base, patterns);
            Some(Listing {
                pages: section.articles,
                further: section
                    .feeds
                    .into_iter()
                    .map(|feed| (feed, Kind::Feed))
                    .collect(),
                next: section.next,
            })
        }),
    }?;
    listing
        .pages
        .retain(|found| period.may_hold(found.published.as_ref().map(|moment| moment.at)));
    Some(listing)
}

fn pages(pages: Vec<Found>) -> Listing {
    Listing {
        pages,
        ..Listing::default()
    }
}

fn of_sitemap(sitemap: Sitemap, period: &Period) -> Listing {
    match sitemap {
        Sitemap::Pages(found) => pages(found),
        Sitemap::Index(children) => Listing {
            further: children
                .into_iter()
                .filter(|child| child.may_hold(period))
                .map(|child| (child.url, Kind::Sitemap))
                .collect(),
            ..Listing::default()
        },
    }
}
