//! The best documents of an index, in a total order: score descending, then path.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use gleaner_store::{ArticlePath, Result, Snapshot};
use tantivy::columnar::BytesColumn;
use tantivy::query::Query;
use tantivy::{DocAddress, DocId, SegmentReader};

use crate::matching::of_query;
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
    /// Whether they are exactly those that have all words of the ranking that are required, or any
    /// word if none is.
    pub(crate) is_by_words: bool,
}

impl Matches<'_> {
    /// The bits of the words that have to be there, if words alone decide.
    pub(crate) fn required_words(&self, ranking: &Ranking) -> Option<u32> {
        let required = Bounds::bits_of_required(ranking);
        required.filter(|_| self.is_by_words)
    }
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
    let mut collector = Collector {
        snapshot,
        ranking,
        wanted: offset.saturating_add(limit),
        floor: 0.0,
        best: Vec::new(),
        total: 0,
        with_all: Some(0),
    };
    for (ord, segment) in snapshot.searcher().segment_readers().iter().enumerate() {
        collector.segment(ord, segment, matches)?;
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
    let mut all = vec![Scores::default(); addresses.len()];
    let mut places: Vec<usize> = (0..addresses.len()).collect();
    places.sort_by_key(|place| addresses[*place]);
    for group in places.chunk_by(|a, b| addresses[*a].segment_ord == addresses[*b].segment_ord) {
        let ord = addresses[group[0]].segment_ord;
        let segment = snapshot.searcher().segment_reader(ord);
        let scorer = SegmentScorer::new(ranking, ord as usize, segment);
        let mut scorer = scorer.map_err(snapshot.damaged())?;
        for place in group {
            all[*place] = scorer.score(addresses[*place].doc_id).clone();
        }
    }
    Ok(all)
}

/// A hit, and its path once it was needed.
type Entry = (Ranked, Option<ArticlePath>);

/// Goes through the segments and keeps the best hits so far.
struct Collector<'c> {
    snapshot: &'c Snapshot,
    ranking: &'c Ranking,
    wanted: usize,
    /// Score of the worst of the best hits so far, once there are enough of them.
    floor: f64,
    /// The best so far, in order.
    best: Vec<Entry>,
    total: u64,
    with_all: Option<u64>,
}

