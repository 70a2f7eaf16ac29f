//! Turns records and dossiers into files for research.
//!
//! A dump is written beside its place under a temporary name and renamed when it is whole. The same
//! state gives the same bytes.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::record::schema;
use crate::store::Store;

/// What a dump holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Resource {
    /// File name inside the folder.
    pub path: String,
    /// Lines.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
    /// SHA-256 in hexadecimal.
    pub hash: String,
}

/// Writes `records.jsonl`, `dossiers.jsonl`, their JSON Schemas and `datapackage.json` to a folder.
///
/// # Errors
/// The folder cannot be written, or the store refuses. What was there before stays.
pub fn json_lines(store: &Store, folder: &Path) -> Result<Vec<Resource>> {
    fs::create_dir_all(folder).map_err(|error| Error::io("create", folder, error))?;
    let resources = vec![
        lines(folder, "records.jsonl", store.records())?,
        lines(folder, "dossiers.jsonl", store.dossiers())?,
    ];
    whole(folder, "record.schema.json", &pretty(&schema::record())?)?;
    whole(folder, "dossier.schema.json", &pretty(&schema::dossier())?)?;
    whole(folder, "datapackage.json", &pretty(&package(&resources))?)?;
    Ok(resources)
}

/// The Frictionless descriptor.
fn package(resources: &[Resource]) -> serde_json::Value {
    let schemas = BTreeMap::from([
        ("records.jsonl", "record.schema.json"),
        ("dossiers.jsonl", "dossier.schema.json"),
    ]);
    let resources: Vec<serde_json::Value> = resources
        .iter()
        .map(|resource| {
            let name = resource.path.trim_end_matches(".jsonl");
            serde_json::json!({
                "name": name,
                "path": resource.path,
                "format": "jsonl",
                "mediatype": "application/jsonl",
                "encoding": "utf-8",
                "bytes": resource.bytes,
                "hash": format!("sha256:{}", resource.hash),
                "rowCount": resource.rows,
                "jsonSchema": schemas.get(resource.path.as_str()),
            })
        })
        .collect();
    serde_json::json!({
        "name": "sihafa",
        "title": "Agreements in the health press of the Maghreb",
        "version": env!("CARGO_PKG_VERSION"),
        "resources": resources,
    })
}

fn pretty(value: &impl Serialize) -> Result<String> {
    serde_json::to_string_pretty(value)
        .map(|text| text + "\n")
        .map_err(|error| Error::input("dump", error.to_string()))
}

/// One value a line, hashed while it is written.
fn lines<T: Serialize>(
    folder: &Path,
    name: &str,
    values: impl Iterator<Item = Result<T>>,
) -> Result<Resource> {
    let draft = Draft::new(folder, name)?;
    let mut out = BufWriter::new(&draft.file);
    let mut digest = Sha256::new();
    let (mut rows, mut bytes) = (0, 0);
    for value in values {
        let mut line =
            serde_json::to_vec(&value?).map_err(|error| Error::input(name, error.to_string()))?;
        line.push(b'\n');
        out.write_all(&line)
            .map_err(|error| Error::io("write", &draft.part, error))?;
        digest.update(&line);
        rows += 1;
        bytes += line.len() as u64;
    }
    out.flush()
        .map_err(|error| Error::io("write", &draft.part, error))?;
    drop(out);
    draft.finish()?;
    Ok(Resource {
        path: name.to_owned(),
        rows,
        bytes,
        hash: data_encoding::HEXLOWER.encode(&digest.finalize()),
    })
}

fn whole(folder: &Path, name: &str, text: &str) -> Result<()> {
    let draft = Draft::new(folder, name)?;
    (&draft.file)
        .write_all(text.as_bytes())
        .map_err(|error| Error::io("write", &draft.part, error))?;
    draft.finish()
}

/// A file under a temporary name.
struct Draft {
    part: PathBuf,
    place: PathBuf,
    file: File,
}

impl Draft {
    fn new(folder: &Path, name: &str) -> Result<Self> {
        let draft = folder.join(format!(".{name}.part"));
        let file = File::create(&draft).map_err(|error| Error::io("create", &draft, error))?;
        Ok(Self {
            part: draft,
            place: folder.join(name),
            file,
        })
    }

    fn finish(self) -> Result<()> {
        self.file
            .sync_all()
            .map_err(|error| Error::io("write", &self.part, error))?;
        fs::rename(&self.part, &self.place).map_err(|error| Error::io("rename", &self.part, error))
    }
}
