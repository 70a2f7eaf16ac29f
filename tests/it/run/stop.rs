//! Asks a batch to end, and looks how it does.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::cli::sihafa;

/// A server that takes requests and never answers; it tells of each.
fn silent() -> (u16, Receiver<()>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (told, asked) = channel();
    std::thread::spawn(move || {
        let mut held = Vec::new();
        for stream in listener.incoming() {
            held.push(stream.unwrap());
            if told.send(()).is_err() {
                return;
            }
        }
    });
    (port, asked)
}

/// A server that answers everything with 404.
fn empty() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(
                b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            );
        }
    });
    port
}

fn configure(folder: &Path, port: u16) {
    let text = format!(
        r#"
[crawl]
contact = "https://example.org/us"
delay = "0s"
timeout = "60s"
resolve = {{ "www.press.example" = "127.0.0.1:{port}" }}

[[source]]
id = "press"
name = "Press"
country = "dz"
lang = "fr"
kind = "daily"
home = "http://www.press.example/"
feeds = ["http://www.press.example/feed"]
"#
    );
    std::fs::write(folder.join("sihafa.toml"), text).unwrap();
}

fn start(folder: &Path, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_sihafa"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("SIHAFA_DATA")
        .env("SIHAFA_LOG", "info")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn terminate(child: &Child) {
    let sent = Command::new("sh")
        .args(["-c", &format!("kill -TERM {}", child.id())])
        .status()
        .unwrap();
    assert!(sent.success());
}

/// Waits for the end, at most for a span; then the exit code and what was written.
fn end(mut child: Child, most: Duration) -> (i32, String, String) {
    let limit = Instant::now() + most;
    while child.try_wait().unwrap().is_none() {
        assert!(Instant::now() < limit, "still at work after {most:?}");
        std::thread::yield_now();
    }
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn a_batch_that_is_told_to_end_does_so_soon_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let (port, asked) = silent();
    configure(folder.path(), port);
    let child = start(folder.path(), &["run"]);
    asked.recv().unwrap();

    // Meanwhile nobody else works on the folder, and is told who does.
    let second = sihafa(folder.path(), &["run"]).exits(2);
    assert!(
        second.err.contains("`sihafa run` works on this folder")
            && second.err.contains(&format!("process {}", child.id())),
        "{}",
        second.err
    );
    let status = sihafa(folder.path(), &["status"]).exits(0).out;
    assert!(status.contains("`sihafa run` is at work"), "{status}");

    terminate(&child);
    let (code, out, err) = end(child, Duration::from_secs(10));
    assert_eq!(code, 0, "{out}\n{err}");
    assert!(out.contains("stopped before its end"), "{out}");
    let status = sihafa(folder.path(), &["status", "--json"]).exits(0).out;
    let status: Value = serde_json::from_str(&status).unwrap();
    assert_eq!(status["runs"][0]["outcome"], "stopped", "{status}");
    assert_eq!(status["at_work"], Value::Null, "{status}");

    // What it had taken is given back: the next batch asks at once.
    configure(folder.path(), empty());
    let next = sihafa(folder.path(), &["run"]).exits(1).out;
    assert!(next.contains("1 × "), "{next}");
}

#[test]
fn a_schedule_waits_and_ends_when_told() {
    let folder = tempfile::tempdir().unwrap();
    configure(folder.path(), empty());
    let mut child = start(folder.path(), &["run", "--every", "@yearly"]);
    let mut told = [0; 256];
    let read = child.stderr.as_mut().unwrap().read(&mut told).unwrap();
    let line = String::from_utf8_lossy(&told[..read]).into_owned();
    assert!(line.contains("the next batch begins at"), "{line}");
    terminate(&child);
    let (code, out, err) = end(child, Duration::from_secs(10));
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
}

#[test]
fn metrics_are_answered_while_it_waits() {
    let folder = tempfile::tempdir().unwrap();
    configure(folder.path(), empty());
    let arguments = ["run", "--every", "@yearly", "--metrics", "127.0.0.1:0"];
    let mut child = start(folder.path(), &arguments);
    let mut told = String::new();
    while !told.contains("/metrics") {
        let mut part = [0; 256];
        let read = child.stderr.as_mut().unwrap().read(&mut part).unwrap();
        told.push_str(std::str::from_utf8(&part[..read]).unwrap());
    }
    let address = told
        .split("http://")
        .nth(1)
        .unwrap()
        .split('/')
        .next()
        .unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.contains("sihafa_batch_running 0\n"),
        "{answer}"
    );
    terminate(&child);
    end(child, Duration::from_secs(10));
}

#[test]
fn what_is_no_schedule_or_zone_is_told_before_anything_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let told = sihafa(folder.path(), &["run", "--every", "0 25 * * *"]).exits(2);
    assert!(
        told.err.contains("hour: `25` is not from 0 to 23"),
        "{}",
        told.err
    );
    assert!(!folder.path().join("data").exists());
    std::fs::write(
        folder.path().join("sihafa.toml"),
        "[run]\ntime_zone = \"Mars/Olympus\"\n",
    )
    .unwrap();
    let told = sihafa(folder.path(), &["run", "--every", "@daily"]).exits(2);
    assert!(told.err.contains("`Mars/Olympus`"), "{}", told.err);
}

#[test]
fn logs_are_json_where_that_is_wanted() {
    let folder = tempfile::tempdir().unwrap();
    configure(folder.path(), empty());
    let mut child = start(folder.path(), &["run", "--every", "@yearly", "--log-json"]);
    let mut told = [0; 512];
    let read = child.stderr.as_mut().unwrap().read(&mut told).unwrap();
    let line: Value = serde_json::from_slice(&told[..read]).unwrap();
    assert_eq!(line["level"], "INFO", "{line}");
    assert!(
        line["message"].as_str().unwrap().contains("next batch"),
        "{line}"
    );
    terminate(&child);
    end(child, Duration::from_secs(10));
}
