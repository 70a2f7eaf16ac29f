//! What a crawl leaves in the archive: every answer that a server gave, whatever became of its link.

use std::time::Duration;

use sihafa::archive;
use sihafa::archive::reader::WarcReader;
use sihafa::archive::record::Kind;

use super::site::{Press, feed, missing, page, reply};

/// Every answer in the archive as `path status kind bytes`, with a mark where its body is not whole.
fn answers(press: &Press) -> Vec<String> {
    let mut told = Vec::new();
    for file in archive::files(&press.archive()).unwrap() {
        let records = WarcReader::open(&file, 1 << 20)
            .unwrap()
            .map(Result::unwrap);
        for record in records.filter(|record| matches!(record.kind, Kind::Response | Kind::Revisit))
        {
            let url = record.url.unwrap();
            let path = url.split(".example").nth(1).unwrap();
            let (status, mark) = (
                record.status.unwrap(),
                if record.truncated { " cut" } else { "" },
            );
            told.push(format!(
                "{path} {status} {:?} {}{mark}",
                record.kind,
                record.body.len()
            ));
        }
    }
    told.sort();
    told
}

#[test]
fn every_answer_is_in_the_archive() {
    let press = Press::new(|request| match request.path.as_str() {
        "/robots.txt" => reply("200 OK", &[], "User-agent: *\nDisallow: /no"),
        "/feed" if request.headers.contains_key("if-none-match") => {
            reply("304 Not Modified", &["ETag: \"1\""], "")
        }
        "/feed" => {
            let feed = feed(&["/1", "/copy", "/moved", "/gone", "/wall", "/big", "/no"]);
            reply("200 OK", &["Content-Type: text/xml", "ETag: \"1\""], feed)
        }
        "/1" | "/copy" => page("<p>one</p>"),
        "/moved" => reply("301 Moved Permanently", &["Location: /new"], ""),
        "/new" => page("<p>new</p>"),
        "/wall" => reply("403 Forbidden", &["Content-Type: text/html"], "a long text"),
        "/big" => page(vec![b'a'; 3 << 20]),
        _ => missing(),
    });
    press.crawl();
    press.clock.advance(Duration::from_secs(12 * 3600));
    press.crawl();
    let feed = feed(&["/1", "/copy", "/moved", "/gone", "/wall", "/big", "/no"]).len();
    let mut expect = [
        "/1 200 Response 10".to_owned(),
        "/big 200 Response 1048576 cut".to_owned(),
        "/copy 200 Revisit 0".to_owned(),
        format!("/feed 200 Response {feed}"),
        "/feed 304 Revisit 0".to_owned(),
        "/gone 404 Response 0".to_owned(),
        "/moved 301 Response 0".to_owned(),
        "/new 200 Response 10".to_owned(),
        "/robots.txt 200 Response 27".to_owned(),
        "/wall 403 Response 0 cut".to_owned(),
    ];
    expect.sort();
    assert_eq!(answers(&press), expect);
}
