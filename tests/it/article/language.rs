//! Tells the language of annotated articles, sentence by sentence and whole.

use serde_json::Value;
use sihafa::text::lang::detect;

use crate::support::shared;

/// Most sentences out of a thousand whose language is mistaken.
const SENTENCES: usize = 5;

#[test]
fn articles_always_and_sentences_nearly_always() {
    let (mut sentences, mut wrong) = (0, Vec::new());
    for (file, lang) in [
        ("dev-fr", "fr"),
        ("dev2-fr", "fr"),
        ("dev-ar", "ar"),
        ("dev2-ar", "ar"),
    ] {
        let Some(path) = shared(&format!("gold/{file}.jsonl")) else {
            return;
        };
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let row: Value = serde_json::from_str(line).unwrap();
            let text = row["text"].as_str().unwrap_or_default();
            assert_eq!(detect(text), Some(lang), "{text}");
            for sentence in text
                .split(['.', '\n'])
                .filter(|sentence| sentence.chars().count() > 40)
            {
                sentences += 1;
                let found = detect(sentence);
                if found != Some(lang) {
                    wrong.push(format!("{found:?}: {sentence}"));
                }
            }
        }
    }
    assert!(
        wrong.len() * 1000 <= sentences * SENTENCES,
        "{} of {sentences}\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
