//! What is in the front matter of the articles, key by key.

use std::cmp::Reverse;
use std::fmt::Debug;

use gleaner_store::{Result, Snapshot};
use tantivy::DocId;
use tantivy::columnar::Column;

use crate::facet::FacetCount;
use crate::keys::{Key, KeyColumn, Number};
use crate::matching::{Matching, with_term};
use crate::tally::{Counter, Dates, Tally};

/// Most values a summary shows.
const MOST_SAMPLES: usize = 5;

/// A front-matter key, or a concept, over all articles.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FieldSummary {
    /// Its name: nested keys by their dotted path, in lower case, as which any case is found.
    pub name: String,
    /// Whether it is a concept, which gathers what articles call differently.
    pub is_concept: bool,
    /// Number of articles that have it.
    pub articles: u64,
    /// Of which types its values are.
    pub types: TypeCounts,
    /// Number of different values; texts of more than 256 bytes do not count.
    pub distinct: u64,
    /// The most frequent values with the number of articles that have them, equals in order; at most
    /// 5.
    pub samples: Vec<FacetCount>,
}

/// Numbers of articles that have a value of each type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct TypeCounts {
    /// Texts. A text of more than 256 bytes counts where the key has no other value in its article.
    pub text: u64,
    /// Whole numbers; `1.0` is one.
    pub integer: u64,
    /// Other numbers.
    pub float: u64,
    /// True or false.
    pub boolean: u64,
    /// Dates.
    pub date: u64,
}

impl TypeCounts {
    /// The types with their counts, the most frequent first; without those that do not occur.
    pub fn named(&self) -> Vec<(&'static str, u64)> {
        let mut named = vec![
            ("text", self.text),
            ("integer", self.integer),
            ("float", self.float),
            ("boolean", self.boolean),
            ("date", self.date),
        ];
        named.retain(|(_, count)| *count > 0);
        named.sort_by_key(|(_, count)| Reverse(*count));
        named
    }
}

/// Summaries of all keys that an article has.
pub(crate) fn fields(snapshot: &Snapshot) -> Result<Vec<FieldSummary>> {
    let mut summaries = Vec::new();
    for key in Key::all(snapshot)? {
        // There may be as many keys as there are articles, or more.
        let articles = with_term(snapshot, &key.term(snapshot))?;
        if !articles.is_empty() {
            summaries.push(summary(snapshot, &articles, &key)?);
        }
    }
    Ok(summaries)
}

fn summary(snapshot: &Snapshot, articles: &[Matching<'_>], key: &Key) -> Result<FieldSummary> {
    let tally = Tally::of(snapshot, articles, key, Dates::Moments)?;
    let mut types = TypeCounts {
        text: tally.with_key - tally.counted,
        ..TypeCounts::default()
    };
    for matching in articles {
        add_types(&mut types, matching, key).map_err(snapshot.damaged())?;
    }
    let distinct = tally.values.len() as u64;
    let with_key = tally.with_key;
    let samples = tally.most_frequent(MOST_SAMPLES).into_iter();
    Ok(FieldSummary {
        name: key.name().to_owned(),
        is_concept: key.is_concept(),
        articles: with_key,
        types,
        distinct,
        samples: samples
            .map(|(value, count)| FacetCount {
                value: value.plain(),
                count,
            })
            .collect(),
    })
}

/// Counts the articles of a segment by the types of their values.
fn add_types(types: &mut TypeCounts, matching: &Matching<'_>, key: &Key) -> tantivy::Result<()> {
    let docs = &matching.docs;
    let mut whole = vec![false; docs.len()];
    for column in key.columns(matching.segment)? {
        match column {
            KeyColumn::Bool(column) => types.boolean += with_any(docs, &column),
            KeyColumn::Seconds(column) => types.date += with_any(docs, &column),
            KeyColumn::Date(column) => types.date += with_any(docs, &column),
            KeyColumn::Text(column) => types.text += with_any(docs, column.ords()),
            KeyColumn::Integer(column) => mark(&mut whole, docs, &column, |_| true),
            KeyColumn::Unsigned(column) => mark(&mut whole, docs, &column, |_| true),
            // A segment with a single fraction has all numbers of the key as fractions.
            KeyColumn::Float(column) => {
                let is_whole = |number| Number::float(number).is_whole();
                mark(&mut whole, docs, &column, is_whole);
                let counts = Counter::new(docs).count(&column, is_whole);
                types.float += counts.get(&false).map_or(0, |c| u64::from(c.count));
            }
        }
    }
    types.integer += whole.iter().filter(|is_whole| **is_whole).count() as u64;
    Ok(())
}

/// Marks the documents that have a value of a kind in a column.
fn mark<T>(marked: &mut [bool], docs: &[DocId], column: &Column<T>, is_of: impl Fn(T) -> bool)
where
    T: PartialOrd + Copy + Debug + Send + Sync + 'static,
{
    for (doc, is_marked) in docs.iter().zip(marked) {
        *is_marked |= column.values_for_doc(*doc).any(&is_of);
    }
}

/// Number of documents that have a value in a column.
fn with_any<T>(docs: &[DocId], column: &Column<T>) -> u64
where
    T: PartialOrd + Copy + Debug + Send + Sync + 'static,
{
    let has_value = |doc: &&DocId| column.first(**doc).is_some();
    docs.iter().filter(has_value).count() as u64
}
