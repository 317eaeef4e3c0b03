//! When a search has to end.
//!
//! What takes time looks at the deadline every so often. Once it has passed, nothing that is found later
//! counts: conditions may then end before their last document, and an exclusion with them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tantivy::query::{EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED};

/// Documents between two looks at the clock.
const GRAIN: u32 = 64;

/// The moment at which a search has to end; none unless asked for, and then no clock is read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Deadline(Option<Arc<Limit>>);

#[derive(Debug)]
struct Limit {
    clock: Clock,
    has_passed: AtomicBool,
}

#[derive(Debug)]
enum Clock {
    Until(Instant),
    /// After N looks, so that tests are the same in every run.
    #[cfg(test)]
    Looks(std::sync::atomic::AtomicU64),
}

impl Deadline {
    /// So long after the start of a search; none where that is nothing.
    pub(crate) fn after(allowed: Option<Duration>, started: Instant) -> Self {
        // A moment that cannot be told is one that does not come.
        let until = allowed.and_then(|allowed| started.checked_add(allowed));
        Self::at(until.map(Clock::Until))
    }

    /// At the look of this number, the first being 0.
    #[cfg(test)]
    pub(crate) fn after_looks(looks: u64) -> Self {
        Self::at(Some(Clock::Looks(looks.into())))
    }

    fn at(clock: Option<Clock>) -> Self {
        Self(clock.map(|clock| {
            Arc::new(Limit {
                clock,
                has_passed: AtomicBool::new(false),
            })
        }))
    }

    pub(crate) fn is_set(&self) -> bool {
        self.0.is_some()
    }

    /// Whether it has passed. Reads the clock, if there is a deadline.
    pub(crate) fn has_passed(&self) -> bool {
        let Some(limit) = &self.0 else {
            return false;
        };
        let has_passed = limit.has_passed.load(Ordering::Relaxed) || limit.clock.is_over();
        if has_passed {
            limit.has_passed.store(true, Ordering::Relaxed);
        }
        has_passed
    }

    /// Whether it has passed, by one look at the clock in every `GRAIN` documents. `looked` counts these.
    pub(crate) fn passes_at(&self, looked: &mut u32) -> bool {
        let Some(limit) = &self.0 else {
            return false;
        };
        *looked = looked.wrapping_add(1);
        limit.has_passed.load(Ordering::Relaxed)
            || (looked.is_multiple_of(GRAIN) && self.has_passed())
    }
}

impl Clock {
    fn is_over(&self) -> bool {
        match self {
            Self::Until(moment) => Instant::now() >= *moment,
            #[cfg(test)]
            Self::Looks(left) => {
                let less = |left: u64| left.checked_sub(1);
                left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less)
                    .is_err()
            }
        }
    }
}

/// A query of the engine that ends early where the deadline has passed.
#[derive(Debug)]
struct Stoppable(Box<dyn Query>, Deadline);

/// The query, so that it ends early where the deadline has passed.
pub(crate) fn stoppable(query: Box<dyn Query>, deadline: &Deadline) -> Box<dyn Query> {
    if deadline.is_set() {
        Box::new(Stoppable(query, deadline.clone()))
    } else {
        query
    }
}

impl Clone for Stoppable {
    fn clone(&self) -> Self {
        Self(self.0.box_clone(), self.1.clone())
    }
}

impl Query for Stoppable {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let weight = self.0.weight(scoring)?;
        Ok(Box::new(StoppableWeight(weight, self.1.clone())))
    }
}

struct StoppableWeight(Box<dyn Weight>, Deadline);

impl Weight for StoppableWeight {
    fn scorer(&self, segment: &SegmentReader, boost: f32) -> tantivy::Result<Box<dyn Scorer>> {
        if self.1.has_passed() {
            return Ok(Box::new(EmptyScorer));
        }
        Ok(Box::new(StoppableScorer {
            inner: self.0.scorer(segment, boost)?,
            deadline: self.1.clone(),
            looked: 0,
            has_ended: false,
        }))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        self.0.explain(segment, doc)
    }
}

struct StoppableScorer {
    inner: Box<dyn Scorer>,
    deadline: Deadline,
    looked: u32,
    has_ended: bool,
}

/// `seek_danger` is left to its default, which asks for `seek`.
impl DocSet for StoppableScorer {
    fn advance(&mut self) -> DocId {
        self.has_ended |= self.deadline.passes_at(&mut self.looked);
        if self.has_ended {
            return TERMINATED;
        }
        self.inner.advance()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.has_ended |= self.deadline.passes_at(&mut self.looked);
        if self.has_ended {
            return TERMINATED;
        }
        self.inner.seek(target)
    }

    fn doc(&self) -> DocId {
        if self.has_ended {
            TERMINATED
        } else {
            self.inner.doc()
        }
    }

    fn size_hint(&self) -> u32 {
        self.inner.size_hint()
    }
}

impl Scorer for StoppableScorer {
    fn score(&mut self) -> f32 {
        self.inner.score()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_deadline_nothing_passes() {
        let never = Deadline::after(None, Instant::now());
        assert!(!never.is_set() && !never.has_passed());
        assert!(!Deadline::after(Some(Duration::MAX), Instant::now()).has_passed());
    }

    #[test]
    fn what_has_passed_stays_so() {
        let now = Deadline::after(Some(Duration::ZERO), Instant::now());
        assert!(now.has_passed() && now.clone().has_passed());
        let third = Deadline::after_looks(2);
        assert_eq!(
            [(); 4].map(|()| third.has_passed()),
            [false, false, true, true]
        );
    }

    #[test]
    fn the_clock_is_read_every_so_many_documents() {
        let (second, mut looked) = (Deadline::after_looks(1), 0);
        let passed = (1..=4 * GRAIN).find(|_| second.passes_at(&mut looked));
        assert_eq!(passed, Some(2 * GRAIN));
    }
}
