//! The best documents of a single word.
//!
//! Its list in the text says which documents there are, and how many, so nothing has to be added up by
//! document. Block by block, what the postings of the text are worth is compared with the worst of the
//! best so far; only for those that may reach it the unstemmed list is looked at. The lists of other
//! parts are short, and go along.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use tantivy::DocId;

use super::bound::any_reaches;
use super::feed::Feed;
use super::lists::SegmentLists;
use super::postings::{BLOCK, Blocks, before};
use super::scorer::{EXACT_SHARE, whole_title};
use super::statistics::Part;

/// Worth is added up in 32 bits and in another order than scores: by less than this they differ.
const ROUNDING: f32 = 1.0 + 1e-4;

/// How many times the documents of the list a segment has to have. For longer lists, adding up by document
/// takes less time: nothing there depends on what the postings are.
const SHORT: u64 = 5;

/// A query of one word in one segment, with one list for each part.
pub(crate) struct SingleWord<'r> {
    text: Option<Feed<'r>>,
    exact: Option<Feed<'r>>,
    /// The most that a document scores by the text and the exact form, for each 1 by the text.
    most: f32,
    others: Vec<Feed<'r>>,
    /// The deleted documents, from the first one not passed yet.
    deleted: &'r [DocId],
    total: u64,
    best: BestWorth,
}

impl<'r> SingleWord<'r> {
    /// Opens the lists, to find so many of the best; `None` if the query is more than one word, has
    /// several lists for a part, or a long one.
    pub(crate) fn of(lists: &SegmentLists<'r>, wanted: usize) -> tantivy::Result<Option<Self>> {
        let ranking = lists.ranking;
        let [word] = &ranking.words[..] else {
            return Ok(None);
        };
        let of_text = &word.lists[Part::Text as usize];
        let is_simple = word.instead.is_none() && lists.unscored(0).is_none();
        if !is_simple || ranking.boosts.most() > 1.0 || of_text.factor <= 0.0 {
            return Ok(None);
        }
        let title = |share: f64| whole_title(ranking, word.mass, share);
        let inexact = title(1.0 - EXACT_SHARE);
        let mut is_single = true;
        let mut feed = |blocks: Vec<Blocks>, part: Part, worth: [f64; 2]| {
            is_single &= blocks.len() <= 1;
            let list = (part, &word.lists[part as usize]);
            let mut feed = Feed::new(lists, blocks.into_iter().next()?, list, worth);
            // Of a word meant as it stands, other parts do not say that it is there.
            feed.is_dependent = part != Part::Related || word.is_unstemmed;
            Some(feed)
        };
        let mut of_part = |part: Part, constant: f64| -> tantivy::Result<Option<Feed<'r>>> {
            let worth = [word.count * word.lists[part as usize].factor, constant];
            Ok(feed(lists.blocks_of(0, part)?, part, worth))
        };
        let text = of_part(Part::Text, 0.0)?;
        let documents = text.as_ref().map_or(0, Feed::documents);
        if wanted > 0 && documents * SHORT > u64::from(lists.segment.max_doc()) {
            return Ok(None);
        }
        let exact = of_part(Part::Exact, 0.0)?;
        let others = [
            of_part(Part::Title, inexact)?,
            of_part(Part::Excerpt, 0.0)?,
            of_part(Part::Heading, 0.0)?,
            of_part(Part::Related, 0.0)?,
            // A title has the exact form, or it has not.
            feed(
                lists.title_exact_blocks(0)?,
                Part::Title,
                [0.0, title(1.0) - inexact],
            ),
        ];
        let most = 1.0 + ranking.most_of_exact(&word.lists) / of_text.factor;
        Ok(is_single.then(|| Self {
            text,
            exact,
            most: most as f32 * ROUNDING,
            others: others.into_iter().flatten().collect(),
            deleted: &ranking.segment(lists.ord).deleted,
            total: 0,
            best: BestWorth::default(),
        }))
    }

    /// The number of documents that match, and in order those that may be among the best `wanted` and
    /// score `floor` at least.
    pub(crate) fn find(mut self, wanted: usize, floor: f64) -> (u64, Vec<DocId>) {
        let documents = self.text.as_ref().map_or(0, Feed::documents);
        if wanted == 0 && self.deleted.is_empty() && self.others.iter().all(Feed::is_dependent) {
            return (documents, Vec::new());
        }
        self.best = BestWorth::new(wanted, floor as f32);
        while let Some(end) = self.text.as_ref().and_then(Feed::end_of_block) {
            self.pass(end);
            self.text.iter_mut().for_each(Feed::next_block);
        }
        self.pass(DocId::MAX);
        (self.total, self.best.into_docs())
    }

    /// Passes the documents before `end`: those of a block of the text, and those between that and the
    /// block before.
    fn pass(&mut self, end: DocId) {
        let passed = self.deleted.partition_point(|doc| *doc < end);
        let (deleted, rest) = self.deleted.split_at(passed);
        self.deleted = rest;

        let docs = self.text.as_ref().map_or(&[][..], Feed::block);
        let mut worths = [0.0; BLOCK];
        self.text.iter().for_each(|text| text.worths(&mut worths));
        let mut more = [0.0; BLOCK];
        let mut alone = Vec::new();
        for other in &mut self.others {
            let (mut at, is_dependent) = (0, other.is_dependent);
            other.each_before(end, |doc, worth| {
                at += before(&docs[at..], doc);
                if docs.get(at) == Some(&doc) {
                    more[at] += worth;
                } else if !is_dependent {
                    alone.push((doc, worth));
                }
            });
        }
        alone.retain(|(doc, _)| deleted.binary_search(doc).is_err());
        self.total += (docs.len() + alone.len()) as u64;

        // What no document can be worth stands for those that are not there.
        let mut most = [-1.0; BLOCK];
        for (most, (worth, more)) in most.iter_mut().zip(worths.iter().zip(&more)) {
            *most = worth * self.most + more;
        }
        most[docs.len()..].fill(-1.0);
        for at in deleted
            .iter()
            .filter_map(|doc| docs.binary_search(doc).ok())
        {
            most[at] = -1.0;
            self.total -= 1;
        }
        for (doc, worth) in alone {
            self.best.offer(doc, worth);
        }
        if !any_reaches(&most, self.best.least) {
            return;
        }
        for (at, doc) in docs.iter().enumerate() {
            if most[at] >= self.best.least {
                let exact = self
                    .exact
                    .as_mut()
                    .map_or(0.0, |exact| exact.worth_of(*doc));
                self.best.offer(*doc, worths[at] + exact + more[at]);
            }
        }
    }
}

