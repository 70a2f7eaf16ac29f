//! Reads an Arabic name of an organisation from its head word to where it ends.

use std::ops::Range;

use crate::rules::lexicon::{Clitics, Found};
use crate::text::token::Shape;

use super::organisation::{Name, sigle_after};
use super::passage::Passage;
use super::vocabulary::{Head, Meaning, Strength, Vocabulary};

/// How ب with a verbal noun begins ("بتوفير", "بهدف"), and a proper name does not ("بوضياف", "بن").
const BY_MEANS: [&str; 8] = ["بت", "بم", "بق", "بد", "بغ", "به", "بنس", "بش"];

/// Longest name in tokens.
const LONGEST: usize = 16;

/// Reads the words after a head: iḍāfa, adjectives, proper names, and the town after ب or ل.
pub(super) fn read(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    found: Found,
    head: &Head,
    end: usize,
) -> Name {
    let mut reader = Reader {
        passage,
        vocabulary,
        head,
        definite: found.clitics.has(Clitics::THE),
        at: found.end as usize,
        end: end.min(found.first as usize + LONGEST),
        name: Name {
            end: found.end as usize,
            collective: head.plural && found.end - found.first > 1,
            ..Name::default()
        },
        settled: false,
        placed: false,
        first: found.first as usize,
    };
    if head.sigle {
        return Name {
            full: true,
            ..reader.name
        };
    }
    while reader.step() {}
    reader.name
}

/// The end of a listed name with the town behind it: "مستشفى أول نوفمبر بوهران".
pub(super) fn town_after(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    tokens: Range<usize>,
) -> usize {
    let placed = tokens
        .clone()
        .any(|at| vocabulary.is(passage, at, &Meaning::Place));
    let town = vocabulary.at(passage, tokens.end).find(|(found, m)| {
        **m == Meaning::Place && found.clitics.has(Clitics::IN) && !found.clitics.has(Clitics::AND)
    });
    match town {
        Some((found, _)) if !placed && tokens.len() > 1 => found.end as usize,
        _ => tokens.end,
    }
}

struct Reader<'a> {
    passage: &'a Passage<'a>,
    vocabulary: &'a Vocabulary,
    head: &'a Head,
    /// The head carries ال: what follows is an adjective with ال, or a proper name.
    definite: bool,
    at: usize,
    end: usize,
    name: Name,
    /// A town closed the name: only more of the place may follow.
    settled: bool,
    /// A place stands in the name.
    placed: bool,
    first: usize,
}

