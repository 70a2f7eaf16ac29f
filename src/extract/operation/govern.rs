//! Finds the act that tells what was done to those whom a number counts: right before it, after it, or
//! the verb of its sentence.

use std::ops::Range;

use crate::record::Lang;
use crate::rules::lexicon::Clitics;
use crate::text::clitic;

use super::super::form::Says;
use super::count::Counter;
use super::noun::Noun;
use super::tell::{Cue, Tells};
use super::word::Signs;

/// Farthest act that tells what was done to those counted, in tokens.
const AFTER: usize = 30;
const BEFORE: usize = 12;
/// How much farther an act may stand that an aside parts from those counted.
const ASIDE: usize = 12;

impl Counter<'_, '_> {
    /// The first token that may speak of a number: after the number before it, in its sentence.
    pub(super) fn from(&self, at: usize) -> usize {
        let sentence = self.scene.sentence(self.numbers[at].tokens.start).start;
        // The number of a duration governs nothing: "en dix jours".
        let timed = |before: &usize| {
            let start = self.numbers[*before].tokens.start;
            self.scene.passage.dates_in(start..start + 1).is_empty()
        };
        (0..at)
            .rev()
            .take_while(|&before| self.numbers[before].tokens.end > sentence)
            .find(|before| timed(before) && !self.is_frequency(*before))
            .map_or(sentence, |before| self.numbers[before].tokens.end)
    }

    pub(super) fn is_free(&self, act: usize) -> bool {
        let named = &self.scene.acts[act];
        named.admitted && !self.taken[act] && !named.contained
    }

    /// The act that governs a number from right before it: "opéré 22 malades", "dépistage de 48.000 personnes".
    pub(super) fn direct(&self, at: usize, reach: usize) -> Option<usize> {
        let number = self.numbers[at].tokens.start;
        let from = self.from(at).max(number.saturating_sub(reach + ASIDE));
        self.scene.acts_in(from..number).rev().find(|&act| {
            let named = &self.scene.acts[act];
            let mut gap = named.tokens.end..number;
            // "- الفحص بالصدى: 84 مستفيدا": a row of a table.
            let row = (1..=2).contains(&gap.len())
                && self.scene.passage.folded(gap.end - 1) == ":"
                && self.scene.passage.text.lang == Lang::Ar;
            // "a touché, en dix jours, 6.400 écoliers": an aside is no distance.
            let touched = self.touched(&gap);
            gap.start = touched.unwrap_or(gap.start);
            // "على (2500) حالة"
            if gap.len() > 1 && self.scene.passage.folded(gap.end - 1) == "(" {
                gap.end -= 1;
            }
            let participle = named.traits.any(Signs::STRONG)
                && self.scene.passage.text.lang == Lang::Fr
                && gap.len() <= 3;
            let led = named.traits.any(Signs::VERB)
                || participle
                || touched.is_some()
                || self.leads(&gap);
            let aside = named.traits.any(Signs::VERB) && self.scene.is_aside(&gap);
            // "38 affaires ont été traitées et 62 personnes arrêtées": another clause has begun.
            let parted = self.scene.passage.text.lang == Lang::Fr
                && gap.len() == 1
                && self.scene.sign(gap.start, Signs::BREAK).is_some()
                && self.scene.sign(gap.start, Signs::ONLY).is_none();
            // "avoir soigné, à travers le monde, plus de 400.000 personnes".
            let borne =
                matches!(self.nouns[at], Noun::Bearer(..)) && !named.traits.any(Signs::WEAK);
            let enclosed = borne && aside && self.ends_aside(&gap);
            self.is_free(act)
                && !parted
                && (gap.len() - self.dated(&gap) <= reach || enclosed)
                && (row || aside || !self.scene.is_broken(gap.clone()))
                && (row || led)
                && self.fits(act, number)
        })
    }

    /// The tokens of the dates in a gap: "كشفت خلال ستة أيام على".
    fn dated(&self, gap: &Range<usize>) -> usize {
        if self.scene.passage.text.lang == Lang::Fr {
            return 0;
        }
        let dates = self.scene.passage.dates_in(gap.clone()).iter();
        dates
            .map(|date| date.tokens.end.min(gap.end) - date.tokens.start)
            .sum()
    }

