//! Holds our own files to what they promise: read back as written, whole after any crash.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use jiff::Timestamp;
use sihafa::archive::capture::Capture;
use sihafa::archive::reader::WarcReader;
use sihafa::archive::record::{Kind, WarcRecord};
use sihafa::archive::writer::{Original, ROLL_AT, WarcWriter};
use sihafa::archive::{Location, METADATA, files, read_at};

fn now() -> Timestamp {
    "2026-01-15T09:30:00.123456789Z".parse().unwrap()
}

fn capture(path: &str, body: &[u8]) -> Capture {
    let pair = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    Capture {
        url: format!("https://journal.example/{path}"),
        fetched: now(),
        status: 200,
        headers: [
            ("Content-Type", "text/html; charset=utf-8"),
            ("content-encoding", "br"),
            ("Transfer-Encoding", "chunked"),
            ("Content-Length", "17"),
            ("Set-Cookie", "a=1"),
            ("Set-Cookie", "b=2"),
            ("X-Title", "اتفاقية"),
        ]
        .map(pair)
        .to_vec(),
        request_headers: [
            ("Host", "journal.example"),
            ("User-Agent", "sihafa/0 (+mailto:a@b.c)"),
        ]
        .map(pair)
        .to_vec(),
        body: body.to_vec(),
        truncated: false,
        address: Some("192.0.2.7".parse().unwrap()),
    }
}

fn open(folder: &Path) -> WarcWriter {
    WarcWriter::open(folder, ROLL_AT, now()).unwrap()
}

fn records(folder: &Path) -> Vec<WarcRecord> {
    let mut found = Vec::new();
    for path in files(folder).unwrap() {
        let mut reader = WarcReader::open(&path, usize::MAX).unwrap();
        found.extend(reader.by_ref().map(Result::unwrap));
        assert_eq!(reader.broken(), 0);
    }
    found
}

#[test]
fn a_capture_is_read_back_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = open(folder.path());
    let captures = [
        capture("a?x=1&y=é", "<p>اتفاقية توأمة</p>".as_bytes()),
        capture("empty", b""),
        Capture {
            truncated: true,
            status: 503,
            ..capture("cut", &[0, 255, 13, 10, 13, 10])
        },
        capture("warc", b"x\r\n\r\nWARC/1.0\r\nWARC-Type: response\r\n\r\n"),
    ];
    let places: Vec<Location> = captures
        .iter()
        .map(|one| writer.append(one).unwrap())
        .collect();
    writer.sync().unwrap();
    for (capture, place) in captures.iter().zip(&places) {
        assert_eq!(&read_at(folder.path(), place).unwrap(), capture);
        assert_eq!(place.digest, capture.digest());
    }
    let answers: Vec<_> = records(folder.path())
        .into_iter()
        .filter(|record| record.kind == Kind::Response)
        .collect();
    for (answer, place) in answers.iter().zip(&places) {
        assert_eq!(answer.location(&place.file).as_ref(), Some(place));
    }
    assert_eq!(answers.len(), captures.len());
}

#[test]
fn what_was_handed_over_is_read_back_with_what_is_known_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = open(folder.path());
    let described = r#"{"id":"a b","title":"اتفاقية \n"}"#;
    let file = Capture {
        url: "urn:sihafa:article:a%20b".to_owned(),
        headers: vec![
            (
                "Content-Type".to_owned(),
                "text/plain; charset=utf-8".to_owned(),
            ),
            (METADATA.to_owned(), described.to_owned()),
        ],
        request_headers: Vec::new(),
        address: None,
        ..capture("", "نص".as_bytes())
    };
    let place = writer.append_resource(&file).unwrap();
    let unasked = Capture {
        request_headers: Vec::new(),
        ..capture("of-another-archive", b"<p>")
    };
    let page = writer.append(&unasked).unwrap();
    writer.sync().unwrap();
    assert_eq!(read_at(folder.path(), &place).unwrap(), file);
    assert_eq!(read_at(folder.path(), &page).unwrap(), unasked);
    let kinds: Vec<Kind> = records(folder.path())
        .iter()
        .map(|record| record.kind)
        .collect();
    // nobody knows what was asked for these, so nothing is made up
    assert_eq!(kinds, [Kind::Other, Kind::Resource, Kind::Response]);
}

#[test]
fn a_length_that_nobody_sent_is_added() {
    let folder = tempfile::tempdir().unwrap();
    let bare = Capture {
        headers: Vec::new(),
        ..capture("bare", b"four")
    };
    let place = open(folder.path()).append(&bare).unwrap();
    let read = read_at(folder.path(), &place).unwrap();
    assert_eq!(
        read.headers,
        [("Content-Length".to_owned(), "4".to_owned())]
    );
}

#[test]
fn no_header_ends_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let mut sly = capture("sly", b"body");
    sly.url.push_str("\r\nWARC-Type: request");
    sly.headers = vec![("X-A\r\nX-B: 1".to_owned(), "v\r\n\r\nbody".to_owned())];
    let place = open(folder.path()).append(&sly).unwrap();
    let read = read_at(folder.path(), &place).unwrap();
    assert_eq!((read.body, read.headers.len()), (b"body".to_vec(), 2));
}

