//! Turns a query into a stream that holds a page of rows at a time and no statement open between them.

use std::collections::VecDeque;

use crate::error::Result;

/// Rows asked for at a time.
pub(super) const PAGE: usize = 200;

/// Rows in the order of a key, asked for page by page behind the last key seen. Writes between
/// two rows are allowed, and seen where they lie ahead.
pub(super) struct Pages<T, K, F> {
    rows: VecDeque<(K, T)>,
    last: K,
    ask: F,
    over: bool,
}

impl<T, K, F: FnMut(&K) -> Result<Vec<(K, T)>>> Pages<T, K, F> {
    /// Rows behind `first`; `ask` gives [`PAGE`] of them or more, fewer only at the end, with their keys, in order.
    pub(super) fn new(first: K, ask: F) -> Self {
        Self {
            rows: VecDeque::new(),
            last: first,
            ask,
            over: false,
        }
    }
}

impl<T, K, F: FnMut(&K) -> Result<Vec<(K, T)>>> Iterator for Pages<T, K, F> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rows.is_empty() && !self.over {
            match (self.ask)(&self.last) {
                Ok(rows) => {
                    self.over = rows.len() < PAGE;
                    self.rows.extend(rows);
                }
                Err(error) => {
                    self.over = true;
                    return Some(Err(error));
                }
            }
        }
        let (key, row) = self.rows.pop_front()?;
        self.last = key;
        Some(Ok(row))
    }
}