    /// Whether next to nothing stands behind the last comma before a number.
    fn ends_aside(&self, gap: &Range<usize>) -> bool {
        const BEHIND: usize = 4;
        let last = gap.clone().rfind(|&at| self.scene.is_mark(at));
        last.is_some_and(|at| at + BEHIND >= gap.end)
    }

    /// The end of an aside right behind a verb that binds those counted to the act before it.
    fn touched(&self, gap: &Range<usize>) -> Option<usize> {
        let mut commas = gap
            .clone()
            .filter(|&at| self.scene.is_mark(at))
            .map(|at| (at, self.scene.passage.folded(at)));
        let opening = commas.next().filter(|(_, mark)| *mark == ",")?.0;
        let closing = commas.next().filter(|(_, mark)| *mark == ",")?.0;
        let bound = self
            .scene
            .sign_before(opening, Signs::RECEIVE, opening - gap.start);
        // "حملة معاينة، نهاية جانفي، شملت 92 طفلا": the verb stands behind the aside.
        let behind = closing + 3 >= gap.end
            && self.scene.passage.text.lang == Lang::Ar
            && (closing..gap.end).any(|at| self.scene.sign(at, Signs::RECEIVE).is_some());
        ((bound || behind) && commas.next().is_none()).then_some(closing + 1)
    }

    /// Whether the words between an act and a number bind them: "de", "au profit de", لفائدة, or nothing.
    fn leads(&self, gap: &Range<usize>) -> bool {
        let number = gap.end;
        let first = self.scene.passage.folded(number);
        let clitic = self.scene.passage.text.lang == Lang::Ar
            && first.starts_with(clitic::TO)
            && gap.len() <= 4;
        clitic
            || self.scene.passage.text.lang == Lang::Ar && gap.len() <= 2
            || self
                .scene
                .sign_before(number, Signs::FOR.with(Signs::RECEIVE), gap.len().min(5))
            || gap.len() <= 4
                && self.scene.sign(gap.start, Signs::BETWEEN).is_some()
                && !gap.is_empty()
    }

    /// An act that wants a word before those counted has it.
    fn fits(&self, act: usize, number: usize) -> bool {
        let Some(with) = self.scene.acts[act].with else {
            return true;
        };
        (number.saturating_sub(4)..number).any(|at| self.scene.passage.folded(at) == with)
    }

    /// The act that a sentence tells of those counted after naming them: "77 malades ont été opérés".
    pub(super) fn after(&self, at: usize, end: usize) -> Option<usize> {
        let limit = self
            .scene
            .sentence(end.saturating_sub(1))
            .end
            .min(end + AFTER);
        let listed = self.numbers.get(at + 1).is_some_and(|next| {
            let joined = |at: usize| {
                self.scene.is_mark(at)
                    || self
                        .scene
                        .sign(at, Signs::BREAK.with(Signs::OUT_OF))
                        .is_some()
            };
            next.tokens.start <= end + 2
                && (end..next.tokens.start).all(joined)
                && matches!(self.nouns[at + 1], Noun::Bearer(..) | Noun::Other)
        });
        // "Soixante malades, sur les 90 programmés, ont été opérés"
        let aside = self.numbers.get(at + 1).is_some_and(|next| {
            const NEAR: usize = 5;
            let start = next.tokens.start;
            start <= end + NEAR && self.scene.sign_before(start, Signs::OUT_OF, NEAR)
        });
        let parts = self.parts_aside(at, end);
        let skipped = parts.max(usize::from(listed || aside));
        let next = self
            .numbers
            .get(at + 1 + skipped)
            .map_or(limit, |next| next.tokens.start.min(limit));
        let start = self.numbers[at].tokens.start;
        self.scene.acts_in(end..next).find(|&act| {
            let named = &self.scene.acts[act];
            let verb = named.traits.any(Signs::VERB);
            // "توعية 156 مواطنا، فيما تم إجراء كشف مبكر ل 244 شخصا"
            let noun = self.scene.passage.text.lang == Lang::Ar;
            let taken = (verb || noun) && self.governs_next(end, act, next);
            // "قسم يتردد عليه 300 شخص، وتأخر الصرف، معتبرا أن": the verb of another clause.
            let mut gap = end..named.tokens.start;
            let far = verb
                && self.scene.passage.text.lang == Lang::Ar
                && gap.clone().filter(|&at| self.scene.is_mark(at)).count() > 1
                && gap.any(|at| self.scene.sign(at, Signs::BREAK).is_some());
            // "500 شخص موزعين على التخصصات التالية: طب العيون، قياس البصر": a list of what was there.
            let listed = !verb
                && self.scene.passage.text.lang == Lang::Ar
                && (end..named.tokens.start).any(|at| self.scene.passage.folded(at) == ":");
            // "364 malades inscrits, dont certains attendent une greffe"
            let awaits = |cue: &Cue| cue.tells == Tells::None;
            let awaited = !verb
                && self.scene.passage.text.lang == Lang::Fr
                && self
                    .scene
                    .cues_in(end..named.tokens.start)
                    .iter()
                    .any(awaits);
            // "Conçu pour 600 malades, le centre en a traité 1.430"
            let have = named.tokens.start.saturating_sub(1);
            let thereof = verb
                && self.scene.sign(have, Signs::HAVE).is_some()
                && self
                    .scene
                    .sign(have.saturating_sub(1), Signs::THEREOF)
                    .is_some();
            self.is_free(act)
                && !taken
                && !far
                && !awaited
                && !thereof
                && !listed
                && !(self.scene.passage.text.lang == Lang::Ar
                    && self.is_of_service(end..named.tokens.start)
                    && !self.scene.is_aside(&(end..named.tokens.start)))
                && named.with.is_none()
                && (!named.traits.any(Signs::DUAL) || named.clitics.has(Clitics::TO))
                && (verb || self.receives(start, end, act))
        })
    }

