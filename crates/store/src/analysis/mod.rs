//! From text to tokens: the one definition of what a word is, for the index, for queries and for
//! the marks in snippets.
//!
//! - A word is a run of letters, digits and combining marks. Case and diacritics are folded.
//! - Words glued by `-`, `_`, `&` or an apostrophe are a *compound*: its parts stand at consecutive
//!   positions, and the joined form stands at the position of the first part. `Jung-E` gives
//!   `jung`+`junge`, `e`. So are single letters glued by dots (`U.S.A.`) and digits grouped by commas
//!   (`1,000`).
//! - In English, a possessive `'s` is dropped; in French, Italian and Catalan, an elided article and
//!   the like (`l'` of `l'amour`).
//! - `C++`, `C#` and their like give the bare letter and, joined, the whole name.
//! - Runs of Han, Kana and Hangul give every character and every overlapping pair.
//! - Every token has its exact form and its stem. Some stemmers have to see diacritics; a word whose
//!   stem would be another without them gives a second token with that one.

mod beginnings;
mod fold;
mod language;
mod scan;

use std::collections::HashMap;
use std::ops::Range;

use rustc_hash::FxBuildHasher;

pub use beginnings::{Beginnings, Finder};
pub use fold::fold;
pub use language::{Language, UnknownLanguage};
pub use scan::is_ideograph;

/// Longest token in bytes; the rest of a longer word is cut off, in the index and in queries alike.
pub const MAX_TOKEN_BYTES: usize = 64;

/// Positions left free between two parts of an article, so that no phrase reaches across.
pub const POSITION_GAP: u32 = 20;

/// Words the stemmer remembers before it starts afresh: some 10 MB.
const STEM_CACHE_WORDS: usize = 100_000;

/// How much of a text is made small at a time, in bytes: a text can be longer than would be good to have
/// twice.
const STRETCH_BYTES: usize = 1 << 16;

/// A token of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    /// The word as it stands, folded.
    pub exact: &'a str,
    /// Its stem.
    pub stem: &'a str,
    /// Byte range in the text.
    pub start: usize,
    /// End of the byte range.
    pub end: usize,
    /// Position of the token, counted in words from 0.
    pub position: u32,
    /// What kind of token it is.
    pub kind: TokenKind,
}

/// What kind of token it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A word, or one part of a compound.
    Word,
    /// The word before once more, with the stem it has where its diacritics are left out.
    Unmarked,
    /// The joined form of a compound; it stands at the position of the first of its parts.
    Joined {
        /// How many positions the compound covers, at least 1.
        parts: u32,
        /// Whether the parts alone may stand for it. Not so for `C++`, whose only part is `c`, nor
        /// for pairs of ideographs.
        splits: bool,
    },
}

impl TokenKind {
    /// Whether this is a word or part of one, and not another form of what was there already.
    pub fn is_word(self) -> bool {
        matches!(self, Self::Word)
    }

    /// Whether its exact form is another than that of the token before at the same position.
    pub fn is_new(self) -> bool {
        !matches!(self, Self::Unmarked)
    }
}

/// A word before it is stemmed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word<'a> {
    /// The word as it stands, folded.
    pub(crate) exact: &'a str,
    /// The word in lower case with its diacritics, where the stemmer has to see them: then it has
    /// two stems, one of each form, which may be the same.
    pub(crate) marked: Option<&'a str>,
    /// Byte range in the text.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Position, counted in words from 0.
    pub(crate) position: u32,
    /// Never [`TokenKind::Unmarked`].
    pub(crate) kind: TokenKind,
}

/// Turns text into tokens. Remembers stems, so keep one per thread.
pub struct Analyzer {
    language: Language,
    stems: Stems,
    small: Small,
    folded: String,
    lower: String,
    room: scan::Room,
}

/// A stretch of a text with its capitals of ASCII made small: all at once takes less time than those of
/// each word.
#[derive(Default)]
struct Small {
    letters: String,
    /// Where in the text it begins.
    start: usize,
}

impl Small {
    /// A word of the text, which begins and ends with ASCII.
    #[inline]
    fn word(&mut self, text: &str, range: Range<usize>) -> &str {
        let is_here = range.start >= self.start && range.end <= self.start + self.letters.len();
        if !is_here {
            self.go_to(text, &range);
        }
        &self.letters[range.start - self.start..range.end - self.start]
    }

