//! Turns what SQLite says into an error with the way out.

use std::path::Path;

use rusqlite::ErrorCode;

use crate::error::Error;

/// The error of a statement on the store at `path`.
pub(super) fn fault(path: &Path, error: &rusqlite::Error) -> Error {
    let told = Error::Store {
        path: path.to_owned(),
        message: message(error),
        hint: None,
    };
    match error.sqlite_error_code().and_then(way_out) {
        Some(hint) => told.hint(hint),
        None => told,
    }
}

/// A store that was written by something else than this program.
pub(super) fn refusal(path: &Path, message: impl Into<String>, hint: &str) -> Error {
    Error::Store {
        path: path.to_owned(),
        message: message.into(),
        hint: Some(hint.to_owned()),
    }
}

/// A value in the store that its type does not know: nothing of ours wrote it.
pub(super) fn foreign(column: &str, value: &str) -> rusqlite::Error {
    let message = format!("`{column}` holds `{value}`");
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, message.into())
}

fn message(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqliteFailure(code, said) => {
            said.clone().unwrap_or_else(|| code.to_string())
        }
        other => other.to_string(),
    }
}

fn way_out(code: ErrorCode) -> Option<&'static str> {
    Some(match code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => {
            "another program is writing to it; wait for that to end and try again"
        }
        ErrorCode::DiskFull => {
            "free some space and start again; everything committed before is kept"
        }
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
            "move the file away and run `sihafa reprocess`; it builds the store again from the archive"
        }
        ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied => {
            "the folder and the file must exist and be writable; see `--data`"
        }
        ErrorCode::SystemIoFailure => {
            "the disk or network drive under it failed, or has no room; check it first"
        }
        _ => return None,
    })
}
