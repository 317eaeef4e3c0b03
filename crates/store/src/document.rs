//! An article as the engine takes it: analysed words, typed columns, stored bytes.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use tantivy::schema::document::CompactDocValue;
use tantivy::schema::{Field, OwnedValue};
use tantivy::{DateTime, Document, TantivyDocument};

use crate::analysis::{Analyzer, Encoder};
use crate::article::{
    Article, ArticlePath, Passage, PassageKind, Position, Problem, ProblemKind, TitleSource, Value,
};
use crate::budget::Permit;
use crate::error::{Error, Result};
use crate::file_state::FileState;
use crate::schema::{Fields, mark, metadata_term, plain_key};
use crate::sketch::{Sketch, Sketcher};

/// Longest text in bytes that gets a column entry, to be sorted and counted by. Longer ones are
/// prose: they are searched and shown, but nobody counts by them.
const MAX_COLUMN_BYTES: usize = 256;

/// A file ready to be written to the index. Made on any thread by [`prepare`](Prepared::article).
pub struct Prepared {
    pub(crate) path: ArticlePath,
    pub(crate) document: TantivyDocument,
    /// Estimated size in bytes, for the budget of what may be under way at once.
    pub(crate) bytes: usize,
}

impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prepared")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// What is stored of an article besides its passages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Head {
    /// The article without its passages.
    pub(crate) article: Article,
    /// What was wrong with its file.
    pub(crate) problems: Vec<(Option<Position>, ProblemKind)>,
}

impl Prepared {
    /// Analyses an article for the index with these fields.
    ///
    /// # Errors
    /// [`Error::Engine`] if the article cannot be serialized, which is a defect.
    pub fn article(
        fields: &Fields,
        analyzer: &mut Analyzer,
        path: &ArticlePath,
        state: &FileState,
        mut article: Article,
        problems: &[Problem],
    ) -> Result<Self> {
        let mut document = file(fields, path, state);
        document.add_text(fields.marks, encode_terms([mark::ARTICLE]));
        Words::of(&article, analyzer).add_to(&mut document, fields);
        add_metadata(&mut document, fields, &article, analyzer);
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
        let passages = std::mem::take(&mut article.passages);
        document.add_bytes(fields.prose, &serialize(&passages)?);
        Self::finish(document, fields, path, article, problems)
    }

    /// A file that was left out, so that it is known and need not be looked at again.
    ///
    /// # Errors
    /// As [`Prepared::article`].
    pub fn left_out(
        fields: &Fields,
        path: &ArticlePath,
        state: &FileState,
        problems: &[Problem],
    ) -> Result<Self> {
        let mut document = file(fields, path, state);
        document.add_text(fields.marks, encode_terms([mark::LEFT_OUT]));
        Self::finish(document, fields, path, Article::default(), problems)
    }

    fn finish(
        mut document: TantivyDocument,
        fields: &Fields,
        path: &ArticlePath,
        article: Article,
        problems: &[Problem],
    ) -> Result<Self> {
        if !problems.is_empty() {
            document.add_text(fields.marks, encode_terms([mark::PROBLEM]));
        }
        let problems = problems.iter().map(|p| (p.at, p.kind.clone())).collect();
        document.add_bytes(fields.head, &serialize(&Head { article, problems })?);
        document.shrink_to_fit();
        let bytes = document
            .field_values()
            .map(|(_, value)| value_bytes(value))
            .sum();
        Ok(Self {
            path: path.clone(),
            document,
            bytes,
        })
    }
}

fn value_bytes(value: CompactDocValue<'_>) -> usize {
    use tantivy::schema::Value as _;
    value
        .as_str()
        .map(str::len)
        .or_else(|| value.as_bytes().map(<[u8]>::len))
        .unwrap_or(16)
}

fn serialize<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    postcard::to_stdvec(value).map_err(Error::engine("serializing an article"))
}

fn file(fields: &Fields, path: &ArticlePath, state: &FileState) -> TantivyDocument {
    let mut document = TantivyDocument::default();
    document.add_bytes(fields.path, path.as_bytes());
    document.add_u64(fields.size, state.stamp.size);
    document.add_i64(fields.modified, state.stamp.modified);
    document.add_u64(fields.hash, state.hash);
    document
}

fn encode_terms<'a>(terms: impl IntoIterator<Item = &'a str>) -> String {
    let mut encoder = Encoder::default();
    for term in terms {
        encoder.push(term, false);
    }
    encoder.into_text()
}

