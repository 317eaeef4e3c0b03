//! A number no less than the score of a document, for all documents at once and much faster.
//!
//! The bounds of a stretch of documents are added up list by list, which takes a nanosecond or two a
//! posting. What is dear to know exactly — the unstemmed forms and how near the words stand — is
//! taken at its greatest. Only documents whose bound reaches the worst of the best hits so far are
//! then scored, so the hits are the same as if all had been.
//!
//! Where few documents can match, because the lists are short or a word is rare that has to be there,
//! only the slots of these are looked at, and the other lists are searched for them.

use std::ops::Range;

use tantivy::DocId;

use super::feed::{Feed, feeds};
use super::lists::SegmentLists;
use super::ranking::Ranking;
use super::scorer::whole_title;

/// Documents whose bounds are added up at a time: a stretch, which begins at a multiple of this. Their
/// slots fit into the cache, and are few enough for allocators to keep the memory at hand.
pub(super) const STRETCH: usize = 1 << 12;

/// Documents of a segment for each posting from which on the postings are few.
const SPARSE: u64 = 6;

/// Documents of a segment for each document given from which on looking at every slot takes longer than
/// searching all lists.
const SPARSE_GIVEN: u64 = 64;

/// How many times longer than the number of documents a list has to be for searching it to be faster
/// than going through it.
const SEEK: u64 = 4;

/// Words that are told apart; those from here on share the last bit.
pub(super) const TOLD_APART: usize = 31;

/// Bounds are added up in 32 bits and in another order than scores: this much is the most they can
/// fall short by that.
const ROUNDING: f64 = 1.0 + 1e-4;

/// A document with a number that its score does not exceed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct BoundedDoc {
    pub(crate) doc: DocId,
    pub(crate) bound: f32,
}

/// The lists of a query in one segment.
pub(crate) struct Bounds<'r> {
    ranking: &'r Ranking,
    feeds: Vec<Feed<'r>>,
    source: Source<'r>,
    /// Whether only the documents found are looked at, and not every slot.
    is_sparse: bool,
    /// What is known of the documents of a stretch so far.
    slots: Slots,
    /// Mass of the words of each bit.
    masses: [f64; 32],
    total_mass: f64,
    /// What makes a sum of parts a bound.
    factor: f32,
    /// Documents that are deleted, from the first one not passed yet.
    deleted: &'r [DocId],
    /// The bits of the words that lead.
    leader: u32,
    /// Number of documents given, or of the lists that lead.
    led: u64,
}

/// What says which documents there are.
enum Source<'r> {
    /// The first feeds. The others are searched for what these have.
    Feeds(usize),
    /// A list of documents, from the first one not passed yet.
    Docs(&'r [DocId]),
}

/// By the place of a document in the stretch.
#[derive(Debug)]
pub(super) struct Slots {
    pub(super) bounds: Box<[f32; STRETCH]>,
    /// The words that are there, a bit each; all `same_words` where these are not told.
    pub(super) words: Box<[u32; STRETCH]>,
    pub(super) tells_words: bool,
    same_words: u32,
    /// The words that are in the title; nothing as long as none is.
    titles: Vec<u32>,
    /// Slots with words in the title, some of them several times.
    titled: Vec<u32>,
    /// Slots with anything, where they are few.
    pub(super) found: Vec<u32>,
}

impl<'r> Bounds<'r> {
    /// The bounds of all documents that have a word of the query, and the words of the bits
    /// `required`; of those without these, some.
    pub(crate) fn with_words(lists: &SegmentLists<'r>, required: u32) -> tantivy::Result<Self> {
        let mut feeds = feeds(lists)?;
        let (leader, leading) = lead(&mut feeds, required);
        Ok(Self::led(lists, feeds, leading, leader))
    }

    /// The bounds of all documents that have a word of the query but the one of a bit.
    pub(super) fn without(lists: &SegmentLists<'r>, word: u32) -> tantivy::Result<Self> {
        let mut feeds = feeds(lists)?;
        feeds.sort_by_key(|feed| feed.words() == word);
        let leading = feeds.partition_point(|feed| feed.words() != word);
        Ok(Self::led(lists, feeds, leading, !word))
    }

