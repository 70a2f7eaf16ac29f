//! The small commands: `init`, `robots`, `link`, `sources`, and what the README says of all.

use std::collections::BTreeSet;
use std::path::Path;

use sihafa::config::Config;

use super::{sihafa, sihafa_on};
use crate::support::{here, shared};

#[test]
fn init_writes_what_can_be_read_and_writes_over_nothing() {
    let temp = tempfile::tempdir().unwrap();
    sihafa(temp.path(), &["init"]).exits(0);
    let path = temp.path().join("sihafa.toml");
    let config = Config::load(&path).unwrap();
    assert!(config.sources.len() > 200, "{}", config.sources.len());
    assert_eq!(
        config,
        Config {
            sources: config.sources.clone(),
            ..Config::default()
        }
    );
    std::fs::write(&path, "# mine\n").unwrap();
    let ran = sihafa(temp.path(), &["init"]).exits(2);
    assert!(
        ran.err.contains("already there") && ran.err.contains("--force"),
        "{}",
        ran.err
    );
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "# mine\n");
    sihafa(temp.path(), &["init", "--force"]).exits(0);
    assert_eq!(Config::load(&path).unwrap(), config);
}

#[test]
fn sources_are_listed() {
    let temp = tempfile::tempdir().unwrap();
    let shown = sihafa(temp.path(), &["sources", "list"]).exits(0).out;
    assert!(shown.lines().count() > 200);
    assert!(
        shown
            .lines()
            .all(|line| line.split('\t').count() == 7 && line.ends_with("\tnever tried")),
        "{shown}"
    );
}

#[test]
fn robots_names_the_line_that_decides() {
    let temp = tempfile::tempdir().unwrap();
    let rules = "User-agent: *\nDisallow: /archives/\nAllow: /archives/sante\n";
    std::fs::write(temp.path().join("robots.txt"), rules).unwrap();
    let ask = |path: &str| sihafa(temp.path(), &["robots", "robots.txt", path]);
    let refused = ask("http://a.example/archives/1").exits(1).out;
    assert!(
        refused.starts_with("disallowed\t") && refused.contains("line 2"),
        "{refused}"
    );
    let allowed = ask("http://a.example/archives/sante/1").exits(0).out;
    assert!(
        allowed.starts_with("allowed\t") && allowed.contains("line 3"),
        "{allowed}"
    );
    assert!(
        ask("http://a.example/")
            .exits(0)
            .out
            .starts_with("allowed\t")
    );
}

#[test]
fn two_languages_about_one_convention_are_one_dossier() {
    let Some(seeds) = shared("gold/seeds.jsonl") else {
        return;
    };
    let temp = tempfile::tempdir().unwrap();
    let records = sihafa(temp.path(), &["extract", seeds.to_str().unwrap()])
        .exits(0)
        .out;
    let dossiers = sihafa_on(temp.path(), &["link"], records.as_bytes())
        .exits(0)
        .json();
    let told: Vec<BTreeSet<&str>> = dossiers
        .iter()
        .map(|dossier| {
            let articles = dossier["articles"].as_array().unwrap().iter();
            articles
                .map(|article| article["id"].as_str().unwrap())
                .collect()
        })
        .filter(|ids: &BTreeSet<&str>| ids.contains("seed-003") || ids.contains("seed-004"))
        .collect();
    assert_eq!(told, [BTreeSet::from(["seed-003", "seed-004"])]);
}

/// Two articles of one agreement and one of another, as records.
fn three_records(folder: &Path) -> String {
    let articles = [
        (
            "a",
            "fr",
            "2019-03-05",
            "Le CHU de Tlemcen et l'hôpital d'Aïn Sefra ont signé lundi une convention de jumelage.",
        ),
        (
            "b",
            "ar",
            "2019-03-06",
            "وقّع المركز الاستشفائي الجامعي لتلمسان ومستشفى عين الصفراء أول أمس اتفاقية توأمة.",
        ),
        (
            "c",
            "fr",
            "2022-06-01",
            "Le CHU de Tlemcen et l'hôpital d'Aïn Sefra ont signé mardi une convention de jumelage.",
        ),
    ];
    let lines: Vec<String> = articles
        .iter()
        .map(|(id, lang, published, text)| {
            let url = format!("http://press.example/{id}");
            serde_json::json!({"id": id, "url": url, "lang": lang, "published": published, "text": text}).to_string()
        })
        .collect();
    let records = sihafa_on(folder, &["extract"], lines.join("\n").as_bytes());
    records.exits(0).out
}

#[test]
fn link_says_why_two_conventions_are_one_or_are_not() {
    let temp = tempfile::tempdir().unwrap();
    let records = three_records(temp.path());
    let ask = |arguments: &[&str]| {
        sihafa_on(
            temp.path(),
            &[&["link", "--explain"], arguments].concat(),
            records.as_bytes(),
        )
    };
    let told = ask(&["a", "http://press.example/b"]).exits(0).out;
    assert!(
        told.starts_with("a#0 and b#0: one dossier, d") && told.contains("the same id"),
        "{told}"
    );
    let told = ask(&["b#0", "c#0", "--json"]).exits(0).json();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["joined"], false);
    assert_eq!(told[0]["ground"], "date");
    assert_eq!(told[0]["dates"][1], "2022-05-31");
    for (unknown, word) in [("z", "no record of `z`"), ("a#4", "1 convention(s)")] {
        let ran = ask(&["a", unknown]).exits(2);
        assert!(
            ran.err.contains(word) && ran.err.contains("hint:"),
            "{}",
            ran.err
        );
    }
}

