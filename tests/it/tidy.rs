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

#[test]
fn no_word_of_a_language_stands_in_code_that_reads_one() {
    let mut faults = Vec::new();
    for file in ["src/extract", "src/mention", "src/link"]
        .into_iter()
        .flat_map(sources)
    {
        let text = std::fs::read_to_string(&file).unwrap();
        for (number, line) in text.lines().enumerate() {
            // Tests close a file.
            if line == "#[cfg(test)]" {
                break;
            }
            if let Some(word) = word_of_a_language(line) {
                faults.push(format!("{}:{}: `{word}`", file.display(), number + 1));
            }
        }
    }
    assert!(
        faults.is_empty(),
        "a word stands in a lexicon (`form.tsv`, `small_word.tsv`), a clitic in `text::clitic`:\n{}",
        faults.join("\n")
    );
}

#[test]
fn words_of_a_language_are_seen_in_code_alone() {
    let seen = |line: &str| word_of_a_language(line).is_some();
    assert!(seen(r#"matches!(passage.folded(at), "of" | "de" | "d'")"#));
    assert!(seen(r#"let town = [" de ", " du "];"#));
    assert!(seen(r#"word == "à""#));
    assert!(seen(r#"word.starts_with("ال") // an article"#));
    assert!(seen("word.starts_with('و')"));
    assert!(!seen(r#"    // "de", "la": before a name; و"#));
    assert!(!seen(r#"has("plural") // "les""#));
    assert!(!seen(
        r#"matches!(passage.folded(at), "," | "،" | "؛" | "؟")"#
    ));
    assert!(!seen(r#"c == '"' || has("person")"#));
}

/// Small words of French that no id and no name of a field is, folded or not.
const FRENCH: &str = "de d' du des la le les l' un une et ou où mais a à ont est sont avait avaient que qu' qui dont \
                      au aux en dans chez vers depuis pour par avec entre sur sous contre sans ce cet cette ces c' sa ses \
                      leur leurs il elle ils elles lui celui celle ceux celles ne n' se s' m' pas plus moins tous toutes";

/// The Arabic letters, or the small word of French between quotes, of a line of code.
fn word_of_a_language(line: &str) -> Option<&str> {
    let code = line.split(" // ").next().unwrap_or_default();
    if code.trim_start().starts_with("//") {
        return None;
    }
    let letter = |c: char| matches!(c, '\u{620}'..='\u{64A}' | '\u{66E}'..='\u{6D3}' | '\u{FB50}'..='\u{FEFC}');
    if code.contains(letter) {
        return Some(code.trim());
    }
    // What a quote that is a character opens or closes is code.
    let marks = code.match_indices('"').map(|(at, _)| at);
    let marks: Vec<usize> = marks
        .filter(|&at| !code[..at].ends_with(['\\', '\'']))
        .collect();
    let strings = marks
        .chunks_exact(2)
        .map(|pair| &code[pair[0] + 1..pair[1]]);
    strings
        .into_iter()
        .find(|string| FRENCH.split_whitespace().any(|word| word == string.trim()))
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
