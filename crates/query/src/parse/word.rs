//! Words, patterns for words, and phrases.

use super::chars::{self, is_blank, is_quote, is_searchable};
use super::lex::Lexer;
use super::note::NoteKind;
use super::pattern::{self, Context};
use super::{Node, Span};

impl<'t> Lexer<'t> {
    /// Reads the text between two positions, which has something to look for, as a word or as a
    /// pattern for words.
    pub(super) fn word(&mut self, start: usize, end: usize, context: Context) -> (Node, Span) {
        self.tell_stray_quote(start, end);
        let piece = &self.text[start..end];
        let text = piece.trim_start_matches(is_quote);
        let start = end - text.len();
        let mut text = text.trim_end_matches(is_quote);
        if context.in_field {
            text = text.trim_end_matches([',', ';']);
        }
        // `Note: hello` is the word before the colon, which is no field for want of a value.
        if let Some(name) = text.strip_suffix(':').filter(|name| chars::is_name(name)) {
            text = name;
        }
        if let Some(found) = pattern::pattern(text, context) {
            let end = start + found.length;
            if let Some(kind) = found.told {
                self.notes.add(kind, start, end);
            }
            return (found.node, Span { start, end });
        }
        if let Some(length) = foreign_suffix(text) {
            let end = start + text.len();
            self.notes.add(NoteKind::NotUnderstood, end - length, end);
            text = &text[..text.len() - length];
        } else if has_misplaced_star(text) {
            self.notes
                .add(NoteKind::StarInside, start, start + text.len());
        }
        let end = start + text.len();
        (Node::Word(text.to_owned()), Span { start, end })
    }

    /// Reads the text between two positions as a path, whatever characters it holds.
    pub(super) fn path(&mut self, start: usize, end: usize) -> (Node, Span) {
        let text = self.text[start..end].trim_end_matches([',', ';']);
        let end = start + text.len();
        (Node::Word(text.to_owned()), Span { start, end })
    }

    /// Reads a regular expression, if that is what the piece at `start` is.
    pub(super) fn regex(&mut self, start: usize) -> Option<(Node, Span)> {
        let text = pattern::regex(&self.text[start..])?;
        let end = start + text.len() + 2;
        self.advance_to(end);
        Some((Node::Regex(text.to_owned()), Span { start, end }))
    }

    /// Quotes in pairs inside a piece take nothing away from it, nor does one between two letters as
    /// in Hebrew abbreviations; any other was meant as something.
    fn tell_stray_quote(&mut self, start: usize, end: usize) {
        let piece = &self.text[start..end];
        let quotes = piece.char_indices().filter(|(_, c)| is_quote(*c));
        let (count, last) = quotes.fold((0, None), |(count, _), quote| (count + 1, Some(quote)));
        let Some((at, quote)) = last.filter(|_| count % 2 == 1) else {
            return;
        };
        let after = at + quote.len_utf8();
        let inside = piece[..at].ends_with(char::is_alphanumeric)
            && piece[after..].starts_with(char::is_alphanumeric);
        if !inside {
            self.notes
                .add(NoteKind::StrayQuote, start + at, start + after);
        }
    }

    /// Where the quote that closes the one at `open` starts.
    pub(super) fn closer(&mut self, open: usize) -> Option<usize> {
        let quote = self.text[open..].chars().next()?;
        if self.unclosed.contains(&quote) {
            return None;
        }
        let body = open + quote.len_utf8();
        let found = self.text[body..].find(chars::closers(quote)?);
        if found.is_none() {
            self.unclosed.push(quote);
        }
        found.map(|at| body + at)
    }

    /// Reads the phrase whose opening quote is next, and what belongs to it after the closing one.
    pub(super) fn phrase(&mut self) -> Option<(Node, Span)> {
        let start = self.at;
        let text = self.quoted()?.to_owned();
        let slop = self.slop();
        let end = self.at;
        self.drop_foreign_suffix();
        Some((Node::Phrase { text, slop }, Span { start, end }))
    }

    /// Reads the text in quotes that is next; without a closing quote it goes on to the end.
    pub(super) fn quoted(&mut self) -> Option<&'t str> {
        let start = self.at;
        let body = start + self.width_at(start);
        let closer = self.closer(start);
        let text = self.text[body..closer.unwrap_or(self.text.len())].trim_matches(is_blank);
        let end = closer.map_or(self.text.len(), |at| at + self.width_at(at));
        self.advance_to(end);
        let kind = match closer {
            _ if is_searchable(text) => None,
            Some(_) => Some(NoteKind::EmptyQuotes),
            None => Some(NoteKind::UnclosedQuote),
        };
        if let Some(kind) = kind {
            self.notes.add(kind, start, end);
            return None;
        }
        if closer.is_none() {
            self.notes.add(NoteKind::QuoteToTheEnd, start, body);
        }
        Some(text)
    }

    /// The length in bytes of the character at `at`.
    fn width_at(&self, at: usize) -> usize {
        self.text[at..].chars().next().map_or(0, char::len_utf8)
    }

    /// Reads `~5` after a phrase.
    fn slop(&mut self) -> u32 {
        let rest = self.rest();
        let digits = rest.strip_prefix('~').map_or(0, leading_digits);
        if digits == 0 {
            return 0;
        }
        self.at += 1 + digits;
        rest[1..=digits].parse().unwrap_or(u32::MAX)
    }

    /// Takes off what other tools allow after a phrase or a group: `*`, `~2`, `^2`.
    pub(super) fn drop_foreign_suffix(&mut self) {
        let rest = self.rest();
        let number = rest.strip_prefix(['~', '^']).map_or(0, leading_digits);
        let length = match rest.chars().next() {
            Some('~') => 1 + number,
            Some('^') if number > 0 => 1 + number,
            Some('*') => 1,
            _ => return,
        };
        let (start, end) = (self.at, self.at + length);
        self.notes.add(NoteKind::NotUnderstood, start, end);
        self.at = end;
    }
}

fn leading_digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// The length of a `~2` or `^3.5` after a letter, which in other tools is no part of the word.
fn foreign_suffix(text: &str) -> Option<usize> {
    let at = text.rfind(['~', '^'])?;
    let (word, suffix) = text.split_at(at);
    let number = &suffix[1..];
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let is_number = [whole, fraction]
        .iter()
        .all(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()));
    // A tilde also stands for "to" between numbers and dates, so only a distance counts.
    let fits = is_number && (suffix.starts_with('^') || whole.len() == 1);
    (fits && word.ends_with(char::is_alphabetic)).then_some(suffix.len())
}

/// Whether a single star touches a letter, as in `*foo` and `f*o`, without being Markdown's `*foo*`.
fn has_misplaced_star(text: &str) -> bool {
    if !text.contains('*') {
        return false;
    }
    let wrapped = text.starts_with('*') && text.ends_with('*');
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let after = chars.peek().copied().unwrap_or(' ');
        let single = c == '*' && before != '*' && after != '*';
        if single && !wrapped && (before.is_alphabetic() || after.is_alphabetic()) {
            return true;
        }
        before = c;
    }
    false
}
