//! `crawl` with its looks ahead, and `sources check`, against a press on loopback.

use std::path::Path;

use serde_json::Value;

use super::{Ran, sihafa};
use crate::crawl::site::{Press, Reply, Request, missing, page, reply};

const ARTICLE: &str = "<html><head><title>Oran et Adrar jumelés</title></head><body><article><h1>L'hôpital d'Adrar et l'EHU d'Oran désormais jumelés</h1><time datetime='2025-10-01'>1 octobre 2025</time><p>L'EHU d'Oran et l'hôpital d'Adrar ont signé, mardi, une convention de jumelage de trois ans, a-t-on appris auprès de la direction de la santé de la wilaya.</p><p>Des équipes de chirurgie et de néphrologie se déplaceront chaque trimestre dans le Sud afin d'éviter aux malades des transferts de plus de mille kilomètres, précise la même source.</p></article></body></html>";

fn item(path: &str, title: &str) -> String {
    format!(
        "<item><title>{title}</title><link>{path}</link><pubDate>Wed, 01 Oct 2025 10:00:00 +0100</pubDate></item>"
    )
}

fn press(request: &Request) -> Reply {
    match (request.host.as_str(), request.path.as_str()) {
        ("www.press.example", "/robots.txt") => reply(
            "200 OK",
            &[],
            "User-agent: *\nDisallow: /prive/\nSitemap: http://www.press.example/archive.xml\n",
        ),
        ("www.press.example", "/feed") => {
            let items = [
                item(
                    "/sante/jumelage-oran-adrar-signe",
                    "L'hôpital d'Adrar et l'EHU d'Oran jumelés",
                ),
                item(
                    "/prive/entretien-du-ministre-de-la-sante",
                    "Santé : entretien avec le ministre",
                ),
                item(
                    "/sport/js-touat-maintien-acquis-hier",
                    "JS Touat : le maintien en championnat acquis",
                ),
            ];
            let feed = format!("<rss><channel>{}</channel></rss>", items.concat());
            reply("200 OK", &["Content-Type: application/rss+xml"], feed)
        }
        ("www.press.example", "/") => page("<a href='/sante/jumelage-oran-adrar-signe'>x</a>"),
        ("www.press.example", _) => page(ARTICLE),
        // The paper that has moved on: its feed is a page, which declares another.
        ("other.example", "/" | "/old-feed") => {
            page("<link rel=alternate type='application/rss+xml' href='/new-feed'>Accueil")
        }
        _ => missing(),
    }
}

/// A served press, and a folder whose configuration reads it.
fn begin(contact: &str) -> (Press, tempfile::TempDir) {
    let press = Press::new(press);
    let folder = tempfile::tempdir().unwrap();
    let address = press.site.address;
    let config = format!(
        "[crawl]\n{contact}\ndelay = \"0s\"\nsample = 0.0\ntimeout = \"2s\"\n\
         resolve = {{ \"www.press.example\" = \"{address}\", \"other.example\" = \"{address}\" }}\n\
         [[source]]\nid = \"press\"\nname = \"La Presse\"\nlang = \"fr\"\nhome = \"http://www.press.example/\"\n\
         feeds = [\"http://www.press.example/feed\"]\n\
         [[source]]\nid = \"moved\"\nname = \"Le Partant\"\nlang = \"fr\"\nhome = \"http://other.example/\"\n\
         feeds = [\"http://other.example/old-feed\"]\n"
    );
    std::fs::write(folder.path().join("sihafa.toml"), config).unwrap();
    (press, folder)
}

fn crawl(folder: &Path, arguments: &[&str]) -> Ran {
    sihafa(folder, &[&["crawl"], arguments].concat())
}

#[test]
fn a_dry_run_asks_nothing_and_says_what_stands_in_the_way() {
    let (press, folder) = begin("");
    let at = folder.path();
    let shown = crawl(at, &["--dry-run"]).exits(0).out;
    assert!(
        shown.contains("fetch\tpress\tfeed\thttp://www.press.example/feed"),
        "{shown}"
    );
    assert!(press.site.requests().is_empty());
    assert!(!at.join("data").exists(), "nothing is written");

    crawl(at, &["press"]).exits(0);
    press.site.requests();
    let shown = crawl(at, &["--dry-run", "press"]).exits(0).out;
    assert!(shown.is_empty(), "nothing is due: {shown}");
    let shown = crawl(at, &["--dry-run"]).exits(0).out;
    assert!(shown.contains("fetch\tmoved\tfeed"), "{shown}");
    assert!(press.site.requests().is_empty());
}

#[test]
fn health_is_fetched_and_status_says_what_was_let_go_and_refused() {
    let (press, folder) = begin("");
    let told = crawl(folder.path(), &["press"]).exits(0).out;
    assert!(
        told.starts_with("press: 2 fetched, 1 new, 0 unchanged, 1 refused, 0 failed, 1 let go"),
        "{told}"
    );
    assert_eq!(
        press.site.asked(),
        ["/feed", "/sante/jumelage-oran-adrar-signe"]
    );
    let status = sihafa(folder.path(), &["status"]).exits(0).out;
    for line in [
        "1 page passed",
        "1 × other_subject",
        "1 × robots.txt:2",
        "1 page done",
    ] {
        assert!(status.contains(line), "no `{line}` in {status}");
    }
}

