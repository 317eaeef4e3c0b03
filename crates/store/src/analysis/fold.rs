//! Folding: forms of a word that a reader takes for the same become the same.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::MAX_TOKEN_BYTES;
use super::language::Language;
use super::scan::{Folding, Piece};

/// `word` in lower case, with compatibility forms and the diacritics of Latin and Greek letters
/// folded away. Marks of other scripts are letters of their own right and stay, but for the
/// Cyrillic `ё`, which is written `е` as often as not.
pub fn fold(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    fold_into(word, &mut folded);
    folded
}

/// The folded form of a piece of `text`; what joins the parts of a compound is left out.
pub(super) fn fold_piece(piece: &Piece, text: &str, folded: &mut String) {
    folded.clear();
    let raw = &text[piece.start..piece.end];
    if piece.folding == Folding::WithoutJoiners {
        for part in raw.split(super::scan::is_joiner) {
            fold_into(part, folded);
        }
    } else {
        fold_into(raw, folded);
    }
    cut(folded);
}

/// A piece of `text` in lower case with its diacritics, as stemmers that know them want it.
pub(super) fn lower_piece(piece: &Piece, text: &str, language: Language, lower: &mut String) {
    lower.clear();
    let raw = &text[piece.start..piece.end];
    let letters = raw.nfc().filter(|c| !is_unwritten(*c));
    for c in letters {
        match c {
            // Turkish has two letters where others have one.
            'I' if language == Language::Turkish => lower.push('ı'),
            'İ' if language == Language::Turkish => lower.push('i'),
            c => lower.extend(c.to_lowercase()),
        }
    }
    cut(lower);
}

/// Cuts off what is too long for a token.
fn cut(word: &mut String) {
    let length = start_of_token(word).len();
    word.truncate(length);
}

/// As much of a word as a token may have.
#[inline]
pub(super) fn start_of_token(word: &str) -> &str {
    if word.len() <= MAX_TOKEN_BYTES {
        return word;
    }
    let end = (0..=MAX_TOKEN_BYTES)
        .rev()
        .find(|&end| word.is_char_boundary(end));
    &word[..end.unwrap_or(0)]
}

/// Soft hyphens and joiners within a word.
fn is_unwritten(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}')
}

fn fold_into(word: &str, folded: &mut String) {
    if word.is_ascii() {
        folded.push_str(word);
        let start = folded.len() - word.len();
        folded[start..].make_ascii_lowercase();
        return;
    }
    let start = folded.len();
    let mut strip_marks = false;
    for c in word.nfkd().flat_map(char::to_lowercase) {
        if is_combining_mark(c) {
            if !strip_marks {
                folded.push(c);
            }
            continue;
        }
        strip_marks = is_latin_or_greek(c);
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'đ' | 'ð' => folded.push('d'),
            'þ' => folded.push_str("th"),
            'ł' => folded.push('l'),
            'ħ' => folded.push('h'),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            _ if is_unwritten(c) => {}
            _ => folded.push(c),
        }
    }
    let composed: String = folded[start..].nfc().map(plain_yo).collect();
    folded.truncate(start);
    folded.push_str(&composed);
}

fn plain_yo(c: char) -> char {
    if c == 'ё' { 'е' } else { c }
}

fn is_latin_or_greek(c: char) -> bool {
    c.is_ascii()
        || matches!(c, '\u{aa}' | '\u{ba}' | '\u{c0}'..='\u{24f}' | '\u{370}'..='\u{3ff}'
            | '\u{1e00}'..='\u{1fff}' | '\u{2c60}'..='\u{2c7f}' | '\u{a720}'..='\u{a7ff}')
}
