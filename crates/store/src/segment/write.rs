//! What threads have collected becomes one segment: the documents of one after those of the other.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{self, AtomicUsize};

use tantivy::columnar::{ColumnarReader, MergeRowOrder, StackMergeOrder, merge_columnar};
use tantivy::directory::{CompositeWrite, TerminatingWrite, WritePtr};
use tantivy::fieldnorm::{FieldNormReader, FieldNormReaders, FieldNormsSerializer};
use tantivy::index::{Segment, SegmentComponent};
use tantivy::postings::FieldSerializer;
use tantivy::schema::Field;
use tantivy::store::{StoreReader, StoreWriter};
use tantivy::{Directory, SegmentMeta, TantivyError};

use super::aside::{Aside, AsideWriter};
use super::inverted::Part;
use super::postings::{self, Detail};
use super::run::{Entries, Entry, Run};
use super::{Collected, new_store};
use crate::cancel::Cancel;
use crate::parallel;
use crate::schema::{Fields, columns};
use crate::store::Store;

/// Writes one segment; there is something collected.
pub(super) fn write(store: &Store, collected: Vec<Collected>) -> tantivy::Result<SegmentMeta> {
    let (fields, cancel) = (&store.fields, &store.cancel);
    let (mut runs, mut columns, mut stores) = (Vec::new(), Vec::new(), Vec::new());
    for part in collected {
        runs.extend(part.runs);
        columns.extend(part.columns);
        stores.extend(part.closed.into_iter().map(|segment| (segment, None)));
        let (segment, store) = part.store;
        stores.push((segment, Some(store)));
    }
    // The first file goes on, if it is not whole already.
    let (segment, first) = match stores[0].1.take() {
        Some(first) => (stores.remove(0).0, first),
        None => new_store(stores[0].0.index())?,
    };
    let (inverted, beside) = parallel::join(
        || {
            write_lengths(&segment, fields, &runs)?;
            write_postings(&segment, (fields, cancel), &runs)
        },
        || {
            write_stores(first, stores)?;
            write_columns(&segment, columns)
        },
    );
    inverted.and(beside)?;
    let documents = runs.iter().map(Run::documents).sum();
    let segment = segment.with_max_doc(documents);
    // The stored articles were written under their final name from the start.
    segment.meta().untrack_temp_docstore();
    Ok(segment.meta().clone())
}

/// Puts the stored articles of other files behind those of the first.
fn write_stores(
    mut first: StoreWriter,
    others: Vec<(Segment, Option<StoreWriter>)>,
) -> tantivy::Result<()> {
    for (segment, open) in others {
        if let Some(open) = open {
            open.close()?;
        }
        let file = segment.open_read(SegmentComponent::Store)?;
        first.stack(StoreReader::open(file, 0)?)?;
        let path = segment.relative_path(SegmentComponent::Store);
        // What cannot be deleted now is swept after the commit.
        let _ = segment.index().directory().delete(&path);
    }
    first.close()?;
    Ok(())
}

fn write_columns(segment: &Segment, mut parts: Vec<Aside>) -> tantivy::Result<()> {
    let file = SegmentComponent::FastFields;
    let mut file = segment.open_write(file)?;
    let readers = parts
        .iter_mut()
        .map(|part| ColumnarReader::open(part.take()?));
    let readers = readers.collect::<io::Result<Vec<_>>>()?;
    let readers: Vec<&ColumnarReader> = readers.iter().collect();
    let order = MergeRowOrder::Stack(StackMergeOrder::stack(&readers));
    merge_columnar(&readers, &columns(&segment.schema()), order, &mut file)?;
    file.terminate()?;
    Ok(())
}

fn write_lengths(segment: &Segment, fields: &Fields, runs: &[Run]) -> tantivy::Result<()> {
    let file = segment.open_write(SegmentComponent::FieldNorms)?;
    let mut lengths = FieldNormsSerializer::from_write(file)?;
    let schema = segment.schema();
    for (i, part) in Part::ALL.into_iter().enumerate() {
        let field = part.field(fields);
        if schema.get_field_entry(field).has_fieldnorms() {
            let of_runs: Vec<&[u8]> = runs.iter().map(|run| run.lengths(i)).collect();
            lengths.serialize_field(field, &of_runs.concat())?;
        }
    }
    lengths.close()?;
    Ok(())
}

/// The fields that are made beside the text, those first that take the longest: the words of keys are long
/// and unlike each other, so that their dictionary takes longer than any other.
const BESIDE_TEXT: [Part; 8] = [
    Part::Keys,
    Part::Exact,
    Part::Heading,
    Part::Related,
    Part::Excerpt,
    Part::Title,
    Part::TitleExact,
    Part::Marks,
];

/// Writes the text, which is more than half of all, while another thread makes all other fields, to be
/// appended; once the text is written, both make what is left. They are put where the runs are: in
/// files, if these were too much for memory.
fn write_postings(
    segment: &Segment,
    (fields, cancel): (&Fields, &Cancel),
    runs: &[Run],
) -> tantivy::Result<()> {
    let lengths = FieldNormReaders::open(segment.open_read(SegmentComponent::FieldNorms)?)?;
    let source = |part: Part| -> tantivy::Result<FieldSource<'_>> {
        let field = part.field(fields);
        let lengths = lengths.get_field(field)?;
        Ok(FieldSource {
            part,
            field,
            lengths,
            runs,
            cancel,
        })
    };
    let folder = runs.iter().find_map(Run::folder);
    let next = AtomicUsize::new(0);
    let make = || -> tantivy::Result<Vec<_>> {
        let rest =
            std::iter::from_fn(|| BESIDE_TEXT.get(next.fetch_add(1, atomic::Ordering::Relaxed)));
        rest.map(|&part| source(part)?.put_aside(folder)).collect()
    };
    let mut files = Files::create(segment)?;
    let (here, beside) = parallel::join(
        || {
            source(Part::Text)?.write(&mut files)?;
            make()
        },
        make,
    );
    let mut others = here?;
    others.extend(beside?);
    others.sort_unstable_by_key(|(field, _)| *field);
    for (field, parts) in others {
        files.append(field, &parts)?;
    }
    files.close()
}

