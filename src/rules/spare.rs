//! Lends memory that a search fills and the next one reuses, from text to text.

use std::fmt;
use std::sync::{Mutex, PoisonError};

/// What can be made anew at any time, kept between uses; a clone begins empty. One is taken and given back
/// a text, so a lock is no price.
pub(super) struct Spare<T>(Mutex<Vec<T>>);

impl<T: Default> Spare<T> {
    /// Lends one that nobody else uses meanwhile.
    pub(super) fn lend<R>(&self, work: impl FnOnce(&mut T) -> R) -> R {
        let kept = self.kept().pop();
        let mut memory = kept.unwrap_or_default();
        let done = work(&mut memory);
        self.kept().push(memory);
        done
    }

    /// Drops all.
    pub(super) fn clear(&self) {
        self.kept().clear();
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Vec<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Default for Spare<T> {
    fn default() -> Self {
        Self(Mutex::new(Vec::new()))
    }
}

impl<T> Clone for Spare<T> {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl<T> fmt::Debug for Spare<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Spare")
    }
}