#[test]
fn an_explanation_names_line_host_queue_and_focus() {
    let (press, folder) = begin("");
    let at = folder.path();
    let explain = |path: &str, code| {
        let url = format!("http://www.press.example{path}");
        crawl(at, &["--explain", &url]).exits(code).out
    };
    let told = explain("/prive/1", 1);
    assert!(
        told.starts_with("disallowed\t") && told.contains("line 2: Disallow: /prive/"),
        "{told}"
    );
    assert!(!at.join("data").exists(), "nothing is written");
    let told = explain("/sport/js-touat-maintien-acquis-hier", 0);
    assert!(
        told.starts_with("allowed\t") && told.contains("queue\tnot known"),
        "{told}"
    );
    crawl(at, &["press"]).exits(0);
    press.site.requests();
    let told = explain("/sport/js-touat-maintien-acquis-hier?utm_source=x", 0);
    assert!(
        told.contains("page of press: let go (other_subject); due never"),
        "{told}"
    );
    assert!(
        told.contains("focus\tits words speak of another subject"),
        "{told}"
    );
    assert!(press.site.requests().is_empty(), "robots.txt is known");
    let ran = crawl(at, &["--explain", "mailto:a@b.c"]).exits(2);
    assert!(ran.err.contains("no http"), "{}", ran.err);
}

#[test]
fn what_is_asked_live_needs_a_contact() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        &["crawl"][..],
        &["run"],
        &["sources", "check", "aps-fr"],
        &["crawl", "--explain", "http://www.aps.dz/sante"],
    ] {
        let ran = sihafa(folder.path(), arguments).exits(2);
        let hinted = ran.err.contains("contact") && ran.err.contains("hint:");
        assert!(hinted && ran.err.contains("sihafa init"), "{}", ran.err);
    }
}

#[test]
fn shards_part_the_sources() {
    let (_press, folder) = begin("");
    let at = folder.path();
    let of = |shard: &str| -> Vec<String> {
        let out = crawl(at, &["--dry-run", "--shard", shard]).exits(0).out;
        out.lines().map(str::to_owned).collect()
    };
    let mut all = [of("1/3"), of("2/3"), of("3/3")].concat();
    all.sort();
    assert_eq!(all.len(), 2, "{all:?}");
    let mut whole = of("1/1");
    whole.sort();
    assert_eq!(all, whole);
    for wrong in ["4/3", "1", "1/0", "-1/2"] {
        let ran = crawl(at, &["--dry-run", &format!("--shard={wrong}")]).exits(2);
        assert!(ran.err.contains("2/8"), "{}", ran.err);
    }
}

#[test]
fn a_check_says_of_each_source_what_works_and_what_to_change() {
    let (press, folder) = begin("");
    let at = folder.path();
    let told = sihafa(at, &["sources", "check", "--json"]).exits(1).json();
    let find = |id: &str| -> Value {
        told.iter()
            .find(|check| check["source"] == id)
            .unwrap()
            .clone()
    };
    let good = find("press");
    assert_eq!(
        (&good["ok"], &good["reachable"]),
        (&true.into(), &true.into()),
        "{good}"
    );
    assert_eq!(good["robots"], "open");
    assert_eq!(good["newest"], "2025-10-01T10:00:00+01:00");
    assert_eq!(good["charset"], "UTF-8");
    assert_eq!(good["lists"][0]["entries"], 3);
    assert_eq!(good["article"]["read"], true, "{good}");
    assert_eq!(good["article"]["lang"], "fr");
    let advice = good["advice"].to_string();
    assert!(
        advice.contains("archive.xml") && advice.contains("sitemaps"),
        "{advice}"
    );

    let bad = find("moved");
    assert_eq!(
        (&bad["ok"], &bad["reachable"]),
        (&false.into(), &true.into()),
        "{bad}"
    );
    assert_eq!(bad["robots"], "no file");
    assert!(bad["lists"][0]["error"].is_string());
    let advice = bad["advice"].to_string();
    assert!(
        advice.contains("old-feed") && advice.contains("new-feed"),
        "{advice}"
    );
    let mut asked = press.site.asked();
    asked.sort();
    assert_eq!(
        asked,
        [
            "/",
            "/",
            "/feed",
            "/old-feed",
            "/sante/jumelage-oran-adrar-signe"
        ]
    );

    let table = sihafa(at, &["sources", "check"]).exits(1).out;
    assert!(table.contains("1 of 2 can be read"), "{table}");
    let list = sihafa(at, &["sources", "list"]).exits(0).out;
    assert!(
        list.contains("\ttried 2") && list.contains("\tfailed 2"),
        "{list}"
    );
    sihafa(at, &["sources", "check", "press"]).exits(0);
    assert!(
        !sihafa(at, &["crawl", "--dry-run"]).exits(0).out.is_empty(),
        "nothing was queued"
    );
}
