//! Holds the tables of a dump: their columns, types and keys, the same for CSV and Parquet.

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    /// UTF-8.
    Text,
    /// A signed 64-bit integer.
    Integer,
    /// A double.
    Number,
    /// A calendar date.
    Day,
    /// A moment in UTC, to the microsecond.
    Moment,
    /// A list of texts; never null.
    Texts,
}

/// One column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) kind: Type,
    /// Never null.
    pub(super) required: bool,
    pub(super) about: &'static str,
}

/// A key into another table: own columns, the table, its columns.
pub(super) type ForeignKey = (
    &'static [&'static str],
    &'static str,
    &'static [&'static str],
);

/// One table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) columns: &'static [Column],
    /// The first columns, which no two rows share.
    pub(super) key: &'static [&'static str],
    pub(super) foreign: &'static [ForeignKey],
}

/// One value of a row.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Null,
    Text(String),
    Integer(i64),
    Number(f64),
    /// Days since 1970-01-01.
    Day(i32),
    /// Microseconds since 1970-01-01T00:00:00Z.
    Moment(i64),
    Texts(Vec<String>),
}

impl Cell {
    /// Bytes that it takes while it waits to be written.
    pub(super) fn weight(&self) -> usize {
        let own = size_of::<Self>();
        match self {
            Self::Text(text) => own + text.len(),
            Self::Texts(texts) => own + texts.iter().map(|text| own + text.len()).sum::<usize>(),
            _ => own,
        }
    }
}

const fn column(name: &'static str, kind: Type, required: bool, about: &'static str) -> Column {
    Column {
        name,
        kind,
        required,
        about,
    }
}

use Type::{Day, Integer, Moment, Number, Text, Texts};

const ARTICLE: Column = column("article", Text, true, "Id of the article");

/// Articles, a row each.
pub(super) const ARTICLES: Table = Table {
    name: "articles",
    about: "Articles of the press, with how many facts each tells",
    columns: &[
        column("id", Text, true, "Stable key"),
        column("url", Text, false, "Canonical URL"),
        column("source", Text, false, "Id of the source in the catalogue"),
        column("publisher", Text, false, "Name of the paper or agency"),
        column("country", Text, false, "Country of the source"),
        column("lang", Text, true, "ISO 639-1 code of the language"),
        column("title", Text, false, "Headline"),
        column("byline", Text, false, "Who wrote it"),
        column(
            "published",
            Text,
            false,
            "EDTF date, or RFC 3339 time with the offset as written",
        ),
        column(
            "published_day",
            Day,
            false,
            "The day of publication, where it is known to the day",
        ),
        column("fetched", Moment, false, "When it was fetched"),
        column(
            "text",
            Text,
            false,
            "Body as plain text; null in a dump without texts",
        ),
        column(
            "duplicate_of",
            Text,
            false,
            "Id of the article that it repeats",
        ),
        column("health", Number, true, "How far it is about health, 0 to 1"),
        column("conventions", Integer, true, "Agreements that it tells"),
        column(
            "operations",
            Integer,
            true,
            "Counts of medical acts that it tells",
        ),
        column("dates", Integer, true, "Dates that it names"),
        column(
            "patterns",
            Text,
            true,
            "Version of the patterns that found its facts",
        ),
        column(
            "code",
            Text,
            true,
            "Version of the program that found its facts",
        ),
    ],
    key: &["id"],
    foreign: &[],
};

/// Agreements as articles tell them.
pub(super) const CONVENTIONS: Table = Table {
    name: "conventions",
    about: "Agreements between institutions, as each article tells them",
    columns: &[
        ARTICLE,
        column(
            "convention",
            Integer,
            true,
            "Position in the article, from 0",
        ),
        column(
            "kind",
            Text,
            true,
            "The most specific kind that the text gives",
        ),
        column(
            "status",
            Text,
            true,
            "The state in which the article leaves it",
        ),
        column(
            "number",
            Integer,
            false,
            "How many agreements it stands for; null for several",
        ),
        column("bound", Text, false, "How exact the number is"),
        column("date", Text, false, "EDTF date of signature"),
        column(
            "date_day",
            Day,
            false,
            "The day of signature, where it is known to the day",
        ),
        column("date_text", Text, false, "The words that say it"),
        column(
            "place",
            Text,
            false,
            "Where it was signed, in the article's words",
        ),
        column("place_id", Text, false, "Id of the place"),
        column(
            "subject",
            Text,
            false,
            "What it is about, in the article's words",
        ),
        column(
            "dossier",
            Text,
            false,
            "Id of the dossier that it is part of",
        ),
        column("rules", Texts, true, "The rules that justify it"),
        column(
            "start",
            Integer,
            false,
            "Where its first evidence begins, in code points",
        ),
        column("end", Integer, false, "Where its first evidence ends"),
        column(
            "in_title",
            Text,
            false,
            "`title` where these count in the title",
        ),
    ],
    key: &["article", "convention"],
    foreign: &[
        (&["article"], "articles", &["id"]),
        (&["dossier"], "dossiers", &["id"]),
    ],
};

