//! Shares out a French plural: "les EPH de Jijel et de Mila", "les ministères tunisien et mauritanien de la Santé".

use std::ops::Range;

use crate::text::token::Shape;

use super::form::Says;
use super::kinds::Kinds;
use super::organisation::Name;
use super::passage::Passage;
use super::small::Small;
use super::vocabulary::{Meaning, Vocabulary};

/// Whether a plural determiner stands before the head: "les CHU", "deux EPH".
pub(super) fn is_plural(passage: &Passage<'_>, first: usize) -> bool {
    first > 0 && passage.says(first - 1, Says::Several)
}

/// "de Jijel, de Mila et d'Aïn M'lila" after a plural head: a part for each.
pub(super) fn distribute(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    (head, ministry): (usize, bool),
    end: usize,
    name: &mut Name,
) {
    let last = name.end.saturating_sub(1).max(head);
    if by_adjective(passage, vocabulary, head, end, name)
        || ministry && by_adjective(passage, vocabulary, last, end, name)
    {
        name.lead = (name.parts[0].start > head).then(|| head..name.parts[0].start);
        return;
    }
    if ministry && by_matter(passage, vocabulary, head, name) {
        return;
    }
    let town_first = is_of(passage, head);
    let mut parts: Vec<Range<usize>> = Vec::new();
    parts.push(head..name.end);
    let mut at = name.end;
    loop {
        at = past_aside(passage, at);
        let comma = passage.folded(at) == ",";
        let and = passage.says(at, Says::And) || comma && passage.says(at + 1, Says::And);
        let mut next = at + usize::from(comma) + usize::from(and);
        if passage.says(next, Says::Thus) && passage.is_small(next + 1, Small::Which) {
            next += 2;
        } else if !comma && !and {
            break;
        }
        let of = usize::from(is_of(passage, next));
        // "les cliniques Saint-Luc, de Belgique": where they are.
        if of == 1 && !town_first && !and {
            break;
        }
        let article = usize::from(of == 1 && passage.is_small(next + of, Small::Article));
        let proper = next + of + article;
        let state = is_state(passage, vocabulary, proper);
        let other = !state
            && vocabulary
                .at(passage, proper)
                .any(|(_, m)| matches!(m, Meaning::Head(_) | Meaning::Office { .. }));
        // "les CHU du Nord et de l'Ouest": regions are no towns with one each.
        let region = vocabulary.is(passage, proper, &Meaning::Domain);
        if other || region || !passage.has(proper, Shape::CAP) || proper >= end {
            break;
        }
        let mut stop = name_after(passage, vocabulary, proper, end);
        // "les hôpitaux de Marseille, Jean-Paul Segued": who speaks for them.
        let town = vocabulary.is(passage, proper, &Meaning::Place);
        let townless = town_first || !is_of(passage, stop);
        if of == 0 && townless && !and && !town && !goes_on(passage, stop) {
            break;
        }
        if state && is_of(passage, stop) {
            stop = name_after(passage, vocabulary, stop + 1, end);
        }
        // "les CHU Hassan II de Fès, Ibn Rochd de Casablanca": each has its town.
        if of == 0 && !town_first && is_of(passage, stop) && passage.has(stop + 1, Shape::CAP) {
            stop = name_after(passage, vocabulary, stop + 1, end);
        }
        parts.push(next..stop);
        at = stop;
    }
    if parts.len() > 1 {
        let own = parts[0].clone();
        let lists = is_of(passage, parts[1].start);
        if let Some(first) = town_in(passage, vocabulary, own.clone()).filter(|_| lists) {
            name.lead = Some(own.start..first);
            parts[0] = first..own.end;
        }
        name.end = at;
        name.parts = parts;
    }
}

/// "de Béjaïa (Algérie) et de Saint-Étienne (France)": the token behind what is said of a town, where the list goes on.
fn past_aside(passage: &Passage<'_>, at: usize) -> usize {
    const LONGEST: usize = 4;
    if passage.folded(at) != "(" {
        return at;
    }
    let close = (at + 1..at + 1 + LONGEST).find(|&at| passage.folded(at) == ")");
    let after = close.map_or(at, |close| close + 1);
    if goes_behind(passage, after) && is_of(passage, after + 1) {
        after
    } else {
        at
    }
}

/// Whether a list goes on with another name.
fn goes_on(passage: &Passage<'_>, at: usize) -> bool {
    let next = at + 1 + usize::from(is_of(passage, at + 1));
    goes_behind(passage, at) && passage.has(next, Shape::CAP)
}

/// "et" or a comma: another of a list may stand behind it.
fn goes_behind(passage: &Passage<'_>, at: usize) -> bool {
    passage.folded(at) == "," || passage.says(at, Says::And)
}

/// "Royaume" of "du Royaume du Maroc".
fn is_state(passage: &Passage<'_>, vocabulary: &Vocabulary, at: usize) -> bool {
    let mut heads = vocabulary.of(passage, at, Kinds::HEAD);
    heads.any(|(_, m)| matches!(m, Meaning::Head(head) if &*head.class == "country"))
}

