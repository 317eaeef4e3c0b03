//! The columns of documents while they are collected.

use std::io;

use tantivy::DateTime;
use tantivy::columnar::ColumnarWriter;
use tantivy::schema::Schema;

use crate::article::{Article, ArticlePath, Value};
use crate::document::Keyed;
use crate::file_state::FileState;
use crate::schema::{
    BODY_COLUMN, DATE_COLUMN, HASH_COLUMN, LARGE_NUMBERS, METADATA_COLUMNS, PATH_COLUMN,
    SHINGLES_COLUMN, SKETCH_COLUMN, STAMP_COLUMN, TITLE_COLUMN, UPDATED_COLUMN, columns, plain_key,
};
use crate::sketch::Sketch;

/// Longest text in bytes that gets a column entry, to be sorted and counted by. Longer ones are
/// prose: they are searched and shown, but nobody counts by them.
const MAX_COLUMN_BYTES: usize = 256;

/// What parts the steps of a path below a field of values of many keys:
/// `tantivy_common::JSON_PATH_SEGMENT_SEP`.
const STEP: &str = "\u{1}";

/// The columns of the documents so far.
pub(super) struct Columns {
    writer: ColumnarWriter,
    documents: u32,
    /// Name of the column of a key.
    name: String,
}

impl Columns {
    pub(super) fn new(schema: &Schema) -> Self {
        let mut writer = ColumnarWriter::default();
        for (name, kind) in columns(schema) {
            writer.record_column_type(&name, kind, false);
        }
        Self {
            writer,
            documents: 0,
            name: String::new(),
        }
    }

    /// Bytes allocated.
    pub(super) fn bytes(&self) -> usize {
        self.writer.mem_usage()
    }

    /// Enters what is known of the file of a document.
    pub(super) fn add_file(&mut self, path: &ArticlePath, state: &FileState) {
        let (writer, document) = (&mut self.writer, self.documents);
        writer.record_bytes(document, PATH_COLUMN, path.as_bytes());
        writer.record_numerical(document, STAMP_COLUMN, state.stamp);
        writer.record_numerical(document, HASH_COLUMN, state.hash);
    }

    /// Enters where in the text the prose begins.
    pub(super) fn add_body(&mut self, position: u32) {
        self.writer
            .record_numerical(self.documents, BODY_COLUMN, u64::from(position));
    }

    /// Enters what articles are sorted, counted and chosen by.
    pub(super) fn add_article(&mut self, article: &Article, values: &[Keyed<'_>]) {
        for (key, value) in values {
            self.add_value(key, value);
        }
        let (writer, document) = (&mut self.writer, self.documents);
        if let Some(title) = column_title(&article.title.text) {
            writer.record_str(document, TITLE_COLUMN, &title);
        }
        for (column, date) in [
            (DATE_COLUMN, article.date),
            (UPDATED_COLUMN, article.updated),
        ] {
            if let Some(date) = date {
                writer.record_numerical(document, column, date.seconds());
            }
        }
    }

    /// Enters a value of the front matter below its key, as the engine names the columns of a field
    /// of JSON with dots in its keys.
    fn add_value(&mut self, key: &str, value: &Value) {
        let (writer, document) = (&mut self.writer, self.documents);
        let name = &mut self.name;
        name.clear();
        name.push_str(METADATA_COLUMNS);
        for step in plain_key(key).split('.') {
            name.push_str(STEP);
            name.push_str(step);
        }
        if let Some(number) = large_number(value) {
            name.push_str(STEP);
            name.push_str(LARGE_NUMBERS);
            return writer.record_numerical(document, name, number);
        }
        match value {
            Value::Text(text) if text.len() > MAX_COLUMN_BYTES || text.contains('\0') => {}
            Value::Text(text) => writer.record_str(document, name, text),
            Value::Integer(number) => writer.record_numerical(document, name, *number),
            Value::Float(number) => writer.record_numerical(document, name, *number),
            Value::Bool(truth) => writer.record_bool(document, name, *truth),
            // A date beyond what the engine's nanoseconds hold is kept as text.
            Value::Date(date) => match date.seconds().checked_mul(1_000_000_000) {
                None => writer.record_str(document, name, &date.to_string()),
                Some(nanoseconds) => {
                    let date = DateTime::from_timestamp_nanos(nanoseconds);
                    writer.record_datetime(document, name, date);
                }
            },
        }
    }

    /// Enters what articles are compared by.
    pub(super) fn add_sketch(&mut self, sketch: &Sketch) {
        if sketch.hashes().is_empty() {
            return;
        }
        let (writer, document) = (&mut self.writer, self.documents);
        writer.record_numerical(document, SHINGLES_COLUMN, sketch.shingles());
        for &hash in sketch.hashes() {
            writer.record_numerical(document, SKETCH_COLUMN, u64::from(hash));
        }
    }

    /// Goes on to the next document.
    pub(super) fn finish_document(&mut self) {
        self.documents += 1;
    }

    /// The columns as the engine keeps them.
    pub(super) fn serialize(mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.writer.serialize(self.documents, None, &mut bytes)?;
        Ok(bytes)
    }
}

/// A whole number that a fraction of the engine cannot tell from its neighbours. It has a column of its
/// own, since a column that has any fraction, in this segment or in one it is merged with, has nothing else.
fn large_number(value: &Value) -> Option<i64> {
    const FIRST: u64 = 1 << 53;
    let number = match value {
        Value::Integer(number) => *number,
        // -2^63 is a float, and 2^63 is not a whole number here.
        Value::Float(number) if number.fract() == 0.0 && number.abs() < -(i64::MIN as f64) => {
            *number as i64
        }
        _ => return None,
    };
    (number.unsigned_abs() >= FIRST).then_some(number)
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
