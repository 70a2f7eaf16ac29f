//! Runs `sihafa patterns`: checks, tests, explains and measures what the rules and word lists say.

use std::io::{self, Read, Write};
use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date as Day;

use crate::error::{Error, Result};
use crate::extract::Extractor;
use crate::link::table::Tables;
use crate::record::Lang;
use crate::rules::coverage::Coverage;
use crate::rules::example::check_examples;
use crate::rules::lexicon::Entry;
use crate::rules::pack::Pack;
use crate::run::input::{
    self,
    given::{self, Said},
};
use crate::text::lang;

use super::{Global, Outcome, extract, print};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Load the patterns whole and count them, or tell every fault with its place
    Check,
    /// Run the examples of all rules
    Test,
    /// Show the tokens of a text, the rules that fired and those that came near
    Explain(ExplainOptions),
    /// Tell the rules that never fired over articles, and the entries never found
    Coverage(CoverageOptions),
}

#[derive(Debug, Args)]
pub(super) struct ExplainOptions {
    /// The text, or - for standard input
    #[arg(value_name = "TEXT")]
    text: String,
    /// Its language [default: detected]
    #[arg(long, value_name = "fr|ar", value_parser = extract::lang)]
    lang: Option<Lang>,
    /// The day that relative dates are read from
    #[arg(long, value_name = "DATE")]
    published: Option<Day>,
}

#[derive(Debug, Args)]
pub(super) struct CoverageOptions {
    /// .jsonl, .html, .txt or .warc[.gz] files, folders of them, or - for standard input
    #[arg(required = true, value_name = "INPUT")]
    input: Vec<PathBuf>,
    /// Also list the lexicon entries that were never found
    #[arg(long)]
    entries: bool,
}

pub(super) fn run(global: &Global, command: &Command) -> Result<Outcome> {
    let config = global.config()?;
    let pack = Global::pack(&config)?;
    match command {
        Command::Check => {
            Tables::of(config.extract.patterns.as_deref())?;
            check(&pack, Extractor::new(pack.clone()).map(drop))
        }
        Command::Test => test(&pack, &Extractor::new(pack.clone())?),
        Command::Explain(options) => explain(&Extractor::new(pack)?, options),
        Command::Coverage(options) => coverage(&pack, &Extractor::new(pack.clone())?, options),
    }
}

const LANGS: [Lang; 2] = [Lang::Fr, Lang::Ar];

/// Counts what was loaded; `read` says whether the stages can read it too.
fn check(pack: &Pack, read: Result<()>) -> Result<Outcome> {
    read?;
    let mut lines = vec![format!("version {}", pack.version())];
    lines.extend(LANGS.map(|lang| {
        let rules = pack.rules(lang);
        let examples: usize = rules.all().iter().map(|rule| rule.examples.len()).sum();
        format!(
            "{}  {} rules  {examples} examples  {} entries",
            lang.code(),
            rules.all().len(),
            rules.lexicons().entries().len()
        )
    }));
    print(&lines)?;
    Ok(Outcome::Done)
}

fn test(pack: &Pack, extractor: &Extractor) -> Result<Outcome> {
    let faults = check_examples(pack, extractor);
    let rules = LANGS.iter().flat_map(|&lang| pack.rules(lang).all());
    let examples: usize = rules.map(|rule| rule.examples.len()).sum();
    let mut lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
    lines.push(format!("{examples} examples, {} failed", faults.len()));
    print(&lines)?;
    Ok(if faults.is_empty() {
        Outcome::Done
    } else {
        Outcome::Nothing
    })
}

fn explain(extractor: &Extractor, options: &ExplainOptions) -> Result<Outcome> {
    let mut text = options.text.clone();
    if text == "-" {
        text.clear();
        let name = "standard input";
        let read = io::stdin().lock().read_to_string(&mut text);
        read.map_err(|source| Error::io("read", name, source))?;
    }
    let lang = options.lang.or_else(|| detected(&text)).ok_or_else(|| {
        Error::input("TEXT", "neither French nor Arabic by its words")
            .hint("say which with `--lang fr` or `--lang ar`")
    })?;
    let explanation = extractor.explain(&text, lang, options.published);
    print(&[explanation.to_string().trim_end().to_owned()])?;
    Ok(if explanation.sifted.won.is_empty() {
        Outcome::Nothing
    } else {
        Outcome::Done
    })
}

fn detected(text: &str) -> Option<Lang> {
    lang::detect(text).and_then(Lang::from_code)
}

fn coverage(pack: &Pack, extractor: &Extractor, options: &CoverageOptions) -> Result<Outcome> {
    let mut counted = LANGS.map(|lang| (lang, Coverage::new(pack.rules(lang))));
    let mut articles = 0_u64;
    input::read(&options.input, &mut |piece| {
        match given::article(piece, &Said::default()) {
            Ok(article) => {
                let own = Lang::from_code(&article.lang);
                for (lang, coverage) in counted.iter_mut().filter(|(lang, _)| own == Some(*lang)) {
                    articles += 1;
                    let title = article.title.as_deref().unwrap_or_default();
                    extractor.count(title, *lang, coverage);
                    extractor.count(&article.text, *lang, coverage);
                }
            }
            Err(fault) => {
                let _ = writeln!(io::stderr(), "error: {}", fault.message);
            }
        }
        Ok(())
    })?;
    let mut lines = vec![format!("{articles} articles")];
    for (lang, coverage) in &counted {
        lines.extend(covered(pack, *lang, coverage, options.entries));
    }
    print(&lines)?;
    Ok(if articles == 0 {
        Outcome::Nothing
    } else {
        Outcome::Done
    })
}

/// Rules by how often they hit, those that never did at the end; then the entries that no article needed.
fn covered(pack: &Pack, lang: Lang, coverage: &Coverage<'_>, entries: bool) -> Vec<String> {
    let rules = pack.rules(lang);
    let mut hits: Vec<(u64, &str)> = rules
        .all()
        .iter()
        .map(|rule| (coverage.hits(&rule.id), &*rule.id))
        .collect();
    hits.sort_by_key(|&(hits, rule)| (std::cmp::Reverse(hits), rule));
    let mut lines: Vec<String> = hits
        .iter()
        .map(|(hits, rule)| format!("{hits:>6}  {rule}"))
        .collect();
    let lexicons = rules.lexicons();
    let unused: Vec<_> = coverage.unused_entries().collect();
    lines.push(format!(
        "{}: {} of {} rules never hit, {} of {} entries were never found",
        lang.code(),
        coverage.silent_rules().count(),
        hits.len(),
        unused.len(),
        lexicons.entries().len()
    ));
    if entries {
        let entry =
            |entry: &&Entry| format!("        {}  {}", lexicons.name(entry.lexicon), entry.form);
        lines.extend(unused.iter().map(entry));
    }
    lines
}
