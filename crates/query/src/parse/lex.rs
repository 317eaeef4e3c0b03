//! The query text cut into tokens, with balanced parentheses.
//!
//! Every decision about single characters falls here, so that what reads the tokens only joins them.
//! Each step takes at least one character and none looks far ahead twice: time grows with the text.

use super::chars::{self, Capitals, Operator, is_blank, is_quote, is_searchable};
use super::field::Field;
use super::note::{NoteKind, Notes};
use super::pattern::Context;
use super::{MAX_DEPTH, Node, Occur, Span};

/// A piece of the query with a meaning of its own.
#[derive(Debug)]
pub(super) enum Token<'t> {
    /// A word, a phrase or a condition, and the sign before it.
    Leaf(Option<Occur>, Node, Span),
    /// The start of a group, or of a field's group.
    Open {
        sign: Option<Occur>,
        field: Option<&'t str>,
        start: usize,
    },
    /// The end of the innermost group, `typed` unless the text ended before it was closed.
    Close {
        end: usize,
        typed: bool,
    },
    Operator(Operator, Span),
}

/// What stands directly before the next character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A blank, the start, or an opening parenthesis: signs and fields have their meaning.
    Fresh,
    /// The end of a group: another group may follow, a sign is a hyphen.
    AfterGroup,
    /// Part of the same piece: a parenthesis is punctuation.
    Inside,
}

/// An opening parenthesis that waits for its partner.
#[derive(Debug, Clone, Copy)]
enum Parenthesis {
    /// It opened a group at this byte.
    Group(usize),
    /// It opened a group of values of a field.
    FieldGroup(usize),
    /// It stands inside a piece such as `main(args)`, where it only parts words.
    Punctuation,
    /// It was nested too deeply.
    Ignored,
    /// It opened a group that the text ended in, which was told.
    Unclosed,
}

