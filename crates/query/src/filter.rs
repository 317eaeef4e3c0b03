//! Conditions the engine has no query for: they tell the documents of a segment by themselves.

use std::fmt::Debug;

use tantivy::query::{
    BitSetDocSet, ConstScorer, EnableScoring, Explanation, Query, Scorer, Weight,
};
use tantivy::{BitSet, DocId, SegmentReader, TantivyError};

/// A condition that says nothing of relevance.
pub(crate) trait DocumentFilter: Clone + Debug + Send + Sync + 'static {
    /// The documents of a segment that meet it, deleted ones among them.
    fn docs(&self, segment: &SegmentReader) -> tantivy::Result<BitSet>;

    /// The condition as the engine takes it.
    fn into_query(self) -> Box<dyn Query> {
        Box::new(Filter(self))
    }
}

/// A condition on its way to the engine.
#[derive(Debug, Clone)]
struct Filter<F>(F);

impl<F: DocumentFilter> Query for Filter<F> {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl<F: DocumentFilter> Weight for Filter<F> {
    fn scorer(&self, segment: &SegmentReader, boost: f32) -> tantivy::Result<Box<dyn Scorer>> {
        let docs = BitSetDocSet::from(self.0.docs(segment)?);
        Ok(Box::new(ConstScorer::new(docs, boost)))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument(
            "a condition has no score to explain".into(),
        ))
    }
}
