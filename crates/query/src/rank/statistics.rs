//! The numbers of the whole index that scores rest on.

use std::sync::Arc;

use gleaner_store::{Fields, Result, Snapshot, mark};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, Searcher, SegmentReader, Term};

use super::Weights;

/// The parts of an article that score, in the order their numbers are added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Text,
    Exact,
    Title,
    Excerpt,
    Heading,
    Related,
}

/// All parts.
pub(crate) const PARTS: [Part; 6] = [
    Part::Text,
    Part::Exact,
    Part::Title,
    Part::Excerpt,
    Part::Heading,
    Part::Related,
];

impl Part {
    pub(crate) fn field(self, fields: &Fields) -> Field {
        match self {
            Self::Text => fields.text,
            Self::Exact => fields.exact,
            Self::Title => fields.title,
            Self::Excerpt => fields.excerpt,
            Self::Heading => fields.heading,
            Self::Related => fields.related,
        }
    }

    pub(crate) fn weight(self, weights: &Weights) -> f64 {
        match self {
            Self::Text => weights.text,
            Self::Exact => weights.exact,
            Self::Title => weights.title,
            Self::Excerpt => weights.excerpt,
            Self::Heading => weights.heading,
            Self::Related => weights.related,
        }
    }
}

/// `k1 * (1 - b + b * length / mean length)` for every length the index tells apart.
#[derive(Debug)]
pub(crate) struct Norms {
    pub(super) exact: [f64; 256],
    /// The same in 32 bits.
    pub(super) rough: [f32; 256],
}

/// Numbers over the whole index that scores rest on. Deleted documents and files left out do not
/// count, so that they are the same after any history of the index.
#[derive(Debug)]
pub(crate) struct Statistics {
    pub(crate) articles: u64,
    /// Mean number of words of each part over all articles.
    mean_length: [f64; PARTS.len()],
    /// The norms for the default weights.
    norms: [Arc<Norms>; PARTS.len()],
    /// The deleted documents of each segment, in order.
    pub(super) deleted: Arc<[Vec<DocId>]>,
}

impl Statistics {
    pub(crate) fn of(snapshot: &Snapshot) -> Result<Self> {
        let searcher = snapshot.searcher();
        let mut left_out = 0;
        let left_out_term = Term::from_field_text(snapshot.fields().marks, mark::LEFT_OUT);
        for segment in searcher.segment_readers() {
            left_out += live_frequency(segment, &left_out_term).map_err(snapshot.damaged())?;
        }
        let articles = searcher.num_docs().saturating_sub(left_out);
        let mut mean_length = [0.0; PARTS.len()];
        for part in PARTS {
            let field = part.field(snapshot.fields());
            let total = total_length(searcher, field).map_err(snapshot.damaged())?;
            mean_length[part as usize] = total as f64 / articles.max(1) as f64;
        }
        let weights = Weights::default();
        Ok(Self {
            articles,
            mean_length,
            norms: mean_length.map(|mean| norms(mean, &weights)),
            deleted: searcher.segment_readers().iter().map(deleted).collect(),
        })
    }

    /// `ln(1 + (N - n + 0.5) / (n + 0.5))`, as Lucene has it: never negative.
    pub(crate) fn idf(&self, frequency: u64) -> f64 {
        let (all, with) = (self.articles as f64, frequency as f64);
        (1.0 + ((all - with).max(0.0) + 0.5) / (with + 0.5)).ln()
    }

    /// The norms of all parts, by `Part as usize`.
    pub(crate) fn norms(&self, weights: &Weights) -> [Arc<Norms>; PARTS.len()] {
        let default = Weights::default();
        if (weights.k1, weights.b) == (default.k1, default.b) {
            return self.norms.clone();
        }
        self.mean_length.map(|mean| norms(mean, weights))
    }

    /// Mean number of words of a part.
    pub(crate) fn mean_length(&self, part: Part) -> f64 {
        self.mean_length[part as usize]
    }
}

fn norms(mean_length: f64, weights: &Weights) -> Arc<Norms> {
    let mut exact = [0.0; 256];
    for (id, norm) in (0..=u8::MAX).zip(exact.iter_mut()) {
        let length = f64::from(FieldNormReader::id_to_fieldnorm(id));
        *norm = weights.k1 * (1.0 - weights.b + weights.b * length / mean_length.max(1.0));
    }
    let rough = exact.map(|norm| norm as f32);
    Arc::new(Norms { exact, rough })
}

fn deleted(segment: &SegmentReader) -> Vec<DocId> {
    let Some(alive) = segment.alive_bitset() else {
        return Vec::new();
    };
    let all = 0..segment.max_doc();
    all.filter(|doc| alive.is_deleted(*doc)).collect()
}

/// Sum of the lengths of a field over all live documents, as the index rounds them.
fn total_length(searcher: &Searcher, field: Field) -> tantivy::Result<u64> {
    let mut counts = [0_u64; 256];
    for segment in searcher.segment_readers() {
        let lengths = segment.get_fieldnorms_reader(field)?;
        match segment.alive_bitset() {
            None => {
                for doc in 0..segment.max_doc() {
                    counts[usize::from(lengths.fieldnorm_id(doc))] += 1;
                }
            }
            Some(alive) => {
                for doc in alive.iter_alive() {
                    counts[usize::from(lengths.fieldnorm_id(doc))] += 1;
                }
            }
        }
    }
    let length = |id: u8| u64::from(FieldNormReader::id_to_fieldnorm(id));
    Ok((0..=u8::MAX)
        .zip(counts)
        .map(|(id, count)| count * length(id))
        .sum())
}

/// Number of live documents of a segment that hold the term.
pub(crate) fn live_frequency(segment: &SegmentReader, term: &Term) -> tantivy::Result<u64> {
    let index = segment.inverted_index(term.field())?;
    let Some(info) = index.get_term_info(term)? else {
        return Ok(0);
    };
    let Some(alive) = segment.alive_bitset() else {
        return Ok(u64::from(info.doc_freq));
    };
    let postings = index.read_postings_from_terminfo(&info, IndexRecordOption::Basic)?;
    Ok(u64::from(postings.doc_freq_given_deletes(alive)))
}
