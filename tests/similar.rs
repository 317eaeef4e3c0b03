use std::fs;

use expect_test::expect;
use gleaner::{Error, Searcher, SimilarPage, SimilarReason};

use crate::support::{Folder, gleaner, seeds};

fn similar(folder: &Folder, path: &str) -> SimilarPage {
    let searcher = Searcher::open(folder.index()).expect("an index");
    searcher.similar(&path.into(), 10).expect("a page")
}

/// The hits of a page, one a line: path and reasons.
fn shown(page: &SimilarPage) -> String {
    let line = |(path, reasons): (String, &[SimilarReason])| {
        let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
        format!("{path} {}\n", reasons.join("; "))
    };
    let hits = page.hits.iter();
    hits.map(|hit| line((hit.path.to_string(), &hit.reasons)))
        .collect()
}

const FERRY: &str = "---\ntitle: Ferry aground\nurl: https://example.org/ferry/\nrelated:\n  - title: \
    The lights of the COAST!\n  - title: Not its title any more\n    webUrl: https://example.org/Tides\n---\n\
    The ferry Aldona ran aground in a squall. Passengers left the ferry by lifeboat.\n";

fn harbour() -> Folder {
    let folder = Folder::new(&[
        ("ferry.md", FERRY),
        (
            "lifeboat.md",
            "---\ntitle: Lifeboat crew\n---\nThe lifeboat took passengers off the Aldona.\n",
        ),
        (
            "lights.md",
            "---\ntitle: The lights of the coast\n---\nLamps need oil.\n",
        ),
        (
            "tides.md",
            "---\ntitle: Tides\nurl: https://example.org/tides\n---\nHigh and low.\n",
        ),
        (
            "inquiry.md",
            "---\ntitle: Inquiry opens\nrelated:\n  - title: ferry aground\n---\nJudges sat down.\n",
        ),
        (
            "wreck.md",
            "---\ntitle: Wrecks\n---\nShips run aground in every squall.\n",
        ),
        ("bread.md", "---\ntitle: Bread\n---\nFlour, water, salt.\n"),
        ("salt.md", "---\ntitle: Salt\n---\nFrom water of the sea.\n"),
    ]);
    folder.ingest();
    folder
}