    /// The bounds of the documents of the first lists, which have the words of the bits `leader`.
    fn led(lists: &SegmentLists<'r>, feeds: Vec<Feed<'r>>, leading: usize, leader: u32) -> Self {
        let documents: u64 = feeds[..leading].iter().map(Feed::documents).sum();
        let are_few = documents * SPARSE < u64::from(lists.segment.max_doc());
        let bounds = Self::new(lists.ranking, feeds, Source::Feeds(leading));
        Self {
            is_sparse: are_few || leading < bounds.feeds.len(),
            deleted: &lists.ranking.segment(lists.ord).deleted,
            leader,
            led: documents,
            ..bounds
        }
    }

    /// What a document scores at most that has no word but the one of a bit.
    pub(super) fn most_of(&self, word: u32) -> f64 {
        let feeds = self.feeds.iter().filter(|feed| feed.words() == word);
        let lists: f64 = feeds.map(|feed| f64::from(feed.most())).sum();
        let mass = self.masses[word.trailing_zeros() as usize];
        let title = whole_title(self.ranking, mass, mass / self.total_mass);
        (lists + title) * f64::from(self.factor)
    }

    /// The bounds of some documents, which are not deleted and in order.
    pub(crate) fn of_docs(lists: &SegmentLists<'r>, docs: &'r [DocId]) -> tantivy::Result<Self> {
        let feeds = feeds(lists)?;
        let bounds = Self::new(lists.ranking, feeds, Source::Docs(docs));
        Ok(Self {
            is_sparse: docs.len() as u64 * SPARSE_GIVEN < u64::from(lists.segment.max_doc()),
            led: docs.len() as u64,
            ..bounds
        })
    }

    fn new(ranking: &'r Ranking, feeds: Vec<Feed<'r>>, source: Source<'r>) -> Self {
        let mut masses = [0.0; 32];
        for (at, word) in ranking.words.iter().enumerate() {
            if word.same_as == at {
                masses[at.min(TOLD_APART)] += word.mass;
            }
        }
        Self {
            ranking,
            is_sparse: false,
            slots: Slots::new(&feeds, &source),
            source,
            feeds,
            masses,
            total_mass: ranking.total_mass(),
            factor: (ROUNDING * ranking.boosts.most()) as f32,
            deleted: &[],
            leader: 0,
            led: 0,
        }
    }

    /// The bits of all words asked for; `None` if there are too many to tell them apart.
    pub(crate) fn bits_of_all(ranking: &Ranking) -> Option<u32> {
        let bits = ranking.distinct().fold(0, |bits, (at, _)| bits | bit(at));
        (ranking.asked().len() <= TOLD_APART).then_some(bits)
    }

    /// The bits of the words that have to be there; `None` if they cannot be told apart.
    pub(crate) fn bits_of_required(ranking: &Ranking) -> Option<u32> {
        let required = || ranking.asked().iter().filter(|word| word.is_required);
        let are_apart = required().all(|word| word.same_as < TOLD_APART);
        let bits = required().fold(0, |bits, word| bits | bit(word.same_as));
        are_apart.then_some(bits)
    }

