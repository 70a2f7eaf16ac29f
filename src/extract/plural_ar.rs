//! Reads an Arabic plural or dual that is shared out over towns or names, and gives each body its name in the
//! singular: "المراكز الاستشفائية الجامعية لبني مسوس والقبة" is two centres.

use std::ops::Range;

use crate::rules::lexicon::{Clitics, Found, Lexicons};
use crate::text::clitic;
use crate::text::token::Shape;

use super::form::Says;
use super::organisation::{Organisation, bare_name, on_one_line, sigle_after};
use super::passage::Passage;
use super::tie_ar::{Tie, is_letter};
use super::vocabulary::{Head, Meaning, Vocabulary};

/// Pushes the bodies that begin at a token, and returns the token after them; nothing where no plural stands
/// there, or where it is a collective: "مستشفيات الجنوب".
pub(super) fn read(
    passage: &Passage<'_>,
    lexicons: &Lexicons,
    vocabulary: &Vocabulary,
    at: usize,
    end: usize,
    out: &mut Vec<Organisation>,
) -> Option<usize> {
    let (noun, head) = vocabulary.at(passage, at).find_map(|(found, m)| match m {
        Meaning::Head(head) if head.one.is_some() && found.end as usize == at + 1 => {
            Some((found, head))
        }
        _ => None,
    })?;
    let definite = noun.clitics.has(Clitics::THE);
    let place = head.weak && &*head.class != "local_authority";
    if place || head.construct && definite || noun.clitics.has(Clitics::PRONOUN) {
        return None;
    }
    let mut reader = Reader {
        passage,
        lexicons,
        vocabulary,
        head,
        noun,
        end,
        at: at + 1,
        form: head.one.as_deref()?.to_owned(),
        matter: String::new(),
    };
    reader.adjectives();
    if let Some(next) = reader.regions(out) {
        return Some(next);
    }
    let members = reader.shared()?;
    Some(reader.push(&members, out))
}

/// A plural head under reading.
pub(super) struct Reader<'a> {
    pub(super) passage: &'a Passage<'a>,
    lexicons: &'a Lexicons,
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) head: &'a Head,
    pub(super) noun: Found,
    pub(super) end: usize,
    /// The next token.
    pub(super) at: usize,
    /// Noun and adjectives in the singular.
    pub(super) form: String,
    /// What every body is for: "الطب", as written.
    matter: String,
}

/// One of the bodies: its tokens, and its own name with the preposition before it.
pub(super) struct Member {
    pub(super) tokens: Range<usize>,
    pub(super) own: String,
}

impl<'a> Reader<'a> {
    pub(super) fn definite(&self) -> bool {
        self.noun.clitics.has(Clitics::THE)
    }

    /// Two bodies: "مستشفيي", "المستشفيين".
    pub(super) fn dual(&self) -> bool {
        self.head.dual
    }

    /// "الاستشفائية الجامعية", "الثلاثة": they agree with the noun, and the singular says them likewise.
    fn adjectives(&mut self) {
        let feminine = self.form.ends_with(clitic::FEMININE);
        if self.definite() {
            self.form.insert_str(0, clitic::THE);
        }
        while self.at < self.end {
            if let Some(sigle) = sigle_after(self.passage, self.at) {
                self.at = sigle.end + 1;
                continue;
            }
            if self.definite() && self.counts(self.at) {
                self.at += 1;
                continue;
            }
            let Some(one) = self.adjective(self.at, feminine) else {
                break;
            };
            self.form.push(' ');
            self.form.push_str(&one);
            self.at += 1;
        }
    }

    fn counts(&self, at: usize) -> bool {
        let number = self.lexicons.lexicon("number");
        let found = self.passage.found.at(at).iter();
        found
            .map(|found| &self.lexicons.entries()[found.entry as usize])
            .any(|entry| Some(entry.lexicon) == number)
    }

