//! Reads a French name of an organisation from its head word to where it ends.

use std::ops::Range;

use crate::rules::lexicon::{Clitics, Found};
use crate::text::token::Shape;

use super::form::Says;
use super::kinds::Kinds;
use super::operation::word::Word;
use super::organisation::{Name, sigle_after};
use super::passage::Passage;
use super::plural_fr::{distribute, is_plural};
use super::small::Small;
use super::spelling_fr::{is_spelled, titled};
use super::vocabulary::{Cue, Head, Meaning, Vocabulary};

/// Longest name in tokens.
const LONGEST: usize = 40;

/// Reads the complements after a head.
pub(super) fn read(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    found: Found,
    head: &Head,
    end: usize,
) -> Name {
    let first = found.first as usize;
    let several = head.plural || found.clitics.has(Clitics::PLURAL) || is_plural(passage, first);
    let mut reader = Reader {
        passage,
        vocabulary,
        head,
        several,
        long_head: found.end - found.first > 1,
        at: found.end as usize,
        end: end.min(first + LONGEST),
        name: Name {
            end: found.end as usize,
            ..Name::default()
        },
    };
    while reader.step() {}
    reader.spell_out(first);
    let mut name = reader.name;
    name.several = several;
    name.collective = several && !name.full && found.end - found.first > 1;
    if several && name.full {
        let ministry = &*head.class == "ministry";
        let after = (found.end as usize, ministry);
        distribute(passage, vocabulary, after, end, &mut name);
    }
    name
}

struct Reader<'a> {
    passage: &'a Passage<'a>,
    vocabulary: &'a Vocabulary,
    head: &'a Head,
    /// The head is a plural.
    several: bool,
    /// The head says its matter itself: "faculté de médecine".
    long_head: bool,
    at: usize,
    end: usize,
    name: Name,
}

