//! Says in words why two conventions are one agreement, or are not.

use std::fmt;

use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::record::fact::{ConventionStatus, Kind};

use super::entity::Entity;
use super::pair::{Ground, Verdict, judge};
use super::report::Report;
use super::{Convention, Linker, Node, report_at};

/// Why two conventions share a dossier, or do not. What stands in pairs is of the first, then of the
/// second convention.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// The two, as `ARTICLE#POSITION`.
    pub conventions: [String; 2],
    /// Whether they share a dossier.
    pub joined: bool,
    /// Ids of their dossiers.
    pub dossiers: [String; 2],
    /// What the comparison of the two alone found.
    pub ground: Ground,
    /// How sure that is, 0 to 1.
    pub score: f64,
    /// Kinds.
    pub kinds: [Kind; 2],
    /// States.
    pub statuses: [ConventionStatus; 2],
    /// EDTF days of signature.
    pub dates: [Option<String>; 2],
    /// When the articles were published.
    pub published: [Option<String>; 2],
    /// How the times stand to each other, in words.
    pub timing: &'static str,
    /// Partners that were taken for one another.
    pub partners: Vec<Matched>,
    /// Partners that found no match.
    pub alone: [Vec<Spelled>; 2],
    /// What the rest of the dossiers made of it, in words.
    pub group: Option<String>,
}

/// Two partners taken for one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Matched {
    /// As each article names it.
    pub names: [Spelled; 2],
    /// Why.
    pub why: &'static str,
    /// How likely, 0 to 1.
    pub score: f64,
}

/// A partner as an article names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Spelled {
    /// Its name.
    pub name: String,
    /// The id that it was given.
    pub id: String,
}

impl fmt::Display for Spelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}]", self.name, self.id)
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [one, other] = &self.conventions;
        let said = |date: &Option<String>| date.clone().unwrap_or_else(|| "unsaid".to_owned());
        let [kinds, statuses] = [words(self.kinds), words(self.statuses)];
        if self.joined {
            writeln!(f, "{one} and {other}: one dossier, {}", self.dossiers[0])?;
        } else {
            let [a, b] = &self.dossiers;
            writeln!(f, "{one} and {other}: two dossiers, {a} and {b}")?;
        }
        writeln!(f, "  {} ({:.2})", self.ground, self.score)?;
        writeln!(f, "  kinds: {kinds}; states: {statuses}")?;
        let signed = self.dates.each_ref().map(said).join(", ");
        let published = self.published.each_ref().map(said).join(", ");
        write!(
            f,
            "  signed: {signed}; published: {published}: {}",
            self.timing
        )?;
        for pair in &self.partners {
            let names = pair.names.each_ref().map(ToString::to_string).join(" = ");
            write!(f, "\n  partner: {names}: {} ({:.2})", pair.why, pair.score)?;
        }
        for (convention, alone) in self.conventions.iter().zip(&self.alone) {
            for partner in alone {
                write!(f, "\n  partner of {convention} alone: {partner}")?;
            }
        }
        self.group
            .as_ref()
            .map_or(Ok(()), |group| write!(f, "\n  {group}"))
    }
}

/// Both values as records write them.
fn words<T: Serialize>(values: [T; 2]) -> String {
    let word = |value: T| {
        let value = serde_json::to_value(value).unwrap_or_default();
        value.as_str().unwrap_or_default().to_owned()
    };
    values.map(word).join(", ")
}

impl Linker {
    /// Compares two conventions, and tells what the groups that they are in made of it; nothing where
    /// one of them is not here.
    pub fn explain(&mut self, one: &Convention, other: &Convention) -> Option<Explanation> {
        let nodes = [self.find(one)?, self.find(other)?];
        let dossiers = [
            self.dossier_of(one)?.to_owned(),
            self.dossier_of(other)?.to_owned(),
        ];
        let [(paper, ours), (papers, theirs)] = [
            report_at(&self.slots, nodes[0])?,
            report_at(&self.slots, nodes[1])?,
        ];
        let verdict = judge(ours, theirs, &self.resolver);
        let joined = dossiers[0] == dossiers[1];
        Some(Explanation {
            conventions: [one, other].map(ToString::to_string),
            joined,
            dossiers,
            ground: verdict.ground,
            score: (verdict.score * 1000.0).round() / 1000.0,
            kinds: [ours.kind, theirs.kind],
            statuses: [ours.status, theirs.status],
            dates: [ours.date.clone(), theirs.date.clone()],
            published: [paper.published.clone(), papers.published.clone()],
            timing: verdict.timing.words(),
            partners: matched(&verdict, ours, theirs),
            alone: alone(&verdict, ours, theirs),
            group: self.group(nodes, &verdict, joined),
        })
    }

