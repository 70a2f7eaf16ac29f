//! Splits a string into tokens: words, numbers and marks, each with its folded form and its shape.

use super::class::{Class, Classes};
use super::clitic;
use super::fold;

/// What a token looks like: a set of marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Shape(u16);

impl Shape {
    /// Begins with a capital letter.
    pub const CAP: Self = Self(1);
    /// Has two letters or more, all of them capital.
    pub const CAPS: Self = Self(1 << 1);
    /// Latin letters.
    pub const LATIN: Self = Self(1 << 2);
    /// Arabic letters.
    pub const ARABIC: Self = Self(1 << 3);
    /// Nothing but digits.
    pub const DIGITS: Self = Self(1 << 4);
    /// No letter and no digit.
    pub const PUNCT: Self = Self(1 << 5);
    /// No space before it.
    pub const GLUED: Self = Self(1 << 6);
    /// Bound to the token before by a hyphen, which is no token of its own.
    pub const HYPHEN: Self = Self(1 << 7);
    /// An elided word with its apostrophe: l', d', qu'.
    pub const ELIDED: Self = Self(1 << 8);
    /// First token of a line.
    pub const LINE: Self = Self(1 << 9);
    /// Letters with dots between them: C.H.U.
    pub const DOTTED: Self = Self(1 << 10);

    /// Whether every mark of `other` is here.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both sets in one.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// One token. Positions are bytes: `start..end` of the original, `fold_start..fold_end` of the folded buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// First byte in the original text.
    pub start: u32,
    /// Byte after the last in the original text.
    pub end: u32,
    pub(crate) fold_start: u32,
    pub(crate) fold_end: u32,
    /// What it looks like.
    pub shape: Shape,
}

/// Splits `source`; folded forms are appended to `folded`.
pub(super) fn split(source: &str, folded: &mut String) -> Vec<Token> {
    // French has a token in five bytes, Arabic in nine.
    let mut tokens = Vec::with_capacity(source.len() / 5);
    split_into(source, folded, &mut tokens);
    tokens
}

/// Splits `source` into buffers that the caller keeps: tokens are appended to `tokens`, their folded
/// forms to `folded`.
pub(crate) fn split_into(source: &str, folded: &mut String, tokens: &mut Vec<Token>) {
    let mut splitter = Splitter {
        source,
        classes: Classes::table(),
        at: 0,
        folded,
        tokens,
        pending: Shape::LINE,
    };
    while splitter.step() {}
}

struct Splitter<'a> {
    source: &'a str,
    classes: Classes,
    at: usize,
    folded: &'a mut String,
    tokens: &'a mut Vec<Token>,
    pending: Shape,
}

/// What each byte is to a word of ASCII letters and digits; 0 ends it.
const PLAIN: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        kinds[byte] = match byte as u8 {
            b'a'..=b'z' => SMALL,
            b'A'..=b'Z' => CAPITAL,
            b'0'..=b'9' => DIGIT,
            _ => 0,
        };
        byte += 1;
    }
    kinds
};
const SMALL: u8 = 1;
const CAPITAL: u8 = 1 << 1;
const DIGIT: u8 = 1 << 2;

/// The longest run of letters after digits that is part of the number's token: "1er", "5ème", "19h30".
const SUFFIX: usize = 4;

