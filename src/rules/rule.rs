//! Turns a rule file into rules as written: named fields, expressions with their places, examples.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::expression::{Node, parse};
use crate::error::Fault;

/// A rule that has been loaded.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Unique in the pack.
    pub id: Box<str>,
    /// What it means and what is deliberately left out.
    pub doc: Box<str>,
    /// The stage that it runs in.
    pub stage: Box<str>,
    /// What the stage makes of a hit.
    pub emit: Box<str>,
    /// Decides between hits of one place and length; the higher wins.
    pub priority: i64,
    /// Sentences that it must hit, then those that it must not.
    pub examples: Vec<Example>,
    /// File inside the pack, and line from 1.
    pub file: Box<str>,
    /// Line of the rule's first key, from 1.
    pub line: usize,
    pub(super) set: Vec<(Box<str>, Setting)>,
    pub(super) captures: Vec<Capture>,
    pub(super) program: Range<u32>,
    pub(super) guards: Vec<(Guard, Range<u32>)>,
}

/// A value that a rule gives to a hit.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Setting {
    /// As the file writes it.
    Literal(Box<str>),
    /// The id or a feature of the first entry of a lexicon inside the capture, or the whole hit.
    Entry {
        capture: Option<u16>,
        lexicons: Vec<u16>,
        feature: Box<str>,
    },
}

/// A name that a rule gives to parts of a match, and the lexicons that its expression names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Capture {
    pub(super) name: Box<str>,
    pub(super) lexicons: Vec<u16>,
}

/// Where the guard of a rule must not match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guard {
    /// Over a token of the hit.
    Inside,
    /// Up to the hit's first token.
    After,
    /// From the token behind the hit on.
    Before,
}

/// A sentence that a rule must hit, or must not.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// The sentence, or several.
    pub text: Box<str>,
    /// Whether the rule must hit.
    pub hits: bool,
    /// The date of publication, for stages that need one.
    pub published: Option<Box<str>>,
    /// What the stage must make of the hit, where that is said.
    pub want: Option<toml::Table>,
    /// Why the rule must not hit.
    pub why: Box<str>,
    /// Line in the rule's file, from 1.
    pub line: usize,
}

/// A pattern file with its path inside the pack.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) file: &'a str,
    pub(super) content: &'a str,
}

impl Source<'_> {
    /// A fault at a byte of the file.
    pub(super) fn fault(&self, at: usize, message: impl Into<String>) -> Fault {
        let mut at = at.min(self.content.len());
        while !self.content.is_char_boundary(at) {
            at -= 1;
        }
        let before = &self.content[..at];
        let line = before.rfind('\n').map_or(before, |end| &before[end + 1..]);
        Fault {
            file: self.file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: line.chars().count() + 1,
            message: message.into(),
        }
    }

    fn line(&self, at: usize) -> usize {
        self.content[..at].matches('\n').count() + 1
    }

    /// Where the characters of a quoted string begin: past the quotes, and a line end after three.
    fn inside_quotes(&self, span: &Range<usize>) -> usize {
        let quoted = &self.content[span.clone()];
        let triple = quoted.starts_with("'''") || quoted.starts_with("\"\"\"");
        let marks = if triple { 3 } else { 1 };
        let rest = quoted.get(marks..).unwrap_or_default();
        let broken = ["\r\n", "\n"]
            .into_iter()
            .find(|end| triple && rest.starts_with(end));
        span.start + marks + broken.map_or(0, str::len)
    }

    /// Reads TOML into a type; the error has its place.
    pub(super) fn toml<T: serde::de::DeserializeOwned>(&self) -> Result<T, Fault> {
        toml::from_str(self.content).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            self.fault(at, error.message().lines().collect::<Vec<_>>().join("; "))
        })
    }
}

/// An expression with the place of its first character in a file.
#[derive(Debug)]
pub(super) struct Expression<'a> {
    pub(super) node: Node,
    pub(super) source: Source<'a>,
    pub(super) base: usize,
}

impl<'a> Expression<'a> {
    fn new(source: Source<'a>, text: &Spanned<String>) -> Result<Self, Fault> {
        let base = source.inside_quotes(&text.span());
        match parse(text.get_ref()) {
            Ok(node) => Ok(Self { node, source, base }),
            Err(wrong) => Err(source.fault(base + wrong.at, wrong.message)),
        }
    }

    pub(super) fn fault(&self, at: usize, message: impl Into<String>) -> Fault {
        self.source.fault(self.base + at, message)
    }
}

