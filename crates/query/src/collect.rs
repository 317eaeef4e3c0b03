//! The best documents of an index, in a total order: score descending, then path.

use gleaner_store::{ArticlePath, Result, Snapshot};
use tantivy::columnar::BytesColumn;
use tantivy::query::Query;
use tantivy::{DocAddress, DocId, SegmentReader};

use crate::best::{Best, Candidate};
use crate::deadline::Deadline;
use crate::matching::of_query;
use crate::rank::{Bounds, Essential, Ranking, Scores, SegmentLists, SegmentScorer, SingleWord};

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
    pub(crate) deadline: &'q Deadline,
}

impl Matches<'_> {
    /// The bits of the words that have to be there, if words alone decide.
    pub(crate) fn required_words(&self, ranking: &Ranking) -> Option<u32> {
        let required = Bounds::bits_of_required(ranking);
        required.filter(|_| self.is_by_words)
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
        deadline: matches.deadline,
        wanted: offset.saturating_add(limit),
        floor: 0.0,
        best: Vec::new(),
        total: 0,
        with_all: Some(0),
    };
    for (ord, segment) in snapshot.searcher().segment_readers().iter().enumerate() {
        if matches.deadline.has_passed() {
            break;
        }
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
        let lists = SegmentLists::new(ranking, ord as usize, segment);
        let lists = lists.map_err(snapshot.damaged())?;
        let scorer = SegmentScorer::new(&lists);
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
    deadline: &'c Deadline,
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
                let docs = of_query(snapshot, matches, segment);
                Docs::Given(docs.map_err(snapshot.damaged())?)
            }
        };
        let lists = SegmentLists::new(self.ranking, ord, segment);
        let lists = lists.map_err(snapshot.damaged())?;
        let paths = snapshot.path_column(ord)?;
        let best = self.best_of(ord, &lists, &docs, paths);
        self.keep(ord, best.map_err(snapshot.damaged())?)
    }

    /// Counts the documents of a segment that match, and gives those that may be among the best.
    fn best_of(
        &mut self,
        ord: usize,
        lists: &SegmentLists<'_>,
        docs: &Docs,
        paths: &BytesColumn,
    ) -> tantivy::Result<Vec<Candidate>> {
        if let Docs::WithWords(0) = docs
            && let Some(essential) = Essential::of(lists)?
        {
            let mut best = Best::new((self.wanted, self.floor), lists, paths, self.deadline);
            if self.offer_essential(essential, &mut best)? {
                return best.into_sorted();
            }
            // The best are as good as these, at least.
            self.floor = best.least();
        }
        let mut best = Best::new((self.wanted, self.floor), lists, paths, self.deadline);
        self.offer(ord, lists, docs, &mut best)?;
        best.into_sorted()
    }

    /// Counts the documents that have any word, and offers those of them that have another one than the
    /// most frequent. Says `false` and counts nothing if the others may be among the best as well.
    fn offer_essential(
        &mut self,
        mut essential: Essential<'_>,
        best: &mut Best<'_>,
    ) -> tantivy::Result<bool> {
        let all = Bounds::bits_of_all(self.ranking);
        let (mut total, mut with_all) = (essential.with_frequent, 0);
        while let Some(stretch) = essential.bounds.next_stretch() {
            total += stretch.count(0) - stretch.count(essential.frequent);
            with_all += all.map_or(0, |all| stretch.count(all));
            if self.deadline.has_passed() {
                break;
            }
            best.offer(|least, waiting| {
                stretch.each_at_least(least, 0, |found| waiting.push(found));
            })?;
        }
        best.settle()?;
        let is_enough =
            self.wanted == 0 || best.least() > essential.most || self.deadline.has_passed();
        if is_enough {
            self.total += total;
            self.with_all = self
                .with_all
                .filter(|_| all.is_some())
                .map(|count| count + with_all);
        }
        Ok(is_enough)
    }

    /// Counts the documents that match, and offers those that may be among the best.
    fn offer(
        &mut self,
        ord: usize,
        lists: &SegmentLists<'_>,
        docs: &Docs,
        best: &mut Best<'_>,
    ) -> tantivy::Result<()> {
        match docs {
            Docs::Given(docs) if self.is_cheap_to_score(ord, docs.len()) => {
                self.total += docs.len() as u64;
                // Whether one has all words is known when it is scored, which not all are.
                self.with_all = None;
                best.score(docs)
            }
            Docs::Given(_) => self.bounded(lists, docs, best),
            Docs::WithWords(_) => match SingleWord::of(lists, self.wanted)? {
                None => self.bounded(lists, docs, best),
                Some(word) => {
                    let (total, docs) = word.find(self.wanted, self.floor);
                    self.total += total;
                    self.with_all = self.with_all.map(|count| count + total);
                    best.score(&docs)
                }
            },
        }
    }

    /// Whether scoring so many documents takes less time than adding up bounds.
    fn is_cheap_to_score(&self, ord: usize, docs: usize) -> bool {
        self.wanted == 0 || self.ranking.postings(ord) > docs as u64 * POSTINGS_PER_SCORE
    }

    /// Counts the documents that match, and offers those whose bound says that they may be among the
    /// best.
    fn bounded(
        &mut self,
        lists: &SegmentLists<'_>,
        docs: &Docs,
        best: &mut Best<'_>,
    ) -> tantivy::Result<()> {
        let (mut bounds, required) = match docs {
            Docs::WithWords(required) => {
                let bounds = Bounds::with_words(lists, *required)?;
                (bounds, *required)
            }
            Docs::Given(docs) => (Bounds::of_docs(lists, docs)?, 0),
        };
        let all = Bounds::bits_of_all(self.ranking);
        while let Some(stretch) = bounds.next_stretch() {
            let total = stretch.count(required);
            self.total += total;
            self.with_all = match (self.with_all, all) {
                (Some(count), Some(all)) if all == required => Some(count + total),
                (Some(count), Some(all)) => Some(count + stretch.count(all)),
                _ => None,
            };
            if self.deadline.has_passed() {
                break;
            }
            best.offer(|least, waiting| {
                stretch.each_at_least(least, required, |found| waiting.push(found));
            })?;
        }
        Ok(())
    }

    /// Brings the best of a segment into one order with those before it.
    fn keep(&mut self, ord: usize, best: Vec<Candidate>) -> Result<()> {
        for Candidate { score, doc, .. } in best {
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
