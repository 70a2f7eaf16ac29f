//! Reads offices: who presides over an agreement, and the ministers that sign for their ministries.

use crate::rules::lexicon::{Clitics, Found};
use crate::text::token::Shape;

use super::organisation::{Name, Organisation, bare_name, name_after, on_one_line};
use super::passage::Passage;
use super::plural_fr::{is_of, name_after as past_name};
use super::vocabulary::{Head, Meaning, Vocabulary};

/// "le ministre de la Santé et de la Protection sociale", "les ministres algérien et tunisien de la Santé",
/// والي وهران; `body` is the word that the name of its body begins with.
pub(super) fn read(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    (found, body): (Found, Option<&str>),
    end: usize,
    out: &mut Vec<Organisation>,
) -> usize {
    let head = Head {
        class: "ministry".into(),
        sigle: false,
        needs: false,
        weak: false,
        plural: false,
        generic: false,
        last: false,
        parted: false,
        dual: false,
        construct: false,
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
    let Some(model) = model.filter(|_| stop > found.end as usize).cloned() else {
        return read_like(passage, vocabulary, found, end, out);
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

/// "son homologue de Tunis": a body such as the one named before, elsewhere.
fn read_like(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    found: Found,
    end: usize,
    out: &mut Vec<Organisation>,
) -> usize {
    let (first, of) = (found.first as usize, found.end as usize);
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
    if headed || !town || !is_of(passage, of) || !passage.has(of + 1, Shape::CAP) || of + 1 >= end {
        return first;
    }
    let stop = past_name(passage, vocabulary, of + 1, end);
    let head = if model.form.is_empty() {
        let town = [" de ", " d'", " du ", " d’"]
            .iter()
            .filter_map(|of| model.name.rfind(of))
            .max();
        town.map_or(&*model.name, |town| &model.name[..town])
    } else {
        &*model.form
    };
    let own = format!("{head} {}", passage.text.slice(of..stop));
    out.push(Organisation {
        start: passage.text.bytes(first..stop).0,
        tokens: first..stop,
        name: on_one_line(&own),
        sigle: None,
        id: None,
        bare: false,
        clitics: Clitics::default(),
        part: true,
        ..model
    });
    stop
}
