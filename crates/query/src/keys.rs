//! The values of a front-matter key, as columns to count and sort by.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};

use gleaner_store::{
    Date, LARGE_NUMBERS, METADATA_COLUMNS, Result, Snapshot, TITLE_COLUMN, Value, metadata_term,
};
use tantivy::columnar::{Column, DynamicColumn, StrColumn};
use tantivy::schema::Field;
use tantivy::{DateTime, SegmentReader, Term};

use crate::facet::{Period, SECONDS_OF_DAY};
use crate::fields::{ALIASES, CONCEPTS, seconds_column};

/// A key of the front matter, or a concept, by which articles are counted or sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    /// Its name as the index has it, in lower case.
    name: String,
}

impl Key {
    /// What a name means in this index: a concept, a key that an article has, or another name of a
    /// concept. `None` if nothing.
    pub(crate) fn find(snapshot: &Snapshot, name: &str) -> Result<Option<Self>> {
        // A term is the key as the index has it, and a separator.
        let term = metadata_term(name, "");
        let key = Self::named(term.trim_end_matches('\u{1}'));
        if key.is_concept() || snapshot.has_term(&key.term(snapshot))? {
            return Ok(Some(key));
        }
        let alias = ALIASES.iter().find(|(alias, _)| *alias == key.name);
        Ok(alias.map(|(_, concept)| Self::named(concept)))
    }

    /// The key of this name, which is in lower case.
    pub(crate) fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn is_concept(&self) -> bool {
        CONCEPTS.contains(&self.name.as_str())
    }

    /// The term that every article has that has the key.
    pub(crate) fn term(&self, snapshot: &Snapshot) -> Term {
        Term::from_field_text(snapshot.fields().keys, &metadata_term(&self.name, ""))
    }

    /// Every key that an article has or had: concepts first, the others in order.
    pub(crate) fn all(snapshot: &Snapshot) -> Result<Vec<Self>> {
        let mut names = BTreeSet::new();
        for segment in snapshot.searcher().segment_readers() {
            add_names(segment, snapshot.fields().keys, &mut names).map_err(snapshot.damaged())?;
        }
        let is_concept = |name: &String| CONCEPTS.contains(&name.as_str());
        let others = names.iter().filter(|name| !is_concept(name));
        let all = CONCEPTS.into_iter().chain(others.map(String::as_str));
        Ok(all.map(Self::named).collect())
    }

    /// The typed columns of the key in a segment: at most one for each type, and one for whole numbers from
    /// 2^53 on. Texts of more than 256
    /// bytes are in none.
    pub(crate) fn columns(&self, segment: &SegmentReader) -> tantivy::Result<Vec<KeyColumn>> {
        let seconds = seconds_column(&self.name);
        let name = match seconds {
            Some(column) => column.to_owned(),
            // A backslash in the name of a column makes the engine take the next sign as it is.
            None => format!("{METADATA_COLUMNS}.{}", self.name.replace('\\', r"\\")),
        };
        let mut all = columns(segment, &name, seconds.is_some())?;
        if seconds.is_none() {
            all.extend(columns(segment, &format!("{name}.{LARGE_NUMBERS}"), false)?);
        }
        Ok(all)
    }
}

/// Words of a key that are passed one by one: beginning anew after the last one takes longer.
const MOST_PASSED: usize = 16;

/// Adds the keys of a segment, also those of deleted documents.
fn add_names(
    segment: &SegmentReader,
    field: Field,
    names: &mut BTreeSet<String>,
) -> tantivy::Result<()> {
    let index = segment.inverted_index(field)?;
    let mut from = String::new();
    'stretches: loop {
        let mut terms = index.terms().range().ge(&from).into_stream()?;
        let (mut last, mut passed) = (String::new(), 0);
        while terms.advance() {
            let term = String::from_utf8_lossy(terms.key());
            let name = term.split('\u{1}').next().unwrap_or_default();
            if passed == 0 || name != last {
                name.clone_into(&mut last);
                names.insert(last.clone());
                passed = 0;
            }
            passed += 1;
            if passed > MOST_PASSED {
                // The words of a key follow it and U+0001, and no key has a control character: what
                // begins with the key and U+0002 lies behind all its words.
                from = last + "\u{2}";
                continue 'stretches;
            }
        }
        return Ok(());
    }
}

/// The titles of a segment, as columns of a key.
pub(crate) fn title_columns(segment: &SegmentReader) -> tantivy::Result<Vec<KeyColumn>> {
    columns(segment, TITLE_COLUMN, false)
}

