use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use crate::support::{gleaner, project, seeds};

fn index() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let ran = gleaner(dir.path(), &["index", &seeds().to_string_lossy()]);
    assert_eq!(ran.code, 0, "{ran:?}");
    dir
}

/// The type of every field of an object, as docs/output.md writes it.
fn shape(value: &Value) -> BTreeMap<String, &'static str> {
    let kind = |value: &Value| match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let object = value.as_object().expect("an object");
    object
        .iter()
        .map(|(key, value)| (key.clone(), kind(value)))
        .collect()
}

/// The fields a section of docs/output.md lists, with their types.
fn documented(heading: &str) -> BTreeMap<String, Vec<String>> {
    let text = fs::read_to_string(project().join("docs/output.md")).expect("docs/output.md");
    let section = text
        .split("\n## ")
        .find(|section| section.starts_with(heading))
        .expect("a section");
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(" | ").collect();
        let name = cells[0]
            .trim_start_matches("| `")
            .trim_end_matches('`')
            .to_owned();
        (
            name,
            cells[1]
                .split(" or ")
                .map(|kind| kind.trim().to_owned())
                .collect(),
        )
    };
    rows.map(row).collect()
}

fn check(value: &Value, heading: &str, optional: &[&str]) {
    let documented = documented(heading);
    let shape = shape(value);
    for (name, kind) in &shape {
        let kinds = documented
            .get(name)
            .unwrap_or_else(|| panic!("`{name}` is not in docs/output.md"));
        assert!(
            kinds.iter().any(|known| known == kind),
            "`{name}` is {kind}, documented as {kinds:?}"
        );
    }
    for name in documented.keys() {
        assert!(
            shape.contains_key(name) || optional.contains(&name.as_str()),
            "`{name}` is missing"
        );
    }
}

#[test]
fn pages_have_the_documented_shape() {
    let index = index();
    for query in [
        "brain cloning",
        "jung_e",
        "\"train to busan\"",
        "cyberpunk 2077",
        "provider:decider",
        "topics:AI",
        "quality:>50",
        "date:2023-01-24",
        "images.width:1200",
        "netflix -teaser",
        "clone",
        "nonsensical -",
    ] {
        let ran = gleaner(index.path(), &["search", "--format", "json", query]);
        let page: Value = serde_json::from_str(&ran.out).expect("JSON");
        check(&page, "A page", &[]);
        assert_eq!(page["schema"], 1);
        assert_eq!(page["query"], query);
        let hits = page["hits"].as_array().expect("hits");
        assert_eq!(ran.code, u8::from(hits.is_empty()), "{query}");
        for hit in hits {
            check(hit, "A hit", &["explanation"]);
            check(&hit["snippet"], "A snippet", &["related"]);
            check_marks(&hit["snippet"]);
            if !hit["second"].is_null() {
                check(&hit["second"], "A snippet", &["related"]);
                check_marks(&hit["second"]);
            }
        }
    }
}

fn check_marks(snippet: &Value) {
    let text = snippet["text"].as_str().expect("text");
    let length = text.chars().count() as u64;
    for mark in snippet["marks"].as_array().expect("marks") {
        let (start, end) = (mark[0].as_u64(), mark[1].as_u64());
        let (start, end) = (start.expect("a start"), end.expect("an end"));
        assert!(start < end && end <= length);
    }
}

#[test]
fn explanations_have_the_documented_shape_and_add_up() {
    let index = index();
    let ran = gleaner(
        index.path(),
        &[
            "search",
            "--format",
            "json",
            "--explain=full",
            "brain cloning jung_e",
        ],
    );
    let page: Value = serde_json::from_str(&ran.out).expect("JSON");
    for hit in page["hits"].as_array().expect("hits") {
        check(hit, "A hit", &[]);
        check(&hit["explanation"], "An explanation", &[]);
        let parts = hit["explanation"]["parts"].as_array().expect("parts");
        let values = parts
            .iter()
            .map(|part| part["value"].as_f64().expect("a number"));
        let sum = values.fold(0.0, |sum, value| sum + value);
        assert_eq!(Some(sum), hit["score"].as_f64());
    }
}