    /// The adjective of one body; nothing for a noun, a place, or what does not agree.
    fn adjective(&self, at: usize, feminine: bool) -> Option<String> {
        let folded = self.passage.folded(at);
        if !self.passage.has(at, Shape::ARABIC)
            || folded.starts_with(clitic::THE) != self.definite()
        {
            return None;
        }
        let named = self.vocabulary.at(self.passage, at).any(|(found, m)| {
            matches!(
                m,
                Meaning::Place | Meaning::Stop | Meaning::Head(_) | Meaning::Cue(_)
            ) && found.peeled == 0
        });
        let word = self.passage.word(at);
        let dual = self.vocabulary.forms().without_ending(Says::Dual, word);
        let stem = match dual {
            Some(stem) if self.dual() => stem,
            _ if self.dual() => return None,
            // Without ال only an adjective of relation is told from a noun by its ending.
            _ if self.passage.ends_as(at, Says::NationFeminine) || self.definite() => {
                word.strip_suffix(clitic::FEMININE)?
            }
            _ => return None,
        };
        let long = stem.chars().count() > 2;
        (long && !named).then(|| {
            if feminine {
                format!("{stem}{}", clitic::FEMININE)
            } else {
                stem.to_owned()
            }
        })
    }

    /// The members, two or more: towns, or names one by one. A singular is shared out over towns alone:
    /// "مستشفى أدرار والأغواط وبشار".
    fn shared(&mut self) -> Option<Vec<Member>> {
        if !self.head.plural {
            return self.towns().filter(|members| members.len() >= 2);
        }
        let members = self
            .towns()
            .or_else(|| self.nations())
            .or_else(|| self.names())?;
        (members.len() >= 2).then_some(members)
    }

    /// "مستشفيات الشمال والجنوب": two collectives, each with the plural before it; "الجنوب والهضاب العليا" is one.
    fn regions(&self, out: &mut Vec<Organisation>) -> Option<usize> {
        let (passage, first) = (self.passage, self.noun.first as usize);
        let region = |at: usize| {
            self.vocabulary
                .first(passage, at, |m| (*m == Meaning::Region).then_some(()))
                .map(|(found, ())| found)
        };
        let north = |at: usize| {
            self.vocabulary
                .forms()
                .is_in(Says::North, passage.folded(at))
        };
        let one = region(self.at).filter(|found| !found.clitics.has(Clitics::AND))?;
        let apart = one.end as usize;
        let mut end = apart;
        while let Some(found) =
            region(end).filter(|found| end < self.end && found.clitics.has(Clitics::AND))
        {
            end = found.end as usize;
        }
        (self.head.plural && end > apart && north(self.at) && !north(apart)).then_some(())?;
        let (start, noun) = bare_name(passage, self.noun, first..self.at);
        let rest = passage.text.slice(apart..end);
        let rest = rest.strip_prefix(clitic::AND).unwrap_or(rest);
        let rest = match (one.clitics.has(Clitics::TO), rest.strip_prefix(clitic::THE)) {
            (true, Some(bare)) => format!("{}{bare}", clitic::TO_THE),
            (true, None) => format!("{}{rest}", clitic::TO),
            (false, _) => rest.to_owned(),
        };
        let sides = [
            (
                first..apart,
                start,
                passage.text.slice(self.at..apart).to_owned(),
            ),
            (apart..end, passage.text.bytes(apart..end).0, rest),
        ];
        for (position, (tokens, start, own)) in sides.into_iter().enumerate() {
            out.push(Organisation {
                several: true,
                tokens,
                start,
                name: on_one_line(&format!("{noun} {own}")),
                sigle: None,
                form: self.form.clone().into(),
                class: self.head.class.clone(),
                head: 1,
                bare: false,
                weak: false,
                office: false,
                short: false,
                generic: self.head.generic,
                clitics: if position == 0 {
                    self.noun.clitics
                } else {
                    Clitics::AND
                },
                part: true,
                id: None,
            });
        }
        Some(end)
    }

