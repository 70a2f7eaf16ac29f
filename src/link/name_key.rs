//! Turns a word of a name, in either script, into the consonants that both spellings share.
//!
//! « Messaâd » and مسعد are both `msd`: vowels, hamza, ayn and h vanish, letters that are written for
//! one another fall into one class, and what one script alone writes at the edges of a word (the l
//! of « Lakhdar » and الأخضر, the t of « Zaouiet » and زاوية) is cut. Keys are many-to-one by
//! intention: whoever compares them guards short ones. Exonyms share no consonants and come from the
//! gazetteer.

use rustc_hash::{FxHashMap, FxHashSet};

use super::table::rows;

/// Keys shorter than this identify nothing alone.
pub const SHORTEST: usize = 3;

/// The classes of letters, read from `transliteration.tsv`.
#[derive(Debug, Clone, Default)]
pub struct Alphabet {
    letters: FxHashMap<String, String>,
    longest: usize,
    words: FxHashMap<String, String>,
    articles: FxHashSet<String>,
    joined: Vec<(String, String)>,
    arabic_articles: Vec<String>,
    clitics: Vec<(char, Clitic)>,
}

/// What a one-letter Arabic word does that is written with the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clitic {
    /// "and".
    Conjunction,
    /// "in", "of", "as".
    Preposition,
}

impl Alphabet {
    /// Reads the table; rows that say nothing known are passed over.
    pub fn new(table: &str) -> Self {
        let mut alphabet = Self::default();
        for row in rows(table) {
            alphabet.add(row.at(0), row.at(1), row.at(2), row.at(3));
        }
        alphabet
            .joined
            .sort_by_key(|(spelling, _)| std::cmp::Reverse(spelling.len()));
        alphabet
    }

    fn add(&mut self, script: &str, what: &str, letters: &str, class: &str) {
        let key = class.trim_matches('-').to_owned();
        let letters = letters.to_owned();
        match what {
            "letters" => {
                self.longest = self.longest.max(letters.chars().count());
                self.letters.insert(letters, key);
            }
            "word" => {
                self.words.insert(letters, key);
            }
            "article" if script == "ar" => self.arabic_articles.push(letters),
            "article" => {
                self.articles.insert(letters);
            }
            "joined" => self.joined.push((letters, key)),
            "clitic" => {
                let clitic = if key == "p" {
                    Clitic::Preposition
                } else {
                    Clitic::Conjunction
                };
                self.clitics
                    .extend(letters.chars().next().map(|letter| (letter, clitic)));
            }
            _ => {}
        }
    }

    /// The key of one folded word; empty where nothing but vowels is left.
    pub fn key(&self, word: &str) -> String {
        if let Some(key) = self.words.get(word) {
            return key.clone();
        }
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            return word.to_owned();
        }
        let (mut key, rest) = self.split_joined(self.without_article(word).unwrap_or(word));
        self.spell(rest, &mut key);
        trim(&key)
    }

    /// Whether a folded Latin word is an article: « el », « la ».
    pub fn is_article(&self, word: &str) -> bool {
        self.articles.contains(word)
    }

    /// What is left of a folded Arabic word without its article, if it has one.
    pub fn without_article<'a>(&self, word: &'a str) -> Option<&'a str> {
        self.arabic_articles
            .iter()
            .find_map(|article| word.strip_prefix(article.as_str()))
            .filter(|rest| rest.chars().count() >= 2)
    }

    /// The clitic that a folded Arabic word may begin with, and what is left.
    pub fn without_clitic<'a>(&self, word: &'a str) -> Option<(Clitic, &'a str)> {
        let first = word.chars().next()?;
        let (_, clitic) = self.clitics.iter().find(|(letter, _)| *letter == first)?;
        let rest = &word[first.len_utf8()..];
        (rest.chars().count() >= 2).then_some((*clitic, rest))
    }

    fn split_joined<'a>(&self, word: &'a str) -> (String, &'a str) {
        self.joined
            .iter()
            .find_map(|(spelling, key)| {
                let rest = word.strip_prefix(spelling.as_str())?;
                (rest.len() >= 2).then(|| (key.clone(), rest))
            })
            .unwrap_or((String::new(), word))
    }

    fn spell(&self, word: &str, key: &mut String) {
        let mut rest = word;
        while !rest.is_empty() {
            let taken = self.longest_letters(rest);
            if let Some(class) = self.letters.get(&rest[..taken]) {
                key.push_str(class);
            }
            rest = &rest[taken..];
        }
    }

    fn longest_letters(&self, rest: &str) -> usize {
        let ends: Vec<usize> = rest
            .char_indices()
            .map(|(start, c)| start + c.len_utf8())
            .take(self.longest)
            .collect();
        ends.iter()
            .rev()
            .copied()
            .find(|&end| self.letters.contains_key(&rest[..end]))
            .or(ends.first().copied())
            .unwrap_or(rest.len())
    }
}

/// Doubled consonants are one; the l of an article and a ta marbuta are cut where a key remains.
fn trim(key: &str) -> String {
    let mut classes: Vec<char> = key.chars().collect();
    classes.dedup();
    if classes.len() >= SHORTEST && classes[0] == 'l' {
        classes.remove(0);
    }
    if classes.len() >= SHORTEST && classes.last() == Some(&'t') {
        classes.pop();
    }
    classes.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::super::table::Tables;
    use super::*;
    use crate::text::fold::fold;

    #[track_caller]
    fn check(latin: &str, arabic: &str) {
        let alphabet = Alphabet::new(&Tables::bundled().transliteration);
        assert_eq!(alphabet.key(&fold(latin)), alphabet.key(&fold(arabic)));
    }

    #[test]
    fn both_spellings_of_a_name_have_one_key() {
        check("Messaâd", "مسعد");
        check("Boudiaf", "بوضياف");
        check("Errachidia", "الراشيدية");
        check("Lakhdar", "الأخضر");
        check("Guelma", "قالمة");
        check("Agadir", "أݣادير");
        check("Abdelkader", "عبدالقادر");
        check("Ghardaïa", "غرداية");
        check("Pasteur", "باستور");
    }

    #[test]
    fn vowels_alone_have_no_key() {
        let alphabet = Alphabet::new(&Tables::bundled().transliteration);
        assert_eq!(alphabet.key("aoui"), "");
        assert_eq!(alphabet.key("ie"), "");
    }
}
