//! Turns word lists into one trie over interned words, and a text into the entries that stand in it.
//!
//! An entry is found in the forms that a writer gives it without being listed in each: a French word
//! also in its plural in -s or -x; an Arabic one with or without ال, and with the clitics و ف ب ك ل س
//! before it or a pronoun after it. The whole word is tried first: what is known as it stands is not
//! taken apart.

use rustc_hash::FxHashMap;

use crate::error::Fault;
use crate::record::Lang;
use crate::text::Text;
use crate::text::fold::fold;
use crate::text::token::Shape;

/// What was taken off a word to find it: a set of marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Clitics(u8);

impl Clitics {
    /// و or ف before the word.
    pub const AND: Self = Self(1);
    /// ب before the word.
    pub const IN: Self = Self(1 << 1);
    /// ل before the word.
    pub const TO: Self = Self(1 << 2);
    /// ك or س before the word.
    pub const AS: Self = Self(1 << 3);
    /// ال before the word.
    pub const THE: Self = Self(1 << 4);
    /// A pronoun after the word.
    pub const PRONOUN: Self = Self(1 << 5);
    /// The French plural ending.
    pub const PLURAL: Self = Self(1 << 6);

    /// Whether every mark of `other` is here.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// One line of a lexicon: what a form means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Name of the lexicon: the file without its ending.
    pub lexicon: u16,
    /// What the form stands for; forms of one thing share it.
    pub id: Box<str>,
    /// The form as the file writes it.
    pub form: Box<str>,
    /// `key=value` pairs, or a key alone with an empty value.
    pub features: Box<[(Box<str>, Box<str>)]>,
}

impl Entry {
    /// The value of a feature; an empty string for a feature without a value.
    pub fn feature(&self, key: &str) -> Option<&str> {
        self.features
            .iter()
            .find(|(k, _)| &**k == key)
            .map(|(_, value)| &**value)
    }
}

/// An entry that stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Position in [`Lexicons::entries`].
    pub entry: u32,
    /// First token.
    pub first: u32,
    /// Token after the last.
    pub end: u32,
    /// What its first word carries.
    pub clitics: Clitics,
    /// Bytes of the original first token that are clitics before the word, ال not counted.
    pub peeled: u8,
}

/// All entries found in a text, by their first token, the longest first.
#[derive(Debug, Clone, Default)]
pub struct Annotations {
    found: Vec<Found>,
    starts: Vec<u32>,
}

impl Annotations {
    /// The entries that begin at a token, the longest first.
    pub fn at(&self, token: usize) -> &[Found] {
        match self.starts.get(token..token + 2) {
            Some(bounds) => &self.found[bounds[0] as usize..bounds[1] as usize],
            None => &[],
        }
    }

    /// Every entry found, in order of its first token.
    pub fn all(&self) -> &[Found] {
        &self.found
    }
}

/// The word lists of one language, those shared by both included.
#[derive(Debug, Clone)]
pub struct Lexicons {
    lang: Lang,
    names: Vec<Box<str>>,
    entries: Vec<Entry>,
    words: FxHashMap<Box<str>, u32>,
    /// Node 0 is the root.
    edges: FxHashMap<(u32, u32), u32>,
    ends: Vec<Vec<u32>>,
}

/// One way to read a token: an interned word and what was taken off.
#[derive(Debug, Clone, Copy)]
struct Reading {
    word: u32,
    clitics: Clitics,
    peeled: u8,
}

impl Lexicons {
    /// No words yet.
    pub fn new(lang: Lang) -> Self {
        Self {
            lang,
            names: Vec::new(),
            entries: Vec::new(),
            words: FxHashMap::default(),
            edges: FxHashMap::default(),
            ends: vec![Vec::new()],
        }
    }

    /// The name of a lexicon.
    pub fn name(&self, lexicon: u16) -> &str {
        &self.names[usize::from(lexicon)]
    }

    /// The number of a lexicon that exists.
    pub fn lexicon(&self, name: &str) -> Option<u16> {
        self.names
            .iter()
            .position(|known| &**known == name)
            .map(|at| at as u16)
    }

