//! Tokens on their way to the engine.
//!
//! Text is analysed once, by [`Analyzer`](super::Analyzer), on the thread that read the article.
//! The engine gets the tokens written one after another, and its tokenizer only takes them apart
//! again: it needs no analysis chain of its own, and there is none that could differ from ours.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use super::POSITION_GAP;

/// Ends a token. Tokens are letters, digits, marks and `+#`; no control character occurs in them.
const END: u8 = 0x1f;
/// Before a token: it stands at the position of the token before.
const SAME: u8 = 0x1e;
/// Before a token: [`POSITION_GAP`] positions are left free.
const GAP: u8 = 0x1d;

/// Writes tokens one after another.
#[derive(Debug, Default)]
pub(crate) struct Encoder {
    text: String,
    gap: bool,
    /// Position after the last token.
    end: u32,
}

impl Encoder {
    /// Adds a token; `joined` if it stands at the position of the one before.
    pub(crate) fn push(&mut self, token: &str, joined: bool) {
        if std::mem::take(&mut self.gap) && !self.text.is_empty() {
            self.text.push(char::from(GAP));
            self.end += POSITION_GAP;
        } else if joined {
            self.text.push(char::from(SAME));
        }
        self.text.push_str(token);
        self.text.push(char::from(END));
        self.end += u32::from(!joined);
    }

    /// A position that is after all tokens so far, and not after the next one.
    pub(crate) fn next_position(&self) -> u32 {
        self.end
    }

    /// Leaves a gap before the next token, so that no phrase reaches across.
    pub(crate) fn gap(&mut self) {
        self.gap = true;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }
}

/// Takes apart what an [`Encoder`] wrote.
#[derive(Debug, Clone, Default)]
pub(crate) struct EncodedTokenizer {
    token: Token,
}

pub(crate) struct EncodedStream<'a> {
    rest: &'a str,
    next_position: usize,
    token: &'a mut Token,
}

impl Tokenizer for EncodedTokenizer {
    type TokenStream<'a> = EncodedStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> EncodedStream<'a> {
        self.token.reset();
        EncodedStream {
            rest: text,
            next_position: 0,
            token: &mut self.token,
        }
    }
}

impl TokenStream for EncodedStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(end) = self.rest.bytes().position(|byte| byte == END) else {
            return false;
        };
        let (piece, rest) = self.rest.split_at(end);
        let (piece, position) = match piece.as_bytes().first() {
            Some(&SAME) => (&piece[1..], self.next_position.saturating_sub(1)),
            Some(&GAP) => (&piece[1..], self.next_position + POSITION_GAP as usize),
            _ => (piece, self.next_position),
        };
        self.rest = &rest[1..];
        self.next_position = position + 1;
        self.token.position = position;
        self.token.text.clear();
        self.token.text.push_str(piece);
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}
