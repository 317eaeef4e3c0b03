//! The best documents of an index, in a total order: score descending, then path.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use gleaner_store::{ArticlePath, Result, Snapshot};
use tantivy::query::{EnableScoring, Query, Weight};
use tantivy::{DocAddress, DocId, DocSet, SegmentReader, TERMINATED};

use crate::rank::{BoundedDoc, Bounds, Ranking, Scores, SegmentScorer};

/// A posting whose bound is added up takes about a 64th of the time that scoring a document takes.
const POSTINGS_PER_SCORE: u64 = 64;

/// A document that matched.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ranked {
    pub(crate) address: DocAddress,
    pub(crate) score: f64,
}

/// What a search found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Number of all matching documents.
    pub(crate) total: u64,
    /// How many of them have every word; `None` where this is not counted.
    pub(crate) with_all: Option<u64>,
    /// The best `limit` of them after the first `offset`.
    pub(crate) hits: Vec<Ranked>,
}

/// Which documents match.
pub(crate) struct Matches<'q> {
    pub(crate) query: &'q dyn Query,
    /// Whether they are exactly those that have any word of the ranking.
    pub(crate) is_any_word: bool,
}

/// A candidate within one segment, ordered by what has to go first when there are too many.
#[derive(PartialEq)]
struct Candidate {
    score: f64,
    /// Rank of the path among the paths of the segment.
    path: u64,
    doc: DocId,
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

/// Finds all documents that match and keeps the best.
pub(crate) fn collect(
    snapshot: &Snapshot,
    matches: &Matches<'_>,
    ranking: &Ranking,
    offset: usize,
    limit: usize,
) -> Result<Found> {
    let searcher = snapshot.searcher();
    let scoring = EnableScoring::disabled_from_searcher(searcher);
    let weight = matches.query.weight(scoring).map_err(snapshot.damaged())?;
    let mut collector = Collector {
        snapshot,
        ranking,
        wanted: offset.saturating_add(limit),
        floor: 0.0,
        best: Vec::new(),
        total: 0,
        with_all: Some(0),
    };
    for (ord, segment) in searcher.segment_readers().iter().enumerate() {
        let docs = if matches.is_any_word {
            None
        } else {
            Some(matching(&*weight, segment).map_err(snapshot.damaged())?)
        };
        collector.segment(ord, segment, docs)?;
    }
    let Collector {
        best,
        total,
        with_all,
        ..
    } = collector;
    let hits = best.into_iter().map(|(hit, _)| hit);
    Ok(Found {
        total,
        with_all,
        hits: hits.skip(offset).take(limit).collect(),
    })
}

/// The numbers behind the scores of some documents, in the order given.
pub(crate) fn scores(
    snapshot: &Snapshot,
    ranking: &Ranking,
    addresses: &[DocAddress],
) -> Result<Vec<Scores>> {
    let mut scores = vec![Scores::default(); addresses.len()];
    let mut places: Vec<usize> = (0..addresses.len()).collect();
    places.sort_by_key(|place| addresses[*place]);
    for group in places.chunk_by(|a, b| addresses[*a].segment_ord == addresses[*b].segment_ord) {
        let ord = addresses[group[0]].segment_ord;
        let segment = snapshot.searcher().segment_reader(ord);
        let scorer = SegmentScorer::new(ranking, ord as usize, segment);
        let mut scorer = scorer.map_err(snapshot.damaged())?;
        for place in group {
            scores[*place] = scorer.score(addresses[*place].doc_id).clone();
        }
    }
    Ok(scores)
}

/// The live documents of a segment that match, in order.
fn matching(weight: &dyn Weight, segment: &SegmentReader) -> tantivy::Result<Vec<DocId>> {
    let mut matches = weight.scorer(segment, 1.0)?;
    let alive = segment.alive_bitset();
    let mut docs = Vec::new();
    let mut doc = matches.doc();
    while doc != TERMINATED {
        if alive.is_none_or(|alive| alive.is_alive(doc)) {
            docs.push(doc);
        }
        doc = matches.advance();
    }
    Ok(docs)
}

/// Goes through the segments and keeps the best hits so far.
struct Collector<'c> {
    snapshot: &'c Snapshot,
    ranking: &'c Ranking,
    wanted: usize,
    /// Score of the worst of the best hits so far, once there are enough of them.
    floor: f64,
    /// The best so far, in order. The path is read where segments have to be compared.
    best: Vec<(Ranked, Option<ArticlePath>)>,
    total: u64,
    with_all: Option<u64>,
}

