//! Finds the cues of a sentence: what happens to an agreement, and what a name has to do with it.

use std::ops::Range;

use crate::record::Lang;

use super::form::Says;
use super::kinds::Kinds;
use super::passage::Passage;
use super::plural_fr::is_of;
use super::small::Small;
use super::vocabulary::{Cue, Meaning, Side, Vocabulary};
use crate::text::token::Shape;

/// A cue of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sign {
    /// Its tokens.
    pub(super) tokens: Range<usize>,
    /// What it says.
    pub(super) cue: Cue,
    /// Where it stands to what it speaks of.
    pub(super) side: Side,
    /// May speak of anything: only beside an agreement it speaks of it.
    pub(super) near: bool,
}

/// The cues of a range of tokens, the longest at each token, none inside the name of an organisation.
pub(super) fn cues(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    tokens: Range<usize>,
) -> Vec<Sign> {
    let mut signs = Vec::new();
    let mut names = passage.organisations[passage.organisations_in(tokens.clone())]
        .iter()
        .map(|o| o.tokens.clone())
        .peekable();
    let mut at = tokens.start;
    while at < tokens.end {
        while names.peek().is_some_and(|name| name.end <= at) {
            names.next();
        }
        if let Some(name) = names.peek().filter(|name| name.contains(&at)) {
            at = name.end;
            continue;
        }
        let mut longest = 0;
        for (found, meaning) in vocabulary.of(passage, at, Kinds::CUE) {
            if let Meaning::Cue(cue) = meaning
                && found.end as usize <= tokens.end
                && !names_towns(passage, *cue, found.end as usize)
                && !(*cue == Cue::Site && ties_object(passage, vocabulary, at))
            {
                longest = longest.max(found.end as usize - at);
                if found.end as usize - at == longest {
                    signs.push(Sign {
                        tokens: at..found.end as usize,
                        cue: *cue,
                        side: vocabulary.side(found),
                        near: vocabulary.is_near(found),
                    });
                    // "une convention qui liera A à B" ties them, and is to come.
                    if *cue == Cue::Between && vocabulary.is_future(passage, at) {
                        let tie = signs.last().cloned();
                        signs.extend(tie.map(|tie| Sign {
                            cue: Cue::Plan,
                            ..tie
                        }));
                    }
                }
            }
        }
        at += longest.max(1);
    }
    ally(passage, &mut signs);
    intend(passage, &mut signs);
    intend_ties(passage, &mut signs);
    credit(passage, vocabulary, &mut signs);
    tell_states(passage, &mut signs);
    signs
}

/// "s'est alliée à l'hôpital": signs, and what follows is with whom; "a réuni A et B": signs, and binds them.
fn ally(passage: &Passage<'_>, signs: &mut Vec<Sign>) {
    let mut at = 0;
    while at < signs.len() {
        if signs[at].cue == Cue::Bond {
            signs[at].cue = Cue::Sign;
            let tie = signs[at].clone();
            at += 1;
            signs.insert(
                at,
                Sign {
                    cue: Cue::Between,
                    ..tie
                },
            );
        } else if signs[at].cue == Cue::Ally {
            signs[at].cue = Cue::Sign;
            let next = signs[at].tokens.end;
            let to = passage.says(next, Says::ToPlain) || passage.says(next, Says::ToThe);
            if to {
                let with = Sign {
                    tokens: next..next + 1,
                    cue: Cue::With,
                    side: Side::Near,
                    near: false,
                };
                at += 1;
                signs.insert(at, with);
            }
        }
        at += 1;
    }
}

/// "une convention le rattache au CHU": a verb that ties the body of the pronoun before it; not so "rattaché au CHU".
fn ties_object(passage: &Passage<'_>, vocabulary: &Vocabulary, at: usize) -> bool {
    at > 0 && passage.is_article(at - 1) && vocabulary.is(passage, at, &Meaning::Cue(Cue::Between))
}

/// "entre les deux pays": those bound are told, and no name behind it is one of them.
fn tell_states(passage: &Passage<'_>, signs: &mut [Sign]) {
    for at in 1..signs.len() {
        let (start, last) = (signs[at].tokens.start, signs[at].tokens.end - 1);
        let before = &mut signs[at - 1];
        let told = before.cue == Cue::Between
            && before.tokens.end == start
            && passage.is_small(last, Small::State);
        if told && passage.says(before.tokens.start, Says::Between) {
            before.cue = Cue::Idle;
        }
    }
}

