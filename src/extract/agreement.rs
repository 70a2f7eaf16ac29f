//! Turns tokens into mentions of agreements: the noun, the kind that its neighbours say, and whether
//! it is new or taken up again.

use std::ops::Range;

use crate::record::Lang;
use crate::record::fact::Kind;
use crate::rules::lexicon::Clitics;
use crate::text::token::Shape;

use super::echo;
use super::form::Says;
use super::kinds::Kinds;
use super::passage::Passage;
use super::small::Small;
use super::vocabulary::{Cue, Meaning, Strength, Vocabulary};

/// An agreement as it is named once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Agreement {
    /// Noun and kind.
    pub(super) tokens: Range<usize>,
    /// The most specific kind said here.
    pub(super) kind: Kind,
    /// How sure the noun is by itself.
    pub(super) strength: Strength,
    /// Taken up again: "la convention", "cet accord", الاتفاقية.
    pub(super) definite: bool,
    /// "cette convention", هذه الاتفاقية: nothing but the one told before.
    pub(super) pointed: bool,
    /// "son partenariat", شراكتها: of the one named before.
    pub(super) owned: bool,
    /// "une autre convention": not the one told before.
    pub(super) another: bool,
    /// How many the form says: 2 for a dual, 0 for several ("les conventions", اتفاقيات).
    pub(super) count: u64,
    /// A verb that makes one, and no noun: "jumelé".
    pub(super) verb: bool,
    /// Told as there already: "celui avec l'hôpital court jusqu'en 2025".
    pub(super) presumed: bool,
    /// Its place in a series: 2 for "la deuxième".
    pub(super) part: Option<u64>,
}

impl Agreement {
    /// The one told before, taken up without its noun: "Signée en juin, …", "la deuxième".
    pub(super) const fn told_before(tokens: Range<usize>, part: Option<u64>) -> Self {
        Self {
            tokens,
            kind: Kind::Convention,
            strength: Strength::Anaphor,
            definite: true,
            pointed: true,
            owned: false,
            another: false,
            count: 1,
            verb: false,
            presumed: false,
            part,
        }
    }
}

/// The count of a verb: "seront jumelés" is said of several bodies and makes one agreement.
const VERB: u64 = u64::MAX;

/// The mentions of a range of tokens, in order.
pub(super) fn find(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    tokens: Range<usize>,
) -> Vec<Agreement> {
    let mut agreements = Vec::new();
    let mut at = tokens.start;
    while at < tokens.end {
        let more = || another(passage, vocabulary, at, agreements.last()?);
        match read(passage, vocabulary, at, tokens.end).or_else(more) {
            Some(agreement) => {
                at = agreement.tokens.end;
                agreements.push(agreement);
            }
            None => at += 1,
        }
    }
    agreements
}

/// "وأخرى مع", "et une autre avec", "de onze autres, dont …": one more of the kind told before, without its noun.
fn another(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    at: usize,
    before: &Agreement,
) -> Option<Agreement> {
    if let Some(several) = takes_up(passage, vocabulary, at) {
        let more = one_like(before, at..at + 1, u64::from(!several));
        let presumed = echo::is_bound(passage, vocabulary, at + 1);
        return Some(Agreement { presumed, ..more });
    }
    if let Some(end) = echo::echoes(passage, vocabulary, at) {
        let definite = true;
        let more = one_like(before, at..end, 1);
        return Some(Agreement { definite, ..more });
    }
    let next = echo::one_thereof(passage, vocabulary, at)
        .or_else(|| echo::by_place(passage, vocabulary, at));
    if let Some(end) = next {
        let more = one_like(before, at..end, 1);
        let definite = passage.is_article(at);
        return Some(Agreement {
            definite,
            presumed: definite,
            ..more
        });
    }
    let (found, _) = vocabulary
        .of(passage, at, Kinds::ANOTHER)
        .find(|(_, meaning)| matches!(meaning, Meaning::Another))?;
    let end = found.end as usize;
    let joined = found.clitics.has(Clitics::AND);
    let bound = vocabulary
        .at(passage, end)
        .any(|(_, m)| matches!(m, Meaning::Cue(Cue::With | Cue::Between)));
    let count = u64::from(!found.clitics.has(Clitics::PLURAL));
    // "143 enfants ont été opérés ; vingt-neuf autres, trop fragiles, l'ont été ailleurs"
    let others = passage
        .numbers
        .iter()
        .any(|number| number.tokens.start >= before.tokens.end && number.tokens.end < at);
    (joined && bound || !others && stands_alone(passage, vocabulary, at, end))
        .then(|| one_like(before, at..end, count))
}

