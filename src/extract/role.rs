//! Says what each organisation of a sentence has to do with the agreement told there: bound by it,
//! presiding over it, speaking of it, or only the place where it happens.

use std::ops::Range;

use crate::record::Lang;
use crate::rules::lexicon::Clitics;

use super::form::Says;
use super::organisation::Organisation;
use super::passage::Passage;
use super::sign::Sign;
use super::small::Small;
use super::vocabulary::{Cue, Vocabulary};

/// What a name does in its sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// Nothing says; the subject of a verb of signing is one of these.
    Neutral,
    /// After "entre", "lie", بين, تربط.
    Between,
    /// After "avec", مع.
    With,
    /// After "par", "au nom de", من طرف.
    By,
    /// Presides or attends.
    Patron,
    /// Speaks.
    Source,
    /// A place.
    Site,
    /// Named in what the agreement is about: "portant sur la réfection de l'hôpital".
    Matter,
}

/// One organisation of a sentence with its role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    /// Position among the passage's organisations.
    pub(super) mention: usize,
    /// First token.
    pub(super) token: usize,
    /// What it does.
    pub(super) role: Role,
}

/// Longest stretch between two names of one list, in tokens.
const LIST_GAP: usize = 14;

/// The roles of the organisations of a sentence, in order.
pub(super) fn roles(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    signs: &[Sign],
    sentence: Range<usize>,
) -> Vec<Slot> {
    let mut slots: Vec<Slot> = Vec::new();
    let mut state = State {
        role: Role::Neutral,
        since: sentence.start,
        taken: 0,
        stand: 0,
    };
    let begin = sentence.start;
    let mut signs = signs
        .iter()
        .filter(|sign| sign.tokens.start >= begin)
        .peekable();
    for mention in passage.organisations_in(sentence) {
        let organisation = &passage.organisations[mention];
        let token = organisation.tokens.start;
        while let Some(sign) = signs.next_if(|sign| sign.tokens.start < token) {
            take_up(passage, &mut slots, sign);
            state.hear(sign);
            // "parapher avec elle un accord, et la Fondation …": the one with whom it is has been told.
            if sign.cue == Cue::With && passage.is_small(sign.tokens.end, Small::Pronoun) {
                state.role = Role::Neutral;
            }
        }
        if (state.taken > 0 || state.role == Role::By)
            && matches!(state.role, Role::With | Role::By | Role::Between)
            && follows_comma(passage, token)
            && acts(passage, vocabulary, mention)
        {
            state.role = Role::Neutral;
        }
        let last = slots
            .last()
            .map(|slot| passage.organisations[slot.mention].tokens.end);
        let role = state.role_of(
            passage,
            organisation.office,
            token,
            last,
            organisation.clitics,
        );
        // "بولايات أدرار وتيميمون": all of them are places.
        let listed = slots.last().is_some_and(|before| {
            before.role == Role::Site
                && before.mention + 1 == mention
                && passage.organisations[before.mention].part
        });
        let role = if listed && organisation.part && passage.text.lang == Lang::Ar
            || is_gloss(passage, organisation)
        {
            Role::Site
        } else {
            role
        };
        slots.push(Slot {
            mention,
            token,
            role,
        });
    }
    for sign in signs {
        take_up(passage, &mut slots, sign);
    }
    for at in 0..slots.len() {
        if slots[at].role == Role::Between
            && let Some(last) = last_of_list(passage, slots[at].mention)
            && let Some(slot) = slots[at..].iter_mut().find(|slot| slot.mention == last)
        {
            slot.role = Role::Between;
        }
    }
    slots
}

/// "entre A, fondée en 2017 et présidée par M. X, et B": the name that closes a list whose names are told more of.
pub(super) fn last_of_list(passage: &Passage<'_>, mention: usize) -> Option<usize> {
    const LONGEST: usize = 40;
    let end = passage.organisations[mention].tokens.end;
    let article = |at: usize| passage.is_article(at);
    let and = |at: usize| passage.says(at, Says::And);
    let first = passage.organisations[mention].tokens.start;
    let before = first.checked_sub(1)?;
    let before = before.checked_sub(usize::from(article(before)))?;
    if passage.text.lang != Lang::Fr || passage.folded(end) != "," || and(before) {
        return None;
    }
    let sentence = &passage.text.sentences[passage.text.sentence_of(end)].tokens;
    let reach = end + 1..sentence.end.min(end + LONGEST);
    let next = passage.organisations_in(reach);
    next.into_iter().find(|&at| {
        let organisation = &passage.organisations[at];
        let own = organisation.tokens.start;
        let last = own - 1 - usize::from(article(own - 1));
        let closes = and(last) && passage.folded(last - 1) == ",";
        closes && last > end + 1 && !organisation.office
    })
}

