use std::collections::BTreeMap;
use std::fs;

use expect_test::{Expect, expect};
use gleaner::{Date, Facet, Hit, IngestOptions, Period, Query, Searcher, Sort, Value};
use proptest::prelude::*;

use crate::made::{KEYS, MADE, all_hits, query};
use crate::support::{Folder, gleaner, paths, seeds};

/// The name under which the index has a key.
fn plain(key: &str) -> String {
    match key.to_lowercase().as_str() {
        "published" => "date".to_owned(),
        "tags" => "topics".to_owned(),
        key => key.to_owned(),
    }
}

/// The values of a key in a hit, as the front matter has them.
pub(crate) fn values(hit: &Hit, key: &str) -> Vec<Value> {
    let text = |text: &String| Value::Text(text.clone());
    match plain(key).as_str() {
        "date" => hit.date.map(Value::Date).into_iter().collect(),
        "topics" => hit.topics.iter().map(text).collect(),
        "provider" => hit.provider.iter().map(text).collect(),
        "author" => hit.author.iter().map(text).collect(),
        "url" => hit.url.iter().map(text).collect(),
        key => {
            let own = hit.metadata.iter();
            let own = own.filter(|(name, _)| name.to_lowercase() == key);
            own.map(|(_, value)| value.clone()).collect()
        }
    }
}

/// Whether the front matter has a key.
pub(crate) fn has_key(hit: &Hit, key: &str) -> bool {
    let own = hit
        .metadata
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case(&plain(key)));
    own || !values(hit, key).is_empty()
}

/// A value as it is counted, with its type, or `None` if it is not.
fn counted(value: &Value, period: Option<Period>) -> Option<(u8, String)> {
    let shown = value.to_string();
    Some(match value {
        Value::Date(date) if date.seconds().checked_mul(1_000_000_000).is_some() => {
            let day = date.seconds().div_euclid(86_400);
            let day = match period {
                Some(Period::Week) => day - (day + 3).rem_euclid(7),
                _ => day,
            };
            let moment = Date::of_seconds(day * 86_400).to_string();
            let digits = match period {
                Some(Period::Year) => 4,
                Some(Period::Month) => 7,
                _ => 10,
            };
            (3, moment[..digits].to_owned())
        }
        _ if period.is_some() => return None,
        Value::Bool(_) => (1, shown),
        Value::Integer(_) | Value::Float(_) => (2, shown),
        _ if shown.len() > 256 => return None,
        _ => (4, shown),
    })
}

fn check(text: &str, key: &str, period: Option<Period>, limit: usize) {
    let facet = match period {
        Some(period) => Facet::dates(key, period),
        None => Facet::key(key),
    };
    let query = Query::new(text).limit(0).facet(facet.limit(limit));
    let page = MADE.search(&query).expect("a page");
    let all = all_hits(text);
    assert_eq!(page.total, all.hits.len() as u64);
    if key == "nobody" {
        assert_eq!(page.facets, []);
        assert_eq!(
            page.notes.last().map(ToString::to_string).as_deref(),
            Some("nothing was counted by `nobody`: no article has such a key")
        );
        return;
    }
    let mut counts: BTreeMap<(u8, String), u64> = BTreeMap::new();
    let (mut missing, mut uncounted) = (0, 0);
    for hit in &all.hits {
        let mut of_hit: Vec<_> = values(hit, key)
            .iter()
            .filter_map(|v| counted(v, period))
            .collect();
        of_hit.sort();
        of_hit.dedup();
        missing += u64::from(!has_key(hit, key));
        uncounted += u64::from(has_key(hit, key) && of_hit.is_empty());
        for value in of_hit {
            *counts.entry(value).or_default() += 1;
        }
    }
    let facet = &page.facets[0];
    assert_eq!(
        (facet.missing, facet.uncounted),
        (missing, uncounted),
        "{key} {period:?}"
    );
    assert_eq!(facet.more, counts.len().saturating_sub(limit) as u64);
    assert_eq!(facet.values.len(), counts.len().min(limit));
    for value in &facet.values {
        let found = counted(&value.value, period).expect("a counted value");
        assert_eq!(
            counts.get(&found),
            Some(&value.count),
            "{found:?} of {key} {period:?}"
        );
    }
    let is_date = |value: &Value| matches!(value, Value::Date(_));
    if facet.values.iter().all(|value| is_date(&value.value)) {
        assert!(
            facet
                .values
                .is_sorted_by_key(|value| value.value.to_string())
        );
    } else {
        assert!(facet.values.is_sorted_by(|a, b| a.count >= b.count));
        let least = facet.values.last().map_or(0, |value| value.count);
        let above = counts.values().filter(|&&count| count > least).count();
        assert!(above <= facet.values.len(), "the most frequent are given");
    }
}

proptest! {
    #[test]
    fn counts_are_those_of_going_through_all_hits(
        text in query(),
        key in prop::sample::select(&KEYS[..]),
        period in prop::sample::select(vec![
            None, Some(Period::Year), Some(Period::Month), Some(Period::Week), Some(Period::Day),
        ]),
        limit in prop_oneof![Just(usize::MAX), 0..5usize],
    ) {
        check(text, key, period, limit);
    }
}