/// "Une autre, de jumelage celle-là, …": the noun says of what kind it is.
fn is_said_of_another(passage: &Passage<'_>, vocabulary: &Vocabulary, at: usize) -> bool {
    const BEFORE: usize = 3;
    at >= BEFORE
        && passage.says(at - 1, Says::Of)
        && passage.folded(at - 2) == ","
        && vocabulary.is(passage, at - BEFORE, &Meaning::Another)
}

/// An agreement of the kind of the one before, and not that one.
fn one_like(before: &Agreement, tokens: Range<usize>, count: u64) -> Agreement {
    Agreement {
        tokens,
        strength: Strength::Strong,
        definite: false,
        pointed: false,
        owned: false,
        another: true,
        count,
        verb: false,
        presumed: false,
        part: None,
        ..before.clone()
    }
}

/// "celle que la caisse a passée avec …", "ceux qui lient …": one more, or several, by a pronoun; what is said of it
/// ties or signs.
fn takes_up(passage: &Passage<'_>, vocabulary: &Vocabulary, at: usize) -> Option<bool> {
    const REACH: usize = 12;
    let small = |at: usize, class| vocabulary.is(passage, at, &Meaning::Small(class));
    let several = small(at, Small::Those);
    if !several && !small(at, Small::That) {
        return None;
    }
    let made = |at: usize| {
        vocabulary.of(passage, at, Kinds::CUE).any(|(_, m)| {
            matches!(
                m,
                Meaning::Cue(Cue::Sign | Cue::Between | Cue::Tie | Cue::With)
            )
        })
    };
    let end = passage.text.sentences[passage.text.sentence_of(at)]
        .tokens
        .end;
    // "Celle de 2017, avec l'association, …".
    let dates = passage.dates_in(at + 1..at + 3);
    let dated = passage.says(at + 1, Says::Of)
        && dates
            .first()
            .is_some_and(|date| echo::is_bound(passage, vocabulary, date.tokens.end));
    if dated || passage.text.lang == Lang::Fr && made(at) && !small(at + 1, Small::Which) {
        return Some(several);
    }
    let near = at + 1..end.min(at + REACH);
    let mark = |&at: &usize| matches!(passage.folded(at), "." | ";" | ":");
    let said = near.clone().take_while(|at| !mark(at)).any(made);
    let opened = small(at + 1, Small::Which) && said;
    (opened || made(at + 1)).then_some(several)
}

/// "Une autre l'unit à …", "deux autres ont été conclues": French words for another with no noun behind them.
fn stands_alone(passage: &Passage<'_>, vocabulary: &Vocabulary, at: usize, end: usize) -> bool {
    if at == 0 || !passage.says(at, Says::Other) {
        return false;
    }
    let counted = passage.numbers.iter().any(|number| number.tokens.end == at);
    // "onze autres du même type sont à l'étude".
    let like = vocabulary.is(passage, end + 1, &Meaning::Small(Small::Like));
    let end = end + if counted && like { 3 } else { 0 };
    let says = |at: usize, says| passage.says(at, says);
    let led = says(at - 1, Says::One) || says(at - 1, Says::OfVowel) || counted;
    let tied = vocabulary.at(passage, end).any(|(_, m)| {
        matches!(
            m,
            Meaning::Cue(Cue::With | Cue::Between | Cue::Sign | Cue::Plan | Cue::Will | Cue::Renew)
        )
    });
    let auxiliary = passage.is_small(end, Small::Have) || says(end, Says::Be);
    let verb = passage.is_article(end) || auxiliary && !says(end, Says::To);
    // "lié par une convention à A, et par une autre, plus ancienne, à B".
    if led && at > 1 && says(at - 2, Says::Through) {
        return true;
    }
    led && (tied || verb || passage.folded(end) == "," && counted)
}

