//! Holds what a run knows of each host, and hands it to one request at a time.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Mutex, OwnedMutexGuard, Semaphore};
use url::Url;

use super::canonical::canonical;
use super::cause::Cause;
use super::clock::Clock;
use super::fetch::{self, Ask, Failure, Fetcher, Reply, Wanted};
use super::pace::{Pace, Sign};
use super::robots;
use super::robots::standing::{Answer, REDIRECTS, Standing, Verdict, weigh};
use crate::archive::capture::Capture;
use crate::config::Crawl;
use crate::error::Result;
use crate::store::Store;
use crate::store::host::{HostState, Robots};
use crate::store::queue::host_of;

/// The longest wait for a host within a run; links of a host that asks for more stay in the queue.
pub(super) const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// What asks hosts: the client, the clock, and what is known of each host.
pub(super) struct Net<'a> {
    pub(super) config: &'a Crawl,
    pub(super) store: &'a Store,
    pub(super) clock: &'a dyn Clock,
    fetcher: Fetcher,
    hosts: Hosts,
    floor: Duration,
    /// How many requests may be under way at the same time.
    slots: Semaphore,
    /// Answers that nobody waits for, for the archive: each robots.txt, refusals, errors.
    aside: RefCell<Vec<Capture>>,
    /// The pace of hosts that the store does not know yet.
    unsettled: RefCell<HashMap<String, HostState>>,
}

/// All hosts of a run.
#[derive(Default)]
pub(super) struct Hosts {
    known: RefCell<HashMap<String, Arc<Mutex<Host>>>>,
}

/// What is known of a host.
pub(super) struct Host {
    name: String,
    pub(super) pace: Pace,
    state: HostState,
    /// What may be fetched, and until when that holds.
    standing: Option<(Arc<Standing>, Timestamp)>,
}

/// The right to make the next request to a host: the others wait while it is held.
pub(super) type Turn = OwnedMutexGuard<Host>;

/// Status and body of a robots.txt.
type Asked = (Option<u16>, Option<Vec<u8>>);

/// What came of one request, or why none was made.
pub(super) type Outcome = std::result::Result<fetch::Answer, Failure>;

impl<'a> Net<'a> {
    /// Nothing is asked yet.
    ///
    /// # Errors
    /// The HTTP client cannot be set up.
    pub(super) fn new(config: &'a Crawl, store: &'a Store, clock: &'a dyn Clock) -> Result<Self> {
        Ok(Self {
            config,
            store,
            clock,
            fetcher: Fetcher::new(config)?,
            hosts: Hosts::default(),
            floor: Duration::try_from(config.delay).unwrap_or_default(),
            slots: Semaphore::new(config.hosts_at_once.max(1)),
            aside: RefCell::default(),
            unsettled: RefCell::default(),
        })
    }

    /// Waits until the host may be asked; where that is too far, tells when.
    pub(super) async fn turn(&self, name: &str) -> Result<std::result::Result<Turn, Timestamp>> {
        let turn = self.host(name)?.lock_owned().await;
        Ok(match self.wait(&turn.pace).await {
            None => Ok(turn),
            Some(later) => Err(later),
        })
    }

    /// The turn of whoever may ask the host at once, while nobody waits for it.
    pub(super) fn turn_at_once(&self, name: &str) -> Result<Option<Turn>> {
        let turn = self.host(name)?.try_lock_owned().ok();
        let now = self.clock.now();
        Ok(turn.filter(|turn| turn.pace.ready().is_none_or(|ready| ready <= now)))
    }

    fn host(&self, name: &str) -> Result<Arc<Mutex<Host>>> {
        if let Some(host) = self.hosts.known.borrow().get(name) {
            return Ok(host.clone());
        }
        let state = self.store.host(name)?;
        let host = Host {
            name: name.to_owned(),
            pace: Pace::resume(self.floor, name, &state),
            state,
            standing: None,
        };
        let host = Arc::new(Mutex::new(host));
        self.hosts
            .known
            .borrow_mut()
            .insert(name.to_owned(), host.clone());
        Ok(host)
    }

