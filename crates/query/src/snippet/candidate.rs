//! The texts of an article that could be its snippet.

use gleaner_store::{Article, EngineError, Located, PassageKind, StoredArticle, StoredPassage};

use super::{SnippetPart, on_one_line};

/// A passage shorter than this, in bytes, is no sentence: an item of a list, a cell of a table.
const SENTENCE_BYTES: usize = 40;

/// A text that could be the snippet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate<'a> {
    pub(super) text: &'a str,
    lines: Lines<'a>,
    /// How much a match counts here, at most 1: prose reads better than code.
    pub(super) readability: f32,
    pub(super) source: Source<'a>,
    /// Whether it says hardly more than the title, which is shown above the snippet anyway.
    pub(super) is_title: bool,
}

/// The 1-based line in the file of each line of a text.
#[derive(Debug, Clone, Copy)]
enum Lines<'a> {
    /// All of it stands in one.
    One(u32),
    /// Those of a passage.
    Of(StoredPassage<'a>),
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
        match self.lines {
            Lines::One(line) => line,
            Lines::Of(passage) => {
                let breaks = self.text[..at].bytes().filter(|b| *b == b'\n').count();
                passage.line(breaks).unwrap_or(1)
            }
        }
    }
}

/// What can be shown of an article.
pub(super) struct Texts<'a> {
    article: &'a Article,
    passages: Vec<StoredPassage<'a>>,
}

impl<'a> Texts<'a> {
    pub(super) fn of(stored: &'a StoredArticle) -> Result<Self, EngineError> {
        Ok(Self {
            article: &stored.head,
            passages: stored.passages()?,
        })
    }

    pub(super) fn title(&self) -> &'a Located {
        &self.article.title
    }

    /// All candidates: the excerpt, the passages in their order, and last the related articles.
    pub(super) fn candidates(&self) -> impl Iterator<Item = Candidate<'a>> {
        let passages = 0..self.passages.len();
        let passages = passages.map(|number| self.passage(number));
        let related = self.article.related.iter().flat_map(|related| {
            [&related.title, &related.excerpt].map(|text| Candidate {
                text,
                lines: Lines::One(related.line),
                readability: 1.0,
                source: Source::Related(&related.title),
                is_title: false,
            })
        });
        self.excerpt().into_iter().chain(passages).chain(related)
    }

    /// What is shown where nothing of the text matched: the excerpt, or else the first prose.
    pub(super) fn opening(&self) -> Option<Candidate<'a>> {
        let prose = |passage: &StoredPassage<'_>| {
            passage.kind == PassageKind::Prose && !self.is_title(passage)
        };
        let first = self.passages.iter().position(prose).unwrap_or(0);
        let any = self.passages.get(first);
        self.excerpt().or_else(|| any.map(|_| self.passage(first)))
    }

    fn excerpt(&self) -> Option<Candidate<'a>> {
        let excerpt = self.article.excerpt.as_ref()?;
        Some(Candidate {
            text: &excerpt.text,
            lines: Lines::One(excerpt.line),
            readability: 1.0,
            source: Source::Excerpt,
            is_title: false,
        })
    }

    fn passage(&self, number: usize) -> Candidate<'a> {
        let passage = self.passages[number];
        let is_title = self.is_title(&passage);
        let readability = match passage.kind {
            _ if is_title => 0.1,
            PassageKind::Prose if passage.text.len() < SENTENCE_BYTES => 0.8,
            PassageKind::Prose => 1.0,
            PassageKind::Code => 0.7,
            PassageKind::Heading(_) => 0.5,
        };
        Candidate {
            text: passage.text,
            lines: Lines::Of(passage),
            readability,
            source: Source::Passage(number, passage.kind),
            is_title,
        }
    }

    /// The headings a text stands under, the outermost first, but for the title.
    pub(super) fn headings(&self, candidate: &Candidate<'_>) -> Vec<String> {
        let Source::Passage(number, kind) = candidate.source else {
            return Vec::new();
        };
        let mut level = match kind {
            PassageKind::Heading(level) => level,
            _ => u8::MAX,
        };
        let mut path = Vec::new();
        for passage in self.passages[..number].iter().rev() {
            match passage.kind {
                PassageKind::Heading(outer) if outer < level => {
                    level = outer;
                    if !self.is_title(passage) {
                        path.push(on_one_line(passage.text));
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

    /// Whether a passage says hardly more than the title does, whatever its quotes and dashes are.
    fn is_title(&self, passage: &StoredPassage<'_>) -> bool {
        fn letters(text: &str) -> impl Iterator<Item = char> {
            text.chars().filter(|c| c.is_alphanumeric())
        }
        let title = &self.article.title.text;
        // A passage of another length need not be looked at letter by letter.
        if passage.text.len().abs_diff(title.len()) >= 40 || letters(title).next().is_none() {
            return false;
        }
        let mut own = letters(passage.text);
        letters(title).all(|letter| own.next() == Some(letter))
    }
}
