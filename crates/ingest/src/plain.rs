//! Plain text becomes passages, and a title is found for what has none.

mod sentence;

use gleaner_store::{Located, Passage, PassageKind, TitleSource};

/// A title taken from a text has at most this many characters.
const LONGEST_TITLE: usize = 120;

/// The paragraphs of a text; `first_line` is the 1-based line of the file at which it starts.
///
/// Blank lines separate paragraphs. A paragraph keeps its lines, without the blanks at their ends.
pub(crate) fn passages(text: &str, first_line: u32) -> Vec<Passage> {
    let mut passages = Vec::new();
    let mut paragraph = String::new();
    let mut lines = Vec::new();
    // The blank line after the last one ends the last paragraph.
    for (nth, line) in text.split('\n').chain([""]).enumerate() {
        let line = line.trim();
        if !line.is_empty() {
            if !paragraph.is_empty() {
                paragraph.push('\n');
            }
            paragraph.push_str(line);
            lines.push(first_line.saturating_add(nth as u32));
        } else if !paragraph.is_empty() {
            passages.push(Passage {
                kind: PassageKind::Prose,
                text: paragraph.as_str().to_owned(),
                lines: lines.as_slice().to_vec(),
            });
            paragraph.clear();
            lines.clear();
        }
    }
    passages
}

/// The title of a text that has none in its front matter: its first line, or the start of it.
///
/// Lines without any letter or digit, such as `=====`, are passed over. The first line that is left
/// is the title if it reads like one: it has at most [`LONGEST_TITLE`] characters, does not end in
/// a full stop, comma, colon or semicolon, and the next line does not go on with it. That is so if
/// there is no next line in the paragraph, or if there is just one, and it does not begin with a
/// lower-case letter. Otherwise the title is the first sentence, cut at a word if it is longer than
/// [`LONGEST_TITLE`] characters.
///
/// Code is never a title, so an article of nothing else has none.
pub(crate) fn title(passages: &[Passage]) -> Option<(Located, TitleSource)> {
    let mut prose = passages
        .iter()
        .filter(|passage| passage.kind != PassageKind::Code);
    prose.find_map(|passage| {
        let mut start = 0;
        let mut lines = passage.text.split('\n');
        let skipped = lines.by_ref().take_while(|line| {
            let skipped = !says_something(line);
            start += if skipped { line.len() + 1 } else { 0 };
            skipped
        });
        let line = *passage.lines.get(skipped.count())?;
        let text = &passage.text[start..];
        let first = text.split('\n').next()?;
        // A line of dashes under the first one sets it apart like a blank line.
        let mut following = lines.take_while(|line| says_something(line));
        let goes_on = following.next().is_some_and(|second| {
            second.starts_with(char::is_lowercase) || following.next().is_some()
        });
        Some(if goes_on || !reads_like_a_title(first) {
            let text = sentence::first(text, LONGEST_TITLE);
            (Located { text, line }, TitleSource::FirstSentence)
        } else {
            let words: Vec<&str> = first.split_whitespace().collect();
            let text = words.join(" ");
            (Located { text, line }, TitleSource::FirstLine)
        })
    })
}

fn says_something(line: &str) -> bool {
    line.chars().any(char::is_alphanumeric)
}

