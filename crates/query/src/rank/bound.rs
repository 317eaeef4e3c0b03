//! A number no less than the score of a document, for all documents that have a word of the query.
//!
//! The bounds of a stretch of documents are added up list by list, which takes a few nanoseconds a
//! posting. What is dear to know exactly — the unstemmed forms and how near the words stand — is
//! taken at its greatest. Only documents whose bound reaches the worst of the best hits so far are
//! then scored, so the hits are the same as if all had been.

use std::rc::Rc;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::BlockSegmentPostings;
use tantivy::{DocId, SegmentReader};

use super::ranking::{List, Ranking, Word};
use super::scorer::whole_title;
use super::statistics::{PARTS, Part};

/// Documents whose bounds are added up at a time. Their slots fit into the cache, and are few enough
/// for allocators to keep the memory at hand.
const STRETCH: u32 = 1 << 12;

/// As many where postings are few and far between: most of a stretch is empty then.
const SHORT_STRETCH: u32 = 1 << 7;

/// Postings of a segment up to which they are few.
const FEW_POSTINGS: u64 = 1 << 7;

/// Words that are told apart; those from here on share the last bit.
const TOLD_APART: usize = 31;

/// Bounds are added up in 32 bits and in another order than scores: this much is the most they can
/// fall short by that.
const ROUNDING: f64 = 1.0 + 1e-4;

/// A document with a number that its score does not exceed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct BoundedDoc {
    pub(crate) doc: DocId,
    pub(crate) bound: f64,
    /// The words asked for that are there, a bit each; see [`Bounds::bits_of_all`].
    pub(crate) words: u32,
}

/// The lists of a query in one segment.
pub(crate) struct Bounds<'r> {
    ranking: &'r Ranking,
    feeds: Vec<Feed>,
    /// What is known of the documents of a stretch so far.
    slots: Slots,
    /// Number of documents in a stretch.
    stretch: DocId,
    /// The first document of the stretch.
    start: DocId,
    /// Mass of the words of each bit.
    masses: [f64; 32],
    total_mass: f64,
    /// What makes a sum of parts a bound.
    factor: f64,
    max_doc: DocId,
}

/// By the place of a document in the stretch.
#[derive(Debug, Default)]
struct Slots {
    bounds: Vec<f32>,
    /// The words that are there, a bit each.
    words: Vec<u32>,
    /// The words that are in the title.
    titles: Vec<u32>,
}

/// A list of postings and what each of them adds.
struct Feed {
    blocks: BlockSegmentPostings,
    /// The next posting of the block.
    at: usize,
    lengths: FieldNormReader,
    norms: Rc<[f32; 256]>,
    factor: f32,
    constant: f32,
    words: u32,
    titles: u32,
}

impl<'r> Bounds<'r> {
    pub(crate) fn new(
        ranking: &'r Ranking,
        ord: usize,
        segment: &SegmentReader,
    ) -> tantivy::Result<Self> {
        let mut opener = Opener {
            ranking,
            ord,
            segment,
            norms: PARTS.map(|part| Rc::new(ranking.norms[part as usize].map(|norm| norm as f32))),
            feeds: Vec::new(),
        };
        let mut masses = [0.0; 32];
        for (at, word) in ranking.words.iter().enumerate() {
            let own = if word.is_asked { bit(word.same_as) } else { 0 };
            if word.same_as == at {
                masses[at.min(TOLD_APART)] += word.mass;
            }
            opener.open(word, &word.lists, [own, own])?;
            if let Some(instead) = &word.instead {
                let end = (at + instead.covers).min(ranking.words.len());
                let covered = ranking.words[at..end].iter();
                let covered = covered.fold(0, |bits, word| bits | bit(word.same_as));
                opener.open(word, &instead.lists, [covered, 0])?;
            }
        }
        let are_few = ranking.postings(ord) <= FEW_POSTINGS;
        let stretch = if are_few { SHORT_STRETCH } else { STRETCH };
        let stretch = stretch.min(segment.max_doc());
        Ok(Self {
            ranking,
            slots: Slots {
                bounds: vec![0.0; stretch as usize],
                words: vec![0; stretch as usize],
                titles: vec![0; stretch as usize],
            },
            stretch,
            feeds: opener.feeds,
            start: 0,
            masses,
            total_mass: ranking.total_mass(),
            factor: ROUNDING * ranking.boosts.most(),
            max_doc: segment.max_doc(),
        })
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

    /// The bounds of the next stretch of documents, in order; `None` after the last one.
    pub(crate) fn next_stretch(&mut self) -> Option<impl Iterator<Item = BoundedDoc> + '_> {
        // Stretches begin where there is something.
        self.start = self.feeds.iter().filter_map(Feed::next_doc).min()?;
        let end = self.start.saturating_add(self.stretch).min(self.max_doc);
        self.slots.bounds.fill(0.0);
        self.slots.words.fill(0);
        let mut has_titles = false;
        for feed in &mut self.feeds {
            let is_title = feed.titles != 0 && feed.next_doc().is_some_and(|doc| doc < end);
            if is_title && !has_titles {
                self.slots.titles.fill(0);
                has_titles = true;
            }
            feed.add(self.start, end, &mut self.slots);
        }
        if has_titles {
            self.add_whole_titles();
        }
        let (start, factor) = (self.start, self.factor);
        let slots = self.slots.bounds.iter().zip(&self.slots.words);
        let there = slots
            .zip(start..end)
            .filter(|((bound, _), _)| **bound > 0.0);
        Some(there.map(move |((bound, words), doc)| BoundedDoc {
            doc,
            bound: f64::from(*bound) * factor,
            words: *words,
        }))
    }

