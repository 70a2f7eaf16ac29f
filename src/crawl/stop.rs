//! Carries the wish that work ends: whoever asks for it may be a signal, whoever heeds it a crawl or a batch.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

/// A wish to stop that all clones share. Once uttered it stays.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    wanted: Mutex<bool>,
    told: Condvar,
    notify: Notify,
}

impl Stop {
    /// Asks all work that holds a clone to end.
    pub fn request(&self) {
        *self.lock() = true;
        self.shared.told.notify_all();
        self.shared.notify.notify_waiters();
    }

    /// Whether anybody asked.
    pub fn is_requested(&self) -> bool {
        *self.lock()
    }

    /// Waits until somebody asks, at most for a span of wall-clock time. True where somebody did.
    pub fn wait(&self, most: Duration) -> bool {
        let waiting = self
            .shared
            .told
            .wait_timeout_while(self.lock(), most, |wanted| !*wanted);
        *waiting.unwrap_or_else(PoisonError::into_inner).0
    }

    /// Waits until somebody asks.
    pub(crate) async fn requested(&self) {
        let told = self.shared.notify.notified();
        tokio::pin!(told);
        // in the line of those who are told before looking: a wish in between is not missed
        told.as_mut().enable();
        if !self.is_requested() {
            told.await;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, bool> {
        self.shared
            .wanted
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_reaches_every_clone_and_stays() {
        let stop = Stop::default();
        let other = stop.clone();
        assert!(!other.is_requested());
        let waiting = std::thread::spawn(move || other.wait(Duration::from_secs(60)));
        stop.request();
        assert!(waiting.join().unwrap());
        assert!(stop.wait(Duration::ZERO));
    }
}
