//! Shows why rules hit or did not: tokens with what holds at them, hits, nearest misses.

use std::fmt;

use super::Mention;
use super::atom::{Atom, CLITICS, SHAPES};
use super::automaton::Step;
use super::lexicon::{Annotations, Clitics};
use super::matcher::{Hit, Memory, Rules, Sifted, Stage};
use super::search::Reach;
use crate::text::Text;

/// What a stage's rules did with a text; displayed, it is what an author of rules reads.
#[derive(Debug)]
pub struct Explanation<'p> {
    /// A line for each token.
    pub tokens: Vec<String>,
    /// The hits that stand, those displaced and those guarded away.
    pub sifted: Sifted<'p>,
    /// The rules that came farthest without a hit, the nearest first.
    pub misses: Vec<Miss<'p>>,
    lines: Vec<String>,
}

/// A rule that did not hit, and where it died.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss<'p> {
    /// The rule's id.
    pub rule: &'p str,
    /// How many of its parts matched on the way.
    pub passed: u32,
    /// The token where it died; the number of tokens of the text at its end.
    pub token: usize,
    /// What it wanted there.
    pub wanted: String,
}

/// How many misses are worth reading.
const MISSES: usize = 8;

impl Rules {
    /// Explains what a stage's rules do with a text.
    pub fn explain<'p>(
        &'p self,
        stage: &str,
        text: &Text<'_>,
        annotations: &Annotations,
        mentions: &[Mention<'_>],
    ) -> Explanation<'p> {
        let mut mentions = mentions.to_vec();
        mentions.sort_unstable();
        let sifted = self.sift(stage, text, annotations, &mentions);
        let known = self.stages.iter().find(|known| &*known.name == stage);
        let misses = known.map(|stage| self.misses(stage, text, annotations, &mentions, &sifted));
        let misses = misses.unwrap_or_default();
        let tokens = (0..text.tokens.len())
            .map(|at| self.token(text, annotations, &mentions, at))
            .collect();
        let lines = lines(text, &sifted, &misses);
        Explanation {
            tokens,
            sifted,
            misses,
            lines,
        }
    }

    fn token(
        &self,
        text: &Text<'_>,
        annotations: &Annotations,
        mentions: &[Mention<'_>],
        at: usize,
    ) -> String {
        let mut line = format!("{at:>4}  {}  `{}`", text.word(at), text.folded(at));
        let shape = text.tokens[at].shape;
        for (name, mark) in SHAPES {
            if shape.has(mark) {
                line.extend([" <", name, ">"]);
            }
        }
        for found in annotations.at(at) {
            let entry = &self.lexicons.entries()[found.entry as usize];
            line.extend([" @", self.lexicons.name(entry.lexicon), "=", &entry.id]);
            line += &clitics(found.clitics);
            line += &tokens(found.end - found.first);
        }
        for mention in mentions
            .iter()
            .filter(|mention| mention.first as usize == at)
        {
            line.extend([
                " <",
                mention.kind,
                ">",
                &tokens(mention.end - mention.first),
            ]);
        }
        line
    }

    fn misses<'p>(
        &'p self,
        stage: &Stage,
        text: &Text<'_>,
        annotations: &Annotations,
        mentions: &[Mention<'_>],
        sifted: &Sifted<'_>,
    ) -> Vec<Miss<'p>> {
        let mut best = vec![Reach::default(); stage.programs.len()];
        stage.memory.lend(|memory| {
            for sentence in &text.sentences {
                let from = mentions.partition_point(|m| (m.first as usize) < sentence.tokens.start);
                let mentions = &mentions[from..];
                stage.classify(text, annotations, mentions, &sentence.tokens, memory);
                for (best, &rule) in best.iter_mut().zip(&stage.programs) {
                    let reach = stage.reach(&self.all[rule as usize].program, memory);
                    if reach.passed > best.passed {
                        best.clone_from(reach);
                        best.token += sentence.tokens.start as u32;
                    }
                }
            }
        });
        let reaches = best.into_iter().zip(&stage.programs);
        let mut misses: Vec<Miss<'p>> = reaches
            .filter_map(|(reach, &rule)| {
                let rule: &'p str = &self.all[rule as usize].id;
                (reach.passed > 0 && !fired(sifted, rule)).then(|| Miss {
                    rule,
                    passed: reach.passed,
                    token: reach.token as usize,
                    wanted: self.wanted(stage, &reach.steps),
                })
            })
            .collect();
        misses.sort_by_key(|miss| (std::cmp::Reverse(miss.passed), miss.rule));
        misses.truncate(MISSES);
        misses
    }

    /// What one of some steps consumes, each once.
    fn wanted(&self, stage: &Stage, steps: &[u32]) -> String {
        let mut wanted: Vec<_> = steps
            .iter()
            .map(|&step| self.consumed(stage, step))
            .collect();
        wanted.sort();
        wanted.dedup();
        wanted.join(" or ")
    }

    /// What a step consumes, as a rule would write it.
    fn consumed(&self, stage: &Stage, step: u32) -> String {
        let Step::Atom(atom) = stage.automaton.steps[step as usize] else {
            return "<ANY>".to_owned();
        };
        match stage.atoms.atom(atom) {
            Atom::Word(word) => word.to_string(),
            Atom::Exact(word) => format!("\"{word}\""),
            Atom::Shape(shape) => {
                let name = SHAPES.iter().find(|(_, known)| known == shape);
                format!("<{}>", name.map_or("", |(name, _)| name))
            }
            Atom::Clitic(clitic) => clitics(*clitic),
            Atom::Kind(kind) => format!("<{kind}>"),
            Atom::Entry {
                lexicon,
                feature,
                clitics: carried,
            } => {
                let feature = feature.as_ref().map(|(key, value)| match value {
                    Some(value) => format!(":{key}={value}"),
                    None => format!(":{key}"),
                });
                let name = self.lexicons.name(*lexicon);
                format!(
                    "@{name}{}{}",
                    feature.unwrap_or_default(),
                    clitics(*carried)
                )
            }
        }
    }
}

