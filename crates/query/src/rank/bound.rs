//! A number no less than the score of a document, for all documents that have a word of the query.
//!
//! The bounds of a stretch of documents are added up list by list, which takes a few nanoseconds a
//! posting. What is dear to know exactly — the unstemmed forms and how near the words stand — is
//! taken at its greatest. Only documents whose bound reaches the worst of the best hits so far are
//! then scored, so the hits are the same as if all had been.

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::BlockSegmentPostings;
use tantivy::{DocId, SegmentReader};

use super::ranking::{List, Ranking, Word};
use super::scorer::whole_title;
use super::statistics::{PARTS, Part};

/// Documents whose bounds are added up at a time. Their slots fit into the cache, and are few enough
/// for allocators to keep the memory at hand.
const STRETCH: u32 = 1 << 12;

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
    /// Whether every word asked for is there; `None` if there are too many words to tell.
    pub(crate) has_all: Option<bool>,
}

/// What is known of one document so far.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    bound: f32,
    /// The words that are there, a bit each.
    words: u32,
    /// The words that are in the title.
    titles: u32,
}

/// The lists of a query in one segment.
pub(crate) struct Bounds<'r> {
    ranking: &'r Ranking,
    feeds: Vec<Feed<'r>>,
    slots: Vec<Slot>,
    /// Mass of the words of each bit.
    masses: [f64; 32],
    total_mass: f64,
    max_doc: DocId,
}

/// A list of postings and what each of them adds.
struct Feed<'r> {
    blocks: BlockSegmentPostings,
    /// The next posting of the block.
    at: usize,
    lengths: FieldNormReader,
    norms: &'r [f64; 256],
    factor: f64,
    constant: f64,
    words: u32,
    titles: u32,
}

impl<'r> Bounds<'r> {
    pub(crate) fn new(
        ranking: &'r Ranking,
        ord: usize,
        segment: &SegmentReader,
    ) -> tantivy::Result<Self> {
        let mut feeds = Vec::new();
        let mut masses = [0.0; 32];
        for (at, word) in ranking.words.iter().enumerate() {
            let bit = if word.is_asked { bit(word.same_as) } else { 0 };
            if word.same_as == at {
                masses[at.min(TOLD_APART)] += word.mass;
            }
            open(
                ranking,
                word,
                &word.lists,
                [bit, bit],
                &mut feeds,
                (ord, segment),
            )?;
            if let Some(instead) = &word.instead {
                let end = (at + instead.covers).min(ranking.words.len());
                let covered = ranking.words[at..end].iter();
                let covered = covered.fold(0, |bits, word| bits | self::bit(word.same_as));
                let bits = [covered, 0];
                open(
                    ranking,
                    word,
                    &instead.lists,
                    bits,
                    &mut feeds,
                    (ord, segment),
                )?;
            }
        }
        Ok(Self {
            ranking,
            feeds,
            slots: vec![Slot::default(); STRETCH.min(segment.max_doc()) as usize],
            masses,
            total_mass: ranking.total_mass(),
            max_doc: segment.max_doc(),
        })
    }

    /// The bounds of the next stretch of documents, in order; `None` after the last one.
    pub(crate) fn next_stretch(&mut self) -> Option<impl Iterator<Item = BoundedDoc> + '_> {
        // Stretches begin where there is something.
        let start = self.feeds.iter().filter_map(Feed::next_doc).min()?;
        let end = start.saturating_add(STRETCH).min(self.max_doc);
        self.slots.fill(Slot::default());
        for feed in &mut self.feeds {
            feed.add(start, end, &mut self.slots);
        }
        let all = (self.ranking.asked().len() <= TOLD_APART).then(|| {
            let distinct = self.ranking.distinct();
            distinct.fold(0, |bits, (at, _)| bits | bit(at))
        });
        let slots = self.slots.iter().zip(start..end);
        let this = &*self;
        Some(
            slots
                .filter(|(slot, _)| slot.bound > 0.0)
                .map(move |(slot, doc)| BoundedDoc {
                    doc,
                    bound: this.bound(slot),
                    has_all: all.map(|all| slot.words & all == all),
                }),
        )
    }

    fn bound(&self, slot: &Slot) -> f64 {
        let mut bound = f64::from(slot.bound);
        if slot.titles != 0 {
            let in_title = |(bit, _): &(usize, &f64)| slot.titles & (1 << bit) != 0;
            let masses = self.masses.iter().enumerate().filter(in_title);
            let mass: f64 = masses.map(|(_, mass)| mass).sum();
            bound += whole_title(self.ranking, mass, mass / self.total_mass);
        }
        bound * ROUNDING * self.ranking.boosts.most()
    }
}

fn bit(word: usize) -> u32 {
    1 << word.min(TOLD_APART)
}

/// Opens the lists of a word. All parts but the unstemmed one have lists of their own.
fn open<'r>(
    ranking: &'r Ranking,
    word: &Word,
    lists: &[List; PARTS.len()],
    [words, titles]: [u32; 2],
    feeds: &mut Vec<Feed<'r>>,
    (ord, segment): (usize, &SegmentReader),
) -> tantivy::Result<()> {
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
            let Some(blocks) = term.blocks(ord, segment)? else {
                continue;
            };
            feeds.push(Feed {
                blocks,
                at: 0,
                lengths: segment.get_fieldnorms_reader(term.field())?,
                norms: &ranking.norms[part as usize],
                factor: word.count * factor,
                // So that a document is seen even where no weight counts for it.
                constant: constant.max(f64::from(f32::MIN_POSITIVE)),
                words,
                titles: if part == Part::Title { titles } else { 0 },
            });
        }
    }
    Ok(())
}

impl Feed<'_> {
    /// The document of the next posting.
    fn next_doc(&self) -> Option<DocId> {
        self.blocks.docs().get(self.at).copied()
    }

    /// Adds what the postings from `start` to before `end` are worth at most.
    fn add(&mut self, start: DocId, end: DocId, slots: &mut [Slot]) {
        loop {
            let docs = &self.blocks.docs()[self.at..];
            if docs.is_empty() {
                return;
            }
            let here = docs.partition_point(|doc| *doc < end);
            let freqs = &self.blocks.freqs()[self.at..];
            for (doc, freq) in docs[..here].iter().zip(freqs) {
                let norm = self.norms[usize::from(self.lengths.fieldnorm_id(*doc))];
                let count = f64::from(*freq);
                let slot = &mut slots[(*doc - start) as usize];
                slot.bound += (self.factor * count / (count + norm) + self.constant) as f32;
                slot.words |= self.words;
                slot.titles |= self.titles;
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