/// The words of an article, encoded field by field.
#[derive(Default)]
struct Words {
    text: Encoder,
    exact: Encoder,
    title: Encoder,
    title_exact: Encoder,
    excerpt: Encoder,
    heading: Encoder,
    related: Encoder,
    sketcher: Sketcher,
    /// Position in `text` of the first word of the prose, if there is any.
    body: Option<u32>,
}

/// The part of an article a text belongs to, where the part has a field of its own.
#[derive(Clone, Copy)]
enum Part {
    Title,
    Excerpt,
    Heading,
    Plain,
}

/// What a text is to the likeness of articles.
#[derive(Clone, Copy)]
enum Likeness {
    /// It is compared.
    Text,
    /// It is compared where the text is short. So is the title: an edited headline does not hide a
    /// copy.
    Beside,
    /// It is a label.
    Nothing,
}

impl Words {
    fn of(article: &Article, analyzer: &mut Analyzer) -> Self {
        let mut words = Self::default();
        let title = &article.title.text;
        if article.title_source.is_in_passages() {
            words.add_title_of_passages(article, analyzer);
        } else {
            words.add(title, Part::Title, Likeness::Beside, analyzer);
        }
        if let Some(excerpt) = &article.excerpt {
            // Where there is prose, an excerpt repeats it or stands in one of two copies only.
            let likeness = if article.passages.is_empty() {
                Likeness::Text
            } else {
                Likeness::Beside
            };
            words.add(&excerpt.text, Part::Excerpt, likeness, analyzer);
        }
        let labels = article
            .topics
            .iter()
            .chain(&article.author)
            .chain(&article.provider);
        for label in labels {
            words.add(label, Part::Plain, Likeness::Nothing, analyzer);
        }
        // The prose comes last, so that where it begins is enough to tell it from all else.
        let (title, passages) = titled(article);
        words.add(title, Part::Plain, Likeness::Beside, analyzer);
        let is_heading = |passage: &&Passage| matches!(passage.kind, PassageKind::Heading(_));
        for heading in article.passages.iter().filter(is_heading) {
            let at_title = heading.lines[..] == [article.title.line];
            let likeness = if article.title_source.is_passage() && at_title {
                Likeness::Beside
            } else {
                Likeness::Text
            };
            words.add(&heading.text, Part::Heading, likeness, analyzer);
        }
        let prose_start = words.text.next_position();
        for text in passages {
            words.add(text, Part::Plain, Likeness::Text, analyzer);
        }
        words.body = (words.text.next_position() > prose_start).then_some(prose_start);
        for related in &article.related {
            for text in [&related.title, &related.excerpt] {
                words.related.gap();
                analyzer.each_token(text, |token| {
                    words.related.push(token.stem, !token.kind.is_word());
                });
            }
        }
        words
    }

    /// A title that is part of the prose is not counted twice; one that is only the start of it
    /// does not weigh as a title at all.
    fn add_title_of_passages(&mut self, article: &Article, analyzer: &mut Analyzer) {
        if article.title_source.is_passage() {
            analyzer.each_token(&article.title.text, |token| {
                self.title.push(token.stem, !token.kind.is_word());
                if token.kind.is_new() {
                    self.title_exact.push(token.exact, !token.kind.is_word());
                }
            });
        }
    }

    fn add(&mut self, text: &str, part: Part, likeness: Likeness, analyzer: &mut Analyzer) {
        let Self {
            text: all,
            exact,
            title,
            title_exact,
            excerpt,
            heading,
            sketcher,
            ..
        } = self;
        let mut own = match part {
            Part::Title => Some(title),
            Part::Excerpt => Some(excerpt),
            Part::Heading => Some(heading),
            Part::Plain => None,
        };
        all.gap();
        if let Some(own) = &mut own {
            own.gap();
        }
        analyzer.each_token(text, |token| {
            let joined = !token.kind.is_word();
            all.push(token.stem, joined);
            if token.kind.is_new() {
                exact.push(token.exact, joined);
            }
            if let Some(own) = &mut own {
                own.push(token.stem, joined);
            }
            if matches!(part, Part::Title) && token.kind.is_new() {
                title_exact.push(token.exact, joined);
            }
            match likeness {
                Likeness::Text if !joined => sketcher.word(token.exact),
                Likeness::Beside if !joined => sketcher.word_beside(token.exact),
                _ => {}
            }
        });
    }

