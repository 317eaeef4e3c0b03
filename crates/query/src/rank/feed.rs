//! Lists of postings as they are added up to bounds.

use std::ops::Range;

use tantivy::postings::BlockSegmentPostings;
use tantivy::{DocId, SegmentReader};

use super::bound::{STRETCH, Slots, bit};
use super::ranking::{List, Ranking, Word};
use super::statistics::{PARTS, Part};

/// Postings in a block, as the engine packs them.
const BLOCK: usize = 128;

/// A list of postings and what each of them adds.
pub(super) struct Feed<'r> {
    blocks: BlockSegmentPostings,
    /// The next posting of the block.
    at: usize,
    /// Lengths of the documents, as numbers of the engine, and the norms of these.
    lengths: &'r [u8],
    norms: &'r [f32; 256],
    factor: f32,
    constant: f32,
    words: u32,
    titles: u32,
}

/// The lists of a query in a segment. All parts but the unstemmed one have lists of their own.
pub(super) fn feeds<'r>(
    ranking: &'r Ranking,
    ord: usize,
    segment: &SegmentReader,
) -> tantivy::Result<Vec<Feed<'r>>> {
    let mut opener = Opener {
        ranking,
        ord,
        segment,
        feeds: Vec::new(),
    };
    for (at, word) in ranking.words.iter().enumerate() {
        let own = if word.is_asked { bit(word.same_as) } else { 0 };
        opener.open(word, &word.lists, [own, own])?;
        if let Some(instead) = &word.instead {
            let end = (at + instead.covers).min(ranking.words.len());
            let covered = ranking.words[at..end].iter();
            let covered = covered.fold(0, |bits, word| bits | bit(word.same_as));
            opener.open(word, &instead.lists, [covered, 0])?;
        }
    }
    Ok(opener.feeds)
}

/// Opens the lists of a query in one segment.
struct Opener<'r, 's> {
    ranking: &'r Ranking,
    ord: usize,
    segment: &'s SegmentReader,
    feeds: Vec<Feed<'r>>,
}

impl<'r> Opener<'r, '_> {
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
                    lengths: &ranking.segment(self.ord).lengths[list.measured_by(part) as usize],
                    norms: &ranking.norms[part as usize].rough,
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

impl Feed<'_> {
    /// Number of documents of the list, deleted ones among them.
    pub(super) fn documents(&self) -> u64 {
        u64::from(self.blocks.doc_freq())
    }

    /// The bits of the words that a document of the list has.
    pub(super) fn words(&self) -> u32 {
        self.words
    }

    /// The document of the next posting.
    pub(super) fn next_doc(&self) -> Option<DocId> {
        self.blocks.docs().get(self.at).copied()
    }

    /// Adds what the postings of a stretch are worth at most. `is_sparse` keeps a list of what was
    /// found.
    pub(super) fn add(&mut self, stretch: Range<DocId>, slots: &mut Slots, is_sparse: bool) {
        let is_first = slots.found.is_empty();
        loop {
            let docs = &self.blocks.docs()[self.at..];
            let Some(last) = docs.last() else {
                return;
            };
            let here = if *last < stretch.end {
                docs.len()
            } else {
                docs.partition_point(|doc| *doc < stretch.end)
            };
            let docs = &docs[..here];
            if is_sparse {
                slots.find(docs, stretch.start, is_first);
            }
            self.add_postings(docs, stretch.start, slots);
            self.at += here;
            if self.at < self.blocks.docs().len() {
                return;
            }
            self.blocks.advance();
            self.at = 0;
        }
    }

    /// Adds a run of postings of the block, which begins with the next one.
    fn add_postings(&self, docs: &[DocId], start: DocId, slots: &mut Slots) {
        // Three plain loops take less time than one: compilers make the middle one do four at once.
        // Taking remainders that change nothing spares them to look whether places are in range.
        let mut values = [0.0_f32; BLOCK];
        let values = &mut values[..docs.len()];
        let lengths = self.lengths[start as usize..].first_chunk::<STRETCH>();
        let lengths = lengths.expect("lengths are filled up to whole stretches");
        for (value, doc) in values.iter_mut().zip(docs) {
            let length = lengths[(doc - start) as usize % STRETCH];
            *value = self.norms[usize::from(length)];
        }
        let freqs = &self.blocks.freqs()[self.at..];
        for (value, freq) in values.iter_mut().zip(freqs) {
            *value = self.value(*freq, *value);
        }
        for (value, doc) in values.iter().zip(docs) {
            slots.bounds[(doc - start) as usize % STRETCH] += *value;
        }
        if slots.tells_words {
            for doc in docs {
                slots.words[(doc - start) as usize % STRETCH] |= self.words;
            }
        }
        if self.titles != 0 {
            for doc in docs {
                slots.add_title(doc - start, self.titles);
            }
        }
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
            let docs = self.blocks.docs();
            let Some(last) = docs.last().filter(|last| **last >= start + slot) else {
                break;
            };
            let here = rest.partition_point(|slot| start + slot <= *last);
            let (of_block, others) = rest.split_at(here);
            rest = others;
            let mut at = self.at;
            for slot in of_block {
                let doc = start + slot;
                at += step(&docs[at..], doc);
                if docs[at] == doc {
                    let value = self.value(self.blocks.freqs()[at], self.norm(doc));
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
        if self.blocks.docs().last().is_none_or(|last| *last < doc) {
            self.at = self.blocks.seek(doc).min(self.blocks.docs().len());
        } else {
            self.at += step(&self.blocks.docs()[self.at..], doc);
        }
    }
}

/// How many documents come before one. Most often they are few.
fn step(docs: &[DocId], doc: DocId) -> usize {
    const NEAR: usize = 8;
    let near = docs.iter().take(NEAR).position(|other| *other >= doc);
    near.unwrap_or_else(|| docs.partition_point(|other| *other < doc))
}
