//! Reads the names that an Arabic plural is shared out over: "مستشفيي محمد بوضياف وسليمان عميرات", "وزارتي الصحة
//! والتعليم العالي", "الوزارتين الجزائرية والتونسية".

use std::ops::Range;

use crate::rules::lexicon::{Clitics, Found};
use crate::text::clitic;
use crate::text::fold::fold;
use crate::text::token::Shape;

use super::form::Says;
use super::name_ar;
use super::organisation::on_one_line;
use super::plural_ar::{Member, Reader};
use super::vocabulary::Meaning;

impl Reader<'_> {
    /// "مستشفيي محمد بوضياف وسليمان عميرات", "جمعيتي «الأمل» و«الحياة»", "وزارتي الصحة والتعليم العالي".
    pub(super) fn names(&mut self) -> Option<Vec<Member>> {
        let quoted = name_ar::quoted(self.passage, self.at, self.end).is_some();
        let first = self.passage.folded(self.at);
        // "مستشفيات الجنوب والهضاب": regions of a collective.
        let told = quoted
            || self.dual()
            || &*self.head.class == "ministry"
            || !first.starts_with(clitic::THE);
        if !told || self.definite() && !quoted {
            return None;
        }
        let mut members: Vec<Member> = Vec::new();
        let mut at = self.at;
        while members.len() < self.most()
            && let Some(tokens) = self.named(at, members.is_empty())
        {
            at = tokens.end;
            let own = on_one_line(self.passage.text.slice(tokens.clone()));
            let bare = own
                .strip_prefix(clitic::AND)
                .filter(|_| !members.is_empty() && !self.whole(tokens.start));
            members.push(Member {
                own: bare.map_or(own.as_str(), str::trim_start).to_owned(),
                tokens,
            });
        }
        if self.dual() && &*self.head.class == "ministry" && members.len() == 2 {
            at = self.widen(&mut members, at);
            self.share_matter(&mut members);
        }
        self.at = at;
        Some(members)
    }

    /// "الوزارتين الجزائرية والتونسية", "المستشفيين الجزائري والفرنسي": an adjective for each.
    pub(super) fn nations(&mut self) -> Option<Vec<Member>> {
        let nation = if self.form.ends_with(clitic::FEMININE) {
            Says::NationFeminine
        } else {
            Says::Nation
        };
        let tells = |at: usize, begin: &str| {
            let folded = self.passage.folded(at);
            folded.starts_with(begin) && self.vocabulary.forms().ends(nation, folded)
        };
        let at = self.at;
        let both = self.dual()
            && self.definite()
            && tells(at, clitic::THE)
            && tells(at + 1, clitic::AND_THE);
        both.then(|| {
            self.at = at + 2;
            [at, at + 1]
                .map(|at| Member {
                    tokens: at..at + 1,
                    own: self
                        .passage
                        .word(at)
                        .trim_start_matches(clitic::AND)
                        .to_owned(),
                })
                .into()
        })
    }

    /// How many members a form names at most.
    fn most(&self) -> usize {
        if self.dual() { 2 } else { usize::MAX }
    }

    /// The matter of the second of two ministries goes on: "التعليم العالي والبحث العلمي".
    fn widen(&self, members: &mut [Member], mut at: usize) -> usize {
        while self.vocabulary.is(self.passage, at, &Meaning::Domain)
            && let Some(tokens) = self.named(at, false)
            && let Some(last) = members.last_mut()
        {
            at = tokens.end;
            last.tokens.end = at;
            last.own = on_one_line(self.passage.text.slice(last.tokens.clone()));
            last.own = last.own.trim_start_matches(clitic::AND).to_owned();
        }
        at
    }

    /// A word that begins with و by itself: وهران.
    fn whole(&self, at: usize) -> bool {
        self.place(at).is_some_and(|(found, ())| found.peeled == 0)
    }

    /// The tokens of one name of a list.
    fn named(&self, at: usize, first: bool) -> Option<Range<usize>> {
        let passage = self.passage;
        let begin = if first { at } else { self.separated(at)? };
        let joined =
            begin > at || passage.folded(begin).starts_with(clitic::AND) && !self.whole(begin);
        if begin >= self.end || !first && !joined {
            return None;
        }
        if let Some(end) = name_ar::quoted(passage, begin, self.end) {
            return Some(begin..end);
        }
        let stopped = self
            .vocabulary
            .at(passage, begin)
            .any(|(found, m)| match m {
                Meaning::Place
                | Meaning::Domain
                | Meaning::Other
                | Meaning::Operation(_)
                | Meaning::Institution
                | Meaning::Person { .. } => false,
                // "جمعيتي الأمل والنور"
                Meaning::Cue(_) | Meaning::Stop => !self.vocabulary.is_made_definite(found),
                _ => true,
            });
        let word = passage.folded(begin);
        let bare = if first {
            word
        } else {
            word.trim_start_matches(clitic::AND)
        };
        let forms = self.vocabulary.forms();
        let begins = forms.begins(Says::Verb, bare) || forms.begins(Says::Listed, bare);
        let verb = !self.dual() && !first && begins;
        if stopped || !passage.has(begin, Shape::ARABIC) || verb && !bare.starts_with(clitic::THE) {
            return None;
        }
        let from = Found {
            first: begin as u32,
            end: begin as u32 + 1,
            clitics: Clitics::default(),
            ..self.noun
        };
        let name = name_ar::read(passage, self.vocabulary, from, self.head, self.end);
        Some(begin..name.end)
    }

    /// "وزارتي الصحة التونسية والليبية": the matter is said once, the nation of each.
    fn share_matter(&self, members: &mut [Member]) {
        let [first, second] = members else {
            return;
        };
        let forms = self.vocabulary.forms();
        let nation = |word: &str| {
            word.starts_with(clitic::THE) && forms.ends(Says::NationFeminine, &fold(word))
        };
        if let Some((matter, own)) = first.own.rsplit_once(' ')
            && nation(own)
            && nation(&second.own)
            && !second.own.contains(' ')
        {
            second.own = format!("{matter} {}", second.own);
        }
    }
}
