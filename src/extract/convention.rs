//! Merges the tellings of an article into conventions: which mentions speak of one agreement, who is
//! bound by it, and the state in which the article leaves it.

use jiff::civil::Date as Day;

use crate::record::fact::{Convention, Kind};
use crate::rules::lexicon::Lexicons;

use super::agreement::rank;
use super::completion::complete;
use super::enumeration;
use super::news::{day_of, firm, is_former, is_kept_up};
use super::passage::Passage;
use super::resolve::Cast;
use super::series;
use super::told::{Attachment, Number, Telling};
use super::twin::{differ, exists, fuse};
use super::vocabulary::{Cue, Strength, Vocabulary};

/// One agreement of the article, gathered from its tellings.
#[derive(Debug, Clone)]
pub(super) struct Gathered {
    /// The most specific kind told.
    pub(super) kind: Kind,
    /// Entities bound by it.
    pub(super) parties: Vec<usize>,
    /// How they were found.
    pub(super) attachment: Attachment,
    /// Positions of its tellings.
    pub(super) tellings: Vec<usize>,
    /// One of them speaks of a plan.
    pub(super) planned: bool,
    /// One of a series, told by its place in it.
    pub(super) part: bool,
}

/// What an article tells, as far as it was read.
#[derive(Clone, Copy)]
pub(super) struct Story<'a> {
    /// Body and title.
    pub(super) passages: [&'a Passage<'a>; 2],
    /// Who appears.
    pub(super) cast: &'a Cast,
    /// The mentions of agreements.
    pub(super) tellings: &'a [Telling],
    /// The day of publication.
    pub(super) published: Option<Day>,
    /// Names the places.
    pub(super) lexicons: &'a Lexicons,
    /// What the words mean.
    pub(super) vocabulary: &'a Vocabulary,
}

/// The agreements before a telling that it may speak of, and the names on either side of an agreement that may
/// be its parties: more than any article tells, so that the worst text costs no more than its length.
pub(super) const MEMORY: usize = 256;

/// Turns tellings into conventions, in order of first evidence.
pub(super) fn conventions(story: &Story<'_>) -> Vec<Convention> {
    let tellings = story.tellings;
    let mut gathered: Vec<Gathered> = Vec::new();
    for (position, telling) in tellings.iter().enumerate() {
        assign(&mut gathered, telling, position, tellings);
    }
    series::sum_up(&mut gathered, tellings);
    for at in 0..gathered.len() {
        let (before, rest) = gathered.split_at_mut(at);
        if let Some(agreement) = rest.first_mut() {
            complete(agreement, &before[at.saturating_sub(MEMORY)..], story);
        }
    }
    for agreement in &mut gathered {
        let Story {
            passages,
            cast,
            vocabulary,
            ..
        } = *story;
        let told = agreement.tellings.iter().map(|&at| &*tellings[at].parties);
        enumeration::expand(&mut agreement.parties, &told, passages, cast, vocabulary);
    }
    keep(&mut gathered, tellings);
    let mut gathered = fuse(gathered, tellings);
    series::part(&mut gathered, tellings);
    gathered
        .iter()
        .map(|agreement| story.render(agreement))
        .collect()
}

/// Keeps what exists between two parties at least; where there is no such thing, the one agreement whose signature
/// is told without its parties.
fn keep(gathered: &mut Vec<Gathered>, tellings: &[Telling]) {
    let full = |agreement: &Gathered| agreement.parties.len() >= 2;
    let partial = gathered.iter().all(|agreement| !full(agreement));
    gathered.retain(|agreement| {
        exists(agreement, tellings)
            && (full(agreement)
                || partial && is_signed(agreement, tellings)
                || is_halfway(agreement, tellings))
    });
    if partial
        && !gathered
            .iter()
            .any(|agreement| is_halfway(agreement, tellings))
    {
        gathered.truncate(1);
    }
}

/// Whether the signature is told with one party alone: "l'hôpital a signé un accord avec des partenaires étrangers".
fn is_halfway(agreement: &Gathered, tellings: &[Telling]) -> bool {
    agreement.parties.len() == 1
        && agreement.attachment <= Attachment::Subject
        && agreement.tellings.first().is_some_and(|&at| {
            let first = &tellings[at];
            first.agreement.strength == Strength::Strong
                && first.attachment <= Attachment::Subject
                && !first.agreement.definite
                && !first.agreement.verb
                && first
                    .cues
                    .iter()
                    .any(|cue| matches!(cue, Cue::Sign | Cue::Vote))
        })
}