    /// Every entry; [`Found::entry`] points into it.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Reads a file of lines `form ⇥ id ⇥ features`, or of named columns where a shared file holds both
    /// scripts in one row. Lines that begin with `#` are comments; the first other line names the columns.
    ///
    /// # Errors
    /// Every line that has not the columns of the first, or a form that folds to nothing.
    pub fn add_file(&mut self, file: &str, content: &str) -> Result<(), Vec<Fault>> {
        let stem = file
            .rsplit('/')
            .next()
            .unwrap_or(file)
            .trim_end_matches(".tsv");
        let lexicon = self.lexicon(stem).unwrap_or_else(|| {
            self.names.push(stem.into());
            (self.names.len() - 1) as u16
        });
        let mut faults = Vec::new();
        let mut lines = content
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.starts_with('#') && !line.is_empty());
        let Some((_, head)) = lines.next() else {
            return Ok(());
        };
        let columns: Vec<&str> = head.split('\t').collect();
        for (number, line) in lines {
            let cells: Vec<&str> = line.split('\t').collect();
            let mut fault = |message: String| {
                faults.push(Fault {
                    file: file.to_owned(),
                    line: number + 1,
                    column: 1,
                    message,
                });
            };
            if cells.len() != columns.len() {
                fault(format!(
                    "{} columns where the first line names {}",
                    cells.len(),
                    columns.len()
                ));
                continue;
            }
            if let Err(message) = self.add_row(lexicon, &columns, &cells) {
                fault(message);
            }
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(faults)
        }
    }

    fn add_row(&mut self, lexicon: u16, columns: &[&str], cells: &[&str]) -> Result<(), String> {
        let own = self.lang.code();
        let (mut id, mut forms, mut features) = ("", Vec::new(), Vec::new());
        for (&column, &cell) in columns.iter().zip(cells) {
            match column.rsplit_once('_') {
                Some(("name", lang)) if lang == own => forms.push(cell),
                Some(("aliases", lang)) if lang == own => forms.extend(cell.split(" | ")),
                Some(("name" | "aliases", _)) => {}
                _ if column == "form" => forms.push(cell),
                _ if column == "id" => id = cell,
                _ if column == "features" => features.extend(cell.split_whitespace().map(pair)),
                _ => features.push((column.into(), cell.into())),
            }
        }
        for form in forms.into_iter().filter(|form| !form.is_empty()) {
            self.add(lexicon, form, id, features.clone())?;
        }
        Ok(())
    }

    fn add(
        &mut self,
        lexicon: u16,
        form: &str,
        id: &str,
        features: Vec<(Box<str>, Box<str>)>,
    ) -> Result<(), String> {
        let text = Text::new(form, self.lang);
        if text.tokens.is_empty() || fold(form).trim().is_empty() {
            return Err(format!("`{form}` folds to nothing"));
        }
        let mut node = 0;
        for at in 0..text.tokens.len() {
            let key = key(text.folded(at), self.lang).0;
            let fresh = self.words.len() as u32;
            let word = *self.words.entry(key.as_ref().into()).or_insert(fresh);
            let next = self.ends.len() as u32;
            node = *self.edges.entry((node, word)).or_insert(next);
            if node == next {
                self.ends.push(Vec::new());
            }
        }
        let entry = Entry {
            lexicon,
            id: id.into(),
            form: form.into(),
            features: features.into(),
        };
        self.ends[node as usize].push(self.entries.len() as u32);
        self.entries.push(entry);
        Ok(())
    }

    /// Finds every entry that stands in a text, in one pass.
    pub fn annotate(&self, text: &Text<'_>) -> Annotations {
        let mut found: Vec<Found> = Vec::new();
        let mut starts = Vec::with_capacity(text.tokens.len() + 1);
        let readings: Vec<Vec<Reading>> = (0..text.tokens.len())
            .map(|at| self.readings(text, at))
            .collect();
        for sentence in &text.sentences {
            for first in sentence.tokens.clone() {
                let begin = found.len();
                starts.push(begin as u32);
                for reading in &readings[first] {
                    let tail = &readings[first + 1..sentence.tokens.end];
                    self.walk(*reading, first, tail, &mut found);
                }
                found[begin..].sort_by_key(|f| (std::cmp::Reverse(f.end), f.peeled, f.entry));
                let mut kept = begin;
                for at in begin..found.len() {
                    if at == begin
                        || found[at].entry != found[kept - 1].entry
                        || found[at].end != found[kept - 1].end
                    {
                        found.swap(kept, at);
                        kept += 1;
                    }
                }
                found.truncate(kept);
            }
        }
        starts.push(found.len() as u32);
        Annotations { found, starts }
    }

    fn walk(&self, reading: Reading, first: usize, tail: &[Vec<Reading>], found: &mut Vec<Found>) {
        let Some(&node) = self.edges.get(&(0, reading.word)) else {
            return;
        };
        let mut open = vec![(node, 0_usize, reading.clitics)];
        while let Some((node, taken, clitics)) = open.pop() {
            let end = (first + taken + 1) as u32;
            for &entry in &self.ends[node as usize] {
                found.push(Found {
                    entry,
                    first: first as u32,
                    end,
                    clitics,
                    peeled: reading.peeled,
                });
            }
            for next in tail
                .get(taken)
                .into_iter()
                .flatten()
                .filter(|next| next.peeled == 0)
            {
                if let Some(&node) = self.edges.get(&(node, next.word)) {
                    open.push((node, taken + 1, clitics));
                }
            }
        }
    }

    /// The ways to read a token, the whole word first.
    fn readings(&self, text: &Text<'_>, at: usize) -> Vec<Reading> {
        let folded = text.folded(at);
        let mut readings = Vec::new();
        let mut push = |word: &str, clitics: Clitics, peeled: usize| {
            if let Some(&word) = self.words.get(word) {
                readings.push(Reading {
                    word,
                    clitics,
                    peeled: peeled as u8,
                });
            }
        };
        let (whole, article) = key(folded, self.lang);
        push(&whole, article, 0);
        match self.lang {
            Lang::Fr => singulars(folded, |word| push(word, Clitics::PLURAL, 0)),
            Lang::Ar if text.tokens[at].shape.has(Shape::ARABIC) && !self.stands_alone(&whole) => {
                peel(folded, &mut |word, clitics, peeled| {
                    push(word, clitics, peeled);
                });
            }
            Lang::Ar => {}
        }
        readings
    }

    /// Whether a word is an entry by itself.
    fn stands_alone(&self, key: &str) -> bool {
        let node = self
            .words
            .get(key)
            .and_then(|&word| self.edges.get(&(0, word)));
        node.is_some_and(|&node| !self.ends[node as usize].is_empty())
    }
}

