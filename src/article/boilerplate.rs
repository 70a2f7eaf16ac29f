//! Turns a block's words into the kind of furniture that they are, by word lists for each language.
//!
//! All lists are asked whatever the language of the article: an Arabic page may have French furniture.

use std::sync::LazyLock;

use memchr::memchr2;
use memchr::memmem::Finder;
use rustc_hash::{FxHashMap, FxHashSet};

use super::body::ends_sentence;
use crate::text::fold;

/// The longest block that can be furniture, in letters; `Lire aussi` with a long headline is one.
pub const LONGEST: usize = 260;
/// The longest block that a form which also opens sentences makes furniture, in letters.
const SHORT: usize = 70;
/// The longest block in parts, or with the credit of a picture, in letters.
const ROW: usize = 160;
/// Words of the longest name in a credit.
const CREDIT: usize = 4;
/// Folded characters of a block that are looked at.
const HEAD: usize = 60;

/// What becomes of a block, and of those after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Goes, and the links or dated lines after it.
    RelatedHead,
    /// Goes.
    Line,
    /// Goes with everything after it.
    End,
    /// Goes; a day in it is the day of publication.
    Published,
}

/// Where a form stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Opens the block.
    Start,
    /// Opens a block that is short: sentences open so too.
    Short,
    /// Is all of the block.
    Whole,
    /// Opens a short block with numbers.
    Count,
    /// Opens the last words of a short block, after a sentence: the credit of a picture.
    Credit,
}

struct Form {
    words: String,
    kind: Kind,
    place: Place,
}

/// The forms by their first word.
static FORMS: LazyLock<FxHashMap<String, Vec<Form>>> = LazyLock::new(|| {
    let mut forms: FxHashMap<String, Vec<Form>> = FxHashMap::default();
    let lists = [
        include_str!("../../patterns/lexicons/fr/boilerplate.tsv"),
        include_str!("../../patterns/lexicons/ar/boilerplate.tsv"),
        include_str!("../../patterns/lexicons/shared/boilerplate_en.tsv"),
        include_str!("../../patterns/lexicons/shared/boilerplate_de.tsv"),
    ];
    for row in lists.iter().flat_map(|list| list.lines()) {
        let mut cells = row.split('\t');
        let (Some(form), Some(kind), Some(place)) = (cells.next(), cells.next(), cells.next())
        else {
            continue;
        };
        let kind = match kind {
            "related_head" => Kind::RelatedHead,
            "line" => Kind::Line,
            "end" => Kind::End,
            "published" => Kind::Published,
            _ => continue,
        };
        let place = match place {
            "whole" => Place::Whole,
            "short" => Place::Short,
            "count" => Place::Count,
            "credit" => Place::Credit,
            _ => Place::Start,
        };
        let words = normal(form.trim());
        let first = words.split(' ').next().unwrap_or_default().to_owned();
        forms
            .entry(first)
            .or_default()
            .push(Form { words, kind, place });
    }
    forms
});

/// What the forms open with: two words, as "les" alone opens every other paragraph; one where a mark may be written
/// behind it in several ways.
static OPENINGS: LazyLock<FxHashSet<String>> = LazyLock::new(|| {
    let forms = FORMS.values().flatten();
    forms
        .map(|form| {
            let first = form.words.split(' ').next().unwrap_or_default();
            opening(&form.words, if bare(first) == first { 2 } else { 1 })
        })
        .collect()
});

/// Whether the words of a credit may follow a mark.
const fn may_lead(mark: char) -> bool {
    matches!(mark, '.' | '(' | '…' | '!' | '?' | ')' | '»' | '-' | '–')
}

/// The forms of credits.
static CREDITS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let forms = FORMS.values().flatten();
    let credits = forms.filter(|form| form.place == Place::Credit);
    credits.map(|form| &*form.words).collect()
});

/// The words of the longest of them.
static CREDIT_WORDS: LazyLock<usize> = LazyLock::new(|| {
    let words = CREDITS.iter().map(|words| words.split(' ').count());
    words.max().unwrap_or_default()
});

