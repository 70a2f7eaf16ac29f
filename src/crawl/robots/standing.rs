//! Says what a host's answer to the question for robots.txt means, and how long it holds: RFC 9309, 2.3.1 and 2.4.

use std::time::Duration;

use super::{Decision, Robots};

/// How long an answer is used before it is asked for again.
pub const FRESH: Duration = Duration::from_secs(24 * 3600);

/// How long an old copy serves while the host cannot be reached or answers with 5xx.
pub const STALE: Duration = Duration::from_secs(30 * 24 * 3600);

/// How long a refusal without a copy holds: soon enough for a host that was down for a moment.
pub const RETRY: Duration = Duration::from_secs(3600);

/// Redirects followed on the way to a robots.txt.
pub const REDIRECTS: usize = 5;

/// What came back when robots.txt was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer<'a> {
    /// 200 with a body.
    File(&'a [u8]),
    /// Any other status, after redirects.
    Status(u16),
    /// No answer: DNS, connection, time.
    Silent,
}

/// What may be fetched from a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// What the file says.
    Rules(Robots),
    /// There is no file: everything.
    Open,
    /// The host did not say: nothing, for now.
    Closed(&'static str),
}

/// A standing and how long to keep it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What may be fetched.
    pub standing: Standing,
    /// When to ask again.
    pub holds: Duration,
}

/// Weighs an answer; `copy` is the last file that was read and its age.
///
/// 4xx allows everything, 5xx and silence nothing, 429 nothing for now; in the last two cases a
/// copy of up to [`STALE`] speaks instead. A redirect that leads nowhere counts as no file.
pub fn weigh(answer: Answer<'_>, copy: Option<(&[u8], Duration)>) -> Verdict {
    let stale = |reason| match copy {
        Some((bytes, age)) if age <= STALE => Standing::Rules(Robots::parse(bytes)),
        _ => Standing::Closed(reason),
    };
    let (standing, holds) = match answer {
        Answer::File(bytes) => (Standing::Rules(Robots::parse(bytes)), FRESH),
        Answer::Status(429) => (stale("robots.txt answers 429"), RETRY),
        Answer::Status(500..) => (stale("robots.txt answers 5xx"), RETRY),
        Answer::Status(_) => (Standing::Open, FRESH),
        Answer::Silent => (stale("robots.txt cannot be reached"), RETRY),
    };
    Verdict { standing, holds }
}

impl Standing {
    /// Decides for a product token and an absolute URL.
    pub fn decide(&self, agent: &str, url: &str) -> Decision {
        let (allowed, rule) = match self {
            Self::Rules(robots) => return robots.decide(agent, url),
            Self::Open => (true, ""),
            Self::Closed(reason) => (false, *reason),
        };
        Decision {
            allowed,
            line: None,
            rule: rule.to_owned(),
        }
    }

    /// The delay that the file asks for.
    pub fn crawl_delay(&self, agent: &str) -> Option<Duration> {
        match self {
            Self::Rules(robots) => robots.crawl_delay(agent),
            Self::Open | Self::Closed(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_secs(24 * 3600);
    const NO: &[u8] = b"user-agent: *\ndisallow: /private\n";

    fn check(answer: Answer<'_>, copy: Option<u32>, open: bool, private: bool) {
        let copy = copy.map(|days| (NO, DAY * days));
        let standing = weigh(answer, copy).standing;
        let may = |path: &str| standing.decide("x", &format!("http://a.dz{path}")).allowed;
        assert_eq!((may("/"), may("/private")), (open, private), "{answer:?}");
    }

    #[test]
    fn a_status_says_what_may_be_fetched() {
        check(Answer::File(NO), None, true, false);
        check(Answer::Status(404), Some(1), true, true);
        check(Answer::Status(401), None, true, true);
        check(Answer::Status(302), None, true, true);
        check(Answer::Status(503), None, false, false);
        check(Answer::Status(503), Some(29), true, false);
        check(Answer::Status(503), Some(31), false, false);
        check(Answer::Status(429), None, false, false);
        check(Answer::Status(429), Some(1), true, false);
        check(Answer::Silent, None, false, false);
        check(Answer::Silent, Some(30), true, false);
    }

    #[test]
    fn a_refusal_is_asked_again_sooner_than_a_file() {
        assert_eq!(weigh(Answer::File(b""), None).holds, FRESH);
        assert_eq!(weigh(Answer::Status(500), None).holds, RETRY);
    }
}
