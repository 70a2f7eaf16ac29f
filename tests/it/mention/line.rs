//! Holds the reading of date lines to lines of our own.

use jiff::civil::DateTime;
use sihafa::mention::date::line::{Lines, Moment, Setting};
use sihafa::rules::pack::Pack;

use super::rows;
use crate::support::here;

fn lines() -> Lines {
    Lines::new(Pack::builtin().unwrap()).unwrap()
}

fn written(moment: Option<Moment>) -> String {
    moment.map_or(String::new(), |moment| moment.written())
}

#[test]
fn every_line_gives_the_days_that_it_says() {
    let content = std::fs::read_to_string(here("corpus/phrases/date_line.tsv")).unwrap();
    let lines = lines();
    let mut wrong = Vec::new();
    for row in rows(&content) {
        let (published, updated, line) = (row[0], row[1], row[3]);
        let setting = Setting {
            month_first: false,
            seen: row[2].parse::<DateTime>().ok(),
        };
        let read = lines.read(line, setting);
        let mut found = (written(read.published), written(read.updated));
        // A day alone in the table asks for the day alone.
        if published.len() == 10 {
            found.0.truncate(10);
        }
        if found != (published.to_owned(), updated.to_owned()) {
            wrong.push(format!(
                "`{line}`: {found:?}, not {:?}",
                (published, updated)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn month_first_where_a_page_is_in_english() {
    let lines = lines();
    let setting = Setting {
        month_first: true,
        seen: None,
    };
    for (line, wanted) in [
        ("5/3/2024", "2024-05-03"),
        ("13/5/2024", "2024-05-13"),
        ("5/13/2024", "2024-05-13"),
        ("5.3.2024", "2024-03-05"),
        ("Tue 5/3/2024", "2024-03-05"),
        ("2024/5/3", "2024-05-03"),
    ] {
        assert_eq!(
            written(lines.read(line, setting).published),
            wanted,
            "{line}"
        );
    }
}