    /// Waits for a host; returns the moment where it is further away than a run waits.
    async fn wait(&self, pace: &Pace) -> Option<Timestamp> {
        let ready = pace.ready()?;
        let wait = Duration::try_from(ready.duration_since(self.clock.now())).unwrap_or_default();
        if wait > PATIENCE {
            return Some(ready);
        }
        if !wait.is_zero() {
            self.clock.sleep(wait).await;
        }
        None
    }

    /// Asks for a URL in one's turn, if robots.txt allows it.
    pub(super) async fn ask(&self, turn: &mut Turn, ask: &Ask<'_>) -> Result<Outcome> {
        let standing = match self.standing(turn, ask.url).await? {
            Ok(standing) => standing,
            Err(cause) => return Ok(Err(cause.into())),
        };
        let decision = standing.decide(&self.config.agent, ask.url.as_str());
        if !decision.allowed {
            let (line, rule) = (decision.line, decision.rule);
            return Ok(Err(Cause::Robots { line, rule }.into()));
        }
        // Reading robots.txt was a request too.
        if let Some(later) = self.wait(&turn.pace).await {
            return Ok(Err(Cause::Later(later).into()));
        }
        Ok(self.request(turn, ask).await.answer)
    }

    /// The sitemaps that the robots.txt of a host names, where it was read in this run.
    pub(super) async fn sitemaps(&self, url: &Url) -> Result<Vec<Url>> {
        let host = self.host(&host_of(url))?.lock_owned().await;
        let standing = host.standing.as_ref().map(|(standing, _)| &**standing);
        let Some(Standing::Rules(robots)) = standing else {
            return Ok(Vec::new());
        };
        let addresses = robots.sitemaps();
        Ok(addresses
            .filter_map(|address| canonical(address, Some(url)))
            .collect())
    }

    /// Hands out the answers that nobody waited for.
    pub(super) fn take_aside(&self) -> Vec<Capture> {
        self.aside.take()
    }

    /// Writes down the pace of the hosts that were asked since: with what came of the requests, in the
    /// same commit, or before a wait.
    pub(super) fn settle(&self) -> Result<()> {
        let unsettled = self.unsettled.take();
        let mut hosts = unsettled.iter();
        hosts.try_for_each(|(name, state)| self.store.set_pace(name, state))
    }

    /// One request, told to the pace of its host.
    async fn request(&self, turn: &mut Turn, ask: &Ask<'_>) -> Reply {
        let _slot = self.slots.acquire().await;
        turn.pace.begin(self.clock.now());
        let mut reply = self.fetcher.ask(ask, self.clock.now()).await;
        if let Err(failure) = &mut reply.answer {
            self.aside
                .borrow_mut()
                .extend(failure.heard.take().map(|heard| *heard));
        }
        let sign = match &reply.answer {
            Err(failure) if failure.cause.slows() => Sign::Refusal(failure.retry_after),
            _ => Sign::Answer(reply.latency),
        };
        turn.pace.end(self.clock.now(), sign);
        let mut paced = HostState::default();
        turn.pace.leave(&mut paced);
        self.unsettled.borrow_mut().insert(turn.name.clone(), paced);
        reply
    }

    /// What robots.txt says of a host: as known, as an earlier run left it, or asked for now.
    pub(super) async fn standing(
        &self,
        turn: &mut Turn,
        url: &Url,
    ) -> Result<std::result::Result<Arc<Standing>, Cause>> {
        let now = self.clock.now();
        if let Some((standing, until)) = &turn.standing
            && *until > now
        {
            return Ok(Ok(standing.clone()));
        }
        let kept = turn
            .state
            .robots
            .as_ref()
            .map(|robots| (recall(robots, now), robots.checked));
        if let Some((verdict, checked)) = kept
            && later(checked, verdict.holds) > now
        {
            return Ok(Ok(self.adopt(turn, verdict, checked)));
        }
        if let Some(later) = self.wait(&turn.pace).await {
            return Ok(Err(Cause::Later(later)));
        }
        let asked = match self.ask_robots(turn, url).await? {
            Ok(asked) => asked,
            Err(cause) => return Ok(Err(cause)),
        };
        let file = match asked {
            (Some(200), Some(bytes)) => Some((bytes, now)),
            _ => turn.state.robots.take().and_then(|robots| robots.file),
        };
        let robots = Robots {
            file,
            status: asked.0,
            checked: now,
        };
        let verdict = recall(&robots, now);
        turn.state.robots = Some(robots);
        let standing = self.adopt(turn, verdict, now);
        let host = &mut **turn;
        host.pace.leave(&mut host.state);
        self.store.set_host(&host.name, &host.state)?;
        self.unsettled.borrow_mut().remove(&host.name);
        Ok(Ok(standing))
    }

