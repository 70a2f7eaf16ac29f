//! Splits a string into tokens: words, numbers and marks, each with its folded form and its shape.

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
    let mut tokens = Vec::with_capacity(source.len() / 6);
    split_into(source, folded, &mut tokens);
    tokens
}

/// Splits `source` into buffers that the caller keeps: tokens are appended to `tokens`, their folded
/// forms to `folded`.
pub(crate) fn split_into(source: &str, folded: &mut String, tokens: &mut Vec<Token>) {
    let mut splitter = Splitter {
        source,
        at: 0,
        folded,
        tokens,
        pending: Shape::LINE,
    };
    while splitter.step() {}
}

struct Splitter<'a> {
    source: &'a str,
    at: usize,
    folded: &'a mut String,
    tokens: &'a mut Vec<Token>,
    pending: Shape,
}

/// The longest run of letters after digits that is part of the number's token: "1er", "5ème", "19h30".
const SUFFIX: usize = 4;

impl Splitter<'_> {
    fn step(&mut self) -> bool {
        let Some(c) = self.peek(self.at) else {
            return false;
        };
        let after = self.at + c.len_utf8();
        if c == '\n' || c == '\r' {
            self.pending = Shape::LINE;
            self.at = after;
        } else if c.is_whitespace() || fold::is_invisible(c) {
            if !fold::is_invisible(c) && !self.pending.has(Shape::LINE) {
                self.pending = Shape::default();
            }
            self.at = after;
        } else if c.is_numeric() {
            self.number();
        } else if is_letter(c) {
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

    fn number(&mut self) {
        let start = self.at;
        let end = start + run(&self.source[start..], char::is_numeric);
        let letters = run(&self.source[end..], |c| {
            c.is_alphanumeric() && !is_arabic(c)
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
        let mut end = start + one_script(&self.source[start..]);
        while let Some(more) = self.joined(start, end) {
            end = more;
        }
        end = self.conjoined(start, end);
        let word = &self.source[start..end];
        let mut shape = letters_of(word);
        if is_apostrophe(word.chars().next_back()) {
            shape = shape.with(Shape::ELIDED);
        }
        self.push(start, end, shape);
    }

    /// The end of the word when it goes on over an apostrophe or a hyphenated line end.
    fn joined(&self, start: usize, end: usize) -> Option<usize> {
        let next = self.peek(end)?;
        let after = end + next.len_utf8();
        let word = &self.source[start..end];
        if is_apostrophe(Some(next)) && !word.chars().next().is_some_and(is_arabic) {
            let elided = ELISIONS.contains(&fold::fold(word).as_str());
            let follows = self.peek(after);
            // At the very end, where a word list has "près d'", the elided word still keeps its apostrophe.
            if is_apostrophe(word.chars().next_back())
                || !(follows.is_some_and(char::is_alphabetic) || elided && follows.is_none())
            {
                return None;
            }
            return Some(if elided {
                after
            } else {
                after + run(&self.source[after..], is_inner)
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
            return (lower && !compound).then(|| resumed + run(line, is_inner));
        }
        None
    }

    /// The end of the next word where this one is a lone و: many papers set a space after it.
    fn conjoined(&self, start: usize, end: usize) -> usize {
        let rest = &self.source[end..];
        let next = rest.trim_start_matches(' ');
        let lone = &self.source[start..end] == "و" && next.len() < rest.len();
        if lone
            && next
                .chars()
                .next()
                .is_some_and(|c| is_arabic(c) && c.is_alphabetic())
        {
            self.source.len() - next.len() + run(next, is_inner)
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
        if shape.has(Shape::DOTTED) {
            self.source[start..end]
                .chars()
                .filter(|&c| c != '.')
                .for_each(|c| fold::push(c, self.folded));
        } else {
            let part = &self.source[start..end];
            // A hyphen and line end inside a word, a space after و: no part of the word.
            let broken = part.contains('\n');
            part.chars()
                .filter(|&c| !(c.is_whitespace() || broken && c == '-'))
                .for_each(|c| fold::push(c, self.folded));
        }
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

/// Folded words that lose their vowel before another and stand as a token of their own.
const ELISIONS: [&str; 14] = [
    "l", "d", "j", "m", "t", "s", "c", "n", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "quelqu",
];

fn run(text: &str, inside: impl Fn(char) -> bool) -> usize {
    text.find(|c| !inside(c)).unwrap_or(text.len())
}

/// Bytes of a word in the script of its first letter: "الـCHU" is two words.
fn one_script(text: &str) -> usize {
    let arabic = text.chars().next().is_some_and(is_arabic);
    run(text, |c| {
        is_inner(c) && (is_arabic(c) == arabic || !c.is_alphabetic())
    })
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic() || is_mark(c)
}

fn is_inner(c: char) -> bool {
    c.is_alphanumeric() || is_mark(c) || fold::is_invisible(c)
}

/// Arabic vowel signs, tatweel, and combining accents of decomposed Latin letters.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{640}' | '\u{64B}'..='\u{65F}' | '\u{670}')
}

pub(super) const fn is_arabic(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{6FF}' | '\u{750}'..='\u{77F}' | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}')
}

const fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}')
}

const fn is_apostrophe(c: Option<char>) -> bool {
    matches!(c, Some('\'' | '’' | '‘' | 'ʼ' | '´'))
}

fn letters_of(word: &str) -> Shape {
    let mut letters = word.chars().filter(|c| c.is_alphabetic());
    let Some(first) = letters.next() else {
        return Shape::LATIN;
    };
    if is_arabic(first) {
        return Shape::ARABIC;
    }
    if !first.is_uppercase() {
        return Shape::LATIN;
    }
    let mut more = letters.peekable();
    let caps = more.peek().is_some() && more.all(char::is_uppercase);
    let shape = Shape::LATIN.with(Shape::CAP);
    if caps { shape.with(Shape::CAPS) } else { shape }
}
