//! Holds the reader to other people's files: every packing, every version, and what is broken in them.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use sihafa::archive::reader::WarcReader;
use sihafa::archive::record::{Kind, WarcRecord};

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// A response record for `url`, whose block is `http`, and whose length is said to be `off` bytes more.
pub(super) fn response(url: &str, http: &[u8], off: isize) -> Vec<u8> {
    let length = http.len().checked_add_signed(off).unwrap();
    let head = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: <{url}>\r\n\
         WARC-Date: 2024-05-30T10:24:00Z\r\nContent-Type: application/http; msgtype=response\r\n\
         Content-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), http, b"\r\n\r\n"].concat()
}

pub(super) fn page(url: &str, body: &str) -> Vec<u8> {
    let http = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{body}");
    response(url, http.as_bytes(), 0)
}

pub(super) fn read(file: &[u8]) -> (Vec<WarcRecord>, u64) {
    let mut reader = WarcReader::new(file, "test.warc", 1 << 20).unwrap();
    let records = reader.by_ref().map(Result::unwrap).collect();
    (records, reader.broken())
}

/// The bodies found, and how many records were broken.
pub(super) fn check(file: &[u8], bodies: &[&str], broken: u64) {
    let (records, count) = read(file);
    let found: Vec<_> = records
        .iter()
        .map(|record| String::from_utf8_lossy(&record.body))
        .collect();
    assert_eq!(
        (found, count),
        (bodies.iter().map(|&body| body.into()).collect(), broken)
    );
}

#[test]
fn every_packing_gives_the_same_records() {
    let pages = [
        page("http://a.dz/1", "one"),
        page("http://a.dz/2", ""),
        page("http://a.dz/3", "three"),
    ];
    let plain = pages.concat();
    let members: Vec<u8> = pages.iter().flat_map(|page| gzip(page)).collect();
    let lines: String = ["one", "", "three"]
        .map(|body| {
            let http = format!("HTTP/1.1 200 OK\n\n{body}");
            let record = response("http://a.dz/", b"", http.len().cast_signed());
            String::from_utf8(record)
                .unwrap()
                .trim_end()
                .replace('\r', "")
                + "\n\n"
                + &http
                + "\n\n"
        })
        .concat();
    for file in [&plain, &members, &gzip(&plain)] {
        check(file, &["one", "", "three"], 0);
    }
    check(lines.as_bytes(), &["one", "", "three"], 0);
    check(b"", &[], 0);
}

#[test]
fn a_record_says_where_it_lies() {
    let pages = [page("http://a.dz/1", "one"), page("http://a.dz/2", "two")];
    let extents =
        |file: &[u8]| -> Vec<_> { read(file).0.iter().map(|record| record.extent).collect() };
    let length = |bytes: &[u8]| bytes.len() as u64;
    let first = length(&pages[0]);
    assert_eq!(
        extents(&pages.concat()),
        [Some((0, first)), Some((first, length(&pages[1])))]
    );
    let members = pages.clone().map(|page| gzip(&page));
    let first = length(&members[0]);
    assert_eq!(
        extents(&members.concat()),
        [Some((0, first)), Some((first, length(&members[1])))]
    );
    assert_eq!(extents(&gzip(&pages.concat())), [None, None]);
}

#[test]
fn a_record_tells_url_time_status_and_headers() {
    let record = read(&page("http://a.dz/1", "one")).0.swap_remove(0);
    assert_eq!(record.kind, Kind::Response);
    assert_eq!(record.url.as_deref(), Some("http://a.dz/1"));
    assert_eq!(record.date, Some("2024-05-30T10:24:00Z".parse().unwrap()));
    assert_eq!(record.status, Some(200));
    let capture = record.into_capture().unwrap();
    assert_eq!(capture.header("content-type"), Some("text/html"));
}

#[test]
fn payloads_are_unchunked_and_unpacked() {
    let check = |headers: &str, body: &[u8], expect: &str, truncated: bool| {
        let http = [
            format!("HTTP/1.1 200 OK\r\n{headers}\r\n\r\n").as_bytes(),
            body,
        ]
        .concat();
        let record = read(&response("http://a.dz/", &http, 0)).0.swap_remove(0);
        assert_eq!(String::from_utf8_lossy(&record.body), expect, "{headers}");
        assert_eq!(record.truncated, truncated, "{headers}");
    };
    let packed = gzip("اتفاقية".as_bytes());
    let mut chunked = format!("{:x}\r\n", packed.len()).into_bytes();
    chunked.extend_from_slice(&packed);
    chunked.extend_from_slice(b"\r\n0\r\n\r\n");
    check("Content-Encoding: gzip", &packed, "اتفاقية", false);
    check(
        "Transfer-Encoding: chunked\r\nContent-Encoding: gzip",
        &chunked,
        "اتفاقية",
        false,
    );
    check(
        "transfer-encoding: Chunked",
        b"3\r\nabc\r\n0\r\n\r\n",
        "abc",
        false,
    );
    check("Content-Encoding: gzip", b"<html>", "<html>", false);
    check("Content-Encoding: br", b"<html>", "<html>", false);
    check(
        "Content-Encoding: br",
        b"\x0b\x02\x80hello\x03",
        "hello",
        false,
    );
    check(
        "Content-Encoding: deflate",
        b"\xcbH\xcd\xc9\xc9\x07\x00",
        "hello",
        false,
    );
    check(
        "Content-Encoding: zstd",
        &zstd_frame(b"hello"),
        "hello",
        false,
    );
    check("Transfer-Encoding: chunked", b"<html>\n", "<html>\n", false);
    check(
        "Content-Encoding: gzip",
        &packed[..packed.len() - 4],
        "اتفاقية",
        true,
    );
    check(
        "X-Archive-Orig-Content-Encoding: gzip",
        b"plain",
        "plain",
        false,
    );
}

