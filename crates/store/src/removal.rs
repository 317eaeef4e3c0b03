//! Which documents a commit removes.

use std::collections::HashSet;
use std::io;
use std::sync::Arc;

use tantivy::columnar::BytesColumn;
use tantivy::index::SegmentId;
use tantivy::query::{
    BitSetDocSet, ConstScorer, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight,
};
use tantivy::{BitSet, DocId, Score, SegmentReader};

use crate::article::ArticlePath;
use crate::schema::PATH_COLUMN;

/// The documents of these paths in these segments, for the engine to delete. A segment that the same
/// commit adds has new documents of the same paths, and is none of these.
#[derive(Debug, Clone)]
pub(crate) struct Removal {
    paths: Arc<[ArticlePath]>,
    segments: Arc<HashSet<SegmentId>>,
}

impl Removal {
    pub(crate) fn new(paths: Vec<ArticlePath>, segments: HashSet<SegmentId>) -> Self {
        Self {
            paths: paths.into(),
            segments: Arc::new(segments),
        }
    }
}

impl Query for Removal {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for Removal {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let paths = segment.fast_fields().bytes(PATH_COLUMN)?;
        let Some(column) = paths.filter(|_| self.segments.contains(&segment.segment_id())) else {
            return Ok(Box::new(EmptyScorer));
        };
        let mut documents = BitSet::with_max_value(segment.max_doc());
        for document in documents_of(&column, &self.paths)? {
            documents.insert(document);
        }
        let documents = BitSetDocSet::from(documents);
        Ok(Box::new(ConstScorer::new(documents, boost)))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Ok(Explanation::new("removed", 1.0))
    }
}

/// All documents of a segment that have one of these paths, deleted ones too, in ascending order.
pub(crate) fn documents_of(column: &BytesColumn, paths: &[ArticlePath]) -> io::Result<Vec<DocId>> {
    let mut wanted = vec![false; column.num_terms()];
    let mut any = false;
    for path in paths {
        if let Some(place) = column.dictionary().term_ord(path.as_bytes())? {
            wanted[place as usize] = true;
            any = true;
        }
    }
    if !any {
        return Ok(Vec::new());
    }
    let is_wanted = |doc: &DocId| {
        let place = column.ords().first(*doc);
        place.is_some_and(|place| wanted.get(place as usize).copied().unwrap_or_default())
    };
    Ok((0..column.num_rows()).filter(is_wanted).collect())
}