fn pair(feature: &str) -> (Box<str>, Box<str>) {
    let (key, value) = feature.split_once('=').unwrap_or((feature, ""));
    (key.into(), value.into())
}

/// The form under which a word is interned, and whether ال was taken off: Arabic words lose it
/// wherever it stands after a clitic, so that "والصيدلة" and "وصيدلة" are one.
fn key(folded: &str, lang: Lang) -> (std::borrow::Cow<'_, str>, Clitics) {
    if lang == Lang::Fr || folded.is_ascii() {
        return (folded.into(), Clitics::default());
    }
    if let Some(rest) = strip_article(folded) {
        return (rest.into(), Clitics::THE);
    }
    let mut letters = folded.chars();
    let (Some(first), rest) = (letters.next(), letters.as_str()) else {
        return (folded.into(), Clitics::default());
    };
    if matches!(first, 'و' | 'ف' | 'ب' | 'ك')
        && let Some(rest) = strip_article(rest)
    {
        return (format!("{first}{rest}").into(), Clitics::THE);
    }
    if folded.starts_with("لل") && rest.chars().count() >= 4 {
        return (rest.into(), Clitics::THE);
    }
    (folded.into(), Clitics::default())
}

/// A word without ال, where at least three letters remain.
fn strip_article(folded: &str) -> Option<&str> {
    folded
        .strip_prefix("ال")
        .filter(|rest| rest.chars().count() >= 3)
}

/// French singulars that a plural may come from.
fn singulars(folded: &str, mut push: impl FnMut(&str)) {
    if folded.len() < 4 {
        return;
    }
    if let Some(stem) = folded.strip_suffix(['s', 'x']) {
        push(stem);
        if let Some(stem) = stem.strip_suffix('e') {
            // "signées" is written for "signé": participles are listed in the masculine.
            push(stem);
        }
    } else if let Some(stem) = folded.strip_suffix('e') {
        push(stem);
    }
    if let Some(stem) = folded.strip_suffix("aux") {
        push(&format!("{stem}al"));
    }
}

