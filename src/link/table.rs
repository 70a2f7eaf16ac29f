//! Holds the data files that linking reads, and splits them into rows.

use std::borrow::Cow;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

use super::correction;

/// Where analysts' decisions stand in a pattern folder.
pub const CORRECTIONS: &str = "lexicons/shared/corrections.tsv";

/// The texts of the tables in `lexicons/shared` of a pattern pack.
#[derive(Debug, Clone)]
pub struct Tables {
    /// `institutions.tsv`.
    pub institutions: Cow<'static, str>,
    /// `places.tsv`.
    pub places: Cow<'static, str>,
    /// `head_class.tsv`.
    pub head_class: Cow<'static, str>,
    /// `name_word.tsv`.
    pub name_word: Cow<'static, str>,
    /// `transliteration.tsv`.
    pub transliteration: Cow<'static, str>,
    /// `corrections.tsv`.
    pub corrections: Cow<'static, str>,
}

macro_rules! shared {
    ($name:literal) => {
        Cow::Borrowed(include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/patterns/lexicons/shared/",
            $name
        )))
    };
}

impl Tables {
    /// The tables that the binary carries.
    pub const fn bundled() -> Self {
        Self {
            institutions: shared!("institutions.tsv"),
            places: shared!("places.tsv"),
            head_class: shared!("head_class.tsv"),
            name_word: shared!("name_word.tsv"),
            transliteration: shared!("transliteration.tsv"),
            corrections: shared!("corrections.tsv"),
        }
    }

    /// Whether everything but the corrections is what the binary carries.
    pub fn names_are_bundled(&self) -> bool {
        let tables = [
            &self.institutions,
            &self.places,
            &self.head_class,
            &self.name_word,
            &self.transliteration,
        ];
        tables
            .into_iter()
            .all(|table| matches!(table, Cow::Borrowed(_)))
    }

    /// The tables of a pattern folder where one is given, else those of the binary.
    ///
    /// # Errors
    /// As [`Tables::read`].
    pub fn of(patterns: Option<&Path>) -> Result<Self> {
        patterns.map_or_else(|| Ok(Self::bundled()), Self::read)
    }

    /// The tables of a pattern folder; one that it lacks is the bundled one.
    ///
    /// # Errors
    /// When a table is there and cannot be read, and every fault of the corrections.
    pub fn read(patterns: &Path) -> Result<Self> {
        let folder = patterns.join("lexicons/shared");
        let bundled = Self::bundled();
        let corrections = read(&patterns.join(CORRECTIONS), bundled.corrections)?;
        let faults = correction::faults(&corrections);
        if !faults.is_empty() {
            return Err(Error::Pattern(faults));
        }
        Ok(Self {
            institutions: read(&folder.join("institutions.tsv"), bundled.institutions)?,
            places: read(&folder.join("places.tsv"), bundled.places)?,
            head_class: read(&folder.join("head_class.tsv"), bundled.head_class)?,
            name_word: read(&folder.join("name_word.tsv"), bundled.name_word)?,
            transliteration: read(&folder.join("transliteration.tsv"), bundled.transliteration)?,
            corrections,
        })
    }
}

/// Raised when the same records and tables make other dossiers than before, or other keys.
const LINKING: u8 = 4;

impl Tables {
    /// What dossiers depend on besides the records: the tables, and how this version links.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        hash.update([LINKING]);
        for table in [
            &self.institutions,
            &self.places,
            &self.head_class,
            &self.name_word,
            &self.transliteration,
            &self.corrections,
        ] {
            hash.update(table.len().to_le_bytes());
            hash.update(table.as_bytes());
        }
        data_encoding::HEXLOWER.encode(&hash.finalize())
    }
}

fn read(path: &Path, bundled: Cow<'static, str>) -> Result<Cow<'static, str>> {
    if !path.exists() {
        return Ok(bundled);
    }
    std::fs::read_to_string(path)
        .map(Cow::Owned)
        .map_err(|source| Error::io("read", path, source))
}

/// One line of a table.
pub(super) struct Row<'a>(Vec<&'a str>);

impl<'a> Row<'a> {
    /// A column, blank where the line has none.
    pub(super) fn at(&self, column: usize) -> &'a str {
        self.0.get(column).copied().unwrap_or_default().trim()
    }

    /// The forms of a column, which ` | ` separates.
    pub(super) fn forms(&self, column: usize) -> impl Iterator<Item = &'a str> {
        self.at(column)
            .split('|')
            .map(str::trim)
            .filter(|form| !form.is_empty())
    }
}

/// The lines of a table, without comments, the header and blank lines.
pub(super) fn rows(table: &str) -> impl Iterator<Item = Row<'_>> {
    table
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .skip(1)
        .map(|line| Row(line.split('\t').collect()))
}
