//! tantivy's `en_stem`, put together here.
//!
//! tantivy has it under a feature. One build of the workspace would hand that feature to the engine
//! of the product too, so this is its filter once more, over the same stemmer.

use std::borrow::Cow;
use std::mem;

use frostem::{Algorithm, Stemmer};
use tantivy::tokenizer::{
    LowerCaser, RemoveLongFilter, SimpleTokenizer, TextAnalyzer, Token, TokenFilter, TokenStream,
    Tokenizer,
};

/// The name tantivy has for it.
pub(super) const EN_STEM: &str = "en_stem";

/// Words in small letters without their endings, none of over 40 bytes.
pub(super) fn en_stem() -> TextAnalyzer {
    TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(40))
        .filter(LowerCaser)
        .filter(English)
        .build()
}

#[derive(Clone)]
struct English;

impl TokenFilter for English {
    type Tokenizer<T: Tokenizer> = Stemming<T>;

    fn transform<T: Tokenizer>(self, inner: T) -> Stemming<T> {
        Stemming(inner)
    }
}

#[derive(Clone)]
struct Stemming<T>(T);

impl<T: Tokenizer> Tokenizer for Stemming<T> {
    type TokenStream<'a> = Stems<T::TokenStream<'a>>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Self::TokenStream<'a> {
        Stems {
            tail: self.0.token_stream(text),
            stemmer: Stemmer::new(Algorithm::English),
            buffer: String::new(),
        }
    }
}

struct Stems<T> {
    tail: T,
    stemmer: Stemmer,
    buffer: String,
}

impl<T: TokenStream> TokenStream for Stems<T> {
    fn advance(&mut self) -> bool {
        if !self.tail.advance() {
            return false;
        }
        let token = self.tail.token_mut();
        match self.stemmer.stem(&token.text) {
            Cow::Owned(stem) => token.text = stem,
            Cow::Borrowed(stem) => {
                self.buffer.clear();
                self.buffer.push_str(stem);
                mem::swap(&mut token.text, &mut self.buffer);
            }
        }
        true
    }

    fn token(&self) -> &Token {
        self.tail.token()
    }

    fn token_mut(&mut self) -> &mut Token {
        self.tail.token_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lose_case_and_endings() {
        let mut words = Vec::new();
        en_stem()
            .token_stream("Dogs are the bests!")
            .process(&mut |token| words.push(token.text.clone()));
        assert_eq!(words, ["dog", "are", "the", "best"]);
    }
}
