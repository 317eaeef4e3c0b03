//! The one table of fields, and how each is indexed.

use std::borrow::Cow;

use tantivy::columnar::ColumnType;
use tantivy::schema::{
    BytesOptions, FAST, Field, IndexRecordOption, JsonObjectOptions, NumericOptions, Schema,
    TextFieldIndexing, TextOptions, Type,
};

/// The tokenizer of the fields with words. There is none of this name: words are analysed and
/// entered by us, and the engine never sees a text.
const TOKENIZER: &str = "gleaner_encoded";

/// The fields of the engine's schema.
///
/// `text` is the article as one document: title, excerpt, topics, author, provider and passages.
/// `exact` holds the same words unstemmed. The others hold one part each.
#[derive(Debug, Clone, Copy)]
pub struct Fields {
    /// Path of the file, as a column of bytes: identity of the document, and its place among equals.
    pub path: Field,
    /// What kind of document it is: the terms of [`mark`].
    pub marks: Field,
    /// Fingerprint of what the file looked like from outside, as a column.
    pub stamp: Field,
    /// Content hash of the file.
    pub hash: Field,
    /// Stems of all the words of the article, with positions.
    pub text: Field,
    /// Position in `text` of the first word of the prose, as a column: what comes before it is title,
    /// excerpt, labels and headings. Articles without prose have none.
    pub body: Field,
    /// The same words unstemmed, without positions.
    pub exact: Field,
    /// Stems of the title.
    pub title: Field,
    /// The words of the title unstemmed; only whether they are there.
    pub title_exact: Field,
    /// Stems of the excerpt.
    pub excerpt: Field,
    /// Stems of the headings.
    pub heading: Field,
    /// Stems of the titles and excerpts of related articles; not part of `text`.
    pub related: Field,
    /// Words of every front-matter value under its key: see [`metadata_term`].
    pub keys: Field,
    /// Typed values of every front-matter key, as columns.
    pub metadata: Field,
    /// The title as shown, cut after 256 bytes, as a column.
    pub shown_title: Field,
    /// Date of publication in seconds since 1970, as a column.
    pub date: Field,
    /// Date of the last change in seconds since 1970, as a column.
    pub updated: Field,
    /// Number of shingles of the text, as a column: see [`Sketch`](crate::Sketch).
    pub shingles: Field,
    /// The smallest hashes of the shingles, ascending, as a column of several values.
    pub sketch: Field,
    /// The article but its passages, stored.
    pub head: Field,
    /// The passages, stored.
    pub prose: Field,
}

/// Terms of the field `marks`.
pub mod mark {
    /// An article that can be found.
    pub const ARTICLE: &str = "article";
    /// A file that was left out and is only known.
    pub const LEFT_OUT: &str = "left-out";
    /// A file that has a problem to report.
    pub const PROBLEM: &str = "problem";
}

/// Name of the column field that holds the typed values of the front matter.
pub const METADATA_COLUMNS: &str = "metadata";
/// Last step of the name of a key's column of whole numbers from 2^53 on, which stand in no other column
/// of the key. No key has such a step: it is a control character.
pub const LARGE_NUMBERS: &str = "\u{2}";
/// Name of the column that holds the title.
pub const TITLE_COLUMN: &str = "shown_title";
/// Name of the column that holds the date of publication.
pub const DATE_COLUMN: &str = "date";
/// Name of the column that holds the date of the last change.
pub const UPDATED_COLUMN: &str = "updated";
/// Name of the column that holds where in the text the prose begins.
pub const BODY_COLUMN: &str = "body";
/// Name of the column that holds the path.
pub const PATH_COLUMN: &str = "path";

/// Name of the column that holds the fingerprint of what the file looked like from outside.
pub(crate) const STAMP_COLUMN: &str = "stamp";
/// Name of the column that holds the content hash of the file.
pub(crate) const HASH_COLUMN: &str = "hash";
/// Name of the column that holds the number of shingles.
pub(crate) const SHINGLES_COLUMN: &str = "shingles";
/// Name of the column that holds the smallest hashes of the shingles.
pub(crate) const SKETCH_COLUMN: &str = "sketch";

