//! Makes the keys by which conventions meet: only those that share one are compared.
//!
//! Two conventions can be one when they share two partners, or one partner and the time. A partner has
//! several keys: its id, the words of its name, its class and town, its abbreviation; so that a
//! spelling that resolves to another id still meets.

use std::hash::{BuildHasher, Hash};

use rustc_hash::FxBuildHasher;

use crate::record::fact::ConventionStatus;

use super::edtf::Days;
use super::entity::{Entity, Resolver};
use super::name_key::SHORTEST;
use super::report::Report;
use super::vocabulary::ClassIndex;

/// Days of one window of time; an event falls into the two windows around it.
const WINDOW: i32 = 15;

/// The keys of a convention, sorted, each once.
pub fn keys(report: &Report, resolver: &Resolver) -> Vec<u64> {
    let partners: Vec<Partner> = report
        .parties
        .iter()
        .map(|party| Partner::new(party, resolver))
        .collect();
    let windows = windows(report);
    let mut keys = Vec::new();
    for (at, ours) in partners.iter().enumerate() {
        for theirs in &partners[at + 1..] {
            for a in &ours.own {
                keys.extend(theirs.own.iter().map(|b| hash((a.min(b), a.max(b)))));
            }
        }
        for window in &windows {
            let all = ours.own.iter().chain(&ours.hints);
            keys.extend(all.map(|key| hash((key, window))));
        }
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The key of two conventions that an analyst joined.
pub fn corrected(joined: &(String, String)) -> u64 {
    hash(("corrected", joined))
}

/// The windows of the event: of its date where that is a month at most, else of the news.
fn windows(report: &Report) -> Vec<i32> {
    let is_news = matches!(
        report.status,
        ConventionStatus::Signed | ConventionStatus::Planned | ConventionStatus::Renewed
    );
    let span =
        |days: Days| (days.from.div_euclid(WINDOW)..=days.to.div_euclid(WINDOW) + 1).collect();
    match (report.days, report.published) {
        (Some(days), _) if days.length() <= 31 => span(days),
        (None, Some(days)) if is_news => span(days),
        _ => Vec::new(),
    }
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
