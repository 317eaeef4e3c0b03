//! Lists of postings as they are added up to bounds.

use std::ops::Range;
use std::rc::Rc;

use tantivy::DocId;

use super::bound::{STRETCH, Slots, bit};
use super::lists::SegmentLists;
use super::postings::{BLOCK, Blocks, before};
use super::ranking::List;
use super::statistics::{PARTS, Part};

/// A list of postings and what each of them adds.
pub(super) struct Feed<'r> {
    postings: Blocks,
    /// The next posting of the block.
    at: usize,
    /// Lengths of the documents, as numbers of the engine, and the norms of these.
    lengths: &'r [u8],
    norms: &'r [f32; 256],
    factor: f32,
    constant: f32,
    words: u32,
    titles: u32,
    /// Whether a document only counts where it has a word of these from a list before.
    pub(super) is_dependent: bool,
}

/// The lists of a query in a segment. All parts but the unstemmed one have lists of their own.
pub(super) fn feeds<'r>(lists: &SegmentLists<'r>) -> tantivy::Result<Vec<Feed<'r>>> {
    let words = &lists.ranking.words;
    let mut opener = Opener {
        lists,
        feeds: Vec::new(),
    };
    for (at, word) in words.iter().enumerate() {
        let own = if word.is_asked { bit(word.same_as) } else { 0 };
        opener.open(at, &word.lists, own, false)?;
        if let Some(unscored) = lists.unscored(at) {
            let postings = Blocks::Merged(Rc::clone(unscored), 0);
            let list = (Part::Text, &List::default());
            opener.feeds.push(Feed {
                words: own,
                ..Feed::new(lists, postings, list, [0.0; 2])
            });
        }
        if let Some(instead) = &word.instead {
            let end = (at + instead.covers).min(words.len());
            let covered = words[at..end].iter();
            let covered = covered.fold(0, |bits, word| bits | bit(word.same_as));
            opener.open(at, &instead.lists, covered, true)?;
        }
    }
    Ok(opener.feeds)
}

/// Opens the lists of a query in one segment.
struct Opener<'r, 'l> {
    lists: &'l SegmentLists<'r>,
    feeds: Vec<Feed<'r>>,
}

impl<'r> Opener<'r, '_> {
    /// Opens the lists of a word, or of what stands in for it.
    fn open(
        &mut self,
        at: usize,
        lists: &'r [List; PARTS.len()],
        words: u32,
        is_instead: bool,
    ) -> tantivy::Result<()> {
        let ranking = self.lists.ranking;
        let word = &ranking.words[at];
        let near = if ranking.counts_nearness() && word.is_asked {
            ranking.weights.near * word.mass
        } else {
            0.0
        };
        for part in PARTS.into_iter().filter(|part| *part != Part::Exact) {
            let list = &lists[part as usize];
            let (factor, constant) = match part {
                // The unstemmed form occurs at most as often as the stem, in a text as long.
                Part::Text => (list.factor + ranking.most_of_exact(lists), near),
                _ => (list.factor, 0.0),
            };
            let is_title = part == Part::Title && !is_instead;
            let blocks = if is_instead {
                self.lists.blocks(None, &list.terms)?
            } else {
                self.lists.blocks_of(at, part)?
            };
            for postings in blocks {
                let worth = [word.count * factor, constant];
                self.feeds.push(Feed {
                    words,
                    titles: if is_title { words } else { 0 },
                    // Parts are known by stems only: of a word meant as it stands, they do not say
                    // that it is there.
                    is_dependent: word.is_unstemmed && !is_instead && part != Part::Text,
                    ..Feed::new(self.lists, postings, (part, list), worth)
                });
            }
        }
        Ok(())
    }
}

impl<'r> Feed<'r> {
    /// A list of a part, whose postings add BM25 times the first number of `worth`, and the second.
    pub(super) fn new(
        lists: &SegmentLists<'r>,
        postings: Blocks,
        (part, list): (Part, &List),
        [factor, constant]: [f64; 2],
    ) -> Self {
        let lengths = &lists.ranking.segment(lists.ord).lengths;
        Self {
            postings,
            at: 0,
            lengths: &lengths[list.measured_by(part) as usize],
            norms: &lists.ranking.norms[part as usize].rough,
            factor: factor as f32,
            // So that a document is seen even where no weight counts for it.
            constant: (constant as f32).max(f32::MIN_POSITIVE),
            words: 0,
            titles: 0,
            is_dependent: false,
        }
    }
}

