//! Conditions the engine has no query for: they tell the documents of a segment by themselves.

use std::fmt::Debug;

use tantivy::query::{
    BitSetDocSet, ConstScorer, EnableScoring, Explanation, Query, Scorer, Weight,
};
use tantivy::{BitSet, DocId, SegmentReader, TantivyError};

use crate::deadline::Deadline;

/// A condition that says nothing of relevance.
pub(crate) trait DocumentFilter: Clone + Debug + Send + Sync + 'static {
    /// The documents of a segment that meet it, deleted ones among them.
    /// Where the deadline has passed, some of them may be left out.
    fn docs(&self, segment: &SegmentReader, deadline: &Deadline) -> tantivy::Result<BitSet>;

    /// The condition as the engine takes it.
    fn into_query(self, deadline: &Deadline) -> Box<dyn Query> {
        Box::new(Filter(self, deadline.clone()))
    }
}

/// A condition on its way to the engine.
#[derive(Debug, Clone)]
struct Filter<F>(F, Deadline);

impl<F: DocumentFilter> Query for Filter<F> {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl<F: DocumentFilter> Weight for Filter<F> {
    fn scorer(&self, segment: &SegmentReader, boost: f32) -> tantivy::Result<Box<dyn Scorer>> {
        let docs = BitSetDocSet::from(self.0.docs(segment, &self.1)?);
        Ok(Box::new(ConstScorer::new(docs, boost)))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument(
            "a condition has no score to explain".into(),
        ))
    }
}
