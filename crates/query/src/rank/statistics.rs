//! The numbers of the whole index that scores rest on.

use std::sync::Arc;

use gleaner_store::{Fields, Result, Snapshot, mark};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, SegmentReader, Term};

use super::Weights;
use super::bound::STRETCH;

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
    /// What is known of the documents of each segment.
    pub(super) segments: Arc<[SegmentStatistics]>,
}

/// What is known of the documents of a segment.
#[derive(Debug)]
pub(crate) struct SegmentStatistics {
    /// Length of each part of each document, as the index rounds it: the engine's number for it.
    /// Filled up to a whole number of stretches of [`Bounds`](super::Bounds). By `Part as usize`.
    pub(super) lengths: [Vec<u8>; PARTS.len()],
    /// The deleted documents, in order.
    pub(super) deleted: Vec<DocId>,
}

impl SegmentStatistics {
    fn of(fields: &Fields, segment: &SegmentReader) -> tantivy::Result<Self> {
        let mut lengths: [Vec<u8>; PARTS.len()] = Default::default();
        for part in PARTS {
            let reader = segment.get_fieldnorms_reader(part.field(fields))?;
            let of_part = &mut lengths[part as usize];
            of_part.extend((0..segment.max_doc()).map(|doc| reader.fieldnorm_id(doc)));
            of_part.resize(of_part.len().next_multiple_of(STRETCH), 0);
        }
        let deleted = match segment.alive_bitset() {
            None => Vec::new(),
            Some(alive) => {
                let all = 0..segment.max_doc();
                all.filter(|doc| alive.is_deleted(*doc)).collect()
            }
        };
        Ok(Self { lengths, deleted })
    }

    /// Sum of the lengths of a part over all live documents.
    fn total_length(&self, part: Part) -> u64 {
        let lengths = &self.lengths[part as usize];
        let mut counts = [0_u64; 256];
        for id in lengths {
            counts[usize::from(*id)] += 1;
        }
        for doc in &self.deleted {
            counts[usize::from(lengths[*doc as usize])] -= 1;
        }
        let length = |id: u8| u64::from(FieldNormReader::id_to_fieldnorm(id));
        let counts = (0..=u8::MAX).zip(counts);
        counts.map(|(id, count)| count * length(id)).sum()
    }
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
        let segments = searcher.segment_readers().iter();
        let segments = segments.map(|segment| SegmentStatistics::of(snapshot.fields(), segment));
        let segments = segments.collect::<tantivy::Result<Vec<_>>>();
        let segments = segments.map_err(snapshot.damaged())?;
        let mut mean_length = [0.0; PARTS.len()];
        for part in PARTS {
            let total: u64 = segments
                .iter()
                .map(|segment| segment.total_length(part))
                .sum();
            mean_length[part as usize] = total as f64 / articles.max(1) as f64;
        }
        let weights = Weights::default();
        Ok(Self {
            articles,
            mean_length,
            norms: mean_length.map(|mean| norms(mean, &weights)),
            segments: segments.into(),
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
