//! The postings of one field while they are collected: which documents hold a term, how often and
//! where.

use tantivy::schema::IndexRecordOption;

use super::arena::{Arena, Chain, Numbers, push_number};
use super::vocabulary::TermId;

/// What is kept of a term besides the documents that hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    Nothing,
    Frequencies,
    /// Frequencies and positions.
    Positions,
}

impl Detail {
    /// The same in the words of the engine.
    pub(super) fn option(self) -> IndexRecordOption {
        match self {
            Self::Nothing => IndexRecordOption::Basic,
            Self::Frequencies => IndexRecordOption::WithFreqs,
            Self::Positions => IndexRecordOption::WithFreqsAndPositions,
        }
    }
}

/// The postings of one field. Documents come in ascending order.
pub(super) struct Postings {
    detail: Detail,
    /// Where the list of a term is in `lists`, plus one; 0 for terms without one. `None` where most
    /// terms have a list, which is at the number of the term then, or else empty.
    places: Option<Vec<u32>>,
    lists: Vec<List>,
    /// Number of tokens, repeated ones counted again.
    tokens: u64,
}

/// Documents as differences; after each, with positions, these as differences plus one and a 0, with
/// frequencies, how often. What belongs to the last document is written when another one follows.
#[derive(Clone, Copy)]
pub(super) struct List {
    chain: Chain,
    documents: u32,
    last_document: u32,
    /// Last position in the last document, or how often it has the term.
    last: u32,
}

impl Postings {
    /// For a field that has most of its terms, or only some of them.
    pub(super) fn new(detail: Detail, has_most: bool) -> Self {
        Self {
            detail,
            places: (!has_most).then(Vec::new),
            lists: Vec::new(),
            tokens: 0,
        }
    }

    /// Enters a token. Positions in a document do not descend.
    #[inline]
    pub(super) fn add(&mut self, term: TermId, document: u32, position: u32, arena: &mut Arena) {
        let detail = self.detail;
        self.tokens += 1;
        let list = self.list_mut(term);
        let is_new = list.documents == 0 || list.last_document != document;
        if is_new {
            list.open(document, detail, arena);
        }
        match detail {
            Detail::Nothing => {}
            Detail::Frequencies => list.last += 1,
            Detail::Positions => {
                arena.push(&mut list.chain, position - list.last + 1);
                list.last = position;
            }
        }
    }

    #[inline]
    fn list_mut(&mut self, term: TermId) -> &mut List {
        let term = term as usize;
        let Some(places) = &mut self.places else {
            if term >= self.lists.len() {
                self.lists.resize(term + 1, List::EMPTY);
            }
            return &mut self.lists[term];
        };
        if term >= places.len() {
            places.resize(term + 1, 0);
        }
        if places[term] == 0 {
            self.lists.push(List::EMPTY);
            places[term] = self.lists.len() as u32;
        }
        &mut self.lists[places[term] as usize - 1]
    }

    pub(super) fn tokens(&self) -> u64 {
        self.tokens
    }

    /// Bytes allocated, but for those of the arena.
    pub(super) fn bytes(&self) -> usize {
        let places = self.places.as_ref().map_or(0, Vec::len);
        places * size_of::<u32>() + self.lists.len() * size_of::<List>()
    }

    /// The last document of a term so far, or 0.
    #[inline]
    pub(super) fn last_document(&self, term: TermId) -> u32 {
        self.list(term).map_or(0, |list| list.last_document)
    }

    /// The byte of the arena that will be written next for a term, or 0.
    #[inline]
    pub(super) fn next_byte(&self, term: TermId, arena: &Arena) -> u8 {
        self.list(term).map_or(0, |list| arena.at_end(&list.chain))
    }

    /// The list of a term, if it has one.
    pub(super) fn list(&self, term: TermId) -> Option<&List> {
        let place = match &self.places {
            Some(places) => (*places.get(term as usize)? as usize).checked_sub(1)?,
            None => term as usize,
        };
        let list = self.lists.get(place)?;
        (list.documents > 0).then_some(list)
    }

