//! Makes a store that was lost again from the archive, and keeps what it takes up from being told as news.
//!
//! Before anything is appended, a store without captures takes up what the archive holds: afterwards nothing
//! would tell old from new. What the archive holds and the store did not know was told when it came, or is older than any alert. From
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

/// Whether what the archive holds is being taken up, as the store keeps it.
const TAKING: &str = "taking up";

/// Notes a capture that was taken up from the archive, of which there may be more.
pub(super) fn begin(store: &Store, capture: i64) -> Result<()> {
    store.set_meta(TAKING, "1")?;
    store.set_meta(MARK, &capture.to_string())
}

/// Notes that nothing of the archive is left to be taken up.
pub(super) fn end(store: &Store) -> Result<()> {
    if is_taking(store)? {
        store.set_meta(TAKING, "")?;
    }
    Ok(())
}

fn is_taking(store: &Store) -> Result<bool> {
    Ok(store.meta(TAKING)?.is_some_and(|taking| !taking.is_empty()))
}

/// The last capture that was taken up and is not done with.
fn mark(store: &Store) -> Result<Option<i64>> {
    Ok(store.meta(MARK)?.and_then(|id| id.parse().ok()))
}

impl Batch<'_> {
    /// Takes up what the archive holds where the store knows nothing of it, or was cut off taking it up.
    pub(super) fn find_archive(&self, places: &Places, store: &Store) -> Result<()> {
        let knows_some = store.captures_after(0).next().transpose()?.is_some();
        if knows_some && !is_taking(store)? {
            return Ok(());
        }
        let found = self.take_up(places, store)?;
        if found > 0 {
            tracing::warn!(
                "the store knew nothing of {found} captures of the archive; they are taken up from it"
            );
        }
        Ok(())
    }

    /// Brings to its end what was taken up from the archive and not yet linked, by this batch or one before.
    pub(super) fn restore(
        &self,
        places: &Places,
        store: &Store,
        report: &mut Report,
    ) -> Result<()> {
        self.find_archive(places, store)?;
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