/// The files of an inverted index, each of which has one field after the other.
struct Files<W: TerminatingWrite> {
    terms: CompositeWrite<W>,
    postings: CompositeWrite<W>,
    positions: CompositeWrite<W>,
}

impl Files<WritePtr> {
    fn create(segment: &Segment) -> tantivy::Result<Self> {
        let create = |file| Ok::<_, TantivyError>(CompositeWrite::wrap(segment.open_write(file)?));
        Ok(Self {
            terms: create(SegmentComponent::Terms)?,
            postings: create(SegmentComponent::Postings)?,
            positions: create(SegmentComponent::Positions)?,
        })
    }

    /// Appends a field that was put aside; nothing for one without terms.
    fn append(&mut self, field: Field, parts: &[Aside; 3]) -> io::Result<()> {
        if parts[0].len() == 0 {
            return Ok(());
        }
        let files = [&mut self.terms, &mut self.postings, &mut self.positions];
        for (part, file) in parts.iter().zip(files) {
            io::copy(&mut part.read(0..part.len())?, file.for_field(field))?;
        }
        Ok(())
    }

    fn close(self) -> tantivy::Result<()> {
        self.terms.close()?;
        self.postings.close()?;
        self.positions.close()?;
        Ok(())
    }
}

/// What a field is made of.
struct FieldSource<'a> {
    part: Part,
    field: Field,
    lengths: Option<FieldNormReader>,
    runs: &'a [Run],
    cancel: &'a Cancel,
}

impl FieldSource<'_> {
    /// Makes the terms, postings and positions and puts them aside.
    fn put_aside(self, folder: Option<&Path>) -> tantivy::Result<(Field, [Aside; 3])> {
        let field = self.field;
        let new = || AsideWriter::new(folder);
        let (mut terms, mut postings, mut positions) = (new()?, new()?, new()?);
        self.write(&mut Files {
            terms: CompositeWrite::wrap(&mut terms),
            postings: CompositeWrite::wrap(&mut postings),
            positions: CompositeWrite::wrap(&mut positions),
        })?;
        let parts = [terms.finish()?, postings.finish()?, positions.finish()?];
        Ok((field, parts))
    }

    fn write<W: TerminatingWrite>(self, files: &mut Files<W>) -> tantivy::Result<()> {
        let place = self.part as usize;
        let tokens = self.runs.iter().map(|run| run.tokens(place)).sum();
        if tokens == 0 {
            return Ok(());
        }
        let detail = self.part.detail();
        let mut out = FieldSerializer::create(
            detail.option(),
            tokens,
            files.terms.for_field(self.field),
            files.postings.for_field(self.field),
            files.positions.for_field(self.field),
            self.lengths,
        )?;
        write_field(place, detail, (self.runs, self.cancel), &mut out)?;
        out.close()?;
        Ok(())
    }
}

/// Goes through the lists of a field in all runs, in the order of their terms.
fn write_field<W: Write>(
    field: usize,
    detail: Detail,
    (runs, cancel): (&[Run], &Cancel),
    out: &mut FieldSerializer<'_, W>,
) -> tantivy::Result<()> {
    let mut sources = BinaryHeap::new();
    let mut base = 0;
    for run in runs {
        let mut source = Source {
            entry: Entry::default(),
            base,
            entries: run.entries(field)?,
        };
        if source.entries.read(&mut source.entry)? {
            sources.push(Reverse(source));
        }
        base += run.documents();
    }
    let mut positions = Vec::new();
    let mut same: Vec<Source<'_>> = Vec::new();
    while let Some(Reverse(first)) = sources.pop() {
        cancel.check_io()?;
        same.push(first);
        while let Some(next) = sources.peek_mut()
            && next.0.entry.term == same[0].entry.term
        {
            same.push(PeekMut::pop(next).0);
        }
        let documents = same.iter().map(|source| source.entry.documents).sum();
        out.new_term(&same[0].entry.term, documents, detail != Detail::Nothing)?;
        for source in &same {
            let list = &source.entry.list;
            postings::read(
                list,
                detail,
                &mut positions,
                |document, times, positions| {
                    out.write_doc(source.base + document, times, positions);
                },
            );
        }
        out.close_term()?;
        for mut source in same.drain(..) {
            if source.entries.read(&mut source.entry)? {
                sources.push(Reverse(source));
            }
        }
    }
    Ok(())
}

/// A run on its way through a field.
struct Source<'a> {
    /// The entry it stands at.
    entry: Entry,
    /// The number of its first document in the segment.
    base: u32,
    entries: Entries<'a>,
}

impl Source<'_> {
    /// By the term, then by the documents.
    fn key(&self) -> (&[u8], u32) {
        (&self.entry.term, self.base)
    }
}

impl PartialEq for Source<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Source<'_> {}

impl PartialOrd for Source<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Source<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_written() {
        let written = |part: &Part| *part == Part::Text || BESIDE_TEXT.contains(part);
        assert!(Part::ALL.iter().all(written));
        assert_eq!(BESIDE_TEXT.len() + 1, Part::ALL.len());
    }
}