/// Whether the first telling is the news of a signature: "trois conventions ont été signées hier".
fn is_signed(agreement: &Gathered, tellings: &[Telling]) -> bool {
    agreement.tellings.first().is_some_and(|&at| {
        let first = &tellings[at];
        first.agreement.strength == Strength::Strong
            && !first.agreement.definite
            && !first.under
            && (first.date.is_some() || first.number != Number::One)
            && first.cues.contains(&Cue::Sign)
    })
}

/// Puts a telling to the agreement that it speaks of, or opens a new one.
fn assign(gathered: &mut Vec<Gathered>, telling: &Telling, position: usize, tellings: &[Telling]) {
    // "trois conventions signées" heads an article that tells them one by one.
    let summed = matches!(telling.number, Number::Said(..) | Number::Several);
    if telling.passage == 1 && summed && gathered.len() > 1 {
        return;
    }
    if telling.agreement.part.is_some()
        && let Some(whole) = gathered
            .iter_mut()
            .rev()
            .take(MEMORY)
            .find(|agreement| is_plural(agreement, tellings))
    {
        whole.tellings.push(position);
        return;
    }
    if let Some(at) = series::told_apart(gathered, position, tellings) {
        gathered[at].tellings.push(position);
        gathered[at].planned |= telling.cues.contains(&Cue::Plan);
        return;
    }
    let known = gathered
        .iter()
        .enumerate()
        .rev()
        .take(MEMORY)
        .filter_map(|(at, agreement)| Some((affinity(agreement, telling, tellings)?, at)))
        // A title tells of the agreement that the body begins with.
        .max_by_key(|&(fits, at)| {
            (
                fits,
                if telling.passage == 1 {
                    usize::MAX - at
                } else {
                    at
                },
            )
        });
    if let Some((_, at)) = known {
        take(&mut gathered[at], telling, position, tellings);
        return;
    }
    // "a examiné la coopération entre les deux pays" speaks of goodwill.
    let goodwill = telling.agreement.strength == Strength::Bare && telling.agreement.definite;
    let spoken = telling.cues.iter().any(|cue| match cue {
        Cue::Sign | Cue::Renew | Cue::End => true,
        Cue::Plan | Cue::Vote => !goodwill,
        _ => false,
    });
    let opens = telling.agreement.strength == Strength::Strong
        || telling.attachment == Attachment::Rule
        || is_kept_up(telling)
        || (spoken || telling.under) && telling.attachment < Attachment::Nearby;
    let taken_up = telling.agreement.pointed && !gathered.is_empty();
    // "Par le premier texte, signé lundi, A et B …": one of a series that was not counted.
    let listed = telling.agreement.part.is_some()
        && telling.parties.len() > 1
        && telling.attachment <= Attachment::Subject;
    let named = telling.agreement.strength != Strength::Anaphor && !taken_up;
    if opens && (named || listed) {
        // "وقعت الأطراف الأربعة اتفاقية ثانية": as many as signed the one before.
        let same = gathered.last().filter(|before| {
            telling.attachment == Attachment::Body
                && telling.agreement.another
                && before.attachment < Attachment::Body
                && before.parties.len() == telling.parties.len()
        });
        let parties = same
            .map_or(&telling.parties, |before| &before.parties)
            .clone();
        gathered.push(Gathered {
            kind: telling.agreement.kind,
            parties,
            attachment: telling.attachment,
            tellings: vec![position],
            planned: telling.cues.contains(&Cue::Plan),
            part: false,
        });
    }
}

