//! Conditions on typed columns: ranges of numbers, dates and texts.

use std::ops::Bound;

use gleaner_store::{Date, LARGE_NUMBERS, METADATA_COLUMNS};
use tantivy::columnar::{Column, DynamicColumn, StrColumn};
use tantivy::{BitSet, DateTime, SegmentReader};

use crate::deadline::Deadline;
use crate::filter::DocumentFilter;
use crate::keys::Number;
use crate::when::When;

/// A range of values, read in every way its text allows: the type of the column decides which
/// reading counts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bounds {
    low: Bound<Limit>,
    high: Bound<Limit>,
    /// Whether both ends are the same value, and not two that are named alike.
    is_equal: bool,
}

/// One end of a range.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Limit {
    text: String,
    number: Option<Number>,
    date: Option<When>,
}

impl Limit {
    /// Reads a value as it is to be understood at `now`.
    pub(crate) fn read(text: &str, now: Date) -> Self {
        let whole = text.parse().ok().map(Number::integer);
        let float = || text.parse().ok().filter(|number: &f64| number.is_finite());
        let number = whole.or_else(|| float().map(Number::float));
        Self {
            text: text.to_lowercase(),
            number,
            date: When::read(text, now),
        }
    }

    /// The limit as one end of a range: `7d` is the moment seven days ago.
    fn bound(&self) -> Option<When> {
        self.date.map(When::bound)
    }

    pub(crate) fn is_number(&self) -> bool {
        self.number.is_some()
    }

    pub(crate) fn is_date(&self) -> bool {
        self.date.is_some()
    }
}

impl Bounds {
    /// The range of values equal to a limit: for a date, all moments within it.
    pub(crate) fn equal(limit: Limit) -> Self {
        Self {
            low: Bound::Included(limit.clone()),
            high: Bound::Included(limit),
            is_equal: true,
        }
    }

    /// The values between two limits.
    pub(crate) fn between(low: Bound<Limit>, high: Bound<Limit>) -> Self {
        Self {
            low,
            high,
            is_equal: false,
        }
    }

    /// From the first second of one date to the last second of another.
    pub(crate) fn dates(since: Option<When>, until: Option<When>) -> Self {
        let end = |when: Option<When>| {
            when.map_or(Bound::Unbounded, |date| {
                Bound::Included(Limit {
                    text: String::new(),
                    number: None,
                    date: Some(date),
                })
            })
        };
        Self::between(end(since), end(until))
    }

    /// Whether an end is no date.
    pub(crate) fn lacks_date(&self) -> bool {
        [&self.low, &self.high].into_iter().any(|end| match end {
            Bound::Included(limit) | Bound::Excluded(limit) => !limit.is_date(),
            Bound::Unbounded => false,
        })
    }

    fn has_number(&self, value: Number) -> bool {
        inside(&self.low, &self.high, |limit| {
            limit.number.map(|limit| value.cmp(&limit))
        })
    }

    fn has_text(&self, value: &str) -> bool {
        inside(&self.low, &self.high, |limit| {
            Some(value.cmp(limit.text.as_str()))
        })
    }

    /// The seconds inside the range, both ends included. A date as a lower limit means its first
    /// second, as an upper limit its last.
    fn seconds(&self) -> Option<(i64, i64)> {
        if let (true, Bound::Included(limit)) = (self.is_equal, &self.low) {
            return limit.date.map(|date| (date.first(), date.last()));
        }
        let low = match &self.low {
            Bound::Unbounded => i64::MIN,
            Bound::Included(limit) => limit.bound()?.first(),
            Bound::Excluded(limit) => limit.bound()?.last() + 1,
        };
        let high = match &self.high {
            Bound::Unbounded => i64::MAX,
            Bound::Included(limit) => limit.bound()?.last(),
            Bound::Excluded(limit) => limit.bound()?.first() - 1,
        };
        Some((low, high))
    }
}

fn inside(
    low: &Bound<Limit>,
    high: &Bound<Limit>,
    compare: impl Fn(&Limit) -> Option<std::cmp::Ordering>,
) -> bool {
    let above = match low {
        Bound::Unbounded => true,
        Bound::Included(limit) => compare(limit).is_some_and(std::cmp::Ordering::is_ge),
        Bound::Excluded(limit) => compare(limit).is_some_and(std::cmp::Ordering::is_gt),
    };
    let below = match high {
        Bound::Unbounded => true,
        Bound::Included(limit) => compare(limit).is_some_and(std::cmp::Ordering::is_le),
        Bound::Excluded(limit) => compare(limit).is_some_and(std::cmp::Ordering::is_lt),
    };
    above && below
}

/// Documents with a value in a range, in any column of one name.
#[derive(Debug, Clone)]
pub(crate) struct ColumnRange {
    /// Name of the column.
    column: String,
    /// Whether the column holds seconds since 1970 rather than plain numbers.
    is_seconds: bool,
    /// Whether it is the key of a front matter, which may have large numbers in another column.
    is_of_key: bool,
    bounds: Bounds,
}

impl ColumnRange {
    /// A condition on the values of a front-matter key, in lower case.
    pub(crate) fn of_key(key: &str, bounds: Bounds) -> Self {
        Self {
            column: format!("{METADATA_COLUMNS}.{key}"),
            is_seconds: false,
            is_of_key: true,
            bounds,
        }
    }