/// "le CHU de Sousse, avec lequel l'hôpital est jumelé": the name right before is a party.
fn take_up(passage: &Passage<'_>, slots: &mut [Slot], sign: &Sign) {
    const NEAR: usize = 2;
    const LISTED: usize = 4;
    let plural = passage.ends_as(sign.tokens.end - 1, Says::Plural);
    let mut limit = sign.tokens.start;
    let mut reach = NEAR;
    for slot in slots.iter_mut().rev().filter(|_| sign.cue == Cue::Which) {
        let end = passage.organisations[slot.mention].tokens.end;
        if end + reach <= limit {
            break;
        }
        slot.role = Role::With;
        // "du CHU, de l'EPH et de l'EHS, avec lesquels …": all of the list.
        if !plural {
            break;
        }
        (limit, reach) = (slot.token, LISTED + 1);
    }
}

/// "l'EPH de Sidi Ghiles (wilaya de Tipasa)", "dans la wilaya de Mila": a territory that says where something is.
pub(super) fn is_gloss(passage: &Passage<'_>, organisation: &Organisation) -> bool {
    let first = organisation.tokens.start;
    let article = first > 0 && passage.is_article(first - 1);
    let before = first.checked_sub(1 + usize::from(article));
    &*organisation.class == "local_authority"
        && before.is_some_and(|before| {
            passage.folded(before) == "(" || passage.says(before, Says::Within)
        })
}

/// ", l'hôpital": a name right behind a comma.
pub(super) fn follows_comma(passage: &Passage<'_>, token: usize) -> bool {
    let article = token > 0 && passage.is_article(token - 1);
    let before = token.checked_sub(1 + usize::from(article));
    before.is_some_and(|before| passage.folded(before) == ",")
}

/// The token behind a name and what says where it is: "l'EPH de Sidi Ghiles (wilaya de Tipasa)".
fn past_gloss(passage: &Passage<'_>, mention: usize) -> usize {
    const GLOSS: usize = 8;
    let end = passage.organisations[mention].tokens.end;
    let gloss = (passage.folded(end) == "(")
        .then(|| (end + 1..end + GLOSS).find(|&at| passage.folded(at) == ")"));
    gloss.flatten().map_or(end, |close| close + 1)
}

/// "…, l'hôpital a signé", "…, l'hôpital en a signé un": what a verb right behind a name tells is done by it.
pub(super) fn acts(passage: &Passage<'_>, vocabulary: &Vocabulary, mention: usize) -> bool {
    let end = past_gloss(passage, mention);
    let end = end + usize::from(passage.is_small(end, Small::Thereof));
    passage.is_small(end, Small::Have)
        || passage.is_small(end, Small::Acts)
        || end < passage.text.tokens.len() && vocabulary.is_future(passage, end)
        || passage.ends_as(end, Says::Imperfect)
}

/// "…, l'hôpital et l'institut ont signé": likewise, by it or with the one joined to it.
pub(super) fn act(passage: &Passage<'_>, vocabulary: &Vocabulary, mention: usize) -> bool {
    let joined = || {
        let end = past_gloss(passage, mention);
        let first = end + 1 + usize::from(passage.is_article(end + 1));
        let mut behind = (mention + 1..passage.organisations.len()).take(2);
        let next = behind.find(|&next| passage.organisations[next].tokens.start == first)?;
        passage.says(end, Says::And).then_some(next)
    };
    acts(passage, vocabulary, mention)
        || joined().is_some_and(|next| acts(passage, vocabulary, next))
}

struct State {
    role: Role,
    since: usize,
    taken: usize,
    /// The token after the last word that says who stands for a body.
    stand: usize,
}

impl State {
    /// Whether those bound are named: two between whom it is, one with whom.
    const fn is_told(&self) -> bool {
        match self.role {
            Role::Between => self.taken > 1,
            Role::With | Role::By => self.taken > 0,
            _ => false,
        }
    }

