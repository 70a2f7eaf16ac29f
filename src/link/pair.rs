//! Decides whether two conventions of two articles are one agreement, and says why.

use std::fmt;

use serde::Serialize;

use crate::record::fact::{Bound, Kind};

use super::entity::Resolver;
use super::likeness::{LIKELY, Likeness, POSSIBLE, SURE};
use super::report::Report;
use super::timing::Timing;

/// The decision on two conventions.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Whether they are one, and by what.
    pub ground: Ground,
    /// How sure that is, 0 to 1; conventions are joined in this order.
    pub score: f64,
    /// How their times stand to each other.
    pub timing: Timing,
    /// Which partner was taken for which: positions in both, and why.
    pub pairs: Vec<(usize, usize, Likeness)>,
}

/// What decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// One: every partner has its match.
    Partners,
    /// One: one article leaves a partner out of the same event.
    Subset,
    /// Apart: two kinds of agreement.
    Kind,
    /// Apart: dates that contradict each other.
    Date,
    /// Apart: each binds somebody whom the other does not.
    OtherPartners,
    /// Apart: one binds more partners, and nothing says that it is the same event.
    MorePartners,
    /// Apart: too little speaks for it.
    Weak,
    /// Apart: the numbers of agreements differ.
    Number,
}

impl Ground {
    /// Whether the two are one.
    pub const fn joins(self) -> bool {
        matches!(self, Self::Partners | Self::Subset)
    }

    /// Whether the two can never be one, even through a third.
    pub const fn forbids(self) -> bool {
        matches!(self, Self::Kind | Self::Date | Self::OtherPartners)
    }
}

impl fmt::Display for Ground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Partners => "one agreement: the partners, the kind and the time agree",
            Self::Subset => "one agreement: the same event, told with fewer partners",
            Self::Kind => "apart: two kinds of agreement",
            Self::Date => "apart: the dates contradict each other",
            Self::OtherPartners => "apart: each binds a partner whom the other does not",
            Self::MorePartners => {
                "apart: one binds more partners, and nothing says that it is the same event"
            }
            Self::Weak => "apart: too little speaks for it",
            Self::Number => "apart: they stand for different numbers of agreements",
        })
    }
}

/// Kinds agree when they are equal or one is unsaid.
pub fn kinds_agree(one: Kind, other: Kind) -> bool {
    one == other || one == Kind::Convention || other == Kind::Convention
}

/// Compares two conventions.
pub fn judge(one: &Report, other: &Report, resolver: &Resolver) -> Verdict {
    let timing = Timing::between(one.when(), other.when());
    let apart = |ground| Verdict {
        ground,
        score: 0.0,
        timing,
        pairs: Vec::new(),
    };
    if !kinds_agree(one.kind, other.kind) {
        return apart(Ground::Kind);
    }
    if timing == Timing::Apart {
        return apart(Ground::Date);
    }
    let parties = Parties::new(one, other, resolver);
    let ground = parties.decide(timing, one.kind == other.kind, numbers_agree(one, other));
    let most = one.parties.len().max(other.parties.len()).max(1);
    let partners: f64 = parties
        .pairs
        .iter()
        .map(|(_, _, likeness)| likeness.score)
        .sum();
    let kind = f64::from(u8::from(one.kind == other.kind));
    Verdict {
        ground,
        score: (0.6 * partners / most as f64 + 0.3 * timing.weight() + 0.1 * kind).min(1.0),
        timing,
        pairs: parties.pairs,
    }
}

fn numbers_agree(one: &Report, other: &Report) -> bool {
    let exact = |report: &Report| report.bound.is_none_or(|bound| bound == Bound::Exact);
    one.number == other.number || !(exact(one) && exact(other))
}

/// The partners of one matched with those of the other.
struct Parties {
    pairs: Vec<(usize, usize, Likeness)>,
    /// Partners of each that found no match.
    left: [usize; 2],
}

impl Parties {
    fn new(one: &Report, other: &Report, resolver: &Resolver) -> Self {
        let mut likeness = Vec::new();
        for (i, a) in one.parties.iter().enumerate() {
            for (j, b) in other.parties.iter().enumerate() {
                let found = resolver.compare(a, b);
                if found.score >= POSSIBLE {
                    likeness.push((i, j, found));
                }
            }
        }
        // The best match first; parties are in order of their ids, so that ties fall alike.
        likeness.sort_by(|a, b| {
            b.2.score
                .total_cmp(&a.2.score)
                .then((a.0, a.1).cmp(&(b.0, b.1)))
        });
        let mut taken = [
            vec![false; one.parties.len()],
            vec![false; other.parties.len()],
        ];
        let mut pairs = Vec::new();
        for &(i, j, found) in &likeness {
            if !taken[0][i] && !taken[1][j] {
                (taken[0][i], taken[1][j]) = (true, true);
                pairs.push((i, j, found));
            }
        }
        // A collective stands for as many as it names: « les facultés de … et de … ».
        for &(i, j, _) in likeness
            .iter()
            .filter(|(_, _, found)| found.score >= LIKELY - 0.1)
        {
            if one.parties[i].is_collective() && taken[0][i] {
                taken[1][j] = true;
            }
            if other.parties[j].is_collective() && taken[1][j] {
                taken[0][i] = true;
            }
        }
        let left = taken.map(|side| side.iter().filter(|taken| !**taken).count());
        Self { pairs, left }
    }

    fn count(&self, least: f64) -> usize {
        self.pairs
            .iter()
            .filter(|(_, _, likeness)| likeness.score >= least)
            .count()
    }

    fn decide(&self, timing: Timing, same_kind: bool, same_number: bool) -> Ground {
        let (matched, sure, likely) = (self.pairs.len(), self.count(SURE), self.count(LIKELY));
        match self.left {
            [0, 0] if matched == 0 => Ground::Weak,
            [0, 0] => {
                if !same_number && !timing.supports() {
                    return Ground::Number;
                }
                let enough = if timing.strains() {
                    same_kind && sure == matched && matched >= 2
                } else if matched == 1 {
                    sure == 1 && timing == Timing::Day && same_kind
                } else if sure == 0 {
                    likely == matched && timing == Timing::Day && same_number
                } else {
                    likely == matched || sure >= 2 || timing.supports()
                };
                if enough {
                    Ground::Partners
                } else {
                    Ground::Weak
                }
            }
            [0, _] | [_, 0] => {
                let event = timing.supports() && same_number;
                let several = sure >= 2 || (sure >= 1 && likely >= 2 && likely == matched);
                let alone = matched == 1 && sure == 1 && timing == Timing::Day && same_kind;
                if event && (several || alone) {
                    Ground::Subset
                } else {
                    Ground::MorePartners
                }
            }
            _ => Ground::OtherPartners,
        }
    }
}