/// Adds what a telling says to the agreement that it speaks of.
fn take(agreement: &mut Gathered, telling: &Telling, position: usize, tellings: &[Telling]) {
    agreement.tellings.push(position);
    agreement.planned |= telling.cues.contains(&Cue::Plan);
    // "ouvre une nouvelle ère de coopération" says nothing of the protocol's kind.
    let named = telling.agreement.strength != Strength::Bare
        || telling.agreement.pointed
        || telling.under
        || agreement.attachment == Attachment::Nearby
            && !(telling.parties.is_empty() && telling.cues.is_empty() && telling.passage == 0)
        || firm(telling);
    if named && rank(telling.agreement.kind) > rank(agreement.kind) {
        agreement.kind = telling.agreement.kind;
    }
    let surer = telling.attachment < agreement.attachment && telling.parties.len() >= 2;
    let more = telling.attachment <= Attachment::With && !telling.agreement.pointed;
    if surer || agreement.parties.len() < 2 {
        let mut old = std::mem::replace(&mut agreement.parties, telling.parties.clone());
        // "Le conseil a voté une convention …. Devant être paraphée par A, B et C": the council is none of them.
        let voted = agreement.tellings.iter().all(|&at| {
            at == position
                || tellings[at].cues.contains(&Cue::Vote)
                    && tellings[at].attachment >= Attachment::Subject
        });
        if voted && telling.parties.len() > 2 && telling.attachment <= Attachment::By {
            old.clear();
        }
        let others = old
            .into_iter()
            .filter(|entity| !telling.parties.contains(entity));
        agreement.parties.extend(others);
        // "Il sera formalisé en mars" names nobody, and tells no other way who is bound.
        if surer || !telling.parties.is_empty() {
            agreement.attachment = telling.attachment;
        }
    } else if more
        && agreement
            .parties
            .iter()
            .all(|entity| telling.parties.contains(entity))
    {
        agreement.parties.clone_from(&telling.parties);
    }
}

/// Whether an agreement was told as several: "trois conventions", "une série d'accords".
fn is_plural(agreement: &Gathered, tellings: &[Telling]) -> bool {
    agreement
        .tellings
        .iter()
        .map(|&at| &tellings[at])
        .any(|told| told.number != Number::One && told.agreement.strength != Strength::Anaphor)
}

/// Whether a telling speaks of another agreement by what it says of it, whoever is bound.
fn contrasts(agreement: &Gathered, telling: &Telling, tellings: &[Telling], new: bool) -> bool {
    if telling.agreement.another && telling.passage == 0 {
        return true;
    }
    if new && telling.cues.contains(&Cue::Plan) && !agreement.planned {
        return true;
    }
    // "Liés par un jumelage, A et B ont signé un accord de coopération": of another kind, in one sentence.
    let beside = agreement.tellings.last().is_some_and(|&at| {
        let last = &tellings[at];
        last.passage == telling.passage
            && last.sentence == telling.sentence
            && last.agreement.strength == Strength::Strong
            && !last.agreement.verb
    });
    let specific = |kind: Kind| rank(kind) > 0;
    if new
        && beside
        && telling.agreement.kind != agreement.kind
        && specific(telling.agreement.kind)
        && specific(agreement.kind)
        && telling.cues.contains(&Cue::Sign)
    {
        return true;
    }
    if new
        && differ(
            telling.number,
            agreement.tellings.first().map(|at| tellings[*at].number),
        )
    {
        return true;
    }
    let several = |at: &usize| tellings[*at].number != Number::One;
    let summed = agreement.parties.len() < 2 && agreement.tellings.first().is_some_and(several);
    let kept = |cue: &Cue| matches!(cue, Cue::Renew | Cue::End);
    // What is to be signed is not what is renewed in the same breath.
    let plans = |cue: &Cue| matches!(cue, Cue::Plan | Cue::Vote);
    if agreement.planned
        && telling.passage == 0
        && telling.cues.contains(&Cue::Renew)
        && !telling.cues.iter().any(plans)
    {
        return true;
    }
    let single = telling.number == Number::One && telling.parties.len() >= 2;
    summed && single && (new || telling.cues.iter().any(kept))
}

/// "L'accord de coopération avec le 5e Hôpital": with somebody whose name nobody knows, and of another kind.
fn is_of_unknown(agreement: &Gathered, telling: &Telling) -> bool {
    telling.parties.is_empty()
        && telling.cues.contains(&Cue::With)
        && telling.agreement.strength == Strength::Strong
        && telling.agreement.kind != agreement.kind
        && rank(telling.agreement.kind) > 0
        && telling.passage == 0
        && !telling.agreement.pointed
        && agreement.attachment <= Attachment::With
}

