//! Alerts: what a batch finds is told once, in a feed that a strict reader reads and to a receiver over real sockets.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::cli::{Ran, sihafa};

const ORAN: &str = "Oran – Le CHU d'Oran et l'hôpital de Tindouf ont signé une convention de jumelage le 4 mars 2024. \
    Les équipes ont réalisé 58 interventions chirurgicales, dont 21 à Tindouf.";
const ARABIC: &str = "وقع المستشفى الجامعي بوهران ومستشفى تندوف اتفاقية توأمة يوم 4 مارس 2024، وأجرى الفريق الطبي 43 عملية جراحية.";
const DENGUE: &str = "Le ministère de la Santé annonce une campagne de vaccination des enfants dans les hôpitaux et cliniques.";
const RENEWED: &str = "Le CHU d'Oran et l'hôpital de Tindouf ont renouvelé leur convention de jumelage, signée le 4 mars 2024. \
    Les chirurgiens y ont réalisé 99 interventions depuis le début de l'année dernière.";

/// One request that came.
#[derive(Debug)]
struct Asked {
    head: String,
    headers: BTreeMap<String, String>,
    bytes: Vec<u8>,
    body: Value,
}

impl Asked {
    fn hits(&self) -> Vec<&str> {
        let hits = self.body["hits"].as_array().unwrap().iter();
        hits.map(|hit| hit["id"].as_str().unwrap()).collect()
    }
}

