//! Turns the sentences of an article into tellings: each mention of an agreement with the parties,
//! patrons, cues, number and date that its sentence gives it.

use std::ops::Range;

use crate::record::fact::Bound;
use crate::rules::lexicon::Found;
use crate::rules::matcher::Rules;

use super::agreement::{self, Agreement};
use super::background;
use super::echo;
use super::list::{self, Heading};
use super::passage::{Dated, Passage};
use super::resolve::Cast;
use super::role::{self, Role, Slot};
use super::rule::{self, Ruling};
use super::scope::leads;
use super::sequel::{News, day_before, join, kind_before};
use super::series;
use super::sign::{self, Sign};
use super::vocabulary::{Cue, Strength, Vocabulary};
use super::zone;

/// How the parties of a telling were found, the surest first; the name of the rule in the evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Attachment {
    /// By a rule of the pack.
    Rule,
    /// "entre A et B", "lie A à B".
    Between,
    /// "signé par A et B".
    By,
    /// "A a signé avec B".
    With,
    /// "A et B ont signé".
    Subject,
    /// "les deux établissements".
    Body,
    /// Named in another sentence.
    Nearby,
}

/// One mention of an agreement with what its sentence says.
#[derive(Debug, Clone)]
pub(super) struct Telling {
    /// 0 the body, 1 the title.
    pub(super) passage: usize,
    /// Position of the sentence.
    pub(super) sentence: usize,
    /// The noun and its kind.
    pub(super) agreement: Agreement,
    /// Entities bound by it, in order.
    pub(super) parties: Vec<usize>,
    /// How they were found.
    pub(super) attachment: Attachment,
    /// Id of the rule that found them.
    pub(super) rule: Option<Box<str>>,
    /// Entities that preside.
    pub(super) patrons: Vec<usize>,
    /// Cues of its part of the sentence.
    pub(super) cues: Vec<Cue>,
    /// "dans le cadre de la convention": work is done under it.
    pub(super) under: bool,
    /// How many agreements: the count and its bound, or several without a number.
    pub(super) number: Number,
    /// Where it is signed: tokens and entry of the place.
    pub(super) place: Option<Found>,
    /// What it is about.
    pub(super) subject: Option<Range<usize>>,
    /// The date in the clause of the signature, and how many tokens lie between.
    pub(super) date: Option<(usize, Dated)>,
}

/// How many agreements a mention speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    /// One.
    One,
    /// As many as the text says.
    Said(u64, Bound),
    /// Several, with no number.
    Several,
}

/// Sentences behind an agreement in which one more may be told without its noun.
const ECHO: usize = 3;

