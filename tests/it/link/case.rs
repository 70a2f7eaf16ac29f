//! Reads articles with gold conventions into records, and scores groupings by B-cubed.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use serde::Deserialize;
use sihafa::link::table::Tables;
use sihafa::link::{Convention, Linker};
use sihafa::record::Record;
use sihafa::record::fact::{
    Bound, Convention as Fact, ConventionStatus, Date, Kind, Operation, OperationStatus, Partner,
    Procedure, Role, Span,
};

/// An article as gold files hold it; what a case does not say is left out.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Article {
    pub(super) id: String,
    pub(super) lang: String,
    pub(super) title: Option<String>,
    pub(super) published: Option<String>,
    #[serde(default)]
    pub(super) text: String,
    pub(super) country: Option<String>,
    #[serde(default)]
    pub(super) conventions: Vec<Agreement>,
    #[serde(default)]
    pub(super) operations: Vec<Acts>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Agreement {
    kind: Kind,
    status: ConventionStatus,
    #[serde(default = "one")]
    number: Option<u64>,
    #[serde(default)]
    bound: Option<Bound>,
    partners: Vec<Vec<String>>,
    #[serde(default)]
    patrons: Vec<Vec<String>>,
    date: Option<String>,
    pub(super) dossier: Option<String>,
}

#[expect(clippy::unnecessary_wraps, reason = "the default of an optional field")]
fn one() -> Option<u64> {
    Some(1)
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Acts {
    count: u64,
    bound: Bound,
    procedure: Procedure,
    status: OperationStatus,
}

/// The articles of a JSON Lines file.
pub(super) fn read(path: &Path) -> Vec<Article> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| serde_json::from_str(line).unwrap_or_else(|fault| panic!("{fault}: {line}")))
        .collect()
}

impl Article {
    pub(super) fn record(&self) -> Record {
        let conventions = self.conventions.iter().map(Agreement::fact).collect();
        let operations = self.operations.iter().map(Acts::fact).collect();
        Record {
            schema: "sihafa/1".into(),
            id: self.id.clone(),
            url: None,
            source: None,
            publisher: None,
            country: self.country.clone(),
            lang: self.lang.clone(),
            title: self.title.clone(),
            byline: None,
            published: self.published.clone(),
            fetched: None,
            text: self.text.clone(),
            duplicate_of: None,
            health: 1.0,
            conventions,
            operations,
            dates: Vec::new(),
            patterns: String::new(),
            code: String::new(),
        }
    }
}

impl Agreement {
    fn fact(&self) -> Fact {
        let partner = |role: Role| {
            move |names: &Vec<String>| Partner {
                name: names[0].clone(),
                id: None,
                class: None,
                role,
                aliases: names[1..].to_vec(),
                span: Span::default(),
            }
        };
        Fact {
            kind: self.kind,
            status: self.status,
            number: self.number,
            bound: self.bound,
            partners: (self.partners.iter().map(partner(Role::Party)))
                .chain(self.patrons.iter().map(partner(Role::Patron)))
                .collect(),
            date: self.date.as_ref().map(|date| Date {
                value: Some(date.clone()),
                text: String::new(),
                span: Span::default(),
            }),
            place: None,
            subject: None,
            dossier: None,
            evidence: Vec::new(),
        }
    }
}

impl Acts {
    fn fact(&self) -> Operation {
        Operation {
            count: self.count,
            max: None,
            bound: self.bound,
            procedure: self.procedure,
            specialty: None,
            status: self.status,
            facility: None,
            team: None,
            date: None,
            evidence: Vec::new(),
        }
    }
}

/// Links articles in the order given.
pub(super) fn link(articles: &[Article]) -> Linker {
    let mut linker = Linker::new(&Tables::bundled());
    for article in articles {
        linker.insert(&article.record());
    }
    linker
}

/// Which dossier the system, and which key the gold, gives to each convention; a convention without
/// a key is alone.
pub(super) fn groups(
    articles: &[Article],
    linker: &mut Linker,
) -> Vec<(Convention, String, String)> {
    let mut all = Vec::new();
    for article in articles {
        for (position, agreement) in article.conventions.iter().enumerate() {
            let convention = Convention {
                article: article.id.clone(),
                position,
            };
            let found = linker.dossier_of(&convention).unwrap().to_owned();
            let alone = || format!("alone {convention}");
            let wanted = agreement.dossier.clone().unwrap_or_else(alone);
            all.push((convention, found, wanted));
        }
    }
    all
}

/// B-cubed F1 of the found groups against the wanted ones.
pub(super) fn b_cubed(groups: &[(Convention, String, String)]) -> f64 {
    let count = |key: fn(&(Convention, String, String)) -> String| {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for group in groups {
            *counts.entry(key(group)).or_default() += 1;
        }
        counts
    };
    let found = count(|group| group.1.clone());
    let wanted = count(|group| group.2.clone());
    let mut both: HashMap<(&str, &str), usize> = HashMap::new();
    for (_, found, wanted) in groups {
        *both.entry((found, wanted)).or_default() += 1;
    }
    let mean = |whole: fn(&(Convention, String, String)) -> &String,
                sizes: &BTreeMap<String, usize>| {
        let shares = groups.iter().map(|group| {
            both[&(group.1.as_str(), group.2.as_str())] as f64 / sizes[whole(group)] as f64
        });
        shares.sum::<f64>() / groups.len() as f64
    };
    let (precision, recall) = (
        mean(|group| &group.1, &found),
        mean(|group| &group.2, &wanted),
    );
    2.0 * precision * recall / (precision + recall)
}

/// Says which pairs are wrong, and why.
pub(super) fn report(groups: &[(Convention, String, String)], linker: &mut Linker) -> String {
    let mut lines = Vec::new();
    for (at, (one, found, wanted)) in groups.iter().enumerate() {
        for (other, others, want) in &groups[at + 1..] {
            if (found == others) != (wanted == want) {
                lines.push(linker.explain(one, other).unwrap().to_string());
            }
        }
    }
    lines.join("\n\n")
}
