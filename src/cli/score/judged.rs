//! Asks the judged questions of `corpus/search` and prints how well search answers them.
//!
//! The articles are those of the bundled press and of the files given. A question is asked within the
//! language that it wants, or within both; one whose articles are not all there is left out.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::written::three_decimals;
use super::{Global, Options, Outcome, articles, json, print, records};
use crate::cli::press;
use crate::error::Result;
use crate::index::{Field, Index, Query, Request, Vocabulary};

const EVENTS: &str = include_str!("../../../corpus/search/events.tsv");
const QUERIES: &str = include_str!("../../../corpus/search/queries.tsv");

/// Hits that are looked at, and those that count for rank and for the first screen.
const DEEP: usize = 100;
const RANKED: usize = 10;
const SCREEN: usize = 5;

/// The grade from which an article answers.
const ANSWERS: u32 = 2;

/// Means over the questions of one kind.
#[derive(Debug, Default, Serialize)]
struct Row {
    questions: usize,
    ndcg: f64,
    mrr: f64,
    recall: f64,
    /// The share of questions that an article among the first five answers.
    first: f64,
    /// The same where the question is asked within both languages at once.
    mixed: f64,
}

/// One line of `queries.tsv`.
struct Question<'a> {
    id: &'a str,
    lang: &'a str,
    wants: &'a str,
    event: &'a str,
    words: &'a str,
}

/// Grades by article.
type Grades<'a> = BTreeMap<&'a str, u32>;

/// Prints the table.
pub(super) fn run(global: &Global, options: &Options) -> Result<Outcome> {
    let mut all = press::articles()?;
    for file in &options.with {
        all.extend(articles(file)?);
    }
    let langs: BTreeMap<String, String> = all
        .iter()
        .map(|article| (article.id.clone(), article.lang.clone()))
        .collect();
    let config = global.config()?;
    let vocabulary = Vocabulary::of(config.extract.patterns.as_deref())?;
    let index = Index::in_memory(Arc::new(vocabulary))?;
    let mut writer = index.writer()?;
    for record in records(global, all)? {
        writer.add(&record)?;
    }
    writer.commit(0)?;
    index.reload()?;
    let events = events();
    let (mut rows, mut lines) = (BTreeMap::<String, Row>::new(), Vec::new());
    for question in questions() {
        let grades = &events[question.event];
        if !grades.keys().all(|article| langs.contains_key(*article)) {
            continue;
        }
        let wanted: Grades<'_> = grades
            .iter()
            .filter(|(article, _)| [langs[**article].as_str(), "any"].contains(&question.wants))
            .map(|(article, grade)| (*article, *grade))
            .collect();
        let found = ask(&index, &question, question.wants)?;
        let mixed = ask(&index, &question, "any")?;
        let [ndcg, mrr, recall, first] = score(&found, &wanted);
        let scores = [ndcg, mrr, recall, first, score(&mixed, &wanted)[3]];
        if options.errors && scores[3] == 0.0 {
            let some = found.iter().take(SCREEN).cloned().collect::<Vec<_>>();
            lines.push(format!(
                "- {} {}: {}",
                question.id,
                question.words,
                some.join(" ")
            ));
        }
        rows.entry(question.kind()).or_default().add(scores);
    }
    rows.values_mut().for_each(Row::divide);
    if options.json {
        lines.push(json(&rows)?);
    } else {
        lines.extend(rendered(&rows));
    }
    print(&lines)?;
    Ok(Outcome::Done)
}

/// The best hits within a language, or within both.
fn ask(index: &Index, question: &Question<'_>, within: &str) -> Result<Vec<String>> {
    let query = Query::words(question.words);
    let query = match within {
        "any" => query,
        lang => query.with(Field::Lang, &[lang])?,
    };
    let request = Request {
        limit: DEEP,
        explain: false,
        ..Request::new(query)
    };
    let hits = index.search(&request)?.hits;
    Ok(hits.into_iter().map(|hit| hit.id).collect())
}

/// nDCG@10 with the gain 2^grade - 1, MRR@10, recall@100, and whether the first five answer.
fn score(found: &[String], wanted: &Grades<'_>) -> [f64; 4] {
    let grade = |id: &String| wanted.get(id.as_str()).copied().unwrap_or(0);
    let gain = |(at, grade): (usize, u32)| (f64::from(1 << grade) - 1.0) / (at as f64 + 2.0).log2();
    let mut best: Vec<u32> = wanted.values().copied().collect();
    best.sort_unstable_by(|left, right| right.cmp(left));
    let ideal: f64 = best.into_iter().take(RANKED).enumerate().map(gain).sum();
    let reached: f64 = found
        .iter()
        .take(RANKED)
        .map(grade)
        .enumerate()
        .map(gain)
        .sum();
    let answers = |id: &&String| grade(id) >= ANSWERS;
    let first = found.iter().position(|id| answers(&id));
    let wanted = wanted.values().filter(|grade| **grade >= ANSWERS).count();
    [
        reached / ideal,
        first
            .filter(|at| *at < RANKED)
            .map_or(0.0, |at| 1.0 / (at as f64 + 1.0)),
        found.iter().filter(answers).count() as f64 / wanted as f64,
        f64::from(u8::from(first.is_some_and(|at| at < SCREEN))),
    ]
}

impl Question<'_> {
    /// What it is counted under: its language, what it wants, and whether it spells names or describes.
    fn kind(&self) -> String {
        let how = if self.id.starts_with('x') {
            "described"
        } else {
            "named"
        };
        format!("{} to {}, {how}", self.lang, self.wants)
    }
}

impl Row {
    fn add(&mut self, [ndcg, mrr, recall, first, mixed]: [f64; 5]) {
        self.questions += 1;
        self.ndcg += ndcg;
        self.mrr += mrr;
        self.recall += recall;
        self.first += first;
        self.mixed += mixed;
    }

    fn divide(&mut self) {
        let questions = self.questions as f64;
        for sum in [
            &mut self.ndcg,
            &mut self.mrr,
            &mut self.recall,
            &mut self.first,
            &mut self.mixed,
        ] {
            *sum = three_decimals(*sum / questions);
        }
    }
}

fn events() -> BTreeMap<&'static str, Grades<'static>> {
    let mut events: BTreeMap<&str, Grades<'_>> = BTreeMap::new();
    for [event, article, grade] in rows(EVENTS) {
        let grade = grade.parse().unwrap_or(0);
        events.entry(event).or_default().insert(article, grade);
    }
    events
}

fn questions() -> impl Iterator<Item = Question<'static>> {
    rows(QUERIES).map(|[id, lang, wants, event, words]| Question {
        id,
        lang,
        wants,
        event,
        words,
    })
}

/// The lines of a table that have all the columns.
fn rows<const N: usize>(table: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    let lines = table.lines().filter(|line| !line.starts_with('#')).skip(1);
    lines.filter_map(|line| line.split('\t').collect::<Vec<_>>().try_into().ok())
}

fn rendered(rows: &BTreeMap<String, Row>) -> Vec<String> {
    let head = format!(
        "{:24}{:>10}{:>9}{:>9}{:>9}{:>9}{:>9}",
        "", "questions", "nDCG@10", "MRR@10", "R@100", "first 5", "mixed 5"
    );
    let lines = rows.iter().map(|(name, row)| {
        format!(
            "{name:24}{:10}{:9.3}{:9.3}{:9.3}{:9.3}{:9.3}",
            row.questions, row.ndcg, row.mrr, row.recall, row.first, row.mixed
        )
    });
    std::iter::once(head).chain(lines).collect()
}