fn columns(
    segment: &SegmentReader,
    name: &str,
    is_seconds: bool,
) -> tantivy::Result<Vec<KeyColumn>> {
    let mut columns = Vec::new();
    for handle in segment.fast_fields().dynamic_column_handles(name)? {
        columns.push(match handle.open()? {
            DynamicColumn::I64(column) if is_seconds => KeyColumn::Seconds(column),
            DynamicColumn::I64(column) => KeyColumn::Integer(column),
            DynamicColumn::U64(column) => KeyColumn::Unsigned(column),
            DynamicColumn::F64(column) => KeyColumn::Float(column),
            DynamicColumn::Bool(column) => KeyColumn::Bool(column),
            DynamicColumn::DateTime(column) => KeyColumn::Date(column),
            DynamicColumn::Str(column) => KeyColumn::Text(column),
            DynamicColumn::IpAddr(_) | DynamicColumn::Bytes(_) => continue,
        });
    }
    Ok(columns)
}

/// The values of a key that have one type, in one segment.
pub(crate) enum KeyColumn {
    Bool(Column<bool>),
    Integer(Column<i64>),
    Unsigned(Column<u64>),
    Float(Column<f64>),
    /// Dates of a concept, in seconds since 1970.
    Seconds(Column<i64>),
    Date(Column<DateTime>),
    Text(StrColumn),
}

/// A value as articles are counted and sorted by it.
///
/// The order is total: false, true, numbers, dates, texts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum KeyValue<T> {
    Bool(bool),
    Number(Number),
    /// Seconds since 1970.
    Date(i64),
    Text(T),
}

impl<T> KeyValue<T> {
    pub(crate) fn map_text<U>(self, text: impl FnOnce(T) -> U) -> KeyValue<U> {
        match self {
            Self::Bool(truth) => KeyValue::Bool(truth),
            Self::Number(number) => KeyValue::Number(number),
            Self::Date(seconds) => KeyValue::Date(seconds),
            Self::Text(own) => KeyValue::Text(text(own)),
        }
    }
}

impl KeyValue<String> {
    /// The value as articles have it. Columns do not tell a day from its first second, and a day is
    /// what is meant more often.
    pub(crate) fn plain(self) -> Value {
        match self {
            Self::Bool(truth) => Value::Bool(truth),
            Self::Number(number) => number.value(),
            Self::Date(seconds) if seconds % SECONDS_OF_DAY == 0 => {
                Value::Date(Period::Day.date(seconds / SECONDS_OF_DAY))
            }
            Self::Date(seconds) => Value::Date(Date::of_seconds(seconds)),
            Self::Text(text) => Value::Text(text),
        }
    }
}

/// A number. One segment may have it as a whole number and another as a fraction that happens to be
/// whole, and it is the same number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Number {
    approximate: f64,
    /// The number, if it is a whole one.
    exact: Option<i64>,
}

/// From here on, a whole number is none to us: 2^63.
const FIRST_TOO_LARGE: f64 = 9_223_372_036_854_775_808.0;

impl Number {
    pub(crate) fn integer(number: i64) -> Self {
        Self {
            approximate: number as f64,
            exact: Some(number),
        }
    }

    pub(crate) fn unsigned(number: u64) -> Self {
        match i64::try_from(number) {
            Ok(number) => Self::integer(number),
            Err(_) => Self::float(number as f64),
        }
    }

    pub(crate) fn float(number: f64) -> Self {
        let is_exact = number.fract() == 0.0 && number.abs() < FIRST_TOO_LARGE;
        if is_exact {
            return Self::integer(number as i64);
        }
        Self {
            approximate: number,
            exact: None,
        }
    }

    pub(crate) fn is_whole(self) -> bool {
        self.exact.is_some()
    }

    pub(crate) fn value(self) -> Value {
        match self.exact {
            Some(number) => Value::Integer(number),
            None => Value::Float(self.approximate),
        }
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        self.approximate
            .total_cmp(&other.approximate)
            .then_with(|| self.exact.cmp(&other.exact))
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Number {}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.approximate.to_bits().hash(state);
        self.exact.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_the_same_in_either_kind_of_column() {
        assert_eq!(Number::float(3.0), Number::integer(3));
        assert_eq!(Number::float(-0.0), Number::integer(0));
        assert_eq!(Number::unsigned(3), Number::integer(3));
        assert_ne!(Number::integer(i64::MAX), Number::integer(i64::MAX - 1));
        assert_eq!(Number::float(2.5).value(), Value::Float(2.5));
        assert_eq!(Number::float(1e300).value(), Value::Float(1e300));
    }

    #[test]
    fn values_have_one_order_over_all_types() {
        let ordered = [
            KeyValue::Bool(false),
            KeyValue::Bool(true),
            KeyValue::Number(Number::float(-1.5)),
            KeyValue::Number(Number::integer(2)),
            KeyValue::Number(Number::float(2.5)),
            KeyValue::Date(-1),
            KeyValue::Date(0),
            KeyValue::Text("1"),
        ];
        assert!(ordered.is_sorted_by(|a, b| a < b));
    }
}
