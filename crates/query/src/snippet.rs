//! The passage that shows best why an article was found.

use std::collections::BTreeSet;
use std::ops::Range;

use gleaner_store::{EngineError, StoredArticle};

mod candidate;
mod cut;
mod marker;
mod sentence;
mod window;

use candidate::{Candidate, Source, Texts};
use cut::{Limits, cut, flatten, floor, whole_clusters};
pub(crate) use marker::{Marker, Pattern, distinct};
use marker::{Match, merged};
use window::{Window, best_window};

/// One passage alone: some three lines of a terminal.
const ALONE: Limits = Limits {
    whole: 300,
    target: 240,
    lead: 120,
    short_lead: 50,
};
/// Each of two passages.
const ONE_OF_TWO: Limits = Limits {
    whole: 160,
    target: 160,
    lead: 80,
    short_lead: 40,
};
/// Words of a query this near to each other, in characters, are taken to stand in one sentence:
/// there is no need to look for a better passage.
const NEAR: usize = 100;
/// Bytes of an article after which what was found so far is good enough, were it nothing: the words of so
/// many take up to a second.
const PATIENCE: usize = 4 << 20;
/// Longest text that is looked through at once, in bytes: a novel without a blank line. Of a longer one, so
/// much at a time is, as far as the first stretch with a match.
const STRETCH: usize = 1 << 20;
/// Longest match that is shown whole, in bytes; of a longer one, its beginning is.
const LONGEST_MATCH: usize = 1 << 14;

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
    /// 1-based line in the file where its first match stands, or where it begins.
    pub line: u32,
    /// The headings it stands under, the outermost first, without the title of the article.
    pub headings: Vec<String>,
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

/// What shows why an article was found: its best passage, and another one where that has words of
/// the query that the best has not.
///
/// # Errors
/// If the passages of the article cannot be read: the index is damaged.
pub(crate) fn snippets(
    article: &StoredArticle,
    marker: &mut Marker<'_>,
) -> Result<(Snippet, Option<Snippet>), EngineError> {
    let texts = &Texts::of(article)?;
    let seen = look_through(texts, marker);
    let best = best(&seen).filter(|best| says_more_than_the_title(best, texts, marker));
    let Some(best) = best else {
        return Ok((beginning(texts), None));
    };
    let alone = best.shown(&ALONE);
    Ok(match pair(&seen, best, &alone, texts) {
        Some((first, second)) => (first.snippet(texts), Some(second.snippet(texts))),
        None => (alone.snippet(texts), None),
    })
}

/// What is shown of an article whose text has nothing to show.
fn beginning(texts: &Texts<'_>) -> Snippet {
    match texts.opening() {
        Some(candidate) => {
            let whole = 0..candidate.text.len();
            Shown::of(candidate, &[], &(0..0), &whole, &ALONE).snippet(texts)
        }
        None => Snippet {
            line: texts.title().line,
            ..Snippet::default()
        },
    }
}

/// A text of the article in which something was found.
struct Seen<'a> {
    candidate: Candidate<'a>,
    /// At least one.
    found: Vec<Match>,
    /// The best window for a passage that is shown alone.
    window: Window,
}

impl<'a> Seen<'a> {
    fn worth(&self) -> f32 {
        self.window.worth * self.candidate.readability
    }

    /// The best of it. Where less can be shown, it may be another place.
    fn shown(&self, limits: &Limits) -> Shown<'a> {
        let text = self.candidate.text;
        let window = best_window(text, &self.found, limits.reach(text));
        let core = window.map_or(0..0, |window| window.range);
        Shown::of(self.candidate, &self.found, &core, &(0..text.len()), limits)
    }
}

/// Looks for the words of the query in one text after another, as long as a better one may come.
fn look_through<'a>(texts: &Texts<'a>, marker: &mut Marker<'_>) -> Vec<Seen<'a>> {
    let mut seen: Vec<Seen<'_>> = Vec::new();
    let (mut looked_through, mut read) = (0, 0);
    for candidate in texts.candidates() {
        // Related articles are looked at where the article itself has nothing.
        let is_enough = |last: &Seen<'_>| {
            looked_through > PATIENCE || (candidate.is_related() && !last.candidate.is_related())
        };
        if seen.last().is_some_and(is_enough) || read > PATIENCE {
            break;
        }
        looked_through += candidate.text.len();
        let found = matches(candidate.text, marker, &mut read);
        if found.is_empty() {
            continue;
        }
        let reach = ALONE.reach(candidate.text);
        let Some(window) = best_window(candidate.text, &found, reach) else {
            continue;
        };
        let has_all = window.words == marker.words() && candidate.readability >= 1.0;
        let is_best = has_all && (window.words == 1 || window.chars <= NEAR);
        seen.push(Seen {
            candidate,
            found,
            window,
        });
        if is_best {
            break;
        }
    }
    seen
}

