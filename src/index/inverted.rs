//! Writes fields into the inverted index of a segment, beside those that tantivy has written.

use std::io::{self, Write};

use tantivy::directory::{CompositeFile, CompositeWrite, Directory, FileSlice};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::SegmentComponent;
use tantivy::postings::FieldSerializer;
use tantivy::schema::{Field, Schema};
use tantivy::{DocId, Segment};

use super::postings::{Ranked, Sorted};

/// The files of an inverted index.
pub(super) struct Inverted {
    schema: Schema,
    terms: CompositeWrite,
    postings: CompositeWrite,
    positions: CompositeWrite,
    lengths: CompositeWrite,
}

impl Inverted {
    /// Begins the files of a segment anew, with all fields that tantivy wrote but these.
    pub(super) fn renew(segment: &Segment, without: &[Field]) -> tantivy::Result<Self> {
        let renew = |component| renew(segment, component, without);
        Ok(Self {
            schema: segment.schema(),
            terms: renew(SegmentComponent::Terms)?,
            postings: renew(SegmentComponent::Postings)?,
            positions: renew(SegmentComponent::Positions)?,
            lengths: renew(SegmentComponent::FieldNorms)?,
        })
    }

    /// Writes a field whose places are positions.
    pub(super) fn field(
        &mut self,
        field: Field,
        ranked: &Ranked,
        sorted: &Sorted,
    ) -> tantivy::Result<()> {
        let mut postings = self.begin(field, sorted)?;
        let mut deltas = Vec::new();
        for (term, occurrences) in sorted.terms() {
            let name = ranked.names[term].as_bytes();
            write(&mut postings, name, occurrences, &mut deltas)?;
        }
        Ok(postings.close()?)
    }

    /// Writes a field of pairs, whose places are the ranks of what follows.
    pub(super) fn pairs(
        &mut self,
        field: Field,
        ranked: &Ranked,
        sorted: &Sorted,
    ) -> tantivy::Result<()> {
        let mut postings = self.begin(field, sorted)?;
        let (mut deltas, mut name, mut pairs) = (Vec::new(), String::new(), Vec::new());
        for (left, occurrences) in sorted.terms() {
            pairs.clear();
            pairs.extend(occurrences.iter().map(|&(doc, right)| (right, doc)));
            pairs.sort_unstable();
            for same in pairs.chunk_by(|one, other| one.0 == other.0) {
                name.clear();
                name.push_str(ranked.names[left]);
                name.push(' ');
                name.push_str(ranked.names[same[0].0 as usize]);
                let occurrences: Vec<(DocId, u32)> =
                    same.iter().map(|&(_, doc)| (doc, 0)).collect();
                write(&mut postings, name.as_bytes(), &occurrences, &mut deltas)?;
            }
        }
        Ok(postings.close()?)
    }

    /// Ends the files.
    pub(super) fn close(self) -> tantivy::Result<()> {
        for file in [self.terms, self.postings, self.positions, self.lengths] {
            file.close()?;
        }
        Ok(())
    }

    fn begin(&mut self, field: Field, sorted: &Sorted) -> tantivy::Result<FieldSerializer<'_>> {
        self.lengths.for_field(field).write_all(&sorted.lengths)?;
        let lengths = FieldNormReader::open(FileSlice::from(sorted.lengths.clone()))?;
        let entry = self.schema.get_field_entry(field);
        let option = entry.field_type().index_record_option();
        Ok(FieldSerializer::create(
            option.unwrap_or_default(),
            sorted.occurrences.len() as u64,
            self.terms.for_field(field),
            self.postings.for_field(field),
            self.positions.for_field(field),
            Some(lengths),
        )?)
    }
}

/// Writes the documents of a term, with the distances between its places in each.
fn write(
    postings: &mut FieldSerializer<'_>,
    name: &[u8],
    occurrences: &[(DocId, u32)],
    deltas: &mut Vec<u32>,
) -> io::Result<()> {
    let by_document = || occurrences.chunk_by(|one, other| one.0 == other.0);
    postings.new_term(name, by_document().count() as u32, true)?;
    for places in by_document() {
        let mut last = 0;
        deltas.clear();
        deltas.extend(places.iter().map(|&(_, place)| {
            let delta = place - last;
            last = place;
            delta
        }));
        postings.write_doc(places[0].0, places.len() as u32, deltas);
    }
    postings.close_term()
}

/// One file of a segment, written anew with all of its fields but these.
fn renew(
    segment: &Segment,
    component: SegmentComponent,
    without: &[Field],
) -> tantivy::Result<CompositeWrite> {
    let file = CompositeFile::open(&segment.open_read(component.clone())?)?;
    let mut kept = Vec::new();
    for (field, _) in segment.schema().fields() {
        if let Some(part) = file.open_read(field).filter(|_| !without.contains(&field)) {
            // A mapped file cannot be deleted everywhere.
            kept.push((field, part.read_bytes()?.to_vec()));
        }
    }
    drop(file);
    let path = segment.relative_path(component.clone());
    let directory = segment.index().directory();
    directory
        .delete(&path)
        .map_err(|error| io::Error::other(error.to_string()))?;
    let mut renewed = CompositeWrite::wrap(segment.open_write(component)?);
    for (field, part) in kept {
        renewed.for_field(field).write_all(&part)?;
    }
    Ok(renewed)
}