    /// "لتيارت ومهدية وفرندة", behind what the bodies are for: "كليات الطب لوهران وعنابة".
    fn towns(&mut self) -> Option<Vec<Member>> {
        let begin = self.at;
        let mut first = self.first_town(begin);
        while first.is_none() && self.is_matter(self.at) {
            self.at += 1;
            first = self.first_town(self.at);
        }
        let Some((mut tie, mut at)) = first else {
            self.at = begin;
            return None;
        };
        let carrier = self.carrier(at);
        let mut carried = "";
        if let Some((one, clitics)) = carrier {
            carried = one;
            tie = if tie == Tie::Bare {
                Tie::of(clitics)
            } else {
                tie
            };
            at += 1;
        }
        let mut members: Vec<Member> = Vec::new();
        while let Some((tokens, name)) = self.town(at, members.is_empty()) {
            at = tokens.end;
            let name = match carried {
                "" => name,
                one => format!("{one} {name}"),
            };
            members.push(Member {
                tokens,
                own: tie.write(&name, self.vocabulary.forms()),
            });
        }
        if members.len() < 2 {
            self.at = begin;
            return None;
        }
        self.matter = self.passage.text.slice(begin..self.at).to_owned();
        self.at = at;
        Some(members)
    }

    /// How the list of towns that begins at a token is tied, and its first town: "ل", "في", "لكل من".
    fn first_town(&self, at: usize) -> Option<(Tie, usize)> {
        let passage = self.passage;
        let (tie, mut next) = match passage.folded(at) {
            _ if passage.says(at, Says::Within) => (Some(Tie::Within), at + 1),
            ":" => (Some(Tie::Bare), at + 1),
            word if is_letter(word, clitic::TO) => (Some(Tie::To), at + 1),
            word if is_letter(word, clitic::IN) => (Some(Tie::In), at + 1),
            _ => (None, at),
        };
        let each = passage.folded(next);
        let whole = |word: Option<&str>| {
            word.is_some_and(|word| self.vocabulary.forms().is(Says::Each, word))
                && passage.says(next + 1, Says::From)
        };
        let (tie, each) = match () {
            () if whole(each.strip_prefix(clitic::TO)) => (Some(Tie::To), true),
            () if whole(each.strip_prefix(clitic::IN)) => (Some(Tie::In), true),
            () => (tie, whole(Some(each))),
        };
        next += if each { 2 } else { 0 };
        let place = next + usize::from(self.carrier(next).is_some());
        let (found, ()) = self.place(place)?;
        let own = self
            .carrier(next)
            .map_or(found.clitics, |(_, clitics)| clitics);
        let tie = tie.unwrap_or(Tie::of(own));
        let tied = tie != Tie::Bare || !self.definite() || passage.folded(at) == ":";
        (tied && !found.clitics.has(Clitics::AND)).then_some((tie, next))
    }

    /// "لولايات": each body belongs to one of those named.
    fn carrier(&self, at: usize) -> Option<(&'a str, Clitics)> {
        let many = matches!(
            &*self.head.class,
            "directorate" | "local_authority" | "insurer" | "union" | "agency"
        );
        self.vocabulary
            .at(self.passage, at)
            .find_map(|(found, m)| match m {
                Meaning::Head(head) if head.weak && many => {
                    Some((head.one.as_deref()?, found.clitics))
                }
                _ => None,
            })
    }

    /// The matter of a body stands between the head and the towns: "الصحة والسكان".
    fn is_matter(&self, at: usize) -> bool {
        let folded = self.passage.folded(at);
        let domain = self.vocabulary.is(self.passage, at, &Meaning::Domain);
        let stopped = self.vocabulary.at(self.passage, at).any(|(_, m)| {
            matches!(
                m,
                Meaning::Stop | Meaning::Cue(_) | Meaning::Agreement { .. }
            )
        });
        at < self.end
            && self.place(at).is_none()
            && (domain
                || !stopped
                    && !self.definite()
                    && (folded.starts_with(clitic::THE) || folded.starts_with(clitic::TO_THE)))
    }

    pub(super) fn place(&self, at: usize) -> Option<(Found, ())> {
        self.vocabulary
            .first(self.passage, at, |m| (*m == Meaning::Place).then_some(()))
    }

