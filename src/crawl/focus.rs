//! Decides which links are worth a request: those of the subject first, of the others a sample.
//!
//! What a link promises is judged by whoever starts the crawl, for the words that tell subjects apart
//! belong to a later stage. Here it becomes a place in the queue, or none.

use std::hash::{BuildHasher as _, BuildHasherDefault};

use jiff::Timestamp;
use rustc_hash::FxHasher;
use url::Url;

use super::canonical::key;
use crate::record::Lang;
use crate::store::queue::Kind;

/// What is known of a link before it is fetched.
#[derive(Debug, Clone, Copy)]
pub struct Hints<'a> {
    /// Its address.
    pub url: &'a Url,
    /// The headline that a feed, a news sitemap or the text of the link gives.
    pub title: Option<&'a str>,
    /// Name of the paper, address of the list that it was found in, and the sections that the list names.
    pub places: &'a [&'a str],
    /// The language of the source, where it is one that is read.
    pub lang: Option<Lang>,
}

/// What the hints of a link promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promise {
    /// The link, or the place where it was found, speaks of the subject.
    Wanted,
    /// Nothing tells, or only a little.
    Possible,
    /// It speaks of something else.
    Other,
}

/// Tells what hints promise.
pub type Judge<'a> = dyn Fn(&Hints<'_>) -> Promise + 'a;

/// The cause that stands with links that were passed over.
pub(super) const OTHER_SUBJECT: &str = "other_subject";

/// The priority of a list: a few levels, for the store looks for the next link level by level. Lists go
/// before pages, since they say what is new, and those of the subject before the others.
pub(super) fn of_listing(kind: Kind, promise: Promise) -> u8 {
    let level = match kind {
        Kind::Feed => 200,
        Kind::Section => 190,
        Kind::Sitemap | Kind::Page => 180,
    };
    level + u8::from(promise == Promise::Wanted) * 30
}

/// The priority of a page: the subject first, and within it news before what is undated, that before
/// the archive; a sample of the rest comes last.
pub(super) fn of_page(promise: Promise, published: Option<Timestamp>, now: Timestamp) -> u8 {
    let news = match published.map(|at| now.duration_since(at).as_hours() / 24) {
        Some(..=7) => 100,
        Some(8..=90) => 80,
        None => 60,
        Some(_) => 40,
    };
    match promise {
        Promise::Wanted => news + 70,
        Promise::Possible => news,
        Promise::Other => 10,
    }
}

/// Whether a page of another subject is in the sample: by its address, so that every run and every
/// machine decides alike.
pub(super) fn is_sampled(url: &Url, share: f64) -> bool {
    let hash = BuildHasherDefault::<FxHasher>::default().hash_one(key(url));
    ((hash >> 32) as f64) < share * f64::from(u32::MAX) + share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_of_the_size_that_is_wanted() {
        let sampled = |share: f64| {
            let urls = (0..4000).map(|n| Url::parse(&format!("http://a.dz/sport/{n}")).unwrap());
            urls.filter(|url| is_sampled(url, share)).count()
        };
        assert_eq!((sampled(0.0), sampled(1.0)), (0, 4000));
        assert!((300..500).contains(&sampled(0.1)), "{}", sampled(0.1));
    }

    #[test]
    fn lists_go_before_pages_and_the_subject_before_the_rest() {
        let now = Timestamp::from_second(1_700_000_000).unwrap();
        let page = |promise, published| of_page(promise, published, now);
        let order = [
            of_listing(Kind::Feed, Promise::Wanted),
            of_listing(Kind::Section, Promise::Wanted),
            of_listing(Kind::Feed, Promise::Possible),
            of_listing(Kind::Sitemap, Promise::Other),
            page(Promise::Wanted, Some(now)),
            page(Promise::Wanted, None),
            page(Promise::Possible, Some(now)),
            page(Promise::Possible, None),
            page(Promise::Other, Some(now)),
        ];
        assert!(order.windows(2).all(|pair| pair[0] > pair[1]), "{order:?}");
        let old = Timestamp::from_second(1_500_000_000).ok();
        assert!(page(Promise::Wanted, old) > page(Promise::Possible, Some(now)));
    }
}