    fn add_whole_titles(&mut self) {
        let Slots { bounds, titles, .. } = &mut self.slots;
        let there = bounds
            .iter_mut()
            .zip(titles)
            .filter(|(_, titles)| **titles != 0);
        for (bound, titles) in there {
            let in_title = |(bit, _): &(usize, &f64)| *titles & (1 << bit) != 0;
            let masses = self.masses.iter().enumerate().filter(in_title);
            let mass: f64 = masses.map(|(_, mass)| mass).sum();
            *bound += whole_title(self.ranking, mass, mass / self.total_mass) as f32;
        }
    }
}

fn bit(word: usize) -> u32 {
    1 << word.min(TOLD_APART)
}

/// Opens the lists of a query in one segment.
struct Opener<'r> {
    ranking: &'r Ranking,
    ord: usize,
    segment: &'r SegmentReader,
    norms: [Rc<[f32; 256]>; PARTS.len()],
    feeds: Vec<Feed>,
}

impl Opener<'_> {
    /// Opens the lists of a word. All parts but the unstemmed one have lists of their own.
    fn open(
        &mut self,
        word: &Word,
        lists: &[List; PARTS.len()],
        [words, titles]: [u32; 2],
    ) -> tantivy::Result<()> {
        let ranking = self.ranking;
        let [text, exact] = [Part::Text, Part::Exact].map(|part| lists[part as usize].factor);
        let near = if ranking.counts_nearness() && word.is_asked {
            ranking.weights.near * word.mass
        } else {
            0.0
        };
        for part in PARTS.into_iter().filter(|part| *part != Part::Exact) {
            let list = &lists[part as usize];
            let (factor, constant) = match part {
                // The unstemmed form occurs at most as often as the stem, in a text as long.
                Part::Text => (text + exact * ranking.exact_length, near),
                _ => (list.factor, 0.0),
            };
            for term in &list.terms {
                let Some(blocks) = term.blocks(self.ord, self.segment)? else {
                    continue;
                };
                self.feeds.push(Feed {
                    blocks,
                    at: 0,
                    lengths: self.segment.get_fieldnorms_reader(term.field())?,
                    norms: Rc::clone(&self.norms[part as usize]),
                    factor: (word.count * factor) as f32,
                    // So that a document is seen even where no weight counts for it.
                    constant: (constant as f32).max(f32::MIN_POSITIVE),
                    words,
                    titles: if part == Part::Title { titles } else { 0 },
                });
            }
        }
        Ok(())
    }
}

impl Feed {
    /// The document of the next posting.
    fn next_doc(&self) -> Option<DocId> {
        self.blocks.docs().get(self.at).copied()
    }

    /// Adds what the postings from `start` to before `end` are worth at most.
    fn add(&mut self, start: DocId, end: DocId, slots: &mut Slots) {
        loop {
            let docs = &self.blocks.docs()[self.at..];
            let Some(last) = docs.last() else {
                return;
            };
            let here = if *last < end {
                docs.len()
            } else {
                docs.partition_point(|doc| *doc < end)
            };
            let freqs = &self.blocks.freqs()[self.at..];
            for (doc, freq) in docs[..here].iter().zip(freqs) {
                let norm = self.norms[usize::from(self.lengths.fieldnorm_id(*doc))];
                let count = *freq as f32;
                let slot = (*doc - start) as usize;
                slots.bounds[slot] += self.factor * count / (count + norm) + self.constant;
                slots.words[slot] |= self.words;
            }
            if self.titles != 0 {
                for doc in &docs[..here] {
                    slots.titles[(*doc - start) as usize] |= self.titles;
                }
            }
            self.at += here;
            if self.at < self.blocks.docs().len() {
                return;
            }
            self.blocks.advance();
            self.at = 0;
        }
    }
}
