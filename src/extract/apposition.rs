//! Reads what stands beside names: "celui de Rennes", "Vision Solidaire, une association …", "cet
//! établissement", and the cues that only look like names.

use std::ops::Range;

use crate::rules::lexicon::{Clitics, Found};
use crate::text::clitic;
use crate::text::fold::fold;
use crate::text::token::Shape;

use super::bare::heads_body;
use super::form::Says;
use super::kinds::Kinds;
use super::name_ar;
use super::organisation::Organisation;
use super::passage::Passage;
use super::plural_fr::{is_of, name_after, with_of};
use super::resolve::is_care;
use super::sign::names_towns;
use super::small::Small;
use super::vocabulary::{Meaning, Vocabulary};

/// Inside a longer cue: من جهة أخرى names no region.
pub(super) fn is_covered(passage: &Passage<'_>, vocabulary: &Vocabulary, at: usize) -> bool {
    (at.saturating_sub(2)..at).any(|first| {
        vocabulary
            .of(passage, first, Kinds::CUE)
            .any(|(found, meaning)| {
                let end = found.end as usize;
                matches!(meaning, Meaning::Cue(cue) if end > at && !names_towns(passage, *cue, end))
            })
    })
}

/// "la clinique Lalla-Setti, un établissement privé": said of the name before the comma.
pub(super) fn is_apposed(passage: &Passage<'_>, first: usize, named: &[Organisation]) -> bool {
    first >= 2
        && passage.says(first - 1, Says::One)
        && passage.folded(first - 2) == ","
        && named
            .last()
            .is_some_and(|last| !last.bare && last.tokens.end + 2 == first)
}

/// "Vision Solidaire, une association de donateurs": a name that says no type takes it from what is
/// said of it.
pub(super) fn rename(passage: &Passage<'_>, named: &mut [Organisation]) {
    let Some((last, before)) = named.split_last_mut() else {
        return;
    };
    let first = last.tokens.start;
    if first < 3 || !passage.says(first - 1, Says::One) || passage.folded(first - 2) != "," {
        return;
    }
    let floor = before.last().map_or(0, |other| other.tokens.end);
    let mut start = first - 2;
    while start > floor
        && (passage.has(start - 1, Shape::CAP) || passage.has(start, Shape::HYPHEN))
        && !passage.has(start - 1, Shape::ELIDED)
    {
        start -= 1;
    }
    if first - 2 - start >= 2 {
        last.tokens = start..first - 2;
        last.start = passage.text.bytes(last.tokens.clone()).0;
        passage
            .text
            .slice(last.tokens.clone())
            .clone_into(&mut last.name);
        (last.bare, last.id, last.head) = (false, None, 0);
    }
}

/// "jumelé avec un établissement italien, l'hôpital Spallanzani": what is named behind it was meant.
pub(super) fn absorb(passage: &Passage<'_>, named: &mut Vec<Organisation>) {
    let [.., before, last] = &named[..] else {
        return;
    };
    let Range { start, end } = before.tokens;
    let gap = end..last.tokens.start.max(end);
    let indefinite = start > 0 && passage.says(start - 1, Says::One);
    let nameless = !(start..end).any(|at| passage.has(at, Shape::CAP)) && before.id.is_none();
    let family = before.class == last.class || is_care(&before.class) && is_care(&last.class);
    let apposed = gap.len() <= 2
        && passage.folded(gap.start) == ","
        && !passage.says(gap.end - 1, Says::And)
        && !passage.says(gap.end - 1, Says::One);
    // "مع نظيرتها المغربية، الوكالة المغربية للأدوية"
    let peer = is_peer(passage, start)
        && before.class == last.class
        && gap.len() == 1
        && passage.folded(end) == "،"
        && !last.clitics.has(Clitics::AND);
    if (peer || indefinite && nameless && family && apposed) && !last.office && !last.bare {
        named.remove(named.len() - 2);
    }
}