/// The agreement that a sentence goes on with, where none is named in it: "Une autre l'unit à …".
pub(super) fn one_more(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    tokens: Range<usize>,
    before: &Agreement,
) -> Option<Agreement> {
    const FIRST: usize = 4;
    let end = tokens.end.min(tokens.start + FIRST);
    let first = (tokens.start..end).find_map(|at| another(passage, vocabulary, at, before));
    // "Il avait renouvelé celle qui l'unit à la Croix-Rouge".
    let mut behind = end..tokens.end;
    first.or_else(|| {
        let at = behind.find(|&at| echo::is_tied(passage, vocabulary, at))?;
        Some(one_like(before, at..at + 1, 1))
    })
}

fn read(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    at: usize,
    end: usize,
) -> Option<Agreement> {
    if !passage.may(at, Kinds::AGREEMENT)
        || is_guarded(passage, vocabulary, at)
        || in_name(passage, at)
    {
        return None;
    }
    let noun = vocabulary.first(passage, at, |meaning| match meaning {
        Meaning::Agreement {
            kind,
            strength,
            count,
        } => Some((*kind, *strength, *count)),
        Meaning::AgreementVerb(kind) => Some((*kind, Strength::Strong, VERB)),
        _ => None,
    });
    let (found, (kind, strength, count)) = noun?;
    // "ce nouvel accord": new when it was told, and that one.
    let small = |at: usize, class| passage.is_small(at, class);
    let renamed = at > 1 && small(at - 1, Small::Anew) && small(at - 2, Small::This);
    let mut agreement = Agreement {
        tokens: at..found.end as usize,
        kind,
        strength,
        definite: is_definite(passage, at, found.clitics),
        pointed: renamed
            || at > 0 && (small(at - 1, Small::This) || passage.says(at - 1, Says::Pointing)),
        owned: found.clitics.has(Clitics::PRONOUN) || at > 0 && small(at - 1, Small::Own),
        another: !renamed
            && [
                at.saturating_sub(1),
                found.end as usize,
                found.end as usize + 1,
            ]
            .into_iter()
            .any(|near| vocabulary.is(passage, near, &Meaning::Another))
            || is_said_of_another(passage, vocabulary, at),
        count: match count {
            VERB => 1,
            _ if found.clitics.has(Clitics::PLURAL) => 0,
            count => count,
        },
        verb: count == VERB,
        presumed: false,
        part: None,
    };
    // "signature de jumelage", توقيع توأمة: the second noun is the agreement.
    let leads = strength == Strength::Anaphor
        && (agreement.tokens.end..agreement.tokens.end + 2)
            .any(|next| is_strong(passage, vocabulary, next));
    // "Un troisième texte, avec l'institut, devrait suivre": one more, and none told before.
    let further = agreement.another && !agreement.definite && !agreement.pointed;
    if strength == Strength::Anaphor
        && further
        && (echo::is_bound(passage, vocabulary, agreement.tokens.end)
            || at > 0
                && passage.says(at - 1, Says::One)
                && vocabulary.is(passage, agreement.tokens.end, &Meaning::Another))
    {
        agreement.strength = Strength::Strong;
    }
    match passage.text.lang {
        _ if leads => {}
        Lang::Fr => kind_fr(passage, vocabulary, &mut agreement, end),
        Lang::Ar => kind_ar(passage, vocabulary, &mut agreement, end),
    }
    Some(agreement)
}

/// Whether a noun begins here that names an agreement by itself.
pub(super) fn is_strong(passage: &Passage<'_>, vocabulary: &Vocabulary, at: usize) -> bool {
    let strong = |meaning: &Meaning| matches!(meaning, Meaning::Agreement { strength, .. } if *strength == Strength::Strong);
    vocabulary
        .at(passage, at)
        .any(|(_, meaning)| strong(meaning))
}