    fn add_to(self, document: &mut TantivyDocument, fields: &Fields) {
        let parts = [
            (fields.text, self.text),
            (fields.exact, self.exact),
            (fields.title, self.title),
            (fields.title_exact, self.title_exact),
            (fields.excerpt, self.excerpt),
            (fields.heading, self.heading),
            (fields.related, self.related),
        ];
        for (field, words) in parts {
            if !words.is_empty() {
                document.add_text(field, words.into_text());
            }
        }
        if let Some(position) = self.body {
            document.add_u64(fields.body, position.into());
        }
        add_sketch(document, fields, &self.sketcher.finish());
    }
}

fn add_sketch(document: &mut TantivyDocument, fields: &Fields, sketch: &Sketch) {
    if sketch.hashes().is_empty() {
        return;
    }
    document.add_u64(fields.shingles, sketch.shingles());
    for &hash in sketch.hashes() {
        document.add_u64(fields.sketch, u64::from(hash));
    }
}

/// The title where it is the first line of the prose, and the passages of the prose without it.
fn titled(article: &Article) -> (&str, impl Iterator<Item = &str>) {
    let prose = article
        .passages
        .iter()
        .filter(|passage| !matches!(passage.kind, PassageKind::Heading(_)))
        .map(|passage| passage.text.as_str());
    let title = if article.title_source == TitleSource::FirstLine {
        article.title.text.as_str()
    } else {
        ""
    };
    let first = prose
        .clone()
        .next()
        .and_then(|first| first.strip_prefix(title));
    let (title, first) = match first {
        Some(rest) if !title.is_empty() => (title, Some(rest)),
        _ => ("", None),
    };
    let rest = prose.skip(usize::from(first.is_some()));
    (title, first.into_iter().chain(rest))
}

/// Makes every front-matter value findable under its key, and under the name of the concept it
/// serves; and gives it a typed column.
fn add_metadata(
    document: &mut TantivyDocument,
    fields: &Fields,
    article: &Article,
    analyzer: &mut Analyzer,
) {
    let mut keys = Encoder::default();
    let mut columns: Vec<(String, OwnedValue)> = Vec::new();
    let concepts = concepts(article);
    let own = article
        .metadata
        .iter()
        .map(|(key, value)| (key.as_str(), Cow::Borrowed(value)));
    // A key that is named as a concept is the concept: its values are not entered twice.
    let own = own.filter(|(key, _)| {
        !concepts
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case(key))
    });
    for (key, value) in concepts
        .iter()
        .map(|(name, value)| (*name, value.clone()))
        .chain(own)
    {
        add_value_words(&mut keys, key, &value, analyzer);
        if let Some(value) = column_value(&value) {
            columns.push((plain_key(key), value));
        }
    }
    if !keys.is_empty() {
        document.add_text(fields.keys, keys.into_text());
    }
    if !columns.is_empty() {
        add_columns(document, fields.metadata, columns);
    }
}

fn concepts(article: &Article) -> Vec<(&'static str, Cow<'_, Value>)> {
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

/// Writes the term of the key, then the words of the value, exact, one after another.
fn add_value_words(keys: &mut Encoder, key: &str, value: &Value, analyzer: &mut Analyzer) {
    keys.gap();
    keys.push(&metadata_term(key, ""), false);
    keys.gap();
    let text = match value {
        Value::Text(text) => Cow::Borrowed(text.as_str()),
        other => Cow::Owned(other.to_string()),
    };
    analyzer.each_token(&text, |token| {
        if token.kind.is_new() {
            keys.push(&metadata_term(key, token.exact), !token.kind.is_word());
        }
    });
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
fn add_columns(document: &mut TantivyDocument, field: Field, columns: Vec<(String, OwnedValue)>) {
    let mut grouped: Vec<(String, Vec<OwnedValue>)> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for (key, value) in columns {
        let place = *places.entry(key.clone()).or_insert_with(|| {
            grouped.push((key, Vec::new()));
            grouped.len() - 1
        });
        grouped[place].1.push(value);
    }
    let object = grouped
        .into_iter()
        .map(|(key, values)| (key, OwnedValue::Array(values)))
        .collect();
    document.add_field_value(field, &OwnedValue::Object(object));
}

/// A document on its way through the engine's queue: it holds its share of the memory budget until
/// the engine has taken it in.
#[derive(Debug)]
pub(crate) struct Queued {
    pub(crate) document: TantivyDocument,
    pub(crate) _permit: Permit,
}

impl Document for Queued {
    type Value<'a> = <TantivyDocument as Document>::Value<'a>;
    type FieldsValuesIter<'a> = <TantivyDocument as Document>::FieldsValuesIter<'a>;

    fn iter_fields_and_values(&self) -> Self::FieldsValuesIter<'_> {
        self.document.iter_fields_and_values()
    }
}