    /// "1544 شخصا من خدمات متنوعة، همت العلاجات وطب الأسنان": what a service offers is not what each of them had.
    fn is_of_service(&self, gap: Range<usize>) -> bool {
        let scene = self.scene;
        let Some(service) = gap
            .clone()
            .find(|&at| scene.sign(at, Signs::SERVICE).is_some())
        else {
            return false;
        };
        let mut rest = service..gap.end;
        let offers = rest.clone().any(|at| scene.sign(at, Signs::PART).is_some());
        let told = rest
            .clone()
            .any(|at| scene.sign(at, Signs::RECEIVE).is_some());
        offers || !told && rest.any(|at| scene.is_mark(at))
    }

    /// "310 enfants et en ont opéré 22": a verb of the next clause, right before the next number.
    fn governs_next(&self, end: usize, act: usize, next: usize) -> bool {
        const NEAR: usize = 2;
        let named = &self.scene.acts[act].tokens;
        let clause = |at: usize| self.scene.sign(at, Signs::BREAK).is_some();
        let arabic = self.scene.passage.text.lang == Lang::Ar;
        // "استقبل 18.220 حالة، تم إدخال (2.210) منها"
        let bracket = arabic && next > named.end && self.scene.passage.folded(next - 1) == "(";
        let close = next - usize::from(bracket);
        let number = self.scene.number_at(next).is_some() && close - named.end.min(close) <= NEAR;
        let verb = self.scene.acts[act].traits.any(Signs::VERB);
        let parted = arabic && verb && self.scene.is_broken(end..named.start);
        number
            && !self.scene.is_broken(named.end..close)
            && (parted || (end..named.start).any(clause))
    }

    /// The verb that tells of a number without a noun: "dont 40 ont été hospitalisés", "52 à avoir été opérés"; or the
    /// act that each of them had: "douze d'entre elles y ont subi une césarienne".
    pub(super) fn after_bare(&self, at: usize) -> Option<usize> {
        const NEAR: usize = 9;
        let end = self.numbers[at].tokens.end;
        let limit = self.scene.sentence(end - 1).end.min(end + NEAR);
        self.scene.acts_in(end + 1..limit).find(|&act| {
            let named = &self.scene.acts[act];
            let gap = end..named.tokens.start;
            let each = |at: usize| {
                let one = self.scene.number_at(at).is_some_and(|one| one.value == 1);
                one && at + 1 == gap.end
            };
            // "six, trop fragiles, seront opérés"
            let aside = self.scene.is_aside(&gap);
            let clause = |at: usize| {
                self.scene.is_mark(at) && !aside
                    || self.scene.sign(at, Signs::BREAK).is_some()
                    || self.scene.number_at(at).is_some() && !each(at)
            };
            // "52 seulement ont subi la coloscopie"
            let had = || {
                let mut gap = gap.clone();
                gap.any(|at| self.scene.sign(at, Signs::RECEIVE).is_some())
            };
            self.is_free(act)
                && (named.traits.any(Signs::VERB) || had())
                && named.with.is_none()
                && self.scene.passage.text.lang == Lang::Fr
                && !gap.clone().any(clause)
        })
    }