/// The documents that are worth most, and some that were among them at a time.
#[derive(Default)]
struct BestWorth {
    wanted: usize,
    /// What a document has to be worth.
    least: f32,
    /// Bits of what the best are worth: they are in the order of the numbers, as none is negative.
    best: BinaryHeap<Reverse<u32>>,
    candidates: Vec<(DocId, f32)>,
}

impl BestWorth {
    fn new(wanted: usize, floor: f32) -> Self {
        Self {
            wanted,
            least: if wanted == 0 {
                f32::INFINITY
            } else {
                floor / ROUNDING
            },
            ..Self::default()
        }
    }

    fn offer(&mut self, doc: DocId, worth: f32) {
        if worth < self.least {
            return;
        }
        self.candidates.push((doc, worth));
        self.best.push(Reverse(worth.to_bits()));
        if self.best.len() > self.wanted {
            self.best.pop();
        }
        if self.best.len() == self.wanted
            && let Some(Reverse(worst)) = self.best.peek()
        {
            self.least = self.least.max(f32::from_bits(*worst) / ROUNDING);
        }
    }

    fn into_docs(self) -> Vec<DocId> {
        let best = self
            .candidates
            .iter()
            .filter(|(_, worth)| *worth >= self.least);
        let mut docs: Vec<DocId> = best.map(|(doc, _)| *doc).collect();
        docs.sort_unstable();
        docs
    }
}
