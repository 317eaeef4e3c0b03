use expect_test::expect;
use gleaner::{Hit, IngestOptions, Query, Searcher};
use serde_json::Value;

use crate::support::{Folder, gleaner, paths};

/// A made article of 231 words about a made event, in paragraphs.
const STORY: &[&str] = &[
    "The harbour ferry Aldona ran aground off Skerry Point early on Tuesday with ninety-one people \
     aboard, after her crew lost the use of both engines in a short but violent squall.",
    "Nobody was badly hurt. Two passengers were treated for bruises, the coastguard said, and all \
     of them were brought ashore by lifeboat within two hours of the first call for help.",
    "Captain Marit Osei said the wind had risen from a breeze to a gale in the time it took to boil \
     a kettle. \"We dropped the anchor and it dragged,\" she told reporters at the quay. \"After \
     that the sea decided where we went.\"",
    "The ferry, built in 1987, had passed an inspection in March. Her owners, Norrland Lines, said \
     the fuel of both engines came from one tank, and that samples of it had been sent to a \
     laboratory on the mainland.",
    "Salvage crews mean to refloat her at the spring tide on Saturday. Booms have been laid around \
     the hull, although no oil had been seen on the water by nightfall.",
    "The line is running buses around the bay for the rest of the week. Fishermen complained that \
     the wreck closes the narrow channel to their grounds, and asked the council to pay for the \
     days they cannot go out.",
    "It is the third grounding off the point in twenty years, and the first by a passenger ship. A \
     light that once marked the outer rock was put out in 2009 to save money.",
];

/// Another report of the same event, which shares a quotation and the names.
const OTHER_STORY: &str = "Passengers who spent Tuesday morning on a stranded ferry have spoken of \
    their fear as the Aldona drifted towards the rocks of Skerry Point.\n\n\"People were praying, \
    and a man beside me was singing,\" said Ines Takala, a teacher, who was on her way to work. \
    \"When we struck it was almost gentle.\"\n\nCaptain Marit Osei has been praised for keeping calm. \
    \"We dropped the anchor and it dragged,\" she told reporters at the quay. \"After that the sea \
    decided where we went.\"\n\nThe union of seamen asked why a ship with a single fuel tank was \
    allowed to carry so many. Norrland Lines would not answer that before the inquiry, which begins \
    in the capital next month and will hear from divers, surveyors and the crew of the lifeboat.";

fn article(title: &str, provider: &str, paragraphs: &[&str]) -> String {
    let text = paragraphs.join("\n\n");
    format!("---\ntitle: {title}\nprovider: {provider}\n---\n{text}\n")
}

/// The story, the same with another headline, cut to its first two thirds, and another story.
fn made_set() -> Folder {
    let text = STORY.join("\n\n");
    let words: Vec<&str> = text.split_inclusive(char::is_whitespace).collect();
    let cut = words[..words.len() * 2 / 3].concat();
    let folder = Folder::new(&[]);
    let files = [
        (
            "a-original.md",
            "Ferry runs aground off Skerry Point",
            "Gazette",
            &text[..],
        ),
        (
            "b-headline.md",
            "Ninety-one saved as stricken Aldona hits rocks",
            "Reuters",
            &text,
        ),
        (
            "c-cut.md",
            "Ferry runs aground off Skerry Point",
            "AP",
            &cut,
        ),
        (
            "d-other.md",
            "\"The sea decided where we went\"",
            "Courier",
            OTHER_STORY,
        ),
    ];
    for (name, title, provider, text) in files {
        folder.write(name, article(title, provider, &[text]));
    }
    folder.ingest();
    folder
}

fn shown(hits: &[Hit]) -> Vec<(String, Vec<String>)> {
    let copies = |hit: &Hit| {
        hit.copies
            .iter()
            .map(|copy| copy.path.to_string())
            .collect()
    };
    hits.iter()
        .map(|hit| (hit.path.to_string(), copies(hit)))
        .collect()
}

#[test]
fn an_edited_headline_and_a_cut_are_copies_and_another_story_is_not() {
    let folder = made_set();
    let page = folder.search("ferry aldona skerry");
    assert_eq!((page.total, page.collapsed), (4, 2));
    let mut groups: Vec<Vec<String>> = shown(&page.hits)
        .into_iter()
        .map(|(best, mut group)| {
            group.push(best);
            group.sort();
            group
        })
        .collect();
    groups.sort();
    assert_eq!(
        groups,
        [
            vec!["a-original.md", "b-headline.md", "c-cut.md"],
            vec!["d-other.md"]
        ]
    );
    let likeness = page
        .hits
        .iter()
        .flat_map(|hit| &hit.copies)
        .map(|copy| copy.likeness);
    assert!(likeness.into_iter().all(|likeness| likeness >= 0.95));
}

