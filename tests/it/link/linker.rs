//! Holds what the linker promises whatever the cases: order, increments, corrections, support.

use std::collections::{BTreeMap, BTreeSet};

use sihafa::link::block::{Keys, Sought};
use sihafa::link::table::Tables;
use sihafa::link::{Convention, Linker};
use sihafa::record::dossier::Dossier;
use sihafa::record::fact::ConventionStatus;

use super::case::{Article, link};
use super::corpus::files;

pub(super) fn all() -> Vec<Article> {
    files().into_values().flatten().collect()
}

pub(super) fn dossiers(linker: &mut Linker) -> Vec<Dossier> {
    linker.dossiers().cloned().collect()
}

/// Brings articles into an order that a seed decides.
pub(super) fn shuffle<T>(articles: &mut [T], mut seed: u64) {
    for at in (1..articles.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        articles.swap(at, (seed >> 33) as usize % (at + 1));
    }
}

#[test]
fn the_order_of_articles_changes_nothing() {
    let mut articles = all();
    let expect = dossiers(&mut link(&articles));
    for seed in [1, 7, 2024] {
        shuffle(&mut articles, seed);
        assert!(dossiers(&mut link(&articles)) == expect, "seed {seed}");
    }
}

#[test]
fn one_article_at_a_time_makes_what_all_at_once_makes() {
    let mut articles = all();
    let expect = dossiers(&mut link(&articles));
    shuffle(&mut articles, 11);
    let mut linker = Linker::new(&Tables::bundled());
    for article in &articles {
        linker.insert(&article.record());
        linker.dossiers().count();
    }
    assert!(dossiers(&mut linker) == expect);
    // Read again, and taken out, an article leaves no trace.
    let again = articles[0].record();
    linker.insert(&again);
    assert!(dossiers(&mut linker) == expect);
    linker.remove(&again.id);
    let without = dossiers(&mut link(&articles[1..]));
    assert!(dossiers(&mut linker) == without);
}

#[test]
fn a_later_article_does_not_rename_a_dossier() {
    let mut files = files();
    let mut articles = files.remove("dates").unwrap_or_default();
    articles.extend(files.remove("chu-alone").unwrap_or_default());
    articles.sort_by(|a, b| (&a.published, &a.id).cmp(&(&b.published, &b.id)));
    let mut linker = Linker::new(&Tables::bundled());
    let mut renamed = 0;
    for article in &articles {
        let before: Vec<Dossier> = dossiers(&mut linker);
        linker.insert(&article.record());
        let after = dossiers(&mut linker);
        renamed += before
            .iter()
            .filter(|dossier| after.iter().all(|other| other.id != dossier.id))
            .count();
    }
    assert_eq!(renamed, 0);
}

/// Whether one looks for the other.
fn finds(one: &Keys, other: &Keys) -> bool {
    let mut sought = one.looks_for.iter();
    sought.any(|sought| other.found_by.iter().any(|&key| sought.finds(key)))
}

#[test]
fn what_is_sought_lies_between_its_bounds() {
    let articles = all();
    let linker = link(&articles);
    for article in articles {
        for sought in linker.keys(&article.id).looks_for {
            let (first, last) = sought.bounds();
            let within = |key| (first..=last).contains(&key) && sought.finds(key);
            assert!(sought.keys().count() > 0 && sought.keys().all(within));
            assert!(!sought.finds(first.wrapping_sub(1)) && !sought.finds(last.wrapping_add(1)));
        }
    }
}

#[test]
fn a_sketch_never_parts_what_is_one_and_spares_reading_much_of_what_is_not() {
    let articles = all();
    let linker = link(&articles);
    let mut found_by: BTreeMap<u64, Vec<&str>> = BTreeMap::new();
    for article in &articles {
        for key in linker.keys(&article.id).found_by {
            found_by.entry(key).or_default().push(&article.id);
        }
    }
    let (mut met, mut parted) = (0, 0);
    for article in &articles {
        let (id, ours) = (article.id.as_str(), linker.sketch(&article.id));
        let tied = linker.tied(id);
        let looks_for = linker.keys(id).looks_for;
        let keys = looks_for.iter().flat_map(Sought::keys);
        let others: BTreeSet<&str> = keys
            .filter_map(|key| found_by.get(&key))
            .flatten()
            .copied()
            .filter(|other| *other != id)
            .collect();
        assert!(tied.iter().all(|other| others.contains(other.as_str())));
        for other in others {
            let theirs = linker.sketch(other);
            let may = linker.may_join((id, &ours), (other, &theirs));
            assert!(may || !tied.contains(other), "{id} {other}");
            assert_eq!(may, linker.may_join((other, &theirs), (id, &ours)));
            met += u32::from(!tied.contains(other));
            parted += u32::from(!may);
        }
    }
    assert!(parted * 2 > met, "{parted} of {met}");
}

#[test]
fn records_of_one_dossier_find_each_other() {
    let articles = all();
    let mut linker = link(&articles);
    let groups: Vec<Dossier> = dossiers(&mut linker);
    for dossier in groups.iter().filter(|dossier| dossier.articles.len() == 2) {
        let [one, other] = [0, 1].map(|at| linker.keys(&dossier.articles[at].id));
        for (one, other) in [(&one, &other), (&other, &one)] {
            assert!(finds(one, other), "{}", dossier.id);
        }
    }
}