/// Whether a word stands here that may take up the organisation named last.
pub(super) fn is_pronoun(passage: &Passage<'_>, at: usize) -> bool {
    let small = |class| passage.is_small(at, class);
    passage.may(at, Kinds::SMALL) && (small(Small::That) || small(Small::Those))
        || is_peer(passage, at)
}

/// "نظيره", "ونظيرتها", and whether و stands before it.
fn peer(passage: &Passage<'_>, at: usize) -> Option<Clitics> {
    let forms = passage.vocabulary.forms();
    let bytes = passage.folded_length(at);
    let joined = bytes.saturating_sub(clitic::AND.len_utf8());
    if !forms.may_be(Says::Peer, bytes) && !forms.may_be(Says::Peer, joined) {
        return None;
    }
    let word = passage.folded(at);
    let (bare, and) = match word.strip_prefix(clitic::AND) {
        Some(bare) => (bare, Clitics::AND),
        None => (word, Clitics::default()),
    };
    forms.is(Says::Peer, bare).then_some(and)
}

/// Whether a word takes up an organisation as the peer of another.
pub(super) fn is_peer(passage: &Passage<'_>, at: usize) -> bool {
    peer(passage, at).is_some()
}

/// Names that are looked back over for the one that a pronoun takes up.
const NEAR: usize = 256;

/// "celui de Rennes", "ceux du Nord": as the organisation named last, elsewhere.
pub(super) fn read_pronoun(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    at: usize,
    end: usize,
    out: &mut Vec<Organisation>,
) -> usize {
    let plural = passage.is_small(at, Small::Those);
    if !plural && !passage.is_small(at, Small::That) {
        return at;
    }
    // "avec l'université de Lyon, l'institut en a signé un avec celle de Lille": of the pronoun's gender.
    let unlike = |o: &Organisation| {
        let before = o.tokens.start.checked_sub(1);
        let says = |at: usize, says| passage.says(at, says);
        before.is_some_and(|before| {
            says(at, Says::She) && says(before, Says::He)
                || says(at, Says::He) && says(before, Says::She)
        })
    };
    let Some(model) = out
        .iter()
        .rev()
        .take(NEAR)
        .enumerate()
        // "entre la ville de Blida et celle de Lyon": a town takes up the one right before alone.
        .find(|(way, o)| {
            let beside = *way == 0 && o.tokens.end + 1 == at && passage.says(at - 1, Says::And);
            !o.office && (!o.weak || beside) && !o.form.is_empty() && !unlike(o)
        })
        .map(|(_, model)| model.clone())
    else {
        return at;
    };
    let Some(mut first) = of_name(passage, vocabulary, at + 1, end) else {
        return at;
    };
    if &*model.class == "ministry" && !plural {
        first = past_matters(passage, vocabulary, first, end);
    }
    let mut parts = Vec::new();
    parts.push(at + 1..first);
    let mut stop = first;
    while let Some((next, after)) = next_name(passage, vocabulary, stop, end).filter(|_| plural) {
        parts.push(next..after);
        stop = after;
    }
    let head = if plural && parts.len() == 1 && !model.part {
        passage
            .text
            .slice(model.tokens.start..model.tokens.start + model.head.max(1))
            .to_owned()
    } else {
        model.form.to_string()
    };
    for (position, part) in parts.into_iter().enumerate() {
        let first = if position == 0 { at } else { part.start };
        let tokens = first..part.end;
        let part = with_of(passage, passage.text.slice(part), true);
        let name = format!("{head} {part}").replace('\n', " ");
        let written = passage.text.slice(tokens.clone()).replace('\n', " ");
        out.push(Organisation {
            start: passage.text.bytes(tokens.clone()).0,
            tokens,
            name,
            sigle: Some(written).filter(|_| position == 0),
            id: None,
            bare: false,
            several: plural && head != *model.form,
            part: position > 0,
            clitics: Clitics::default(),
            ..model.clone()
        });
    }
    stop
}

