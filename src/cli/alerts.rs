//! Runs `sihafa alerts`: lists what is configured and how far it is, or tries one without telling it.

use clap::{Args, Subcommand};

use crate::config::Config;
use crate::config::alert::Alert;
use crate::crawl::clock::{Clock, WallClock};
use crate::error::{Error, Result};
use crate::record::word;
use crate::run::Places;
use crate::run::alert::courier::Courier;
use crate::run::alert::hit::{Body, Hit};
use crate::run::alert::watch::Watch;
use crate::store::Store;

use super::{Global, Outcome, batch, print};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Print every alert: id, what it finds, query, where it is sent, what was told, what waits
    List,
    /// Show what an alert finds now, the newest first; nothing is kept, and the next batch tells what it would
    Try(TryOptions),
}

#[derive(Debug, Args)]
pub(super) struct TryOptions {
    /// Id of the alert
    #[arg(value_name = "ID")]
    id: String,
    /// How many hits at most
    #[arg(long, value_name = "N", default_value_t = 10)]
    limit: usize,
    /// Print the body that a webhook is sent
    #[arg(long)]
    json: bool,
    /// Send it, with `batch` null, and say whether it was taken
    #[arg(long)]
    send: bool,
}

pub(super) fn run(global: &Global, command: &Command) -> Result<Outcome> {
    let config = global.config()?;
    // What is wrong with one is told whatever is asked of another.
    Watch::all(&config)?;
    match command {
        Command::List => list(global, &config),
        Command::Try(options) => attempt(global, &config, options),
    }
}

fn list(global: &Global, config: &Config) -> Result<Outcome> {
    let places = Places::new(&global.data);
    let store = if places.store.exists() {
        places.open_store()?
    } else {
        Store::fleeting()?
    };
    let mut lines = Vec::new();
    for alert in &config.alerts {
        let kind = if alert.dossiers {
            "dossiers"
        } else {
            "articles"
        };
        let webhook = alert.webhook.as_ref();
        let webhook = webhook.map_or_else(|| "feed only".to_owned(), ToString::to_string);
        let state = match store.alert(&alert.id)? {
            None => "begins with the next batch".to_owned(),
            Some(state) => {
                let cause = state.cause.map(|cause| format!(": {cause}"));
                let (told, waiting) = (state.told, state.waiting);
                format!(
                    "{told} told, {waiting} waiting{}",
                    cause.unwrap_or_default()
                )
            }
        };
        lines.push(format!(
            "{}\t{kind}\t{}\t{webhook}\t{state}",
            alert.id, alert.query
        ));
    }
    print(&lines)?;
    Ok(if lines.is_empty() {
        Outcome::Nothing
    } else {
        Outcome::Done
    })
}

fn attempt(global: &Global, config: &Config, options: &TryOptions) -> Result<Outcome> {
    let mut alerts = config.alerts.iter();
    let Some(alert) = alerts.find(|alert| alert.id == options.id) else {
        let message = format!("no alert `{}` is configured", options.id);
        return Err(Error::input("alerts try", message).hint("`sihafa alerts list` names them"));
    };
    let index = batch::index(global, config)?;
    let hits = Watch::new(alert)?.newest(&index, options.limit)?;
    let body = Body::new(&alert.id, None, &hits);
    if options.json {
        print(&[body.json()?])?;
    } else {
        let mut lines: Vec<String> = hits.iter().map(shown).collect();
        lines.push(format!("{} hits", hits.len()));
        print(&lines)?;
    }
    if options.send {
        return send(config, alert, &body);
    }
    Ok(if hits.is_empty() {
        Outcome::Nothing
    } else {
        Outcome::Done
    })
}

/// A hit in two or three lines.
fn shown(hit: &Hit) -> String {
    let title = hit.title.as_deref().unwrap_or("(no title)");
    let published = hit.published.as_deref().unwrap_or("no date");
    let told = match &hit.dossier {
        Some(dossier) => format!("{} · {}", word(&dossier.kind), word(&dossier.status)),
        None => hit.publisher.clone().unwrap_or_default(),
    };
    let place = hit.url.as_deref().unwrap_or(&hit.id);
    format!(
        "{title}\n  {published} · {told} · {}\n  {place}\n",
        hit.lang
    )
}

fn send(config: &Config, alert: &Alert, body: &Body<'_>) -> Result<Outcome> {
    let Some(courier) = Courier::new(&config.crawl, alert)? else {
        return Err(alert.fault("webhook", "is not configured: there is nowhere to send to"));
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|source| Error::io("send to", "the webhook", source))?;
    let sent = runtime.block_on(courier.send(&body.delivery, &body.json()?, WallClock.now()));
    let (line, outcome) = match sent {
        Ok(()) => ("taken by the webhook".to_owned(), Outcome::Done),
        Err(failure) => (format!("not taken: {}", failure.cause), Outcome::Nothing),
    };
    print(&[line])?;
    Ok(outcome)
}
