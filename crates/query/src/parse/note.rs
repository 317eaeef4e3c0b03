//! What a person is told about the pieces of a query that were left out or read otherwise.

use std::fmt;
use std::time::Duration;

use super::Span;
use super::chars;

/// As many notes as a person reads.
const MOST_NOTES: usize = 16;

/// As often as one kind of note is worth repeating: a pasted list has a lone `-` on every line.
const MOST_OF_A_KIND: usize = 3;

/// As many words of the index as a note names.
const MOST_WORDS: usize = 5;

/// As much of a piece as a note quotes, in characters.
const MOST_QUOTED: usize = 40;

/// One piece of the query that was left out or not read as it may have been meant.
///
/// Its `Display` is one English sentence without a final dot.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Note {
    /// Where the piece stands, in bytes; empty for what is no part of the text.
    pub span: Span,
    /// Where the piece starts, in characters, the first being 1; 0 for what is no part of the text.
    pub character: usize,
    /// The piece itself, cut to 40 characters and safe to print on a terminal.
    pub piece: String,
    /// What happened to it.
    pub kind: NoteKind,
    /// Words of the index that the note names, the likeliest first.
    pub words: Vec<String>,
}

/// What happened to a piece of the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoteKind {
    /// A quote without its partner was left out; what follows was read as if it were not there.
    UnclosedQuote,
    /// A quote after a sign or a field name has no partner; the phrase goes on to the end.
    QuoteToTheEnd,
    /// A quote at the end of a word or inside it, without a partner there, is punctuation.
    StrayQuote,
    /// Quotes around nothing, or around nothing but punctuation.
    EmptyQuotes,
    /// A `(` without its partner; the group goes on to the end.
    UnclosedParenthesis,
    /// A `)` without its partner.
    StrayParenthesis,
    /// Parentheses around nothing.
    EmptyParentheses,
    /// Parentheses nested too deeply to mean anything.
    TooDeep,
    /// A `+` or `-` with nothing directly after it.
    LoneSign,
    /// A `*` with no word before it.
    LoneStar,
    /// A `*` among other characters than those of a word.
    StarInside,
    /// A pattern with too few letters to stand for other words.
    ShortPattern,
    /// More edits than two, or than would leave a letter of the word.
    TooFar,
    /// A regular expression or path pattern that cannot be read.
    BadPattern,
    /// More patterns than one query may hold.
    ManyPatterns,
    /// The patterns before it stand for more words than those of one query may.
    ManyExpansions,
    /// The query was cut here: what comes after would take too long.
    Cut(QueryLimit),
    /// The search was stopped after so long: what is shown is the best of what was found by then.
    TimedOut(Duration),
    /// More words than can be ranked by: so many, the first ones, of so many.
    FirstWords(usize, usize),
    /// Syntax of other tools, such as `foo^3`.
    NotUnderstood,
    /// An `AND`, `OR` or `NOT` with nothing to work on.
    DanglingOperator,
    /// An `AND`, `OR` or `NOT` among words that are all in capitals is one of them.
    OperatorAsWord,
    /// A field with an unfinished comparison or range.
    IncompleteField,
    /// There is no such field in the index.
    UnknownField,
    /// A piece in which there is no word as articles have them.
    NoWord,
    /// A word too common to say what the query is about.
    CommonWord,
    /// A pattern that stands for so many words that this many of them do not count for the order.
    ManyWords(usize),
    /// A value that is no date, where one is needed.
    NotADate,
    /// Nothing was counted by a key that no article has.
    UnknownFacet,
    /// Hits were not sorted by a key that no article has.
    UnknownSort,
    /// `has:` or `missing:` with a key that no article has.
    UnknownKey,
    /// Nothing has this word; what is shown has one of the [`Note::words`].
    ReadAs,
    /// Nothing has this word; perhaps one of the [`Note::words`] was meant.
    DidYouMean,
    /// Nothing has all that is required; what is shown has some of the words.
    SomeWords,
    /// More words than rank well: so many, the most telling ones, of so many.
    LongText(usize, usize),
    /// This many further notes were not kept.
    More(usize),
}

/// Which limit of a query its text goes beyond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum QueryLimit {
    /// 131,072 bytes of text.
    Bytes,
    /// 10,000 words.
    Words,
    /// 1,024 different conditions.
    Conditions,
    /// What all conditions together cost, in articles looked at.
    Work,
}

