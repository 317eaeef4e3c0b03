//! Which words are worth a look, by how they begin.

use super::scan::{is_joiner, is_part_of_a_word};

/// How the words of interest begin. Most words of a text begin otherwise, and need neither be
/// folded nor stemmed to be known as of no interest.
///
/// It is asked about text as it stands, and errs on the side of interest: what is not ASCII may
/// become any letter where it is folded, and what joins the parts of a compound is left out.
#[derive(Debug, Clone, Default)]
pub struct Beginnings {
    /// In small letters of ASCII, in order.
    beginnings: Vec<Box<[u8]>>,
    /// Whether every word is of interest.
    any: bool,
}

impl Beginnings {
    /// Every word is of interest.
    pub fn any() -> Self {
        Self {
            any: true,
            ..Self::default()
        }
    }

    /// What folded `words`, or words of which these are the beginnings, begin with.
    pub fn of<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let mut any = false;
        let mut beginnings = Vec::new();
        for word in words {
            any |= word.is_empty();
            let end = word.bytes().position(|byte| !byte.is_ascii());
            let ascii = &word.as_bytes()[..end.unwrap_or(word.len())];
            // Words that begin with another letter are looked at in any case.
            if !ascii.is_empty() {
                beginnings.push(ascii.to_ascii_lowercase().into_boxed_slice());
            }
        }
        beginnings.sort_unstable();
        beginnings.dedup();
        Self { beginnings, any }
    }

    /// What is of interest to either.
    #[must_use]
    pub fn or(mut self, other: &Self) -> Self {
        self.any |= other.any;
        self.beginnings.extend(other.beginnings.iter().cloned());
        self.beginnings.sort_unstable();
        self.beginnings.dedup();
        self
    }

    /// Length of the shortest one: the longer, the fewer words are of interest.
    pub fn shortest(&self) -> usize {
        let lengths = self.beginnings.iter().map(|beginning| beginning.len());
        lengths.min().filter(|_| !self.any).unwrap_or(0)
    }

    /// Whether a word that begins where `text` does is to be looked at.
    pub(super) fn admit(&self, text: &[u8]) -> bool {
        let Some(first) = text.first() else {
            return self.any;
        };
        if self.any || !first.is_ascii() {
            return true;
        }
        let first = first.to_ascii_lowercase();
        let from = self.beginnings.partition_point(|one| one[0] < first);
        let same = self.beginnings[from..].iter();
        same.take_while(|one| one[0] == first)
            .any(|one| may_begin(text, one))
    }

    /// Finds out without looking for words whether a text may hold one of interest.
    pub fn finder(&self) -> Finder {
        let mut starts = [false; 256];
        for beginning in &self.beginnings {
            starts[usize::from(beginning[0])] = true;
            starts[usize::from(beginning[0].to_ascii_uppercase())] = true;
        }
        starts[0x80..].fill(true);
        Finder {
            beginnings: self.clone(),
            starts,
        }
    }
}

/// Whether the word at the start of `text` may begin so where it is folded.
fn may_begin(text: &[u8], beginning: &[u8]) -> bool {
    for (at, letter) in beginning.iter().enumerate() {
        match text.get(at) {
            None => return false,
            Some(byte) if !byte.is_ascii() || is_joiner(char::from(*byte)) => return true,
            Some(byte) if byte.to_ascii_lowercase() != *letter => return false,
            Some(_) => {}
        }
    }
    true
}

/// Finds the texts that may hold a word of interest.
#[derive(Debug, Clone)]
pub struct Finder {
    beginnings: Beginnings,
    /// The bytes at which to look closer.
    starts: [bool; 256],
}

impl Finder {
    /// Whether a word of `text` may be of interest. Where it says no, there is none.
    pub fn may_be_in(&self, text: &str) -> bool {
        if self.beginnings.any {
            return true;
        }
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(step) = bytes[at..]
            .iter()
            .position(|b| self.starts[usize::from(*b)])
        {
            at += step;
            if bytes[at].is_ascii() {
                // Only at the beginning of a word.
                let is_within = at > 0 && bytes[at - 1].is_ascii_alphanumeric();
                if !is_within && self.beginnings.admit(&bytes[at..]) {
                    return true;
                }
                at += 1;
            } else {
                match text[at..].chars().next() {
                    Some(c) if !is_part_of_a_word(c) => at += c.len_utf8(),
                    _ => return true,
                }
            }
        }
        false
    }
}
