//! Imports generated articles and says how time and memory grow with their number.
//!
//! `cargo bench --bench import -- 1000000 7`: articles, seed. They are taken in as one file, then read,
//! linked and indexed; a line is told for each fifth of the way, with what each stage took of it, so that
//! growth is seen, and where it comes from. A third tell an agreement, every second of them one that another told
//! before; a third count acts, a third neither. Institutions, communes of the gazetteer, days of fifteen years and
//! words are drawn, in no order, so that no two articles are alike: an archive that is handed over is in no order
//! either, and each of its days fills as the import goes on. What a run of the program does is what is measured:
//! archive, store, dossiers and index are written to a folder that is removed.

#![allow(clippy::print_stdout, reason = "a bench tells what it measured")]

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Instant;

use jiff::ToSpan;
use jiff::civil::Date;
use sihafa::config::Config;
use sihafa::crawl::clock::WallClock;
use sihafa::crawl::discover::Period;
use sihafa::crawl::stop::Stop;
use sihafa::link::table::Tables;
use sihafa::rules::pack::Pack;
use sihafa::run::Batch;
use sihafa::run::import::Import;
use sihafa::run::step::Step;

const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
/// Beginnings, middles and ends of the names of hospitals.
const FIRST: [&str; 12] = [
    "Ben", "Bou", "Has", "Mou", "Kad", "Lar", "Zer", "Bel", "Guer", "Tah", "Rah", "Sli",
];
const LAST: [&str; 16] = [
    "djamila", "medine", "saoui", "louane", "kacem", "rached", "zerga", "mouna", "fella", "tarek",
    "lakhdar", "nouri", "yahia", "salem", "chaoui", "ghalem",
];
const MIDDLE: [&str; 10] = ["", "ma", "ra", "na", "bi", "za", "ri", "lou", "ha", "si"];
const KINDS: [&str; 5] = [
    "jumelage",
    "partenariat",
    "coopération",
    "formation",
    "recherche",
];
const ACTS: [&str; 5] = [
    "interventions chirurgicales",
    "opérations de la cataracte",
    "consultations",
    "séances de dialyse",
    "césariennes",
];
const WORDS: [&str; 60] = [
    "équipe",
    "matériel",
    "service",
    "patient",
    "prise",
    "charge",
    "région",
    "sud",
    "spécialiste",
    "hôpital",
    "soins",
    "programme",
    "journée",
    "médecin",
    "infirmier",
    "urgence",
    "bloc",
    "malade",
    "transfert",
    "visite",
    "wilaya",
    "directeur",
    "semaine",
    "mission",
    "bilan",
    "dépistage",
    "campagne",
    "centre",
    "maternité",
    "pédiatrie",
    "radiologie",
    "laboratoire",
    "cardiologie",
    "moyens",
    "renfort",
    "déplacement",
    "accueil",
    "population",
    "commune",
    "secteur",
    "formation",
    "échange",
    "expérience",
    "suivi",
    "rendez-vous",
    "attente",
    "délai",
    "réduction",
    "effort",
    "objectif",
    "année",
    "mois",
    "trimestre",
    "étape",
    "projet",
    "équipement",
    "scanner",
    "greffe",
    "rein",
    "oncologie",
];

/// Lines that are told of the way.
const PARTS: u64 = 5;

/// The program's.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let mut arguments = std::env::args()
        .skip(1)
        .filter_map(|word| word.parse().ok());
    let count: u64 = arguments.next().unwrap_or(20_000);
    let mut press = Press::new(arguments.next().unwrap_or(7));
    let folder = std::env::temp_dir().join(format!("sihafa-bench-{}", std::process::id()));
    let articles = press.write(&folder, count);
    import(&folder.join("data"), &articles, count);
    // what is left behind is the system's to remove
    let _ = std::fs::remove_dir_all(&folder);
}

fn import(data: &Path, articles: &Path, count: u64) {
    let config = Config::default();
    let way = Way::new(data, count);
    let batch = Batch {
        work: "bench",
        shard: None,
        stop: &Stop::default(),
        config: &config,
        data,
        pack: Pack::builtin().expect("the built-in pack is whole"),
        sources: &[],
        period: Period::default(),
        clock: &WallClock,
        watch: &|step| way.note(step),
    };
    let report = batch.import(&Import {
        inputs: &[articles.to_owned()],
        all: false,
    });
    let report = report.expect("the folder can be written");
    way.end();
    println!("{report}");
    let taken = report.import.unwrap_or_default();
    assert_eq!((taken.new, taken.faulty), (count, 0), "{taken}");
}

