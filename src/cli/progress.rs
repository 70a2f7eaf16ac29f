//! Shows how far long work is: a spinner on a terminal, now and then a line in the log elsewhere.

use std::io::{self, IsTerminal};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::run::Step;

/// Between two lines in a log.
const PAUSE: Duration = Duration::from_secs(10);

/// How far some work is.
pub(super) struct Progress {
    bar: ProgressBar,
    /// When the last line went to the log; none on a terminal.
    logged: Option<Mutex<Instant>>,
}

impl Progress {
    pub(super) fn start() -> Self {
        if !io::stderr().is_terminal() {
            return Self {
                bar: ProgressBar::hidden(),
                logged: Some(Mutex::new(Instant::now())),
            };
        }
        let bar = ProgressBar::new_spinner().with_style(ProgressStyle::default_spinner());
        bar.enable_steady_tick(Duration::from_millis(120));
        Self { bar, logged: None }
    }

    /// Shows a step of a batch.
    pub(super) fn show(&self, step: Step<'_>) {
        if self.is_due() {
            let message = told(step);
            if self.logged.is_some() {
                tracing::info!("{message}");
            } else {
                self.bar.set_message(message);
            }
        }
    }

    fn is_due(&self) -> bool {
        let Some(Ok(mut logged)) = self.logged.as_ref().map(Mutex::lock) else {
            return self.logged.is_none();
        };
        let due = logged.elapsed() >= PAUSE;
        if due {
            *logged = Instant::now();
        }
        due
    }

    /// Takes the spinner away.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

fn told(step: Step<'_>) -> String {
    match step {
        Step::Began(step) => format!("{step} begins"),
        Step::Crawled(source, seen) => format!(
            "{source}: {} fetched, {} unchanged",
            seen.fetched, seen.unchanged
        ),
        Step::Imported(done) => format!("{done} pieces taken in"),
        Step::Read(done) => format!("{done} captures read"),
        Step::Linked(done) => format!("{done} records linked"),
        Step::Indexed(done) => format!("{done} records and dossiers indexed"),
    }
}
