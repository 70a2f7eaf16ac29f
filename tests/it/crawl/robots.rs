//! Holds the robots.txt parser to Google's conformance kit, where it is at hand.

use data_encoding::BASE64;
use serde::Deserialize;
use sihafa::crawl::robots::Robots;

use crate::support::shared;

#[derive(Deserialize)]
struct Row {
    file: String,
    robots_b64: String,
    ua: String,
    url: String,
    allow: bool,
}

#[test]
fn every_row_of_the_conformance_kit_is_decided_alike() {
    let Some(path) = shared("vectors/robots.jsonl") else {
        return;
    };
    let text = std::fs::read_to_string(path).unwrap();
    let wrong: Vec<String> = text
        .lines()
        .map(|line| serde_json::from_str::<Row>(line).unwrap())
        .filter_map(|row| {
            let robots = Robots::parse(&BASE64.decode(row.robots_b64.as_bytes()).unwrap());
            let decision = robots.decide(&row.ua, &row.url);
            (decision.allowed != row.allow)
                .then(|| format!("{} {} {} {decision:?}", row.file, row.ua, row.url))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(text.lines().count(), 400);
}
