//! Counts the acts of short sentences, one construction each, and holds the score of each language to a floor.

use serde::Deserialize;

use sihafa::extract::Extractor;
use sihafa::record::Article;
use sihafa::record::fact::{Bound, OperationStatus, Procedure};
use sihafa::rules::pack::Pack;

use crate::support::here;

/// Sentences of each language that must be there.
const SENTENCES: usize = 120;

/// The lowest F1 of count, upper end, bound, procedure and status together.
const FLOOR: f64 = 0.965;

#[derive(Debug, Deserialize)]
struct Case {
    id: String,
    lang: String,
    text: String,
    operations: Vec<Want>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Want {
    count: u64,
    #[serde(default)]
    max: Option<u64>,
    bound: Bound,
    procedure: Procedure,
    status: OperationStatus,
}

fn found(extractor: &Extractor, case: &Case) -> Vec<Want> {
    let article = Article {
        id: case.id.clone(),
        lang: case.lang.clone(),
        text: case.text.clone(),
        ..Article::default()
    };
    let operations = extractor.facts(&article).operations;
    for operation in &operations {
        for evidence in &operation.evidence {
            assert!(
                case.text
                    .get(evidence.span.range())
                    .is_some_and(|words| !words.is_empty()),
                "{}: evidence outside the text",
                case.id
            );
        }
    }
    operations
        .into_iter()
        .map(|o| Want {
            count: o.count,
            max: o.max,
            bound: o.bound,
            procedure: o.procedure,
            status: o.status,
        })
        .collect()
}

#[test]
fn sentences_count_what_they_say() {
    let extractor = Extractor::new(Pack::builtin().unwrap()).unwrap();
    let cases = std::fs::read_to_string(here("corpus/facts/operations.jsonl")).unwrap();
    let cases: Vec<Case> = cases
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for lang in ["fr", "ar"] {
        let (mut hits, mut wanted, mut got, mut sentences) = (0, 0, 0, 0);
        for case in cases.iter().filter(|case| case.lang == lang) {
            let mut left = found(&extractor, case);
            (sentences, wanted, got) = (
                sentences + 1,
                wanted + case.operations.len(),
                got + left.len(),
            );
            for want in &case.operations {
                match left.iter().position(|found| found == want) {
                    Some(at) => {
                        left.swap_remove(at);
                        hits += 1;
                    }
                    None => eprintln!("{}: {} lacks {want:?}", case.id, case.text),
                }
            }
            for extra in &left {
                eprintln!("{}: {} makes up {extra:?}", case.id, case.text);
            }
        }
        let f1 = 2.0 * f64::from(hits) / (wanted + got) as f64;
        assert!(sentences >= SENTENCES, "{lang}: {sentences} sentences");
        assert!(f1 >= FLOOR, "{lang}: F1 {f1:.3}");
    }
}

/// Numbers in words behind every kind of opening, as the count of a sentence.
#[test]
fn a_number_in_words_counts_whatever_stands_before_it() {
    let extractor = Extractor::new(Pack::builtin().unwrap()).unwrap();
    let numbers = [
        ("ألف", 1000),
        ("الف ومئة", 1100),
        ("ألفي", 2000),
        ("ألفين وثلاثمائة", 2300),
        ("الفين وواحد", 2001),
        ("ألفان وأربعمائة", 2400),
        ("واحد وثلاثون ألفا", 31000),
        ("خمسة آلاف", 5000),
    ];
    let openings = [
        "أجرى المستشفى الجامعي {} عملية جراحية.",
        "أجرى الطاقم الطبي {} عملية جراحية.",
        "تم إجراء {} عملية جراحية.",
        "بلغ عدد العمليات الجراحية {} عملية.",
        "استفاد {} مريض من عمليات جراحية.",
    ];
    for opening in openings {
        for (words, count) in numbers {
            let case = Case {
                id: "number".to_owned(),
                lang: "ar".to_owned(),
                text: opening.replace("{}", words),
                operations: Vec::new(),
            };
            let counts: Vec<u64> = found(&extractor, &case).iter().map(|o| o.count).collect();
            assert_eq!(counts, [count], "{}", case.text);
        }
    }
}
