//! Checks the expressions of rules and turns them into the steps of an automaton.
//!
//! Checking comes first and tells every fault with its place; what passes it compiles without one,
//! and to a size that is known before the first step is written.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::atom::{Atom, Atoms, CLITICS, SHAPES};
use super::automaton::Step;
use super::expression::{EntryTest, Node, Wrong};
use super::lexicon::{Clitics, Lexicons};
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
            Node::Any => {}
            Node::Word { form, at } => {
                if folded_words(form, self.lang).is_empty() {
                    fault(*at, format!("`{form}` folds to nothing"));
                }
            }
            Node::Exact { form, at } => {
                if written_words(form, self.lang).is_empty() {
                    fault(*at, format!("`{form}` holds no word"));
                }
            }
            Node::Entry(test) => {
                if self.lexicons.lexicon(&test.lexicon).is_none() {
                    fault(test.at, format!("unknown lexicon `{}`", test.lexicon));
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
            Node::Clitic { name, at } => {
                if clitic(name).is_none() {
                    fault(*at, format!("unknown clitic `{name}`"));
                }
            }
            Node::Macro { name, at } => {
                if !self.macros.contains_key(name) {
                    fault(*at, format!("unknown macro `{name}`"));
                }
            }
            Node::Repeat {
                node,
                max,
                lazy,
                at,
                ..
            } => {
                if *lazy && max.is_some_and(|max| max > self.gap || max == 0) {
                    fault(*at, format!("a gap is of 1 to {} tokens", self.gap));
                }
                self.check(node, stage, faults);
            }
            Node::Capture { node, .. } => self.check(node, stage, faults),
            Node::Sequence(nodes) | Node::Choice(nodes) => {
                nodes
                    .iter()
                    .for_each(|node| self.check(node, stage, faults));
            }
        }
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
                let cycle = path[begin..]
                    .iter()
                    .map(|name| format!("%{name} → "))
                    .collect::<String>();
                cycles.push(fault(format!("cycle of macros: {cycle}%{next}")));
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
                    captured.values_mut().for_each(|list| *list = true);
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
    pub(super) fn lexicons_of(&self, node: &Node, found: &mut Vec<u16>) {
        match node {
            Node::Entry(EntryTest { lexicon, .. }) => found.extend(self.lexicons.lexicon(lexicon)),
            Node::Macro { name, .. } => {
                if let Some(node) = self.macros.get(name) {
                    self.lexicons_of(node, found);
                }
            }
            Node::Repeat { node, .. } | Node::Capture { node, .. } => self.lexicons_of(node, found),
            Node::Sequence(nodes) | Node::Choice(nodes) => {
                nodes.iter().for_each(|node| self.lexicons_of(node, found));
            }
            _ => {}
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
                self.list_captures(node, list);
            }
            Node::Macro { name, .. } => {
                if let Some(node) = self.macros.get(name) {
                    self.list_captures(node, list);
                }
            }
            Node::Repeat { node, .. } => self.list_captures(node, list),
            Node::Sequence(nodes) | Node::Choice(nodes) => {
                nodes.iter().for_each(|node| self.list_captures(node, list));
            }
            _ => {}
        }
    }
}

/// Writes steps. Everything has passed [`Scope::check`].
pub(super) struct Writer<'a> {
    pub(super) scope: &'a Scope<'a>,
    pub(super) atoms: &'a mut Atoms,
    pub(super) steps: &'a mut Vec<Step>,
    /// The captures of the rule at hand.
    pub(super) captures: &'a [Capture],
}

