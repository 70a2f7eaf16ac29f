//! Holds rules to their examples: a `yes` is hit and gives what it wants, a `no` is not hit.

use super::Mention;
use super::lexicon::Annotations;
use super::matcher::{Hit, Rules};
use super::pack::Pack;
use super::rule::{Example, Rule};
use crate::error::Fault;
use crate::record::Lang;
use crate::text::Text;

/// What the engine must be told by the stages that use it.
pub trait Stages {
    /// The typed ranges that the stages before a rule's find in an example.
    fn mentions(&self, case: &Case<'_>) -> Vec<Mention<'static>>;

    /// What the rule's stage makes of a hit, as the keys of `want`; nothing where a stage makes no
    /// value that could be compared.
    fn value(&self, case: &Case<'_>, hit: &Hit<'_>) -> Option<toml::Table>;
}

/// An example, read.
#[derive(Debug)]
pub struct Case<'a> {
    /// The rules of its language.
    pub rules: &'a Rules,
    /// The rule whose example it is.
    pub rule: &'a Rule,
    /// The example.
    pub example: &'a Example,
    /// Its text.
    pub text: Text<'a>,
    /// The entries that stand in it.
    pub annotations: Annotations,
}

/// Runs the examples of all rules; a fault for each that does not hold.
pub fn check_examples(pack: &Pack, stages: &impl Stages) -> Vec<Fault> {
    let mut faults = Vec::new();
    for lang in [Lang::Fr, Lang::Ar] {
        let rules = pack.rules(lang);
        for rule in rules.all() {
            for example in &rule.examples {
                let text = Text::new(&example.text, lang);
                let case = Case {
                    rules,
                    rule,
                    example,
                    annotations: rules.lexicons().annotate(&text),
                    text,
                };
                faults.extend(case.run(stages).map(|message| Fault {
                    file: rule.file.to_string(),
                    line: example.line,
                    column: 1,
                    message: format!("{}: {message}", rule.id),
                }));
            }
        }
    }
    faults
}

impl Case<'_> {
    /// What does not hold.
    fn run(&self, stages: &impl Stages) -> Option<String> {
        let mentions = stages.mentions(self);
        let (rule, example) = (self.rule, self.example);
        let sifted = self
            .rules
            .sift(&rule.stage, &self.text, &self.annotations, &mentions);
        let own = |hits: &[Hit<'_>]| hits.iter().any(|hit| hit.rule.id == rule.id);
        if !example.hits {
            return own(&sifted.won).then(|| format!("hits its `no` example; {}", example.why));
        }
        if !own(&sifted.won) {
            return Some(match (own(&sifted.lost), own(&sifted.guarded)) {
                (true, _) => "its `yes` example goes to another rule".to_owned(),
                (_, true) => "its own guard takes its `yes` example away".to_owned(),
                _ => "does not hit its `yes` example".to_owned(),
            });
        }
        let want = example.want.as_ref()?;
        let own = sifted.won.iter().filter(|hit| hit.rule.id == rule.id);
        let made: Vec<toml::Table> = own.filter_map(|hit| stages.value(self, hit)).collect();
        let holds = |value: &toml::Table| {
            want.iter()
                .all(|(key, wanted)| value.get(key) == Some(wanted))
        };
        (!made.is_empty() && !made.iter().any(holds)).then(|| {
            let made: Vec<_> = made.iter().map(toml::Table::to_string).collect();
            format!(
                "wants {} and gives {}",
                inline(&want.to_string()),
                inline(&made.join(" or "))
            )
        })
    }
}

fn inline(table: &str) -> String {
    table.trim().replace('\n', ", ")
}
