//! How much of a query is put: bounds on what one query may cost, whatever its text.
//!
//! All of them are counts, so the same text finds the same in any run. No query a person types or pastes
//! comes near one; where a text goes beyond, it is cut there and a note says so.

use std::collections::HashSet;

use gleaner_store::{Analyzer, Result};
use tantivy::Term;

use crate::compile::Compiler;
use crate::fields::Target;
use crate::parse::{Group, Node, Note, NoteKind, Notes, QueryLimit, Span};
use crate::rank::live_frequency;
use crate::words::Reading;

/// Longest text that is read, in bytes: as much as Linux passes in one argument of a command.
pub(crate) const MAX_BYTES: usize = 1 << 17;

/// Most words that are read. A pasted page has some 5,000.
pub(crate) const MAX_WORDS: u32 = 10_000;

/// Most different conditions: as many clauses as Lucene allows unless told otherwise.
pub(crate) const MAX_CONDITIONS: usize = 1_024;

/// Most patterns: each is looked up in the whole dictionary.
pub(crate) const MAX_PATTERNS: usize = 32;

/// Words that the patterns of a query may stand for together before the next one is no pattern any more.
/// The first pattern may stand for any number.
pub(crate) const MAX_EXPANDED: usize = 50_000;

/// How often all conditions together may go through all the articles: half a second for 50,000 articles.
const MAX_PASSES: u64 = 100;

/// Articles from which on that counts. Of fewer, nothing takes long.
const MIN_ARTICLES: u64 = 10_000;

/// Conditions whose words are not looked up to know what they cost.
const FREE: usize = 16;

/// Where a text is cut, and why; `None` where it is read to its end.
pub(crate) fn cut(text: &str, analyzer: &mut Analyzer) -> Option<(usize, QueryLimit)> {
    // A word takes a byte at least.
    if text.len() <= MAX_WORDS as usize {
        return None;
    }
    let mut ends = (0..=text.len().min(MAX_BYTES)).rev();
    let end = ends.find(|end| text.is_char_boundary(*end))?;
    let mut first_beyond = None;
    analyzer.each_token(&text[..end], |token| {
        if first_beyond.is_none() && token.position >= MAX_WORDS {
            first_beyond = Some(token.start);
        }
    });
    let by_words = first_beyond.map(|start| (start, QueryLimit::Words));
    by_words.or_else(|| (end < text.len()).then_some((end, QueryLimit::Bytes)))
}

/// Reads the patterns beyond [`MAX_PATTERNS`] as words, so that they count as words of a long text.
pub(crate) fn cut_patterns(text: &str, root: &mut Group) -> Vec<Note> {
    let mut notes = Notes::default();
    let mut patterns = 0;
    read_as_words(root, &mut patterns, &mut notes);
    notes.finish(text)
}

fn read_as_words(group: &mut Group, patterns: &mut usize, notes: &mut Notes) {
    for clause in &mut group.clauses {
        match &mut clause.node {
            Node::Group(inner) => read_as_words(inner, patterns, notes),
            node @ (Node::Prefix(_) | Node::Wildcard(_) | Node::Fuzzy { .. } | Node::Regex(_)) => {
                *patterns += 1;
                if *patterns > MAX_PATTERNS {
                    let span = clause.span;
                    notes.add(NoteKind::ManyPatterns, span.start, span.end);
                    *node = Node::Word(node.text().to_owned());
                }
            }
            Node::Word(_) | Node::Phrase { .. } | Node::Variants { .. } | Node::Field { .. } => {}
        }
    }
}

/// What the conditions of a query cost so far.
#[derive(Debug)]
pub(crate) struct Budget {
    articles: u64,
    conditions: usize,
    /// Documents looked at.
    work: u64,
    is_spent: bool,
}

impl Budget {
    /// The budget of a query to an index of this many articles.
    pub(crate) fn of(articles: u64) -> Self {
        Self {
            articles,
            conditions: 0,
            work: 0,
            is_spent: false,
        }
    }

    /// Takes a condition that looks at `work` documents, unless that goes beyond a limit.
    fn take(&mut self, work: u64) -> Option<QueryLimit> {
        self.conditions += 1;
        self.work += work;
        let is_first = self.conditions == 1;
        if self.conditions > MAX_CONDITIONS {
            Some(QueryLimit::Conditions)
        } else if !is_first && self.work > MAX_PASSES * self.articles.max(MIN_ARTICLES) {
            Some(QueryLimit::Work)
        } else {
            None
        }
    }
}