/// A receiver that answers its requests with these statuses in turn, the last one again and again.
fn receiver(statuses: &'static [&'static str]) -> (u16, Receiver<Asked>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (told, asked) = channel();
    std::thread::spawn(move || {
        let mut turn = 0;
        for stream in listener.incoming() {
            let Some(request) = request(&mut BufReader::new(stream.as_ref().unwrap())) else {
                continue;
            };
            let status = statuses[turn.min(statuses.len() - 1)];
            turn += 1;
            // Told before it is answered, so that it is there when the program has ended.
            if told.send(request).is_err() {
                return;
            }
            let answer = format!(
                "HTTP/1.1 {status}\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            );
            let _ = stream.unwrap().write_all(answer.as_bytes());
        }
    });
    (port, asked)
}

fn request(reader: &mut BufReader<&TcpStream>) -> Option<Asked> {
    let mut line = || {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        Some(line.trim_end().to_owned())
    };
    let head = line()?;
    let mut headers = BTreeMap::new();
    while let Some((name, value)) = line()?.split_once(": ") {
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let mut bytes = vec![0; headers.get("content-length")?.parse().ok()?];
    reader.read_exact(&mut bytes).ok()?;
    Some(Asked {
        head,
        headers,
        body: serde_json::from_slice(&bytes).ok()?,
        bytes,
    })
}

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

/// Imports articles, as a batch does; returns the report.
#[track_caller]
fn batch(folder: &Path, articles: &[String]) -> Value {
    fs::write(folder.join("in.jsonl"), articles.join("\n")).unwrap();
    sihafa(folder, &["import", "in.jsonl"]).exits(0);
    last_report(folder)
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

const ALL: &str = "[[alert]]\nid = \"jumelages\"\nquery = \"jumelage\"\n";

#[test]
fn a_hit_is_told_once_in_a_feed_that_reads_back() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    configure(folder, ALL);
    let articles = [
        article("one", "2024-03-05", ORAN),
        article("deux/توأمة", "2024-03-06T08:00:00+01:00", ARABIC),
        article("three", "2024-03-07", DENGUE),
    ];
    let report = batch(folder, &articles);
    assert_eq!(report["alerts"]["jumelages"]["new"], 2, "{report}");
    let first = feed(folder, "jumelages");
    is_valid(&first);
    assert_eq!(
        of_entries(&first, "title"),
        ["<Titre> & \"deux/توأمة\"", "<Titre> & \"one\""]
    );
    assert_eq!(
        of_entries(&first, "updated"),
        ["2024-03-06T07:00:00Z", "2024-03-05T00:00:00Z"]
    );
    let read = roxmltree::Document::parse(&first).unwrap();
    let langs: Vec<_> = read
        .descendants()
        .filter(|node| node.has_tag_name("entry"))
        .map(|node| node.attribute(("http://www.w3.org/XML/1998/namespace", "lang")))
        .collect();
    assert_eq!(langs, [Some("ar"), Some("fr")]);
    assert!(of_entries(&first, "summary")[1].contains("convention de jumelage"));
    assert!(
        first.contains("href=\"http://press.example/one?a=1&amp;b=2\""),
        "{first}"
    );

    // the same again, and something else that is no hit: the same bytes
    let report = batch(folder, &articles);
    assert_eq!(report["alerts"]["jumelages"]["new"], 0, "{report}");
    batch(folder, &[article("four", "2024-04-01", DENGUE)]);
    assert_eq!(feed(folder, "jumelages"), first);
    // lost, it is made again as it was
    fs::remove_dir_all(folder.join("data/alerts")).unwrap();
    batch(folder, &articles);
    assert_eq!(feed(folder, "jumelages"), first);

    // another text under a known id was told; it is not told again
    let other = article(
        "one",
        "2024-03-05",
        &format!("{ORAN} Une suite est prévue."),
    );
    batch(folder, &[other]);
    assert_eq!(feed(folder, "jumelages"), first);
    let page = sihafa(folder, &["status"]).exits(0).out;
    assert!(
        page.contains("alert jumelages: 2 told, 0 deliveries wait"),
        "{page}"
    );
}

#[test]
fn reading_again_is_no_news_and_neither_is_what_was_there_before() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    configure(folder, "");
    batch(folder, &[article("one", "2024-03-05", ORAN)]);
    configure(folder, ALL);
    let told = |report: &Value| {
        let told = &report["alerts"]["jumelages"];
        (
            told["new"].as_u64().unwrap(),
            told["changed"].as_u64().unwrap(),
        )
    };
    // an alert that begins with a reading of the archive, in other words
    let patterns = folder.join("patterns");
    copy(&crate::support::here("patterns"), &patterns);
    let pack = fs::read_to_string(patterns.join("pack.toml")).unwrap();
    fs::write(patterns.join("pack.toml"), format!("{pack}\n# other\n")).unwrap();
    sihafa(folder, &["reprocess", "--patterns", "patterns"]).exits(0);
    assert_eq!(told(&last_report(folder)), (0, 0));
    sihafa(folder, &["reprocess"]).exits(0);
    assert_eq!(told(&last_report(folder)), (0, 0));
    let report = batch(folder, &[article("two", "2024-03-09", ARABIC)]);
    assert_eq!(told(&report), (1, 0));
    assert_eq!(
        of_entries(&feed(folder, "jumelages"), "title"),
        ["<Titre> & \"two\""]
    );
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn a_dossier_that_changes_is_told_again() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (port, asked) = receiver(&["204 No Content"]);
    configure(
        folder,
        &format!(
            "[[alert]]\nid = \"oran\"\ndossiers = true\nkind = [\"twinning\"]\nwebhook = \"http://127.0.0.1:{port}/hook\"\n"
        ),
    );
    batch(folder, &[article("one", "2024-03-05", ORAN)]);
    let first = asked.recv().unwrap();
    let hit = first.body["hits"][0].clone();
    assert_eq!(
        (&hit["kind"], &hit["change"]),
        (&json!("dossier"), &json!("new"))
    );
    assert_eq!(hit["dossier"]["kind"], "twinning", "{hit}");
    assert_eq!(hit["urls"], json!(["http://press.example/one?a=1&b=2"]));
    let before = feed(folder, "oran");
    is_valid(&before);
    assert!(
        of_entries(&before, "content")[0].contains("twinning · signed"),
        "{before}"
    );

    let report = batch(folder, &[article("two", "2025-01-10", RENEWED)]);
    let told = &report["alerts"]["oran"];
    assert_eq!(
        (&told["new"], &told["changed"]),
        (&json!(0), &json!(1)),
        "{report}"
    );
    let second = asked.recv().unwrap();
    assert_eq!(second.hits(), [hit["id"].as_str().unwrap()]);
    assert_eq!(second.body["hits"][0]["change"], "changed");
    let after = feed(folder, "oran");
    is_valid(&after);
    assert_eq!(of_entries(&after, "id"), of_entries(&before, "id"));
    assert_ne!(
        of_entries(&after, "updated"),
        of_entries(&before, "updated")
    );
    // nothing changes: nothing is told
    batch(folder, &[article("two", "2025-01-10", RENEWED)]);
    assert!(asked.try_recv().is_err());
    assert_eq!(feed(folder, "oran"), after);
}

/// Runs the binary with a secret in its environment, and everything logged.
fn with_secret(folder: &Path, arguments: &[&str], secret: Option<&str>) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sihafa"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_remove("SIHAFA_DATA")
        .env("SIHAFA_LOG", "trace")
        .env_remove("HOOK_SECRET")
        .stdin(Stdio::null());
    if let Some(secret) = secret {
        command.env("HOOK_SECRET", secret);
    }
    let output = command.output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// HMAC-SHA256 as RFC 2104 writes it, for keys shorter than a block.
fn hmac(key: &[u8], message: &[u8]) -> String {
    let pad = |byte: u8| {
        let mut block = [byte; 64];
        block.iter_mut().zip(key).for_each(|(pad, key)| *pad ^= key);
        block
    };
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(message);
    let outer = Sha256::new().chain_update(pad(0x5c));
    let digest = outer.chain_update(inner.finalize()).finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn what_fails_is_sent_again_under_the_same_key_and_no_secret_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (port, asked) = receiver(&["500 Oh", "302 Found", "200 OK"]);
    let alert = |port: u16, how: &str| {
        format!(
            "{ALL}webhook = \"http://127.0.0.1:{port}/hush?key=hush\"\nsecret_env = \"HOOK_SECRET\"\nsecret_as = \"{how}\"\n"
        )
    };
    let run = |secret| {
        let ran = with_secret(folder, &["import", "in.jsonl"], secret).exits(0);
        assert!(
            !ran.out.contains("hush") && !ran.err.contains("hush"),
            "{}{}",
            ran.out,
            ran.err
        );
        let report = last_report(folder);
        assert!(!report.to_string().contains("hush"), "{report}");
        report["alerts"]["jumelages"].clone()
    };
    configure(folder, &alert(port, "signature"));
    fs::write(folder.join("in.jsonl"), article("one", "2024-03-05", ORAN)).unwrap();

    // without the secret nothing is sent; the batch is done all the same
    let told = run(None);
    assert_eq!(
        (&told["new"], &told["waiting"]),
        (&json!(1), &json!(1)),
        "{told}"
    );
    assert_eq!(
        told["failed"],
        json!({"the environment variable `HOOK_SECRET` is not set": 1})
    );
    assert!(asked.try_recv().is_err());

    let told = run(Some("hush-hush"));
    assert_eq!(told["failed"], json!({"status 500": 1}), "{told}");
    let first = asked.recv().unwrap();
    assert_eq!(first.head, "POST /hush?key=hush HTTP/1.1");
    assert_eq!(first.headers["content-type"], "application/json");
    assert!(first.headers["user-agent"].starts_with("sihafa/"));
    let signed = format!("sha256={}", hmac(b"hush-hush", &first.bytes));
    assert_eq!(first.headers["sihafa-signature"], signed);
    let key = first.headers["idempotency-key"].trim_matches('"');
    assert_eq!(first.body["delivery"], key);
    assert_eq!(
        (
            &first.body["schema"],
            &first.body["alert"],
            &first.body["batch"]
        ),
        (&json!("sihafa-alert/1"), &json!("jumelages"), &json!(1))
    );
    let hit = &first.body["hits"][0];
    assert_eq!(
        (&hit["kind"], &hit["url"], &hit["lang"], &hit["published"]),
        (
            &json!("article"),
            &json!("http://press.example/one?a=1&b=2"),
            &json!("fr"),
            &json!("2024-03-05")
        )
    );
    assert!(hit["highlights"].to_string().contains("jumelage"), "{hit}");

    // after two failures it rests, whatever batches come; what is new goes out
    fs::write(
        folder.join("in.jsonl"),
        article("two", "2024-03-06", ARABIC),
    )
    .unwrap();
    let told = run(Some("hush-hush"));
    assert_eq!(asked.recv().unwrap().hits(), ["two"]);
    let cause = "status 302: redirects are not followed";
    assert_eq!(
        (&told["failed"], &told["waiting"]),
        (&json!({cause: 1}), &json!(2)),
        "{told}"
    );
    let told = run(Some("hush-hush"));
    assert_eq!(
        (&told["delivered"], &told["waiting"]),
        (&json!(1), &json!(1)),
        "{told}"
    );
    let again = asked.recv().unwrap();
    assert_eq!(again.hits(), ["two"]);
    let status = sihafa(folder, &["status"]).exits(0).out;
    assert!(status.contains("1 deliveries wait: status 500"), "{status}");

    // once its time has come, it is the same request again
    let store = rusqlite::Connection::open(folder.join("data/sihafa.sqlite")).unwrap();
    store.execute("UPDATE delivery SET due = 0", []).unwrap();
    drop(store);
    configure(folder, &alert(port, "bearer"));
    let told = run(Some("hush-hush"));
    assert_eq!(
        (&told["delivered"], &told["waiting"]),
        (&json!(1), &json!(0)),
        "{told}"
    );
    let second = asked.recv().unwrap();
    assert_eq!(second.bytes, first.bytes);
    assert_eq!(
        second.headers["idempotency-key"],
        first.headers["idempotency-key"]
    );
    assert_eq!(second.headers["authorization"], "Bearer hush-hush");
    assert_eq!(second.headers.get("sihafa-signature"), None);
}

#[test]
fn a_receiver_that_is_away_stops_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let closed = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = closed.local_addr().unwrap().port();
    drop(closed);
    configure(
        folder.path(),
        &format!("{ALL}webhook = \"http://127.0.0.1:{port}/\"\n"),
    );
    let report = batch(folder.path(), &[article("one", "2024-03-05", ORAN)]);
    let told = &report["alerts"]["jumelages"];
    assert_eq!(told["failed"], json!({"no connection": 1}), "{told}");
    let page = sihafa(folder.path(), &["status", "--run", "1"])
        .exits(0)
        .out;
    assert!(page.contains("1 × no connection"), "{page}");
    is_valid(&feed(folder.path(), "jumelages"));
    // it comes back
    let (port, asked) = receiver(&["200 OK"]);
    configure(
        folder.path(),
        &format!("{ALL}webhook = \"http://127.0.0.1:{port}/\"\n"),
    );
    batch(folder.path(), &[article("one", "2024-03-05", ORAN)]);
    assert_eq!(asked.recv().unwrap().hits(), ["one"]);
}

