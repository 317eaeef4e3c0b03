use std::sync::LazyLock;

use gleaner::{IngestOptions, Page, Query, Rung, Searcher};
use proptest::prelude::*;

use crate::made::{MADE, query};
use crate::support::{Folder, gleaner, hold_for, paths, seeds};

const FILM: &str = "000_9cc39a4a6963c75f.txt";
const STILLS: &str = "001_77feaa13a1e19091.txt";
const REVIEW: &str = "003_6a51a6705fafdd11.txt";

static SEEDS: LazyLock<Searcher> = LazyLock::new(|| {
    let (index, _) =
        gleaner::ingest_in_memory(seeds(), &IngestOptions::default()).expect("indexed");
    Searcher::of(&index).expect("a searcher")
});

fn search(query: &str) -> Page {
    SEEDS.search(&Query::new(query)).expect("a page")
}

fn notes(page: &Page) -> Vec<String> {
    page.notes.iter().map(ToString::to_string).collect()
}

fn articles() -> Folder {
    let folder = Folder::new(&[
        (
            "a.md",
            "---\nprovider: North\n---\n# Harbours\n\nA lighthouse keeper paints boats.\n",
        ),
        (
            "b.md",
            "---\nprovider: South\n---\n# Mountains\n\nThe glacier retreats in 2023.\n",
        ),
        (
            "c.md",
            "---\nprovider: South\n---\n# Rivers\n\nBoats wait below the glacier.\n",
        ),
    ]);
    folder.ingest();
    folder
}

#[test]
fn a_misspelled_word_is_read_as_the_near_ones() {
    let page = search("clonning");
    assert_eq!(page.answered, Rung::Variants);
    assert_eq!(page.total, 3);
    assert_eq!(
        notes(&page),
        ["nothing has `clonning`: showing what has cloning"]
    );
    assert!(page.hits[0].score > 0.0, "near words count");
    let marks = page.hits.iter().flat_map(|hit| &hit.snippet.marks);
    assert!(marks.count() > 0, "near words are marked");
    assert_eq!(paths(&page), paths(&search("cloning")));
}

#[test]
fn the_beginning_of_a_word_is_read_as_the_word() {
    let page = search("cyberp");
    assert_eq!(
        (page.answered, paths(&page)),
        (Rung::Variants, vec![REVIEW.into()])
    );
    assert_eq!(
        notes(&page),
        ["nothing has `cyberp`: showing what has cyberpunk"]
    );
}

#[test]
fn a_misspelled_word_of_a_phrase_or_compound_leaves_it_one() {
    for query in [
        "\"trian to busan\"",
        "+\"train to busann\"",
        "\"busann director\"~3",
        "title:teaser OR \"trian to busan\"",
    ] {
        let page = search(query);
        let expected = match query {
            "title:teaser OR \"trian to busan\"" => Rung::AsTyped,
            _ => Rung::Variants,
        };
        assert_eq!(page.answered, expected, "{query}");
    }
    assert_eq!(
        search("\"trian to busan\"").total,
        search("\"train to busan\"").total
    );
    assert_eq!(search("brian-cloning").answered, Rung::Variants);
}

#[test]
fn words_that_are_nowhere_together_are_found_apart() {
    let folder = articles();
    for query in [
        "+lighthouse +glacier",
        "lighthouse AND glacier",
        "\"lighthouse glacier\"",
        "lighthouse-glacier",
        "+(lighthouse AND glacier)",
        "+lighthouse +glaceir",
    ] {
        let page = folder.search(query);
        assert_eq!(page.answered, Rung::SomeWords, "{query}");
        assert_eq!(page.total, 3, "{query}");
        assert_eq!(
            notes(&page)[0],
            "nothing has all of this: showing what has some of the words"
        );
    }
    let all = Query::new("lighthouse glacier").all(true);
    let searcher = Searcher::open(folder.index()).expect("an index");
    let page = searcher.search(&all).expect("a page");
    assert_eq!((page.answered, page.total), (Rung::SomeWords, 3));
}

#[test]
fn filters_and_exclusions_hold_on_every_rung() {
    let folder = articles();
    let check = |query: &str, rung, expected: &[&str]| {
        let page = folder.search(query);
        let mut found = paths(&page);
        found.sort();
        assert_eq!((page.answered, &found[..]), (rung, &to_owned(expected)[..]));
    };
    check("glaceir provider:south", Rung::Variants, &["b.md", "c.md"]);
    check("glaceir -boats", Rung::Variants, &["b.md"]);
    check(
        "+lighthouse +glacier provider:south",
        Rung::SomeWords,
        &["b.md", "c.md"],
    );
    check("+lighthouse +glacier -boats", Rung::SomeWords, &["b.md"]);
    check(
        "(lighthouse AND provider:south) AND glacier",
        Rung::Nothing,
        &[],
    );
    check("glacier provider:north", Rung::Nothing, &[]);
    check("glaceir -glacier", Rung::Nothing, &[]);
    check("provider:suoth", Rung::Nothing, &[]);
}

fn to_owned(paths: &[&str]) -> Vec<String> {
    paths.iter().map(|path| (*path).to_owned()).collect()
}

