//! Says whether what two articles tell of the time of an agreement can be one agreement.
//!
//! The day of signature decides where it is told. Where it is not, the state and the day of
//! publication bound it: what is in force was signed before the article, what is planned after it,
//! and a signature that is the news happened just before.

use serde::{Deserialize, Serialize};

use crate::record::fact::ConventionStatus::{self, Ended, InForce, Planned, Renewed, Signed};

use super::edtf::Days;

/// What an article tells of the time of an agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    /// State of the agreement.
    pub status: ConventionStatus,
    /// Days of which one is that of its signature.
    pub days: Option<Days>,
    /// When the article was published.
    pub published: Option<Days>,
}

/// How the times of two conventions stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timing {
    /// Both give one day.
    Day,
    /// A day and its week or month.
    Month,
    /// Told as news within a few days.
    News,
    /// A year holds both.
    Year,
    /// One or both give no date, and nothing contradicts.
    Open,
    /// Days that differ as reports of one event do.
    Slip,
    /// Announced for one day and signed on a later one.
    Postponed,
    /// Signed, and prolonged later.
    Renewal,
    /// Two events.
    Apart,
}

/// Reports of one event may differ by this many days.
const SLIP: i32 = 3;
/// Reports of one event appear within this many days.
const NEWS: i32 = 14;
/// An agreement that is announced may be signed this much later.
const DELAY: i32 = 120;

impl Timing {
    /// Compares the times of two conventions.
    pub fn between(one: When, other: When) -> Self {
        match (one.days, other.days) {
            (Some(a), Some(b)) => Self::dated(one, a, other, b),
            (Some(day), None) => Self::half(one, day, other),
            (None, Some(day)) => Self::half(other, day, one),
            (None, None) => Self::undated(one, other),
        }
    }

    fn dated(one: When, a: Days, other: When, b: Days) -> Self {
        if a.meets(b) {
            return match a.length().max(b.length()) {
                1 => Self::Day,
                2..=31 => Self::Month,
                _ => Self::Year,
            };
        }
        let (early, late) = if a.from < b.from {
            (one, other)
        } else {
            (other, one)
        };
        let gap = a.gap(b);
        // One tells the day of the first signature, the other that of the renewal which is the news.
        if one.status == Renewed && other.status == Renewed && near(one, other, NEWS) && gap > DELAY
        {
            return Self::News;
        }
        if early.status == Planned && late.status != Ended && gap <= DELAY {
            return Self::Postponed;
        }
        let slip = if near(one, other, NEWS + SLIP) {
            SLIP
        } else {
            // Recalled later, an event keeps the day of the paper that it is recalled from.
            1
        };
        if gap <= slip && a.length() <= 7 && b.length() <= 7 {
            return Self::Slip;
        }
        if late.status == Renewed && !matches!(early.status, Ended | Planned) {
            return Self::Renewal;
        }
        Self::Apart
    }

    /// One gives the day, the other only its state and when it was published.
    fn half(dated: When, day: Days, other: When) -> Self {
        let Some(published) = other.published else {
            return Self::Open;
        };
        // What was signed or at work before is what was prolonged on that day.
        if dated.status == Renewed
            && matches!(other.status, Signed | InForce)
            && published.to < day.from
        {
            return Self::Renewal;
        }
        let open = match other.status {
            InForce | Ended | Renewed => day.from <= published.to + 3,
            Signed => {
                Days {
                    from: published.from - 45,
                    to: published.to + 3,
                }
                .gap(day)
                    <= 15
            }
            Planned => Days {
                from: published.from - 7,
                to: published.to + 400,
            }
            .meets(day),
        };
        if !open {
            return Self::Apart;
        }
        let fresh = matches!(other.status, Signed | Planned | Renewed)
            && dated.status != InForce
            && published.gap(day) <= NEWS;
        if fresh && day.length() <= 31 {
            Self::News
        } else {
            Self::Open
        }
    }

    fn undated(one: When, other: When) -> Self {
        let (Some(a), Some(b)) = (one.published, other.published) else {
            return Self::Open;
        };
        let (early, late) = if a.from <= b.from {
            (one, other)
        } else {
            (other, one)
        };
        let gap = a.gap(b);
        match (early.status, late.status) {
            (Signed, Signed) if gap > 60 => Self::Apart,
            (InForce | Ended | Renewed, Signed | Planned) | (Signed, Planned) | (Ended, _)
                if gap > NEWS =>
            {
                Self::Apart
            }
            (Planned, _) if gap > 400 => Self::Apart,
            (Signed | Renewed | Planned, Signed | Renewed | Planned) if gap <= NEWS => Self::News,
            _ => Self::Open,
        }
    }

    /// Whether it speaks for one event, not only not against it.
    pub const fn supports(self) -> bool {
        matches!(self, Self::Day | Self::Month | Self::News)
    }

    /// Whether the dates differ and only everything else being equal makes it one agreement.
    pub const fn strains(self) -> bool {
        matches!(self, Self::Slip | Self::Postponed | Self::Renewal)
    }

    /// What it adds to the order in which conventions are joined, 0 to 1.
    pub const fn weight(self) -> f64 {
        match self {
            Self::Day => 1.0,
            Self::Month | Self::News => 0.8,
            Self::Year => 0.6,
            Self::Open => 0.4,
            Self::Slip | Self::Postponed | Self::Renewal => 0.3,
            Self::Apart => 0.0,
        }
    }

    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Day => "the same day",
            Self::Month => "a day and its month or week",
            Self::News => "told as news in the same days",
            Self::Year => "the same year",
            Self::Open => "a date unsaid, nothing contradicts",
            Self::Slip => "days that differ as reports of one event do",
            Self::Postponed => "announced for one day, signed later",
            Self::Renewal => "signed, then renewed",
            Self::Apart => "dates that contradict each other",
        }
    }
}

fn near(one: When, other: When, days: i32) -> bool {
    matches!((one.published, other.published), (Some(a), Some(b)) if a.gap(b) <= days)
}
