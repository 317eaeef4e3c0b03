//! All the documents that match, in the order in which they lie.

use gleaner_store::{Result, Snapshot};
use tantivy::query::EnableScoring;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED, Term};

use crate::collect::Matches;
use crate::phrase::Phrase;
use crate::rank::{Bounds, Ranking, SegmentLists};

/// The live documents of one segment that match, in ascending order.
pub(crate) struct Matching<'s> {
    /// Place of the segment among those of the snapshot.
    pub(crate) ord: u32,
    pub(crate) segment: &'s SegmentReader,
    pub(crate) docs: Vec<DocId>,
}

/// The live documents that match, segment by segment.
pub(crate) fn matching<'s>(
    snapshot: &'s Snapshot,
    matches: &Matches<'_>,
    ranking: &Ranking,
) -> Result<Vec<Matching<'s>>> {
    let segments = snapshot.searcher().segment_readers();
    let of_segment = |(ord, segment)| {
        let docs = match matches.required_words(ranking) {
            Some(required) => with_words((required, matches), ranking, ord, segment),
            None => of_query(snapshot, matches, segment),
        };
        let docs = docs.map_err(snapshot.damaged())?;
        Ok(Matching {
            ord: ord as u32,
            segment,
            docs,
        })
    };
    segments.iter().enumerate().map(of_segment).collect()
}

/// The live documents that hold a term, in the segments that have any.
pub(crate) fn with_term<'s>(snapshot: &'s Snapshot, term: &Term) -> Result<Vec<Matching<'s>>> {
    let mut all = Vec::new();
    for (ord, segment) in (0..).zip(snapshot.searcher().segment_readers()) {
        let docs = docs_with(segment, term).map_err(snapshot.damaged())?;
        if !docs.is_empty() {
            all.push(Matching { ord, segment, docs });
        }
    }
    Ok(all)
}

fn docs_with(segment: &SegmentReader, term: &Term) -> tantivy::Result<Vec<DocId>> {
    let index = segment.inverted_index(term.field())?;
    let Some(mut postings) = index.read_postings(term, IndexRecordOption::Basic)? else {
        return Ok(Vec::new());
    };
    let alive = segment.alive_bitset();
    let mut docs = Vec::new();
    while postings.doc() != TERMINATED {
        if alive.is_none_or(|alive| alive.is_alive(postings.doc())) {
            docs.push(postings.doc());
        }
        postings.advance();
    }
    Ok(docs)
}

/// The live documents that have a word of the ranking, and all those that are required.
fn with_words(
    (required, matches): (u32, &Matches<'_>),
    ranking: &Ranking,
    ord: usize,
    segment: &SegmentReader,
) -> tantivy::Result<Vec<DocId>> {
    let lists = SegmentLists::new(ranking, ord, segment)?;
    let mut bounds = Bounds::with_words(&lists, required)?;
    let mut docs = Vec::new();
    while let Some(stretch) = bounds.next_stretch() {
        if matches.deadline.has_passed() {
            break;
        }
        let first = docs.len();
        stretch.each_at_least(0.0, required, |found| docs.push(found.doc));
        docs[first..].sort_unstable();
    }
    Ok(docs)
}

/// The live documents that meet the condition of a query, those before the deadline.
pub(crate) fn of_query(
    snapshot: &Snapshot,
    matches: &Matches<'_>,
    segment: &SegmentReader,
) -> tantivy::Result<Vec<DocId>> {
    let Matches {
        query, deadline, ..
    } = *matches;
    if let Some(phrase) = query.downcast_ref::<Phrase>()
        && let Some(mut docs) = phrase.docs(segment)?
    {
        if let Some(alive) = segment.alive_bitset() {
            docs.retain(|doc| alive.is_alive(*doc));
        }
        return Ok(docs);
    }
    let scoring = EnableScoring::disabled_from_searcher(snapshot.searcher());
    let mut matches = query.weight(scoring)?.scorer(segment, 1.0)?;
    let alive = segment.alive_bitset();
    let mut docs = Vec::new();
    let mut doc = matches.doc();
    let mut looked = 0;
    while doc != TERMINATED && !deadline.passes_at(&mut looked) {
        if alive.is_none_or(|alive| alive.is_alive(doc)) {
            docs.push(doc);
        }
        doc = matches.advance();
    }
    Ok(docs)
}
