//! The best documents of one segment.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use tantivy::DocId;
use tantivy::columnar::BytesColumn;

use crate::deadline::Deadline;
use crate::rank::{BoundedDoc, SegmentLists, SegmentScorer};

/// Documents that wait before the most promising of them are scored. The more wait, the fewer have to
/// be scored.
const WAITING: usize = 1 << 8;

/// Documents of a segment that are scored whether the deadline has passed or not.
const SCORED_AT_LEAST: u32 = 100;

/// A candidate within one segment, ordered by what has to go first when there are too many.
#[derive(PartialEq)]
pub(crate) struct Candidate {
    pub(crate) score: f64,
    /// Rank of the path among the paths of the segment.
    path: u64,
    pub(crate) doc: DocId,
}

impl Eq for Candidate {}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        self.score
            .total_cmp(&other.score)
            .then(other.path.cmp(&self.path))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Scores as few documents of a segment as it takes to know the best.
pub(crate) struct Best<'r> {
    wanted: usize,
    /// Score of the worst of the best hits of the segments before.
    floor: f64,
    /// Documents come to a scorer in ascending order. Those that are scored first have one of their
    /// own, so that it need not go back for the others.
    first: Scorer<'r>,
    others: Scorer<'r>,
    paths: &'r BytesColumn,
    deadline: &'r Deadline,
    /// Documents scored.
    looked: u32,
    kept: BinaryHeap<Reverse<Candidate>>,
    waiting: Vec<BoundedDoc>,
}

impl<'r> Best<'r> {
    /// Keeps the best `wanted` documents of a segment whose score is at least `floor`.
    pub(crate) fn new(
        (wanted, floor): (usize, f64),
        lists: &'r SegmentLists<'r>,
        paths: &'r BytesColumn,
        deadline: &'r Deadline,
    ) -> Self {
        let scorer = || Scorer {
            lists,
            opened: None,
        };
        Self {
            wanted,
            floor,
            first: scorer(),
            others: scorer(),
            paths,
            deadline,
            looked: 0,
            kept: BinaryHeap::new(),
            waiting: Vec::new(),
        }
    }

    /// The score a document must reach to be among the best.
    pub(crate) fn least(&self) -> f64 {
        match self.kept.peek() {
            Some(Reverse(worst)) if self.kept.len() == self.wanted => worst.score.max(self.floor),
            _ => self.floor,
        }
    }

    /// Takes documents that may be among the best. Each time, they have to come after those of the
    /// times before.
    pub(crate) fn offer(
        &mut self,
        docs: impl FnOnce(f64, &mut Vec<BoundedDoc>),
    ) -> tantivy::Result<()> {
        if self.wanted == 0 {
            return Ok(());
        }
        docs(self.least(), &mut self.waiting);
        if self.waiting.len() >= self.wanted.saturating_add(WAITING) {
            self.settle()?;
        }
        Ok(())
    }

    /// Scores documents, which have to be in order and come after all others.
    pub(crate) fn score(&mut self, docs: &[DocId]) -> tantivy::Result<()> {
        if self.wanted == 0 {
            return Ok(());
        }
        for doc in docs.iter().copied() {
            if self.is_late() {
                break;
            }
            let bound = f32::INFINITY;
            let score = self.first.score(BoundedDoc { doc, bound }, self.least())?;
            self.keep(doc, score);
        }
        Ok(())
    }

    /// The best documents, the best first, and among equals by their paths.
    pub(crate) fn into_sorted(mut self) -> tantivy::Result<Vec<Candidate>> {
        self.settle()?;
        let best = self.kept.into_sorted_vec().into_iter();
        Ok(best.map(|Reverse(candidate)| candidate).collect())
    }

    /// Scores what waits: the most promising first, and then what can still be among the best.
    pub(crate) fn settle(&mut self) -> tantivy::Result<()> {
        let mut waiting = std::mem::take(&mut self.waiting);
        let by_bound = |a: &BoundedDoc, b: &BoundedDoc| b.bound.total_cmp(&a.bound);
        if self.wanted < waiting.len() {
            waiting.select_nth_unstable_by(self.wanted, by_bound);
        }
        let promising = self.wanted.min(waiting.len());
        let (first, others) = waiting.split_at_mut(promising);
        first.sort_unstable_by_key(|found| found.doc);
        for found in &*first {
            if self.is_late() {
                break;
            }
            let score = self.first.score(*found, self.least())?;
            self.keep(found.doc, score);
        }
        let others = others
            .iter()
            .filter(|found| f64::from(found.bound) >= self.least());
        let mut others: Vec<BoundedDoc> = others.copied().collect();
        others.sort_unstable_by_key(|found| found.doc);
        for found in others {
            if self.is_late() {
                break;
            }
            if f64::from(found.bound) >= self.least() {
                let score = self.others.score(found, self.least())?;
                self.keep(found.doc, score);
            }
        }
        waiting.clear();
        self.waiting = waiting;
        Ok(())
    }

    /// Whether no more documents are to be scored. After the deadline, the first ones still are: they
    /// are the best that was found.
    fn is_late(&mut self) -> bool {
        if self.looked < SCORED_AT_LEAST {
            self.looked += 1;
            return false;
        }
        self.deadline.passes_at(&mut self.looked)
    }

    fn keep(&mut self, doc: DocId, score: Option<f64>) {
        let Some(score) = score.filter(|score| *score >= self.least()) else {
            return;
        };
        let path = self.paths.ords().first(doc).unwrap_or(u64::MAX);
        self.kept.push(Reverse(Candidate { score, path, doc }));
        if self.kept.len() > self.wanted {
            self.kept.pop();
        }
    }
}

/// A scorer that is opened where it is needed.
struct Scorer<'r> {
    lists: &'r SegmentLists<'r>,
    opened: Option<SegmentScorer<'r>>,
}

impl Scorer<'_> {
    /// The score of a document; `None` where it is less than `least`.
    fn score(&mut self, found: BoundedDoc, least: f64) -> tantivy::Result<Option<f64>> {
        let scorer = match &mut self.opened {
            Some(scorer) => scorer,
            opened => opened.insert(SegmentScorer::new(self.lists)?),
        };
        Ok(scorer.score_at_least(found, least))
    }
}
