//! Loads `patterns/`, from the binary or a folder: all of it, or every fault with its place.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use include_dir::{Dir, include_dir};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::grammar::Draught;
use super::matcher::Rules;
use super::rule::Source;
use crate::error::{Error, Fault, Result};
use crate::record::Lang;

static PATTERNS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/patterns");

/// All that the rules of both languages know.
#[derive(Debug)]
pub struct Pack {
    version: Box<str>,
    fr: Rules,
    ar: Rules,
}

/// `pack.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    version: String,
    #[serde(default)]
    skip: BTreeSet<String>,
    /// Lexicon files that no rule names.
    #[serde(default)]
    pub(super) silent: BTreeSet<String>,
    /// Lexicon files whose entries no text is annotated with.
    #[serde(default)]
    pub(super) compared: BTreeSet<String>,
    pub(super) limits: Limits,
    /// By name of a lexicon: what its lines may say.
    #[serde(default, rename = "lexicon")]
    pub(super) closed: BTreeMap<String, Closed>,
    #[serde(rename = "stage")]
    pub(super) stages: Vec<StageHead>,
    /// By language: literals and the words that they also stand for.
    #[serde(default)]
    pub(super) spelling: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limits {
    /// Rules of a language.
    pub(super) rules: usize,
    /// Tokens of a gap.
    pub(super) gap: u32,
    /// Steps of a compiled rule.
    pub(super) steps: u64,
}

/// A lexicon whose ids and features are those that some stage knows. One that lists none takes every.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Closed {
    #[serde(default)]
    pub(super) ids: BTreeSet<String>,
    /// The names of features, without their values.
    #[serde(default)]
    pub(super) features: BTreeSet<String>,
}

impl Closed {
    /// What is wrong with an id.
    pub(super) fn id_fault(&self, id: &str) -> Option<String> {
        fault("id", &self.ids, id)
    }

    /// What is wrong with the name of a feature.
    pub(super) fn feature_fault(&self, name: &str) -> Option<String> {
        fault("feature", &self.features, name)
    }
}

/// The message for a name that is none of those known, where any are.
fn fault(what: &str, known: &BTreeSet<String>, name: &str) -> Option<String> {
    let wrong = !known.is_empty() && !known.contains(name);
    wrong.then(|| {
        let names: Vec<&str> = known.iter().map(String::as_str).collect();
        let names = names.join(", ");
        format!("`{name}` is no {what} of this lexicon, only {names}")
    })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StageHead {
    pub(super) name: String,
    pub(super) emits: Vec<String>,
    pub(super) types: Vec<String>,
    #[serde(default)]
    pub(super) compete: Compete,
    /// What a rule may capture beside what its `set` refers to. A stage that lists nothing takes everything.
    #[serde(default)]
    pub(super) captures: Vec<String>,
    /// What `set` may give to a hit, by name: the values that the stage knows. A stage that lists nothing
    /// takes everything.
    #[serde(default)]
    pub(super) set: BTreeMap<String, Vec<String>>,
}

/// Which hits that share a token compete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Compete {
    /// All of the stage.
    #[default]
    Stage,
    /// Those that emit the same.
    Emit,
}

impl Pack {
    /// The pack inside the binary, read once.
    ///
    /// # Errors
    /// Every fault of it, as [`Pack::load`].
    pub fn builtin() -> Result<Arc<Self>> {
        static PACK: OnceLock<std::result::Result<Arc<Pack>, Vec<Fault>>> = OnceLock::new();
        let pack = PACK.get_or_init(|| {
            let mut files = Vec::new();
            let mut faults = Vec::new();
            let mut open = vec![&PATTERNS];
            while let Some(folder) = open.pop() {
                open.extend(folder.dirs());
                for file in folder.files().filter(|file| belongs(file.path())) {
                    match text(file.path(), file.contents()) {
                        Ok((file, content)) => files.push((file, content.into())),
                        Err(fault) => faults.push(fault),
                    }
                }
            }
            Self::read(files, faults).map(Arc::new)
        });
        pack.clone().map_err(Error::Pattern)
    }

    /// Reads a folder that is laid out as `patterns/`.
    ///
    /// # Errors
    /// A folder or file that cannot be read; else every fault of the pack, by file, line and column.
    pub fn load(folder: &Path) -> Result<Self> {
        let mut files = Vec::new();
        let mut faults = Vec::new();
        let mut open = vec![folder.to_owned()];
        while let Some(place) = open.pop() {
            let entries = std::fs::read_dir(&place).map_err(|e| Error::io("read", &place, e))?;
            for entry in entries {
                let path = entry.map_err(|e| Error::io("read", &place, e))?.path();
                if path.is_dir() {
                    open.push(path);
                } else if belongs(&path) {
                    let bytes = std::fs::read(&path).map_err(|e| Error::io("read", &path, e))?;
                    let inside = path.strip_prefix(folder).unwrap_or(&path);
                    match text(inside, &bytes) {
                        Ok((file, content)) => files.push((file, content.to_owned().into())),
                        Err(fault) => faults.push(fault),
                    }
                }
            }
        }
        Self::read(files, faults).map_err(Error::Pattern)
    }

    /// Reads a pack from the paths and contents of its files.
    ///
    /// # Errors
    /// Every fault of it, as [`Pack::load`].
    pub fn from_files<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self> {
        let files = files.into_iter();
        let files = files.map(|(path, content)| (path.to_owned(), content.into()));
        Self::read(files.collect(), Vec::new()).map_err(Error::Pattern)
    }

