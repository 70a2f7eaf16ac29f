//! Writes a table as CSV that no spreadsheet mistakes for formulas.
//!
//! RFC 4180 with line feeds; lists are JSON arrays. A cell that a spreadsheet would run, one that begins
//! with `=`, `+`, `-`, `@`, their wide forms, a tab or a line end, has an apostrophe put before it; so has
//! one that begins with apostrophes and then such a character, so that taking one off gives back the text.

use std::io::Write;

use jiff::civil;

use super::table::{Cell, Table};

/// The mark by which spreadsheets know UTF-8.
pub(super) const BOM: &[u8] = "\u{FEFF}".as_bytes();

/// What spreadsheets take for the beginning of a formula.
const DANGEROUS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Writes the names of the columns.
pub(super) fn head(table: &Table, out: &mut impl Write) -> std::io::Result<()> {
    let names = table.columns.iter().map(|column| column.name);
    writeln!(out, "{}", names.collect::<Vec<_>>().join(","))
}

/// Writes one row.
pub(super) fn row(cells: &[Cell], out: &mut impl Write) -> std::io::Result<()> {
    let mut line = String::new();
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            line.push(',');
        }
        push(&mut line, cell);
    }
    line.push('\n');
    out.write_all(line.as_bytes())
}

fn push(line: &mut String, cell: &Cell) {
    match cell {
        Cell::Null => {}
        Cell::Text(text) => quote(line, text),
        Cell::Integer(value) => *line += &value.to_string(),
        Cell::Number(value) => *line += &value.to_string(),
        Cell::Day(days) => *line += &day(*days),
        Cell::Moment(micros) => *line += &moment(*micros),
        // an array begins with a bracket, which is harmless
        Cell::Texts(texts) => quote(line, &serde_json::json!(texts).to_string()),
    }
}

fn quote(line: &mut String, text: &str) {
    let bare = text.trim_start_matches('\'');
    let guard = if bare.starts_with(DANGEROUS) { "'" } else { "" };
    let plain = !text.is_empty() && !text.contains([',', '"', '\n', '\r']);
    if plain {
        line.extend([guard, text]);
    } else {
        line.extend(["\"", guard, &text.replace('"', "\"\""), "\""]);
    }
}

fn day(days: i32) -> String {
    let span = jiff::Span::new().try_days(days);
    let day = span.and_then(|span| civil::date(1970, 1, 1).checked_add(span));
    day.map(|day| day.to_string()).unwrap_or_default()
}

fn moment(micros: i64) -> String {
    let moment = jiff::Timestamp::from_microsecond(micros);
    moment.map(|moment| moment.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_no_formula() {
        let check = |text: &str, expect: &str| {
            let mut line = String::new();
            push(&mut line, &Cell::Text(text.to_owned()));
            assert_eq!(line, expect);
        };
        check("abc", "abc");
        check("", "\"\"");
        check("a,b", "\"a,b\"");
        check("a \"b\"", "\"a \"\"b\"\"\"");
        check("a\nb", "\"a\nb\"");
        check("=1+1", "'=1+1");
        check("+213 21", "'+213 21");
        check("- وقال", "'- وقال");
        check("@SUM(A1)", "'@SUM(A1)");
        check("\tx", "'\tx");
        check("\rx", "\"'\rx\"");
        check("＝1", "'＝1");
        check("'=1", "''=1");
        check("'hui", "'hui");
        check("=a,\"b\"", "\"'=a,\"\"b\"\"\"");
        check("a=b", "a=b");
    }

    #[test]
    fn values_of_every_type_are_written() {
        let mut line = Vec::new();
        let cells = [
            Cell::Null,
            Cell::Integer(-3),
            Cell::Number(0.5),
            Cell::Day(19873),
            Cell::Moment(1_000_001),
            Cell::Texts(vec!["a".to_owned(), "=\"b\"".to_owned()]),
            Cell::Texts(Vec::new()),
        ];
        row(&cells, &mut line).unwrap();
        let expect = ",-3,0.5,2024-05-30,1970-01-01T00:00:01.000001Z,\"[\"\"a\"\",\"\"=\\\"\"b\\\"\"\"\"]\",[]\n";
        assert_eq!(String::from_utf8(line).unwrap(), expect);
    }
}
