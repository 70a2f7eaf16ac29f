//! Names why a link brought nothing, in the few kinds that an operator acts on.

use std::net::IpAddr;

use jiff::Timestamp;

/// Why a link brought nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// robots.txt says no, or could not be read.
    #[error("robots.txt{}: {rule}", line.map(|line| format!(":{line}")).unwrap_or_default())]
    Robots {
        /// The line that says so, from 1.
        line: Option<usize>,
        /// What it says, or why there is none.
        rule: String,
    },
    /// The host has no address.
    #[error("the name does not resolve")]
    Dns,
    /// The host is inside the network that we run in.
    #[error("`{0}` is not a public address")]
    Private(IpAddr),
    /// No connection, or no TLS.
    #[error("no connection")]
    Connect,
    /// Nothing came for too long.
    #[error("timed out")]
    Timeout,
    /// The whole took too long, though something kept coming.
    #[error("took longer than the deadline")]
    Deadline,
    /// The body is larger than what is taken.
    #[error("larger than the limit")]
    TooLarge,
    /// The body is of a type that holds no article.
    #[error("type `{0}` is not read")]
    Type(String),
    /// The connection broke in the middle of the body.
    #[error("the body broke off")]
    Incomplete,
    /// The answer is no HTTP.
    #[error("the answer cannot be read as HTTP")]
    Protocol,
    /// The server refuses us: 401, 403, 451.
    #[error("refused with status {0}")]
    Blocked(u16),
    /// A guard against robots stands in the way.
    #[error("a challenge against robots")]
    Challenge,
    /// Any other status.
    #[error("status {0}")]
    Status(u16),
    /// More redirects than are followed, or a circle.
    #[error("too many redirects")]
    Redirects,
    /// A redirect to nowhere.
    #[error("a redirect without a target")]
    BadRedirect,
    /// The host is to be left alone for longer than a run waits.
    #[error("the host is to be left alone until {0}")]
    Later(Timestamp),
    /// A feed, sitemap or section that is none.
    #[error("neither feed nor sitemap")]
    Unread,
}

impl Cause {
    /// The kind, in the words of reports and metrics.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Robots { .. } => "robots",
            Self::Dns => "dns",
            Self::Private(_) => "private_address",
            Self::Connect => "connect",
            Self::Timeout => "timeout",
            Self::Deadline => "deadline",
            Self::TooLarge => "too_large",
            Self::Type(_) => "type",
            Self::Incomplete => "incomplete",
            Self::Protocol => "protocol",
            Self::Blocked(_) => "blocked",
            Self::Challenge => "challenge",
            Self::Status(404 | 410) => "gone",
            Self::Status(429) => "too_many_requests",
            Self::Status(500..) => "server_error",
            Self::Status(_) => "status",
            Self::Redirects | Self::BadRedirect => "redirects",
            Self::Later(_) => "later",
            Self::Unread => "unread",
        }
    }

    /// The kind, with the line where robots.txt speaks: `robots.txt:12`.
    pub fn label(&self) -> String {
        match self {
            Self::Robots {
                line: Some(line), ..
            } => format!("robots.txt:{line}"),
            _ => self.kind().to_owned(),
        }
    }

    /// Whether someone forbids the link, rather than something breaking.
    pub fn forbids(&self) -> bool {
        matches!(
            self,
            Self::Robots { .. } | Self::Blocked(_) | Self::Challenge
        )
    }

    /// Whether the same link may well answer later.
    pub fn passes(&self) -> bool {
        match self {
            Self::Dns
            | Self::Connect
            | Self::Timeout
            | Self::Deadline
            | Self::Incomplete
            | Self::Protocol => true,
            Self::Status(status) => matches!(status, 408 | 425 | 429 | 500..),
            // Without a line it is the file that could not be read.
            Self::Robots { line, .. } => line.is_none(),
            _ => false,
        }
    }

    /// Whether the host asks for fewer requests, or does not stand those that it gets.
    pub fn slows(&self) -> bool {
        matches!(
            self,
            Self::Dns | Self::Timeout | Self::Deadline | Self::Connect | Self::Status(429 | 503)
        )
    }
}
