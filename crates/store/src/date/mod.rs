//! Dates as authors write them: a year, a month, a day or a moment.

mod read;

use std::fmt;
use std::time::SystemTime;

use jiff::civil;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

pub use read::DateReading;

/// A date with the precision it was given in, in UTC.
///
/// Ordered by its first second, then coarse before fine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Date {
    seconds: i64,
    precision: Precision,
}

/// How much of a date was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Precision {
    /// `2023`
    Year,
    /// `2023-01`
    Month,
    /// `2023-01-24`
    Day,
    /// `2023-01-24T22:31:00Z`
    Second,
}

impl Date {
    /// The date of a calendar day; `month` and `day` count as 1 where the precision leaves them
    /// out. `None` if there is no such day, or the year is not in 1 to 9998.
    pub fn from_civil(year: i16, month: i8, day: i8, precision: Precision) -> Option<Self> {
        let day = civil::Date::new(year, month, day).ok()?;
        Self::from_datetime(day.to_datetime(civil::Time::midnight()), 0, precision)
    }

    /// The moment a clock `offset` seconds east of UTC shows `datetime`. `None` if the year is not
    /// in 1 to 9998.
    pub fn from_datetime(
        datetime: civil::DateTime,
        offset: i32,
        precision: Precision,
    ) -> Option<Self> {
        let utc = TimeZone::UTC.to_timestamp(datetime).ok()?;
        let seconds = utc.as_second() - i64::from(offset);
        let year = TimeZone::UTC
            .to_datetime(jiff::Timestamp::from_second(seconds).ok()?)
            .year();
        (1..=9998)
            .contains(&year)
            .then_some(Self { seconds, precision })
    }

    /// The present second, by the clock.
    pub fn now() -> Self {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        Self::of_seconds(since.map_or(0, |since| since.as_secs().cast_signed()))
    }

    /// The moment this many seconds after 1970-01-01T00:00:00Z. One outside the years 1 to 9998 is
    /// taken for 1970.
    pub fn of_seconds(seconds: i64) -> Self {
        let known = jiff::Timestamp::from_second(seconds).is_ok();
        Self {
            seconds: if known { seconds } else { 0 },
            precision: Precision::Second,
        }
    }

    /// First second of the date, in seconds since 1970-01-01T00:00:00Z.
    pub fn seconds(self) -> i64 {
        self.seconds
    }

    /// First second after the date: a year, a month, a day or a second later.
    pub fn end(self) -> i64 {
        use jiff::ToSpan;
        let span = match self.precision {
            Precision::Year => 1.year(),
            Precision::Month => 1.month(),
            Precision::Day => 1.day(),
            Precision::Second => 1.second(),
        };
        let start = jiff::Timestamp::from_second(self.seconds).unwrap_or_default();
        let end = TimeZone::UTC.to_datetime(start).checked_add(span);
        end.and_then(|end| TimeZone::UTC.to_timestamp(end))
            .map_or(self.seconds, jiff::Timestamp::as_second)
    }

    /// Reads a text that is meant to be a date: every form counts, even a bare `2023`.
    pub fn read(text: &str) -> DateReading {
        read::parse(text)
    }

    /// Reads a text that may be anything: only forms that name a day, or a month by its word, count.
    /// `2023` and `20230124` are as likely to be numbers, and `2010-11` may be a season.
    pub fn read_unmistakable(text: &str) -> Option<Self> {
        read::parse_unmistakable(text)
    }

    /// How much of the date was given.
    pub fn precision(self) -> Precision {
        self.precision
    }
}

/// RFC 3339 in UTC for a moment, `YYYY-MM-DD`, `YYYY-MM` or `YYYY` for what is coarser.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = jiff::Timestamp::from_second(self.seconds).unwrap_or_default();
        let utc = TimeZone::UTC.to_datetime(moment);
        match self.precision {
            Precision::Year => write!(f, "{:04}", utc.year()),
            Precision::Month => write!(f, "{:04}-{:02}", utc.year(), utc.month()),
            Precision::Day => write!(f, "{}", utc.date()),
            Precision::Second => write!(f, "{moment}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_shown_with_the_precision_it_has() {
        let day = |precision| Date::from_civil(2023, 1, 24, precision).map(|d| d.to_string());
        assert_eq!(day(Precision::Day).as_deref(), Some("2023-01-24"));
        assert_eq!(day(Precision::Month).as_deref(), Some("2023-01"));
        assert_eq!(day(Precision::Year).as_deref(), Some("2023"));
        assert_eq!(
            day(Precision::Second).as_deref(),
            Some("2023-01-24T00:00:00Z")
        );
    }

    #[test]
    fn an_offset_is_taken_off_and_an_impossible_day_is_none() {
        let noon = civil::date(2023, 1, 24).at(12, 0, 0, 0);
        let date = Date::from_datetime(noon, 2 * 3600, Precision::Second);
        assert_eq!(
            date.map(|d| d.to_string()).as_deref(),
            Some("2023-01-24T10:00:00Z")
        );
        assert_eq!(Date::from_civil(2023, 2, 30, Precision::Day), None);
        assert_eq!(Date::from_civil(0, 1, 1, Precision::Day), None);
        assert_eq!(Date::from_civil(9999, 1, 1, Precision::Day), None);
    }
}
