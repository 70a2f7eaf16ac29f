//! Writes a table as Parquet: typed columns, lists as lists, packed with zstd, a row group at a time.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::Type as Physical;
use parquet::basic::{Compression, ConvertedType, LogicalType, Repetition, TimeUnit, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type};
use parquet::errors::Result;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{
    SerializedColumnWriter, SerializedFileWriter, SerializedRowGroupWriter,
};
use parquet::schema::types::{Type as Node, TypePtr};

use super::table::{Cell, Column, Table, Type};

/// Rows of a group.
const GROUP_ROWS: usize = 50_000;
/// Bytes of a group before packing, which a writer holds.
const GROUP_BYTES: usize = 8 << 20;
/// How hard zstd tries.
const LEVEL: i32 = 6;

/// Rows on their way into a file.
pub(super) struct Writer<W: Write + Send> {
    table: Table,
    inner: SerializedFileWriter<W>,
    waiting: Vec<Vec<Cell>>,
    bytes: usize,
}

impl<W: Write + Send> Writer<W> {
    pub(super) fn new(table: &Table, out: W) -> Result<Self> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(LEVEL)?))
            .set_created_by(format!("sihafa {}", env!("CARGO_PKG_VERSION")))
            .build();
        let fields = table
            .columns
            .iter()
            .map(|column| field(column).map(Arc::new));
        let schema = Node::group_type_builder(table.name)
            .with_fields(fields.collect::<Result<Vec<TypePtr>>>()?)
            .build()?;
        Ok(Self {
            table: *table,
            inner: SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties))?,
            waiting: Vec::new(),
            bytes: 0,
        })
    }

    pub(super) fn row(&mut self, cells: Vec<Cell>) -> Result<()> {
        self.bytes += cells.iter().map(Cell::weight).sum::<usize>();
        self.waiting.push(cells);
        if self.waiting.len() >= GROUP_ROWS || self.bytes >= GROUP_BYTES {
            self.group()?;
        }
        Ok(())
    }

    /// Writes what waits and the foot, and gives the output back.
    pub(super) fn finish(mut self) -> Result<W> {
        self.group()?;
        self.inner.into_inner()
    }

    fn group(&mut self) -> Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let mut group = self.inner.next_row_group()?;
        for at in 0..self.table.columns.len() {
            let cells = self.waiting.iter().filter_map(|row| row.get(at));
            write(&mut group, &self.table.columns[at], cells)?;
        }
        group.close()?;
        self.waiting.clear();
        self.bytes = 0;
        Ok(())
    }
}

/// The node of a column in the schema.
fn field(column: &Column) -> Result<Node> {
    let (physical, logical) = match column.kind {
        Type::Text | Type::Texts => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Type::Integer => (Physical::INT64, None),
        Type::Number => (Physical::DOUBLE, None),
        Type::Day => (Physical::INT32, Some(LogicalType::Date)),
        Type::Moment => {
            let moment = LogicalType::timestamp(true, TimeUnit::MICROS);
            (Physical::INT64, Some(moment))
        }
    };
    let (name, repetition) = match (column.kind, column.required) {
        (Type::Texts, _) => ("element", Repetition::REQUIRED),
        (_, true) => (column.name, Repetition::REQUIRED),
        (_, false) => (column.name, Repetition::OPTIONAL),
    };
    let leaf = Node::primitive_type_builder(name, physical)
        .with_repetition(repetition)
        .with_logical_type(logical)
        .build()?;
    if column.kind != Type::Texts {
        return Ok(leaf);
    }
    // the three levels of the format's description of lists
    let list = Node::group_type_builder("list")
        .with_repetition(Repetition::REPEATED)
        .with_fields(vec![Arc::new(leaf)])
        .build()?;
    Node::group_type_builder(column.name)
        .with_repetition(Repetition::REQUIRED)
        .with_logical_type(Some(LogicalType::List))
        .with_converted_type(ConvertedType::LIST)
        .with_fields(vec![Arc::new(list)])
        .build()
}

/// Writes the next column of a group.
fn write<'c, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    column: &Column,
    cells: impl Iterator<Item = &'c Cell>,
) -> Result<()> {
    let Some(mut writer) = group.next_column()? else {
        return Ok(());
    };
    let flat = column.required;
    match column.kind {
        Type::Text => each::<ByteArrayType>(&mut writer, flat, cells, |cell| match cell {
            Cell::Text(text) => Some(bytes(text)),
            _ => None,
        }),
        Type::Integer | Type::Moment => {
            each::<Int64Type>(&mut writer, flat, cells, |cell| match cell {
                Cell::Integer(value) | Cell::Moment(value) => Some(*value),
                _ => None,
            })
        }
        Type::Number => each::<DoubleType>(&mut writer, flat, cells, |cell| match cell {
            Cell::Number(value) => Some(*value),
            _ => None,
        }),
        Type::Day => each::<Int32Type>(&mut writer, flat, cells, |cell| match cell {
            Cell::Day(days) => Some(*days),
            _ => None,
        }),
        Type::Texts => lists(&mut writer, cells),
    }?;
    writer.close()
}

/// Values and, unless the column is never null, for each row whether there is one.
fn each<'c, T: DataType>(
    writer: &mut SerializedColumnWriter<'_>,
    required: bool,
    cells: impl Iterator<Item = &'c Cell>,
    value: impl Fn(&Cell) -> Option<T::T>,
) -> Result<()> {
    let (mut values, mut levels) = (Vec::new(), Vec::new());
    for cell in cells {
        let value = value(cell);
        levels.push(i16::from(value.is_some()));
        values.extend(value);
    }
    let levels = (!required).then_some(levels.as_slice());
    writer.typed::<T>().write_batch(&values, levels, None)?;
    Ok(())
}

/// An empty list stands as one entry of level 0; in others all but the first repeat.
fn lists<'c>(
    writer: &mut SerializedColumnWriter<'_>,
    cells: impl Iterator<Item = &'c Cell>,
) -> Result<()> {
    let (mut values, mut levels, mut repeats) = (Vec::new(), Vec::new(), Vec::new());
    for cell in cells {
        let texts: &[String] = match cell {
            Cell::Texts(texts) => texts,
            _ => &[],
        };
        if texts.is_empty() {
            levels.push(0);
            repeats.push(0);
        }
        for (at, text) in texts.iter().enumerate() {
            values.push(bytes(text));
            levels.push(1);
            repeats.push(i16::from(at > 0));
        }
    }
    writer
        .typed::<ByteArrayType>()
        .write_batch(&values, Some(&levels), Some(&repeats))?;
    Ok(())
}

fn bytes(text: &str) -> ByteArray {
    text.as_bytes().to_vec().into()
}
