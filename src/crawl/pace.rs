//! Says when a host may be asked again: a pure state machine over times that are passed in.
//!
//! The delay between the beginnings of two requests is the largest of our own floor, the host's
//! Crawl-delay, a multiple of how long it takes to answer, and what it asked for or earned by
//! refusing. What it earned decays with answers instead of vanishing with the first.

use std::hash::{BuildHasher, BuildHasherDefault};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rustc_hash::FxHasher;

use crate::store::host::HostState;

/// How many times its smoothed latency a host is left alone.
const LATENCY_FACTOR: f64 = 5.0;

/// The weight of the newest latency in the smoothed one.
const NEWEST: f64 = 0.3;

/// The longest delay for latency alone.
const LATENCY_MOST: Duration = Duration::from_secs(60);

/// The first backoff after a refusal, and the longest.
const BACKOFF_FIRST: Duration = Duration::from_secs(10);
const BACKOFF_MOST: Duration = Duration::from_secs(3600);

/// The longest Retry-After that is honoured.
pub const RETRY_AFTER_MOST: Duration = Duration::from_secs(24 * 3600);

/// How a request ended, as far as the host's load is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// An answer, and how long its first byte took.
    Answer(Duration),
    /// 429, 503 or a timeout, with Retry-After where it came.
    Refusal(Option<Duration>),
}

/// When one host may be asked again.
#[derive(Debug, Clone, PartialEq)]
pub struct Pace {
    floor: Duration,
    crawl_delay: Duration,
    latency: Option<Duration>,
    backoff: Duration,
    refusals: u32,
    seed: u64,
    /// The beginning of the last request.
    last: Option<Timestamp>,
    /// Nothing before this, whatever the delay: Retry-After.
    until: Option<Timestamp>,
}

impl Pace {
    /// A host that has not been asked; `host` seeds the jitter.
    pub fn new(floor: Duration, host: &str) -> Self {
        Self {
            floor,
            crawl_delay: Duration::ZERO,
            latency: None,
            backoff: Duration::ZERO,
            refusals: 0,
            seed: BuildHasherDefault::<FxHasher>::default().hash_one(host),
            last: None,
            until: None,
        }
    }

    /// A host as an earlier run left it.
    pub fn resume(floor: Duration, host: &str, state: &HostState) -> Self {
        let known = |span: SignedDuration| Duration::try_from(span).unwrap_or_default();
        Self {
            latency: Some(known(state.latency)).filter(|latency| !latency.is_zero()),
            backoff: known(state.backoff),
            refusals: state.failures,
            until: state.next_allowed,
            ..Self::new(floor, host)
        }
    }

    /// Writes down what the next run must know.
    pub fn leave(&self, state: &mut HostState) {
        let kept = |span: Duration| SignedDuration::try_from(span).unwrap_or(SignedDuration::MAX);
        state.latency = kept(self.latency.unwrap_or_default());
        state.backoff = kept(self.backoff);
        state.failures = self.refusals;
        state.next_allowed = self.ready();
    }

    /// Takes the Crawl-delay of the host's robots.txt; it never shortens our own floor.
    pub fn ask_for(&mut self, crawl_delay: Option<Duration>) {
        self.crawl_delay = crawl_delay.unwrap_or_default().min(RETRY_AFTER_MOST);
    }

    /// Keeps away until a moment, as an earlier run was told.
    pub fn stay_away(&mut self, until: Timestamp) {
        self.until = self.until.max(Some(until));
    }

    /// The present delay between the beginnings of two requests.
    pub fn delay(&self) -> Duration {
        // Without a floor the host is our own, and its speed is its own affair.
        let latency = match self.latency {
            Some(latency) if !self.floor.is_zero() => {
                latency.mul_f64(LATENCY_FACTOR).min(LATENCY_MOST)
            }
            _ => Duration::ZERO,
        };
        self.floor
            .max(self.crawl_delay)
            .max(latency)
            .max(self.backoff)
    }

    /// The earliest moment for the next request; nothing where it may be made at once.
    pub fn ready(&self) -> Option<Timestamp> {
        let after_last = self.last.map(|last| after(last, self.delay()));
        after_last.max(self.until)
    }

    /// A request begins.
    pub fn begin(&mut self, now: Timestamp) {
        self.last = Some(now);
    }

    /// A request ended.
    pub fn end(&mut self, now: Timestamp, sign: Sign) {
        match sign {
            Sign::Answer(latency) => {
                let smoothed = self.latency.map_or(latency, |known| {
                    known.mul_f64(1.0 - NEWEST) + latency.mul_f64(NEWEST)
                });
                self.latency = Some(smoothed);
                self.refusals = self.refusals.saturating_sub(1);
                self.backoff /= 2;
                if self.backoff < BACKOFF_FIRST / 4 {
                    self.backoff = Duration::ZERO;
                }
            }
            Sign::Refusal(retry_after) => {
                self.refusals = self.refusals.saturating_add(1);
                self.backoff = self.next_backoff();
                if let Some(wait) = retry_after {
                    self.stay_away(after(now, wait.min(RETRY_AFTER_MOST)));
                }
            }
        }
    }

    /// Refusals without an answer between them: how far the host is from recovering.
    pub fn refusals(&self) -> u32 {
        self.refusals
    }

