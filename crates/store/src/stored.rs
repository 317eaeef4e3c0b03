//! An article as it lies in the index, read no further than is needed.

use std::ops::Range;

use tantivy::directory::OwnedBytes;
use tantivy::schema::Field;

use crate::article::{Article, Passage, PassageKind};
use crate::document::BYTES_CODE;
use crate::error::EngineError;

/// The bit of the last byte of a number, in the engine's variable-length form.
const STOP_BIT: u8 = 0x80;

/// A document as the engine stores it. Its own way to read one takes byte after byte and copies
/// each text twice; here, the bytes stay where they were unpacked.
#[derive(Debug)]
pub(crate) struct StoredDocument(pub(crate) OwnedBytes);

impl StoredDocument {
    /// Where the value of a field lies; `None` if it has none.
    ///
    /// A document is the number of its values, and for each of them the number of the field, the
    /// kind of value, the length and the bytes. All stored fields of an index hold bytes.
    pub(crate) fn field(&self, field: Field) -> Result<Option<Range<usize>>, EngineError> {
        let broken = || EngineError::new("a stored document cannot be read");
        let mut rest = Rest {
            bytes: &self.0,
            at: 0,
        };
        for _ in 0..rest.number().ok_or_else(broken)? {
            let id = rest.take(4).ok_or_else(broken)?;
            let kind = rest.take(1).ok_or_else(broken)?;
            if self.0[kind] != [BYTES_CODE] {
                return Err(broken());
            }
            let length = rest.number().ok_or_else(broken)?;
            let value = rest.take(length).ok_or_else(broken)?;
            if self.0[id] == field.field_id().to_le_bytes() {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }
}

/// What of a document was not read yet.
struct Rest<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Rest<'_> {
    fn take(&mut self, length: usize) -> Option<Range<usize>> {
        let end = self.at.checked_add(length)?;
        let range = self.at..end;
        self.bytes.get(range.clone())?;
        self.at = end;
        Some(range)
    }

    fn number(&mut self) -> Option<usize> {
        let mut number: u64 = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = *self.bytes.get(self.at)?;
            self.at += 1;
            number |= u64::from(byte & !STOP_BIT) << shift;
            if byte & STOP_BIT != 0 {
                return usize::try_from(number).ok();
            }
        }
        None
    }
}

/// An article with its passages as they lie in the index, of which nothing is copied.
#[derive(Debug)]
pub struct StoredArticle {
    /// The article without its passages.
    pub head: Article,
    document: OwnedBytes,
}

impl StoredArticle {
    pub(crate) fn new(head: Article, document: OwnedBytes) -> Self {
        Self { head, document }
    }

    /// An article as if it came from an index.
    ///
    /// # Errors
    /// If it cannot be serialized, which is a defect.
    pub fn of(mut article: Article) -> Result<Self, EngineError> {
        let passages = std::mem::take(&mut article.passages);
        let document = postcard::to_stdvec(&passages).map_err(EngineError::of_bytes)?;
        Ok(Self::new(article, OwnedBytes::new(document)))
    }

    /// The passages in their order.
    ///
    /// # Errors
    /// If the bytes are not those of passages: the index is damaged.
    pub fn passages(&self) -> Result<Vec<StoredPassage<'_>>, EngineError> {
        let bytes: &[u8] = &self.document;
        if bytes.is_empty() {
            return Ok(Vec::new());
        }
        let (count, mut rest) =
            postcard::take_from_bytes::<usize>(bytes).map_err(EngineError::of_bytes)?;
        // Each passage takes three bytes at least.
        let mut passages = Vec::with_capacity(count.min(rest.len() / 3));
        for _ in 0..count {
            let (passage, after) = StoredPassage::take(rest)?;
            passages.push(passage);
            rest = after;
        }
        Ok(passages)
    }
}

/// A [`Passage`] as it lies in the index.
#[derive(Debug, Clone, Copy)]
pub struct StoredPassage<'a> {
    /// What the block is.
    pub kind: PassageKind,
    /// The text without markup; `\n` where the block goes on in another line.
    pub text: &'a str,
    /// The number of each line, as it was written: seven bits a byte, the last below 128.
    lines: &'a [u8],
}