/// How well a telling fits an agreement; nothing where it speaks of another.
fn affinity(agreement: &Gathered, telling: &Telling, tellings: &[Telling]) -> Option<u8> {
    // "Un partenariat avec la Chaîne de l'espoir doit être conclu": another than the convention told before.
    let opened = telling.agreement.strength == Strength::Bare
        && telling.attachment == Attachment::With
        && telling.agreement.kind != agreement.kind
        && firm(telling);
    let new = !telling.agreement.definite
        && (telling.agreement.strength == Strength::Strong || opened)
        && telling.passage == 0;
    if contrasts(agreement, telling, tellings, new) {
        return None;
    }
    if is_of_unknown(agreement, telling) {
        return None;
    }
    let shared = telling
        .parties
        .iter()
        .filter(|entity| agreement.parties.contains(entity))
        .count();
    let strange = telling.parties.len() - shared;
    let missing = agreement.parties.len() - shared;
    let sure = telling.attachment <= Attachment::With && telling.parties.len() >= 2;
    let same_kind = telling.agreement.kind == agreement.kind;
    let loose = telling.agreement.kind == Kind::Convention
        || agreement.kind == Kind::Convention
        || telling.agreement.strength != Strength::Strong;
    if !same_kind && !loose && !(shared >= 2 && strange == 0 && missing == 0) {
        return None;
    }
    let title = telling.passage == 1 && shared > 0;
    // "ces conventions ont été signées, pour le Nord, par …": who else signed those told before.
    // "L'accord a été signé par la présidente du Conseil régional …": who signed the one just told.
    let just_told = agreement.tellings.last().is_some_and(|&at| {
        let last = &tellings[at];
        last.passage == telling.passage && last.sentence + 1 == telling.sentence
    });
    let by = telling.attachment == Attachment::By
        || telling.attachment == Attachment::Rule && telling.cues.contains(&Cue::By);
    let signed = shared > 0 && by && telling.number == Number::One;
    let taken_up = telling.agreement.pointed
        || telling.agreement.definite && signed && just_told
        || telling.agreement.definite
            && telling.number == Number::Several
            && is_plural(agreement, tellings);
    if sure && agreement.parties.len() >= 2 && strange > 0 && missing > 0 && !title {
        return taken_up.then_some(0);
    }
    if sure
        && shared == 0
        && agreement.parties.len() == 1
        && agreement.attachment <= Attachment::With
    {
        return None;
    }
    // "un accord l'avait lié à la polyclinique", then "le partenariat noué avec le CHU": each with another.
    let halved = telling.parties.len() == 1
        && telling.attachment <= Attachment::With
        && shared == 0
        && !agreement.parties.is_empty()
        && agreement.attachment <= Attachment::Subject
        && !telling.agreement.pointed
        && telling.passage == 0;
    // "Le jumelage a pris fin. … ont paraphé une convention de jumelage": what is over is not signed.
    let over = agreement.tellings.iter().all(|&at| {
        let cues = &tellings[at].cues;
        cues.contains(&Cue::End) && !cues.contains(&Cue::Renew)
    });
    // "a signé lundi un protocole avec A; le lendemain, il concluait avec B une convention".
    let day = |at: &usize| day_of(&tellings[*at]);
    let other_day = day_of(telling).is_some_and(|own| {
        let mut days = agreement.tellings.iter().filter_map(day);
        days.next().is_some_and(|first| first != own)
    });
    let anew = new && (over || other_day) && shared < 2 && telling.cues.contains(&Cue::Sign);
    let work = telling.under && telling.attachment == Attachment::With;
    let former = is_former(telling, &agreement.tellings, tellings);
    if anew || former || halved && (firm(telling) || work) {
        return None;
    }
    // "A et B ont mis fin à leur convention": two of their own, neither of those bound before.
    let strangers = telling.attachment == Attachment::Subject
        && telling.parties.len() >= 2
        && agreement.parties.len() >= 2
        && shared == 0
        && !same_kind
        && !telling.agreement.pointed
        && telling.passage == 0;
    if strangers && firm(telling) {
        return None;
    }
    let fits = shared as u8 * 10 + u8::from(same_kind) * 5;
    // "la signature d'une convention avec l'hôpital de Pau", then "une convention entre celui de Gafsa et lui".
    let halved = agreement.parties.len() == 1 && missing == 0 && same_kind;
    if halved && agreement.attachment == Attachment::With && telling.number == Number::One {
        return Some(fits);
    }
    if shared >= 2 || telling.parties.is_empty() || agreement.parties.is_empty() {
        return Some(fits + u8::from(telling.agreement.definite) * 2);
    }
    (telling.agreement.definite
        || telling.agreement.strength != Strength::Strong
        || telling.passage == 1
        || shared >= 1 && !sure)
        .then_some(fits)
}
