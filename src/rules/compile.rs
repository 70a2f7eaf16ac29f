//! Turns checked expressions into the steps of an automaton.

use super::atom::{Atom, Atoms, SHAPES, clitic};
use super::automaton::Step;
use super::check::Scope;
use super::expression::{EntryTest, Node};
use super::reading::{folded_words, written_words};
use super::rule::Capture;

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

    pub(super) fn entry(&self, test: &EntryTest) -> Option<Atom> {
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
        for jump in jumps {
            self.steps[jump] = Step::Jump(end);
        }
        Some(())
    }

    fn repeat(&mut self, node: &Node, min: u32, max: Option<u32>, lazy: bool) -> Option<()> {
        let fork = |inside: u32, after: u32| {
            if lazy {
                Step::Fork(after, inside)
            } else {
                Step::Fork(inside, after)
            }
        };
        // An endless repetition goes round in the last copy.
        let copies = if max.is_none() {
            min.saturating_sub(1)
        } else {
            min
        };
        for _ in 0..copies {
            self.node(node)?;
        }
        let Some(max) = max else {
            return self.endless(node, min);
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

    /// Goes round as often as fits, once at least unless `min` is none. The way back stands behind the
    /// part, so that a round which consumes nothing ends the repetition.
    fn endless(&mut self, node: &Node, min: u32) -> Option<()> {
        let skip = self.steps.len();
        if min == 0 {
            self.steps.push(Step::Jump(0));
        }
        let begin = self.steps.len() as u32;
        self.node(node)?;
        let after = self.steps.len() as u32 + 1;
        self.steps.push(Step::Fork(begin, after));
        if min == 0 {
            self.steps[skip] = Step::Fork(begin, after);
        }
        Some(())
    }
}
