//! Tries the addresses of a source politely, each once, and says what came of each.
//!
//! Nothing is queued or archived; what hosts ask for is kept, so that the next crawl knows it.

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream;
use url::Url;

use super::cause::Cause;
use super::discover::moment::Moment;
use super::discover::section::same_site;
use super::discover::{Found, Period, charset};
use super::host::Net;
use super::listing::{self, Listing};
use super::robots::standing::Standing;
use super::visit::{End, Goal};
use super::{Crawler, blocking, canonical, patterns, roots};
use crate::archive::capture::Capture;
use crate::config::source::Source;
use crate::error::Result;
use crate::store::Store;
use crate::store::queue::{Kind, host_of};

/// Articles that are tried until one comes.
const ARTICLES: usize = 2;

/// What came of the addresses of a source.
#[derive(Debug)]
pub struct Probe<'a> {
    /// The source.
    pub source: &'a Source,
    /// What the host of its first page says of robots, or why it does not.
    pub robots: std::result::Result<Rules, Cause>,
    /// Its feeds, sitemaps and sections, and last its first page where that is none of them.
    pub lists: Vec<List>,
    /// The newest article that the lists name, as it came; none where they name none.
    pub article: Option<(Url, std::result::Result<Capture, Cause>)>,
}

/// What a robots.txt asks of us.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rules {
    /// Whether there is a file.
    pub file: bool,
    /// Why the first page may not be read, where it may not.
    pub closed: Option<Cause>,
    /// The delay that it asks for.
    pub delay: Option<Duration>,
    /// The sitemaps of the same paper that it names.
    pub sitemaps: Vec<Url>,
}

/// A feed, sitemap, section or first page that was tried.
#[derive(Debug)]
pub struct List {
    /// As it is configured.
    pub url: Url,
    /// What it should be.
    pub kind: Kind,
    /// Whether the configuration names it as that: the first page may be added here.
    pub configured: bool,
    /// Where redirects led, if anywhere else.
    pub moved: Option<Url>,
    /// What it holds, or why nothing came.
    pub seen: std::result::Result<Held, Cause>,
}

/// What a list holds.
#[derive(Debug, Default)]
pub struct Held {
    /// Links to articles, and to further sitemaps.
    pub entries: usize,
    /// The latest date among them.
    pub newest: Option<Moment>,
    /// The charset that its bytes are in; none of a packed file.
    pub charset: Option<&'static str>,
    /// Feeds that a page declares.
    pub feeds: Vec<Url>,
    articles: Vec<Found>,
}

impl Held {
    fn new(listing: Listing, capture: &Capture) -> Self {
        let (feeds, sitemaps): (Vec<_>, Vec<_>) = listing
            .further
            .into_iter()
            .partition(|(_, kind)| *kind == Kind::Feed);
        let dates = listing
            .pages
            .iter()
            .filter_map(|found| found.published.clone());
        let content_type = capture.header("content-type");
        let packed = capture.body.starts_with(&[0x1f, 0x8b]);
        Self {
            entries: listing.pages.len() + sitemaps.len(),
            newest: dates.max_by_key(|moment| moment.at),
            charset: (!packed).then(|| charset::of(&capture.body, content_type).name()),
            feeds: feeds.into_iter().map(|(url, _)| url).collect(),
            articles: listing.pages,
        }
    }
}

impl Crawler<'_> {
    /// Tries every chosen source, many hosts at the same time, and hands out each as it is done.
    ///
    /// # Errors
    /// A live source without a contact, a source that does not exist, a pattern that is no regular
    /// expression, or a store that refuses.
    pub fn probe(
        &self,
        store: &Store,
        mut each: impl FnMut(Probe<'_>) -> Result<()>,
    ) -> Result<()> {
        self.check_contact()?;
        let chosen = self.chosen()?;
        let at_once = self.config.crawl.hosts_at_once.max(1) * 2;
        blocking(async {
            let net = Net::new(&self.config.crawl, store, self.clock)?;
            let probes = chosen.into_iter().map(|source| net.probe(source));
            let mut probes = stream::iter(probes).buffer_unordered(at_once);
            while let Some(probe) = probes.next().await {
                each(probe?)?;
            }
            Ok(())
        })
    }
}

