//! Runs the small commands: `init`, `robots`.

use std::path::PathBuf;

use clap::Args;

use crate::config::source::{Source, catalogue};
use crate::config::{Crawl, FILE};
use crate::crawl::robots::{Decision, Robots};
use crate::error::{Error, Result};

use super::{Global, Outcome, print};

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
# Share of the links that speak of another subject than health which is fetched all the same; 1 lets none go.
# sample = {}

[extract]
# Articles below this `health` (0 to 1) are kept in the archive, neither indexed nor linked.
# health = 0.5
# A folder that replaces the built-in patterns.
# patterns = "patterns"

[run]
# The time zone of `sihafa run --every`; the default is that of the system.
# time_zone = "Africa/Algiers"

# Saved queries: after each batch what is new is in `alerts/ID.atom` of the data folder, and sent to `webhook`.
# `sihafa alerts try ID` shows what one finds.
# [[alert]]
# id = "jumelages-oran"
# title = "Jumelages à Oran · توأمة وهران"
# As `sihafa search` reads it; the filters are those of `sihafa search` too, and may be left out.
# query = "jumelage region:oran"
# Agreements instead of articles; all that concerns an institution.
# dossiers = true
# partner = "dz/chu-oran"
# lang = ["fr", "ar"]
# source = ["aps-fr"]
# country = ["dz"]
# region = ["oran"]
# since = "2024-01-01"
# until = "2026-12-31"
# kind = ["twinning"]
# status = ["signed", "in_force"]
# procedure = ["surgery"]
# partner_type = ["university_hospital"]
# An https address; http serves on loopback only.
# webhook = "https://example.org/hooks/press"
# The environment variable with the secret, which signs the body (`signature`) or is sent (`bearer`).
# secret_env = "SIHAFA_HOOK_SECRET"
# secret_as = "signature"

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
        defaults.sample,
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

/// What says that a URL may be fetched, or not.
pub(super) fn by(decision: &Decision) -> String {
    match decision.line {
        Some(line) => format!("line {line}: {}", decision.rule),
        None if decision.rule.is_empty() => "no line speaks of it".to_owned(),
        None => decision.rule.clone(),
    }
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
            format!("{verdict}\t{url}\t{}", by(&decision))
        })
        .collect();
    print(&lines)?;
    Ok(if all { Outcome::Done } else { Outcome::Nothing })
}
