//! Says how Arabic towns are tied to the plural before them, and writes a name behind its preposition.

use crate::rules::lexicon::Clitics;
use crate::text::clitic;

use super::form::{Forms, Says};

/// How the members are tied to the head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tie {
    /// "لوهران".
    To,
    /// "بوهران".
    In,
    /// "في وهران".
    Within,
    /// "مستشفيات وهران".
    Bare,
}

impl Tie {
    /// What the clitics of a town say.
    pub(super) fn of(clitics: Clitics) -> Self {
        if clitics.has(Clitics::TO) {
            Self::To
        } else if clitics.has(Clitics::IN) {
            Self::In
        } else {
            Self::Bare
        }
    }

    /// The name behind its preposition, written together: "للقبة", "بوهران".
    pub(super) fn write(self, name: &str, forms: &Forms) -> String {
        match self {
            Self::To => match name.strip_prefix(clitic::THE) {
                Some(rest) => format!("{}{rest}", clitic::TO_THE),
                None => format!("{}{name}", clitic::TO),
            },
            Self::In => format!("{}{name}", clitic::IN),
            Self::Within => format!("{} {name}", forms.word(Says::Within)),
            Self::Bare => name.to_owned(),
        }
    }
}

/// Whether a token is one letter by itself, as before a name in quotes.
pub(super) fn is_letter(word: &str, letter: char) -> bool {
    word.strip_prefix(letter) == Some("")
}
