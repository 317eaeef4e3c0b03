//! The passage that shows best why an article was found.

use std::ops::Range;

use gleaner_store::{Article, Passage, PassageKind};
use unicode_segmentation::UnicodeSegmentation;

mod marker;

pub(crate) use marker::{Marker, Pattern};
use marker::{Match, merged};

/// Length a snippet aims at, in characters.
const TARGET_CHARS: usize = 240;
/// A passage up to this length, in characters, is shown whole.
const WHOLE_CHARS: usize = 300;
/// Most characters of a sentence that are shown before its first match.
const LEAD_CHARS: usize = 120;
/// Where a sentence is too long, this much of it is shown before the match.
const SHORT_LEAD_CHARS: usize = 50;

/// A readable piece of an article, with the matches marked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Snippet {
    /// Prose on one line, without markup or control characters; `…` where it was cut.
    pub text: String,
    /// Byte ranges of the matches in `text`: in order, apart from each other, on character
    /// boundaries.
    pub marks: Vec<Range<usize>>,
    /// What part of the article it is.
    pub part: SnippetPart,
}

/// What part of an article a snippet shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum SnippetPart {
    /// The text of the article.
    #[default]
    Body,
    /// The excerpt.
    Excerpt,
    /// The title or excerpt of the related article with this title.
    Related(String),
}

impl Snippet {
    /// The text with `open` and `close` around each match.
    pub fn mark(&self, open: &str, close: &str) -> String {
        mark(&self.text, &self.marks, open, close)
    }
}

/// `text` with `open` and `close` around each of `marks`, byte ranges of it in order.
pub fn mark(text: &str, marks: &[Range<usize>], open: &str, close: &str) -> String {
    let mut marked = String::with_capacity(text.len() + marks.len() * (open.len() + close.len()));
    let mut at = 0;
    for Range { start, end } in marks {
        marked.push_str(&text[at..*start]);
        marked.push_str(open);
        marked.push_str(&text[*start..*end]);
        marked.push_str(close);
        at = *end;
    }
    marked.push_str(&text[at..]);
    marked
}

/// A text that could be the snippet.
struct Candidate<'a> {
    text: &'a str,
    part: SnippetPart,
    lines: &'a [u32],
    /// How much a match counts here: prose reads better than code.
    readability: f32,
}

/// The snippet of an article, and the 1-based line of the file it is from.
pub(crate) fn snippet(article: &Article, marker: &mut Marker<'_>) -> (Snippet, u32) {
    let mut best: Option<(f32, Candidate<'_>, Vec<Match>)> = None;
    for candidate in candidates(article) {
        let found = marker.find(candidate.text);
        let score = worth(&found) * candidate.readability;
        let better = best.as_ref().is_none_or(|(worth, ..)| score > *worth);
        if better && !found.is_empty() {
            best = Some((score, candidate, found));
        }
    }
    // A related entry is shown where it says more of the query than the title does.
    best = best.filter(|(_, candidate, found)| {
        !matches!(candidate.part, SnippetPart::Related(_))
            || worth(found) > worth(&marker.find(&article.title.text))
    });
    match best {
        Some((_, candidate, found)) => cut(&candidate, &found),
        None => match opening(article) {
            Some(candidate) => cut(&candidate, &[]),
            None => (Snippet::default(), article.title.line),
        },
    }
}

/// Different words count most, repetitions a little.
fn worth(found: &[Match]) -> f32 {
    let mut patterns: Vec<usize> = found.iter().map(|found| found.pattern).collect();
    patterns.sort_unstable();
    patterns.dedup();
    patterns.len() as f32 + 0.05 * (found.len().min(4) as f32)
}

fn candidates(article: &Article) -> impl Iterator<Item = Candidate<'_>> {
    let passages = article
        .passages
        .iter()
        .map(|passage| body(passage, article));
    let related = article.related.iter().flat_map(|related| {
        let line = std::slice::from_ref(&related.line);
        [&related.title, &related.excerpt].map(|text| Candidate {
            text,
            part: SnippetPart::Related(related.title.clone()),
            lines: line,
            // Only where the article itself has nothing.
            readability: 0.01,
        })
    });
    excerpt(article).into_iter().chain(passages).chain(related)
}

fn excerpt(article: &Article) -> Option<Candidate<'_>> {
    let excerpt = article.excerpt.as_ref()?;
    let lines = std::slice::from_ref(&excerpt.line);
    Some(Candidate {
        text: &excerpt.text,
        part: SnippetPart::Excerpt,
        lines,
        readability: 1.0,
    })
}

fn body<'a>(passage: &'a Passage, article: &Article) -> Candidate<'a> {
    let readability = match passage.kind {
        // The title is shown above the snippet anyway.
        _ if is_title(passage, article) => 0.1,
        PassageKind::Prose => 1.0,
        PassageKind::Code => 0.7,
        PassageKind::Heading(_) => 0.5,
    };
    Candidate {
        text: &passage.text,
        part: SnippetPart::Body,
        lines: &passage.lines,
        readability,
    }
}

