//! Holds the choice of links to what it promises: what is on health is found, the rest is a sample.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::Value;
use sihafa::config::Extract;
use sihafa::crawl::focus::{Hints, Promise};
use sihafa::extract::Extractor;
use sihafa::record::Lang;
use sihafa::rules::pack::Pack;
use sihafa::run::focus::promise;
use url::Url;

use Lang::{Ar, Fr};
use Promise::{Other, Possible, Wanted};

use crate::support::here;

struct Judge(Extractor);

impl Judge {
    fn new() -> Self {
        Self(Extractor::new(Pack::builtin().unwrap()).unwrap())
    }

    fn of(&self, url: &str, title: &str, places: &[&str], lang: Lang) -> Promise {
        let hints = Hints {
            url: &Url::parse(url).unwrap(),
            title: Some(title).filter(|title| !title.is_empty()),
            places,
            lang: Some(lang),
        };
        promise(&self.0, Extract::default().health, &hints)
    }
}

static JUDGE: LazyLock<Judge> = LazyLock::new(Judge::new);

/// A paper, and a list of it that says nothing of a subject.
const PAPER: &[&str] = &["Le Journal", "http://j.example/feed"];
/// An address that says nothing.
const PLAIN: &str = "http://j.example/4711";

#[track_caller]
fn check(url: &str, title: &str, places: &[&str], lang: Lang, expect: Promise) {
    let told = JUDGE.of(url, title, places, lang);
    assert_eq!(told, expect, "{url} {title} {places:?}");
}

#[test]
fn a_headline_tells() {
    let check = |title, lang, expect| check(PLAIN, title, PAPER, lang, expect);
    check("L'hôpital de Béchar reçoit un scanner", Fr, Wanted);
    check(
        "Le gouvernement réunit les walis sur le logement",
        Fr,
        Other,
    );
    check("وزارة الصحة تعلن عن حملة تلقيح وطنية", Ar, Wanted);
    check("المنتخب الوطني يفوز على ضيفه في المباراة", Ar, Other);
    check("Le toubib des nomades du Tassili", Fr, Other);
    // The words of a button are none.
    check("Lire la suite", Fr, Possible);
    check("", Fr, Possible);
    // An agreement is never let go for want of a word on health.
    check("Une convention pour les enfants sourds", Fr, Possible);
    check("اتفاقية للتكفل بأطفال القمر في الجنوب", Ar, Possible);
    check(
        "Football : convention signée avec l'équipementier",
        Fr,
        Other,
    );
}

#[test]
fn an_address_tells_where_it_can_be_read() {
    let check = |path: &str, lang, expect| {
        check(&format!("http://j.example{path}"), "", PAPER, lang, expect);
    };
    check("/actualite/hopital-bechar-recoit-scanner.html", Fr, Wanted);
    check(
        "/actualite/victoire-equipe-nationale-football.html",
        Fr,
        Other,
    );
    check("/توقيع-اتفاقية-بين-مستشفى-وهران-وأدرار", Ar, Wanted);
    check("/node/4711", Fr, Possible);
    // Arabic in Latin letters.
    check("/mountakhab-watani-youfouz-ala-dayfihi", Ar, Possible);
}

#[test]
fn the_place_of_a_link_tells_what_its_headline_does_not() {
    let mute = "Le toubib des nomades du Tassili";
    let section = ["Le Journal", "http://j.example/sante/"];
    check(PLAIN, mute, &section, Fr, Wanted);
    check("http://j.example/sante/4711", mute, PAPER, Fr, Wanted);
    let of_sport = "http://j.example/football/4711";
    check(
        of_sport,
        "Le maintien acquis hier au stade",
        &section,
        Fr,
        Other,
    );
    check(
        PLAIN,
        mute,
        &["Le Journal", "http://j.example/feed", "Santé"],
        Fr,
        Wanted,
    );
    let arabic = ["الجريدة", "http://j.example/%D8%B5%D8%AD%D8%A9/"];
    check(PLAIN, "ما يجب معرفته عن الحمل بتوأم", &arabic, Ar, Wanted);
    check(PLAIN, mute, &["Ministère de la Santé"], Fr, Wanted);
}

/// The shares of headlines on health, and on other subjects, that would be fetched without a sample.
fn fetched(lang: Lang) -> (f64, f64) {
    let judge = &*JUDGE;
    let path = here(&format!("corpus/topic/{}.jsonl", lang.code()));
    let (mut health, mut other) = ((0, 0), (0, 0));
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let title = row["title"].as_str().unwrap();
        let told = judge.of("http://j.example/4711", title, &["Le Journal"], lang);
        let counts = if row["health"] == true {
            &mut health
        } else {
            &mut other
        };
        counts.0 += u32::from(told != Promise::Other);
        counts.1 += 1;
    }
    let share = |(some, all): (u32, u32)| f64::from(some) / f64::from(all);
    (share(health), share(other))
}

#[test]
fn of_headlines_alone_most_on_health_are_fetched_and_few_others() {
    for lang in [Lang::Fr, Lang::Ar] {
        let (health, other) = fetched(lang);
        assert!(
            health >= 0.85 && other <= 0.25,
            "{lang:?}: {health:.2} {other:.2}"
        );
    }
}

/// What the bundled press loses, did nobody fetch a sample: headlines as its lists give them.
#[test]
fn the_bundled_press_keeps_its_articles_on_health() {
    let judge = &*JUDGE;
    let others = std::fs::read_to_string(here("corpus/topic/press.tsv")).unwrap();
    let others: BTreeSet<&str> = others
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    let (mut lost, mut all) = (Vec::new(), 0);
    for host in std::fs::read_dir(here("corpus/sites")).unwrap() {
        let host = host.unwrap().path();
        let name = host.file_name().unwrap().to_str().unwrap().to_owned();
        let site = std::fs::read_to_string(host.join("site.toml")).unwrap();
        let site: toml::Value = toml::from_str(&site).unwrap();
        for page in site["page"].as_array().unwrap() {
            let text = |key: &str| page.get(key).and_then(toml::Value::as_str);
            if page.get("article").is_none()
                || others.contains(format!("{name}/{}", text("file").unwrap()).as_str())
            {
                continue;
            }
            let url = format!("http://{name}{}", text("path").unwrap());
            let title = text("title").unwrap_or_default();
            let lang = Lang::from_code(text("lang").or(site["lang"].as_str()).unwrap())
                .unwrap_or(Lang::Fr);
            all += 1;
            if judge.of(&url, title, &[site["name"].as_str().unwrap()], lang) == Promise::Other {
                lost.push(format!("{url} {title}"));
            }
        }
    }
    assert!(
        all >= 60 && lost.len() * 10 <= all,
        "{} of {all}: {lost:#?}",
        lost.len()
    );
}
