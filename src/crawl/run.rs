//! Runs all lanes of a crawl at the same time, each in its own pace, until nothing is due.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use regex::Regex;
use tokio::sync::Notify;
use url::Url;

use super::alike::Recent;
use super::discover::Period;
use super::discover::section::same_site;
use super::focus::{self, Hints, Judge, Promise};
use super::host::{Net, Turn, later};
use super::seen::Seen;
use super::stop::Stop;
use super::visit::{Goal, Visit};
use crate::archive::writer::WarcWriter;
use crate::config::source::Source;
use crate::error::Result;
use crate::store::lease::Lease;
use crate::store::queue::{Kind, Lane, Link};

/// How long a request may still run when a stop was asked for.
const GRACE: Duration = Duration::from_secs(4);

/// One crawl while it runs.
pub(super) struct Run<'a> {
    pub(super) net: Net<'a>,
    pub(super) period: &'a Period,
    pub(super) archive: RefCell<&'a mut WarcWriter>,
    pub(super) judge: &'a Judge<'a>,
    pub(super) watch: &'a dyn Fn(&str, &Seen),
    pub(super) stop: &'a Stop,
    /// Told when new links may have opened a lane.
    pub(super) discovered: Notify,
    pub(super) sources: HashMap<String, Reading<'a>>,
    pub(super) seen: RefCell<BTreeMap<String, Seen>>,
    /// Pages asked for, by source.
    pub(super) pages: RefCell<HashMap<String, usize>>,
    /// Further pages of lists that were turned, by source.
    pub(super) turned: RefCell<HashMap<String, usize>>,
    /// The last pages, by source.
    pub(super) recent: RefCell<HashMap<String, Recent>>,
}

/// A source, and its patterns compiled.
pub(super) struct Reading<'a> {
    pub(super) source: &'a Source,
    /// What the paths of its articles hold.
    pub(super) articles: Vec<Regex>,
}

type Key = (String, String);

