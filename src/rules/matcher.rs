//! Runs the rules of a stage over a text and decides between the hits that overlap.

use std::borrow::Cow;
use std::ops::Range;

use super::Mention;
use super::atom::{AtomIndex, Atoms};
use super::automaton::{Automaton, Tables};
use super::lexicon::{Annotations, Lexicons};
use super::need::Need;
use super::rule::{Guard, Rule, Setting};
use super::search::{Classes, Found, Search};
use super::spare::Spare;
use crate::text::Text;

/// The lexicons and rules of one language.
#[derive(Debug)]
pub struct Rules {
    pub(super) lexicons: Lexicons,
    pub(super) all: Vec<Rule>,
    pub(super) stages: Vec<Stage>,
}

/// The rules of one stage as one automaton.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) name: Box<str>,
    /// Whether only hits that emit the same compete.
    pub(super) by_emit: bool,
    pub(super) automaton: Automaton,
    pub(super) atoms: Atoms,
    pub(super) index: AtomIndex,
    pub(super) need: Need,
    /// By program: the position of its rule.
    pub(super) programs: Vec<u32>,
    pub(super) memory: Spare<Memory>,
}

/// What a run fills and the next one reuses.
#[derive(Debug, Default)]
pub(super) struct Memory {
    pub(super) tables: Tables,
    pub(super) search: Search,
    pub(super) symbols: Vec<u32>,
    class: Vec<u32>,
    programs: Vec<u32>,
}

impl Memory {
    /// Prepares a search of a program over the classified sentence.
    pub(super) fn open(&mut self, program: &Range<u32>) -> (&mut Search, Classes<'_>) {
        self.search.open(program, self.symbols.len());
        let classes = Classes {
            symbols: &self.symbols,
            classes: &self.tables.classes,
        };
        (&mut self.search, classes)
    }
}

/// A place where a rule matches.
#[derive(Debug, Clone)]
pub struct Hit<'p> {
    /// The rule.
    pub rule: &'p Rule,
    /// Positions in the text's tokens; never empty.
    pub tokens: Range<usize>,
    captures: Vec<(u16, Range<usize>)>,
}

impl<'p> Hit<'p> {
    /// The parts that a capture holds, in the order of the text; several where it is a list.
    pub fn captures<'a>(
        &'a self,
        name: &'a str,
    ) -> impl Iterator<Item = Range<usize>> + use<'a, 'p> {
        self.captures
            .iter()
            .filter(move |(capture, _)| &*self.rule.captures[usize::from(*capture)].name == name)
            .map(|(_, tokens)| tokens.clone())
    }

    /// The first part that a capture holds.
    pub fn capture(&self, name: &str) -> Option<Range<usize>> {
        self.captures(name).next()
    }
}

/// All that a stage's rules say of a text.
#[derive(Debug, Default)]
pub struct Sifted<'p> {
    /// The hits that stand, in order of their first token.
    pub won: Vec<Hit<'p>>,
    /// Those that a hit farther left, longer or of higher priority displaced.
    pub lost: Vec<Hit<'p>>,
    /// Those that a guard of their own rule took away.
    pub guarded: Vec<Hit<'p>>,
    /// Steps taken: a measure of time that no clock disturbs.
    pub work: u64,
}

/// How many tokens before a hit its guards look at.
const GUARD_REACH: usize = 48;

impl Rules {
    /// The word lists.
    pub fn lexicons(&self) -> &Lexicons {
        &self.lexicons
    }

    /// Every rule of the language, by stage, then file and place.
    pub fn all(&self) -> &[Rule] {
        &self.all
    }