#[test]
fn an_unchanged_page_is_a_revisit_without_body() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = open(folder.path());
    let first = capture("a", b"same");
    let place = writer.append(&first).unwrap();
    let original = Original {
        url: &first.url,
        fetched: first.fetched,
        digest: &place.digest,
    };
    let unchanged = Capture {
        status: 304,
        body: Vec::new(),
        ..first.clone()
    };
    let revisit = writer.append_revisit(&unchanged, &original).unwrap();
    let read = read_at(folder.path(), &revisit).unwrap();
    assert_eq!((read.status, read.body.len()), (304, 0));
    let kinds: Vec<Kind> = records(folder.path())
        .iter()
        .map(|record| record.kind)
        .collect();
    assert_eq!(
        kinds,
        [
            Kind::Other,
            Kind::Response,
            Kind::Request,
            Kind::Revisit,
            Kind::Request
        ]
    );
}

#[test]
fn a_torn_file_goes_on_from_its_last_whole_record() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = open(folder.path());
    // a page that holds a gzip file which deflate cannot pack further: the tail looks like a member
    let decoy = std::fs::read(first_file(folder.path())).unwrap();
    let places: Vec<Location> = [b"one".as_slice(), &decoy, b"three"]
        .iter()
        .map(|body| writer.append(&capture("p", body)).unwrap())
        .collect();
    drop(writer);
    let whole = std::fs::read(first_file(folder.path())).unwrap();
    for size in (0..whole.len()).step_by(7) {
        let torn = tempfile::tempdir().unwrap();
        let path = torn.path().join(&places[0].file);
        std::fs::write(&path, &whole[..size]).unwrap();
        let mut writer = open(torn.path());
        let again = writer.append(&capture("again", b"again")).unwrap();
        assert_eq!(again.file, places[0].file);
        let kept = places
            .iter()
            .filter(|place| place.offset + place.length <= size as u64);
        for place in kept.clone() {
            read_at(torn.path(), place).unwrap();
        }
        assert_eq!(read_at(torn.path(), &again).unwrap().body, b"again");
        let answers = records(torn.path());
        let answers = answers
            .iter()
            .filter(|record| record.kind == Kind::Response);
        assert_eq!(answers.count(), kept.count() + 1, "cut at {size}");
    }
}

#[test]
fn damage_before_whole_records_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = open(folder.path());
    let places: Vec<Location> = ["one", "two", "three"]
        .map(|body| writer.append(&capture(body, body.as_bytes())).unwrap())
        .to_vec();
    drop(writer);
    let path = first_file(folder.path());
    let mut bytes = std::fs::read(&path).unwrap();
    let place = &places[1];
    bytes[place.offset as usize..(place.offset + place.length) as usize].fill(0);
    std::fs::write(&path, &bytes).unwrap();

    let again = open(folder.path())
        .append(&capture("again", b"again"))
        .unwrap();
    assert_ne!(again.file, place.file);
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
    assert_eq!(read_at(folder.path(), &places[2]).unwrap().body, b"three");
    let message = read_at(folder.path(), place).unwrap_err().to_string();
    assert!(message.contains("hint: the record is lost"), "{message}");

    let mut reader = WarcReader::open(&path, usize::MAX).unwrap();
    let bodies: Vec<Vec<u8>> = reader
        .by_ref()
        .map(Result::unwrap)
        .filter(|record| record.kind == Kind::Response)
        .map(|record| record.body)
        .collect();
    assert_eq!(bodies, [b"one".as_slice(), b"three"]);
}

#[test]
fn another_body_than_archived_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = open(folder.path());
    let place = writer.append(&capture("a", b"a")).unwrap();
    let other = writer.append(&capture("b", b"b")).unwrap();
    let mixed = Location {
        digest: other.digest,
        ..place
    };
    assert!(read_at(folder.path(), &mixed).is_err());
}

#[test]
fn files_roll_and_writers_do_not_share_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = WarcWriter::open(folder.path(), 2000, now()).unwrap();
    let mut second = WarcWriter::open(folder.path(), 2000, now()).unwrap();
    let mut places = Vec::new();
    for round in 0..12 {
        let body = format!("round {round}");
        places.push(first.append(&capture("first", body.as_bytes())).unwrap());
        places.push(second.append(&capture("second", body.as_bytes())).unwrap());
    }
    let names: std::collections::BTreeSet<_> = places.iter().map(|place| &place.file).collect();
    assert!(names.len() >= 6, "{names:?}");
    for place in &places {
        read_at(folder.path(), place).unwrap();
    }
    drop(first);
    drop(second);
    let last = files(folder.path()).unwrap().pop().unwrap();
    let mut reopened = WarcWriter::open(folder.path(), ROLL_AT, now()).unwrap();
    let place = reopened.append(&capture("third", b"third")).unwrap();
    assert!(last.ends_with(&place.file));
}

#[test]
fn zeros_that_a_power_cut_leaves_are_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let place = open(folder.path()).append(&capture("a", b"a")).unwrap();
    let path = first_file(folder.path());
    let size = std::fs::metadata(&path).unwrap().len();
    let mut file = OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(&[0; 5000]).unwrap();
    let again = open(folder.path()).append(&capture("b", b"b")).unwrap();
    assert_eq!((again.file, again.offset), (place.file, size));
}

fn first_file(folder: &Path) -> std::path::PathBuf {
    files(folder).unwrap().swap_remove(0)
}
