//! Turns `patterns/` into an engine that knows nothing of health: lexicons, rules, one matcher.

pub mod lexicon;
