use gleaner_store::{
    Analyzer, Article, Language, Located, Passage, PassageKind, Related, TitleSource,
};

use super::*;
use crate::words::Reading;

fn analyzer() -> Analyzer {
    Analyzer::new(Language::English)
}

fn patterns(words: &[&str]) -> Vec<Pattern> {
    let pattern = |word: &&str| Pattern::sequence(&Reading::of(word, &mut analyzer()).cells);
    words.iter().map(pattern).collect()
}

fn prose(line: u32, text: &str) -> Passage {
    let lines = (line..).take(text.matches('\n').count() + 1).collect();
    Passage {
        kind: PassageKind::Prose,
        text: text.into(),
        lines,
    }
}

fn article(passages: Vec<Passage>) -> Article {
    let title = Located {
        text: "A title".into(),
        line: 1,
    };
    Article {
        title,
        title_source: TitleSource::FrontMatter,
        passages,
        ..Article::default()
    }
}

fn snippets_of(article: &Article, marker: &mut Marker<'_>) -> (Snippet, Option<Snippet>) {
    let stored = StoredArticle::of(article.clone()).expect("an article can be stored");
    snippets(&stored, marker).expect("what was stored can be read")
}

fn shown(article: &Article, words: &[&str]) -> (String, u32) {
    let patterns = patterns(words);
    let (snippet, _) = snippets_of(article, &mut Marker::new(&patterns, analyzer()));
    (snippet.mark("[", "]"), snippet.line)
}

#[test]
fn the_passage_with_most_of_the_words_is_shown_with_its_line() {
    let article = article(vec![
        prose(3, "Clones are mentioned."),
        prose(7, "Here the brain\nof a soldier is cloned."),
    ]);
    let (text, line) = shown(&article, &["brain", "cloning"]);
    assert_eq!(text, "Here the [brain] of a soldier is [cloned].");
    assert_eq!(line, 7);
    assert_eq!(shown(&article, &["soldier"]).1, 8);
}

#[test]
fn a_sequence_is_marked_as_one_and_only_where_it_is_whole() {
    let article = article(vec![prose(1, "Jung Yi, Jung-E and JUNG_E: jung or e.")]);
    assert_eq!(
        shown(&article, &["jung_e"]).0,
        "Jung Yi, [Jung-E] and [JUNG_E]: jung or e."
    );
}

#[test]
fn without_a_match_the_excerpt_is_shown_or_the_first_prose() {
    let mut found = article(vec![prose(9, "First words.")]);
    assert_eq!(shown(&found, &["nothing"]), ("First words.".into(), 9));
    found.excerpt = Some(Located {
        text: "In short.".into(),
        line: 4,
    });
    assert_eq!(shown(&found, &["nothing"]), ("In short.".into(), 4));
}

#[test]
fn a_related_entry_is_shown_as_such_and_only_as_a_last_resort() {
    let mut found = article(vec![prose(9, "Robots everywhere.")]);
    let related = Related {
        title: "On games".into(),
        excerpt: "Robots in Cyberpunk.".into(),
        url: None,
        line: 5,
    };
    found.related.push(related);
    let patterns = patterns(&["cyberpunk"]);
    let (snippet, _) = snippets_of(&found, &mut Marker::new(&patterns, analyzer()));
    assert_eq!(snippet.part, SnippetPart::Related("On games".into()));
    assert_eq!(
        (snippet.mark("[", "]").as_str(), snippet.line),
        ("Robots in [Cyberpunk].", 5)
    );
    assert_eq!(
        shown(&found, &["robots"]),
        ("[Robots] everywhere.".into(), 9)
    );
}

#[test]
fn words_as_they_stand_are_marked_in_no_other_form() {
    let article = article(vec![prose(1, "Clone, cloned, clones.")]);
    let patterns = [Pattern::exact_forms(["cloned".into(), "clones".into()])];
    let (snippet, _) = snippets_of(&article, &mut Marker::new(&patterns, analyzer()));
    assert_eq!(snippet.mark("[", "]"), "Clone, [cloned], [clones].");
}