    /// "مستشفى قفصة وجامعة سوسة": a town may bear the name of a body.
    fn is_noun(&self, at: usize) -> bool {
        let mut meanings = self.vocabulary.at(self.passage, at);
        meanings
            .any(|(_, m)| matches!(m, Meaning::Head(_) | Meaning::Stop | Meaning::Office { .. }))
    }

    /// "بين مستشفى وهران وفرنسا": a state is a party by itself.
    fn is_country(&self, found: Found) -> bool {
        self.lexicons.entries()[found.entry as usize].feature("level") == Some("country")
    }

    /// The next town of a list: its tokens and its name without clitics.
    fn town(&self, at: usize, first: bool) -> Option<(Range<usize>, String)> {
        let begin = if first { at } else { self.separated(at)? };
        if begin >= self.end {
            return None;
        }
        let Some((found, ())) = self.place(begin) else {
            let unlisted = !first && self.head.plural;
            return unlisted.then(|| self.unlisted(begin, at)).flatten();
        };
        if !self.head.plural && !first && (self.is_country(found) || self.is_noun(begin)) {
            return None;
        }
        let joined = found.clitics.has(Clitics::AND) || begin > at;
        (first || joined).then(|| {
            let tokens = found.first as usize..found.end as usize;
            let (_, name) = bare_name(self.passage, found, tokens.clone());
            (tokens, name)
        })
    }

    /// Behind a comma or a و that stands alone.
    pub(super) fn separated(&self, at: usize) -> Option<usize> {
        let mut next = at;
        while next < at + 2
            && (matches!(self.passage.folded(next), "،" | ",")
                || self.passage.says(next, Says::And))
        {
            next += 1;
        }
        (next < self.end).then_some(next)
    }

    /// A town that no list holds, between others or last of them: "وعين فلانة،".
    fn unlisted(&self, begin: usize, at: usize) -> Option<(Range<usize>, String)> {
        let passage = self.passage;
        let word = passage.word(begin);
        let name = word
            .strip_prefix(clitic::AND)
            .or((begin > at).then_some(word))?;
        let meant = |at: usize| {
            self.vocabulary.at(passage, at).any(|(_, m)| {
                !matches!(
                    m,
                    Meaning::Other | Meaning::Institution | Meaning::Operation(_)
                )
            })
        };
        let closes = |at: usize| {
            let more = self
                .place(at)
                .is_some_and(|(f, ())| f.clitics.has(Clitics::AND));
            at >= self.end || passage.has(at, Shape::PUNCT) || more
        };
        let end = (begin + 1..begin + 3).find(|&at| closes(at))?;
        let arabic = (begin..end).all(|at| passage.has(at, Shape::ARABIC) && !meant(at));
        (arabic && name.chars().count() > 2).then(|| {
            let rest = passage.text.slice(begin..end);
            let rest = rest.strip_prefix(word).unwrap_or_default();
            (begin..end, format!("{name}{rest}"))
        })
    }

    fn push(self, members: &[Member], out: &mut Vec<Organisation>) -> usize {
        let kind = self.vocabulary.head_of(&self.form).unwrap_or(self.head);
        let first = self.noun.first as usize;
        for (position, member) in members.iter().enumerate() {
            let leads = position == 0;
            let tokens = if leads {
                first..member.tokens.end
            } else {
                member.tokens.clone()
            };
            let start = if leads {
                bare_name(self.passage, self.noun, tokens.clone()).0
            } else {
                self.passage.text.bytes(tokens.clone()).0
            };
            let parts = [&*self.form, &*self.matter, &*member.own];
            let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            out.push(Organisation {
                several: false,
                tokens,
                start,
                name: on_one_line(&parts.join(" ")),
                sigle: None,
                form: self.form.clone().into(),
                class: kind.class.clone(),
                head: 1,
                bare: false,
                weak: false,
                office: false,
                short: false,
                generic: kind.generic,
                clitics: if leads {
                    self.noun.clitics
                } else {
                    Clitics::AND
                },
                part: true,
                id: None,
            });
        }
        self.at
    }
}