    fn adopt(&self, turn: &mut Turn, verdict: Verdict, checked: Timestamp) -> Arc<Standing> {
        turn.pace
            .ask_for(verdict.standing.crawl_delay(&self.config.agent));
        let standing = Arc::new(verdict.standing);
        turn.standing = Some((standing.clone(), later(checked, verdict.holds)));
        standing
    }

    /// The status and body of robots.txt, redirects followed; no status where no answer came. A host
    /// that is not there, or not to be connected to, is no matter of robots.txt.
    async fn ask_robots(
        &self,
        turn: &mut Turn,
        url: &Url,
    ) -> Result<std::result::Result<Asked, Cause>> {
        let mut url = url.clone();
        url.set_path("/robots.txt");
        url.set_query(None);
        for _ in 0..=REDIRECTS {
            let ask = Ask {
                url: &url,
                etag: None,
                last_modified: None,
                wanted: Wanted::Anything,
                limit: robots::LIMIT as u64,
            };
            url = match self.request(turn, &ask).await.answer {
                Ok(fetch::Answer::Fetched(capture)) => {
                    let body = capture.body.clone();
                    self.aside.borrow_mut().push(capture);
                    return Ok(Ok((Some(200), Some(body))));
                }
                Ok(fetch::Answer::Moved(hop, target)) => {
                    self.aside.borrow_mut().push(hop);
                    target
                }
                // Nobody asked whether it changed.
                Ok(fetch::Answer::Unchanged(_)) => break,
                Err(failure) => match failure.cause {
                    Cause::BadRedirect => break,
                    Cause::Status(status) | Cause::Blocked(status) => {
                        return Ok(Ok((Some(status), None)));
                    }
                    cause @ (Cause::Private(_) | Cause::Dns) => return Ok(Err(cause)),
                    // A challenge, like silence, says nothing of what is allowed.
                    _ => return Ok(Ok((None, None))),
                },
            };
        }
        Ok(Ok((Some(404), None)))
    }
}

/// What is known, without asking, of whether a run would fetch a URL: the obstacle, where there is one.
pub(super) fn obstacle(state: &HostState, agent: &str, url: &Url, now: Timestamp) -> Option<Cause> {
    if let Some(ready) = state.next_allowed.filter(|at| *at > later(now, PATIENCE)) {
        return Some(Cause::Later(ready));
    }
    let robots = state.robots.as_ref()?;
    let verdict = recall(robots, now);
    if later(robots.checked, verdict.holds) <= now {
        return None;
    }
    let decision = verdict.standing.decide(agent, url.as_str());
    let (line, rule) = (decision.line, decision.rule);
    (!decision.allowed).then_some(Cause::Robots { line, rule })
}

/// What a robots.txt that was asked for earlier means now.
fn recall(robots: &Robots, now: Timestamp) -> Verdict {
    let copy = robots.file.as_ref().map(|(bytes, fetched)| {
        let age = Duration::try_from(now.duration_since(*fetched)).unwrap_or_default();
        (bytes.as_slice(), age)
    });
    let answer = match (robots.status, copy) {
        (Some(200), Some((bytes, _))) => Answer::File(bytes),
        (Some(status), _) => Answer::Status(status),
        (None, _) => Answer::Silent,
    };
    weigh(answer, copy)
}

pub(super) fn later(at: Timestamp, span: Duration) -> Timestamp {
    let span = SignedDuration::try_from(span).unwrap_or(SignedDuration::MAX);
    at.saturating_add(span).unwrap_or(Timestamp::MAX)
}
