//! Gives an agreement that is told with fewer than two parties those that stand nearest to it.

use crate::record::fact::Kind;

use super::convention::{Gathered, MEMORY, Story};
use super::news::{is_former, is_halved, is_kept_up};
use super::pronoun;
use super::resolve::Cast;
use super::role::stands_as_place;
use super::told::{Attachment, Number, Telling};
use super::vocabulary::{Cue, Strength};

/// Gives an agreement with fewer than two parties those that stand nearest to it.
///
/// One that is said to be another than those told before has their parties ("deux autres accords sont à l'étude"), or
/// with one party of its own is one more of who signed them.
pub(super) fn complete(agreement: &mut Gathered, told: &[Gathered], story: &Story<'_>) {
    let Story { cast, tellings, .. } = *story;
    let Some(first) = agreement.tellings.first().map(|&at| &tellings[at]) else {
        return;
    };
    let strong = agreement.tellings.iter().any(|&at| {
        let telling = &tellings[at];
        telling.agreement.strength == Strength::Strong || is_kept_up(telling)
    });
    let halved = agreement
        .tellings
        .iter()
        .any(|&at| is_halved(&tellings[at]));
    // "deux conventions, l'une avec A, l'autre avec B": of one more body, who signed both.
    if is_of_host(agreement, story) {
        return;
    }
    let many = match first.number {
        Number::Said(count, _) => usize::try_from(count).unwrap_or(usize::MAX),
        _ => 1,
    };
    let ownerless = agreement.attachment == Attachment::With && agreement.parties.len() == many;
    if agreement.parties.len() >= 2 && !ownerless || !strong && !halved {
        return;
    }
    if agreement.parties.is_empty() && !is_told_of(agreement, tellings) {
        return;
    }
    // "La caisse a trois partenaires : A, B et C. Les trois conventions ont été signées dimanche".
    if let Number::Said(count, _) = first.number
        && agreement.parties.len() < 2
        && let Some(bodies) = counted(first, count, story)
    {
        agreement.parties = bodies;
        agreement.attachment = Attachment::Nearby;
        return;
    }
    let wanted = agreement.parties.len().max(1) + 1;
    // "les quatre parties ont signé une autre convention": those of the one before.
    if agreement.parties.is_empty()
        && first.cues.contains(&Cue::Body)
        && let Some(before) = told.last()
    {
        agreement.parties.clone_from(&before.parties);
        return;
    }
    if agreement.parties.len() == 1
        && first.agreement.another
        && let Some(hero) = protagonist(told, cast)
        && !agreement.parties.contains(&hero)
    {
        agreement.parties.insert(0, hero);
        return;
    }
    let known = told
        .iter()
        .rev()
        .find(|other| other.parties.len() >= 2 && other.attachment < Attachment::Nearby);
    if agreement.parties.is_empty()
        && let Some(known) = known
    {
        let former = is_former(first, &known.tellings, tellings);
        if (first.agreement.another || former) && first.passage == 0 {
            agreement.parties.clone_from(&known.parties);
            agreement.attachment = Attachment::Nearby;
        }
        return;
    }
    // "un accord entre les autorités des deux pays": those bound are told, and by no name.
    let taken_up = |cue: &Cue| matches!(cue, Cue::Body | Cue::Hospitals);
    if agreement.parties.is_empty()
        && first.cues.contains(&Cue::Between)
        && !first.cues.iter().any(taken_up)
    {
        return;
    }
    if is_of_protagonist(agreement, told, cast) {
        return;
    }
    let mut near = near(agreement, first, strong, story);
    // "L'agence a paraphé une convention avec la chaîne Santé TV": with somebody whose name nobody knows.
    if first.attachment == Attachment::Subject && first.cues.contains(&Cue::With) {
        near.retain(|near| !near.after);
    }
    // "La convention avec A a pris fin. Des pourparlers sont engagés avec B": of whom all of it is told.
    if let Some(hero) = protagonist(told, cast).filter(|_| agreement.parties.len() == 1) {
        let bound = |entity: &usize| told.iter().any(|other| other.parties.contains(entity));
        let other = near.first().is_some_and(|near| {
            (near.way > 0 || near.after) && near.entity != hero && bound(&near.entity)
        });
        if other && !agreement.parties.contains(&hero) {
            agreement.parties.push(hero);
            agreement.attachment = Attachment::Nearby;
        }
    }
    for Near { entity, .. } in near {
        if agreement.parties.len() < wanted && !agreement.parties.contains(&entity) {
            agreement.parties.push(entity);
            agreement.attachment = Attachment::Nearby;
        }
    }
}

