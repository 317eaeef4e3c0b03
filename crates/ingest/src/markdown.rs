//! Markdown becomes prose: text without markup, in passages, each line with its place in the file.

mod directives;
mod html;
mod html_block;
#[cfg(test)]
mod properties;
mod prose;
mod reader;
#[cfg(test)]
mod tests;

use gleaner_store::{Located, Passage, PassageKind, TitleSource};
use pulldown_cmark::{Options, Parser};

use crate::plain;
use reader::Reader;

/// A level-one heading longer than this, in characters, is a paragraph that was underlined.
const LONGEST_TITLE: usize = 250;

/// Beyond this column no marker of a quote or a list item is taken for one.
///
/// The parser walks through all open containers on every line, so a single line of a hundred
/// thousand `>` would make each later line slow. No text that was written by a person comes near.
const DEEPEST_MARKER: usize = 400;

/// The blocks of a Markdown text as prose; `first_line` is the 1-based line of the file at which
/// the text starts.
///
/// A text with quotes or lists nested hundreds of levels deep is read as plain text.
pub(crate) fn passages(markdown: &str, first_line: u32) -> Vec<Passage> {
    if is_too_deep(markdown) {
        return plain::passages(markdown, first_line);
    }
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM;
    let mut reader = Reader::new(markdown, first_line);
    for (event, range) in Parser::new_ext(markdown, options).into_offset_iter() {
        reader.event(event, range);
    }
    reader.finish()
}

/// The title of a Markdown text that has none in its front matter.
///
/// It is the first level-one heading, wherever it stands; or the first passage, if that is a
/// heading of another level; or else what [`plain::title`] makes of the prose. A section's heading
/// further down names that section only.
pub(crate) fn title(passages: &[Passage]) -> Option<(Located, TitleSource)> {
    let is_title = |passage: &&Passage| {
        passage.text.chars().nth(LONGEST_TITLE).is_none()
            && passage.text.chars().any(char::is_alphanumeric)
    };
    let top = passages
        .iter()
        .filter(is_title)
        .find(|passage| passage.kind == PassageKind::Heading(1));
    let opening = passages
        .first()
        .filter(is_title)
        .filter(|passage| matches!(passage.kind, PassageKind::Heading(_)));
    let Some(heading) = top.or(opening) else {
        return plain::title(passages);
    };
    let words: Vec<&str> = heading.text.split_whitespace().collect();
    let title = Located {
        text: words.join(" "),
        line: heading.lines.first().copied().unwrap_or_default(),
    };
    Some((title, TitleSource::Heading))
}

/// Whether some line opens quotes or list items beyond [`DEEPEST_MARKER`].
///
/// Such a line begins with a row of markers and blanks that has half of that many bytes at least,
/// for a tab counts two columns here. It is enough to look at bytes less than that apart.
fn is_too_deep(markdown: &str) -> bool {
    const STEP: usize = DEEPEST_MARKER / 2 - 1;
    let bytes = markdown.as_bytes();
    (0..bytes.len()).step_by(STEP).any(|at| {
        if !can_be_in_markers(bytes[at]) {
            return false;
        }
        // A row that goes back to the last place looked at was judged there.
        let before = &bytes[at.saturating_sub(STEP)..at];
        let start = match before.iter().rposition(|byte| !can_be_in_markers(*byte)) {
            Some(other) => at - before.len() + other + 1,
            None if at == 0 => 0,
            None => return false,
        };
        let starts_line = start == 0 || bytes[start - 1] == b'\n';
        starts_line && opens_too_deep(&bytes[start..])
    })
}

/// Whether this byte may stand before the last marker at the start of a line.
fn can_be_in_markers(byte: u8) -> bool {
    matches!(
        byte,
        b' ' | b'\t' | b'>' | b'-' | b'*' | b'+' | b'0'..=b'9' | b'.' | b')'
    )
}

/// Whether the start of a line has a marker beyond [`DEEPEST_MARKER`].
fn opens_too_deep(bytes: &[u8]) -> bool {
    let is_blank_at = |at: usize| {
        bytes
            .get(at)
            .is_none_or(|byte| matches!(byte, b' ' | b'\t'))
    };
    let mut at = 0;
    let mut column = 0;
    while let Some(&byte) = bytes.get(at) {
        let digits = bytes[at..]
            .iter()
            .take(9)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let marker = match byte {
            b' ' | b'\t' => 0,
            b'>' => 1,
            b'-' | b'*' | b'+' if is_blank_at(at + 1) => 1,
            b'0'..=b'9'
                if matches!(bytes.get(at + digits), Some(b'.' | b')'))
                    && is_blank_at(at + digits + 1) =>
            {
                digits + 1
            }
            _ => return false,
        };
        if marker > 0 && column > DEEPEST_MARKER {
            return true;
        }
        column += if byte == b'\t' { 2 } else { marker.max(1) };
        at += marker.max(1);
    }
    false
}