#[test]
fn facets_have_the_documented_shape() {
    let index = index();
    let args = ["search", "--format", "json", "netflix"];
    let facets = ["topics", "quality", "published", "date:month"].map(|f| format!("--facet={f}"));
    let facets = facets.iter().map(String::as_str);
    let ran = gleaner(
        index.path(),
        &args.into_iter().chain(facets).collect::<Vec<_>>(),
    );
    let page: Value = serde_json::from_str(&ran.out).expect("JSON");
    check(&page, "A page", &[]);
    let facets = page["facets"].as_array().expect("facets");
    let mut values = Vec::new();
    for facet in facets {
        check(facet, "A facet", &[]);
        for count in facet["values"].as_array().expect("values") {
            check(count, "A count", &[]);
            assert_eq!(count["count"], 1);
            values.push(&count["value"]);
        }
    }
    assert_eq!(
        serde_json::json!(values),
        serde_json::json!(["AI", "Facebook AI", 52, true, "2023-01"])
    );
}

#[test]
fn marks_count_characters() {
    let index = index();
    let ran = gleaner(index.path(), &["search", "--format", "json", "hellbound"]);
    let page: Value = serde_json::from_str(&ran.out).expect("JSON");
    let snippet = &page["hits"][0]["snippet"];
    let text: Vec<char> = snippet["text"].as_str().expect("text").chars().collect();
    let mark = &snippet["marks"][0];
    let range =
        mark[0].as_u64().expect("a start") as usize..mark[1].as_u64().expect("an end") as usize;
    assert_eq!(text[range].iter().collect::<String>(), "Hellbound");
}

#[test]
fn metadata_keeps_its_types() {
    let index = index();
    let ran = gleaner(
        index.path(),
        &["search", "--format", "ndjson", "provider:decider"],
    );
    assert_eq!(ran.out.lines().count(), 1);
    let hit: Value = serde_json::from_str(&ran.out).expect("JSON");
    check(&hit, "A hit", &["explanation"]);
    let metadata = &hit["metadata"];
    assert_eq!(metadata["quality"], 52);
    assert_eq!(metadata["published"], true);
    assert_eq!(metadata["provider.name"], "Decider");
    assert_eq!(metadata["topics"], serde_json::json!(["Facebook AI", "AI"]));
    assert_eq!(
        metadata["related.images.width"],
        serde_json::json!([2000, 1920])
    );
    assert_eq!(metadata["publishedDateTime"], "2023-01-24T22:31:00Z");
    assert_eq!(hit["date"], "2023-01-24T22:31:00Z");
    assert_eq!(hit["stale"], false);
}

#[test]
fn the_fields_have_the_documented_shape() {
    let index = index();
    let ran = gleaner(index.path(), &["fields", "--format", "json"]);
    let fields: Value = serde_json::from_str(&ran.out).expect("JSON");
    check(&fields, "The fields", &[]);
    assert_eq!(fields["articles"], 3);
    let fields = fields["fields"].as_array().expect("fields");
    for field in fields {
        check(field, "A field", &[]);
        for sample in field["samples"].as_array().expect("samples") {
            check(sample, "A count", &[]);
        }
    }
    let named = |name: &str| fields.iter().find(|field| field["name"] == name);
    let quality = named("quality").expect("a field");
    assert_eq!(
        (&quality["integer"], &quality["concept"]),
        (&1.into(), &false.into())
    );
    assert_eq!(
        quality["samples"],
        serde_json::json!([{"value": 52, "count": 1}])
    );
    assert_eq!(named("date").expect("a field")["concept"], true);
}

