//! From the best part of a text to a readable piece of it.

use std::ops::Range;

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use super::sentence::boundaries;

/// Characters after a full stop that tell whether it ends a sentence.
const LOOK_AHEAD: usize = 20;

/// Bytes around a place that tell where the grapheme clusters there begin and end: many times the longest
/// a reader would take for one, and more than all that is shown before or after a match.
const CONTEXT: usize = 1 << 12;

/// How much of a text is shown, in characters (Unicode scalar values).
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// A text up to this length is shown whole.
    pub(super) whole: usize,
    /// Length at which a longer one is cut.
    pub(super) target: usize,
    /// Most of a sentence that is shown before its first match.
    pub(super) lead: usize,
    /// Where that is not enough to begin with the sentence, this much is shown before the match.
    pub(super) short_lead: usize,
}

impl Limits {
    /// Characters that matches may be apart to be shown together in this text.
    pub(super) fn reach(&self, text: &str) -> usize {
        if self.is_whole(text) {
            self.whole
        } else {
            self.target - self.target / 6
        }
    }

    fn is_whole(&self, text: &str) -> bool {
        text.len() <= self.whole || text.chars().nth(self.whole).is_none()
    }
}

/// The part of `text` that shows the bytes `core`: from the beginning of a sentence to the end of
/// one if they are near, else from word to word, and never a part of a grapheme cluster.
pub(super) fn cut(
    text: &str,
    core: &Range<usize>,
    lines_part: bool,
    limits: &Limits,
) -> Range<usize> {
    if limits.is_whole(text) {
        return 0..text.len();
    }
    let core = whole_clusters(text, core);
    let core_chars = text[core.clone()].chars().count();
    let room = limits.target.saturating_sub(core_chars);
    let start = start(text, core.start, lines_part, room, limits);
    let end = end(text, start, core.end, lines_part, limits.target);
    start..end
}

/// The least range of whole grapheme clusters that holds `range`.
pub(super) fn whole_clusters(text: &str, range: &Range<usize>) -> Range<usize> {
    let near = floor(text, range.start.saturating_sub(CONTEXT))..floor(text, range.end + CONTEXT);
    let (text, offset) = (&text[near.clone()], near.start);
    let range = range.start - offset..range.end - offset;
    let cursor = |at| GraphemeCursor::new(at, text.len(), true);
    let is_plain_at = |at: usize| at > 0 && text.as_bytes().get(at - 1..=at).is_some_and(is_plain);
    let is_boundary = |at| is_plain_at(at) || cursor(at).is_boundary(text, 0) == Ok(true);
    let (mut start, mut end) = (range.start, range.end);
    if !is_boundary(start) {
        let before = cursor(start).prev_boundary(text, 0);
        start = before.ok().flatten().unwrap_or(start);
    }
    if !is_boundary(end) {
        let after = cursor(end).next_boundary(text, 0);
        end = after.ok().flatten().unwrap_or(end);
    }
    start + offset..end + offset
}

/// The last character boundary of a text up to a byte.
pub(super) fn floor(text: &str, at: usize) -> usize {
    let mut ends = (0..=at.min(text.len())).rev();
    ends.find(|end| text.is_char_boundary(*end)).unwrap_or(0)
}

/// Where to begin so that at most `room` characters stand before `at`.
fn start(text: &str, at: usize, lines_part: bool, room: usize, limits: &Limits) -> usize {
    let lead = back(text, at, limits.lead.min(room));
    // What stands around the lead tells where in it a sentence begins.
    let context = back(text, lead, limits.lead);
    let sentence = boundaries(&text[context..forward(text, at, LOOK_AHEAD)], lines_part)
        .into_iter()
        .map(|boundary| context + boundary)
        .take_while(|boundary| *boundary <= at)
        .filter(|boundary| *boundary >= lead)
        .last();
    match sentence {
        Some(sentence) => sentence,
        None if lead == 0 => 0,
        None => {
            let lead = back(text, at, limits.short_lead.min(room));
            // Forward to the next word, if one begins soon; in scripts without blanks, none does.
            let soon = lead + (at - lead) / 2;
            let mut characters = text[lead..at].char_indices();
            let blank = characters.find(|(_, c)| c.is_whitespace());
            let word = blank.map(|(i, c)| lead + i + c.len_utf8());
            word.filter(|word| *word <= soon).unwrap_or(lead)
        }
    }
}

/// Where to end, at most `target` characters after `start`, but not before `core_end`.
fn end(text: &str, start: usize, core_end: usize, lines_part: bool, target: usize) -> usize {
    let limit = forward(text, start, target).max(core_end);
    if limit == text.len() {
        return limit;
    }
    let enough = core_end.max(start + (limit - start) / 2);
    let context = forward(text, limit, LOOK_AHEAD);
    let sentence = boundaries(&text[start..context], lines_part)
        .into_iter()
        .map(|boundary| start + text[start..start + boundary].trim_end().len())
        .take_while(|end| *end <= limit)
        .filter(|end| *end >= enough)
        .last();
    sentence.unwrap_or_else(|| {
        let blank = text[start..limit].rfind(char::is_whitespace);
        blank
            .map(|blank| start + blank)
            .filter(|blank| *blank >= enough)
            .unwrap_or(limit)
    })
}

