//! What is kept of an article besides its words: typed columns and stored bytes.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use tantivy::schema::{Field, OwnedValue};
use tantivy::{DateTime, TantivyDocument};

use crate::article::{Article, ArticlePath, Position, Problem, ProblemKind, Value};
use crate::error::{Error, Result};
use crate::file_state::FileState;
use crate::schema::{Fields, plain_key};
use crate::sketch::Sketch;

/// Longest text in bytes that gets a column entry, to be sorted and counted by. Longer ones are
/// prose: they are searched and shown, but nobody counts by them.
const MAX_COLUMN_BYTES: usize = 256;

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

/// A document with the columns of its file.
pub(crate) fn file(fields: &Fields, path: &ArticlePath, state: &FileState) -> TantivyDocument {
    let mut document = TantivyDocument::default();
    document.add_bytes(fields.path, path.as_bytes());
    document.add_u64(fields.size, state.stamp.size);
    document.add_i64(fields.modified, state.stamp.modified);
    document.add_u64(fields.hash, state.hash);
    document
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

/// Adds the columns of an article.
pub(crate) fn add_columns(
    document: &mut TantivyDocument,
    fields: &Fields,
    article: &Article,
    values: &[Keyed<'_>],
) {
    add_values(document, fields.metadata, values);
    if let Some(title) = column_title(&article.title.text) {
        document.add_text(fields.shown_title, title);
    }
    for (field, date) in [
        (fields.date, article.date),
        (fields.updated, article.updated),
    ] {
        if let Some(date) = date {
            document.add_i64(field, date.seconds());
        }
    }
}

/// Adds what articles are compared by.
pub(crate) fn add_sketch(document: &mut TantivyDocument, fields: &Fields, sketch: &Sketch) {
    if sketch.hashes().is_empty() {
        return;
    }
    document.add_u64(fields.shingles, sketch.shingles());
    for &hash in sketch.hashes() {
        document.add_u64(fields.sketch, u64::from(hash));
    }
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

fn column_value(value: &Value) -> Option<OwnedValue> {
    Some(match value {
        Value::Text(text) if text.len() > MAX_COLUMN_BYTES || text.contains('\0') => return None,
        Value::Text(text) => OwnedValue::Str(text.clone()),
        Value::Integer(number) => OwnedValue::I64(*number),
        Value::Float(number) => OwnedValue::F64(*number),
        Value::Bool(truth) => OwnedValue::Bool(*truth),
        // A date beyond what the engine's nanoseconds hold is kept as text.
        Value::Date(date) => date.seconds().checked_mul(1_000_000_000).map_or_else(
            || OwnedValue::Str(date.to_string()),
            |nanoseconds| OwnedValue::Date(DateTime::from_timestamp_nanos(nanoseconds)),
        ),
    })
}

/// A title as articles are sorted by it; `None` where there is none.
fn column_title(title: &str) -> Option<String> {
    let end = (0..=title.len().min(MAX_COLUMN_BYTES))
        .rev()
        .find(|&end| title.is_char_boundary(end));
    // The engine parts texts by NUL.
    let title = title[..end.unwrap_or(0)].replace('\0', "\u{fffd}");
    (!title.is_empty()).then_some(title)
}

/// Groups the values of a key into one list and adds them all as one object.
fn add_values(document: &mut TantivyDocument, field: Field, values: &[Keyed<'_>]) {
    let mut grouped: Vec<(String, OwnedValue)> = Vec::new();
    let mut places = HashMap::new();
    for (key, value) in values {
        let Some(value) = column_value(value) else {
            continue;
        };
        let key = plain_key(key);
        if let Some(&place) = places.get(&key)
            && let (_, OwnedValue::Array(values)) = &mut grouped[place]
        {
            values.push(value);
        } else {
            places.insert(key.clone(), grouped.len());
            grouped.push((key, OwnedValue::Array(vec![value])));
        }
    }
    if !grouped.is_empty() {
        document.add_field_value(field, &OwnedValue::Object(grouped));
    }
}
