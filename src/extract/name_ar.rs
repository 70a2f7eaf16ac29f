//! Reads an Arabic name of an organisation from its head word to where it ends.

use std::ops::Range;

use crate::rules::lexicon::{Clitics, Found};
use crate::text::clitic;
use crate::text::token::Shape;

use super::form::Says;
use super::organisation::{Name, sigle_after};
use super::passage::Passage;
use super::resolve::is_care;
use super::vocabulary::{Head, Meaning, Vocabulary};

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
            several: head.plural,
            ..Name::default()
        },
        settled: false,
        placed: false,
        first: found.first as usize,
        opened: found.end as usize,
    };
    if head.sigle {
        // "CHU de Lille": in its own letters to its end.
        while reader.at < reader.end && passage.has(reader.at, Shape::LATIN) {
            reader.at += 1;
        }
        return Name {
            full: true,
            end: reader.at,
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
    let forms = vocabulary.forms();
    // "بن باديس", "مصباح بغداد" are persons, though towns are called so.
    let placed = tokens.clone().any(|at| {
        vocabulary.at(passage, at).any(|(found, m)| {
            let led = found.clitics.has(Clitics::IN) || found.clitics.has(Clitics::TO);
            let called = at > tokens.start + 1 && !passage.folded(at - 1).starts_with(clitic::THE);
            let closes = found.end as usize == tokens.end
                && !called
                && found.end - found.first == 1
                && !forms.begins(Says::Son, passage.folded(at));
            *m == Meaning::Place && (led || closes)
        })
    });
    let town = vocabulary.at(passage, tokens.end).find(|(found, m)| {
        **m == Meaning::Place && found.clitics.has(Clitics::IN) && !found.clitics.has(Clitics::AND)
    });
    match town {
        Some((found, _)) if !placed && tokens.len() > 1 => found.end as usize,
        _ => tokens.end,
    }
}

/// The token after a name between quotation marks that opens at a token.
pub(super) fn quoted(passage: &Passage<'_>, at: usize, end: usize) -> Option<usize> {
    const LONGEST: usize = 8;
    if !matches!(passage.folded(at), "«" | "\"" | "“" | "”" | "„" | "‹") {
        return None;
    }
    let close = (at + 2..end.min(at + LONGEST))
        .find(|&at| matches!(passage.folded(at), "»" | "\"" | "”" | "“" | "›"))?;
    Some(close + 1)
}

pub(super) struct Reader<'a> {
    pub(super) passage: &'a Passage<'a>,
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) head: &'a Head,
    /// The head carries ال: what follows is an adjective with ال, or a proper name.
    pub(super) definite: bool,
    pub(super) at: usize,
    pub(super) end: usize,
    pub(super) name: Name,
    /// A town closed the name: only more of the place may follow.
    pub(super) settled: bool,
    /// A place stands in the name.
    pub(super) placed: bool,
    pub(super) first: usize,
    /// The token after the head.
    pub(super) opened: usize,
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
        let town = self.town(self.at).or_else(|| self.district());
        self.settled |= town.is_some();
        self.placed |= town.is_some() || self.is_place();
        match self
            .speciality()
            .or_else(|| self.quoted())
            .or(town)
            .or_else(|| self.word())
            .or_else(|| self.latin())
            .or_else(|| self.region())
            .or_else(|| self.coordinated())
            .or_else(|| self.paired())
            .or_else(|| self.numbered())
            .or_else(|| self.dated())
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

    /// "عيادة مختصة في جراحة المفاصل", "جمعية الريف للتضامن مع مرضى السرطان", "للنهوض بالأعمال الاجتماعية": the
    /// preposition belongs to the word before it.
    fn speciality(&self) -> Option<usize> {
        let forms = self.vocabulary.forms();
        let (before, here) = (
            self.passage.folded(self.at - 1),
            self.passage.folded(self.at),
        );
        let led = match () {
            () if forms.is(Says::Within, here) => forms.is(Says::In, before),
            () if forms.is(Says::Along, here) => {
                forms.is(Says::With, before) && &*self.head.class == "association"
            }
            () => here.starts_with(clitic::IN) && forms.is(Says::By, before),
        };
        led.then_some(self.at + 1)
    }

    /// "شركة Novartis", "مؤسسة UM6P Hospitals": a name in its own letters, for what has no other yet.
    fn latin(&self) -> Option<usize> {
        // "المجمع السويسري Bioexpress": behind the adjective of a body with ال, too.
        let open = !self.name.full || self.definite && !self.placed;
        let begins = open && self.passage.has(self.at, Shape::CAP);
        let goes_on = self.passage.has(self.at.checked_sub(1)?, Shape::LATIN);
        let here = self.passage.has(self.at, Shape::LATIN);
        (here && (begins || goes_on)).then_some(self.at + 1)
    }

    /// "جامعة الجزائر 1"
    fn numbered(&self) -> Option<usize> {
        let digit =
            self.passage.has(self.at, Shape::DIGITS) && self.passage.folded(self.at).len() == 1;
        (digit && self.placed && &*self.head.class == "university").then_some(self.at + 1)
    }

    /// "مستشفى 20 أوت": called by a day.
    fn dated(&self) -> Option<usize> {
        if self.name.full || self.definite || !is_care(&self.head.class) {
            return None;
        }
        let passage = self.passage;
        let digits = |at: usize, most: usize| {
            passage.has(at, Shape::DIGITS) && passage.folded(at).len() <= most
        };
        let counted = self
            .vocabulary
            .at(passage, self.at + 1)
            .any(|(_, m)| !matches!(m, Meaning::Other | Meaning::Place));
        let month = digits(self.at, 2) && passage.has(self.at + 1, Shape::ARABIC) && !counted;
        let year = usize::from(digits(self.at + 2, 4));
        (month && self.at + 2 < self.end).then_some(self.at + 2 + year)
    }

    fn quoted(&self) -> Option<usize> {
        // "الجمعية الفرنسية «الأمل»": behind the adjective of a body with ال, too.
        let open = self.definite && !self.placed && !self.settled;
        // "مجموعة مستشفيات «الشفاء»": behind the bodies that it holds.
        let held = self
            .vocabulary
            .at(self.passage, self.at - 1)
            .any(|(_, m)| matches!(m, Meaning::Head(inner) if inner.plural));
        if self.name.full && self.head.needs && !open && !held {
            return None;
        }
        quoted(self.passage, self.at, self.end)
    }

    /// بوهران, لعين الصفراء, في الرباط, لجهة الرباط: where the body is.
    fn town(&self, at: usize) -> Option<usize> {
        let alone = self.passage.says(at, Says::Within);
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
        // "سفارة اليابان بتونس": whose it is and where.
        let placed = self.placed && &*self.head.class != "international";
        let (found, meaning) = place.filter(|(found, _)| {
            !self.is_body(at) && (!found.clitics.has(Clitics::IN) || !placed && !ministry)
        })?;
        // "في" begins an adverbial as often as a name's town: only a town right after a full name.
        // "مجلس جهة درعة في دورة أكتوبر" is at a session.
        let session = alone && self.vocabulary.is(self.passage, at + 1, &Meaning::Stop);
        if alone && (*meaning != Meaning::Place || !self.name.full || ministry || session) {
            return None;
        }
        // "لأقاليم الجنوب"
        let end = found.end as usize;
        let weak = matches!(meaning, Meaning::Head(_));
        let region =
            weak && end < self.end && self.vocabulary.is(self.passage, end, &Meaning::Region);
        Some(end + usize::from(region))
    }

    /// "بمدينة بو", "بإقليم الرحامنة": where a body of care is, behind the word for its kind of place.
    fn district(&self) -> Option<usize> {
        let (passage, at) = (self.passage, self.at);
        let led = self.vocabulary.at(passage, at).any(|(found, meaning)| {
            let weak = matches!(meaning, Meaning::Head(head) if head.weak);
            weak && found.clitics.has(Clitics::IN) && !found.clitics.has(Clitics::AND)
        });
        if !led || self.placed || !is_care(&self.head.class) {
            return None;
        }
        let place = self
            .vocabulary
            .first(passage, at + 1, |m| (*m == Meaning::Place).then_some(()));
        let town = || {
            let meant = self.vocabulary.at(passage, at + 1).next().is_some();
            let city = self
                .vocabulary
                .at(passage, at)
                .any(|(_, m)| matches!(m, Meaning::Head(head) if &*head.class == "town"));
            (city && !meant && passage.has(at + 1, Shape::ARABIC)).then_some(at + 2)
        };
        place
            .map(|(found, ())| found.end as usize)
            .or_else(|| quoted(passage, at + 1, self.end))
            .or_else(town)
    }

    /// "مستشفيات من جنوب البلاد", "مؤسسات استشفائية من ولايات الجنوب": a collective by its region.
    fn region(&self) -> Option<usize> {
        let (passage, at) = (self.passage, self.at);
        let led = self.head.plural && !self.name.full && passage.says(at, Says::From);
        let region = |at: usize| {
            self.vocabulary.at(passage, at).any(|(_, m)| {
                matches!(m, Meaning::Place | Meaning::Region)
                    || matches!(m, Meaning::Head(head) if head.weak)
            })
        };
        (led && at + 1 < self.end && region(at + 1)).then_some(at + 2)
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
            || self.needs_adjective() && !self.is_adjective(at) && !self.is_governed(at)
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
        if self.is_counted(at) {
            return None;
        }
        if let Some(end) = self.clientele(at) {
            return Some(end);
        }
        let ended = self.conjoined(at) || self.is_verb(at) || self.bound(at) || self.governs(at);
        if ended
            || self.is_beyond(at)
            || self.is_apart(at)
            || self.is_person(at)
            || self.is_purpose(at)
        {
            return None;
        }
        Some(at + 1)
    }

    fn is_place(&self) -> bool {
        let place = self.vocabulary.first(self.passage, self.at, |m| {
            (*m == Meaning::Place).then_some(())
        });
        // "بشير بن ناصر", "مصباح بغداد" are persons, though towns are called so.
        let before = self.passage.folded(self.at - 1);
        let called =
            self.at > self.opened && !before.starts_with(clitic::THE) && is_care(&self.head.class);
        // "مستشفى عين وسارة بالجلفة": a small town, and the greater one behind it.
        let small = |found: Found| found.end - found.first > 1 && is_care(&self.head.class);
        place.is_some_and(|(found, ())| found.peeled == 0 && !small(found)) && !called
    }

    /// "مستشفيات الجنوب والهضاب العليا": a second region of a plural.
    fn is_matter(&self, at: usize) -> bool {
        let folded = self.passage.folded(at);
        let plain = self
            .vocabulary
            .at(self.passage, at)
            .all(|(_, m)| *m == Meaning::Other || *m == Meaning::Domain);
        let more = folded.starts_with(clitic::AND_THE) && plain
            || folded.starts_with(clitic::AND) && self.is_region(at);
        self.head.plural && self.name.full && more
    }

    /// What may follow a lone head with ال ("المجلس", "الوزارة"), and the matter of a ministry: adjectives.
    fn needs_adjective(&self) -> bool {
        let lone = self.definite && self.at == self.first + 1;
        lone || &*self.head.class == "ministry" && self.at > self.first + 1
    }

    pub(super) fn is_adjective(&self, at: usize) -> bool {
        let folded = self.passage.folded(at);
        let domain = self.vocabulary.at(self.passage, at).any(|(found, m)| {
            let led = found.clitics.has(Clitics::TO) || found.clitics.has(Clitics::IN);
            *m == Meaning::Domain && (!led || found.clitics.has(Clitics::THE))
        });
        let forms = self.vocabulary.forms();
        let relation = [Says::Nation, Says::NationFeminine, Says::NationPlural];
        domain
            || folded.starts_with(clitic::THE)
                && relation.iter().any(|says| forms.ends(*says, folded))
    }

    /// "التنمية الاقتصادية والاجتماعية": two adjectives of one matter; of a plural they make two bodies.
    fn paired(&self) -> Option<usize> {
        let forms = self.vocabulary.forms();
        let relation =
            |word: &str| word.starts_with(clitic::THE) && forms.ends(Says::NationFeminine, word);
        let second = self.passage.folded(self.at).strip_prefix(clitic::AND)?;
        let inside = self.name.full && self.at > self.first + 2;
        let begins = self
            .vocabulary
            .at(self.passage, self.at)
            .any(|(_, m)| matches!(m, Meaning::Head(_) | Meaning::Office { .. } | Meaning::Stop));
        (inside
            && !begins
            && !self.head.plural
            && relation(self.passage.folded(self.at - 1))
            && relation(second))
        .then_some(self.at + 1)
    }

    /// A matter with ال, alone or behind ل: "الحروق", "للجراحة".
    fn is_treated(&self, at: usize) -> bool {
        at >= self.opened
            && self.vocabulary.at(self.passage, at).any(|(found, m)| {
                matches!(m, Meaning::Domain | Meaning::Operation(_))
                    && found.clitics.has(Clitics::THE)
                    && !found.clitics.has(Clitics::IN)
            })
    }

    /// والحماية الاجتماعية: another matter of the same body.
    fn coordinated(&self) -> Option<usize> {
        let wide = !matches!(
            &*self.head.class,
            "hospital" | "university_hospital" | "clinic" | "association" | "local_authority"
        );
        // "الاتحاد الجهوي للصناعة والتجارة"
        let matter = &*self.head.class == "association"
            && self
                .vocabulary
                .at(self.passage, self.at - 1)
                .any(|(_, m)| matches!(m, Meaning::Domain | Meaning::Operation(_)));
        // "مستشفى الحروق والتجميل", "مستشفى الجلاء للجراحة والحوادث"
        let treats = &*self.head.class == "hospital" && self.is_treated(self.at - 1);
        // "كلية الطب وطب الأسنان": the head is long enough to hold a matter.
        let full = self.name.full || self.at > self.first + 1;
        if !wide && !matter && !treats || !full {
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
