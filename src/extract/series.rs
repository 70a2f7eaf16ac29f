//! Finds the agreements of a series that are told by their place in it: "la première … la deuxième … la troisième".

use std::ops::Range;

use super::agreement::{Agreement, rank};
use crate::record::fact::Kind;

use super::convention::Gathered;
use super::kinds::Kinds;
use super::passage::Passage;
use super::told::{Attachment, Number, Telling};
use super::vocabulary::{Cue, Meaning, Vocabulary};

/// A place in a series and the words that say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    tokens: Range<usize>,
    at: u64,
}

/// Farthest next place of a series, in sentences.
const NEAR: usize = 3;

/// The places of a passage that stand in a series from the first on; a lone "la première" is none.
pub(super) fn find(passage: &Passage<'_>, vocabulary: &Vocabulary) -> Vec<Place> {
    let mut series: Vec<Place> = Vec::new();
    let mut open: Vec<Place> = Vec::new();
    for at in 0..passage.text.tokens.len() {
        let mut parts = vocabulary.of(passage, at, Kinds::PART);
        let Some((found, place)) = parts.find_map(|(found, meaning)| match meaning {
            Meaning::Part(place) => Some((found, *place)),
            _ => None,
        }) else {
            continue;
        };
        if place == 0 || !passage.keeps(at) {
            continue;
        }
        let next = open.last().is_some_and(|last| {
            let gap = passage.text.sentence_of(at) - passage.text.sentence_of(last.tokens.start);
            last.at + 1 == place && gap <= NEAR
        });
        if !next {
            close(&mut open, &mut series);
        }
        if next || place == 1 {
            open.push(Place {
                tokens: at..found.end as usize,
                at: place,
            });
        }
    }
    close(&mut open, &mut series);
    series
}

fn close(open: &mut Vec<Place>, series: &mut Vec<Place>) {
    if open.len() > 1 {
        series.append(open);
    }
    open.clear();
}

/// Puts the places of a sentence among its agreements: with the noun beside them, or by themselves.
pub(super) fn join(agreements: &mut Vec<Agreement>, series: &[Place], sentence: &Range<usize>) {
    for place in series
        .iter()
        .filter(|place| sentence.contains(&place.tokens.start))
    {
        // "La première, une convention-cadre, …" is one, too.
        let apposed = |agreement: &Agreement| {
            agreement.tokens.start == place.tokens.end + 2 && !agreement.definite
        };
        let beside = |agreement: &&mut Agreement| {
            agreement.tokens.start == place.tokens.end
                || agreement.tokens.end == place.tokens.start
                || agreement.tokens.contains(&place.tokens.start)
                || apposed(agreement)
        };
        if let Some(named) = agreements.iter_mut().find(beside) {
            named.part = Some(place.at);
            continue;
        }
        agreements.push(Agreement::told_before(place.tokens.clone(), Some(place.at)));
    }
    agreements.sort_by_key(|agreement| agreement.tokens.start);
}

/// Takes an agreement that was told as several apart, where each of them is told by its place.
pub(super) fn part(gathered: &mut Vec<Gathered>, tellings: &[Telling]) {
    let mut at = 0;
    while at < gathered.len() {
        let parts = parts_of(&gathered[at], tellings);
        if parts.is_empty() {
            at += 1;
        } else {
            let taken = parts.len();
            gathered.splice(at..=at, parts);
            at += taken;
        }
    }
}