/// Arabic words that a word with clitics may stand for: conjunction, then preposition, then article,
/// then a pronoun at the end.
fn peel(folded: &str, push: &mut impl FnMut(&str, Clitics, usize)) {
    let mut stems: Vec<(&str, Clitics, usize)> = vec![(folded, Clitics::default(), 0)];
    if let Some(rest) = folded.strip_prefix(['و', 'ف']) {
        stems.push((rest, Clitics::AND, 2));
    }
    for at in 0..stems.len() {
        let (stem, clitics, peeled) = stems[at];
        for (letter, clitic) in [
            ('ب', Clitics::IN),
            ('ل', Clitics::TO),
            ('ك', Clitics::AS),
            ('س', Clitics::AS),
        ] {
            if let Some(rest) = stem.strip_prefix(letter) {
                stems.push((rest, clitics.with(clitic), peeled + 2));
            }
        }
    }
    for (stem, clitics, peeled) in stems {
        if stem.chars().count() < 2 {
            continue;
        }
        if peeled > 0 {
            push(stem, clitics, peeled);
            if let Some(bare) = strip_article(stem) {
                push(bare, clitics.with(Clitics::THE), peeled);
            } else if clitics.has(Clitics::TO)
                && let Some(bare) = stem
                    .strip_prefix('ل')
                    .filter(|bare| bare.chars().count() >= 3)
            {
                push(bare, clitics.with(Clitics::THE), peeled);
            }
        }
        for pronoun in ["ه", "ها", "هم", "هما", "هن", "نا", "ك", "كم", "ي"] {
            let Some(bare) = stem
                .strip_suffix(pronoun)
                .filter(|bare| bare.chars().count() >= 3)
            else {
                continue;
            };
            push(bare, clitics.with(Clitics::PRONOUN), peeled);
            if let Some(bare) = bare.strip_suffix('ت') {
                push(&format!("{bare}ه"), clitics.with(Clitics::PRONOUN), peeled);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(lang: Lang, forms: &str, source: &str, expect: &[&str]) {
        let mut lexicons = Lexicons::new(lang);
        let rows: Vec<_> = forms
            .split(" / ")
            .map(|form| format!("{form}\t{form}\t"))
            .collect();
        lexicons
            .add_file(
                "word.tsv",
                &format!("form\tid\tfeatures\n{}", rows.join("\n")),
            )
            .unwrap();
        let text = Text::new(source, lang);
        let annotations = lexicons.annotate(&text);
        let found: Vec<_> = annotations
            .all()
            .iter()
            .map(|f| {
                format!(
                    "{}@{}",
                    lexicons.entries()[f.entry as usize].id,
                    text.slice(f.first as usize..f.end as usize)
                )
            })
            .collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn french_is_found_in_the_plural() {
        check(
            Lang::Fr,
            "convention / établissement hospitalier / hôpital / signé",
            "Les conventions des établissements hospitaliers, des hôpitaux, signées",
            &[
                "convention@conventions",
                "établissement hospitalier@établissements hospitaliers",
                "hôpital@hôpitaux",
                "signé@signées",
            ],
        );
    }

    #[test]
    fn arabic_is_found_behind_its_clitics() {
        check(
            Lang::Ar,
            "اتفاقية / مستشفى / مركز استشفائي جامعي / كلية الطب والصيدلة / وزارة",
            "وبالمستشفى للمركز الاستشفائي الجامعي، اتفاقيتها، وكلية الطب و الصيدلة، ولكلية الطب والصيدلة ووزارة",
            &[
                "مستشفى@وبالمستشفى",
                "مركز استشفائي جامعي@للمركز الاستشفائي الجامعي",
                "اتفاقية@اتفاقيتها",
                "كلية الطب والصيدلة@وكلية الطب و الصيدلة",
                "كلية الطب والصيدلة@ولكلية الطب والصيدلة",
                "وزارة@ووزارة",
            ],
        );
    }

    #[test]
    fn a_wrong_line_is_told_with_its_place() {
        let mut lexicons = Lexicons::new(Lang::Fr);
        let faults = lexicons
            .add_file("lexicons/fr/a.tsv", "form\tid\tfeatures\nmot\tmot\n")
            .unwrap_err();
        assert_eq!(
            faults[0].to_string(),
            "lexicons/fr/a.tsv:2:1: 2 columns where the first line names 3"
        );
    }
}
