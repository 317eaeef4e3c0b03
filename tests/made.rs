//! An index of made articles whose front matter varies in every way that counting and sorting have
//! to bear, in several segments and with deleted documents.

use std::collections::HashMap;
use std::fs;
use std::sync::{Arc, LazyLock, Mutex};

use gleaner::{Page, Query, Searcher, status};
use proptest::strategy::Strategy;

use crate::support::Folder;

/// The keys the made articles have, and one that none has.
pub(crate) const KEYS: [&str; 14] = [
    "topics",
    "Tags",
    "provider",
    "author",
    "url",
    "date",
    "published",
    "labels",
    "mixed",
    "images.width",
    "read",
    "Long",
    r"odd\key",
    "nobody",
];

/// A searcher over the made articles. It goes on when the folder is removed.
pub(crate) static MADE: LazyLock<Searcher> = LazyLock::new(|| {
    let folder = Folder::new(&[]);
    for i in 0..120 {
        folder.write(&format!("{}/{i:03}.md", i % 3), article(i));
    }
    folder.ingest();
    for (range, removed) in [(120..150, 7), (150..157, 64), (157..159, 130)] {
        for i in range {
            folder.write(&format!("{}/{i:03}.md", i % 3), article(i));
        }
        let path = folder
            .articles()
            .join(format!("{}/{removed:03}.md", removed % 3));
        fs::remove_file(path).expect("removed");
        folder.write("edited.md", article(1000 + removed));
        folder.ingest();
    }
    let status = status(folder.index()).expect("a status");
    assert!(status.segments > 1, "several segments are what is tested");
    Searcher::open(folder.index()).expect("an index")
});

/// The `i`th article: each key comes and goes with a period of its own.
fn article(i: usize) -> String {
    let pick = |from: &[&str], step: usize| from[i * step % from.len()].to_owned();
    let mut lines = vec![format!(
        "title: {} {}",
        pick(&["On", "on", "Über", "zu"], 3),
        i % 40
    )];
    if !i.is_multiple_of(7) {
        let (a, b) = (pick(&["AI", "ai", "film"], 1), pick(&["Zoo", "AI"], 5));
        lines.push(format!("topics: [{a}, {b}]"));
    }
    if !i.is_multiple_of(5) {
        let day = 1 + i * 11 % 28;
        let year = 1966 + i % 8;
        lines.push(match i % 4 {
            0 => format!("date: {year}"),
            1 => format!("date: {year}-{:02}", 1 + i % 12),
            2 => format!("date: {year}-{:02}-{day:02}", 1 + i % 12),
            _ => format!("date: {year}-12-{day:02}T23:59:59-05:00"),
        });
    } else if i.is_multiple_of(10) {
        lines.push("date: some day".to_owned());
    }
    if !i.is_multiple_of(3) {
        lines.push(format!(
            "provider: {}",
            pick(&["Decider", "decider", "GQ", "Game Rant"], 1)
        ));
    }
    if i.is_multiple_of(2) {
        lines.push(format!("labels: [b, a, b, \"{}\"]", i % 6));
    }
    lines.push(format!(
        "mixed: {}",
        pick(
            &[
                "1",
                "1.0",
                "2.5",
                "true",
                "\"1\"",
                "a",
                "A",
                "2023-01-05",
                "[3, x, 3, 2.5]",
                "''",
                "-4",
                "1400-05-06"
            ],
            1,
        )
    ));
    if i % 4 == 1 {
        lines.push(format!(
            "images:\n  - width: {}\n  - width: 50\n  - width: 50",
            i % 9 * 100
        ));
    }
    if i % 3 == 1 {
        lines.push(format!("read: {}", i.is_multiple_of(2)));
    }
    if i % 6 == 2 {
        lines.push(format!("LONG: \"{}\"", "long ".repeat(40 + i % 30)));
    }
    if i % 8 == 3 {
        lines.push(format!("odd\\key: {}", i % 3));
    }
    let words = ["brain", "robot", "war", "leader", "lab"];
    let body: Vec<&str> = (0..3 + i % 5)
        .map(|j| words[(i + j * j) % words.len()])
        .collect();
    format!("---\n{}\n---\n\n{}\n", lines.join("\n"), body.join(" "))
}

const QUERIES: [&str; 11] = [
    "-nothing",
    "nothing",
    "brain",
    "robot war",
    "+lab -war",
    "topics:ai",
    "brain provider:decider",
    "date:1970..",
    "mixed:1",
    "title:on",
    "images.width:50 leader",
];

/// A query over the made articles.
pub(crate) fn query() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(&QUERIES[..])
}

/// All that a query finds, the best first.
pub(crate) fn all_hits(query: &str) -> Arc<Page> {
    static FOUND: LazyLock<Mutex<HashMap<String, Arc<Page>>>> = LazyLock::new(Mutex::default);
    let mut found = FOUND.lock().expect("no test failed in here");
    let search = || {
        let query = Query::new(query).limit(1000).collapse(false);
        Arc::new(MADE.search(&query).expect("a page"))
    };
    Arc::clone(found.entry(query.to_owned()).or_insert_with(search))
}
