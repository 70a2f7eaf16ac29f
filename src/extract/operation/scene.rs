//! Reads a passage for counting: the acts named in it, and the small words around them.

use std::ops::Range;

use crate::record::Lang;
use crate::record::fact::Procedure;
use crate::rules::lexicon::Clitics;
use crate::text::clitic;
use crate::text::token::Shape;

use super::super::kinds::Kinds;
use super::super::passage::{Counted, Passage};
use super::super::vocabulary::{Meaning, Vocabulary};
use super::tell::Cue;
use super::word::{Act, Bearer, BearerKind, Signs, Word};

/// A passage with the acts and cues that it holds.
#[derive(Debug)]
pub(super) struct Scene<'a> {
    pub(super) passage: &'a Passage<'a>,
    pub(super) vocabulary: &'a Vocabulary,
    /// By token: all that the words that begin there may be.
    signs: Vec<Signs>,
    /// Acts, in order.
    pub(super) acts: Vec<Named<'a>>,
    /// Cues, in order, none inside another.
    pub(super) cues: Vec<Cue>,
    /// The article speaks of medicine beyond doubt.
    pub(super) clinical: bool,
    /// The text has accents.
    accented: bool,
}

/// An act named in a passage.
#[derive(Debug, Clone)]
pub(super) struct Named<'a> {
    pub(super) tokens: Range<usize>,
    pub(super) procedure: Procedure,
    pub(super) specialty: Option<&'a str>,
    pub(super) traits: Signs,
    pub(super) least: u64,
    pub(super) with: Option<&'a str>,
    pub(super) clitics: Clitics,
    /// Complement of a place, a thing or a paper, or part of a name.
    pub(super) contained: bool,
    /// A field or an organ stands in its complement.
    pub(super) medical: bool,
    /// Is an act of medicine here, as far as the article tells.
    pub(super) admitted: bool,
}

/// The longest complement of an act in which its field is looked for, in tokens.
const COMPLEMENT: usize = 7;

impl<'a> Scene<'a> {
    pub(super) fn new(passage: &'a Passage<'a>, vocabulary: &'a Vocabulary) -> Self {
        let mut signs = vec![Signs::default(); passage.text.tokens.len()];
        for &found in passage.found.all() {
            let sign = vocabulary.sign(found);
            if let Some(signs) = signs.get_mut(found.first as usize) {
                *signs = signs.with(sign);
            }
        }
        let mut scene = Self {
            passage,
            vocabulary,
            signs,
            acts: Vec::new(),
            cues: Vec::new(),
            clinical: false,
            accented: passage.text.source.contains('é'),
        };
        for sentence in &passage.text.sentences {
            scene.read_acts(sentence.tokens.clone());
            scene.read_cues(sentence.tokens.clone());
        }
        scene
    }

    /// The words of counting that begin at a token, the longest first, with the token after each.
    pub(super) fn words(&self, at: usize) -> impl Iterator<Item = (usize, Clitics, &'a Word)> {
        let (vocabulary, passage) = (self.vocabulary, self.passage);
        vocabulary
            .of(passage, at, Kinds::OPERATION)
            .filter_map(|(found, meaning)| match meaning {
                Meaning::Operation(word) => Some((found.end as usize, found.clitics, word)),
                _ => None,
            })
    }

    /// Whether a word that is one of the wanted signs begins at a token.
    pub(super) fn may(&self, at: usize, wanted: Signs) -> bool {
        self.signs.get(at).is_some_and(|signs| signs.any(wanted))
    }

    /// The token after the longest sign of a kind that begins at a token.
    pub(super) fn sign(&self, at: usize, wanted: Signs) -> Option<usize> {
        if !self.may(at, wanted) {
            return None;
        }
        self.words(at).find_map(|(end, _, word)| match word {
            Word::Sign(signs) if signs.any(wanted) => Some(end),
            _ => None,
        })
    }

    /// Whether a sign of a kind ends at `end`, or is parted from it by small words alone.
    pub(super) fn sign_before(&self, end: usize, wanted: Signs, reach: usize) -> bool {
        (end.saturating_sub(reach)..end).any(|at| {
            self.sign(at, wanted)
                .is_some_and(|after| after <= end && !self.is_broken(after..end))
        })
    }

