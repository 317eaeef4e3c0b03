//! Dates as people type them in queries: `2023-01`, `yesterday`, `last week`, `3 months`.

use gleaner_store::{Date, DateReading};
use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};

/// Longest text that is read, in bytes.
const LONGEST: usize = 64;

/// A stretch of time that a date or a few words stand for, in whole seconds of UTC.
///
/// | text | stands for |
/// | --- | --- |
/// | `2023`, `2023-01`, `2023-01-24`, a moment | the year, month, day or second; in UTC unless it has a zone |
/// | `today`, `yesterday`, `tomorrow` | that day, 00:00:00 to 23:59:59 |
/// | `this week`, `last week`, `next week` | Monday 00:00:00 to Sunday 23:59:59, as ISO 8601 has weeks |
/// | `this month`, `last year`, … | the calendar month or year |
/// | `7d`, `2w`, `3m`, `1y`, `7 days`, `3 months` | from that long ago, to the second, until now |
/// | `3 weeks ago` | the day that long ago |
///
/// Months and years are counted on the calendar: a month before March 31 is the last of February.
///
/// ```
/// use gleaner_query::When;
/// use gleaner_store::{Date, Precision};
///
/// let now = Date::from_civil(2023, 1, 25, Precision::Day).expect("a day");
/// let day = When::read("yesterday", now).expect("a date");
/// assert_eq!((day.first() - now.seconds(), day.last() - now.seconds()), (-86_400, -1));
/// assert_eq!(When::read("soonish", now), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    first: i64,
    /// First second after it.
    end: i64,
    /// Whether it was named by how long it lasts, so that as a bound it is the moment it begins.
    is_span: bool,
}

impl From<Date> for When {
    fn from(date: Date) -> Self {
        Self {
            first: date.seconds(),
            end: date.end(),
            is_span: false,
        }
    }
}

impl When {
    /// Reads a text that is meant to be a date, as it is to be understood at `now`; `None` if it
    /// is none, or is no moment of the years 1 to 9998.
    pub fn read(text: &str, now: Date) -> Option<Self> {
        if let DateReading::Date(date) = Date::read(text) {
            return Some(date.into());
        }
        if text.len() > LONGEST {
            return None;
        }
        let now = TimeZone::UTC.to_datetime(Timestamp::from_second(now.seconds()).ok()?);
        let lower = text.to_lowercase();
        let words: Vec<&str> = lower.split_whitespace().collect();
        match words[..] {
            ["today"] => Self::calendar(now, Unit::Day, 0),
            ["yesterday"] => Self::calendar(now, Unit::Day, -1),
            ["tomorrow"] => Self::calendar(now, Unit::Day, 1),
            ["this", unit] => Self::calendar(now, Unit::named(unit)?, 0),
            ["last", unit] => Self::calendar(now, Unit::named(unit)?, -1),
            ["next", unit] => Self::calendar(now, Unit::named(unit)?, 1),
            [count, unit, "ago"] => {
                let then = back(now, number(count)?, Unit::named(unit)?)?;
                Self::calendar(then, Unit::Day, 0)
            }
            [count, unit] => Self::until(now, number(count)?, Unit::named(unit)?),
            [short] => {
                let digits = short.bytes().take_while(u8::is_ascii_digit).count();
                let (count, unit) = short.split_at(digits);
                Self::until(now, number(count)?, Unit::named(unit)?)
            }
            _ => None,
        }
    }

    /// First second, since 1970-01-01T00:00:00Z.
    pub fn first(self) -> i64 {
        self.first
    }

    /// Last second, since 1970-01-01T00:00:00Z.
    pub fn last(self) -> i64 {
        self.end - 1
    }

    /// What it is as one end of a range: `7d` and its like are the second they begin with.
    pub(crate) fn bound(self) -> Self {
        Self {
            end: if self.is_span {
                self.first + 1
            } else {
                self.end
            },
            ..self
        }
    }

    /// The unit that `now` is in, or one so many before or after it.
    fn calendar(now: DateTime, unit: Unit, units: i64) -> Option<Self> {
        let midnight = now.date().to_datetime(Time::midnight());
        let start = match unit {
            Unit::Day => midnight,
            Unit::Week => {
                let monday = i64::from(now.weekday().to_monday_zero_offset());
                midnight.checked_sub(monday.days()).ok()?
            }
            Unit::Month => midnight.first_of_month(),
            Unit::Year => midnight.first_of_year(),
        };
        let first = start.checked_add(unit.span(units)?).ok()?;
        let end = first.checked_add(unit.span(1)?).ok()?;
        Some(Self {
            first: seconds(first)?,
            end: seconds(end)?,
            is_span: false,
        })
    }

