use gleaner::{Date, Precision, Query, Searcher};

use crate::support::Folder;

fn notes(folder: &Folder, query: &str) -> Vec<String> {
    let page = folder.search(query);
    page.notes.iter().map(ToString::to_string).collect()
}

#[test]
fn the_body_is_told_from_titles_headings_and_labels() {
    let folder = Folder::new(&[
        (
            "front.md",
            "---\ntitle: Red barn\nexcerpt: green hill\ntopics: [blue]\nauthor: Ann Gray\n---\n\n\
             # Pink door\n\nA white barn on a low hill.\n\n```\nlet black = 1;\n```\n",
        ),
        (
            "heading.md",
            "# Red barn\n\nNothing but a red roof and a barn.\n",
        ),
        ("line.txt", "Red barn\n\nIt was a red barn.\n"),
        ("title.txt", "Red barn\nBy Bob\n\nNo colour here.\n"),
        ("empty.md", "---\ntitle: Red barn\n---\n"),
    ]);
    folder.ingest();
    let found = |query: &str| {
        let mut found = folder.paths(query);
        found.sort();
        found
    };
    assert_eq!(found("body:red"), ["heading.md", "line.txt"]);
    assert_eq!(found("body:\"red barn\""), ["line.txt"]);
    assert_eq!(found("body:barn"), ["front.md", "heading.md", "line.txt"]);
    assert_eq!(found("body:\"white hill\"~4"), ["front.md"]);
    assert_eq!(found("body:\"hill white\""), [] as [&str; 0]);
    assert_eq!(
        found("body:(green OR blue OR gray OR pink)"),
        [] as [&str; 0]
    );
    assert_eq!(found("body:black"), ["front.md"], "code is prose here");
    assert_eq!(found("body:bob"), ["title.txt"]);
    assert_eq!(found("body:r*d"), ["heading.md", "line.txt"]);
    assert_eq!(found("missing:body"), ["empty.md"]);
    assert_eq!(
        found("title:red -body:red"),
        ["empty.md", "front.md", "title.txt"]
    );
}

#[test]
fn paths_find_folders_and_files_but_none_that_was_left_out() {
    let folder = Folder::new(&[
        ("news/2023/a.md", "one"),
        ("old/news/b.md", "two"),
        ("newspaper/c.md", "three"),
        ("news.md", "four"),
    ]);
    folder.write("news/binary.md", b"a\0b");
    folder.ingest();
    let found = |query: &str| {
        let mut found = folder.paths(query);
        found.sort();
        found
    };
    assert_eq!(
        found("path:news"),
        ["news.md", "news/2023/a.md", "old/news/b.md"]
    );
    assert_eq!(found("path:/news/"), ["news/2023/a.md"]);
    assert_eq!(found("path:news/2023/**"), ["news/2023/a.md"]);
    assert_eq!(
        found("path:news*"),
        [
            "news.md",
            "news/2023/a.md",
            "newspaper/c.md",
            "old/news/b.md"
        ]
    );
    assert_eq!(found("-path:news"), ["newspaper/c.md"]);
    assert_eq!(found("missing:date").len(), 4);
}

#[test]
fn all_words_of_a_pattern_are_found_however_many_count() {
    let folder = Folder::new(&[]);
    for i in 0..300 {
        let letters: String = [i / 26, i % 26]
            .map(|n| char::from(b'a' + u8::try_from(n).expect("a letter")))
            .iter()
            .collect();
        folder.write(
            &format!("{i:03}.md"),
            format!("A text with word{letters} in it."),
        );
    }
    folder.ingest();
    for query in ["word*", "w?rd*", "/word[a-z]+/", "wordaa~2"] {
        let page = folder.search(query);
        assert_eq!(page.total, 300, "{query}");
        assert!(page.hits.iter().all(|hit| hit.score > 0.0), "{query}");
    }
    assert_eq!(
        notes(&folder, "word*"),
        [
            "`word*` at character 1 stands for many words: articles with any of them are found, \
             but 172 of the words do not count for the order"
        ]
    );
    let many = (0..40)
        .map(|i| format!("x{i}y*"))
        .collect::<Vec<_>>()
        .join(" ");
    let told = notes(&folder, &many);
    assert!(
        told[0].ends_with("there are too many patterns before it"),
        "{told:?}"
    );
}

/// Titles are known by their stems, which stand for more words than a pattern does.
#[test]
fn a_pattern_finds_what_stands_there_and_no_other_form() {
    let folder = Folder::new(&[
        (
            "title.md",
            "---\ntitle: Clone\nrelated:\n  - title: A clone\n---\nNothing here.\n",
        ),
        ("text.md", "The clones of it.\n"),
        ("both.md", "---\ntitle: Clones\n---\nOne clone of it.\n"),
    ]);
    folder.ingest();
    let found = |query: &str| {
        let mut found = folder.paths(query);
        found.sort();
        found
    };
    assert_eq!(found("clones*"), ["both.md", "text.md"]);
    assert_eq!(found("nothing clones*"), ["both.md", "text.md", "title.md"]);
    assert_eq!(found("clone*"), ["both.md", "text.md", "title.md"]);
    assert_eq!(found("clnes~1"), ["both.md", "text.md"]);
}

#[test]
fn what_cannot_be_read_as_a_pattern_is_words() {
    let folder = Folder::new(&[
        ("a.md", "A text of (x words and {2."),
        ("b.md", "# Another text"),
    ]);
    folder.ingest();
    assert_eq!(folder.paths("/words(/"), ["a.md"]);
    assert_eq!(
        notes(&folder, "/words(/"),
        ["`/words(/` at character 1 is no pattern that can be read, so it was taken as it stands"]
    );
    assert_eq!(folder.search("title:/(another/").total, 1);
    assert_eq!(folder.search("/tex./ /tex.+/").total, 2);
}

#[test]
fn any_key_that_holds_dates_takes_words_for_them() {
    let folder = Folder::new(&[
        (
            "a.md",
            "---\nreviewed: 2023-01-24T23:30:00-02:00\nday: 2023-01-18\n---\n\nOne.\n",
        ),
        (
            "b.md",
            "---\nreviewed: 2023-01-24T23:30:00Z\nday: yesterday\n---\n\nTwo.\n",
        ),
    ]);
    folder.ingest();
    let searcher = Searcher::open(folder.index()).expect("a searcher");
    let now = Date::from_civil(2023, 1, 25, Precision::Day).expect("a day");
    let found = |query: &str| {
        let page = searcher
            .search(&Query::new(query).now(now))
            .expect("a page");
        crate::support::paths(&page)
    };
    assert_eq!(
        found("reviewed:today"),
        ["a.md"],
        "01:30 the next day in UTC"
    );
    assert_eq!(found("reviewed:yesterday"), ["b.md"]);
    assert_eq!(found("reviewed:>=today"), ["a.md"]);
    assert_eq!(found("day:\"last week\""), ["a.md"]);
    assert_eq!(found("day:7d"), ["a.md"]);
    assert_eq!(found("day:yesterday"), ["b.md"], "a text with that word");
    assert_eq!(found("has:day").len(), 2);
}
