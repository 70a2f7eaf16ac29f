//! Links synthetic conventions, with names in both scripts, and says how long it takes.
//!
//! `cargo bench --bench link -- 200000 7`: conventions, seed. Partners are listed institutions, hospitals
//! of any commune, local associations and directorates of health, drawn unevenly, as in the press: a few
//! are in most agreements. Each agreement is told by one to five articles, each with a spelling, a
//! precision of the date and a state of its own. Articles are linked as they are written, as a filter does.

#![allow(clippy::print_stdout, reason = "a bench tells what it measured")]

use std::collections::HashMap;
use std::time::{Duration, Instant};

use sihafa::link::table::Tables;
use sihafa::link::{Convention, Linker};
use sihafa::record::Record;
use sihafa::record::fact::{Convention as Fact, ConventionStatus, Date, Kind, Partner, Role, Span};

/// The program's.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let mut arguments = std::env::args()
        .skip(1)
        .filter_map(|word| word.parse().ok());
    let count: u64 = arguments.next().unwrap_or(20_000);
    let mut press = Press::new(arguments.next().unwrap_or(7));
    let before = peak().unwrap_or(0);
    let mut linker = Linker::new(&Tables::bundled());
    let mut told: Vec<(u64, String)> = Vec::new();
    let mut spent = Duration::ZERO;
    while (told.len() as u64) < count {
        let records = press.agreement(told.len());
        let begun = Instant::now();
        for record in &records {
            linker.insert(record);
        }
        spent += begun.elapsed();
        told.extend(
            records
                .into_iter()
                .map(|record| (press.agreements, record.id)),
        );
    }
    let begun = Instant::now();
    let dossiers = linker.dossiers().count();
    let seconds = (spent + begun.elapsed()).as_secs_f64();
    let memory = peak().unwrap_or(0);
    let score = b_cubed(&told, &mut linker);
    println!(
        "{} conventions, {dossiers} dossiers of {}: {seconds:.1} s, B-cubed F1 {score:.4}, peak {memory} MB, {before} MB before",
        told.len(),
        press.agreements,
    );
}

/// Peak resident memory in megabytes, where the system tells it.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace()
        .next()?
        .parse::<u64>()
        .ok()
        .map(|kilobytes| kilobytes / 1024)
}

/// The forms of one organisation, in French and in Arabic.
type Forms = [Vec<String>; 2];

/// Writes articles.
struct Press {
    seed: u64,
    listed: Vec<Forms>,
    /// Communes and chief towns in both scripts.
    towns: Vec<[String; 2]>,
    agreements: u64,
}

/// What associations are called, in both scripts.
const ASSOCIATIONS: [[&str; 2]; 12] = [
    ["El Amel", "الأمل"],
    ["Nour El Hayat", "نور الحياة"],
    ["Al Wafa", "الوفاء"],
    ["Tifawin", "تيفاوين"],
    ["Ithar", "إيثار"],
    ["Dar El Ihsane", "دار الإحسان"],
    ["Amis du rein", "أصدقاء الكلى"],
    ["El Fedjr", "الفجر"],
    ["Kafil El Yatim", "كافل اليتيم"],
    ["Assalam", "السلام"],
    ["Waha", "واحة"],
    ["Ibtissama", "ابتسامة"],
];

impl Press {
    fn new(seed: u64) -> Self {
        let tables = Tables::bundled();
        let rows = |table: &str| -> Vec<Vec<String>> {
            let rows = table.lines().filter(|line| !line.starts_with('#'));
            rows.filter(|line| line.contains('/'))
                .map(|line| line.split('\t').map(str::to_owned).collect())
                .collect()
        };
        let listed = rows(&tables.institutions);
        let places = rows(&tables.places);
        Self {
            seed,
            listed: listed
                .iter()
                .filter(|row| row.len() == 10 && !row[5].is_empty() && !row[6].is_empty())
                .map(|row| forms(row))
                .collect(),
            towns: places
                .into_iter()
                .filter(|row| ["dz", "ma", "tn"].contains(&row[1].as_str()) && !row[5].is_empty())
                .map(|row| [row[4].clone(), row[5].clone()])
                .collect(),
            agreements: 0,
        }
    }

