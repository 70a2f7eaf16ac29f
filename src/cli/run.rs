//! Runs `sihafa run`: one batch, or one each time that a schedule says.

use std::net::SocketAddr;
use std::time::Duration;

use clap::Args;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::crawl::stop::Stop;
use crate::error::Result;
use crate::run::alert::watch::Watch;
use crate::run::schedule::Schedule;
use crate::serve::metrics::Metrics;

use super::signal::on_signal;
use super::{Global, Outcome, batch, print};

/// The longest wait between two looks at the clock: it may be set, or the machine may sleep.
const LOOK: Duration = Duration::from_secs(20);

#[derive(Debug, Args)]
#[group(skip)]
pub(super) struct Options {
    #[command(flatten)]
    batch: batch::Options,
    /// Keep running: a batch each time that these five fields of crontab say, by `run.time_zone`
    #[arg(long, value_name = "CRON")]
    every: Option<Schedule>,
    /// Answer Prometheus on this address, as 127.0.0.1:9464, under /metrics
    #[arg(long, value_name = "ADDR")]
    metrics: Option<SocketAddr>,
}

/// One whole batch by the configuration, or one after the other until a signal comes.
pub(super) fn run(global: &Global, options: &Options) -> Result<Outcome> {
    let stop = on_signal()?;
    let metrics = Metrics::default();
    if let Some(address) = options.metrics {
        let bound = metrics.listen(address)?;
        tracing::info!("metrics on http://{bound}/metrics");
    }
    match &options.every {
        None => once(global, options, &stop, &metrics),
        Some(schedule) => again(global, options, schedule, &stop, &metrics),
    }
}

/// Done too where it was stopped: that was wanted, and nothing is lost.
fn once(global: &Global, options: &Options, stop: &Stop, metrics: &Metrics) -> Result<Outcome> {
    let config = global.config()?;
    metrics.begin();
    let worked = batch::batch(
        "sihafa run",
        global,
        &config,
        &options.batch,
        stop,
        &|step| metrics.step(step),
        batch::whole,
    );
    metrics.end(worked.as_ref().ok());
    let report = worked?;
    print(&[report.to_string()])?;
    Ok(if report.has_failed() {
        Outcome::Nothing
    } else {
        Outcome::Done
    })
}

/// Configuration and patterns are read anew for each batch. A batch that fails is told, and the next
/// one comes at its time; one that outlasts its time makes the next one wait.
fn again(
    global: &Global,
    options: &Options,
    schedule: &Schedule,
    stop: &Stop,
    metrics: &Metrics,
) -> Result<Outcome> {
    // What is wrong from the beginning is told at the beginning.
    let mut zone = zone(global)?;
    while let Some(due) = schedule.next(Timestamp::now(), &zone) {
        tracing::info!("the next batch begins at {due}");
        if wait(due, stop) {
            break;
        }
        if let Err(error) = once(global, options, stop, metrics) {
            tracing::error!("{error}");
        }
        match self::zone(global) {
            Ok(read) => zone = read,
            Err(error) => tracing::error!("{error}"),
        }
    }
    Ok(Outcome::Done)
}

fn zone(global: &Global) -> Result<TimeZone> {
    let config = global.config()?;
    Global::pack(&config)?;
    Watch::all(&config)?;
    config.run.zone("configuration")
}

/// Waits for a moment. True where a stop was asked for meanwhile.
fn wait(due: Timestamp, stop: &Stop) -> bool {
    loop {
        let left = Duration::try_from(due.duration_since(Timestamp::now())).unwrap_or_default();
        if left.is_zero() {
            return stop.is_requested();
        }
        if stop.wait(left.min(LOOK)) {
            return true;
        }
    }
}
