//! Reads lexicon files: tables of forms, ids and features, one entry a line.

use super::lexicon::{Entry, Lexicons};
use crate::error::Fault;

/// The columns that hold forms.
const FORMS: [&str; 3] = ["form", "name_fr", "name_ar"];

/// The head of a lexicon file.
struct Table<'a> {
    lexicon: u16,
    columns: Vec<&'a str>,
    /// Whether one form may have several ids.
    homonyms: bool,
}

impl Lexicons {
    /// Reads a file of lines `form ⇥ id ⇥ features`, or of named columns where a shared file holds both
    /// scripts in one row. Lines that begin with `#` are comments; the first other line names the columns.
    /// A comment `# homonyms` allows one form to have several ids.
    ///
    /// # Errors
    /// Every line that has not the columns of the first, a form that folds to nothing, a form that another
    /// line has with a different id.
    pub fn add_file(&mut self, file: &str, content: &str) -> Result<(), Vec<Fault>> {
        let stem = file.rsplit('/').next().unwrap_or(file);
        let lexicon = self.declare(stem.trim_end_matches(".tsv"));
        let mut faults = Vec::new();
        let mut fault = |line: usize, column: usize, message: String| {
            faults.push(Fault {
                file: file.to_owned(),
                line: line + 1,
                column,
                message,
            });
        };
        let mut table = Table {
            lexicon,
            columns: Vec::new(),
            homonyms: content.lines().any(|line| line.trim_end() == "# homonyms"),
        };
        for (number, line) in content.lines().enumerate() {
            if line.starts_with('#') || line.is_empty() {
                continue;
            }
            let cells: Vec<&str> = line.split('\t').collect();
            if table.columns.is_empty() {
                table.columns = cells;
                if !table.columns.iter().any(|name| FORMS.contains(name)) {
                    fault(
                        number,
                        1,
                        "no column holds a form: `form` or `name_fr`, `name_ar`".into(),
                    );
                    break;
                }
            } else if cells.len() != table.columns.len() {
                let (found, wanted) = (cells.len(), table.columns.len());
                let message = format!("{found} columns where the first line names {wanted}");
                fault(number, 1, message);
            } else if let Err((cell, message)) = self.add_row(&table, &cells) {
                let before = cells[..cell].iter().map(|cell| cell.chars().count() + 1);
                fault(number, before.sum::<usize>() + 1, message);
            }
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(faults)
        }
    }

    /// Adds the forms of a row; the error says which cell is wrong.
    fn add_row(&mut self, table: &Table<'_>, cells: &[&str]) -> Result<(), (usize, String)> {
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
                _ if column == "id" => id = cell,
                _ if column == "features" => features.extend(cell.split_whitespace().map(pair)),
                _ => features.push((column.into(), cell.into())),
            }
        }
        for (at, form) in forms.into_iter().filter(|(_, form)| !form.is_empty()) {
            let entry = Entry {
                lexicon: table.lexicon,
                id: id.into(),
                form: form.into(),
                features: features.clone().into(),
            };
            self.add(entry, table.homonyms)
                .map_err(|message| (at, message))?;
        }
        Ok(())
    }
}

fn pair(feature: &str) -> (Box<str>, Box<str>) {
    let (key, value) = feature.split_once('=').unwrap_or((feature, ""));
    (key.into(), value.into())
}
