//! Words that stand for others: `bra*`, `b?a*n`, `ryoo~2` and `/colou?r/`.
//!
//! Stars, question marks, tildes and slashes are punctuation far more often than they are syntax, so
//! a piece has to look like nothing else: letters, digits and the joiners of compounds besides the
//! sign itself.

use gleaner_store::is_ideograph;

use super::chars::is_blank;
use super::{Node, NoteKind};

/// Most edits between a word and its misspellings.
pub(super) const MAX_DISTANCE: u8 = 2;

/// Up to this many letters, one edit is allowed unless said otherwise; beyond, two.
const SHORT_WORD: usize = 5;

/// Longest regular expression in bytes; a longer piece between slashes is no expression.
const MAX_REGEX_BYTES: usize = 256;

/// What follows a word in a sentence.
const SENTENCE_ENDS: [char; 6] = [',', ';', '.', ':', '!', '?'];

/// Where a piece stands, as far as patterns care.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context {
    /// Whether it follows a blank or an opening parenthesis. Elsewhere a star at its beginning is a
    /// sign between two things: `f(x)*g(x)`.
    pub(super) is_fresh: bool,
    /// Whether it is the value of a field. Values are few, so one letter is enough for a pattern,
    /// and a star may follow `/`, `-` and `.` in addresses.
    pub(super) in_field: bool,
}

/// A piece that was read as a pattern.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) node: Node,
    /// How much of the piece it takes, in bytes; the rest is punctuation.
    pub(super) length: usize,
    /// What is to be told of it.
    pub(super) told: Option<NoteKind>,
}

/// The pattern a piece is, if it is one.
pub(super) fn pattern(text: &str, context: Context) -> Option<Found> {
    fuzzy(text).or_else(|| wildcard(text, context))
}

/// `ryoo~`, `ryoo~2`.
fn fuzzy(text: &str) -> Option<Found> {
    let text = text.trim_end_matches(SENTENCE_ENDS);
    let (word, digits) = text.split_once('~')?;
    let mut letters = 0;
    let mut is_number = true;
    for c in word.chars() {
        if !is_word_character(c) || is_ideograph(c) {
            return None;
        }
        letters += usize::from(c.is_alphanumeric());
        is_number &= !c.is_alphabetic();
    }
    let asked = match digits.as_bytes() {
        [] => None,
        // Between numbers, a tilde means "to".
        [digit @ b'0'..=b'9'] if !is_number => Some(digit - b'0'),
        _ => return None,
    };
    if letters == 0 || !word.ends_with(|c| !is_joiner(c)) {
        return None;
    }
    let usual = if letters <= SHORT_WORD { 1 } else { 2 };
    let distance = asked.unwrap_or(usual);
    // A word of which nothing has to stay is any word.
    let most = u8::try_from(letters - 1)
        .unwrap_or(u8::MAX)
        .min(MAX_DISTANCE);
    let word = word.to_owned();
    let (node, told) = match distance.min(most) {
        0 if distance > 0 => (Node::Word(word), Some(NoteKind::ShortPattern)),
        0 => (Node::Word(word), None),
        allowed => {
            let text = word;
            let told = (asked > Some(allowed)).then_some(NoteKind::TooFar);
            (
                Node::Fuzzy {
                    text,
                    distance: allowed,
                },
                told,
            )
        }
    };
    Some(Found {
        node,
        length: text.len(),
        told,
    })
}

/// `bra*`, `b?a*n`, `*clone`.
fn wildcard(text: &str, context: Context) -> Option<Found> {
    let body = wildcard_body(text)?;
    if body.contains("**") || (body.starts_with('*') && !context.is_fresh) {
        return None;
    }
    if let Some(before) = prefix(body) {
        return prefix_of(before, body.len(), context);
    }
    let mut letters = 0;
    let mut has_letter = false;
    let mut after_sign = false;
    for c in body.chars() {
        // `C*-algebra` is not what begins with a C.
        let odd = after_sign && is_joiner(c);
        if !(is_word_character(c) || is_wildcard(c)) || is_ideograph(c) || odd {
            return None;
        }
        letters += usize::from(c.is_alphanumeric());
        has_letter |= c.is_alphabetic();
        after_sign = is_wildcard(c);
    }
    if !has_letter {
        return None;
    }
    let long_enough = letters >= 2 || context.in_field;
    let (node, told) = if long_enough {
        (Node::Wildcard(body.to_owned()), None)
    } else {
        (Node::Word(body.to_owned()), Some(NoteKind::ShortPattern))
    };
    Some(Found {
        node,
        length: body.len(),
        told,
    })
}

