//! Says in words why two conventions are one agreement, or are not.

use std::fmt;

use super::entity::Entity;
use super::pair::{Ground, Verdict, judge};
use super::{Convention, Linker, report_at};

/// Why two conventions share a dossier, or do not.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// Whether they share a dossier.
    pub joined: bool,
    /// What the comparison of the two found.
    pub verdict: Verdict,
    lines: Vec<String>,
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines.join("\n"))
    }
}

impl Linker {
    /// Compares two conventions, and tells what the groups that they are in made of it; nothing where
    /// one of them is not here.
    pub fn explain(&mut self, one: &Convention, other: &Convention) -> Option<Explanation> {
        let (a, b) = (self.find(one)?, self.find(other)?);
        let dossier = self.dossier_of(one)?.to_owned();
        let joined = dossier == self.dossier_of(other)?;
        let (_, ours) = report_at(&self.slots, a)?;
        let (_, theirs) = report_at(&self.slots, b)?;
        let verdict = judge(ours, theirs, &self.resolver);
        let mut lines = vec![
            format!(
                "{one} and {other}: {}",
                if joined {
                    "one dossier"
                } else {
                    "two dossiers"
                }
            ),
            verdict.ground.to_string(),
            format!("kinds: {:?}, {:?}", ours.kind, theirs.kind),
            format!(
                "dates: {}, {}: {}",
                ours.date.as_deref().unwrap_or("unsaid"),
                theirs.date.as_deref().unwrap_or("unsaid"),
                verdict.timing.words()
            ),
        ];
        for &(i, j, likeness) in &verdict.pairs {
            lines.push(format!(
                "partner: {} = {}: {} ({:.2})",
                spell(&ours.parties[i]),
                spell(&theirs.parties[j]),
                likeness.why,
                likeness.score
            ));
        }
        let compared = !matches!(verdict.ground, Ground::Kind | Ground::Date);
        for (at, party) in ours.parties.iter().enumerate() {
            if compared && verdict.pairs.iter().all(|(i, _, _)| *i != at) {
                lines.push(format!("partner of {one} alone: {}", spell(party)));
            }
        }
        for (at, party) in theirs.parties.iter().enumerate() {
            if compared && verdict.pairs.iter().all(|(_, j, _)| *j != at) {
                lines.push(format!("partner of {other} alone: {}", spell(party)));
            }
        }
        if one.article == other.article {
            lines.push("the article tells them apart".to_owned());
        } else if joined && !verdict.ground.joins() {
            lines.push("joined through other articles".to_owned());
        } else if !joined && verdict.ground.joins() {
            lines.push(
                "kept apart: a surer pair excludes this one, or an analyst said so".to_owned(),
            );
        }
        Some(Explanation {
            joined,
            verdict,
            lines,
        })
    }
}

fn spell(entity: &Entity) -> String {
    let name = entity.name.values().next().map_or("", String::as_str);
    format!("{name} [{}]", entity.id)
}