/// Parties and patrons of agreements.
pub(super) const PARTNERS: Table = Table {
    name: "partners",
    about: "Parties and patrons of the agreements",
    columns: &[
        ARTICLE,
        column(
            "convention",
            Integer,
            true,
            "Position of the agreement in the article",
        ),
        column(
            "partner",
            Integer,
            true,
            "Position in the agreement, from 0",
        ),
        column(
            "name",
            Text,
            true,
            "The fullest form that the article gives",
        ),
        column("id", Text, false, "Id of the entity"),
        column("type", Text, false, "Type of organisation"),
        column("role", Text, true, "`party` or `patron`"),
        column(
            "aliases",
            Texts,
            true,
            "Other names that the article gives it",
        ),
        column(
            "start",
            Integer,
            true,
            "Where the name begins, in code points",
        ),
        column("end", Integer, true, "Where it ends"),
        column(
            "in_title",
            Text,
            false,
            "`title` where these count in the title",
        ),
    ],
    key: &["article", "convention", "partner"],
    foreign: &[(
        &["article", "convention"],
        "conventions",
        &["article", "convention"],
    )],
};

/// Counts of medical acts.
pub(super) const OPERATIONS: Table = Table {
    name: "operations",
    about: "Counts of medical acts, as each article tells them",
    columns: &[
        ARTICLE,
        column(
            "operation",
            Integer,
            true,
            "Position in the article, from 0",
        ),
        column("count", Integer, true, "The number"),
        column("max", Integer, false, "The upper end of a range"),
        column("bound", Text, true, "How exact the number is"),
        column("procedure", Text, true, "The class of the acts"),
        column("specialty", Text, false, "Id of the specialty or act"),
        column("status", Text, true, "`performed` or `planned`"),
        column("facility", Text, false, "Where, in the article's words"),
        column("facility_id", Text, false, "Id of the facility"),
        column("team", Text, false, "By whom, in the article's words"),
        column("team_id", Text, false, "Id of the team's institution"),
        column("date", Text, false, "EDTF date"),
        column(
            "date_day",
            Day,
            false,
            "The day, where it is known to the day",
        ),
        column("rules", Texts, true, "The rules that justify it"),
        column(
            "start",
            Integer,
            false,
            "Where its first evidence begins, in code points",
        ),
        column("end", Integer, false, "Where its first evidence ends"),
        column(
            "in_title",
            Text,
            false,
            "`title` where these count in the title",
        ),
    ],
    key: &["article", "operation"],
    foreign: &[(&["article"], "articles", &["id"])],
};

/// Dates that articles name.
pub(super) const DATES: Table = Table {
    name: "dates",
    about: "Every date of title and text",
    columns: &[
        ARTICLE,
        column("date", Integer, true, "Position in the article, from 0"),
        column(
            "value",
            Text,
            false,
            "EDTF value; null for a relative date in an article without a day",
        ),
        column("day", Day, false, "The day, where it is known to the day"),
        column("text", Text, true, "The words that say it"),
        column("start", Integer, true, "Where they begin, in code points"),
        column("end", Integer, true, "Where they end"),
        column(
            "in_title",
            Text,
            false,
            "`title` where these count in the title",
        ),
    ],
    key: &["article", "date"],
    foreign: &[(&["article"], "articles", &["id"])],
};

/// Agreements across articles and languages.
pub(super) const DOSSIERS: Table = Table {
    name: "dossiers",
    about: "Agreements, each with all that articles in both languages tell of it",
    columns: &[
        column("id", Text, true, "Stable key"),
        column(
            "kind",
            Text,
            true,
            "The most specific kind that an article gives",
        ),
        column(
            "status",
            Text,
            true,
            "The latest state that an article tells",
        ),
        column(
            "number",
            Integer,
            false,
            "How many agreements it stands for; null for several",
        ),
        column("bound", Text, false, "How exact the number is"),
        column(
            "date",
            Text,
            false,
            "EDTF day of signature, by the most articles",
        ),
        column(
            "date_day",
            Day,
            false,
            "The day, where it is known to the day",
        ),
        column("place_id", Text, false, "Id of the place of signature"),
        column("place_fr", Text, false, "Its French name"),
        column("place_ar", Text, false, "Its Arabic name"),
        column(
            "partners",
            Texts,
            true,
            "Ids of the organisations bound by it",
        ),
        column(
            "partners_fr",
            Texts,
            true,
            "Their French names, empty where unknown",
        ),
        column(
            "partners_ar",
            Texts,
            true,
            "Their Arabic names, empty where unknown",
        ),
        column("patrons", Texts, true, "Ids of those who presided over it"),
        column(
            "articles",
            Texts,
            true,
            "Ids of the articles that tell it, a dump may hold only some",
        ),
        column("langs", Texts, true, "Languages of these articles"),
        column(
            "events",
            Texts,
            true,
            "What happened: an EDTF date, a space, the state that began",
        ),
        column("confidence", Number, true, "How sure the link is, 0 to 1"),
    ],
    key: &["id"],
    foreign: &[],
};

/// Every table.
pub(super) const ALL: [Table; 6] = [ARTICLES, CONVENTIONS, PARTNERS, OPERATIONS, DATES, DOSSIERS];
