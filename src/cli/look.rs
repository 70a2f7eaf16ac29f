//! Runs the small commands: `init`, `link`, `robots`, `sources`.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::config::source::{Source, catalogue};
use crate::config::{Crawl, FILE};
use crate::crawl::robots::Robots;
use crate::error::{Error, Result};
use crate::link::Linker;
use crate::link::table::Tables;
use crate::record::Record;

use super::{Global, Outcome, print, unwritable};

#[derive(Debug, Args)]
pub(super) struct InitOptions {
    /// File to write
    #[arg(value_name = "FILE", default_value = FILE)]
    file: PathBuf,
    /// Write over a file that is there
    #[arg(long)]
    force: bool,
}

/// Writes a commented configuration.
pub(super) fn init(options: &InitOptions) -> Result<Outcome> {
    let path = &options.file;
    if path.exists() && !options.force {
        return Err(Error::input(path.display().to_string(), "already there")
            .hint("`--force` writes over it"));
    }
    std::fs::write(path, template()).map_err(|source| Error::io("write", path, source))?;
    print(&[format!(
        "{}: {} sources; set `contact` before the first run",
        path.display(),
        catalogue().len()
    )])?;
    Ok(Outcome::Done)
}

fn template() -> String {
    let defaults = Crawl::default();
    let mut text = format!(
        r#"# What sihafa reads, and how. Every value shown after `#` is the default.

[crawl]
# Who crawls: a URL or mail address. A live crawl does not start without one.
# contact = "mailto:you@example.org"
# agent = "{}"
# Least time between two requests to one host.
# delay = "{:#}"
# Time to connect, to the first byte, and between two parts of a body; then for one whole fetch.
# timeout = "{:#}"
# deadline = "{:#}"
# Largest decoded body in bytes.
# body_limit = {}
# redirects = {}
# hosts_at_once = {}
# articles_per_run = {}

[extract]
# Articles below this `health` (0 to 1) are kept in the archive, neither indexed nor linked.
# health = 0.5
# A folder that replaces the built-in patterns.
# patterns = "patterns"

[run]
# The time zone of `sihafa run --every`; the default is that of the system.
# time_zone = "Africa/Algiers"

# The press. None of these addresses was tried when this list was made: remove what you do not want.
"#,
        defaults.agent,
        defaults.delay,
        defaults.timeout,
        defaults.deadline,
        defaults.body_limit,
        defaults.redirects,
        defaults.hosts_at_once,
        defaults.articles_per_run,
    );
    for source in &catalogue() {
        text += &entry(source);
    }
    text
}

fn entry(source: &Source) -> String {
    // Debug of a string escapes as TOML does.
    let mut text = format!(
        "\n[[source]]\nid = {:?}\nname = {}\ncountry = {:?}\nlang = {:?}\nkind = {:?}\nhome = {:?}\n",
        source.id,
        toml::Value::String(source.name.clone()),
        source.country,
        source.lang,
        source.kind,
        source.home
    );
    for (key, list) in [
        ("feeds", &source.feeds),
        ("sitemaps", &source.sitemaps),
        ("sections", &source.sections),
    ] {
        if !list.is_empty() {
            text += &format!("{key} = {list:?}\n");
        }
    }
    text
}

#[derive(Debug, Args)]
pub(super) struct LinkOptions {
    /// Files of records as `extract` writes them, or - for standard input
    #[arg(value_name = "RECORDS", default_value = "-")]
    records: Vec<PathBuf>,
}

/// Records in, dossiers out.
pub(super) fn link(global: &Global, options: &LinkOptions) -> Result<Outcome> {
    let tables = Tables::of(global.config()?.extract.patterns.as_deref())?;
    let mut linker = Linker::new(&tables);
    for path in &options.records {
        let input: Box<dyn BufRead> = if path.as_os_str() == "-" {
            Box::new(io::stdin().lock())
        } else {
            Box::new(BufReader::new(
                File::open(path).map_err(|source| Error::io("open", path, source))?,
            ))
        };
        read_records(path, input, &mut linker)?;
    }
    let lines: Result<Vec<String>> = linker
        .dossiers()
        .map(|dossier| serde_json::to_string(dossier).map_err(unwritable))
        .collect();
    let lines = lines?;
    print(&lines)?;
    Ok(if lines.is_empty() {
        Outcome::Nothing
    } else {
        Outcome::Done
    })
}

/// Inserts each record; the error lines that `extract` writes are passed over with a word.
fn read_records(path: &Path, input: impl BufRead, linker: &mut Linker) -> Result<()> {
    for (number, line) in input.lines().enumerate() {
        let line = line.map_err(|source| Error::io("read", path, source))?;
        if line.trim().is_empty() {
            continue;
        }
        let at = format!("{}:{}", path.display(), number + 1);
        let value: serde_json::Value = serde_json::from_str(&line)
            .map_err(|error| Error::input(&at, format!("invalid JSON: {error}")))?;
        if let Some(error) = value.get("error") {
            let _ = writeln!(io::stderr(), "{at}: passed over: {error}");
            continue;
        }
        let record: Record = serde_json::from_value(value)
            .map_err(|error| Error::input(&at, format!("no record: {error}")))?;
        linker.insert(&record);
    }
    Ok(())
}

#[derive(Debug, Args)]
pub(super) struct RobotsOptions {
    /// A robots.txt
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// URLs to decide on
    #[arg(value_name = "URL", required = true)]
    urls: Vec<String>,
    /// The product token of the user agent
    #[arg(long, value_name = "UA", default_value = "sihafa")]
    agent: String,
}

/// A line a URL: allowed or not, and by which line of the file.
pub(super) fn robots(_global: &Global, options: &RobotsOptions) -> Result<Outcome> {
    let bytes =
        std::fs::read(&options.file).map_err(|source| Error::io("read", &options.file, source))?;
    let robots = Robots::parse(&bytes);
    let decisions = options
        .urls
        .iter()
        .map(|url| (url, robots.decide(&options.agent, url)));
    let mut all = true;
    let lines: Vec<String> = decisions
        .map(|(url, decision)| {
            all &= decision.allowed;
            let verdict = if decision.allowed {
                "allowed"
            } else {
                "disallowed"
            };
            let by = decision.line.map_or_else(
                || "no line speaks of it".to_owned(),
                |line| format!("line {line}: {}", decision.rule),
            );
            format!("{verdict}\t{url}\t{by}")
        })
        .collect();
    print(&lines)?;
    Ok(if all { Outcome::Done } else { Outcome::Nothing })
}

#[derive(Debug, Subcommand)]
pub(super) enum SourcesCommand {
    /// Print every source: id, country, language, kind, name, home
    List,
}

/// Prints the sources that are configured.
pub(super) fn sources(global: &Global, command: &SourcesCommand) -> Result<Outcome> {
    let SourcesCommand::List = command;
    let config = global.config()?;
    let lines = config.sources.iter().map(|source| {
        format!(
            "{}\t{}\t{}\t{}\t{}\t{}",
            source.id, source.country, source.lang, source.kind, source.name, source.home
        )
    });
    print(&lines.collect::<Vec<_>>())?;
    Ok(if config.sources.is_empty() {
        Outcome::Nothing
    } else {
        Outcome::Done
    })
}