/// Reads every telling of one passage.
pub(super) fn read(
    passage: &Passage<'_>,
    number: usize,
    cast: &Cast,
    vocabulary: &Vocabulary,
    rules: &Rules,
) -> Vec<Telling> {
    let ruling = rule::rule(passage, vocabulary, rules);
    let series = series::find(passage, vocabulary);
    let mut tellings: Vec<Telling> = Vec::new();
    let mut barred = false;
    let mut heading = Heading::default();
    for (position, sentence) in passage.text.sentences.iter().enumerate() {
        let mut agreements = agreement::find(passage, vocabulary, sentence.tokens.clone());
        if let Some(last) = tellings.last().filter(|last| {
            agreements.is_empty()
                && last.sentence + ECHO >= position
                && last.agreement.part.is_none()
        }) {
            let (tokens, before) = (sentence.tokens.clone(), &last.agreement);
            let more = agreement::one_more(passage, vocabulary, tokens, before);
            // "Elles couvrent le dépistage. Une cinquième, avec l'EPH, …": farther on only where it is bound.
            let next = last.sentence + 1 == position;
            let bound = |end| echo::is_bound(passage, vocabulary, end);
            agreements.extend(more.filter(|more| next || bound(more.tokens.end)));
        }
        let tokens = if agreements.is_empty() {
            sentence.tokens.clone()
        } else {
            zone::with_items(passage, position)
        };
        let all = agreements.len();
        agreements.retain(|agreement| !ruling.bars(&agreement.tokens));
        barred |= agreements.len() < all;
        zone::with_verbs(&mut agreements);
        zone::with_means(passage, vocabulary, &mut agreements);
        zone::with_copula(passage, vocabulary, &mut agreements);
        series::count(passage, &mut agreements, &series);
        series::join(passage, vocabulary, &mut agreements, &series, &tokens);
        let follows = |last: &Telling| last.sentence + 1 == position;
        // Most sentences tell of none.
        let items = list::items(passage, position);
        if agreements.is_empty() && !tellings.last().is_some_and(follows) && items.is_empty() {
            continue;
        }
        let signs = sign::cues(passage, vocabulary, tokens.clone());
        zone::with_grounds(&mut agreements, &signs);
        zone::without_pointed(&mut agreements, &signs);
        background::without_replaced(&mut agreements, &signs);
        let slots = role::roles(passage, vocabulary, &signs, tokens.clone());
        let reader = Reader {
            passage,
            number,
            cast,
            vocabulary,
            signs: &signs,
            slots: &slots,
            ruling: &ruling,
            sentence: tokens,
        };
        if !items.is_empty() {
            heading = reader.heading(items);
        }
        let begun = tellings.len();
        for (at, agreement) in agreements.iter().enumerate() {
            let zone = reader.zone(&agreements, at);
            let telling = reader.telling(agreement, zone, position);
            // "الاتفاق" behind a labour settlement is that settlement.
            let telling = telling.filter(|telling| {
                let other = barred && tellings.is_empty() && telling.parties.is_empty();
                !other || telling.under
            });
            let same = |sign: &Sign| sign.cue == Cue::Same;
            let beside = at > 0
                && tellings
                    .last()
                    .is_some_and(|last: &Telling| last.sentence == position);
            let day = (beside || signs.iter().any(same))
                .then(|| day_before(&tellings))
                .flatten();
            let first = tellings.last().filter(|_| beside).cloned();
            let alike = reader.is_alike(agreement) || reader.is_that(agreement);
            let known = alike.then(|| kind_before(&tellings)).flatten();
            let before = tellings.last().map(News::of);
            tellings.extend(telling.map(|telling| {
                telling
                    .held_on(day)
                    .after(first.as_ref())
                    .likewise(before.as_ref())
                    .alike(known)
                    .under_heading(&heading)
                    .entered(&reader)
            }));
        }
        list::respectively(&reader, &mut tellings[begun..]);
        if tellings.last().is_some_and(follows)
            && let Some(agreement) = reader.continued(&agreements)
        {
            tellings.extend(reader.telling(&agreement, reader.sentence.clone(), position));
        }
    }
    tellings
}

/// A sentence under reading.
pub(super) struct Reader<'a> {
    pub(super) passage: &'a Passage<'a>,
    pub(super) number: usize,
    pub(super) cast: &'a Cast,
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) signs: &'a [Sign],
    pub(super) slots: &'a [Slot],
    pub(super) ruling: &'a Ruling,
    pub(super) sentence: Range<usize>,
}