#[test]
fn what_analysts_decide_stays_decided() {
    let temp = tempfile::tempdir().unwrap();
    let records = three_records(temp.path());
    let table = temp.path().join("own/lexicons/shared/corrections.tsv");
    std::fs::create_dir_all(table.parent().unwrap()).unwrap();
    let own = |arguments: &[&str]| {
        let arguments = [&["--patterns", "own", "link"], arguments].concat();
        sihafa_on(temp.path(), &arguments, records.as_bytes())
    };
    assert_eq!(own(&[]).exits(0).json().len(), 2);
    let decision = ["--different", "a#0", "b#0", "--note", "two wards,\tI asked"];
    own(&decision).exits(0);
    let rename = ["--rename", "dz/eph-ain-sefra", "Hôpital d'Aïn Sefra"];
    own(&rename).exits(0);
    for _ in 0..2 {
        let dossiers = own(&[]).exits(0).json();
        assert_eq!(dossiers.len(), 3);
        let shown = dossiers[0]["partners"].to_string();
        assert!(shown.contains("Hôpital d'Aïn Sefra"), "{shown}");
    }
    let told = own(&["--explain", "a", "b"]).exits(0).out;
    assert!(told.contains("an analyst said so"), "{told}");
    let kept = std::fs::read_to_string(&table).unwrap();
    assert!(kept.contains("two wards, I asked\n"), "{kept}");
    let refused = own(&["--same", "b#0", "a#0"]).exits(2).err;
    assert!(
        refused.contains("corrections.tsv:6:21: line 4"),
        "{refused}"
    );
    assert_eq!(std::fs::read_to_string(&table).unwrap(), kept);
}

#[test]
fn a_broken_table_of_decisions_is_refused_with_every_fault() {
    let temp = tempfile::tempdir().unwrap();
    let shared = temp.path().join("own/lexicons/shared");
    std::fs::create_dir_all(&shared).unwrap();
    let rows = [
        "action\twhat\ta\tb\tnote",
        "merge\tentity\tdz/a\tdz/b\t",
        "same\tarticle\tdz/a\tdz/b\t",
        "rename\tconvention\ta#0\tb\t",
        "same\tconvention\ta#0\tb\t",
        "different\tentity\tdz/a\t\t",
        "same\tentity\tdz/a\tdz/a\t",
        "same entity",
        "same\tentity\tdz/a\tdz/b\tright",
        "different\tentity\tdz/b\tdz/a\tcontradicts",
    ];
    std::fs::write(shared.join("corrections.tsv"), rows.join("\n")).unwrap();
    let err = sihafa(temp.path(), &["--patterns", "own", "link"])
        .exits(2)
        .err;
    let places: Vec<&str> = err
        .lines()
        .map(|line| line.split("corrections.tsv:").nth(1).unwrap())
        .map(|rest| rest.split(": ").next().unwrap())
        .collect();
    assert_eq!(
        places,
        ["2:1", "3:6", "4:8", "5:21", "6:23", "7:18", "8:1", "10:23"],
        "{err}"
    );
    let ran = sihafa(temp.path(), &["link", "--same", "dz/a", "dz/b"]).exits(2);
    assert!(
        ran.err.contains("hint:") && ran.err.contains("--patterns"),
        "{}",
        ran.err
    );
}

#[test]
fn link_names_the_line_that_is_no_record_and_passes_over_error_lines() {
    let temp = tempfile::tempdir().unwrap();
    let ran = sihafa_on(temp.path(), &["link"], b"{\"id\":null,\"error\":\"x\"}\n").exits(1);
    assert!(ran.err.contains("-:1: passed over"), "{}", ran.err);
    let ran = sihafa_on(temp.path(), &["link"], b"\n{\"id\":\"a\"}\n").exits(2);
    assert!(ran.err.contains("-:2: no record"), "{}", ran.err);
}

#[test]
fn without_data_the_way_out_is_told() {
    let temp = tempfile::tempdir().unwrap();
    for arguments in [
        &["status"][..],
        &["search", "jumelage"],
        &["dump", "--format", "jsonl", "-o", "out"],
    ] {
        let ran = sihafa(temp.path(), &[arguments, &["--data", "absent"]].concat()).exits(2);
        assert!(
            ran.err.contains("absent") && ran.err.contains("hint:"),
            "{arguments:?}: {}",
            ran.err
        );
        assert!(
            !temp.path().join("absent").exists(),
            "{arguments:?} made the folder"
        );
    }
}

#[test]
fn the_readme_lists_the_commands_that_are_there() {
    let Ok(readme) = std::fs::read_to_string(here("README.md")) else {
        eprintln!("skipped: `README.md` is not here");
        return;
    };
    let told: BTreeSet<&str> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| `sihafa ")?.split([' ', '`']).next())
        .collect();
    let help = sihafa(&here("."), &["--help"]).exits(0).out;
    let commands = help
        .split("Commands:\n")
        .nth(1)
        .unwrap()
        .split("\n\n")
        .next()
        .unwrap();
    let there: BTreeSet<&str> = commands
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|command| *command != "help")
        .collect();
    assert_eq!(told, there);
}
