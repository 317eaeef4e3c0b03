use gleaner_store::{Analyzer, Language, Located, Related, TitleSource};

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

fn shown(article: &Article, words: &[&str]) -> (String, u32) {
    let patterns = patterns(words);
    let (snippet, line) = snippet(article, &mut Marker::new(&patterns, analyzer()));
    (snippet.mark("[", "]"), line)
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
        line: 5,
    };
    found.related.push(related);
    let patterns = patterns(&["cyberpunk"]);
    let (snippet, line) = snippet(&found, &mut Marker::new(&patterns, analyzer()));
    assert_eq!(snippet.part, SnippetPart::Related("On games".into()));
    assert_eq!(
        (snippet.mark("[", "]").as_str(), line),
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
    let (snippet, _) = snippet(&article, &mut Marker::new(&patterns, analyzer()));
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
    assert!(shown.chars().count() <= TARGET_CHARS + 3, "{shown}");
}

#[test]
fn a_text_without_blanks_is_cut_between_characters() {
    let text = format!("{}東京都{}", "あ".repeat(400), "い".repeat(400));
    let (shown, _) = shown(&article(vec![prose(1, &text)]), &["東京"]);
    assert!(shown.starts_with('…') && shown.ends_with('…'), "{shown}");
    assert!(shown.contains("[東京]都"), "{shown}");
}

proptest::proptest! {
    #[test]
    fn marks_are_in_range_and_in_order(text in "[a-c東ф́e ._\u{300}\n\u{1b}]{0,900}", word in "[a-c東ф]{1,2}") {
        let article = article(vec![prose(1, &text)]);
        let patterns = patterns(&[&word, "a b"]);
        let (snippet, _) = snippet(&article, &mut Marker::new(&patterns, analyzer()));
        let mut last = 0;
        for mark in &snippet.marks {
            assert!(mark.start >= last && mark.start < mark.end, "{snippet:?}");
            assert!(snippet.text.get(mark.clone()).is_some(), "{snippet:?}");
            last = mark.end;
        }
        assert!(!snippet.text.chars().any(char::is_control), "{snippet:?}");
    }
}
