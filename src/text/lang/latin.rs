//! Tells languages of the Latin script apart: by their small words, the shapes of their words and their letters,
//! and where these are silent by what a classifier takes the text for.

use std::borrow::Cow;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use whichlang::Lang;

use crate::text::fold::fold;

/// What is written on a number, folded: the endings of a place and units, a line each.
const SUFFIXES: &str = include_str!("suffix.txt");

/// Characters that are read; more does not change the verdict.
const ENOUGH: usize = 800;

/// Languages that are told apart, as ISO code and as the classifier knows them.
const LANGUAGES: [(&str, Option<Lang>); 10] = [
    ("fr", Some(Lang::Fra)),
    ("en", Some(Lang::Eng)),
    ("es", Some(Lang::Spa)),
    ("it", Some(Lang::Ita)),
    ("de", Some(Lang::Deu)),
    ("pt", Some(Lang::Por)),
    ("nl", Some(Lang::Nld)),
    ("tr", Some(Lang::Tur)),
    ("ber", None),
    // Darija in Latin letters, with digits for those that Latin lacks; an Arabic.
    ("ary", None),
];

/// The first of them are those that the press here is read in most.
const NEAR: usize = 4;

/// What a word weighs; a shape, or the language that the press of the Maghreb is in, half of it.
const WORD: usize = 4;
const SHAPE: usize = 2;
/// What the classifier weighs.
const CLASS: usize = 7;
/// Words that are enough without it.
const SURE: usize = 4 * WORD;

/// A word or a shape of words.
#[derive(Debug)]
struct Shape {
    lang: usize,
    start: &'static str,
    middle: &'static str,
    end: &'static str,
}

/// What the list says.
#[derive(Default)]
struct Words {
    /// Languages and how often the word counts for each.
    whole: FxHashMap<&'static str, Vec<(usize, usize)>>,
    shapes: Vec<Shape>,
    /// Languages, letters, and how often each counts.
    letters: Vec<(usize, &'static str, usize)>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut words = Words::default();
    for (code, list) in super::rows() {
        let Some(lang) = LANGUAGES.iter().position(|(known, _)| *known == code) else {
            continue;
        };
        for word in list.split(' ') {
            let (word, times) = word.split_once('=').unwrap_or((word, "1"));
            let times = times.parse().unwrap_or(1);
            if let Some(letters) = word.strip_prefix('+') {
                words.letters.push((lang, letters, times));
            } else if let Some((start, rest)) = word.split_once('*') {
                let (middle, end) = rest.split_once('*').unwrap_or(("", rest));
                words.shapes.push(Shape {
                    lang,
                    start,
                    middle,
                    end,
                });
            } else {
                words.whole.entry(word).or_default().push((lang, times));
            }
        }
    }
    words
});

/// The language of a text in Latin letters.
pub(super) fn language(text: &str) -> &'static str {
    let own = unquoted(text);
    let sample = head(&own, ENOUGH);
    let words = words_of(sample);
    let mut scores = by_words(&words);
    by_letters(sample, &mut scores);
    if !is_clear(&scores) {
        by_shapes(&words, &mut scores);
    }
    if scores.iter().all(|score| *score < SURE) {
        by_class(sample, &mut scores);
    }
    let best = (0..LANGUAGES.len()).max_by_key(|&at| (scores[at], usize::MAX - at));
    match LANGUAGES[best.unwrap_or(0)].0 {
        "ary" => "ar",
        code => code,
    }
}

type Scores = [usize; LANGUAGES.len()];

/// Whether one language is far ahead: most texts are told by their small words alone.
fn is_clear(scores: &Scores) -> bool {
    let mut sorted = *scores;
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    sorted[0] >= SURE && sorted[0] >= sorted[1] * 2
}

/// What the classifier takes the text for, and what it is as a rule.
fn by_class(sample: &str, scores: &mut Scores) {
    let class = whichlang::detect_language(sample);
    if let Some(lang) = LANGUAGES
        .iter()
        .position(|(_, known)| *known == Some(class))
    {
        // Of a title it often thinks that it is in a language that none of its words is of.
        let near = lang < NEAR || scores[lang] > 0;
        scores[lang] += if near { CLASS } else { SHAPE };
    }
    // What tells little is French here, or English.
    let others = scores[1..].iter().copied().max().unwrap_or(0);
    let open = others < scores[0].max(2 * WORD) + CLASS;
    scores[0] += if open { WORD + 1 } else { SHAPE };
    scores[1] += 1;
}

/// A text without what it quotes, where enough is left: names of programmes are in any language.
fn unquoted(text: &str) -> Cow<'_, str> {
    let own: String = text
        .split(['"', '«', '»', '“', '”'])
        .step_by(2)
        .collect::<Vec<_>>()
        .join(" ");
    if own.len() < text.len() && own.split_whitespace().count() >= 4 {
        Cow::Owned(own)
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether small words of a language are in a text, so that its Latin letters are more than names.
pub(super) fn has_words(text: &str) -> bool {
    let words = words_of(head(text, ENOUGH));
    words
        .iter()
        .any(|word| WORDS.whole.contains_key(word.as_str()))
}

fn words_of(sample: &str) -> Vec<String> {
    // An elided word keeps its apostrophe: `d'` is French, `d` alone Berber.
    fold(sample)
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '-')))
        .flat_map(|chunk| chunk.split_inclusive('\'').enumerate())
        .filter(|(part, word)| word.len() > 1 || *part == 0)
        .map(|(_, word)| word.to_owned())
        .collect()
}

fn by_words(words: &[String]) -> Scores {
    let mut scores = [0; LANGUAGES.len()];
    for word in words.iter().flat_map(|word| word.split('-')) {
        for (lang, times) in WORDS.whole.get(word).into_iter().flatten() {
            scores[*lang] += WORD * times;
        }
        if has_digit_letters(word) {
            scores[LANGUAGES.len() - 1] += 2 * WORD;
        }
    }
    scores
}

fn by_letters(sample: &str, scores: &mut Scores) {
    for (lang, letters, times) in &WORDS.letters {
        let lower = sample.chars().flat_map(char::to_lowercase);
        let found = lower
            .filter(|c| !c.is_ascii() && letters.contains(*c))
            .take(3);
        scores[*lang] += found.count() * WORD * times;
    }
}

fn by_shapes(words: &[String], scores: &mut Scores) {
    for word in words {
        for shape in WORDS.shapes.iter().filter(|shape| shape.fits(word)) {
            scores[shape.lang] += SHAPE;
        }
    }
}

impl Shape {
    fn fits(&self, word: &str) -> bool {
        let least = self.start.len() + self.middle.len() + self.end.len() + 2;
        word.len() >= least
            && word.starts_with(self.start)
            && word.ends_with(self.end)
            && word.contains(self.middle)
    }
}

/// Whether digits stand for Arabic letters inside a word: `3lach`, `l9elb`, `7na`; no `1er`, `H1N1`, `covid19`.
fn has_digit_letters(word: &str) -> bool {
    let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let stands = |digit: u8| matches!(digit, b'2' | b'3' | b'5' | b'7' | b'8' | b'9');
    let followed = word
        .as_bytes()
        .windows(2)
        .any(|pair| stands(pair[0]) && pair[1].is_ascii_alphabetic());
    let rest = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let counted = SUFFIXES.lines().any(|suffix| suffix == rest);
    letters >= 2 && digits <= 2 && followed && !counted
}

fn head(text: &str, characters: usize) -> &str {
    text.char_indices()
        .nth(characters)
        .map_or(text, |(end, _)| &text[..end])
}