/// The next of a list: ", de Mila", "et de Jijel", ", Djelfa".
fn next_name(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    at: usize,
    end: usize,
) -> Option<(usize, usize)> {
    let comma = usize::from(passage.folded(at) == ",");
    let and = usize::from(passage.says(at + comma, Says::And));
    let next = at + comma + and;
    let town = || {
        let place = vocabulary.is(passage, next, &Meaning::Place) && passage.has(next, Shape::CAP);
        place.then(|| name_after(passage, vocabulary, next, end))
    };
    let after = of_name(passage, vocabulary, next, end)
        .or_else(town)
        .filter(|_| comma + and > 0)?;
    Some((next, after))
}

/// "نظيره بصفاقس", "ونظيرته الفرنسية": such a body as the one named last, elsewhere; "نظيره الليبي" of a minister
/// is the minister of another nation.
pub(super) fn read_peer(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    at: usize,
    out: &mut Vec<Organisation>,
) -> usize {
    let Some(and) = peer(passage, at) else {
        return at;
    };
    let town = vocabulary.at(passage, at + 1).find(|(found, meaning)| {
        let tied = found.clitics.has(Clitics::IN) || found.clitics.has(Clitics::TO);
        **meaning == Meaning::Place && tied
    });
    let next = passage.folded(at + 1);
    let forms = vocabulary.forms();
    let nation = next.starts_with(clitic::THE)
        && (forms.ends(Says::Nation, next) || forms.ends(Says::NationFeminine, next));
    let stop = match town {
        Some((found, _)) => found.end as usize,
        None if nation => at + 2,
        None => match called(passage, vocabulary, at, out) {
            Some(end) => end,
            None => return at,
        },
    };
    let minister = |o: &&Organisation| o.office && !o.form.is_empty();
    if let Some(model) = out.iter().rev().take(NEAR).find(minister)
        && out.last().is_some_and(|last| last.office)
        && town.is_none()
    {
        let peer = counterpart(passage, model, at..stop, and);
        out.push(peer);
        return stop;
    }
    let Some(model) = out
        .last()
        .filter(|o| !o.office && !o.weak && o.head > 0)
        .cloned()
    else {
        return at;
    };
    // A ministry is told by its matter: "وزارة الصحة الليبية", without the nation of the other one.
    let nation = |word: &&str| {
        word.starts_with(clitic::THE) && forms.ends(Says::NationFeminine, &fold(word))
    };
    let named = model.name.split(' ');
    let own =
        named.clone().count() - usize::from(named.clone().next_back().is_some_and(|w| nation(&w)));
    let told = if &*model.class == "ministry" && town.is_none() {
        own.max(model.head)
    } else {
        model.head
    };
    let head: Vec<&str> = named.take(told).collect();
    let tokens = at..stop;
    let written = passage.text.slice(at + 1..stop);
    out.push(Organisation {
        start: passage.text.bytes(tokens.clone()).0,
        name: format!("{} {written}", head.join(" ")).replace('\n', " "),
        tokens,
        sigle: None,
        id: None,
        bare: false,
        clitics: and,
        ..model
    });
    stop
}

/// "نظيرتها عبد الله نواورية": the token after the proper name of a peer.
fn called(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    at: usize,
    out: &[Organisation],
) -> Option<usize> {
    let mut meant = vocabulary.at(passage, at + 1);
    let person =
        meant.any(|(found, m)| matches!(m, Meaning::Person { title: false }) && found.peeled == 0);
    let model = out.last().filter(|model| person && is_care(&model.class))?;
    let head = vocabulary.head_of(&model.name)?;
    let (found, _) = vocabulary.at(passage, at).next()?;
    let from = Found {
        first: at as u32,
        end: at as u32 + 1,
        clitics: Clitics::default(),
        ..found
    };
    let sentence = &passage.text.sentences[passage.text.sentence_of(at)];
    let name = name_ar::read(passage, vocabulary, from, head, sentence.tokens.end);
    (name.end > at + 1).then_some(name.end)
}

