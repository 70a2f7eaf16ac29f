//! Counts what batches do, and answers Prometheus with it in its text format.
//!
//! ```text
//! sihafa_links_total{source="aps-fr",outcome="fetched"} 12      counters since the start of the process
//! sihafa_links_failed_total{source="aps-fr",cause="timeout"} 1  also `…_blocked_total`
//! sihafa_captures_read_total 12
//! sihafa_batches_total{outcome="done"} 3
//! sihafa_batch_running 0                                        gauges, of the last batch
//! sihafa_batch_ended_seconds 1772344800
//! sihafa_batch_step_seconds{step="crawl"} 81.4
//! sihafa_records{lang="fr"} 1200   sihafa_facts{lang="fr",kind="conventions"} 90   sihafa_dossiers 40
//! sihafa_alert_waiting{alert="oran"} 0
//! sihafa_disk_bytes{place="archive"} 1048576   sihafa_peak_memory_bytes 88080384
//! ```

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use axum::Router;
use axum::http::header;
use axum::routing::get;
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::runtime::Builder;

use crate::crawl::seen::Seen;
use crate::error::{Error, Result};
use crate::run::report::Report;
use crate::run::step::Step;

/// What is counted; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Metrics {
    counted: Arc<Mutex<Counted>>,
}

#[derive(Debug, Default)]
struct Counted {
    /// Of batches that are over.
    sources: BTreeMap<String, Seen>,
    /// Of the batch under way.
    under_way: BTreeMap<String, Seen>,
    read: u64,
    reading: u64,
    running: bool,
    batches: BTreeMap<&'static str, u64>,
    last: Option<Report>,
}

impl Metrics {
    /// A batch begins.
    pub fn begin(&self) {
        self.change(|counted| counted.running = true);
    }

    /// A step of it was done.
    pub fn step(&self, step: Step<'_>) {
        self.change(|counted| match step {
            Step::Crawled(source, seen) => {
                counted.under_way.insert(source.to_owned(), seen.clone());
            }
            Step::Read(part) => counted.reading = part.done,
            Step::Began(_)
            | Step::Imported(_)
            | Step::Linked(_)
            | Step::Indexed(_)
            | Step::Tried(_)
            | Step::Checked(_) => {}
        });
    }

    /// It ended: with a report, or none where it failed.
    pub fn end(&self, report: Option<&Report>) {
        self.change(|counted| {
            counted.running = false;
            counted.read += std::mem::take(&mut counted.reading);
            for (source, seen) in std::mem::take(&mut counted.under_way) {
                counted.sources.entry(source).or_default().add(&seen);
            }
            let outcome = report.map_or("error", Report::outcome);
            *counted.batches.entry(outcome).or_default() += 1;
            if let Some(report) = report {
                counted.last = Some(report.clone());
            }
        });
    }

