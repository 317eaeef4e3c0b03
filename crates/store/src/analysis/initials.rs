//! Which words are worth a look, by the letter they begin with.

/// The letters that words of interest begin with. Most words of a text begin with others, and need
/// neither be folded nor stemmed to be known as of no interest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Initials {
    /// A bit for each character of ASCII. Words that begin with another one are always looked at,
    /// since folding may change it.
    ascii: u128,
}

impl Initials {
    /// Every word is of interest.
    pub const ANY: Self = Self { ascii: u128::MAX };

    /// What folded `words`, or words of which these are the beginnings, begin with.
    pub fn of<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let mut ascii = 0;
        for word in words {
            match word.as_bytes().first() {
                None => return Self::ANY,
                Some(first) if first.is_ascii() => {
                    ascii |= 1 << first.to_ascii_lowercase() | 1 << first.to_ascii_uppercase();
                }
                Some(_) => {}
            }
        }
        Self { ascii }
    }

    /// Whether a word of the text that begins with this byte is to be looked at.
    pub(super) fn admit(self, first: u8) -> bool {
        !first.is_ascii() || self.ascii & (1 << first) != 0
    }
}

impl std::ops::BitOr for Initials {
    type Output = Self;

    /// What is of interest to either.
    fn bitor(self, other: Self) -> Self {
        Self {
            ascii: self.ascii | other.ascii,
        }
    }
}
