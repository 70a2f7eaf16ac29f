//! Turns the facts of many articles into entities and dossiers.
