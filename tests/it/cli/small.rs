//! The small commands: `init`, `robots`, `link`, `sources`, and what the README says of all.

use std::collections::BTreeSet;

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
