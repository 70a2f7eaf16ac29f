//! Reads the query language by descent, and says where and why it cannot.

use super::{Field, Node, Scope};
use crate::error::{Error, Result};

/// The longest query in characters, and the deepest nesting.
const LONGEST: usize = 8192;
const DEEPEST: usize = 64;

/// The longest word in characters that is asked for by its beginning or with slips.
const SPELLED: usize = 40;

/// Reads a whole query; nothing but spaces asks for everything.
pub(super) fn parse(text: &str) -> Result<Node> {
    let mut parser = Parser {
        text,
        at: 0,
        depth: 0,
        scope: Scope::Anywhere,
    };
    if text.chars().count() > LONGEST {
        return Err(parser.fault(0, format!("longer than {LONGEST} characters")));
    }
    let root = parser.any()?;
    match parser.peek() {
        Some(_) => Err(parser.fault(parser.at, "`)` closes nothing")),
        None => Ok(root),
    }
}

struct Parser<'a> {
    text: &'a str,
    /// Byte of the next character.
    at: usize,
    depth: usize,
    scope: Scope,
}

impl<'a> Parser<'a> {
    /// `beside (OR beside)*`
    fn any(&mut self) -> Result<Node> {
        let mut branches = vec![self.beside()?];
        while let Some(at) = self.operator("OR") {
            if is_empty(branches.last()) {
                return Err(self.fault(at, "`OR` has nothing before it"));
            }
            let branch = self.beside()?;
            if is_empty(Some(&branch)) {
                return Err(self.fault(at, "`OR` has nothing after it"));
            }
            branches.push(branch);
        }
        Ok(single(branches, Node::Any))
    }

    /// `all*`
    fn beside(&mut self) -> Result<Node> {
        let mut branches: Vec<Node> = Vec::new();
        while self.next_is_operand() {
            let Some(branch) = self.all()? else { continue };
            match (branches.last_mut(), branch) {
                (
                    Some(Node::Words { text, scope }),
                    Node::Words {
                        text: more,
                        scope: same,
                    },
                ) if *scope == same => {
                    text.push(' ');
                    text.push_str(&more);
                }
                (_, branch) => branches.push(branch),
            }
        }
        Ok(single(branches, Node::Beside))
    }

    /// `one (AND one)*`; nothing where there was only punctuation.
    fn all(&mut self) -> Result<Option<Node>> {
        if let Some(at) = self.operator("AND") {
            return Err(self.fault(at, "`AND` has nothing before it"));
        }
        let Some(first) = self.one()? else {
            return Ok(None);
        };
        let mut branches = vec![first];
        while let Some(at) = self.operator("AND") {
            match self.one()? {
                Some(branch) => branches.push(branch),
                None => return Err(self.fault(at, "`AND` has nothing after it")),
            }
        }
        Ok(Some(single(branches, Node::All)))
    }

    /// `NOT* (group | phrase | field | word)`
    fn one(&mut self) -> Result<Option<Node>> {
        let mut denied = false;
        let mut last = None;
        while let Some(at) = self.operator("NOT") {
            denied = !denied;
            last = Some(at);
        }
        let begins = self.at == 0;
        if !begins
            && self.rest().starts_with('-')
            && self.rest()[1..].starts_with(|c: char| c.is_alphabetic() || c == '"')
        {
            self.at += 1;
            denied = !denied;
        }
        let node = match self.peek() {
            Some('(') => self.group().map(Some)?,
            Some('"') => self.phrase().map(Some)?,
            Some(c) if c != ')' => self.chunk()?,
            _ => None,
        };
        match (node, last) {
            (None, Some(at)) => Err(self.fault(at, "`NOT` has nothing after it")),
            (Some(node), _) if denied => Ok(Some(Node::Not(Box::new(node)))),
            (node, _) => Ok(node),
        }
    }

