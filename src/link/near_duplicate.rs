//! Finds articles that repeat one another almost word for word, by `SimHash` fingerprints.
//!
//! A fingerprint is 64 bits over pairs of folded words; near texts differ in few bits (Charikar 2002;
//! Manku, Jain and Das Sarma 2007 for the search). The bits are cut into six blocks; two
//! fingerprints that differ in at most four bits agree in two whole blocks, which are the bucket.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hash};

use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::text::fold::fold;
use crate::text::simhash::SimHash;

/// Two articles repeat each other when at most this many of 64 bits differ.
pub const BITS: u32 = 5;
/// Shorter texts have too few words for a fingerprint to mean anything.
const WORDS: usize = 25;

/// The fingerprint of a text; texts of a few words have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(Option<u64>);

impl Fingerprint {
    /// Reads a text.
    pub fn new(text: &str) -> Self {
        let folded = fold(text);
        let words: Vec<&str> = folded
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        if words.len() < WORDS {
            return Self(None);
        }
        let mut sum = SimHash::default();
        for pair in words.windows(2) {
            sum.add(hash(pair));
        }
        Self(Some(sum.bits()))
    }

    /// Whether two texts repeat each other.
    pub fn is_near(self, other: Self) -> bool {
        matches!((self.0, other.0), (Some(a), Some(b)) if (a ^ b).count_ones() <= BITS)
    }

    /// The bits, for a store that keeps them.
    pub const fn bits(self) -> Option<u64> {
        self.0
    }

    fn buckets(self) -> Vec<u64> {
        const BLOCKS: [(u32, u32); 6] = [(0, 11), (11, 11), (22, 11), (33, 11), (44, 10), (54, 10)];
        let Some(bits) = self.0 else {
            return Vec::new();
        };
        let block = |at: usize| {
            let (start, length) = BLOCKS[at];
            bits >> start & ((1 << length) - 1)
        };
        (0..BLOCKS.len())
            .flat_map(|a| (a + 1..BLOCKS.len()).map(move |b| (a, b)))
            .map(|(a, b)| (a as u64) << 60 | (b as u64) << 56 | block(a) << 11 | block(b))
            .collect()
    }
}

/// An article as the search for near-duplicates sees it.
#[derive(Debug, Clone, Copy)]
pub struct Print<'a> {
    /// Id of the article.
    pub id: &'a str,
    /// When it was published; the earliest of a group is the one that the others repeat.
    pub published: Option<&'a str>,
    /// Of its text.
    pub fingerprint: Fingerprint,
}

/// Which article repeats which: from id to the id of the earliest of its group. Whatever the order of
/// the articles, the answer is the same.
pub fn repeats(articles: &[Print<'_>]) -> BTreeMap<String, String> {
    let mut order: Vec<&Print<'_>> = articles.iter().collect();
    // What is undated comes last: it says nothing of having been first.
    order.sort_by_key(|article| (article.published.is_none(), article.published, article.id));
    let mut buckets: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
    let mut repeated = BTreeMap::new();
    for (at, article) in order.iter().enumerate() {
        let keys = article.fingerprint.buckets();
        let first = keys
            .iter()
            .filter_map(|key| buckets.get(key))
            .flatten()
            .copied()
            .filter(|&other| order[other].fingerprint.is_near(article.fingerprint))
            .min();
        match first {
            Some(first) => {
                repeated.insert(article.id.to_owned(), order[first].id.to_owned());
            }
            // Only firsts are compared with, so that a group never drifts.
            None => keys
                .into_iter()
                .for_each(|key| buckets.entry(key).or_default().push(at)),
        }
    }
    repeated
}

fn hash(value: impl Hash) -> u64 {
    FxBuildHasher.hash_one(value)
}