/// The term of the field `keys` for `word`, a folded word of a value of `key`. An empty word is
/// the term of the key itself, which every article has that has the key.
pub fn metadata_term(key: &str, word: &str) -> String {
    key_prefix(key) + word
}

/// What the terms of a key begin with.
pub(crate) fn key_prefix(key: &str) -> String {
    plain_key(key).into_owned() + "\u{1}"
}

/// A key as the index has it: in lower case, and without control characters, which part the terms
/// and the names of columns.
pub(crate) fn plain_key(key: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'@' | b'['..=b'~');
    if key.bytes().all(is_plain) {
        return Cow::Borrowed(key);
    }
    let plain = key.to_lowercase().replace(char::is_control, "\u{fffd}");
    Cow::Owned(plain)
}

/// The schema and its fields.
pub(crate) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let tokens = |option, fieldnorms| {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(TOKENIZER)
                .set_fieldnorms(fieldnorms)
                .set_index_option(option),
        )
    };
    let words = || tokens(IndexRecordOption::WithFreqsAndPositions, true);
    let number = || NumericOptions::default() | FAST;
    let stored = || BytesOptions::default().set_stored();
    let fields = Fields {
        path: builder.add_bytes_field(PATH_COLUMN, BytesOptions::default().set_fast()),
        marks: builder.add_text_field("marks", tokens(IndexRecordOption::Basic, false)),
        stamp: builder.add_u64_field(STAMP_COLUMN, number()),
        hash: builder.add_u64_field(HASH_COLUMN, number()),
        text: builder.add_text_field("text", words()),
        body: builder.add_u64_field(BODY_COLUMN, number()),
        exact: builder.add_text_field("exact", tokens(IndexRecordOption::WithFreqs, true)),
        title: builder.add_text_field("title", words()),
        title_exact: builder.add_text_field("title_exact", tokens(IndexRecordOption::Basic, false)),
        excerpt: builder.add_text_field("excerpt", words()),
        heading: builder.add_text_field("heading", words()),
        related: builder.add_text_field("related", words()),
        keys: builder.add_text_field(
            "keys",
            tokens(IndexRecordOption::WithFreqsAndPositions, false),
        ),
        metadata: builder.add_json_field(
            METADATA_COLUMNS,
            JsonObjectOptions::default()
                .set_fast("raw")
                .set_expand_dots_enabled(),
        ),
        shown_title: builder.add_text_field(TITLE_COLUMN, TextOptions::default().set_fast("raw")),
        date: builder.add_i64_field(DATE_COLUMN, number()),
        updated: builder.add_i64_field(UPDATED_COLUMN, number()),
        shingles: builder.add_u64_field(SHINGLES_COLUMN, number()),
        sketch: builder.add_u64_field(SKETCH_COLUMN, number()),
        head: builder.add_bytes_field("head", stored()),
        prose: builder.add_bytes_field("prose", stored()),
    };
    (builder.build(), fields)
}

/// The columns of numbers, texts and bytes that a segment has even where no document has a value,
/// and the types they keep when segments become one.
pub(crate) fn columns(schema: &Schema) -> Vec<(String, ColumnType)> {
    let columns = schema.fields().filter(|(_, entry)| entry.is_fast());
    let typed = columns.filter_map(|(_, entry)| {
        let kind = match entry.field_type().value_type() {
            Type::Str => ColumnType::Str,
            Type::Bytes => ColumnType::Bytes,
            Type::U64 => ColumnType::U64,
            Type::I64 => ColumnType::I64,
            // The columns below a key have the types of their values.
            _ => return None,
        };
        Some((entry.name().to_owned(), kind))
    });
    typed.collect()
}
