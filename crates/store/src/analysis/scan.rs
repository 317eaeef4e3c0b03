//! Finding the words of a text, before they are folded.

use unicode_normalization::char::is_combining_mark;

use super::{Language, TokenKind};

/// Most parts a compound may have and still be joined into one word.
const MAX_JOINED_PARTS: usize = 8;
/// Longest compound, in bytes of text, that is joined into one word.
const MAX_JOINED_BYTES: usize = 48;

/// A token-to-be: a byte range of the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) position: u32,
    pub(super) kind: TokenKind,
    /// How the range becomes a word.
    pub(super) folding: Folding,
}

/// How a piece of text becomes a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Folding {
    /// It has only letters and digits of ASCII, of which capitals become small.
    Ascii,
    /// All its characters are folded.
    Whole,
    /// So they are, but for those that join its parts, which are left out.
    WithoutJoiners,
}

/// Characters that glue words into a compound.
pub(super) fn is_joiner(c: char) -> bool {
    matches!(
        c,
        '-' | '_' | '&' | '\'' | '’' | '\u{2010}' | '\u{2011}' | '.' | ','
    )
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’')
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Ideograph,
    Other,
}

fn class(c: char) -> Class {
    if c.is_ascii() {
        return if c.is_ascii_alphanumeric() {
            Class::Letter
        } else {
            Class::Other
        };
    }
    if is_ideograph(c) {
        Class::Ideograph
    } else if c.is_alphanumeric() || is_combining_mark(c) {
        Class::Letter
    } else {
        Class::Other
    }
}

/// Whether a word may begin with this character, or go on with it.
pub(super) fn is_part_of_a_word(c: char) -> bool {
    class(c) != Class::Other
}

/// Whether words of this script are written without blanks, or nearly so (Hangul): Han, Kana and
/// Hangul.
pub fn is_ideograph(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{11ff}' | '\u{3005}'..='\u{3007}' | '\u{3031}'..='\u{3035}'
        | '\u{3041}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' | '\u{3130}'..='\u{318f}'
        | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ff9f}' | '\u{20000}'..='\u{3ffff}')
        && !matches!(
            c,
            '\u{3097}' | '\u{3098}' | '\u{309b}' | '\u{309c}' | '\u{30a0}'
        )
}

/// Marks and format characters that go on with a word but never start one.
fn continues(c: char) -> bool {
    class(c) == Class::Letter || matches!(c, '\u{ad}' | '\u{200c}' | '\u{200d}' | '\u{2060}')
}

/// A letter or digit of ASCII.
const BYTE_WORD: u8 = 1;
/// Any other character of ASCII.
const BYTE_OTHER: u8 = 2;

/// What a byte is; 0 if it belongs to a character that is not ASCII.
static BYTES: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < 0x80 {
        kinds[byte] = if (byte as u8).is_ascii_alphanumeric() {
            BYTE_WORD
        } else {
            BYTE_OTHER
        };
        byte += 1;
    }
    kinds
};

/// How many bytes of this kind a text begins with.
#[inline]
fn length_of(kind: u8, bytes: &[u8]) -> usize {
    let is_such = |byte: &&u8| BYTES[usize::from(**byte)] == kind;
    bytes.iter().take_while(is_such).count()
}

/// Walks through a text and gives its pieces.
pub(super) struct Scanner<'t> {
    text: &'t str,
    language: Language,
    at: usize,
    position: u32,
    /// Pieces found and not yet given, in reverse order.
    pending: Vec<Piece>,
    parts: Vec<(usize, usize)>,
}

