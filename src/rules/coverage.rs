//! Counts over a corpus what rules and entries are good for, and tells those that were never needed.

use rustc_hash::FxHashMap;

use super::lexicon::{Annotations, Entry};
use super::matcher::{Hit, Rules};
use super::rule::Rule;

/// How often each rule of a language hit and each entry of its lexicons was found.
#[derive(Debug, Clone)]
pub struct Coverage<'p> {
    rules: &'p Rules,
    hits: FxHashMap<&'p str, u64>,
    entries: Vec<u64>,
}

impl<'p> Coverage<'p> {
    /// Nothing read yet.
    pub fn new(rules: &'p Rules) -> Self {
        Self {
            rules,
            hits: FxHashMap::default(),
            entries: vec![0; rules.lexicons().entries().len()],
        }
    }

    /// Takes in a text: the entries found in it, and the hits of its stages that stand.
    pub fn count(&mut self, annotations: &Annotations, hits: &[Hit<'p>]) {
        for found in annotations.all() {
            self.entries[found.entry as usize] += 1;
        }
        for hit in hits {
            *self.hits.entry(&hit.rule.id).or_default() += 1;
        }
    }

    /// How often a rule's hits stood.
    pub fn hits(&self, rule: &str) -> u64 {
        self.hits.get(rule).copied().unwrap_or_default()
    }

    /// The rules without a hit.
    pub fn silent_rules(&self) -> impl Iterator<Item = &'p Rule> {
        self.rules
            .all()
            .iter()
            .filter(|rule| self.hits(&rule.id) == 0)
    }

    /// The entries that were never found.
    pub fn unused_entries(&self) -> impl Iterator<Item = &'p Entry> {
        let entries = self.rules.lexicons().entries().iter().zip(&self.entries);
        entries
            .filter(|&(_, &count)| count == 0)
            .map(|(entry, _)| entry)
    }
}