    /// Appends a list to `bytes`, as [`read`] reads it.
    pub(super) fn copy(&self, list: &List, arena: &Arena, bytes: &mut Vec<u8>) {
        arena.read(&list.chain, bytes);
        if self.detail == Detail::Frequencies {
            push_number(list.last, bytes);
        }
    }
}

/// Hands every document of a list to `sink`, in ascending order: its number, how often it has the
/// term, and the differences of the positions.
pub(super) fn read(
    list: &[u8],
    detail: Detail,
    positions: &mut Vec<u32>,
    mut sink: impl FnMut(u32, u32, &[u32]),
) {
    let mut numbers = Numbers(list);
    let mut document = 0;
    while let Some(difference) = numbers.next() {
        document += difference;
        match detail {
            Detail::Nothing => sink(document, 1, &[]),
            Detail::Frequencies => sink(document, numbers.next().unwrap_or(1), &[]),
            Detail::Positions => {
                positions.clear();
                let in_document = numbers.by_ref().take_while(|&number| number != 0);
                positions.extend(in_document.map(|number| number - 1));
                sink(document, positions.len() as u32, positions);
            }
        }
    }
}

impl List {
    const EMPTY: Self = Self {
        chain: Chain::EMPTY,
        documents: 0,
        last_document: 0,
        last: 0,
    };

    /// In how many documents the term is.
    pub(super) fn documents(&self) -> u32 {
        self.documents
    }

    /// Goes on to another document.
    fn open(&mut self, document: u32, detail: Detail, arena: &mut Arena) {
        if self.documents > 0 {
            match detail {
                Detail::Nothing => {}
                Detail::Frequencies => arena.push(&mut self.chain, self.last),
                Detail::Positions => arena.push(&mut self.chain, 0),
            }
        }
        arena.push(&mut self.chain, document - self.last_document);
        self.documents += 1;
        self.last_document = document;
        self.last = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Documents, frequencies and positions of `term` after `tokens`, given as (document, term,
    /// position).
    fn read(detail: Detail, tokens: &[(u32, u32, u32)], term: TermId) -> Vec<(u32, u32, Vec<u32>)> {
        let (mut postings, mut arena) = (
            Postings::new(detail, term.is_multiple_of(2)),
            Arena::default(),
        );
        for &(document, term, position) in tokens {
            postings.add(term, document, position, &mut arena);
        }
        assert_eq!(postings.tokens(), tokens.len() as u64);
        let (mut bytes, mut all) = (Vec::new(), Vec::new());
        let Some(list) = postings.list(term) else {
            return all;
        };
        postings.copy(list, &arena, &mut bytes);
        super::read(&bytes, detail, &mut Vec::new(), |doc, times, positions| {
            all.push((doc, times, positions.to_vec()));
        });
        assert_eq!(list.documents(), all.len() as u32);
        all
    }

    #[test]
    fn postings_are_read_as_they_were_entered() {
        let tokens = [
            (0, 7, 0),
            (0, 3, 1),
            (0, 7, 1),
            (2, 7, 400),
            (2, 7, 400),
            (900, 7, 5),
        ];
        let positions = vec![(0, 2, vec![0, 1]), (2, 2, vec![400, 0]), (900, 1, vec![5])];
        assert_eq!(read(Detail::Positions, &tokens, 7), positions);
        let frequencies = [(0, 2, vec![]), (2, 2, vec![]), (900, 1, vec![])];
        assert_eq!(read(Detail::Frequencies, &tokens, 7), frequencies);
        let documents = [(0, 1, vec![]), (2, 1, vec![]), (900, 1, vec![])];
        assert_eq!(read(Detail::Nothing, &tokens, 7), documents);
        assert_eq!(read(Detail::Positions, &tokens, 3), [(0, 1, vec![1])]);
        assert_eq!(read(Detail::Positions, &tokens, 4), []);
    }
}
