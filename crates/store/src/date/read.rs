//! Dates in the forms authors write them.
//!
//! Year first: `2023`, `2023-01`, `2023-01-24`, `2023/01/24`, `20230124`. Month first:
//! `01/24/2023`, `January 24, 2023`, `Jan 24, 2023`, `January 2023`. Day first only with the month
//! as a word: `24 January 2023`, `Tue, 24 Jan 2023`. Numbers may lack their leading zeros, except
//! in the forms without separators.
//!
//! A form that names a day may go on with a time of day: `T` or blanks, `22:31`, seconds and a
//! fraction if any, `AM` or `PM` if any, then `Z`, `UTC`, `GMT` or an offset (`+02`, `+0200`,
//! `+02:00`). Without a zone the time is UTC. Fractions of a second are dropped, because a
//! [`Date`] counts seconds.
//!
//! `31/05/2018` is not turned around: an author whose other dates are read month first would get
//! half of them right and half of them wrong.

use super::{Date, Precision};
use jiff::civil;

/// What a text says when it is read as a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateReading {
    /// A date.
    Date(Date),
    /// It has the form of a date, but the calendar or the clock has no such moment.
    Impossible,
    /// Something else.
    NotADate,
}

/// No form above is longer, and a long text is prose.
const LONGEST: usize = 64;

/// Reads a text that is meant to be a date: every form counts, even a bare `2023`.
pub(crate) fn parse(text: &str) -> DateReading {
    read(text).map_or(DateReading::NotADate, |written| {
        written
            .on_the_calendar()
            .map_or(DateReading::Impossible, DateReading::Date)
    })
}

/// Reads a text that may be anything: only forms that name a day, or a month by its word, count.
///
/// `2023` and `20230124` are as likely to be numbers, and `2010-11` may be a season.
pub(crate) fn parse_unmistakable(text: &str) -> Option<Date> {
    read(text)
        .filter(|written| written.unmistakable)?
        .on_the_calendar()
}

/// A date as written, before the calendar has been asked.
struct Written {
    year: u32,
    month: u32,
    day: u32,
    precision: Precision,
    clock: Option<Clock>,
    unmistakable: bool,
}

/// A time of day as written.
struct Clock {
    hour: u32,
    minute: u32,
    second: u32,
    /// `Some(true)` for PM, `Some(false)` for AM.
    afternoon: Option<bool>,
    /// Sign, hours and minutes east of UTC.
    offset: (i32, u32, u32),
}

impl Written {
    fn new([year, month, day]: [u32; 3], precision: Precision) -> Self {
        Self {
            year,
            month,
            day,
            precision,
            clock: None,
            unmistakable: true,
        }
    }

    fn mistakable(self) -> Self {
        Self {
            unmistakable: false,
            ..self
        }
    }

    fn on_the_calendar(&self) -> Option<Date> {
        let year = i16::try_from(self.year).ok()?;
        let month = i8::try_from(self.month).ok()?;
        let day = i8::try_from(self.day).ok()?;
        let Some(clock) = &self.clock else {
            return Date::from_civil(year, month, day, self.precision);
        };
        let datetime = civil::Date::new(year, month, day)
            .ok()?
            .to_datetime(clock.time()?);
        Date::from_datetime(datetime, clock.offset_seconds()?, Precision::Second)
    }
}

impl Clock {
    fn time(&self) -> Option<civil::Time> {
        let hour = match self.afternoon {
            None => self.hour,
            Some(_) if !(1..=12).contains(&self.hour) => return None,
            Some(afternoon) => self.hour % 12 + if afternoon { 12 } else { 0 },
        };
        // RFC 3339 allows a leap second, which the count of seconds since 1970 has no place for:
        // it shares the second before it. Elsewhere in an hour there has never been one.
        let second = if (self.minute, self.second) == (59, 60) {
            59
        } else {
            self.second
        };
        let [hour, minute, second] =
            [hour, self.minute, second].map(|n| i8::try_from(n).unwrap_or(i8::MAX));
        civil::Time::new(hour, minute, second, 0).ok()
    }

