//! Holds the reader to the rarer shapes of records that the tools of many archives have written.

use std::io::Write;

use flate2::{Compression, GzBuilder};
use sihafa::archive::reader::WarcReader;
use sihafa::archive::record::{Kind, WarcRecord};

use super::others::{check, gzip, page, read};

/// A record of header lines and a block, its length added.
fn record(lines: &[&str], block: &[u8]) -> Vec<u8> {
    let head = lines.join("\r\n");
    let length = block.len();
    let head = format!("WARC/1.0\r\n{head}\r\nContent-Length: {length}\r\n\r\n");
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

/// The one record of a file.
fn only(file: &[u8]) -> WarcRecord {
    let (mut records, broken) = read(file);
    assert_eq!((records.len(), broken), (1, 0));
    records.remove(0)
}

#[test]
fn header_names_may_be_of_any_case_and_values_folded_or_in_brackets() {
    let file = "WARC/1.1\r\nwarc-type:response\r\nWARC-TARGET-URI:\r\n\t<http://a.dz/1>\r\n\
                Warc-Date:  2024-05-30T10:24:00.123456789Z \r\nCONTENT-length : 41\r\n\
                content-type: application/http;\r\n  msgtype=response\r\n\r\n\
                HTTP/1.1   200\r\nX-Long: one\r\n\ttwo\r\n\r\n<p>a\r\n\r\n";
    let record = only(file.as_bytes());
    assert_eq!(record.kind, Kind::Response);
    assert_eq!(record.url.as_deref(), Some("http://a.dz/1"));
    let capture = record.into_capture().unwrap();
    assert_eq!(
        (capture.status, capture.body.as_slice()),
        (200, b"<p>a".as_slice())
    );
    assert_eq!(capture.header("x-long"), Some("one two"));
    let date = "2024-05-30T10:24:00.123456789Z".parse().unwrap();
    assert_eq!(capture.fetched, date);
}

#[test]
fn dates_may_be_less_exact_than_a_second() {
    let check = |written: &str, expect: Option<&str>| {
        let line = format!("WARC-Date: {written}");
        let date = only(&record(&["WARC-Type: resource", &line], b"x")).date;
        assert_eq!(date, expect.map(|date| date.parse().unwrap()), "{written}");
    };
    check("2016", Some("2016-01-01T00:00:00Z"));
    check("2016-09", Some("2016-09-01T00:00:00Z"));
    check("2016-09-19", Some("2016-09-19T00:00:00Z"));
    check("2016-09-19T17:20Z", Some("2016-09-19T17:20:00Z"));
    check("2016-09-19T18:20:24+01:00", Some("2016-09-19T17:20:24Z"));
    check("20160919172024", Some("2016-09-19T17:20:24Z"));
    for nonsense in [
        "",
        "soon",
        "2016-13",
        "20169919172024",
        "éé-éé",
        "2016-09-19T",
    ] {
        check(nonsense, None);
    }
}

#[test]
fn records_without_a_page_are_told_apart_and_are_no_capture() {
    let plain = |kind: &str, content: &str, block: &str| {
        let lines = [
            &format!("WARC-Type: {kind}"),
            "WARC-Date: 2024-05-30T10:24:00Z",
            "WARC-Target-URI: dns:www.a.dz",
            &format!("Content-Type: {content}"),
        ];
        record(&lines, block.as_bytes())
    };
    let fields = "software: a crawler\r\nformat: WARC File Format 1.0\r\n";
    let file = [
        plain("warcinfo", "application/warc-fields", fields),
        plain("warcinfo", "application/warc-fields", ""),
        plain(
            "metadata",
            "application/warc-fields",
            "via: http://a.dz/\r\n",
        ),
        plain("metadata", "text/json", ""),
        plain(
            "response",
            "text/dns",
            "20240530102400\nwww.a.dz.\t3600\tIN\tA\t192.0.2.1\n",
        ),
        plain(
            "response",
            "application/octet-stream",
            "what an FTP server sent",
        ),
        plain(
            "request",
            "application/http; msgtype=request",
            "GET / HTTP/1.1\r\nHost: a.dz\r\n\r\n",
        ),
        plain(
            "request",
            "application/http; msgtype=request",
            "GET /old\r\n\r\n",
        ),
        plain(
            "continuation",
            "application/octet-stream",
            "the second half",
        ),
        plain("of no known type", "text/plain", "x"),
    ]
    .concat();
    for file in [file.clone(), gzip(&file)] {
        let (records, broken) = read(&file);
        assert_eq!((records.len(), broken), (10, 0));
        assert_eq!(records[0].body, fields.as_bytes());
        assert!(
            records
                .into_iter()
                .all(|record| record.into_capture().is_none())
        );
    }
}

#[test]
fn a_revisit_tells_what_the_server_said_and_has_no_body() {
    let http = "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\nContent-Length: 1662\r\n\r\n";
    let lines = [
        "WARC-Type: revisit",
        "WARC-Target-URI: http://[2001:db8::1]:8080/a?b=<c>",
        "WARC-Date: 2024-05-30T10:24:00Z",
        "WARC-IP-Address: 2001:db8::1",
        "WARC-Profile: http://netpreserve.org/warc/1.0/server-not-modified",
        "WARC-Refers-To-Target-URI: http://a.dz/",
        "WARC-Truncated: length",
        "Content-Type: application/http; msgtype=response",
    ];
    let found = only(&record(&lines, http.as_bytes()));
    assert_eq!(
        (found.kind, found.status, found.truncated),
        (Kind::Revisit, Some(304), true)
    );
    assert_eq!(found.address, Some("2001:db8::1".parse().unwrap()));
    let capture = found.into_capture().unwrap();
    assert_eq!(capture.url, "http://[2001:db8::1]:8080/a?b=<c>");
    assert_eq!(
        (capture.header("etag"), capture.body.len()),
        (Some("\"1\""), 0)
    );
    // one that has not even headers
    let bare = only(&record(&lines[..5], b""));
    assert_eq!((bare.kind, bare.status), (Kind::Revisit, None));
    assert!(bare.into_capture().is_none());
}

#[test]
fn headers_of_servers_may_be_nonsense() {
    let check = |head: &[u8], name: &str, value: Option<&str>| {
        let http = [head, b"\r\n\r\n<p>"].concat();
        let lines = [
            "WARC-Type: response",
            "WARC-Target-URI: http://a.dz/",
            "WARC-Date: 2024-05-30T10:24:00Z",
        ];
        let capture = only(&record(&lines, &http)).into_capture().unwrap();
        let head = String::from_utf8_lossy(head);
        assert_eq!(
            (capture.status, capture.body.as_slice()),
            (200, b"<p>".as_slice()),
            "{head}"
        );
        assert_eq!(capture.header(name), value, "{head}");
    };
    check(b"HTTP/1.1 200", "server", None);
    check(b"HTTP/1.0    200  OK", "server", None);
    check(b"HTTP/1.1 200 OK\r\nServer \t: a", "server", Some("a"));
    check(b"HTTP/1.1 200 OK\r\n: a", "", Some("a"));
    check(
        b"HTTP/1.1 200 OK\r\n<b>no header</b>\r\nServer: a",
        "server",
        Some("a"),
    );
    check(
        b"HTTP/1.1 200 OK\r\nServer: a\x01b",
        "server",
        Some("a\u{1}b"),
    );
    check(
        b"HTTP/1.1 200 OK\r\nServer: caf\xe9",
        "server",
        Some("café"),
    );
    check(
        "HTTP/1.1 200 OK\r\nServer: “a”".as_bytes(),
        "server",
        Some("“a”"),
    );
    check(
        b"HTTP/1.1 200 OK\r\nContent-Length: 99",
        "content-length",
        Some("99"),
    );
    check(b"HTTP/2 200\r\n\tfolded before any", "server", None);
}

#[test]
fn chunks_may_have_zeros_spaces_and_a_torn_end() {
    let check = |body: &str, expect: &str| {
        let http = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{body}");
        let found = only(&record(&["WARC-Type: response"], http.as_bytes()));
        assert_eq!(String::from_utf8_lossy(&found.body), expect, "{body}");
    };
    check(
        "3\r\nhel\r\n0007\r\nlo worl\r\n1\r\nd\r\n00000\r\n\r\n",
        "hello world",
    );
    check(
        "b  \r\nhello world\r\n0\r\nX-After: 1\r\n\r\n",
        "hello world",
    );
    check("B;name=\"value\"\r\nhello world\r\n", "hello world");
    check("ff\r\nhello", "hello");
    check("33hello world", "33hello world");
}

/// A gzip member with everything that its header may hold.
fn adorned(bytes: &[u8]) -> Vec<u8> {
    let builder = GzBuilder::new()
        .extra(b"sl\x08\0\x10\0\0\0\x20\0\0\0".as_slice())
        .filename("a.warc")
        .comment("a file of many names")
        .mtime(1);
    let mut packer = builder.write(Vec::new(), Compression::best());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

#[test]
fn members_may_have_extra_fields_names_and_comments() {
    let members = ["one", "two"].map(|body| adorned(&page("http://a.dz/", body)));
    check(&members.concat(), &["one", "two"], 0);
    let first = members[0].len() as u64;
    let extents: Vec<_> = read(&members.concat())
        .0
        .iter()
        .map(|found| found.extent)
        .collect();
    assert_eq!(
        extents,
        [Some((0, first)), Some((first, members[1].len() as u64))]
    );
}

#[test]
fn a_file_may_be_packed_in_pieces_that_end_anywhere() {
    let bodies = ["one", "two of a few words more", "three"];
    let file: Vec<u8> = bodies
        .iter()
        .flat_map(|body| page("http://a.dz/", body))
        .collect();
    for size in [1, 7, 64, 100, 191, 192, 193, 300, file.len()] {
        let mut pieces: Vec<u8> = file.chunks(size).flat_map(gzip).collect();
        check(&pieces, &bodies, 0);
        // an empty member at the end is how such files say that they are whole
        pieces.extend(gzip(b""));
        check(&pieces, &bodies, 0);
    }
    // what is torn there is no record
    let pieces: Vec<u8> = file[..file.len() - 10].chunks(64).flat_map(gzip).collect();
    let (records, _) = read(&pieces);
    assert_eq!(
        records[..2]
            .iter()
            .map(|found| found.body.len())
            .sum::<usize>(),
        26
    );
}

#[test]
fn what_follows_a_record_may_be_missing_or_too_much() {
    let whole = page("http://a.dz/", "one");
    let bare = whole.strip_suffix(b"\r\n\r\n").unwrap();
    for end in ["", "\r\n", "\n", "\r\n\r\n", "\r\n\r\n\r\n\r\n\r\n"] {
        let last = [bare, end.as_bytes()].concat();
        check(&last, &["one"], 0);
        check(&gzip(&last), &["one"], 0);
        check(&[gzip(&last), gzip(&whole)].concat(), &["one", "one"], 0);
    }
    check(&[bare, &whole].concat(), &["one", "one"], 0);
}

#[test]
fn the_format_before_warc_is_named_with_the_way_out() {
    let arc = b"filedesc://old.arc 0.0.0.0 20080430204825 text/plain 76\n1 0 InternetArchive\n\
                URL IP-address Archive-date Content-type Archive-length\n\n\
                http://a.dz/ 192.0.2.1 20080430204826 text/html 5\n<p>a\n\n";
    for file in [arc.to_vec(), gzip(arc), adorned(arc)] {
        let Err(error) = WarcReader::new(file.as_slice(), "old.arc.gz", 1 << 20) else {
            panic!("an ARC file was taken for WARC");
        };
        let message = error.to_string();
        assert!(
            message.contains("old.arc.gz") && message.contains("ARC file"),
            "{message}"
        );
        assert!(message.contains("warcio recompress"), "{message}");
    }
}