impl Splitter<'_> {
    fn step(&mut self) -> bool {
        if self.plain_word() {
            return true;
        }
        let Some(c) = self.peek(self.at) else {
            return false;
        };
        let after = self.at + c.len_utf8();
        let class = self.classes.of(c);
        if class.meets(Class::LINE_END) {
            self.pending = Shape::LINE;
            self.at = after;
        } else if class.meets(Class::INVISIBLE) {
            self.at = after;
        } else if class.meets(Class::SPACE) {
            if !self.pending.has(Shape::LINE) {
                self.pending = Shape::default();
            }
            self.at = after;
        } else if class.meets(Class::NUMERIC) {
            self.number();
        } else if class.meets(Class::LETTER) {
            self.word();
        } else {
            self.mark(c, after);
        }
        true
    }

    fn peek(&self, at: usize) -> Option<char> {
        self.source.get(at..)?.chars().next()
    }

    fn before(&self, at: usize) -> Option<char> {
        self.source.get(..at)?.chars().next_back()
    }

    /// Takes a word of ASCII letters and digits, as most of French are, and the space behind it; whether one was here.
    /// What may go on behind them is left to [`Self::word`].
    fn plain_word(&mut self) -> bool {
        let bytes = &self.source.as_bytes()[self.at..];
        let first = bytes.first().map_or(0, |&byte| PLAIN[usize::from(byte)]);
        if first & (SMALL | CAPITAL) == 0 {
            return false;
        }
        let mut length = 1;
        let mut rest = 0;
        while let Some(&byte) = bytes.get(length)
            && let kind @ 1.. = PLAIN[usize::from(byte)]
        {
            rest |= kind;
            length += 1;
        }
        let goes_on = match bytes.get(length) {
            Some(b'\'' | b'-' | 0x80..) => true,
            Some(b'.') => length == 1,
            _ => false,
        };
        if goes_on {
            return false;
        }
        let shape = match first {
            CAPITAL if rest & (SMALL | CAPITAL) == CAPITAL => {
                Shape::LATIN.with(Shape::CAP).with(Shape::CAPS)
            }
            CAPITAL => Shape::LATIN.with(Shape::CAP),
            _ => Shape::LATIN,
        };
        let space = bytes.get(length) == Some(&b' ');
        let fold_start = self.folded.len();
        self.folded
            .push_str(&self.source[self.at..self.at + length]);
        if (first | rest) & CAPITAL != 0 {
            self.folded[fold_start..].make_ascii_lowercase();
        }
        self.add(self.at, self.at + length, fold_start, shape);
        if space {
            self.pending = Shape::default();
            self.at += 1;
        }
        true
    }

    fn number(&mut self) {
        let start = self.at;
        let end = start + self.run(start, Class::NUMERIC);
        let letters = run(&self.source[end..], |c| {
            let class = self.classes.of(c);
            class.meets(Class::WORD) && !class.meets(Class::ARABIC)
        });
        let suffix = &self.source[end..end + letters];
        let mixed = !suffix.is_empty() && suffix.chars().count() <= SUFFIX;
        let (end, shape) = if mixed {
            (end + letters, Shape::LATIN)
        } else {
            (end, Shape::DIGITS)
        };
        self.push(start, end, shape);
    }

    fn word(&mut self) {
        let start = self.at;
        if let Some(end) = self.dotted(start) {
            return self.push(
                start,
                end,
                Shape::LATIN
                    .with(Shape::CAP)
                    .with(Shape::CAPS)
                    .with(Shape::DOTTED),
            );
        }
        let (one, letters) = self.one_script(start);
        let mut end = one;
        while let Some(more) = self.joined(start, end) {
            end = more;
        }
        end = self.conjoined(start, end);
        let word = &self.source[start..end];
        let mut shape = if end == one {
            letters.shape()
        } else {
            self.letters_of(word).shape()
        };
        if is_apostrophe(word.chars().next_back()) {
            shape = shape.with(Shape::ELIDED);
        }
        self.push(start, end, shape);
    }

    /// The end of the word when it goes on over an apostrophe or a hyphenated line end.
    fn joined(&mut self, start: usize, end: usize) -> Option<usize> {
        let next = self.peek(end)?;
        let after = end + next.len_utf8();
        let word = &self.source[start..end];
        if is_apostrophe(Some(next)) && !self.begins(start, Class::ARABIC) {
            if is_apostrophe(word.chars().next_back()) || !self.begins(after, Class::ALPHABETIC) {
                return None;
            }
            return Some(if self.is_elision(word) {
                after
            } else {
                after + self.run(after, Class::INNER)
            });
        }
        if next == '°' && word.eq_ignore_ascii_case("n") {
            return Some(after);
        }
        if next == '-' && !is_apostrophe(word.chars().next_back()) {
            let rest = &self.source[after..];
            let line = rest
                .strip_prefix("\r\n")
                .or_else(|| rest.strip_prefix('\n'))?;
            let resumed = self.source.len() - line.len();
            let lower = line.chars().next().is_some_and(char::is_lowercase);
            // "hospitalo-" and "médico-" keep their hyphen at a line's end as elsewhere.
            let compound = word.ends_with('o') && word.len() >= 5;
            return (lower && !compound).then(|| resumed + self.run(resumed, Class::INNER));
        }
        None
    }

    /// Whether a word loses its vowel before another and stands as a token of its own; folded at the end of the buffer, and forgotten.
    fn is_elision(&mut self, word: &str) -> bool {
        let begin = self.folded.len();
        word.chars().for_each(|c| fold::push(c, self.folded));
        let elided = ELISIONS.lines().any(|word| *word == self.folded[begin..]);
        self.folded.truncate(begin);
        elided
    }

    /// The end of the next word where this one is a lone و: many papers set a space after it.
    fn conjoined(&self, start: usize, end: usize) -> usize {
        if self.source[start..end].strip_prefix(clitic::AND) != Some("") {
            return end;
        }
        let next = end + run(&self.source[end..], |c| c == ' ');
        if next > end && self.begins(next, Class::ARABIC) && self.begins(next, Class::ALPHABETIC) {
            next + self.run(next, Class::INNER)
        } else {
            end
        }
    }

    /// The end of "C.H.U." where such an abbreviation begins here. The last dot belongs to it unless
    /// the line ends there.
    fn dotted(&self, start: usize) -> Option<usize> {
        let bytes = self.source.as_bytes();
        let pair = |at: usize| {
            bytes
                .get(at)?
                .is_ascii_uppercase()
                .then(|| bytes.get(at + 1) == Some(&b'.'))?
                .then_some(())
        };
        let mut at = start;
        let mut letters = 0;
        while pair(at).is_some() {
            at += 2;
            letters += 1;
        }
        let follows = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
        if bytes.get(at).is_some_and(u8::is_ascii_uppercase) && !follows(at + 1) && letters > 0 {
            return Some(at + 1);
        }
        if letters < 2 || follows(at) {
            return None;
        }
        let line_ends = self.peek(at).is_none_or(|c| c == '\n' || c == '\r');
        Some(if line_ends { at - 1 } else { at })
    }

    /// The end of a word in the script of its first letter, and its letters: "الـCHU" is two words.
    fn one_script(&self, start: usize) -> (usize, Letters) {
        let arabic = self.begins(start, Class::ARABIC);
        let mut letters = Letters::default();
        let length = run(&self.source[start..], |c| {
            let class = self.classes.of(c);
            let inside = class.meets(Class::INNER)
                && (class.meets(Class::ARABIC) == arabic || !class.meets(Class::ALPHABETIC));
            if inside {
                letters.see(class);
            }
            inside
        });
        (start + length, letters)
    }

    /// Bytes from `start` on whose characters all have one of the marks.
    fn run(&self, start: usize, marks: Class) -> usize {
        self.classes.run(&self.source[start..], marks)
    }

    /// Whether a character with one of the marks stands here.
    fn begins(&self, at: usize, marks: Class) -> bool {
        self.peek(at)
            .is_some_and(|c| self.classes.of(c).meets(marks))
    }

    fn letters_of(&self, word: &str) -> Letters {
        let mut letters = Letters::default();
        for c in word.chars() {
            letters.see(self.classes.of(c));
        }
        letters
    }

    fn mark(&mut self, c: char, after: usize) {
        let start = self.at;
        if is_hyphen(c) && self.binds(start, after) {
            self.pending = Shape::HYPHEN.with(Shape::GLUED);
            self.at = after;
            return;
        }
        let end = after
            + run(&self.source[after..], |next| {
                next == c && matches!(c, '.' | '-' | '_' | '*' | '=')
            });
        self.push(start, end, Shape::PUNCT);
    }

    /// Whether a hyphen here binds two parts of a name or compound: letters on one side at least.
    fn binds(&self, start: usize, after: usize) -> bool {
        let (Some(left), Some(right)) = (self.before(start), self.peek(after)) else {
            return false;
        };
        let word = |c: char| c.is_alphanumeric() || c == '\'';
        let right = if right == '\n' && left == 'o' {
            self.peek(after + 1).unwrap_or(right)
        } else {
            right
        };
        word(left) && word(right) && !(left.is_numeric() && right.is_numeric())
    }

    fn push(&mut self, start: usize, end: usize, shape: Shape) {
        let fold_start = self.folded.len();
        let part = &self.source[start..end];
        if shape.has(Shape::DOTTED) {
            part.chars()
                .filter(|&c| c != '.')
                .for_each(|c| fold::push(c, self.folded));
        } else if part.bytes().all(|byte| byte.is_ascii_graphic()) {
            self.folded.push_str(part);
            self.folded[fold_start..].make_ascii_lowercase();
        } else {
            // A hyphen and line end inside a word, a space after و: no part of the word.
            let gap = |c: char| c.is_ascii_whitespace() || c == '-' && part.contains('\n');
            part.chars()
                .filter(|&c| !gap(c))
                .for_each(|c| fold::push(c, self.folded));
        }
        self.add(start, end, fold_start, shape);
    }

    /// Adds a token whose folded form ends the buffer, and goes on behind it.
    fn add(&mut self, start: usize, end: usize, fold_start: usize, shape: Shape) {
        self.tokens.push(Token {
            start: start as u32,
            end: end as u32,
            fold_start: fold_start as u32,
            fold_end: self.folded.len() as u32,
            shape: shape.with(self.pending),
        });
        self.pending = Shape::GLUED;
        self.at = end;
    }
}

