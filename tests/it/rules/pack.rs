//! Holds the built-in pack, and folders in its place, to loading whole or not at all.

use sihafa::record::Lang;
use sihafa::rules::Mention;
use sihafa::rules::example::{Case, Stages, check_examples};
use sihafa::rules::matcher::Hit;
use sihafa::rules::pack::Pack;

use crate::support::here;

#[test]
fn the_built_in_pack_is_the_folder() {
    let builtin = Pack::builtin().unwrap_or_else(|error| panic!("{error}"));
    let folder = Pack::load(&here("patterns")).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(builtin.version(), folder.version());
    for lang in [Lang::Fr, Lang::Ar] {
        let (one, other) = (builtin.rules(lang), folder.rules(lang));
        assert_eq!(one.all().len(), other.all().len());
        assert_eq!(
            one.lexicons().entries().len(),
            other.lexicons().entries().len()
        );
    }
}

#[test]
fn a_pack_is_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Pack>();
}

#[test]
fn the_rule_of_the_readme_loads_and_its_examples_hold() {
    let readme = std::fs::read_to_string(here("patterns/README.md")).unwrap();
    let rule = readme.split("```toml\n").nth(1).unwrap();
    let rule = rule.split("```").next().unwrap();
    let pack = Pack::from_files([
        ("pack.toml", include_str!("../../../patterns/pack.toml")),
        (
            "lexicons/fr/agreement_head.tsv",
            "convention\tagreement\t\n",
        ),
        ("lexicons/fr/agreement_kind.tsv", "jumelage\ttwinning\t\n"),
        ("lexicons/fr/det.tsv", "le\tthe\t\nl'\tthe\t\nles\tthe\t\n"),
        (
            "lexicons/fr/org.tsv",
            "hôpital\to\t\nCHU d'Oran\to\t\nEPH de Naâma\to\t\nsyndicat\to\t\n",
        ),
        ("rules/fr/convention.toml", rule),
    ]);
    let pack = pack.unwrap_or_else(|error| panic!("{error}"));
    let faults = check_examples(&pack, &Listed);
    assert_eq!(faults, []);
}

/// Organisations are what a list names; a hit is worth what its rule sets.
struct Listed;

impl Stages for Listed {
    fn mentions(&self, case: &Case<'_>) -> Vec<Mention<'static>> {
        let lexicons = case.rules.lexicons();
        let org = |entry: u32| lexicons.name(lexicons.entries()[entry as usize].lexicon) == "org";
        let found = case
            .annotations
            .all()
            .iter()
            .filter(|found| org(found.entry));
        let mentions = found.map(|found| Mention {
            first: found.first,
            end: found.end,
            kind: "ORG",
        });
        mentions.collect()
    }

    fn value(&self, case: &Case<'_>, hit: &Hit<'_>) -> Option<toml::Table> {
        let kind = case.rules.setting(hit, "kind", &case.annotations)?;
        Some(toml::Table::from_iter([("kind".to_owned(), kind.into())]))
    }
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let told = Pack::load(&here("no-such-folder")).unwrap_err().to_string();
    assert!(told.contains("no-such-folder"), "{told}");
}

#[test]
fn bytes_that_are_no_text_are_a_fault() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("pack.toml"), super::HEAD).unwrap();
    std::fs::create_dir_all(folder.path().join("lexicons/fr")).unwrap();
    std::fs::write(
        folder.path().join("lexicons/fr/a.tsv"),
        b"form\tid\n\xE9\tx\n",
    )
    .unwrap();
    let told = Pack::load(folder.path()).unwrap_err().to_string();
    assert_eq!(told, "lexicons/fr/a.tsv:2:1: not UTF-8 from here on");
}