impl Feed<'_> {
    /// The documents of the block.
    pub(super) fn block(&self) -> &[DocId] {
        self.postings.docs()
    }

    /// The first document after those of the block; `None` after the last block.
    pub(super) fn end_of_block(&self) -> Option<DocId> {
        self.postings.docs().last().map(|last| last + 1)
    }

    /// Goes to the next block.
    pub(super) fn next_block(&mut self) {
        self.postings.advance();
        self.at = 0;
    }

    /// What the postings of the block are worth.
    pub(super) fn worths(&self, worths: &mut [f32; BLOCK]) {
        // Compilers make the second loop do four at once.
        for (worth, doc) in worths.iter_mut().zip(self.postings.docs()) {
            *worth = self.norm(*doc);
        }
        for (worth, freq) in worths.iter_mut().zip(self.postings.freqs()) {
            *worth = self.value(*freq, *worth);
        }
    }

    /// Goes through the postings of the documents before `end`, with what each is worth.
    pub(super) fn each_before(&mut self, end: DocId, mut take: impl FnMut(DocId, f32)) {
        self.each_run(0..end, |feed, docs| {
            for (at, doc) in (feed.at..).zip(docs) {
                take(*doc, feed.worth(at, *doc));
            }
        });
    }

    /// What a document is worth; 0 if it is not in the list. It must not come before the last one asked
    /// for.
    pub(super) fn worth_of(&mut self, doc: DocId) -> f32 {
        self.skip_to(doc);
        match self.next_doc() {
            Some(found) if found == doc => self.worth(self.at, doc),
            _ => 0.0,
        }
    }

    /// What the posting at a place of the block is worth. A list that does not score by frequency need
    /// not have any.
    fn worth(&self, at: usize, doc: DocId) -> f32 {
        if self.factor > 0.0 {
            self.value(self.postings.freqs()[at], self.norm(doc))
        } else {
            self.constant
        }
    }

    /// What a posting is worth at most.
    pub(super) fn most(&self) -> f32 {
        self.factor + self.constant
    }

    /// Number of documents of the list, deleted ones among them.
    pub(super) fn documents(&self) -> u64 {
        self.postings.documents() as u64
    }

    /// The bits of the words that a document of the list has.
    pub(super) fn words(&self) -> u32 {
        self.words
    }

    /// Whether a document only counts where it has the words from a list before.
    pub(super) fn is_dependent(&self) -> bool {
        self.is_dependent
    }

    /// The document of the next posting.
    pub(super) fn next_doc(&self) -> Option<DocId> {
        self.postings.docs().get(self.at).copied()
    }

    /// Adds what the postings of a stretch are worth at most. `is_sparse` keeps a list of what was
    /// found.
    pub(super) fn add(&mut self, stretch: Range<DocId>, slots: &mut Slots, is_sparse: bool) {
        if self.is_dependent {
            self.add_to_marked(stretch, slots, self.words);
            return;
        }
        let is_first = slots.found.is_empty();
        self.each_run(stretch.clone(), |feed, docs| {
            if is_sparse {
                slots.find(docs, stretch.start, is_first);
            }
            let mut values = [0.0; BLOCK];
            let values = feed.values(docs, stretch.start, &mut values);
            for (value, doc) in values.iter().zip(docs) {
                slots.bounds[(doc - stretch.start) as usize % STRETCH] += *value;
            }
            if slots.tells_words {
                for doc in docs {
                    slots.words[(doc - stretch.start) as usize % STRETCH] |= feed.words;
                }
            }
            if feed.titles != 0 {
                for doc in docs {
                    slots.add_title(doc - stretch.start, feed.titles);
                }
            }
        });
    }

    /// Adds what the postings of a stretch are worth at most, where one of the words `marks` is already.
    pub(super) fn add_to_marked(&mut self, stretch: Range<DocId>, slots: &mut Slots, marks: u32) {
        self.skip_to(stretch.start);
        self.each_run(stretch.clone(), |feed, docs| {
            let mut values = [0.0; BLOCK];
            let values = feed.values(docs, stretch.start, &mut values);
            for (value, doc) in values.iter().zip(docs) {
                let slot = (doc - stretch.start) as usize % STRETCH;
                if slots.words[slot] & marks != 0 {
                    slots.bounds[slot] += *value;
                    slots.words[slot] |= feed.words;
                    if feed.titles != 0 {
                        slots.add_title(slot as u32, feed.titles);
                    }
                }
            }
        });
    }

    /// Goes through the postings of a stretch, as many at a time as a block has.
    fn each_run(&mut self, stretch: Range<DocId>, mut take: impl FnMut(&Self, &[DocId])) {
        loop {
            let docs = &self.postings.docs()[self.at..];
            let Some(last) = docs.last() else {
                return;
            };
            let here = if *last < stretch.end {
                docs.len()
            } else {
                docs.partition_point(|doc| *doc < stretch.end)
            };
            take(self, &docs[..here]);
            self.at += here;
            if self.at < self.postings.docs().len() {
                return;
            }
            self.postings.advance();
            self.at = 0;
        }
    }

    /// What the next postings of the block are worth at most, whose documents are `docs`.
    fn values<'v>(&self, docs: &[DocId], start: DocId, values: &'v mut [f32; BLOCK]) -> &'v [f32] {
        // Two plain loops take less time than one: compilers make the second do four at once. Taking
        // remainders that change nothing spares looking whether places are in range.
        let values = &mut values[..docs.len()];
        let lengths = self.lengths[start as usize..].first_chunk::<STRETCH>();
        let lengths = lengths.expect("lengths are filled up to whole stretches");
        for (value, doc) in values.iter_mut().zip(docs) {
            let length = lengths[(doc - start) as usize % STRETCH];
            *value = self.norms[usize::from(length)];
        }
        let freqs = &self.postings.freqs()[self.at..];
        for (value, freq) in values.iter_mut().zip(freqs) {
            *value = self.value(*freq, *value);
        }
        values
    }

    fn norm(&self, doc: DocId) -> f32 {
        self.norms[usize::from(self.lengths[doc as usize])]
    }

    fn value(&self, freq: u32, norm: f32) -> f32 {
        let count = freq as f32;
        self.factor * count / (count + norm) + self.constant
    }

    /// Adds what the postings of the documents found are worth at most. These have to be in order.
    pub(super) fn add_to_found(&mut self, start: DocId, slots: &mut Slots) {
        let found = std::mem::take(&mut slots.found);
        let mut rest = &found[..];
        while let Some(slot) = rest.first() {
            self.skip_to(start + slot);
            let docs = self.postings.docs();
            let Some(last) = docs.last().filter(|last| **last >= start + slot) else {
                break;
            };
            let here = rest.partition_point(|slot| start + slot <= *last);
            let (of_block, others) = rest.split_at(here);
            rest = others;
            let mut at = self.at;
            for slot in of_block {
                let doc = start + slot;
                at += before(&docs[at..], doc);
                let counts = !self.is_dependent || slots.words[*slot as usize] & self.words != 0;
                if docs[at] == doc && counts {
                    let value = self.value(self.postings.freqs()[at], self.norm(doc));
                    slots.bounds[*slot as usize] += value;
                    if slots.tells_words {
                        slots.words[*slot as usize] |= self.words;
                    }
                    if self.titles != 0 {
                        slots.add_title(*slot, self.titles);
                    }
                }
            }
            self.at = at;
        }
        slots.found = found;
    }

    /// Leaves out the postings before a document.
    pub(super) fn skip_to(&mut self, doc: DocId) {
        if self.postings.docs().last().is_none_or(|last| *last < doc) {
            self.at = self.postings.seek(doc);
        } else {
            self.at += before(&self.postings.docs()[self.at..], doc);
        }
    }
}
