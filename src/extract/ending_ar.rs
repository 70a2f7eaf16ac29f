//! Says which words no longer belong to an Arabic name: what و joins to it, verbs, what is done by it or with it.

use crate::rules::lexicon::Clitics;

use super::name_ar::Reader;
use super::resolve::is_care;
use super::vocabulary::Meaning;

/// How ب with a verbal noun begins ("بتوفير", "بهدف"), and a proper name does not ("بوضياف", "بن").
const BY_MEANS: [&str; 8] = ["بت", "بم", "بق", "بد", "بغ", "به", "بنس", "بش"];

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
    pub(super) fn is_verb(&self, at: usize) -> bool {
        let folded = self.passage.folded(at);
        (self.name.full || self.at > self.first + 1)
            && folded.chars().count() > 3
            && folded.starts_with(['ي', 'ت', 'س'])
            && !folded.ends_with(['ي', 'ه'])
            && self.passage.folded(at.saturating_sub(1)) != "بن"
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
        let led =
            BY_MEANS.iter().any(|start| folded.starts_with(start)) && folded.chars().count() > 4;
        let begun = self.name.full || self.at > self.first + 1;
        let means = self.vocabulary.at(self.passage, at).any(|(found, m)| {
            let matter = matches!(m, Meaning::Domain | Meaning::Operation(_) | Meaning::Stop);
            matter && found.clitics.has(Clitics::IN)
        });
        if self.is_region(at) {
            return false;
        }
        begun && (led || means)
            || self.passage.word(at).starts_with("بإ")
            || folded.starts_with("بال") && folded.chars().count() > 5
            || folded.starts_with("لل") && !wide && self.clientele(at).is_none()
    }

    /// "مستشفى نيكر للأطفال", "المؤسسة الاستشفائية للأم والطفل": whom a hospital treats; the token after the words.
    pub(super) fn clientele(&self, at: usize) -> Option<usize> {
        let begun = self.name.full || self.at > self.first + 1;
        if !is_care(&self.head.class) || !begun {
            return None;
        }
        self.vocabulary.at(self.passage, at).find_map(|(found, m)| {
            let led = found.clitics.has(Clitics::TO) && found.clitics.has(Clitics::THE);
            (*m == Meaning::Domain && led).then_some(found.end as usize)
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
            led && matches!(m, Meaning::Domain | Meaning::Stop | Meaning::Cue(_))
        });
        whole && public && meant && !self.head.class.starts_with("specialised")
    }

    /// "العمل بالاتفاقية": what is done with an agreement is no part of the name before it.
    pub(super) fn governs(&self, at: usize) -> bool {
        self.vocabulary.at(self.passage, at + 1).any(|(found, m)| {
            matches!(m, Meaning::Agreement { .. }) && found.clitics.has(Clitics::IN)
        })
    }
}
