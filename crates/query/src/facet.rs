//! Counting all the articles that match by the values of a key.

use std::fmt;

use gleaner_store::{Date, Precision, Result, Snapshot, Value};

use crate::keys::{Key, KeyValue};
use crate::matching::Matching;
use crate::tally::{Dates, Tally};

/// Values of a facet that are given unless said.
const DEFAULT_LIMIT: usize = 10;

pub(crate) const SECONDS_OF_DAY: i64 = 86_400;

/// What the matches of a query are to be counted by.
///
/// ```
/// use gleaner_query::{Facet, Period, Query};
///
/// let query = Query::new("robots")
///     .facet(Facet::key("topics").limit(20))
///     .facet(Facet::dates("date", Period::Month));
/// assert_eq!(Facet::read("date:month"), Facet::dates("date", Period::Month));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    key: String,
    period: Option<Period>,
    limit: usize,
}

/// A span of the calendar by which dates are counted, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Period {
    /// A calendar year.
    Year,
    /// A calendar month.
    Month,
    /// A week from Monday to Sunday, named by its Monday (ISO 8601).
    Week,
    /// A day.
    Day,
}

impl Facet {
    /// Counts by the values of a front-matter key or a concept, as they are written; by day, where
    /// they are dates. Gives the 10 most frequent unless [`Facet::limit`] says otherwise.
    pub fn key(key: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            period: None,
            limit: DEFAULT_LIMIT,
        }
    }

    /// Counts by the periods in which the dates of a key lie. Gives every period there is unless
    /// [`Facet::limit`] says otherwise.
    pub fn dates(key: impl Into<String>, period: Period) -> Self {
        Self {
            key: key.into(),
            period: Some(period),
            limit: usize::MAX,
        }
    }

    /// Reads a facet as people type it: `KEY`, or `KEY:year`, `KEY:month`, `KEY:week`, `KEY:day`.
    pub fn read(text: &str) -> Self {
        let period = text.rsplit_once(':').and_then(|(key, period)| {
            Period::ALL
                .into_iter()
                .find(|known| known.name().eq_ignore_ascii_case(period))
                .map(|period| Self::dates(key, period))
        });
        period.unwrap_or_else(|| Self::key(text))
    }

    /// Most values to give: the most frequent ones, of dates the latest.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// The key as given.
    pub(crate) fn key_name(&self) -> &str {
        &self.key
    }
}

/// As [`Facet::read`] reads it.
impl fmt::Display for Facet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key)?;
        match self.period {
            Some(period) => write!(f, ":{}", period.name()),
            None => Ok(()),
        }
    }
}

/// The counts of one facet over all the articles that match a query.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct FacetCounts {
    /// The facet, as [`Facet::read`] reads it.
    pub name: String,
    /// The most frequent values first, equals in order: false, true, numbers, dates, texts. Where
    /// all are dates, in the order of time.
    pub values: Vec<FacetCount>,
    /// Number of values that are not in `values`, by [`Facet::limit`].
    pub more: u64,
    /// Number of articles without the key.
    pub missing: u64,
    /// Number of articles that have the key and are not counted: their texts are longer than 256
    /// bytes, or they are no dates where dates are counted.
    pub uncounted: u64,
}

/// How many articles have a value.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FacetCount {
    /// The value as it is written; for a period, the date of its beginning.
    pub value: Value,
    /// Number of articles that match and have it, however often.
    pub count: u64,
}

impl Period {
    const ALL: [Self; 4] = [Self::Year, Self::Month, Self::Week, Self::Day];

    fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Week => "week",
            Self::Day => "day",
        }
    }

    /// First day of the period a day lies in, both in days since 1970.
    pub(crate) fn first_day(self, day: i64) -> i64 {
        let since = match self {
            Self::Day => 0,
            // The first day of 1970 was a Thursday.
            Self::Week => (day + 3).rem_euclid(7),
            Self::Month => i64::from(civil(day).day()) - 1,
            Self::Year => i64::from(civil(day).day_of_year()) - 1,
        };
        day - since
    }

    /// The period that begins at a day, as a date.
    pub(crate) fn date(self, first_day: i64) -> Date {
        let precision = match self {
            Self::Year => Precision::Year,
            Self::Month => Precision::Month,
            Self::Week | Self::Day => Precision::Day,
        };
        let day = civil(first_day);
        // The week in which the year 1 begins has its Monday before all dates.
        Date::from_civil(day.year(), day.month(), day.day(), precision)
            .unwrap_or_else(|| Date::of_seconds(first_day * SECONDS_OF_DAY))
    }
}

fn civil(day: i64) -> jiff::civil::Date {
    let moment = jiff::Timestamp::from_second(day * SECONDS_OF_DAY).unwrap_or_default();
    jiff::tz::TimeZone::UTC.to_datetime(moment).date()
}

/// Counts all matches by a facet. `None` if no article has its key.
pub(crate) fn count(
    snapshot: &Snapshot,
    matches: &[Matching<'_>],
    facet: &Facet,
) -> Result<Option<FacetCounts>> {
    let Some(key) = Key::find(snapshot, &facet.key)? else {
        return Ok(None);
    };
    let dates = facet.period.map_or(Dates::Days, Dates::Only);
    let tally = Tally::of(snapshot, matches, &key, dates)?;
    let total: u64 = matches.iter().map(|m| m.docs.len() as u64).sum();
    let mut counts = FacetCounts {
        name: facet.to_string(),
        missing: total - tally.with_key,
        uncounted: tally.with_key - tally.counted,
        more: tally.values.len().saturating_sub(facet.limit) as u64,
        ..FacetCounts::default()
    };
    let all_dates = tally
        .values
        .keys()
        .all(|value| matches!(value, KeyValue::Date(_)));
    let values = if all_dates {
        tally.last(facet.limit)
    } else {
        tally.most_frequent(facet.limit)
    };
    let period = facet.period.unwrap_or(Period::Day);
    let named = values.into_iter().map(|(value, count)| FacetCount {
        value: match value {
            KeyValue::Date(second) => Value::Date(period.date(second.div_euclid(SECONDS_OF_DAY))),
            other => other.plain(),
        },
        count,
    });
    counts.values = named.collect();
    Ok(Some(counts))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(period: Period, date: &str) -> String {
        let seconds = Date::read_unmistakable(date).expect("a date").seconds();
        let first = period.first_day(seconds.div_euclid(SECONDS_OF_DAY));
        period.date(first).to_string()
    }

    #[test]
    fn periods_are_named_by_their_beginning() {
        assert_eq!(named(Period::Year, "2024-12-31"), "2024");
        assert_eq!(named(Period::Month, "2024-02-29"), "2024-02");
        assert_eq!(named(Period::Week, "2023-01-01"), "2022-12-26");
        assert_eq!(named(Period::Week, "2022-12-26"), "2022-12-26");
        assert_eq!(named(Period::Day, "1969-12-31"), "1969-12-31");
        assert_eq!(named(Period::Month, "1969-12-31"), "1969-12");
        assert_eq!(named(Period::Week, "1969-12-31"), "1969-12-29");
    }

    #[test]
    fn a_facet_is_read_as_it_is_shown() {
        for text in ["topics", "date:month", "a:b", "a:b:week", ":day", ""] {
            assert_eq!(Facet::read(text).to_string(), text);
        }
        assert_eq!(Facet::read("date:Year"), Facet::dates("date", Period::Year));
        assert_eq!(Facet::read("date:era"), Facet::key("date:era"));
    }
}
