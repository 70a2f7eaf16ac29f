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
    pub looks_for: Vec<Sought>,
}

/// Keys that are looked for: those of one subject, in windows of time one after the other, with some kinds. They lie
/// beside each other, so that a store finds them at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sought {
    first: u64,
    last: u64,
    kinds: u32,
}

impl Sought {
    /// The key of a subject that has no time and no kind.
    fn only(key: u64) -> Self {
        Self {
            first: key,
            last: key,
            kinds: 1,
        }
    }

    /// The lowest and the highest of them, and what lies between that is not sought.
    pub fn bounds(&self) -> (u64, u64) {
        (self.first, self.last + KIND)
    }

    /// Whether a key is one of them.
    pub fn finds(&self, key: u64) -> bool {
        let window = key & !KIND;
        (self.first..=self.last).contains(&window) && self.kinds >> (key & KIND) & 1 == 1
    }

    /// Each of them.
    pub fn keys(&self) -> impl Iterator<Item = u64> {
        let kinds = self.kinds;
        (self.first..=self.last)
            .step_by(1 << KIND_BITS)
            .flat_map(move |window| {
                let kinds = (0..=KIND).filter(move |kind| kinds >> kind & 1 == 1);
                kinds.map(move |kind| window | kind)
            })
    }
}

/// The lowest bits of a key are its kind, those above its window of time, the rest its subject.
const KIND_BITS: u32 = 3;
const KIND: u64 = (1 << KIND_BITS) - 1;
const WINDOW_BITS: u32 = 18;
/// Windows before 1970 that are told apart.
const WINDOWS: i32 = 1 << (WINDOW_BITS - 1);

/// The key of a subject.
fn subject(of: impl Hash) -> u64 {
    hash(of) & (u64::MAX << (WINDOW_BITS + KIND_BITS))
}

/// The key of a subject in a window of time; what is thousands of years away counts as one window.
fn within(subject: u64, window: i32) -> u64 {
    let window = (window.clamp(-WINDOWS, WINDOWS - 1) + WINDOWS).cast_unsigned();
    subject | u64::from(window) << KIND_BITS
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
    let all: Vec<&u64> = partners
        .iter()
        .flat_map(|ours| ours.own.iter().chain(&ours.hints))
        .collect();
    let mut keys = Keys::default();
    keys.found_by
        .extend(pairs.iter().map(|pair| subject((pair, hold))));
    let wanted: &[Hold] = match hold {
        Hold::Settled => &[Hold::Open],
        Hold::Open => &[Hold::Open, Hold::Settled],
    };
    for &other in wanted {
        let other = pairs.iter().map(|pair| subject((pair, other)));
        keys.looks_for.extend(other.map(Sought::only));
    }
    if let Some(days) = event(report) {
        let (own, around) = windows(days, WINDOW);
        for key in &all {
            let own = own.clone().map(|at| within(subject((key, hold)), at));
            keys.found_by.extend(own);
            for &other in wanted {
                let other = subject((key, other));
                keys.looks_for.push(Sought {
                    first: within(other, *around.start()),
                    last: within(other, *around.end()),
                    kinds: 1,
                });
            }
        }
    }
    if let Some(days) = report.days.filter(|_| hold == Hold::Settled) {
        let (own, around) = windows(days, NEAR);
        let kinds = Kind::ALL
            .into_iter()
            .filter(|&kind| kinds_agree(kind, report.kind));
        let kinds = kinds.fold(0, |kinds, kind| kinds | 1 << kind as u32);
        for key in &all {
            let key = subject((key, NEAR));
            let own = own.clone().map(|at| within(key, at) | report.kind as u64);
            keys.found_by.extend(own);
            keys.looks_for.push(Sought {
                first: within(key, *around.start()),
                last: within(key, *around.end()),
                kinds,
            });
        }
    }
    keys.found_by.sort_unstable();
    keys.found_by.dedup();
    keys.looks_for.sort_unstable();
    keys.looks_for.dedup();
    keys
}

/// The key of two conventions that an analyst joined, and what looks for it.
pub fn corrected(joined: &(String, String)) -> (u64, Sought) {
    let key = subject(("corrected", joined));
    (key, Sought::only(key))
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