    /// "Et la greffe ? Dix-neuf patients en ont bénéficié": the act named last before those who had it.
    pub(super) fn had(&self, at: usize, end: usize) -> Option<usize> {
        const REACH: usize = 10;
        const FEW: usize = 8;
        let number = self.numbers[at].tokens.start;
        let sentence = self.scene.sentence(number);
        let received = |mut tokens: Range<usize>| {
            tokens.any(|at| self.scene.sign(at, Signs::RECEIVE).is_some())
        };
        let mut rest = end..sentence.end.min(end + REACH);
        let pronoun = rest.find(|&at| self.scene.sign(at, Signs::THEREOF).is_some())?;
        let have = usize::from(self.scene.sign(pronoun + 1, Signs::HAVE).is_some());
        let told = received(pronoun + 1..pronoun + 2 + 2 * have);
        if !told || self.scene.is_broken(end..pronoun) {
            return None;
        }
        let before = self.scene.sentence_before(&sentence).start;
        let acts = self.scene.acts_in(before..number).rev().take(FEW);
        acts.into_iter()
            .find(|&act| self.is_free(act) && !self.scene.acts[act].traits.any(Signs::VERB))
    }

    /// "La vaccination a déjà concerné 118 agents": an act, and a word that says whom it reached.
    pub(super) fn reached(&self, at: usize) -> Option<usize> {
        const NEAR: usize = 3;
        let number = self.numbers[at].tokens.start;
        if !self.scene.sign_before(number, Signs::REACHES, NEAR) {
            return None;
        }
        let from = self.from(at).max(number.saturating_sub(BEFORE + ASIDE));
        let mut acts = self.scene.acts_in(from..number).rev();
        acts.find(|&act| {
            let named = &self.scene.acts[act];
            self.is_free(act)
                && !named.traits.any(Signs::VERB)
                && !self.is_parted(named.tokens.end..number)
        })
    }

    /// Whether a mark parts an act from its number, unless what stands between is an aside: "Les séances, assurées
    /// depuis mai, sont au nombre de 15".
    pub(super) fn is_parted(&self, gap: Range<usize>) -> bool {
        const COMPLEMENT: usize = 6;
        const BESIDE: usize = 5;
        let marks = gap.clone().filter(|&at| self.scene.is_mark(at));
        let commas: Vec<usize> = marks.collect();
        let comma = |&at: &usize| matches!(self.scene.passage.folded(at), "," | "،");
        // "Les interventions du même type, au nombre de 67, …".
        let told = commas.len() == 1 && commas[0] + BESIDE >= gap.end;
        let aside = (commas.len() == 2 || told)
            && commas.iter().all(comma)
            && commas[0] <= gap.start + COMPLEMENT;
        !aside && self.scene.is_broken(gap)
    }

    /// Whether a word says that those counted had the act named after them: "bénéficié de", خضع … ل.
    fn receives(&self, start: usize, end: usize, act: usize) -> bool {
        let named = &self.scene.acts[act];
        let from = self
            .scene
            .sentence(start)
            .start
            .max(start.saturating_sub(BEFORE));
        named.clitics.has(Clitics::TO)
            || named.tokens.start == end
            || (end..named.tokens.start).any(|at| self.scene.sign(at, Signs::RECEIVE).is_some())
            || (self.scene.passage.text.lang == Lang::Ar || self.is_for(end..named.tokens.start))
                && (from..start).any(|at| self.scene.sign(at, Signs::RECEIVE).is_some())
    }

    /// "vu passer 96 personnes pour des coloscopies": what those received came for.
    fn is_for(&self, gap: Range<usize>) -> bool {
        let small = |at: usize| {
            let small = Signs::BETWEEN.with(Signs::ARTICLE).with(Signs::ONE);
            self.scene.sign(at, small).is_some()
        };
        !gap.is_empty()
            && self.scene.sign(gap.start, Signs::PURPOSE).is_some()
            && (gap.start + 1..gap.end).all(small)
    }

