//! Holds the rules of the built-in pack, and what its README tells authors to do, to their sentences.

use std::path::Path;
use std::sync::Arc;

use sihafa::extract::Extractor;
use sihafa::record::{Article, Lang};
use sihafa::rules::example::check_examples;
use sihafa::rules::pack::Pack;

use crate::support::here;

/// Every example that fails, run through all stages.
fn faults(pack: Pack) -> Vec<String> {
    let pack = Arc::new(pack);
    let extractor = Extractor::new(pack.clone()).unwrap_or_else(|error| panic!("{error}"));
    let faults = check_examples(&pack, &extractor);
    faults.iter().map(ToString::to_string).collect()
}

fn load(folder: &Path) -> Pack {
    Pack::load(folder).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn every_example_holds() {
    assert_eq!(faults(load(&here("patterns"))), [""; 0]);
}

#[test]
fn rules_mirror_each_other_and_have_two_of_each_example() {
    let pack = load(&here("patterns"));
    let names = |lang: Lang| {
        let rules = pack.rules(lang).all().iter();
        let mut names: Vec<_> = rules.map(|rule| rule.id[3..].to_owned()).collect();
        names.sort();
        names
    };
    assert_eq!(names(Lang::Fr), names(Lang::Ar));
    for rule in [Lang::Fr, Lang::Ar]
        .iter()
        .flat_map(|&lang| pack.rules(lang).all())
    {
        let yes = rule.examples.iter().filter(|example| example.hits).count();
        assert!(yes >= 2 && rule.examples.len() >= yes + 2, "{}", rule.id);
        assert!(!rule.doc.is_empty(), "{}", rule.id);
    }
}

/// A copy of the patterns to which an author has added something.
fn edited(file: &str, added: &str) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    let mut open = vec![here("patterns")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let inside = path.strip_prefix(here("patterns")).unwrap().to_owned();
            if path.is_dir() {
                std::fs::create_dir_all(copy.path().join(inside)).unwrap();
                open.push(path);
            } else {
                std::fs::write(copy.path().join(inside), std::fs::read(path).unwrap()).unwrap();
            }
        }
    }
    let path = copy.path().join(file);
    let mut content = std::fs::read_to_string(&path).unwrap_or_default();
    content += added;
    std::fs::write(path, content).unwrap();
    copy
}

#[test]
fn the_rule_of_the_readme_can_be_added_and_its_examples_hold() {
    let readme = std::fs::read_to_string(here("patterns/README.md")).unwrap();
    let rule = readme.split("```toml\n").nth(1).unwrap();
    let rule = rule.split("```").next().unwrap();
    let copy = edited("rules/fr/joined.toml", rule);
    assert_eq!(faults(load(copy.path())), [""; 0]);
}

#[test]
fn a_word_can_be_added() {
    let copy = edited(
        "lexicons/fr/agreement.tsv",
        "compagnonnage\tpartnership\tstrong\n",
    );
    let sentence = "Un compagnonnage entre l'hôpital de Béja et le CHU de Sousse.";
    assert_eq!(partners(copy.path(), sentence), 2);
}

#[test]
fn the_hospital_of_the_readme_can_be_added() {
    let readme = std::fs::read_to_string(here("patterns/README.md")).unwrap();
    let row = readme
        .lines()
        .find(|line| line.starts_with("dz/clinique-el-afia\t"));
    let copy = edited(
        "lexicons/shared/institutions.tsv",
        &format!("{}\n", row.unwrap()),
    );
    let id = |folder: &Path| {
        let extractor = Extractor::new(Arc::new(load(folder))).unwrap();
        let article = Article {
            lang: "fr".to_owned(),
            text: "Une convention a été signée entre Villa El Afia et le CHU de Sousse.".to_owned(),
            ..Article::default()
        };
        let facts = extractor.facts(&article);
        let mut partners = facts.conventions.into_iter().flat_map(|one| one.partners);
        partners.find_map(|partner| partner.id.filter(|id| id == "dz/clinique-el-afia"))
    };
    assert!(id(copy.path()).is_some());
    assert_eq!(id(&here("patterns")), None);
}

/// How many parties the first rule that hits a French sentence names.
fn partners(folder: &Path, sentence: &str) -> usize {
    let extractor = Extractor::new(Arc::new(load(folder))).unwrap();
    let explained = extractor.explain(sentence, Lang::Fr, None);
    let hit = explained.sifted.won.first();
    hit.map_or(0, |hit| hit.captures("partner").count())
}

#[test]
fn an_example_that_does_not_hold_is_told_with_its_place() {
    let broken = "[[rule]]\nid = \"fr.x\"\nstage = \"event\"\nemit = \"convention\"\nmatch = 'alpha'\n\
                  [[rule.yes]]\ntext = \"beta\"\n[[rule.no]]\ntext = \"alpha\"\nwhy = \"w\"\n";
    let copy = edited("rules/fr/x.toml", broken);
    assert_eq!(
        faults(load(copy.path())),
        [
            "rules/fr/x.toml:7:1: fr.x: does not hit its `yes` example",
            "rules/fr/x.toml:9:1: fr.x: hits its `no` example; w",
        ]
    );
}