    /// From so many units ago until now.
    fn until(now: DateTime, count: i64, unit: Unit) -> Option<Self> {
        Some(Self {
            first: seconds(back(now, count, unit)?)?,
            end: seconds(now)? + 1,
            is_span: true,
        })
    }
}

/// A unit of the calendar.
#[derive(Debug, Clone, Copy)]
enum Unit {
    Day,
    Week,
    Month,
    Year,
}

impl Unit {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "d" | "day" | "days" => Self::Day,
            "w" | "week" | "weeks" => Self::Week,
            "m" | "mo" | "month" | "months" => Self::Month,
            "y" | "year" | "years" => Self::Year,
            _ => return None,
        })
    }

    fn span(self, count: i64) -> Option<Span> {
        let span = Span::new();
        match self {
            Self::Day => span.try_days(count),
            Self::Week => span.try_weeks(count),
            Self::Month => span.try_months(count),
            Self::Year => span.try_years(count),
        }
        .ok()
    }
}

/// How many units. There are no fewer than none: what is still to come is not over now.
fn number(count: &str) -> Option<i64> {
    count.parse::<u32>().ok().map(i64::from)
}

fn back(now: DateTime, count: i64, unit: Unit) -> Option<DateTime> {
    now.checked_sub(unit.span(count)?).ok()
}

fn seconds(datetime: DateTime) -> Option<i64> {
    let known = (1..=9998).contains(&datetime.year());
    let moment = TimeZone::UTC.to_timestamp(datetime).ok()?;
    known.then(|| moment.as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Wednesday.
    const NOW: &str = "2023-03-29T12:30:00Z";

    fn moment(text: &str) -> Date {
        match Date::read(text) {
            DateReading::Date(date) => date,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn check(text: &str, first: &str, last: &str) {
        let when = When::read(text, moment(NOW)).expect(text);
        let shown = [when.first(), when.last()].map(|second| Date::of_seconds(second).to_string());
        assert_eq!(shown, [first, last], "{text}");
    }

    #[test]
    fn calendar_spans_to_the_second() {
        check("2023-01", "2023-01-01T00:00:00Z", "2023-01-31T23:59:59Z");
        check("today", "2023-03-29T00:00:00Z", "2023-03-29T23:59:59Z");
        check("Yesterday", "2023-03-28T00:00:00Z", "2023-03-28T23:59:59Z");
        check("tomorrow", "2023-03-30T00:00:00Z", "2023-03-30T23:59:59Z");
        check("this week", "2023-03-27T00:00:00Z", "2023-04-02T23:59:59Z");
        check("last  week", "2023-03-20T00:00:00Z", "2023-03-26T23:59:59Z");
        check("last month", "2023-02-01T00:00:00Z", "2023-02-28T23:59:59Z");
        check("this month", "2023-03-01T00:00:00Z", "2023-03-31T23:59:59Z");
        check("last year", "2022-01-01T00:00:00Z", "2022-12-31T23:59:59Z");
        check(
            "3 weeks ago",
            "2023-03-08T00:00:00Z",
            "2023-03-08T23:59:59Z",
        );
        check(
            "2023-01-24T22:31:00+01:00",
            "2023-01-24T21:31:00Z",
            "2023-01-24T21:31:00Z",
        );
    }

    #[test]
    fn lengths_end_now() {
        check("7d", "2023-03-22T12:30:00Z", "2023-03-29T12:30:00Z");
        check("2 weeks", "2023-03-15T12:30:00Z", "2023-03-29T12:30:00Z");
        check("1m", "2023-02-28T12:30:00Z", "2023-03-29T12:30:00Z");
        check("3 months", "2022-12-29T12:30:00Z", "2023-03-29T12:30:00Z");
        check("1Y", "2022-03-29T12:30:00Z", "2023-03-29T12:30:00Z");
        let when = When::read("7d", moment(NOW)).expect("a length").bound();
        assert_eq!(when.first(), when.last());
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "soon",
            "d",
            "7",
            "7 parsecs",
            "-1d",
            "-2 m",
            "-2 weeks ago",
            "99999999999999999999d",
            "9999y",
            "last",
            "last decade",
            "99999999d",
            "last week ago",
            "1.5d",
            "٣d",
            "9223372036854775807 weeks",
            "2023-02-30",
        ] {
            assert_eq!(When::read(text, moment(NOW)), None, "{text}");
        }
        assert_eq!(When::read(&"a ".repeat(500), moment(NOW)), None);
    }
}
