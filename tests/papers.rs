use std::fs;

use gleaner::{Date, IngestOptions, Precision, Query, Searcher};

use crate::support::{project, seeds};

#[test]
fn every_example_of_the_query_language_finds_what_it_says() {
    let text = fs::read_to_string(project().join("docs/query-language.md")).expect("the document");
    let (index, _) =
        gleaner::ingest_in_memory(seeds(), &IngestOptions::default()).expect("indexed");
    let searcher = Searcher::of(&index).expect("a searcher");
    // The day the document counts `yesterday` from.
    let now = Date::from_civil(2023, 1, 25, Precision::Day).expect("a day");
    let mut rows = 0;
    for row in text.lines().filter_map(|line| line.strip_prefix("| `")) {
        let (query, rest) = row.split_once("` | ").expect("a query");
        let finds = rest
            .rsplit(" | ")
            .next()
            .expect("a last column")
            .trim_end_matches(" |");
        let page = searcher
            .search(&Query::new(query).now(now))
            .expect("a page");
        let mut found: Vec<String> = page
            .hits
            .iter()
            .map(|hit| hit.path.to_string()[..3].to_owned())
            .collect();
        found.sort();
        assert_eq!(found.join(" "), finds, "{query}");
        assert_eq!(page.notes, [], "{query}");
        rows += 1;
    }
    assert!(rows > 50, "the tables are found");
}
