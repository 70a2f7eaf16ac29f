//! Runs all rules of a stage over a sentence at once: one automaton over interned classes of tokens.
//!
//! A token is the *set* of atoms that it satisfies, each with the number of tokens that it spans
//! there: a name of three tokens is an atom of length 3 at its first. Each distinct set is one
//! symbol. The automaton is a program of steps, simulated breadth-first; the sets of threads that
//! arise are kept as states and their moves as a table, so that known text costs one look-up a
//! token. What the tables hold is bounded; when they are full they are emptied and built anew, and
//! the worst text costs the length of the program a token, never more.

use rustc_hash::FxHashMap;

/// One step of a program. Steps that consume nothing name where to go on; the others go on at the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Consumes as many tokens as the atom spans here.
    Atom(u16),
    /// Consumes any one token.
    Any,
    /// Goes on at either, the first preferred.
    Fork(u32, u32),
    /// Goes on there.
    Jump(u32),
    /// A capture begins.
    Open(u16),
    /// A capture ends.
    Close(u16),
    /// A program has matched.
    Done(u32),
}

/// An atom that holds at a token with the tokens it spans: `atom << 16 | length`.
pub(super) type Held = u32;

/// The most tokens that an entry or mention may span to be seen by rules: a thread keeps what it
/// has still to wait for in one byte.
pub(super) const LONGEST_SPAN: u32 = 255;

pub(super) const fn held(atom: u16, length: u32) -> Held {
    (atom as u32) << 16 | length
}

/// The lengths of an atom in a class, the shortest first.
pub(super) fn lengths(class: &[Held], atom: u16) -> impl DoubleEndedIterator<Item = usize> {
    class
        .iter()
        .filter(move |&&held| held >> 16 == u32::from(atom))
        .map(|&held| (held & 0xFFFF) as usize)
}

/// All programs of a stage, and what begins them.
#[derive(Debug, Default)]
pub(super) struct Automaton {
    pub(super) steps: Vec<Step>,
    /// By atom: the steps that a program may begin with.
    starts: FxHashMap<u16, Vec<u32>>,
    any_starts: Vec<u32>,
}

impl Automaton {
    /// Takes a program into the search; it must not match without a token.
    pub(super) fn begin_at(&mut self, entry: u32) {
        let mut reached = Reached::default();
        reached.close(&self.steps, entry);
        for thread in reached.threads {
            let step = thread >> 8;
            match self.steps[step as usize] {
                Step::Atom(atom) => self.starts.entry(atom).or_default().push(step),
                _ => self.any_starts.push(step),
            }
        }
    }

    /// Whether a program matches without a token.
    pub(super) fn matches_nothing(&self, entry: u32) -> bool {
        let mut reached = Reached::default();
        reached.close(&self.steps, entry);
        !reached.done.is_empty()
    }

    /// Tells which programs match somewhere in a sentence, by what their [`Step::Done`] holds.
    pub(super) fn scan(&self, symbols: &[u32], tables: &mut Tables, hits: &mut Vec<u32>) {
        let mut state = 0;
        for &symbol in symbols {
            tables.work += 1;
            let known = tables.known_move(state, symbol);
            let next = known.unwrap_or_else(|| self.advance(state, symbol, tables));
            state = next.state();
            if next.is_match() {
                hits.extend_from_slice(&tables.states[state as usize].done);
            }
        }
        hits.sort_unstable();
        hits.dedup();
    }

    /// Computes one move and keeps it.
    fn advance(&self, state: u32, symbol: u32, tables: &mut Tables) -> Move {
        let mut reached = std::mem::take(&mut tables.reached);
        reached.clear();
        let class = &tables.classes[symbol as usize];
        for &thread in &tables.states[state as usize].threads {
            tables.work += 1;
            let (step, wait) = (thread >> 8, thread & 0xFF);
            if wait > 0 {
                reached.add(&self.steps, step, wait - 1);
                continue;
            }
            match self.steps[step as usize] {
                Step::Atom(atom) => {
                    for length in lengths(class, atom) {
                        reached.add(&self.steps, step + 1, length as u32 - 1);
                    }
                }
                _ => reached.add(&self.steps, step + 1, 0),
            }
        }
        for &held in class {
            for &step in self
                .starts
                .get(&((held >> 16) as u16))
                .into_iter()
                .flatten()
            {
                reached.add(&self.steps, step + 1, (held & 0xFFFF) - 1);
            }
        }
        for &step in &self.any_starts {
            reached.add(&self.steps, step + 1, 0);
        }
        tables.work += reached.threads.len() as u64;
        let next = tables.state(&mut reached);
        let next = Move::to(next, !reached.done.is_empty());
        tables.reached = reached;
        tables.keep_move(state, symbol, next);
        next
    }
}

/// Where a symbol leads from a state, and whether a program has matched there: `state << 1 | match`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Move(u32);

impl Move {
    const UNKNOWN: Self = Self(u32::MAX);

    const fn to(state: u32, matches: bool) -> Self {
        Self(state << 1 | matches as u32)
    }

    const fn state(self) -> u32 {
        self.0 >> 1
    }

    const fn is_match(self) -> bool {
        self.0 & 1 != 0
    }
}

/// The threads of a state in the making: `step << 8 | tokens to wait`.
#[derive(Debug, Default)]
struct Reached {
    threads: Vec<u32>,
    done: Vec<u32>,
    seen: Vec<u32>,
    round: u32,
    open: Vec<u32>,
}

