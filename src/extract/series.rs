//! Finds the agreements of a series that are told by their place in it: "la première … la deuxième … la troisième".

use std::ops::Range;

use super::agreement::{Agreement, rank};
use crate::record::fact::{Bound, Kind};
use crate::text::token::Shape;

use super::convention::Gathered;
use super::form::Says;
use super::kinds::Kinds;
use super::passage::Passage;
use super::shared::{common_of, named_by};
use super::told::{Attachment, Number, Telling};
use super::vocabulary::{Cue, Meaning, Strength, Vocabulary};

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
    // "الحسن الثاني" is no second.
    let mut named = 0;
    for at in 0..passage.text.tokens.len() {
        if at < named {
            continue;
        }
        let mut parts = vocabulary.of(passage, at, Kinds::PART);
        let Some((found, place)) = parts.find_map(|(found, meaning)| match meaning {
            Meaning::Part(place) => Some((found, *place)),
            _ => None,
        }) else {
            continue;
        };
        if place == 0 {
            named = found.end as usize;
            continue;
        }
        let near = vocabulary.is_near(found);
        let loose = near && !is_tied(passage, vocabulary, found.end as usize);
        if loose || !passage.keeps(at) {
            continue;
        }
        if near && place > 1 {
            // "l'une avec le CHU de Tlemcen, l'autre avec l'EHU d'Oran": told together, by their parties alone.
            let Some(last) = open.last().filter(|last| last.at + 1 == place) else {
                continue;
            };
            if is_bare(passage, vocabulary, last.tokens.end..at) {
                open.clear();
                continue;
            }
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

/// "l'une avec", "l'autre, une convention-cadre,": words that may speak of anything, and of an agreement here.
fn is_tied(passage: &Passage<'_>, vocabulary: &Vocabulary, end: usize) -> bool {
    let next = end + usize::from(passage.folded(end) == ",");
    let agreed = |at: usize| {
        let mut nouns = vocabulary.of(passage, at, Kinds::AGREEMENT);
        nouns.any(|(_, m)| matches!(m, Meaning::Agreement { .. }))
    };
    let bound = |at: usize| {
        vocabulary.of(passage, at, Kinds::CUE).any(|(_, m)| {
            matches!(
                m,
                Meaning::Cue(Cue::With | Cue::Between | Cue::Tie | Cue::Sign | Cue::By | Cue::Plan)
            )
        })
    };
    // "l'un, d'une durée de deux ans, avec A, l'autre, renouvelable, avec B".
    const ASIDE: usize = 9;
    let aside = || {
        let mut words = next..next + ASIDE;
        let close = words.find(|&at| passage.folded(at) == ",");
        close.is_some_and(|close| bound(close + 1))
    };
    bound(next) || next > end && (agreed(next + 1) || aside())
}

/// Whether nothing but a party is told between two places of a series.
fn is_bare(passage: &Passage<'_>, vocabulary: &Vocabulary, gap: Range<usize>) -> bool {
    const LINKS: usize = 2;
    let with = vocabulary
        .of(passage, gap.start, Kinds::CUE)
        .any(|(_, meaning)| *meaning == Meaning::Cue(Cue::With));
    let names = &passage.organisations[passage.organisations_in(gap.clone())];
    let told = gap.filter(|&at| {
        let word = !passage.has(at, Shape::PUNCT) && passage.folded(at).len() > LINKS;
        word && !names.iter().any(|name| name.tokens.contains(&at))
    });
    with && told.count() < LINKS
}

/// Makes agreements of "trois textes" where a series tells behind it which they are.
pub(super) fn count(passage: &Passage<'_>, agreements: &mut [Agreement], series: &[Place]) {
    for agreement in agreements {
        let own = passage.text.sentence_of(agreement.tokens.start);
        let next = |place: &Place| {
            let at = place.tokens.start;
            place.at == 1
                && at >= agreement.tokens.end
                && passage.text.sentence_of(at) <= own + NEAR
        };
        let told = agreement.strength == Strength::Anaphor && !agreement.definite;
        if told && agreement.count == 0 && series.iter().any(next) {
            agreement.strength = Strength::Strong;
        }
    }
}

fn close(open: &mut Vec<Place>, series: &mut Vec<Place>) {
    if open.len() > 1 {
        series.append(open);
    }
    open.clear();
}

/// Puts the places of a sentence among its agreements: with the noun beside them, or by themselves.
pub(super) fn join(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    agreements: &mut Vec<Agreement>,
    series: &[Place],
    sentence: &Range<usize>,
) {
    for place in series
        .iter()
        .filter(|place| sentence.contains(&place.tokens.start))
    {
        // "La première, une convention-cadre, …" is one, too, and "en premier lieu, d'une convention".
        let end = place.tokens.end;
        let comma = (end..end + 2).any(|at| passage.folded(at) == ",");
        let reach = if comma { 4 } else { 2 };
        let apposed = |agreement: &Agreement| {
            (place.tokens.end + 2..=place.tokens.end + reach).contains(&agreement.tokens.start)
                && !agreement.definite
        };
        // "أما الثالثة فهي بروتوكول تعاون"
        let copula = vocabulary.forms().is(Says::Copula, passage.folded(end));
        let beside = |agreement: &&Agreement| {
            agreement.tokens.start == place.tokens.end + usize::from(copula)
                || agreement.tokens.end == place.tokens.start
                || agreement.tokens.contains(&place.tokens.start)
                || apposed(agreement)
        };
        if let Some(named) = agreements.iter().position(|one| beside(&one)) {
            // Told of one of the series, and of no further one.
            if agreements[named].presumed && agreements[named].tokens == place.tokens {
                agreements[named] = Agreement::told_before(place.tokens.clone(), Some(place.at));
                continue;
            }
            agreements[named].part = Some(place.at);
            said_again(passage, agreements, named);
            continue;
        }
        agreements.push(Agreement::told_before(place.tokens.clone(), Some(place.at)));
    }
    agreements.sort_by_key(|agreement| agreement.tokens.start);
}

/// "Par le premier texte, une convention-cadre": one, by the noun that says what it is.
fn said_again(passage: &Passage<'_>, agreements: &mut Vec<Agreement>, named: usize) {
    let (own, next) = (&agreements[named], agreements.get(named + 1));
    let end = own.tokens.end;
    let apposed = passage.folded(end) == ","
        && next.is_some_and(|next| {
            (end + 2..end + 4).contains(&next.tokens.start) && !next.definite && !next.verb
        });
    if own.strength == Strength::Anaphor && apposed {
        let part = agreements.remove(named).part;
        agreements[named].part = part;
    }
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
    let placed = |&&at: &&usize| tellings[at].agreement.part.is_some();
    let places: Vec<usize> = whole.tellings.iter().filter(placed).copied().collect();
    let others: Vec<usize> = whole
        .tellings
        .iter()
        .filter(|at| !placed(at))
        .copied()
        .collect();
    let several = others
        .iter()
        .map(|&at| tellings[at].number)
        .find(|number| *number != Number::One);
    let counted = match several {
        Some(Number::Said(count, _)) => count as usize,
        Some(Number::Several) => places.len().max(2),
        _ => usize::MAX,
    };
    let pairs = each_of(whole, &others, &places, tellings);
    if places.len() < counted || !pairs.is_empty() {
        return pairs;
    }
    let named = |at: usize| named_by(&tellings[at]);
    let common = common_of(whole, &places, &others, tellings);
    // "deux conventions, l'une avec A, l'autre avec B. La première …, la seconde …": the one, and each of the others.
    let each = places.len() == counted
        && whole.parties.len() == counted + 1
        && whole.attachment == Attachment::With
        && places.iter().all(|&at| named(at).is_empty());
    let of = |at: usize| {
        let own = named(at);
        let turn = places.iter().position(|&place| place == at);
        if let Some(turn) = turn.filter(|_| each) {
            return vec![whole.parties[0], whole.parties[turn + 1]];
        }
        let mut parties = match own.len() {
            0 => whole.parties.clone(),
            1 => common.clone(),
            _ => Vec::new(),
        };
        let shared = parties.clone();
        parties.extend(own.iter().filter(|party| !shared.contains(party)));
        if own.is_empty() {
            parties.clone_from(&whole.parties);
        }
        parties
    };
    let common_kind = kind_of_all(whole, &others, tellings);
    let of = |at: usize| {
        let parties = of(at);
        let mut own_tellings = vec![at];
        // "deux conventions, l'une …, l'autre …. Une troisième est en vue": not one of the two.
        let beyond = places[counted..].contains(&at);
        if tellings[at].date.is_none() && !beyond {
            own_tellings.extend(others.iter().copied());
        }
        let own_kind = tellings[at].agreement.kind;
        Gathered {
            kind: if rank(own_kind) > rank(common_kind) {
                own_kind
            } else {
                common_kind
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
    places.iter().copied().map(of).collect()
}

/// Which of the agreements told one by one before a place in a series speaks of: "A a conclu … ; B …. Le premier a été
/// signé samedi, le second le sera en mai".
pub(super) fn told_apart(
    gathered: &[Gathered],
    position: usize,
    tellings: &[Telling],
) -> Option<usize> {
    let own = &tellings[position];
    let place = own.agreement.part? as usize;
    let part = |telling: &Telling| {
        let near =
            telling.passage == own.passage && telling.sentence.abs_diff(own.sentence) <= NEAR;
        telling.agreement.part.filter(|_| near)
    };
    let first = (position + 1).checked_sub(place)?;
    let behind = tellings[position + 1..].iter().map_while(part);
    let last = behind.last().unwrap_or(place as u64) as usize;
    let one = |agreement: &&Gathered| {
        let told = agreement.tellings.first().map(|&at| &tellings[at]);
        told.is_some_and(|told| {
            told.passage == own.passage
                && told.number == Number::One
                && told.agreement.part.is_none()
        })
    };
    let before = gathered.iter().enumerate().filter(|(_, agreement)| {
        one(agreement) && agreement.tellings.first().is_some_and(|&at| at < first)
    });
    let before: Vec<usize> = before.map(|(at, _)| at).collect();
    let at = *before.get(before.len().checked_sub(last)? + place.checked_sub(1)?)?;
    let known = &gathered[at].parties;
    let fits = own.parties.iter().all(|party| known.contains(party));
    (fits && last > 1).then_some(at)
}

/// The kind of all of a series: "Le premier …: c'est un mémorandum. Le second …" says nothing of the second.
fn kind_of_all(whole: &Gathered, others: &[usize], tellings: &[Telling]) -> Kind {
    let named = |&&at: &&usize| tellings[at].agreement.strength == Strength::Strong;
    let kinds = others
        .iter()
        .filter(named)
        .map(|&at| tellings[at].agreement.kind);
    kinds.max_by_key(|kind| rank(*kind)).unwrap_or(whole.kind)
}

/// "A et B ont chacun leur jumelage : le premier avec C, le second avec D": of each body with its own party.
fn each_of(
    whole: &Gathered,
    others: &[usize],
    places: &[usize],
    tellings: &[Telling],
) -> Vec<Gathered> {
    let Some(&first) = others.first().filter(|_| places.len() > 1) else {
        return Vec::new();
    };
    let bodies = &tellings[first].parties;
    let alone = |at: &usize| {
        let own = &tellings[*at];
        own.attachment == Attachment::With && own.parties.len() == 1
    };
    let strange = |at: &usize| {
        tellings[*at]
            .parties
            .iter()
            .all(|own| !bodies.contains(own))
    };
    let both = bodies.len() == places.len() && tellings[first].number == Number::One;
    if !both || !places.iter().all(|at| alone(at) && strange(at)) {
        return Vec::new();
    }
    let pairs = bodies.iter().zip(places).map(|(&body, &at)| Gathered {
        parties: vec![body, tellings[at].parties[0]],
        tellings: std::iter::once(at).chain(others.iter().copied()).collect(),
        part: true,
        ..whole.clone()
    });
    pairs.collect()
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
        // "ثلاث اتفاقيات: اتفاقية توأمة بين أ وب، …": the first of them is told with the words that count them.
        let first = |&&own: &&usize| {
            let telling = &tellings[own];
            telling.number == Number::One && telling.parties.len() > 1
        };
        let counted = tellings[gathered[at].tellings[0]].number;
        let holds = counted == Number::Said(members as u64 + 1, Bound::Exact)
            && gathered[at].tellings.iter().any(|own| first(&own));
        let whole = if holds {
            gathered[at].part = true;
            at += 1;
            gathered[at - 1].clone()
        } else {
            gathered.remove(at)
        };
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
                let shared = whole.tellings.iter().filter(|own| !holds || !first(own));
                member.tellings.extend(shared);
            }
            if member.kind == Kind::Convention && !holds {
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
            && (!told.agreement.another || told.agreement.definite)
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