/// The letters of a word, seen one after the other.
#[derive(Default)]
struct Letters {
    first: Option<Class>,
    /// Some follow.
    more: bool,
    /// Of these, one is no capital.
    small: bool,
}

impl Letters {
    fn see(&mut self, class: Class) {
        if !class.meets(Class::ALPHABETIC) {
            return;
        }
        if self.first.is_some() {
            self.more = true;
            self.small |= !class.meets(Class::CAPITAL);
        } else {
            self.first = Some(class);
        }
    }

    fn shape(&self) -> Shape {
        match self.first {
            Some(first) if first.meets(Class::ARABIC) => Shape::ARABIC,
            Some(first) if first.meets(Class::CAPITAL) => {
                let shape = Shape::LATIN.with(Shape::CAP);
                if self.more && !self.small {
                    shape.with(Shape::CAPS)
                } else {
                    shape
                }
            }
            _ => Shape::LATIN,
        }
    }
}

/// Folded words that lose their vowel before another and stand as a token of their own, a line each.
const ELISIONS: &str = include_str!("elision.txt");

fn run(text: &str, mut inside: impl FnMut(char) -> bool) -> usize {
    text.find(|c| !inside(c)).unwrap_or(text.len())
}

const fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}')
}

const fn is_apostrophe(c: Option<char>) -> bool {
    matches!(c, Some('\'' | '’' | '‘' | 'ʼ' | '´'))
}