    fn read(
        mut files: Vec<(String, Cow<'_, str>)>,
        mut faults: Vec<Fault>,
    ) -> std::result::Result<Self, Vec<Fault>> {
        files.sort();
        let sources = files.iter().map(|(file, content)| Source { file, content });
        let sources: Vec<Source<'_>> = sources.collect();
        faults.extend(sources.iter().filter_map(bidi_control));
        let head = head(&sources).map_err(|fault| vec![fault])?;
        faults.extend(sources.iter().filter_map(misplaced));
        faults.extend(missing(&sources, &head));
        let sources: Vec<Source<'_>> = sources
            .into_iter()
            .filter(|source| {
                !head
                    .skip
                    .contains(source.file.rsplit('/').next().unwrap_or(""))
            })
            .collect();
        let mut ids = BTreeMap::new();
        let mut draught = |lang: Lang| {
            let own = sources.iter().filter(|source| is_of(source.file, lang));
            Draught::new(lang, &head, own.copied(), &mut ids, &mut faults)
        };
        let (fr, ar) = (draught(Lang::Fr), draught(Lang::Ar));
        if faults.is_empty() {
            let (fr, ar) = (fr.rules(&mut faults), ar.rules(&mut faults));
            if faults.is_empty() {
                let version = format!("{}+{}", head.version, digest(&files)).into();
                return Ok(Self { version, fr, ar });
            }
        }
        faults.sort();
        faults.dedup();
        Err(faults)
    }

    /// The version that `pack.toml` says, and behind a plus sign the beginning of a digest over every
    /// file: an edited pack never passes for another.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The lexicons and rules of a language.
    pub fn rules(&self, lang: Lang) -> &Rules {
        match lang {
            Lang::Fr => &self.fr,
            Lang::Ar => &self.ar,
        }
    }
}

/// The file of the pack's head.
const HEAD: &str = "pack.toml";

fn head(sources: &[Source<'_>]) -> std::result::Result<Head, Fault> {
    let missing = Source {
        file: HEAD,
        content: "",
    };
    let source = sources.iter().find(|source| source.file == HEAD);
    source.map_or_else(
        || Err(missing.fault(0, "the pack has no `pack.toml`")),
        Source::toml,
    )
}

/// Eight hexadecimal digits of SHA-256 over the names and contents of all files.
fn digest(files: &[(String, Cow<'_, str>)]) -> String {
    let mut digest = Sha256::new();
    for part in files.iter().flat_map(|(file, content)| [file, &**content]) {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    data_encoding::HEXLOWER.encode(&digest.finalize()[..4])
}

/// Whether a file is a pattern file by its name; a README is none.
fn belongs(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("toml" | "tsv"))
}

/// The path in the pack and the content of a file.
fn text<'a>(path: &Path, bytes: &'a [u8]) -> std::result::Result<(String, &'a str), Fault> {
    let file: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    let file = file.join("/");
    match std::str::from_utf8(bytes) {
        Ok(content) => Ok((file, content)),
        Err(error) => {
            let read = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            let source = Source {
                file: &file,
                content: &read,
            };
            Err(source.fault(read.len(), "not UTF-8 from here on"))
        }
    }
}

fn is_of(file: &str, lang: Lang) -> bool {
    let own = lang.code();
    [
        "lexicons/shared/".to_owned(),
        format!("lexicons/{own}/"),
        format!("rules/{own}/"),
    ]
    .iter()
    .any(|folder| file.starts_with(folder))
}

fn misplaced(source: &Source<'_>) -> Option<Fault> {
    let known = source.file == HEAD
        || [Lang::Fr, Lang::Ar]
            .iter()
            .any(|&lang| is_of(source.file, lang));
    let toml = Path::new(source.file)
        .extension()
        .is_some_and(|end| end == "toml");
    let place = if source.file.starts_with("lexicons/") {
        !toml
    } else {
        toml
    };
    (!known || !place).then(|| {
        source.fault(
            0,
            "no place for this file; see README.md for the folders of a pack",
        )
    })
}

/// The files of closed lexicons that a language lacks.
fn missing<'a>(sources: &[Source<'a>], head: &'a Head) -> Vec<Fault> {
    let Some(place) = sources.iter().find(|source| source.file == HEAD) else {
        return Vec::new();
    };
    let shared = |name: &str| format!("lexicons/shared/{name}.tsv");
    let fault = |name: &String, lang: Lang| {
        let own = format!("lexicons/{}/{name}.tsv", lang.code());
        let here = |file: &str| file == own || file == shared(name);
        let at = place.content.find(&format!("[lexicon.{name}]"));
        let known = sources.iter().any(|source| here(source.file));
        (!known).then(|| place.fault(at.unwrap_or(0), format!("the pack has no `{own}`")))
    };
    let both = |name| [fault(name, Lang::Fr), fault(name, Lang::Ar)];
    head.closed.keys().flat_map(both).flatten().collect()
}

/// The first character that turns the direction of writing, unseen.
fn bidi_control(source: &Source<'_>) -> Option<Fault> {
    let control = |c: char| matches!(c, '\u{200E}' | '\u{200F}' | '\u{61C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let at = source.content.find(control)?;
    let found = source.content[at..].chars().next()?;
    Some(source.fault(at, format!("bidi control character U+{:04X}", found as u32)))
}