impl Stage {
    /// How far a program comes in the classified sentence without a match.
    fn reach<'m>(&self, program: &std::ops::Range<u32>, memory: &'m mut Memory) -> &'m Reach {
        let end = memory.symbols.len();
        let (search, classes) = memory.open(program);
        search.find(&self.automaton.steps, classes, 0..end, |_| false);
        &search.farthest
    }
}

fn fired(sifted: &Sifted<'_>, rule: &str) -> bool {
    let hits = sifted.won.iter().chain(&sifted.lost).chain(&sifted.guarded);
    hits.into_iter().any(|hit| &*hit.rule.id == rule)
}

fn clitics(carried: Clitics) -> String {
    let carried = CLITICS.iter().filter(|(_, clitic)| carried.has(*clitic));
    carried.flat_map(|(name, _)| ["<+", name, ">"]).collect()
}

fn tokens(length: u32) -> String {
    if length == 1 {
        String::new()
    } else {
        format!("[{length}]")
    }
}

fn lines(text: &Text<'_>, sifted: &Sifted<'_>, misses: &[Miss<'_>]) -> Vec<String> {
    let show = |what: &'static str, hits: &[Hit<'_>]| {
        let lines = hits.iter().map(|hit| {
            let tokens = &hit.tokens;
            let words = text.slice(tokens.clone()).replace('\n', " ");
            format!(
                "{what}  {}  {}..{}  {words}",
                hit.rule.id, tokens.start, tokens.end
            )
        });
        lines.collect::<Vec<_>>()
    };
    let mut lines = show("hit     ", &sifted.won);
    lines.extend(show("displaced", &sifted.lost));
    lines.extend(show("guarded ", &sifted.guarded));
    lines.extend(misses.iter().map(|miss| {
        // A rule dies behind its sentence, never at the first token of its own.
        let ended = text.sentences.iter().any(|s| s.tokens.start == miss.token);
        let word = if ended || miss.token == text.tokens.len() {
            "the end of the sentence".to_owned()
        } else {
            format!("`{}`", text.word(miss.token))
        };
        let Miss {
            rule,
            token,
            wanted,
            ..
        } = miss;
        format!("missed    {rule}  {token}  wanted {wanted}, found {word}")
    }));
    lines
}

impl fmt::Display for Explanation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.tokens.iter().chain(&self.lines) {
            writeln!(f, "{line}")?;
        }
        Ok(())
    }
}
