//! Doors for `fuzz/`: readers of bytes that have no other way in from outside. Not part of what is promised.

use std::path::Path;
use std::sync::LazyLock;

use tantivy::directory::OwnedBytes;
use tantivy::schema::Schema;

use crate::article::{Article, Passage, Problem};
use crate::directory::IndexDirectory;
use crate::document::{Head, Stored};
use crate::error::{EngineError, Result};
use crate::format;
use crate::record::CommitRecord;
use crate::schema::{Fields, schema};
use crate::store;
use crate::stored::{StoredArticle, StoredDocument, StoredPassage};

/// Made once: the targets read some ten thousand articles a second.
static SCHEMA: LazyLock<(Schema, Fields)> = LazyLock::new(schema);

/// The bytes of an article as a segment stores it.
///
/// # Errors
/// If it cannot be serialized, which is a defect.
pub fn write_document(article: Article, problems: &[Problem]) -> Result<Vec<u8>> {
    let (_, fields) = &*SCHEMA;
    let mut stored = Stored::default();
    Ok(stored.write(fields, article, problems)?.to_vec())
}

/// Reads the bytes of a stored article, as [`Snapshot::article`](crate::Snapshot::article) does.
///
/// # Errors
/// If they are not those of an article: the index is damaged.
pub fn read_document(bytes: &[u8]) -> Result<Article, EngineError> {
    let (_, fields) = &*SCHEMA;
    let document = StoredDocument(OwnedBytes::new(bytes.to_vec()));
    let head = document.field(fields.head)?;
    let head = head.ok_or_else(|| EngineError::new("an article has no head"))?;
    let head: Head = postcard::from_bytes(&document.0[head]).map_err(EngineError::of_bytes)?;
    let prose = document.field(fields.prose)?.unwrap_or_default();
    let stored = StoredArticle::new(head.article, document.0.slice(prose));
    let passages = stored.passages()?;
    let passages = passages.into_iter().map(StoredPassage::to_passage);
    let passages = passages.collect();
    let mut article = stored.head;
    article.passages = passages;
    Ok(article)
}

/// Reads the bytes of the passages of a stored article.
///
/// # Errors
/// If they are not those of passages: the index is damaged.
pub fn read_passages(bytes: &[u8]) -> Result<Vec<Passage>, EngineError> {
    let stored = StoredArticle::new(Article::default(), OwnedBytes::new(bytes.to_vec()));
    let passages = stored.passages()?;
    Ok(passages
        .into_iter()
        .map(StoredPassage::to_passage)
        .collect())
}

/// A list of segments with its checksum, as it lies on disk.
pub fn seal(meta: &[u8]) -> Vec<u8> {
    format::seal(meta)
}

/// The record in a list of segments with its checksum, or what is wrong with that.
///
/// # Errors
/// If it does not match its checksum, or cannot be read.
pub fn unseal(sealed: &[u8]) -> Result<CommitRecord, String> {
    Ok(format::unseal(sealed)?.record)
}

/// Reads a stamp: the version of the format it is of, and the record if it is of this build's. The checksum is left
/// out of it, as no bytes made up by a fuzzer would match theirs.
pub fn read_stamp(stamp: &[u8]) -> (Option<u32>, Option<CommitRecord>) {
    let record = format::read_stamp(stamp).or_else(|| serde_json::from_slice(stamp).ok());
    (format::version_of(stamp), record)
}

/// The stamp of a record, as it lies on disk.
///
/// # Errors
/// If it cannot be serialized, which is a defect.
pub fn write_stamp(record: &CommitRecord) -> Result<String> {
    format::stamp_text(record)
}

/// Hands a list of segments to the engine, as [`Store::open`](crate::Store::open) does. Whether it has the fields of
/// an index.
///
/// # Errors
/// As [`Store::open`](crate::Store::open), by the record and by what the engine says.
pub fn open_list(meta: &[u8], record: &CommitRecord) -> Result<bool> {
    let place = Path::new("memory");
    record.accept(place)?;
    let directory = IndexDirectory::in_memory();
    directory.set_meta(meta.to_vec());
    let index = store::open_list(directory, place)?;
    Ok(index.schema() == SCHEMA.0)
}
