//! Describes a dump: Frictionless descriptor, JSON Schemas, data cards, checksums.

use std::collections::BTreeMap;
use std::io::Write;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::file::Summed;
use super::folder::Staging;
use super::table::{self, Column, Table, Type};
use super::{Contents, Format, Request, Resource, card};
use crate::error::{Error, Result};
use crate::record::{self, dossier, schema};

/// The Frictionless descriptor, by which a dump is known.
pub(super) const DESCRIPTOR: &str = "datapackage.json";

/// Sums of every other file, as `sha256sum -c` reads them.
const SUMS: &str = "SHA256SUMS";

/// Writes everything but the resources.
pub(super) fn describe(contents: &Contents, request: &Request, staging: &Staging) -> Result<()> {
    let mut sums: BTreeMap<String, String> = BTreeMap::new();
    for Resource { path, hash, .. } in &contents.resources {
        sums.insert(path.clone(), hash.clone());
    }
    let mut files = vec![
        (DESCRIPTOR.to_owned(), pretty(&package(contents, request))?),
        ("record.schema.json".to_owned(), pretty(&schema::record())?),
        (
            "dossier.schema.json".to_owned(),
            pretty(&schema::dossier())?,
        ),
    ];
    files.extend(card::all(contents, request));
    for (name, text) in files {
        let resource = file(staging, &name, &text)?;
        sums.insert(name, resource.hash);
    }
    let sums = sums.iter().map(|(name, hash)| format!("{hash}  {name}\n"));
    file(staging, SUMS, &sums.collect::<String>()).map(drop)
}

fn file(staging: &Staging, name: &str, text: &str) -> Result<Resource> {
    let path = staging.file(name);
    let mut out = Summed::create(&path)?;
    out.write_all(text.as_bytes())
        .map_err(Summed::failed(&path))?;
    out.finish("description", 0)
}

fn pretty(value: &impl Serialize) -> Result<String> {
    serde_json::to_string_pretty(value)
        .map(|text| text + "\n")
        .map_err(|error| Error::input("dump", error.to_string()))
}

/// The descriptor: what Frictionless knows under its own names, the rest beside it.
fn package(contents: &Contents, request: &Request) -> Value {
    let resources = contents.resources.iter();
    let resources: Vec<Value> = resources.map(|one| resource(one, request.format)).collect();
    let mut package = json!({
        "profile": "data-package",
        "name": "sihafa",
        "title": "Agreements and medical acts in the health press of the Maghreb",
        "description": "What French and Arabic articles tell of agreements between institutions and of counts of medical acts, found by rules; README.en.md says more.",
        "version": env!("CARGO_PKG_VERSION"),
        "keywords": ["health", "press", "Maghreb", "agreements", "French", "Arabic"],
        "resources": resources,
        "counts": {
            "articles": contents.articles,
            "conventions": contents.conventions,
            "partners": contents.partners,
            "operations": contents.operations,
            "dates": contents.dates,
            "dossiers": contents.dossiers,
        },
        "selection": {
            "query": request.query.as_ref().map(|(query, _)| query),
            "since": request.since,
            "lang": request.lang,
            "texts": request.texts,
        },
        "versions": {
            "program": env!("CARGO_PKG_VERSION"),
            "code": contents.code,
            "patterns": contents.patterns,
            "record": record::SCHEMA,
            "dossier": dossier::SCHEMA,
        },
    });
    if let (Some(created), Some(package)) = (&contents.created, package.as_object_mut()) {
        package.insert("created".to_owned(), json!(created));
    }
    package
}

fn resource(resource: &Resource, format: Format) -> Value {
    // Of these only CSV is named as Frictionless names it: what it would read of the others by itself loses
    // lists and nulls, and under names that it does not know it holds them to their sizes and sums.
    let (format_name, mediatype) = match format {
        Format::JsonLines { zstd: false } => ("x-ndjson", "application/x-ndjson"),
        Format::JsonLines { zstd: true } => ("x-ndjson+zstd", "application/zstd"),
        Format::Parquet => ("vnd.apache.parquet", "application/vnd.apache.parquet"),
        Format::Csv { .. } => ("csv", "text/csv"),
    };
    let encoding = match format {
        Format::Csv { bom: true } => "utf-8-sig",
        _ => "utf-8",
    };
    let mut described = Map::from_iter([
        ("name".to_owned(), json!(resource.name)),
        ("path".to_owned(), json!(resource.path)),
        ("format".to_owned(), json!(format_name)),
        ("mediatype".to_owned(), json!(mediatype)),
        ("encoding".to_owned(), json!(encoding)),
        ("bytes".to_owned(), json!(resource.bytes)),
        (
            "hash".to_owned(),
            json!(format!("sha256:{}", resource.hash)),
        ),
        ("rowCount".to_owned(), json!(resource.rows)),
    ]);
    let table = table::ALL
        .iter()
        .find(|table| table.name == resource.name)
        .filter(|_| !matches!(format, Format::JsonLines { .. }));
    if let Some(table) = table {
        let profile = if matches!(format, Format::Csv { .. }) {
            "tabular-data-resource"
        } else {
            "data-resource"
        };
        described.insert("profile".to_owned(), json!(profile));
        described.insert("title".to_owned(), json!(table.about));
        described.insert("schema".to_owned(), table_schema(table));
    } else {
        let singular = resource.name.trim_end_matches('s');
        let schema = format!("{singular}.schema.json");
        described.insert("profile".to_owned(), json!("data-resource"));
        described.insert("jsonSchema".to_owned(), json!(schema));
    }
    Value::Object(described)
}

fn table_schema(table: &Table) -> Value {
    let foreign = table.foreign.iter().map(|(own, other, theirs)| {
        json!({"fields": own, "reference": {"resource": other, "fields": theirs}})
    });
    json!({
        "fields": table.columns.iter().map(|column| field(table, column)).collect::<Vec<_>>(),
        "primaryKey": table.key,
        "foreignKeys": foreign.collect::<Vec<_>>(),
        "missingValues": [""],
    })
}

fn field(table: &Table, column: &Column) -> Value {
    let (kind, format) = match column.kind {
        Type::Text => ("string", "default"),
        Type::Integer => ("integer", "default"),
        Type::Number => ("number", "default"),
        Type::Day => ("date", "default"),
        Type::Moment => ("datetime", "any"),
        Type::Texts => ("array", "default"),
    };
    let unique = table.key == [column.name];
    json!({
        "name": column.name,
        "type": kind,
        "format": format,
        "description": column.about,
        "constraints": {"required": column.required, "unique": unique},
    })
}