    fn hear(&mut self, sign: &Sign) {
        const DELEGATES: usize = 3;
        // "بحضور ممثلين عن الجامعة": of whom those are who attend.
        let attended = self.role == Role::Patron && self.taken == 0;
        if attended && sign.cue == Cue::By && sign.tokens.start <= self.since + DELEGATES {
            return;
        }
        let role = match sign.cue {
            Cue::Stand => {
                self.stand = sign.tokens.end;
                return;
            }
            Cue::Between | Cue::Tie => Role::Between,
            Cue::With => Role::With,
            Cue::By => Role::By,
            Cue::Patron => Role::Patron,
            Cue::Source => Role::Source,
            Cue::Site => Role::Site,
            Cue::Which => Role::Neutral,
            Cue::Subject if self.is_told() => Role::Matter,
            Cue::Sign | Cue::Renew
                if matches!(self.role, Role::Patron | Role::Source | Role::Site) =>
            {
                Role::Neutral
            }
            _ => return,
        };
        *self = Self {
            role,
            since: sign.tokens.end,
            taken: 0,
            stand: self.stand,
        };
    }

    fn role_of(
        &mut self,
        passage: &Passage<'_>,
        office: bool,
        token: usize,
        last: Option<usize>,
        clitics: Clitics,
    ) -> Role {
        // "جامعة لخضر ممثلة في عميد كلية الطب": the faculty stands for the university.
        if self.stand > 0 && token < self.stand + 3 && !has_comma(passage, self.stand..token) {
            return Role::Site;
        }
        let since = if self.taken == 0 {
            self.since
        } else {
            last.unwrap_or(self.since)
        };
        let gap = token.saturating_sub(since);
        let listed = gap <= LIST_GAP;
        let role = match self.role {
            Role::Patron if self.taken == 0 && listed || office => Role::Patron,
            Role::Patron if gap <= 3 && !has_comma(passage, since..token) => Role::Patron,
            Role::Site if self.taken == 0 && gap <= 4 => Role::Site,
            Role::With | Role::By if self.taken > 0 && is_purpose(passage, since..token) => {
                return Role::Matter;
            }
            Role::Between | Role::With | Role::By | Role::Source | Role::Matter if listed => {
                self.role
            }
            _ => Role::Neutral,
        };
        if role != self.role {
            self.role = Role::Neutral;
        }
        self.taken += 1;
        if clearly_place(passage, token) {
            return Role::Site;
        }
        if matches!(role, Role::Neutral | Role::Source | Role::By)
            && stands_as_place(passage, token, clitics)
        {
            return Role::Site;
        }
        role
    }
}

/// "avec le ministère, pour l'équipement de l'hôpital": what it is for names no other party.
fn is_purpose(passage: &Passage<'_>, gap: Range<usize>) -> bool {
    let mut words = gap.clone();
    let opens = words.find(|&at| passage.says(at, Says::For));
    opens.is_some_and(|at| !(at..gap.end).any(|at| passage.says(at, Says::And)))
}

fn has_comma(passage: &Passage<'_>, tokens: Range<usize>) -> bool {
    tokens
        .into_iter()
        .any(|at| matches!(passage.folded(at), "," | "،" | ";" | "؛"))
}

/// "dans la wilaya de …", في: a place whatever the construction.
fn clearly_place(passage: &Passage<'_>, token: usize) -> bool {
    let article = token > 0 && passage.is_article(token - 1);
    let before = token.checked_sub(1 + usize::from(article));
    before.is_some_and(|before| is_inside(passage, before))
}

/// "à l'hôpital", "au CHU", "dans les EPH", بالمستشفى: where something happens.
pub(super) fn stands_as_place(passage: &Passage<'_>, token: usize, clitics: Clitics) -> bool {
    if passage.text.lang == Lang::Ar {
        return clitics.has(Clitics::IN)
            || token > 0 && (is_inside(passage, token - 1) || passage.says(token - 1, Says::Seat));
    }
    let article = token > 0 && passage.is_article(token - 1);
    let Some(before) = token.checked_sub(1 + usize::from(article)) else {
        return false;
    };
    is_inside(passage, before)
        || passage.says(before, Says::ToThe)
        || passage.says(before, Says::To)
        || article && passage.says(before, Says::ToPlain)
}

/// "dans", "vers", في.
fn is_inside(passage: &Passage<'_>, at: usize) -> bool {
    passage.says(at, Says::Within) || passage.says(at, Says::Inside)
}