    /// A condition on a column of seconds.
    pub(crate) fn of_seconds(column: &str, bounds: Bounds) -> Self {
        Self {
            column: column.to_owned(),
            is_seconds: true,
            is_of_key: false,
            bounds,
        }
    }

    /// The documents that have any number in a column.
    pub(crate) fn present(column: &str) -> Self {
        Self {
            column: column.to_owned(),
            is_seconds: false,
            is_of_key: false,
            bounds: Bounds::between(Bound::Unbounded, Bound::Unbounded),
        }
    }

    fn texts(&self, column: &StrColumn, docs: &mut BitSet) -> tantivy::Result<()> {
        let mut inside = Vec::with_capacity(column.num_terms());
        let mut terms = column.dictionary().stream()?;
        while terms.advance() {
            let text = String::from_utf8_lossy(terms.key()).to_lowercase();
            inside.push(self.bounds.has_text(&text));
        }
        scan(column.ords(), docs, |ord: u64| {
            inside.get(ord as usize).copied().unwrap_or(false)
        });
        Ok(())
    }
}

fn scan<T: PartialOrd + Copy + std::fmt::Debug + Send + Sync + 'static>(
    column: &Column<T>,
    docs: &mut BitSet,
    inside: impl Fn(T) -> bool,
) {
    for doc in 0..column.num_docs() {
        if column.values_for_doc(doc).any(&inside) {
            docs.insert(doc);
        }
    }
}

impl DocumentFilter for ColumnRange {
    fn docs(&self, segment: &SegmentReader, _: &Deadline) -> tantivy::Result<BitSet> {
        let mut docs = BitSet::with_max_value(segment.max_doc());
        let has_number = |number: Number| self.bounds.has_number(number);
        let mut handles = segment.fast_fields().dynamic_column_handles(&self.column)?;
        if self.is_of_key {
            let large = format!("{}.{LARGE_NUMBERS}", self.column);
            handles.extend(segment.fast_fields().dynamic_column_handles(&large)?);
        }
        for handle in handles {
            match handle.open()? {
                DynamicColumn::I64(column) if self.is_seconds => {
                    if let Some((low, high)) = self.bounds.seconds() {
                        scan(&column, &mut docs, |value| (low..=high).contains(&value));
                    }
                }
                DynamicColumn::I64(column) => {
                    scan(&column, &mut docs, |v| has_number(Number::integer(v)));
                }
                DynamicColumn::U64(column) => {
                    scan(&column, &mut docs, |v| has_number(Number::unsigned(v)));
                }
                DynamicColumn::F64(column) => {
                    scan(&column, &mut docs, |v| has_number(Number::float(v)));
                }
                DynamicColumn::DateTime(column) => {
                    if let Some((low, high)) = self.bounds.seconds() {
                        let inside = |v: DateTime| (low..=high).contains(&v.into_timestamp_secs());
                        scan(&column, &mut docs, inside);
                    }
                }
                DynamicColumn::Str(column) => self.texts(&column, &mut docs)?,
                DynamicColumn::Bool(_) | DynamicColumn::IpAddr(_) | DynamicColumn::Bytes(_) => {}
            }
        }
        Ok(docs)
    }
}

#[cfg(test)]
mod tests {
    use gleaner_store::Precision;

    use super::*;

    fn limit(text: &str) -> Limit {
        Limit::read(text, Date::of_seconds(1_674_600_000))
    }

    #[test]
    fn a_day_is_all_its_seconds() {
        let day = Bounds::equal(limit("2023-01-24")).seconds();
        assert_eq!(day, Some((1_674_518_400, 1_674_518_400 + 86_399)));
        let after = Bounds::between(Bound::Excluded(limit("2023")), Bound::Unbounded);
        let first = Date::from_civil(2024, 1, 1, Precision::Day).map(Date::seconds);
        assert_eq!(after.seconds().map(|(low, _)| low), first);
    }

    #[test]
    fn a_length_of_time_is_a_moment_in_a_range() {
        let (now, day) = (1_674_600_000, 86_400);
        assert_eq!(
            Bounds::equal(limit("7d")).seconds(),
            Some((now - 7 * day, now))
        );
        let range = |low, high| Bounds::between(low, high).seconds();
        let older = range(Bound::Unbounded, Bound::Excluded(limit("7d")));
        assert_eq!(older, Some((i64::MIN, now - 7 * day - 1)));
        let newer = range(Bound::Excluded(limit("7d")), Bound::Unbounded);
        assert_eq!(newer, Some((now - 7 * day + 1, i64::MAX)));
        let between = range(Bound::Included(limit("2w")), Bound::Included(limit("7d")));
        assert_eq!(between, Some((now - 14 * day, now - 7 * day)));
    }

    #[test]
    fn numbers_compare_as_numbers_and_texts_as_texts() {
        let over = Bounds::between(Bound::Excluded(limit("9")), Bound::Unbounded);
        let has = |number| over.has_number(Number::float(number));
        assert!(has(10.0) && !has(9.0) && !has(-10.0));
        assert!(!over.has_text("10") && over.has_text("9a"));
        let word = Bounds::equal(limit("news"));
        assert!(word.has_text("news") && !word.has_number(Number::integer(1)));
    }
}