    /// The hits of a stage that stand, in order; `mentions` are what earlier stages found. A stage
    /// without rules has none.
    pub fn run<'p>(
        &'p self,
        stage: &str,
        text: &Text<'_>,
        annotations: &Annotations,
        mentions: &[Mention<'_>],
    ) -> Vec<Hit<'p>> {
        self.sift(stage, text, annotations, mentions).won
    }

    /// The hits of a stage with those that do not stand.
    pub fn sift<'p>(
        &'p self,
        stage: &str,
        text: &Text<'_>,
        annotations: &Annotations,
        mentions: &[Mention<'_>],
    ) -> Sifted<'p> {
        let Some(stage) = self.stages.iter().find(|known| &*known.name == stage) else {
            return Sifted::default();
        };
        if stage.programs.is_empty() {
            return Sifted::default();
        }
        stage
            .memory
            .lend(|memory| self.sift_with(stage, text, annotations, mentions, memory))
    }

    fn sift_with<'p>(
        &'p self,
        stage: &Stage,
        text: &Text<'_>,
        annotations: &Annotations,
        mentions: &[Mention<'_>],
        memory: &mut Memory,
    ) -> Sifted<'p> {
        let mut sifted = Sifted::default();
        let before = memory.tables.work + memory.search.work;
        let mut mentions = Cow::Borrowed(mentions);
        if !mentions.is_sorted() {
            mentions.to_mut().sort_unstable();
        }
        let mut mentions = &*mentions;
        let mut hits = Vec::new();
        for sentence in &text.sentences {
            let from = mentions.partition_point(|m| (m.first as usize) < sentence.tokens.start);
            mentions = &mentions[from..];
            if !stage
                .need
                .is_met(text, annotations, sentence.tokens.clone())
            {
                continue;
            }
            stage.classify(text, annotations, mentions, &sentence.tokens, memory);
            self.search(
                stage,
                sentence.tokens.start,
                memory,
                &mut hits,
                &mut sifted.guarded,
            );
        }
        (sifted.won, sifted.lost) = decide(hits, stage.by_emit);
        sifted.work = memory.tables.work + memory.search.work - before;
        sifted
    }

    fn search<'p>(
        &'p self,
        stage: &Stage,
        offset: usize,
        memory: &mut Memory,
        hits: &mut Vec<Hit<'p>>,
        guarded: &mut Vec<Hit<'p>>,
    ) {
        let mut programs = std::mem::take(&mut memory.programs);
        programs.clear();
        stage
            .automaton
            .scan(&memory.symbols, &mut memory.tables, &mut programs);
        for &program in &programs {
            let rule = &self.all[stage.programs[program as usize] as usize];
            for found in stage.matches(&rule.program, memory) {
                let hit = Hit {
                    rule,
                    tokens: found.first + offset..found.end + offset,
                    captures: found
                        .captures
                        .iter()
                        .map(|&(capture, first, end)| (capture, first + offset..end + offset))
                        .collect(),
                };
                if rule
                    .guards
                    .iter()
                    .any(|guard| stage.guards(guard, &found, memory))
                {
                    guarded.push(hit);
                } else {
                    hits.push(hit);
                }
            }
        }
        memory.programs = programs;
    }

    /// What a rule's `set` gives to a hit: the literal, or the id or feature of the entry that it names.
    pub fn setting<'a>(
        &'a self,
        hit: &Hit<'a>,
        key: &str,
        annotations: &Annotations,
    ) -> Option<&'a str> {
        let (_, setting) = hit.rule.set.iter().find(|(name, _)| &**name == key)?;
        let (capture, lexicons, feature) = match setting {
            Setting::Literal(value) => return Some(value),
            Setting::Entry {
                capture,
                lexicons,
                feature,
            } => (capture, lexicons, feature),
        };
        let ranges = hit.captures.iter();
        let mut inside: Vec<Range<usize>> = match capture {
            None => vec![hit.tokens.clone()],
            Some(capture) => ranges
                .filter(|(number, _)| number == capture)
                .map(|(_, tokens)| tokens.clone())
                .collect(),
        };
        inside.sort_by_key(|tokens| tokens.start);
        inside.into_iter().find_map(|tokens| {
            let found = tokens.clone().flat_map(|token| annotations.at(token));
            found
                .filter(|found| found.end as usize <= tokens.end)
                .map(|found| &self.lexicons.entries()[found.entry as usize])
                .filter(|entry| lexicons.contains(&entry.lexicon))
                .find_map(|entry| entry.value(feature))
        })
    }
}

impl Stage {
    /// Turns the tokens of a sentence into symbols.
    pub(super) fn classify(
        &self,
        text: &Text<'_>,
        annotations: &Annotations,
        mut mentions: &[Mention<'_>],
        tokens: &Range<usize>,
        memory: &mut Memory,
    ) {
        memory.tables.make_room();
        memory.symbols.clear();
        for at in tokens.clone() {
            let here = mentions.partition_point(|mention| mention.first as usize <= at);
            let (own, rest) = mentions.split_at(here);
            mentions = rest;
            let class = &mut memory.class;
            self.index
                .class(text, annotations, own, at..tokens.end, class);
            memory.symbols.push(memory.tables.symbol(class));
        }
    }

    /// All matches of a program in the sentence, none over another.
    fn matches(&self, program: &Range<u32>, memory: &mut Memory) -> Vec<Found> {
        let end = memory.symbols.len();
        let (search, classes) = memory.open(program);
        let mut matches: Vec<Found> = Vec::new();
        let mut from = 0;
        while let Some(found) = search.find(&self.automaton.steps, classes, from..end, |_| true) {
            from = found.end.max(found.first + 1);
            matches.push(found);
        }
        matches
    }

    /// Whether a guard takes a match away.
    fn guards(
        &self,
        (guard, program): &(Guard, Range<u32>),
        found: &Found,
        memory: &mut Memory,
    ) -> bool {
        let begin = found.first.saturating_sub(GUARD_REACH);
        let end = memory.symbols.len().min(found.end + GUARD_REACH);
        let classes = Classes {
            symbols: &memory.symbols[begin..end],
            classes: &memory.tables.classes,
        };
        let (first, behind) = (found.first - begin, found.end - begin);
        let (starts, least, most) = match guard {
            Guard::Inside => (0..behind, first + 1, usize::MAX),
            Guard::After => (0..first, first, first),
            Guard::Before => (behind..behind + 1, behind + 1, usize::MAX),
        };
        let search = &mut memory.search;
        search.open(program, classes.symbols.len());
        let accept = |end: usize| (least..=most).contains(&end);
        search
            .find(&self.automaton.steps, classes, starts, accept)
            .is_some()
    }
}

/// Decides between hits that share a token: leftmost, longest, priority, id.
fn decide(mut hits: Vec<Hit<'_>>, by_emit: bool) -> (Vec<Hit<'_>>, Vec<Hit<'_>>) {
    hits.sort_by(|a, b| {
        (a.tokens.start, b.tokens.end, b.rule.priority, &a.rule.id).cmp(&(
            b.tokens.start,
            a.tokens.end,
            a.rule.priority,
            &b.rule.id,
        ))
    });
    let mut taken: Vec<(&str, usize)> = Vec::new();
    hits.into_iter().partition(|hit| {
        let emit = if by_emit { &*hit.rule.emit } else { "" };
        match taken.iter_mut().find(|(known, _)| *known == emit) {
            Some((_, end)) if hit.tokens.start < *end => false,
            Some((_, end)) => {
                *end = hit.tokens.end;
                true
            }
            None => {
                taken.push((emit, hit.tokens.end));
                true
            }
        }
    })
}
