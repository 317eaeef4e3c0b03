//! Numbers of articles by the values of a key.
//!
//! Texts are counted by their ordinals in the dictionary of a column, and looked up once each in the
//! end, so the number of matches costs no hashing of texts.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;

use gleaner_store::{Result, Snapshot};
use tantivy::columnar::{Column, StrColumn};
use tantivy::schema::IndexRecordOption;
use tantivy::{DateTime, DocId, DocSet, TERMINATED};

use crate::facet::{Period, SECONDS_OF_DAY};
use crate::keys::{Key, KeyColumn, KeyValue, Number};
use crate::matching::Matching;

/// How dates are counted, and whether anything else is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dates {
    /// Each moment by itself, beside values of other types.
    Moments,
    /// By day, beside values of other types.
    Days,
    /// By a period, and nothing else is counted.
    Only(Period),
}

impl Dates {
    /// The moment that stands for all that are counted together with this one; in seconds.
    fn bucket(self, seconds: i64, known: &mut HashMap<i64, i64>) -> i64 {
        let period = match self {
            Self::Moments => return seconds,
            Self::Days => Period::Day,
            Self::Only(period) => period,
        };
        let day = seconds.div_euclid(SECONDS_OF_DAY);
        let first = known.entry(day).or_insert_with(|| period.first_day(day));
        *first * SECONDS_OF_DAY
    }
}

/// Numbers of articles by the values of a key.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) values: HashMap<KeyValue<String>, u64>,
    /// Articles that have the key.
    pub(crate) with_key: u64,
    /// Articles that are counted under one value at least.
    pub(crate) counted: u64,
}

impl Tally {
    pub(crate) fn of(
        snapshot: &Snapshot,
        matches: &[Matching<'_>],
        key: &Key,
        dates: Dates,
    ) -> Result<Self> {
        let mut tally = Self::default();
        for matching in matches.iter().filter(|matching| !matching.docs.is_empty()) {
            tally.with_key += with_key(snapshot, matching, key).map_err(snapshot.damaged())?;
            tally
                .add(matching, key, dates)
                .map_err(snapshot.damaged())?;
        }
        Ok(tally)
    }

    /// The `limit` most frequent values, the most frequent first and equals in order.
    pub(crate) fn most_frequent(self, limit: usize) -> Vec<(KeyValue<String>, u64)> {
        type Counted = (KeyValue<String>, u64);
        let compare = |a: &Counted, b: &Counted| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0));
        let mut values: Vec<Counted> = self.values.into_iter().collect();
        if limit < values.len() {
            values.select_nth_unstable_by(limit, compare);
            values.truncate(limit);
        }
        values.sort_unstable_by(compare);
        values
    }

    /// The `limit` last values in order.
    pub(crate) fn last(self, limit: usize) -> Vec<(KeyValue<String>, u64)> {
        let mut values: Vec<_> = self.values.into_iter().collect();
        values.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        values.split_off(values.len().saturating_sub(limit))
    }

    /// Counts the matches of one segment.
    fn add(&mut self, matching: &Matching<'_>, key: &Key, dates: Dates) -> tantivy::Result<()> {
        let mut counter = Counter::new(&matching.docs);
        let mut known = HashMap::new();
        for column in key.columns(matching.segment)? {
            match column {
                KeyColumn::Seconds(column) => {
                    let counts = counter.count(&column, |at| dates.bucket(at, &mut known));
                    self.extend(counts, KeyValue::Date);
                }
                KeyColumn::Date(column) => {
                    let seconds = DateTime::into_timestamp_secs;
                    let counts = counter.count(&column, |at| dates.bucket(seconds(at), &mut known));
                    self.extend(counts, KeyValue::Date);
                }
                _ if matches!(dates, Dates::Only(_)) => {}
                KeyColumn::Text(column) => self.add_texts(&mut counter, &column)?,
                KeyColumn::Bool(column) => {
                    self.extend(counter.count(&column, |truth| truth), KeyValue::Bool);
                }
                KeyColumn::Integer(column) => {
                    self.extend(counter.count(&column, Number::integer), KeyValue::Number);
                }
                KeyColumn::Unsigned(column) => {
                    self.extend(counter.count(&column, Number::unsigned), KeyValue::Number);
                }
                KeyColumn::Float(column) => {
                    self.extend(counter.count(&column, Number::float), KeyValue::Number);
                }
            }
        }
        self.counted += counter.counted();
        Ok(())
    }

    fn extend<K>(&mut self, counts: HashMap<K, Count>, value: impl Fn(K) -> KeyValue<String>) {
        for (key, Count { count, .. }) in counts.into_iter().collect::<Vec<_>>() {
            *self.values.entry(value(key)).or_default() += u64::from(count);
        }
    }

    fn add_texts(&mut self, counter: &mut Counter<'_>, column: &StrColumn) -> tantivy::Result<()> {
        let counts = counter.count_ordinals(column);
        let found = (0..).zip(&counts).filter(|(_, count)| count.count > 0);
        let (ords, counts): (Vec<u64>, Vec<u64>) =
            found.map(|(ord, c)| (ord, u64::from(c.count))).unzip();
        let mut counts = counts.into_iter();
        column.dictionary().sorted_ords_to_term_cb(&ords, |text| {
            let text = String::from_utf8_lossy(text).into_owned();
            let count = counts.next().unwrap_or_default();
            *self.values.entry(KeyValue::Text(text)).or_default() += count;
        })?;
        Ok(())
    }
}