impl Collector<'_> {
    fn segment(
        &mut self,
        ord: usize,
        segment: &SegmentReader,
        matches: &Matches<'_>,
    ) -> Result<()> {
        let snapshot = self.snapshot;
        let docs = match matches.required_words(self.ranking) {
            Some(_) if self.ranking.postings(ord) == 0 => return Ok(()),
            Some(required) => Docs::WithWords(required),
            None => {
                let docs = of_query(snapshot, matches.query, segment);
                Docs::Given(docs.map_err(snapshot.damaged())?)
            }
        };
        let mut heap = Heap {
            wanted: self.wanted,
            floor: self.floor,
            scorer: SegmentScorer::new(self.ranking, ord, segment).map_err(snapshot.damaged())?,
            paths: snapshot.path_column(ord)?,
            best: BinaryHeap::new(),
        };
        match docs {
            Docs::Given(docs) if self.is_cheap_to_score(ord, docs.len()) => {
                self.total += docs.len() as u64;
                // Whether one has all words is known when it is scored, which not all are.
                self.with_all = None;
                for doc in docs {
                    heap.score(doc, f64::INFINITY);
                }
            }
            docs => self.bounded(ord, segment, docs, &mut heap)?,
        }
        let Heap { best, .. } = heap;
        self.keep(ord, best)
    }

    /// Whether scoring so many documents takes less time than adding up bounds.
    fn is_cheap_to_score(&self, ord: usize, docs: usize) -> bool {
        self.wanted == 0 || self.ranking.postings(ord) > docs as u64 * POSTINGS_PER_SCORE
    }

    /// Counts the documents that match, and scores those whose bound says that they may be among the
    /// best.
    fn bounded(
        &mut self,
        ord: usize,
        segment: &SegmentReader,
        docs: Docs,
        heap: &mut Heap<'_>,
    ) -> Result<()> {
        let bounds = Bounds::new(self.ranking, ord, segment);
        let mut bounds = bounds.map_err(self.snapshot.damaged())?;
        let alive = segment.alive_bitset();
        let all = Bounds::bits_of_all(self.ranking);
        let has_all = |found: &BoundedDoc| all.map(|all| found.words & all == all);
        match docs {
            Docs::WithWords(required) => {
                while let Some(stretch) = bounds.next_stretch() {
                    for found in stretch.filter(|found| found.words & required == required) {
                        if alive.is_none_or(|alive| alive.is_alive(found.doc)) {
                            self.count(has_all(&found));
                            heap.score(found.doc, found.bound);
                        }
                    }
                }
            }
            Docs::Given(docs) => {
                let mut docs = docs.into_iter().peekable();
                while let Some(stretch) = bounds.next_stretch() {
                    for found in stretch {
                        // A match without any word of the ranking: there is nothing to score.
                        while let Some(doc) = docs.next_if(|doc| *doc < found.doc) {
                            heap.score(doc, 0.0);
                            self.count(Some(false));
                        }
                        if docs.next_if_eq(&found.doc).is_some() {
                            self.count(has_all(&found));
                            heap.score(found.doc, found.bound);
                        }
                    }
                }
                for doc in docs {
                    heap.score(doc, 0.0);
                    self.count(Some(false));
                }
            }
        }
        Ok(())
    }

    fn count(&mut self, has_all: Option<bool>) {
        self.total += 1;
        self.with_all = match (self.with_all, has_all) {
            (Some(count), Some(has_all)) => Some(count + u64::from(has_all)),
            _ => None,
        };
    }

    /// Brings the best of a segment into one order with those before it.
    fn keep(&mut self, ord: usize, heap: BinaryHeap<Reverse<Candidate>>) -> Result<()> {
        for Reverse(Candidate { score, doc, .. }) in heap.into_sorted_vec() {
            let address = DocAddress::new(ord as u32, doc);
            self.best.push((Ranked { address, score }, None));
        }
        let descending = |a: &Ranked, b: &Ranked| b.score.total_cmp(&a.score);
        self.best.sort_by(|(a, _), (b, _)| descending(a, b));
        // Those of one segment are in order already. Paths take time to read, and only decide among
        // equals.
        if ord > 0 {
            let is_equal = |(a, _): &Entry, (b, _): &Entry| descending(a, b).is_eq();
            for equals in self
                .best
                .chunk_by_mut(is_equal)
                .filter(|equals| equals.len() > 1)
            {
                for (hit, path) in equals.iter_mut().filter(|(_, path)| path.is_none()) {
                    *path = Some(self.snapshot.path(hit.address)?);
                }
                equals.sort_by(|(_, a), (_, b)| a.cmp(b));
            }
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

/// The documents of a segment that match.
enum Docs {
    /// Those that have the words of these bits, and any word.
    WithWords(u32),
    Given(Vec<DocId>),
}

/// The best documents of a segment so far.
struct Heap<'r> {
    wanted: usize,
    /// Score of the worst of the best hits of the segments before.
    floor: f64,
    scorer: SegmentScorer<'r>,
    paths: &'r BytesColumn,
    best: BinaryHeap<Reverse<Candidate>>,
}

impl Heap<'_> {
    /// Scores a document, unless its bound says that it is not among the best. Documents have to come
    /// in ascending order.
    fn score(&mut self, doc: DocId, bound: f64) {
        if self.wanted == 0 || bound < self.least() {
            return;
        }
        let score = self.scorer.score(doc).total();
        if score >= self.least() {
            let path = self.paths.ords().first(doc).unwrap_or(u64::MAX);
            self.best.push(Reverse(Candidate { score, path, doc }));
            if self.best.len() > self.wanted {
                self.best.pop();
            }
        }
    }

    /// The score a document must reach to be among the best.
    fn least(&self) -> f64 {
        match self.best.peek() {
            Some(Reverse(worst)) if self.best.len() == self.wanted => worst.score.max(self.floor),
            _ => self.floor,
        }
    }
}