#[test]
fn a_batch_that_ends_before_it_told_leaves_that_to_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (port, asked) = receiver(&["200 OK"]);
    configure(
        folder,
        &format!("{ALL}webhook = \"http://127.0.0.1:{port}/\"\n"),
    );
    // a file where the feeds belong ends it behind the index and before the webhook
    fs::create_dir(folder.join("data")).unwrap();
    fs::write(folder.join("data/alerts"), "").unwrap();
    fs::write(folder.join("in.jsonl"), article("one", "2024-03-05", ORAN)).unwrap();
    let told = sihafa(folder, &["import", "in.jsonl"]).exits(2).err;
    assert!(told.contains("data/alerts"), "{told}");
    sihafa(folder, &["search", "jumelage"]).exits(0);
    assert!(asked.try_recv().is_err());
    fs::remove_file(folder.join("data/alerts")).unwrap();
    let report = batch(folder, &[article("one", "2024-03-05", ORAN)]);
    assert_eq!(report["alerts"]["jumelages"]["delivered"], 1, "{report}");
    assert_eq!(asked.recv().unwrap().hits(), ["one"]);
    assert_eq!(of_entries(&feed(folder, "jumelages"), "title").len(), 1);
    batch(folder, &[article("one", "2024-03-05", ORAN)]);
    assert!(asked.try_recv().is_err());
}