    fn offset_seconds(&self) -> Option<i32> {
        let (sign, hours, minutes) = self.offset;
        let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
        (hours <= 23 && minutes <= 59).then_some(sign * seconds)
    }
}

/// The form of the text, or `None` if it has none of them.
fn read(text: &str) -> Option<Written> {
    let text = text.trim();
    if text.len() > LONGEST || !text.is_ascii() {
        return None;
    }
    let mut rest = Rest(text);
    let mut written = if text.starts_with(|c: char| c.is_ascii_digit()) {
        number_first(&mut rest)?
    } else {
        word_first(&mut rest)?
    };
    if rest.is_empty() {
        return Some(written);
    }
    if written.precision == Precision::Day && written.unmistakable {
        written.clock = Some(clock(&mut rest)?);
    }
    rest.is_empty().then_some(written)
}

fn number_first(rest: &mut Rest<'_>) -> Option<Written> {
    let (first, digits) = rest.number(8)?;
    match (digits, rest.peek()) {
        (4, None) => Some(Written::new([first, 1, 1], Precision::Year).mistakable()),
        (8, None) => {
            let parts = [first / 10_000, first / 100 % 100, first % 100];
            Some(Written::new(parts, Precision::Day).mistakable())
        }
        (4..=6, Some(separator @ ('-' | '/'))) => {
            rest.eat(separator);
            let (month, month_digits) = rest.number(2)?;
            if rest.eat(separator) {
                let (day, _) = rest.number(2)?;
                return Some(Written::new([first, month, day], Precision::Day));
            }
            let is_month = separator == '-' && month_digits == 2 && rest.is_empty();
            is_month.then(|| Written::new([first, month, 1], Precision::Month).mistakable())
        }
        (1..=2, Some('/')) => {
            rest.eat('/');
            let (day, _) = rest.number(2)?;
            let year = rest.eat('/').then(|| rest.year())??;
            Some(Written::new([year, first, day], Precision::Day))
        }
        (1..=2, Some(' ' | '-')) => {
            if !rest.eat('-') {
                rest.blanks();
            }
            let month = month_of(rest.word())?;
            rest.separators();
            Some(Written::new([rest.year()?, month, first], Precision::Day))
        }
        _ => None,
    }
}

fn word_first(rest: &mut Rest<'_>) -> Option<Written> {
    let word = rest.word();
    if is_weekday(word) {
        rest.separators();
        return if rest.peek()?.is_ascii_digit() {
            number_first(rest).filter(|written| written.unmistakable)
        } else {
            let month = month_of(rest.word())?;
            month_then(month, rest)
        };
    }
    month_then(month_of(word)?, rest)
}

/// What follows a month's name: a day and a year, or a year.
fn month_then(month: u32, rest: &mut Rest<'_>) -> Option<Written> {
    rest.separators();
    let (number, digits) = rest.number(6)?;
    if digits >= 4 {
        return Some(Written::new([number, month, 1], Precision::Month));
    }
    rest.separators();
    (digits <= 2).then_some(Written::new([rest.year()?, month, number], Precision::Day))
}

fn clock(rest: &mut Rest<'_>) -> Option<Clock> {
    if !(rest.eat('T') || rest.eat('t')) {
        rest.eat(',');
        rest.blanks().then_some(())?;
    }
    let (hour, _) = rest.number(2)?;
    let (minute, _) = rest.eat(':').then(|| rest.number(2))??;
    let mut clock = Clock {
        hour,
        minute,
        second: 0,
        afternoon: None,
        offset: (1, 0, 0),
    };
    if rest.eat(':') {
        clock.second = rest.number(2)?.0;
        if rest.eat('.') || rest.eat(',') {
            rest.fraction().then_some(())?;
        }
    }
    rest.blanks();
    match rest.peek() {
        None => {}
        Some(sign @ ('+' | '-')) => {
            rest.eat(sign);
            clock.offset = offset(rest, if sign == '-' { -1 } else { 1 })?;
        }
        Some(_) => {
            let mut word = rest.word();
            if let Some(afternoon) = half_of_day(word) {
                clock.afternoon = Some(afternoon);
                rest.blanks();
                word = rest.word();
            }
            is_utc(word).then_some(())?;
        }
    }
    Some(clock)
}

