//! Turns sources into captures, politely.
//!
//! ```text
//! source ──▶ feeds, sitemaps, sections ──discover──▶ links ──▶ queue of the store
//!                     ▲                                          │ lease
//!            robots, pace, guard: before each hop                ▼
//!                     └───────────────── visit ──fetch──▶ capture ──keep──▶ archive, store
//! ```
//!
//! A lane is a source on a host: its links go one after the other, all lanes at the same time. What
//! is under way when the program dies is leased, and comes back when the lease ends.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher as _, BuildHasherDefault};

use regex::Regex;
use rustc_hash::FxHasher;
use tokio::runtime::Builder;
use tokio::sync::Notify;
use url::Url;

use crate::archive::writer::WarcWriter;
use crate::config::Config;
use crate::config::source::Source;
use crate::error::{Error, Result};
use crate::store::Store;
use crate::store::queue::{Kind, Link};

mod alike;
pub mod canonical;
pub mod cause;
pub mod clock;
pub mod discover;
pub mod fetch;
pub mod focus;
pub mod guard;
mod host;
mod keep;
mod listing;
pub mod pace;
pub mod preview;
pub mod probe;
pub mod robots;
mod run;
pub mod seen;
pub mod stop;
mod visit;

use clock::Clock;
use discover::Period;
use focus::{Hints, Judge, Promise};
use guard::Guard;
use host::Net;
use run::{Reading, Run};
use seen::Seen;
use stop::Stop;

/// What to crawl, and how.
pub struct Crawler<'a> {
    /// Politeness, limits and addresses.
    pub config: &'a Config,
    /// Ids of the sources to read; empty: all.
    pub sources: &'a [String],
    /// The part of the sources that this machine reads; none: all.
    pub shard: Option<Shard>,
    /// When the articles were published that are wanted; where `since` is given, lists are followed back.
    pub period: Period,
    /// What tells the time.
    pub clock: &'a dyn Clock,
    /// What tells which links are worth a request.
    pub judge: &'a Judge<'a>,
    /// Called after each link with the id of its source and what was seen of it so far.
    pub watch: &'a dyn Fn(&str, &Seen),
    /// Asked for, no further link is taken, and what is under way has a few seconds to end.
    pub stop: &'a Stop,
}

/// One of several machines that share the sources; those of one paper stay together, so that each
/// host meets one crawler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which one, from 0.
    pub index: u64,
    /// How many there are.
    pub of: u64,
}

impl Shard {
    fn holds(self, source: &Source) -> bool {
        let host = roots(source).find_map(|link| Some(link.url.host_str()?.to_owned()));
        let host = host.unwrap_or_default();
        let paper = host.strip_prefix("www.").unwrap_or(&host);
        let hash = BuildHasherDefault::<FxHasher>::default().hash_one(paper);
        (hash >> 32) % self.of.max(1) == self.index
    }
}

