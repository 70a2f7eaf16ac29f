//! Writes down what came of a link: archive first, then store, queue and new links in one commit.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::cause::Cause;
use super::discover::Found;
use super::discover::section::same_site;
use super::fetch::Failure;
use super::focus::{self, OTHER_SUBJECT, Promise};
use super::host::later;
use super::listing;
use super::robots::standing;
use super::run::Run;
use super::visit::{End, Visit};
use crate::archive::capture::Capture;
use crate::archive::writer::Original;
use crate::error::Result;
use crate::store::lease::{Answer, Lease, Outcome};
use crate::store::queue::{Kind, Link};

/// The shortest, first and longest time between two looks at a feed, sitemap or section.
const SHORTEST: SignedDuration = SignedDuration::from_mins(10);
const FIRST: SignedDuration = SignedDuration::from_hours(1);
const LONGEST: SignedDuration = SignedDuration::from_hours(14 * 24);

/// When a link that someone forbids is looked at again.
const FORBIDDEN: Duration = Duration::from_secs(7 * 24 * 3600);

/// How long the pages of a list that does not end are left alone.
const CALENDAR: Duration = Duration::from_secs(24 * 3600);

/// Attempts at a page before it is given up, and the first wait between two.
const ATTEMPTS: u32 = 8;
const RETRY: Duration = Duration::from_secs(600);

impl Run<'_> {
    /// Writes down a visit; of a page, as a part of the caller's commit.
    pub(super) fn keep(&self, lease: &Lease, visit: Visit) -> Result<()> {
        for capture in self.net.take_aside().iter().chain(&visit.hops) {
            self.archive.borrow_mut().append(capture)?;
        }
        self.net.settle()?;
        match visit.end {
            Ok(End::Fetched(capture)) if lease.link.kind == Kind::Page => {
                self.keep_page(lease, &capture)
            }
            Ok(End::Fetched(capture)) => self.keep_listing(lease, &capture),
            Ok(End::Unchanged(capture)) => self.keep_unchanged(lease, &capture),
            Ok(End::Known) => {
                self.count(lease, |seen| seen.duplicates += 1);
                let outcome = Outcome::Done(Answer::default());
                self.net
                    .store
                    .complete(lease, &outcome, self.net.clock.now())
                    .map(drop)
            }
            Err(failure) => self.keep_failure(lease, &failure),
        }
    }

    fn keep_page(&self, lease: &Lease, capture: &Capture) -> Result<()> {
        let now = self.net.clock.now();
        let digest = capture.digest();
        let twin = self.net.store.capture_by_digest(&digest)?;
        let location = match &twin {
            Some(twin) => self.archive.borrow_mut().append_revisit(
                capture,
                &Original {
                    url: &twin.url,
                    fetched: twin.fetched,
                    digest: &digest,
                },
            ),
            None => self.archive.borrow_mut().append_known(capture, &digest),
        }?;
        let store = self.net.store;
        let outcome = Outcome::Done(answer(capture, &digest, None, now));
        if !store.complete(lease, &outcome, now)? {
            return Ok(());
        }
        if twin.is_none() {
            store.insert_capture(capture, &lease.link.source, &location)?;
        }
        if capture.url != lease.link.url.as_str()
            && let Ok(url) = url::Url::parse(&capture.url)
        {
            let link = lease.link.clone();
            store.settle(&Link { url, ..link }, now)?;
        }
        let alike = twin.is_none() && self.repeats(lease, capture);
        self.count(lease, |seen| {
            seen.fetched += 1;
            seen.alike += u64::from(alike);
            seen.bytes += capture.body.len() as u64;
            seen.new += u64::from(twin.is_none());
            seen.duplicates += u64::from(twin.is_some());
        });
        Ok(())
    }

    /// Whether a page reads like one that its source gave shortly before.
    fn repeats(&self, lease: &Lease, capture: &Capture) -> bool {
        let mut recent = self.recent.borrow_mut();
        let recent = recent.entry(lease.link.source.clone()).or_default();
        recent.repeats(&capture.body)
    }

    fn keep_listing(&self, lease: &Lease, capture: &Capture) -> Result<()> {
        let now = self.net.clock.now();
        let digest = capture.digest();
        if lease.digest.as_ref() == Some(&digest) {
            return self.keep_unchanged(lease, capture);
        }
        let patterns = self.patterns(&lease.link.source);
        let Some(listing) = listing::read(lease.link.kind, capture, patterns, self.period) else {
            return self.keep_failure(lease, &Cause::Unread.into());
        };
        self.archive.borrow_mut().append_listing(capture)?;
        let passed = self.net.store.commit(|| {
            let (mut new, mut passed) = (0_usize, 0_u64);
            for found in &listing.pages {
                let promise =
                    self.promise_of(lease, &found.url, found.title.as_deref(), &found.categories);
                let link = page(lease, found, promise, now);
                let sampled = focus::is_sampled(&found.url, self.net.config.sample);
                if promise == Promise::Other && !sampled {
                    passed += u64::from(self.net.store.pass_over(&link, OTHER_SUBJECT)?);
                } else {
                    new += usize::from(self.net.store.enqueue(&link, now)?);
                }
            }
            // A sitemap below an index names pages only: what goes deeper goes in circles.
            let deep = lease.link.kind == Kind::Sitemap && lease.link.discovered_from.is_some();
            for (url, kind) in listing.further.iter().filter(|_| !deep) {
                if same_site(url, &lease.link.url) {
                    let promise = self.promise_of(lease, url, None, &[]);
                    self.net
                        .store
                        .enqueue(&further(lease, url, *kind, promise), now)?;
                }
            }
            // Older pages of a list are turned only for a backfill, and while they bring something.
            let fresh = new > 0 || passed > 0;
            if let Some(next) = listing
                .next
                .as_ref()
                .filter(|_| fresh && self.period.since.is_some())
            {
                let promise = self.promise_of(lease, next, None, &[]);
                let next = further(lease, next, Kind::Section, promise);
                self.net.store.enqueue(&next, self.turn_at(lease, now))?;
            }
            let interval = interval(lease, fresh);
            let outcome = Outcome::Done(answer(capture, &digest, interval, now));
            self.net.store.complete(lease, &outcome, now)?;
            Ok(passed)
        })?;
        self.discovered.notify_one();
        self.count(lease, |seen| {
            seen.fetched += 1;
            seen.passed += passed;
            seen.bytes += capture.body.len() as u64;
        });
        Ok(())
    }

    /// When the next page of a list may be turned: a calendar without end is left for a day when a
    /// source had as many of its pages as it may have articles.
    fn turn_at(&self, lease: &Lease, now: Timestamp) -> Timestamp {
        let mut turned = self.turned.borrow_mut();
        let pages = turned.entry(lease.link.source.clone()).or_default();
        *pages += 1;
        if *pages > self.net.config.articles_per_run {
            later(now, CALENDAR)
        } else {
            now
        }
    }

    fn keep_unchanged(&self, lease: &Lease, capture: &Capture) -> Result<()> {
        let now = self.net.clock.now();
        match (&lease.digest, lease.fetched) {
            (Some(digest), Some(fetched)) => {
                let original = Original {
                    url: lease.link.url.as_str(),
                    fetched,
                    digest,
                };
                self.archive.borrow_mut().append_revisit(capture, &original)
            }
            _ => self.archive.borrow_mut().append_listing(capture),
        }?;
        let interval = interval(lease, false);
        let next = interval.map(|interval| now.saturating_add(interval).unwrap_or(Timestamp::MAX));
        self.count(lease, |seen| seen.unchanged += 1);
        let outcome = Outcome::Unchanged { next, interval };
        self.net.store.complete(lease, &outcome, now).map(drop)
    }

    fn keep_failure(&self, lease: &Lease, failure: &Failure) -> Result<()> {
        let now = self.net.clock.now();
        let cause = failure.cause.label();
        let outcome = match (postponed(&failure.cause, now), retry(lease, failure, now)) {
            (Some(until), _) => Outcome::Postponed { cause, until },
            (None, retry) if failure.cause.forbids() => Outcome::Blocked { cause, retry },
            (None, retry) => Outcome::Failed { cause, retry },
        };
        self.count(lease, |seen| {
            seen.count(&failure.cause);
            seen.bytes += failure.decoded;
        });
        self.net.store.complete(lease, &outcome, now).map(drop)
    }
}

