//! Reads what the part of a sentence that speaks of an agreement says beside its parties: how many there
//! are, when and where they are signed, what they are about.

use std::ops::Range;

use crate::record::Lang;
use crate::record::fact::Bound;
use crate::rules::lexicon::{Clitics, Found};
use crate::text::token::Shape;

use super::agreement::Agreement;
use super::form::Says;
use super::kinds::Kinds;
use super::passage::{Counted, Dated};
use super::sign::Sign;
use super::small::Small;
use super::told::{Number, Reader};
use super::vocabulary::{Cue, Meaning, Side};

impl Reader<'_> {
    /// "trois conventions", "deux autres mémorandums", الاتفاقيات الست.
    pub(super) fn count(&self, agreement: &Agreement) -> Number {
        let Range { start, end } = agreement.tokens;
        // "Les deux établissements l'ont reconduite" counts those bound.
        let bodies = |number: &Counted| {
            self.signs.iter().any(|sign| {
                matches!(sign.cue, Cue::Body | Cue::Hospitals)
                    && sign.tokens.contains(&number.tokens.start)
            })
        };
        let between = |number: &Counted| {
            let gap = number.tokens.end..start.max(number.tokens.end);
            // "الملحق عدد 06 للاتفاقية" tells its place.
            // "الأطراف الثلاثة اتفاقية" counts the parties.
            let label =
                || self.passage.text.lang == Lang::Ar && (agreement.definite || number.definite);
            number.tokens.end <= start
                && gap.len() <= 2
                && !label()
                && gap
                    .clone()
                    .all(|at| self.passage.text.tokens[at].shape.has(Shape::LATIN))
                || number.tokens.start == end
                    && self.passage.text.lang == Lang::Ar
                    && agreement.count == 0
                || number.tokens.contains(&start)
        };
        // "ces conventions, au nombre de quatre".
        let counted = |number: &Counted| {
            let gap = end..number.tokens.start.max(end);
            number.tokens.start >= end
                && gap.len() <= 4
                && gap.clone().any(|at| self.passage.says(at, Says::Count))
        };
        let said = |number: &&Counted| (between(number) || counted(number)) && !bodies(number);
        match self.passage.numbers.iter().find(said) {
            Some(number) if (2..1000).contains(&number.value) => {
                Number::Said(number.value, number.bound)
            }
            _ if agreement.count == 2 => Number::Said(2, Bound::Exact),
            _ if agreement.count == 0 => Number::Several,
            _ => Number::One,
        }
    }

    /// "une convention similaire", "un accord du même type".
    pub(super) fn is_alike(&self, agreement: &Agreement) -> bool {
        let end = agreement.tokens.end;
        let mut near = end..end + 3;
        // "la convention entre le même CHU et …" says nothing of its kind.
        let bound = |at: &usize| {
            let ties = |sign: &Sign| {
                sign.tokens.start == *at && matches!(sign.cue, Cue::Between | Cue::With)
            };
            self.signs.iter().any(ties)
        };
        let like = near.find(|at| self.is_small(*at, Small::Like) || bound(at));
        like.is_some_and(|at| self.is_small(at, Small::Like))
    }

    /// "la première en mai 2021 avec A, la seconde le mois dernier avec B": the day right behind the place in a series.
    pub(super) fn date_of_place(
        &self,
        agreement: &Agreement,
        zone: &Range<usize>,
    ) -> Option<(usize, Dated)> {
        const NEAR: usize = 3;
        let end = agreement.tokens.end;
        let point = |date: &&Dated| {
            let value = date.value.as_deref().unwrap_or("P");
            let point = !value.starts_with('P') && !value.contains('/');
            point && (end..end + NEAR).contains(&date.tokens.start)
        };
        let date = self.passage.dates_in(zone.clone()).iter().find(point)?;
        let bound = |sign: &Sign| sign.cue == Cue::With && zone.contains(&sign.tokens.start);
        let told = agreement.part.is_some() && self.signs.iter().any(bound);
        told.then(|| (0, date.clone()))
    }

    /// "celui qui avait été conclu avec": of the kind of those told before.
    pub(super) fn is_that(&self, agreement: &Agreement) -> bool {
        agreement.another && self.is_small(agreement.tokens.start, Small::That)
    }

    /// The place nearest to a verb of signing: "à Rabat", بالرباط; no part of a name.
    pub(super) fn place(&self, signs: &[&Sign], zone: &Range<usize>) -> Option<Found> {
        let spoken = signs
            .iter()
            .filter(|sign| matches!(sign.cue, Cue::Sign | Cue::Renew));
        let places: Vec<Found> = zone.clone().filter_map(|at| self.place_at(at)).collect();
        spoken
            .flat_map(|sign| {
                places.iter().map(move |place| {
                    (
                        distance(&sign.tokens, &(place.first as usize..place.end as usize)),
                        place,
                    )
                })
            })
            .filter(|(distance, _)| *distance <= LONGEST_WAY)
            .min_by_key(|(distance, place)| (*distance, place.first))
            .map(|(_, place)| *place)
    }

    fn place_at(&self, at: usize) -> Option<Found> {
        let mut places = self.vocabulary.of(self.passage, at, Kinds::PLACE);
        let (found, _) = places.find(|(_, meaning)| matches!(meaning, Meaning::Place))?;
        let says = |says| at > 0 && self.passage.says(at - 1, says);
        let led = match self.passage.text.lang {
            Lang::Fr => says(Says::To) && self.passage.has(at, Shape::CAP),
            Lang::Ar => found.clitics.has(Clitics::IN) || says(Says::Within),
        };
        let inside = self.slots.iter().any(|slot| {
            self.passage.organisations[slot.mention]
                .tokens
                .contains(&at)
        });
        (led && !inside).then_some(found)
    }

    /// The words after "portant sur", تتعلق … up to the end of their clause.
    pub(super) fn subject(
        &self,
        agreement: &Agreement,
        zone: &Range<usize>,
    ) -> Option<Range<usize>> {
        let after = |sign: &&Sign| {
            sign.cue == Cue::Subject
                && sign.tokens.start >= agreement.tokens.end
                && zone.contains(&sign.tokens.start)
        };
        let cue = self.signs.iter().find(after)?;
        let limit = zone.end.min(cue.tokens.end + LONGEST_SUBJECT);
        let stop = (cue.tokens.end..limit).find(|&at| {
            let punct =
                self.passage.has(at, Shape::PUNCT) && !matches!(self.passage.folded(at), "'" | "-");
            punct
                || self.signs.iter().any(|sign| {
                    sign.tokens.start == at
                        && matches!(
                            sign.cue,
                            Cue::Sign | Cue::Between | Cue::Patron | Cue::Source
                        )
                })
        });
        let subject = cue.tokens.start..stop.unwrap_or(limit);
        (subject.len() > cue.tokens.len()).then_some(subject)
    }

    /// The date nearest to a verb of signing, in its zone, with the tokens between them.
    pub(super) fn date(
        &self,
        agreement: &Agreement,
        signs: &[&Sign],
        zone: &Range<usize>,
    ) -> Option<(usize, Dated)> {
        let dates = self.passage.dates_in(self.without_asides(agreement, zone));
        let point = |date: &&Dated| {
            let value = date.value.as_deref().unwrap_or("P");
            let bounded = signs.iter().any(|sign| {
                // "منذ إمضائها سنة 2006" tells the day.
                let signed = || {
                    let between = sign.tokens.end..date.tokens.start;
                    let mut signs = signs.iter().filter(|sign| sign.cue == Cue::Sign);
                    signs.any(|sign| between.contains(&sign.tokens.start))
                };
                (matches!(sign.cue, Cue::Span | Cue::Start) || self.is_of_another(sign))
                    && sign.tokens.end <= date.tokens.start
                    && sign.tokens.end + 2 > date.tokens.start
                    && !self.is_just_now(sign, date)
                    && !signed()
                    && !self.is_day_of(date)
            });
            !value.starts_with('P') && !value.contains('/') && !bounded
        };
        // What is renewed was signed once: the day of renewal stands beside its own verb.
        let renewed = signs.iter().any(|sign| sign.cue == Cue::Renew);
        // The day of a council's vote is none of signature.
        let vote = signs.iter().any(|sign| sign.cue == Cue::Vote);
        let told = |sign: &&&Sign| match sign.cue {
            Cue::Renew => true,
            Cue::Sign => !renewed || self.signs_renewal(sign),
            Cue::Plan => !renewed,
            _ => false,
        };
        // "l'accord du 5 mars", "la convention de juin 2016" bear the day of their signature.
        let spoken = signs.iter().any(|sign| sign.cue == Cue::Sign);
        let end = agreement.tokens.end;
        let led = self.passage.says(end, Says::Of);
        let named = dates
            .iter()
            .filter(point)
            .find(|date| led && date.tokens.start == end + 1)
            .map(|date| date.tokens.start);
        // "les conventions conclues avec la caisse ont été résiliées en mars", "ont renouvelé le jumelage conclu
        // en 2016": no day of what is told.
        let other = |told: &Sign, way: usize, date: &Dated| {
            // "المبرمة بين أ وب سنة 2015 انتهت": the date stands between the two, in the clause of the first.
            let own = |end: &Sign| {
                let between = told.tokens.end..date.tokens.start;
                told.side == Side::After
                    && told.tokens.end <= date.tokens.start
                    && date.tokens.end <= end.tokens.start
                    && !between
                        .into_iter()
                        .any(|at| matches!(self.passage.folded(at), "," | "،"))
            };
            // "ont décidé de reconduire leur convention de 2019".
            let outdone = |sign: &&Sign| sign.cue == Cue::End && self.is_outdone(sign);
            let mut ended = self
                .signs
                .iter()
                .filter(outdone)
                .chain(signs.iter().copied());
            named == Some(date.tokens.start) && !spoken
                || ended.any(|sign| {
                    let behind = sign.side == Side::After && date.tokens.end <= sign.tokens.start;
                    let before =
                        renewed && sign.cue == Cue::Sign && !self.signs_renewal(sign) && !behind;
                    (sign.cue == Cue::End || before)
                        && !own(sign)
                        && self.distance(&sign.tokens, &date.tokens) < way
                })
        };
        let nearest = signs
            .iter()
            .filter(told)
            .flat_map(|sign| {
                let near = dates.iter().filter(point);
                let voted = sign.cue == Cue::Plan && vote;
                let after = move |date: &&Dated| {
                    sign.side != Side::After && !voted || date.tokens.start >= sign.tokens.start
                };
                near.filter(after)
                    .map(move |date| (self.way(sign, date), date))
                    .filter(move |(way, date)| !other(sign, *way, date))
                    .map(move |(way, date)| (renewed && sign.cue != Cue::Renew, way, date))
            })
            .min_by_key(|(signed, distance, date)| (*signed, *distance, date.tokens.start))
            .map(|(_, distance, date)| (distance, date.clone()));
        let moved = renewed
            || signs
                .iter()
                .any(|sign| matches!(sign.cue, Cue::Plan | Cue::Vote));
        let own = dates
            .iter()
            .find(|date| named == Some(date.tokens.start) && !moved)
            .map(|date| (0, date.clone()));
        nearest
            .or(own)
            .or_else(|| spoken.then(|| self.date_before()).flatten())
    }

    /// "ينتظر استلامها في جوان": the day of what else is to come.
    fn is_of_another(&self, sign: &Sign) -> bool {
        let plan = |(_, m): (Found, &Meaning)| *m == Meaning::Cue(Cue::Plan);
        sign.cue == Cue::Idle
            && self
                .vocabulary
                .at(self.passage, sign.tokens.start)
                .any(plan)
    }

    /// "depuis le 11 janvier, date à laquelle elle a été paraphée": the day of what is told behind it.
    fn is_day_of(&self, date: &Dated) -> bool {
        let end = date.tokens.end;
        self.passage.folded(end) == "," && self.is_small(end + 1, Small::Day)
    }

    /// "unis depuis hier", "jumelés depuis mardi": the day of the signature, told by its closeness.
    pub(super) fn is_just_now(&self, span: &Sign, date: &Dated) -> bool {
        let written = date.tokens.clone();
        self.is_small(span.tokens.start, Small::Since)
            && date
                .value
                .as_deref()
                .is_some_and(|value| value.len() == 10 || value.contains('W'))
            && !written
                .into_iter()
                .any(|at| self.passage.has(at, Shape::DIGITS))
    }

    /// How far a date stands from a sign. A date before "que" or عن belongs to who speaks: "a annoncé mardi
    /// que", "كشف أمس عن".
    fn way(&self, sign: &Sign, date: &Dated) -> usize {
        let gap = date.tokens.end..sign.tokens.start.max(date.tokens.end);
        let spoken = self.signs.iter().any(|source| {
            let after = date.tokens.start.checked_sub(source.tokens.end);
            source.cue == Cue::Source && after.is_some_and(|gap| gap <= 2)
        });
        let told = spoken
            || gap.clone().any(|at| {
                self.passage.says(at, Says::Reported) || self.passage.says(at, Says::That)
            });
        // A session "held in April" is farther than the day of the signature behind its verb.
        let month = date.value.as_deref().is_some_and(|value| value.len() < 10);
        let vague = if month && date.tokens.end <= sign.tokens.start {
            VAGUE
        } else {
            0
        };
        self.distance(&sign.tokens, &date.tokens) + vague + if told { SPOKEN } else { 0 }
    }

    /// Whether what ties has tied for no more than days: "unis depuis hier"; not so "jumelés depuis 2018".
    pub(super) fn since(&self, zone: &Range<usize>) -> Option<bool> {
        const NEAR: usize = 3;
        let ties = self.signs.iter().filter(|sign| {
            matches!(sign.cue, Cue::Between | Cue::Tie | Cue::Sign)
                && zone.contains(&sign.tokens.start)
        });
        ties.flat_map(|tie| {
            self.signs.iter().filter(|sign| {
                sign.cue == Cue::Span
                    && self.is_small(sign.tokens.start, Small::Since)
                    && sign.tokens.start >= tie.tokens.end
                    && self.distance(&tie.tokens, &sign.tokens) <= NEAR
            })
        })
        .find_map(|span| {
            let dates = self
                .passage
                .dates_in(span.tokens.end..span.tokens.end + NEAR);
            Some(self.is_just_now(span, dates.first()?))
        })
    }

    /// Tokens between two ranges, those of names and dates left out.
    pub(super) fn distance(&self, a: &Range<usize>, b: &Range<usize>) -> usize {
        let gap = a.end.min(b.end)..a.start.max(b.start);
        let slots = self.slots.iter();
        let named = slots.map(|slot| &self.passage.organisations[slot.mention].tokens);
        let dated = self.passage.dates_in(gap.clone());
        let covered: usize = named
            .chain(dated.iter().map(|date| &date.tokens))
            .map(|tokens| {
                tokens
                    .end
                    .min(gap.end)
                    .saturating_sub(tokens.start.max(gap.start))
            })
            .sum();
        gap.len().saturating_sub(covered)
    }

    /// The one date of the sentence before, in the same paragraph: "Hier … Il a signé …".
    fn date_before(&self) -> Option<(usize, Dated)> {
        let sentences = &self.passage.text.sentences;
        let own = self.passage.text.sentence_of(self.sentence.start);
        let before = sentences.get(own.checked_sub(1)?)?;
        let mut points = self
            .passage
            .dates_in(before.tokens.clone())
            .iter()
            .filter(|date| {
                let value = date.value.as_deref().unwrap_or("P");
                value.len() == 10 && !value.starts_with('P')
            });
        let date = points.next()?;
        let alone =
            points.next().is_none() && before.paragraph == sentences[own].paragraph && own <= 2;
        alone.then(|| (before.tokens.len(), date.clone()))
    }
}

/// What a date loses that belongs to who speaks, in tokens.
const SPOKEN: usize = 12;

/// What a month or a year before the verb loses to a day, in tokens.
const VAGUE: usize = 3;

/// Farthest place from its verb, in tokens.
const LONGEST_WAY: usize = 25;

/// Longest subject in tokens.
const LONGEST_SUBJECT: usize = 30;

/// Tokens between two ranges.
fn distance(a: &Range<usize>, b: &Range<usize>) -> usize {
    if a.end <= b.start {
        b.start - a.end
    } else {
        a.start.saturating_sub(b.end)
    }
}
