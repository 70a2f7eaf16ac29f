//! Turns the facts of many articles into entities and dossiers.
//!
//! The way of a record: its partners become entities ([`entity`], with [`gazetteer`], [`name`] and
//! [`name_key`]); conventions that share keys ([`block`]) are compared ([`pair`], [`likeness`],
//! [`timing`]); those that are one are grouped ([`cluster`]) and merged ([`dossier`]). Nothing fails
//! here, and nothing depends on the order of articles.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::record::Record;
use crate::record::dossier::Dossier;

pub mod block;
pub mod cluster;
pub mod correction;
pub mod dossier;
pub mod edtf;
pub mod entity;
pub mod explain;
pub mod gazetteer;
pub mod likeness;
pub mod meaning;
pub mod name;
pub mod name_key;
pub mod near_duplicate;
pub mod pair;
pub mod place;
pub mod report;
pub mod sameness;
pub mod sketch;
pub mod table;
pub mod timing;
pub mod vocabulary;

use block::{Keys, Sought};
use cluster::{Edge, Group};
use correction::Corrections;
use entity::Resolver;
use gazetteer::Gazetteer;
use report::{Paper, Report};
use sketch::Sketch;
use table::Tables;

/// One convention: the article's id and the position in its record, from 0.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Convention {
    /// Id of the article.
    pub article: String,
    /// Position in the record.
    pub position: usize,
}

impl fmt::Display for Convention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.article, self.position)
    }
}

impl Convention {
    /// Reads `ARTICLE#POSITION`; an article alone is its first convention.
    pub fn read(written: &str) -> Option<Self> {
        let (article, position) = written.rsplit_once('#').unwrap_or((written, "0"));
        Some(Self {
            article: article.to_owned(),
            position: position.parse().ok()?,
        })
    }
}

/// A convention inside the linker: the slot of its article and its position there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Node {
    slot: u32,
    at: u32,
}

/// Takes records in, in any order and any number of batches, and holds the dossiers that they make.
///
/// A batch changes only the dossiers whose conventions it touches; the result is the one that linking
/// everything at once gives.
#[derive(Debug)]
pub struct Linker {
    resolver: Resolver,
    slots: Vec<Option<Paper>>,
    slot_of: FxHashMap<String, u32>,
    blocks: FxHashMap<u64, Block>,
    ties: FxHashMap<Node, FxHashMap<Node, f64>>,
    touched: BTreeSet<Node>,
    dossiers: BTreeMap<String, Dossier>,
    dossier_of: FxHashMap<Node, String>,
}

impl Linker {
    /// A linker that holds nothing yet.
    pub fn new(tables: &Tables) -> Self {
        let gazetteer = Gazetteer::of(tables);
        let corrections = Arc::new(Corrections::new(&tables.corrections));
        Self {
            resolver: Resolver::new(gazetteer, corrections),
            slots: Vec::new(),
            slot_of: FxHashMap::default(),
            blocks: FxHashMap::default(),
            ties: FxHashMap::default(),
            touched: BTreeSet::new(),
            dossiers: BTreeMap::new(),
            dossier_of: FxHashMap::default(),
        }
    }

    /// The keys by which an article's conventions meet others. Articles that do not find each other by them are
    /// never compared: a store that keeps those by which they are found tells what a new article can touch.
    pub fn keys(&self, article: &str) -> Keys {
        let Some(paper) = self.paper(article) else {
            return Keys::default();
        };
        let (mut found_by, mut looks_for) = (BTreeSet::new(), BTreeSet::new());
        for (report, at) in paper.reports.iter().zip(0..) {
            let keys = block::keys(report, &self.resolver);
            found_by.extend(keys.found_by);
            looks_for.extend(keys.looks_for);
            let own = name(article, Node { slot: 0, at });
            for joined in self.resolver.corrections.joined() {
                if joined.0 == own || joined.1 == own {
                    let (key, sought) = block::corrected(joined);
                    found_by.insert(key);
                    looks_for.insert(sought);
                }
            }
        }
        Keys {
            found_by: found_by.into_iter().collect(),
            looks_for: looks_for.into_iter().collect(),
        }
    }

    /// What tells of an article that it has nothing in common with another.
    pub fn sketch(&self, article: &str) -> Sketch {
        let reports = self.paper(article).map(|paper| &paper.reports[..]);
        Sketch::new(reports.unwrap_or_default(), &self.resolver)
    }

    /// Whether a convention of an article may be one with a convention of another: where not, they need not be
    /// compared.
    pub fn may_join(&self, one: (&str, &Sketch), other: (&str, &Sketch)) -> bool {
        one.1.may_join(other.1, &self.resolver)
            || self.resolver.corrections.may_join(one.0, other.0)
    }