/// `02`, `0200` or `02:00` after a sign.
fn offset(rest: &mut Rest<'_>, sign: i32) -> Option<(i32, u32, u32)> {
    match rest.number(4)? {
        (hours, 1..=2) => {
            let minutes = if rest.eat(':') { rest.number(2)?.0 } else { 0 };
            Some((sign, hours, minutes))
        }
        (both, 4) => Some((sign, both / 100, both % 100)),
        _ => None,
    }
}

/// True for PM, false for AM.
fn half_of_day(word: &str) -> Option<bool> {
    let afternoon = word.eq_ignore_ascii_case("pm");
    (afternoon || word.eq_ignore_ascii_case("am")).then_some(afternoon)
}

/// No zone at all counts as UTC.
fn is_utc(word: &str) -> bool {
    ["", "z", "utc", "gmt"]
        .iter()
        .any(|zone| word.eq_ignore_ascii_case(zone))
}

/// Whether `word` is `name`, or its first three letters (four for September, as `Sept.`).
fn is_name(word: &str, name: &str) -> bool {
    let cuts: &[usize] = if name == "september" { &[3, 4] } else { &[3] };
    word.eq_ignore_ascii_case(name)
        || cuts
            .iter()
            .any(|&cut| word.eq_ignore_ascii_case(&name[..cut]))
}

fn month_of(word: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    (1..)
        .zip(MONTHS)
        .find(|(_, name)| is_name(word, name))
        .map(|(number, _)| number)
}

fn is_weekday(word: &str) -> bool {
    const DAYS: [&str; 7] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    DAYS.iter().any(|name| is_name(word, name))
}

/// The part of an ASCII text that has not been read yet.
struct Rest<'t>(&'t str);

impl<'t> Rest<'t> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn peek(&self) -> Option<char> {
        self.0.chars().next()
    }

    fn eat(&mut self, wanted: char) -> bool {
        let rest = self.0.strip_prefix(wanted);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'t str {
        let end = self
            .0
            .bytes()
            .position(|byte| !wanted(byte))
            .unwrap_or(self.0.len());
        let (taken, rest) = self.0.split_at(end);
        self.0 = rest;
        taken
    }

    /// A number and how many digits it has, `None` for none or more than `most`, which is at
    /// most 8.
    fn number(&mut self, most: usize) -> Option<(u32, usize)> {
        let digits = self.take_while(|byte| byte.is_ascii_digit());
        (1..=most)
            .contains(&digits.len())
            .then_some((digits.parse().ok()?, digits.len()))
    }

    /// A year in full. Five digits are a year as well, though none that a [`Date`] can hold.
    fn year(&mut self) -> Option<u32> {
        self.number(6)
            .filter(|(_, digits)| *digits >= 4)
            .map(|(year, _)| year)
    }

    fn fraction(&mut self) -> bool {
        !self.take_while(|byte| byte.is_ascii_digit()).is_empty()
    }

    fn word(&mut self) -> &'t str {
        self.take_while(|byte| byte.is_ascii_alphabetic())
    }

    fn blanks(&mut self) -> bool {
        !self
            .take_while(|byte| byte == b' ' || byte == b'\t')
            .is_empty()
    }

    /// What may stand between the words of a date.
    fn separators(&mut self) {
        self.take_while(|byte| matches!(byte, b' ' | b'\t' | b',' | b'.' | b'-'));
    }
}

#[cfg(test)]
mod tests;