/// Seconds by the clock and of all processors.
#[derive(Clone, Copy)]
struct Spent {
    at: Instant,
    processors: f64,
}

impl Spent {
    fn now() -> Self {
        Self {
            at: Instant::now(),
            processors: processor_seconds().unwrap_or(0.0),
        }
    }
}

/// How far the import is, and what it took.
struct Way<'a> {
    data: &'a Path,
    count: u64,
    begun: Spent,
    course: Mutex<Course>,
}

/// What changes on the way.
struct Course {
    /// Captures read.
    read: u64,
    /// How many of them were told.
    told: u64,
    /// When a line was told last.
    last: Spent,
    /// The stage at work, and since when.
    stage: (String, Spent),
    /// Seconds of all processors by stage since that line.
    stages: BTreeMap<String, f64>,
}

impl<'a> Way<'a> {
    fn new(data: &'a Path, count: u64) -> Self {
        let begun = Spent::now();
        Self {
            data,
            count,
            begun,
            course: Mutex::new(Course {
                read: 0,
                told: 0,
                last: begun,
                stage: (String::new(), begun),
                stages: BTreeMap::new(),
            }),
        }
    }

    /// Tells a line where a stage begins behind a fifth: only then everything that was read is also indexed.
    fn note(&self, step: Step<'_>) {
        let mut course = self.course.lock().expect("no thread died with it");
        match step {
            Step::Read(part) => course.read = part.done,
            Step::Began(stage) => {
                course.enter(stage);
                let parts = |done: u64| done * PARTS / self.count.max(1);
                let first = stage == "read" && course.read == 0;
                if first || (stage == "read" && parts(course.read) > parts(course.told)) {
                    self.tell(&mut course);
                }
            }
            _ => {}
        }
    }

    fn end(&self) {
        let mut course = self.course.lock().expect("no thread died with it");
        course.enter("");
        self.tell(&mut course);
    }

    /// A line: what all took so far and, in brackets, what was new since the line before.
    fn tell(&self, course: &mut Course) {
        let now = Spent::now();
        let (all, new) = (self.begun, course.last);
        let stages: Vec<String> = std::mem::take(&mut course.stages)
            .into_iter()
            .map(|(stage, seconds)| format!("{stage} {seconds:.1}"))
            .collect();
        println!(
            "{:>9} done: {:>7.1} s (+{:.1}), processors {:>7.1} s (+{:.1}: {}), peak {} MB, now of its own {} MB; on disk {} MB",
            course.read,
            (now.at - all.at).as_secs_f64(),
            (now.at - new.at).as_secs_f64(),
            now.processors - all.processors,
            now.processors - new.processors,
            stages.join(", "),
            status("VmHWM:").unwrap_or(0),
            status("RssAnon:").unwrap_or(0),
            size(self.data) >> 20,
        );
        (course.told, course.last) = (course.read, now);
    }
}

impl Course {
    /// Books what was spent to the stage that ends with this one.
    fn enter(&mut self, stage: &str) {
        let now = Spent::now();
        let (before, since) = std::mem::replace(&mut self.stage, (stage.to_owned(), now));
        if !before.is_empty() {
            *self.stages.entry(before).or_default() += now.processors - since.processors;
        }
    }
}

struct Press {
    seed: u64,
    told: u64,
    towns: Vec<String>,
    /// Sentences of agreements that were told, with the day of their signature; the last ones.
    agreements: Vec<(String, Date)>,
}

/// Agreements that may be told again.
const REMEMBERED: usize = 4096;

impl Press {
    fn new(seed: u64) -> Self {
        let tables = Tables::bundled();
        let rows = tables.places.lines().map(|line| line.split('\t').collect());
        let towns =
            rows.filter(|row: &Vec<&str>| row.len() > 4 && row[1] == "dz" && row[2] != "country");
        Self {
            seed,
            told: 0,
            towns: towns.map(|row| row[4].to_owned()).collect(),
            agreements: Vec::new(),
        }
    }

    fn town(&mut self) -> String {
        let at = self.draw(self.towns.len());
        self.towns[at].clone()
    }