/// A rule as its file writes it, expressions parsed and nothing else checked.
pub(super) struct Draft<'a> {
    pub(super) source: Source<'a>,
    pub(super) id: Spanned<String>,
    pub(super) doc: String,
    pub(super) stage: Spanned<String>,
    pub(super) emit: Spanned<String>,
    pub(super) priority: i64,
    pub(super) expression: Expression<'a>,
    pub(super) set: BTreeMap<String, Spanned<toml::Value>>,
    pub(super) guards: Vec<(Guard, Expression<'a>)>,
    pub(super) examples: Vec<Example>,
    pub(super) line: usize,
}

impl Draft<'_> {
    /// Whether its `set` takes something from a capture.
    pub(super) fn refers_to(&self, capture: &str) -> bool {
        self.set.values().any(|value| {
            let text = value
                .get_ref()
                .as_str()
                .and_then(|text| text.strip_prefix('$'));
            text.and_then(|text| text.split_once('.'))
                .is_some_and(|(name, _)| name == capture)
        })
    }
}

/// What a rule file holds.
pub(super) struct RuleFile<'a> {
    pub(super) macros: Vec<(String, Expression<'a>)>,
    pub(super) rules: Vec<Draft<'a>>,
    pub(super) faults: Vec<Fault>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default, rename = "macro")]
    macros: BTreeMap<String, Spanned<String>>,
    #[serde(default, rename = "rule")]
    rules: Vec<Spanned<RawRule>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    id: Spanned<String>,
    #[serde(default)]
    doc: String,
    stage: Spanned<String>,
    emit: Spanned<String>,
    #[serde(default)]
    priority: i64,
    #[serde(rename = "match")]
    expression: Spanned<String>,
    #[serde(default)]
    set: BTreeMap<String, Spanned<toml::Value>>,
    #[serde(default)]
    unless_inside: Vec<Spanned<String>>,
    #[serde(default)]
    unless_after: Vec<Spanned<String>>,
    #[serde(default)]
    unless_before: Vec<Spanned<String>>,
    #[serde(default)]
    yes: Vec<RawYes>,
    #[serde(default)]
    no: Vec<RawNo>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawYes {
    text: Spanned<String>,
    published: Option<String>,
    want: Option<toml::Table>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNo {
    text: Spanned<String>,
    published: Option<String>,
    #[serde(default)]
    why: String,
}

impl<'a> RuleFile<'a> {
    /// Reads a file; what cannot be read is among the faults.
    pub(super) fn read(source: Source<'a>) -> Self {
        let mut file = Self {
            macros: Vec::new(),
            rules: Vec::new(),
            faults: Vec::new(),
        };
        match source.toml::<RawFile>() {
            Ok(raw) => {
                for (name, text) in raw.macros {
                    match Expression::new(source, &text) {
                        Ok(expression) => file.macros.push((name, expression)),
                        Err(fault) => file.faults.push(fault),
                    }
                }
                for rule in raw.rules {
                    file.rule(source, rule);
                }
            }
            Err(fault) => file.faults.push(fault),
        }
        file
    }

    fn rule(&mut self, source: Source<'a>, rule: Spanned<RawRule>) {
        let line = source.line(rule.span().start);
        let raw = rule.into_inner();
        let at = raw.id.span().start;
        for (missing, what) in [(raw.yes.is_empty(), "yes"), (raw.no.is_empty(), "no")] {
            if missing {
                let message = format!("rule `{}` has no `{what}` example", raw.id.get_ref());
                self.faults.push(source.fault(at, message));
            }
        }
        let mut guards = Vec::new();
        for (guard, texts) in [
            (Guard::Inside, &raw.unless_inside),
            (Guard::After, &raw.unless_after),
            (Guard::Before, &raw.unless_before),
        ] {
            for text in texts {
                match Expression::new(source, text) {
                    Ok(expression) => guards.push((guard, expression)),
                    Err(fault) => self.faults.push(fault),
                }
            }
        }
        let expression = match Expression::new(source, &raw.expression) {
            Ok(expression) => expression,
            Err(fault) => return self.faults.push(fault),
        };
        self.rules.push(Draft {
            source,
            line,
            examples: examples(source, raw.yes, raw.no),
            id: raw.id,
            doc: raw.doc,
            stage: raw.stage,
            emit: raw.emit,
            priority: raw.priority,
            expression,
            set: raw.set,
            guards,
        });
    }
}

fn examples(source: Source<'_>, yes: Vec<RawYes>, no: Vec<RawNo>) -> Vec<Example> {
    let yes = yes.into_iter().map(|raw| Example {
        line: source.line(raw.text.span().start),
        text: raw.text.into_inner().into(),
        hits: true,
        published: raw.published.map(Into::into),
        want: raw.want,
        why: Box::default(),
    });
    let no = no.into_iter().map(|raw| Example {
        line: source.line(raw.text.span().start),
        text: raw.text.into_inner().into(),
        hits: false,
        published: raw.published.map(Into::into),
        want: None,
        why: raw.why.into(),
    });
    yes.chain(no).collect()
}
