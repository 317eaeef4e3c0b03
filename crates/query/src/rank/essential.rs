//! Any of several words, the most frequent of which is worth little.
//!
//! Once enough documents score more than the most frequent word can bring alone, those that have no other
//! word need not be looked at: the lists of the others are the essential ones of `MaxScore` (Turtle and
//! Flood 1995, <https://doi.org/10.1016/0306-4573(95)00020-H>). How many there are is known without looking.

use super::bound::{Bounds, TOLD_APART, bit};
use super::lists::SegmentLists;
use super::ranking::{Ranking, Word};
use super::statistics::{PARTS, Part};

/// How many times the postings of all other words the most frequent one has to have for looking at the
/// others first to pay.
const MUCH_MORE: u64 = 2;

/// The documents of a segment that have a word of the query beside the most frequent one.
pub(crate) struct Essential<'r> {
    pub(crate) bounds: Bounds<'r>,
    /// The bit of the most frequent word.
    pub(crate) frequent: u32,
    /// Number of live documents that have it.
    pub(crate) with_frequent: u64,
    /// What it is worth at most without another word.
    pub(crate) most: f64,
}

impl<'r> Essential<'r> {
    /// Opens the lists of a query for any of its words; `None` if none of them is much more frequent than
    /// the others, or if it is not known how many documents have it.
    pub(crate) fn of(lists: &SegmentLists<'r>) -> tantivy::Result<Option<Self>> {
        let words = &lists.ranking.words;
        let documents = |word: &Word, part: Part| -> u64 {
            let terms = word.lists[part as usize].terms.iter();
            terms.map(|term| u64::from(term.documents(lists.ord))).sum()
        };
        let parts = || PARTS.into_iter().filter(|part| *part != Part::Exact);
        let in_all = |word: &Word| parts().map(|part| documents(word, part)).sum::<u64>();
        let in_text = |(_, word): &(usize, &Word)| documents(word, Part::Text);
        let Some((at, frequent)) = words.iter().enumerate().max_by_key(in_text) else {
            return Ok(None);
        };
        let essential: u64 = words.iter().map(in_all).sum::<u64>() - in_all(frequent);
        let is_counted = frequent.lists[Part::Text as usize].terms.len() == 1
            && documents(frequent, Part::Related) == 0
            && frequent.unscored.is_empty()
            && !frequent.is_unstemmed;
        let is_much_more = essential > 0 && documents(frequent, Part::Text) > essential * MUCH_MORE;
        if !is_much_more || !is_counted || !are_told_apart(lists.ranking) {
            return Ok(None);
        }
        let bounds = Bounds::without(lists, bit(at))?;
        Ok(Some(Self {
            most: bounds.most_of(bit(at)),
            bounds,
            frequent: bit(at),
            with_frequent: live_documents(lists, at)?,
        }))
    }
}

/// Whether the bit of a word says that the word itself is there.
fn are_told_apart(ranking: &Ranking) -> bool {
    let is_apart = |(at, word): (usize, &Word)| {
        word.is_asked && word.same_as == at && word.instead.is_none() && at < TOLD_APART
    };
    ranking.words.iter().enumerate().all(is_apart)
}

/// The number of live documents that have a word, whose list is one, in the text.
fn live_documents(lists: &SegmentLists<'_>, word: usize) -> tantivy::Result<u64> {
    let Some(mut list) = lists.blocks_of(word, Part::Text)?.pop() else {
        return Ok(0);
    };
    let mut live = list.documents() as u64;
    for doc in &lists.ranking.segment(lists.ord).deleted {
        let place = list.seek(*doc);
        live -= u64::from(list.docs().get(place) == Some(doc));
    }
    Ok(live)
}
