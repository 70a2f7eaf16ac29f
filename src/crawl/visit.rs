//! Follows one link to its end: each hop has its own turn, address check and robots.txt.

use std::collections::HashSet;

use jiff::SignedDuration;
use url::Url;

use super::cause::Cause;
use super::fetch::{Answer, Ask, Failure, Wanted};
use super::host::{Net, Turn};
use crate::archive::capture::Capture;
use crate::error::Result;
use crate::store::lease::Lease;
use crate::store::queue::{Kind, host_of};

/// What is to be visited.
pub(super) struct Goal<'a> {
    url: &'a Url,
    etag: Option<&'a str>,
    last_modified: Option<&'a str>,
    /// Whether the way ends where it leads to a link of the queue.
    stops_at_known: bool,
}

/// What came of a link.
pub(super) struct Visit {
    /// The redirects on the way.
    pub(super) hops: Vec<Capture>,
    /// What stood at the end.
    pub(super) end: std::result::Result<End, Failure>,
    /// Whether the link's own host had enough for this run.
    pub(super) tired: bool,
}

/// What stood at the end of a link.
pub(super) enum End {
    /// A body.
    Fetched(Capture),
    /// What was there before: headers alone.
    Unchanged(Capture),
    /// A page that is in the queue, or was fetched, under its own address.
    Known,
}

/// Refusals in a row after which a host is left alone for the rest of a run.
const TIRED: u32 = 5;

/// The longest interval between two visits at which a server's word is taken that nothing changed.
const TRUSTED: SignedDuration = SignedDuration::from_hours(24);

impl<'a> Goal<'a> {
    /// A leased link, with what the last fetch left.
    pub(super) fn of_lease(lease: &'a Lease) -> Self {
        // Some servers say for ever that nothing changed: what was unchanged for long is asked for whole.
        let trusted = lease.interval.is_none_or(|interval| interval < TRUSTED);
        Self {
            url: &lease.link.url,
            etag: lease.etag.as_deref().filter(|_| trusted),
            last_modified: lease.last_modified.as_deref().filter(|_| trusted),
            stops_at_known: lease.link.kind == Kind::Page,
        }
    }

    /// An address as if it had never been seen.
    pub(super) fn anew(url: &'a Url) -> Self {
        Self {
            url,
            etag: None,
            last_modified: None,
            stops_at_known: false,
        }
    }

    fn ask<'b>(&'b self, url: &'b Url, limit: u64) -> Ask<'b> {
        Ask {
            url,
            etag: self.etag,
            last_modified: self.last_modified,
            wanted: Wanted::Text,
            limit,
        }
    }
}

impl Net<'_> {
    /// Visits a goal, the first hop in the turn that is given.
    pub(super) async fn visit(&self, goal: &Goal<'_>, turn: Turn) -> Result<Visit> {
        let mut turn = turn;
        let mut url = goal.url.clone();
        let mut hops = Vec::new();
        let mut been = HashSet::from([url.clone()]);
        let mut tired = false;
        let end = loop {
            let answer = self
                .ask(&mut turn, &goal.ask(&url, self.config.body_limit))
                .await?;
            tired |= hops.is_empty() && turn.pace.refusals() >= TIRED;
            // Whoever waits for this host goes on while we wait for another.
            drop(turn);
            let (hop, target) = match answer {
                Ok(Answer::Moved(hop, target)) => (hop, target),
                Ok(Answer::Fetched(capture)) => break Ok(End::Fetched(capture)),
                Ok(Answer::Unchanged(capture)) => break Ok(End::Unchanged(capture)),
                Err(failure) => break Err(failure),
            };
            hops.push(hop);
            if hops.len() > self.config.redirects || !been.insert(target.clone()) {
                break Err(Cause::Redirects.into());
            }
            if goal.stops_at_known && self.store.knows(&target)? {
                break Ok(End::Known);
            }
            self.settle()?;
            turn = match self.turn(&host_of(&target)).await? {
                Ok(turn) => turn,
                Err(later) => break Err(Cause::Later(later).into()),
            };
            url = target;
        };
        Ok(Visit { hops, end, tired })
    }
}
