//! Turns SIGTERM and SIGINT into the wish that work ends; a second one ends it at once.

use std::process;
use std::thread;

use tokio::runtime::Builder;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::crawl::stop::Stop;
use crate::error::{Error, Result};

/// What shells make of a program that an interrupt ended.
const INTERRUPTED: i32 = 130;

/// A wish to stop that the signals of this process utter.
pub(super) fn on_signal() -> Result<Stop> {
    let stop = Stop::default();
    let heard = stop.clone();
    let failed = |error: std::io::Error| Error::io("watch", "signals", error);
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(failed)?;
    let (mut terminate, mut interrupt) = runtime
        .block_on(async {
            Ok((
                signal(SignalKind::terminate())?,
                signal(SignalKind::interrupt())?,
            ))
        })
        .map_err(failed)?;
    let watch = move || {
        runtime.block_on(async {
            either(&mut terminate, &mut interrupt).await;
            tracing::warn!("ending what is under way; a second signal ends at once");
            heard.request();
            either(&mut terminate, &mut interrupt).await;
            process::exit(INTERRUPTED);
        });
    };
    thread::Builder::new()
        .name("signals".to_owned())
        .spawn(watch)
        .map_err(failed)?;
    Ok(stop)
}

async fn either(one: &mut Signal, other: &mut Signal) {
    tokio::select! {
        _ = one.recv() => {}
        _ = other.recv() => {}
    }
}
