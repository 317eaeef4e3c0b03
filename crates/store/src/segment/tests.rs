use std::collections::BTreeMap;
use std::fs;

use super::Collector;
use crate::analysis::Language;
use crate::article::{Article, ArticlePath, Passage, PassageKind};
use crate::file_state::FileState;
use crate::record::{CommitRecord, Selection};
use crate::store::{Store, WriteOptions};

/// A made article with frequent words, rare ones and one of its own.
fn article(number: u32) -> Article {
    let words =
        (0..40).map(|i| format!("w{} ", number.wrapping_mul(7_919).wrapping_add(i * i) % 97));
    let passage = Passage {
        kind: PassageKind::Prose,
        text: words.chain([format!("own{number} running runs")]).collect(),
        lines: vec![1],
    };
    Article {
        passages: vec![passage],
        topics: vec![format!("topic {}", number % 5)],
        ..Article::default()
    }
}

/// Indexes 300 articles on one thread that makes a run of every `share` bytes, and a file of stored
/// articles of every `store_share`. Gives the files of the index by their extensions, and the number of
/// runs.
fn index(share: usize, store_share: usize) -> (BTreeMap<String, Vec<u8>>, usize) {
    let dir = tempfile::tempdir().expect("a folder");
    let opened = Store::open_for_writing(dir.path(), &WriteOptions::default());
    let (store, lock) = opened.expect("an empty index");
    let mut writer = store.writer(Some(lock));
    let mut collector: Collector = writer.collector(1);
    collector.share = share;
    collector.store_share = store_share;
    for number in 0..300 {
        let path = ArticlePath::from_bytes(format!("{number:03}.md").into_bytes());
        let added = collector.add(&path, &FileState::default(), article(number), &[]);
        added.expect("added");
    }
    let runs = collector
        .collected
        .as_ref()
        .map_or(0, |collected| collected.runs.len());
    writer.take(vec![collector]).expect("one segment");
    let record = CommitRecord::new(Language::English, None, None, Selection::default());
    writer.commit(&record).expect("a commit");
    assert_eq!(
        store.orphans().expect("a list"),
        [] as [std::path::PathBuf; 0]
    );
    let snapshot = store.snapshot().expect("a snapshot");
    assert_eq!(snapshot.articles().expect("a number"), 300);
    for number in [0, 1, 150, 299] {
        let path = ArticlePath::from_bytes(format!("{number:03}.md").into_bytes());
        let address = snapshot.find(&path).expect("a look").expect("an address");
        let stored = snapshot.article(address).expect("an article");
        assert_eq!(stored.passages, article(number).passages);
    }
    let files = fs::read_dir(dir.path()).expect("a folder").map(|entry| {
        let path = entry.expect("an entry").path();
        let extension = path
            .extension()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        (extension, fs::read(&path).expect("a file"))
    });
    (files.collect(), runs)
}

#[test]
fn a_segment_is_the_same_however_many_runs_it_is_made_of() {
    let (whole, none) = index(usize::MAX, usize::MAX);
    let (pieces, runs) = index(1, usize::MAX);
    assert_eq!(none, 0, "nothing is put aside before the end");
    assert_eq!(runs, 300, "each article is a run of its own");
    for extension in ["term", "idx", "pos", "fieldnorm", "store"] {
        assert!(whole[extension] == pieces[extension], "{extension}");
    }
    for extension in ["term", "idx", "pos", "fieldnorm", "fast", "store"] {
        assert!(whole[extension].len() > 100, "{extension} has something");
    }
    let (many, _) = index(1, 1);
    for extension in ["term", "idx", "pos", "fieldnorm"] {
        assert!(whole[extension] == many[extension], "{extension}");
    }
}