#[test]
fn words_and_related_entries_are_joined_and_told_apart() {
    let page = similar(&harbour(), "ferry.md");
    assert_eq!(page.title, "Ferry aground");
    expect![[r"
        inquiry.md names it as related
        lights.md named by it as related
        tides.md named by it as related
        wreck.md alike: aground, squall
        lifeboat.md alike: aldona, lifeboat, passengers
    "]]
    .assert_eq(&shown(&page));
    let page = similar(&harbour(), "lights.md");
    assert!(
        page.hits[0].path.to_string() == "ferry.md"
            && page.hits[0].reasons.contains(&SimilarReason::NamesIt),
        "{page:?}"
    );
}

#[test]
fn the_seeds_are_like_each_other() {
    let index = tempfile::tempdir().expect("a temporary folder");
    gleaner(index.path(), &["index", &seeds().to_string_lossy()]);
    let path = seeds().join("000_9cc39a4a6963c75f.txt");
    let ran = gleaner(index.path(), &["similar", &path.to_string_lossy()]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let root = fs::canonicalize(seeds()).expect("the seeds");
    expect![[r"
        1.  On January 10, Netflix unveiled the production still cuts for Yeon Sang-ho’s
            upcoming sci-fi film, Jung_E.
            seeds/001_77feaa13a1e19091.txt
            alike: film, sang, soo, 22nd, also

        2.  Stream It Or Skip It: ‘Jung_E’ on Netflix, a Sci-Fi Fable About AI and
            Brain-Cloning
            seeds/003_6a51a6705fafdd11.txt
            2023-01-24 · Decider
            alike: ai, jung, apocalyptic

    "]]
    .assert_eq(&ran.out.replace(&*root.to_string_lossy(), "seeds"));
}

#[test]
fn near_copies_are_given_apart() {
    let words: Vec<String> = (0..120).map(|i| format!("word{i}")).collect();
    let text = words.join(" ");
    let folder = Folder::new(&[
        ("a.md", &format!("# Storm\n\n{text}\n")),
        ("b.md", &format!("# Storm\n\n{}\n", words[..80].join(" "))),
        ("c.md", "# Calm\n\nword100 word101 word102 and others.\n"),
        ("d.md", "# Other\n\nNothing of that.\n"),
    ]);
    folder.ingest();
    let page = similar(&folder, "a.md");
    let copies: Vec<String> = page
        .copies
        .iter()
        .map(|copy| copy.path.to_string())
        .collect();
    assert_eq!(copies, ["b.md"]);
    assert!(shown(&page).starts_with("c.md alike: word"), "{page:?}");
    assert_eq!(page.hits.len(), 1);
    let ran = gleaner(&folder.index(), &["similar", "a.md"]);
    assert!(ran.out.starts_with("=   Storm\n"), "{}", ran.out);
    assert!(ran.out.contains("\n    near copy (100 %)\n"), "{}", ran.out);
}

#[test]
fn an_unknown_path_is_an_error_that_names_the_nearest() {
    let folder = harbour();
    let ran = gleaner(&folder.index(), &["similar", "news/fery.md"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert_eq!(
        ran.err,
        "gleaner: news/fery.md: no such article in the index\nNearest: `ferry.md`.\n"
    );
    folder.write("broken.md", b"NUL \0 here");
    folder.ingest();
    let searcher = Searcher::open(folder.index()).expect("an index");
    let left_out = searcher.similar(&"broken.md".into(), 10);
    assert!(
        matches!(left_out, Err(Error::NoArticle { .. })),
        "{left_out:?}"
    );
}

#[test]
fn an_article_is_named_as_a_file_or_below_the_root() {
    let folder = harbour();
    let file = folder.articles().join("ferry.md");
    let expected = gleaner(&folder.index(), &["similar", "ferry.md"]).out;
    assert!(expected.starts_with("1.  "), "{expected}");
    for path in [
        file.as_path(),
        &folder.articles().join("../articles/ferry.md"),
    ] {
        let ran = gleaner(&folder.index(), &["similar", &path.to_string_lossy()]);
        assert_eq!(ran.out, expected, "{}", ran.err);
    }
    fs::remove_file(&file).expect("removed");
    let ran = gleaner(&folder.index(), &["similar", &file.to_string_lossy()]);
    assert_eq!(ran.out, expected, "{}", ran.err);
}

#[test]
fn nothing_like_it_is_nothing_found() {
    let folder = Folder::new(&[("a.md", "Alone here."), ("b.md", "Other words.")]);
    folder.ingest();
    let ran = gleaner(&folder.index(), &["similar", "a.md"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, "nothing like it\n"));
}

#[test]
fn the_history_of_the_index_does_not_matter() {
    let names = ["ferry", "squall", "lifeboat", "harbour", "captain", "tide"];
    let text = |i: usize| {
        let words: Vec<&str> = (0..12).map(|j| names[(i * j + j / 2) % 6]).collect();
        format!(
            "---\ntitle: {} {i}\n---\n{}\n",
            names[i % 6],
            words.join(" ")
        )
    };
    let grown = Folder::new(&[]);
    for i in 0..24 {
        grown.write(&format!("{i:02}.md"), text(i));
        grown.write(&format!("gone{i:02}.md"), text(i + 1));
        if i % 3 == 0 {
            grown.ingest();
        }
    }
    grown.ingest();
    for i in 0..24 {
        fs::remove_file(grown.articles().join(format!("gone{i:02}.md"))).expect("removed");
        if i % 5 == 0 {
            grown.write("00.md", format!("Another text {i}."));
            grown.ingest();
        }
    }
    grown.write("00.md", text(0));
    grown.ingest();
    let fresh = Folder::new(&[]);
    for i in 0..24 {
        fresh.write(&format!("{i:02}.md"), text(i));
    }
    fresh.ingest();
    for i in 0..24 {
        let path = format!("{i:02}.md");
        let (one, other) = (similar(&grown, &path), similar(&fresh, &path));
        assert!(!one.hits.is_empty());
        assert_eq!((one.hits, one.copies), (other.hits, other.copies), "{path}");
    }
}
