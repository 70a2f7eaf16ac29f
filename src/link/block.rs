//! Makes the keys by which conventions meet: only those that share one are compared.
//!
//! Two conventions can be one when they share two partners, or one partner and the time. A partner has
//! several keys: its id, the words of its name, its class and town, its abbreviation; so that a
//! spelling that resolves to another id still meets.
//!
//! A convention has keys by which it is found, and keys by which it looks for others. Two that are settled, each
//! with a day or a week of its own, are one only where these are near: such look for each other by a partner,
//! these few days and a kind that agrees, and only for what is open by two partners or by a longer time. So two institutions with a
//! thousand agreements cost no million pairs.

use std::hash::{BuildHasher, Hash};
use std::ops::RangeInclusive;

use rustc_hash::FxBuildHasher;

use crate::record::fact::{ConventionStatus, Kind};

use super::edtf::Days;
use super::entity::{Entity, Resolver};
use super::name_key::SHORTEST;
use super::pair::kinds_agree;
use super::report::Report;
use super::vocabulary::ClassIndex;

/// Days of one window of time: an event looks for others in its own and in those beside it.
const WINDOW: i32 = 15;
/// A date of at most so many days says when something happened.
const PRECISE: i32 = 31;
/// The same of what is settled: reports of one event give days that are this near.
const NEAR: i32 = 4;
/// A date of at most so many days settles when something was signed.
const SETTLED: i32 = 7;

/// The keys of a convention.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keys {
    /// Those by which others find it, sorted, each once.
    pub found_by: Vec<u64>,
    /// Those by which it looks for others, sorted, each once. Where one of two conventions finds the other, the
    /// other finds it.
    pub looks_for: Vec<u64>,
}

/// How bound to its time a convention is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Hold {
    /// Two such are one only on nearly the same days.
    Settled,
    /// No date, a coarse one, or one that may move.
    Open,
}

impl Hold {
    fn of(report: &Report) -> Self {
        let moves = matches!(
            report.status,
            ConventionStatus::Planned | ConventionStatus::Renewed
        );
        match report.days {
            Some(days) if days.length() <= SETTLED && !moves => Self::Settled,
            _ => Self::Open,
        }
    }
}

/// The keys of a convention.
pub fn keys(report: &Report, resolver: &Resolver) -> Keys {
    let partners: Vec<Partner> = report
        .parties
        .iter()
        .map(|party| Partner::new(party, resolver))
        .collect();
    let hold = Hold::of(report);
    let mut pairs = Vec::new();
    for (at, ours) in partners.iter().enumerate() {
        for theirs in &partners[at + 1..] {
            for a in &ours.own {
                pairs.extend(theirs.own.iter().map(|b| hash((a.min(b), a.max(b)))));
            }
        }
    }
    let all = || {
        partners
            .iter()
            .flat_map(|ours| ours.own.iter().chain(&ours.hints))
    };
    let during = |windows: RangeInclusive<i32>, hold: Hold| -> Vec<u64> {
        let of = |key| windows.clone().map(move |window| hash((key, hold, window)));
        all().flat_map(of).collect()
    };
    let mut keys = Keys::default();
    keys.found_by
        .extend(pairs.iter().map(|pair| hash((pair, hold))));
    let wanted: &[Hold] = match hold {
        Hold::Settled => &[Hold::Open],
        Hold::Open => &[Hold::Open, Hold::Settled],
    };
    for &other in wanted {
        keys.looks_for
            .extend(pairs.iter().map(|pair| hash((pair, other))));
    }
    if let Some(days) = event(report) {
        let (own, around) = windows(days, WINDOW);
        keys.found_by.extend(during(own, hold));
        for &other in wanted {
            keys.looks_for.extend(during(around.clone(), other));
        }
    }
    if let Some(days) = report.days.filter(|_| hold == Hold::Settled) {
        let (own, around) = windows(days, NEAR);
        let (own, around) = (during(own, hold), during(around, hold));
        let of = |key: &u64, kind: Kind| hash((key, kind, NEAR));
        keys.found_by
            .extend(own.iter().map(|key| of(key, report.kind)));
        let kinds = Kind::ALL.into_iter();
        for kind in kinds.filter(|&kind| kinds_agree(kind, report.kind)) {
            keys.looks_for
                .extend(around.iter().map(|key| of(key, kind)));
        }
    }
    for keys in [&mut keys.found_by, &mut keys.looks_for] {
        keys.sort_unstable();
        keys.dedup();
    }
    keys
}

/// The key of two conventions that an analyst joined.
pub fn corrected(joined: &(String, String)) -> u64 {
    hash(("corrected", joined))
}

/// When it happened: its date where that is a month at most, else the day of the news.
fn event(report: &Report) -> Option<Days> {
    let is_news = matches!(
        report.status,
        ConventionStatus::Signed | ConventionStatus::Planned | ConventionStatus::Renewed
    );
    match report.days {
        Some(days) => Some(days).filter(|days| days.length() <= PRECISE),
        None => report.published.filter(|_| is_news),
    }
}

/// The windows of some days, and those with the ones beside them: so many days apart, the ones of one event are
/// among the others of another, and the other way round.
fn windows(days: Days, length: i32) -> (RangeInclusive<i32>, RangeInclusive<i32>) {
    let (from, to) = (days.from.div_euclid(length), days.to.div_euclid(length));
    (from..=to, from - 1..=to + 1)
}

/// The keys of one partner.
struct Partner {
    /// Those that mean it alone: two such partners make conventions meet.
    own: Vec<u64>,
    /// Those that others share: they need the time beside them.
    hints: Vec<u64>,
}

impl Partner {
    fn new(party: &Entity, resolver: &Resolver) -> Self {
        let name = &party.whole;
        let class = name.class.map(|class| root(class, resolver));
        let long = |words: &[String]| -> Vec<u64> {
            let words = words.iter().filter(|word| word.len() >= SHORTEST);
            words.map(|word| hash(("word", word))).collect()
        };
        let listed = party.listed.map(|listed| resolver.gazetteer.at(listed));
        let towns = name.places.iter().flatten();
        let towns = towns.chain(listed.into_iter().flat_map(|listed| &listed.town));
        let mut own: Vec<u64> = towns.map(|town| hash(("town", class, town))).collect();
        own.extend((!party.is_bare()).then(|| hash(&party.id)));
        let mut hints = long(&name.words);
        hints.extend(name.sigles.iter().map(|sigle| hash(("word", sigle))));
        let rests = name.peeled.iter().map(|(_, rest)| hash(("word", rest)));
        hints.extend(rests);
        if party.listed.is_none() {
            own.append(&mut hints);
            if name.words.is_empty() {
                // « Zakoura » is a name in one script, and a town in the other.
                own.extend(long(&name.soft));
            } else {
                hints = long(&name.soft);
            }
        }
        let topic = name.topics.first();
        hints.extend(topic.map(|topic| hash(("topic", class, topic))));
        if !name.words.is_empty() && name.weight() < SHORTEST {
            hints.push(hash(("short", name.words.concat())));
        }
        for keys in [&mut own, &mut hints] {
            keys.sort_unstable();
            keys.dedup();
        }
        Self { own, hints }
    }
}

/// The widest class above a class.
fn root(class: ClassIndex, resolver: &Resolver) -> ClassIndex {
    let classes = &resolver.gazetteer.vocabulary.classes;
    let mut at = class;
    for _ in 0..classes.len() {
        match classes[at as usize].parent {
            Some(parent) => at = parent,
            None => break,
        }
    }
    at
}

fn hash(value: impl Hash) -> u64 {
    FxBuildHasher.hash_one(value)
}