#[test]
fn articles_that_feedback_finds_are_counted_and_sorted_too() {
    let query = Query::new("film")
        .limit(1000)
        .collapse(false)
        .facet(Facet::key("provider"));
    let without = MADE.search(&query).expect("a page");
    let with = MADE.search(&query.feedback(true)).expect("a page");
    for page in [&without, &with] {
        let counts = page.facets[0].values.iter().map(|value| value.count);
        assert_eq!(counts.sum::<u64>() + page.facets[0].missing, page.total);
    }
    assert!(with.total > without.total, "what is tested is there");
    let query = Query::new("film")
        .limit(1000)
        .collapse(false)
        .feedback(true);
    let sorted = MADE
        .search(&query.sort(Sort::ascending("path")))
        .expect("a page");
    let mut by_path = with.hits;
    by_path.sort_by(|a, b| a.path.cmp(&b.path));
    for (hit, rank) in by_path.iter_mut().zip(1..) {
        hit.rank = rank;
    }
    assert_eq!(sorted.hits, by_path);
    assert_eq!(
        (sorted.total, sorted.with_all_words),
        (with.total, with.with_all_words)
    );
}

fn seeds_by(facet: &str, expected: &Expect) {
    let (index, _) =
        gleaner::ingest_in_memory(seeds(), &IngestOptions::default()).expect("indexed");
    let query = Query::new("jung_e").limit(0).facet(Facet::read(facet));
    let page = Searcher::of(&index)
        .expect("a searcher")
        .search(&query)
        .expect("a page");
    let mut shown = Vec::new();
    for facet in &page.facets {
        let values = facet.values.iter();
        shown.extend(values.map(|value| format!("{:?} {}", value.value, value.count)));
        let (more, missing, uncounted) = (facet.more, facet.missing, facet.uncounted);
        shown.push(format!(
            "{more} more, {missing} missing, {uncounted} uncounted\n"
        ));
    }
    let shown = shown.join("\n");
    expected.assert_eq(&shown);
}

