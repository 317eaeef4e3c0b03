//! Exclusions the engine can be asked for in any state.
//!
//! tantivy 0.27 asks an excluded phrase for documents before the one it stands at, also when it has
//! no documents left, although the phrase does not allow that (an assertion in builds that have
//! them). The wrapper here only ever moves forward.

use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, SegmentReader};

/// A query that may be excluded.
#[derive(Debug)]
pub(crate) struct Excludable(pub(crate) Box<dyn Query>);

impl Clone for Excludable {
    fn clone(&self) -> Self {
        Self(self.0.box_clone())
    }
}

struct ExcludableWeight(Box<dyn Weight>);

struct ForwardOnly(Box<dyn Scorer>);

impl Query for Excludable {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(ExcludableWeight(self.0.weight(scoring)?)))
    }
}

impl Weight for ExcludableWeight {
    fn scorer(&self, segment: &SegmentReader, boost: f32) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(Box::new(ForwardOnly(self.0.scorer(segment, boost)?)))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        self.0.explain(segment, doc)
    }
}

/// `seek_danger` is left to its default, which asks for `doc` first.
impl DocSet for ForwardOnly {
    fn advance(&mut self) -> DocId {
        self.0.advance()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.0.doc() >= target {
            self.0.doc()
        } else {
            self.0.seek(target)
        }
    }

    fn doc(&self) -> DocId {
        self.0.doc()
    }

    fn size_hint(&self) -> u32 {
        self.0.size_hint()
    }
}

impl Scorer for ForwardOnly {
    fn score(&mut self) -> f32 {
        self.0.score()
    }
}