    /// Why the groups say otherwise than the comparison of the two alone.
    fn group(&self, nodes: [Node; 2], verdict: &Verdict, joined: bool) -> Option<String> {
        let [one, other] = nodes;
        let corrections = &self.resolver.corrections;
        if one.slot == other.slot {
            return Some("one article tells both, as two agreements".to_owned());
        }
        let [a, b] = nodes.map(|node| self.name_of(node));
        if corrections.parted(&a, &b) {
            return Some("kept apart: an analyst said so".to_owned());
        }
        let tied = |from: Node, to: Node| self.ties.get(&from)?.get(&to).copied();
        if tied(one, other).is_some_and(|score| score >= super::CORRECTED) {
            return Some("joined: an analyst said so".to_owned());
        }
        match (joined, verdict.ground.joins()) {
            (true, false) => {
                let between = self.between(one, other)?;
                let names: Vec<String> =
                    between.into_iter().map(|node| self.name_of(node)).collect();
                Some(format!("joined through {}", names.join(", ")))
            }
            (false, true) if tied(one, other).is_none() => {
                Some("kept apart: they share no key, and were not compared".to_owned())
            }
            (false, true) => Some(self.exclusion(one, other)),
            _ => None,
        }
    }

    /// The members of the dossier of one that the other can never share a dossier with, in words.
    fn exclusion(&self, one: Node, other: Node) -> String {
        let together = |node: Node| {
            let dossier = self.dossier_of.get(&node);
            let nodes = self.dossier_of.iter();
            nodes
                .filter(move |(_, id)| Some(*id) == dossier)
                .map(|(node, _)| *node)
                .collect::<Vec<Node>>()
        };
        let theirs = together(other);
        let clash = together(one).into_iter().find_map(|a| {
            let against = theirs.iter().find(|&&b| self.exclude(a, b))?;
            Some((self.name_of(a), self.name_of(*against)))
        });
        clash.map_or_else(
            || "kept apart: their dossiers exclude each other".to_owned(),
            |(a, b)| format!("kept apart: their dossiers hold {a} and {b}, which can never be one"),
        )
    }

    /// The shortest way from one convention to another over ties inside their dossier, without its ends.
    fn between(&self, one: Node, other: Node) -> Option<Vec<Node>> {
        let dossier = self.dossier_of.get(&one)?;
        let mut from: FxHashMap<Node, Node> = FxHashMap::default();
        let mut open = std::collections::VecDeque::from([one]);
        while let Some(node) = open.pop_front() {
            let mut next: Vec<Node> = self.ties.get(&node)?.keys().copied().collect();
            next.sort_by_cached_key(|&node| self.name_of(node));
            for near in next {
                if near == one
                    || from.contains_key(&near)
                    || self.dossier_of.get(&near) != Some(dossier)
                {
                    continue;
                }
                from.insert(near, node);
                open.push_back(near);
            }
        }
        let mut way = Vec::new();
        let mut at = *from.get(&other)?;
        while at != one {
            way.push(at);
            at = *from.get(&at)?;
        }
        way.reverse();
        Some(way)
    }

    fn name_of(&self, node: Node) -> String {
        let paper = report_at(&self.slots, node).map(|(paper, _)| paper.id.as_str());
        super::name(paper.unwrap_or_default(), node)
    }
}

fn matched(verdict: &Verdict, ours: &Report, theirs: &Report) -> Vec<Matched> {
    let pairs = verdict.pairs.iter();
    pairs
        .map(|&(i, j, likeness)| Matched {
            names: [spell(&ours.parties[i]), spell(&theirs.parties[j])],
            why: likeness.why,
            score: likeness.score,
        })
        .collect()
}

/// The partners of each that found no match; nobody's where kinds or dates decided before partners were
/// compared.
fn alone(verdict: &Verdict, ours: &Report, theirs: &Report) -> [Vec<Spelled>; 2] {
    if matches!(verdict.ground, Ground::Kind | Ground::Date) {
        return [Vec::new(), Vec::new()];
    }
    let left = |report: &Report, taken: Vec<usize>| -> Vec<Spelled> {
        let parties = report.parties.iter().enumerate();
        parties
            .filter(|(at, _)| !taken.contains(at))
            .map(|(_, party)| spell(party))
            .collect()
    };
    [
        left(ours, verdict.pairs.iter().map(|pair| pair.0).collect()),
        left(theirs, verdict.pairs.iter().map(|pair| pair.1).collect()),
    ]
}

fn spell(entity: &Entity) -> Spelled {
    let name = entity.name.values().next().map_or("", String::as_str);
    Spelled {
        name: name.to_owned(),
        id: entity.id.clone(),
    }
}
