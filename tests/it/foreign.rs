//! Mutates what people write and programs send: every reader gives a value or an error, never a panic.
//!
//! Robots, feeds, sitemaps, pages, WARC files and queries are mutated beside their stages' tests; here are
//! patterns, configuration, JSON Lines, records, schedules and dates. What was ever found stands in `FOUND`.

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree as _;
use sihafa::config::Config;
use sihafa::link::edtf::Days;
use sihafa::record::Record;
use sihafa::rules::pack::Pack;
use sihafa::run::schedule::Schedule;

use crate::cli::sihafa;

/// One change of a text: a part of it goes, comes twice, or gives way to noise.
#[derive(Debug, Clone)]
enum Edit {
    Drop(Index, usize),
    Double(Index, usize),
    Put(Index, String),
}

const NOISE: &[&str] = &[
    "\"",
    "'",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "|",
    "=",
    "\t",
    "\n",
    "\r\n",
    "#",
    "\\",
    "\u{0}",
    "\u{feff}",
    "\u{202e}",
    "..9",
    "{9,3}",
    "%A",
    "@x",
    "<ORG>",
    "<+w>",
    "-",
    "/",
    "*",
    ",",
    "99999999999999999999",
    "-1",
    "e308",
    "null",
    "اتفاقية",
    "é",
    "𝕏",
    "2024-13-45",
    "..",
    "\\ud800",
    "~",
    "?",
    "T25:61",
];

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        (any::<Index>(), 1..40_usize).prop_map(|(at, many)| Edit::Drop(at, many)),
        (any::<Index>(), 1..40_usize).prop_map(|(at, many)| Edit::Double(at, many)),
        (any::<Index>(), prop::sample::select(NOISE))
            .prop_map(|(at, noise)| Edit::Put(at, noise.to_owned())),
    ]
}

fn mutated(seeds: &'static [&'static str]) -> impl Strategy<Value = String> {
    let edits = prop::collection::vec(edit(), 0..6);
    (prop::sample::select(seeds), edits).prop_map(|(seed, edits)| {
        let mut chars: Vec<char> = seed.chars().collect();
        for edit in edits {
            let end = |at: usize, many: usize, length: usize| (at + many).min(length);
            match edit {
                Edit::Drop(at, many) => {
                    let at = at.index(chars.len() + 1);
                    chars.drain(at..end(at, many, chars.len()));
                }
                Edit::Double(at, many) => {
                    let at = at.index(chars.len() + 1);
                    let part = chars[at..end(at, many, chars.len())].to_vec();
                    chars.splice(at..at, part);
                }
                Edit::Put(at, noise) => {
                    let at = at.index(chars.len() + 1);
                    chars.splice(at..at, noise.chars());
                }
            }
        }
        chars.into_iter().collect()
    })
}

const HEAD: &str = r#"version = "1"
[limits]
rules = 100
gap = 30
steps = 4000
[[stage]]
name = "event"
emits = ["thing", "none"]
types = ["NUM", "ORG"]
[spelling.fr]
de = ["d'", "du"]
"#;

const WORDS: &str = "form\tid\tfeatures\naccord\tagreement\thead strong=yes\nconvention cadre\tframework\tkind\n# homonyms\nc\ta\t\n";

const RULES: &str = r#"[macro]
AND = '(, | et | ainsi que)'
[[rule]]
id = "fr.a"
doc = "what it leaves out"
stage = "event"
emit = "thing"
priority = 5
match = '(@word:strong=yes | accord de) ..12 {a: <CAP>+} (%AND {b: le <CAP>{2,3}})* @word<+w>? "("'
set = { kind = "$word.id", other = "value" }
unless_inside = ['@word:id=framework']
unless_after = ['de {2}']
[[rule.yes]]
text = "Un accord de Guelma."
want = { kind = "x" }
published = "2024-01-01"
[[rule.no]]
text = "Rien."
why = "nothing"
"#;