#[test]
fn a_long_passage_is_cut_at_sentences() {
    let filler = "Some words that fill the page and say nothing at all. ".repeat(20);
    let text = format!("{filler}Then a clone appears. {filler}");
    let (shown, _) = shown(&article(vec![prose(1, &text)]), &["clone"]);
    assert!(
        shown.starts_with("Then a [clone] appears. Some words"),
        "{shown}"
    );
    assert!(shown.ends_with("at all."), "{shown}");
    assert!(shown.chars().count() <= ALONE.target + 3, "{shown}");
}

#[test]
fn a_text_without_blanks_is_cut_between_characters() {
    let text = format!("{}東京都{}", "あ".repeat(400), "い".repeat(400));
    let (shown, _) = shown(&article(vec![prose(1, &text)]), &["東京"]);
    assert!(shown.starts_with('…') && shown.ends_with('…'), "{shown}");
    assert!(shown.contains("[東京]都"), "{shown}");
}

fn heading(line: u32, level: u8, text: &str) -> Passage {
    Passage {
        kind: PassageKind::Heading(level),
        ..prose(line, text)
    }
}

/// The two passages, each with its line.
fn both(article: &Article, words: &[&str]) -> [Option<(String, u32)>; 2] {
    let patterns = patterns(words);
    let (first, second) = snippets_of(article, &mut Marker::new(&patterns, analyzer()));
    let shown = |snippet: Snippet| (snippet.mark("[", "]"), snippet.line);
    [Some(shown(first)), second.map(shown)]
}

#[test]
fn a_second_passage_is_shown_for_what_the_first_has_not() {
    let article = article(vec![
        prose(3, "A brain was scanned in a laboratory of the company."),
        prose(
            5,
            "The company keeps a copy of it, and later sells that very brain.",
        ),
        prose(9, "Years later a soldier is cloned for the first time."),
    ]);
    assert_eq!(
        both(&article, &["cloning", "brain", "company"]),
        [
            Some((
                "A [brain] was scanned in a laboratory of the [company].".into(),
                3
            )),
            Some((
                "Years later a soldier is [cloned] for the first time.".into(),
                9
            ))
        ]
    );
    // Nothing that only repeats.
    assert_eq!(both(&article, &["brain", "company"])[1], None);
    assert_eq!(both(&article, &["brain", "robots"])[1], None);
}

#[test]
fn both_passages_may_be_of_one_paragraph() {
    let filler = "Some words that fill the page and say nothing at all. ".repeat(20);
    let text = format!("{filler}A brain is scanned. {filler}Then a clone appears. {filler}");
    let [first, second] = both(&article(vec![prose(1, &text)]), &["clone", "brain"]);
    let (first, second) = (first.unwrap_or_default().0, second.unwrap_or_default().0);
    assert!(first.starts_with("A [brain] is scanned. Some"), "{first}");
    assert!(second.starts_with("Then a [clone] appears."), "{second}");
    for shown in [first, second] {
        assert!(shown.ends_with("at all."), "{shown}");
        assert!(shown.chars().count() <= ONE_OF_TWO.target + 2, "{shown}");
    }
}

#[test]
fn words_near_each_other_are_shown_before_the_same_words_far_apart() {
    let article = article(vec![
        prose(
            1,
            &format!("The brain {} is not cloned.", "of it all ".repeat(15)),
        ),
        prose(2, "Far below, the cloned brain wakes up from its dreams."),
    ]);
    assert_eq!(shown(&article, &["brain", "clone"]).1, 2);
}