impl Reader<'_> {
    fn telling(
        &self,
        agreement: &Agreement,
        zone: Range<usize>,
        sentence: usize,
    ) -> Option<Telling> {
        // "ينتظر أن يستفيد 35 طفلا … تجسيدا لاتفاقية": what is planned is the work.
        let forced = self.force_of(agreement);
        let signs: Vec<&Sign> = self
            .signs
            .iter()
            .filter(|sign| zone.contains(&sign.tokens.start) || leads(sign, agreement))
            .filter(|sign| !sign.near || self.is_near(sign, agreement) || leads(sign, agreement))
            .filter(|sign| match sign.cue {
                Cue::End => self.ends(sign, agreement) && !self.is_undone(sign),
                Cue::Plan => {
                    let work = forced.is_some_and(|force| sign.tokens.end <= force.start);
                    !work && self.plans(sign, agreement) && !self.is_wished(sign)
                }
                Cue::Sign => !self.is_denied(sign) && !self.is_wished(sign),
                Cue::Renew => {
                    let done = !self.is_denied(sign) && !self.is_intended(sign);
                    done && background::renews(sign, agreement) && !self.is_outdone(sign)
                }
                Cue::Start => self.is_begun(sign),
                _ => true,
            })
            .collect();
        // "le CHU de Tlemcen, jumelé avec l'hôpital d'Adrar, …": the tie is no news.
        let apposed = agreement.verb
            && self
                .passage
                .folded(agreement.tokens.start.saturating_sub(1))
                == ","
            && self.passage.dates_in(zone.clone()).is_empty();
        let mut cues: Vec<Cue> = signs.iter().map(|sign| sign.cue).collect();
        let since = self.since(&zone);
        // "lie depuis hier": the tie is the news.
        if since == Some(true) {
            cues.push(Cue::Sign);
        }
        // "من دون مراسم، مذكرة التفاهم": what is missing is something else.
        let denied = signs.iter().any(|sign| {
            let mut gap = sign.tokens.end..agreement.tokens.start;
            sign.cue == Cue::None
                && sign.tokens.end <= agreement.tokens.start
                && gap.len() < 3
                && !gap.any(|at| matches!(self.passage.folded(at), "," | "،"))
        });
        let spoken = |cue: &Cue| matches!(cue, Cue::Sign | Cue::Renew | Cue::End);
        // "En vertu de la première, …" tells what is in it, not of work done.
        let under = agreement.part.is_none()
            && !self.is_terms(agreement)
            && (self.is_under(agreement, &zone) || since == Some(false) || apposed);
        let weak = !under
            && agreement.strength == Strength::Bare
            && !agreement.definite
            && !cues.iter().any(spoken)
            && !(cues.iter().any(|cue| matches!(cue, Cue::Plan | Cue::Vote))
                && cues
                    .iter()
                    .any(|cue| matches!(cue, Cue::With | Cue::Between)));
        let binding = {
            let named = |tokens: &Range<usize>| self.names_agreement(tokens);
            self.ruling
                .of(self.passage, &agreement.tokens, &zone, named)
        };
        let under = under || self.is_relied_on(agreement, &zone, &cues);
        if denied || weak && binding.is_none() || self.is_unborn(agreement, &cues) {
            return None;
        }
        let (parties, attachment) = self.parties(agreement, &zone, &cues);
        let (parties, attachment) = self.with_ministers(&zone, &cues, parties, attachment);
        // "signé entre les deux pays" of no names: nobody else of the article signed it.
        if parties.is_empty() && self.tells_states(&zone) {
            cues.retain(|cue| *cue != Cue::Body);
            cues.push(Cue::Between);
        }
        if agreement.verb && parties.len() < 2 && binding.is_none()
            || self.is_settlement(agreement, &parties)
        {
            return None;
        }
        let mut patrons = self.entities(&zone, |slot| slot.role == Role::Patron, true);
        patrons.retain(|patron| !parties.contains(patron));
        let mut telling = Telling {
            passage: self.number,
            sentence,
            agreement: agreement.clone(),
            parties,
            attachment,
            rule: None,
            patrons,
            under,
            number: self.count(agreement),
            place: self.place(&signs, &zone),
            subject: self.subject(agreement, &zone),
            date: self
                .date(agreement, &signs, &zone)
                .or_else(|| self.date_of_place(agreement, &zone)),
            cues,
        };
        if let Some(binding) = binding {
            binding.sharpen(&mut telling, &self.cast.of[self.number]);
            self.complete(&mut telling, &zone);
        }
        Some(telling)
    }

    /// Adds whom the text names beside those that a rule binds.
    fn complete(&self, telling: &mut Telling, zone: &Range<usize>) {
        telling.parties = self.with_others(telling, zone);
        // "Outre les deux établissements, l'accord engage …".
        if let Some(bodies) = self.bodies(zone) {
            telling.parties = join(bodies, std::mem::take(&mut telling.parties));
        }
    }
}