fn reads_like_a_title(line: &str) -> bool {
    let ends_a_sentence = |c: char| {
        matches!(
            c,
            '.' | ',' | ';' | ':' | '。' | '．' | '｡' | '、' | '，' | '；' | '：'
        )
    };
    let is_short = line.chars().nth(LONGEST_TITLE).is_none();
    is_short && (!line.ends_with(ends_a_sentence) || line.ends_with("..."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn title_of(text: &str) -> (String, u32, TitleSource) {
        let (title, source) = title(&passages(text, 1)).expect("the text has a title");
        (title.text, title.line, source)
    }

    fn check_line(text: &str, line: u32, expected: &str) {
        assert_eq!(
            title_of(text),
            (expected.to_owned(), line, TitleSource::FirstLine)
        );
    }

    fn check_sentence(text: &str, line: u32, expected: &str) {
        assert_eq!(
            title_of(text),
            (expected.to_owned(), line, TitleSource::FirstSentence)
        );
    }

    #[test]
    fn blank_lines_separate_paragraphs() {
        let found = passages("\n one \n\ttwo\n \t\n\u{3000}\nthree\n\n", 5);
        let expected = [("one\ntwo", vec![6, 7]), ("three", vec![10])];
        let expected = expected.map(|(text, lines)| Passage {
            kind: PassageKind::Prose,
            text: text.to_owned(),
            lines,
        });
        assert_eq!(found, expected);
        assert_eq!(passages("", 1), []);
        assert_eq!(passages(" \n\n\t", 1), []);
    }

    #[test]
    fn a_first_line_by_itself_is_the_title() {
        check_line("A short heading\n\nThen the text.", 1, "A short heading");
        check_line("\n\n  Is   this it?\n", 3, "Is this it?");
        check_line("To be continued...\n\nText.", 1, "To be continued...");
        check_line("短い見出し\n\n本文。", 1, "短い見出し");
    }

    #[test]
    fn a_line_of_dashes_is_no_title_and_sets_one_apart() {
        check_line(
            "=====\nThe report\n=====\nFirst we looked.\nThen not.",
            2,
            "The report",
        );
        check_line("* * *\n\n—\n\nThe report\n\nText.", 5, "The report");
        assert_eq!(title(&passages("---\n\n***\n", 1)), None);
    }

    #[test]
    fn the_second_line_may_tell_that_the_first_goes_on() {
        check_line(
            "Teaser for a new film\n(Credit: the studio)\n\nText.",
            1,
            "Teaser for a new film",
        );
        check_sentence(
            "The teaser for a new film\nwas shown. It is short.\n",
            1,
            "The teaser for a new film was shown.",
        );
        check_sentence(
            "One two three\nFour five six\nSeven.",
            1,
            "One two three Four five six Seven.",
        );
    }

    #[test]
    fn a_sentence_is_no_title_line() {
        check_sentence(
            "A studio showed a film, Some_Name.\n\nText.",
            1,
            "A studio showed a film, Some_Name.",
        );
        check_sentence("Dear reader,\n\nWelcome.", 1, "Dear reader,");
        check_sentence("見出しではない。本文です。", 1, "見出しではない。");
        let long = "word ".repeat(40);
        let (text, _, source) = title_of(&long);
        assert_eq!(source, TitleSource::FirstSentence);
        assert_eq!(text, "word ".repeat(24).trim_end().to_owned() + "…");
    }

    proptest! {
        #[test]
        fn every_line_that_is_not_blank_comes_out_as_it_is(
            text in "([a-z. \u{e9}\u{3000}\t\r]{0,8}\n{0,3}){0,12}",
            first in 1_u32..9,
        ) {
            let found = passages(&text, first);
            let mut lines = Vec::new();
            for passage in &found {
                prop_assert_eq!(passage.text.split('\n').count(), passage.lines.len());
                lines.extend(passage.text.split('\n').zip(passage.lines.iter().copied()));
            }
            let expected: Vec<(&str, u32)> = text
                .split('\n')
                .zip(first..)
                .map(|(line, number)| (line.trim(), number))
                .filter(|(line, _)| !line.is_empty())
                .collect();
            prop_assert_eq!(lines, expected);
        }

        #[test]
        fn any_text_has_a_short_title_or_none(text in any::<String>()) {
            if let Some((title, _)) = title(&passages(&text, 1)) {
                prop_assert!(says_something(&title.text));
                prop_assert!(!title.text.contains('\n'));
                prop_assert_eq!(title.text.trim(), &title.text);
            }
        }
    }
}
