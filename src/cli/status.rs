//! Runs `sihafa status`: how far each source is, what the batches did, whether the data is whole.

use clap::Args;
use serde_json::json;

use crate::error::{Error, Result};
use crate::index::Vocabulary;
use crate::run::Places;
use crate::run::audit::{Audit, audit};
use crate::run::lock;
use crate::run::report::Report;
use crate::store::Store;
use crate::store::run::Run;

use super::progress::Progress;
use super::{Global, Outcome, batch, print, unwritable};

/// Batches that are listed.
const LISTED: u32 = 5;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Check archive, store, index and patterns, and say what to do where they do not fit
    #[arg(long, conflicts_with = "run")]
    check: bool,
    /// The report of one batch, by its number
    #[arg(long, value_name = "N")]
    run: Option<i64>,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

/// Tells what was asked for.
pub(super) fn run(global: &Global, options: &Options) -> Result<Outcome> {
    let store = batch::existing(global)?;
    if options.check {
        return whole(global, &store, options.json);
    }
    match options.run {
        Some(id) => one(&store, id, options.json),
        None => all(global, &store, options.json),
    }
}

/// Whether everything fits together.
fn whole(global: &Global, store: &Store, json: bool) -> Result<Outcome> {
    let config = global.config()?;
    let pack = Global::pack(&config)?;
    let vocabulary = Vocabulary::of(config.extract.patterns.as_deref())?;
    let progress = Progress::start();
    let places = Places::new(&global.data);
    let checked = audit(&places, store, &pack, vocabulary, &|step| {
        progress.show(step);
    })?;
    drop(progress);
    if json {
        print(&[serde_json::to_string(&checked).map_err(unwritable)?])?;
    } else {
        print(&page(&checked))?;
    }
    Ok(if checked.findings.is_empty() {
        Outcome::Done
    } else {
        Outcome::Nothing
    })
}

fn page(checked: &Audit) -> Vec<String> {
    let records: u64 = checked.patterns.values().sum();
    let mut lines = vec![format!(
        "{} captures as they were archived, {records} records",
        checked.captures
    )];
    if checked.orphans > 0 {
        lines.push(format!(
            "{} pages in the archive that the store does not name, left by a program that died; they do no harm",
            checked.orphans
        ));
    }
    lines.extend(checked.findings.iter().map(ToString::to_string));
    if checked.findings.is_empty() {
        lines.push("nothing is wrong".to_owned());
    }
    lines
}

/// The report of a batch.
fn one(store: &Store, id: i64, json: bool) -> Result<Outcome> {
    let Some(run) = store.run(id)? else {
        return Err(Error::input("--run", format!("there is no batch `{id}`"))
            .hint("`sihafa status` lists the last ones"));
    };
    let Some(report) = &run.report else {
        print(&[title(&run), "no report: it was killed".to_owned()])?;
        return Ok(Outcome::Nothing);
    };
    if json {
        print(&[report.to_string()])?;
    } else {
        let report: Report = serde_json::from_value(report.clone()).map_err(unwritable)?;
        print(&[title(&run), report.to_string()])?;
    }
    Ok(Outcome::Done)
}

fn title(run: &Run) -> String {
    let ended = run
        .ended
        .map_or_else(|| "not ended".to_owned(), |time| time.to_string());
    format!(
        "run {}: {} to {ended}: {}",
        run.id,
        run.started,
        run.outcome.as_deref().unwrap_or("killed, or under way")
    )
}

/// How far each source is, what the last batches did, and who is at work.
fn all(global: &Global, store: &Store, json: bool) -> Result<Outcome> {
    let runs = store.runs(LISTED)?;
    let owner = lock::owner(&global.data);
    let progress = store.progress()?;
    let alerts = store.alerts()?;
    if json {
        let sources: serde_json::Map<String, serde_json::Value> = progress
            .iter()
            .map(|(source, progress)| {
                let links: serde_json::Map<String, serde_json::Value> = progress
                    .states
                    .iter()
                    .map(|((kind, state), count)| {
                        (format!("{kind:?} {state:?}").to_lowercase(), json!(count))
                    })
                    .collect();
                let value = json!({"last_success": progress.last_success, "links": links, "causes": progress.causes});
                (source.clone(), value)
            })
            .collect();
        let runs: Vec<serde_json::Value> = runs
            .iter()
            .map(|run| {
                json!({"id": run.id, "started": run.started, "ended": run.ended, "outcome": run.outcome})
            })
            .collect();
        let alerts: serde_json::Map<String, serde_json::Value> = alerts
            .into_iter()
            .map(|alert| {
                let value =
                    json!({"told": alert.told, "waiting": alert.waiting, "cause": alert.cause});
                (alert.id, value)
            })
            .collect();
        let page = json!({"sources": sources, "alerts": alerts, "runs": runs, "at_work": owner});
        print(&[page.to_string()])?;
        return Ok(Outcome::Done);
    }
    let mut lines = Vec::new();
    for (source, progress) in progress {
        let last = progress
            .last_success
            .map_or_else(|| "never".to_owned(), |time| time.to_string());
        lines.push(format!("{source}: last success {last}"));
        for ((kind, state), count) in &progress.states {
            lines.push(format!("  {count} {kind:?} {state:?}").to_lowercase());
        }
        lines.extend(
            progress
                .causes
                .iter()
                .map(|(cause, count)| format!("  {count} × {cause}")),
        );
    }
    for alert in alerts {
        let (told, waiting) = (alert.told, alert.waiting);
        let cause = alert.cause.map(|cause| format!(": {cause}"));
        lines.push(format!(
            "alert {}: {told} told, {waiting} deliveries wait{}",
            alert.id,
            cause.unwrap_or_default()
        ));
    }
    lines.extend(runs.iter().map(title));
    lines.extend(owner.map(|owner| {
        format!(
            "`{}` is at work since {}, process {}",
            owner.work, owner.since, owner.process
        )
    }));
    print(&lines)?;
    Ok(Outcome::Done)
}