    /// The bounds of the next stretch of documents; `None` after the last one.
    pub(crate) fn next_stretch(&mut self) -> Option<Stretch<'_>> {
        // Stretches begin where there is something.
        let start = match &self.source {
            Source::Feeds(leading) => {
                let leading = self.feeds[..*leading].iter();
                leading.filter_map(Feed::next_doc).min()?
            }
            Source::Docs(docs) => *docs.first()?,
        };
        let start = start - start % STRETCH as u32;
        let end = start.saturating_add(STRETCH as u32);
        self.slots.clear(self.is_sparse);
        match self.source {
            Source::Feeds(leading) => self.add_feeds(start..end, leading),
            Source::Docs(docs) => {
                let (here, rest) = docs.split_at(docs.partition_point(|doc| *doc < end));
                self.source = Source::Docs(rest);
                self.slots.found.extend(here.iter().map(|doc| doc - start));
                self.add_of_docs(start..end);
            }
        }
        self.add_whole_titles();
        self.leave_out_deleted(start..end);
        let lists_found = self.is_sparse || matches!(self.source, Source::Docs(_));
        Some(Stretch {
            start,
            slots: &self.slots,
            lists_found,
            factor: self.factor,
        })
    }

    /// Adds what the lists have that say which documents there are, and what the others have of
    /// these.
    fn add_feeds(&mut self, stretch: Range<DocId>, leading: usize) {
        let (leading, others) = self.feeds.split_at_mut(leading);
        for feed in leading {
            feed.add(stretch.clone(), &mut self.slots, self.is_sparse);
        }
        if !others.is_empty() {
            self.slots.found.sort_unstable();
        }
        for feed in others {
            if feed.documents() > self.led * SEEK {
                feed.add_to_found(stretch.start, &mut self.slots);
            } else {
                feed.add_to_marked(stretch.clone(), &mut self.slots, self.leader);
            }
        }
    }

    /// Adds what the lists have of the documents found.
    fn add_of_docs(&mut self, stretch: Range<DocId>) {
        for feed in &mut self.feeds {
            if self.is_sparse || feed.documents() > self.led * SEEK {
                feed.add_to_found(stretch.start, &mut self.slots);
            } else {
                feed.skip_to(stretch.start);
                feed.add(stretch.clone(), &mut self.slots, false);
            }
        }
    }

    fn add_whole_titles(&mut self) {
        let Slots {
            bounds,
            titles,
            titled,
            ..
        } = &mut self.slots;
        let mut last = (0, 0.0);
        for slot in titled.drain(..) {
            // Each document once, however many words are in its title.
            let words = std::mem::take(&mut titles[slot as usize]);
            if words == 0 {
                continue;
            }
            if words != last.0 {
                let masses = self.masses.iter().enumerate();
                let there = masses.filter(|(bit, _)| words & (1 << bit) != 0);
                let mass: f64 = there.map(|(_, mass)| mass).sum();
                let most = whole_title(self.ranking, mass, mass / self.total_mass);
                last = (words, most as f32);
            }
            bounds[slot as usize] += last.1;
        }
    }

    /// Takes out the documents of the stretch that are deleted.
    fn leave_out_deleted(&mut self, stretch: Range<DocId>) {
        let passed = self.deleted.partition_point(|doc| *doc < stretch.start);
        let (_, rest) = self.deleted.split_at(passed);
        let (here, rest) = rest.split_at(rest.partition_point(|doc| *doc < stretch.end));
        self.deleted = rest;
        for doc in here {
            let slot = (doc - stretch.start) as usize;
            self.slots.bounds[slot] = 0.0;
            if self.slots.tells_words {
                self.slots.words[slot] = 0;
            }
        }
        if !here.is_empty() {
            let bounds = &self.slots.bounds;
            self.slots.found.retain(|slot| bounds[*slot as usize] > 0.0);
        }
    }
}

impl Slots {
    fn new(feeds: &[Feed<'_>], source: &Source<'_>) -> Self {
        let same_words = feeds.first().map_or(0, Feed::words);
        // Documents given need not have any word.
        let tells_words = matches!(source, Source::Docs(_))
            || feeds
                .iter()
                .any(|feed| feed.words() != same_words || feed.is_dependent());
        Self {
            bounds: Box::new([0.0; STRETCH]),
            words: Box::new([if tells_words { 0 } else { same_words }; STRETCH]),
            tells_words,
            same_words,
            titles: Vec::new(),
            titled: Vec::new(),
            found: Vec::new(),
        }
    }

    /// Takes down the documents of a list, before anything of them is added. Those of the first list
    /// are new.
    pub(super) fn find(&mut self, docs: &[DocId], start: DocId, is_first: bool) {
        let slots = docs.iter().map(|doc| doc - start);
        if is_first {
            self.found.extend(slots);
        } else {
            let is_new = |slot: &u32| self.bounds[*slot as usize % STRETCH] == 0.0;
            self.found.extend(slots.filter(is_new));
        }
    }

    pub(super) fn add_title(&mut self, slot: u32, words: u32) {
        self.titles.resize(STRETCH, 0);
        self.titles[slot as usize] |= words;
        self.titled.push(slot);
    }

    /// Makes ready for another stretch.
    fn clear(&mut self, is_sparse: bool) {
        if is_sparse {
            for slot in &self.found {
                self.bounds[*slot as usize] = 0.0;
                if self.tells_words {
                    self.words[*slot as usize] = 0;
                }
            }
        } else {
            self.bounds.fill(0.0);
            if self.tells_words {
                self.words.fill(0);
            }
        }
        self.found.clear();
    }
}

/// The documents of a stretch of a segment.
pub(crate) struct Stretch<'b> {
    start: DocId,
    slots: &'b Slots,
    /// Whether the documents are those found. If not, they are those with a bound.
    lists_found: bool,
    factor: f32,
}