/// The piece without the punctuation of a sentence, if a sign is left. A question mark at either end
/// belongs to that punctuation unless the word has a sign inside.
fn wildcard_body(text: &str) -> Option<&str> {
    let trimmed = text.trim_end_matches(SENTENCE_ENDS);
    if trimmed.trim_matches(is_wildcard).contains(is_wildcard) {
        let marks = text[trimmed.len()..]
            .bytes()
            .take_while(|byte| *byte == b'?');
        return Some(&text[..trimmed.len() + marks.count()]);
    }
    (trimmed.contains('*') && !trimmed.starts_with('?')).then_some(trimmed)
}

/// The text before a star at the end, if that is the only sign.
fn prefix(body: &str) -> Option<&str> {
    let before = body.strip_suffix('*')?;
    (!before.contains(is_wildcard)).then_some(before)
}

fn prefix_of(before: &str, length: usize, context: Context) -> Option<Found> {
    let fits = |c: char| is_word_character(c) || (context.in_field && matches!(c, '/' | '.'));
    let wordlike = context.in_field || before.chars().all(is_word_character);
    let letters = before.chars().filter(|c| c.is_alphanumeric()).count();
    if !before.ends_with(fits) || letters == 0 || !wordlike {
        return None;
    }
    // Such words are found by their characters anyway.
    if before.contains(is_ideograph) {
        return Some(Found {
            node: Node::Word(before.to_owned()),
            length,
            told: None,
        });
    }
    let (node, told) = if letters >= 2 || context.in_field {
        (Node::Prefix(before.to_owned()), None)
    } else {
        (Node::Word(before.to_owned()), Some(NoteKind::ShortPattern))
    };
    Some(Found { node, length, told })
}

/// The regular expression between slashes at the start of `text`, without them.
///
/// It ends with the next slash, so `/usr/bin/` is none; a blank, a parenthesis, a comma or nothing
/// has to follow. What holds no sign of an expression, such as `/tmp/` and `/conf.d/`, is a path.
pub(super) fn regex(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('/')?;
    let end = inside
        .char_indices()
        .take_while(|(at, c)| *at <= MAX_REGEX_BYTES && !is_blank(*c))
        .find(|(_, c)| *c == '/')
        .map(|(at, _)| at)?;
    let (inside, rest) = (&inside[..end], &inside[end + 1..]);
    let ends = rest
        .chars()
        .next()
        .is_none_or(|c| is_blank(c) || matches!(c, ')' | ',' | ';'));
    let signs = [
        '*', '+', '?', '[', ']', '(', ')', '{', '}', '|', '\\', '^', '$',
    ];
    let speaks = inside.contains(char::is_alphanumeric);
    (ends && speaks && inside.contains(signs)).then_some(inside)
}

/// Whether a character may stand in a word that is a pattern: letters, digits, marks, and what glues
/// the parts of a compound.
fn is_word_character(c: char) -> bool {
    c.is_alphanumeric() || is_joiner(c) || is_mark(c)
}

fn is_joiner(c: char) -> bool {
    matches!(c, '-' | '_' | '&' | '\'' | '’' | '\u{2010}' | '\u{2011}')
}

/// Combining marks of the common scripts; what else there is makes the piece a word.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{483}'..='\u{487}' | '\u{591}'..='\u{5BD}'
        | '\u{64B}'..='\u{65F}' | '\u{200C}' | '\u{200D}' | '\u{AD}')
}

fn is_wildcard(c: char) -> bool {
    matches!(c, '*' | '?')
}