    fn paper(&self, article: &str) -> Option<&Paper> {
        let slot = self.slot_of.get(article)?;
        self.slots[*slot as usize].as_ref()
    }

    /// The articles with a convention that was found to be one with a convention of this article.
    pub fn tied(&self, article: &str) -> BTreeSet<String> {
        let Some(&slot) = self.slot_of.get(article) else {
            return BTreeSet::new();
        };
        let conventions = self.slots[slot as usize].as_ref();
        let conventions = conventions.map_or(0, |paper| paper.reports.len() as u32);
        (0..conventions)
            .filter_map(|at| self.ties.get(&Node { slot, at }))
            .flat_map(|ties| ties.keys())
            .filter_map(|&node| Some(report_at(&self.slots, node)?.0.id.clone()))
            .collect()
    }

    /// Takes a record in; one with the same id gives way.
    pub fn insert(&mut self, record: &Record) {
        self.remove(&record.id);
        if record.conventions.is_empty() {
            return;
        }
        let paper = Paper::new(record, &mut self.resolver);
        let fresh = self.slots.len() as u32;
        let slot = *self.slot_of.entry(paper.id.clone()).or_insert(fresh);
        if slot == fresh {
            self.slots.push(None);
        }
        for (report, at) in paper.reports.iter().zip(0..) {
            self.tie(&paper.id, report, Node { slot, at });
        }
        self.slots[slot as usize] = Some(paper);
        self.tie_corrected(slot);
    }

    /// Takes an article out.
    pub fn remove(&mut self, article: &str) {
        let Some(&slot) = self.slot_of.get(article) else {
            return;
        };
        let Some(paper) = self.slots[slot as usize].take() else {
            return;
        };
        for (report, at) in paper.reports.iter().zip(0..) {
            let node = Node { slot, at };
            for key in block::keys(report, &self.resolver).found_by {
                if let Some(block) = self.blocks.get_mut(&key) {
                    block.remove(node);
                }
            }
            for other in self.ties.remove(&node).unwrap_or_default().into_keys() {
                if let Some(ties) = self.ties.get_mut(&other) {
                    ties.remove(&node);
                }
                self.touched.insert(other);
            }
            self.forget(node);
        }
    }

    /// The dossiers, by id.
    pub fn dossiers(&mut self) -> impl Iterator<Item = &Dossier> {
        self.settle();
        self.dossiers.values()
    }

    /// The id of the dossier that a convention belongs to.
    pub fn dossier_of(&mut self, convention: &Convention) -> Option<&str> {
        self.settle();
        let node = self.find(convention)?;
        self.dossier_of.get(&node).map(String::as_str)
    }

    fn tie(&mut self, article: &str, report: &Report, node: Node) {
        let mut seen = FxHashSet::default();
        let Keys {
            found_by,
            looks_for,
        } = block::keys(report, &self.resolver);
        for key in looks_for.iter().flat_map(Sought::keys) {
            for &other in self.blocks.get(&key).map_or(&[][..], Block::members) {
                if other.slot == node.slot || !seen.insert(other) {
                    continue;
                }
                let Some((paper, theirs)) = report_at(&self.slots, other) else {
                    continue;
                };
                // Always the same one first, so that ties between partners fall alike.
                let verdict = if (article, node.at) < (paper.id.as_str(), other.at) {
                    pair::judge(report, theirs, &self.resolver)
                } else {
                    pair::judge(theirs, report, &self.resolver)
                };
                let parted = || {
                    let (one, other) = (name(article, node), name(&paper.id, other));
                    self.resolver.corrections.parted(&one, &other)
                };
                if verdict.ground.joins() && !parted() {
                    add_tie(&mut self.ties, node, other, verdict.score);
                }
            }
        }
        for key in found_by {
            self.blocks.entry(key).or_default().push(node);
        }
        self.touched.insert(node);
    }

    /// Ties what analysts said is one, once both are here.
    fn tie_corrected(&mut self, slot: u32) {
        let corrections = Arc::clone(&self.resolver.corrections);
        for (one, other) in corrections.joined() {
            let find = |written: &str| self.find(&Convention::read(written)?);
            let (Some(one), Some(other)) = (find(one), find(other)) else {
                continue;
            };
            if one.slot == slot || other.slot == slot {
                add_tie(&mut self.ties, one, other, CORRECTED);
                self.touched.extend([one, other]);
            }
        }
    }

    fn find(&self, convention: &Convention) -> Option<Node> {
        let node = Node {
            slot: *self.slot_of.get(&convention.article)?,
            at: convention.position as u32,
        };
        report_at(&self.slots, node).map(|_| node)
    }

    /// Makes the dossiers of what was touched anew, and of all that is tied to it.
    fn settle(&mut self) {
        while self.settle_one() {}
    }