/// "Il y avait un jumelage avec l'hôpital Sahloul": in an interview, that of the house of whom is asked, which it gets.
fn is_of_host(agreement: &mut Gathered, story: &Story<'_>) -> bool {
    if agreement.parties.len() != 1 || agreement.attachment != Attachment::With {
        return false;
    }
    let host = pronoun::host(story).filter(|host| !agreement.parties.contains(host));
    if let Some(host) = host {
        agreement.parties.insert(0, host);
    }
    host.is_some()
}

/// One more of whom most of the agreements told so far are, which it gets.
fn is_of_protagonist(agreement: &mut Gathered, told: &[Gathered], cast: &Cast) -> bool {
    if agreement.parties.len() != 1 || agreement.attachment != Attachment::With {
        return false;
    }
    let hero = protagonist(told, cast).filter(|hero| {
        let times = told.iter().filter(|other| other.parties.contains(hero));
        times.count() > 1 && !agreement.parties.contains(hero)
    });
    if let Some(hero) = hero {
        agreement.parties.insert(0, hero);
    }
    hero.is_some()
}

/// The bodies of the sentence of several agreements, or of the one before: one, and another for each of them.
fn counted(first: &Telling, count: u64, story: &Story<'_>) -> Option<Vec<usize>> {
    let passage = story.passages[first.passage];
    let sentences = [Some(first.sentence), first.sentence.checked_sub(1)];
    sentences.into_iter().flatten().find_map(|sentence| {
        let tokens = passage.text.sentences.get(sentence)?.tokens.clone();
        let mut bodies = Vec::new();
        for mention in passage.organisations_in(tokens) {
            let entity = story.cast.of[first.passage][mention]?;
            let found = &story.cast.entities[entity];
            if !found.office && !found.weak && !bodies.contains(&entity) {
                bodies.push(entity);
            }
        }
        (bodies.len() as u64 == count + 1).then_some(bodies)
    })
}

/// A body that stands near an agreement; the best comes first in their order.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Near {
    /// Behind the agreement.
    after: bool,
    /// It tells where something is.
    place: bool,
    /// Sentences between.
    way: usize,
    start: usize,
    entity: usize,
}

/// The bodies around the first telling of an agreement that may be bound by it.
fn near(agreement: &Gathered, first: &Telling, strong: bool, story: &Story<'_>) -> Vec<Near> {
    let cast = story.cast;
    let passage = story.passages[first.passage];
    let token = first.agreement.tokens.start;
    let own = passage.text.sentence_of(token);
    let with = !agreement.parties.is_empty() && agreement.attachment == Attachment::With;
    let mut near = Vec::new();
    let here = passage
        .organisations
        .partition_point(|o| o.tokens.start <= token);
    let around = here.saturating_sub(MEMORY)..passage.organisations.len().min(here + MEMORY);
    for position in around {
        let Some(entity) = cast.of[first.passage][position] else {
            continue;
        };
        let found = &cast.entities[entity];
        let named = &passage.organisations[position];
        let start = named.tokens.start;
        let place = stands_as_place(passage, start, named.clitics);
        // In a sentence before, the subject comes first.
        let way = passage.text.sentence_of(start).abs_diff(own);
        let after = start > token;
        let told_before = way <= 2 && !after;
        // "la signature d'une convention avec l'hôpital, soutenue par l'association".
        let quoted = || (token..start).any(|at| matches!(passage.folded(at), "»" | "\""));
        let aside = with && way == 0 && after && !quoted();
        if !found.office && !found.weak && !aside && (strong || told_before) {
            near.push(Near {
                after,
                place,
                way,
                start,
                entity,
            });
        }
    }
    near.sort_unstable();
    near
}

/// Whether something says that there is an agreement: "في انتظار اتفاق على الأرض" does not, nor who is bound.
fn is_told_of(agreement: &Gathered, tellings: &[Telling]) -> bool {
    agreement.tellings.iter().any(|&at| {
        let telling = &tellings[at];
        telling.under
            || telling.agreement.definite
            || telling.agreement.another
            || telling.agreement.kind != Kind::Convention
            || telling
                .cues
                .iter()
                .any(|cue| matches!(cue, Cue::Sign | Cue::Renew | Cue::Vote))
    })
}

/// Who is bound by most of the agreements told so far, and of those the one named first.
fn protagonist(told: &[Gathered], cast: &Cast) -> Option<usize> {
    let parties = told.iter().flat_map(|agreement| &agreement.parties);
    let times = |entity: usize| {
        let bound = |agreement: &&Gathered| agreement.parties.contains(&entity);
        told.iter().filter(bound).count()
    };
    parties.copied().min_by_key(|&entity| {
        let first = cast.entities[entity].mentions.first().copied();
        (std::cmp::Reverse(times(entity)), first)
    })
}