/// Cuts a query into tokens.
#[derive(Debug)]
pub(super) struct Lexer<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    pub(super) notes: Notes,
    place: Place,
    capitals: Capitals,
    waiting: Vec<Parenthesis>,
    /// How many groups among `waiting` are real.
    depth: usize,
    /// The field whose group one of them is.
    inside: Option<Field>,
    /// Opening quotes known to have no partner from here on, so that it is sought only once.
    pub(super) unclosed: Vec<char>,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Lexer {
            text,
            at: 0,
            notes: Notes::default(),
            place: Place::Fresh,
            capitals: Capitals::of(text),
            waiting: Vec::new(),
            depth: 0,
            inside: None,
            unclosed: Vec::new(),
        }
    }

    /// The next token; after the last one, a `Close` for each group still open, then nothing.
    pub(super) fn next_token(&mut self) -> Option<Token<'t>> {
        loop {
            self.skip_blanks();
            let token = match self.rest().chars().next() {
                None => return self.close_at_the_end(),
                Some('(') => self.open(None, None, self.at),
                Some(')') => self.close(),
                Some(_) if self.place == Place::Fresh => self.fresh(),
                Some(_) => self.piece(None),
            };
            if token.is_some() {
                return token;
            }
        }
    }

    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// Goes on at `end`, in the middle of a piece unless a blank follows.
    pub(super) fn advance_to(&mut self, end: usize) {
        self.at = end;
        self.place = Place::Inside;
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest().trim_start_matches(is_blank);
        let start = self.text.len() - rest.len();
        if start > self.at {
            self.at = start;
            self.place = Place::Fresh;
        }
    }

    /// Reads `(`, which opens a group unless it stands inside a piece.
    pub(super) fn open(
        &mut self,
        sign: Option<Occur>,
        field: Option<&'t str>,
        start: usize,
    ) -> Option<Token<'t>> {
        let at = self.at;
        self.at += 1;
        if self.place == Place::Inside && field.is_none() && sign.is_none() {
            self.waiting.push(Parenthesis::Punctuation);
            return None;
        }
        self.place = Place::Fresh;
        if self.depth >= MAX_DEPTH {
            self.notes.add(NoteKind::TooDeep, at, at + 1);
            self.waiting.push(Parenthesis::Ignored);
            return None;
        }
        self.depth += 1;
        self.waiting.push(if let Some(name) = field {
            self.inside = Some(Field::of(name));
            Parenthesis::FieldGroup(at)
        } else {
            Parenthesis::Group(at)
        });
        Some(Token::Open { sign, field, start })
    }

    /// Reads `)`.
    fn close(&mut self) -> Option<Token<'t>> {
        let at = self.at;
        self.advance_to(at + 1);
        let Some(open) = self.waiting.pop() else {
            // A smile may also follow a word directly: `thanks:)`.
            if !self.text[..at].ends_with([':', ';']) {
                self.notes.add(NoteKind::StrayParenthesis, at, at + 1);
            }
            return None;
        };
        if matches!(open, Parenthesis::Punctuation) {
            return None;
        }
        self.place = Place::AfterGroup;
        if matches!(open, Parenthesis::Ignored) {
            return None;
        }
        let token = self.leave(open, true);
        self.drop_foreign_suffix();
        Some(token)
    }

    fn close_at_the_end(&mut self) -> Option<Token<'t>> {
        for open in &mut self.waiting {
            if let Parenthesis::Group(at) | Parenthesis::FieldGroup(at) = *open {
                self.notes.add(NoteKind::UnclosedParenthesis, at, at + 1);
                *open = Parenthesis::Unclosed;
            }
        }
        while let Some(open) = self.waiting.pop() {
            if matches!(open, Parenthesis::Unclosed) {
                return Some(self.leave(open, false));
            }
        }
        None
    }

    fn leave(&mut self, group: Parenthesis, typed: bool) -> Token<'t> {
        self.depth -= 1;
        // A field's group holds no further field, so leaving one leaves the only one.
        if matches!(group, Parenthesis::FieldGroup(_)) {
            self.inside = None;
        }
        Token::Close {
            end: self.at,
            typed,
        }
    }

    /// Reads what follows a blank: the only place for signs, fields and emoticons.
    fn fresh(&mut self) -> Option<Token<'t>> {
        let start = self.at;
        if let Some(length) = chars::emoticon(self.rest()) {
            self.advance_to(start + length);
            return None;
        }
        let sign = self.sign();
        if sign.is_some() {
            self.at += 1;
        }
        let next = self.rest().chars().next();
        if sign.is_some() && next == Some('(') {
            return self.open(sign, None, self.at);
        }
        if sign.is_some() && next.is_some_and(is_quote) {
            let (node, span) = self.phrase()?;
            return Some(Token::Leaf(sign, node, span));
        }
        match self.field_name() {
            Some((name, value)) if self.inside.is_none() => self.field(sign, name, value),
            _ => self.piece(sign),
        }
    }

    /// The meaning of a `+` or `-` here, if it has one.
    ///
    /// Arrows, `--verbose`, `+=` and the like are no signs, nor is a sign with nothing to apply to.
    fn sign(&self) -> Option<Occur> {
        let (sign, rest) = match self.rest().strip_prefix('+') {
            Some(rest) => (Occur::Must, rest),
            None => (Occur::MustNot, self.rest().strip_prefix('-')?),
        };
        let next = rest.chars().next()?;
        let applies = match next {
            '(' => true,
            '-' | '+' | '<' | '>' | '=' | '|' => false,
            _ if is_quote(next) => true,
            _ => is_searchable(&self.text[self.at + 1..self.piece_end(self.at + 1)]),
        };
        applies.then_some(sign)
    }

    /// Reads a word, an operator, or a phrase that has no sign.
    pub(super) fn piece(&mut self, sign: Option<Occur>) -> Option<Token<'t>> {
        let start = self.at;
        let next = self.rest().chars().next()?;
        if is_quote(next) {
            if self.closer(start).is_none() {
                let end = start + next.len_utf8();
                // A lone `»` parts the steps of a path through a site.
                if next != '»' {
                    self.notes.add(NoteKind::UnclosedQuote, start, end);
                }
                self.advance_to(end);
                return None;
            }
            let (node, span) = self.phrase()?;
            return Some(Token::Leaf(sign, node, span));
        }
        let is_fresh = self.place == Place::Fresh;
        if is_fresh && let Some((node, span)) = self.regex(start) {
            return Some(Token::Leaf(sign, node, span));
        }
        let end = self.piece_end(start);
        let alone = is_fresh && self.text[end..].chars().next().is_none_or(is_blank);
        self.advance_to(end);
        let piece = &self.text[start..end];
        if let (None, Some(operator)) = (sign, Operator::of(piece)) {
            if self.capitals == Capitals::Operators {
                self.place = Place::AfterGroup;
                return Some(Token::Operator(operator, Span { start, end }));
            }
            if self.capitals == Capitals::Headline {
                self.notes.add(NoteKind::OperatorAsWord, start, end);
            }
        }
        if !is_searchable(piece) {
            self.tell_dropped(piece, start, alone);
            return None;
        }
        let in_field = self.inside.is_some();
        let (node, span) = match self.inside {
            Some(Field::Path) => self.path(start, end),
            _ => self.word(start, end, Context { is_fresh, in_field }),
        };
        Some(Token::Leaf(sign, node, span))
    }

    /// Tells of punctuation that means something here or elsewhere, and nothing of the rest.
    fn tell_dropped(&mut self, piece: &str, start: usize, alone: bool) {
        let kind = match piece {
            "-" | "--" | "+" if alone => NoteKind::LoneSign,
            "*" if alone => NoteKind::LoneStar,
            "&&" | "||" if alone => NoteKind::NotUnderstood,
            _ => return,
        };
        self.notes.add(kind, start, start + piece.len());
    }

    /// The end of the piece that starts at `start`: a blank, a parenthesis, or a quote that has only
    /// punctuation before it. Balanced parentheses belong to an address: `https://x.y/A_(b)`.
    fn piece_end(&self, start: usize) -> usize {
        let piece = &self.text[start..];
        let (mut spoken, mut address, mut depth) = (false, false, 0_usize);
        let mut last = ' ';
        for (at, c) in piece.char_indices() {
            let ends = match c {
                '(' => {
                    address = address || piece[..at].contains("://");
                    depth += usize::from(address);
                    !address
                }
                ')' if depth > 0 => {
                    depth -= 1;
                    false
                }
                ')' => true,
                _ if is_blank(c) => true,
                // Chinese sets quotes directly after a word, as it sets words.
                '“' if chars::is_wide(last) => true,
                _ => !spoken && at > 0 && is_quote(c),
            };
            if ends {
                return start + at;
            }
            spoken = spoken || c.is_alphanumeric();
            last = c;
        }
        self.text.len()
    }
}
