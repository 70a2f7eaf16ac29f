//! Parses what a rule matches, `word @lexicon <TYPE> (a | b)? ..5 {name: …}`, into a tree with places.
//!
//! No look-around and no back-reference: every expression is regular.

/// A parsed expression. Places (`at`) are byte offsets into the expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    /// A word in its folded form; the file's spelling is kept.
    Word { form: String, at: usize },
    /// A word as it is written.
    Exact { form: String, at: usize },
    /// An entry of a lexicon.
    Entry(EntryTest),
    /// `<NAME>`: a shape of one token, or the kind of a mention.
    Kind { name: String, at: usize },
    /// `<+w>`: a token that carries a clitic.
    Clitic { name: String, at: usize },
    /// `%NAME`.
    Macro { name: String, at: usize },
    /// One after the other.
    Sequence(Vec<Node>),
    /// One of several, the first that fits.
    Choice(Vec<Node>),
    /// Between `min` and `max` times, as often as fits unless `lazy`.
    Repeat {
        node: Box<Node>,
        min: u32,
        max: Option<u32>,
        lazy: bool,
        at: usize,
    },
    /// `{name: …}`.
    Capture {
        name: String,
        node: Box<Node>,
        at: usize,
    },
    /// Any one token.
    Any,
}

impl Node {
    /// The expressions right inside this one.
    pub(super) fn children(&self) -> &[Self] {
        match self {
            Self::Sequence(nodes) | Self::Choice(nodes) => nodes,
            Self::Repeat { node, .. } | Self::Capture { node, .. } => std::slice::from_ref(node),
            _ => &[],
        }
    }
}

/// `@lexicon`, `@lexicon:feature`, `@lexicon:key=value`, each also with `<+w>` behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EntryTest {
    pub(super) lexicon: String,
    pub(super) feature: Option<(String, Option<String>)>,
    pub(super) clitic: Option<String>,
    pub(super) at: usize,
}

/// What is wrong with an expression, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) at: usize,
    pub(super) message: String,
}

/// How deep groups and captures may nest: far beyond what a reader follows.
const DEPTH: usize = 40;

/// How often a part may be repeated by number.
const REPEATS: u32 = 64;

/// Parses an expression.
pub(super) fn parse(source: &str) -> Result<Node, Wrong> {
    let mut parser = Parser {
        source,
        at: 0,
        depth: 0,
    };
    let node = parser.choice()?;
    match parser.peek() {
        None => Ok(node),
        Some(c) => Err(parser.wrong(format!("unexpected `{c}`"))),
    }
}

