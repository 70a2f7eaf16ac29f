//! Links gold facts and cases of our own, and holds B-cubed, order, increments and name keys.

mod case;
mod corpus;
mod extracted;
mod gold;
mod keys;
mod linker;
mod store;