#[test]
fn other_ways_to_write_a_word_are_not_another_word() {
    let article = article(vec![
        prose(
            1,
            "The film Jung_E, which is also written Jung-E, is out now.",
        ),
        prose(2, "Jung_E is about a brain that is copied by its makers."),
    ]);
    let mut patterns = patterns(&["jung_e"]);
    patterns.push(Pattern::instead("jung"));
    patterns.push(Pattern::word(["brain".to_owned()]));
    let marker = &mut Marker::new(&patterns, analyzer());
    assert_eq!(marker.words(), 2);
    let (snippet, second) = snippets_of(&article, marker);
    assert_eq!((snippet.line, second), (2, None));
}

#[test]
fn a_passage_knows_its_headings() {
    let mut found = article(vec![
        heading(1, 1, "A title"),
        heading(2, 2, "Plot"),
        heading(3, 3, "The\nend"),
        prose(4, "A clone escapes at the end of the film."),
        heading(5, 2, "Cast"),
        prose(6, "A soldier is played by somebody else."),
    ]);
    let headings = |article: &Article, word: &str| {
        let patterns = patterns(&[word]);
        let marker = &mut Marker::new(&patterns, analyzer());
        snippets_of(article, marker).0.headings
    };
    assert_eq!(headings(&found, "clone"), ["Plot", "The end"]);
    assert_eq!(headings(&found, "soldier"), ["Cast"]);
    // A heading stands under those above it, not under itself.
    assert_eq!(headings(&found, "end"), ["Plot", "The end"]);
    assert_eq!(headings(&found, "cast"), [""; 0]);
    found.title.text = "Another".into();
    assert_eq!(headings(&found, "soldier"), ["A title", "Cast"]);
}

#[test]
fn lines_broken_by_an_editor_are_no_sentences() {
    let line = "a line that goes on and on without an end\n";
    let text = format!(
        "{}Here it ends. Then\na clone appears. {}",
        line.repeat(20),
        line.repeat(20)
    );
    let (shown, at) = shown(&article(vec![prose(1, &text)]), &["clone"]);
    assert!(
        shown.starts_with("Then a [clone] appears. a line"),
        "{shown}"
    );
    assert_eq!(at, 22);
}

#[test]
fn characters_of_a_reader_are_never_cut() {
    // A family of four, a flag, a letter with two marks.
    for cluster in [
        "👨\u{200d}👩\u{200d}👧\u{200d}👦",
        "🇰🇷",
        "e\u{301}\u{323}",
        "क्षि",
    ] {
        let text = format!("{} clone {}", cluster.repeat(300), cluster.repeat(300));
        let (shown, _) = shown(&article(vec![prose(1, &text)]), &["clone"]);
        let rest = shown.replace(cluster, "");
        assert_eq!(rest, "… [clone] …", "{cluster}");
        assert!(shown.chars().count() <= ALONE.target + 4, "{cluster}");
    }
}

/// A passage without a blank line as long as no prose is.
fn endless(start: &str, unit: &str, bytes: usize, end: &str) -> Article {
    let text = format!("{start}{}{end}", unit.repeat(bytes / unit.len()));
    article(vec![prose(1, &text)])
}

#[test]
fn of_an_endless_match_the_beginning_is_shown() {
    for unit in ["\u{301}", "b"] {
        let article = endless("a", unit, 3 * LONGEST_MATCH, " the end");
        let word = format!(
            "a{}",
            if unit == "b" {
                "b".repeat(63)
            } else {
                String::new()
            }
        );
        let (shown, _) = shown(&article, &[&word]);
        assert!(shown.starts_with("[a"), "{unit}");
        assert!(shown.ends_with("]…"), "{unit}");
        assert!(shown.len() <= 2 * LONGEST_MATCH, "{unit}: {}", shown.len());
    }
}