/// Room that one text after the other can use.
#[derive(Default)]
pub(super) struct Room {
    pending: Vec<Piece>,
    parts: Vec<(usize, usize)>,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str, language: Language, room: Room) -> Self {
        Self {
            text,
            language,
            at: 0,
            position: 0,
            pending: room.pending,
            parts: room.parts,
        }
    }

    /// Gives back the room, once all pieces were taken.
    pub(super) fn into_room(self) -> Room {
        Room {
            pending: self.pending,
            parts: self.parts,
        }
    }

    /// Positions used so far.
    pub(super) fn positions(&self) -> u32 {
        self.position
    }

    pub(super) fn next(&mut self) -> Option<Piece> {
        loop {
            if let Some(piece) = self.pending.pop() {
                return Some(piece);
            }
            if let Some(piece) = self.plain_word() {
                return Some(piece);
            }
            self.skip_other();
            match class(self.peek(self.at)?) {
                Class::Ideograph => self.ideographs(),
                _ => self.compound(),
            }
        }
    }

    /// The next word, if it is one of ASCII that nothing is glued to: most are, and take no more than
    /// this. Otherwise this only passes over what is no word.
    fn plain_word(&mut self) -> Option<Piece> {
        let bytes = self.text.as_bytes();
        let start = self.at + length_of(BYTE_OTHER, &bytes[self.at..]);
        self.at = start;
        let end = start + length_of(BYTE_WORD, &bytes[start..]);
        let is_other = |byte: &u8| BYTES[usize::from(*byte)] == BYTE_OTHER;
        let stands_alone = match bytes.get(end) {
            None => true,
            Some(b'+' | b'#') => false,
            Some(&after) if is_joiner(char::from(after)) => bytes.get(end + 1).is_none_or(is_other),
            Some(after) => is_other(after),
        };
        if end == start || !stands_alone {
            return None;
        }
        self.at = end;
        self.position += 1;
        Some(Piece {
            start,
            end,
            position: self.position - 1,
            kind: TokenKind::Word,
            folding: Folding::Ascii,
        })
    }

    fn peek(&self, at: usize) -> Option<char> {
        let byte = *self.text.as_bytes().get(at)?;
        if byte.is_ascii() {
            Some(char::from(byte))
        } else {
            self.text[at..].chars().next()
        }
    }

    fn skip_other(&mut self) {
        while let Some(c) = self.peek(self.at) {
            // A mark without a letter before it starts no word.
            if class(c) != Class::Other && (c.is_ascii() || !is_combining_mark(c)) {
                return;
            }
            self.at += c.len_utf8();
        }
    }

    fn word_end(&self, mut at: usize) -> usize {
        while let Some(c) = self.peek(at) {
            if !continues(c) {
                break;
            }
            at += c.len_utf8();
        }
        at
    }

    /// Reads a word and all that is glued to it.
    fn compound(&mut self) {
        self.parts.clear();
        let mut end = self.word_end(self.at);
        if let Some(start) = self.after_elision(end) {
            self.at = start;
            end = self.word_end(start);
        }
        self.parts.push((self.at, end));
        self.at = end;
        let mut possessive = false;
        while let Some((start, end)) = self.next_part() {
            possessive = self.language.has_possessives()
                && is_apostrophe(self.peek_back(start))
                && matches!(&self.text[start..end], "s" | "S")
                && !self.peek(end).is_some_and(is_joiner);
            if possessive {
                self.at = end;
                break;
            }
            self.parts.push((start, end));
            self.at = end;
        }
        let symbol_end = self.symbol_end(possessive);
        self.emit(symbol_end);
    }

    /// Where the word after an elided one begins, if the word up to `end` is elided: `amour` in
    /// `l'amour`.
    fn after_elision(&self, end: usize) -> Option<usize> {
        let elisions = self.language.elisions();
        if elisions.is_empty() {
            return None;
        }
        let apostrophe = self.peek(end).filter(|&c| is_apostrophe(c))?;
        let start = end + apostrophe.len_utf8();
        let first = self.peek(start)?;
        let word = self.text[self.at..end].to_lowercase();
        let is_elided = class(first) == Class::Letter
            && (first.is_ascii() || !is_combining_mark(first))
            && elisions.contains(&&*word);
        is_elided.then_some(start)
    }

    fn peek_back(&self, at: usize) -> char {
        self.text[..at].chars().next_back().unwrap_or(' ')
    }

    /// The next part of the compound, if a joining character and a word follow.
    fn next_part(&self) -> Option<(usize, usize)> {
        let joiner = self.peek(self.at).filter(|&c| is_joiner(c))?;
        let start = self.at + joiner.len_utf8();
        let first = self.peek(start)?;
        if class(first) != Class::Letter || (!first.is_ascii() && is_combining_mark(first)) {
            return None;
        }
        let end = self.word_end(start);
        let last = *self.parts.last()?;
        let glued = match joiner {
            '.' => self.is_single_letter(last) && self.is_single_letter((start, end)),
            ',' => self.is_group(last, 1..=3) && self.is_group((start, end), 3..=3),
            _ => true,
        };
        glued.then_some((start, end))
    }

    fn is_single_letter(&self, (start, end): (usize, usize)) -> bool {
        let mut chars = self.text[start..end].chars();
        chars.next().is_some_and(char::is_alphabetic) && chars.next().is_none()
    }

    fn is_group(
        &self,
        (start, end): (usize, usize),
        digits: std::ops::RangeInclusive<usize>,
    ) -> bool {
        digits.contains(&(end - start))
            && self.text.as_bytes()[start..end]
                .iter()
                .all(u8::is_ascii_digit)
    }

    /// The end of a name such as `C++` or `F#`, whose sign belongs to it.
    fn symbol_end(&self, possessive: bool) -> Option<usize> {
        let [(start, end)] = self.parts[..] else {
            return None;
        };
        if possessive || end - start > 2 || !self.text.as_bytes()[start].is_ascii_alphabetic() {
            return None;
        }
        let sign_end = if self.text[end..].starts_with("++") {
            end + 2
        } else if self.text[end..].starts_with('#') {
            end + 1
        } else {
            return None;
        };
        let alone = self
            .peek(sign_end)
            .is_none_or(|c| class(c) == Class::Other && c != '#');
        alone.then_some(sign_end)
    }

    /// Puts the parts, and the joined form after the first of them, into `pending`.
    fn emit(&mut self, symbol_end: Option<usize>) {
        let (first, last) = (self.parts[0], self.parts[self.parts.len() - 1]);
        for (i, &(start, end)) in self.parts.iter().enumerate().rev() {
            if i == 0
                && let Some(kind) = self.joined_kind(symbol_end)
            {
                let end = symbol_end.unwrap_or(last.1);
                let folding = if symbol_end.is_none() {
                    Folding::WithoutJoiners
                } else {
                    Folding::Whole
                };
                let position = self.position;
                self.pending.push(Piece {
                    start: first.0,
                    end,
                    position,
                    kind,
                    folding,
                });
            }
            let position = self.position + i as u32;
            let kind = TokenKind::Word;
            self.pending.push(Piece {
                start,
                end,
                position,
                kind,
                folding: Folding::Whole,
            });
        }
        self.position += self.parts.len() as u32;
        if let Some(end) = symbol_end {
            self.at = end;
        }
    }

    fn joined_kind(&self, symbol_end: Option<usize>) -> Option<TokenKind> {
        if symbol_end.is_some() {
            return Some(TokenKind::Joined {
                parts: 1,
                splits: false,
            });
        }
        let parts = self.parts.len();
        let bytes = self.parts[parts - 1].1 - self.parts[0].0;
        (parts > 1 && parts <= MAX_JOINED_PARTS && bytes <= MAX_JOINED_BYTES).then_some(
            TokenKind::Joined {
                parts: parts as u32,
                splits: true,
            },
        )
    }

    /// Reads a run of ideographs: each character, and each with its right neighbour.
    fn ideographs(&mut self) {
        let start = self.at;
        let run = self.text[start..]
            .char_indices()
            .take_while(|&(_, c)| class(c) == Class::Ideograph || is_voice_mark(c));
        let ends: Vec<(usize, usize)> = run
            .map(|(i, c)| (start + i, start + i + c.len_utf8()))
            .collect();
        let first_new = self.pending.len();
        for (i, &(start, end)) in ends.iter().enumerate() {
            let position = self.position + i as u32;
            let (kind, folding) = (TokenKind::Word, Folding::Whole);
            self.pending.push(Piece {
                start,
                end,
                position,
                kind,
                folding,
            });
            if let Some(&(_, end)) = ends.get(i + 1) {
                let kind = TokenKind::Joined {
                    parts: 2,
                    splits: false,
                };
                self.pending.push(Piece {
                    start,
                    end,
                    position,
                    kind,
                    folding,
                });
            }
        }
        self.pending[first_new..].reverse();
        self.position += ends.len() as u32;
        self.at = ends.last().map_or(self.text.len(), |&(_, end)| end);
    }
}

fn is_voice_mark(c: char) -> bool {
    matches!(c, '\u{3099}' | '\u{309a}')
}
