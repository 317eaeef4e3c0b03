use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;

fn check(texts: &[&str], expect: &Expect) {
    let readings: String = texts
        .iter()
        .map(|text| match parse(text) {
            DateReading::Date(date) => format!("{text} = {date}\n"),
            other => format!("{text} : {other:?}\n"),
        })
        .collect();
    expect.assert_eq(&readings);
}

#[test]
fn dates_without_a_time() {
    check(
        &[
            "2023",
            "2023-01",
            "2023-01-24",
            " 2023-01-24\t",
            "2023-1-4",
            "2023/01/24",
            "20230124",
            "05/31/2018",
            "2/2/2021",
            "January 10, 2023",
            "Jan 10, 2023",
            "sept. 9 2023",
            "10 January 2023",
            "10-Jan-2023",
            "January 2023",
            "Tuesday, January 24, 2023",
            "Tue, 24 Jan 2023",
        ],
        &expect![[r"
            2023 = 2023
            2023-01 = 2023-01
            2023-01-24 = 2023-01-24
             2023-01-24	 = 2023-01-24
            2023-1-4 = 2023-01-04
            2023/01/24 = 2023-01-24
            20230124 = 2023-01-24
            05/31/2018 = 2018-05-31
            2/2/2021 = 2021-02-02
            January 10, 2023 = 2023-01-10
            Jan 10, 2023 = 2023-01-10
            sept. 9 2023 = 2023-09-09
            10 January 2023 = 2023-01-10
            10-Jan-2023 = 2023-01-10
            January 2023 = 2023-01
            Tuesday, January 24, 2023 = 2023-01-24
            Tue, 24 Jan 2023 = 2023-01-24
        "]],
    );
}

#[test]
fn dates_with_a_time() {
    check(
        &[
            "2023-01-24T22:31:00Z",
            "2023-01-24t22:31:00z",
            "2023-01-24T22:31:00.123456789+02:00",
            "2023-01-24 22:31",
            "2023-01-24  22:31:07 -0500",
            "2023-01-24 22:31:07 +05",
            "2023-01-24 22:31:07 UTC",
            "2023-01-24 9:05",
            "1/24/2023 10:31:00 PM",
            "1/24/2023 12:31 AM",
            "January 24, 2023, 22:31",
            "Tue, 24 Jan 2023 22:31:00 GMT",
            "Tue, 24 Jan 2023 22:31:00 +0100",
            "2016-12-31T23:59:60Z",
            "0001-01-01T00:00:00+23:59",
        ],
        &expect![[r"
            2023-01-24T22:31:00Z = 2023-01-24T22:31:00Z
            2023-01-24t22:31:00z = 2023-01-24T22:31:00Z
            2023-01-24T22:31:00.123456789+02:00 = 2023-01-24T20:31:00Z
            2023-01-24 22:31 = 2023-01-24T22:31:00Z
            2023-01-24  22:31:07 -0500 = 2023-01-25T03:31:07Z
            2023-01-24 22:31:07 +05 = 2023-01-24T17:31:07Z
            2023-01-24 22:31:07 UTC = 2023-01-24T22:31:07Z
            2023-01-24 9:05 = 2023-01-24T09:05:00Z
            1/24/2023 10:31:00 PM = 2023-01-24T22:31:00Z
            1/24/2023 12:31 AM = 2023-01-24T00:31:00Z
            January 24, 2023, 22:31 = 2023-01-24T22:31:00Z
            Tue, 24 Jan 2023 22:31:00 GMT = 2023-01-24T22:31:00Z
            Tue, 24 Jan 2023 22:31:00 +0100 = 2023-01-24T21:31:00Z
            2016-12-31T23:59:60Z = 2016-12-31T23:59:59Z
            0001-01-01T00:00:00+23:59 : Impossible
        "]],
    );
}

#[test]
fn what_no_calendar_has() {
    check(
        &[
            "2023-02-30",
            "2023-00-10",
            "13/45/2020",
            "31/05/2018",
            "0000",
            "0000-01-01",
            "9999-01-01",
            "99999-01-01",
            "1/1/99999",
            "20231301",
            "February 30, 2023",
            "2023-01-24T25:00:00Z",
            "2023-01-24T22:60",
            "2023-01-24T22:31:60Z",
            "2023-01-24T22:31:00+24:00",
            "1/24/2023 13:31 PM",
        ],
        &expect![[r"
            2023-02-30 : Impossible
            2023-00-10 : Impossible
            13/45/2020 : Impossible
            31/05/2018 : Impossible
            0000 : Impossible
            0000-01-01 : Impossible
            9999-01-01 : Impossible
            99999-01-01 : Impossible
            1/1/99999 : Impossible
            20231301 : Impossible
            February 30, 2023 : Impossible
            2023-01-24T25:00:00Z : Impossible
            2023-01-24T22:60 : Impossible
            2023-01-24T22:31:60Z : Impossible
            2023-01-24T22:31:00+24:00 : Impossible
            1/24/2023 13:31 PM : Impossible
        "]],
    );
}

#[test]
fn what_is_no_date() {
    check(
        &[
            "",
            "foo",
            "1.0.0",
            "2.0",
            "1/2/21",
            "2023-2024",
            "2023-01-24-foo",
            "2023/01",
            "2023-01-24T",
            "2023-01-24 at noon",
            "2023-01-24T22",
            "January",
            "May the force",
            "12345",
            "1674599460",
            "March 2023 in review",
            "2023-01-24T22:31:00EST",
            "½",
            "2023 01 24",
            "20230124T223100Z",
            "Mon",
        ],
        &expect![[r"
             : NotADate
            foo : NotADate
            1.0.0 : NotADate
            2.0 : NotADate
            1/2/21 : NotADate
            2023-2024 : NotADate
            2023-01-24-foo : NotADate
            2023/01 : NotADate
            2023-01-24T : NotADate
            2023-01-24 at noon : NotADate
            2023-01-24T22 : NotADate
            January : NotADate
            May the force : NotADate
            12345 : NotADate
            1674599460 : NotADate
            March 2023 in review : NotADate
            2023-01-24T22:31:00EST : NotADate
            ½ : NotADate
            2023 01 24 : NotADate
            20230124T223100Z : NotADate
            Mon : NotADate
        "]],
    );
}

#[test]
fn only_a_day_or_a_named_month_is_unmistakable() {
    for text in [
        "2023",
        "20230124",
        "2010-11",
        "2023-02-30",
        "1.2",
        "Tue, 20230124",
    ] {
        assert_eq!(parse_unmistakable(text), None, "{text}");
    }
    for text in [
        "2023-01-24",
        "1/24/2023",
        "January 2023",
        "2023-01-24T22:31:00Z",
    ] {
        assert!(parse_unmistakable(text).is_some(), "{text}");
    }
}

fn civil_date() -> impl Strategy<Value = (i16, i8, i8)> {
    (1i16..=9998, 1i8..=12, 1i8..=28)
}

const MONTH_NAMES: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

proptest! {
    #[test]
    fn any_text_is_read(text in "\\PC*") {
        let _ = parse(&text);
        let _ = parse_unmistakable(&text);
    }

    #[test]
    fn anything_that_resembles_a_date_is_read(
        text in "[0-9]{0,6}[-/ ]?[0-9A-Za-z]{0,5}[-/, ]{0,2}[0-9]{0,6}[T ]?[0-9]{0,3}:?[0-9]{0,3}:?[0-9.]{0,4} ?[-+Z]?[0-9:]{0,6}",
    ) {
        let _ = parse(&text);
    }

    #[test]
    fn a_day_is_itself_in_every_form((y, m, d) in civil_date()) {
        let want = Date::from_civil(y, m, d, Precision::Day).map(DateReading::Date);
        let name = MONTH_NAMES[usize::from(m.unsigned_abs()) - 1];
        let short = &name[..3];
        for text in [
            format!("{y:04}-{m:02}-{d:02}"),
            format!("{y:04}/{m}/{d}"),
            format!("{y:04}{m:02}{d:02}"),
            format!("{m:02}/{d:02}/{y:04}"),
            format!("{m}/{d}/{y:04}"),
            format!("{name} {d}, {y:04}"),
            format!("{short} {d}, {y:04}"),
            format!("{d} {name} {y:04}"),
        ] {
            prop_assert_eq!(Some(parse(&text)), want, "{}", text);
        }
    }

    #[test]
    fn a_moment_is_itself_in_every_form(
        (y, m, d) in civil_date(),
        (hour, minute, second) in (0i8..24, 0i8..60, 0i8..60),
        (sign, hours, minutes) in (prop::bool::ANY, 0i32..24, 0i32..60),
    ) {
        let datetime = civil::date(y, m, d).at(hour, minute, second, 0);
        let offset = (hours * 3600 + minutes * 60) * if sign { -1 } else { 1 };
        let want = Date::from_datetime(datetime, offset, Precision::Second).map(DateReading::Date);
        let sign = if sign { '-' } else { '+' };
        let time = format!("{hour:02}:{minute:02}:{second:02}");
        for text in [
            format!("{y:04}-{m:02}-{d:02}T{time}{sign}{hours:02}:{minutes:02}"),
            format!("{y:04}-{m:02}-{d:02} {time}.5 {sign}{hours:02}{minutes:02}"),
            format!("{m}/{d}/{y:04} {time} {sign}{hours:02}:{minutes:02}"),
        ] {
            prop_assert_eq!(Some(parse(&text)), want, "{}", text);
        }
    }

    #[test]
    fn what_a_date_is_shown_as_reads_as_that_date((y, m, d) in civil_date()) {
        for precision in [Precision::Year, Precision::Month, Precision::Day, Precision::Second] {
            let (m, d) = match precision {
                Precision::Year => (1, 1),
                Precision::Month => (m, 1),
                Precision::Day | Precision::Second => (m, d),
            };
            let date = Date::from_civil(y, m, d, precision);
            let shown = date.map(|date| date.to_string()).unwrap_or_default();
            prop_assert_eq!(Some(parse(&shown)), date.map(DateReading::Date));
        }
    }
}
