use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use expect_test::expect;
use gleaner::{Searcher, Value};

use crate::facets::{has_key, values};
use crate::made::{MADE, all_hits};
use crate::support::{Folder, gleaner, seeds};

/// A value with its type, as text that can be compared.
fn typed(value: &Value) -> String {
    match value {
        // All dates in the made articles but one lie where there are columns of dates.
        Value::Date(date) if date.seconds() > -9_000_000_000 => format!("date {}", date.seconds()),
        Value::Integer(number) => format!("number {number}"),
        Value::Float(number) => format!("number {number}"),
        Value::Bool(truth) => format!("boolean {truth}"),
        text => format!("text {text}"),
    }
}

#[test]
fn fields_are_those_of_going_through_all_articles() {
    let all = all_hits("-nothing");
    let fields = MADE.fields().expect("fields");
    let mut names: BTreeSet<String> = all
        .hits
        .iter()
        .flat_map(|hit| hit.metadata.iter().map(|(key, _)| key.to_lowercase()))
        .collect();
    let listed: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    for concept in ["date", "topics", "provider"].iter().rev() {
        names.remove(*concept);
    }
    let expected = ["date", "topics", "provider"].into_iter();
    let expected: Vec<&str> = expected.chain(names.iter().map(String::as_str)).collect();
    assert_eq!(listed, expected);
    for field in &fields {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        let mut types: BTreeMap<&str, u64> = BTreeMap::new();
        let with_key = all.hits.iter().filter(|hit| has_key(hit, &field.name));
        assert_eq!(
            field.articles,
            with_key.clone().count() as u64,
            "{}",
            field.name
        );
        for hit in with_key {
            let mut found = values(hit, &field.name);
            found.retain(|value| value.to_string().len() <= 256);
            let found: BTreeSet<String> = found.iter().map(typed).collect();
            let mut kinds: BTreeSet<&str> = BTreeSet::new();
            for value in found {
                kinds.insert(match value.split_once(' ').expect("a type") {
                    ("number", number) if number.contains('.') => "float",
                    ("number", _) => "integer",
                    (kind, _) => ["text", "date", "boolean"]
                        .into_iter()
                        .find(|k| *k == kind)
                        .expect("a type"),
                });
                *counts.entry(value).or_default() += 1;
            }
            // Long texts, and texts where a date is meant, are in no column.
            if kinds.is_empty() {
                kinds.insert("text");
            }
            for kind in kinds {
                *types.entry(kind).or_default() += 1;
            }
        }
        let by_type: BTreeMap<&str, u64> = field.types.named().into_iter().collect();
        assert_eq!(by_type, types, "{}", field.name);
        assert_eq!(field.distinct, counts.len() as u64, "{}", field.name);
        assert_eq!(field.samples.len(), counts.len().min(5));
        assert!(field.samples.is_sorted_by(|a, b| a.count >= b.count));
        let mut most: Vec<u64> = counts.values().copied().collect();
        most.sort_unstable_by(|a, b| b.cmp(a));
        for (sample, most) in field.samples.iter().zip(most) {
            assert_eq!(sample.count, most);
            assert_eq!(
                counts.get(&typed(&sample.value)),
                Some(&most),
                "{}",
                field.name
            );
        }
    }
}

#[test]
fn fields_are_listed_on_two_lines_each() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    gleaner(dir.path(), &["index", &seeds().to_string_lossy()]);
    let ran = gleaner(dir.path(), &["fields"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let shown: Vec<&str> = ran.out.lines().take(12).collect();
    expect![[r"
        key                                 articles  values  type
        date                                  1  33%       1  date
          2023-01-24T22:31:00Z
        topics                                1  33%       2  text
          AI · Facebook AI
        provider                              1  33%       1  text
          Decider
        url                                   1  33%       1  text
          https://decider.com/2023/01/24/jung_e-o…
        ampweburl                             1  33%       1  text
          https://decider.com/2023/01/24/jung_e-o…
        category                              1  33%       1  text"]]
    .assert_eq(&shown.join("\n"));
    assert!(ran.out.lines().all(|line| line.chars().count() <= 80));
}

#[test]
fn without_front_matter_there_are_no_fields() {
    let folder = Folder::new(&[("a.md", "one keyword")]);
    folder.ingest();
    let ran = gleaner(&folder.index(), &["fields"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert_eq!(ran.err, "no article has any front matter\n");
}

#[test]
fn words_go_on_from_what_was_typed_by_frequency() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    gleaner(dir.path(), &["index", &seeds().to_string_lossy()]);
    let complete = |args: &[&str]| {
        let ran = gleaner(dir.path(), &[&["complete"], args].concat());
        assert_eq!(ran.err, "");
        (ran.code, ran.out)
    };
    assert_eq!(complete(&["hemo"]), (0, "hemorrhage\n".into()));
    assert_eq!(complete(&["Cerebral", "HÉM"]), (0, "hemorrhage\n".into()));
    assert_eq!(
        complete(&["-n", "2", "--counts", "jung"]),
        (0, "      3  jung\n      3  junge\n".into())
    );
    assert_eq!(complete(&["‘Jung_"]), (0, "jung\njunge\n".into()));
    assert_eq!(complete(&["sci-f"]), (0, "scifi\n".into()));
    assert_eq!(complete(&["xylo"]), (1, String::new()));
    assert_eq!(complete(&["search", "-n", "1"]), (1, String::new()));
    let all = complete(&["", "-n", "1"]);
    assert_eq!(all, (0, "a\n".into()));
}

#[test]
fn words_of_removed_articles_do_not_count() {
    let words = MADE.complete("b", 100).expect("words");
    let with_brain = all_hits("brain").total;
    assert!(
        words.contains(&("brain".to_owned(), with_brain)),
        "{words:?}"
    );
    assert!(words.iter().all(|(_, count)| *count > 0));
}

/// Each of the keys is counted over the articles that have it, however many keys there are.
#[test]
fn keys_of_one_article_each_are_all_listed() {
    let folder = Folder::new(&[]);
    for article in 0..40 {
        let keys = (0..50)
            .map(|key| format!("k{article:02}x{key:02}: [{key}, a, {key}.5]\n"))
            .collect::<Vec<_>>()
            .concat();
        let same = (0..30)
            .map(|word| format!("w{article:02}n{word} "))
            .collect::<Vec<_>>()
            .concat();
        folder.write(
            &format!("{article}.md"),
            format!("---\n{keys}same: {same}\n---\nA film.\n"),
        );
    }
    folder.ingest();
    fs::remove_file(folder.articles().join("7.md")).expect("removed");
    folder.ingest();
    let fields = Searcher::open(folder.index()).expect("an index").fields();
    let fields = fields.expect("fields");
    assert_eq!(fields.len(), 39 * 50 + 1);
    assert!(fields.is_sorted_by(|a, b| a.name < b.name));
    let (same, others): (Vec<_>, Vec<_>) = fields.iter().partition(|field| field.name == "same");
    assert_eq!((same[0].articles, same[0].types.text), (39, 39));
    for field in others {
        let types = field.types;
        assert_eq!((field.articles, field.distinct), (1, 3), "{}", field.name);
        assert_eq!(
            (types.integer, types.float, types.text),
            (1, 1, 1),
            "{}",
            field.name
        );
    }
}
