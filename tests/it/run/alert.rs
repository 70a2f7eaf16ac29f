//! Alerts: what a batch finds is told once, in a feed that a strict reader reads and to a receiver over real sockets.

mod operator;
mod receiver;
mod restored;
mod told;
mod webhook;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::cli::sihafa;

const ORAN: &str = "Oran – Le CHU d'Oran et l'hôpital de Tindouf ont signé une convention de jumelage le 4 mars 2024. \
    Les équipes ont réalisé 58 interventions chirurgicales, dont 21 à Tindouf.";
const ARABIC: &str = "وقع المستشفى الجامعي بوهران ومستشفى تندوف اتفاقية توأمة يوم 4 مارس 2024، وأجرى الفريق الطبي 43 عملية جراحية.";
const DENGUE: &str = "Le ministère de la Santé annonce une campagne de vaccination des enfants dans les hôpitaux et cliniques.";
const RENEWED: &str = "Le CHU d'Oran et l'hôpital de Tindouf ont renouvelé leur convention de jumelage, signée le 4 mars 2024. \
    Les chirurgiens y ont réalisé 99 interventions depuis le début de l'année dernière.";

const ALL: &str = "[[alert]]\nid = \"jumelages\"\nquery = \"jumelage\"\n";

/// A configuration with these alerts.
fn configure(folder: &Path, alerts: &str) {
    let text = format!("[crawl]\ncontact = \"https://press.example/us\"\n\n{alerts}");
    fs::write(folder.join("sihafa.toml"), text).unwrap();
}

fn article(id: &str, published: &str, text: &str) -> String {
    let url = format!("http://press.example/{id}?a=1&b=2");
    let title = format!("<Titre> & \"{id}\"");
    json!({"id": id, "url": url, "title": title, "published": published, "text": text}).to_string()
}

/// Imports articles, as a batch does, and returns the report: whether a webhook failed is also told by the code.
#[track_caller]
fn batch(folder: &Path, articles: &[String]) -> Value {
    fs::write(folder.join("in.jsonl"), articles.join("\n")).unwrap();
    let ran = sihafa(folder, &["import", "in.jsonl"]);
    let report = last_report(folder);
    ran.exits(failures(&report));
    report
}

/// The exit code of a batch with this report: 1 where something that was told was not taken.
fn failures(report: &Value) -> i32 {
    let alerts = report["alerts"].as_object().unwrap();
    i32::from(alerts.values().any(|told| told["failed"] != json!({})))
}

fn last_report(folder: &Path) -> Value {
    let status = sihafa(folder, &["status", "--json"]).exits(0).out;
    let status: Value = serde_json::from_str(&status).unwrap();
    let run = status["runs"][0]["id"].to_string();
    let report = sihafa(folder, &["status", "--run", &run, "--json"]).exits(0);
    serde_json::from_str(&report.out).unwrap()
}

fn feed(folder: &Path, alert: &str) -> String {
    fs::read_to_string(folder.join(format!("data/alerts/{alert}.atom"))).unwrap()
}

/// The texts of the children of a name, of the feed's entries.
fn of_entries(feed: &str, child: &str) -> Vec<String> {
    let read = roxmltree::Document::parse(feed).unwrap();
    let entries = read.root_element().children();
    let texts = entries
        .filter(|node| node.has_tag_name("entry"))
        .flat_map(|entry| entry.children())
        .filter(|node| node.has_tag_name(child));
    texts
        .map(|node| node.text().unwrap_or_default().to_owned())
        .collect()
}

/// What RFC 4287 demands of a feed and its entries.
#[track_caller]
fn is_valid(feed: &str) {
    const ATOM: &str = "http://www.w3.org/2005/Atom";
    let read = roxmltree::Document::parse(feed).unwrap();
    let root = read.root_element();
    assert!(root.has_tag_name((ATOM, "feed")), "{feed}");
    let entries = root
        .children()
        .filter(|node| node.has_tag_name((ATOM, "entry")));
    let mut ids = std::collections::BTreeSet::new();
    for node in entries.chain([root]) {
        let of = |name: &'static str| {
            let children = node.children();
            children.filter(move |child| child.has_tag_name((ATOM, name)))
        };
        for name in ["id", "title", "updated"] {
            assert_eq!(of(name).count(), 1, "{name}: {feed}");
        }
        let id = of("id").next().unwrap().text().unwrap();
        assert!(id.starts_with("tag:press.example,2"), "{id}");
        assert!(id.is_ascii() && !id.contains(' '), "{id}");
        assert!(ids.insert(id), "twice: {id}");
        for date in of("updated").chain(of("published")) {
            let date = date.text().unwrap();
            assert!(date.parse::<jiff::Timestamp>().is_ok(), "{date}");
        }
        let alternate = of("link").any(|link| link.attribute("rel") == Some("alternate"));
        assert!(
            node == root || alternate || of("content").count() == 1,
            "{feed}"
        );
    }
}
