//! Puts the names of a list in place of the words that stood for all of them: "trois hôpitaux du Sud : X, Y et Z".

use std::ops::Range;

use super::organisation::Organisation;
use super::passage::Passage;
use super::resolve::{Cast, is_care};
use super::small::Small;
use super::vocabulary::{Cue, Meaning, Vocabulary};

/// Farthest list from the words that it spells out: in tokens of a sentence, in sentences.
const REACH: usize = 25;
const LATER: usize = 4;
/// Longest stretch between two names of a list, in tokens.
const GAP: usize = 5;
/// The tellings that may name one by one what another said of all, and the names of each that are looked at: more
/// than any article has, so that the worst text costs no more than its length.
const TELLINGS: usize = 8;
const NAMES: usize = 64;

/// Replaces every party that stands for several by those that the article lists, or that other tellings of the
/// agreement, `told`, name one by one.
pub(super) fn expand<'a>(
    parties: &mut Vec<usize>,
    told: &(impl Iterator<Item = &'a [usize]> + Clone),
    passages: [&Passage<'_>; 2],
    cast: &Cast,
    vocabulary: &Vocabulary,
) {
    let mut all = Vec::new();
    for &party in parties.iter() {
        let named = || {
            told.clone()
                .take(TELLINGS)
                .find_map(|others| one_by_one(party, others, cast))
        };
        let listed = cast.entities[party]
            .mentions
            .iter()
            .filter(|&&(number, at)| passages[number].organisations[at].several)
            .find_map(|&(number, at)| {
                list(passages[number], &cast.of[number], at, vocabulary, cast)
            });
        for entity in named().or(listed).unwrap_or_else(|| vec![party]) {
            if !all.contains(&entity) {
                all.push(entity);
            }
        }
    }
    *parties = all;
}

/// Those of one class that a telling names, where they are more than one and what stood for all is not among them:
/// "les CHU du Nord", then "les CHU d'Oran et de Tlemcen".
fn one_by_one(party: usize, others: &[usize], cast: &Cast) -> Option<Vec<usize>> {
    let whole = &cast.entities[party];
    if !whole.several() || others.contains(&party) {
        return None;
    }
    let alike = |&entity: &usize| cast.entities[entity].class == whole.class;
    let named: Vec<usize> = others.iter().copied().take(NAMES).filter(alike).collect();
    let single = |&entity: &usize| !cast.entities[entity].several();
    (named.iter().filter(|&entity| single(entity)).count() > 1).then_some(named)
}

/// The list that spells out a mention: behind a mark in its sentence, or behind words that open a list later.
fn list(
    passage: &Passage<'_>,
    of: &[Option<usize>],
    mention: usize,
    vocabulary: &Vocabulary,
    cast: &Cast,
) -> Option<Vec<usize>> {
    let collective = &passage.organisations[mention];
    let end = collective.tokens.end;
    let own = passage.text.sentence_of(end.saturating_sub(1));
    let sentences = passage.text.sentences.get(own..)?;
    let opens = |at: usize| {
        matches!(passage.folded(at), ":" | "(")
            || vocabulary.is(passage, at, &Meaning::Cue(Cue::List))
    };
    let here = sentences.first()?.tokens.end.min(end + REACH);
    let first = (end..here)
        .find(|&at| opens(at))
        .map(|at| (at + 1, sentences[0].tokens.end));
    let reader = List {
        passage,
        of,
        collective,
        vocabulary,
        cast,
    };
    if let Some((open, limit)) = first {
        let names = reader.names(open..limit, false);
        if names.len() > 1 {
            return Some(names);
        }
    }
    // "المستشفيات الجامعية لكل من …" names by itself.
    let listed = |at: &usize| {
        vocabulary.is(passage, *at, &Meaning::Cue(Cue::List)) && !is_inside(passage, *at)
    };
    // "Au Sud, il s'agit des hôpitaux d'Adrar et de Béchar. Ceux de Saïda et Djelfa sont concernés. Au Nord, ce sont
    // les CHU de …": each list is of its class.
    let later = |exact: bool| {
        let mut all: Vec<usize> = Vec::new();
        for sentence in sentences.iter().skip(1).take(LATER) {
            let start = sentence.tokens.start;
            let mut near = start..sentence.tokens.end.min(start + REACH);
            let again = !all.is_empty() && passage.is_small(start, Small::Those);
            let open = near
                .find(listed)
                .map(|at| at + 1)
                .or(again.then_some(start));
            let Some(open) = open else { continue };
            for entity in reader.names(open..sentence.tokens.end, exact) {
                if !all.contains(&entity) {
                    all.push(entity);
                }
            }
            if !exact && !all.is_empty() {
                break;
            }
        }
        (all.len() > 1).then_some(all)
    };
    later(true).or_else(|| later(false))
}

/// What the names of a list are read with.
struct List<'a> {
    passage: &'a Passage<'a>,
    of: &'a [Option<usize>],
    collective: &'a Organisation,
    vocabulary: &'a Vocabulary,
    cast: &'a Cast,
}

impl List<'_> {
    /// The names of a list, from its opening on; `exact` asks for the class of the words that they stand for.
    fn names(&self, tokens: Range<usize>, exact: bool) -> Vec<usize> {
        let Self {
            passage,
            collective,
            cast,
            ..
        } = *self;
        let opens = |at: usize| {
            matches!(passage.folded(at), ":" | "(")
                || self.vocabulary.is(passage, at, &Meaning::Cue(Cue::List))
        };
        let mut names = Vec::new();
        let mut last = tokens.start;
        for at in passage.organisations_in(tokens) {
            let organisation = &passage.organisations[at];
            let fits = organisation.class == collective.class
                || !exact && is_care(&organisation.class) && is_care(&collective.class);
            let start = organisation.tokens.start;
            let gap = start.saturating_sub(last);
            let near = gap <= GAP || gap <= REACH && (last..start).any(opens);
            if organisation.office || organisation.several || !fits || !near {
                break;
            }
            last = organisation.tokens.end;
            if let Some(entity) = self.of[at].filter(|&entity| !cast.entities[entity].office)
                && !names.contains(&entity)
            {
                names.push(entity);
            }
        }
        names
    }
}

/// Whether a token stands inside the name of an organisation.
fn is_inside(passage: &Passage<'_>, at: usize) -> bool {
    let after = passage
        .organisations
        .partition_point(|organisation| organisation.tokens.start <= at);
    after
        .checked_sub(1)
        .is_some_and(|before| passage.organisations[before].tokens.contains(&at))
}