impl Crawler<'_> {
    /// Fetches what is due, until nothing is, and returns what was seen of each source.
    ///
    /// # Errors
    /// A live crawl without a contact, a source that does not exist, a pattern that is no regular
    /// expression, or a store or archive that refuses. What goes wrong with a link or a host is
    /// counted, and is no error.
    pub fn run(&self, store: &Store, archive: &mut WarcWriter) -> Result<BTreeMap<String, Seen>> {
        self.check_contact()?;
        blocking(async {
            let run = self.start(store, archive)?;
            let now = self.clock.now();
            store.commit(|| {
                for link in self.roots()? {
                    store.enqueue(&link, now)?;
                }
                Ok(())
            })?;
            run.work().await?;
            run.net.settle()?;
            run.archive.borrow_mut().sync()?;
            Ok(run.seen.take())
        })
    }

    /// The links where the chosen sources begin.
    fn roots(&self) -> Result<Vec<Link>> {
        let chosen = self.chosen()?.into_iter();
        Ok(chosen.flat_map(|source| self.roots_of(source)).collect())
    }

    fn roots_of(&self, source: &Source) -> Vec<Link> {
        let with_priority = |link: Link| {
            let promise = (self.judge)(&Hints {
                url: &link.url,
                title: None,
                places: &[&source.name, link.url.as_str()],
                lang: source.language(),
            });
            let priority = focus::of_listing(link.kind, promise);
            Link { priority, ..link }
        };
        roots(source).map(with_priority).collect()
    }

    fn start<'a>(&'a self, store: &'a Store, archive: &'a mut WarcWriter) -> Result<Run<'a>> {
        let mut sources = HashMap::new();
        for source in self.chosen()? {
            let articles = patterns(source)?;
            sources.insert(source.id.clone(), Reading { source, articles });
        }
        Ok(Run {
            net: Net::new(&self.config.crawl, store, self.clock)?,
            period: &self.period,
            judge: self.judge,
            archive: RefCell::new(archive),
            watch: self.watch,
            stop: self.stop,
            discovered: Notify::new(),
            sources,
            seen: RefCell::default(),
            pages: RefCell::default(),
            turned: RefCell::default(),
            recent: RefCell::default(),
        })
    }

    fn chosen(&self) -> Result<Vec<&Source>> {
        let all = self.config.sources.iter();
        if let Some(id) = self
            .sources
            .iter()
            .find(|id| !all.clone().any(|source| source.id == **id))
        {
            return Err(Error::input("crawl", format!("there is no source `{id}`"))
                .hint("`sihafa sources list` prints the ids"));
        }
        let named = |source: &&Source| self.sources.is_empty() || self.sources.contains(&source.id);
        let ours = |source: &&Source| self.shard.is_none_or(|shard| shard.holds(source));
        Ok(all.filter(named).filter(ours).collect())
    }

    /// Whoever is crawled must be able to reach us; our own machines need not.
    fn check_contact(&self) -> Result<()> {
        let urls: Vec<Url> = self
            .chosen()?
            .into_iter()
            .flat_map(roots)
            .map(|link| link.url)
            .collect();
        self.check_contact_for(&urls)
    }

    fn check_contact_for(&self, urls: &[Url]) -> Result<()> {
        let guard = Guard::new(&self.config.crawl);
        let ours = |url: &Url| url.host_str().is_some_and(|host| guard.names(host));
        let contact = self.config.crawl.contact.as_deref().unwrap_or_default();
        if !contact.trim().is_empty() || urls.iter().all(ours) {
            return Ok(());
        }
        Err(Error::input(
            "crawl.contact",
            "a live crawl needs a contact in its user agent",
        )
        .hint(
            "set `contact` under `[crawl]` of `sihafa.toml` to a URL or mail address where you can be reached; `sihafa init` writes the file",
        ))
    }
}

/// Runs to the end on this thread: requests wait for servers, not for the processor.
fn blocking<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::input("crawl", format!("cannot start: {error}")))?;
    runtime.block_on(work)
}

/// The links where a source begins.
fn roots(source: &Source) -> impl Iterator<Item = Link> {
    let kinds = [
        (Kind::Feed, &source.feeds),
        (Kind::Sitemap, &source.sitemaps),
        (Kind::Section, &source.sections),
    ];
    kinds.into_iter().flat_map(move |(kind, addresses)| {
        addresses.iter().filter_map(move |address| {
            let url = canonical::canonical(address, None)?;
            Some(Link {
                url,
                source: source.id.clone(),
                kind,
                discovered_from: None,
                priority: focus::of_listing(kind, Promise::Possible),
                published: None,
                title: None,
            })
        })
    })
}

fn patterns(source: &Source) -> Result<Vec<Regex>> {
    let compile = |pattern: &String| {
        Regex::new(pattern).map_err(|error| {
            Error::input(
                format!("source `{}`", source.id),
                format!("`{pattern}` in `articles`: {error}"),
            )
        })
    };
    source.articles.iter().map(compile).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_is_read_by_one_shard_and_papers_stay_together() {
        let source = |address: String| Source {
            feeds: vec![address],
            ..Source::default()
        };
        let mut sizes = [0; 4];
        for paper in 0..200 {
            let (one, other) = (
                source(format!("http://www.p{paper}.dz/fr")),
                source(format!("https://p{paper}.dz/ar")),
            );
            for index in 0..4 {
                let shard = Shard { index, of: 4 };
                assert_eq!(shard.holds(&one), shard.holds(&other));
                sizes[index as usize] += usize::from(shard.holds(&one));
            }
        }
        assert_eq!(sizes.iter().sum::<usize>(), 200);
        assert!(sizes.iter().all(|size| *size > 20), "{sizes:?}");
    }
}
