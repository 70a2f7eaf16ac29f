//! Says which words no longer belong to an Arabic name: what و joins to it, verbs, what is done by it or with it.

use crate::rules::lexicon::{Clitics, Found};
use crate::text::clitic;

use super::form::Says;
use super::name_ar::Reader;
use super::resolve::is_care;
use super::vocabulary::{Head, Meaning, Strength};

impl Reader<'_> {
    /// Begins with و or ف before a known word or ال: something else begins.
    pub(super) fn conjoined(&self, at: usize) -> bool {
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
        let another = self.head.plural && folded.starts_with(clitic::AND) && !listed;
        // "ومندوب وزارة": و and what begins another name.
        let next = self
            .vocabulary
            .at(self.passage, at + 1)
            .any(|(f, m)| matches!(m, Meaning::Head(head) if !head.weak) && f.peeled == 0);
        !place
            && (another
                || folded.starts_with(clitic::AND) && next && !listed
                || folded.starts_with(clitic::AND_THE)
                || folded.starts_with(clitic::AND_TO)
                || folded.starts_with(clitic::AND)
                    && self
                        .vocabulary
                        .at(self.passage, at)
                        .any(|(f, _)| f.peeled > 0))
    }

    /// ي, ت, س or ن before a stem, not after ال: a verb of the present, unless a name is wanted here.
    pub(super) fn is_verb(&self, at: usize) -> bool {
        let forms = self.vocabulary.forms();
        let folded = self.passage.folded(at);
        (self.name.full || self.at > self.first + 1)
            && folded.chars().count() > 3
            && forms.begins(Says::Verb, folded)
            && !forms.ends(Says::Noun, folded)
            && !forms.ends(Says::Nation, folded)
            && !forms.is(Says::Son, self.passage.folded(at.saturating_sub(1)))
            && !self.is_called(at.saturating_sub(1))
    }

    /// "مستشفى الدكتور تيريشين", "مستشفى محمد يعقوب": behind a title or a given name a name goes on.
    fn is_called(&self, at: usize) -> bool {
        at > self.first
            && self.vocabulary.at(self.passage, at).any(|(found, m)| {
                matches!(m, Meaning::Person { .. }) && found.peeled == 0 && !self.placed
            })
    }

    /// "مستشفى نانت أعقبت", "صندوق الضمان جاهزة": what stands without ال behind a body called by its town alone, or by a
    /// noun with ال that is no person's name, is no part of the name.
    pub(super) fn is_beyond(&self, at: usize) -> bool {
        let before = at - 1;
        let folded = self.passage.folded(at);
        let plain = |at: usize| {
            let mut meant = self.vocabulary.at(self.passage, at);
            !meant.any(|(_, m)| {
                matches!(
                    m,
                    Meaning::Place | Meaning::Institution | Meaning::Person { .. }
                )
            })
        };
        if folded.starts_with(clitic::THE) || !self.name.full || !plain(at) || self.is_governed(at)
        {
            return false;
        }
        let town = self
            .vocabulary
            .at(self.passage, self.opened)
            .any(|(found, m)| {
                *m == Meaning::Place && found.peeled == 0 && found.end as usize == at
            });
        let called =
            is_care(&self.head.class) || matches!(&*self.head.class, "university" | "faculty");
        let matter = matches!(&*self.head.class, "insurer" | "union" | "ministry")
            && self.passage.folded(before).starts_with(clitic::THE)
            && plain(before)
            && !folded.starts_with(clitic::TO_THE);
        town && called && self.person_free() || matter
    }

    /// Whether no word of the name so far is a given name: "مستشفى يوسف دمرجي" is called by no town.
    fn person_free(&self) -> bool {
        let given = |at: usize| {
            let mut meant = self.vocabulary.at(self.passage, at);
            meant.any(|(_, m)| matches!(m, Meaning::Person { .. }))
        };
        !(self.opened..self.at).any(given)
    }

    /// "إضرابهم", "طويلا": a noun with a pronoun or a word in the accusative, behind a name that is whole.
    pub(super) fn is_apart(&self, at: usize) -> bool {
        const SHORTEST: usize = 5;
        let folded = self.passage.folded(at);
        let called = is_care(&self.head.class)
            || matches!(
                &*self.head.class,
                "university" | "faculty" | "directorate" | "local_authority"
            );
        let known = self.vocabulary.at(self.passage, at).any(|(_, m)| {
            matches!(
                m,
                Meaning::Place | Meaning::Institution | Meaning::Person { .. }
            )
        });
        // "المركز الطبي لجامعة نافارا": right behind another body's head its name begins.
        let begun = self
            .vocabulary
            .at(self.passage, at - 1)
            .any(|(_, m)| matches!(m, Meaning::Head(inner) if !inner.weak));
        // "مستشفى الملكة فابيولا" is not whole before its third word.
        let whole = self.placed || self.definite || at > self.first + 2;
        self.name.full
            && called
            && whole
            && folded.chars().count() >= SHORTEST
            && self.vocabulary.forms().ends(Says::Apart, folded)
            && !known
            && !begun
    }

    /// ب or ل before an article: "بالتعاون", "للتكفل"; such a word is no part of the name, but
    /// for bodies of a matter: "الصندوق الوطني للتأمينات".
    pub(super) fn bound(&self, at: usize) -> bool {
        let folded = self.passage.folded(at);
        let wide = self.head.needs
            || matches!(
                &*self.head.class,
                "directorate" | "ministry" | "faculty" | "specialised_hospital"
            );
        let led = self.vocabulary.forms().begins(Says::Means, folded) && folded.chars().count() > 4;
        let begun = self.name.full || self.at > self.first + 1;
        let means = self.vocabulary.at(self.passage, at).any(|(found, m)| {
            let matter = matches!(m, Meaning::Domain | Meaning::Operation(_) | Meaning::Stop);
            matter && found.clitics.has(Clitics::IN)
        });
        // "جمعية أطباء بلا أجر"
        if self.is_region(at) || self.vocabulary.forms().is(Says::Kept, folded) {
            return false;
        }
        begun && (led || means)
            || self
                .vocabulary
                .forms()
                .begins(Says::MeansWritten, self.passage.word(at))
            || folded.starts_with(clitic::IN_THE) && folded.chars().count() > 5
            || folded.starts_with(clitic::TO_THE) && !wide && self.clientele(at).is_none()
    }

    /// "مستشفى نيكر للأطفال", "المؤسسة الاستشفائية للأم والطفل": whom a hospital treats; the token after the words.
    pub(super) fn clientele(&self, at: usize) -> Option<usize> {
        let begun = self.name.full || self.at > self.first + 1;
        if !is_care(&self.head.class) || !begun {
            return None;
        }
        self.vocabulary.at(self.passage, at).find_map(|(found, m)| {
            let whole = found.peeled == 0 && self.passage.folded(at).starts_with(clitic::TO_THE);
            let led = found.clitics.has(Clitics::TO) && found.clitics.has(Clitics::THE);
            (*m == Meaning::Domain && (led || whole)).then_some(found.end as usize)
        })
    }

    /// "المؤسسات الاستشفائية للجنوب": the region of a collective.
    pub(super) fn is_region(&self, at: usize) -> bool {
        self.head.plural && self.vocabulary.is(self.passage, at, &Meaning::Region)
    }

    /// "لتوفير", "لدعم": what is done with a body whose name is whole; bodies of a matter are called by it.
    pub(super) fn is_purpose(&self, at: usize) -> bool {
        let whole = self.name.full || !self.head.needs;
        let public = is_care(&self.head.class)
            || matches!(
                &*self.head.class,
                "agency" | "university" | "ministry" | "local_authority" | "army"
            );
        let meant = self.vocabulary.at(self.passage, at).any(|(found, m)| {
            let led = found.clitics.has(Clitics::TO) && !found.clitics.has(Clitics::THE);
            let act = self.placed && matches!(m, Meaning::Operation(_));
            led && (act || matches!(m, Meaning::Domain | Meaning::Stop | Meaning::Cue(_)))
        });
        let folded = self.passage.folded(at);
        let led = folded
            .strip_prefix(clitic::TO_THE)
            .or(folded.strip_prefix(clitic::TO));
        let aim = led.is_some_and(|noun| self.vocabulary.forms().is(Says::Aim, noun));
        let public = public && !self.head.class.starts_with("specialised");
        whole && public && meant || aim && self.is_specified(at)
    }

    /// Whether the words behind the head tell the body from others: more than the adjectives of "المعهد العالي".
    fn is_specified(&self, at: usize) -> bool {
        let adjective = |at: usize| {
            let folded = self.passage.folded(at);
            folded.starts_with(clitic::THE) && self.is_adjective(at)
        };
        // "منظمة الصحة العالمية" is listed whole.
        let long = self.opened >= self.first + 3;
        long || !self.head.needs || !(self.opened..at).all(adjective)
    }

    /// "وزارة الصحة بحكومة الوحدة": the government whose ministry it is.
    pub(super) fn is_governed(&self, at: usize) -> bool {
        let govern = |at: usize| {
            self.vocabulary.at(self.passage, at).any(|(found, m)| {
                let ministry = matches!(m, Meaning::Head(inner) if &*inner.class == "ministry");
                ministry && found.clitics.has(Clitics::IN)
            })
        };
        &*self.head.class == "ministry"
            && (govern(at)
                || govern(at - 1)
                    && self.passage.folded(at).starts_with(clitic::THE)
                    && !self.definite)
    }

    /// "مستشفى علي عمر", "دي لا فيكتوريا": a given name or a part of a foreign one that looks like a small word.
    fn is_called_so(&self, at: usize) -> bool {
        let person = |at: usize| {
            self.vocabulary.at(self.passage, at).any(|(found, m)| {
                matches!(m, Meaning::Person { title: false }) && found.peeled == 0
            })
        };
        let before = self.passage.folded(at - 1);
        let foreign = self.vocabulary.forms().is(Says::Son, before) && at > self.first + 1;
        foreign || person(at) && person(at + 1) && self.passage.word(at).ends_with(clitic::RELATION)
    }

    /// "العمل بالاتفاقية": what is done with an agreement is no part of the name before it.
    pub(super) fn governs(&self, at: usize) -> bool {
        self.vocabulary.at(self.passage, at + 1).any(|(found, m)| {
            matches!(m, Meaning::Agreement { .. }) && found.clitics.has(Clitics::IN)
        })
    }

    /// "منظمة الصحة العالمية لثلاث سنوات": how long or how many, behind a preposition.
    pub(super) fn is_counted(&self, at: usize) -> bool {
        let led = self
            .passage
            .folded(at)
            .starts_with([clitic::TO, clitic::IN]);
        let numbers = || {
            let from = self
                .passage
                .numbers
                .partition_point(|n| n.tokens.start < at);
            self.passage
                .numbers
                .get(from)
                .is_some_and(|n| n.tokens.start == at)
        };
        let dated = || {
            let dates = self.passage.dates_in(at..at + 1);
            dates.iter().any(|date| date.tokens.start == at)
        };
        let begun = self.name.full || self.at > self.first + 1;
        begun && led && (numbers() || dated())
    }

    /// "مستشفى المطلع الدكتور فادي", and, of whose director is spoken, "مؤسسة مريم لمكافحة السرطان محمد حامد".
    pub(super) fn is_person(&self, at: usize) -> bool {
        let whole = self.name.full;
        whole
            && self
                .vocabulary
                .at(self.passage, at)
                .any(|(found, m)| match m {
                    Meaning::Person { title: true } => found.peeled == 0,
                    Meaning::Person { title: false } => {
                        self.is_held() && found.peeled == 0 && self.is_complete(at)
                    }
                    _ => false,
                })
    }

    /// Whether an office stands before the head: "مدير مستشفى".
    fn is_held(&self) -> bool {
        const NEAR: usize = 3;
        let office = |at: usize| {
            let mut offices = self.vocabulary.at(self.passage, at);
            offices.any(|(found, m)| {
                matches!(m, Meaning::Office { .. }) && found.end as usize <= self.first
            })
        };
        (self.first.saturating_sub(NEAR)..self.first).any(office)
    }

    /// Whether the word before says what a body is for, and nothing of its proper name is to come.
    fn is_complete(&self, at: usize) -> bool {
        let before = self.passage.folded(at - 1);
        let matter = self
            .vocabulary
            .at(self.passage, at - 1)
            .any(|(_, m)| matches!(m, Meaning::Domain | Meaning::Operation(_)));
        at > self.first + 2 && (matter || before.starts_with(clitic::TO_THE))
    }

    /// A preposition, relative, adverb, verb, agreement, office or another head ends the name.
    pub(super) fn stops(&self, at: usize) -> bool {
        self.vocabulary
            .at(self.passage, at)
            .any(|(found, meaning)| match meaning {
                // "سان" is no س with أن: these words carry no preposition; "الخاصة" and "الأمل" are
                // no خاصة and أمل.
                Meaning::Stop if self.is_kept(at) || self.is_called_so(at) => false,
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
                    self.definite
                        && found.peeled == 0
                        && !found.clitics.has(Clitics::THE)
                        && !self.passage.says(at - 1, Says::Within)
                }
                Meaning::Office { .. } => {
                    found.clitics.has(Clitics::PRONOUN)
                        || !self.name.full
                        || found.peeled > 0
                        || self.definite
                }
                Meaning::Head(inner) if inner.weak && found.clitics.has(Clitics::IN) => true,
                // "مستشفى سبها المركزي" is no dual.
                Meaning::Head(inner) if inner.construct && found.clitics.has(Clitics::THE) => false,
                Meaning::Head(inner) => !self.contains(inner, found),
                _ => false,
            })
    }

    /// "مستشفى مطروح العام"; not so "العام الماضي".
    fn is_kept(&self, at: usize) -> bool {
        is_care(&self.head.class)
            && self.name.full
            && self
                .vocabulary
                .forms()
                .is(Says::Kept, self.passage.folded(at))
            && self.passage.dates_in(at..at + 1).is_empty()
    }

    /// "كلية الطب بجامعة …", "مندوبية وزارة الصحة", "نقابة أطباء القطاع": bodies inside names.
    pub(super) fn contains(&self, inner: &Head, found: Found) -> bool {
        let ministry = (&*self.head.class, &*inner.class) == ("directorate", "ministry");
        if ministry && found.clitics.has(Clitics::TO) {
            return true;
        }
        let taught = matches!(
            (&*self.head.class, &*inner.class),
            ("faculty" | "institute", "university")
        );
        // "المركز الطبي لجامعة نافارا"
        let owned = is_care(&self.head.class)
            && matches!(&*inner.class, "university" | "faculty")
            && found.clitics.has(Clitics::TO);
        if owned {
            return true;
        }
        let several = inner.plural && found.clitics.has(Clitics::TO);
        let governed = (&*self.head.class, &*inner.class) == ("ministry", "ministry");
        if (taught || governed) && found.clitics.has(Clitics::IN) || several {
            return true;
        }
        // "مستشفى الهلال الأحمر", "مصحة الضمان الاجتماعي": called by who runs it.
        let runs = is_care(&self.head.class)
            && !self.definite
            && !self.name.full
            && !inner.plural
            && matches!(
                &*inner.class,
                "association" | "insurer" | "army" | "university" | "faculty" | "foundation"
            )
            && !found.clitics.has(Clitics::AND);
        // "جمعية أحباء المستشفى"
        let friends = &*self.head.class == "association"
            && self.name.full
            && !self.definite
            && is_care(&inner.class)
            && found.clitics.has(Clitics::THE)
            && found.peeled == 0;
        if runs || friends {
            return true;
        }
        if inner.weak || found.peeled > 0 && !found.clitics.has(Clitics::THE) {
            return inner.weak && !found.clitics.has(Clitics::AND);
        }
        matches!(
            (&*self.head.class, &*inner.class),
            ("faculty" | "institute", "university")
                | ("directorate" | "insurer", "insurer" | "ministry")
                | ("agency", "insurer" | "ministry" | "international")
                | ("union", "union" | "clinic" | "company")
                | ("local_authority", "local_authority")
                | ("association" | "directorate", "association")
        ) || inner.plural
            && matches!(
                &*self.head.class,
                "company" | "association" | "union" | "other"
            )
            || inner.needs && self.definite && found.clitics.has(Clitics::THE)
    }
}
