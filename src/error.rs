//! Says what went wrong, where, and the way out, in the few cases that change what a caller does next.

use std::path::{Path, PathBuf};

/// The result of every fallible function of the library.
pub type Result<T> = std::result::Result<T, Error>;

/// What can go wrong. Messages are lower case, name the file, line or URL, and quote the offending value.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error("cannot {action} `{}`: {source}{}", path.display(), hint_line(way_out(source)))]
    Io {
        /// What was tried: `read`, `write`, `create`, `open` …
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Something given to us is not what it should be: an argument, a line of input, a configuration.
    #[error("{at}: {message}{}", hint_line(hint.as_deref()))]
    Input {
        /// `file:line`, an option's name or a URL.
        at: String,
        /// What is wrong, with the value in backticks.
        message: String,
        /// The way out, where there is one to tell.
        hint: Option<String>,
    },
    /// One or more faults in a pattern pack; the pack is refused whole.
    #[error("{}", join_faults(.0))]
    Pattern(Vec<Fault>),
    /// The SQLite store refused: locked, full, or damaged.
    #[error("store `{}`: {message}{}", path.display(), hint_line(hint.as_deref()))]
    Store {
        /// The SQLite file.
        path: PathBuf,
        /// What SQLite said.
        message: String,
        /// The way out.
        hint: Option<String>,
    },
    /// The search index refused or is damaged; it can always be rebuilt from the store.
    #[error("index `{}`: {message}{}", path.display(), hint_line(hint.as_deref()))]
    Index {
        /// The index folder.
        path: PathBuf,
        /// What the index said.
        message: String,
        /// The way out.
        hint: Option<String>,
    },
    /// A request failed: connection, time, size, or a rule of politeness.
    #[error("{url}: {message}")]
    Fetch {
        /// The URL asked for.
        url: String,
        /// What happened.
        message: String,
    },
}

impl Error {
    /// Wraps what the system said of a path.
    pub fn io(action: &'static str, path: impl AsRef<Path>, source: std::io::Error) -> Self {
        Self::Io {
            action,
            path: path.as_ref().to_owned(),
            source,
        }
    }

    /// A fault in what was given to us, at a `file:line`, option or URL.
    pub fn input(at: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Input {
            at: at.into(),
            message: message.into(),
            hint: None,
        }
    }

    /// Adds the way out to the errors that carry one.
    #[must_use]
    pub fn hint(mut self, way_out: impl Into<String>) -> Self {
        if let Self::Input { hint, .. } | Self::Store { hint, .. } | Self::Index { hint, .. } =
            &mut self
        {
            *hint = Some(way_out.into());
        }
        self
    }
}

/// One fault of a pattern file. Lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{file}:{line}:{column}: {message}")]
pub struct Fault {
    /// Path inside the pack, as `lexicons/fr/month.tsv`.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong, with the value in backticks.
    pub message: String,
}

/// What to do where the system refuses for a reason that its user can mend.
pub(crate) fn way_out(error: &std::io::Error) -> Option<&'static str> {
    use std::io::ErrorKind;
    Some(match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            "free some space and start again: what was done before is kept"
        }
        ErrorKind::ReadOnlyFilesystem => "name a place on a disk that may be written to",
        ErrorKind::PermissionDenied => {
            "let this user have it, by owner or mode, or name another place"
        }
        _ => return None,
    })
}

fn hint_line(hint: Option<&str>) -> String {
    hint.map(|hint| format!("\nhint: {hint}"))
        .unwrap_or_default()
}

fn join_faults(faults: &[Fault]) -> String {
    faults
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}
