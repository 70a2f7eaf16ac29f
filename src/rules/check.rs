//! Checks what the expressions of rules name, capture and cost, and tells every fault with its place.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::atom::{SHAPES, clitic};
use super::expression::{EntryTest, Node, Wrong};
use super::lexicon::Lexicons;
use super::reading::{folded_words, written_words};
use super::rule::Capture;
use crate::record::Lang;

/// What the expressions of a language may name, and how large they may be.
pub(super) struct Scope<'a> {
    pub(super) lang: Lang,
    pub(super) lexicons: &'a Lexicons,
    pub(super) macros: &'a FxHashMap<String, Node>,
    /// The types of each stage in order, with the stage's name.
    pub(super) types: &'a [(String, Vec<String>)],
    pub(super) gap: u32,
}

/// How deep macros may name others.
const MACRO_DEPTH: usize = 30;

/// What a name captures: whether it may be a list.
type Captured = BTreeMap<String, bool>;

impl Scope<'_> {
    /// Every fault of an expression of a stage, its macros left aside.
    pub(super) fn check(&self, node: &Node, stage: Option<&str>, faults: &mut Vec<Wrong>) {
        let mut fault = |at: usize, message: String| faults.push(Wrong { at, message });
        match node {
            Node::Word { form, at } if folded_words(form, self.lang).is_empty() => {
                fault(*at, format!("`{form}` folds to nothing"));
            }
            Node::Exact { form, at } if written_words(form, self.lang).is_empty() => {
                fault(*at, format!("`{form}` holds no word"));
            }
            Node::Entry(test) => {
                if let Some(message) = self.entry_fault(test) {
                    fault(test.at, message);
                }
                if let Some(name) = &test.clitic
                    && clitic(name).is_none()
                {
                    fault(test.at, format!("unknown clitic `{name}`"));
                }
            }
            Node::Kind { name, at } => {
                if let Some(message) = self.kind_fault(name, stage) {
                    fault(*at, message);
                }
            }
            Node::Clitic { name, at } if clitic(name).is_none() => {
                fault(*at, format!("unknown clitic `{name}`"));
            }
            Node::Macro { name, at } if !self.macros.contains_key(name) => {
                fault(*at, format!("unknown macro `{name}`"));
            }
            Node::Repeat { max, lazy, at, .. }
                if *lazy && max.is_some_and(|max| max > self.gap || max == 0) =>
            {
                fault(*at, format!("a gap is of 1 to {} tokens", self.gap));
            }
            _ => {}
        }
        for child in node.children() {
            self.check(child, stage, faults);
        }
    }

    /// What is wrong with the lexicon or the feature that a test names: one that no entry has never holds.
    fn entry_fault(&self, test: &EntryTest) -> Option<String> {
        let Some(lexicon) = self.lexicons.lexicon(&test.lexicon) else {
            return Some(format!("unknown lexicon `{}`", test.lexicon));
        };
        let (key, wanted) = test.feature.as_ref()?;
        let mut entries = self.lexicons.entries().iter();
        if entries.any(|entry| entry.lexicon == lexicon && entry.says(key, wanted.as_deref())) {
            return None;
        }
        let value = wanted.as_ref().map(|wanted| format!("={wanted}"));
        let value = value.unwrap_or_default();
        Some(format!("no entry of `{}` has `{key}{value}`", test.lexicon))
    }

    fn kind_fault(&self, name: &str, stage: Option<&str>) -> Option<String> {
        if SHAPES.iter().any(|(shape, _)| *shape == name) {
            return None;
        }
        let bare = name.split(':').next().unwrap_or(name);
        let Some(maker) = self
            .types
            .iter()
            .position(|(_, types)| types.iter().any(|known| known == bare))
        else {
            return Some(format!("unknown type `{name}`"));
        };
        let own = self
            .types
            .iter()
            .position(|(name, _)| Some(&**name) == stage)?;
        (maker >= own).then(|| {
            format!(
                "`{name}` is made by stage `{}`, which is not before `{}`",
                self.types[maker].0, self.types[own].0
            )
        })
    }

    /// The macros that name themselves, directly or through others, or nest too deep; each with what
    /// is wrong at which place of its own.
    pub(super) fn cycles(&self) -> Vec<(&str, Wrong)> {
        let mut cycles = Vec::new();
        let mut done = FxHashSet::default();
        let mut names: Vec<&String> = self.macros.keys().collect();
        names.sort();
        for name in names {
            self.visit(name, &mut Vec::new(), &mut done, &mut cycles);
        }
        cycles
    }

    fn visit<'a>(
        &'a self,
        name: &'a str,
        path: &mut Vec<&'a str>,
        done: &mut FxHashSet<&'a str>,
        cycles: &mut Vec<(&'a str, Wrong)>,
    ) {
        let Some(node) = self.macros.get(name).filter(|_| !done.contains(name)) else {
            return;
        };
        path.push(name);
        let mut used = Vec::new();
        macros_of(node, &mut used);
        for (next, at) in used {
            let fault = |message: String| (name, Wrong { at, message });
            if let Some(begin) = path.iter().position(|&open| open == next) {
                let cycle = path[begin..].join(" → %");
                cycles.push(fault(format!("cycle of macros: %{cycle} → %{next}")));
            } else if path.len() > MACRO_DEPTH {
                cycles.push(fault(format!("macros nest deeper than {MACRO_DEPTH}")));
            } else {
                self.visit(next, path, done, cycles);
            }
        }
        path.pop();
        done.insert(name);
    }

    /// How many steps an expression takes. Macros must be known and free of cycles.
    pub(super) fn size<'a>(&'a self, node: &'a Node, known: &mut FxHashMap<&'a str, u64>) -> u64 {
        match node {
            Node::Word { form, .. } => folded_words(form, self.lang).len() as u64,
            Node::Exact { form, .. } => written_words(form, self.lang).len() as u64,
            Node::Any | Node::Entry(_) | Node::Kind { .. } | Node::Clitic { .. } => 1,
            Node::Macro { name, .. } => {
                if let Some(&size) = known.get(name.as_str()) {
                    return size;
                }
                let size = self
                    .macros
                    .get(name)
                    .map_or(0, |node| self.size(node, known));
                known.insert(name, size);
                size
            }
            Node::Capture { node, .. } => self.size(node, known).saturating_add(2),
            Node::Sequence(nodes) | Node::Choice(nodes) => {
                nodes.iter().fold(2 * nodes.len() as u64, |sum, node| {
                    sum.saturating_add(self.size(node, known))
                })
            }
            Node::Repeat { node, min, max, .. } => {
                let copies = max.unwrap_or(*min + 1).max(1);
                self.size(node, known)
                    .saturating_add(2)
                    .saturating_mul(u64::from(copies))
            }
        }
    }

    /// The names that an expression captures. A name stands for one part of a match, unless a
    /// repetition makes it a list; another capture of a name that is no list is a fault.
    pub(super) fn captures<'a>(
        &'a self,
        node: &'a Node,
        known: &mut FxHashMap<&'a str, Captured>,
        faults: &mut Vec<Wrong>,
    ) -> Captured {
        match node {
            Node::Macro { name, .. } => {
                if let Some(captured) = known.get(name.as_str()) {
                    return captured.clone();
                }
                let inside = self.macros.get(name);
                let captured =
                    inside.map_or_else(Captured::new, |node| self.captures(node, known, faults));
                known.insert(name, captured.clone());
                captured
            }
            Node::Repeat { node, max, .. } => {
                let mut captured = self.captures(node, known, faults);
                if *max != Some(1) {
                    for list in captured.values_mut() {
                        *list = true;
                    }
                }
                captured
            }
            Node::Capture { name, node, at } => {
                let mut captured = self.captures(node, known, faults);
                if captured.insert(name.clone(), false).is_some() {
                    faults.push(twice(name, *at));
                }
                captured
            }
            Node::Choice(nodes) => nodes.iter().fold(Captured::new(), |mut all, node| {
                for (name, list) in self.captures(node, known, faults) {
                    *all.entry(name).or_default() |= list;
                }
                all
            }),
            Node::Sequence(nodes) => nodes.iter().fold(Captured::new(), |mut all, node| {
                for (name, list) in self.captures(node, known, faults) {
                    match all.get_mut(&name) {
                        Some(known) if !*known && !list => {
                            faults.push(twice(&name, place(node, &name)));
                        }
                        Some(known) => *known = true,
                        None => {
                            all.insert(name, list);
                        }
                    }
                }
                all
            }),
            _ => Captured::new(),
        }
    }

    /// The lexicons that a capture's expression names.
    fn lexicons_of(&self, node: &Node, found: &mut Vec<u16>) {
        match node {
            Node::Entry(test) => found.extend(self.lexicons.lexicon(&test.lexicon)),
            Node::Macro { name, .. } => {
                if let Some(node) = self.macros.get(name) {
                    self.lexicons_of(node, found);
                }
            }
            _ => {}
        }
        for child in node.children() {
            self.lexicons_of(child, found);
        }
    }

    /// The captures of a rule with the lexicons that each names, in order of the first mention.
    pub(super) fn capture_list(&self, node: &Node) -> Vec<Capture> {
        let mut list = Vec::new();
        self.list_captures(node, &mut list);
        list
    }

    fn list_captures(&self, node: &Node, list: &mut Vec<Capture>) {
        match node {
            Node::Capture { name, node, .. } => {
                let known = list.iter().position(|known| *known.name == **name);
                let at = known.unwrap_or_else(|| {
                    list.push(Capture {
                        name: name.as_str().into(),
                        lexicons: Vec::new(),
                    });
                    list.len() - 1
                });
                let lexicons = &mut list[at].lexicons;
                self.lexicons_of(node, lexicons);
                lexicons.sort_unstable();
                lexicons.dedup();
            }
            Node::Macro { name, .. } => {
                if let Some(node) = self.macros.get(name) {
                    self.list_captures(node, list);
                }
            }
            _ => {}
        }
        for child in node.children() {
            self.list_captures(child, list);
        }
    }
}