/// When a link is tried that was not tried, for a reason that is not its own.
fn postponed(cause: &Cause, now: Timestamp) -> Option<Timestamp> {
    match cause {
        Cause::Later(at) => Some(*at),
        Cause::Robots { line: None, .. } => Some(later(now, standing::RETRY)),
        _ => None,
    }
}

/// When a link is tried again after a failure; nothing where it is given up.
fn retry(lease: &Lease, failure: &Failure, now: Timestamp) -> Option<Timestamp> {
    let recurs = lease.link.kind != Kind::Page;
    if failure.cause.forbids() {
        return Some(later(now, FORBIDDEN));
    }
    let wait = RETRY * 3_u32.saturating_pow(lease.attempts.clamp(1, 7) - 1);
    let wait = wait.max(failure.retry_after.unwrap_or_default());
    if failure.cause.passes() && (recurs || lease.attempts < ATTEMPTS) {
        return Some(later(now, wait));
    }
    recurs.then(|| later(now, FORBIDDEN))
}

/// Half the interval after something new, half as much again after nothing; pages do not recur,
/// nor do the older pages of a list.
fn interval(lease: &Lease, new: bool) -> Option<SignedDuration> {
    let kind = lease.link.kind;
    if kind == Kind::Page || (kind == Kind::Section && lease.link.discovered_from.is_some()) {
        return None;
    }
    let next = match (lease.interval, new) {
        (None, _) => FIRST,
        (Some(interval), true) => interval / 2,
        (Some(interval), false) => interval * 3 / 2,
    };
    Some(next.clamp(SHORTEST, LONGEST))
}

fn answer(
    capture: &Capture,
    digest: &str,
    interval: Option<SignedDuration>,
    now: Timestamp,
) -> Answer {
    Answer {
        etag: capture.header("etag").map(str::to_owned),
        last_modified: capture.header("last-modified").map(str::to_owned),
        digest: Some(digest.to_owned()),
        next: interval.map(|interval| now.saturating_add(interval).unwrap_or(Timestamp::MAX)),
        interval,
    }
}

fn page(lease: &Lease, found: &Found, promise: Promise, now: Timestamp) -> Link {
    let published = found.published.as_ref();
    Link {
        url: found.url.clone(),
        source: lease.link.source.clone(),
        kind: Kind::Page,
        discovered_from: Some(lease.link.url.to_string()),
        priority: focus::of_page(promise, published.map(|moment| moment.at), now),
        published: published.map(|moment| moment.written.clone()),
        title: found.title.clone(),
    }
}

fn further(lease: &Lease, url: &url::Url, kind: Kind, promise: Promise) -> Link {
    Link {
        url: url.clone(),
        source: lease.link.source.clone(),
        kind,
        discovered_from: Some(lease.link.url.to_string()),
        priority: focus::of_listing(kind, promise),
        published: None,
        title: None,
    }
}