/// Number of matches that have a key.
fn with_key(snapshot: &Snapshot, matching: &Matching<'_>, key: &Key) -> tantivy::Result<u64> {
    let term = key.term(snapshot);
    let index = matching.segment.inverted_index(term.field())?;
    let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic)? else {
        return Ok(0);
    };
    let mut count = 0;
    for &doc in &matching.docs {
        if postings.doc() < doc {
            postings.seek(doc);
        }
        match postings.doc() {
            TERMINATED => break,
            found => count += u64::from(found == doc),
        }
    }
    Ok(count)
}

/// Number of documents that have a value, and the last of them: an article that says the same twice
/// counts once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Count {
    pub(crate) count: u32,
    last: DocId,
}

impl Count {
    const NONE: Self = Self {
        count: 0,
        last: TERMINATED,
    };

    fn add(&mut self, doc: DocId) {
        self.count += u32::from(self.last != doc);
        self.last = doc;
    }
}

/// Goes through the matches of a segment.
pub(crate) struct Counter<'m> {
    docs: &'m [DocId],
    /// Which of them are counted under any value.
    is_counted: Vec<bool>,
}

impl<'m> Counter<'m> {
    pub(crate) fn new(docs: &'m [DocId]) -> Self {
        Self {
            docs,
            is_counted: vec![false; docs.len()],
        }
    }

    /// Number of matches that were counted at least once.
    pub(crate) fn counted(&self) -> u64 {
        self.is_counted.iter().filter(|&&is| is).count() as u64
    }

    /// Counts the matches by what `key` makes of their values.
    pub(crate) fn count<T, K>(
        &mut self,
        column: &Column<T>,
        mut key: impl FnMut(T) -> K,
    ) -> HashMap<K, Count>
    where
        T: PartialOrd + Copy + fmt::Debug + Send + Sync + 'static,
        K: Eq + Hash,
    {
        let mut counts = HashMap::new();
        for (&doc, is_counted) in self.docs.iter().zip(&mut self.is_counted) {
            for value in column.values_for_doc(doc) {
                counts.entry(key(value)).or_insert(Count::NONE).add(doc);
                *is_counted = true;
            }
        }
        counts
    }

    fn count_ordinals(&mut self, column: &StrColumn) -> Vec<Count> {
        let mut counts = vec![Count::NONE; column.num_terms()];
        for (&doc, is_counted) in self.docs.iter().zip(&mut self.is_counted) {
            for ord in column.ords().values_for_doc(doc) {
                if let Some(count) = counts.get_mut(ord as usize) {
                    count.add(doc);
                    *is_counted = true;
                }
            }
        }
        counts
    }
}