/// Whether a passage says hardly more than the title does, whatever its quotes and dashes are.
fn is_title(passage: &Passage, article: &Article) -> bool {
    let words = |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
    let title = &article.title.text;
    // A passage of another length need not be looked at letter by letter.
    passage.text.len().abs_diff(title.len()) < 40
        && !words(title).is_empty()
        && words(&passage.text).starts_with(&words(title))
}

/// What is shown where nothing of the text matched: the excerpt, or else the first prose.
fn opening(article: &Article) -> Option<Candidate<'_>> {
    let prose =
        |passage: &&Passage| passage.kind == PassageKind::Prose && !is_title(passage, article);
    let first = article
        .passages
        .iter()
        .find(prose)
        .or_else(|| article.passages.first());
    excerpt(article).or_else(|| first.map(|passage| body(passage, article)))
}

/// Cuts the best window out of a candidate.
fn cut(candidate: &Candidate<'_>, found: &[Match]) -> (Snippet, u32) {
    let text = candidate.text;
    let window = if text.chars().nth(WHOLE_CHARS).is_none() {
        0..text.len()
    } else {
        window(text, best_start(text, found))
    };
    let inside = |range: &Range<usize>| range.start >= window.start && range.end <= window.end;
    let marks = merged(
        found
            .iter()
            .map(|found| found.range.clone())
            .filter(inside)
            .collect(),
    );
    let first = marks.first().map_or(window.start, |mark| mark.start);
    let line = text[..first].matches('\n').count();
    let line = candidate
        .lines
        .get(line)
        .or(candidate.lines.last())
        .copied()
        .unwrap_or(1);
    let (text, marks) = flatten(text, &window, &marks);
    (
        Snippet {
            text,
            marks,
            part: candidate.part.clone(),
        },
        line,
    )
}

/// The match from which on most different words are found within the length of a snippet.
fn best_start(text: &str, found: &[Match]) -> usize {
    let mut best = (0.0, found.first().map_or(0, |found| found.range.start));
    for (i, first) in found.iter().enumerate() {
        let reach = found[i..].iter().take_while(|other| {
            text[first.range.start..other.range.end].len() <= TARGET_CHARS - LEAD_CHARS
        });
        let near: Vec<Match> = reach.cloned().collect();
        let worth = worth(&near);
        if worth > best.0 {
            best = (worth, first.range.start);
        }
    }
    best.1
}

/// About [`TARGET_CHARS`] of the text around `at`, from the start of a sentence to the end of one
/// if they are near, else from word to word.
fn window(text: &str, at: usize) -> Range<usize> {
    let sentence = text
        .split_sentence_bound_indices()
        .map(|(start, _)| start)
        .take_while(|start| *start <= at)
        .last()
        .unwrap_or(0);
    let start = if text[sentence..at].chars().nth(LEAD_CHARS).is_none() {
        sentence
    } else {
        let lead = text[..at]
            .grapheme_indices(true)
            .rev()
            .nth(SHORT_LEAD_CHARS);
        let from = lead.map_or(0, |(start, _)| start);
        // Forward to the next word, if one begins before the match.
        text[from..at]
            .find(char::is_whitespace)
            .map_or(from, |blank| from + blank + 1)
    };
    let rest = &text[start..];
    let Some((limit, _)) = rest.grapheme_indices(true).nth(TARGET_CHARS) else {
        return start..text.len();
    };
    let sentence_end = rest
        .split_sentence_bound_indices()
        .map(|(i, sentence)| i + sentence.trim_end().len())
        .take_while(|end| *end <= limit)
        .filter(|end| *end >= limit / 2 && start + *end > at)
        .last();
    let end = sentence_end.unwrap_or_else(|| {
        let blank = rest[..limit]
            .rfind(char::is_whitespace)
            .filter(|blank| *blank >= limit / 2);
        blank.unwrap_or(limit)
    });
    start..start + end
}

/// The window on one line, with `…` where it was cut, and the marks moved along.
fn flatten(
    text: &str,
    window: &Range<usize>,
    marks: &[Range<usize>],
) -> (String, Vec<Range<usize>>) {
    let mut flat = String::with_capacity(window.len() + 6);
    let begins = text[..window.start].trim_end();
    if !begins.is_empty() && !begins.ends_with(is_sentence_end) {
        flat.push('…');
    }
    let mut moved: Vec<Range<usize>> = marks.to_vec();
    let mut edges: Vec<&mut usize> = moved
        .iter_mut()
        .flat_map(|mark| [&mut mark.start, &mut mark.end])
        .collect();
    let mut next_edge = 0;
    let mut after_blank = true;
    for (i, c) in text[window.clone()].char_indices() {
        while edges
            .get(next_edge)
            .is_some_and(|edge| **edge <= window.start + i)
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
    if !text[window.end..].trim().is_empty() && !flat.ends_with(is_sentence_end) {
        flat.push('…');
    }
    (flat, moved)
}

fn is_sentence_end(c: char) -> bool {
    matches!(
        c,
        '.' | '!' | '?' | '…' | '。' | '！' | '？' | '”' | '"' | '’' | ':' | '\n'
    )
}

#[cfg(test)]
mod tests;
