//! Tunes the weights of ranking on one part of the questions, and shows what they reach on the other.
//!
//! `cargo bench --bench weights -- FOLDER`: a folder with `{fr,ar}.docs.jsonl` (`id`, `text`) and
//! `{fr,ar}.queries.tsv` (`id`, `query`, `wants`). A paragraph's questions are all in one part. Each weight is
//! moved by steps while the sum of MRR@10 over the first part rises; the second is only looked at.

#![allow(clippy::print_stdout, reason = "a bench tells what it measured")]

use std::collections::BTreeMap;
use std::fs::read_to_string;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use sihafa::index::{Index, Query, Request, Vocabulary, Weights};
use sihafa::record::fact::Facts;
use sihafa::record::{Article, Record};

const LANGS: [&str; 2] = ["fr", "ar"];

/// Factors by which a weight is moved.
const STEPS: [f32; 2] = [0.75, 1.33];

/// A weight by name, to be moved.
type Knob = (&'static str, fn(&mut Weights) -> &mut f32);

const KNOBS: [Knob; 14] = [
    ("saturation", |weights| &mut weights.saturation),
    ("length fr", |weights| &mut weights.length[0]),
    ("length ar", |weights| &mut weights.length[1]),
    ("word fr", |weights| &mut weights.word[0]),
    ("word ar", |weights| &mut weights.word[1]),
    ("pair fr", |weights| &mut weights.pair[0]),
    ("pair ar", |weights| &mut weights.pair[1]),
    ("fragment fr", |weights| &mut weights.fragment[0]),
    ("fragment ar", |weights| &mut weights.fragment[1]),
    ("title", |weights| &mut weights.title),
    ("entity", |weights| &mut weights.entity),
    ("concept", |weights| &mut weights.concept),
    ("synonym", |weights| &mut weights.synonym),
    ("name", |weights| &mut weights.name),
];

struct Question {
    lang: usize,
    words: String,
    wants: Vec<String>,
}

fn main() -> Result<()> {
    let folder = std::env::args().skip(1).find(|word| word != "--bench");
    let folder = PathBuf::from(folder.context("which folder?")?);
    let index = Index::in_memory(Arc::new(Vocabulary::built_in()))?;
    let mut writer = index.writer()?;
    let (mut known, mut unseen) = (Vec::new(), Vec::new());
    for (lang, code) in LANGS.into_iter().enumerate() {
        for line in read_to_string(folder.join(format!("{code}.docs.jsonl")))?.lines() {
            writer.add(&paragraph(line, code)?)?;
        }
        let table = read_to_string(folder.join(format!("{code}.queries.tsv")))?;
        for line in table.lines().skip(1) {
            let cells: Vec<&str> = line.split('\t').collect();
            let wants: Vec<String> = cells[2].split(',').map(str::to_owned).collect();
            let sum: usize = wants[0].bytes().map(usize::from).sum();
            let part = if sum.is_multiple_of(2) {
                &mut known
            } else {
                &mut unseen
            };
            let words = cells[1].to_owned();
            part.push(Question { lang, words, wants });
        }
    }
    writer.commit(0)?;
    index.reload()?;
    let mut weights = Weights::default();
    show("default", &index, &weights, &known, &unseen)?;
    let mut best = total(&score(&index, &weights, &known)?);
    for (name, knob) in KNOBS {
        for step in STEPS {
            let mut moved = weights;
            *knob(&mut moved) *= step;
            let reached = total(&score(&index, &moved, &known)?);
            if reached > best {
                (best, weights) = (reached, moved);
                println!("{name} {:.3}: {best:.4}", *knob(&mut moved));
            }
        }
    }
    show("tuned", &index, &weights, &known, &unseen)?;
    println!("{weights:?}");
    Ok(())
}

fn paragraph(line: &str, lang: &str) -> Result<Record> {
    let paragraph: BTreeMap<String, String> = serde_json::from_str(line)?;
    let article = Article {
        id: paragraph["id"].clone(),
        lang: lang.to_owned(),
        text: paragraph["text"].clone(),
        ..Article::default()
    };
    Ok(Record::new(article, Facts::default(), "bench"))
}

/// MRR@10, nDCG@10 and recall@100 by language.
fn score(index: &Index, weights: &Weights, questions: &[Question]) -> Result<[[f64; 3]; 2]> {
    let (mut sums, mut counts) = ([[0.0; 3]; 2], [0.0; 2]);
    for question in questions {
        let request = Request {
            limit: 100,
            explain: false,
            weights: *weights,
            ..Request::new(Query::words(&question.words))
        };
        let hits = index.search(&request)?.hits;
        let right: Vec<f64> = (0..)
            .zip(&hits)
            .filter(|(_, hit)| question.wants.contains(&hit.id))
            .map(|(at, _)| f64::from(at))
            .collect();
        let early = || right.iter().filter(|at| **at < 10.0);
        let ideal: f64 = (0..question.wants.len().min(10))
            .map(|at| 1.0 / (at as f64 + 2.0).log2())
            .sum();
        let scores = [
            early().next().map_or(0.0, |at| 1.0 / (at + 1.0)),
            early().map(|at| 1.0 / (at + 2.0).log2()).sum::<f64>() / ideal,
            right.len() as f64 / question.wants.len() as f64,
        ];
        counts[question.lang] += 1.0;
        for (sum, score) in sums[question.lang].iter_mut().zip(scores) {
            *sum += score;
        }
    }
    for (sums, count) in sums.iter_mut().zip(counts) {
        for sum in sums.iter_mut() {
            *sum /= count;
        }
    }
    Ok(sums)
}

fn total(scores: &[[f64; 3]; 2]) -> f64 {
    scores.iter().map(|scores| scores[0]).sum()
}

fn show(
    name: &str,
    index: &Index,
    weights: &Weights,
    known: &[Question],
    unseen: &[Question],
) -> Result<()> {
    for (part, questions) in [("known", known), ("unseen", unseen)] {
        for (lang, [mrr, ndcg, recall]) in LANGS.iter().zip(score(index, weights, questions)?) {
            println!("{name} {part} {lang}: MRR@10 {mrr:.4} nDCG@10 {ndcg:.4} R@100 {recall:.4}");
        }
    }
    Ok(())
}
