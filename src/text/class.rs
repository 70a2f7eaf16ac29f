//! Tells what a character is to the tokeniser, from a table for the scripts that are read.

use std::sync::LazyLock;

use super::fold::is_invisible;

/// What a character is: a set of marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Class(u8);

impl Class {
    pub(super) const ALPHABETIC: Self = Self(1);
    pub(super) const NUMERIC: Self = Self(1 << 1);
    /// A capital letter.
    pub(super) const CAPITAL: Self = Self(1 << 2);
    /// An Arabic vowel sign, tatweel, or a combining accent of a decomposed Latin letter.
    pub(super) const SIGN: Self = Self(1 << 3);
    /// Leaves no trace when folded.
    pub(super) const INVISIBLE: Self = Self(1 << 4);
    pub(super) const SPACE: Self = Self(1 << 5);
    /// Of the Arabic script.
    pub(super) const ARABIC: Self = Self(1 << 6);
    /// Ends a line.
    pub(super) const LINE_END: Self = Self(1 << 7);

    pub(super) const LETTER: Self = Self::ALPHABETIC.with(Self::SIGN);
    pub(super) const WORD: Self = Self::ALPHABETIC.with(Self::NUMERIC);
    pub(super) const INNER: Self = Self::WORD.with(Self::SIGN).with(Self::INVISIBLE);

    fn new(c: char) -> Self {
        [
            (c.is_alphabetic(), Self::ALPHABETIC),
            (c.is_numeric(), Self::NUMERIC),
            (c.is_uppercase(), Self::CAPITAL),
            (is_sign(c), Self::SIGN),
            (is_invisible(c), Self::INVISIBLE),
            (c.is_whitespace(), Self::SPACE),
            (is_arabic(c), Self::ARABIC),
            (matches!(c, '\n' | '\r'), Self::LINE_END),
        ]
        .into_iter()
        .filter(|&(holds, _)| holds)
        .fold(Self::default(), |all, (_, mark)| all.with(mark))
    }

    /// Whether one of the marks of `other` is here.
    pub(super) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Characters of the table: Latin to Arabic, Greek and Cyrillic between them.
const TABLE: usize = 0x700;

/// The classes of all characters.
#[derive(Clone, Copy)]
pub(super) struct Classes(&'static [Class; TABLE]);

impl Classes {
    pub(super) fn table() -> Self {
        static CLASSES: LazyLock<[Class; TABLE]> = LazyLock::new(|| {
            let mut classes = [Class::default(); TABLE];
            for (class, c) in classes.iter_mut().zip('\0'..) {
                *class = Class::new(c);
            }
            classes
        });
        Self(&CLASSES)
    }

    pub(super) fn of(self, c: char) -> Class {
        match self.0.get(c as usize) {
            Some(&class) => class,
            None => Class::new(c),
        }
    }

    /// Bytes at the beginning of a text whose characters all have one of the marks.
    pub(super) fn run(self, text: &str, marks: Class) -> usize {
        text.find(|c| !self.of(c).meets(marks))
            .unwrap_or(text.len())
    }
}

const fn is_sign(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{640}' | '\u{64B}'..='\u{65F}' | '\u{670}')
}

const fn is_arabic(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{6FF}' | '\u{750}'..='\u{77F}' | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}')
}
