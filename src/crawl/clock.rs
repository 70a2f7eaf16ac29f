//! Tells the time and waits: the one place where a crawl meets the clock, so that tests bring their own.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use jiff::Timestamp;

/// A clock that can be waited on.
pub trait Clock {
    /// The present moment.
    fn now(&self) -> Timestamp;

    /// Waits for a span of this clock's time.
    fn sleep(&self, span: Duration) -> Pin<Box<dyn Future<Output = ()> + '_>>;
}

/// The clock on the wall.
#[derive(Debug, Clone, Copy, Default)]
pub struct WallClock;

impl Clock for WallClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn sleep(&self, span: Duration) -> Pin<Box<dyn Future<Output = ()> + '_>> {
        Box::pin(tokio::time::sleep(span))
    }
}