impl<'a> StoredPassage<'a> {
    /// The first passage of serialized ones, and the others.
    fn take(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), EngineError> {
        let ((kind, text, lines), rest) =
            postcard::take_from_bytes::<(PassageKind, &str, usize)>(bytes)
                .map_err(EngineError::of_bytes)?;
        let broken = || EngineError::new("a passage ends before its lines do");
        let end = match lines.checked_sub(1) {
            None => 0,
            Some(last) => {
                let mut ends = (1..).zip(rest).filter(|(_, byte)| **byte < STOP_BIT);
                ends.nth(last).ok_or_else(broken)?.0
            }
        };
        let (lines, rest) = rest.split_at(end);
        Ok((Self { kind, text, lines }, rest))
    }

    /// The 1-based line in the file of the line of the text with this number, counted from 0; the
    /// last holds for further ones. `None` if the passage has no lines.
    pub fn line(&self, number: usize) -> Option<u32> {
        self.lines().take(number.saturating_add(1)).last()
    }

    /// The 1-based line in the file of each line of the text.
    fn lines(&self) -> impl Iterator<Item = u32> + 'a {
        let mut lines = self.lines;
        std::iter::from_fn(move || {
            let (line, rest) = postcard::take_from_bytes(lines).ok()?;
            lines = rest;
            Some(line)
        })
    }

    /// The passage on its own.
    pub fn to_passage(self) -> Passage {
        Passage {
            kind: self.kind,
            text: self.text.to_owned(),
            lines: self.lines().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tantivy::schema::{BytesOptions, Schema};
    use tantivy::{Index, TantivyDocument};

    use super::*;

    fn any_passage() -> impl Strategy<Value = Passage> {
        let kind = prop_oneof![
            Just(PassageKind::Prose),
            (1..=6_u8).prop_map(PassageKind::Heading),
            Just(PassageKind::Code),
        ];
        let lines = proptest::collection::vec(any::<u32>(), 0..4);
        (kind, ".{0,300}", lines).prop_map(|(kind, text, lines)| Passage { kind, text, lines })
    }

    #[test]
    fn values_lie_where_the_engine_stores_them() {
        let mut schema = Schema::builder();
        let stored = || BytesOptions::default().set_stored();
        let first = schema.add_bytes_field("first", stored());
        let second = schema.add_bytes_field("second", stored());
        let absent = schema.add_bytes_field("absent", stored());
        let index = Index::create_in_ram(schema.build());
        let mut writer = index
            .writer_with_num_threads(1, 20_000_000)
            .expect("the engine works");
        let sizes = [0, 1, 127, 128, 16_383, 16_384, 100_000];
        for size in sizes {
            let mut document = TantivyDocument::default();
            document.add_bytes(first, &vec![7; size]);
            document.add_bytes(second, &vec![9; size / 2]);
            writer.add_document(document).expect("the engine works");
        }
        writer.commit().expect("the engine works");
        let searcher = index.reader().expect("the engine works").searcher();
        let store = searcher
            .segment_reader(0)
            .get_store_reader(1)
            .expect("the engine works");
        for (doc, size) in (0..).zip(sizes) {
            let document = StoredDocument(store.get_document_bytes(doc).expect("the engine works"));
            let value = |field| {
                document
                    .field(field)
                    .expect("it is whole")
                    .map(|at| &document.0[at])
            };
            assert_eq!(value(first), Some(&vec![7; size][..]));
            assert_eq!(value(second), Some(&vec![9; size / 2][..]));
            assert_eq!(value(absent), None);
        }
    }

    proptest! {
        #[test]
        fn passages_are_read_as_they_were_written(
            passages in proptest::collection::vec(any_passage(), 0..5)
        ) {
            let article = Article { passages: passages.clone(), ..Article::default() };
            let stored = StoredArticle::of(article).expect("an article can be stored");
            let read = stored.passages().expect("what was written can be read");
            let read: Vec<Passage> = read.into_iter().map(StoredPassage::to_passage).collect();
            prop_assert_eq!(read, passages);
        }

        #[test]
        fn broken_bytes_are_an_error_or_other_passages(
            bytes in proptest::collection::vec(any::<u8>(), 0..60)
        ) {
            let stored = StoredArticle::new(Article::default(), OwnedBytes::new(bytes.clone()));
            for passage in stored.passages().unwrap_or_default() {
                passage.to_passage();
            }
            let _ = StoredDocument(OwnedBytes::new(bytes)).field(Field::from_field_id(0));
        }
    }
}