    /// Makes the stretch begin with a word.
    fn go_to(&mut self, text: &str, word: &Range<usize>) {
        let end = word.end.max(word.start + STRETCH_BYTES).min(text.len());
        let end = (end..text.len()).find(|end| text.is_char_boundary(*end));
        self.start = word.start;
        self.letters.clear();
        self.letters
            .push_str(&text[word.start..end.unwrap_or(text.len())]);
        self.letters.make_ascii_lowercase();
    }
}

impl std::fmt::Debug for Analyzer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Analyzer").finish_non_exhaustive()
    }
}

impl Analyzer {
    /// An analyzer for this language.
    pub fn new(language: Language) -> Self {
        Self {
            language,
            stems: Stems::new(language),
            small: Small::default(),
            folded: String::new(),
            lower: String::new(),
            room: scan::Room::default(),
        }
    }

    /// Hands every token of `text` to `sink`, in the order of their positions; positions start
    /// at 0. Returns how many positions the text took.
    pub fn each_token(&mut self, text: &str, sink: impl FnMut(Token<'_>)) -> u32 {
        self.each_token_of(text, &Beginnings::any(), sink)
    }

    /// As [`Analyzer::each_token`], but passes over tokens that cannot begin so, which takes much
    /// less time where few can.
    pub fn each_token_of(
        &mut self,
        text: &str,
        beginnings: &Beginnings,
        mut sink: impl FnMut(Token<'_>),
    ) -> u32 {
        self.each_word(text, beginnings, |stems, word| {
            let mut token = Token {
                exact: word.exact,
                stem: word.exact,
                start: word.start,
                end: word.end,
                position: word.position,
                kind: word.kind,
            };
            let Some(marked) = word.marked else {
                token.stem = stems.stem(word.exact);
                return sink(token);
            };
            let stem = stems.stem(marked).to_owned();
            token.stem = &stem;
            sink(token);
            let unmarked = stems.stem(word.exact);
            if unmarked != stem {
                token.stem = unmarked;
                token.kind = TokenKind::Unmarked;
                sink(token);
            }
        })
    }

    /// Hands every word of `text` that can begin so to `sink`, in the order of their positions, with
    /// what knows its stem. Returns how many positions the text took.
    pub(crate) fn each_word(
        &mut self,
        text: &str,
        beginnings: &Beginnings,
        mut sink: impl FnMut(&mut Stems, Word<'_>),
    ) -> u32 {
        let (small, folded, lower) = (&mut self.small, &mut self.folded, &mut self.lower);
        small.letters.clear();
        let room = std::mem::take(&mut self.room);
        let mut scanner = scan::Scanner::new(text, self.language, room);
        while let Some(piece) = scanner.next() {
            if !beginnings.admit(&text.as_bytes()[piece.start..]) {
                continue;
            }
            let exact = if piece.folding == scan::Folding::Ascii {
                fold::start_of_token(small.word(text, piece.start..piece.end))
            } else {
                fold::fold_piece(&piece, text, folded);
                folded.as_str()
            };
            if exact.is_empty() {
                continue;
            }
            let mut marked = None;
            if self.language.stems_diacritics() && piece.kind.is_word() {
                fold::lower_piece(&piece, text, self.language, lower);
                marked = (lower != exact && has_forms(lower)).then_some(lower.as_str());
            }
            let word = Word {
                exact,
                marked,
                start: piece.start,
                end: piece.end,
                position: piece.position,
                kind: piece.kind,
            };
            sink(&mut self.stems, word);
        }
        let positions = scanner.positions();
        self.room = scanner.into_room();
        positions
    }

    /// What knows the stems of words.
    pub(crate) fn stems(&mut self) -> &mut Stems {
        &mut self.stems
    }

    /// What words with one of these stems begin with.
    pub fn beginnings_of<'s>(&self, stems: impl IntoIterator<Item = &'s str>) -> Beginnings {
        let kept = |stem: &'s str| &stem[..self.language.kept_of(stem)];
        Beginnings::of(stems.into_iter().map(kept))
    }

    /// The stem of a folded word; the word itself if it has none, or holds a digit.
    pub fn stem<'a>(&'a mut self, word: &'a str) -> &'a str {
        self.stems.stem(word)
    }
}

/// A stemmer that remembers.
pub(crate) struct Stems {
    language: Language,
    /// `None` where every word is its own stem.
    stemmer: Option<frostem::Stemmer>,
    /// Where the stem of a word is in `kept`.
    places: HashMap<Box<str>, usize, FxBuildHasher>,
    /// Stems; `None` where the word is its own.
    kept: Vec<Option<Box<str>>>,
}

impl Stems {
    fn new(language: Language) -> Self {
        Self {
            language,
            stemmer: language.stemmer(),
            places: HashMap::default(),
            kept: Vec::new(),
        }
    }

    /// The stem of a word; the word itself if it has none, or holds a digit.
    pub(crate) fn stem<'a>(&'a mut self, word: &'a str) -> &'a str {
        if self.stemmer.is_none() || !has_forms(word) {
            return word;
        }
        if let Some(&place) = self.places.get(word) {
            return self.kept[place].as_deref().unwrap_or(word);
        }
        if self.kept.len() >= STEM_CACHE_WORDS {
            self.kept.clear();
            self.places.clear();
        }
        let stem = self.new_stem(word);
        self.places.insert(word.into(), self.kept.len());
        self.kept.push(stem);
        self.kept.last().and_then(Option::as_deref).unwrap_or(word)
    }

    /// The stem of a word that will not be asked for again soon; `None` if the word is its own.
    pub(crate) fn new_stem(&self, word: &str) -> Option<Box<str>> {
        let stemmer = self.stemmer.filter(|_| has_forms(word))?;
        let mut stem = stemmer.stem(word);
        // A stem is never empty, or the word could not be found at all.
        if stem.is_empty() {
            stem = word.into();
        }
        // The word may have diacritics where the stemmer needs them, and it may write some.
        if self.language != Language::English && !stem.is_ascii() {
            stem = fold(&stem).into();
        }
        (stem != word).then(|| stem.into())
    }
}

/// Whether a word may have other forms: it is not too short, and no number or name with digits.
fn has_forms(word: &str) -> bool {
    word.len() >= 3 && !word.bytes().any(|byte| byte.is_ascii_digit())
}

/// A number that changes when the same text would give other tokens: an index made under another
/// fingerprint has to be rebuilt.
///
/// It is measured, not declared: a sample of words is analysed and the tokens are hashed, so that a
/// new stemmer changes it without anyone having to remember.
pub(crate) fn fingerprint(language: Language) -> u64 {
    const SAMPLE: &str = "JUNG_E Jung-E's sci-fi fable: Netflix's teasers, cloned brains, \
        cloning agencies relied upon AT&T, U.S.A., C++ and 1,000.50 généralités; Straße, ökonomisch \
        Ελληνικά ёлки 東京都 サイエンス 한국어 running happily nationally conditional relational \
        hopefulness electricity adjustment replacement probate controlling skies dying news";
    const OTHERS: &str = "maisons nationales l'amour qu'il Häuser Bücher casas habló informaciones \
        nações coração città dell'arte huizen geschreven hus husene huset taloissa kirjasta книги \
        книгами házakban evlerimizde KIZLAR βιβλία βιβλίων الكتاب كتابها مكتبات orașele knihách \
        książkach knygomis புத்தகங்கள் किताबें किताबों կատուներ کتاب‌ها leabhar bhfear berjalan";
    let mut bytes = Vec::new();
    let mut analyzer = Analyzer::new(language);
    let mut measure = |sample: &str| {
        analyzer.each_token(sample, |token| {
            bytes.extend_from_slice(token.exact.as_bytes());
            bytes.push(0);
            bytes.extend_from_slice(token.stem.as_bytes());
            bytes.push(0);
            bytes.extend_from_slice(&token.position.to_le_bytes());
        });
    };
    measure(SAMPLE);
    if language != Language::English {
        measure(OTHERS);
        // Two languages may treat the samples alike.
        measure(language.name());
    }
    bytes.extend_from_slice(&POSITION_GAP.to_le_bytes());
    twox_hash::XxHash3_64::oneshot(&bytes)
}

#[cfg(test)]
mod tests;
