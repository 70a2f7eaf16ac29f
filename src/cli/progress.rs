//! Shows how far long work is: a bar on a terminal, now and then a line in the log elsewhere.

use std::io::{self, IsTerminal, Write};
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::run::step::{Part, Step};

/// Between two lines in a log.
const PAUSE: Duration = Duration::from_secs(10);

/// Work whose end is not known, and work whose end is.
const SPINNER: &str = "{spinner} {msg}";
const BAR: &str = "{spinner} {msg} {wide_bar} {human_pos}/{human_len}, {eta} left";

/// The bars of this process.
static BARS: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

/// Writes where a bar may be shown: it is taken away meanwhile, so that a line stands by itself.
pub(super) fn beside_bars<T>(write: impl FnOnce() -> T) -> T {
    BARS.suspend(write)
}

/// Standard error, beside the bars.
#[derive(Debug)]
pub(super) struct BesideBars;

impl Write for BesideBars {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        beside_bars(|| io::stderr().write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

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
        let bar = BARS.add(ProgressBar::new_spinner().with_style(style(SPINNER)));
        bar.enable_steady_tick(Duration::from_millis(120));
        Self { bar, logged: None }
    }

    /// Of a filter, whose output may stand on the same terminal: then nothing is shown.
    pub(super) fn of_filter() -> Self {
        if io::stdout().is_terminal() {
            let bar = ProgressBar::hidden();
            return Self { bar, logged: None };
        }
        Self::start()
    }

    /// Shows a step of a batch.
    pub(super) fn show(&self, step: Step<'_>) {
        match step {
            Step::Began(step) => self.say(|| format!("{step} begins")),
            Step::Crawled(source, seen) => self.say(|| {
                format!(
                    "{source}: {} fetched, {} unchanged",
                    seen.fetched, seen.unchanged
                )
            }),
            Step::Imported(done) => self.part("pieces taken in", Part { done, of: None }),
            Step::Read(part) => self.part("captures read", part),
            Step::Linked(part) => self.part("records linked", part),
            Step::Indexed(part) => self.part("records and dossiers indexed", part),
            Step::Tried(part) => self.part("sources tried", part),
            Step::Checked(part) => self.part("captures checked", part),
        }
    }

    /// Shows how much of some work is done, as `captures read`.
    pub(super) fn part(&self, what: &'static str, part: Part) {
        let Part { done, of } = part;
        let Some(of) = of else {
            return self.say(|| format!("{done} {what}"));
        };
        if self.logged.is_some() {
            return self.say(|| format!("{done} of {of} {what}"));
        }
        if self.bar.length() != Some(of) {
            self.bar.set_style(style(BAR));
            self.bar.set_length(of);
            self.bar.set_message(what);
            self.bar.reset_eta();
        }
        self.bar.set_position(done);
    }

    /// Shows a line that tells no end.
    fn say(&self, message: impl FnOnce() -> String) {
        if !self.is_due() {
            return;
        }
        if self.logged.is_some() {
            tracing::info!("{}", message());
        } else {
            if self.bar.length().is_some() {
                self.bar.set_style(style(SPINNER));
                self.bar.unset_length();
            }
            self.bar.set_message(message());
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
}

impl Drop for Progress {
    /// Takes it away, however the work ended: what is told next begins on a clean line.
    fn drop(&mut self) {
        self.bar.finish_and_clear();
        BARS.remove(&self.bar);
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown() -> Progress {
        Progress {
            bar: ProgressBar::hidden(),
            logged: None,
        }
    }

    #[test]
    fn what_has_an_end_is_a_bar_and_what_has_none_is_not() {
        let progress = shown();
        progress.show(Step::Imported(7));
        assert_eq!(progress.bar.length(), None);
        assert_eq!(progress.bar.message(), "7 pieces taken in");

        let part = |done| Part {
            done,
            of: Some(1_000),
        };
        progress.show(Step::Read(part(256)));
        progress.show(Step::Read(part(512)));
        assert_eq!(progress.bar.length(), Some(1_000));
        assert_eq!(progress.bar.position(), 512);
        assert_eq!(progress.bar.message(), "captures read");

        progress.show(Step::Began("link"));
        assert_eq!(progress.bar.length(), None);
        assert_eq!(progress.bar.message(), "link begins");
    }

    #[test]
    fn every_template_is_one() {
        for template in [SPINNER, BAR] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }
}