/// The macros that an expression names, with their places.
pub(super) fn macros_of<'a>(node: &'a Node, found: &mut Vec<(&'a str, usize)>) {
    if let Node::Macro { name, at } = node {
        found.push((name, *at));
    }
    for child in node.children() {
        macros_of(child, found);
    }
}

fn twice(name: &str, at: usize) -> Wrong {
    Wrong {
        at,
        message: format!("capture `{name}` is set twice"),
    }
}

/// What an expression captures by itself, macros left aside, with the places.
pub(super) fn captures_in(node: &Node) -> Vec<(&str, usize)> {
    let mut found = match node {
        Node::Capture { name, at, .. } => vec![(name.as_str(), *at)],
        _ => Vec::new(),
    };
    found.extend(node.children().iter().flat_map(captures_in));
    found
}

/// Where an expression captures a name; the macro's place when it does so through one.
fn place(node: &Node, name: &str) -> usize {
    fn find(node: &Node, name: &str) -> Option<usize> {
        match node {
            Node::Capture { name: own, at, .. } if own == name => Some(*at),
            Node::Capture { node, .. } | Node::Repeat { node, .. } => find(node, name),
            Node::Sequence(nodes) | Node::Choice(nodes) => {
                nodes.iter().find_map(|node| find(node, name))
            }
            Node::Macro { at, .. } => Some(*at),
            _ => None,
        }
    }
    find(node, name).unwrap_or(0)
}
