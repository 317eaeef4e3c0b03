//! What is kept of an article besides its words: values by their keys, and stored bytes.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use tantivy::schema::Field;

use crate::article::{Article, Position, Problem, ProblemKind, Value};
use crate::error::{Error, Result};
use crate::schema::Fields;

/// A value of the front matter under its key.
pub(crate) type Keyed<'a> = (&'a str, Cow<'a, Value>);

/// What is stored of an article besides its passages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Head {
    /// The article without its passages.
    pub(crate) article: Article,
    /// What was wrong with its file.
    pub(crate) problems: Vec<(Option<Position>, ProblemKind)>,
}

/// Writes what is stored of documents, in the form in which the engine keeps them.
#[derive(Default)]
pub(crate) struct Stored {
    value: Vec<u8>,
    document: Vec<u8>,
}

/// What stands before bytes in a stored document: `tantivy::schema::document::type_codes`.
pub(crate) const BYTES_CODE: u8 = 4;

impl Stored {
    /// Writes an article, or the little that is known of a file left out, with its problems.
    ///
    /// # Errors
    /// [`Error::Engine`] if it cannot be serialized, which is a defect.
    pub(crate) fn write(
        &mut self,
        fields: &Fields,
        mut article: Article,
        problems: &[Problem],
    ) -> Result<&[u8]> {
        let passages = std::mem::take(&mut article.passages);
        self.document.clear();
        push_number(1 + usize::from(!passages.is_empty()), &mut self.document);
        if !passages.is_empty() {
            self.add(fields.prose, &passages)?;
        }
        let problems = problems.iter().map(|p| (p.at, p.kind.clone())).collect();
        self.add(fields.head, &Head { article, problems })?;
        Ok(&self.document)
    }

    fn add<T: Serialize>(&mut self, field: Field, value: &T) -> Result<()> {
        let mut bytes = std::mem::take(&mut self.value);
        bytes.clear();
        let bytes = postcard::to_extend(value, bytes);
        self.value = bytes.map_err(Error::engine("serializing an article"))?;
        let id = field.field_id().to_le_bytes();
        self.document.extend_from_slice(&id);
        self.document.push(BYTES_CODE);
        push_number(self.value.len(), &mut self.document);
        self.document.extend_from_slice(&self.value);
        Ok(())
    }
}

/// Appends a number as the engine writes it: seven bits a byte, the lowest first, the last byte
/// marked (`tantivy_common::VInt`).
fn push_number(mut number: usize, bytes: &mut Vec<u8>) {
    while number >= 0x80 {
        bytes.push(number as u8 & 0x7f);
        number >>= 7;
    }
    bytes.push(number as u8 | 0x80);
}

/// Every value of the front matter under the concept it serves and under its key. A key that is named
/// as a concept is the concept: its values are not entered twice.
pub(crate) fn values_by_key(article: &Article) -> Vec<Keyed<'_>> {
    let mut values = concepts(article);
    let concepts = values.len();
    for (key, value) in &article.metadata {
        if !values[..concepts]
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case(key))
        {
            values.push((key, Cow::Borrowed(value)));
        }
    }
    values
}

fn concepts(article: &Article) -> Vec<Keyed<'_>> {
    let text = |text: &String| Cow::Owned(Value::Text(text.clone()));
    let mut concepts = Vec::new();
    concepts.extend(
        article
            .date
            .map(|date| ("date", Cow::Owned(Value::Date(date)))),
    );
    concepts.extend(
        article
            .updated
            .map(|date| ("updated", Cow::Owned(Value::Date(date)))),
    );
    concepts.extend(article.topics.iter().map(|topic| ("topics", text(topic))));
    concepts.extend(
        article
            .provider
            .iter()
            .map(|provider| ("provider", text(provider))),
    );
    concepts.extend(article.author.iter().map(|author| ("author", text(author))));
    concepts.extend(article.url.iter().map(|url| ("url", text(url))));
    concepts
}
