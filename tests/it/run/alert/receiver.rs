//! A receiver of webhooks on loopback that tells each request.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};

use serde_json::Value;

/// One request that came.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) head: String,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) bytes: Vec<u8>,
    pub(super) body: Value,
}

impl Asked {
    pub(super) fn hits(&self) -> Vec<&str> {
        let hits = self.body["hits"].as_array().unwrap().iter();
        hits.map(|hit| hit["id"].as_str().unwrap()).collect()
    }
}

/// A receiver that answers its requests with these statuses in turn, the last one again and again.
pub(super) fn receiver(statuses: &'static [&'static str]) -> (u16, Receiver<Asked>) {
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