/// Whether each byte is a grapheme cluster of its own: in ASCII, all are but CR with LF.
fn is_plain(bytes: &[u8]) -> bool {
    bytes.is_ascii() && !bytes.contains(&b'\r')
}

/// At most `chars` characters before `at`, and no part of a grapheme cluster.
fn back(text: &str, at: usize, chars: usize) -> usize {
    let plain = at.saturating_sub(chars);
    if is_plain(&text.as_bytes()[plain.saturating_sub(1)..at]) {
        return plain;
    }
    let mut room = chars;
    let mut start = at;
    let near = floor(text, at.saturating_sub(CONTEXT));
    for (i, cluster) in text[near..at].grapheme_indices(true).rev() {
        let length = cluster.chars().count();
        if length > room {
            break;
        }
        room -= length;
        start = near + i;
    }
    start
}

/// At most `chars` characters from `at` on, and no part of a grapheme cluster.
fn forward(text: &str, at: usize, chars: usize) -> usize {
    let plain = at.saturating_add(chars).min(text.len());
    if is_plain(&text.as_bytes()[at..text.len().min(plain.saturating_add(1))]) {
        return plain;
    }
    let mut room = chars;
    let mut end = at;
    let near = floor(text, at + CONTEXT);
    for cluster in text[at..near].graphemes(true) {
        let length = cluster.chars().count();
        if length > room {
            break;
        }
        room -= length;
        end += cluster.len();
    }
    end
}

/// The part `range` of a text on one line, with `…` where it was cut, and the marks moved along.
pub(super) fn flatten(
    text: &str,
    range: &Range<usize>,
    marks: &[Range<usize>],
) -> (String, Vec<Range<usize>>) {
    let mut flat = String::with_capacity(range.len() + 6);
    let before = text[..range.start].trim_end();
    if !before.is_empty() && !before.ends_with(is_sentence_end) {
        flat.push('…');
    }
    let mut moved: Vec<Range<usize>> = marks.to_vec();
    let mut edges: Vec<&mut usize> = moved
        .iter_mut()
        .flat_map(|mark| [&mut mark.start, &mut mark.end])
        .collect();
    let mut next_edge = 0;
    let mut after_blank = true;
    for (i, c) in text[range.clone()].char_indices() {
        while edges
            .get(next_edge)
            .is_some_and(|edge| **edge <= range.start + i)
        {
            *edges[next_edge] = flat.len();
            next_edge += 1;
        }
        let is_blank = c.is_whitespace() || c.is_control();
        if !is_blank {
            flat.push(c);
        } else if !after_blank {
            flat.push(' ');
        }
        after_blank = is_blank;
    }
    let end = flat.trim_end().len();
    for edge in &mut edges[next_edge..] {
        **edge = end;
    }
    flat.truncate(end);
    if !text[range.end..].trim().is_empty() && !flat.ends_with(is_sentence_end) {
        flat.push('…');
    }
    (flat, moved)
}

fn is_sentence_end(c: char) -> bool {
    matches!(
        c,
        '.' | '!' | '?' | '…' | '。' | '！' | '？' | '”' | '"' | '’' | ':'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The byte offsets at which grapheme clusters begin, and the end.
    fn edges(text: &str) -> Vec<usize> {
        let starts = text.grapheme_indices(true).map(|(at, _)| at);
        starts.chain([text.len()]).collect()
    }

    proptest! {
        #[test]
        fn steps_are_whole_clusters(
            text in "[a-c \r\n\u{600}\u{301}é東👍\u{1f3fd}\u{200d}]{0,30}", at in 0..31_usize, chars in 0..31_usize
        ) {
            let at = floor(&text, at);
            let before = edges(&text[..at]);
            let longest = before.iter().find(|start| text[**start..at].chars().count() <= chars);
            prop_assert_eq!(Some(&back(&text, at, chars)), longest);
            let after = edges(&text[at..]);
            let longest = after.iter().rfind(|end| text[at..at + **end].chars().count() <= chars);
            prop_assert_eq!(Some(forward(&text, at, chars)), longest.map(|end| at + end));
        }

        #[test]
        fn the_least_range_of_whole_clusters_is_taken(
            text in "[a-c \r\n\u{600}\u{301}é東]{1,12}", from in 0..31_usize, to in 0..31_usize
        ) {
            let (from, to) = (from.min(to), from.max(to));
            let range = floor(&text, from)..floor(&text, to);
            let all = edges(&text);
            let start = all.iter().rfind(|edge| **edge <= range.start);
            let end = all.iter().find(|edge| **edge >= range.end);
            let whole = whole_clusters(&text, &range);
            prop_assert_eq!((Some(&whole.start), Some(&whole.end)), (start, end));
        }
    }
}