impl Net<'_> {
    async fn probe<'s>(&self, source: &'s Source) -> Result<Probe<'s>> {
        let mut lists = Vec::new();
        for link in roots(source) {
            lists.push(self.list(source, link.url, link.kind, true).await?);
        }
        let home = canonical::canonical(&source.home, None);
        let tried = |url: &Url| lists.iter().any(|list| list.url == *url);
        if let Some(home) = home.clone().filter(|home| !tried(home)) {
            lists.push(self.list(source, home, Kind::Section, false).await?);
        }
        let article = self.newest(&lists).await?;
        let first = home.or_else(|| Some(lists.first()?.url.clone()));
        let robots = match first {
            Some(first) => self.rules(&first).await?,
            None => Ok(Rules::default()),
        };
        Ok(Probe {
            source,
            robots,
            lists,
            article,
        })
    }

    async fn list(&self, source: &Source, url: Url, kind: Kind, configured: bool) -> Result<List> {
        let patterns = patterns(source)?;
        let fetched = self.fetch(&url).await?;
        let mut moved = None;
        let seen = fetched.and_then(|capture| {
            let at = Url::parse(&capture.url).ok();
            moved = at.filter(|at| *at != url);
            let all = Period::default();
            let listing = listing::read(kind, &capture, &patterns, &all).ok_or(Cause::Unread)?;
            Ok(Held::new(listing, &capture))
        });
        Ok(List {
            url,
            kind,
            configured,
            moved,
            seen,
        })
    }

    /// The newest article of the lists, dated ones first.
    async fn newest(
        &self,
        lists: &[List],
    ) -> Result<Option<(Url, std::result::Result<Capture, Cause>)>> {
        let held = lists
            .iter()
            .filter_map(|list| Some((list, list.seen.as_ref().ok()?)));
        let mut named: Vec<&Found> = held
            .flat_map(|(list, held)| {
                let ours = |found: &&Found| same_site(&found.url, &list.url);
                held.articles.iter().filter(ours)
            })
            .collect();
        let at = |found: &&Found| found.published.as_ref().map(|moment| moment.at);
        named.sort_by_key(|found| std::cmp::Reverse(at(found)));
        let mut last = None;
        for found in named.into_iter().take(ARTICLES) {
            let came = self.fetch(&found.url).await?;
            let done = came.is_ok();
            last = Some((found.url.clone(), came));
            if done {
                break;
            }
        }
        Ok(last)
    }

    async fn fetch(&self, url: &Url) -> Result<std::result::Result<Capture, Cause>> {
        let turn = match self.turn(&host_of(url)).await? {
            Ok(turn) => turn,
            Err(later) => return Ok(Err(Cause::Later(later))),
        };
        let visit = self.visit(&Goal::anew(url), turn).await?;
        self.settle()?;
        Ok(match visit.end {
            Ok(End::Fetched(capture)) => Ok(capture),
            // Neither is asked for: no validators are sent, and known links are followed.
            Ok(End::Unchanged(_) | End::Known) => Err(Cause::Protocol),
            Err(failure) => Err(failure.cause),
        })
    }

    async fn rules(&self, url: &Url) -> Result<std::result::Result<Rules, Cause>> {
        let mut turn = match self.turn(&host_of(url)).await? {
            Ok(turn) => turn,
            Err(later) => return Ok(Err(Cause::Later(later))),
        };
        let standing = self.standing(&mut turn, url).await?;
        drop(turn);
        self.settle()?;
        let standing = match standing {
            Ok(standing) => standing,
            Err(cause) => return Ok(Err(cause)),
        };
        let agent = &self.config.agent;
        let decision = standing.decide(agent, url.as_str());
        let (line, rule) = (decision.line, decision.rule);
        Ok(Ok(Rules {
            file: matches!(*standing, Standing::Rules(_)),
            closed: (!decision.allowed).then_some(Cause::Robots { line, rule }),
            delay: standing.crawl_delay(agent),
            sitemaps: self
                .sitemaps(url)
                .await?
                .into_iter()
                .filter(|at| same_site(at, url))
                .collect(),
        }))
    }
}
