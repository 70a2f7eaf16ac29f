//! Counts the numbers whose act stands apart from them: announced as the matter before them, named as
//! what they are the number of, or told by the room where people were seen.

use std::ops::Range;

use crate::record::Lang;
use crate::record::fact::Procedure;
use crate::text::clitic;

use super::super::form::Says;
use super::super::passage::Counted;
use super::count::{Count, Counter, Form};
use super::noun::Noun;
use super::tell::{Cue, Tells};
use super::word::{BearerKind, Signs};

impl<'a> Counter<'_, 'a> {
    /// "S'agissant des césariennes, l'hôpital en a pratiqué 212": the act that its clause opens with.
    pub(super) fn topic(&self, at: usize) -> Option<Count<'a>> {
        const REACH: usize = 40;
        let number = self.numbers[at];
        let start = number.tokens.start;
        let sentence = self.scene.sentence(start);
        let from = sentence.start.max(start.saturating_sub(REACH));
        let noun = |act: &usize| !self.scene.acts[*act].traits.any(Signs::VERB);
        let act = self.scene.acts_in(from..start).rev().find(noun)?;
        let told = self.is_free(act)
            && self.is_topic(act, &sentence)
            && !self.is_year(number)
            && self.scene.sign(number.tokens.end, Signs::FINDING).is_none();
        told.then(|| Count {
            predicate: None,
            ..self.of_act(number, act, Form::Part)
        })
    }

    /// "وبخصوص زرع النخاع، فقد استفاد منه 19 مريضا": those who had the act that the clause opens with.
    pub(super) fn topic_had(&self, at: usize) -> Option<Count<'a>> {
        const NEAR: usize = 3;
        let start = self.numbers[at].tokens.start;
        let had = self.scene.passage.text.lang == Lang::Ar
            && self.scene.sign_before(start, Signs::RECEIVE, NEAR);
        had.then(|| self.topic(at)).flatten()
    }

    /// People and lesions of which no act beside them tells.
    pub(super) fn told_apart(&self, at: usize, end: usize, kind: BearerKind) -> Option<Count<'a>> {
        match kind {
            BearerKind::Person => self
                .opened(at, end)
                .or_else(|| self.seen(at, end))
                .or_else(|| self.given(at, end))
                .or_else(|| self.named_after(at, end)),
            BearerKind::Lesion => self.listed_ahead(at, end).or_else(|| self.timed(at, end)),
            BearerKind::Dose => None,
        }
    }

    /// "En consultation, la pédiatrie a vu 210 malades": what was done to those seen, at the beginning.
    fn opened(&self, at: usize, end: usize) -> Option<Count<'a>> {
        const NEAR: usize = 3;
        const REACH: usize = 16;
        let number = self.numbers[at];
        let start = number.tokens.start;
        let sentence = self.scene.sentence(start);
        let act = self.scene.act_at(sentence.start)?;
        let named = &self.scene.acts[act];
        let told = self.is_free(act)
            && named.traits.any(Signs::VERB)
            && self.scene.passage.folded(named.tokens.end) == ","
            && start <= named.tokens.end + REACH
            && !self.scene.is_broken(named.tokens.end + 1..start)
            && self.scene.sign_before(start, Signs::RECEIVE, NEAR);
        told.then(|| Count {
            tokens: start..end,
            ..self.of_act(number, act, Form::Persons)
        })
    }

    /// Whether words that announce a matter stand right before an act, at the beginning of a clause.
    fn is_topic(&self, act: usize, sentence: &Range<usize>) -> bool {
        const WORDS: usize = 6;
        const SMALL: Signs = Signs::BETWEEN.with(Signs::ARTICLE).with(Signs::TALLY);
        let named = &self.scene.acts[act].tokens;
        let small = |at: usize| self.scene.sign(at, SMALL).is_some();
        let arabic = self.scene.passage.text.lang == Lang::Ar;
        (sentence.start.max(named.start.saturating_sub(WORDS))..named.start).any(|at| {
            let opens = at == sentence.start
                || self.scene.is_mark(at - 1)
                || self.scene.sign(at - 1, Signs::BREAK).is_some();
            // "وصلت عمليات الختان إلى 212": the verb stands before what it tells of.
            let shift = self.scene.sign(at, Signs::SHIFT).filter(|_| arabic);
            let end = self.scene.sign(at, Signs::TOPIC).or(shift);
            (opens || arabic)
                && end.is_some_and(|end| end <= named.start && (end..named.start).all(small))
        })
    }

    /// "l'effectif des chirurgiens étant tombé de sept": those who do it, named behind a mark.
    pub(super) fn is_of_crew(&self, mut gap: Range<usize>) -> bool {
        self.scene.is_broken(gap.clone())
            && gap.any(|at| {
                self.scene.sign(at, Signs::CREW).is_some()
                    && self.scene.field_before(at..at + 1).is_none()
            })
    }

    /// The act that stands nearest before a pronoun which takes it up, and behind every other count:
    /// "Des greffes ? Nous en faisons une soixantaine par an".
    pub(super) fn taken_up(&self, number: &Counted, sentence: &Range<usize>) -> Option<usize> {
        const MANY: u64 = 50;
        let before = self.scene.sentence_before(sentence);
        let question = matches!(
            self.scene.passage.folded(before.end.saturating_sub(1)),
            "?" | "؟"
        );
        let first = if question {
            before.start
        } else {
            sentence.start
        };
        let last = self.counts.last().map_or(0, |last| last.tokens.end);
        let from = first.max(last);
        let mut acts = self.scene.acts_in(from..number.tokens.start).rev();
        acts.find(|&act| {
            let named = &self.scene.acts[act];
            let machine = named.traits.any(Signs::MACHINE) && number.value < MANY;
            self.is_free(act) && !named.traits.any(Signs::VERB) && !machine
        })
    }

    /// "340 : c'est le nombre de greffes réalisées": what a number that opens or ends its sentence is the number of.
    pub(super) fn named_after(&self, at: usize, end: usize) -> Option<Count<'a>> {
        const OPENING: usize = 2;
        const NEAR: usize = 9;
        const BEHIND: usize = 6;
        const SHORT: usize = 3;
        let number = self.numbers[at];
        let sentence = self.scene.sentence(number.tokens.start);
        let opens = number.tokens.start <= sentence.start + OPENING;
        let ends = sentence.end <= end + SHORT;
        if !opens && !ends || opens && end > number.tokens.end {
            return None;
        }
        let limit = if ends {
            self.scene.sentence(sentence.end).end
        } else {
            sentence.end
        };
        let tally = (end..limit.min(end + NEAR))
            .find_map(|at| self.scene.sign(at, Signs::TALLY))
            .filter(|&tally| self.of_next(at).is_none_or(|next| tally <= next))?;
        let mut acts = self.scene.acts_in(tally..limit.min(tally + BEHIND));
        let act = acts.find(|&act| {
            let named = &self.scene.acts[act];
            let gap = tally..named.tokens.start;
            let people = || gap.clone().any(|at| self.scene.bearer(at).is_some());
            self.is_free(act)
                && (!named.traits.any(Signs::VERB) || people())
                && !self.scene.is_broken(gap.clone())
        })?;
        Some(Count {
            predicate: None,
            ..self.of_act(number, act, Form::Part)
        })
    }

    /// "Les élèves vaccinés sont au nombre de 13 204": those to whom it was done, and how many they are.
    pub(super) fn numbered(&self, at: usize) -> Option<Count<'a>> {
        const REACH: usize = 25;
        const NEAR: usize = 5;
        let number = self.numbers[at];
        let start = number.tokens.start;
        let from = self.from(at).max(start.saturating_sub(REACH));
        let act = self.scene.acts_in(from..start).next()?;
        let named = &self.scene.acts[act];
        let whose = named.tokens.start.checked_sub(1).filter(|&at| at >= from)?;
        let people =
            self.scene.bearer(whose).is_some() || self.scene.sign(whose, Signs::ARTICLE).is_some();
        let told = self.is_free(act)
            && named.traits.any(Signs::VERB)
            && people
            && self.scene.sign_before(start, Signs::SHIFT, NEAR)
            && !self.is_year(number)
            && !self.is_parted(named.tokens.end..start);
        told.then(|| self.of_act(number, act, Form::Persons))
    }

    fn of_next(&self, at: usize) -> Option<usize> {
        self.numbers.get(at + 1).map(|next| next.tokens.start)
    }

    /// "Le bloc a vu passer 56 malades", "a pris 48 malades au bloc": those whom the theatre received.
    pub(super) fn theatre(&self, at: usize, end: usize, kind: BearerKind) -> Option<Count<'a>> {
        const BEFORE: usize = 24;
        const BEHIND: usize = 6;
        const QUESTION: usize = 8;
        let scene = self.scene;
        let number = self.numbers[at];
        let start = number.tokens.start;
        let sentence = scene.sentence(start);
        let place =
            |mut tokens: Range<usize>| tokens.any(|at| scene.sign(at, Signs::THEATRE).is_some());
        let received =
            |mut tokens: Range<usize>| tokens.any(|at| scene.sign(at, Signs::RECEIVE).is_some());
        let near = sentence.end.min(end + BEHIND);
        let behind = end..self
            .of_next(at)
            .map_or(near, |next| next.min(near))
            .max(end);
        let from = self.from(at).max(start.saturating_sub(BEFORE));
        // "Et le bloc ? Il a vu passer 56 malades".
        let asked = || {
            let before = scene.sentence_before(&sentence);
            let question = before.end == sentence.start
                && before.len() <= QUESTION
                && matches!(scene.passage.folded(before.end - 1), "?" | "؟");
            question && place(before)
        };
        let led =
            received(start.saturating_sub(8).max(from)..start) && (place(from..start) || asked());
        let sent = (received(from..start)
            || kind == BearerKind::Person && received(behind.clone()))
            && place(behind);
        let people = matches!(kind, BearerKind::Person | BearerKind::Lesion);
        let awaits = |cue: &Cue| {
            cue.tells == Tells::Planned && scene.sign(cue.tokens.start, Signs::PEOPLE).is_some()
        };
        let awaited = scene.cues_in(end..end + 2).iter().any(awaits);
        (people && !awaited && (led || sent)).then(|| Count {
            tokens: start..end,
            specialty: scene.field_after(end),
            ..Count::of_people(number, end, Procedure::Surgery)
        })
    }

    /// "130 accouchements, dont 40 césariennes, soit quatre par jour": a rate is one of the whole.
    pub(super) fn rated(&self, at: usize, count: usize) -> usize {
        const BEHIND: usize = 3;
        let end = self.numbers[at].tokens.end;
        let pace = (end..end + BEHIND).any(|at| self.scene.sign(at, Signs::PACE).is_some());
        let start = self.numbers[at].tokens.start;
        let rate = pace || self.scene.sign_before(start, Signs::CONTRAST, 3);
        let part = &self.counts[count];
        let sentence = self.scene.sentence(part.tokens.start);
        let whole = count
            .checked_sub(1)
            .filter(|&whole| sentence.contains(&self.counts[whole].tokens.start));
        let told = self.scene.sign_before(part.number.start, Signs::PART, 3);
        match whole {
            Some(whole) if rate && told => whole,
            _ => count,
        }
    }

    /// "340 cathétérismes et 112 pontages, contre 501 et 158 respectivement": each of a list goes with its own.
    pub(super) fn respective(&self, at: usize) -> Option<Count<'a>> {
        const LIST: usize = 8;
        const NEAR: usize = 4;
        // Numbers back to the list that these go with.
        const REACH: usize = 24;
        let scene = self.scene;
        let joined = |before: usize, next: usize| {
            let gap = self.numbers[before].tokens.end..self.numbers[next].tokens.start;
            let and = |at: usize| scene.is_mark(at) || scene.sign(at, Signs::BREAK).is_some();
            gap.len() <= 2 && gap.into_iter().all(and)
        };
        let bare = |at: usize| self.nouns.get(at) == Some(&Noun::Bare);
        let mut first = at;
        while first > 0 && at - first < LIST && bare(first - 1) && joined(first - 1, first) {
            first -= 1;
        }
        let mut last = at;
        while last - at < LIST && bare(last + 1) && joined(last, last + 1) {
            last += 1;
        }
        let behind = self.numbers[last].tokens.end;
        let mut led = self.numbers[first].tokens.start.saturating_sub(NEAR)..behind + NEAR;
        let told = last > first && led.any(|at| scene.sign(at, Signs::RESPECTIVE).is_some());
        // "أجرى المستشفيان 20 و30 عملية على التوالي": the noun stands behind the last.
        let noun = |act: usize| {
            let end = scene.acts[act].tokens.end;
            let mut behind = end..end + NEAR;
            behind.any(|at| scene.sign(at, Signs::RESPECTIVE).is_some())
        };
        if let Some(Noun::Act(act)) = self.nouns.get(last + 1).copied()
            && joined(last, last + 1)
            && noun(act)
        {
            return Some(self.of_act(self.numbers[at], act, Form::Counted));
        }
        let many = last + 1 - first;
        let told = told.then(|| (0..first).rev().take(REACH))?;
        let before: Vec<usize> = told.filter_map(|at| self.of[at]).take(many).collect();
        let whole = before.get(last - at).filter(|_| before.len() == many)?;
        let end = self.numbers[at].tokens.end;
        Some(Count {
            whole: None,
            ..self.part_of(at, *whole, end)
        })
    }

    /// "bien que le chiffre fût de 212", "لم يكن العدد يتعدى 15 ألفا": the number of those told last.
    pub(super) fn is_told_again(&self, number: &Counted) -> bool {
        const REACH: usize = 7;
        const SMALL: Signs = Signs::ARTICLE.with(Signs::BETWEEN);
        let start = number.tokens.start;
        let scene = self.scene;
        let own = |at: usize| {
            let next = scene.sign(at, Signs::TALLY)?;
            let of = scene.sign(next, SMALL).is_some() || scene.act_at(next).is_some();
            let word = scene.passage.folded(at);
            let known = match scene.passage.text.lang {
                Lang::Ar => word.starts_with(clitic::THE),
                Lang::Fr => at > 0 && scene.sign(at - 1, SMALL).is_some(),
            };
            (known && !of && next <= start && !scene.is_broken(next..start)).then_some(())
        };
        (start.saturating_sub(REACH)..start).any(|at| own(at).is_some())
    }

    /// "فحص 310 تلاميذ، تبين أن 40 منهم مصابون", "احتاجت 83 منهن إلى تتبع": what was found among those seen.
    pub(super) fn is_shown(&self, at: usize) -> bool {
        const NEAR: usize = 3;
        let scene = self.scene;
        let number = &self.numbers[at].tokens;
        let led = scene.sign_before(number.start, Signs::FINDING, NEAR);
        let seen = |count: &Count<'_>| match count.procedure {
            Procedure::Consultation | Procedure::Examination => true,
            Procedure::Treatment => led,
            Procedure::Surgery => false,
        };
        let finding = |at: usize| scene.sign(at, Signs::FINDING).is_some();
        let own = scene.sign(number.end, Signs::PART);
        // "640 من المفحوصين مصابون"
        let of = scene.passage.says(number.end, Says::From);
        let part = own.or(of.then_some(number.end + 2));
        let after = part.and_then(|end| {
            let mut words = end..scene.sentence(number.start).end.min(end + NEAR);
            words.find(|&at| finding(at) && !scene.is_broken(end..at))
        });
        scene.passage.text.lang == Lang::Ar
            && part.is_some()
            && self.counts.last().is_some_and(seen)
            && (after.is_some() || led)
    }

    /// "sept ont révélé une hépatite", "neuf tumeurs confirmées": what an examination found is no act.
    pub(super) fn is_found(&self, end: usize) -> bool {
        const NEAR: usize = 3;
        // "25 لمصابين بالقلب": for whom they were.
        let french = self.scene.passage.text.lang == Lang::Fr;
        let word = |at: usize| {
            let joined = self.scene.passage.folded(at).starts_with(clitic::AND);
            french || self.scene.bearer(at).is_none() && !joined
        };
        let found =
            (end..end + NEAR).find(|&at| self.scene.sign(at, Signs::FINDING).is_some() && word(at));
        found.is_some_and(|at| {
            let clause = |at: usize| self.scene.sign(at, Signs::BREAK).is_some();
            let noun = |at: usize| {
                let bearer = self.scene.bearer(at);
                let person = bearer.is_some_and(|(_, bearer)| bearer.kind == BearerKind::Person);
                person || self.scene.act_at(at).is_some()
            };
            !self.scene.is_broken(end..at) && !(end..at).any(|at| clause(at) || noun(at))
        })
    }
}
