//! Where terms occur: the lists of postings that scores are read from.

use std::iter::repeat;
use std::rc::Rc;

use tantivy::postings::{BlockSegmentPostings, Postings, SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, Searcher, SegmentReader, Term};

/// Postings in a block, as the engine packs them.
pub(super) const BLOCK: usize = 128;

/// Where the postings of a term are in each segment, looked up once.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    term: Term,
    segments: Vec<Option<TermInfo>>,
    /// Number of live documents that hold the term.
    pub(crate) frequency: u64,
}

impl Places {
    /// Looks a term up; `None` if no live document holds it.
    pub(crate) fn of(searcher: &Searcher, term: Term) -> tantivy::Result<Option<Self>> {
        let mut segments = Vec::with_capacity(searcher.segment_readers().len());
        let mut frequency = 0;
        for segment in searcher.segment_readers() {
            let index = segment.inverted_index(term.field())?;
            let info = index.get_term_info(&term)?;
            frequency += match (&info, segment.alive_bitset()) {
                (None, _) => 0,
                (Some(info), None) => u64::from(info.doc_freq),
                (Some(info), Some(alive)) => {
                    let postings =
                        index.read_postings_from_terminfo(info, IndexRecordOption::Basic)?;
                    u64::from(postings.doc_freq_given_deletes(alive))
                }
            };
            segments.push(info);
        }
        Ok((frequency > 0).then_some(Self {
            term,
            segments,
            frequency,
        }))
    }

    /// Number of documents of a segment that hold the term, deleted ones among them.
    pub(crate) fn documents(&self, ord: usize) -> u32 {
        self.segments[ord].as_ref().map_or(0, |info| info.doc_freq)
    }

    /// The postings of a segment.
    pub(crate) fn open(
        &self,
        ord: usize,
        segment: &SegmentReader,
        option: IndexRecordOption,
    ) -> tantivy::Result<Option<SegmentPostings>> {
        let Some(info) = &self.segments[ord] else {
            return Ok(None);
        };
        let index = segment.inverted_index(self.term.field())?;
        Ok(Some(index.read_postings_from_terminfo(info, option)?))
    }

    /// The postings of a segment, block by block.
    pub(crate) fn blocks(
        &self,
        ord: usize,
        segment: &SegmentReader,
    ) -> tantivy::Result<Option<BlockSegmentPostings>> {
        let Some(info) = &self.segments[ord] else {
            return Ok(None);
        };
        let index = segment.inverted_index(self.term.field())?;
        let option = IndexRecordOption::WithFreqs;
        Ok(Some(index.read_block_postings_from_terminfo(info, option)?))
    }
}

/// Occurrences of terms that count as one, for documents asked for in ascending order.
pub(super) enum Occurrences {
    Lists(Vec<SegmentPostings>),
    /// A merged list, and the place of the next document.
    Merged(Rc<Merged>, usize),
}

impl Occurrences {
    /// Opens the lists of a segment; `None` if there are none.
    pub(super) fn open(
        terms: &[Places],
        ord: usize,
        segment: &SegmentReader,
        option: IndexRecordOption,
    ) -> tantivy::Result<Option<Self>> {
        let mut lists = Vec::with_capacity(terms.len());
        for term in terms {
            lists.extend(term.open(ord, segment, option)?);
        }
        Ok((!lists.is_empty()).then_some(Self::Lists(lists)))
    }

    /// How often the terms occur in a document, which must not come before the last one asked for.
    pub(super) fn count(&mut self, doc: DocId) -> u32 {
        match self {
            Self::Lists(lists) => lists.iter_mut().map(|list| count(list, doc)).sum(),
            Self::Merged(merged, at) => {
                *at += before(&merged.docs[*at..], doc);
                match merged.docs.get(*at) {
                    Some(found) if *found == doc => merged.freqs[*at],
                    _ => 0,
                }
            }
        }
    }

    /// Adds the positions of the terms in the document that was asked for last. Merged lists know
    /// none.
    pub(super) fn positions(&mut self, doc: DocId, positions: &mut Vec<u32>) {
        if let Self::Lists(lists) = self {
            for list in lists {
                if list.doc() == doc {
                    list.append_positions_with_offset(0, positions);
                }
            }
        }
    }
}

fn count(list: &mut SegmentPostings, doc: DocId) -> u32 {
    if list.doc() < doc {
        list.seek(doc);
    }
    if list.doc() == doc {
        list.term_freq()
    } else {
        0
    }
}

/// A list, block by block.
#[expect(
    clippy::large_enum_variant,
    reason = "lists of the engine are what nearly all are"
)]
pub(super) enum Blocks {
    Engine(BlockSegmentPostings),
    /// A merged list, and the place where the block begins.
    Merged(Rc<Merged>, usize),
}

