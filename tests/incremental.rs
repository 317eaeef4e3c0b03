use std::fs;
use std::time::{Duration, SystemTime};

use gleaner::{Freshness, IngestOptions, Searcher};

use crate::support::Folder;

const QUERIES: [&str; 13] = [
    "brain",
    "robot war",
    "\"brain cloning\"",
    "clone*",
    "cl?n*g brian~",
    "/rob.t|w[a-z]r/",
    "body:\"robot war\" body:bra*",
    "path:1/** -path:*7.md",
    "has:topic missing:date",
    "topics:film",
    "-war",
    "quality:>1",
    "leader brain the",
];

/// Paths and exact scores of all queries.
fn answers(folder: &Folder) -> Vec<Vec<(String, u64)>> {
    let answer = |query: &&str| {
        let page = folder.search(query);
        page.hits
            .iter()
            .map(|hit| (hit.path.to_string(), hit.score.to_bits()))
            .collect()
    };
    QUERIES.iter().map(answer).collect()
}

fn article(i: usize) -> String {
    let words = ["brain", "cloning", "robot", "war", "leader", "Busan", "lab"];
    let body: Vec<&str> = (0..20 + i % 7)
        .map(|j| words[(i * 5 + j * (1 + i % 3)) % words.len()])
        .collect();
    let topic = if i.is_multiple_of(2) { "film" } else { "AI" };
    format!(
        "---\ntitle: Article {i}\ntopics: [{topic}]\nquality: {i}\n---\n\n# On {i}\n\n{}\n",
        body.join(" ")
    )
}

fn folder(count: usize) -> Folder {
    let folder = Folder::new(&[]);
    for i in 0..count {
        folder.write(&format!("{}/{i:03}.md", i % 4), article(i));
    }
    folder
}

#[test]
fn each_kind_of_change_is_counted_and_the_result_equals_a_rebuild() {
    let folder = folder(60);
    let articles = folder.articles();
    assert_eq!(
        folder.ingest().to_string(),
        "60 articles: 60 added, 0 changed, 0 removed, 0 unchanged"
    );

    let later = SystemTime::now() + Duration::from_secs(10);
    let touched = fs::File::options()
        .write(true)
        .open(articles.join("0/000.md"))
        .expect("a file");
    touched.set_modified(later).expect("touched");
    folder.write(
        "1/001.md",
        article(1) + "\nEdited: the leader of the lab.\n",
    );
    folder.write("new.txt", "A new article\n\nOn brain cloning.\n");
    fs::remove_file(articles.join("2/002.md")).expect("removed");
    fs::rename(articles.join("3/003.md"), articles.join("0/renamed.md")).expect("renamed");

    let report = folder.ingest();
    assert_eq!(
        report.to_string(),
        "60 articles: 1 added, 1 changed, 1 removed, 57 unchanged, 1 renamed"
    );
    assert_eq!(report.opened, 4, "touched, edited, new and renamed");
    assert_eq!(folder.paths("edited"), ["1/001.md"]);
    assert_eq!(folder.paths("quality:3"), ["0/renamed.md"]);
    assert_eq!(folder.paths("quality:2"), [] as [&str; 0]);
    assert!(folder.paths("new").contains(&"new.txt".to_owned()));

    let updated = answers(&folder);
    let mut options = IngestOptions::default();
    options.rebuild = true;
    let report = folder.ingest_with(&options);
    assert_eq!(
        report.to_string(),
        "60 articles: 60 added, 0 changed, 0 removed, 0 unchanged"
    );
    assert_eq!(updated, answers(&folder));
    fs::remove_dir_all(folder.index()).expect("removed");
    folder.ingest();
    assert_eq!(updated, answers(&folder));
}

#[test]
fn many_rounds_of_changes_keep_the_index_small_and_exact() {
    let folder = folder(40);
    folder.ingest();
    for round in 0..12 {
        for i in 0..=round % 5 {
            let n = (round * 7 + i * 3) % 40;
            folder.write(&format!("{}/{n:03}.md", n % 4), article(n + round + 1));
        }
        let report = folder.ingest();
        assert_eq!(report.articles, 40);
    }
    let updated = answers(&folder);
    let status = gleaner::status(folder.index()).expect("a status");
    assert!(status.segments <= 4, "{status:?}");
    fs::remove_dir_all(folder.index()).expect("removed");
    folder.ingest();
    assert_eq!(updated, answers(&folder));
}

/// Names and contents of all files of the index.
fn bytes(folder: &Folder) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder.index()).expect("the index");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .map(|path| (path.display().to_string(), fs::read(path).expect("a file")))
        .collect();
    files.sort();
    files
}

#[test]
fn where_nothing_changed_nothing_is_opened_or_written() {
    let folder = folder(30);
    folder.write("binary.md", b"a\0b");
    let report = folder.ingest();
    assert_eq!(
        (report.articles, report.left_out, report.opened),
        (30, 1, 31)
    );
    let before = bytes(&folder);
    let report = folder.ingest();
    assert_eq!(
        report.to_string(),
        "30 articles: 0 added, 0 changed, 0 removed, 30 unchanged, 1 left out"
    );
    assert_eq!(report.opened, 0);
    assert_eq!(report.standing_problems, 1);
    assert_eq!(bytes(&folder), before);
}

#[test]
fn a_searcher_keeps_its_view_until_it_reloads() {
    let folder = folder(5);
    folder.ingest();
    let searcher = Searcher::open(folder.index()).expect("an index");
    folder.write("more.txt", "More\n\nA hemorrhage.");
    folder.ingest();
    let hits = || {
        searcher
            .search(&gleaner::Query::new("hemorrhage"))
            .expect("a page")
            .total
    };
    assert_eq!(hits(), 0);
    searcher.clone().reload().expect("reloaded");
    assert_eq!(hits(), 1);
}

#[test]
fn hits_say_whether_their_file_is_still_what_was_indexed() {
    let folder = Folder::new(&[
        ("a.md", "clone a"),
        ("b.md", "clone b"),
        ("c.md", "clone c"),
        ("d.md", "clone d"),
    ]);
    folder.ingest();
    let articles = folder.articles();
    fs::remove_file(articles.join("b.md")).expect("removed");
    folder.write("c.md", "clones");
    let later = SystemTime::now() + Duration::from_secs(10);
    fs::File::options()
        .write(true)
        .open(articles.join("d.md"))
        .and_then(|f| f.set_modified(later))
        .expect("touched");
    let page = folder.search("clone");
    let mut states: Vec<_> = page
        .hits
        .iter()
        .map(|hit| (hit.path.to_string(), hit.freshness))
        .collect();
    states.sort_by(|a, b| a.0.cmp(&b.0));
    let expected = [
        ("a.md", Freshness::Current),
        ("b.md", Freshness::Gone),
        ("c.md", Freshness::Changed),
        ("d.md", Freshness::Current),
    ];
    assert_eq!(
        states,
        expected.map(|(path, state)| (path.to_owned(), state))
    );
}

#[test]
fn equal_scores_come_in_the_order_of_the_paths_whatever_the_history() {
    let folder = Folder::new(&[]);
    for name in ["m", "z", "a", "q", "b"] {
        folder.write(
            &format!("{name}.txt"),
            "The same words.\n\nAnd no others at all.",
        );
        folder.ingest();
    }
    assert_eq!(
        folder.paths("words"),
        ["a.txt", "b.txt", "m.txt", "q.txt", "z.txt"]
    );
}
