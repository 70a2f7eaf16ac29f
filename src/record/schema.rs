//! Turns the record types into the JSON Schema that is published with every dump.

use schemars::{Schema, schema_for};

use super::{Record, dossier::Dossier};

/// The JSON Schema (2020-12) of a record.
pub fn record() -> Schema {
    schema_for!(Record)
}

/// The JSON Schema (2020-12) of a dossier.
pub fn dossier() -> Schema {
    schema_for!(Dossier)
}
