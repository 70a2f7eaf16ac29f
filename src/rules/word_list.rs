//! Reads lexicon files: tables of forms, ids and features, one entry a line.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::lexicon::{Entry, Lexicons};
use super::pack::Closed;
use crate::error::Fault;

/// The columns that hold forms.
const FORMS: [&str; 3] = ["form", "name_fr", "name_ar"];

/// The columns of a file that does not name them.
const PLAIN: [&str; 3] = ["form", "id", "features"];

/// The head of a lexicon file.
struct Table<'a> {
    lexicon: u16,
    columns: Vec<&'a str>,
    /// Whether one form may have several ids.
    homonyms: bool,
    /// What its cells say, each once: countries and types stand in thousands of lines.
    said: FxHashSet<Arc<str>>,
    closed: Option<&'a Closed>,
}

impl<'a> Table<'a> {
    /// Takes the names of the columns from the first line; whether that is what the line is.
    fn takes(&mut self, cells: &[&'a str]) -> bool {
        let names = |names: &[&str]| cells.iter().any(|cell| names.contains(cell));
        let head = names(&FORMS) || names(&PLAIN);
        self.columns = if head { cells.to_vec() } else { PLAIN.to_vec() };
        head
    }

    /// What a cell says, shared with the cells that say the same.
    fn say(&mut self, cell: &str) -> Arc<str> {
        if let Some(said) = self.said.get(cell) {
            return Arc::clone(said);
        }
        let fresh: Arc<str> = cell.into();
        self.said.insert(Arc::clone(&fresh));
        fresh
    }

    fn knows_id(&self, id: &str) -> Result<(), String> {
        let fault = self.closed.and_then(|closed| closed.id_fault(id));
        fault.map_or(Ok(()), Err)
    }

    fn knows_feature(&self, name: &str) -> Result<(), String> {
        let fault = self.closed.and_then(|closed| closed.feature_fault(name));
        fault.map_or(Ok(()), Err)
    }

    fn has_forms(&self) -> Result<(), (usize, String)> {
        let forms = self.columns.iter().any(|name| FORMS.contains(name));
        let names = FORMS.join(", ");
        forms
            .then_some(())
            .ok_or_else(|| (0, format!("no column holds a form: {names}")))
    }
}

impl Lexicons {
    /// Reads a file of lines `form ⇥ id ⇥ features`, or of named columns where a shared file holds both
    /// scripts in one row. Lines that begin with `#` are comments; the first other line names the columns,
    /// unless they are those three. A comment `# homonyms` allows one form to have several ids.
    ///
    /// # Errors
    /// Every line that has too few or too many columns, a form that folds to nothing, a form that another
    /// line has with a different id.
    pub fn add_file(&mut self, file: &str, content: &str) -> Result<(), Vec<Fault>> {
        self.add_table(file, content, None)
    }

    /// As [`Lexicons::add_file`], where ids and features other than those of a closed list are faults too.
    pub(super) fn add_table(
        &mut self,
        file: &str,
        content: &str,
        closed: Option<&Closed>,
    ) -> Result<(), Vec<Fault>> {
        let stem = file.rsplit('/').next().unwrap_or(file);
        let lexicon = self.declare(stem.trim_end_matches(".tsv"));
        let mut faults = Vec::new();
        let mut table = Table {
            lexicon,
            columns: Vec::new(),
            homonyms: content.lines().any(|line| line.starts_with("# homonyms")),
            said: FxHashSet::default(),
            closed,
        };
        let lines = content.lines().enumerate();
        for (number, line) in lines.filter(|(_, line)| !line.starts_with('#') && !line.is_empty()) {
            let cells: Vec<&str> = line.split('\t').collect();
            let taken = if table.columns.is_empty() && table.takes(&cells) {
                table.has_forms()
            } else {
                self.add_row(&mut table, &cells, number as u32 + 1)
            };
            if let Err((cell, message)) = taken {
                let before = cells[..cell].iter().map(|cell| cell.chars().count() + 1);
                faults.push(Fault {
                    file: file.to_owned(),
                    line: number + 1,
                    column: before.sum::<usize>() + 1,
                    message,
                });
            }
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(faults)
        }
    }

    /// Adds the forms of a row; the error says which cell is wrong.
    fn add_row(
        &mut self,
        table: &mut Table<'_>,
        cells: &[&str],
        line: u32,
    ) -> Result<(), (usize, String)> {
        let (found, wanted) = (cells.len(), table.columns.len());
        if found != wanted {
            let names = table.columns.join(", ");
            return Err((
                0,
                format!("{found} columns where {wanted} are wanted: {names}"),
            ));
        }
        let own = self.lang.code();
        let (mut id, mut forms, mut features) = ("", Vec::new(), Vec::new());
        for (at, (&column, &cell)) in table.columns.iter().zip(cells).enumerate() {
            match column.rsplit_once('_') {
                Some(("name", lang)) if lang == own => forms.push((at, cell)),
                Some(("aliases", lang)) if lang == own => {
                    forms.extend(cell.split(" | ").map(|form| (at, form)));
                }
                Some(("name" | "aliases", _)) => {}
                _ if column == "form" && cell.is_empty() => {
                    return Err((at, "the form is empty".to_owned()));
                }
                _ if column == "form" => forms.push((at, cell)),
                _ if column == "id" => {
                    table.knows_id(cell).map_err(|message| (at, message))?;
                    id = cell;
                }
                _ if column == "features" => {
                    let own = cell.split_whitespace().map(pair);
                    let known = own
                        .clone()
                        .try_for_each(|(key, _)| table.knows_feature(key));
                    known.map_err(|message| (at, message))?;
                    features.extend(own);
                }
                _ if cell.is_empty() => {}
                _ => features.push((column, cell)),
            }
        }
        let features = features.into_iter();
        let features = features.map(|(key, value)| (table.say(key), table.say(value)));
        let (features, id) = (features.collect::<Arc<_>>(), table.say(id));
        for (at, form) in forms.into_iter().filter(|(_, form)| !form.is_empty()) {
            let entry = Entry {
                lexicon: table.lexicon,
                line,
                id: Arc::clone(&id),
                form: form.into(),
                features: Arc::clone(&features),
            };
            self.add(entry, table.homonyms)
                .map_err(|message| (at, message))?;
        }
        Ok(())
    }
}

fn pair(feature: &str) -> (&str, &str) {
    feature.split_once('=').unwrap_or((feature, ""))
}
