//! Imports generated articles and says how time and memory grow with their number.
//!
//! `cargo bench --bench import -- 1000000 7`: articles, seed. They are taken in by four parts, a quarter
//! each, linked and indexed after each. A third tell an agreement, a third count acts, a third neither;
//! institutions, towns, days and words are drawn, so that no two are alike. What a run of the program
//! does is what is measured: archive, store, dossiers and index are written to a folder that is removed.

#![allow(clippy::print_stdout, reason = "a bench tells what it measured")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use sihafa::config::Config;
use sihafa::crawl::clock::WallClock;
use sihafa::crawl::discover::Period;
use sihafa::crawl::stop::Stop;
use sihafa::rules::pack::Pack;
use sihafa::run::import::Import;
use sihafa::run::{Batch, Step};

const TOWNS: [&str; 24] = [
    "Oran",
    "Adrar",
    "Tindouf",
    "Alger",
    "Blida",
    "Constantine",
    "Annaba",
    "Sétif",
    "Batna",
    "Béchar",
    "Ouargla",
    "Ghardaïa",
    "Tlemcen",
    "Mostaganem",
    "Skikda",
    "Jijel",
    "Biskra",
    "Djelfa",
    "Médéa",
    "Tiaret",
    "Saïda",
    "Mascara",
    "Relizane",
    "Chlef",
];
/// Beginnings and ends of the names of hospitals.
const FIRST: [&str; 12] = [
    "Ben", "Bou", "Has", "Mou", "Kad", "Lar", "Zer", "Bel", "Guer", "Tah", "Rah", "Sli",
];
const LAST: [&str; 16] = [
    "djamila", "medine", "saoui", "louane", "kacem", "rached", "zerga", "mouna", "fella", "tarek",
    "lakhdar", "nouri", "yahia", "salem", "chaoui", "ghalem",
];
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

fn main() {
    let mut arguments = std::env::args()
        .skip(1)
        .filter_map(|word| word.parse().ok());
    let count: u64 = arguments.next().unwrap_or(20_000);
    let mut press = Press {
        seed: arguments.next().unwrap_or(7),
        told: 0,
    };
    let folder = std::env::temp_dir().join(format!("sihafa-bench-{}", std::process::id()));
    for _ in 0..4 {
        let part = press.part(&folder, count / 4);
        let begun = Instant::now();
        import(&folder, &part);
        println!(
            "{:>9} articles: {:>7.1} s for these, peak {} MB, of it own {} MB; on disk {} MB",
            press.told,
            begun.elapsed().as_secs_f64(),
            status("VmHWM:").unwrap_or(0),
            status("RssAnon:").unwrap_or(0),
            size(&folder.join("data")) >> 20,
        );
    }
    // what is left behind is the system's to remove
    let _ = std::fs::remove_dir_all(&folder);
}

fn import(folder: &Path, part: &Path) {
    let config = Config::default();
    let data = folder.join("data");
    let steps = Steps::default();
    let batch = Batch {
        work: "bench",
        shard: None,
        stop: &Stop::default(),
        config: &config,
        data: &data,
        pack: Pack::builtin().expect("the built-in pack is whole"),
        sources: &[],
        period: Period::default(),
        clock: &WallClock,
        watch: &|step| steps.note(step),
    };
    let report = batch.import(&Import {
        inputs: &[part.to_owned()],
        all: false,
    });
    let report = report.expect("the folder can be written");
    assert_eq!(report.import.map(|taken| taken.faulty), Some(0));
    steps.tell();
}

/// When each step was last heard of.
#[derive(Default)]
struct Steps {
    last: std::sync::Mutex<std::collections::BTreeMap<&'static str, (Instant, Instant)>>,
}

impl Steps {
    fn note(&self, step: Step<'_>) {
        let name = match step {
            Step::Imported(_) => "1 taken in",
            Step::Crawled(..) => "0 crawled",
            Step::Read(_) => "2 read",
            Step::Linked(_) => "3 linked",
            Step::Indexed(_) => "4 indexed",
        };
        let now = Instant::now();
        if let Ok(mut last) = self.last.lock() {
            last.entry(name).or_insert((now, now)).1 = now;
        }
    }

    fn tell(&self) {
        let last = self.last.lock().expect("no thread died with it");
        let steps = last.iter().map(|(name, (first, last))| {
            format!("{} {:.1} s", &name[2..], (*last - *first).as_secs_f64())
        });
        println!("          {}", steps.collect::<Vec<_>>().join(", "));
    }
}

struct Press {
    seed: u64,
    told: u64,
}

impl Press {
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

    fn part(&mut self, folder: &Path, count: u64) -> PathBuf {
        std::fs::create_dir_all(folder).expect("the temporary folder can be written");
        let path = folder.join("part.jsonl");
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
        format!("l'hôpital {}{}", self.of(&FIRST), self.of(&LAST))
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
        let (year, month, day) = (2010 + self.draw(15), 1 + self.draw(12), 1 + self.draw(28));
        let (here, there) = (self.of(&TOWNS), self.of(&TOWNS));
        let mut text = format!("{here} – L'hôpital de {here} a présenté son bilan. ");
        match self.told % 3 {
            0 => {
                let (one, other, kind) = (self.hospital(), self.hospital(), self.of(&KINDS));
                text += &format!(
                    "Une convention de {kind} a été signée le {day} avril {year} entre {one} de {here} et {other} de {there}. "
                );
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
            "published": format!("{year}-{month:02}-{day:02}"),
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