/// A zstd frame of one raw block, by RFC 8878: magic, descriptor, size, block header, bytes.
fn zstd_frame(bytes: &[u8]) -> Vec<u8> {
    let size = u8::try_from(bytes.len()).unwrap();
    let block = (u32::from(size) << 3 | 1).to_le_bytes();
    [&[0x28, 0xb5, 0x2f, 0xfd, 0x20, size], &block[..3], bytes].concat()
}

#[test]
fn bodies_stop_at_the_limit() {
    let bomb = gzip(&vec![b'a'; 10 << 20]);
    let http = [
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n".as_slice(),
        &bomb,
    ]
    .concat();
    let long = page("http://a.dz/2", &"b".repeat(3 << 20));
    let file = [
        response("http://a.dz/1", &http, 0),
        long,
        page("http://a.dz/3", "c"),
    ]
    .concat();
    let sizes: Vec<_> = read(&file)
        .0
        .iter()
        .map(|record| (record.body.len(), record.truncated))
        .collect();
    assert_eq!(sizes, [(1 << 20, true), (1 << 20, true), (1, false)]);
}

#[test]
fn wrong_lengths_are_put_right_by_the_next_record() {
    let http = b"HTTP/1.1 200 OK\r\n\r\nsome body of a page";
    let next = page("http://a.dz/2", "next");
    for off in [-10, -1, 3, 60, 200] {
        let first = response("http://a.dz/1", http, off);
        let file = [first.as_slice(), &next, &next].concat();
        check(&file, &["some body of a page", "next", "next"], 0);
        check(&gzip(&file), &["some body of a page", "next", "next"], 0);
        let members = [gzip(&first), gzip(&next)].concat();
        check(&members, &["some body of a page", "next"], 0);
    }
    let missing = String::from_utf8(page("http://a.dz/1", "no length")).unwrap();
    let missing: String = missing
        .split_inclusive('\n')
        .filter(|line| !line.starts_with("Content-Length"))
        .collect();
    check(
        &[missing.as_bytes(), &next].concat(),
        &["no length", "next"],
        0,
    );
    check(missing.as_bytes(), &["no length"], 0);
}

#[test]
fn broken_records_are_left_out_and_counted() {
    let pages = ["one", "two", "three"].map(|body| page("http://a.dz/", body));
    let garbage = b"\0\x01 this is no record\n at all \n\n";
    check(
        &[&pages[0], garbage.as_slice(), &pages[1]].concat(),
        &["one", "two"],
        1,
    );
    check(&[garbage.as_slice(), &pages[1]].concat(), &["two"], 1);
    check(&pages[0][..pages[0].len() - 6], &[], 1);
    check(b"WARC/1.0\r\nWARC-Type: response\r\n", &[], 1);

    let members = pages.clone().map(|page| gzip(&page));
    // a bit wrong in the middle, in the checksum, and a record cut short before the next
    for at in [30, members[1].len() - 6] {
        let mut wrong = members[1].clone();
        wrong[at] ^= 0x55;
        check(
            &[members[0].as_slice(), &wrong, &members[2]].concat(),
            &["one", "three"],
            1,
        );
    }
    for size in 1..members[1].len() {
        let file = [&members[0], &members[1][..size], &members[2]].concat();
        let (records, broken) = read(&file);
        let mut bodies: Vec<_> = records
            .iter()
            .map(|record| record.body.as_slice())
            .collect();
        // the last bytes of packing hold nothing of the record itself, which may then be whole
        bodies.retain(|body| *body != b"two" || size + 9 < members[1].len());
        assert_eq!(bodies, [b"one".as_slice(), b"three"], "cut at {size}");
        assert!(broken <= 1, "cut at {size}");
    }
    let padded = [&members[0], [0; 100].as_slice(), &members[1]].concat();
    check(&padded, &["one", "two"], 0);
}

#[test]
fn old_versions_and_folded_lines_are_read() {
    for version in ["0.17", "0.18", "1.0", "1.1"] {
        let text = String::from_utf8(page("http://a.dz/", "old")).unwrap();
        let text = text.replace("WARC/1.0", &format!("WARC/{version}"));
        let text = text.replace("WARC-Type: response", "WARC-Type:\r\n response");
        check(text.as_bytes(), &["old"], 0);
    }
}

#[test]
fn what_is_no_http_keeps_its_block() {
    let record = "WARC/1.0\nWARC-Type: resource\nWARC-Target-URI: file:///a.html\n\
                  WARC-Date: 2024-05-30T10:24:00Z\nContent-Type: text/html\nContent-Length: 5\n\n<p>a \n\n";
    let (mut records, broken) = read(record.as_bytes());
    assert_eq!((records.len(), broken), (1, 0));
    let capture = records.remove(0).into_capture().unwrap();
    assert_eq!(
        (capture.status, capture.body.as_slice()),
        (200, b"<p>a ".as_slice())
    );
    assert_eq!(capture.header("Content-Type"), Some("text/html"));
}

proptest::proptest! {
    #[test]
    fn no_bytes_stop_the_reader(mut file: Vec<u8>, cuts in proptest::collection::vec(0usize..1200, 0..4)) {
        let whole: Vec<u8> = (0..3).flat_map(|_| gzip(&page("http://a.dz/", "body"))).collect();
        file.extend_from_slice(&whole);
        for cut in cuts {
            file.remove(cut % file.len());
        }
        read(&file);
    }
}