impl Run<'_> {
    /// Works until no link is due and none comes due while a run waits.
    pub(super) async fn work(&self) -> Result<()> {
        let mut busy: HashSet<Key> = HashSet::new();
        let mut resting: HashSet<Key> = HashSet::new();
        let mut lanes = FuturesUnordered::new();
        loop {
            let open = if self.stop.is_requested() {
                Vec::new()
            } else {
                self.open_lanes(&resting)?
            };
            let now = self.net.clock.now();
            for lane in open.iter().filter(|lane| lane.due <= now) {
                if busy.insert((lane.source.clone(), lane.host.clone())) {
                    lanes.push(self.lane(lane.source.clone(), lane.host.clone()));
                }
            }
            if lanes.is_empty() {
                // What a killed run had leased comes back soon.
                match open.iter().map(|lane| lane.due).min() {
                    Some(due) if due <= later(now, self.lease_span()) => {
                        let wait = due.duration_since(now);
                        let wait = Duration::try_from(wait).unwrap_or_default();
                        tokio::select! {
                            () = self.net.clock.sleep(wait) => {}
                            () = self.stop.requested() => {}
                        }
                    }
                    _ => return Ok(()),
                }
                continue;
            }
            tokio::select! {
                Some(ended) = lanes.next() => {
                    let (key, rests): (Key, bool) = ended?;
                    busy.remove(&key);
                    if rests {
                        resting.insert(key);
                    }
                }
                () = self.discovered.notified() => {}
            }
        }
    }

    fn open_lanes(&self, resting: &HashSet<Key>) -> Result<Vec<Lane>> {
        let mut lanes = self.net.store.lanes()?;
        lanes.retain(|lane| {
            self.sources.contains_key(&lane.source)
                && !resting.contains(&(lane.source.clone(), lane.host.clone()))
        });
        Ok(lanes)
    }

    /// Fetches the links of a source on a host one after the other. Tells whether the lane rests
    /// for this run, although links may be left.
    async fn lane(&self, source: String, host: String) -> Result<(Key, bool)> {
        let mut next = None;
        let rests = loop {
            let (turn, lease) = if let Some(taken) = next.take() {
                taken
            } else {
                let turn = tokio::select! {
                    turn = self.net.turn(&host) => turn?,
                    () = self.stop.requested() => break true,
                };
                let Ok(turn) = turn else { break true };
                let Some(lease) = self.take(&source, &host)? else {
                    break false;
                };
                (turn, lease)
            };
            if !self.within_budget(&lease) {
                self.net.store.release(&lease, self.net.clock.now())?;
                break true;
            }
            let goal = Goal::of_lease(&lease);
            let visit = tokio::select! {
                visit = self.net.visit(&goal, turn) => visit?,
                () = self.overdue() => {
                    self.net.store.release(&lease, self.net.clock.now())?;
                    break true;
                }
            };
            let tired = visit.tired;
            if lease.link.kind == Kind::Page {
                next = self.keep_and_take(&lease, visit, &host)?;
            } else {
                self.keep(&lease, visit)?;
                self.enqueue_sitemaps(&lease).await?;
            }
            if tired {
                break true;
            }
        };
        Ok(((source, host), rests))
    }

    fn take(&self, source: &str, host: &str) -> Result<Option<Lease>> {
        let now = self.net.clock.now();
        let until = later(now, self.lease_span());
        self.net.store.lease(source, host, now, until)
    }

    /// Writes down the visit of a page and takes the next link in the same commit, where the host may be
    /// asked at once: while one waits for a host, its links are nobody's.
    fn keep_and_take(
        &self,
        lease: &Lease,
        visit: Visit,
        host: &str,
    ) -> Result<Option<(Turn, Lease)>> {
        let goes_on = !visit.tired && !self.stop.is_requested();
        self.net.store.commit(|| {
            self.keep(lease, visit)?;
            if !goes_on {
                return Ok(None);
            }
            let Some(turn) = self.net.turn_at_once(host)? else {
                return Ok(None);
            };
            let next = self.take(&lease.link.source, host)?;
            Ok(next.map(|lease| (turn, lease)))
        })
    }

    /// Waits until a stop was asked for, and then as long as what is under way may take to end.
    async fn overdue(&self) {
        self.stop.requested().await;
        self.net.clock.sleep(GRACE).await;
    }

    /// Longer than any request with its redirects should take.
    fn lease_span(&self) -> Duration {
        Duration::try_from(self.net.config.deadline).unwrap_or_default() * 2
    }

    /// Whether the source may have one more page in this run.
    fn within_budget(&self, lease: &Lease) -> bool {
        if lease.link.kind != Kind::Page {
            return true;
        }
        let mut pages = self.pages.borrow_mut();
        let fetched = pages.entry(lease.link.source.clone()).or_default();
        *fetched += 1;
        *fetched <= self.net.config.articles_per_run
    }

    /// What the paths of a source's articles hold.
    pub(super) fn patterns(&self, source: &str) -> &[Regex] {
        let reading = self.sources.get(source);
        reading.map_or(&[], |reading| reading.articles.as_slice())
    }

    /// A backfill of a source without sitemaps takes those that robots.txt names.
    async fn enqueue_sitemaps(&self, lease: &Lease) -> Result<()> {
        let link = &lease.link;
        let reading = self.sources.get(&link.source);
        let none = reading.is_some_and(|reading| reading.source.sitemaps.is_empty());
        let root = link.kind != Kind::Page && link.discovered_from.is_none();
        if !(none && root && self.period.since.is_some()) {
            return Ok(());
        }
        let now = self.net.clock.now();
        for url in self.net.sitemaps(&link.url).await? {
            if same_site(&url, &link.url) {
                let sitemap = Link {
                    url,
                    kind: Kind::Sitemap,
                    priority: focus::of_listing(Kind::Sitemap, Promise::Possible),
                    ..link.clone()
                };
                self.net.store.enqueue(&sitemap, now)?;
            }
        }
        Ok(())
    }

    /// What a link promises that a list of this lease's source names.
    pub(super) fn promise_of(
        &self,
        lease: &Lease,
        url: &Url,
        title: Option<&str>,
        sections: &[String],
    ) -> Promise {
        let source = self
            .sources
            .get(&lease.link.source)
            .map(|reading| reading.source);
        let list = lease.link.url.as_str();
        let name = source.map_or("", |source| source.name.as_str());
        let places: Vec<&str> = [name, list]
            .into_iter()
            .chain(sections.iter().map(String::as_str))
            .collect();
        (self.judge)(&Hints {
            url,
            title,
            places: &places,
            lang: source.and_then(Source::language),
        })
    }

    pub(super) fn count(&self, lease: &Lease, change: impl FnOnce(&mut Seen)) {
        let source = &lease.link.source;
        let mut all = self.seen.borrow_mut();
        let seen = all.entry(source.clone()).or_default();
        change(seen);
        (self.watch)(source, seen);
    }
}