/// Where the town of a complement begins behind its matter: "de la Santé | de Tunisie".
fn town_in(passage: &Passage<'_>, vocabulary: &Vocabulary, tokens: Range<usize>) -> Option<usize> {
    let matter = tokens.start + 1;
    (matter + 1..tokens.end).find(|&at| {
        let article = passage.is_small(at + 1, Small::Article);
        let noun = at + 1 + usize::from(article);
        let place = vocabulary.is(passage, noun, &Meaning::Place) && passage.has(noun, Shape::CAP);
        let domain = vocabulary.is(passage, noun, &Meaning::Domain);
        is_of(passage, at) && !domain && (place || is_state(passage, vocabulary, noun))
    })
}

/// "les ministères de la Santé et de l'Enseignement supérieur": one for each matter that a ministry has by itself.
fn by_matter(passage: &Passage<'_>, vocabulary: &Vocabulary, head: usize, name: &mut Name) -> bool {
    let of = |at: usize| is_of(passage, at) || passage.says(at, Says::OfSeveral);
    let noun = |at: usize| at + 1 + usize::from(passage.is_article(at + 1));
    if town_in(passage, vocabulary, head..name.end).is_some() {
        return false;
    }
    let split = |exact: bool| {
        let mut parts: Vec<Range<usize>> = Vec::new();
        let mut begin = head;
        for at in head..name.end {
            let mark = at > head && goes_behind(passage, at);
            let portfolio = Meaning::Small(Small::Portfolio);
            let joined = exact && vocabulary.is(passage, noun(at + 1), &portfolio);
            if mark && of(at + 1) && !joined {
                parts.push(begin..at);
                begin = at + 1;
            }
        }
        parts.push(begin..name.end);
        parts
    };
    // A plural has two at least: "les ministères de la Santé et de la Solidarité nationale".
    let parts = Some(split(true)).filter(|parts| parts.len() > 1);
    let parts = parts.unwrap_or_else(|| split(false));
    if parts.len() < 2 || !of(head) {
        return false;
    }
    name.parts = parts;
    true
}

/// "de", "d'" before a name.
pub(super) fn is_of(passage: &Passage<'_>, at: usize) -> bool {
    passage.says(at, Says::Of)
}

/// The token after a run of words in capitals: "Aïn M'lila", "Ras el Ma", "Bordj-Bou-Arréridj".
pub(super) fn name_after(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    at: usize,
    end: usize,
) -> usize {
    let glued = |at: usize| passage.has(at - 1, Shape::ELIDED) && passage.has(at, Shape::GLUED);
    let mut stop = at + 1;
    while stop < end {
        let capital = passage.has(stop, Shape::CAP)
            && (!passage.has(stop, Shape::ELIDED) || passage.has(stop + 1, Shape::GLUED));
        let small = vocabulary.is(passage, stop, &Meaning::Particle)
            && passage.has(stop + 1, Shape::CAP)
            && !passage.is_article(stop);
        if !(capital || small || glued(stop) || passage.has(stop, Shape::HYPHEN)) {
            break;
        }
        stop += 1;
    }
    stop
}

/// The name of one part of a list, with the preposition that only the first bears: "d'Adrar, Béchar et Ouargla".
pub(super) fn with_of(passage: &Passage<'_>, complement: &str, of: bool) -> String {
    let forms = passage.vocabulary.forms();
    let bare = complement.starts_with(char::is_uppercase);
    match complement.chars().next() {
        Some(first) if of && bare && "AEIOUYÉÈÊÎÂaeiouy".contains(first) => {
            format!("{}{complement}", forms.word(Says::OfVowel))
        }
        Some(_) if of && bare => format!("{} {complement}", forms.word(Says::Of)),
        _ => complement.to_owned(),
    }
}

/// "les ministères tunisien et mauritanien de la Santé": adjectives in the singular after a plural head are a
/// part each, and share the complement behind the last.
fn by_adjective(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    head: usize,
    end: usize,
    name: &mut Name,
) -> bool {
    let singular = |at: usize| {
        vocabulary.is_adjective(passage, at)
            && !passage.has(at, Shape::CAP)
            && (!passage.ends_as(at, Says::Plural) || passage.ends_as(at, Says::Singular))
    };
    let mut parts: Vec<Range<usize>> = Vec::new();
    let mut at = head;
    while at < end && singular(at) {
        parts.push(at..at + 1);
        at += 1;
        if !goes_behind(passage, at) {
            break;
        }
        at += 1;
    }
    if parts.len() < 2 {
        return false;
    }
    name.end = parts.last().map_or(head, |last| last.end);
    if is_of(passage, name.end) || passage.says(name.end, Says::OfSeveral) {
        let noun = name.end + 1 + usize::from(passage.is_article(name.end + 1));
        let mut stop = vocabulary
            .first(passage, noun, |m| (*m == Meaning::Domain).then_some(()))
            .map_or(noun, |(found, ())| found.end as usize);
        while stop < end && vocabulary.is_adjective(passage, stop) && !passage.has(stop, Shape::CAP)
        {
            stop += 1;
        }
        if stop > noun && stop <= end {
            name.shared = Some(name.end..stop);
            name.end = stop;
        }
    }
    name.parts = parts;
    true
}
