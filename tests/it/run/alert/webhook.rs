//! What is sent, signed, sent again, and what is not sent.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::receiver::receiver;
use super::{
    ALL, ARABIC, ORAN, article, batch, configure, failures, feed, is_valid, last_report, of_entries,
};
use crate::cli::{Ran, sihafa};

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
    data_encoding::HEXLOWER.encode(&digest)
}

/// An alert with a secret address, and a secret.
fn secretly(port: u16, how: &str) -> String {
    format!(
        "{ALL}webhook = \"http://127.0.0.1:{port}/hush?key=hush\"\nsecret_env = \"HOOK_SECRET\"\nsecret_as = \"{how}\"\n"
    )
}

/// Imports an article with a secret in the environment; returns what is reported of the alert. Neither secret nor
/// address stands in anything that is written.
#[track_caller]
fn secret_batch(folder: &Path, article: &str, secret: Option<&str>) -> Value {
    fs::write(folder.join("in.jsonl"), article).unwrap();
    let ran = with_secret(folder, &["import", "in.jsonl"], secret);
    assert!(
        !ran.out.contains("hush") && !ran.err.contains("hush"),
        "{}{}",
        ran.out,
        ran.err
    );
    let report = last_report(folder);
    ran.exits(failures(&report));
    assert!(!report.to_string().contains("hush"), "{report}");
    report["alerts"]["jumelages"].clone()
}

#[test]
fn a_delivery_says_what_is_new_and_is_signed() {
    let folder = tempfile::tempdir().unwrap();
    let (port, asked) = receiver(&["200 OK"]);
    configure(folder.path(), &secretly(port, "signature"));
    let one = article("one", "2024-03-05", ORAN);
    // without the secret nothing is sent; the batch is done all the same
    let told = secret_batch(folder.path(), &one, None);
    assert_eq!(
        (&told["new"], &told["waiting"]),
        (&json!(1), &json!(1)),
        "{told}"
    );
    let cause = "the environment variable `HOOK_SECRET` is not set";
    assert_eq!(told["failed"], json!({cause: 1}));
    assert!(asked.try_recv().is_err());

    secret_batch(folder.path(), &one, Some("hush-hush"));
    let came = asked.recv().unwrap();
    assert_eq!(came.head, "POST /hush?key=hush HTTP/1.1");
    assert_eq!(came.headers["content-type"], "application/json");
    assert!(came.headers["user-agent"].starts_with("sihafa/"));
    let signed = format!("sha256={}", hmac(b"hush-hush", &came.bytes));
    assert_eq!(came.headers["sihafa-signature"], signed);
    let key = came.headers["idempotency-key"].trim_matches('"');
    assert_eq!(came.body["delivery"], key);
    assert_eq!(came.body["schema"], "sihafa-alert/1");
    assert_eq!(came.body["alert"], "jumelages");
    assert_eq!(came.body["batch"], 1);
    let hit = &came.body["hits"][0];
    assert_eq!(hit["kind"], "article");
    assert_eq!(hit["url"], "http://press.example/one?a=1&b=2");
    assert_eq!(
        (&hit["lang"], &hit["published"]),
        (&json!("fr"), &json!("2024-03-05"))
    );
    assert!(hit["highlights"].to_string().contains("jumelage"), "{hit}");
}

#[test]
fn what_fails_is_sent_again_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (port, asked) = receiver(&["500 Oh", "500 Oh", "302 Found", "200 OK"]);
    configure(folder, &secretly(port, "signature"));
    let (one, two) = (
        article("one", "2024-03-05", ORAN),
        article("two", "2024-03-06", ARABIC),
    );
    let run = |article: &str| secret_batch(folder, article, Some("hush-hush"));
    let counts = |told: &Value| (told["delivered"].clone(), told["waiting"].clone());
    let told = run(&one);
    assert_eq!(told["failed"], json!({"status 500": 1}), "{told}");
    let first = asked.recv().unwrap();
    // the next batch tries at once, and then it rests, whatever batches come; what is new goes out
    run(&one);
    assert_eq!(asked.recv().unwrap().bytes, first.bytes);
    let told = run(&two);
    assert_eq!(asked.recv().unwrap().hits(), ["two"]);
    let cause = "status 302: redirects are not followed";
    assert_eq!(told["failed"], json!({cause: 1}), "{told}");
    assert_eq!(counts(&told), (json!(0), json!(2)), "{told}");
    let told = run(&two);
    assert_eq!(counts(&told), (json!(1), json!(1)), "{told}");
    assert_eq!(asked.recv().unwrap().hits(), ["two"]);
    let status = sihafa(folder, &["status"]).exits(0).out;
    assert!(status.contains("1 deliveries wait: status 500"), "{status}");

    // once its time has come, it is the same again
    let store = rusqlite::Connection::open(folder.join("data/sihafa.sqlite")).unwrap();
    store.execute("UPDATE delivery SET due = 0", []).unwrap();
    drop(store);
    configure(folder, &secretly(port, "bearer"));
    let told = run(&two);
    assert_eq!(counts(&told), (json!(1), json!(0)), "{told}");
    let last = asked.recv().unwrap();
    assert_eq!(last.bytes, first.bytes);
    assert_eq!(
        last.headers["idempotency-key"],
        first.headers["idempotency-key"]
    );
    assert_eq!(last.headers["authorization"], "Bearer hush-hush");
    assert_eq!(last.headers.get("sihafa-signature"), None);
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
    let status = sihafa(folder.path(), &["status", "--json"]).exits(0).out;
    let status: Value = serde_json::from_str(&status).unwrap();
    assert_eq!(status["runs"][0]["outcome"], "failed", "{status}");
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
