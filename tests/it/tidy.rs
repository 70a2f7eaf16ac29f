//! Holds the shape of the code: the order of the stages, the length of files, their opening lines.

use std::path::PathBuf;

use crate::support::here;

/// The longest file that reads well.
const LINES: usize = 500;

#[test]
fn no_stage_imports_a_later_one() {
    let stages = stages();
    let mut faults = Vec::new();
    for file in sources("src") {
        let text = std::fs::read_to_string(&file).unwrap();
        let Some(own) = stage_of(&file, &stages) else {
            continue;
        };
        for (number, line) in text.lines().enumerate() {
            for (later, name) in stages.iter().enumerate().skip(own + 1) {
                let named = [
                    format!("crate::{name}::"),
                    format!("crate::{name};"),
                    format!("crate::{name}}}"),
                ];
                if !line.trim_start().starts_with("//")
                    && named.iter().any(|path| line.contains(path))
                {
                    faults.push(format!(
                        "{}:{}: `{}` uses `{}`",
                        file.display(),
                        number + 1,
                        stages[own],
                        stages[later]
                    ));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_file_says_in_its_first_line_what_it_does_and_stays_short() {
    let mut faults = Vec::new();
    for file in ["src", "tests", "benches"].into_iter().flat_map(sources) {
        let text = std::fs::read_to_string(&file).unwrap();
        if !text.starts_with("//! ") {
            faults.push(format!("{}: does not open with `//! `", file.display()));
        }
        if text.lines().count() > LINES {
            faults.push(format!(
                "{}: {} lines, over {LINES}",
                file.display(),
                text.lines().count()
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The stages in the order in which `lib.rs` declares them.
fn stages() -> Vec<String> {
    let front = std::fs::read_to_string(here("src/lib.rs")).unwrap();
    let stages: Vec<String> = front
        .lines()
        .filter_map(|line| {
            Some(
                line.strip_prefix("pub mod ")?
                    .trim_end_matches(';')
                    .to_owned(),
            )
        })
        .collect();
    assert_eq!(stages.first().map(String::as_str), Some("error"));
    assert_eq!(stages.last().map(String::as_str), Some("cli"));
    stages
}

fn stage_of(file: &std::path::Path, stages: &[String]) -> Option<usize> {
    let inside = file
        .strip_prefix(here("src"))
        .ok()?
        .iter()
        .next()?
        .to_str()?;
    let name = inside.trim_end_matches(".rs");
    stages.iter().position(|stage| stage == name)
}

fn sources(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![here(folder)];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