    /// Whether a word belongs to a phrase that is no act, begun just before it: المستلزمات الطبية.
    pub(super) fn is_inside_phrase(&self, token: usize) -> bool {
        (token.saturating_sub(2)..token)
            .any(|at| self.sign(at, Signs::PHRASE).is_some_and(|end| end > token))
    }

    /// The bearer at a token, with the token after it.
    pub(super) fn bearer(&self, at: usize) -> Option<(usize, &'a Bearer)> {
        self.words(at).find_map(|(end, _, word)| match word {
            Word::Bearer(bearer) => Some((end, bearer)),
            _ => None,
        })
    }

    /// The position of the act that begins at a token.
    pub(super) fn act_at(&self, at: usize) -> Option<usize> {
        let position = self.acts.partition_point(|act| act.tokens.start < at);
        self.acts
            .get(position)
            .filter(|act| act.tokens.start == at)
            .map(|_| position)
    }

    /// The positions of the acts that begin in a range of tokens.
    pub(super) fn acts_in(&self, tokens: Range<usize>) -> Range<usize> {
        let start = self
            .acts
            .partition_point(|act| act.tokens.start < tokens.start);
        let end = self
            .acts
            .partition_point(|act| act.tokens.start < tokens.end);
        start..end.max(start)
    }

    /// The cues that begin in a range of tokens.
    pub(super) fn cues_in(&self, tokens: Range<usize>) -> &[Cue] {
        let start = self
            .cues
            .partition_point(|cue| cue.tokens.start < tokens.start);
        let end = self
            .cues
            .partition_point(|cue| cue.tokens.start < tokens.end);
        self.cues.get(start..end).unwrap_or_default()
    }

    /// The tokens of the sentence of a token.
    pub(super) fn sentence(&self, token: usize) -> Range<usize> {
        self.passage
            .text
            .sentences
            .get(self.passage.text.sentence_of(token))
            .map_or(0..0, |s| s.tokens.clone())
    }

    /// The tokens of the sentence before one; of itself, for the first.
    pub(super) fn sentence_before(&self, sentence: &Range<usize>) -> Range<usize> {
        self.sentence(sentence.start.saturating_sub(1))
    }

    /// Whether a date begins at a token.
    pub(super) fn is_date(&self, at: usize) -> bool {
        !self.passage.dates_in(at..at + 1).is_empty()
    }

    /// "بتمنراست", "لوهران": an Arabic town behind its preposition.
    pub(super) fn is_town(&self, at: usize) -> bool {
        self.passage.text.lang == Lang::Ar
            && self
                .vocabulary
                .of(self.passage, at, Kinds::PLACE)
                .any(|(found, meaning)| {
                    let tied = found.clitics.has(Clitics::IN) || found.clitics.has(Clitics::TO);
                    *meaning == Meaning::Place && tied
                })
    }

    /// Whether a name of an organisation or of a place ends at a token.
    pub(super) fn is_name(&self, at: usize) -> bool {
        let named = self.passage.organisations_in(0..at + 1).last();
        let covers = |name: usize| self.passage.organisations[name].tokens.end > at;
        let mut places = self.vocabulary.of(self.passage, at, Kinds::PLACE);
        named.is_some_and(covers) || places.any(|(_, meaning)| *meaning == Meaning::Place)
    }

    /// Whether a token is a mark other than a hyphen or a quotation mark.
    pub(super) fn is_mark(&self, at: usize) -> bool {
        self.passage.has(at, Shape::PUNCT)
            && !matches!(
                self.passage.folded(at),
                "-" | "«" | "»" | "\"" | "“" | "”" | "'"
            )
    }

    /// Whether a mark stands in a range of tokens.
    pub(super) fn is_broken(&self, mut tokens: Range<usize>) -> bool {
        tokens.any(|at| self.is_mark(at))
    }

    /// Whether an aside between two commas opens a stretch of tokens: "ont vacciné, en 2021, quelque 18.500".
    pub(super) fn is_aside(&self, gap: &Range<usize>) -> bool {
        let comma = |at: usize| matches!(self.passage.folded(at), "," | "،");
        let marks: Vec<usize> = gap.clone().filter(|&at| self.is_mark(at)).collect();
        marks.len() == 2 && comma(marks[0]) && comma(marks[1]) && marks[0] == gap.start
    }