    /// Twice the last, and up to half of it more, so that hosts that failed together do not return together.
    fn next_backoff(&self) -> Duration {
        let base = BACKOFF_FIRST.max(self.floor) * 2_u32.saturating_pow(self.refusals.min(12) - 1);
        let mixed = BuildHasherDefault::<FxHasher>::default().hash_one((self.seed, self.refusals));
        let jitter = 1.0 + (mixed >> 32) as f64 / f64::from(u32::MAX) / 2.0;
        base.min(BACKOFF_MOST).mul_f64(jitter).max(self.backoff)
    }
}

/// Reads a Retry-After header: seconds, or a date.
pub fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    let wait = if let Ok(seconds) = value.parse::<u64>() {
        Duration::from_secs(seconds)
    } else {
        let date = Timestamp::try_from(httpdate::parse_http_date(value).ok()?).ok()?;
        // A date that has passed asks for no wait.
        Duration::try_from(date.duration_since(now)).unwrap_or_default()
    };
    Some(wait.min(RETRY_AFTER_MOST))
}

fn after(at: Timestamp, wait: Duration) -> Timestamp {
    let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
    at.saturating_add(wait).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + seconds).unwrap()
    }

    fn pace(floor: u32) -> Pace {
        Pace::new(SECOND * floor, "a.dz")
    }

    #[test]
    fn the_largest_of_what_asks_for_a_delay_is_the_delay() {
        let mut pace = pace(5);
        assert_eq!(pace.ready(), None);
        pace.begin(at(0));
        assert_eq!(pace.ready(), Some(at(5)));
        pace.end(at(1), Sign::Answer(SECOND * 2));
        assert_eq!(pace.delay(), SECOND * 10);
        pace.ask_for(Some(SECOND * 120));
        assert_eq!(pace.ready(), Some(at(120)));
        pace.end(at(1), Sign::Refusal(Some(SECOND * 600)));
        assert_eq!(pace.ready(), Some(at(601)));
        pace.end(at(1), Sign::Refusal(Some(RETRY_AFTER_MOST * 3)));
        assert_eq!(pace.ready(), Some(at(1 + 24 * 3600)));
    }

    #[test]
    fn backoff_grows_with_refusals_and_decays_with_answers() {
        let mut pace = pace(1);
        let mut delays = Vec::new();
        for _ in 0..12 {
            pace.end(at(0), Sign::Refusal(None));
            delays.push(pace.delay());
        }
        assert!(
            delays.is_sorted() && delays[0] >= BACKOFF_FIRST && delays[11] <= BACKOFF_MOST * 3 / 2,
            "{delays:?}"
        );
        let high = pace.delay();
        pace.end(at(0), Sign::Answer(Duration::ZERO));
        assert_eq!(pace.delay(), high / 2);
        for _ in 0..20 {
            pace.end(at(0), Sign::Answer(Duration::ZERO));
        }
        assert_eq!(pace.delay(), SECOND);
        assert_eq!(pace.refusals(), 0);
    }

    #[test]
    fn without_a_floor_only_the_host_itself_slows_us() {
        let mut pace = pace(0);
        pace.begin(at(0));
        pace.end(at(3), Sign::Answer(SECOND * 3));
        assert_eq!(pace.delay(), Duration::ZERO);
        pace.ask_for(Some(SECOND));
        assert_eq!(pace.delay(), SECOND);
    }

    #[test]
    fn both_forms_of_retry_after_are_read() {
        assert_eq!(retry_after(" 120 ", at(0)), Some(SECOND * 120));
        assert_eq!(
            retry_after("Tue, 14 Nov 2023 22:15:20 GMT", at(0)),
            Some(SECOND * 120)
        );
        assert_eq!(
            retry_after("Fri, 14 Nov 2003 22:15:20 GMT", at(0)),
            Some(Duration::ZERO)
        );
        assert_eq!(retry_after("99999999999", at(0)), Some(RETRY_AFTER_MOST));
        assert_eq!(retry_after("soon", at(0)), None);
    }

    /// A day of 100 hosts with delays of their own, each asked as soon as it may be.
    #[test]
    fn a_hundred_hosts_are_never_asked_too_soon_and_hardly_ever_too_late() {
        const DAY: i64 = 24 * 3600;
        let mut asked = 0_u64;
        let mut allowed = 0_u64;
        for host in 0..100_u32 {
            let floor = SECOND * (1 + host % 7);
            let crawl_delay = (host % 10 == 0).then_some(SECOND * 120);
            let mut pace = Pace::new(floor, &format!("host{host}.dz"));
            pace.ask_for(crawl_delay);
            let mut last: Option<Timestamp> = None;
            let mut now = at(0);
            loop {
                let delay = pace.delay();
                now = pace.ready().map_or(now, |ready| ready.max(now));
                if now >= at(DAY) {
                    break;
                }
                if let Some(last) = last {
                    let gap = Duration::try_from(now.duration_since(last)).unwrap();
                    assert!(gap >= delay && gap >= floor && gap >= crawl_delay.unwrap_or_default());
                }
                pace.begin(now);
                last = Some(now);
                asked += 1;
                now = after(now, Duration::from_millis(100));
                pace.end(now, Sign::Answer(Duration::from_millis(100)));
            }
            allowed += DAY as u64 / floor.max(crawl_delay.unwrap_or_default()).as_secs();
        }
        assert!(asked * 100 >= allowed * 95, "{asked} of {allowed}");
    }
}