#[test]
fn an_endless_passage_is_looked_through_by_stretches() {
    let article = endless("", "x", 2 * STRETCH, "\nthe clone is here");
    assert_eq!(
        shown(&article, &["clone"]).1,
        2,
        "the line is that of the file"
    );
    assert!(
        shown(&article, &["clone"])
            .0
            .contains("the [clone] is here")
    );
    let patterns = patterns(&["clone"]);
    let marker = &mut Marker::new(&patterns, analyzer());
    let text = format!("clone {} clone", "x".repeat(STRETCH));
    let mut read = 0;
    assert_eq!(
        matches(&text, marker, &mut read).len(),
        1,
        "the first stretch is enough"
    );
    assert_eq!(read, STRETCH);
    let mut read = 0;
    assert_eq!(matches(&"x ".repeat(STRETCH), marker, &mut read), []);
    assert_eq!(read, 0, "no word begins so");
    let mut read = PATIENCE + 1;
    assert_eq!(matches(&text, marker, &mut read), [], "that was enough");
}

#[test]
fn words_said_again_and_again_do_not_multiply() {
    let (query, text) = ("the ".repeat(3_000), "the ".repeat(20_000));
    let patterns = patterns(&[&query, "the"]);
    let marker = &mut Marker::new(&patterns, analyzer());
    let found = marker.find(&text);
    let long = found.iter().filter(|found| found.word == 0).count();
    assert_eq!(long, marker::MOST_LOOKUPS / 2_999 + 1);
    assert!(
        found
            .windows(2)
            .all(|pair| pair[0].range.start <= pair[1].range.start)
    );
}

proptest::proptest! {
    #[test]
    fn two_passages_say_more_than_one(
        texts in proptest::collection::vec("([a-d]{1,2}[ ,.東\n]{1,2}|filler ){0,90}", 1..5),
        words in proptest::collection::vec("[a-d]{1,2}", 1..5),
    ) {
        let passages = (1..).step_by(100).zip(&texts).map(|(line, text)| prose(line, text));
        let article = article(passages.collect());
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let patterns = patterns(&words);
        let marker = &mut Marker::new(&patterns, analyzer());
        let (first, second) = snippets_of(&article, marker);
        let Some(second) = second else { return Ok(()) };
        let has = |snippet: &Snippet, marker: &mut Marker<'_>| -> BTreeSet<usize> {
            marker.find(&snippet.text).iter().map(|found| found.word).collect()
        };
        let (in_first, in_second) = (has(&first, marker), has(&second, marker));
        proptest::prop_assert!(!in_second.is_subset(&in_first), "{:?} {:?}", first, second);
        for snippet in [&first, &second] {
            proptest::prop_assert!(!snippet.marks.is_empty(), "{:?}", snippet);
            proptest::prop_assert!(snippet.text.chars().count() <= ONE_OF_TWO.whole + 2);
        }
    }

    #[test]
    fn marks_are_in_range_and_in_order(text in "[a-c東ф́e ._\u{300}\n\u{1b}]{0,900}", word in "[a-c東ф]{1,2}") {
        let article = article(vec![prose(1, &text)]);
        let patterns = patterns(&[&word, "a b"]);
        let (snippet, _) = snippets_of(&article, &mut Marker::new(&patterns, analyzer()));
        let mut last = 0;
        for mark in &snippet.marks {
            assert!(mark.start >= last && mark.start < mark.end, "{snippet:?}");
            assert!(snippet.text.get(mark.clone()).is_some(), "{snippet:?}");
            last = mark.end;
        }
        assert!(!snippet.text.chars().any(char::is_control), "{snippet:?}");
    }
}

#[test]
fn a_pattern_said_again_is_the_same_with_what_stands_in_for_it() {
    let said = |stem: &str| Pattern::word([stem.to_owned()]);
    let jung = [said("jung"), Pattern::instead("junge")];
    let patterns = [&jung[..], &jung, &[said("jung")], &[said("film")]].concat();
    let distinct = super::distinct(patterns);
    assert_eq!(
        distinct,
        [&jung[..], &[said("jung")], &[said("film")]].concat()
    );
}