    fn below(&mut self, end: u64) -> u64 {
        self.seed = self
            .seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.seed >> 33) % end.max(1)
    }

    /// Few are in most agreements: a draw below a draw.
    fn uneven(&mut self, all: usize) -> usize {
        let end = 1 + self.below(all as u64);
        self.below(end) as usize
    }

    /// An organisation: a listed one, or one that no list holds.
    fn organisation(&mut self) -> Forms {
        if self.below(2) == 0 {
            let at = self.uneven(self.listed.len());
            return self.listed[at].clone();
        }
        let at = self.uneven(self.towns.len());
        let [fr, ar] = self.towns[at].clone();
        match self.below(3) {
            0 => [
                ["EPH", "hôpital", "établissement public hospitalier"]
                    .map(|head| format!("{head} de {fr}"))
                    .into(),
                ["المؤسسة العمومية الاستشفائية", "مستشفى"]
                    .map(|head| format!("{head} ب{ar}"))
                    .into(),
            ],
            1 => {
                let [own, other] = ASSOCIATIONS[self.below(12) as usize];
                [
                    vec![
                        format!("Association {own} de {fr}"),
                        format!("association « {own} » de {fr}"),
                    ],
                    vec![
                        format!("جمعية {other} ب{ar}"),
                        format!("جمعية \"{other}\" ب{ar}"),
                    ],
                ]
            }
            _ => [
                [
                    "DSP",
                    "direction de la santé",
                    "direction de la santé et de la population",
                ]
                .map(|head| format!("{head} de {fr}"))
                .into(),
                ["مديرية الصحة", "مديرية الصحة والسكان"]
                    .map(|head| format!("{head} ب{ar}"))
                    .into(),
            ],
        }
    }

    /// A form as a paper prints it: some drop accents and hamzas, some write capitals.
    fn printed(&mut self, form: &str) -> String {
        match self.below(10) {
            0 => form.to_uppercase(),
            1 => form
                .chars()
                .map(|letter| match letter {
                    'é' | 'è' | 'ê' => 'e',
                    'â' | 'à' => 'a',
                    'ï' | 'î' => 'i',
                    'أ' | 'إ' | 'آ' => 'ا',
                    'ى' => 'ي',
                    'ة' => 'ه',
                    other => other,
                })
                .collect(),
            _ => form.to_owned(),
        }
    }

    /// The articles of one agreement; `first` numbers the first of them.
    fn agreement(&mut self, first: usize) -> Vec<Record> {
        self.agreements += 1;
        let parties: Vec<Forms> = (0..2 + self.below(5) / 4)
            .map(|_| self.organisation())
            .collect();
        let kind = [
            Kind::Twinning,
            Kind::Partnership,
            Kind::Cooperation,
            Kind::Framework,
        ][self.below(4) as usize];
        let (year, month, day) = (
            2005 + self.below(20),
            1 + self.below(12),
            1 + self.below(26),
        );
        let mut records = Vec::new();
        for _ in 0..=self.below(5) {
            let script = self.below(2) as usize;
            let later = self.below(3) == 0;
            let date = match self.below(8) {
                0 => format!("{year}-{month:02}"),
                1 if later => format!("{year}"),
                _ => format!("{year}-{month:02}-{day:02}"),
            };
            let published = if later {
                format!("{}-{month:02}-{day:02}", year + 1)
            } else {
                format!("{year}-{month:02}-{:02}", day + self.below(3))
            };
            let mut partners = Vec::new();
            for forms in &parties {
                let at = self.below(forms[script].len() as u64) as usize;
                let name = self.printed(&forms[script][at]);
                partners.push(partner(&name));
            }
            let fact = Fact {
                kind,
                status: if later {
                    ConventionStatus::InForce
                } else {
                    ConventionStatus::Signed
                },
                number: Some(1),
                bound: None,
                partners,
                date: Some(Date {
                    value: Some(date),
                    text: String::new(),
                    span: Span::default(),
                }),
                place: None,
                subject: None,
                dossier: None,
                evidence: Vec::new(),
            };
            let id = format!("a{:07}", first + records.len());
            records.push(record(id, ["fr", "ar"][script], published, fact));
        }
        records
    }
}

/// The names of a listed institution: in French the aliases that name its town, for the others mean
/// several.
fn forms(row: &[String]) -> Forms {
    let town = row[3].to_lowercase();
    let aliases = row[7].split(" | ");
    let telling = aliases.filter(|alias| !town.is_empty() && alias.to_lowercase().contains(&town));
    [
        [row[5].as_str()]
            .into_iter()
            .chain(telling)
            .map(str::to_owned)
            .collect(),
        vec![row[6].clone()],
    ]
}

fn partner(name: &str) -> Partner {
    Partner {
        name: name.to_owned(),
        id: None,
        class: None,
        role: Role::Party,
        aliases: Vec::new(),
        span: Span::default(),
    }
}

fn record(id: String, lang: &str, published: String, fact: Fact) -> Record {
    Record {
        schema: "sihafa/1".into(),
        id,
        url: None,
        source: None,
        publisher: None,
        country: None,
        lang: lang.into(),
        title: None,
        byline: None,
        published: Some(published),
        fetched: None,
        text: String::new(),
        duplicate_of: None,
        health: 1.0,
        conventions: vec![fact],
        operations: Vec::new(),
        dates: Vec::new(),
        patterns: String::new(),
        code: String::new(),
    }
}

fn b_cubed(told: &[(u64, String)], linker: &mut Linker) -> f64 {
    let found: Vec<(u64, String)> = told
        .iter()
        .filter_map(|(agreement, article)| {
            let convention = Convention {
                article: article.clone(),
                position: 0,
            };
            Some((*agreement, linker.dossier_of(&convention)?.to_owned()))
        })
        .collect();
    let (mut wanted, mut made, mut both) = (HashMap::new(), HashMap::new(), HashMap::new());
    for pair in &found {
        *wanted.entry(pair.0).or_insert(0.0) += 1.0;
        *made.entry(&pair.1).or_insert(0.0) += 1.0;
        *both.entry(pair).or_insert(0.0) += 1.0;
    }
    let (mut precision, mut recall) = (0.0, 0.0);
    for pair in &found {
        precision += both[pair] / made[&pair.1];
        recall += both[pair] / wanted[&pair.0];
    }
    let (precision, recall): (f64, f64) =
        (precision / found.len() as f64, recall / found.len() as f64);
    2.0 * precision * recall / (precision + recall)
}