impl Reader<'_> {
    /// Takes one more piece of the name; false where it ends.
    fn step(&mut self) -> bool {
        if self.at >= self.end {
            return false;
        }
        if let Some(sigle) = self.sigle() {
            return sigle;
        }
        if let Some(next) = self
            .quoted()
            .or_else(|| {
                let first = !self.name.full;
                first
                    .then(|| titled(self.passage, self.vocabulary, self.head, self.at, self.end))
                    .flatten()
            })
            .or_else(|| self.proper(self.at))
            .or_else(|| self.adjective())
        {
            return self.take(next);
        }
        match self.complement().or_else(|| self.coordinated()) {
            Some(next) => self.take(next),
            None => false,
        }
    }

    /// "Association d'entraide entre les malades et leurs familles (AEMF)": the letters in parentheses say
    /// how far the name goes.
    fn spell_out(&mut self, first: usize) {
        const REACH: usize = 12;
        const WORD: usize = 3;
        if self.name.sigle.is_some() {
            return;
        }
        let from = self.name.end;
        let limit = self.end.min(from + REACH);
        let Some(open) = (from..limit).find(|&at| self.passage.folded(at) == "(") else {
            return;
        };
        let Some(sigle) = sigle_after(self.passage, open).or_else(|| self.acronym(open)) else {
            return;
        };
        let letters: Vec<char> = self.passage.folded(sigle.start).chars().collect();
        let joins = |at: usize| {
            let long = letters.len() > WORD;
            let listed = self.passage.folded(at) == "," && (long || self.is_of(at + 1));
            !self.passage.has(at, Shape::PUNCT)
                || listed
                || matches!(self.passage.folded(at), "-" | "'" | "’")
        };
        let club = matches!(&*self.head.class, "association" | "foundation" | "union");
        // "… d'équipement des établissements de santé (ARES)": each letter has its word.
        let owned = |at: usize| letters.len() > WORD && self.is_of(at - 1);
        let other = |at: usize| {
            self.vocabulary.at(self.passage, at).any(
                |(_, m)| matches!(m, Meaning::Head(head) if !head.weak && !head.generic && !club),
            )
        };
        let words = (first..open).filter(|&at| self.passage.folded(at).chars().count() > WORD);
        let whole = sigle.len() == 1
            && letters.len() >= WORD
            && words.count() <= 2 * letters.len()
            && (from..open)
                .all(|at| joins(at) && (owned(at) || !other(at) && !self.is_new_head(at)))
            && (is_spelled(self.passage, &letters, first, open)
                // "l'ONG québécoise Mobilisation enfants du monde (MEM)".
                || (first + 1..from)
                    .find(|&at| self.passage.has(at, Shape::CAP))
                    .is_some_and(|own| is_spelled(self.passage, &letters, own, open)));
        if whole {
            self.name.end = open;
            self.name.full = true;
            self.name.sigle = Some(sigle);
        }
    }

    /// "(Ashifa)": one word in parentheses that may be letters of the name before it.
    fn acronym(&self, open: usize) -> Option<Range<usize>> {
        const LONG: usize = 4;
        let word = open + 1;
        let lone = self.passage.folded(open + 2) == ")" && self.passage.has(word, Shape::CAP);
        let long = self.passage.folded(word).chars().count() >= LONG;
        (lone && long).then_some(word..word + 1)
    }

    fn take(&mut self, next: usize) -> bool {
        self.at = next;
        self.name.end = next;
        self.name.full = true;
        true
    }

    /// "(CHU)" inside or after a name: the name goes on after it only with a proper name or a place.
    fn sigle(&mut self) -> Option<bool> {
        let sigle = sigle_after(self.passage, self.at).or_else(|| self.listed_sigle())?;
        let after = sigle.end + 1;
        self.name.sigle = Some(sigle);
        self.at = after;
        let goes_on = self.proper(after).is_some()
            || self.quoted_at(after).is_some()
            || self.adjective_at(after).is_some()
            || (self.is_of(after) && self.owner(self.past_article(after + 1)))
            || (self.is_of(after)
                && (self.is_pointed(after + 1)
                    || self.proper(self.past_article(after + 1)).is_some()
                    || self.weak(self.past_article(after + 1)).is_some()));
        if goes_on {
            self.name.end = after;
        }
        Some(goes_on)
    }

    /// "(Cnas)": an abbreviation that is listed may be written as a name.
    fn listed_sigle(&self) -> Option<Range<usize>> {
        let inner = self.at + 1;
        let enclosed = self.passage.folded(self.at) == "(" && self.passage.folded(inner + 1) == ")";
        let listed = enclosed
            && self
                .vocabulary
                .at(self.passage, inner)
                .any(|(_, m)| matches!(m, Meaning::Head(head) if head.sigle));
        (listed && self.passage.has(inner, Shape::CAP)).then_some(inner..inner + 1)
    }

    /// A name in quotes right after the head.
    fn quoted(&self) -> Option<usize> {
        self.quoted_at(self.at)
    }

    fn quoted_at(&self, at: usize) -> Option<usize> {
        if !matches!(self.passage.folded(at), "«" | "\"" | "“" | "<<" | "”" | "„") {
            return None;
        }
        let close = (at + 2..self.end.min(at + 10))
            .find(|&at| matches!(self.passage.folded(at), "»" | "\"" | "”"))?;
        let named = self.passage.has(at + 1, Shape::CAP);
        let dated = self.passage.folded(at + 1).starts_with('1');
        (named || dated).then_some(close + 1)
    }

    /// A run of words with capitals, with the particles and hyphens between them.
    fn proper(&self, at: usize) -> Option<usize> {
        let passage = self.passage;
        let mut next = at;
        let particle =
            self.vocabulary.is(passage, at, &Meaning::Particle) && !passage.has(at, Shape::CAP);
        let dated = self.is_bound(at)
            || passage.says(at, Says::First)
            || passage.has(at, Shape::DIGITS) && passage.has(at + 1, Shape::HYPHEN);
        if dated || (particle && at + 1 < self.end && passage.has(at + 1, Shape::CAP)) {
            next += 1;
        }
        while next < self.end && (self.is_proper(next) || self.is_bound(next)) {
            next += 1;
        }
        // "l'université d'Alger 3".
        let numbered = next > at
            && matches!(&*self.head.class, "university" | "faculty")
            && passage.has(next, Shape::DIGITS)
            && passage.word(next).len() == 1;
        next += usize::from(numbered && next < self.end);
        (next > at && next <= self.end).then_some(next)
    }

    fn is_proper(&self, at: usize) -> bool {
        let passage = self.passage;
        if passage.has(at, Shape::ELIDED) {
            return passage.has(at, Shape::CAP)
                && (self.is_proper(at + 1) || self.is_clipped(at + 1))
                && !passage.is_article(at);
        }
        if self.is_clipped(at) {
            return true;
        }
        let office = || {
            self.vocabulary
                .at(passage, at)
                .any(|(_, m)| matches!(m, Meaning::Office { .. }))
        };
        // "l'hôpital Dr Benzerdjeb" has the title in its name, "le CHU d'Oran, Pr Mansouri" has not.
        let titled = !self.name.full && passage.says(at, Says::Doctor);
        let person = !titled && passage.is_small(at, Small::Title);
        passage.has(at, Shape::CAP) && !person && !office() && !self.is_new_head(at)
    }

    /// The rest of "M'hamed", "M'sila", written small.
    fn is_clipped(&self, at: usize) -> bool {
        at > 0
            && self.passage.says(at - 1, Says::Clipped)
            && self.passage.has(at - 1, Shape::CAP)
            && self.passage.has(at, Shape::GLUED)
    }

    /// Bound to the word before by a hyphen; "le jumelage CHU d'Oran-hôpital de Mecheria" has two names.
    fn is_bound(&self, at: usize) -> bool {
        let named = self.passage.has(at, Shape::CAP)
            && !(self.passage.has(at, Shape::CAPS) && self.is_of(at + 1));
        self.passage.has(at, Shape::HYPHEN) && !(self.is_new_head(at) && !named)
    }

    /// A strong head of another organisation: two names never run into one without a preposition.
    fn is_new_head(&self, at: usize) -> bool {
        let head = self.vocabulary.first(self.passage, at, |m| match m {
            Meaning::Head(head) => Some(head),
            _ => None,
        });
        head.is_some_and(|(_, head)| {
            head.sigle && self.passage.has(at, Shape::CAPS)
                || !head.sigle && !head.weak && !head.needs
        })
    }

    fn adjective(&self) -> Option<usize> {
        self.adjective_at(self.at)
    }

    /// An adjective, or two with a hyphen: "franco-tunisienne", "mère-enfant".
    fn adjective_at(&self, at: usize) -> Option<usize> {
        let lower = !self.passage.has(at, Shape::CAP) && self.passage.has(at, Shape::LATIN);
        let cue = self
            .vocabulary
            .at(self.passage, at)
            .any(|(_, m)| matches!(m, Meaning::Cue(_) | Meaning::Office { .. }));
        if !lower || cue {
            return None;
        }
        let listed = self.vocabulary.first(self.passage, at, |m| {
            (*m == Meaning::Adjective).then_some(())
        });
        if let Some((found, ())) = listed {
            return Some(found.end as usize);
        }
        if self.vocabulary.is_adjective(self.passage, at) {
            return Some(at + 1);
        }
        let compound = self.passage.has(at + 1, Shape::HYPHEN)
            && self.vocabulary.is_adjective(self.passage, at + 1);
        compound.then_some(at + 2)
    }

    fn is_of(&self, at: usize) -> bool {
        self.passage.says(at, Says::Of) || self.passage.says(at, Says::OfSeveral)
    }

    fn past_article(&self, at: usize) -> usize {
        at + usize::from(self.passage.is_article(at))
    }

    /// "de la Santé", "d'Oran", "de la wilaya d'Adrar", "pour le développement humain".
    fn complement(&self) -> Option<usize> {
        let of = self.is_of(self.at);
        let wide = !matches!(
            &*self.head.class,
            "hospital" | "university_hospital" | "clinic" | "specialised_hospital"
        );
        let says = |says| self.passage.says(self.at, says);
        let noun = self.past_article(self.at + 1);
        // "le commissariat régional à l'éducation", "le centre de recherche en biotechnologie".
        let to = wide
            && (says(Says::To) || says(Says::About))
            && self.vocabulary.is(self.passage, noun, &Meaning::Domain);
        // "la commune de Jerada en février".
        let mut dates = self.passage.dates_in(self.at..self.at + 2).iter();
        let dated = dates.any(|date| date.tokens.start <= self.at + 1);
        let matter = says(Says::Matter) && wide && self.name.full;
        if !of && (dated || !to && !matter) || self.is_phrase() {
            return None;
        }
        // "l'association Amal pour la gestion d'un centre", "l'établissement de relations de coopération".
        let task = !of
            && self
                .vocabulary
                .is(self.passage, noun, &Meaning::Small(Small::Task));
        let tie = self.head.generic
            && self
                .vocabulary
                .at(self.passage, noun)
                .any(|(_, m)| matches!(m, Meaning::Agreement { .. } | Meaning::NotAgreement));
        if task || tie {
            return None;
        }
        // "la direction du CHUO" signs for it.
        let listed = &*self.head.class == "directorate"
            && self
                .vocabulary
                .of(self.passage, noun, Kinds::INSTITUTION)
                .any(|(_, m)| *m == Meaning::Institution);
        if of && listed {
            return None;
        }
        // "l'EPH de cette ville".
        let noun = noun + usize::from(of && self.is_pointed(noun));
        if of && let Some(next) = self.proper(noun).or_else(|| self.weak(noun)) {
            return Some(next);
        }
        if let Some((found, head)) = self.vocabulary.first(self.passage, noun, |m| match m {
            Meaning::Head(head) if !head.weak => Some(head),
            _ => None,
        }) {
            let several =
                says(Says::OfSeveral) && matches!(&*self.head.class, "association" | "union");
            return (of && (several || self.contains(head))).then_some(found.end as usize);
        }
        self.noun(noun, wide)
    }

    /// "de cette ville", "de cette wilaya".
    fn is_pointed(&self, at: usize) -> bool {
        self.passage.is_small(at, Small::This) && self.weak(at + 1).is_some()
    }

    /// "en présence de", "pour le compte de": words that say who else is there.
    fn is_phrase(&self) -> bool {
        self.vocabulary.at(self.passage, self.at).any(|(_, m)| {
            matches!(
                m,
                Meaning::Cue(Cue::Patron | Cue::By | Cue::Site | Cue::With | Cue::Force)
            )
        })
    }

    /// "la wilaya d'Adrar" inside a name: up to its own complement.
    fn weak(&self, at: usize) -> Option<usize> {
        let (found, ()) = self.vocabulary.first(self.passage, at, |m| {
            matches!(m, Meaning::Head(head) if head.weak && (self.several || !head.bound))
                .then_some(())
        })?;
        Some(found.end as usize)
    }

    /// "(DAP) du ministère français de la Justice": the body that this one is of.
    fn owner(&self, at: usize) -> bool {
        self.vocabulary
            .of(self.passage, at, Kinds::HEAD)
            .any(|(_, m)| matches!(m, Meaning::Head(head) if self.contains(head)))
    }

    /// Which bodies stand inside the names of which.
    fn contains(&self, inner: &Head) -> bool {
        matches!(
            (&*self.head.class, &*inner.class),
            (
                "faculty" | "institute",
                "university" | "university_hospital"
            ) | ("union", "union")
                | (
                    "directorate" | "hospital" | "specialised_hospital",
                    "ministry" | "army"
                )
                | ("international" | "insurer" | "agency", "insurer")
                | (
                    "association",
                    "university_hospital" | "hospital" | "faculty"
                )
        )
    }

    /// A common noun in a complement: what the body is about.
    fn noun(&self, at: usize, wide: bool) -> Option<usize> {
        let domain = self.vocabulary.first(self.passage, at, |m| {
            matches!(m, Meaning::Domain | Meaning::Operation(Word::Field(_))).then_some(())
        });
        if let Some((found, ())) = domain.filter(|_| !self.passage.has(at, Shape::ELIDED)) {
            return Some(found.end as usize);
        }
        let word = self.passage.has(at, Shape::LATIN) && !self.passage.has(at, Shape::ELIDED);
        let office = self.vocabulary.at(self.passage, at).any(|(_, m)| {
            matches!(
                m,
                Meaning::Office { .. } | Meaning::Cue(_) | Meaning::Agreement { .. }
            )
        });
        let long = self.passage.folded(at).len() > 3;
        (wide && word && long && !office && at < self.end).then_some(at + 1)
    }

    /// "et de la Population", ", de la Population": another matter of the same body.
    fn coordinated(&self) -> Option<usize> {
        let wide = matches!(
            &*self.head.class,
            "ministry"
                | "directorate"
                | "faculty"
                | "university"
                | "institute"
                | "insurer"
                | "union"
                | "agency"
        );
        let full = self.name.full || self.long_head;
        let and = |at: usize| self.passage.says(at, Says::And);
        let joins = and(self.at) || matches!(self.passage.folded(self.at), "," | "&");
        if !wide || !full || !joins {
            return None;
        }
        let after = self.at + 1 + usize::from(and(self.at + 1));
        let of = self.is_of(after);
        let noun = self.past_article(after + usize::from(of));
        if !of && self.passage.folded(self.at) == "," {
            return None;
        }
        let (found, ()) = self.vocabulary.first(self.passage, noun, |m| {
            (*m == Meaning::Domain).then_some(())
        })?;
        let head = self
            .vocabulary
            .at(self.passage, noun)
            .any(|(f, m)| matches!(m, Meaning::Head(_)) && f.end >= found.end);
        // "ministère du Travail, de l'Emploi et de la Sécurité sociale" has no fund in its name.
        let own = of && &*self.head.class == "ministry";
        ((own || !head) && found.end as usize <= self.end).then_some(found.end as usize)
    }
}