/// The members of a series; none where they are fewer than were told.
fn parts_of(whole: &Gathered, tellings: &[Telling]) -> Vec<Gathered> {
    let told = |&&at: &&usize| tellings[at].agreement.part.is_some();
    let places: Vec<usize> = whole.tellings.iter().filter(told).copied().collect();
    let others: Vec<usize> = whole
        .tellings
        .iter()
        .filter(|at| !told(at))
        .copied()
        .collect();
    let several = others
        .iter()
        .map(|&at| tellings[at].number)
        .find(|number| *number != Number::One);
    let complete = match several {
        Some(Number::Said(count, _)) => places.len() as u64 == count,
        Some(Number::Several) => places.len() > 1,
        _ => false,
    };
    if !complete {
        return Vec::new();
    }
    let named = |at: usize| {
        let telling = &tellings[at];
        let bound = telling.attachment < Attachment::Nearby;
        if bound { &telling.parties[..] } else { &[] }
    };
    let common: Vec<usize> = whole
        .parties
        .iter()
        .filter(|party| !places.iter().any(|&at| named(at).contains(party)))
        .copied()
        .collect();
    let of = |at: usize| {
        let own = named(at);
        let mut parties = match own.len() {
            0 => whole.parties.clone(),
            1 => common.clone(),
            _ => Vec::new(),
        };
        parties.extend(own.iter().filter(|party| !common.contains(party)));
        if own.is_empty() {
            parties.clone_from(&whole.parties);
        }
        let mut own_tellings = vec![at];
        if tellings[at].date.is_none() {
            own_tellings.extend(others.iter().copied());
        }
        let own_kind = tellings[at].agreement.kind;
        Gathered {
            kind: if rank(own_kind) > rank(whole.kind) {
                own_kind
            } else {
                whole.kind
            },
            parties,
            attachment: whole.attachment,
            planned: own_tellings
                .iter()
                .any(|&at| tellings[at].cues.contains(&Cue::Plan)),
            tellings: own_tellings,
            part: true,
        }
    };
    places.into_iter().map(of).collect()
}

/// Farthest agreement from the words that count it and those after it, in sentences.
const NEXT: usize = 3;

/// Takes apart what is told first as several and then one by one: "Trois accords ont été signés hier. Un mémorandum
/// lie … Une convention a été conclue entre … Enfin, …". Each has the day and the state of all.
pub(super) fn sum_up(gathered: &mut Vec<Gathered>, tellings: &[Telling]) {
    let mut at = 0;
    while at < gathered.len() {
        let members = members_of(&gathered[at], &gathered[at + 1..], tellings);
        if members == 0 {
            at += 1;
            continue;
        }
        let whole = gathered.remove(at);
        let hero = whole.parties.first().filter(|_| whole.parties.len() == 1);
        for member in &mut gathered[at..at + members] {
            let dated = member
                .tellings
                .iter()
                .any(|&own| tellings[own].date.is_some());
            if let Some(&hero) = hero
                && member.parties.len() < 2
                && !member.parties.contains(&hero)
            {
                member.parties.insert(0, hero);
            }
            if !dated {
                member.tellings.extend(&whole.tellings);
            }
            if member.kind == Kind::Convention {
                member.kind = whole.kind;
            }
            member.part = true;
        }
        at += members;
    }
}

/// How many agreements right behind one that was told as several are those that it counts.
fn members_of(whole: &Gathered, rest: &[Gathered], tellings: &[Telling]) -> usize {
    let Some(first) = whole.tellings.first().map(|&at| &tellings[at]) else {
        return 0;
    };
    let wanted = match first.number {
        Number::Said(count, _) => count as usize,
        Number::Several => usize::MAX,
        Number::One => return 0,
    };
    let mut last = first.sentence;
    let mut members = 0;
    for member in rest.iter().take(wanted) {
        let Some(told) = member.tellings.first().map(|&at| &tellings[at]) else {
            break;
        };
        let planned = told.cues.contains(&Cue::Plan) && !first.cues.contains(&Cue::Plan);
        let kept = |cue: &Cue| matches!(cue, Cue::Renew | Cue::End);
        let next = told.passage == first.passage
            && told.number == Number::One
            && !told.agreement.another
            && told.sentence <= last + NEXT;
        if !next || planned || told.cues.iter().any(kept) {
            break;
        }
        last = told.sentence;
        members += 1;
    }
    // One of many may be told with no noun of its own.
    let all = members + usize::from(members > 1) >= wanted;
    let complete = all || wanted == usize::MAX && members > 1;
    if complete { members } else { 0 }
}
