//! Reads a French name of an organisation from its head word to where it ends.

use std::ops::Range;

use crate::rules::lexicon::{Clitics, Found};
use crate::text::token::Shape;

use super::organisation::{Name, sigle_after};
use super::passage::Passage;
use super::vocabulary::{Head, Meaning, Vocabulary};

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
    let mut reader = Reader {
        passage,
        vocabulary,
        head,
        long_head: found.end - found.first > 1,
        at: found.end as usize,
        end: end.min(first + LONGEST),
        name: Name {
            end: found.end as usize,
            ..Name::default()
        },
    };
    while reader.step() {}
    let mut name = reader.name;
    let several = head.plural || found.clitics.has(Clitics::PLURAL) || is_plural(passage, first);
    name.collective = several && !name.full && found.end - found.first > 1;
    if several && name.full {
        distribute(passage, vocabulary, found.end as usize, end, &mut name);
    }
    name
}

/// Whether a plural determiner stands before the head: "les CHU", "deux EPH".
fn is_plural(passage: &Passage<'_>, first: usize) -> bool {
    first > 0
        && matches!(
            passage.folded(first - 1),
            "les" | "des" | "aux" | "ces" | "deux" | "trois" | "quatre" | "cinq" | "plusieurs"
        )
}

struct Reader<'a> {
    passage: &'a Passage<'a>,
    vocabulary: &'a Vocabulary,
    head: &'a Head,
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

    fn take(&mut self, next: usize) -> bool {
        self.at = next;
        self.name.end = next;
        self.name.full = true;
        true
    }

    /// "(CHU)" inside or after a name: the name goes on after it only with a proper name or a place.
    fn sigle(&mut self) -> Option<bool> {
        let sigle = sigle_after(self.passage, self.at)?;
        let after = sigle.end + 1;
        self.name.sigle = Some(sigle);
        self.at = after;
        let goes_on = self.proper(after).is_some()
            || self.adjective_at(after).is_some()
            || (self.is_of(after)
                && (self.proper(self.past_article(after + 1)).is_some()
                    || self.weak(self.past_article(after + 1)).is_some()));
        if goes_on {
            self.name.end = after;
        }
        Some(goes_on)
    }

    /// A name in quotes right after the head.
    fn quoted(&self) -> Option<usize> {
        if !matches!(self.passage.folded(self.at), "«" | "\"" | "“" | "<<") {
            return None;
        }
        let close = (self.at + 2..self.end.min(self.at + 10))
            .find(|&at| matches!(self.passage.folded(at), "»" | "\"" | "”"))?;
        self.passage
            .has(self.at + 1, Shape::CAP)
            .then_some(close + 1)
            .or_else(|| {
                self.passage
                    .folded(self.at + 1)
                    .starts_with('1')
                    .then_some(close + 1)
            })
    }

    /// A run of words with capitals, with the particles and hyphens between them.
    fn proper(&self, at: usize) -> Option<usize> {
        let passage = self.passage;
        let mut next = at;
        let particle =
            self.vocabulary.is(passage, at, &Meaning::Particle) && !passage.has(at, Shape::CAP);
        let dated = passage.has(at, Shape::HYPHEN)
            || matches!(passage.folded(at), "1er")
            || passage.has(at, Shape::DIGITS) && passage.has(at + 1, Shape::HYPHEN);
        if dated || (particle && at + 1 < self.end && passage.has(at + 1, Shape::CAP)) {
            next += 1;
        }
        while next < self.end && (self.is_proper(next) || passage.has(next, Shape::HYPHEN)) {
            next += 1;
        }
        (next > at && next <= self.end).then_some(next)
    }

    fn is_proper(&self, at: usize) -> bool {
        let passage = self.passage;
        if passage.has(at, Shape::ELIDED) {
            return passage.has(at, Shape::CAP)
                && self.is_proper(at + 1)
                && passage.folded(at) != "l'";
        }
        let office = || {
            self.vocabulary
                .at(passage, at)
                .any(|(_, m)| matches!(m, Meaning::Office { .. }))
        };
        let person = matches!(passage.folded(at), "dr" | "pr" | "m" | "mme" | "mm");
        passage.has(at, Shape::CAP) && !person && !office() && !self.is_new_head(at)
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
        matches!(self.passage.folded(at), "de" | "d'" | "du" | "des")
    }

    fn past_article(&self, at: usize) -> usize {
        at + usize::from(matches!(
            self.passage.folded(at),
            "la" | "l'" | "les" | "le"
        ))
    }

    /// "de la Santé", "d'Oran", "de la wilaya d'Adrar", "pour le développement humain".
    fn complement(&self) -> Option<usize> {
        let of = self.is_of(self.at);
        let wide = !matches!(
            &*self.head.class,
            "hospital" | "university_hospital" | "clinic" | "specialised_hospital"
        );
        let link = matches!(
            self.passage.folded(self.at),
            "en" | "pour" | "contre" | "sur" | "aux"
        );
        if !of && !(link && wide && self.name.full) {
            return None;
        }
        let noun = self.past_article(self.at + 1);
        if of {
            if let Some(next) = self.proper(noun).or_else(|| self.weak(noun)) {
                return Some(next);
            }
        }
        if let Some((found, head)) = self.vocabulary.first(self.passage, noun, |m| match m {
            Meaning::Head(head) if !head.weak => Some(head),
            _ => None,
        }) {
            return (of && self.contains(head)).then_some(found.end as usize);
        }
        self.noun(noun, wide)
    }

    /// "la wilaya d'Adrar" inside a name: up to its own complement.
    fn weak(&self, at: usize) -> Option<usize> {
        let (found, ()) = self.vocabulary.first(self.passage, at, |m| {
            matches!(m, Meaning::Head(head) if head.weak).then_some(())
        })?;
        Some(found.end as usize)
    }

    /// Which bodies stand inside the names of which.
    fn contains(&self, inner: &Head) -> bool {
        matches!(
            (&*self.head.class, &*inner.class),
            (
                "faculty" | "institute",
                "university" | "university_hospital"
            ) | ("union", "union")
                | ("directorate", "ministry" | "army")
                | ("insurer" | "agency", "insurer")
                | (
                    "association",
                    "university_hospital" | "hospital" | "faculty"
                )
        )
    }

    /// A common noun in a complement: what the body is about.
    fn noun(&self, at: usize, wide: bool) -> Option<usize> {
        let domain = self
            .vocabulary
            .first(self.passage, at, |m| (*m == Meaning::Domain).then_some(()));
        if let Some((found, ())) = domain {
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
        if !wide || !full || !matches!(self.passage.folded(self.at), "et" | "," | "&") {
            return None;
        }
        let after = self.at + 1 + usize::from(self.passage.folded(self.at + 1) == "et");
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
        (!head && found.end as usize <= self.end).then_some(found.end as usize)
    }
}