    fn group(&mut self) -> Result<Node> {
        let open = self.at;
        self.at += 1;
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.fault(open, format!("nested deeper than {DEEPEST}")));
        }
        let node = self.any()?;
        self.depth -= 1;
        match self.peek() {
            Some(')') => self.at += 1,
            _ => return Err(self.fault(open, "`(` is not closed")),
        }
        Ok(node)
    }

    fn phrase(&mut self) -> Result<Node> {
        let text = self.quoted()?.to_owned();
        Ok(Node::Phrase {
            text,
            scope: self.scope,
        })
    }

    fn quoted(&mut self) -> Result<&'a str> {
        let open = self.at;
        let inside = &self.text[open + 1..];
        let Some(length) = inside.find('"') else {
            return Err(self
                .fault(open, "`\"` is not closed")
                .hint("a second `\"` ends the phrase"));
        };
        self.at = open + length + 2;
        Ok(&inside[..length])
    }

    /// A run of characters without spaces, parentheses and quotes: a word, or a field with its value.
    fn chunk(&mut self) -> Result<Option<Node>> {
        let start = self.at;
        let rest = self.rest();
        let chunk = &rest[..rest.find(ends_chunk).unwrap_or(rest.len())];
        if let Some((name, value)) = chunk.split_once(':')
            && let Some(node) = self.field(name, value)?
        {
            return Ok(Some(node));
        }
        self.at = start + chunk.len();
        self.word(start, chunk)
    }

    /// What a name before a colon asks for; nothing where the colon is one of a sentence or an address.
    fn field(&mut self, name: &str, value: &str) -> Result<Option<Node>> {
        let start = self.at;
        let after = start + name.len() + 1;
        let spaced = self.text[after..]
            .chars()
            .next()
            .is_none_or(char::is_whitespace);
        let is_name = !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        if !is_name || spaced || value.starts_with("//") {
            return Ok(None);
        }
        let Some(field) = Field::named(name) else {
            let known: Vec<&str> = Field::ALL.iter().map(|(name, _)| *name).collect();
            let fault = self.fault(start, format!("there is no field `{name}`"));
            return Err(fault.hint(format!("fields are `{}`", known.join("`, `"))));
        };
        self.at = after;
        let scope = match field {
            Field::Title => Some(Scope::Title),
            Field::Body => Some(Scope::Body),
            _ => None,
        };
        let node = match (self.peek(), scope) {
            (Some('(' | '"'), Some(scope)) => self.scoped(scope)?,
            (Some('"'), None) => {
                let value = self.quoted()?;
                self.valued(after, field.value(value))?
            }
            (Some('['), _) => self.range(field)?,
            (Some('('), None) => {
                return Err(self.fault(
                    after,
                    format!("`{name}` takes one value; join several by `OR`"),
                ));
            }
            _ => self.plain(field)?,
        };
        Ok(Some(node))
    }

    fn scoped(&mut self, scope: Scope) -> Result<Node> {
        let outer = std::mem::replace(&mut self.scope, scope);
        let node = if self.peek() == Some('(') {
            self.group()
        } else {
            self.phrase()
        };
        self.scope = outer;
        node
    }

    fn range(&mut self, field: Field) -> Result<Node> {
        let open = self.at;
        let inside = &self.text[open + 1..];
        let Some(length) = inside.find(']') else {
            return Err(self.fault(open, "`[` is not closed"));
        };
        if !field.is_ordered() {
            return Err(self.fault(
                open,
                format!("`{}` has no order, so no range", field.name()),
            ));
        }
        let Some((from, to)) = inside[..length].split_once(" TO ") else {
            let fault = self.fault(open, format!("`[{}]` is no range", &inside[..length]));
            return Err(fault.hint("ranges are `[2023 TO 2024]`, either end `*` where it is open"));
        };
        let range = field.between(from.trim(), to.trim());
        self.at = open + length + 2;
        self.valued(open, range.map(|range| Node::Within { field, range }))
    }

    fn plain(&mut self, field: Field) -> Result<Node> {
        let start = self.at;
        let rest = self.rest();
        let value = &rest[..rest.find(ends_chunk).unwrap_or(rest.len())];
        self.at = start + value.len();
        let sign = &value[..value
            .find(|c| !matches!(c, '<' | '>' | '='))
            .unwrap_or(value.len())];
        if sign.is_empty() {
            return self.valued(start, field.value(value));
        }
        if !field.is_ordered() || !matches!(sign, "<" | ">" | "<=" | ">=") {
            return Err(self.fault(
                start,
                format!("`{sign}` does not compare `{}`", field.name()),
            ));
        }
        let range = field.compared(sign, &value[sign.len()..]);
        self.valued(start, range.map(|range| Node::Within { field, range }))
    }

    fn valued(&self, at: usize, node: std::result::Result<Node, String>) -> Result<Node> {
        node.map_err(|message| self.fault(at, message))
    }

    fn word(&self, start: usize, chunk: &str) -> Result<Option<Node>> {
        if !chunk.contains(char::is_alphanumeric) {
            return Ok(None);
        }
        let is_word = |word: &str| {
            let mut letters = word.chars();
            letters.next().is_none_or(char::is_alphabetic)
                && letters.all(|c| c.is_alphanumeric() || c == '\u{640}')
                && word.chars().nth(SPELLED).is_none()
        };
        if let Some(word) = chunk.strip_suffix('*').filter(|word| is_word(word)) {
            if word.chars().nth(1).is_none() {
                return Err(self.fault(start, format!("`{chunk}` needs two letters before `*`")));
            }
            return Ok(Some(Node::Prefix {
                word: word.to_owned(),
            }));
        }
        if let Some((word, slips)) = chunk
            .split_once('~')
            .filter(|(word, _)| !word.is_empty() && is_word(word))
        {
            let slips = match slips {
                "" | "1" => 1,
                "2" => 2,
                _ => {
                    return Err(self.fault(
                        start,
                        format!("`{chunk}` allows one slip or two: `~` or `~2`"),
                    ));
                }
            };
            return Ok(Some(Node::Fuzzy {
                word: word.to_owned(),
                slips,
            }));
        }
        Ok(Some(Node::Words {
            text: chunk.to_owned(),
            scope: self.scope,
        }))
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// The next character that is no space.
    fn peek(&mut self) -> Option<char> {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
        self.rest().chars().next()
    }

    /// Takes an operator, and says where it stood.
    fn operator(&mut self, word: &str) -> Option<usize> {
        self.peek();
        let rest = self.rest().strip_prefix(word)?;
        if !rest.chars().next().is_none_or(ends_chunk) {
            return None;
        }
        let at = self.at;
        self.at += word.len();
        Some(at)
    }

    fn next_is_operand(&mut self) -> bool {
        let before = self.at;
        let ends = matches!(self.peek(), None | Some(')')) || self.operator("OR").is_some();
        if ends {
            self.at = before;
        }
        !ends
    }

    fn fault(&self, byte: usize, message: impl Into<String>) -> Error {
        let column = self.text[..byte].chars().count() + 1;
        Error::input(format!("query:{column}"), message)
    }
}

fn ends_chunk(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')' | '"')
}

fn is_empty(node: Option<&Node>) -> bool {
    matches!(node, Some(Node::Beside(branches)) if branches.is_empty())
}

/// One branch stands for itself.
fn single(mut branches: Vec<Node>, join: fn(Vec<Node>) -> Node) -> Node {
    match (branches.len(), branches.pop()) {
        (1, Some(node)) => node,
        (_, last) => {
            branches.extend(last);
            join(branches)
        }
    }
}
