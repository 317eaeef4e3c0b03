//! Terms as numbers, so that all else is done with numbers.

use std::hash::BuildHasher;

use rustc_hash::FxBuildHasher;

/// Number of a term, counted from 0 in the order in which terms were first seen.
pub(super) type TermId = u32;

/// No term.
pub(super) const NO_TERM: TermId = TermId::MAX;

/// Distinct terms and their numbers.
#[derive(Default)]
pub(super) struct Vocabulary {
    bytes: Vec<u8>,
    /// Where each term ends in `bytes`, which is where the next one begins.
    ends: Vec<u32>,
    /// An open-addressed table, a power of two in length and at most half full.
    slots: Vec<Slot>,
}

#[derive(Clone, Copy)]
struct Slot {
    key: Key,
    term: TermId,
}

const EMPTY: Slot = Slot {
    key: Key { bytes: 0, len: 0 },
    term: NO_TERM,
};

/// What a term is looked up by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    /// The term itself where it is short, or else a hash of it.
    bytes: u64,
    len: u32,
}

impl Key {
    /// The key of a term.
    #[inline]
    pub(super) fn of(term: &[u8]) -> Self {
        let bytes = if term.len() <= 8 {
            beginning(term)
        } else {
            FxBuildHasher.hash_one(term)
        };
        let len = term.len() as u32;
        Self { bytes, len }
    }

    /// Where to look for the term first.
    fn place(self) -> usize {
        // Fibonacci hashing (Knuth, "The Art of Computer Programming", volume 3, 6.4): the high bits
        // of the product depend on all bits of the key.
        let product = (self.bytes ^ u64::from(self.len)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (product >> 32) as usize
    }
}

impl Vocabulary {
    /// The number of a term, which is a new one if the term is.
    pub(super) fn number(&mut self, term: &[u8]) -> TermId {
        self.number_of(Key::of(term), term)
    }

    /// The same for a term whose key is known.
    pub(super) fn number_of(&mut self, key: Key, term: &[u8]) -> TermId {
        if self.ends.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let mask = self.slots.len() - 1;
        let mut at = key.place() & mask;
        loop {
            let slot = self.slots[at];
            if slot.term == NO_TERM {
                break;
            }
            // A short term is its key, so that its letters need not be looked up.
            if slot.key == key && (key.len <= 8 || self.term(slot.term) == term) {
                return slot.term;
            }
            at = (at + 1) & mask;
        }
        let term_id = self.ends.len() as TermId;
        self.bytes.extend_from_slice(term);
        self.ends.push(self.bytes.len() as u32);
        self.slots[at] = Slot { key, term: term_id };
        term_id
    }

    /// What lies where a term is looked for first, to have it near when it is.
    #[inline]
    pub(super) fn first_seen(&self, key: Key) -> TermId {
        let mask = self.slots.len().wrapping_sub(1);
        self.slots
            .get(key.place() & mask)
            .map_or(NO_TERM, |slot| slot.term)
    }

    fn grow(&mut self) {
        let len = (self.slots.len() * 2).max(1 << 10);
        let former = std::mem::replace(&mut self.slots, vec![EMPTY; len]);
        for slot in former.into_iter().filter(|slot| slot.term != NO_TERM) {
            let mut at = slot.key.place() & (len - 1);
            while self.slots[at].term != NO_TERM {
                at = (at + 1) & (len - 1);
            }
            self.slots[at] = slot;
        }
    }

    /// The term of a number.
    pub(super) fn term(&self, number: TermId) -> &[u8] {
        let number = number as usize;
        let start = number.checked_sub(1).map_or(0, |i| self.ends[i]);
        &self.bytes[start as usize..self.ends[number] as usize]
    }

    /// How many terms there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes allocated.
    pub(super) fn bytes(&self) -> usize {
        self.bytes.capacity() + self.ends.capacity() * 4 + self.slots.len() * size_of::<Slot>()
    }

    /// All numbers in the order of their terms.
    pub(super) fn sorted(&self) -> Vec<TermId> {
        // Most terms differ in their first eight bytes, which compare as one number.
        let mut keyed: Vec<(u64, TermId)> = (0..self.len() as TermId)
            .map(|number| (beginning(self.term(number)), number))
            .collect();
        keyed.sort_unstable_by(|a, b| {
            (a.0.cmp(&b.0)).then_with(|| self.term(a.1).cmp(self.term(b.1)))
        });
        keyed.into_iter().map(|(_, number)| number).collect()
    }
}

/// The first eight bytes, so that numbers are ordered as terms are, but for terms that begin alike.
fn beginning(term: &[u8]) -> u64 {
    if let Some(first) = term.first_chunk() {
        return u64::from_be_bytes(*first);
    }
    // For so few bytes, copying them takes longer to set up.
    let add = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
    let bytes = term.iter().fold(0, add);
    bytes.checked_shl(64 - 8 * term.len() as u32).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn equal_terms_have_one_number_and_are_sorted_by_their_bytes(
            terms in prop::collection::vec("[a-c\0]{0,12}", 0..2000),
        ) {
            let mut vocabulary = Vocabulary::default();
            let numbers: Vec<_> = terms.iter().map(|t| vocabulary.number(t.as_bytes())).collect();
            for (number, term) in numbers.iter().zip(&terms) {
                prop_assert_eq!(vocabulary.term(*number), term.as_bytes());
            }
            let mut distinct: Vec<_> = terms.iter().map(String::as_bytes).collect();
            distinct.sort_unstable();
            distinct.dedup();
            let sorted = vocabulary.sorted();
            let sorted: Vec<_> = sorted.into_iter().map(|number| vocabulary.term(number)).collect();
            prop_assert_eq!(sorted, distinct);
        }
    }
}
