//! Reads offices: who presides over an agreement, and the ministers that sign for their ministries.

use std::sync::Arc;

use crate::rules::lexicon::{Clitics, Found};
use crate::text::fold::fold;
use crate::text::token::Shape;

use super::form::Says;
use super::organisation::{Name, Organisation, bare_name, name_after, on_one_line};
use super::passage::Passage;
use super::plural_fr::{is_of, name_after as past_name};
use super::resolve::is_care;
use super::small::Small;
use super::vocabulary::{Head, Meaning, Vocabulary};

/// "le ministre de la Santé et de la Protection sociale", "les ministres algérien et tunisien de la Santé",
/// والي وهران; `body` is the word that the name of its body begins with, `seat` what the words behind it name.
pub(super) fn read(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    (found, (body, seat)): (Found, (Option<&str>, &Option<Arc<str>>)),
    end: usize,
    out: &mut Vec<Organisation>,
) -> usize {
    let head = Head {
        class: seat.clone().unwrap_or_else(|| "ministry".into()),
        sigle: false,
        needs: false,
        weak: false,
        bound: false,
        plural: false,
        generic: false,
        last: false,
        parted: false,
        dual: false,
        construct: false,
        titled: false,
        one: None,
    };
    let name = name_after(passage, vocabulary, found, &head, end);
    let first = found.first as usize;
    // "les deux ministres": those named before.
    if name.several && !name.full && body.is_some() {
        return name.end;
    }
    // "وزير الصحة بحكومة الوحدة الوطنية": the government that the minister sits in.
    let seat = vocabulary
        .at(passage, name.end)
        .find(|(seat, m)| {
            let ministry = matches!(m, Meaning::Head(inner) if &*inner.class == "ministry");
            ministry && body.is_some() && seat.clitics.has(Clitics::IN)
        })
        .map(|(seat, _)| name_after(passage, vocabulary, seat, &head, end).end);
    let last = seat.unwrap_or(name.end);
    let (start, own) = bare_name(passage, found, first..last);
    let whole = Organisation {
        tokens: first..last,
        start,
        name: own,
        sigle: None,
        form: body.unwrap_or_default().into(),
        class: "office".into(),
        head: (found.end - found.first) as usize,
        bare: !name.full,
        weak: false,
        office: true,
        short: false,
        generic: false,
        clitics: found.clitics,
        part: false,
        several: false,
        id: None,
    };
    if body.is_some() && name.parts.len() > 1 {
        parts(passage, &whole, &name, out);
    } else {
        out.push(whole);
    }
    last
}

/// "ministres algérien et tunisien de la Santé": an office for each nation.
fn parts(passage: &Passage<'_>, whole: &Organisation, name: &Name, out: &mut Vec<Organisation>) {
    let word = passage.word(whole.tokens.start).trim_end_matches('s');
    for (position, part) in name.parts.iter().enumerate() {
        let tokens = if position == 0 {
            whole.tokens.start..part.end
        } else {
            part.clone()
        };
        out.push(Organisation {
            start: passage.text.bytes(tokens.clone()).0,
            tokens,
            name: name.of_part(passage, word, passage.text.slice(part.clone())),
            part: true,
            ..whole.clone()
        });
    }
}

/// "son homologue tunisien": the office named last, of another nation. A body's own counterpart ("son homologue
/// de Nantes") is one of its kind.
pub(super) fn read_counterpart(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    found: Found,
    end: usize,
    out: &mut Vec<Organisation>,
) -> usize {
    let first = found.first as usize;
    let mut stop = found.end as usize;
    while stop < end
        && vocabulary.is_adjective(passage, stop)
        && !passage.has(stop, Shape::CAP)
        && passage.has(stop, Shape::LATIN)
    {
        stop += 1;
    }
    let model = out.iter().rev().find(|o| o.office && !o.form.is_empty());
    // "entre l'hôpital de Zéralda et son homologue turc": of the body right before.
    let joined = |o: &Organisation| !o.office && o.tokens.end + 2 == first;
    let model = model.filter(|_| stop > found.end as usize && !out.last().is_some_and(joined));
    let Some(model) = model.cloned() else {
        return read_like(passage, vocabulary, (first, stop), end, out);
    };
    let nation = passage.text.slice(found.end as usize..stop);
    let mut matter = model.tokens.start + model.head;
    while matter < model.tokens.end
        && vocabulary.is_adjective(passage, matter)
        && !passage.has(matter, Shape::CAP)
    {
        matter += 1;
    }
    let head = passage
        .text
        .slice(model.tokens.start..model.tokens.start + model.head);
    let matter = if matter < model.tokens.end {
        passage.text.slice(matter..model.tokens.end)
    } else {
        ""
    };
    let own = format!("{head} {nation} {matter}");
    out.push(Organisation {
        start: passage.text.bytes(first..stop).0,
        tokens: first..stop,
        name: on_one_line(own.trim_end()),
        bare: false,
        clitics: Clitics::default(),
        part: true,
        ..model
    });
    stop
}

/// "son homologue de Tunis", "son homologue turc à Istanbul": a body such as the one named before, elsewhere. The word
/// and its adjectives are the tokens from `first` to `of`.
fn read_like(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    (first, of): (usize, usize),
    end: usize,
    out: &mut Vec<Organisation>,
) -> usize {
    let Some(model) = out
        .last()
        .filter(|o| !o.office && !o.weak && !o.bare)
        .cloned()
    else {
        return first;
    };
    let headed = vocabulary
        .at(passage, of + 1)
        .any(|(_, meaning)| matches!(meaning, Meaning::Head(_)));
    // "son homologue du Sud" names no town.
    let town = vocabulary.is(passage, of + 1, &Meaning::Place);
    let described = of > first + 1;
    let led = is_of(passage, of) || described && passage.says(of, Says::To);
    let placed = !headed && town && led && passage.has(of + 1, Shape::CAP) && of + 1 < end;
    if !placed && !described {
        return first;
    }
    let stop = if placed {
        past_name(passage, vocabulary, of + 1, end)
    } else {
        of
    };
    // "son homologue tunisien, l'Institut Pasteur de Tunis" is named right behind.
    let article = usize::from(passage.is_small(stop + 1, Small::Article));
    if passage.folded(stop) == "," && passage.has(stop + 1 + article, Shape::CAP) {
        return stop;
    }
    let head = if model.form.is_empty() {
        let town = last_of(&model.name, vocabulary);
        town.map_or(&*model.name, |town| &model.name[..town])
    } else {
        &*model.form
    };
    let own = format!("{head} {}", passage.text.slice(first + 1..stop));
    out.push(Organisation {
        start: passage.text.bytes(first..stop).0,
        tokens: first..stop,
        name: on_one_line(&own),
        sigle: None,
        id: None,
        bare: false,
        clitics: Clitics::default(),
        part: true,
        // A CHU has an EPH as its counterpart, too.
        generic: model.generic || is_care(&model.class),
        ..model
    });
    stop
}

/// Where the last "de" of a name begins, with the space before it: "hôpital | de Sfax".
fn last_of(name: &str, vocabulary: &Vocabulary) -> Option<usize> {
    let of = |&at: &usize| {
        let rest = fold(&name[at + 1..]);
        let end = rest.find(' ').unwrap_or(rest.len());
        let word = match rest.find('\'') {
            Some(elided) if elided < end => &rest[..=elided],
            _ => &rest[..end],
        };
        word.len() < rest.len() && vocabulary.forms().is(Says::Of, word)
    };
    let mut spaces = name.rmatch_indices(' ').map(|(at, _)| at);
    spaces.find(of)
}