    /// A sentence that tells an agreement, and the day of its signature.
    fn agreement(&mut self) -> (String, Date) {
        if self.agreements.len() > 1 && self.draw(2) == 0 {
            let at = self.draw(self.agreements.len());
            return self.agreements[at].clone();
        }
        let [one, other] = [(); 2].map(|()| {
            let (hospital, town) = (self.hospital(), self.town());
            format!("{hospital} de {town}")
        });
        let kind = self.of(&KINDS);
        let day = Date::constant(2010, 1, 1) + (self.draw(15 * 365) as i64).days();
        let (number, month, year) = (
            day.day(),
            MONTHS[usize::from(day.month().unsigned_abs()) - 1],
            day.year(),
        );
        let told = format!(
            "Une convention de {kind} a été signée le {number} {month} {year} entre {one} et {other}. "
        );
        if self.agreements.len() < REMEMBERED {
            self.agreements.push((told.clone(), day));
        } else {
            let at = self.draw(REMEMBERED);
            self.agreements[at] = (told.clone(), day);
        }
        (told, day)
    }

    /// The next number below `most` (`SplitMix64`).
    fn draw(&mut self, most: usize) -> usize {
        self.seed = self.seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.seed ^ (self.seed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % most as u64) as usize
    }

    fn of<'w>(&mut self, words: &[&'w str]) -> &'w str {
        words[self.draw(words.len())]
    }

    fn write(&mut self, folder: &Path, count: u64) -> PathBuf {
        std::fs::create_dir_all(folder).expect("the temporary folder can be written");
        let path = folder.join("articles.jsonl");
        let file = std::fs::File::create(&path).expect("the temporary folder can be written");
        let mut out = std::io::BufWriter::new(file);
        for _ in 0..count {
            let line = self.article();
            writeln!(out, "{line}").expect("the disk has room");
        }
        out.flush().expect("the disk has room");
        path
    }

    fn hospital(&mut self) -> String {
        let [first, middle, last] = [&FIRST[..], &MIDDLE, &LAST].map(|parts| self.of(parts));
        format!("l'hôpital {first}{middle}{last}")
    }

    /// Words of the field in one of some turns of phrase.
    fn sentence(&mut self) -> String {
        let [one, two, three, four, five] = std::array::from_fn(|_| self.of(&WORDS));
        let number = 2 + self.draw(90);
        match self.draw(8) {
            0 => format!(
                "Le {one} attend {number} {two} pour son {three}, selon un {four} joint hier. "
            ),
            1 => format!("Chaque {one} aura son {two}, puis un {three} par {four} et {five}. "),
            2 => format!(
                "Selon ce {one}, {number} {two} manquent encore; {three} et {four} suivront. "
            ),
            3 => format!(
                "Ni {one} ni {two} ne changent, mais tout {three} passe au {four} {number}. "
            ),
            4 => {
                format!("On y trouve {one}, {two}, {three} ainsi que {number} {four} sans {five}. ")
            }
            5 => format!("Depuis janvier, {one} rime avec {two}: {number} {three}, aucun {four}. "),
            6 => format!("« Notre {one} compte {number} {two} », dit un {three} près du {four}. "),
            _ => format!(
                "Avec {number} {one} contre {two}, ce {three} double son {four} vers {five}. "
            ),
        }
    }

    fn article(&mut self) -> String {
        let here = self.town();
        let mut text = format!("{here} – L'hôpital de {here} a présenté son bilan. ");
        let mut day = Date::constant(2010, 1, 1) + (self.draw(15 * 365) as i64).days();
        match self.told % 3 {
            0 => {
                let (told, signed) = self.agreement();
                text += &told;
                day = signed + (self.draw(4) as i64).days();
            }
            1 => {
                let (count, act) = (2 + self.draw(400), self.of(&ACTS));
                text +=
                    &format!("Les médecins y ont réalisé {count} {act} depuis le début du mois. ");
            }
            _ => {}
        }
        for _ in 0..4 {
            text += &self.sentence();
        }
        let id = self.told;
        self.told += 1;
        serde_json::json!({
            "id": format!("g{id:07}"),
            "url": format!("https://press.example/{id}"),
            "lang": "fr",
            "title": format!("Santé à {here}: le point de la semaine {id}"),
            "published": day.to_string(),
            "text": text.trim_end(),
        })
        .to_string()
    }
}

/// A figure of this process in megabytes, where the system tells it.
fn status(name: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes / 1024)
}

/// Seconds that all processors have worked for this process, where the system tells it.
fn processor_seconds() -> Option<f64> {
    /// Ticks of the clock in a second, on every Linux.
    const TICKS: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<u64>().ok();
    Some((ticks(11)? + ticks(12)?) as f64 / TICKS)
}

/// Bytes of all files of a folder.
fn size(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let sizes = entries.map(|entry| match entry.metadata() {
        Ok(about) if about.is_dir() => size(&entry.path()),
        Ok(about) => about.len(),
        Err(_) => 0,
    });
    sizes.sum()
}
