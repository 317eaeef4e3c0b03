//! Which words of an article go into which field.

use std::borrow::Cow;

use super::batch::{Batch, Labels, Likeness, Route};
use super::inverted::{Inverted, Part};
use crate::analysis::{Analyzer, Beginnings};
use crate::article::{Article, Passage, PassageKind, TitleSource, Value};
use crate::document::Keyed;
use crate::schema::{key_prefix, mark};
use crate::sketch::{Sketch, Sketcher};

/// What is known of an article once its words were gone through.
pub(super) struct Traits {
    pub(super) sketch: Sketch,
    /// Position in `text` of the first word of the prose, if there is any.
    pub(super) body: Option<u32>,
}

/// Enters the words of an article, and of its front matter, into the document that is being entered.
pub(super) fn enter(
    article: &Article,
    values: &[Keyed<'_>],
    inverted: &mut Inverted,
    (analyzer, batch): (&mut Analyzer, &mut Batch),
) -> Traits {
    inverted.push_mark(mark::ARTICLE);
    let mut words = Words {
        inverted,
        analyzer,
        batch,
        sketcher: Sketcher::default(),
    };
    let body = words.add_article(article);
    words.add_keys(values);
    Traits {
        sketch: words.sketcher.finish(),
        body,
    }
}

/// An article on its way into the fields.
struct Words<'a> {
    inverted: &'a mut Inverted,
    analyzer: &'a mut Analyzer,
    /// Words that are not entered yet.
    batch: &'a mut Batch,
    sketcher: Sketcher,
}

impl Words<'_> {
    /// Enters all words of the text, and of the parts that have fields of their own. Returns where
    /// the prose begins.
    fn add_article(&mut self, article: &Article) -> Option<u32> {
        let title = &article.title.text;
        if article.title_source.is_in_passages() {
            // It is not counted twice; one that is only the start of the prose does not weigh as a
            // title at all.
            if article.title_source.is_passage() {
                self.add_words(title, Route::to(Part::Title));
            }
        } else {
            self.add(title, Some(Part::Title), Likeness::Beside);
        }
        if let Some(excerpt) = &article.excerpt {
            // Where there is prose, an excerpt repeats it or stands in one of two copies only.
            let likeness = if article.passages.is_empty() {
                Likeness::Text
            } else {
                Likeness::Beside
            };
            self.add(&excerpt.text, Some(Part::Excerpt), likeness);
        }
        let labels = article
            .topics
            .iter()
            .chain(&article.author)
            .chain(&article.provider);
        for label in labels {
            self.add(label, None, Likeness::Nothing);
        }
        // The prose comes last, so that where it begins is enough to tell it from all else.
        let (title, passages) = titled(article);
        self.add(title, None, Likeness::Beside);
        self.add_headings(article);
        self.enter();
        let prose_start = self.inverted.next_position(Part::Text);
        for text in passages {
            self.add(text, None, Likeness::Text);
        }
        self.enter();
        let body = (self.inverted.next_position(Part::Text) > prose_start).then_some(prose_start);
        for related in &article.related {
            for text in [&related.title, &related.excerpt] {
                self.add_words(text, Route::to(Part::Related));
            }
        }
        self.enter();
        body
    }

    fn add_headings(&mut self, article: &Article) {
        let is_heading = |passage: &&Passage| matches!(passage.kind, PassageKind::Heading(_));
        for heading in article.passages.iter().filter(is_heading) {
            let at_title = heading.lines[..] == [article.title.line];
            let likeness = if article.title_source.is_passage() && at_title {
                Likeness::Beside
            } else {
                Likeness::Text
            };
            self.add(&heading.text, Some(Part::Heading), likeness);
        }
    }

    /// Adds a piece of the text, which goes into the field of the part it is, too, if that has one.
    fn add(&mut self, text: &str, own: Option<Part>, likeness: Likeness) {
        let route = Route {
            text: true,
            own,
            likeness,
        };
        self.add_words(text, route);
    }

    /// Adds the words of a text, with a gap before the first.
    fn add_words(&mut self, text: &str, route: Route) {
        let Self {
            inverted,
            analyzer,
            batch,
            sketcher,
        } = self;
        let mut gap = true;
        analyzer.each_word(text, &Beginnings::any(), |stems, word| {
            if batch.add(word, gap, route) {
                batch.enter(inverted, stems, sketcher);
            }
            gap = false;
        });
    }

    /// Enters all words that were added.
    fn enter(&mut self) {
        let stems = self.analyzer.stems();
        self.batch.enter(self.inverted, stems, &mut self.sketcher);
    }

    /// Makes every front-matter value findable under its key, and under the name of the concept it
    /// serves: the term of the key, then the words of the value, exact, one after another.
    fn add_keys(&mut self, values: &[Keyed<'_>]) {
        let Self {
            inverted, analyzer, ..
        } = self;
        let mut labels = Labels::default();
        for (key, value) in values {
            let prefix = key_prefix(key);
            labels.add([&prefix, ""], false, true);
            let text = match &**value {
                Value::Text(text) => Cow::Borrowed(text.as_str()),
                other => Cow::Owned(other.to_string()),
            };
            let mut gap = true;
            analyzer.each_word(&text, &Beginnings::any(), |_, word| {
                labels.add([&prefix, word.exact], !word.kind.is_word(), gap);
                gap = false;
            });
        }
        labels.enter(Part::Keys, inverted);
    }
}

/// The title where it is the first line of the prose, and the passages of the prose without it.
fn titled(article: &Article) -> (&str, impl Iterator<Item = &str>) {
    let prose = article
        .passages
        .iter()
        .filter(|passage| !matches!(passage.kind, PassageKind::Heading(_)))
        .map(|passage| passage.text.as_str());
    let title = if article.title_source == TitleSource::FirstLine {
        article.title.text.as_str()
    } else {
        ""
    };
    let first = prose
        .clone()
        .next()
        .and_then(|first| first.strip_prefix(title));
    let (title, first) = match first {
        Some(rest) if !title.is_empty() => (title, Some(rest)),
        _ => ("", None),
    };
    let rest = prose.skip(usize::from(first.is_some()));
    (title, first.into_iter().chain(rest))
}