#[test]
fn the_best_stands_for_its_copies_which_are_named_by_who_published_them() {
    let folder = made_set();
    let ran = gleaner(&folder.index(), &["search", "stricken ferry"]);
    let lines: Vec<&str> = ran
        .out
        .lines()
        .filter(|line| line.contains("cop"))
        .collect();
    assert_eq!(lines, ["    +2 copies: AP, Gazette"]);
    assert!(ran.out.starts_with("1.  Ninety-one saved"), "{}", ran.out);
    assert_eq!(ran.err, "4 hits, 2 of them as copies, 1 with all words\n");
    let ran = gleaner(&folder.index(), &["search", "-n", "1", "stricken ferry"]);
    assert_eq!(
        ran.err,
        "hits 1 to 1 of 4, with 2 copies, 1 with all words\n"
    );
}

#[test]
fn every_article_stands_by_itself_when_asked_and_in_lists_of_paths() {
    let folder = made_set();
    let args = [
        "search",
        "--format",
        "json",
        "--no-collapse",
        "stricken ferry",
    ];
    let page: Value = serde_json::from_str(&gleaner(&folder.index(), &args).out).expect("JSON");
    assert_eq!(page["collapsed"], 0);
    let hits = page["hits"].as_array().expect("hits");
    assert_eq!(hits.len(), 4);
    assert!(
        hits.iter()
            .all(|hit| hit["copies"] == serde_json::json!([]))
    );
    let ran = gleaner(
        &folder.index(),
        &["search", "--format", "paths", "stricken ferry"],
    );
    assert_eq!(ran.out.lines().count(), 4);
}