#[test]
fn inner_addresses_are_not_sent_to() {
    let folder = tempfile::tempdir().unwrap();
    let alerts = format!("{ALL}webhook = \"https://10.1.2.3/hush\"\n");
    configure(folder.path(), &alerts);
    let report = batch(folder.path(), &[article("one", "2024-03-05", ORAN)]);
    let failed = &report["alerts"]["jumelages"]["failed"];
    assert_eq!(*failed, json!({"`10.1.2.3` is not a public address": 1}));
}

#[test]
fn a_query_that_cannot_be_read_is_told_before_anything_is_done() {
    let folder = tempfile::tempdir().unwrap();
    for (lines, place, message) in [
        (
            "query = \"jumelage (oran\"",
            ":6:9: ",
            "`query` at character ",
        ),
        ("kind = [\"noces\"]", ":6:8: ", "`noces`"),
        ("since = \"demain\"", ":6:9: ", "`demain`"),
        ("until = \"demain\"", ":6:9: ", "`demain`"),
    ] {
        configure(folder.path(), &format!("[[alert]]\nid = \"a\"\n{lines}\n"));
        for command in [
            &["run"][..],
            &["alerts", "list"],
            &["run", "--every", "@daily"],
        ] {
            let told = sihafa(folder.path(), command).exits(2).err;
            let at = format!("error: sihafa.toml{place}alert `a`: ");
            assert!(told.starts_with(&at) && told.contains(message), "{told}");
        }
    }
    assert!(!folder.path().join("data").exists());
}

