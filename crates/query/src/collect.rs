//! The best documents of an index, in a total order: score descending, then path.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use gleaner_store::{ArticlePath, Result, Snapshot};
use tantivy::query::{EnableScoring, Query};
use tantivy::{DocAddress, DocSet, TERMINATED};

use crate::rank::{Ranking, SegmentScorer};

/// A document that matched.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ranked {
    pub(crate) address: DocAddress,
    pub(crate) score: f32,
}

/// What a search found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Number of all matching documents.
    pub(crate) total: u64,
    /// The best `limit` of them after the first `offset`.
    pub(crate) hits: Vec<Ranked>,
}

/// A candidate within one segment, ordered by what has to go first when there are too many.
#[derive(PartialEq)]
struct Candidate {
    score: f32,
    /// Rank of the path among the paths of the segment.
    path: u64,
    doc: u32,
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

/// Finds all documents `query` matches and keeps the best.
pub(crate) fn collect(
    snapshot: &Snapshot,
    query: &dyn Query,
    ranking: &Ranking,
    offset: usize,
    limit: usize,
) -> Result<Found> {
    let searcher = snapshot.searcher();
    let scoring = EnableScoring::disabled_from_searcher(searcher);
    let weight = query.weight(scoring).map_err(snapshot.damaged())?;
    let wanted = offset.saturating_add(limit);
    let mut found = Found::default();
    let mut best: Vec<(Ranked, Option<ArticlePath>)> = Vec::new();
    for (ord, segment) in searcher.segment_readers().iter().enumerate() {
        let paths = snapshot.path_column(segment)?;
        let mut scorer: SegmentScorer = ranking.in_segment(segment).map_err(snapshot.damaged())?;
        let mut heap: BinaryHeap<Reverse<Candidate>> = BinaryHeap::new();
        let mut matches = weight.scorer(segment, 1.0).map_err(snapshot.damaged())?;
        let alive = segment.alive_bitset();
        let mut doc = matches.doc();
        while doc != TERMINATED {
            if alive.is_none_or(|alive| alive.is_alive(doc)) {
                found.total += 1;
                if wanted > 0 {
                    let score = scorer.score(doc);
                    let worst = heap.peek().map_or(f32::MIN, |Reverse(worst)| worst.score);
                    if heap.len() < wanted || score >= worst {
                        let path = paths.ords().first(doc).unwrap_or(u64::MAX);
                        heap.push(Reverse(Candidate { score, path, doc }));
                        if heap.len() > wanted {
                            heap.pop();
                        }
                    }
                }
            }
            doc = matches.advance();
        }
        for Reverse(Candidate { score, doc, .. }) in heap.into_sorted_vec() {
            let address = DocAddress::new(ord as u32, doc);
            best.push((Ranked { address, score }, None));
        }
    }
    sort(&mut best, snapshot, searcher.segment_readers().len())?;
    found.hits = best
        .into_iter()
        .map(|(hit, _)| hit)
        .skip(offset)
        .take(limit)
        .collect();
    Ok(found)
}

/// Brings the best of all segments into one order. Those of one segment are in order already.
fn sort(
    best: &mut [(Ranked, Option<ArticlePath>)],
    snapshot: &Snapshot,
    segments: usize,
) -> Result<()> {
    if segments < 2 {
        return Ok(());
    }
    for (hit, path) in best.iter_mut() {
        *path = Some(snapshot.path(hit.address)?);
    }
    best.sort_by(|(a, a_path), (b, b_path)| {
        b.score.total_cmp(&a.score).then_with(|| a_path.cmp(b_path))
    });
    Ok(())
}