impl Stretch<'_> {
    /// How many documents have the words of the bits; all, if there are none.
    pub(crate) fn count(&self, bits: u32) -> u64 {
        let Slots {
            bounds,
            words,
            found,
            ..
        } = self.slots;
        if self.lists_found {
            let has = |slot: &&u32| words[**slot as usize] & bits == bits;
            return found.iter().filter(has).count() as u64;
        }
        // Sums of 32 bits, for compilers to count several at once.
        let count: u32 = if !self.slots.tells_words {
            if self.slots.same_words & bits != bits {
                return 0;
            }
            bounds.iter().map(|bound| u32::from(*bound > 0.0)).sum()
        } else if bits == 0 {
            bounds.iter().map(|bound| u32::from(*bound > 0.0)).sum()
        } else {
            words
                .iter()
                .map(|words| u32::from(words & bits == bits))
                .sum()
        };
        u64::from(count)
    }

    /// Gives the documents that have the words of the bits and a bound of at least `least`. Their
    /// order is not told.
    pub(crate) fn each_at_least(&self, least: f64, bits: u32, mut take: impl FnMut(BoundedDoc)) {
        let Slots {
            bounds,
            words,
            found,
            ..
        } = self.slots;
        // A little less, as it is rounded to 32 bits.
        let rough = least as f32 / self.factor * (1.0 - 1e-6);
        let mut look = |slot: usize, least: f32| {
            let bound = bounds[slot];
            if bound >= least && words[slot] & bits == bits {
                take(BoundedDoc {
                    doc: self.start + slot as u32,
                    bound: bound * self.factor,
                });
            }
        };
        if self.lists_found {
            for slot in found {
                look(*slot as usize, rough);
            }
            return;
        }
        let rough = rough.max(f32::MIN_POSITIVE);
        let (groups, _) = bounds.as_chunks::<GROUP>();
        for (group, bounds) in groups.iter().enumerate() {
            if any_reaches(bounds, rough) {
                for at in 0..GROUP {
                    look(group * GROUP + at, rough);
                }
            }
        }
    }
}

/// Whether any of the bounds reaches a number. All are looked at, so that compilers compare several
/// at once.
pub(super) fn any_reaches<const N: usize>(bounds: &[f32; N], least: f32) -> bool {
    let reach = bounds.iter().map(|bound| u32::from(*bound >= least));
    reach.sum::<u32>() > 0
}

/// Slots that are looked at together.
const GROUP: usize = 64;

/// The bit of a word.
pub(super) fn bit(word: usize) -> u32 {
    1 << word.min(TOLD_APART)
}

/// Brings the lists of the rarest word to the front that has to be there. Gives its bit and how many
/// lists it has: all lists if no word has to be there.
fn lead(feeds: &mut [Feed<'_>], required: u32) -> (u32, usize) {
    let postings = |bit: u32| -> u64 {
        let of_word = feeds.iter().filter(|feed| feed.words() & bit != 0);
        of_word.map(Feed::documents).sum()
    };
    let bits = (0..TOLD_APART).map(|word| 1 << word);
    let required = bits.filter(|bit| required & bit != 0);
    let Some((_, bit)) = required.map(|bit| (postings(bit), bit)).min() else {
        return (0, feeds.len());
    };
    feeds.sort_by_key(|feed| feed.words() & bit == 0);
    (
        bit,
        feeds.iter().filter(|feed| feed.words() & bit != 0).count(),
    )
}