impl Writer<'_> {
    /// Appends a program that ends with [`Step::Done`] of `program`, or says that atoms ran out.
    pub(super) fn program(&mut self, node: &Node, program: u32) -> Option<std::ops::Range<u32>> {
        let begin = self.steps.len() as u32;
        self.node(node)?;
        self.steps.push(Step::Done(program));
        Some(begin..self.steps.len() as u32)
    }

    fn node(&mut self, node: &Node) -> Option<()> {
        match node {
            Node::Any => self.steps.push(Step::Any),
            Node::Word { form, .. } => {
                for word in folded_words(form, self.scope.lang) {
                    self.atom(Atom::Word(word))?;
                }
            }
            Node::Exact { form, .. } => {
                for word in written_words(form, self.scope.lang) {
                    self.atom(Atom::Exact(word))?;
                }
            }
            Node::Entry(test) => {
                let atom = self.entry(test)?;
                self.atom(atom)?;
            }
            Node::Kind { name, .. } => {
                let shape = SHAPES.iter().find(|(shape, _)| shape == name);
                self.atom(match shape {
                    Some((_, shape)) => Atom::Shape(*shape),
                    None => Atom::Kind(name.as_str().into()),
                })?;
            }
            Node::Clitic { name, .. } => self.atom(Atom::Clitic(clitic(name)?))?,
            Node::Macro { name, .. } => {
                let scope = self.scope;
                self.node(scope.macros.get(name)?)?;
            }
            Node::Sequence(nodes) => {
                for node in nodes {
                    self.node(node)?;
                }
            }
            Node::Choice(nodes) => self.choice(nodes)?,
            Node::Repeat {
                node,
                min,
                max,
                lazy,
                ..
            } => self.repeat(node, *min, *max, *lazy)?,
            Node::Capture { name, node, .. } => {
                let capture = self
                    .captures
                    .iter()
                    .position(|known| *known.name == **name)? as u16;
                self.steps.push(Step::Open(capture));
                self.node(node)?;
                self.steps.push(Step::Close(capture));
            }
        }
        Some(())
    }

    fn entry(&self, test: &EntryTest) -> Option<Atom> {
        let feature = test.feature.as_ref().map(|(key, value)| {
            let value = value.as_deref().map(Box::from);
            (key.as_str().into(), value)
        });
        Some(Atom::Entry {
            lexicon: self.scope.lexicons.lexicon(&test.lexicon)?,
            feature,
            clitics: test.clitic.as_deref().and_then(clitic).unwrap_or_default(),
        })
    }

    fn atom(&mut self, atom: Atom) -> Option<()> {
        let number = self.atoms.number(atom)?;
        self.steps.push(Step::Atom(number));
        Some(())
    }

    fn choice(&mut self, nodes: &[Node]) -> Option<()> {
        let mut jumps = Vec::new();
        for (at, node) in nodes.iter().enumerate() {
            let fork = self.steps.len();
            let last = at + 1 == nodes.len();
            if !last {
                self.steps.push(Step::Fork(fork as u32 + 1, 0));
            }
            self.node(node)?;
            if !last {
                jumps.push(self.steps.len());
                self.steps.push(Step::Jump(0));
                self.steps[fork] = Step::Fork(fork as u32 + 1, self.steps.len() as u32);
            }
        }
        let end = self.steps.len() as u32;
        jumps
            .into_iter()
            .for_each(|jump| self.steps[jump] = Step::Jump(end));
        Some(())
    }

    fn repeat(&mut self, node: &Node, min: u32, max: Option<u32>, lazy: bool) -> Option<()> {
        for _ in 0..min {
            self.node(node)?;
        }
        let fork = |inside: u32, after: u32| {
            if lazy {
                Step::Fork(after, inside)
            } else {
                Step::Fork(inside, after)
            }
        };
        let Some(max) = max else {
            let begin = self.steps.len();
            self.steps.push(Step::Jump(0));
            self.node(node)?;
            self.steps.push(Step::Jump(begin as u32));
            self.steps[begin] = fork(begin as u32 + 1, self.steps.len() as u32);
            return Some(());
        };
        let mut forks = Vec::new();
        for _ in min..max {
            forks.push(self.steps.len());
            self.steps.push(Step::Jump(0));
            self.node(node)?;
        }
        let end = self.steps.len() as u32;
        for at in forks {
            self.steps[at] = fork(at as u32 + 1, end);
        }
        Some(())
    }
}

/// The macros that an expression names, with their places.
pub(super) fn macros_of<'a>(node: &'a Node, found: &mut Vec<(&'a str, usize)>) {
    match node {
        Node::Macro { name, at } => found.push((name, *at)),
        Node::Repeat { node, .. } | Node::Capture { node, .. } => macros_of(node, found),
        Node::Sequence(nodes) | Node::Choice(nodes) => {
            nodes.iter().for_each(|node| macros_of(node, found));
        }
        _ => {}
    }
}

fn clitic(name: &str) -> Option<Clitics> {
    CLITICS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, clitics)| *clitics)
}

fn twice(name: &str, at: usize) -> Wrong {
    Wrong {
        at,
        message: format!("capture `{name}` is set twice"),
    }
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
