//! The postings of a query in one segment.

use std::rc::Rc;

use tantivy::SegmentReader;
use tantivy::schema::IndexRecordOption;

use super::postings::{Blocks, Merged, Occurrences, Places};
use super::ranking::Ranking;
use super::statistics::{PARTS, Part};

/// As many lists of one word in one part are asked one by one; more are merged first.
const MOST_LISTS: usize = 4;

/// A query in one segment, with the lists that are merged before anything is scored.
pub(crate) struct SegmentLists<'r> {
    pub(super) ranking: &'r Ranking,
    pub(super) ord: usize,
    pub(super) segment: &'r SegmentReader,
    /// By word.
    merged: Vec<MergedLists>,
}

/// The lists of a word that are merged because they are many.
#[derive(Default)]
struct MergedLists {
    parts: [Option<Rc<Merged>>; PARTS.len()],
    title_exact: Option<Rc<Merged>>,
    unscored: Option<Rc<Merged>>,
}

impl<'r> SegmentLists<'r> {
    /// Takes the segment that has the place `ord` among those of the snapshot.
    pub(crate) fn new(
        ranking: &'r Ranking,
        ord: usize,
        segment: &'r SegmentReader,
    ) -> tantivy::Result<Self> {
        let merge = |terms: &[Places], most: usize| -> tantivy::Result<_> {
            if terms.len() <= most {
                return Ok(None);
            }
            Ok(Some(Rc::new(Merged::of(terms, ord, segment)?)))
        };
        let mut merged = Vec::with_capacity(ranking.words.len());
        for word in &ranking.words {
            let mut lists = MergedLists {
                title_exact: merge(&word.title_exact, MOST_LISTS)?,
                unscored: merge(&word.unscored, 0)?,
                ..MergedLists::default()
            };
            for part in PARTS {
                let terms = &word.lists[part as usize].terms;
                lists.parts[part as usize] = merge(terms, MOST_LISTS)?;
            }
            merged.push(lists);
        }
        Ok(Self {
            ranking,
            ord,
            segment,
            merged,
        })
    }

    /// The merged list of a word in a part, if its lists are merged.
    pub(super) fn merged(&self, word: usize, part: Part) -> Option<&Rc<Merged>> {
        self.merged[word].parts[part as usize].as_ref()
    }

    /// The documents that have a form of a word that does not score.
    pub(super) fn unscored(&self, word: usize) -> Option<&Rc<Merged>> {
        self.merged[word].unscored.as_ref()
    }

    /// Opens the lists of a word in a part.
    pub(super) fn part(
        &self,
        word: usize,
        part: Part,
        option: IndexRecordOption,
    ) -> tantivy::Result<Option<Occurrences>> {
        let terms = &self.ranking.words[word].lists[part as usize].terms;
        self.open(self.merged(word, part), terms, option)
    }

    /// Opens the lists of a word in a part, to be read block by block.
    pub(super) fn blocks_of(&self, word: usize, part: Part) -> tantivy::Result<Vec<Blocks>> {
        let terms = &self.ranking.words[word].lists[part as usize].terms;
        self.blocks(self.merged(word, part), terms)
    }

    /// Opens the lists of the forms of a word in the title, to be read block by block.
    pub(super) fn title_exact_blocks(&self, word: usize) -> tantivy::Result<Vec<Blocks>> {
        let terms = &self.ranking.words[word].title_exact;
        self.blocks(self.merged[word].title_exact.as_ref(), terms)
    }

    /// Opens lists, to be read block by block: one, if they are merged.
    pub(super) fn blocks(
        &self,
        merged: Option<&Rc<Merged>>,
        terms: &[Places],
    ) -> tantivy::Result<Vec<Blocks>> {
        if let Some(merged) = merged {
            return Ok(vec![Blocks::Merged(Rc::clone(merged), 0)]);
        }
        let mut blocks = Vec::with_capacity(terms.len());
        for term in terms {
            let found = term.blocks(self.ord, self.segment)?;
            blocks.extend(found.map(Blocks::Engine));
        }
        Ok(blocks)
    }

    /// Opens the lists of the forms of a word in the title, as they stand there.
    pub(super) fn title_exact(&self, word: usize) -> tantivy::Result<Option<Occurrences>> {
        let merged = self.merged[word].title_exact.as_ref();
        let terms = &self.ranking.words[word].title_exact;
        self.open(merged, terms, IndexRecordOption::Basic)
    }

    /// Opens lists that count as one.
    pub(super) fn open(
        &self,
        merged: Option<&Rc<Merged>>,
        terms: &[Places],
        option: IndexRecordOption,
    ) -> tantivy::Result<Option<Occurrences>> {
        match merged {
            Some(merged) => Ok(Some(Occurrences::Merged(Rc::clone(merged), 0))),
            None => Occurrences::open(terms, self.ord, self.segment, option),
        }
    }
}
