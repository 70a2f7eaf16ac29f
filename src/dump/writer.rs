//! Writes records and dossiers as they come into the files of one format.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde::Serialize;
use zstd::stream::write::Encoder;

use super::file::Summed;
use super::folder::Staging;
use super::table::{ALL, Cell, Table};
use super::{Format, Resource, csv, parquet, row};
use crate::error::{Error, Result};
use crate::record::Record;
use crate::record::dossier::Dossier;

/// How hard zstd tries.
const LEVEL: i32 = 6;

/// The files of a dump under way; of JSON Lines records and dossiers.
pub(super) enum Writer {
    Lines(Box<[Lines; 2]>),
    Tables(Vec<Rows>),
}

/// One file of JSON Lines.
pub(super) struct Lines {
    name: &'static str,
    path: PathBuf,
    out: Packing,
    rows: u64,
}

enum Packing {
    Plain(Summed),
    Zstd(Encoder<'static, Summed>),
}

/// One table.
pub(super) struct Rows {
    table: Table,
    path: PathBuf,
    out: Columns,
    count: u64,
}

enum Columns {
    Csv(Summed),
    Parquet(Box<parquet::Writer<Summed>>),
}

impl Writer {
    pub(super) fn new(format: Format, staging: &Staging) -> Result<Self> {
        if let Format::JsonLines { zstd } = format {
            return Ok(Self::Lines(Box::new([
                Lines::new("records", zstd, staging)?,
                Lines::new("dossiers", zstd, staging)?,
            ])));
        }
        let rows = ALL.iter().map(|table| Rows::new(table, format, staging));
        Ok(Self::Tables(rows.collect::<Result<_>>()?))
    }

    pub(super) fn record(&mut self, record: &Record) -> Result<()> {
        let tables = match self {
            Self::Lines(files) => return files[0].line(record),
            Self::Tables(tables) => tables,
        };
        let [articles, conventions, partners, operations, dates, ..] = tables.as_mut_slice() else {
            return Ok(());
        };
        articles.row(row::article(record))?;
        for (at, convention) in record.conventions.iter().enumerate() {
            conventions.row(row::convention(record, at, convention))?;
            for (which, partner) in convention.partners.iter().enumerate() {
                partners.row(row::partner(record, (at, which), partner))?;
            }
        }
        for (at, operation) in record.operations.iter().enumerate() {
            operations.row(row::operation(record, at, operation))?;
        }
        for (at, date) in record.dates.iter().enumerate() {
            dates.row(row::date(record, at, date))?;
        }
        Ok(())
    }

    pub(super) fn dossier(&mut self, dossier: &Dossier) -> Result<()> {
        match self {
            Self::Lines(files) => files[1].line(dossier),
            Self::Tables(tables) => match tables.last_mut() {
                Some(dossiers) => dossiers.row(row::dossier(dossier)),
                None => Ok(()),
            },
        }
    }

    pub(super) fn finish(self) -> Result<Vec<Resource>> {
        match self {
            Self::Lines(files) => files.into_iter().map(Lines::finish).collect(),
            Self::Tables(tables) => tables.into_iter().map(Rows::finish).collect(),
        }
    }
}

impl Lines {
    fn new(name: &'static str, zstd: bool, staging: &Staging) -> Result<Self> {
        let ending = if zstd { "jsonl.zst" } else { "jsonl" };
        let path = staging.file(&format!("{name}.{ending}"));
        let out = Summed::create(&path)?;
        let out = if zstd {
            Packing::Zstd(Encoder::new(out, LEVEL).map_err(Summed::failed(&path))?)
        } else {
            Packing::Plain(out)
        };
        Ok(Self {
            name,
            path,
            out,
            rows: 0,
        })
    }

    fn line(&mut self, value: &impl Serialize) -> Result<()> {
        let mut line = serde_json::to_vec(value)
            .map_err(|error| Error::input(self.name, error.to_string()))?;
        line.push(b'\n');
        self.rows += 1;
        match &mut self.out {
            Packing::Plain(out) => out.write_all(&line),
            Packing::Zstd(out) => out.write_all(&line),
        }
        .map_err(Summed::failed(&self.path))
    }

    fn finish(self) -> Result<Resource> {
        let out = match self.out {
            Packing::Plain(out) => out,
            Packing::Zstd(out) => out.finish().map_err(Summed::failed(&self.path))?,
        };
        out.finish(self.name, self.rows)
    }
}

impl Rows {
    fn new(table: &Table, format: Format, staging: &Staging) -> Result<Self> {
        let (ending, bom) = match format {
            Format::Csv { bom } => ("csv", bom),
            _ => ("parquet", false),
        };
        let path = staging.file(&format!("{}.{ending}", table.name));
        let mut out = Summed::create(&path)?;
        let out = if format == Format::Parquet {
            let writer = parquet::Writer::new(table, out).map_err(refused(&path))?;
            Columns::Parquet(Box::new(writer))
        } else {
            let mark = if bom { csv::BOM } else { &[] };
            out.write_all(mark)
                .and_then(|()| csv::head(table, &mut out))
                .map_err(Summed::failed(&path))?;
            Columns::Csv(out)
        };
        Ok(Self {
            table: *table,
            path,
            out,
            count: 0,
        })
    }

    fn row(&mut self, cells: Vec<Cell>) -> Result<()> {
        self.count += 1;
        match &mut self.out {
            Columns::Csv(out) => csv::row(&cells, out).map_err(Summed::failed(&self.path)),
            Columns::Parquet(writer) => writer.row(cells).map_err(refused(&self.path)),
        }
    }

    fn finish(self) -> Result<Resource> {
        let out = match self.out {
            Columns::Csv(out) => out,
            Columns::Parquet(writer) => writer.finish().map_err(refused(&self.path))?,
        };
        out.finish(self.table.name, self.count)
    }
}

/// What the Parquet writer says, mostly of the disk.
fn refused(path: &Path) -> impl Fn(::parquet::errors::ParquetError) -> Error {
    move |error| Error::io("write", path, std::io::Error::other(error))
}
