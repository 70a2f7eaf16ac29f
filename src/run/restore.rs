//! Keeps what a store that was lost takes up again from the archive from being told as news.
//!
//! What the archive holds and the store did not know was told when it came, or is older than any alert. From
//! the first such capture until all of them are read, linked and indexed, the store bears a mark: whatever batch
//! finds it does that first, and then lets every alert begin behind it.

use crate::error::Result;
use crate::store::Store;

use super::alert::watch::Watch;
use super::read::last_read;
use super::report::Report;
use super::{Batch, Places};

/// The last capture that was taken up and may not be told, as the store keeps it.
const MARK: &str = "taken up";

/// Notes a capture that was taken up from the archive.
pub(super) fn begin(store: &Store, capture: i64) -> Result<()> {
    store.set_meta(MARK, &capture.to_string())
}

/// The last capture that was taken up and is not done with.
fn mark(store: &Store) -> Result<Option<i64>> {
    Ok(store.meta(MARK)?.and_then(|id| id.parse().ok()))
}

impl Batch<'_> {
    /// Brings to its end what a reading of the archive that was cut off had taken up.
    pub(super) fn restore(
        &self,
        places: &Places,
        store: &Store,
        report: &mut Report,
    ) -> Result<()> {
        let Some(upto) = mark(store)? else {
            return Ok(());
        };
        if last_read(store)? < upto {
            self.read_all(places, store, report, Some(upto))?;
        } else {
            self.settle(places, store, report)?;
        }
        self.restored(store)
    }

    /// What was taken up is read, linked and indexed: alerts begin behind it. Where a stop was asked for, that is
    /// left to the next batch.
    pub(super) fn restored(&self, store: &Store) -> Result<()> {
        if mark(store)?.is_none() || self.stop.is_requested() {
            return Ok(());
        }
        store.commit(|| {
            let seen = store.revision()?;
            for alert in store.alerts()? {
                store.set_seen(&alert.id, seen)?;
            }
            store.set_meta(MARK, "")
        })
    }

    /// Tells what batches before this one left, while it can be told from what is taken up now.
    pub(super) fn tell_what_waits(
        &self,
        places: &Places,
        store: &Store,
        report: &mut Report,
    ) -> Result<()> {
        if mark(store)?.is_some() || !self.something_waits(store)? {
            return Ok(());
        }
        self.read_all(places, store, report, None)?;
        self.tell_alerts(places, store, report)
    }

    fn something_waits(&self, store: &Store) -> Result<bool> {
        for watch in Watch::all(self.config)? {
            let Some(state) = store.alert(&watch.alert.id)? else {
                continue;
            };
            let unread = store.count_captures_after(last_read(store)?)? > 0;
            if unread || !store.news_since(watch.kind(), state.seen, 1)?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
