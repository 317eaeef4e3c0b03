//! The texts of an article that could be its snippet.

use gleaner_store::{Article, Passage, PassageKind};

use super::{SnippetPart, on_one_line};

/// A passage shorter than this, in bytes, is no sentence: an item of a list, a cell of a table.
const SENTENCE_BYTES: usize = 40;

/// A text that could be the snippet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate<'a> {
    pub(super) text: &'a str,
    /// The 1-based line in the file of each line of `text`; the last holds for further ones.
    pub(super) lines: &'a [u32],
    /// How much a match counts here, at most 1: prose reads better than code.
    pub(super) readability: f32,
    pub(super) source: Source<'a>,
    /// Whether it says hardly more than the title, which is shown above the snippet anyway.
    pub(super) is_title: bool,
}

/// Where in the article a candidate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source<'a> {
    Excerpt,
    /// The passage of this number.
    Passage(usize, PassageKind),
    /// The related article with this title.
    Related(&'a str),
}

impl Source<'_> {
    pub(super) fn is_heading(self) -> bool {
        matches!(self, Self::Passage(_, PassageKind::Heading(_)))
    }
}

impl Candidate<'_> {
    pub(super) fn part(&self) -> SnippetPart {
        match self.source {
            Source::Excerpt => SnippetPart::Excerpt,
            Source::Passage(..) => SnippetPart::Body,
            Source::Related(title) => SnippetPart::Related(title.to_owned()),
        }
    }

    pub(super) fn is_related(&self) -> bool {
        matches!(self.source, Source::Related(_))
    }

    /// Whether a line break parts sentences here. In prose it is only where the author's editor
    /// broke the line.
    pub(super) fn lines_part(&self) -> bool {
        matches!(self.source, Source::Passage(_, PassageKind::Code))
    }

    /// The line of the file in which a byte of the text stands.
    pub(super) fn line(&self, at: usize) -> u32 {
        let line = self.text[..at].bytes().filter(|b| *b == b'\n').count();
        let line = self.lines.get(line).or(self.lines.last());
        line.copied().unwrap_or(1)
    }

    /// The headings the text stands under, the outermost first, but for the title.
    pub(super) fn headings(&self, article: &Article) -> Vec<String> {
        let Source::Passage(number, kind) = self.source else {
            return Vec::new();
        };
        let mut level = match kind {
            PassageKind::Heading(level) => level,
            _ => u8::MAX,
        };
        let mut path = Vec::new();
        for passage in article.passages[..number].iter().rev() {
            match passage.kind {
                PassageKind::Heading(outer) if outer < level => {
                    level = outer;
                    if !is_title(passage, article) {
                        path.push(on_one_line(&passage.text));
                    }
                }
                _ => {}
            }
            if level <= 1 {
                break;
            }
        }
        path.reverse();
        path
    }
}

/// All candidates: the excerpt, the passages in their order, and last the related articles.
pub(super) fn candidates(article: &Article) -> impl Iterator<Item = Candidate<'_>> {
    let passages = 0..article.passages.len();
    let passages = passages.map(|number| passage(number, article));
    let related = article.related.iter().flat_map(|related| {
        [&related.title, &related.excerpt].map(|text| Candidate {
            text,
            lines: std::slice::from_ref(&related.line),
            readability: 1.0,
            source: Source::Related(&related.title),
            is_title: false,
        })
    });
    excerpt(article).into_iter().chain(passages).chain(related)
}

/// What is shown where nothing of the text matched: the excerpt, or else the first prose.
pub(super) fn opening(article: &Article) -> Option<Candidate<'_>> {
    let prose =
        |passage: &Passage| passage.kind == PassageKind::Prose && !is_title(passage, article);
    let first = article.passages.iter().position(prose).unwrap_or(0);
    let any = article.passages.get(first);
    excerpt(article).or_else(|| any.map(|_| passage(first, article)))
}

fn excerpt(article: &Article) -> Option<Candidate<'_>> {
    let excerpt = article.excerpt.as_ref()?;
    Some(Candidate {
        text: &excerpt.text,
        lines: std::slice::from_ref(&excerpt.line),
        readability: 1.0,
        source: Source::Excerpt,
        is_title: false,
    })
}

fn passage(number: usize, article: &Article) -> Candidate<'_> {
    let passage = &article.passages[number];
    let is_title = is_title(passage, article);
    let readability = match passage.kind {
        _ if is_title => 0.1,
        PassageKind::Prose if passage.text.len() < SENTENCE_BYTES => 0.8,
        PassageKind::Prose => 1.0,
        PassageKind::Code => 0.7,
        PassageKind::Heading(_) => 0.5,
    };
    Candidate {
        text: &passage.text,
        lines: &passage.lines,
        readability,
        source: Source::Passage(number, passage.kind),
        is_title,
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
