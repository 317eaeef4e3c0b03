//! Where terms occur: the lists of postings that scores are read from.

use tantivy::postings::TermInfo;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, Searcher, SegmentReader, Term};

/// As many lists are asked one by one; more are merged first.
const MOST_LISTS: usize = 4;

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
    ) -> tantivy::Result<Option<tantivy::postings::BlockSegmentPostings>> {
        let Some(info) = &self.segments[ord] else {
            return Ok(None);
        };
        let index = segment.inverted_index(self.term.field())?;
        let option = IndexRecordOption::WithFreqs;
        Ok(Some(index.read_block_postings_from_terminfo(info, option)?))
    }
}

/// Occurrences of terms that count as one, for documents asked for in ascending order.
pub(crate) enum Occurrences {
    Lists(Vec<SegmentPostings>),
    /// Documents with the sum of their frequencies, and the place of the next one.
    Merged(Vec<(DocId, u32)>, usize),
}

impl Occurrences {
    /// Opens the lists of a segment; `None` if there are none.
    pub(crate) fn open(
        terms: &[Places],
        ord: usize,
        segment: &SegmentReader,
        option: IndexRecordOption,
    ) -> tantivy::Result<Option<Self>> {
        let mut lists = Vec::new();
        for term in terms {
            lists.extend(term.open(ord, segment, option)?);
        }
        Ok(match lists.len() {
            0 => None,
            1..=MOST_LISTS => Some(Self::Lists(lists)),
            _ => Some(Self::Merged(merge(lists), 0)),
        })
    }

    /// How often the terms occur in a document, which must not come before the last one asked for.
    pub(crate) fn count(&mut self, doc: DocId) -> u32 {
        match self {
            Self::Lists(lists) => lists.iter_mut().map(|list| count(list, doc)).sum(),
            Self::Merged(docs, at) => {
                *at += docs[*at..].partition_point(|(other, _)| *other < doc);
                match docs.get(*at) {
                    Some((found, count)) if *found == doc => *count,
                    _ => 0,
                }
            }
        }
    }

    /// Adds the positions of the terms in the document that was asked for last. Merged lists know
    /// none.
    pub(crate) fn positions(&mut self, doc: DocId, positions: &mut Vec<u32>) {
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

/// The documents of all lists, in order, with the sum of their frequencies.
fn merge(lists: Vec<SegmentPostings>) -> Vec<(DocId, u32)> {
    let mut all: Vec<(DocId, u32)> = Vec::new();
    for mut list in lists {
        let mut doc = list.doc();
        while doc != tantivy::TERMINATED {
            all.push((doc, list.term_freq()));
            doc = list.advance();
        }
    }
    let Some(last) = all.iter().map(|(doc, _)| *doc).max() else {
        return all;
    };
    // Counting by place is faster than sorting, unless the documents are few and far between.
    if all.len() > last as usize / 64 {
        let mut counts = vec![0; last as usize + 1];
        for (doc, count) in all {
            counts[doc as usize] += count;
        }
        return (0..).zip(counts).filter(|(_, count)| *count > 0).collect();
    }
    all.sort_unstable();
    all.dedup_by(|(doc, count), (kept, sum)| {
        let same = doc == kept;
        if same {
            *sum += *count;
        }
        same
    });
    all
}