/// The marks that part a row, those of one byte left out.
static PARTING: LazyLock<[Finder<'static>; 3]> = LazyLock::new(|| ["›", "•", "·"].map(Finder::new));

/// The kind of furniture that a block is, if any. Its letters are counted only where its first or last words,
/// or its marks, are those of furniture: of few.
pub fn kind(text: &str, letters: impl FnOnce() -> usize) -> Option<Kind> {
    let words = opening(text, 2);
    let first = bare(words.split(' ').next().unwrap_or_default());
    let opens = OPENINGS.contains(first) || OPENINGS.contains(&words);
    let (parted, credited) = (is_parted(text), is_credited(text));
    if !opens && !parted && !credited {
        return None;
    }
    let letters = letters();
    if letters > LONGEST {
        return None;
    }
    let row = parted.then(|| row(text, letters)).flatten();
    row.or_else(|| opens.then(|| form(text, letters)).flatten())
        .or_else(|| (credited && letters <= ROW).then_some(Kind::Line))
}

/// The first words of a text, folded, a space between them, without the marks around them: what no form begins with
/// is none.
fn opening(text: &str, mut words: usize) -> String {
    let mut opening = String::with_capacity(HEAD);
    for c in text.chars().take(HEAD) {
        if c.is_whitespace() && opening.ends_with(' ') {
            continue;
        }
        if c.is_whitespace() && !opening.is_empty() {
            words -= 1;
            if words == 0 {
                break;
            }
        }
        fold::push(c, &mut opening);
        // A count may stand before: `3 commentaires`.
        if !opening.starts_with(|c: char| c.is_alphabetic() || c == '©') {
            opening.clear();
        }
    }
    opening.truncate(bare(&opening).len());
    opening
}

/// Words without the marks behind them.
fn bare(words: &str) -> &str {
    words.trim_end_matches(|c: char| !c.is_alphanumeric())
}

/// The kind of a block by the words that it opens with.
fn form(text: &str, letters: usize) -> Option<Kind> {
    let head = normal(text);
    // A count may stand before: `3 commentaires`, `124 vues`.
    let head = head.trim_start_matches(|c: char| !c.is_alphabetic() && c != '©');
    let first = head.split(' ').next().unwrap_or_default();
    let forms = FORMS.get(first).or_else(|| FORMS.get(bare(first)))?;
    let bare = head.trim_end_matches(|c: char| !c.is_alphabetic());
    let has_digit = text.chars().any(char::is_numeric);
    forms
        .iter()
        // "Publié", "نشر" open sentences too: only with a day beside them do they say when.
        .filter(|form| form.kind != Kind::Published || has_digit)
        .filter(|form| match form.place {
            Place::Whole => bare == form.words,
            Place::Short => letters <= SHORT && opens(head, &form.words),
            Place::Count => letters <= SHORT && has_digit && opens(head, &form.words),
            Place::Start => opens(head, &form.words),
            Place::Credit => false,
        })
        .max_by_key(|form| form.words.len())
        .map(|form| form.kind)
}

/// The kind of a block in parts: a path of sections, a row of tools, a line of author, day and counts.
fn row(text: &str, letters: usize) -> Option<Kind> {
    if letters > ROW {
        return None;
    }
    if !ends_sentence(text) && (text.contains(" > ") || text.contains('›')) {
        return Some(Kind::Line);
    }
    let (mut parts, mut furniture) = (0, 0);
    for part in text
        .split(['|', '•', '·'])
        .filter(|part| !part.trim().is_empty())
    {
        let letters = part.chars().filter(|c| c.is_alphabetic()).count();
        parts += 1;
        match form(part, letters) {
            Some(Kind::Published) => return Some(Kind::Published),
            Some(_) => furniture += 1,
            None => furniture += usize::from(has_year(part) && letters <= 28),
        }
    }
    (parts > 1 && furniture * 2 >= parts).then_some(Kind::Line)
}

/// Whether a mark stands in a text that parts a row.
fn is_parted(text: &str) -> bool {
    let bytes = text.as_bytes();
    let wide = |mark: &Finder<'_>| mark.find(bytes).is_some();
    memchr2(b'|', b'>', bytes).is_some() || PARTING.iter().any(wide)
}

fn has_year(text: &str) -> bool {
    let mut runs = text.split(|c: char| !c.is_ascii_digit());
    runs.any(|run| run.len() == 4)
}

/// Whether the last words of a block say whose picture it is about: "L'hôpital. Ph. Le Courrier".
fn is_credited(text: &str) -> bool {
    let last = last_words(text, CREDIT + *CREDIT_WORDS + 1).trim_end();
    // The mark that ends a sentence is behind all of them.
    let inside = last.char_indices().next_back().map_or(0, |(end, _)| end);
    if !last[..inside].contains(may_lead) {
        return false;
    }
    let folded = fold::fold(last);
    // A credit stands behind a mark, and a space or a bracket.
    let mut leads = folded.match_indices(may_lead);
    leads.any(|(at, mark)| {
        let behind = &folded[at + mark.len()..];
        let words = behind.trim_start();
        let parted = words.len() < behind.len() || mark == "(";
        parted
            && CREDITS.iter().any(|credit| {
                let last = words.strip_prefix(&**credit);
                last.is_some_and(|last| last.split_whitespace().count() <= CREDIT)
            })
    })
}

/// The end of a text, from so many words before it on.
fn last_words(text: &str, words: usize) -> &str {
    let mut before = text;
    for _ in 0..words {
        match before.trim_end().rfind(char::is_whitespace) {
            Some(space) => before = &before[..space],
            None => return text,
        }
    }
    &text[before.len()..]
}

/// Whether `words` stand at the start of `head` and end with a word.
fn opens(head: &str, words: &str) -> bool {
    head.strip_prefix(words).is_some_and(|rest| {
        !words.ends_with(char::is_alphanumeric) || !rest.starts_with(char::is_alphanumeric)
    })
}

/// The folded head of a text: one space between words, none before a colon.
fn normal(text: &str) -> String {
    let mut out = String::with_capacity(2 * HEAD);
    for c in text.chars().take(HEAD) {
        fold::push(c, &mut out);
    }
    let mut words = String::with_capacity(out.len());
    for word in out.split_whitespace() {
        if !words.is_empty() && !word.starts_with(':') {
            words.push(' ');
        }
        words.push_str(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Option<Kind>) {
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        assert_eq!(kind(text, || letters), expect, "{text}");
    }

    #[test]
    fn lists_have_each_form_once_and_only_known_kinds_and_places() {
        let lists = [
            include_str!("../../patterns/lexicons/fr/boilerplate.tsv"),
            include_str!("../../patterns/lexicons/ar/boilerplate.tsv"),
            include_str!("../../patterns/lexicons/shared/boilerplate_en.tsv"),
            include_str!("../../patterns/lexicons/shared/boilerplate_de.tsv"),
        ];
        let mut seen = rustc_hash::FxHashSet::default();
        let rows = lists.iter().flat_map(|list| list.lines());
        for row in rows.filter(|row| !row.starts_with('#') && *row != "form\tid\tfeatures") {
            let cells: Vec<&str> = row.split('\t').collect();
            assert_eq!(cells.len(), 3, "{row}");
            assert!(
                ["related_head", "line", "end", "published"].contains(&cells[1]),
                "{row}"
            );
            let places = ["start", "short", "whole", "count", "credit"];
            assert!(places.contains(&cells[2]), "{row}");
            assert!(
                seen.insert((normal(cells[0]), cells[2])),
                "{row} is there twice"
            );
        }
    }

    #[test]
    fn kinds_of_the_press() {
        check(
            "Lire aussi : Le CHU d’Oran inaugure",
            Some(Kind::RelatedHead),
        );
        check("À LIRE ÉGALEMENT", Some(Kind::RelatedHead));
        check("إقرأ أيضاً: افتتاح مستشفى", Some(Kind::RelatedHead));
        check("Tags :", Some(Kind::Line));
        check("شارك", Some(Kind::Line));
        check("نشر في 12-05-2024", Some(Kind::Published));
        check("نشر الوزير تدوينة قصيرة.", None);
        check("شارك وزير الصحة في المؤتمر", None);
        check("Laisser un commentaire", Some(Kind::End));
        check("Accueil > Santé", Some(Kind::Line));
        check(
            "Imprimer cet article | Envoyer à un ami | Partager",
            Some(Kind::Line),
        );
        check(
            "Par Sami B. | Publié le 3 mai 2024 | Santé",
            Some(Kind::Published),
        );
        check(
            "بقلم: سعاد | 17 أفريل 2024 | 1.204 مشاهدة",
            Some(Kind::Line),
        );
        check("L'hôpital d'Adrar. Ph. archives", Some(Kind::Line));
        check("Au bloc de l'hôpital (Photo : H. T.)", Some(Kind::Line));
        check("Lu 2 315 fois", Some(Kind::Line));
        check("Lu dans la presse nationale", None);
        check(
            "Le docteur Amari, Ph. D., a opéré douze enfants en deux jours.",
            None,
        );
        check("Deux mots | trois autres mots", None);
        check("Partager les savoirs est une mission de l'hôpital.", None);
        check("3 commentaires", Some(Kind::End));
    }
}