/// "de Jijel, de Mila et d'Aïn M'lila" after a plural head: a part for each.
fn distribute(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    head: usize,
    end: usize,
    name: &mut Name,
) {
    let mut parts: Vec<Range<usize>> = vec![head..name.end];
    let mut at = name.end;
    loop {
        let comma = passage.folded(at) == ",";
        let and = passage.folded(at) == "et" || comma && passage.folded(at + 1) == "et";
        let mut next = at + usize::from(comma) + usize::from(and);
        if passage.folded(next) == "ainsi" && passage.folded(next + 1) == "que" {
            next += 2;
        } else if !comma && !and {
            break;
        }
        let of = usize::from(matches!(passage.folded(next), "de" | "d'" | "du"));
        let article = usize::from(of == 1 && matches!(passage.folded(next + of), "la" | "l'"));
        let proper = next + of + article;
        let other = vocabulary
            .at(passage, proper)
            .any(|(_, m)| matches!(m, Meaning::Head(_) | Meaning::Office { .. }));
        if other || !passage.has(proper, Shape::CAP) || proper >= end {
            break;
        }
        let mut stop = proper + 1;
        while stop < end
            && (passage.has(stop, Shape::CAP) && !passage.has(stop, Shape::ELIDED)
                || passage.has(stop, Shape::HYPHEN))
        {
            stop += 1;
        }
        parts.push(next..stop);
        at = stop;
    }
    if parts.len() > 1 {
        name.end = at;
        name.parts = parts;
    }
}
