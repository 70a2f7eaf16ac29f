//! Tells each alert's new hits once: in its feed, and to its webhook.
//!
//! What is asked is the index, of what came to say something new since the alert was last asked. Hits and the
//! deliveries made of them are kept in one transaction, so that a batch that is killed tells nothing twice
//! and loses nothing; a delivery leaves the store only when it was answered, so that it arrives at least
//! once. An alert begins with the batch that first sees it: what was there before is no news.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::config::Crawl;
use crate::error::Result;
use crate::index::{Index, Vocabulary};
use crate::store::Store;
use crate::store::alert::Kind;

use super::report::Report;
use super::{Batch, Places};

pub mod courier;
mod deliver;
mod feed;
pub mod hit;
pub mod watch;

use hit::{Body, Change, Hit};
use watch::Watch;

/// Rows that are asked for at once.
const AT_ONCE: u32 = 500;

/// Hits of one delivery at most.
const SENT_AT_ONCE: usize = 100;

/// Entries of a feed.
const ENTRIES: u32 = 100;

/// What stands for the publisher of feeds where no contact is configured; it is nobody's.
const NOBODY: &str = "sihafa.invalid";

/// What became of one alert in a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AlertReport {
    /// Hits that were told for the first time.
    pub new: u64,
    /// Dossiers that were told again, since they changed.
    pub changed: u64,
    /// Deliveries that the webhook took.
    pub delivered: u64,
    /// Attempts that failed, by cause; they are made again by the next batches.
    pub failed: BTreeMap<String, u64>,
    /// Deliveries given up: they failed for a month.
    pub given_up: u64,
    /// Deliveries that wait after the batch.
    pub waiting: u64,
}

impl Batch<'_> {
    /// Makes the alerts of the configuration known to the store, from its present state on.
    pub(super) fn begin_alerts(&self, store: &Store) -> Result<()> {
        let (now, seen) = (self.clock.now(), store.revision()?);
        for alert in &self.config.alerts {
            let tag = tag(&self.config.crawl, &alert.id, now);
            store.begin_alert(&alert.id, &tag, seen, now)?;
        }
        Ok(())
    }

    /// Tells what the index holds that is new; where a stop is asked for, it is left to the next batch.
    pub(super) fn tell_alerts(
        &self,
        places: &Places,
        store: &Store,
        report: &mut Report,
    ) -> Result<()> {
        if self.config.alerts.is_empty() || self.stop.is_requested() {
            return Ok(());
        }
        self.begin_alerts(store)?;
        let watches = Watch::all(self.config)?;
        self.timed("alert", report, |report| {
            let patterns = self.config.extract.patterns.as_deref();
            let index = Index::open(&places.index, Vocabulary::of(patterns)?.into())?;
            for watch in &watches {
                let told = report.alerts.entry(watch.alert.id.clone()).or_default();
                self.tell_all(watch, &index, store, (report.run, told))?;
                feed::write(&places.alerts, watch.alert, store)?;
            }
            self.deliver(store, report)
        })
    }

    fn tell_all(
        &self,
        watch: &Watch<'_>,
        index: &Index,
        store: &Store,
        (run, told): (i64, &mut AlertReport),
    ) -> Result<()> {
        let id = &watch.alert.id;
        while let Some(state) = store.alert(id)?
            && !self.stop.is_requested()
        {
            let news = store.news_since(watch.kind(), state.seen, AT_ONCE)?;
            let Some(&(last, _)) = news.last() else {
                break;
            };
            let hits = watch.among(index, news.into_iter().map(|(_, id)| id).collect())?;
            store.commit(|| {
                let mut fresh = Vec::new();
                for hit in hits {
                    fresh.extend(tell(store, id, hit, run)?);
                }
                if watch.alert.webhook.is_some() {
                    for hits in fresh.chunks(SENT_AT_ONCE) {
                        let body = Body::new(id, Some(run), hits);
                        store.add_delivery(id, &body.delivery, &body.json()?, self.clock.now())?;
                    }
                }
                for hit in &fresh {
                    match hit.change {
                        Change::New => told.new += 1,
                        Change::Changed => told.changed += 1,
                    }
                }
                store.trim_told(id, ENTRIES)?;
                store.set_seen(id, last)
            })?;
        }
        Ok(())
    }
}

/// Keeps a hit as told, unless that was done before. An article is told once, and one that repeats it not
/// at all; a dossier is told again each time that it changes.
fn tell(store: &Store, alert: &str, mut hit: Hit, run: i64) -> Result<Option<Hit>> {
    let known = store.is_told(alert, (hit.kind, &hit.id))?;
    if known && hit.kind == Kind::Article {
        return Ok(None);
    }
    for other in &hit.duplicates {
        if store.is_told(alert, (hit.kind, other))? {
            store.tell_silently(alert, (hit.kind, &hit.id), run)?;
            return Ok(None);
        }
    }
    if known {
        hit.change = Change::Changed;
    }
    if let Some(dossier) = &hit.dossier {
        for mention in &dossier.articles {
            let url = store.record(&mention.id)?.and_then(|record| record.url);
            hit.urls.extend(url.filter(|url| !hit.urls.contains(url)));
        }
    }
    store.tell(alert, (hit.kind, &hit.id), &hit.json()?, run)?;
    Ok(Some(hit))
}

/// What the ids of a feed begin with, as RFC 4151 has it: who is to be asked, since when, and which alert. It is
/// made once and kept, so that ids stay when the contact changes.
fn tag(config: &Crawl, alert: &str, now: Timestamp) -> String {
    let contact = config.contact.as_deref().unwrap_or_default().trim();
    let contact = contact.strip_prefix("mailto:").unwrap_or(contact);
    let mail = contact.split_once('@').map(|(_, host)| host.to_owned());
    let host = Url::parse(contact)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned))
        .or(mail)
        .map(|host| host.to_ascii_lowercase())
        .filter(|host| is_domain(host));
    let host = host.as_deref().unwrap_or(NOBODY);
    let day = now.to_zoned(TimeZone::UTC).date();
    format!("tag:{host},{day}:sihafa/{alert}")
}

fn is_domain(host: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.');
    !host.is_empty() && host.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_begin_with_whom_to_ask() {
        let now = "2026-03-01T23:30:00Z".parse().unwrap();
        for (contact, host) in [
            (Some("https://Example.org/us"), "example.org"),
            (Some("mailto:you@press.example"), "press.example"),
            (Some("you@press.example"), "press.example"),
            (Some("https://[::1]/"), NOBODY),
            (None, NOBODY),
        ] {
            let config = Crawl {
                contact: contact.map(str::to_owned),
                ..Crawl::default()
            };
            assert_eq!(
                tag(&config, "oran", now),
                format!("tag:{host},2026-03-01:sihafa/oran")
            );
        }
    }
}
