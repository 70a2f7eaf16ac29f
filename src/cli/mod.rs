//! Turns arguments into one command and its exit code: 0 done, 1 nothing found or a check failed, 2 error.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};
use nix::sys::stat::{Mode, umask};
use tracing_subscriber::EnvFilter;

use crate::config::Config;
use crate::error::{Error, Result};
use crate::rules::pack::Pack;

mod alerts;
mod batch;
mod crawl;
mod dump;
mod extract;
mod import;
mod link;
mod look;
mod patterns;
mod press;
mod pretty;
mod progress;
mod reprocess;
mod run;
mod score;
mod search;
mod signal;
mod sources;
mod status;

use progress::{BesideBars, beside_bars};

/// Reads the French and Arabic health press of the Maghreb: who has an agreement with whom, since when, and what came of it.
#[derive(Debug, Parser)]
#[command(name = "sihafa", version, propagate_version = true)]
struct Arguments {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
struct Global {
    /// Configuration file [default: sihafa.toml where it is, else built-in defaults]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder of archive, store and index
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "SIHAFA_DATA",
        default_value = "data"
    )]
    data: PathBuf,
    /// Folder that replaces the built-in patterns
    #[arg(long, global = true, value_name = "DIR")]
    patterns: Option<PathBuf>,
    /// Log as JSON, an object a line; `SIHAFA_LOG` says what: error, warn, info, debug
    #[arg(long, global = true)]
    log_json: bool,
}

impl Global {
    /// The configuration; `--patterns` stands before what it says.
    fn config(&self) -> Result<Config> {
        let mut config = Config::find(self.config.as_deref())?;
        if let Some(folder) = &self.patterns {
            config.extract.patterns = Some(folder.clone());
        }
        Ok(config)
    }

    /// The patterns of the configuration, else of the binary.
    fn pack(config: &Config) -> Result<Arc<Pack>> {
        match &config.extract.patterns {
            Some(folder) => Pack::load(folder).map(Arc::new),
            None => Pack::builtin(),
        }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Crawl the bundled press over loopback and show what is found
    Demo,
    /// Write a commented sihafa.toml with the catalogue of sources
    Init(look::InitOptions),
    /// Run one batch: crawl, read, extract, link, index, alerts, report
    Run(run::Options),
    /// Only fetch what is due
    Crawl(crawl::Options),
    /// Take in WARC, pages, texts and JSON Lines, and process them as `run` does
    Import(import::Options),
    /// Read articles and write their records, one a line: a pure filter
    Extract(extract::Options),
    /// Read records and write dossiers, one a line: a pure filter
    Link(link::Options),
    /// Read the archive again with the present patterns and code, and show what changes
    Reprocess(reprocess::Options),
    /// Say whether robots.txt allows URLs, and by which line
    Robots(look::RobotsOptions),
    /// Search articles or dossiers in both languages
    Search(search::Options),
    /// Write records and dossiers as files for research
    Dump(dump::Options),
    /// Check, test, explain and measure the patterns
    #[command(subcommand)]
    Patterns(patterns::Command),
    /// List the sources that are configured, or try them
    #[command(subcommand)]
    Sources(sources::Command),
    /// List the alerts that are configured, or try one
    #[command(subcommand)]
    Alerts(alerts::Command),
    /// Say how far each source is, and what the last batches did
    Status(status::Options),
    /// Score records against a gold file: precision, recall and F1 by fact and language
    Score(score::Options),
    /// Print the JSON Schema of a record
    Schema(SchemaOptions),
}

#[derive(Debug, Args)]
struct SchemaOptions {
    /// The schema of a dossier instead
    #[arg(long)]
    dossier: bool,
}

/// What a command that ran to its end found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Done.
    Done,
    /// Nothing found, or a check failed.
    Nothing,
}

/// Runs the program on its arguments.
pub fn main() -> ExitCode {
    small_pages();
    keep_private();
    let arguments = Arguments::parse();
    log(arguments.global.log_json);
    match run(&arguments) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Nothing) => ExitCode::from(1),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::from(2)
        }
    }
}

/// Has all that this process makes readable by its owner alone: texts may not be shared, and a store tells what
/// its owner looks for.
fn keep_private() {
    umask(Mode::S_IRWXG | Mode::S_IRWXO);
}

/// Huge pages hold 10 to 20 MB that nobody writes to and gain no time.
fn small_pages() {
    // A kernel without huge pages has none to refuse.
    #[cfg(target_os = "linux")]
    let _ = nix::sys::prctl::set_thp_disable(true);
}

fn run(arguments: &Arguments) -> Result<Outcome> {
    let global = &arguments.global;
    match &arguments.command {
        Command::Demo => batch::demo(global),
        Command::Init(options) => look::init(options),
        Command::Run(options) => run::run(global, options),
        Command::Crawl(options) => crawl::run(global, options),
        Command::Import(options) => import::run(global, options),
        Command::Link(options) => link::run(global, options),
        Command::Reprocess(options) => reprocess::run(global, options),
        Command::Robots(options) => look::robots(global, options),
        Command::Search(options) => search::run(global, options),
        Command::Dump(options) => dump::run(global, options),
        Command::Patterns(command) => patterns::run(global, command),
        Command::Sources(command) => sources::run(global, command),
        Command::Alerts(command) => alerts::run(global, command),
        Command::Status(options) => status::run(global, options),
        Command::Extract(options) => extract::run(global, options),
        Command::Score(options) => score::run(global, options),
        Command::Schema(options) => schema(options),
    }
}

/// Logs go to standard error: for people on a terminal, plain lines or JSON elsewhere. `SIHAFA_LOG` filters them.
fn log(json: bool) {
    let filter = EnvFilter::try_from_env("SIHAFA_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(|| BesideBars)
        .with_target(false);
    if json {
        lines.json().flatten_event(true).init();
    } else {
        lines.with_ansi(io::stderr().is_terminal()).init();
    }
}

fn schema(options: &SchemaOptions) -> Result<Outcome> {
    let schema = if options.dossier {
        crate::record::schema::dossier()
    } else {
        crate::record::schema::record()
    };
    print(&[serde_json::to_string_pretty(&schema).map_err(unwritable)?])?;
    Ok(Outcome::Done)
}

/// Writes lines to standard output.
fn print(lines: &[String]) -> Result<()> {
    let write = || {
        let mut out = io::stdout().lock();
        lines
            .iter()
            .try_for_each(|line| writeln!(out, "{line}"))
            .and_then(|()| out.flush())
    };
    beside_bars(write).map_err(|source| Error::io("write", "standard output", source))
}

/// A value that JSON cannot hold; none of ours is, so this names a fault of the program.
#[allow(clippy::needless_pass_by_value, reason = "handed to `map_err`")]
fn unwritable(error: serde_json::Error) -> Error {
    Error::input("standard output", error.to_string())
}

/// A reader that went away (`| head`) is no error.
fn is_broken_pipe(error: &Error) -> bool {
    matches!(error, Error::Io { source, .. } if source.kind() == io::ErrorKind::BrokenPipe)
}
