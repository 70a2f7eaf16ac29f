//! Turns `patterns/` into an engine that knows nothing of health: lexicons, rules, one matcher.

pub mod lexicon;

pub mod pack;

pub mod rule;

pub mod matcher;

pub mod example;

pub mod explain;

pub mod coverage;

mod annotate;

mod atom;

mod automaton;

mod check;

mod compile;

mod expression;

mod grammar;

mod need;

mod reading;

mod search;

mod spare;

mod spelling;

mod word_list;

/// A typed range of tokens that an earlier stage found: what `<NUM>` or `<DATE>` in a rule means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mention<'a> {
    /// First token.
    pub first: u32,
    /// Token after the last.
    pub end: u32,
    /// The type as rules name it: `NUM`, or `NUM:money` where a type has sorts. A range may be given
    /// under several.
    pub kind: &'a str,
}
