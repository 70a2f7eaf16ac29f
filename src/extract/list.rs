//! Gives what is told line by line what its heading says: the items of a list, an entry behind its date, and agreements
//! told "respectively".

use std::ops::Range;

use crate::record::Lang;

use super::form::Says;
use super::passage::{Dated, Passage};
use super::role::Role;
use super::sequel::is_state;
use super::told::{Attachment, Reader, Telling};
use super::vocabulary::{Cue, Strength};
use super::zone::is_item;

/// What a sentence that ends in a colon says of the items under it: "la faculté a signé les documents suivants :".
#[derive(Debug, Default)]
pub(super) struct Heading {
    items: Range<usize>,
    states: Vec<Cue>,
    date: Option<(usize, Dated)>,
    party: Option<usize>,
}

/// The sentences under a sentence that ends in a colon, an item each.
pub(super) fn items(passage: &Passage<'_>, position: usize) -> Range<usize> {
    let sentences = &passage.text.sentences;
    let end = sentences[position].tokens.end;
    let colon = end
        .checked_sub(1)
        .is_some_and(|at| passage.folded(at) == ":");
    let first = position + 1;
    if !colon {
        return first..first;
    }
    let under = sentences[first..].iter();
    let count = under
        .take_while(|sentence| is_item(passage, sentence))
        .count();
    first..first + count
}

impl Reader<'_> {
    /// What a sentence says of the items under it.
    pub(super) fn heading(&self, items: Range<usize>) -> Heading {
        let own = &self.passage.text.sentences[items.start - 1].tokens;
        let here = |token: usize| own.contains(&token);
        let mut states: Vec<Cue> = self
            .signs
            .iter()
            .filter(|sign| here(sign.tokens.start) && is_state(sign.cue))
            .map(|sign| sign.cue)
            .collect();
        states.dedup();
        let day = |date: &&Dated| {
            let value = date.value.as_deref().unwrap_or("P");
            !value.starts_with('P') && !value.contains('/')
        };
        let mut dates = self.passage.dates_in(own.clone()).iter().filter(day);
        let date = dates.next().cloned().filter(|_| dates.next().is_none());
        let leads = |role: Role| {
            self.slots
                .iter()
                .filter(|slot| here(slot.token) && slot.role == role)
                .filter_map(|slot| self.cast.of[self.number][slot.mention])
                .find(|&entity| {
                    let found = &self.cast.entities[entity];
                    !found.office && !found.weak
                })
        };
        Heading {
            items,
            date: date
                .map(|date| (own.len(), date))
                .filter(|_| !states.is_empty()),
            party: leads(Role::Neutral).or_else(|| leads(Role::By)),
            states,
        }
    }

    /// The date that an entry stands behind: "12 mars 2021. – Mémorandum d'entente avec", "Mai : la clinique signe".
    fn label(&self, position: usize) -> Option<Dated> {
        let sentences = &self.passage.text.sentences;
        let own = &sentences[position];
        let before = position.checked_sub(1).map(|at| &sentences[at]);
        let first = before.filter(|before| {
            before.paragraph == own.paragraph
                && before.tokens.len() <= LABEL
                && position
                    .checked_sub(2)
                    .is_none_or(|at| sentences[at].paragraph != own.paragraph)
        });
        let start = first.unwrap_or(own).tokens.start;
        let alone = first.is_some()
            || position
                .checked_sub(1)
                .is_none_or(|at| sentences[at].paragraph != own.paragraph);
        let date = self.passage.dates_in(start..start + LABEL).first()?;
        let mark = matches!(
            self.passage.folded(date.tokens.end),
            "." | ":" | "–" | "—" | "-"
        );
        (mark
            && date.tokens.start <= start + 1
            && (alone || self.passage.folded(date.tokens.end) == ":"))
            .then(|| date.clone())
    }
}

/// Longest line that is nothing but the date of an entry, in tokens.
const LABEL: usize = 6;

impl Telling {
    /// What an item takes from its heading.
    pub(super) fn under_heading(mut self, heading: &Heading) -> Self {
        if !heading.items.contains(&self.sentence) || self.agreement.definite || self.under {
            return self;
        }
        if let Some(party) = heading.party.filter(|party| !self.parties.contains(party))
            && self.parties.len() == 1
            && self.attachment == Attachment::With
        {
            self.parties.insert(0, party);
        }
        if !self.cues.iter().any(|cue| is_state(*cue)) {
            self.cues.extend(&heading.states);
            self.date = self.date.or_else(|| heading.date.clone());
        }
        self
    }

    /// An entry behind its date tells what was signed on it.
    pub(super) fn entered(mut self, reader: &Reader<'_>) -> Self {
        let begins = self.agreement.tokens.start <= reader.sentence.start + ENTRY;
        let told = self.cues.iter().any(|cue| is_state(*cue));
        if self.date.is_some()
            || self.agreement.definite
            || self.under
            || self.agreement.strength != Strength::Strong
            || !(begins || told)
        {
            return self;
        }
        let Some(date) = reader.label(self.sentence) else {
            return self;
        };
        self.date = Some((0, date));
        if !told {
            self.cues.push(Cue::Sign);
        }
        self
    }
}

/// Words before the noun of an entry: "– Premier accord de coopération".
const ENTRY: usize = 3;

/// "un mémorandum et un accord ont été signés par A, respectivement avec B et avec C": each with its own.
pub(super) fn respectively(reader: &Reader<'_>, told: &mut [Telling]) {
    let Some(word) = reader
        .sentence
        .clone()
        .find(|&at| reader.passage.says(at, Says::Respective))
    else {
        return;
    };
    if reader.passage.text.lang != Lang::Fr || told.len() < 2 {
        return;
    }
    let with: Vec<usize> = reader
        .slots
        .iter()
        .filter(|slot| slot.token > word && slot.role == Role::With)
        .filter_map(|slot| reader.cast.of[reader.number][slot.mention])
        .collect();
    if with.len() != told.len() {
        return;
    }
    let mut all = told
        .iter()
        .flat_map(|telling| telling.parties.iter().copied());
    let party = all.find(|party| !with.contains(party));
    let date = told.iter().find_map(|telling| telling.date.clone());
    let states: Vec<Cue> = told
        .iter()
        .flat_map(|telling| telling.cues.iter().copied().filter(|cue| is_state(*cue)))
        .collect();
    for (telling, other) in told.iter_mut().zip(with) {
        telling.parties = party.into_iter().chain([other]).collect();
        telling.attachment = Attachment::With;
        telling.date = telling.date.take().or_else(|| date.clone());
        telling.cues.extend(&states);
        telling.agreement.another = true;
    }
}
