use std::sync::LazyLock;

use gleaner::{IngestOptions, Page, Query, Searcher, SnippetPart};

use crate::support::{paths, seeds};

const FILM: &str = "000_9cc39a4a6963c75f.txt";
const STILLS: &str = "001_77feaa13a1e19091.txt";
const REVIEW: &str = "003_6a51a6705fafdd11.txt";

static SEARCHER: LazyLock<Searcher> = LazyLock::new(|| {
    let (index, report) =
        gleaner::ingest_in_memory(seeds(), &IngestOptions::default()).expect("indexed");
    assert_eq!(
        report.to_string(),
        "3 articles: 3 added, 0 changed, 0 removed, 0 unchanged"
    );
    assert_eq!(report.problems, []);
    Searcher::of(&index).expect("a searcher")
});

fn search(query: &str) -> Page {
    SEARCHER.search(&Query::new(query)).expect("a page")
}

/// The hits in their order.
#[track_caller]
fn check(query: &str, expected: &[&str]) {
    let page = search(query);
    assert_eq!(paths(&page), expected, "{query}");
    assert_eq!(page.total, expected.len() as u64, "{query}");
}

/// The hits in any order.
#[track_caller]
fn check_set(query: &str, expected: &[&str]) {
    let mut found = paths(&search(query));
    found.sort();
    assert_eq!(found, expected, "{query}");
}

#[test]
fn all_ways_to_write_the_name_find_all_three() {
    for query in [
        "jung_e",
        "JUNG-E",
        "Jung-E",
        "junge",
        "\"jung e\"",
        "jung e",
        "JUNG_E's",
    ] {
        check_set(query, &[FILM, STILLS, REVIEW]);
    }
}

#[test]
fn all_ways_to_write_a_compound_find_the_same() {
    for query in ["sci-fi", "sci fi", "scifi", "Sci_Fi", "\"sci-fi\""] {
        check_set(query, &[STILLS, REVIEW]);
    }
}

#[test]
fn the_main_example_finds_all_three_with_the_words_marked() {
    let page = search("brain cloning");
    assert_eq!(page.total, 3);
    for hit in &page.hits {
        let marked =
            hit.snippet.mark("[", "]") + &gleaner::mark(&hit.title, &hit.title_marks, "[", "]");
        assert!(
            marked.contains("[brain]") || marked.contains("[Brain-Cloning]"),
            "{marked}"
        );
        assert!(
            marked.contains("[clon") || marked.contains("[Brain-Cloning]"),
            "{marked}"
        );
    }
}

#[test]
fn phrases_words_and_exclusions() {
    check_set("\"train to busan\"", &[FILM, STILLS]);
    check("teaser", &[FILM]);
    assert_eq!(paths(&search("\"kang soo-yeon\" hemorrhage"))[0], STILLS);
    check_set("netflix -teaser", &[STILLS, REVIEW]);
    check_set("netflix AND NOT teaser", &[STILLS, REVIEW]);
    check_set("(teaser OR hemorrhage) netflix", &[FILM, STILLS, REVIEW]);
    check_set("+(teaser OR hemorrhage) netflix", &[FILM, STILLS]);
    check_set("-teaser", &[STILLS, REVIEW]);
    check("nonsensical", &[]);
}

#[test]
fn front_matter_is_a_filter_by_any_key() {
    for query in [
        "provider:decider",
        "provider.name:Decider",
        "provider.domain:decider.com",
        "topics:AI",
        "topics:\"facebook ai\"",
        "topics:(film OR ai)",
        "topic:ai",
        "quality:>50",
        "quality:52",
        "heat:[70 TO 80]",
        "heat:70..",
        "date:2023-01-24",
        "date:2023",
        "date:<=2023-01",
        "date:2023-01-20..2023-01-31",
        "publishedDateTime:2023-01-24",
        "images.width:1200",
        "published:true",
        "type:article",
        "related.provider.name:gq",
        "url:https://decider.com/2023/01/24/jung_e-on-netflix-stream-it-or-skip-it/",
    ] {
        check(query, &[REVIEW]);
    }
    for query in [
        "quality:<50",
        "heat:..70",
        "date:2022",
        "topics:games",
        "published:false",
    ] {
        check(query, &[]);
    }
}

#[test]
fn filters_do_not_change_scores() {
    let score = |query: &str| {
        let page = search(query);
        page.hits
            .iter()
            .find(|hit| hit.path.to_string() == REVIEW)
            .map(|hit| hit.score.to_bits())
    };
    assert!(score("netflix").is_some());
    for query in [
        "netflix provider:decider",
        "netflix quality:>50 -teaser",
        "netflix date:2023",
    ] {
        assert_eq!(score(query), score("netflix"), "{query}");
    }
    assert_eq!(
        search("provider:decider").hits[0].score.to_bits(),
        0.0_f64.to_bits()
    );
}

#[test]
fn a_word_of_a_related_article_is_found_and_shown_as_such() {
    let page = search("cyberpunk 2077");
    assert_eq!(paths(&page), [REVIEW]);
    let hit = &page.hits[0];
    assert_eq!(
        hit.snippet.part,
        SnippetPart::Related("8 Sci-Fi Games About Artificial Intelligence".into())
    );
    assert!(
        hit.snippet.mark("[", "]").contains("[Cyberpunk] [2077]"),
        "{:?}",
        hit.snippet
    );
    assert_eq!(hit.line, 30, "the entry begins there");
}