#[test]
fn json_names_the_copies() {
    let folder = made_set();
    let args = ["search", "--format", "json", "stricken"];
    let page: Value = serde_json::from_str(&gleaner(&folder.index(), &args).out).expect("JSON");
    assert_eq!(page["total"], 1);
    let args = ["search", "--format", "json", "ferry grounding"];
    let page: Value = serde_json::from_str(&gleaner(&folder.index(), &args).out).expect("JSON");
    let copies = page["hits"][0]["copies"].as_array().expect("copies");
    let copies: Vec<String> = copies
        .iter()
        .map(|copy| {
            format!(
                "{} {} {} {}",
                copy["path"], copy["provider"], copy["date"], copy["likeness"]
            )
        })
        .collect();
    expect![[r#"
        "b-headline.md" "Reuters" null 1.0
        "c-cut.md" "AP" null 1.0"#]]
    .assert_eq(&copies.join("\n"));
}

/// Pages of a reference that differ in what they name only.
fn reference(name: &str) -> String {
    let text = "Gets or sets how the control is drawn where the theme does not say. The value is taken \
        when the window is made, and later changes have no effect before the next message. Call \
        the function from the thread that made the window, with a handle that was not closed. \
        Requirements: Windows 10, header control.h, library control.lib, and a manifest that asks \
        for version six of the common controls.";
    format!("# {name} function\n\nThe **{name}** function. {text}\n\n`{name}(handle, value);`\n")
}

#[test]
fn pages_from_one_template_about_different_things_are_no_copies() {
    let folder = Folder::new(&[]);
    for name in ["SetFrame", "SetShade", "SetCorner"] {
        folder.write(&format!("{name}.md"), reference(name));
    }
    folder.write("old/SetFrame.md", reference("SetFrame"));
    folder.ingest();
    let page = folder.search("control theme window");
    assert_eq!((page.total, page.collapsed), (4, 1));
    let joined: Vec<_> = shown(&page.hits)
        .into_iter()
        .filter(|(_, copies)| !copies.is_empty())
        .collect();
    assert_eq!(
        joined,
        [("SetFrame.md".to_owned(), vec!["old/SetFrame.md".to_owned()])]
    );
}

#[test]
fn issues_of_a_series_are_no_copies() {
    let text = STORY.join("\n\n");
    let folder = Folder::new(&[]);
    for (name, title) in [
        ("a.md", "News of the harbour, January 2023"),
        ("b.md", "News of the harbour, January 2024"),
        ("c.md", "News of the harbour"),
    ] {
        folder.write(name, article(title, "Gazette", &[&text]));
    }
    folder.ingest();
    let hits = shown(&folder.search("harbour january 2023").hits);
    let expected = [
        ("a.md".to_owned(), vec!["c.md".to_owned()]),
        ("b.md".to_owned(), vec![]),
    ];
    assert_eq!(hits, expected);
}

#[test]
fn the_seeds_are_never_joined() {
    let (index, _) = gleaner::ingest_in_memory(crate::support::seeds(), &IngestOptions::default())
        .expect("indexed");
    let searcher = Searcher::of(&index).expect("an index");
    for query in [
        "netflix",
        "jung_e",
        "yeon sang-ho",
        "film",
        "\"train to busan\"",
        "the",
    ] {
        let page = searcher.search(&Query::new(query)).expect("a page");
        assert_eq!(page.collapsed, 0, "{query}");
        assert_eq!(page.hits.len() as u64, page.total, "{query}");
    }
}

#[test]
fn short_articles_are_copies_only_where_title_and_text_are_the_same() {
    let note = "---\ntitle: Tide table\n---\nHigh water at six, low water at noon.\n";
    let folder = Folder::new(&[
        ("a.md", note),
        ("b.md", note),
        (
            "c.md",
            "---\ntitle: Tides\n---\nHigh water at six, low water at noon.\n",
        ),
        (
            "d.md",
            "---\ntitle: Tide table\n---\nHigh water at six, low water at one.\n",
        ),
        ("e.md", "---\ntitle: Tide water\n---\n"),
        ("f.md", "---\ntitle: Tide water\n---\n"),
    ]);
    folder.ingest();
    let joined: Vec<_> = shown(&folder.search("water").hits)
        .into_iter()
        .filter(|(_, copies)| !copies.is_empty())
        .collect();
    assert_eq!(joined, [("a.md".to_owned(), vec!["b.md".to_owned()])]);
}

#[test]
fn an_excerpt_stands_for_the_text_where_there_is_no_other() {
    let excerpt = STORY[0].to_owned() + STORY[1];
    let file = |title: &str| format!("---\ntitle: {title}\nexcerpt: >\n  {excerpt}\n---\n");
    let folder = Folder::new(&[
        ("a.md", &file("Ferry aground")),
        ("b.md", &file("Aldona ashore")),
    ]);
    folder.ingest();
    assert_eq!(folder.search("coastguard").collapsed, 1);
}

#[test]
fn a_chain_of_small_changes_joins_nothing_that_is_not_alike() {
    // 150 words each, of which 130 stand in the next one and 110 in the one after that.
    let words: Vec<String> = (0..220).map(|i| format!("word{i}")).collect();
    let folder = Folder::new(&[]);
    for i in 0..4 {
        let text = words[i * 20..i * 20 + 150].join(" ");
        folder.write(&format!("{i}.md"), article("Ferry log", "P", &[&text]));
    }
    folder.ingest();
    let joined = |best: &str, copy: &str| (best.to_owned(), vec![copy.to_owned()]);
    assert_eq!(
        shown(&folder.search("ferry").hits),
        [joined("0.md", "1.md"), joined("2.md", "3.md")]
    );
}

#[test]
fn pages_follow_one_another_without_showing_an_article_twice() {
    let folder = Folder::new(&[]);
    let name = |i: usize| {
        format!(
            "Vessel{}",
            ["ada", "bo", "cy", "dee", "eve", "fay", "gus"][i]
        )
    };
    for (i, paragraph) in STORY.iter().enumerate() {
        let text = format!("{} {}", name(i), paragraph);
        let text = format!("{text} {}", text.replace(' ', " q").replace("qthe", "the"));
        for copy in 0..=i % 3 {
            folder.write(&format!("{i}-{copy}.md"), article(&name(i), "P", &[&text]));
        }
    }
    folder.ingest();
    let searcher = Searcher::open(folder.index()).expect("an index");
    let query = Query::new("the");
    let all = searcher.search(&query.clone().limit(100)).expect("a page");
    assert_eq!((all.total, all.hits.len(), all.collapsed), (13, 7, 6));
    let mut paged = Vec::new();
    for offset in (0..8).step_by(2) {
        let page = searcher
            .search(&query.clone().limit(2).offset(offset))
            .expect("a page");
        assert_eq!(page.total, all.total);
        paged.extend(page.hits);
    }
    assert_eq!(paged, all.hits);
    let none = searcher.search(&query.clone().limit(0)).expect("a page");
    assert_eq!((none.total, none.collapsed, none.hits.len()), (13, 0, 0));
    let apart = searcher
        .search(&query.collapse(false).limit(100))
        .expect("a page");
    assert_eq!(
        (apart.hits.len(), paths(&apart).len(), apart.collapsed),
        (13, 13, 0)
    );
}