impl Collector<'_> {
    /// Takes the documents of a segment: those in `docs`, or all that have a word of the ranking.
    fn segment(
        &mut self,
        ord: usize,
        segment: &SegmentReader,
        docs: Option<Vec<DocId>>,
    ) -> Result<()> {
        let candidates = match docs {
            Some(docs) if self.is_cheap_to_score(ord, docs.len()) => {
                self.total += docs.len() as u64;
                // Whether one has all words is known when it is scored, which not all are.
                self.with_all = None;
                let unbounded = |doc| BoundedDoc {
                    doc,
                    bound: f64::INFINITY,
                    has_all: None,
                };
                docs.into_iter().map(unbounded).collect()
            }
            docs => self.bounded(ord, segment, docs)?,
        };
        if self.wanted > 0 {
            self.score(ord, segment, candidates)?;
        }
        Ok(())
    }

    /// Whether scoring so many documents takes less time than adding up bounds.
    fn is_cheap_to_score(&self, ord: usize, docs: usize) -> bool {
        self.wanted == 0 || self.ranking.postings(ord) > docs as u64 * POSTINGS_PER_SCORE
    }

    /// Counts the documents, and gives those that may be among the best.
    fn bounded(
        &mut self,
        ord: usize,
        segment: &SegmentReader,
        docs: Option<Vec<DocId>>,
    ) -> Result<Vec<BoundedDoc>> {
        let bounds = Bounds::new(self.ranking, ord, segment);
        let mut bounds = bounds.map_err(self.snapshot.damaged())?;
        let mut candidates = Vec::new();
        let mut docs = docs.map(|docs| docs.into_iter().peekable());
        let alive = segment.alive_bitset();
        while let Some(stretch) = bounds.next_stretch() {
            for found in stretch {
                let matches = match &mut docs {
                    Some(docs) => {
                        // A match without any word of the ranking: there is nothing to score.
                        while let Some(doc) = docs.next_if(|doc| *doc < found.doc) {
                            candidates.push(unscored(doc));
                            self.count(Some(false));
                        }
                        docs.next_if_eq(&found.doc).is_some()
                    }
                    None => alive.is_none_or(|alive| alive.is_alive(found.doc)),
                };
                if matches {
                    self.count(found.has_all);
                    if found.bound >= self.floor {
                        candidates.push(found);
                    }
                }
            }
        }
        for doc in docs.into_iter().flatten() {
            candidates.push(unscored(doc));
            self.count(Some(false));
        }
        Ok(candidates)
    }

    fn count(&mut self, has_all: Option<bool>) {
        self.total += 1;
        self.with_all = match (self.with_all, has_all) {
            (Some(count), Some(has_all)) => Some(count + u64::from(has_all)),
            _ => None,
        };
    }

    /// Scores the candidates of a segment, those with the highest bounds first.
    fn score(
        &mut self,
        ord: usize,
        segment: &SegmentReader,
        mut candidates: Vec<BoundedDoc>,
    ) -> Result<()> {
        let snapshot = self.snapshot;
        let paths = snapshot.path_column(segment)?;
        let mut heap: BinaryHeap<Reverse<Candidate>> = BinaryHeap::new();
        let first = self.wanted.min(candidates.len());
        if first < candidates.len() {
            let descending = |a: &BoundedDoc, b: &BoundedDoc| b.bound.total_cmp(&a.bound);
            candidates.select_nth_unstable_by(first, descending);
        }
        let (likely, others) = candidates.split_at_mut(first);
        for group in [likely, others] {
            let floor = self.floor_with(&heap);
            group.sort_unstable_by_key(|candidate| candidate.doc);
            let mut scorer: Option<SegmentScorer<'_>> = None;
            for BoundedDoc { doc, bound, .. } in group.iter() {
                if *bound < floor.max(self.floor_with(&heap)) {
                    continue;
                }
                let scorer = match &mut scorer {
                    Some(scorer) => scorer,
                    None => scorer.insert(
                        SegmentScorer::new(self.ranking, ord, segment)
                            .map_err(snapshot.damaged())?,
                    ),
                };
                let score = scorer.score(*doc).total();
                if score >= self.floor_with(&heap) {
                    let path = paths.ords().first(*doc).unwrap_or(u64::MAX);
                    heap.push(Reverse(Candidate {
                        score,
                        path,
                        doc: *doc,
                    }));
                    if heap.len() > self.wanted {
                        heap.pop();
                    }
                }
            }
        }
        self.keep(ord, heap)
    }

    /// The score a candidate must reach to be among the best.
    fn floor_with(&self, heap: &BinaryHeap<Reverse<Candidate>>) -> f64 {
        match heap.peek() {
            Some(Reverse(worst)) if heap.len() == self.wanted => worst.score.max(self.floor),
            _ => self.floor,
        }
    }

    /// Brings the best of a segment into one order with those before it.
    fn keep(&mut self, ord: usize, heap: BinaryHeap<Reverse<Candidate>>) -> Result<()> {
        for Reverse(Candidate { score, doc, .. }) in heap.into_sorted_vec() {
            let address = DocAddress::new(ord as u32, doc);
            self.best.push((Ranked { address, score }, None));
        }
        // Those of one segment are in order already.
        if self.snapshot.searcher().segment_readers().len() > 1 {
            for (hit, path) in &mut self.best {
                if path.is_none() {
                    *path = Some(self.snapshot.path(hit.address)?);
                }
            }
            self.best.sort_by(|(a, a_path), (b, b_path)| {
                b.score.total_cmp(&a.score).then_with(|| a_path.cmp(b_path))
            });
        }
        self.best.truncate(self.wanted);
        if let Some((worst, _)) = self.best.last()
            && self.best.len() == self.wanted
        {
            self.floor = worst.score;
        }
        Ok(())
    }
}

/// A document that matches and has no word that scores.
fn unscored(doc: DocId) -> BoundedDoc {
    BoundedDoc {
        doc,
        bound: 0.0,
        has_all: Some(false),
    }
}