#[test]
fn numbers_and_short_words_are_not_read_as_others() {
    let folder = articles();
    for query in ["2024", "202", "boa", "gla", "1nothing"] {
        let page = folder.search(query);
        assert_eq!((page.answered, page.total), (Rung::Nothing, 0), "{query}");
    }
}

#[test]
fn a_word_that_may_have_been_meant_is_suggested() {
    let folder = articles();
    let told = |query: &str| notes(&folder.search(query));
    assert_eq!(
        told("paitns"),
        ["nothing has `paitns`: showing what has paints"]
    );
    assert_eq!(
        told("boats glaceir"),
        ["nothing has `glaceir`; did you mean: glacier?"]
    );
    // Two edits of five letters are too many to be taken for granted.
    assert_eq!(told("botsz"), ["nothing has `botsz`; did you mean: boats?"]);
    assert_eq!(told("2024 boats"), [] as [&str; 0]);
    assert_eq!(
        told("glac ier boats"),
        [] as [&str; 0],
        "one word typed apart"
    );
}

#[test]
fn what_is_near_to_nothing_finds_nothing() {
    for query in ["nonsensical", "+nonsensical", "xqzzyvwk-xqzzyvwk", "", "-"] {
        let page = search(query);
        assert_eq!((page.answered, page.total), (Rung::Nothing, 0), "{query}");
    }
    assert_eq!(search("nonsensical").notes, []);
    let folder = articles();
    let ran = gleaner(&folder.index(), &["search", "nonsensical"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    let ran = gleaner(&folder.index(), &["search", "glaceir"]);
    assert_eq!(ran.code, 0, "something is shown");
    assert_eq!(
        ran.err.lines().next(),
        Some("note: nothing has `glaceir`: showing what has glacier")
    );
}

#[test]
fn without_the_ladder_nothing_is_nothing() {
    for query in [
        "clonning",
        "\"cloning brain netflix\"",
        "+teaser +hemorrhage",
    ] {
        let page = SEEDS
            .search(&Query::new(query).ladder(false))
            .expect("a page");
        assert_eq!((page.answered, page.total), (Rung::Nothing, 0), "{query}");
        assert_eq!(page.notes, [], "{query}");
    }
}

#[test]
fn paths_alone_come_from_the_same_rung() {
    for query in ["clonning", "+teaser +hemorrhage", "netflix", "nonsensical"] {
        let query = Query::new(query);
        let page = SEEDS.search(&query).expect("a page");
        let bare = SEEDS.search_paths(&query).expect("a page");
        let found: Vec<String> = bare
            .paths
            .iter()
            .map(|(path, _)| path.to_string())
            .collect();
        assert_eq!((bare.answered, found), (page.answered, paths(&page)));
    }
}

/// A page of about 10,000 characters made of an article's own words.
fn pasted() -> String {
    let text = std::fs::read_to_string(seeds().join(FILM)).expect("a seed");
    let mut page: String = text.chars().cycle().take(10_000).collect();
    // Words of no article do not displace those of one.
    page.extend((0..200).map(|i| format!(" qz{i}x")));
    page
}

#[test]
fn a_pasted_page_is_cut_to_its_telling_words() {
    for query in [Query::new(pasted()), Query::plain(pasted())] {
        let page = SEEDS.search(&query).expect("a page");
        assert_eq!(paths(&page)[0], FILM);
        let notes = notes(&page);
        let told = notes
            .iter()
            .find(|note| note.starts_with("a long text: ranked by its 64 most telling words of "));
        assert!(told.is_some(), "{notes:?}");
    }
    let short = SEEDS.search(&Query::plain("brain ".repeat(500)));
    assert_eq!(notes(&short.expect("a page")), [] as [&str; 0]);
}

#[test]
fn what_is_required_or_excluded_in_a_long_text_stays() {
    let with = |piece: &str| {
        let words = pasted().replace(['"', '“', '”', '-'], " ");
        paths(&search(&format!("{words}) {piece}")))
    };
    assert_eq!(with("+hemorrhage"), [STILLS]);
    assert_eq!(with("provider:decider"), [] as [&str; 0]);
    assert!(with("netflix").contains(&FILM.into()));
    assert!(!with("-teaser").contains(&FILM.into()));
}

/// Whoever is shown something else than they asked for is told so.
#[test]
fn another_rung_is_told() {
    let values = (query(), "[a-z]{3,9}", "[+\"]?");
    // Each case is four searches, most of them for words that nothing has.
    hold_for(200, &values, |(query, broken, sign)| {
        for text in [
            format!("{query} +{broken}"),
            format!("{sign}{broken} {query}"),
        ] {
            let page = MADE.search(&Query::new(text.as_str())).expect("a page");
            let is_found = matches!(page.answered, Rung::Variants | Rung::SomeWords);
            prop_assert!(!is_found || !page.notes.is_empty(), "{}", text);
            prop_assert_eq!(page.answered == Rung::Nothing, page.total == 0);
            let typed = Query::new(text.as_str()).ladder(false);
            let typed = MADE.search(&typed).expect("a page");
            if typed.total > 0 {
                prop_assert_eq!(page.answered, Rung::AsTyped);
                prop_assert_eq!(paths(&page), paths(&typed));
            }
        }
        Ok(())
    });
}