    /// "استفاد من الفحص بمستشفى الدراق حوالي 220 مريضا": an act behind its verb, whose subject comes last.
    fn is_had(&self, act: usize, at: usize) -> bool {
        const NEAR: usize = 3;
        let named = &self.scene.acts[act];
        let number = self.numbers[at].tokens.start;
        // "استقبلت العيادة 1200 مريض" names the place.
        let object = named.clitics.has(Clitics::TO)
            || named.clitics.has(Clitics::IN)
            || named.tokens.start > 0
                && self.scene.passage.says(named.tokens.start - 1, Says::From);
        object
            && self.scene.passage.text.lang == Lang::Ar
            && matches!(
                self.nouns[at],
                Noun::Bearer(_, super::word::BearerKind::Person)
            )
            && !self.scene.is_broken(named.tokens.end..number)
            && !(named.tokens.end..number).any(|at| {
                self.scene
                    .sign(at, Signs::BREAK.with(Signs::PART))
                    .is_some()
            })
            && self
                .scene
                .sign_before(named.tokens.start, Signs::RECEIVE, NEAR)
    }

    /// "فحص الفريق، الذي ...، 500 مريض، وأعدت قائمة للجراحة", "معاينات استهدفت 76 تلميذا، وانتهت بالجراحة": the act
    /// before those counted, where a mark parts them from the one that follows.
    pub(super) fn behind(&self, at: usize, end: usize) -> Option<usize> {
        const NEAR: usize = 2;
        const REACH: usize = 20;
        if self.scene.passage.text.lang == Lang::Fr {
            return None;
        }
        let after = self.after(at, end)?;
        let own = end..self.scene.acts[after].tokens.start;
        let verb = self.scene.acts[after].traits.any(Signs::VERB);
        if !self.scene.is_broken(own.clone()) || self.scene.is_aside(&own) {
            return None;
        }
        let number = self.numbers[at].tokens.start;
        let reached = || {
            let from = self.from(at).max(number.saturating_sub(REACH));
            let mut acts = self.scene.acts_in(from..number).rev();
            let act = acts.find(|&act| !self.scene.acts[act].traits.any(Signs::VERB))?;
            let told = self.scene.sign_before(number, Signs::RECEIVE, NEAR);
            (told && !verb && self.is_free(act)).then_some(act)
        };
        self.far(at).or_else(reached)
    }

    /// "شملت حملة الفحص الطبي، التي اختتمت أمس، 5.470 تلميذا": a verb of reaching opens what the act belongs to.
    fn is_led(&self, act: usize, at: usize) -> bool {
        const NEAR: usize = 3;
        let scene = self.scene;
        let named = &scene.acts[act];
        let number = self.numbers[at].tokens.start;
        let marks = (named.tokens.end..number).filter(|&at| scene.is_mark(at));
        scene.passage.text.lang == Lang::Ar
            && scene.sign_before(named.tokens.start, Signs::PART, NEAR)
            && matches!(marks.count(), 0 | 2)
            && matches!(
                self.nouns[at],
                Noun::Bearer(_, super::word::BearerKind::Person)
            )
    }

    /// The verb of the sentence, before its subject and the number.
    pub(super) fn far(&self, at: usize) -> Option<usize> {
        let number = self.numbers[at].tokens.start;
        let sentence = self.scene.sentence(number).start;
        let first = sentence.max(number.saturating_sub(BEFORE + 4));
        let from = (0..at)
            .rev()
            .take_while(|&before| self.numbers[before].tokens.end > first)
            .find(|&before| self.of[before].is_some())
            .map_or(first, |before| self.numbers[before].tokens.end);
        self.scene.acts_in(from..number).rev().find(|&act| {
            let named = &self.scene.acts[act];
            let reach = number - named.tokens.end <= BEFORE;
            let verb = named.traits.any(Signs::VERB);
            let tally = || self.is_tally(act);
            self.is_free(act)
                && reach
                && self.fits(act, number)
                && (verb && self.scene.passage.text.lang == Lang::Ar
                    || tally()
                    || self.is_had(act, at)
                    || self.is_led(act, at))
        })
    }
}