/// Whether a guard covers the token: "convention collective", "d'un commun accord".
fn is_guarded(passage: &Passage<'_>, vocabulary: &Vocabulary, at: usize) -> bool {
    (at.saturating_sub(5)..=at).any(|first| {
        vocabulary
            .of(passage, first, Kinds::NOT_AGREEMENT)
            .any(|(found, meaning)| *meaning == Meaning::NotAgreement && found.end as usize > at)
    })
}

fn in_name(passage: &Passage<'_>, at: usize) -> bool {
    let before = passage
        .organisations
        .partition_point(|o| o.tokens.end <= at);
    passage
        .organisations
        .get(before)
        .is_some_and(|o| o.tokens.contains(&at))
}

fn is_definite(passage: &Passage<'_>, at: usize, clitics: Clitics) -> bool {
    const DEFINITE: [Small; 7] = [
        Small::Article,
        Small::Articles,
        Small::Contracted,
        Small::This,
        Small::Own,
        Small::Their,
        Small::Anew,
    ];
    let Some(before) = at.checked_sub(1) else {
        return clitics.has(Clitics::THE) || clitics.has(Clitics::PRONOUN);
    };
    match passage.text.lang {
        Lang::Ar => {
            clitics.has(Clitics::THE)
                || clitics.has(Clitics::PRONOUN)
                || passage.says(before, Says::Pointing)
                || passage.says(before, Says::Same)
        }
        Lang::Fr => DEFINITE
            .into_iter()
            .any(|class| passage.is_small(before, class)),
    }
}

/// Takes the kind where it is more specific than what is known.
pub(super) fn sharpen(agreement: &mut Agreement, kind: Kind) {
    if rank(kind) > rank(agreement.kind) {
        agreement.kind = kind;
    }
}

/// How specific a kind is: framework and memorandum win over the rest, then twinning, then
/// partnership, then cooperation.
pub(super) const fn rank(kind: Kind) -> u8 {
    match kind {
        Kind::Framework | Kind::Memorandum => 4,
        Kind::Twinning => 3,
        Kind::Partnership => 2,
        Kind::Cooperation => 1,
        Kind::Convention => 0,
    }
}

/// "convention-cadre", "accord bilatéral de coopération", "convention de partenariat cadre".
fn kind_fr(passage: &Passage<'_>, vocabulary: &Vocabulary, agreement: &mut Agreement, end: usize) {
    let mut at = agreement.tokens.end;
    let limit = end.min(at + 7);
    while at < limit {
        if let Some((found, kind)) = kind_at(passage, vocabulary, at) {
            sharpen(agreement, kind);
            if agreement.strength == Strength::Bare {
                agreement.strength = if kind == Kind::Framework {
                    Strength::Strong
                } else {
                    agreement.strength
                };
            }
            at = found;
            agreement.tokens.end = at;
        } else if passage.says(at, Says::Of)
            || passage.says(at, Says::And)
            || passage.is_small(at, Small::Article)
            || vocabulary.is_adjective(passage, at) && !passage.has(at, Shape::CAP)
        {
            at += 1;
        } else {
            break;
        }
    }
}

/// "اتفاقية توأمة", "الاتفاقية الإطار", "اتفاقية شراكة وتعاون".
fn kind_ar(passage: &Passage<'_>, vocabulary: &Vocabulary, agreement: &mut Agreement, end: usize) {
    let mut at = agreement.tokens.end;
    let limit = end.min(at + 3);
    while at < limit {
        if let Some((found, kind)) = kind_at(passage, vocabulary, at) {
            sharpen(agreement, kind);
            at = found;
            agreement.tokens.end = at;
        } else if passage.ends_as(at, Says::NationFeminine)
            && !in_name(passage, at)
            && vocabulary.at(passage, at).next().is_none()
        {
            at += 1;
        } else {
            break;
        }
    }
}

fn kind_at(passage: &Passage<'_>, vocabulary: &Vocabulary, at: usize) -> Option<(usize, Kind)> {
    let (found, kind) = vocabulary.first(passage, at, |meaning| match meaning {
        Meaning::AgreementKind(kind) => Some(*kind),
        _ => None,
    })?;
    Some((found.end as usize, kind))
}
