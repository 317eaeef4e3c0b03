//! Text a person typed becomes a small tree, with notes on what was left out.
//!
//! No text is an error. The tree knows nothing of the index: whether a field exists, what its values
//! look like and which terms a word becomes is decided later, which is why every clause keeps the
//! place it was read from.
//!
//! # The language
//!
//! | typed | means |
//! | --- | --- |
//! | `train busan` | either word; more and closer is better |
//! | `"train to busan"` | exactly this phrase, required; `"…"~2` lets words be two positions off |
//! | `+film` `-teaser` | required; left out |
//! | `bra*` `b?a*n` `*clone` | words of this shape: `*` stands for any characters, `?` for one |
//! | `ryoo~` `ryoo~2` | words that differ by so many edits; unless said, 1 up to 5 letters, else 2 |
//! | `/colou?r/` | words that match the regular expression as a whole |
//! | `a AND b`, `a OR b`, `NOT c` | both; either; left out. `NOT` binds tightest, then `AND`, then `OR` |
//! | `(a OR b) c` | grouping |
//! | `provider:decider` | what the field holds, required; also `topics:"machine learning"`, `topics:(AI OR film)`, `title:bra*` |
//! | `quality:>=50` `date:<2020` | comparisons: `>` `>=` `<` `<=` `=` |
//! | `heat:50..80` `heat:50..` `heat:[50 TO 80]` | ranges, both ends included |
//!
//! `AND` joins its neighbours only: in `a b AND c` it is `b` and `c` that belong together. Signs and
//! operators that have nothing to work on are left out, with a note.
//!
//! # What is required
//!
//! A filter narrows, and a quoted phrase is required: a field or a phrase that no operator applies to
//! is [`Occur::Must`], where a word is [`Occur::Should`]. As an operand of `OR` each of them is
//! `Should`. A group or an `OR` of nothing but such clauses is one filter more and required as a
//! whole: `topics:AI OR topics:film robots` finds robots under either topic. The same holds inside
//! parentheses.
//!
//! # What only looks like syntax
//!
//! - `+` and `-` are signs at the start of a piece, directly before something. `sci-fi`, `a - b`,
//!   `->` and `--verbose` have none.
//! - `AND`, `OR` and `NOT` are words where all other letters of the query are capitals, as in a pasted
//!   headline; `+AND` and `"AND"` always are.
//! - A parenthesis groups at the start of a piece; in `main(args)` it only parts two words. Smiles
//!   such as `:)` are punctuation.
//! - A quote opens a phrase where no letter or digit stands before it in its piece, so `5"` has none;
//!   `“` does so also after a character of a script without capitals, as Chinese writes it. A quote
//!   that is never closed is left out, but after a sign or a field the phrase goes on to the end.
//!   `“…”`, `„…“`, `«…»` and `»…«` quote like `"…"`; apostrophes and single quotes never do.
//! - `*` and `?` work in a piece of letters, digits and joiners of which at least two are letters or
//!   digits and one is a letter; after a single star at the end no letter is needed (`2023*`). Two
//!   stars, a sign before a joiner (`C*-algebra`) and a star that begins the second half of a piece
//!   (`f(x)*g(x)`) are punctuation. So is a `?` at either end of a word, unless the word has a sign
//!   inside.
//! - `~` works at the end of such a piece, with one digit or none, and with a digit only after a
//!   letter: `a~b`, `~/path` and `3~5` are words. `foo^3` is `foo`, with a note.
//! - Words of Han, Kana and Hangul have no patterns: they are found by their characters.
//! - `/…/` is a regular expression where it is the whole piece, has no further slash and no blank
//!   inside, and holds a sign of an expression other than the dot: `/usr/bin/`, `/tmp/`, `/conf.d/`
//!   and `s/foo/bar/` are words.
//! - A field is a name of ASCII letters, digits, `_`, `.` and `-`, a colon and directly its value.
//!   Addresses, `12:30`, `std::vec`, `C:\path` and `Note: this` are words. Of `a:b:c` the field is
//!   `a`, the value `b:c`. A value goes to the next blank or to a `)` it did not open. There are no
//!   fields inside the parentheses of a field.
//! - Control characters, zero-width spaces and marks for the direction of writing count as blanks.
//! - Pieces of nothing but punctuation are dropped, as they are when articles are read.

mod chars;
mod field;
mod group;
mod lex;
mod note;
mod pattern;
mod tree;
mod word;

#[cfg(test)]
mod tests;

use std::mem;

use group::Frame;
use lex::{Lexer, Token};

pub(crate) use note::Notes;
pub use note::{Note, NoteKind, QueryLimit};
pub use tree::{Clause, Comparison, FieldValue, Group, Node, Occur, Span};

/// How many parentheses may be open at once; those further in are left out.
pub const MAX_DEPTH: usize = 32;

/// A query as it was understood.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parsed {
    /// The clauses; empty when there is nothing to look for.
    pub root: Group,
    /// What was left out or reinterpreted, in the order of the text.
    pub notes: Vec<Note>,
}

/// Reads a query; see the [module](self) for the language.
///
/// Takes time in proportion to the length of the text.
///
/// # Examples
///
/// ```
/// use gleaner_query::parse::parse;
///
/// let parsed = parse(r#""train to busan" zombies -teaser quality:>=50"#);
/// assert_eq!(
///     parsed.root.to_string(),
///     r#"+(phrase "train to busan") zombies -teaser +(field quality >= 50)"#,
/// );
/// assert!(parsed.notes.is_empty());
///
/// let parsed = parse("foo (bar");
/// assert_eq!(parsed.root.to_string(), "foo (group bar)");
/// assert_eq!(
///     parsed.notes[0].to_string(),
///     "the parenthesis at character 5 is not closed, so the group was read to the end",
/// );
/// ```
pub fn parse(text: &str) -> Parsed {
    let mut lexer = Lexer::new(text);
    let mut current = Frame::default();
    let mut outer = Vec::new();
    while let Some(token) = lexer.next_token() {
        match token {
            Token::Leaf(sign, node, span) => current.operand(sign, node, span),
            Token::Operator(operator, span) => current.operator(operator, span, &mut lexer.notes),
            Token::Open { sign, field, start } => {
                let inner = Frame::open(sign, field, start);
                outer.push(mem::replace(&mut current, inner));
            }
            Token::Close { end, typed } => {
                let Some(parent) = outer.pop() else { continue };
                let inner = mem::replace(&mut current, parent);
                current.close(inner, end, typed, &mut lexer.notes);
            }
        }
    }
    let root = current.finish(&mut lexer.notes).unwrap_or_default();
    let notes = lexer.notes.finish(text);
    Parsed { root, notes }
}

/// Reads a text as nothing but words: every piece between white space is one.
pub fn parse_plain(text: &str) -> Parsed {
    let clauses = text
        .split_whitespace()
        .map(|word| {
            let start = word.as_ptr().addr() - text.as_ptr().addr();
            Clause {
                occur: Occur::Should,
                implied: true,
                node: Node::Word(word.to_owned()),
                span: Span {
                    start,
                    end: start + word.len(),
                },
            }
        })
        .collect();
    Parsed {
        root: Group { clauses },
        notes: Vec::new(),
    }
}