    fn change(&self, change: impl FnOnce(&mut Counted)) {
        change(&mut self.counted.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Everything in the text format of Prometheus.
    pub fn text(&self) -> String {
        let mut text = Text::default();
        self.change(|counted| {
            counted.write_links(&mut text);
            counted.write_batches(&mut text);
            if let Some(report) = &counted.last {
                write_report(report, &mut text);
            }
        });
        text.0
    }

    /// Answers `/metrics` on an address, until the process ends. Returns the address, where the port
    /// was left to the system.
    ///
    /// # Errors
    /// The address is taken, or not this machine's.
    pub fn listen(&self, address: SocketAddr) -> Result<SocketAddr> {
        let failed = |error: std::io::Error| {
            Error::input(format!("--metrics {address}"), error.to_string())
                .hint("another program may listen there: choose another port")
        };
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(failed)?;
        let listener = runtime
            .block_on(TcpListener::bind(address))
            .map_err(failed)?;
        let bound = listener.local_addr().map_err(failed)?;
        let metrics = self.clone();
        let kind = [(
            header::CONTENT_TYPE,
            "text/plain; version=0.0.4; charset=utf-8",
        )];
        let answer = get(move || async move { (kind, metrics.text()) });
        let router = Router::new().route("/metrics", answer);
        let serve = move || {
            if let Err(error) = runtime.block_on(async { axum::serve(listener, router).await }) {
                tracing::error!("metrics are no longer served: {error}");
            }
        };
        thread::Builder::new()
            .name("metrics".to_owned())
            .spawn(serve)
            .map_err(failed)?;
        Ok(bound)
    }
}

impl Counted {
    fn write_links(&self, text: &mut Text) {
        let mut sources = self.sources.clone();
        for (source, seen) in &self.under_way {
            sources.entry(source.clone()).or_default().add(seen);
        }
        text.head("sihafa_links_total", "counter", "Links that were asked for");
        for (source, seen) in &sources {
            for (outcome, count) in [
                ("fetched", seen.fetched),
                ("unchanged", seen.unchanged),
                ("blocked", seen.blocked.values().sum()),
                ("failed", seen.failed.values().sum()),
            ] {
                text.line(
                    "sihafa_links_total",
                    &[("source", source), ("outcome", outcome)],
                    count,
                );
            }
        }
        text.head(
            "sihafa_pages_alike_total",
            "counter",
            "New pages that read almost like one that came shortly before",
        );
        for (source, seen) in &sources {
            let labels = [("source", source.as_str())];
            text.line("sihafa_pages_alike_total", &labels, seen.alike);
        }
        for (name, what, causes) in [
            (
                "sihafa_links_blocked_total",
                "Links that someone forbids",
                true,
            ),
            ("sihafa_links_failed_total", "Links that failed", false),
        ] {
            text.head(name, "counter", what);
            for (source, seen) in &sources {
                let causes = if causes { &seen.blocked } else { &seen.failed };
                for (cause, count) in causes {
                    text.line(name, &[("source", source), ("cause", cause)], *count);
                }
            }
        }
        text.head("sihafa_captures_read_total", "counter", "Captures read");
        text.line("sihafa_captures_read_total", &[], self.read + self.reading);
    }

    fn write_batches(&self, text: &mut Text) {
        text.head("sihafa_batches_total", "counter", "Batches that ended");
        for (outcome, count) in &self.batches {
            text.line("sihafa_batches_total", &[("outcome", outcome)], *count);
        }
        text.head(
            "sihafa_batch_running",
            "gauge",
            "1 while a batch is under way",
        );
        text.line("sihafa_batch_running", &[], u64::from(self.running));
    }
}

fn write_report(report: &Report, text: &mut Text) {
    if let Ok(ended) = report.ended.parse::<Timestamp>() {
        text.head(
            "sihafa_batch_ended_seconds",
            "gauge",
            "End of the last batch",
        );
        text.line("sihafa_batch_ended_seconds", &[], ended.as_second());
    }
    text.head("sihafa_batch_step_seconds", "gauge", "Time of its steps");
    for (step, milliseconds) in &report.effort.milliseconds {
        text.line(
            "sihafa_batch_step_seconds",
            &[("step", step)],
            *milliseconds as f64 / 1000.0,
        );
    }
    text.head("sihafa_records", "gauge", "Articles with a record");
    for (lang, facts) in &report.facts {
        text.line("sihafa_records", &[("lang", lang)], facts.articles);
    }
    text.head("sihafa_facts", "gauge", "Facts in the store");
    for (lang, facts) in &report.facts {
        for (kind, count) in [
            ("conventions", facts.conventions),
            ("partners", facts.partners),
            ("operations", facts.operations),
            ("dates", facts.dates),
        ] {
            text.line("sihafa_facts", &[("lang", lang), ("kind", kind)], count);
        }
    }
    text.head("sihafa_dossiers", "gauge", "Dossiers");
    text.line("sihafa_dossiers", &[], report.dossiers.total);
    text.head("sihafa_alert_waiting", "gauge", "Deliveries that wait");
    for (alert, told) in &report.alerts {
        text.line("sihafa_alert_waiting", &[("alert", alert)], told.waiting);
    }
    let disk = report.effort.disk;
    text.head("sihafa_disk_bytes", "gauge", "Bytes on the disk");
    for (place, bytes) in [
        ("archive", disk.archive),
        ("store", disk.store),
        ("index", disk.index),
    ] {
        text.line("sihafa_disk_bytes", &[("place", place)], bytes);
    }
    if let Some(memory) = report.effort.peak_memory {
        text.head("sihafa_peak_memory_bytes", "gauge", "Most memory ever held");
        text.line("sihafa_peak_memory_bytes", &[], memory);
    }
}

/// Lines in the text format.
#[derive(Default)]
struct Text(String);

impl Text {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a string does not fail.
        let _ = writeln!(self.0, "# HELP {name} {help}.\n# TYPE {name} {kind}");
    }

    fn line(&mut self, name: &str, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        let labels: Vec<String> = labels
            .iter()
            .map(|(key, value)| format!("{key}=\"{}\"", escape(value)))
            .collect();
        let labels = if labels.is_empty() {
            String::new()
        } else {
            format!("{{{}}}", labels.join(","))
        };
        let _ = writeln!(self.0, "{name}{labels} {value}");
    }
}

/// A label's value as the format wants it.
fn escape(value: &str) -> String {
    value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_grow_over_batches_and_never_fall() {
        let metrics = Metrics::default();
        let seen = |fetched| Seen {
            fetched,
            failed: BTreeMap::from([("a \"cause\"".to_owned(), 1)]),
            ..Seen::default()
        };
        metrics.begin();
        metrics.step(Step::Crawled("press", &seen(1)));
        metrics.step(Step::Crawled("press", &seen(2)));
        let line = "sihafa_links_total{source=\"press\",outcome=\"fetched\"}";
        assert!(
            metrics.text().contains(&format!("{line} 2\n")),
            "{}",
            metrics.text()
        );
        assert!(metrics.text().contains("sihafa_batch_running 1\n"));
        metrics.end(None);
        metrics.begin();
        metrics.step(Step::Crawled("press", &seen(3)));
        metrics.end(Some(&Report::default()));
        let text = metrics.text();
        for line in [
            format!("{line} 5\n").as_str(),
            "sihafa_links_failed_total{source=\"press\",cause=\"a \\\"cause\\\"\"} 2\n",
            "sihafa_batches_total{outcome=\"done\"} 1\n",
            "sihafa_batches_total{outcome=\"error\"} 1\n",
            "sihafa_batch_running 0\n",
            "sihafa_dossiers 0\n",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
    }
}
