use crate::support::Folder;

/// An article with a word in one place and the same filler in all others.
fn article(title: &str, excerpt: &str, heading: &str, body: &str, related: &str) -> String {
    format!(
        "---\ntitle: A day at the {title}\nexcerpt: What one sees by the {excerpt}\nrelated:\n  - title: \
         More of the {related}\n---\n\n## Under the {heading}\n\nLong ago there was a {body} to be seen.\n"
    )
}

#[test]
fn title_over_excerpt_over_heading_over_body_over_related() {
    let folder = Folder::new(&[]);
    folder.write("e-title.md", article("zebra", "sea", "sea", "sea", "sea"));
    folder.write("d-excerpt.md", article("sea", "zebra", "sea", "sea", "sea"));
    folder.write("c-heading.md", article("sea", "sea", "zebra", "sea", "sea"));
    folder.write("b-body.md", article("sea", "sea", "sea", "zebra", "sea"));
    folder.write("a-related.md", article("sea", "sea", "sea", "sea", "zebra"));
    folder.ingest();
    assert_eq!(
        folder.paths("zebra"),
        [
            "e-title.md",
            "d-excerpt.md",
            "c-heading.md",
            "b-body.md",
            "a-related.md"
        ]
    );
}

#[test]
fn the_exact_form_ranks_above_the_others() {
    let folder = Folder::new(&[
        ("a.md", "They were cloning the sheep."),
        ("b.md", "They were cloned as the sheep."),
        ("c.md", "They saw a clone of the sheep."),
    ]);
    folder.ingest();
    assert_eq!(folder.paths("cloning")[0], "a.md");
    assert_eq!(folder.paths("cloned")[0], "b.md");
    assert_eq!(folder.paths("clone")[0], "c.md");
    assert_eq!(folder.search("clones").total, 3);
}

#[test]
fn more_of_the_words_rank_higher_and_rare_ones_count_more() {
    let folder = Folder::new(&[
        ("a.md", "The lion sleeps."),
        ("b.md", "The lion and the zebra."),
        ("c.md", "The zebra sleeps."),
        ("d.md", "The lion roars."),
        ("e.md", "The lion eats."),
    ]);
    folder.ingest();
    assert_eq!(folder.paths("lion zebra")[..2], ["b.md", "c.md"]);
}

#[test]
fn common_words_alone_are_found() {
    let folder = Folder::new(&[
        ("a.md", "To be, or not to be, that is the question."),
        ("b.md", "The The is a band."),
        ("c.md", "Nothing of that kind."),
    ]);
    folder.ingest();
    assert_eq!(folder.paths("\"to be or not to be\""), ["a.md"]);
    assert_eq!(folder.paths("\"the the\""), ["b.md"]);
    assert_eq!(folder.paths("the the")[0], "b.md");
    assert_eq!(folder.paths("the band"), ["b.md"]);
}

#[test]
fn words_of_no_latin_script_are_found_by_any_part() {
    let folder = Folder::new(&[
        ("ja.md", "東京都の天気は晴れです。"),
        ("ko.md", "한국어 문서입니다."),
        ("ru.md", "Ёлка стоит в лесу."),
    ]);
    folder.ingest();
    assert_eq!(folder.paths("東京"), ["ja.md"]);
    assert_eq!(folder.paths("京都の"), ["ja.md"]);
    assert_eq!(folder.paths("晴"), ["ja.md"]);
    assert_eq!(folder.paths("京東"), [] as [&str; 0]);
    assert_eq!(folder.paths("한국"), ["ko.md"]);
    assert_eq!(folder.paths("елка"), ["ru.md"]);
    assert_eq!(
        folder.search("天気").hits[0].snippet.mark("[", "]"),
        "東京都の[天気]は晴れです。"
    );
}