/// Whether words that would take up bodies named before name their towns: "les deux hôpitaux de Biskra et de Tolga".
pub(super) fn names_towns(passage: &Passage<'_>, cue: Cue, end: usize) -> bool {
    // An adjective may stand between: "les deux établissements | hospitaliers de Biskra".
    matches!(cue, Cue::Body | Cue::Hospitals)
        && (end..end + 2).any(|of| is_of(passage, of) && passage.has(of + 1, Shape::CAP))
}

/// Tells who made something else from who signs: "un vaccin développé par l'université" binds nobody.
fn credit(passage: &Passage<'_>, vocabulary: &Vocabulary, signs: &mut [Sign]) {
    const NEAR: usize = 4;
    for at in 0..signs.len() {
        let own = signs[at].tokens.clone();
        let Some(done) = own
            .start
            .checked_sub(1)
            .filter(|_| signs[at].cue == Cue::By)
        else {
            continue;
        };
        // Signs are in order, and none is inside another: the last that begins before says it.
        let mut before = signs[..at].iter().rev();
        let cued = before
            .find(|sign| sign.tokens.start < own.start)
            .is_some_and(|sign| sign.tokens.end == own.start);
        let word = passage.word(done);
        let forms = vocabulary.forms();
        let participle = forms.ends(Says::Done, word) && !forms.is(Says::Done, word);
        let of_agreement = |at: usize| {
            vocabulary
                .of(passage, at, Kinds::AGREEMENT)
                .any(|(_, m)| matches!(m, Meaning::Agreement { .. }))
        };
        let agreed = (done.saturating_sub(NEAR)..done).any(of_agreement);
        if passage.text.lang == Lang::Fr && own.len() == 1 && !cued && participle && !agreed {
            signs[at].cue = Cue::Site;
        }
    }
}

/// Makes plans of what is only to be signed: "devrait, en principe, être paraphée", "ont convenu de signer".
fn intend(passage: &Passage<'_>, signs: &mut [Sign]) {
    const AUXILIARY: usize = 6;
    const PROMISE: usize = 8;
    let mut before: Option<Sign> = None;
    for at in 0..signs.len() {
        let sign = signs[at].clone();
        // "la convention de prêt a été signée" is no readiness to sign.
        let last = sign.tokens.end - 1;
        let has = sign.cue == Cue::Will
            && passage.is_small(last, Small::Have)
            && !passage.says(last, Says::To);
        if !matches!(sign.cue, Cue::Sign | Cue::Renew | Cue::Will) || has {
            continue;
        }
        if let Some(first) = before.replace(sign.clone())
            && sign.cue != Cue::Will
        {
            let gap = first.tokens.end..sign.tokens.start;
            let says = |at: usize, class| passage.says(at, class);
            let leads = |at| {
                [Says::Of, Says::ToPlain, Says::For].map(|class| says(at, class)) != [false; 3]
            };
            let led = gap.end > gap.start && leads(gap.end - 1);
            let infinitive = passage.ends_as(sign.tokens.start, Says::Intended);
            let other = |at: usize| {
                passage.is_small(at, Small::Have)
                    || passage.is_small(at, Small::Which)
                    || says(at, Says::Whose)
                    || passage.folded(at) == ";"
            };
            let plain = !gap
                .clone()
                .any(|at| other(at) && !(led && at + 1 == gap.end));
            let intended = match first.cue {
                Cue::Will => gap.len() <= AUXILIARY,
                _ => led && infinitive && gap.len() <= PROMISE,
            };
            if intended && plain {
                if let Some(promise) = signs[..at]
                    .iter_mut()
                    .rev()
                    .find(|other| other.tokens == first.tokens)
                {
                    promise.cue = if promise.cue == Cue::Sign {
                        Cue::Idle
                    } else {
                        promise.cue
                    };
                }
                signs[at].cue = Cue::Plan;
            }
        }
    }
}

/// "doit les lier", "devraient unir A à B": what is to tie them is a plan.
fn intend_ties(passage: &Passage<'_>, signs: &mut Vec<Sign>) {
    const NEAR: usize = 2;
    let infinitive = |at: usize| passage.ends_as(at, Says::Infinitive);
    let mut plans = Vec::new();
    for (at, tie) in signs.iter().enumerate().skip(1) {
        let first = tie.tokens.start;
        let will = |before: &Sign| before.cue == Cue::Will && before.tokens.end + NEAR >= first;
        if tie.cue == Cue::Between && infinitive(first) && will(&signs[at - 1]) {
            plans.push(Sign {
                cue: Cue::Plan,
                ..tie.clone()
            });
        }
    }
    signs.extend(plans);
    signs.sort_by_key(|sign| sign.tokens.start);
}
