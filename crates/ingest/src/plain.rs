//! Plain text becomes passages, and a title is found for what has none.

mod sentence;

use gleaner_store::article::{Located, Passage, PassageKind, TitleSource};

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