impl Reader<'_> {
    fn step(&mut self) -> bool {
        if self.at >= self.end {
            return false;
        }
        if let Some(sigle) = sigle_after(self.passage, self.at) {
            self.at = sigle.end + 1;
            self.name.sigle = Some(sigle);
            return self.town(self.at).is_some();
        }
        let town = self.town(self.at);
        self.settled |= town.is_some();
        self.placed |= town.is_some() || self.is_place();
        match self
            .speciality()
            .or_else(|| self.quoted())
            .or(town)
            .or_else(|| self.word())
            .or_else(|| self.coordinated())
            .or_else(|| self.numbered())
        {
            Some(next) => {
                self.at = next;
                self.name.end = next;
                self.name.full = true;
                true
            }
            None => false,
        }
    }

    /// "عيادة مختصة في جراحة المفاصل": the preposition belongs to the adjective.
    fn speciality(&self) -> Option<usize> {
        let adjective = matches!(
            self.passage.folded(self.at - 1),
            "متخصصه" | "مختصه" | "متخصص" | "مختص"
        );
        // "جمعية الريف للتضامن مع مرضى السرطان"
        let solidarity = self.passage.folded(self.at - 1) == "للتضامن"
            && self.passage.folded(self.at) == "مع"
            && &*self.head.class == "association";
        (adjective && self.passage.folded(self.at) == "في" || solidarity).then_some(self.at + 1)
    }

    /// "جامعة الجزائر 1"
    fn numbered(&self) -> Option<usize> {
        let digit =
            self.passage.has(self.at, Shape::DIGITS) && self.passage.folded(self.at).len() == 1;
        (digit && self.placed && &*self.head.class == "university").then_some(self.at + 1)
    }

    fn quoted(&self) -> Option<usize> {
        if !matches!(self.passage.folded(self.at), "«" | "\"" | "“")
            || self.name.full && self.head.needs
        {
            return None;
        }
        let close = (self.at + 2..self.end.min(self.at + 8))
            .find(|&at| matches!(self.passage.folded(at), "»" | "\"" | "”"))?;
        Some(close + 1)
    }

    /// بوهران, لعين الصفراء, في الرباط, لجهة الرباط: where the body is.
    fn town(&self, at: usize) -> Option<usize> {
        let alone = self.passage.folded(at) == "في";
        let place = self
            .vocabulary
            .at(self.passage, at + usize::from(alone))
            .find(|(found, meaning)| {
                let bound = found.clitics.has(Clitics::IN) || found.clitics.has(Clitics::TO);
                let weak = matches!(meaning, Meaning::Head(head) if head.weak)
                    && found.clitics.has(Clitics::TO);
                (**meaning == Meaning::Place || weak)
                    && (bound || alone)
                    && !self.is_aim(at, *found)
                    && !found.clitics.has(Clitics::AND)
            });
        // "وزارة الصحة بالرباط" says where it sits, "بجامعة" names another body before a town.
        let ministry = &*self.head.class == "ministry";
        let (found, meaning) = place.filter(|(found, _)| {
            !found.clitics.has(Clitics::IN) || !self.placed && !ministry && !self.is_body(at)
        })?;
        // "في" begins an adverbial as often as a name's town: only a town right after a full name.
        if alone && (*meaning != Meaning::Place || !self.name.full) {
            return None;
        }
        Some(found.end as usize)
    }

    /// "لمساعدة": what a body is for, though a town bears the name.
    fn is_aim(&self, at: usize, place: Found) -> bool {
        place.clitics.has(Clitics::TO) && self.vocabulary.is(self.passage, at, &Meaning::Domain)
    }

    /// A town that bears the name of a body, "جامعة", before another word of a name.
    fn is_body(&self, at: usize) -> bool {
        let head = self
            .vocabulary
            .at(self.passage, at)
            .any(|(_, m)| matches!(m, Meaning::Head(head) if !head.weak && !head.parted));
        head && self.passage.has(at + 1, Shape::ARABIC)
    }

    /// A noun of the iḍāfa, an adjective, or a part of a proper name.
    fn word(&self) -> Option<usize> {
        let (passage, at) = (self.passage, self.at);
        let arabic = passage.has(at, Shape::ARABIC);
        if !arabic
            || passage.folded(at).chars().count() < 2
            || passage.has(at, Shape::LINE)
            || self.stops(at)
            || self.needs_adjective() && !self.is_adjective(at)
        {
            return None;
        }
        if let Some((found, ())) = self
            .vocabulary
            .first(passage, at, |m| (*m == Meaning::Place).then_some(()))
            && found.peeled == 0
        {
            return Some(found.end as usize);
        }
        if (self.settled || self.head.weak && self.name.full) && !self.is_adjective(at) {
            return None;
        }
        if self.is_matter(at) {
            return Some(at + 1);
        }
        if self.conjoined(at) || self.is_verb(at) || self.bound(at) || self.governs(at) {
            return None;
        }
        Some(at + 1)
    }

    fn is_place(&self) -> bool {
        let place = self.vocabulary.first(self.passage, self.at, |m| {
            (*m == Meaning::Place).then_some(())
        });
        place.is_some_and(|(found, ())| found.peeled == 0)
    }

    /// "مستشفيات الجنوب والهضاب العليا": a second region of a plural.
    fn is_matter(&self, at: usize) -> bool {
        let folded = self.passage.folded(at);
        let plain = self
            .vocabulary
            .at(self.passage, at)
            .all(|(_, m)| *m == Meaning::Other || *m == Meaning::Domain);
        self.head.plural && self.name.full && folded.starts_with("وال") && plain
    }

    /// What may follow a lone head with ال ("المجلس", "الوزارة"), and the matter of a ministry: adjectives.
    fn needs_adjective(&self) -> bool {
        let lone = self.definite && self.at == self.first + 1;
        lone || &*self.head.class == "ministry" && self.at > self.first + 1
    }

    fn is_adjective(&self, at: usize) -> bool {
        let folded = self.passage.folded(at);
        let domain = self.vocabulary.at(self.passage, at).any(|(found, m)| {
            let led = found.clitics.has(Clitics::TO) || found.clitics.has(Clitics::IN);
            *m == Meaning::Domain && (!led || found.clitics.has(Clitics::THE))
        });
        domain
            || folded.starts_with("ال")
                && (folded.ends_with('ي') || folded.ends_with("يه") || folded.ends_with("يين"))
    }

    /// A preposition, relative, adverb, verb, agreement, office or another head ends the name.
    fn stops(&self, at: usize) -> bool {
        self.vocabulary
            .at(self.passage, at)
            .any(|(found, meaning)| match meaning {
                // "سان" is no س with أن: these words carry no preposition; "الخاصة" and "الأمل" are
                // no خاصة and أمل.
                Meaning::Stop | Meaning::Cue(_) => {
                    [Clitics::IN, Clitics::TO, Clitics::AS]
                        .iter()
                        .all(|c| !found.clitics.has(*c))
                        && !self.vocabulary.is_made_definite(found)
                }
                Meaning::Agreement { strength, .. } => {
                    let matter = found.clitics.has(Clitics::TO) && found.clitics.has(Clitics::THE);
                    *strength != Strength::Bare || !matter
                }
                Meaning::NotAgreement => true,
                // After "المستشفى الجامعي" stands a proper name, or something else begins: "أطباء".
                Meaning::Operation(_) => {
                    self.definite && found.peeled == 0 && !found.clitics.has(Clitics::THE)
                }
                Meaning::Office { .. } => {
                    found.clitics.has(Clitics::PRONOUN)
                        || !self.name.full
                        || found.peeled > 0
                        || self.definite
                }
                Meaning::Head(inner) if inner.weak && found.clitics.has(Clitics::IN) => true,
                Meaning::Head(inner) => !self.contains(inner, found),
                _ => false,
            })
    }

    /// "كلية الطب بجامعة …", "مندوبية وزارة الصحة", "نقابة أطباء القطاع": bodies inside names.
    fn contains(&self, inner: &Head, found: Found) -> bool {
        let ministry = (&*self.head.class, &*inner.class) == ("directorate", "ministry");
        if ministry && found.clitics.has(Clitics::TO) {
            return true;
        }
        let taught = matches!(
            (&*self.head.class, &*inner.class),
            ("faculty" | "institute", "university")
        );
        let several = inner.plural && found.clitics.has(Clitics::TO);
        let governed = (&*self.head.class, &*inner.class) == ("ministry", "ministry");
        if (taught || governed) && found.clitics.has(Clitics::IN) || several {
            return true;
        }
        if inner.weak || found.peeled > 0 && !found.clitics.has(Clitics::THE) {
            return inner.weak && !found.clitics.has(Clitics::AND);
        }
        matches!(
            (&*self.head.class, &*inner.class),
            ("faculty" | "institute", "university")
                | ("agency" | "directorate" | "insurer", "insurer" | "ministry")
                | ("union", "union" | "clinic" | "company")
                | ("local_authority", "local_authority")
                | ("association", "association")
        ) || inner.plural
            && matches!(
                &*self.head.class,
                "company" | "association" | "union" | "other"
            )
            || inner.needs && self.definite && found.clitics.has(Clitics::THE)
    }

    /// Begins with و or ف before a known word or ال: something else begins.
    fn conjoined(&self, at: usize) -> bool {
        let folded = self.passage.folded(at);
        let place = self
            .vocabulary
            .at(self.passage, at)
            .any(|(f, m)| *m == Meaning::Place && f.peeled == 0);
        let listed = self
            .vocabulary
            .at(self.passage, at)
            .any(|(f, _)| f.peeled == 0);
        // Behind a plural every و begins another one.
        let another = self.head.plural && folded.starts_with('و') && !listed;
        // "ومندوب وزارة": و and what begins another name.
        let next = self
            .vocabulary
            .at(self.passage, at + 1)
            .any(|(f, m)| matches!(m, Meaning::Head(head) if !head.weak) && f.peeled == 0);
        !place
            && (another
                || folded.starts_with('و') && next && !listed
                || folded.starts_with("وال")
                || folded.starts_with("ول")
                || folded.starts_with('و')
                    && self
                        .vocabulary
                        .at(self.passage, at)
                        .any(|(f, _)| f.peeled > 0))
    }

    /// ي, ت, س or ن before a stem, not after ال: a verb of the present, unless a name is wanted here.
    fn is_verb(&self, at: usize) -> bool {
        let folded = self.passage.folded(at);
        (self.name.full || self.at > self.first + 1)
            && folded.chars().count() > 3
            && folded.starts_with(['ي', 'ت', 'س'])
            && !folded.ends_with(['ي', 'ه'])
            && self.passage.folded(at.saturating_sub(1)) != "بن"
    }

    /// ب or ل before an article: "بالتعاون", "للتكفل"; such a word is no part of the name, but
    /// for bodies of a matter: "الصندوق الوطني للتأمينات".
    fn bound(&self, at: usize) -> bool {
        let folded = self.passage.folded(at);
        let wide = self.head.needs
            || matches!(
                &*self.head.class,
                "directorate" | "ministry" | "faculty" | "specialised_hospital"
            );
        let led =
            BY_MEANS.iter().any(|start| folded.starts_with(start)) && folded.chars().count() > 4;
        let begun = self.name.full || self.at > self.first + 1;
        let means = self.vocabulary.at(self.passage, at).any(|(found, m)| {
            let matter = matches!(m, Meaning::Domain | Meaning::Operation(_) | Meaning::Stop);
            matter && found.clitics.has(Clitics::IN)
        });
        begun && (led || means)
            || self.passage.word(at).starts_with("بإ")
            || folded.starts_with("بال") && folded.chars().count() > 5
            || folded.starts_with("لل") && !wide
    }

    /// "العمل بالاتفاقية": what is done with an agreement is no part of the name before it.
    fn governs(&self, at: usize) -> bool {
        self.vocabulary.at(self.passage, at + 1).any(|(found, m)| {
            matches!(m, Meaning::Agreement { .. }) && found.clitics.has(Clitics::IN)
        })
    }

    /// والحماية الاجتماعية: another matter of the same body.
    fn coordinated(&self) -> Option<usize> {
        let wide = !matches!(
            &*self.head.class,
            "hospital" | "university_hospital" | "clinic" | "association" | "local_authority"
        );
        if !wide || !self.name.full {
            return None;
        }
        let (found, ()) = self.vocabulary.first(self.passage, self.at, |m| {
            (*m == Meaning::Domain).then_some(())
        })?;
        let head = self
            .vocabulary
            .at(self.passage, self.at)
            .any(|(_, m)| matches!(m, Meaning::Head(_)));
        (!head && found.clitics.has(Clitics::AND)).then_some(found.end as usize)
    }
}
