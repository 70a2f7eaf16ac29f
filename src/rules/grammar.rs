//! Turns the files of one language into its rules: checked first, compiled when all is well.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::atom::{AtomIndex, Atoms, Spellings};
use super::automaton::Automaton;
use super::check::{Scope, captures_in, macros_of};
use super::compile::Writer;
use super::expression::Node;
use super::lexicon::Lexicons;
use super::matcher::{Rules, Stage};
use super::need::Need;
use super::pack::{Compete, Head, StageHead};
use super::rule::{Capture, Draft, Expression, Rule, RuleFile, Setting, Source};
use super::spare::Spare;
use crate::error::Fault;
use crate::record::Lang;
use crate::text::fold::fold;

/// The rules of a language, read and checked, not yet compiled.
pub(super) struct Draught<'a> {
    lang: Lang,
    head: &'a Head,
    lexicons: Lexicons,
    /// By name; the place of each is in `expressions`.
    macros: FxHashMap<String, Node>,
    expressions: Vec<(String, Expression<'a>)>,
    drafts: Vec<Draft<'a>>,
    types: Vec<(String, Vec<String>)>,
}

/// Rule ids of the whole pack, with where each stands.
type Ids = BTreeMap<String, String>;

impl<'a> Draught<'a> {
    /// Reads and checks.
    pub(super) fn new(
        lang: Lang,
        head: &'a Head,
        sources: impl Iterator<Item = Source<'a>>,
        ids: &mut Ids,
        faults: &mut Vec<Fault>,
    ) -> Self {
        let types = head.stages.iter();
        let types = types.map(|stage| (stage.name.clone(), stage.types.clone()));
        let mut draught = Self {
            lang,
            head,
            lexicons: Lexicons::new(lang),
            macros: FxHashMap::default(),
            expressions: Vec::new(),
            drafts: Vec::new(),
            types: types.collect(),
        };
        for source in sources {
            draught.take(source, faults);
        }
        draught.check(ids, faults);
        draught
    }

    fn take(&mut self, source: Source<'a>, faults: &mut Vec<Fault>) {
        if source.file.starts_with("lexicons/") {
            let name = source.file.rsplit('/').next().unwrap_or("");
            if self.head.silent.contains(name) {
                self.lexicons.silence(name.trim_end_matches(".tsv"));
            }
            if self.head.compared.contains(name) {
                self.lexicons.set_apart(name.trim_end_matches(".tsv"));
            }
            let closed = self.head.closed.get(name.trim_end_matches(".tsv"));
            let added = self.lexicons.add_table(source.file, source.content, closed);
            if let Err(found) = added {
                faults.extend(found);
            }
            return;
        }
        let file = RuleFile::read(source);
        faults.extend(file.faults);
        self.drafts.extend(file.rules);
        for (name, expression) in file.macros {
            let known = self.macros.insert(name.clone(), expression.node.clone());
            if known.is_some() {
                faults.push(expression.fault(0, format!("macro `{name}` is defined twice")));
            }
            self.expressions.push((name, expression));
        }
    }

