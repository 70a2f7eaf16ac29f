//! Folds the names of organisations into comparable words and says which names are one.

use std::collections::BTreeSet;

use serde_json::Value;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// Words of a name that say nothing.
const STOP: &str = "le la les l de des du d un une et a au aux en the of pour";
/// The Arabic article, with the clitics that lean on it.
const ARTICLES: [&str; 5] = ["وال", "بال", "فال", "لل", "ال"];

/// Everything that an organisation is called.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    /// As written, the first being the one to show.
    pub(super) written: Vec<String>,
    folded: Vec<BTreeSet<String>>,
}

impl Names {
    /// The names of a partner: one, the list of a gold file, or the object of a record.
    pub(super) fn of(partner: &Value) -> Self {
        let mut names = Self::default();
        match partner {
            Value::String(name) => names.add(name),
            Value::Array(all) => all
                .iter()
                .filter_map(Value::as_str)
                .for_each(|name| names.add(name)),
            _ => {
                let own = ["name", "text"].map(|key| &partner[key]);
                let others = partner["aliases"].as_array().into_iter().flatten();
                own.into_iter()
                    .chain(others)
                    .filter_map(Value::as_str)
                    .filter(|name| !name.is_empty())
                    .for_each(|name| names.add(name));
            }
        }
        names
    }

    fn add(&mut self, name: &str) {
        self.written.push(name.to_owned());
        self.folded.push(words(name));
    }

    /// Takes over the names of another.
    pub(super) fn extend(&mut self, other: Self) {
        self.written.extend(other.written);
        self.folded.extend(other.folded);
    }

    /// The name to show.
    pub(super) fn first(&self) -> &str {
        self.written.first().map_or("", String::as_str)
    }

    /// Whether any name of one is a name of the other.
    pub(super) fn same(&self, other: &Self) -> bool {
        let one = |a| other.folded.iter().any(|b| same_name(a, b));
        self.folded.iter().any(one)
    }
}

/// Equal words, or one within the other with most words shared.
fn same_name(a: &BTreeSet<String>, b: &BTreeSet<String>) -> bool {
    if a.is_empty() || b.is_empty() {
        return false;
    }
    let shared = a.intersection(b).count();
    let (least, most) = (a.len().min(b.len()), a.len().max(b.len()));
    a == b || (shared == least && shared as f64 / most as f64 >= 0.6)
}

/// A name as words without case, accents, diacritics, articles or the clitic article.
fn words(name: &str) -> BTreeSet<String> {
    let folded: String = name
        .chars()
        .filter_map(letter)
        .nfkd()
        .flat_map(casefold)
        .filter(|&c| canonical_combining_class(c) == 0)
        .collect::<String>()
        .replace('œ', "oe");
    folded
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|word| !word.is_empty())
        .map(bare)
        .filter(|word| !STOP.split(' ').any(|stop| stop == *word))
        .map(str::to_owned)
        .collect()
}

/// One letter for the spellings of an Arabic one; the stroke that lengthens it is no letter.
fn letter(c: char) -> Option<char> {
    Some(match c {
        'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
        'ى' | 'ئ' => 'ي',
        'ة' => 'ه',
        'ؤ' => 'و',
        'ـ' => return None,
        other => other,
    })
}

/// Full case folding by way of the upper case, so that `ß` is `ss`; the dotless i folds to itself.
fn casefold(c: char) -> impl Iterator<Item = char> {
    let lower = (c == 'ı').then_some(c);
    let folded = lower
        .is_none()
        .then(|| c.to_uppercase().flat_map(char::to_lowercase));
    lower.into_iter().chain(folded.into_iter().flatten())
}

fn bare(word: &str) -> &str {
    ARTICLES
        .iter()
        .find_map(|article| word.strip_prefix(article))
        .filter(|rest| rest.chars().nth(1).is_some())
        .unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: &str, b: &str) -> bool {
        same_name(&words(a), &words(b))
    }

    #[test]
    fn case_accents_articles_and_clitics_do_not_tell_names_apart() {
        assert!(same("l'Hôpital d'Oran", "HOPITAL ORAN"));
        assert!(same("المستشفى الجامعي", "مستشفي جامعى"));
        assert!(same("والوزارة", "وزارة"));
        assert!(same("Straße", "STRASSE"));
        assert!(same("Sacré-Cœur", "sacre coeur"));
    }

    #[test]
    fn a_name_inside_another_is_one_with_it_when_most_words_are_shared() {
        assert!(same("CHU Mustapha Pacha", "CHU Mustapha Pacha d'Alger"));
        assert!(!same("CHU Mustapha", "CHU Mustapha Pacha d'Alger"));
        assert!(!same("CHU Oran", "CHU Alger"));
        assert!(!same("de la", "de la"));
    }
}