/// The minister of another nation, whose ministry bears the nation as an adjective: "وزارة الصحة الليبية".
fn counterpart(
    passage: &Passage<'_>,
    model: &Organisation,
    tokens: Range<usize>,
    clitics: Clitics,
) -> Organisation {
    let nation = passage.word(tokens.start + 1);
    let ended = nation.ends_with(clitic::FEMININE);
    let feminine = (!ended).then_some(clitic::FEMININE);
    let feminine = feminine.map(String::from).unwrap_or_default();
    // The minister's own nation is not the other one's.
    let matter = model
        .name
        .split(' ')
        .take_while(|word| !(word.ends_with(clitic::RELATION) && word.starts_with(clitic::THE)));
    let matter: Vec<&str> = matter.collect();
    Organisation {
        start: passage.text.bytes(tokens.clone()).0,
        tokens,
        name: format!("{} {nation}{feminine}", matter.join(" ")),
        sigle: None,
        bare: false,
        clitics,
        part: true,
        ..model.clone()
    }
}

/// The token after "de Rennes", "du Nord", "de la Marsa".
fn of_name(passage: &Passage<'_>, vocabulary: &Vocabulary, at: usize, end: usize) -> Option<usize> {
    let of = is_of(passage, at);
    // "Le directeur du CHU et celui de l'EPH": what is taken up is the office, and the body has a name of its own.
    if heads_body(passage, vocabulary, at) {
        return None;
    }
    let article = usize::from(passage.is_small(at + 1, Small::Article));
    let proper = at + 1 + article;
    let mut stop = proper;
    while stop < end
        && (passage.has(stop, Shape::CAP) && !passage.has(stop, Shape::ELIDED)
            || stop > proper && passage.has(stop, Shape::HYPHEN))
    {
        stop += 1;
    }
    if of && stop == proper && article == 1 && !passage.has(proper, Shape::ELIDED) {
        // "celle de l'éducation".
        let (found, ()) =
            vocabulary.first(passage, proper, |m| (*m == Meaning::Domain).then_some(()))?;
        return Some(found.end as usize);
    }
    // "ceux du nord du pays".
    if stop == proper && passage.is_small(at, Small::Contracted) {
        let (found, ()) =
            vocabulary.first(passage, proper, |m| (*m == Meaning::Domain).then_some(()))?;
        return Some(found.end as usize);
    }
    // "celui de l'Enseignement supérieur".
    let matter = vocabulary.first(passage, proper, |m| (*m == Meaning::Domain).then_some(()));
    let matter = matter.map_or(stop, |(found, ())| found.end as usize);
    (of && stop > proper).then_some(stop.max(matter.min(end)))
}

/// "celui de la Santé, de la Population et de la Réforme hospitalière": the token after the other matters of a ministry.
fn past_matters(passage: &Passage<'_>, vocabulary: &Vocabulary, at: usize, end: usize) -> usize {
    let mut stop = at;
    while passage.folded(stop) == "," || passage.says(stop, Says::And) {
        let of = is_of(passage, stop + 1) || passage.says(stop + 1, Says::OfSeveral);
        let article = passage.is_article(stop + 2);
        let noun = stop + 2 + usize::from(article);
        let joined = vocabulary.first(passage, noun, |m| {
            (*m == Meaning::Small(Small::Portfolio)).then_some(())
        });
        match joined.filter(|(found, ())| of && found.end as usize <= end) {
            Some((found, ())) => stop = found.end as usize,
            None => break,
        }
    }
    stop
}

/// "cet établissement hospitalier du Sud", هذه المؤسسة: the one named before, whatever is said of it.
pub(super) fn is_pointed(passage: &Passage<'_>, first: usize) -> bool {
    first > 0
        && (passage.is_small(first - 1, Small::This) || passage.says(first - 1, Says::Pointing))
}