impl QueryLimit {
    /// What the query has too much of.
    fn excess(self) -> &'static str {
        match self {
            Self::Bytes => "it has more than 131,072 bytes",
            Self::Words => "it has more than 10,000 words",
            Self::Conditions => "it has more than 1,024 conditions",
            Self::Work => "its conditions would take too long",
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (named, fate) = match self.kind {
            NoteKind::More(1) => return f.write_str("and 1 more note"),
            NoteKind::More(count) => return write!(f, "and {count} more notes"),
            NoteKind::UnknownFacet => return self.fmt_key(f, "nothing was counted by"),
            NoteKind::UnknownSort => return self.fmt_key(f, "sorted by score, not by"),
            NoteKind::ReadAs => return self.fmt_unknown(f, ": showing what has "),
            NoteKind::DidYouMean => return self.fmt_unknown(f, "; did you mean: "),
            NoteKind::SomeWords => {
                return f.write_str("nothing has all of this: showing what has some of the words");
            }
            NoteKind::LongText(kept, of) => {
                return write!(
                    f,
                    "a long text: ranked by its {kept} most telling words of {of}"
                );
            }
            NoteKind::Cut(limit) => {
                let (character, excess) = (self.character, limit.excess());
                return write!(f, "the query was cut at character {character}: {excess}");
            }
            NoteKind::TimedOut(after) => {
                return write!(
                    f,
                    "stopped after {:.1} s: this is the best of what was found by then",
                    after.as_secs_f64()
                );
            }
            NoteKind::FirstWords(kept, of) => {
                return write!(f, "too many words: ranked by the first {kept} of {of}");
            }
            kind => kind.words(),
        };
        if named.is_empty() {
            write!(f, "`{}`", self.piece)?;
        } else {
            write!(f, "the {named}")?;
        }
        write!(f, " at character {} {fate}", self.character)?;
        match self.kind {
            NoteKind::ManyWords(count) => {
                write!(f, ", but {count} of the words do not count for the order")
            }
            _ => Ok(()),
        }
    }
}

impl NoteKind {
    /// What the piece is called, or nothing where it is quoted instead, and what happened to it.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::UnclosedQuote => ("quote", "is not closed and was left out"),
            Self::QuoteToTheEnd => ("quote", "is not closed, so the phrase was read to the end"),
            Self::StrayQuote => ("quote", "was read as punctuation, not as a phrase"),
            Self::EmptyQuotes => ("quotes", "hold no word and were left out"),
            Self::UnclosedParenthesis => (
                "parenthesis",
                "is not closed, so the group was read to the end",
            ),
            Self::StrayParenthesis => ("`)`", "closes nothing and was left out"),
            Self::EmptyParentheses => ("parentheses", "hold no word and were left out"),
            Self::TooDeep => ("parenthesis", "is nested too deep and was left out"),
            Self::LoneSign => ("", "was left out: it only works directly before a word"),
            Self::LoneStar => ("", "was left out: it only works directly after a word"),
            Self::StarInside => (
                "",
                "holds a `*` that was read as punctuation: it only works among letters and digits",
            ),
            Self::ShortPattern => (
                "",
                "was read as a word: it has too few letters for a pattern",
            ),
            Self::TooFar => ("", "allows fewer edits: two at most, and one letter stays"),
            Self::BadPattern => (
                "",
                "is no pattern that can be read, so it was taken as it stands",
            ),
            Self::ManyPatterns => (
                "",
                "was read as a word: there are too many patterns before it",
            ),
            Self::ManyExpansions => (
                "",
                "was read as a word: the patterns before it stand for too many words",
            ),
            Self::NotUnderstood => ("", "is not understood and was left out"),
            Self::DanglingOperator => ("", "has nothing to work on and was left out"),
            Self::OperatorAsWord => ("", "was read as a word, since the query is all in capitals"),
            Self::IncompleteField => ("", "is not a complete condition and was read as words"),
            Self::UnknownField => ("", "was read as words: no article has such a field"),
            Self::NoWord => ("", "holds no word and was left out"),
            Self::CommonWord => ("", "is too common to count beside the other words"),
            Self::ManyWords(_) => (
                "",
                "stands for many words: articles with any of them are found",
            ),
            Self::NotADate => (
                "",
                "holds no date: write it as 2023, 2023-01-24, yesterday or 7d",
            ),
            Self::UnknownKey => ("", "asks for a key that no article has"),
            Self::UnknownFacet
            | Self::UnknownSort
            | Self::ReadAs
            | Self::DidYouMean
            | Self::SomeWords
            | Self::LongText(..)
            | Self::FirstWords(..)
            | Self::TimedOut(_)
            | Self::Cut(_)
            | Self::More(_) => ("", "was not told of"),
        }
    }
}

