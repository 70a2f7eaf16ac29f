//! Turns records and dossiers into files for research.