struct Parser<'a> {
    source: &'a str,
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn choice(&mut self) -> Result<Node, Wrong> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(self.wrong(format!("groups nest deeper than {DEPTH}")));
        }
        let mut arms = vec![self.sequence()?];
        while self.eat('|') {
            arms.push(self.sequence()?);
        }
        self.depth -= 1;
        Ok(if arms.len() == 1 {
            arms.swap_remove(0)
        } else {
            Node::Choice(arms)
        })
    }

    fn sequence(&mut self) -> Result<Node, Wrong> {
        let start = self.at;
        let mut nodes: Vec<Node> = Vec::new();
        while let Some(c) = self.peek() {
            match c {
                '|' | ')' | '}' => break,
                '?' | '*' | '+' => {
                    self.at += 1;
                    let (min, max) = match c {
                        '?' => (0, Some(1)),
                        '*' => (0, None),
                        _ => (1, None),
                    };
                    Self::repeat(&mut nodes, min, max, self.at - 1)?;
                }
                '{' if self.counts() => {
                    let at = self.at;
                    let (min, max) = self.count()?;
                    Self::repeat(&mut nodes, min, max, at)?;
                }
                _ => nodes.push(self.part(c)?),
            }
        }
        match nodes.len() {
            0 => Err(Wrong {
                at: start,
                message: "nothing to match here".to_owned(),
            }),
            1 => Ok(nodes.swap_remove(0)),
            _ => Ok(Node::Sequence(nodes)),
        }
    }

    fn repeat(nodes: &mut Vec<Node>, min: u32, max: Option<u32>, at: usize) -> Result<(), Wrong> {
        let Some(node) = nodes.pop() else {
            return Err(Wrong {
                at,
                message: "nothing to repeat before this".to_owned(),
            });
        };
        if matches!(node, Node::Repeat { .. }) {
            return Err(Wrong {
                at,
                message: "a repetition is repeated; put it in a group".to_owned(),
            });
        }
        nodes.push(Node::Repeat {
            node: Box::new(node),
            min,
            max,
            lazy: false,
            at,
        });
        Ok(())
    }

    fn part(&mut self, c: char) -> Result<Node, Wrong> {
        let at = self.at;
        match c {
            '(' => {
                self.at += 1;
                let node = self.choice()?;
                self.expect(')', at)?;
                // A group stays one part, so that what is repeated inside can be repeated as a whole.
                Ok(match node {
                    repeat @ Node::Repeat { .. } => Node::Sequence(vec![repeat]),
                    node => node,
                })
            }
            '{' => self.capture(),
            '"' => self.exact(),
            '@' => self.entry(),
            '<' => self.angle(),
            '%' => {
                self.at += 1;
                let name = self.name("a macro's name")?;
                Ok(Node::Macro { name, at })
            }
            '>' => Err(self.wrong("unexpected `>`".to_owned())),
            _ => self.word(),
        }
    }

    fn capture(&mut self) -> Result<Node, Wrong> {
        let at = self.at;
        self.at += 1;
        self.skip();
        let name = self.name("a capture's name")?;
        self.expect(':', at)?;
        let node = Box::new(self.choice()?);
        self.expect('}', at)?;
        Ok(Node::Capture { name, node, at })
    }

    fn exact(&mut self) -> Result<Node, Wrong> {
        let at = self.at;
        let rest = &self.source[at + 1..];
        let Some(length) = rest.find('"') else {
            return Err(self.wrong("`\"` is not closed".to_owned()));
        };
        self.at += length + 2;
        Ok(Node::Exact {
            form: rest[..length].to_owned(),
            at,
        })
    }

    fn entry(&mut self) -> Result<Node, Wrong> {
        let at = self.at;
        self.at += 1;
        let lexicon = self.name("a lexicon's name")?;
        let mut feature = None;
        if self.source[self.at..].starts_with(':') {
            self.at += 1;
            let key = self.name("a feature")?;
            let value = if self.source[self.at..].starts_with('=') {
                self.at += 1;
                Some(self.name("a value")?)
            } else {
                None
            };
            feature = Some((key, value));
        }
        let clitic = if self.source[self.at..].starts_with("<+") {
            Some(self.bracket()?.trim_start_matches('+').to_owned())
        } else {
            None
        };
        Ok(Node::Entry(EntryTest {
            lexicon,
            feature,
            clitic,
            at,
        }))
    }

    fn angle(&mut self) -> Result<Node, Wrong> {
        let at = self.at;
        let name = self.bracket()?;
        Ok(if let Some(clitic) = name.strip_prefix('+') {
            Node::Clitic {
                name: clitic.to_owned(),
                at,
            }
        } else if name == "ANY" {
            Node::Any
        } else {
            Node::Kind { name, at }
        })
    }

    fn bracket(&mut self) -> Result<String, Wrong> {
        let rest = &self.source[self.at + 1..];
        let Some(length) = rest.find('>').filter(|&length| length > 0) else {
            return Err(self.wrong("`<` wants a name and `>`".to_owned()));
        };
        self.at += length + 2;
        Ok(rest[..length].trim().to_owned())
    }

    fn word(&mut self) -> Result<Node, Wrong> {
        let at = self.at;
        let rest = &self.source[at..];
        let length = rest
            .find(|c: char| c.is_whitespace() || "()|?*+{}<>%\"@".contains(c))
            .unwrap_or(rest.len());
        let form = &rest[..length];
        self.at += length;
        if let Some(number) = form
            .strip_prefix("..")
            .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        {
            let most = number.parse().map_err(|_| Wrong {
                at,
                message: format!("`{form}` is no gap; write `..` and a number"),
            })?;
            return Ok(Node::Repeat {
                node: Box::new(Node::Any),
                min: 0,
                max: Some(most),
                lazy: true,
                at,
            });
        }
        Ok(Node::Word {
            form: form.to_owned(),
            at,
        })
    }

    /// Whether the brace here opens a count, not a capture.
    fn counts(&self) -> bool {
        self.source[self.at + 1..]
            .trim_start()
            .starts_with(|c: char| c.is_ascii_digit())
    }

    fn count(&mut self) -> Result<(u32, Option<u32>), Wrong> {
        let at = self.at;
        let wrong = |message: String| Wrong { at, message };
        let rest = &self.source[at + 1..];
        let length = rest
            .find('}')
            .ok_or_else(|| wrong("`{` is not closed".to_owned()))?;
        self.at += length + 2;
        let inside = &rest[..length];
        let (min, max) = inside.split_once(',').unwrap_or((inside, inside));
        let number = |text: &str| {
            let number = text.trim().parse::<u32>().ok();
            number
                .filter(|&number| number <= REPEATS)
                .ok_or_else(|| wrong(format!("`{inside}` is no count up to {REPEATS}")))
        };
        let min = number(min)?;
        let max = if max.trim().is_empty() {
            None
        } else {
            Some(number(max)?)
        };
        if max.is_some_and(|max| max < min || max == 0) {
            return Err(wrong(format!(
                "`{inside}` counts to less than it begins with"
            )));
        }
        Ok((min, max))
    }

    fn name(&mut self, what: &str) -> Result<String, Wrong> {
        let rest = &self.source[self.at..];
        let length = rest
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | '.')))
            .unwrap_or(rest.len());
        if length == 0 {
            return Err(self.wrong(format!("{what} is missing")));
        }
        self.at += length;
        Ok(rest[..length].to_owned())
    }

    fn expect(&mut self, c: char, opened: usize) -> Result<(), Wrong> {
        if self.eat(c) {
            return Ok(());
        }
        match self.peek() {
            Some(found) => Err(self.wrong(format!("`{c}` is wanted here, not `{found}`"))),
            None => Err(Wrong {
                at: opened,
                message: format!("`{c}` is missing for this"),
            }),
        }
    }

    fn eat(&mut self, c: char) -> bool {
        let found = self.peek() == Some(c);
        if found {
            self.at += c.len_utf8();
        }
        found
    }

    fn peek(&mut self) -> Option<char> {
        self.skip();
        self.source[self.at..].chars().next()
    }

    fn skip(&mut self) {
        let rest = &self.source[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn wrong(&self, message: String) -> Wrong {
        Wrong {
            at: self.at,
            message,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn wrong(source: &str, at: usize, message: &str) {
        assert_eq!(
            parse(source),
            Err(Wrong {
                at,
                message: message.to_owned()
            })
        );
    }

    #[test]
    fn places_of_faults() {
        wrong("a (b", 2, "`)` is missing for this");
        wrong("a b)", 3, "unexpected `)`");
        wrong("? a", 0, "nothing to repeat before this");
        wrong("a | | b", 3, "nothing to match here");
        wrong("@", 1, "a lexicon's name is missing");
        wrong("a{3,2}", 1, "`3,2` counts to less than it begins with");
        wrong("é \"b", 3, "`\"` is not closed");
        wrong("{x a}", 3, "`:` is wanted here, not `a`");
    }

    #[test]
    fn counts_captures_and_gaps_are_told_apart() {
        let node = parse("a{2} {b: c} ..5").unwrap();
        let Node::Sequence(parts) = node else {
            panic!("no sequence: {node:?}")
        };
        assert!(matches!(
            parts[0],
            Node::Repeat {
                min: 2,
                max: Some(2),
                ..
            }
        ));
        assert!(matches!(&parts[1], Node::Capture { name, .. } if name == "b"));
        assert!(matches!(
            parts[2],
            Node::Repeat {
                max: Some(5),
                lazy: true,
                ..
            }
        ));
    }

    #[test]
    fn no_nesting_is_too_deep_for_the_stack() {
        assert!(parse(&"(".repeat(100_000)).is_err());
    }
}