#[test]
fn the_agreements_of_two_partners_look_for_each_other_only_where_they_may_be_one() {
    let article = |id: &str, status: &str, date: &str| {
        let date = if date.is_empty() {
            String::new()
        } else {
            format!(r#","date":"{date}""#)
        };
        format!(
            r#"{{"id":"{id}","lang":"fr","published":"2018-06-20","conventions":[{{"kind":"twinning","status":"{status}","partners":[["CHU d'Oran"],["hôpital de Sig"]]{date}}}]}}"#
        )
    };
    let articles = [
        article("day", "signed", "2016-03-14"),
        article("slip", "signed", "2016-03-17"),
        article("later", "signed", "2017-03-14"),
        article("year", "signed", "2016"),
        article("undated", "in_force", ""),
        article("planned", "planned", "2016-01-10"),
        article("renewed", "renewed", "2019-01-10"),
    ];
    let linker = link(&parse(&articles.join("\n")));
    let finds = |one: &str, other: &str| {
        let (one, other) = (linker.keys(one), linker.keys(other));
        let found = self::finds(&one, &other);
        assert_eq!(found, self::finds(&other, &one));
        found
    };
    assert!(!finds("day", "later"));
    for other in ["slip", "year", "undated", "planned", "renewed"] {
        assert!(finds("day", other), "{other}");
    }
    assert!(finds("undated", "renewed") && finds("year", "later"));
}

pub(super) fn parse(lines: &str) -> Vec<Article> {
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

const TWO: &str = r#"{"id":"a","lang":"fr","published":"2016-03-15","conventions":[{"kind":"twinning","status":"signed","partners":[["CHU d'Oran"],["hôpital de Sig"]],"date":"2016-03-14"}]}
{"id":"b","lang":"ar","published":"2017-05-02","text":"","conventions":[{"kind":"twinning","status":"in_force","partners":[["المركز الاستشفائي الجامعي لوهران"],["مستشفى سيق"]],"date":"2016-03"}],"operations":[{"count":41,"bound":"exact","procedure":"surgery","status":"performed"}]}"#;

#[test]
fn a_dossier_holds_both_scripts_the_state_and_what_was_done() {
    let mut linker = link(&parse(TWO));
    let dossiers = dossiers(&mut linker);
    let [dossier] = dossiers.as_slice() else {
        panic!("{dossiers:?}")
    };
    assert_eq!(dossier.status, ConventionStatus::InForce);
    assert_eq!(dossier.date.as_deref(), Some("2016-03-14"));
    assert_eq!(dossier.dates.len(), 2);
    assert_eq!(dossier.operations[0].count, 41);
    assert_eq!(dossier.partners.len(), 2);
    assert!(
        dossier
            .partners
            .iter()
            .all(|partner| partner.name.len() == 2)
    );
    let events: Vec<_> = dossier
        .timeline
        .iter()
        .map(|moment| (moment.date.as_str(), moment.event))
        .collect();
    assert_eq!(
        events,
        [
            ("2016-03", ConventionStatus::Signed),
            ("2016-03-14", ConventionStatus::Signed),
            ("2017-05-02", ConventionStatus::InForce),
        ]
    );
    let (a, b) = (
        Convention::read("a#0").unwrap(),
        Convention::read("b").unwrap(),
    );
    let explanation = linker.explain(&a, &b).unwrap();
    assert!(explanation.joined, "{explanation}");
}

#[test]
fn analysts_join_part_and_rename() {
    let corrected = |rows: &str| {
        let mut tables = Tables::bundled();
        tables.corrections = format!("action\twhat\ta\tb\tnote\n{rows}\n").into();
        let mut linker = Linker::new(&tables);
        for article in parse(TWO) {
            linker.insert(&article.record());
        }
        dossiers(&mut linker)
    };
    assert_eq!(corrected("different\tconvention\ta#0\tb#0").len(), 2);
    assert_eq!(
        corrected("different\tentity\tdz/eph-sig\tdz/eph-sig").len(),
        2
    );
    let renamed = corrected("rename\tentity\tdz/chu-oran\tCHUO");
    assert!(
        renamed[0]
            .partners
            .iter()
            .any(|partner| partner.name["fr"] == "CHUO")
    );
    let joined = corrected("same\tentity\tx/here\tdz/chu-oran");
    assert!(
        joined[0]
            .partners
            .iter()
            .any(|partner| partner.id == "x/here")
    );
}

#[test]
fn a_dispatch_printed_twice_supports_once() {
    let text = "Le directeur du centre hospitalo-universitaire et celui de l'établissement public \
        hospitalier ont signé lundi une convention de jumelage qui prévoit des missions \
        chirurgicales régulières, la formation des praticiens et le transfert des malades les plus \
        graves vers le plateau technique du centre, a indiqué un communiqué de la direction.";
    let mut articles = parse(TWO);
    articles[0].text = text.to_owned();
    let mut twin = articles[0].clone();
    twin.id = "c".to_owned();
    twin.published = Some("2016-03-16".to_owned());
    twin.text = format!("{text} (APS)");
    articles.push(twin);
    let mut linker = link(&articles);
    let dossiers = dossiers(&mut linker);
    let repeats: Vec<_> = dossiers[0]
        .articles
        .iter()
        .filter_map(|mention| mention.duplicate_of.as_deref())
        .collect();
    assert_eq!(repeats, ["a"]);
    let day = dossiers[0]
        .dates
        .iter()
        .find(|date| date.value == "2016-03-14");
    assert_eq!(day.unwrap().articles, ["a"]);
}
