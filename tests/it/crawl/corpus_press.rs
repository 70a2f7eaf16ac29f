//! Serves the bundled press to a crawl: its hosts on one address, as their `site.toml` says.

use std::collections::HashMap;
use std::net::SocketAddr;

use jiff::SignedDuration;
use sihafa::config::source::Source;
use sihafa::config::{Config, Crawl};

use super::site::{Reply, Request, missing, reply};
use crate::support::here;

/// What the bundled press answers, and the sources that read it.
pub(super) struct CorpusPress {
    answers: HashMap<(String, String), Reply>,
    sources: Vec<Source>,
    hosts: Vec<String>,
}

impl CorpusPress {
    pub(super) fn load() -> Self {
        let mut press = Self {
            answers: HashMap::new(),
            sources: Vec::new(),
            hosts: Vec::new(),
        };
        let mut folders: Vec<_> = std::fs::read_dir(here("corpus/sites"))
            .unwrap()
            .map(|folder| folder.unwrap().path())
            .collect();
        folders.sort();
        for folder in folders {
            let host = folder.file_name().unwrap().to_str().unwrap().to_owned();
            let text = std::fs::read_to_string(folder.join("site.toml")).unwrap();
            let mut site: toml::Table = text.parse().unwrap();
            for served in site.remove("page").unwrap().as_array().unwrap() {
                let text = |key: &str| served.get(key).and_then(|value| value.as_str());
                let body = text("file")
                    .map_or_else(Vec::new, |file| std::fs::read(folder.join(file)).unwrap());
                let status = served
                    .get("status")
                    .and_then(toml::Value::as_integer)
                    .unwrap_or(200);
                let headers: Vec<String> = [("type", "Content-Type"), ("location", "Location")]
                    .iter()
                    .filter_map(|(key, name)| Some(format!("{name}: {}", text(key)?)))
                    .collect();
                let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
                let path = text("path").unwrap().to_owned();
                let answer = reply(&format!("{status} Answer"), &headers, body);
                press.answers.insert((host.clone(), path), answer);
            }
            site.remove("name_ar");
            press
                .sources
                .push(toml::Value::Table(site).try_into().unwrap());
            press.hosts.push(host);
        }
        press
    }

    pub(super) fn answer(&self, request: &Request) -> Reply {
        let asked = (request.host.clone(), request.path.clone());
        self.answers.get(&asked).cloned().unwrap_or_else(missing)
    }

    /// What reads it where it is served.
    pub(super) fn config(&self, address: SocketAddr) -> Config {
        Config {
            crawl: Crawl {
                delay: SignedDuration::ZERO,
                deadline: SignedDuration::from_secs(20),
                resolve: self
                    .hosts
                    .iter()
                    .map(|host| (host.clone(), address))
                    .collect(),
                ..Crawl::default()
            },
            sources: self.sources.clone(),
            ..Config::default()
        }
    }
}