    /// Makes the dossiers of one convention that was touched anew, and of all that is tied to it; false where
    /// none is left. [`Linker::dossiers`] settles what was not: this is for those who may have to stop.
    pub fn settle_one(&mut self) -> bool {
        let Some(first) = self.touched.pop_first() else {
            return false;
        };
        let component = self.component(first);
        for &node in &component {
            self.touched.remove(&node);
            self.forget(node);
        }
        let members: Vec<(&Paper, &Report)> = component
            .iter()
            .filter_map(|&node| report_at(&self.slots, node))
            .collect();
        let mut made = Vec::new();
        for group in self.groups(&component) {
            let members: Vec<_> = group.members.iter().map(|&at| members[at]).collect();
            let dossier = dossier::merge(&members, group.weakest, &self.resolver);
            made.push((group, dossier));
        }
        for (group, dossier) in made {
            for at in group.members {
                self.dossier_of.insert(component[at], dossier.id.clone());
            }
            self.dossiers.insert(dossier.id.clone(), dossier);
        }
        true
    }

    /// A convention and all that is tied to it, directly or not, by article and position.
    fn component(&self, first: Node) -> Vec<Node> {
        let mut found = FxHashSet::default();
        let mut open = vec![first];
        while let Some(node) = open.pop() {
            if report_at(&self.slots, node).is_some() && found.insert(node) {
                open.extend(
                    self.ties
                        .get(&node)
                        .into_iter()
                        .flat_map(|ties| ties.keys()),
                );
            }
        }
        let mut component: Vec<Node> = found.into_iter().collect();
        component.sort_by_cached_key(|&node| {
            let article = report_at(&self.slots, node).map(|(paper, _)| paper.id.clone());
            (article, node.at)
        });
        component
    }

    fn groups(&self, component: &[Node]) -> Vec<Group> {
        let position: FxHashMap<Node, usize> = component.iter().copied().zip(0..).collect();
        let mut edges = Vec::new();
        for (a, node) in component.iter().enumerate() {
            for (other, &score) in self.ties.get(node).into_iter().flatten() {
                if let Some(&b) = position.get(other).filter(|&&b| a < b) {
                    edges.push(Edge { a, b, score });
                }
            }
        }
        cluster::split(component.len(), edges, |a, b| {
            self.exclude(component[a], component[b])
        })
    }

    /// Whether two conventions can never be one: those of one article, and those that `pair` forbids.
    fn exclude(&self, one: Node, other: Node) -> bool {
        let tie = self.ties.get(&one).and_then(|ties| ties.get(&other));
        if tie.is_some_and(|&score| score >= CORRECTED) {
            return false;
        }
        let (Some((paper, report)), Some((papers, theirs))) =
            (report_at(&self.slots, one), report_at(&self.slots, other))
        else {
            return true;
        };
        let corrections = &self.resolver.corrections;
        one.slot == other.slot
            || corrections.parted(&name(&paper.id, one), &name(&papers.id, other))
            || pair::judge(report, theirs, &self.resolver).ground.forbids()
    }

    fn forget(&mut self, node: Node) {
        if let Some(id) = self.dossier_of.remove(&node) {
            self.dossiers.remove(&id);
        }
        self.touched.remove(&node);
    }
}

/// The conventions that share a key: most keys are of one only, which needs no list of its own. A list has
/// no spare room, for there are millions.
#[derive(Debug, Clone)]
enum Block {
    One(Node),
    Many(Box<[Node]>),
}

impl Default for Block {
    fn default() -> Self {
        Self::Many(Box::default())
    }
}

impl Block {
    fn members(&self) -> &[Node] {
        match self {
            Self::One(node) => std::slice::from_ref(node),
            Self::Many(nodes) => nodes,
        }
    }

    fn push(&mut self, node: Node) {
        let members = self.members().iter().copied();
        *self = Self::of(members.chain([node]).collect());
    }

    fn remove(&mut self, node: Node) {
        let members = self.members().iter().copied();
        *self = Self::of(members.filter(|other| *other != node).collect());
    }

    fn of(members: Vec<Node>) -> Self {
        match members.as_slice() {
            [only] => Self::One(*only),
            _ => Self::Many(members.into()),
        }
    }
}

/// The score of a tie that an analyst made.
const CORRECTED: f64 = 2.0;

fn report_at(slots: &[Option<Paper>], node: Node) -> Option<(&Paper, &Report)> {
    let paper = slots.get(node.slot as usize)?.as_ref()?;
    Some((paper, paper.reports.get(node.at as usize)?))
}

fn name(article: &str, node: Node) -> String {
    format!("{article}#{}", node.at)
}

fn add_tie(ties: &mut FxHashMap<Node, FxHashMap<Node, f64>>, one: Node, other: Node, score: f64) {
    for (from, to) in [(one, other), (other, one)] {
        ties.entry(from).or_default().insert(to, score);
    }
}