const CONFIGURATION: &str = r#"[crawl]
contact = "mailto:you@example.org"
delay = "5s"
body_limit = 1000
resolve = { "a.example" = "127.0.0.1:80" }
[extract]
health = 0.5
[run]
time_zone = "Africa/Algiers"
[[source]]
id = "press"
name = "Press"
country = "dz"
lang = "fr"
kind = "daily"
home = "http://www.press.example/"
feeds = ["http://www.press.example/feed"]
articles = ["^/a/\\d+"]
"#;

const RECORD: &str = r#"{"schema":"sihafa/1","id":"a","url":"http://a.dz/1","source":null,"publisher":null,"country":"dz","lang":"fr","title":"T","byline":null,"published":"2024-05-30T11:24:00+01:00","fetched":null,"text":"Le CHU","duplicate_of":null,"health":0.97,"conventions":[{"kind":"framework","status":"in_force","number":1,"bound":"exact","partners":[{"name":"CHU","id":null,"type":null,"role":"party","aliases":[],"start":3,"end":6}],"date":{"value":"2024-05-20","text":"le 20 mai","start":0,"end":2},"place":null,"subject":null,"dossier":null,"evidence":[{"rule":"r","start":0,"end":6}]}],"operations":[],"dates":[],"patterns":"1"}"#;

const LINE: &str = r#"{"id":"a","url":"http://a.dz/1","lang":"fr","title":"Un titre","published":"2024-05-30","text":"Le CHU d'Oran et l'EPH d'Adrar ont signé, dimanche, une convention. 58 interventions ont été réalisées."}"#;

/// What mutation found, once mended: kept so that it stays mended.
const FOUND: &[&str] = &["", "\u{0}", "0 0 31 2 *", "2024-05-30/..", "9999-12-31/P1D"];

fn read(text: &str) {
    let _ = Config::parse(text, "sihafa.toml");
    let _ = text.parse::<Schedule>();
    let _ = Days::read(text);
    let _ = serde_json::from_str::<Record>(text);
    for (path, other) in [
        (
            "pack.toml",
            [("lexicons/fr/word.tsv", WORDS), ("rules/fr/a.toml", RULES)],
        ),
        (
            "lexicons/fr/word.tsv",
            [("pack.toml", HEAD), ("rules/fr/a.toml", RULES)],
        ),
        (
            "rules/fr/a.toml",
            [("pack.toml", HEAD), ("lexicons/fr/word.tsv", WORDS)],
        ),
    ] {
        let files = other.into_iter().chain([(path, text)]);
        if let Err(error) = Pack::from_files(files) {
            let told = error.to_string();
            assert!(
                told.contains(".toml") || told.contains(".tsv"),
                "no file is named: {told}"
            );
        }
    }
}

#[test]
fn the_seeds_are_sound() {
    Config::parse(CONFIGURATION, "sihafa.toml").unwrap();
    serde_json::from_str::<Record>(RECORD).unwrap();
    let rules = RULES.replace("unless_after = ['de {2}']\n", "");
    let files = [
        ("pack.toml", HEAD),
        ("lexicons/fr/word.tsv", WORDS),
        ("rules/fr/a.toml", &rules),
    ];
    Pack::from_files(files).unwrap();
    for text in FOUND {
        read(text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn whatever_is_written_is_read_or_refused(
        text in mutated(&[HEAD, WORDS, RULES, CONFIGURATION, RECORD, "*/15 0-5,7 1-31/2 jan-mar mon",
                          "2024-05-20/2024-06", "2024-W21", "P3M", "2024-05-20?"]),
    ) {
        read(&text);
    }
}

#[test]
fn a_line_in_gives_a_line_out_whatever_it_holds() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let lines: Vec<String> = (0..400)
        .map(|_| {
            let tree = mutated(&[LINE]).new_tree(&mut runner).unwrap();
            tree.current().replace(['\n', '\r'], " ")
        })
        .filter(|line| !line.trim().is_empty())
        .collect();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("lines.jsonl"), lines.join("\n")).unwrap();
    let ran = sihafa(folder.path(), &["extract", "lines.jsonl"]);
    assert!(ran.code < 2, "{}", ran.err);
    assert_eq!(ran.out.lines().count(), lines.len(), "{}", ran.err);
    for line in ran.out.lines() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(
            value.get("text").is_some() || value.get("error").is_some(),
            "{line}"
        );
    }
}