impl Note {
    /// A note on a key that was asked for beside the text of the query.
    pub(crate) fn on_key(key: &str, kind: NoteKind) -> Self {
        Self {
            span: Span { start: 0, end: 0 },
            character: 0,
            piece: quoted(key),
            kind,
            words: Vec::new(),
        }
    }

    /// A note on a query as a whole.
    pub(crate) fn on_all(text: &str, kind: NoteKind) -> Self {
        Self::on(
            text,
            Span {
                start: 0,
                end: text.len(),
            },
            kind,
        )
    }

    /// A note on a word that no article has, with words that some have.
    pub(crate) fn on_word(
        text: &str,
        (word, span): (&str, Span),
        kind: NoteKind,
        words: Vec<String>,
    ) -> Self {
        Self {
            piece: quoted(word),
            words,
            ..Self::on(text, span, kind)
        }
    }

    pub(crate) fn on(text: &str, span: Span, kind: NoteKind) -> Self {
        Self {
            span,
            character: text[..span.start].chars().count() + 1,
            piece: quoted(&text[span.start..span.end]),
            kind,
            words: Vec::new(),
        }
    }

    fn fmt_unknown(&self, f: &mut fmt::Formatter<'_>, then: &str) -> fmt::Result {
        let shown = self.words.iter().take(MOST_WORDS);
        let shown: Vec<&str> = shown.map(String::as_str).collect();
        write!(f, "nothing has `{}`{then}{}", self.piece, shown.join(", "))?;
        if self.words.len() > MOST_WORDS {
            write!(f, " and others")?;
        }
        if self.kind == NoteKind::DidYouMean {
            f.write_str("?")?;
        }
        Ok(())
    }

    fn fmt_key(&self, f: &mut fmt::Formatter<'_>, fate: &str) -> fmt::Result {
        write!(f, "{fate} `{}`: no article has such a key", self.piece)
    }
}

/// Collects notes while a query is read.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    kept: Vec<(Span, NoteKind)>,
    dropped: usize,
    /// Where the notes that were not kept belong.
    dropped_span: Option<Span>,
}

impl Notes {
    pub(crate) fn add(&mut self, kind: NoteKind, start: usize, end: usize) {
        let span = Span { start, end };
        let alike = self.kept.iter().filter(|(_, other)| *other == kind).count();
        let most = if kind == NoteKind::TooDeep {
            1
        } else {
            MOST_OF_A_KIND
        };
        if self.kept.len() < MOST_NOTES && alike < most {
            self.kept.push((span, kind));
            return;
        }
        // Whoever nests that deep is told once; the depth itself says nothing more.
        if kind == NoteKind::TooDeep {
            return;
        }
        self.dropped += 1;
        let all = self.dropped_span.get_or_insert(span);
        all.start = all.start.min(start);
        all.end = all.end.max(end);
    }

    /// The notes in the order of the text, the count of those not kept last.
    pub(crate) fn finish(mut self, text: &str) -> Vec<Note> {
        self.kept.sort_by_key(|(span, _)| (span.start, span.end));
        if let Some(span) = self.dropped_span {
            self.kept.push((span, NoteKind::More(self.dropped)));
        }
        self.kept
            .into_iter()
            .map(|(span, kind)| Note::on(text, span, kind))
            .collect()
    }
}

/// A piece as it may be shown: short, on one line, and without characters that steer a terminal.
fn quoted(piece: &str) -> String {
    let mut shown: String = piece
        .chars()
        .take(MOST_QUOTED)
        .map(|c| match c {
            _ if c.is_whitespace() => ' ',
            _ if chars::is_blank(c) => char::REPLACEMENT_CHARACTER,
            _ => c,
        })
        .collect();
    if piece.chars().nth(MOST_QUOTED).is_some() {
        shown.push('…');
    }
    shown
}
