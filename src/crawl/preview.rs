//! Tells what a crawl would do, without doing it: for every link that is due, or for one URL.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::time::Duration;

use jiff::Timestamp;
use url::Url;

use super::cause::Cause;
use super::focus::{Hints, Promise};
use super::host::{self, Net};
use super::robots::Decision;
use super::{Crawler, blocking};
use crate::config::source::Source;
use crate::error::Result;
use crate::store::Store;
use crate::store::host::HostState;
use crate::store::queue::{Kind, Known, Link, host_of};

/// What would come of a link that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prospect {
    /// It would be fetched.
    Fetched,
    /// Something stands in its way, as far as earlier runs know.
    Barred(Cause),
    /// The source has had its pages by then; the next run goes on here.
    BeyondBudget,
}

/// What stands between the crawler and a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// What robots.txt says.
    pub decision: Decision,
    /// The delay between two requests to its host.
    pub delay: Duration,
    /// When its host may be asked next, where that is not now.
    pub ready: Option<Timestamp>,
    /// The link as it stands in the queue.
    pub known: Option<Known>,
    /// What its address, and its title where one is known, promise.
    pub promise: Promise,
}

/// What a preview has met so far.
struct Preview<'a> {
    store: &'a Store,
    agent: &'a str,
    now: Timestamp,
    hosts: HashMap<String, HostState>,
    /// Pages that each source may still have.
    budget: HashMap<String, usize>,
    pages: usize,
}

impl Crawler<'_> {
    /// Tells of each link that is due what would come of it, each host's links in the order in which
    /// they would be fetched. Nothing is asked, and nothing is written.
    ///
    /// # Errors
    /// A source that does not exist, or a store that refuses.
    pub fn preview(&self, store: &Store, mut each: impl FnMut(&Link, &Prospect)) -> Result<()> {
        let chosen = self.chosen()?;
        let mut preview = Preview {
            store,
            agent: &self.config.crawl.agent,
            now: self.clock.now(),
            hosts: HashMap::new(),
            budget: HashMap::new(),
            pages: self.config.crawl.articles_per_run,
        };
        for link in self.roots()? {
            if !store.knows(&link.url)? {
                each(&link, &preview.prospect(&link)?);
            }
        }
        for lane in store.lanes()? {
            if !chosen.iter().any(|source| source.id == lane.source) {
                continue;
            }
            for link in store.waiting(&lane, preview.now) {
                let link = link?;
                each(&link, &preview.prospect(&link)?);
            }
        }
        Ok(())
    }

    /// Says whether a URL may be fetched, by which line, and when; asks for its robots.txt where none is known.
    ///
    /// # Errors
    /// A live host without a contact, or a store that refuses.
    pub fn explain(&self, store: &Store, url: &Url) -> Result<Explanation> {
        self.check_contact_for(std::slice::from_ref(url))?;
        let known = store.known(url)?;
        let title = known.as_ref().and_then(|known| known.link.title.as_deref());
        let list = known
            .as_ref()
            .and_then(|known| known.link.discovered_from.as_deref());
        let source = known.as_ref().map(|known| known.link.source.as_str());
        let mut sources = self.config.sources.iter();
        let source = sources.find(|one| Some(one.id.as_str()) == source);
        let promise = (self.judge)(&Hints {
            url,
            title,
            places: &[
                source.map_or("", |source| &source.name),
                list.unwrap_or_default(),
            ],
            lang: source.and_then(Source::language),
        });
        let (decision, delay, ready) = blocking(self.standing(store, url))?;
        Ok(Explanation {
            decision,
            delay,
            ready,
            known,
            promise,
        })
    }

    async fn standing(
        &self,
        store: &Store,
        url: &Url,
    ) -> Result<(Decision, Duration, Option<Timestamp>)> {
        let net = Net::new(&self.config.crawl, store, self.clock)?;
        let mut turn = match net.turn(&host_of(url)).await? {
            Ok(turn) => turn,
            Err(ready) => return Ok((no(&Cause::Later(ready)), Duration::ZERO, Some(ready))),
        };
        let standing = net.standing(&mut turn, url).await?;
        net.settle()?;
        let decision = match standing {
            Ok(standing) => standing.decide(&self.config.crawl.agent, url.as_str()),
            Err(cause) => no(&cause),
        };
        let ready = turn.pace.ready().filter(|ready| *ready > self.clock.now());
        Ok((decision, turn.pace.delay(), ready))
    }
}

impl Preview<'_> {
    fn prospect(&mut self, link: &Link) -> Result<Prospect> {
        let state = match self.hosts.entry(host_of(&link.url)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let state = self.store.host(unknown.key())?;
                unknown.insert(state)
            }
        };
        if let Some(cause) = host::obstacle(state, self.agent, &link.url, self.now) {
            return Ok(Prospect::Barred(cause));
        }
        if link.kind == Kind::Page {
            let left = self.budget.entry(link.source.clone()).or_insert(self.pages);
            if *left == 0 {
                return Ok(Prospect::BeyondBudget);
            }
            *left -= 1;
        }
        Ok(Prospect::Fetched)
    }
}

fn no(cause: &Cause) -> Decision {
    Decision {
        allowed: false,
        line: None,
        rule: cause.to_string(),
    }
}