impl Compiler<'_> {
    /// Whether one more condition may be put: a leaf, or a comparison where there is none. From the first
    /// one that may not, none is, and a note says where the query was cut.
    pub(crate) fn admits(
        &mut self,
        leaf: Option<&Node>,
        target: Option<&Target>,
        span: Span,
    ) -> Result<bool> {
        if self.budget.is_spent {
            return Ok(false);
        }
        if self.is_repeated {
            return Ok(true);
        }
        let work = match leaf {
            Some(leaf) => self.work_of(leaf, target)?,
            None => self.budget.articles / 3,
        };
        let Some(limit) = self.budget.take(work) else {
            return Ok(true);
        };
        self.budget.is_spent = true;
        let end = self.text_end();
        self.notes.add(NoteKind::Cut(limit), span.start, end);
        Ok(false)
    }

    /// About how many documents a condition looks at, in units of what a document of a phrase takes.
    fn work_of(&mut self, leaf: &Node, target: Option<&Target>) -> Result<u64> {
        let articles = self.budget.articles;
        let reading = match leaf {
            Node::Word(text) | Node::Phrase { text, .. } => Some(self.reading(text)),
            _ => None,
        };
        let is_sequence = reading.as_ref().is_some_and(|it| it.cells.len() > 1);
        Ok(match (target, &reading) {
            (None, Some(reading)) if is_sequence => self.least_frequency(reading)?,
            // The positions of all its documents are read.
            (Some(Target::Body), Some(reading)) => 4 * self.least_frequency(reading)?,
            (Some(Target::Body), None) => 8 * articles,
            (Some(Target::Path), _) if leaf.text().contains(['*', '?', '[', '{']) => 6 * articles,
            (Some(Target::Path), _) => 3 * articles,
            (Some(Target::Key(_)), _) if is_sequence => articles,
            (Some(Target::Presence(_)), _) => articles / 2,
            (Some(Target::Part(_)), _) if is_sequence => articles / 4,
            _ => articles / 16,
        })
    }

    /// The number of articles with the rarest word of a sequence.
    fn least_frequency(&mut self, reading: &Reading) -> Result<u64> {
        if self.budget.conditions < FREE {
            return Ok(0);
        }
        let mut least = u64::MAX;
        let mut seen = HashSet::new();
        for (_, form) in &reading.cells {
            if least == 0 || !seen.insert(form.stem.as_str()) {
                continue;
            }
            let term = Term::from_field_text(self.fields().text, &form.stem);
            let mut frequency = 0;
            for segment in self.snapshot.searcher().segment_readers() {
                frequency += live_frequency(segment, &term).map_err(self.snapshot.damaged())?;
            }
            least = least.min(frequency);
        }
        Ok(if least == u64::MAX { 0 } else { least })
    }
}

#[cfg(test)]
mod tests {
    use gleaner_store::Language;

    use super::*;

    fn cut_of(text: &str) -> Option<(usize, QueryLimit)> {
        cut(text, &mut Analyzer::new(Language::English))
    }

    #[test]
    fn a_text_is_cut_before_the_first_word_that_is_too_much() {
        let words = MAX_WORDS as usize;
        assert_eq!(cut_of(&"some words ".repeat(words / 2)), None);
        let more = "a ".repeat(words + 1);
        assert_eq!(cut_of(&more), Some((2 * words, QueryLimit::Words)));
        let compound = "a-".repeat(2 * words);
        assert_eq!(cut_of(&compound), Some((2 * words, QueryLimit::Words)));
    }

    #[test]
    fn a_text_without_words_is_cut_by_its_length() {
        assert_eq!(cut_of(&"a".repeat(MAX_BYTES)), None);
        let (long, wide) = ("a".repeat(2 * MAX_BYTES), "é".repeat(MAX_BYTES) + "!");
        assert_eq!(cut_of(&long), Some((MAX_BYTES, QueryLimit::Bytes)));
        assert_eq!(cut_of(&wide), Some((MAX_BYTES, QueryLimit::Bytes)));
        let odd = format!("x{wide}");
        assert_eq!(cut_of(&odd), Some((MAX_BYTES - 1, QueryLimit::Bytes)));
    }

    #[test]
    fn conditions_are_bounded_by_their_number_and_by_what_they_cost() {
        let taken = |articles, work| {
            let mut budget = Budget::of(articles);
            let all = (0..2 * MAX_CONDITIONS).map_while(|_| match budget.take(work) {
                None => Some(()),
                Some(_) => None,
            });
            all.count()
        };
        assert_eq!(taken(50_000, 0), MAX_CONDITIONS);
        assert_eq!(taken(50_000, 50_000), MAX_PASSES as usize);
        assert_eq!(taken(3, 3), MAX_CONDITIONS, "few articles take no time");
        assert_eq!(
            taken(50_000, 50_000_000),
            1,
            "a single condition always goes"
        );
    }
}
