//! Groups tokens into sentences and paragraphs, over hard line breaks and past abbreviations.

use std::ops::Range;
use std::sync::LazyLock;

use super::token::{Shape, Token};

/// A sentence: a range of tokens, and the paragraph it stands in, counted from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Positions in the text's tokens.
    pub tokens: Range<usize>,
    /// Paragraph, counted from 0.
    pub paragraph: usize,
}

/// The longest sentence in tokens; a longer one is cut so that every later stage stays linear.
pub const LONGEST: usize = 512;

/// Splits tokens into sentences.
pub(super) fn split(
    source: &str,
    tokens: &[Token],
    fold: impl Fn(&Token) -> usize,
) -> Vec<Sentence> {
    let wrapped = is_hard_wrapped(source);
    let word = |at: usize| &source[tokens[at].start as usize..tokens[at].end as usize];
    let mut sentences = Vec::new();
    let (mut start, mut paragraph) = (0, 0);
    for at in 0..tokens.len() {
        if at > start
            && tokens[at].shape.has(Shape::LINE)
            && breaks(source, &tokens[at - 1], &tokens[at], wrapped)
        {
            sentences.push(Sentence {
                tokens: start..at,
                paragraph,
            });
            (start, paragraph) = (at, paragraph + 1);
        } else if at > start && (at - start >= LONGEST || ends_before(tokens, at, &word, &fold)) {
            sentences.push(Sentence {
                tokens: start..at,
                paragraph,
            });
            start = at;
        }
    }
    if start < tokens.len() {
        sentences.push(Sentence {
            tokens: start..tokens.len(),
            paragraph,
        });
    }
    sentences
}

/// Whether the line break between two tokens ends a paragraph.
fn breaks(source: &str, left: &Token, right: &Token, wrapped: bool) -> bool {
    let gap = &source[left.end as usize..right.start as usize];
    if gap.matches('\n').count() > 1 {
        return true;
    }
    let next = source[right.start as usize..].chars().next();
    if next.is_some_and(char::is_lowercase) {
        return false;
    }
    let ended = source[..left.end as usize]
        .chars()
        .next_back()
        .is_some_and(|c| is_terminator(c) || matches!(c, ':' | ';' | '»'));
    !wrapped || ended || right.shape.has(Shape::PUNCT)
}

/// Whether the text's lines were cut at a width, as in mails and old pages: most lines are of one
/// length, and break in the middle of a sentence.
fn is_hard_wrapped(source: &str) -> bool {
    const WIDTHS: Range<usize> = 55..100;
    let (mut lines, mut full, mut open) = (0_usize, 0, 0);
    for line in source
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty())
    {
        lines += 1;
        // A letter has four bytes at most: most paragraphs are not counted.
        if line.len() < 4 * WIDTHS.end && WIDTHS.contains(&line.chars().count()) {
            full += 1;
            open += usize::from(!line.ends_with(is_terminator));
        }
    }
    lines >= 4 && full * 3 >= lines * 2 && open * 2 >= full
}

const fn is_terminator(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '؟' | '…' | '۔')
}

/// Whether a sentence ends between the tokens `at - 1` and `at` of one line.
fn ends_before<'a>(
    tokens: &[Token],
    at: usize,
    word: &impl Fn(usize) -> &'a str,
    fold: &impl Fn(&Token) -> usize,
) -> bool {
    if !tokens[at - 1].shape.has(Shape::PUNCT) {
        return false;
    }
    // Closing marks belong to the sentence that they close.
    let mut last = at - 1;
    if is_closing(word(at)) {
        return false;
    }
    while last > 0 && is_closing(word(last)) {
        last -= 1;
    }
    let mark = word(last);
    if !mark.ends_with(is_terminator)
        || !tokens[last].shape.has(Shape::PUNCT)
        || tokens[at].shape.has(Shape::GLUED) && last + 1 == at && glued_on(tokens, at, word)
    {
        return false;
    }
    let next = word(at).chars().next();
    if mark != "." {
        return !next.is_some_and(char::is_lowercase);
    }
    if next.is_some_and(char::is_lowercase) {
        return false;
    }
    last == 0 || !is_abbreviation(&tokens[last - 1], word(last - 1), fold)
}

/// A dot with no space after it ends nothing inside numbers and addresses, but does between a
/// lower-case word and a capital ("soins.La").
fn glued_on<'a>(tokens: &[Token], at: usize, word: &impl Fn(usize) -> &'a str) -> bool {
    let capital = tokens[at].shape.has(Shape::CAP) || tokens[at].shape.has(Shape::ARABIC);
    let after_word = at >= 2
        && word(at - 2).chars().all(char::is_alphabetic)
        && word(at - 2).chars().count() > 1;
    !(capital && after_word)
}

fn is_closing(mark: &str) -> bool {
    matches!(mark, "»" | "”" | "\"" | ")" | "]" | "’")
}

/// Words of both languages that are written with a dot, kept as data.
static ABBREVIATIONS: LazyLock<Vec<&str>> =
    LazyLock::new(|| include_str!("abbreviation.txt").lines().collect());

/// Initials, and titles that are written with a dot.
fn is_abbreviation(token: &Token, word: &str, fold: &impl Fn(&Token) -> usize) -> bool {
    let initial = fold(token) == 1 && token.shape.has(Shape::CAP);
    let listed = || {
        let mut listed = ABBREVIATIONS.iter();
        listed.any(|listed| listed.eq_ignore_ascii_case(word))
    };
    token.shape.has(Shape::LATIN) && (initial || (word.len() <= 5 && listed()))
}