#[test]
fn an_alert_can_be_tried_without_telling_it() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (port, asked) = receiver(&["200 OK", "403 No"]);
    configure(
        folder,
        &format!(
            "{ALL}webhook = \"http://127.0.0.1:{port}/hush\"\n\n[[alert]]\nid = \"feed-only\"\n"
        ),
    );
    let listed = sihafa(folder, &["alerts", "list"]).exits(0).out;
    assert!(
        listed.contains("jumelages\tarticles\tjumelage\thttp://127.0.0.1:")
            && listed.contains("begins with the next batch")
            && !listed.contains("hush"),
        "{listed}"
    );
    batch(
        folder,
        &[
            article("one", "2024-03-05", ORAN),
            article("two", "2024-03-07", DENGUE),
        ],
    );
    let sent = asked.recv().unwrap();
    let shown = sihafa(folder, &["alerts", "try", "feed-only"]).exits(0).out;
    assert!(
        shown.contains("2 hits") && shown.contains("press.example/two"),
        "{shown}"
    );
    let body = sihafa(folder, &["alerts", "try", "jumelages", "--json"])
        .exits(0)
        .json();
    assert_eq!(body[0]["batch"], Value::Null);
    assert_eq!(body[0]["hits"][0]["id"], sent.body["hits"][0]["id"]);
    let refused = sihafa(folder, &["alerts", "try", "jumelages", "--send"])
        .exits(1)
        .out;
    assert!(
        refused.contains("not taken: refused with status 403"),
        "{refused}"
    );
    assert_eq!(asked.recv().unwrap().body, body[0]);
    for (id, said) in [
        ("none", "`sihafa alerts list`"),
        ("feed-only", "nowhere to send"),
    ] {
        let told = sihafa(folder, &["alerts", "try", id, "--send"])
            .exits(2)
            .err;
        assert!(told.contains(said), "{told}");
    }
    let listed = sihafa(folder, &["alerts", "list"]).exits(0).out;
    assert!(listed.contains("1 told, 0 waiting"), "{listed}");
}

#[test]
fn a_feed_holds_the_last_hundred_and_a_delivery_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let (port, asked) = receiver(&["200 OK"]);
    configure(
        folder.path(),
        &format!("{ALL}webhook = \"http://127.0.0.1:{port}/\"\n"),
    );
    let articles: Vec<String> = (0..130)
        .map(|number| {
            let words: String = (0..40)
                .map(|word| format!(" mot{}", number * 40 + word))
                .collect();
            let text = format!("{ORAN} L'hôpital ajoute :{words}.");
            article(&format!("n{number:03}"), "2024-03-05", &text)
        })
        .collect();
    let report = batch(folder.path(), &articles);
    let told = &report["alerts"]["jumelages"];
    assert_eq!(
        (&told["new"], &told["delivered"]),
        (&json!(130), &json!(2)),
        "{told}"
    );
    let (first, second) = (asked.recv().unwrap(), asked.recv().unwrap());
    assert_eq!((first.hits().len(), second.hits().len()), (100, 30));
    assert_eq!((first.hits()[0], second.hits()[29]), ("n000", "n129"));
    let feed = feed(folder.path(), "jumelages");
    is_valid(&feed);
    let titles = of_entries(&feed, "title");
    assert_eq!(titles.len(), 100);
    assert!(
        titles[0].contains("n129") && titles[99].contains("n030"),
        "{titles:?}"
    );
}
