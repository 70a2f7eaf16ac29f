//! Compares the reader with warcio on files of others, where `SIHAFA_WARCS` names a file that `tests/peers/warc.py` wrote.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use sihafa::archive::reader::WarcReader;
use sihafa::archive::record::{Kind, WarcRecord};

#[derive(Debug, Deserialize)]
struct Expect {
    file: String,
    offset: u64,
    length: u64,
    #[serde(rename = "type")]
    kind: String,
    url: Option<String>,
    status: Option<u16>,
    digest: Option<String>,
}

fn kind(name: &str) -> Kind {
    match name {
        "response" => Kind::Response,
        "revisit" => Kind::Revisit,
        "request" => Kind::Request,
        "resource" => Kind::Resource,
        "conversion" => Kind::Conversion,
        _ => Kind::Other,
    }
}

#[track_caller]
fn check(file: &str, expect: &[Expect]) {
    let mut reader = WarcReader::open(Path::new(file), 64 << 20).unwrap();
    let found: Vec<WarcRecord> = reader.by_ref().map(Result::unwrap).collect();
    assert_eq!((found.len(), reader.broken()), (expect.len(), 0), "{file}");
    for (found, expect) in found.iter().zip(expect) {
        assert_eq!(found.kind, kind(&expect.kind), "{expect:?}");
        assert_eq!(
            found.url,
            expect
                .url
                .as_ref()
                .map(|url| url.trim_matches(['<', '>']).to_owned()),
            "{expect:?}"
        );
        assert_eq!(
            found.extent.map(|(offset, _)| offset),
            Some(expect.offset),
            "{expect:?}"
        );
        if Path::new(file).extension().is_some_and(|end| end == "gz") {
            assert_eq!(
                found.extent,
                Some((expect.offset, expect.length)),
                "{expect:?}"
            );
        }
        if found.kind == Kind::Response {
            assert_eq!(found.status, expect.status, "{expect:?}");
            let digest = found.location("x").map(|location| location.digest);
            assert_eq!(digest, expect.digest, "{expect:?}");
        }
    }
}

#[test]
fn counts_places_and_payloads_are_those_of_warcio() {
    let Ok(path) = std::env::var("SIHAFA_WARCS") else {
        eprintln!("skipped: `SIHAFA_WARCS` names no file of `tests/peers/warc.py`");
        return;
    };
    let mut files: BTreeMap<String, Vec<Expect>> = BTreeMap::new();
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let expect: Expect = serde_json::from_str(line).unwrap();
        files.entry(expect.file.clone()).or_default().push(expect);
    }
    assert!(files.len() >= 4, "{}", files.len());
    for (file, expect) in &files {
        check(file, expect);
    }
    eprintln!("{} files read as warcio reads them", files.len());
}