impl Reached {
    fn clear(&mut self) {
        self.threads.clear();
        self.done.clear();
        self.round = self.round.wrapping_add(1);
        if self.round == 0 {
            self.seen.clear();
            self.round = 1;
        }
    }

    fn add(&mut self, steps: &[Step], step: u32, wait: u32) {
        if wait > 0 {
            self.threads.push(step << 8 | wait);
        } else {
            self.close(steps, step);
        }
    }

    /// Follows the steps that consume nothing.
    fn close(&mut self, steps: &[Step], step: u32) {
        if self.seen.len() < steps.len() {
            self.seen.resize(steps.len(), 0);
            self.round = self.round.max(1);
        }
        self.open.push(step);
        while let Some(step) = self.open.pop() {
            if std::mem::replace(&mut self.seen[step as usize], self.round) == self.round {
                continue;
            }
            match steps[step as usize] {
                Step::Atom(_) | Step::Any => self.threads.push(step << 8),
                Step::Fork(first, second) => self.open.extend([second, first]),
                Step::Jump(to) => self.open.push(to),
                Step::Open(_) | Step::Close(_) => self.open.push(step + 1),
                Step::Done(program) => self.done.push(program),
            }
        }
    }
}

/// A state and a symbol as one number, which is hashed in one step.
const fn key(state: u32, symbol: u32) -> u64 {
    (state as u64) << 32 | symbol as u64
}

#[derive(Debug, Clone)]
struct State {
    threads: Box<[u32]>,
    done: Box<[u32]>,
}

/// What a search has learnt of an automaton: classes, states, moves. One a thread; reused from text to text.
#[derive(Debug)]
pub(super) struct Tables {
    symbols: FxHashMap<Box<[Held]>, u32>,
    /// By symbol.
    pub(super) classes: Vec<Box<[Held]>>,
    numbers: FxHashMap<Box<[u32]>, u32>,
    states: Vec<State>,
    /// By symbol: the moves from the state that waits for nothing, which most tokens are met in.
    first_moves: Vec<Move>,
    /// Those from the others, by [`key`].
    moves: FxHashMap<u64, Move>,
    /// What the tables hold, in numbers of four bytes, roughly.
    weight: usize,
    reached: Reached,
    /// Steps taken since the tables were made: a measure of time that no clock disturbs.
    pub(super) work: u64,
}

/// The weight at which tables are emptied: some 16 MiB.
const HEAVIEST: usize = 4 << 20;

impl Default for Tables {
    fn default() -> Self {
        let mut tables = Self {
            symbols: FxHashMap::default(),
            classes: Vec::new(),
            numbers: FxHashMap::default(),
            states: Vec::new(),
            first_moves: Vec::new(),
            moves: FxHashMap::default(),
            weight: 0,
            reached: Reached::default(),
            work: 0,
        };
        tables.empty();
        tables
    }
}

impl Tables {
    /// Makes room where the tables are full. Symbols and states from before are void afterwards.
    pub(super) fn make_room(&mut self) {
        if self.weight > HEAVIEST {
            self.empty();
        }
    }

    fn empty(&mut self) {
        self.symbols.clear();
        self.classes.clear();
        self.numbers.clear();
        self.states.clear();
        self.first_moves.clear();
        self.moves.clear();
        self.weight = 0;
        self.reached.clear();
        // State 0 waits for nothing: the beginning of every sentence.
        let mut nothing = std::mem::take(&mut self.reached);
        self.state(&mut nothing);
        self.reached = nothing;
    }

    fn known_move(&self, state: u32, symbol: u32) -> Option<Move> {
        let known = match state {
            0 => self.first_moves.get(symbol as usize),
            _ => self.moves.get(&key(state, symbol)),
        };
        known.copied().filter(|&known| known != Move::UNKNOWN)
    }

    fn keep_move(&mut self, state: u32, symbol: u32, next: Move) {
        if state == 0 {
            let symbols = self.first_moves.len().max(symbol as usize + 1);
            self.first_moves.resize(symbols, Move::UNKNOWN);
            self.first_moves[symbol as usize] = next;
        } else {
            self.moves.insert(key(state, symbol), next);
        }
        self.weight += 4;
    }

    /// The symbol of a class, which must be sorted and free of doubles.
    pub(super) fn symbol(&mut self, class: &[Held]) -> u32 {
        if let Some(&symbol) = self.symbols.get(class) {
            return symbol;
        }
        let symbol = self.classes.len() as u32;
        self.classes.push(class.into());
        self.symbols.insert(class.into(), symbol);
        self.weight += 2 * class.len() + 16;
        symbol
    }

    /// The number of the state that holds what was reached. What has matched is part of its name:
    /// the same threads may go on after a match and without one.
    fn state(&mut self, reached: &mut Reached) -> u32 {
        const BETWEEN: u32 = u32::MAX;
        reached.threads.sort_unstable();
        reached.threads.dedup();
        reached.done.sort_unstable();
        let threads = reached.threads.len();
        reached.threads.push(BETWEEN);
        reached.threads.extend_from_slice(&reached.done);
        if let Some(&number) = self.numbers.get(reached.threads.as_slice()) {
            return number;
        }
        let number = self.states.len() as u32;
        self.numbers
            .insert(reached.threads.as_slice().into(), number);
        self.weight += 2 * reached.threads.len() + 24;
        self.states.push(State {
            threads: reached.threads[..threads].into(),
            done: reached.done.as_slice().into(),
        });
        number
    }
}