    fn scope(&self) -> Scope<'_> {
        Scope {
            lang: self.lang,
            lexicons: &self.lexicons,
            macros: &self.macros,
            types: &self.types,
            gap: self.head.limits.gap,
        }
    }

    fn check(&self, ids: &mut Ids, faults: &mut Vec<Fault>) {
        let before = faults.len();
        let scope = self.scope();
        let mut check = |expression: &Expression<'_>, stage: Option<&str>| {
            let mut wrong = Vec::new();
            scope.check(&expression.node, stage, &mut wrong);
            faults.extend(wrong.into_iter().map(|w| expression.fault(w.at, w.message)));
        };
        for (_, expression) in &self.expressions {
            check(expression, None);
        }
        for draft in &self.drafts {
            let stage = Some(draft.stage.get_ref().as_str());
            check(&draft.expression, stage);
            draft
                .guards
                .iter()
                .for_each(|(_, guard)| check(guard, stage));
        }
        for (name, wrong) in scope.cycles() {
            let place = self.expressions.iter().find(|(known, _)| known == name);
            faults.extend(place.map(|(_, place)| place.fault(wrong.at, wrong.message)));
        }
        self.check_names(ids, faults);
        self.check_captures(faults);
        self.check_unused(faults);
        // Sizes and captures follow macros: they must be known and end.
        if faults.len() == before {
            self.check_whole(&scope, faults);
        }
    }

    fn check_names(&self, ids: &mut Ids, faults: &mut Vec<Fault>) {
        for draft in &self.drafts {
            let mut fault =
                |at: usize, message: String| faults.push(draft.source.fault(at, message));
            let (id, at) = (draft.id.get_ref(), draft.id.span().start);
            let place = format!("{}:{}", draft.source.file, draft.line);
            if let Some(other) = ids.insert(id.clone(), place) {
                fault(at, format!("rule id `{id}` is taken by {other}"));
            }
            let (stage, emit) = (draft.stage.get_ref(), draft.emit.get_ref());
            match self.head.stages.iter().find(|known| known.name == *stage) {
                None => fault(draft.stage.span().start, format!("unknown stage `{stage}`")),
                Some(known) if !known.emits.contains(emit) => {
                    let message = format!("stage `{stage}` emits no `{emit}`");
                    fault(draft.emit.span().start, message);
                }
                Some(_) => {}
            }
        }
        let most = self.head.limits.rules;
        if let Some(draft) = self.drafts.get(most) {
            let message = format!("more than {most} rules in a language");
            faults.push(draft.source.fault(draft.id.span().start, message));
        }
    }

    /// What a rule captures is for its stage or for its own `set`; a macro captures for any rule.
    fn check_captures(&self, faults: &mut Vec<Fault>) {
        let mut check = |expression: &Expression<'_>, drafts: &[Draft<'_>]| {
            let runs = |stage: &&StageHead| {
                let mut drafts = drafts.iter();
                drafts.any(|draft| *draft.stage.get_ref() == stage.name)
            };
            let stages: Vec<&StageHead> = self.head.stages.iter().filter(runs).collect();
            let names: Vec<&str> = stages
                .iter()
                .flat_map(|stage| stage.captures.iter().map(String::as_str))
                .collect();
            if names.is_empty() || stages.iter().any(|stage| stage.captures.is_empty()) {
                return;
            }
            for (name, at) in captures_in(&expression.node) {
                if !names.contains(&name) && !drafts.iter().any(|draft| draft.refers_to(name)) {
                    let names = names.join(", ");
                    let message = format!("nothing asks for capture `{name}`, only for {names}");
                    faults.push(expression.fault(at, message));
                }
            }
        };
        for draft in &self.drafts {
            check(&draft.expression, std::slice::from_ref(draft));
        }
        for (_, expression) in &self.expressions {
            check(expression, &self.drafts);
        }
    }

    fn check_unused(&self, faults: &mut Vec<Fault>) {
        let mut used = Vec::new();
        for draft in &self.drafts {
            macros_of(&draft.expression.node, &mut used);
            draft
                .guards
                .iter()
                .for_each(|(_, guard)| macros_of(&guard.node, &mut used));
        }
        let mut seen = FxHashSet::default();
        while let Some((name, _)) = used.pop() {
            if seen.insert(name)
                && let Some(node) = self.macros.get(name)
            {
                macros_of(node, &mut used);
            }
        }
        for (name, expression) in &self.expressions {
            if !seen.contains(name.as_str()) {
                faults.push(expression.fault(0, format!("macro `{name}` is never used")));
            }
        }
    }

    fn check_whole(&self, scope: &Scope<'_>, faults: &mut Vec<Fault>) {
        let most = self.head.limits.steps;
        let mut sizes = FxHashMap::default();
        let mut captures = FxHashMap::default();
        for draft in &self.drafts {
            let guards = draft.guards.iter().map(|(_, guard)| guard);
            let mut fits = true;
            for expression in std::iter::once(&draft.expression).chain(guards) {
                let size = scope.size(&expression.node, &mut sizes);
                if size > most {
                    fits = false;
                    let message = format!("the rule takes {size} steps, more than {most}");
                    faults.push(expression.fault(0, message));
                }
            }
            let mut wrong = Vec::new();
            scope.captures(&draft.expression.node, &mut captures, &mut wrong);
            let wrong = wrong.into_iter();
            faults.extend(wrong.map(|w| draft.expression.fault(w.at, w.message)));
            if fits {
                let captures = scope.capture_list(&draft.expression.node);
                for (key, value) in &draft.set {
                    let setting = self.setting(value.get_ref(), &captures);
                    if let Err(message) =
                        setting.and_then(|setting| self.fits(draft, key, &setting))
                    {
                        let message = format!("`{key}`: {message}");
                        faults.push(draft.source.fault(value.span().start, message));
                    }
                }
            }
        }
    }

    /// Whether the stage of a rule knows what a value of `set` gives.
    fn fits(&self, draft: &Draft<'_>, key: &str, setting: &Setting) -> Result<(), String> {
        let stage = draft.stage.get_ref();
        let known = self.head.stages.iter().find(|known| known.name == *stage);
        let Some(known) = known.filter(|known| !known.set.is_empty()) else {
            return Ok(());
        };
        let Some(values) = known.set.get(key) else {
            let names: Vec<&str> = known.set.keys().map(String::as_str).collect();
            let names = names.join(", ");
            return Err(format!("stage `{stage}` sets no such thing, only {names}"));
        };
        let wrong = |value: &str| !values.iter().any(|known| known == value);
        let (lexicons, feature) = match setting {
            Setting::Literal(value) if wrong(value) => {
                return Err(format!("`{value}` is none of {}", values.join(", ")));
            }
            Setting::Literal(_) => return Ok(()),
            Setting::Entry {
                lexicons, feature, ..
            } => (lexicons, feature),
        };
        let entries = self.lexicons.entries().iter();
        let mut told = entries
            .filter(|entry| lexicons.contains(&entry.lexicon))
            .filter_map(|entry| Some((entry, entry.value(feature)?)));
        match told.find(|(_, value)| wrong(value)) {
            Some((entry, value)) => Err(format!(
                "`{}` gives `{value}`, none of {}",
                entry.form,
                values.join(", ")
            )),
            None => Ok(()),
        }
    }

    /// What a value of `set` means.
    fn setting(&self, value: &toml::Value, captures: &[Capture]) -> Result<Setting, String> {
        let text = match value {
            toml::Value::String(text) => text.clone(),
            toml::Value::Table(_) | toml::Value::Array(_) => {
                return Err("a text, a number or a truth value is wanted".to_owned());
            }
            value => value.to_string(),
        };
        let Some(reference) = text.strip_prefix('$') else {
            return Ok(Setting::Literal(text.into()));
        };
        let (name, feature) = reference
            .split_once('.')
            .ok_or_else(|| format!("`{text}` names no feature; write `${reference}.id`"))?;
        let capture = captures.iter().position(|capture| &*capture.name == name);
        let lexicons = match capture {
            Some(capture) => captures[capture].lexicons.clone(),
            None => self.lexicons.lexicon(name).into_iter().collect(),
        };
        if lexicons.is_empty() {
            return Err(match capture {
                Some(_) => format!("capture `{name}` names no lexicon"),
                None => format!("`{name}` is neither a capture of the rule nor a lexicon"),
            });
        }
        Ok(Setting::Entry {
            capture: capture.map(|capture| capture as u16),
            lexicons,
            feature: feature.into(),
        })
    }

    /// Compiles what was found free of faults.
    pub(super) fn rules(self, faults: &mut Vec<Fault>) -> Rules {
        let spellings = self.spellings();
        let mut rules = Vec::new();
        let mut stages = Vec::new();
        for (at, stage) in self.head.stages.iter().enumerate() {
            let mut writing = Writing {
                draught: &self,
                automaton: Automaton::default(),
                atoms: Atoms::default(),
                programs: Vec::new(),
                needed: Some(Vec::new()),
                rules: &mut rules,
            };
            for draft in &self.drafts {
                if *draft.stage.get_ref() == self.head.stages[at].name
                    && let Err(message) = writing.rule(draft)
                {
                    faults.push(draft.expression.fault(0, message));
                }
            }
            let index = AtomIndex::new(&writing.atoms, &self.lexicons, &spellings);
            let needed = writing.needed.as_deref();
            let need = Need::new(needed, &writing.atoms, &self.lexicons, &spellings);
            stages.push(Stage {
                name: stage.name.as_str().into(),
                by_emit: stage.compete == Compete::Emit,
                automaton: writing.automaton,
                atoms: writing.atoms,
                programs: writing.programs,
                index,
                need,
                memory: Spare::default(),
            });
        }
        Rules {
            lexicons: self.lexicons,
            all: rules,
            stages,
        }
    }

    fn spellings(&self) -> Spellings {
        let own = self.head.spelling.get(self.lang.code());
        own.into_iter()
            .flatten()
            .map(|(word, others)| {
                let others = others.iter().map(|other| fold(other).into());
                (fold(word).into(), others.collect())
            })
            .collect()
    }
}