/// The matches in a text; in a very long one, those of the first stretch that has any. `read` grows by the
/// bytes whose words were looked at.
fn matches(text: &str, marker: &mut Marker<'_>, read: &mut usize) -> Vec<Match> {
    let mut start = 0;
    while start < text.len() && *read <= PATIENCE {
        let end = floor(text, start + STRETCH);
        let stretch = &text[start..end];
        if marker.may_be_in(stretch) {
            *read += stretch.len();
            let mut found = marker.find(stretch);
            for Match { range, .. } in &mut found {
                let end = floor(text, start + range.end.min(range.start + LONGEST_MATCH));
                *range = start + range.start..end;
            }
            if !found.is_empty() {
                return found;
            }
        }
        start = end;
    }
    Vec::new()
}

/// The one worth most, the first of equals.
fn best<'s, 'a>(seen: &'s [Seen<'a>]) -> Option<&'s Seen<'a>> {
    seen.iter().reduce(|best, seen| {
        if seen.worth() > best.worth() {
            seen
        } else {
            best
        }
    })
}

/// A related entry is shown where it says more of the query than the title does.
fn says_more_than_the_title(seen: &Seen<'_>, texts: &Texts<'_>, marker: &mut Marker<'_>) -> bool {
    if !seen.candidate.is_related() {
        return true;
    }
    let title = &texts.title().text;
    let found = matches(title, marker, &mut 0);
    let in_title = best_window(title, &found, usize::MAX);
    in_title.is_none_or(|window| window.words < seen.window.words)
}

/// The best passage shortened, and one with words that it has not even when it stands alone; if
/// the two together show more words of the query.
fn pair<'a>(
    seen: &[Seen<'a>],
    best: &Seen<'a>,
    alone: &Shown<'a>,
    texts: &Texts<'a>,
) -> Option<(Shown<'a>, Shown<'a>)> {
    let first = best.shown(&ONE_OF_TWO);
    let headings = texts.headings(&first.candidate);
    let mut second: Option<(f32, &Seen<'_>, Range<usize>, Range<usize>)> = None;
    for seen in seen {
        let Candidate { text, source, .. } = seen.candidate;
        // What is on the screen anyway needs no second place.
        let is_shown = seen.candidate.is_title
            || matches!(source, Source::Related(_))
            || (source.is_heading() && headings.contains(&on_one_line(text)));
        if is_shown {
            continue;
        }
        for area in areas(text, &first) {
            let is_new = |found: &&Match| {
                !alone.words.contains(&found.word) && contains(&area, &found.range)
            };
            let new = seen.found.iter().filter(is_new);
            let Some(window) = best_window(text, new, ONE_OF_TWO.reach(text)) else {
                continue;
            };
            let worth = window.worth * seen.candidate.readability;
            if second.as_ref().is_none_or(|(most, ..)| worth > *most) {
                second = Some((worth, seen, window.range, area));
            }
        }
    }
    let (_, seen, core, area) = second?;
    let second = Shown::of(seen.candidate, &seen.found, &core, &area, &ONE_OF_TWO);
    let together = first.words.union(&second.words).count();
    (together > alone.words.len()).then_some((first, second))
}

/// The parts of `text` that are not shown yet.
fn areas(text: &str, shown: &Shown<'_>) -> Vec<Range<usize>> {
    let whole = 0..text.len();
    if std::ptr::eq(text, shown.candidate.text) {
        vec![whole.start..shown.range.start, shown.range.end..whole.end]
    } else {
        vec![whole]
    }
}

fn contains(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// A piece of a candidate, as it is shown.
struct Shown<'a> {
    candidate: Candidate<'a>,
    /// Its bytes.
    range: Range<usize>,
    /// The matches in it, in order and apart from each other.
    marks: Vec<Range<usize>>,
    /// The words of the query it has.
    words: BTreeSet<usize>,
}

impl<'a> Shown<'a> {
    /// The piece around `core`, all of it in `area`.
    fn of(
        candidate: Candidate<'a>,
        found: &[Match],
        core: &Range<usize>,
        area: &Range<usize>,
        limits: &Limits,
    ) -> Self {
        let range = cut(candidate.text, core, candidate.lines_part(), limits);
        let range = range.start.max(area.start)..range.end.min(area.end);
        let inside = found.iter().filter(|found| contains(&range, &found.range));
        let (words, marks) = inside
            .map(|found| (found.word, whole_clusters(candidate.text, &found.range)))
            .unzip();
        Self {
            candidate,
            range,
            marks: merged(marks),
            words,
        }
    }

    fn snippet(&self, texts: &Texts<'_>) -> Snippet {
        let first = self.marks.first().unwrap_or(&self.range);
        let (text, marks) = flatten(self.candidate.text, &self.range, &self.marks);
        Snippet {
            text,
            marks,
            part: self.candidate.part(),
            line: self.candidate.line(first.start),
            headings: texts.headings(&self.candidate),
        }
    }
}

/// Text without line breaks, control characters and repeated blanks.
fn on_one_line(text: &str) -> String {
    flatten(text, &(0..text.len()), &[]).0
}

#[cfg(test)]
mod tests;