#[test]
fn completions_have_the_documented_shape() {
    let index = index();
    let ran = gleaner(
        index.path(),
        &["complete", "--format", "json", "-n", "2", "brain clon"],
    );
    let completions: Value = serde_json::from_str(&ran.out).expect("JSON");
    check(&completions, "Completions", &[]);
    let words = serde_json::json!([
        {"word": "cloning", "articles": 3},
        {"word": "clone", "articles": 1},
    ]);
    assert_eq!(completions["words"], words);
}

#[test]
fn the_status_has_the_documented_shape() {
    let index = index();
    let ran = gleaner(index.path(), &["status", "--format", "json"]);
    let status: Value = serde_json::from_str(&ran.out).expect("JSON");
    check(&status, "A status", &[]);
    assert_eq!(status["articles"], 3);
    assert_eq!(
        status["differences"],
        serde_json::json!({"added": 0, "changed": 0, "removed": 0})
    );
}

#[test]
fn a_check_has_the_documented_shape() {
    let index = index();
    let ran = gleaner(index.path(), &["check", "--format", "json"]);
    let found: Value = serde_json::from_str(&ran.out).expect("JSON");
    check(&found, "A check", &[]);
    assert_eq!((ran.code, &found["sound"]), (0, &Value::Bool(true)));
}

#[test]
fn copies_have_the_documented_shape() {
    let text = "---\nprovider: P\n---\nThe same words in both of two files, which are copies.\n";
    let folder = crate::support::Folder::new(&[("a.md", text), ("b.md", text)]);
    folder.ingest();
    let ran = gleaner(&folder.index(), &["search", "--format", "ndjson", "copies"]);
    let hit: Value = serde_json::from_str(&ran.out).expect("JSON");
    check(&hit, "A hit", &["explanation"]);
    check(&hit["copies"][0], "A copy", &[]);
    assert_eq!(hit["copies"][0]["likeness"], 1.0);
}

#[test]
fn similar_articles_have_the_documented_shape() {
    let index = index();
    let path = "003_6a51a6705fafdd11.txt";
    let ran = gleaner(index.path(), &["similar", "--format", "json", path]);
    let page: Value = serde_json::from_str(&ran.out).expect("JSON");
    check(&page, "Similar articles", &[]);
    assert_eq!(page["path"], path);
    let hits = page["hits"].as_array().expect("hits");
    assert_eq!(hits.len(), 2);
    for hit in hits {
        check(hit, "A similar article", &[]);
        assert!(!hit["alike"].as_array().expect("words").is_empty());
    }
}

#[test]
fn benchmarks_have_the_documented_shape() {
    let index = index();
    let args = ["bench", "--runs", "1", "--format", "json"];
    let ran = gleaner(index.path(), &args);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let bench: Value = serde_json::from_str(&ran.out).expect("JSON");
    check(&bench, "A benchmark", &[]);
    assert_eq!(
        (&bench["articles"], &bench["source"]),
        (&3.into(), &"articles".into())
    );
    let queries = bench["queries"].as_array().expect("queries");
    assert!(
        queries
            .iter()
            .all(|query| query["total"].as_u64() > Some(0))
    );
    let figures = bench["figures"].as_array().expect("figures");
    // Seven classes and all of them, each asked for in four ways; no process was started.
    assert_eq!(figures.len(), 8 * 4);
    for figure in figures {
        check(figure, "A figure", &[]);
        let (queries, samples) = (figure["queries"].as_u64(), figure["samples"].as_u64());
        assert!(queries > Some(0) && samples == queries);
        let buckets = figure["histogram"].as_array().expect("buckets");
        let counted: u64 = buckets.iter().filter_map(|bucket| bucket[1].as_u64()).sum();
        assert_eq!(Some(counted), samples);
    }
    let all = figures.iter().find(|figure| figure["class"] == "all");
    assert_eq!(all.expect("a figure")["queries"], queries.len());
}