impl Blocks {
    /// Number of documents, deleted ones among them.
    pub(super) fn documents(&self) -> usize {
        match self {
            Self::Engine(list) => list.doc_freq() as usize,
            Self::Merged(list, _) => list.docs.len(),
        }
    }

    /// The documents of the block; none after the last one.
    pub(super) fn docs(&self) -> &[DocId] {
        match self {
            Self::Engine(list) => list.docs(),
            Self::Merged(list, start) => &list.docs[*start..list.docs.len().min(start + BLOCK)],
        }
    }

    /// How often the terms occur in each document of the block.
    pub(super) fn freqs(&self) -> &[u32] {
        match self {
            Self::Engine(list) => list.freqs(),
            Self::Merged(list, start) => &list.freqs[*start..list.docs.len().min(start + BLOCK)],
        }
    }

    /// Goes to the next block.
    pub(super) fn advance(&mut self) {
        match self {
            Self::Engine(list) => list.advance(),
            Self::Merged(list, start) => *start = list.docs.len().min(*start + BLOCK),
        }
    }

    /// Goes to the block of the first document not before `doc`, and gives its place there.
    pub(super) fn seek(&mut self, doc: DocId) -> usize {
        match self {
            Self::Engine(list) => list.seek(doc).min(list.docs().len()),
            Self::Merged(list, start) => {
                *start += before(&list.docs[*start..], doc);
                0
            }
        }
    }
}

/// How many documents of a list come before one. It takes the longer, the more they are.
pub(crate) fn before(docs: &[DocId], doc: DocId) -> usize {
    let (mut start, mut end) = (0, 1);
    while docs.get(end).is_some_and(|other| *other < doc) {
        (start, end) = (end, end * 4);
    }
    let end = end.min(docs.len());
    start + docs[start..end].partition_point(|other| *other < doc)
}

/// The documents of several lists, with the sum of their frequencies.
#[derive(Debug)]
pub(super) struct Merged {
    pub(super) docs: Vec<DocId>,
    pub(super) freqs: Vec<u32>,
}

impl Merged {
    /// Merges the lists of terms in a segment.
    pub(super) fn of(
        terms: &[Places],
        ord: usize,
        segment: &SegmentReader,
    ) -> tantivy::Result<Self> {
        let postings: u64 = terms
            .iter()
            .map(|term| u64::from(term.documents(ord)))
            .sum();
        let mut lists = Vec::with_capacity(terms.len());
        for term in terms {
            lists.extend(term.blocks(ord, segment)?);
        }
        // Counting by place is faster than sorting, unless the documents are few and far between.
        Ok(if postings > u64::from(segment.max_doc()) / 64 {
            Self::by_place(lists, segment.max_doc())
        } else {
            Self::by_sorting(lists)
        })
    }

    fn by_place(lists: Vec<BlockSegmentPostings>, max_doc: DocId) -> Self {
        let mut counts = vec![0; max_doc as usize];
        let mut there = vec![0_u64; max_doc as usize / 64 + 1];
        for list in lists {
            each_posting(list, |doc, freq| {
                counts[doc as usize] += freq;
                there[doc as usize / 64] |= 1 << (doc % 64);
            });
        }
        let (mut docs, mut freqs) = (Vec::new(), Vec::new());
        for (first, mut bits) in (0..).step_by(64).zip(there) {
            while bits != 0 {
                let doc = first + bits.trailing_zeros();
                docs.push(doc);
                freqs.push(counts[doc as usize]);
                bits &= bits - 1;
            }
        }
        Self { docs, freqs }
    }

    fn by_sorting(lists: Vec<BlockSegmentPostings>) -> Self {
        let mut all: Vec<(DocId, u32)> = Vec::new();
        for list in lists {
            each_posting(list, |doc, freq| all.push((doc, freq)));
        }
        // Each list is in order, which this kind of sorting makes use of.
        all.sort_by_key(|(doc, _)| *doc);
        all.dedup_by(|(doc, count), (kept, sum)| {
            let same = doc == kept;
            if same {
                *sum += *count;
            }
            same
        });
        let (docs, freqs) = all.into_iter().unzip();
        Self { docs, freqs }
    }
}

/// Hands every document of a list with its frequency to `take`. Where the index has no frequencies,
/// they are 1.
fn each_posting(mut list: BlockSegmentPostings, mut take: impl FnMut(DocId, u32)) {
    while !list.docs().is_empty() {
        let freqs = list.freqs().iter().copied().chain(repeat(1));
        for (doc, freq) in list.docs().iter().zip(freqs) {
            take(*doc, freq);
        }
        list.advance();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::before;

    proptest! {
        #[test]
        fn as_many_come_before_as_counting_says(
            docs in proptest::collection::btree_set(0..500_u32, 0..200),
            doc in 0..510_u32,
        ) {
            let docs: Vec<u32> = docs.into_iter().collect();
            let counted = docs.iter().filter(|other| **other < doc).count();
            prop_assert_eq!(before(&docs, doc), counted);
        }
    }
}