#[test]
fn opaque_values_are_not_words() {
    for word in [
        "ZmNiKlXaNX4Y3sOvW0NVPjQzaCWLQSle",
        "6IXOwAzppaRcQYvqXF4K7EKpmzdTuYsemB6sFdLAOsmkPv25mZbdOnHAp8JiU1VVDqhn6FZirTnQbdS2ZUdATYYjqS2aLoK5CaA",
        "uboZFlxkBt9D8K2iUQ3EmDA",
        "o2o1CbPA8bEY8kmpdyVfIQ",
        "secured:*",
        "secured:ZmNiKlXaNX4Y3sOvW0NVPjQzaCWLQSle",
    ] {
        check(word, &[]);
    }
    let page = search("provider:decider");
    assert!(
        page.hits[0]
            .metadata
            .iter()
            .all(|(key, _)| key != "secured")
    );
}

#[test]
fn words_are_found_in_all_their_forms_and_the_exact_one_first() {
    check_set("clone", &[FILM, STILLS, REVIEW]);
    check_set("cloned", &[FILM, STILLS, REVIEW]);
    check_set("bra*", &[FILM, STILLS, REVIEW]);
    check_set("hemorr*", &[STILLS]);
    check_set("title:teaser", &[FILM]);
    check_set("excerpt:dystopia", &[REVIEW]);
}

#[test]
fn titles_are_what_a_reader_would_call_them() {
    let title = |query: &str| search(query).hits[0].title.clone();
    assert_eq!(
        title("teaser"),
        "Netflix shares teaser for Korean film, ‘JUNG-E’"
    );
    assert!(
        title("hemorrhage")
            .starts_with("On January 10, Netflix unveiled the production still cuts")
    );
    assert!(title("provider:decider").starts_with("Stream It Or Skip It: ‘Jung_E’ on Netflix"));
}

#[test]
fn a_hit_where_only_the_title_matched_shows_the_excerpt() {
    let page = search("\"stream it or skip it\"");
    assert_eq!(paths(&page), [REVIEW]);
    assert_eq!(page.hits[0].snippet.part, SnippetPart::Excerpt);
    assert!(
        page.hits[0]
            .snippet
            .text
            .starts_with("As he offered a new angle")
    );
    assert_eq!(page.hits[0].line, 4);
}

#[test]
fn no_text_is_an_error_and_what_was_left_out_is_noted() {
    for query in [
        "https://decider.com/2023/01/24/jung_e-on-netflix-stream-it-or-skip-it/",
        "don't",
        "C++",
        "-",
        "\"unbalanced",
        "foo (bar",
        "a:b:c",
        "12:30",
        "🎬",
        "",
        " ",
        "AND",
        "((((",
        "*",
        "quality:>",
        "date:yesterdayish",
        "netflix^3",
        "title:",
        "\u{0}\u{1b}[31m",
        "مرحبا",
        "-\"\"",
        "+-+",
    ] {
        let page = search(query);
        assert_eq!(page.total, page.hits.len() as u64, "{query}");
    }
    let notes = |query: &str| {
        search(query)
            .notes
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        notes("netflix -"),
        ["`-` at character 9 was left out: it only works directly before a word"]
    );
    assert_eq!(
        notes("nofield:x netflix"),
        ["`nofield:x` at character 1 was read as words: no article has such a field"]
    );
    assert_eq!(
        notes("date:soon netflix"),
        ["`date:soon` at character 1 holds no date: write it as 2023, 2023-01 or 2023-01-24"]
    );
    assert_eq!(
        notes("the brain"),
        ["`the` at character 1 is too common to count beside the other words"]
    );
}

#[test]
fn paging_goes_through_the_hits_once() {
    let all = paths(&search("netflix"));
    let page = |offset, limit| {
        let query = Query::new("netflix").offset(offset).limit(limit);
        SEARCHER.search(&query).expect("a page")
    };
    assert_eq!(paths(&page(1, 1)), &all[1..2]);
    assert_eq!(page(1, 1).hits[0].rank, 2);
    assert_eq!(page(0, 0).total, 3);
    assert_eq!(paths(&page(2, usize::MAX)), &all[2..]);
    assert_eq!(paths(&page(usize::MAX, usize::MAX)), [] as [&str; 0]);
}

#[test]
fn plain_words_have_no_syntax() {
    let page = SEARCHER
        .search(&Query::plain("netflix -teaser"))
        .expect("a page");
    assert_eq!(page.total, 3);
    assert_eq!(page.notes, []);
}

#[test]
fn paths_alone_are_the_same_hits() {
    for query in ["brain cloning", "netflix -teaser", "the", "nonsensical -"] {
        let query = Query::new(query).limit(2);
        let page = SEARCHER.search(&query).expect("a page");
        let bare = SEARCHER.search_paths(&query).expect("a page");
        let hits: Vec<_> = page
            .hits
            .iter()
            .map(|hit| (hit.path.clone(), hit.score))
            .collect();
        assert_eq!(
            (bare.paths, bare.total, bare.notes),
            (hits, page.total, page.notes)
        );
    }
}

/// tantivy 0.27 asserts that an excluded phrase is never asked for documents before its place.
#[test]
fn an_excluded_phrase_that_is_nowhere_excludes_nothing() {
    for query in [
        "netflix -\"teaser hemorrhage\"",
        "-quality:>AND \"and\" -\"the brain the\"",
        "topics:(-\"ai ai\") netflix",
    ] {
        assert!(search(query).total > 0, "{query}");
    }
}