#[test]
fn the_seeds_are_counted_with_the_types_of_their_values() {
    seeds_by(
        "topics",
        &expect![[r#"
        Text("AI") 1
        Text("Facebook AI") 1
        0 more, 2 missing, 0 uncounted
    "#]],
    );
    seeds_by(
        "provider",
        &expect![[r#"
        Text("Decider") 1
        0 more, 2 missing, 0 uncounted
    "#]],
    );
    seeds_by(
        "date:month",
        &expect![[r"
        Date(Date { seconds: 1672531200, precision: Month }) 1
        0 more, 2 missing, 0 uncounted
    "]],
    );
    seeds_by(
        "date:week",
        &expect![[r"
        Date(Date { seconds: 1674432000, precision: Day }) 1
        0 more, 2 missing, 0 uncounted
    "]],
    );
    seeds_by(
        "date",
        &expect![[r"
        Date(Date { seconds: 1674518400, precision: Day }) 1
        0 more, 2 missing, 0 uncounted
    "]],
    );
    seeds_by(
        "quality",
        &expect![[r"
        Integer(52) 1
        0 more, 2 missing, 0 uncounted
    "]],
    );
    seeds_by(
        "published",
        &expect![[r"
        Bool(true) 1
        0 more, 2 missing, 0 uncounted
    "]],
    );
    seeds_by(
        "related.images.width",
        &expect![[r"
        Integer(1920) 1
        Integer(2000) 1
        0 more, 2 missing, 0 uncounted
    "]],
    );
    seeds_by(
        "provider:month",
        &expect![[r"
        0 more, 2 missing, 1 uncounted
    "]],
    );
    seeds_by("nobody", &expect![[r""]]);
}

#[test]
fn facets_are_shown_after_the_hits() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    gleaner(dir.path(), &["index", &seeds().to_string_lossy()]);
    let args = [
        "search", "-n", "0", "jung_e", "--facet", "topics", "--facet", "nobody",
    ];
    let ran = gleaner(
        dir.path(),
        &[&args[..], &["--facet=date:month", "--facet-limit", "1"]].concat(),
    );
    expect![[r"
        topics
              1  AI
              1  (further value)
              2  (without it)

        date:month
              1  2023-01
              2  (without it)

    "]]
    .assert_eq(&ran.out);
    expect![[r"
        note: nothing was counted by `nobody`: no article has such a key
        3 hits, none on this page
    "]]
    .assert_eq(&ran.err);
    let ran = gleaner(
        dir.path(),
        &["search", "jung_e", "--facet", "topics", "--format", "paths"],
    );
    assert_eq!(ran.out.lines().count(), 3);
    assert_eq!(ran.err, "note: facets are shown as text and JSON only\n");
}

#[test]
fn keys_with_odd_signs_are_found_as_they_are_typed() {
    let folder = Folder::new(&[(
        "a.md",
        "---\n'.x': 1\n'x.': 2\na..b: 3\n'\\': 4\n'a\\.b': 5\n\"tab\\there\": 6\nİstanbul: 7\n---\nkeyword",
    )]);
    folder.ingest();
    let searcher = Searcher::open(folder.index()).expect("an index");
    for (key, number) in [
        (".x", 1),
        ("X.", 2),
        ("a..b", 3),
        (r"\", 4),
        (r"a\.b", 5),
        ("tab\there", 6),
        ("İSTANBUL", 7),
    ] {
        let page = searcher.search(&Query::new("keyword").facet(Facet::key(key)));
        let value = &page.expect("a page").facets[0].values[0];
        assert_eq!(value.value, Value::Integer(number), "{key}");
    }
}

#[test]
fn values_cannot_steer_the_terminal_and_a_key_of_removed_articles_is_unknown() {
    let folder = Folder::new(&[
        ("a.md", "---\nkind: \"Red \\e[31m alert\"\n---\nkeyword"),
        ("b.md", "---\ngone: 1\n---\nkeyword"),
        ("c.md", "keyword"),
    ]);
    folder.ingest();
    fs::remove_file(folder.articles().join("b.md")).expect("removed");
    folder.ingest();
    let ran = gleaner(
        &folder.index(),
        &["search", "keyword", "--facet", "kind", "--facet", "gone"],
    );
    assert!(
        ran.out
            .ends_with("kind\n      1  Red \\x1b[31m alert\n      1  (without it)\n\n"),
        "{}",
        ran.out
    );
    assert_eq!(
        ran.err,
        "note: nothing was counted by `gone`: no article has such a key\n2 hits\n"
    );
}

/// Whole numbers that are next to each other are told apart, whatever other numbers the key has or had.
#[test]
fn large_numbers_keep_their_digits_beside_a_fraction() {
    let numbers = [
        ("a.md", "9007199254740992"),
        ("b.md", "9007199254740993"),
        ("c.md", "9223372036854775807"),
        ("d.md", "-9007199254740993"),
        ("e.md", "[1, 9007199254740993]"),
        ("f.md", "7"),
    ];
    let text = |number: &str| format!("---\nserial: {number}\n---\nA film.\n");
    let folder = Folder::new(&[]);
    for (name, number) in numbers {
        folder.write(name, text(number));
    }
    folder.ingest();
    folder.write("g.md", text("0.5"));
    folder.ingest();
    let check = |has_fraction: bool| {
        let fraction = |name: &'static str| has_fraction.then_some(name);
        let searcher = Searcher::open(folder.index()).expect("an index");
        let query = Query::new("film")
            .collapse(false)
            .sort(Sort::read("serial"));
        let page = searcher
            .search(&query.facet(Facet::key("serial")))
            .expect("a page");
        let mut sorted = vec!["d.md", "e.md", "f.md", "a.md", "b.md", "c.md"];
        sorted.splice(1..1, fraction("g.md"));
        assert_eq!(paths(&page), sorted);
        let counts = page.facets[0].values.iter();
        let counts: Vec<String> = counts
            .map(|count| format!("{} {}", count.value, count.count))
            .collect();
        let mut expected = vec![
            "9007199254740993 2",
            "-9007199254740993 1",
            "1 1",
            "7 1",
            "9007199254740992 1",
            "9223372036854775807 1",
        ];
        expected.splice(2..2, fraction("0.5 1"));
        assert_eq!(counts, expected);
        let found = |query: &str| {
            let mut found = folder.paths(query);
            found.sort();
            found.join(" ")
        };
        assert_eq!(found("serial:=9007199254740993"), "b.md e.md");
        assert_eq!(found("serial:>9007199254740992"), "b.md c.md e.md");
        assert_eq!(found("serial:9007199254740992..9007199254740992"), "a.md");
        assert_eq!(found("serial:<=-9007199254740993"), "d.md");
        assert_eq!(found("serial:=9007199254740992.0"), "a.md");
        let fields = searcher.fields().expect("fields");
        let serial = fields
            .iter()
            .find(|field| field.name == "serial")
            .expect("a key");
        assert_eq!(
            (serial.types.integer, serial.types.float),
            (6, u64::from(has_fraction))
        );
    };
    check(true);
    std::fs::remove_file(folder.articles().join("g.md")).expect("removed");
    folder.ingest();
    check(false);
}

#[test]
fn a_facet_that_is_asked_for_again_is_the_same_again() {
    let query = Query::new("brain");
    let names = ["topics", "nobody", "provider", "topics", "nobody", "topics"];
    let asked = names
        .iter()
        .fold(query, |query, name| query.facet(Facet::key(*name)));
    let page = MADE.search(&asked).expect("a page");
    let counted: Vec<&str> = page
        .facets
        .iter()
        .map(|facet| facet.name.as_str())
        .collect();
    assert_eq!(counted, ["topics", "provider", "topics", "topics"]);
    assert_eq!(page.facets[0], page.facets[2]);
    assert_eq!(page.notes.len(), 1, "{:?}", page.notes);
}
