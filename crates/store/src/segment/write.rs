//! What threads have collected becomes one segment: the documents of one after those of the other.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::thread;

use tantivy::columnar::{ColumnarReader, MergeRowOrder, StackMergeOrder, merge_columnar};
use tantivy::directory::TerminatingWrite;
use tantivy::fieldnorm::{FieldNormReaders, FieldNormsSerializer};
use tantivy::index::{Segment, SegmentComponent};
use tantivy::postings::{FieldSerializer, InvertedIndexSerializer};
use tantivy::store::{StoreReader, StoreWriter};
use tantivy::{Directory, SegmentMeta};

use super::Collected;
use super::inverted::Part;
use super::postings::{self, Detail};
use super::run::{Entries, Entry, Run};
use crate::schema::{Fields, columns};

/// Writes one segment; there is something collected.
pub(super) fn write(fields: &Fields, collected: Vec<Collected>) -> tantivy::Result<SegmentMeta> {
    let segment = collected[0].segment.clone();
    let (mut runs, mut columns, mut stores) = (Vec::new(), Vec::new(), Vec::new());
    for part in collected {
        runs.extend(part.runs);
        columns.extend(part.columns);
        stores.push((part.segment, part.store));
    }
    thread::scope(|scope| {
        let beside = scope.spawn(|| {
            write_stores(stores)?;
            write_columns(&segment, columns)
        });
        write_lengths(&segment, fields, &runs)?;
        write_postings(&segment, fields, &runs)?;
        beside
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })?;
    let documents = runs.iter().map(Run::documents).sum();
    let segment = segment.with_max_doc(documents);
    // The stored articles were written under their final name from the start.
    segment.meta().untrack_temp_docstore();
    Ok(segment.meta().clone())
}

/// Puts the stored articles of all into the file of the first.
fn write_stores(stores: Vec<(Segment, StoreWriter)>) -> tantivy::Result<()> {
    let mut stores = stores.into_iter();
    let Some((_, mut first)) = stores.next() else {
        return Ok(());
    };
    for (segment, store) in stores {
        store.close()?;
        let file = segment.open_read(SegmentComponent::Store)?;
        first.stack(StoreReader::open(file, 0)?)?;
        let path = segment.relative_path(SegmentComponent::Store);
        // What cannot be deleted now is swept after the commit.
        let _ = segment.index().directory().delete(&path);
    }
    first.close()?;
    Ok(())
}

fn write_columns(segment: &Segment, parts: Vec<Vec<u8>>) -> tantivy::Result<()> {
    let file = SegmentComponent::FastFields;
    let mut file = segment.open_write(file)?;
    let parts = parts.into_iter().map(ColumnarReader::open);
    let parts = parts.collect::<Result<Vec<_>, _>>()?;
    let parts: Vec<&ColumnarReader> = parts.iter().collect();
    let order = MergeRowOrder::Stack(StackMergeOrder::stack(&parts));
    merge_columnar(&parts, &columns(&segment.schema()), order, &mut file)?;
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

fn write_postings(segment: &Segment, fields: &Fields, runs: &[Run]) -> tantivy::Result<()> {
    let lengths = FieldNormReaders::open(segment.open_read(SegmentComponent::FieldNorms)?)?;
    let mut files = InvertedIndexSerializer::open(segment)?;
    for (i, part) in Part::ALL.into_iter().enumerate() {
        let field = part.field(fields);
        let tokens = runs.iter().map(|run| run.tokens(i)).sum();
        if tokens > 0 {
            let lengths = lengths.get_field(field)?;
            let mut out = files.new_field(field, tokens, lengths)?;
            write_field(i, part.detail(), runs, &mut out)?;
            out.close()?;
        }
    }
    files.close()?;
    Ok(())
}

/// Goes through the lists of a field in all runs, in the order of their terms.
fn write_field(
    field: usize,
    detail: Detail,
    runs: &[Run],
    out: &mut FieldSerializer<'_>,
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
