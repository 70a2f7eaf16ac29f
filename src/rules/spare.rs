//! Lends memory that a search fills and the next one reuses, one to a thread.

use std::fmt;
use std::ops::DerefMut;

use regex_automata::util::pool::Pool;

/// A pool of what can be made anew at any time; a clone begins empty.
pub(super) struct Spare<T: Default + Send>(Pool<T, fn() -> T>);

impl<T: Default + Send> Spare<T> {
    /// One that nobody else uses until it is dropped.
    pub(super) fn lease(&self) -> impl DerefMut<Target = T> {
        self.0.get()
    }

    /// Drops all.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

impl<T: Default + Send> Default for Spare<T> {
    fn default() -> Self {
        Self(Pool::new(T::default))
    }
}

impl<T: Default + Send> Clone for Spare<T> {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl<T: Default + Send> fmt::Debug for Spare<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Spare")
    }
}