/// The automaton of a stage in the making.
struct Writing<'a, 'b> {
    draught: &'a Draught<'b>,
    automaton: Automaton,
    atoms: Atoms,
    programs: Vec<u32>,
    /// Atoms of which every match of a rule holds one; nothing where a rule does without.
    needed: Option<Vec<u16>>,
    rules: &'a mut Vec<Rule>,
}

impl Writing<'_, '_> {
    fn rule(&mut self, draft: &Draft<'_>) -> Result<(), String> {
        const MANY: &str = "the stage names more than 65535 different words, lexicons and types";
        let scope = self.draught.scope();
        let captures = scope.capture_list(&draft.expression.node);
        let mut writer = Writer {
            scope: &scope,
            atoms: &mut self.atoms,
            steps: &mut self.automaton.steps,
            captures: &captures,
        };
        let needed = writer.needed(&draft.expression.node);
        self.needed = self.needed.take().zip(needed).map(|(mut all, own)| {
            all.extend(own.atoms);
            all
        });
        let number = self.programs.len() as u32;
        let program = writer.program(&draft.expression.node, number).ok_or(MANY)?;
        let mut guards = Vec::new();
        for (guard, expression) in &draft.guards {
            guards.push((
                *guard,
                writer.program(&expression.node, number).ok_or(MANY)?,
            ));
        }
        let empty = guards.iter().map(|(_, guard)| guard).chain([&program]);
        if empty
            .into_iter()
            .any(|program| self.automaton.matches_nothing(program.start))
        {
            return Err("the expression matches where nothing stands".to_owned());
        }
        if self.automaton.steps.len() >= MOST_STEPS {
            return Err(format!(
                "the rules of the stage take more than {MOST_STEPS} steps"
            ));
        }
        self.automaton.begin_at(program.start);
        self.programs.push(self.rules.len() as u32);
        let set = draft.set.iter().map(|(key, value)| {
            let setting = self.draught.setting(value.get_ref(), &captures)?;
            Ok((key.as_str().into(), setting))
        });
        let set = set.collect::<Result<_, String>>()?;
        self.rules.push(Rule {
            id: draft.id.get_ref().as_str().into(),
            doc: draft.doc.as_str().into(),
            stage: draft.stage.get_ref().as_str().into(),
            emit: draft.emit.get_ref().as_str().into(),
            priority: draft.priority,
            examples: draft.examples.clone(),
            file: draft.source.file.into(),
            line: draft.line,
            set,
            captures,
            program,
            guards,
        });
        Ok(())
    }
}

/// The steps of one automaton: a thread names its step in 24 bits, and the worst text costs one visit
/// of each step a token.
const MOST_STEPS: usize = 1 << 18;