    /// The count that covers a token.
    pub(super) fn number_at(&self, at: usize) -> Option<&'a Counted> {
        let position = self
            .passage
            .numbers
            .partition_point(|number| number.tokens.end <= at);
        self.passage
            .numbers
            .get(position)
            .filter(|number| number.tokens.start <= at)
    }

    fn read_acts(&mut self, sentence: Range<usize>) {
        let mut at = sentence.start;
        while at < sentence.end {
            let phrase = self.sign(at, Signs::PHRASE).unwrap_or(at);
            match self.act_word(at).filter(|(end, ..)| *end > phrase) {
                Some((end, clitics, act)) => {
                    let mut named = self.named(at..end, clitics, act, sentence.end);
                    if act.traits.any(Signs::TAKES) && named.procedure == act.procedure {
                        self.take_up(&mut named);
                    }
                    at = named.tokens.end;
                    self.acts.push(named);
                }
                None => at = phrase.max(at + 1),
            }
        }
    }

    /// "1860 فحصا بالرنين … 50 فحصا في الشهر": a general noun takes up the class that it was given before.
    fn take_up(&self, named: &mut Named<'a>) {
        let general = |at: usize| {
            self.words(at)
                .any(|(_, _, word)| matches!(word, Word::Act(act) if act.traits.any(Signs::TAKES)))
        };
        if let Some(before) = self.acts.iter().rev().find(|act| general(act.tokens.start))
            && before.procedure == Procedure::Examination
        {
            (named.procedure, named.specialty) = (before.procedure, before.specialty);
        }
    }

    /// The shortest act at the first token of a range that begins one: what its complement makes of it is left out.
    pub(super) fn bare_act_in(&self, mut tokens: Range<usize>) -> Option<&'a Act> {
        let at = tokens.find(|&at| self.may(at, Signs::ACT))?;
        let acts = self.words(at).filter_map(|(_, _, word)| match word {
            Word::Act(act) => Some(act),
            _ => None,
        });
        acts.last()
    }

    fn act_word(&self, at: usize) -> Option<(usize, Clitics, &'a Act)> {
        if !self.may(at, Signs::ACT) {
            return None;
        }
        let acts = || {
            self.words(at)
                .filter_map(|(end, clitics, word)| match word {
                    Word::Act(act) => Some((end, clitics, act)),
                    _ => None,
                })
        };
        let accent = |act: &Act| act.traits.any(Signs::ACCENT);
        let mute = self.is_mute(at);
        let first = acts().find(|(_, _, act)| !(mute && accent(act)))?;
        // "testés" are no "tests".
        let noun = !first.2.traits.any(Signs::VERB);
        let mut sharp = acts().filter(|(_, _, act)| noun && accent(act) && self.is_sharp(at));
        Some(sharp.next().unwrap_or(first))
    }

    /// Whether a French word has the ending of a participle: "accueilli", "obtenu", "formé".
    pub(super) fn is_participle(&self, at: usize) -> bool {
        let word = self.passage.word(at).trim_end_matches('s');
        let word = word.strip_suffix('e').unwrap_or(word);
        self.passage.has(at, Shape::LATIN) && word.len() > 3 && word.ends_with(['é', 'i', 'u'])
    }

    /// Whether a word ends as a participle does: "testé", "testées".
    fn is_sharp(&self, at: usize) -> bool {
        let word = self.passage.word(at).trim_end_matches('s');
        word.strip_suffix('e').unwrap_or(word).ends_with('é')
    }

    /// Whether a word of a text that has accents ends in a mute e: "poses" is no "posés".
    pub(super) fn is_mute(&self, at: usize) -> bool {
        let word = self.passage.word(at).trim_end_matches('s');
        let mut letters = word.chars().rev();
        let last = letters.next();
        self.accented && last == Some('e') && letters.next() != Some('é')
    }

    fn named(
        &self,
        mut tokens: Range<usize>,
        clitics: Clitics,
        act: &'a Act,
        limit: usize,
    ) -> Named<'a> {
        let (mut procedure, mut specialty) = (act.procedure, act.specialty.as_deref());
        let mut least = act.least;
        let mut medical = !act.traits.any(Signs::WEAK);
        if act.traits.any(Signs::WEAK.with(Signs::TAKES))
            && let Some((end, inner)) = self.complement(tokens.end)
        {
            (tokens.end, procedure, medical, least) = (end, inner.procedure, true, 0);
            specialty = inner.specialty.as_deref().or(specialty);
        }
        let field = self.field(tokens.end, limit.min(tokens.end + COMPLEMENT));
        if let Some(field) = field {
            medical = true;
            specialty = specialty.or((field != "surgery").then_some(field));
        }
        Named {
            contained: !act.traits.any(Signs::VERB) && self.is_contained(&tokens),
            tokens,
            procedure,
            specialty,
            traits: act.traits,
            least,
            with: act.with.as_deref(),
            clitics,
            medical,
            admitted: true,
        }
    }

    /// The act in the complement of a head that says no more than "session" or "operation".
    fn complement(&self, at: usize) -> Option<(usize, &'a Act)> {
        let mut next = at;
        while next < at + 3 && self.passage.text.lang == Lang::Fr {
            match self.sign(
                next,
                Signs::BETWEEN.with(Signs::ADJECTIVE).with(Signs::ARTICLE),
            ) {
                Some(end) if self.act_word(next).is_none() => next = end,
                _ => break,
            }
        }
        let (end, clitics, act) = self.act_word(next)?;
        // "العلاج بالعيادات الخارجية": where it was.
        if act.procedure == Procedure::Consultation && clitics.has(Clitics::IN) {
            return None;
        }
        (!act.traits.any(Signs::WEAK.with(Signs::VERB))).then_some((end, act))
    }

    /// The first field, organ or lesion of a complement.
    fn field(&self, from: usize, to: usize) -> Option<&'a str> {
        for at in from..to {
            if self.is_mark(at)
                || self.number_at(at).is_some()
                || at > from && self.sign(at, Signs::BREAK).is_some()
            {
                return None;
            }
            if self.is_inside_phrase(at) {
                continue;
            }
            let field = self.words(at).find_map(|(_, _, word)| match word {
                Word::Field(id) => Some(&**id),
                Word::Bearer(Bearer {
                    kind: BearerKind::Lesion,
                    specialty,
                    ..
                }) => specialty.as_deref().or(Some("surgery")),
                Word::Act(act) if !act.traits.any(Signs::WEAK.with(Signs::VERB)) => {
                    act.specialty.as_deref()
                }
                _ => None,
            });
            if field.is_some() {
                return field;
            }
        }
        None
    }

    /// The field that the complement of a number without a noun names: "dont 17 en ophtalmologie".
    pub(super) fn field_after(&self, at: usize) -> Option<&'a str> {
        let limit = self.sentence(at.saturating_sub(1)).end;
        self.field(at, limit.min(at + COMPLEMENT))
            .filter(|field| *field != "surgery")
    }

    /// The field that a range of words names.
    pub(super) fn field_before(&self, tokens: Range<usize>) -> Option<&'a str> {
        tokens.into_iter().find_map(|at| {
            self.words(at).find_map(|(_, _, word)| match word {
                Word::Field(id) => Some(&**id),
                _ => None,
            })
        })
    }

    fn is_contained(&self, tokens: &Range<usize>) -> bool {
        let small = |at: usize| self.sign(at, Signs::BETWEEN.with(Signs::ARTICLE)).is_some();
        let definite = |at: usize| self.passage.folded(at).starts_with(clitic::THE);
        let thing = (tokens.start.saturating_sub(4)..tokens.start).any(|at| {
            // "يستهدف البرنامج تلقيح": no genitive follows a noun with ال.
            let apart = definite(at) && !definite(tokens.start);
            !apart
                && self
                    .sign(at, Signs::CONTAINER)
                    .is_some_and(|end| end <= tokens.start && (end..tokens.start).all(small))
        });
        thing
            || self
                .passage
                .organisations_in(0..tokens.start)
                .last()
                .is_some_and(|at| {
                    let name = &self.passage.organisations[at];
                    name.tokens.end > tokens.start && !name.office
                })
    }
}
